package people_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate/people"
	"github.com/modcap/modcap/internal/staffing/promise"
	"github.com/modcap/modcap/internal/staffing/queueing"
)

const handle = 3 * sample.Minute

// class with a load in heads, the same for some half hours.
func class(load float64, intervals int, teams ...int) promise.Class {
	c := promise.Class{Handle: handle, Within: 6 * sample.Minute, Started: true, Variation: 1000, Dispersion: sample.One, Teams: teams}
	for range intervals {
		c.Rates = append(c.Rates, sample.Milli(load*1000*float64(sample.Hour)/float64(handle)))
	}
	return c
}

func team(heads int64, intervals int) promise.Team {
	var t promise.Team
	for range intervals {
		t.Heads = append(t.Heads, sample.Whole(heads))
	}
	return t
}

func plant(classes []promise.Class, teams ...promise.Team) *promise.Plant {
	return &promise.Plant{Width: 30 * sample.Minute, Classes: classes, Teams: teams}
}

// share on time of each class from an interval on, over some plays.
func share(p *promise.Plant, from, plays int) []float64 {
	out := make([]float64, len(p.Classes))
	sums := make([]people.Count, len(p.Classes))
	for s := range plays {
		for k, counts := range people.Run(p, 1, uint64(s)) {
			for _, c := range counts[from:] {
				sums[k].Due += c.Due
				sums[k].OnTime += c.OnTime
			}
		}
	}
	for k, c := range sums {
		out[k] = float64(c.OnTime) / float64(c.Due)
	}
	return out
}

// TestErlang: one steady queue is Erlang C, nearly: lognormal work of the same variance is
// near to exponential work. The bound holds four standard errors and that difference.
func TestErlang(t *testing.T) {
	for _, c := range []struct {
		load  float64
		heads int64
	}{{3, 4}, {10, 12}, {30, 33}} {
		p := plant([]promise.Class{class(c.load, 200, 0)}, team(c.heads, 200))
		want := queueing.DelayOf(int(c.heads), c.load, 180).Started(360)
		if got := share(p, 10, 20)[0]; math.Abs(got-want) > 0.02 {
			t.Errorf("load %g, %d people: %.4f opened in time, Erlang C says %.4f", c.load, c.heads, got, want)
		}
	}
}

// TestOrder: protected work first, then by priority, then what is due first.
func TestOrder(t *testing.T) {
	urgent, other := class(3, 100, 0), class(3, 100, 0)
	both := func(change func(a, b *promise.Class)) []float64 {
		a, b := urgent, other
		change(&a, &b)
		return share(plant([]promise.Class{a, b}, team(4, 100)), 20, 5)
	}
	for name, change := range map[string]func(a, b *promise.Class){
		"protected": func(a, b *promise.Class) { a.Protected, b.Priority = true, 700 },
		"priority":  func(a, b *promise.Class) { a.Priority, b.Priority = 700, 300 },
		"due first": func(_, b *promise.Class) { b.Within = 60 * sample.Hour },
	} {
		if got := both(change); got[0] < 0.8 {
			t.Errorf("%s: %.3f and %.3f on time", name, got[0], got[1])
		}
	}
	if got := both(func(_, _ *promise.Class) {}); got[0] > 0.2 || math.Abs(got[0]-got[1]) > 0.1 {
		t.Errorf("equals: %.3f and %.3f on time", got[0], got[1])
	}
}

// TestSkills: nobody does what the rows do not give the team, and who may do both helps.
func TestSkills(t *testing.T) {
	classes := []promise.Class{class(3, 100, 0), class(3, 100, 1)}
	got := share(plant(classes, team(2, 100), team(8, 100)), 20, 5)
	if got[0] > 0.1 || got[1] < 0.99 {
		t.Errorf("apart: %.3f and %.3f on time", got[0], got[1])
	}
	classes[0].Teams = []int{0, 1}
	got = share(plant(classes, team(2, 100), team(8, 100)), 20, 5)
	if got[0] < 0.99 || got[1] < 0.99 {
		t.Errorf("with help: %.3f and %.3f on time", got[0], got[1])
	}
}

