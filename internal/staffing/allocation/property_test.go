package allocation_test

import (
	"math/rand/v2"
	"testing"

	"github.com/modcap/modcap/internal/staffing/allocation"
	"github.com/modcap/modcap/internal/staffing/allocation/referee"
)

// undone is what of the most important works nobody can be found for.
func undone(p referee.Plant, s *allocation.Solver) (sum int64) {
	for w := range p.Batches[0] {
		sum += s.Undone(w)
	}
	return sum
}

// More people never leave more of the most important works undone, but for what rounding takes.
func TestMorePeopleNeverHurtTheMostImportant(t *testing.T) {
	for _, limited := range []bool{false, true} {
		r := rand.New(rand.NewPCG(43, 44))
		for n := range 300 {
			p := referee.Draw(r, limited)
			before := undone(p, p.Solve())
			heads := p.Heads[r.IntN(len(p.Heads))]
			heads[r.IntN(len(heads))] += r.Int64N(4 * 3_600_000)
			if after := undone(p, p.Solve()); after > before && (!limited || after > before+before/10_000+100) {
				t.Fatalf("plant %d, limited %t: %d undone, %d with more people", n, limited, before, after)
			}
		}
	}
}

// What is given to whom does not hang on chance.
func TestSameAnswer(t *testing.T) {
	r := rand.New(rand.NewPCG(45, 46))
	for range 50 {
		p := referee.Draw(r, true)
		a, b := p.Solve(), p.Solve()
		w := 0
		for _, batch := range p.Batches {
			for _, work := range batch {
				for i := range work.Wanted {
					for e := range work.Edges {
						if a.By(w, i, e) != b.By(w, i, e) {
							t.Fatal("two answers")
						}
					}
				}
				w++
			}
		}
	}
}
