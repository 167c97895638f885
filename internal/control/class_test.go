package control

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClasses(t *testing.T) {
	for name, c := range map[string]struct {
		deadlines []int64
		most      int
		want      []int64
	}{
		"none":                    {nil, 3, nil},
		"one":                     {[]int64{30, 30, 30}, 3, []int64{30}},
		"as many as may be":       {[]int64{600, 30, 120, 30}, 3, []int64{30, 120, 600}},
		"one too many":            {[]int64{30, 120, 600, 36}, 3, []int64{30, 120, 600}},
		"many":                    {[]int64{30, 60, 120, 300, 600, 1800, 7200}, 3, []int64{30, 300, 1800}},
		"all in one":              {[]int64{1, 1000, MaxSpan}, 1, []int64{1}},
		"none may be, one is":     {[]int64{5, 6}, 0, []int64{5}},
		"what cannot wait at all": {[]int64{0, 1, 50, 5000}, 2, []int64{0, 5000}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Classes(slices.Clone(c.deadlines), c.most)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Any deadlines are in few enough classes, in whatever order they come; and in each class
// with deadlines between its shortest and the next one's.
func TestClassOfAnyDeadline(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 1))
	for range 2000 {
		deadlines := make([]int64, 1+r.IntN(40))
		for i := range deadlines {
			deadlines[i] = upTo(r, MaxSpan)
		}
		most := 1 + r.IntN(16)
		shortest := Classes(slices.Clone(deadlines), most)
		r.Shuffle(len(deadlines), func(i, j int) { deadlines[i], deadlines[j] = deadlines[j], deadlines[i] })
		if again := Classes(slices.Clone(deadlines), most); !slices.Equal(shortest, again) || len(shortest) > most {
			t.Fatalf("%v, then %v, of at most %d", shortest, again, most)
		}
		for _, d := range deadlines {
			c := Class(shortest, d)
			if d < shortest[c] || c+1 < len(shortest) && d >= shortest[c+1] {
				t.Fatalf("%d is in class %d of %v", d, c, shortest)
			}
		}
	}
}

// servedBy is when what came last of a load is done, step by step: by n replicas that
// take what is due first, and not after a time.
func servedBy(p *Plant, load int, n float64, until, step int64) int64 {
	l := p.Loads[load]
	before := float64(l.Backlog) // that is done before it
	for now := int64(0); now < until; now += step {
		rate := int64(0)
		for _, k := range p.Loads[:load] {
			if now+k.Wait < l.Wait { // what comes of it now is due sooner
				before += float64((k.Rate-rate)*step) / 1000
			}
			rate = k.Rate
		}
		if before -= n * float64(step); before <= 0 {
			return now + step
		}
	}
	return until + step
}

// What the law takes to be ahead of a load is what is served before it: with that and the
// backlog as much as the replicas do within a span, what came last is done at its end.
func TestAheadIsWhatIsServedBefore(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 1))
	compared := 0
	for range 2000 {
		q := randomProblem(r)
		p, i := &q.Plant, r.IntN(len(q.Plant.Loads))
		p.Loads = p.Loads[:i+1]
		l := &p.Loads[i]
		within := 1 + r.Int64N(l.Wait)
		n := float64(l.Backlog+p.ahead(i, within)) / float64(within)
		if n < float64(l.Rate)/1000 {
			continue // what is urgent alone would never let it be served
		}
		compared++
		step := max(within/2000, 1)
		if got := servedBy(p, i, n, within, step); got < within-within/100-step || got > within+within/100+step {
			t.Fatalf("done after %d ms, want %d, by %.3f replicas: %+v", got, within, n, p.Loads)
		}
	}
	if compared < 500 {
		t.Errorf("%d were compared", compared)
	}
}