// TestShiftEnds: who is at work finishes, and takes nothing new.
// TestStandIn: who stands in takes what its own people cannot, from its age on.
func TestStandIn(t *testing.T) {
	shares := func(after sample.Span, others int64) []float64 {
		helped := class(3, 100, 0)
		helped.Relaxed = []promise.Relaxed{{After: after, Teams: []int{1}}}
		return share(plant([]promise.Class{helped, class(1, 100, 1)}, team(2, 100), team(others, 100)), 10, 10)
	}
	early, late, none := shares(3*sample.Minute, 9), shares(20*sample.Minute, 9), shares(3*sample.Minute, 0)
	if early[0] < 0.99 || late[0] > 0.05 || none[0] > 0.05 {
		t.Errorf("%.3f are on time with help after 3 of 6 minutes, %.3f after 20, %.3f of nobody", early[0], late[0], none[0])
	}
	if busy, own := shares(sample.Minute, 2), shares(100*sample.Hour, 2); own[1]-busy[1] > 0.15 {
		t.Errorf("who stands in has %.3f of its own work on time, %.3f without", busy[1], own[1])
	}
}

// TestStandInIsForeseen: a queue whose own people cannot do it all, with others who have time for the rest, for
// some of it, or for none.
func TestStandInIsForeseen(t *testing.T) {
	for _, x := range []struct {
		load        float64
		own, others int64
		after       sample.Span
	}{
		{12, 8, 9, 15 * sample.Minute}, {12, 8, 9, 24 * sample.Minute}, {12, 10, 4, 20 * sample.Minute}, {12, 8, 2, 15 * sample.Minute}, {12, 8, 0, 15 * sample.Minute},
		{6, 0, 9, 10 * sample.Minute}, {12, 16, 9, 15 * sample.Minute},
	} {
		helped := class(x.load, 60, 0)
		helped.Within, helped.Relaxed = 30*sample.Minute, []promise.Relaxed{{After: x.after, Teams: []int{1}}}
		p := plant([]promise.Class{helped}, team(x.own, 60), team(x.others, 60))
		got, foreseen := share(p, 20, 10)[0], promise.Predict(p)[0].Due[40]
		t.Logf("%+v: %.3f are on time, %.3f are foreseen", x, got, foreseen)
		if math.Abs(got-foreseen) > 0.05 {
			t.Errorf("%+v: %.3f are on time, %.3f are foreseen", x, got, foreseen)
		}
	}
}

func TestShiftEnds(t *testing.T) {
	c := class(40, 10, 0)
	c.Within, c.Started, c.Variation = 4*sample.Minute, false, 0
	p := plant([]promise.Class{c}, team(200, 10))
	for i := 4; i < 10; i++ {
		p.Teams[0].Heads[i] = 0
	}
	counts := people.Run(p, 1, 1)[0]
	// Until 02:00 all are decided after 3 of 4 minutes; of what falls due in the next
	// half hour, what came until 02:00: in 4 of 30 minutes.
	for i, n := range counts[:9] {
		switch {
		case i < 4 && n.OnTime != n.Due, i > 4 && n.OnTime != 0:
			t.Errorf("interval %d: %d of %d on time", i, n.OnTime, n.Due)
		case i == 4 && (n.OnTime == 0 || n.OnTime > n.Due/5):
			t.Errorf("after the end: %d of %d on time", n.OnTime, n.Due)
		}
	}
}

// TestDispersion: counts have the variance asked for.
func TestDispersion(t *testing.T) {
	for _, index := range []int64{1, 3} {
		c := class(5, 4000, 0)
		c.Dispersion = sample.Whole(index)
		counts := people.Run(plant([]promise.Class{c}, team(1, 1)), 1, 1)[0][10:]
		var sum, squares float64
		for _, n := range counts {
			sum += float64(n.Due)
			squares += float64(n.Due * n.Due)
		}
		n := float64(len(counts))
		mean := sum / n
		if math.Abs(mean-50) > 1 || math.Abs((squares/n-mean*mean)/mean/float64(index)-1) > 0.15 {
			t.Errorf("index %d: mean %.2f of 50, variance over it %.2f", index, mean, (squares/n-mean*mean)/mean)
		}
	}
}

// TestSame: a seed gives the same days, another one others.
func TestSame(t *testing.T) {
	p := plant([]promise.Class{class(3, 100, 0), class(2, 100, 0, 1)}, team(3, 100), team(3, 100))
	one, same, other := people.Run(p, 7, 1), people.Run(p, 7, 1), people.Run(p, 7, 2)
	if diff := cmp.Diff(one, same); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(one, other) {
		t.Error("another stream gives the same day")
	}
}

// BenchmarkRun is a day of 20,000 items.
func BenchmarkRun(b *testing.B) {
	p := plant(nil, team(14, 48), team(14, 48), team(14, 48))
	for k := range 10 {
		c := class(4, 48, k%3, (k+1)%3)
		c.Dispersion, c.Priority = sample.Whole(int64(1+k%2*2)), k%3
		p.Classes = append(p.Classes, c)
	}
	for b.Loop() {
		people.Run(p, 1, 1)
	}
}
