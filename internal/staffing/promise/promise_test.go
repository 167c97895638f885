package promise_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/promise"
	"github.com/modcap/modcap/internal/staffing/queueing"
)

// steady is one class with a load in heads, the same all day, before one team.
func steady(load float64, heads int64, handle, within sample.Span) *promise.Plant {
	c := promise.Class{Handle: handle, Within: within, Variation: 1000, Teams: []int{0}}
	team := promise.Team{}
	for range 48 {
		c.Rates = append(c.Rates, sample.Milli(load*1000*float64(sample.Hour)/float64(handle)))
		team.Heads = append(team.Heads, sample.Whole(heads))
	}
	return &promise.Plant{Width: 30 * sample.Minute, Classes: []promise.Class{c}, Teams: []promise.Team{team}}
}

// TestErlang: one steady queue is what Erlang C says of it, as far as lognormal work of the
// same variance is like exponential work.
func TestErlang(t *testing.T) {
	const handle = 3 * sample.Minute
	cases := map[string]struct {
		load  float64
		heads int64
	}{
		"few, quiet": {2, 4}, "few, busy": {3.4, 4}, "ten": {10, 12}, "ten, busy": {10, 11}, "many": {100, 106}, "one": {0.5, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for _, within := range []sample.Span{sample.Minute, 6 * sample.Minute, 15 * sample.Minute} {
				p := steady(c.load, c.heads, handle, within)
				p.Classes[0].Started = true
				want := queueing.DelayOf(int(c.heads), c.load, handle.Duration().Seconds()).Started(within.Duration().Seconds())
				got := promise.Predict(p)[0].Coming[40]
				if math.Abs(got-want) > 0.015 {
					t.Errorf("opened within %v: %.4f, Erlang C says %.4f", within, got, want)
				}
			}
		})
	}
}

// TestReach: with people in abundance what is decided in time is what fits.
func TestReach(t *testing.T) {
	for _, cv := range []sample.Milli{0, 500, 800, 1500} {
		p := steady(2, 50, 3*sample.Minute, 6*sample.Minute)
		p.Classes[0].Variation = cv
		want := 1.0
		if cv > 0 {
			v := math.Log(1 + float64(cv*cv)/1e6)
			want = math.Erfc(-(math.Log(2)+v/2)/math.Sqrt(2*v)) / 2
		}
		if got := promise.Predict(p)[0].Due[30]; math.Abs(got-want) > 1e-6 {
			t.Errorf("variation %d: %.6f decided in time, want %.6f", cv, got, want)
		}
	}
}

// TestCarried: what nobody does at night waits, and is late in the morning until the people
// of the day have caught up; and it is not late where the promise is a day.
func TestCarried(t *testing.T) {
	for within, late := range map[sample.Span]bool{2 * sample.Hour: true, 10 * sample.Hour: false} {
		p := steady(4, 8, 3*sample.Minute, within)
		for i := range 12 {
			p.Teams[0].Heads[i] = 0
		}
		got := promise.Predict(p)[0].Coming
		if got[2] > 0.01 != !late {
			t.Errorf("within %v: of what comes at 01:00, %.3f is on time", within, got[2])
		}
		if got[34] < 0.99 {
			t.Errorf("within %v: of what comes at 17:00, only %.3f is on time", within, got[26])
		}
	}
}

// TestBacklog: what waits at the beginning is done first.
func TestBacklog(t *testing.T) {
	p := steady(4, 6, 3*sample.Minute, sample.Hour)
	quiet := promise.Predict(p)[0].Coming
	p.Classes[0].Backlog, p.Classes[0].Oldest = sample.Whole(400), 2*sample.Hour
	after := promise.Predict(p)[0].Coming
	if quiet[0] < 0.95 || after[0] > 0.05 || after[40] < 0.95 {
		t.Errorf("at first %.3f without and %.3f with a backlog of 20 hours, %.3f when it is done", quiet[0], after[0], after[40])
	}
}

// TestImportance: a more important class is hardly touched by a less important one that
// drowns; of equals the one due first goes first.
func TestImportance(t *testing.T) {
	p := steady(4, 10, 3*sample.Minute, 15*sample.Minute)
	other := p.Classes[0]
	other.Rates = nil
	for range 48 {
		other.Rates = append(other.Rates, sample.Whole(200)) // 10 heads
	}
	p.Classes = append(p.Classes, other)
	share := func() [2]float64 {
		out := promise.Predict(p)
		return [2]float64{out[0].Coming[40], out[1].Coming[40]}
	}
	p.Classes[0].Priority = 700
	if got := share(); got[0] < 0.97 || got[1] > 0.01 {
		t.Errorf("by priority %.3f and %.3f on time", got[0], got[1])
	}
	p.Classes[0].Priority, p.Classes[1].Priority, p.Classes[1].Protected = 700, 300, true
	if got := share(); got[0] > 0.2 {
		t.Errorf("behind protected work that takes everybody, %.3f is on time", got[0])
	}
}

