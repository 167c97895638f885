package lab

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/tune"
)

// What candidates for the tuner's family are drawn from, each value as often as the
// others: times in seconds, shares in thousandths.
var (
	highs   = [...]int64{300, 500, 700, 800, 900, 950}
	lows    = [...]int64{0, 100, 300, 500, 700, 850}
	middles = [...]int64{0, 100, 300, 500, 700, 850}
	drains  = [...]int64{60, 150, 300, 600, 1200, 2400, 4800}
	wastes  = [...]int64{2, 4, 8, 15, 30, 60, 90, 120, 240}
	overs   = [...]int64{0, 20, 50, 100, 200, 300}
	bets    = [...]int64{0, 0, 1000, 2500}
)

const (
	paces    = tune.Calm + 1
	features = tune.Peak + 1
	// topPrice is the last of the tuner's prices; 0 asks for nothing to stand ready.
	topPrice = 7
	// priced is the share of the candidates that have a price.
	priced = 0.6
)

// How a family is derived.
const (
	// CandidateCount is how many are tried, CandidateSeed draws them.
	CandidateCount = 1600
	CandidateSeed  = 1
	// mostRegret is what a cell counts for at most, as the logarithm of a score over the
	// best: a cell that no member does well should not be all that counts.
	mostRegret = 2
	// lateReserve is the part of the late work allowed that a score leaves unpunished.
	lateReserve = 0.6
)

// Candidates are n different ways to apply the law, drawn at random, in order.
func Candidates(n int, seed uint64) []tune.Member {
	r := rand.New(rand.NewPCG(seed, 0))
	seen := map[tune.Member]bool{}
	var out []tune.Member
	for len(out) < n {
		if m := candidate(r); !seen[m] {
			seen[m] = true
			out = append(out, m)
		}
	}
	slices.SortFunc(out, compareMembers)
	return out
}

func candidate(r *rand.Rand) tune.Member {
	p := control.Patience{
		High: pick(r, highs[:]), Low: pick(r, lows[:]), Middle: pick(r, middles[:]), Drain: 1000 * pick(r, drains[:]),
		Waste: 1000 * pick(r, wastes[:]), Over: pick(r, overs[:]), Bet: pick(r, bets[:]),
	}
	if p.Low >= p.High {
		p.Low = p.High / 2
	}
	m := tune.Member{Pace: r.IntN(paces), Patience: p}
	if r.Float64() < priced {
		m.Feature, m.Price = r.IntN(features), 1+r.IntN(topPrice)
	}
	return m
}

func pick(r *rand.Rand, from []int64) int64 { return from[r.IntN(len(from))] }

// kind is 0 for what is for work that cannot wait for new replicas, 1 for what is for work that can.
func kind(waits bool) int {
	if waits {
		return 1
	}
	return 0
}

// compareMembers is an order of members: by kind, price, feature and pace, then by patience.
func compareMembers(a, b tune.Member) int {
	p, q := &a.Patience, &b.Patience
	return cmp.Or(
		cmp.Compare(kind(a.Waits), kind(b.Waits)),
		cmp.Compare(a.Price, b.Price), cmp.Compare(a.Feature, b.Feature), cmp.Compare(a.Pace, b.Pace),
		cmp.Compare(p.High, q.High), cmp.Compare(p.Low, q.Low), cmp.Compare(p.Middle, q.Middle), cmp.Compare(p.Drain, q.Drain),
		cmp.Compare(p.Waste, q.Waste), cmp.Compare(p.Over, q.Over), cmp.Compare(p.Bet, q.Bet),
	)
}

// Sizes are how many ways of each kind a family has: for work that cannot wait for new replicas,
// and for work that can.
type Sizes [2]int

// SizesOf a family.
func SizesOf(family []tune.Member) (s Sizes) {
	for i := range family {
		s[kind(family[i].Waits)]++
	}
	return s
}

// Covers are those of the cells of each kind.
func Covers(cells []Explored, candidates []tune.Member, sizes Sizes) []tune.Member {
	var out []tune.Member
	for k, size := range sizes {
		cover := Cover(slices.DeleteFunc(slices.Clone(cells), func(x Explored) bool { return kind(x.Waits) != k }), candidates, size)
		for i := range cover {
			cover[i].Waits = k == 1
		}
		out = append(out, cover...)
	}
	return out
}

// Cover chooses at most size of the candidates, those that together come closest to the
// best candidate of each cell and seed: one after the other, it takes the one with which the mean
// over the cells is least of the logarithm of the best score had over the best of all.
// The order of cells and of candidates does not matter. No cell, no cover.
func Cover(cells []Explored, candidates []tune.Member, size int) []tune.Member {
	if len(cells) == 0 {
		return nil
	}
	order := make([]int, len(candidates)) // what is equal is taken by the order of members
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, k int) int { return compareMembers(candidates[i], candidates[k]) })
	regrets := regretsOf(cells)
	now := slices.Repeat([]float64{mostRegret}, len(cells))
	var out []tune.Member
	for len(out) < size && len(order) > 0 {
		best, least := 0, math.Inf(1)
		for at, i := range order {
			sum := 0.0
			for k, regret := range regrets {
				sum += min(now[k], regret[i])
			}
			if sum < least {
				best, least = at, sum
			}
		}
		i := order[best]
		order = slices.Delete(order, best, best+1)
		for k, regret := range regrets {
			now[k] = min(now[k], regret[i])
		}
		out = append(out, candidates[i])
	}
	slices.SortFunc(out, compareMembers)
	return out
}

// regretsOf are, for each cell in an order of their own, the logarithms of each
// candidate's score over the best.
func regretsOf(cells []Explored) [][]float64 {
	sorted := slices.Clone(cells)
	slices.SortFunc(sorted, func(a, b Explored) int {
		return cmp.Or(cmp.Compare(a.Scenario, b.Scenario), cmp.Compare(a.Trace, b.Trace), cmp.Compare(a.Day, b.Day),
			cmp.Compare(a.Seed, b.Seed))
	})
	out := make([][]float64, len(sorted))
	for k := range sorted {
		scores := sorted[k].scores()
		best := slices.Min(scores)
		for i := range scores {
			scores[i] = math.Log(scores[i] / best)
		}
		out[k] = scores
	}
	return out
}

// Rows are a family as internal/tune has it in its source.
func Rows(family []tune.Member) string {
	names := [features]string{tune.Quick: "Quick", tune.Steady: "Steady", tune.Peak: "Peak"}
	pace := [paces]string{tune.Brisk: "Brisk", tune.Medium: "Medium", tune.Calm: "Calm"}
	var b strings.Builder
	for i := range family {
		m, p := &family[i], &family[i].Patience
		fmt.Fprintf(&b, "\t{%s, %d, %s, control.Patience{High: %d, Low: %d, Middle: %d, Drain: %s, Waste: %s, Over: %d, Bet: %d}, %t},\n",
			names[m.Feature], m.Price, pace[m.Pace], p.High, p.Low, p.Middle, thousands(p.Drain), thousands(p.Waste), p.Over, p.Bet, m.Waits)
	}
	return b.String()
}

// thousands is a number as Go source, its last three digits apart.
func thousands(n int64) string {
	switch {
	case n >= 1_000_000:
		return fmt.Sprintf("%d_%03d_%03d", n/1_000_000, n/1000%1000, n%1000)
	case n >= 1000:
		return fmt.Sprintf("%d_%03d", n/1000, n%1000)
	}
	return fmt.Sprint(n)
}
