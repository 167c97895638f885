package capacity

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
	"testing/quick"

	"github.com/modcap/modcap/internal/sample"
)

func saturated(work sample.Milli) Observation {
	return Observation{Declared: 10_000, Work: work, Ready: 4, Saturated: true}
}

func TestLearnThroughput(t *testing.T) {
	repeat := func(n int, o Observation) []Observation {
		out := make([]Observation, n)
		for i := range out {
			out[i] = o
		}
		return out
	}
	rolling, idle, none := saturated(48_000), saturated(48_000), saturated(48_000)
	rolling.Rollout, idle.Saturated, none.Ready = true, false, 0
	undeclared := saturated(480_000)
	undeclared.Declared = 0
	for name, c := range map[string]struct {
		seen []Observation
		want sample.Milli
	}{
		"too few":              {repeat(4, saturated(48_000)), 0},
		"two digits":           {repeat(5, saturated(49_123)), 12_000},
		"the middle one":       {append(repeat(6, saturated(48_000)), repeat(5, saturated(1_000_000))...), 12_000},
		"at most four times":   {repeat(9, saturated(480_000)), 40_000},
		"at least a quarter":   {repeat(9, saturated(4)), 2_500},
		"unbounded undeclared": {repeat(9, undeclared), 120_000},
		"rollout":              {repeat(9, rolling), 0},
		"not saturated":        {repeat(9, idle), 0},
		"nobody ready":         {repeat(9, none), 0},
		"noise at an edge":     {append(repeat(20, saturated(49_900)), repeat(31, saturated(50_100))...), 12_000},
		"a real change":        {append(repeat(20, saturated(48_000)), repeat(31, saturated(60_000))...), 15_000},
	} {
		t.Run(name, func(t *testing.T) {
			var l Learned
			for _, o := range c.seen {
				l = LearnThroughput(l, o)
			}
			if l.Throughput != c.want || len(l.Rates) > throughputWindow {
				t.Errorf("throughput %s (%d kept), want %s", l.Throughput, len(l.Rates), c.want)
			}
		})
	}
}

func TestLearnStartup(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var spans []sample.Span
	for range 400 {
		spans = append(spans, 20*sample.Second+sample.Span(r.Int64N(40_000)))
	}
	for name, c := range map[string]struct {
		declared sample.Span
		spans    []sample.Span
		rollout  bool
		lo, hi   sample.Span
	}{
		"90th percentile":    {45 * sample.Second, spans, false, 54 * sample.Second, 59 * sample.Second},
		"too few":            {45 * sample.Second, spans[:4], false, 0, 0},
		"nonsense ignored":   {45 * sample.Second, []sample.Span{-1, 0, math.MaxInt64, -5, 0}, false, 0, 0},
		"at most four times": {5 * sample.Second, spans, false, 20 * sample.Second, 20 * sample.Second},
		"rollout":            {45 * sample.Second, spans, true, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			l := LearnStartup(Learned{}, c.declared, c.spans, c.rollout)
			if l.Startup < c.lo || l.Startup > c.hi || len(l.Starts) > startupWindow {
				t.Errorf("startup %s (%d kept), want %s to %s", l.Startup, len(l.Starts), c.lo, c.hi)
			}
		})
	}
}

func TestLearningLeavesItsArgument(t *testing.T) {
	l := LearnStartup(Learned{}, 0, make([]sample.Span, 0, 9), false)
	for i := range 200 {
		before, _ := json.Marshal(l)
		next := LearnStartup(l, 0, []sample.Span{sample.Span(1000 + i)}, false)
		next = LearnThroughput(next, saturated(sample.Milli(40_000+i)))
		if after, _ := json.Marshal(l); string(before) != string(after) {
			t.Fatal("the state given was changed")
		}
		l = next
	}
}

func TestQuantiseKeepsTwoDigits(t *testing.T) {
	check := func(u uint32) bool {
		v := sample.Milli(u) + 1
		q := quantise(0, v)
		for q%10 == 0 && q > 0 {
			q /= 10
		}
		diff := quantise(0, v) - v
		return q < 100 && 20*max(diff, -diff) <= v
	}
	if err := quick.Check(check, nil); err != nil {
		t.Error(err)
	}
}

func TestHypot(t *testing.T) {
	check := func(a, b, c uint32) bool {
		x, y, z := float64(a), float64(b), float64(c)
		want := math.Sqrt(x*x + y*y + z*z)
		got := float64(hypot([]int64{int64(a), int64(b), int64(c)}))
		more := hypot([]int64{int64(a), int64(b) + 1000, int64(c)})
		return got >= want-1 && got <= want*1.0001+2 && float64(more) >= got
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
	many := make([]int64, MaxQueues)
	for i := range many {
		many[i] = maxRate
	}
	if got, want := float64(hypot(many)), 100*float64(maxRate); got < want || got > 1.001*want {
		t.Errorf("hypot of %d rates is %v, want %v", MaxQueues, got, want)
	}
}

func TestRootUp(t *testing.T) {
	check := func(x uint64) bool {
		x >>= 2
		r := rootUp(x)
		return r*r >= x && (r == 0 || (r-1)*(r-1) < x)
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 10_000}); err != nil {
		t.Error(err)
	}
}

func TestPoissonUpper(t *testing.T) {
	for name, c := range map[string]struct {
		rate   sample.Milli
		window sample.Span
		want   sample.Milli
	}{
		"none":        {0, 30 * sample.Second, 0},
		"100 in 1 s":  {100_000, sample.Second, 130_000},
		"100 in 25 s": {4_000, 25 * sample.Second, 5_200},
		"huge":        {sample.MaxMilli, MaxSpan, sample.MaxMilli},
	} {
		if got := poissonUpper(c.rate, c.window); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