// TestSkills: who speaks two languages helps where help is needed.
func TestSkills(t *testing.T) {
	p := steady(9, 5, 3*sample.Minute, 9*sample.Minute)
	p.Teams = append(p.Teams, p.Teams[0], p.Teams[0])
	p.Classes = append(p.Classes, steady(2, 5, 3*sample.Minute, 9*sample.Minute).Classes[0])
	p.Classes[1].Teams = []int{2}
	alone := promise.Predict(p)[0].Coming[40]
	p.Classes[0].Teams = []int{0, 1}
	two := promise.Predict(p)[0].Coming[40]
	p.Classes[0].Teams = []int{0, 1, 2}
	three := promise.Predict(p)[0].Coming[40]
	if alone > 0.01 || two < 0.6 || three < two+0.02 {
		t.Errorf("%.3f with 5 people, %.3f with 10, %.3f with 10 and 5 more who have other work too", alone, two, three)
	}
}

// random is any plant, sensible or not.
func random(seed uint64) *promise.Plant {
	r := rand.New(rand.NewPCG(seed, 1))
	p := &promise.Plant{Width: []sample.Span{15 * sample.Minute, 30 * sample.Minute, sample.Hour}[r.IntN(3)]}
	n := 1 + r.IntN(60)
	for range r.IntN(6) {
		var team promise.Team
		for range r.IntN(n + 1) {
			team.Heads = append(team.Heads, sample.Milli(r.IntN(20_000)-100))
		}
		p.Teams = append(p.Teams, team)
	}
	for range r.IntN(8) {
		c := promise.Class{
			Protected: r.IntN(5) == 0, Priority: r.IntN(3), Handle: sample.Span(r.IntN(600_000)), Within: sample.Span(r.IntN(1e8)),
			Started: r.IntN(3) == 0, Variation: sample.Milli(r.IntN(2000)), Dispersion: sample.Milli(r.IntN(5000)),
			Backlog: sample.Milli(r.IntN(3) * r.IntN(1e6)), Oldest: sample.Span(r.IntN(1e7)),
		}
		for range n {
			c.Rates = append(c.Rates, sample.Milli(r.IntN(500_000)-1000))
		}
		for t := range p.Teams {
			if r.IntN(2) == 0 {
				c.Teams = append(c.Teams, t)
			}
		}
		p.Classes = append(p.Classes, c)
	}
	return p
}

// TestAnything: shares are shares, of any plant, and the same every time.
func TestAnything(t *testing.T) {
	for seed := range uint64(300) {
		p := random(seed)
		got := promise.Predict(p)
		for k, one := range got {
			for i, x := range slices.Concat(one.Coming, one.Due) {
				if x < 0 || x > 1 || math.IsInf(x, 0) {
					t.Fatalf("plant %d, class %d: share %d is %g", seed, k, i, x)
				}
			}
			if len(p.Classes[k].Teams) == 0 && slices.ContainsFunc(one.Coming, func(x float64) bool { return x > 0 }) {
				t.Fatalf("plant %d: class %d has no team and work on time", seed, k)
			}
		}
		if diff := cmp.Diff(got, promise.Predict(p), cmpopts.EquateNaNs()); diff != "" {
			t.Fatalf("plant %d is foreseen in two ways:\n%s", seed, diff)
		}
	}
}

// TestMorePeople: more people in a team that only one class may use never harm it.
func TestMorePeople(t *testing.T) {
	for heads := int64(3); heads < 12; heads++ {
		fewer := promise.Predict(steady(5, heads, 3*sample.Minute, 9*sample.Minute))[0].Coming[20]
		more := promise.Predict(steady(5, heads+1, 3*sample.Minute, 9*sample.Minute))[0].Coming[20]
		if more < fewer-1e-6 {
			t.Errorf("%d people keep %.4f, %d keep %.4f", heads, fewer, heads+1, more)
		}
	}
}

// BenchmarkPredict is a large plan: 100 classes, 30 teams, 14 days of half hours.
func BenchmarkPredict(b *testing.B) {
	const classes, teams, intervals = 100, 30, 672
	r := rand.New(rand.NewPCG(1, 1))
	p := &promise.Plant{Width: 30 * sample.Minute}
	for range teams {
		var team promise.Team
		people := 5 + r.IntN(20)
		for i := range intervals {
			team.Heads = append(team.Heads, sample.Whole(int64(people-(i/16%3)*people/4)))
		}
		p.Teams = append(p.Teams, team)
	}
	for range classes {
		c := promise.Class{
			Priority: r.IntN(3), Handle: sample.Span(30_000 + r.IntN(200_000)), Variation: 800, Dispersion: 1500,
			Within: []sample.Span{10 * sample.Minute, sample.Hour, 8 * sample.Hour}[r.IntN(3)],
		}
		for i := range intervals {
			load := 2.8 * (1 + 0.5*math.Sin(float64(i)*math.Pi/24))
			c.Rates = append(c.Rates, sample.Milli(load*1000*float64(sample.Hour)/float64(c.Handle)))
		}
		for t := range teams {
			if r.IntN(5) == 0 {
				c.Teams = append(c.Teams, t)
			}
		}
		p.Classes = append(p.Classes, c)
	}
	b.ReportAllocs()
	for b.Loop() {
		promise.Predict(p)
	}
}
