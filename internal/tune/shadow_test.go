package tune

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
)

func TestWorkFallsDue(t *testing.T) {
	var d dueLine
	for name, c := range map[string]struct{ slots, passes int }{
		"at once": {0, 1}, "below 0": {-3, 1}, "in a slot": {1, 2}, "in many": {reach - 1, reach}, "in more than can be": {5000, reach},
	} {
		d = dueLine{at: 100}
		d.add(7, c.slots)
		for i := range c.passes {
			if d.old != 0 {
				t.Errorf("%s: due after %d slots", name, i)
			}
			d.pass()
		}
		if d.old != 7 || d.total != 7 {
			t.Errorf("%s: %v of %v due after %d slots", name, d.old, d.total, c.passes)
		}
	}
}

// What is due later is what was added, slot by slot, however it was added.
func TestWhatIsDueLater(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 4))
	var d dueLine
	var ahead [reach]float64 // by slots from now on
	for range 3000 {
		for range r.IntN(4) {
			slots, work := r.IntN(1+r.IntN(reach+10)), float64(r.IntN(100))
			d.add(work, slots)
			ahead[min(slots, reach-1)] += work
		}
		for _, slots := range []int{-1, 0, 1, 2, 13, reach - 1, reach, reach + 5} {
			want := 0.0
			for i := max(slots, 1); i < reach; i++ {
				want += ahead[i]
			}
			if got := d.after(slots); got != want {
				t.Fatalf("%g are due after %d slots, want %g", got, slots, want)
			}
		}
		d.pass()
		copy(ahead[:], ahead[1:])
		ahead[reach-1] = 0
	}
}

func TestShadowIsChargedForReplicasAndLateWork(t *testing.T) {
	s, d := &State{shadows: []shadow{{wanted: 3}}, ages: ages{weight: 1}}, &dueLine{}
	x := &s.shadows[0]
	x.flying[0], x.n, x.coming = control.Batch{At: 12_000, Count: 1}, 1, 1
	d.add(60, 1)
	type charge struct {
		done, late, cost float64
		n                int32
	}
	// Two replicas are ready at first; the third is from the first slot on that begins
	// after it came. What is done after the second slot is late.
	for i, want := range []charge{{10, 0, 15, 1}, {20, 10, 30, 1}, {30, 20, 45, 0}, {45, 35, 60, 0}, {60, 50, 75, 0}, {60, 50, 90, 0}} {
		d.pass()
		s.ages.pass(5, 1)
		slot := tick{now: int64(5000 * (i + 1)), width: 5000, slot: 5, ages: s.ages, total: d.total, old: d.old}
		x.work(&slot, float64(x.land(&slot))*slot.slot)
		x.bill(slot.ages)
		if got := (charge{x.done, x.late, x.cost, x.n}); got != want {
			t.Errorf("after %d slots: %+v, want %+v", i+1, got, want)
		}
	}
	s.ages.pass(5, 0.5)
	x.scale(4, &tick{ages: s.ages})
	if s.settle(); x.late != 25 || x.cost != 60 || x.changes != 1 || s.ages != (ages{weight: 1}) {
		t.Errorf("faded: %+v", x)
	}
}

func TestShadowScales(t *testing.T) {
	batches := func(at ...int64) (out [launches]control.Batch) {
		for i := range at {
			out[i] = control.Batch{At: at[i], Count: 2}
		}
		return out
	}
	full := batches(1, 2, 3, 4, 5)
	joined := full
	joined[4] = control.Batch{At: 9, Count: 5}
	fewer := batches(1, 2, 3)
	fewer[2].Count = 1
	for name, c := range map[string]struct {
		from   [launches]control.Batch
		n      int32
		wanted int64
		want   [launches]control.Batch
		left   int
	}{
		"as many":                {batches(1), 1, 20, batches(1), 1},
		"more":                   {batches(1), 1, 22, batches(1, 9), 2},
		"more than can fly":      {full, 5, 23, joined, 5},
		"fewer, the last first":  {full, 5, 15, fewer, 3},
		"fewer than the ready":   {batches(1, 2), 2, 10, batches(), 0},
		"fewer, and none flying": {batches(), 0, 10, batches(), 0},
	} {
		t.Run(name, func(t *testing.T) {
			x := &shadow{wanted: 20, flying: c.from, n: c.n}
			x.scale(c.wanted, &tick{ready: 9})
			if diff := cmp.Diff(c.want[:c.left], x.flying[:x.n]); diff != "" || x.wanted != c.wanted {
				t.Errorf("%d wanted:\n%s", x.wanted, diff)
			}
			if got := x.waits(&tick{total: 2.5}).Backlog; got != 2500 {
				t.Errorf("a backlog of %d", got)
			}
		})
	}
}

func TestRateFollowsAJumpAndNotTheNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	rate, noise, late := 20.0, 0.0, 0
	var x rates
	x.wait = 30
	for i := range int64(2000) {
		if i == 1800 {
			rate = 60
		}
		x.fold(poisson(r, rate*5)/5, spans{5, 1, 13, 1000}, i+1)
		off := math.Abs(x.now[Brisk]/rate - 1)
		switch {
		case i >= 1800 && off > 0.2:
			late++
		case i > 200 && i < 1800:
			noise += off / 1600
		}
	}
	if noise > 0.02 || late > 12 {
		t.Errorf("off by %.1f %% on the average, by a fifth for %d slots after a jump", 100*noise, late)
	}
}

func TestRequirementIsLearnedForTheRateBefore(t *testing.T) {
	bs := bins(rand.New(rand.NewPCG(2, 1)), hour, 5, constant(20))
	s := learned(live, one(liveDeadline, bs))
	before := s.rates.feature
	s.Advance(live, one(liveDeadline, append(bs[len(bs)-1:], bin(hour, 5, 900))))
	slot := s.window.slots[(s.window.at+s.window.n-1)%leadSlots]
	if slot.feature != before || slot.work[0] != 900 {
		t.Errorf("%+v, want the features %v", slot, before)
	}
}

func TestSlotIsSeenByHalf(t *testing.T) {
	p := live
	p.Lead = 230 * sample.Second // slots of 10 s
	for name, c := range map[string]struct {
		second int
		want   int64
	}{"half of it": {105, 11}, "less": {106, 10}} {
		all := bins(rand.New(rand.NewPCG(3, 1)), 110, 1, constant(20))
		s := learned(p, one(liveDeadline, append(all[:100:100], all[c.second:]...)))
		if s.slots != c.want || s.Until != begin.Add(110*sample.Second) {
			t.Errorf("%s: %d slots, want %d", name, s.slots, c.want)
		}
	}
}

func TestClassesByDeadline(t *testing.T) {
	seconds := []sample.Span{600, 30, 37, 38, 150, 151, 20}
	streams := make([]Stream, len(seconds))
	for i := range seconds {
		streams[i].Deadline = seconds[i] * sample.Second
	}
	f := folder{state: New(leastSlot), pool: &live, work: make([]work, len(streams))}
	f.state.sort(streams)
	f.classify(streams)
	var got []int
	for i := range f.work {
		got = append(got, f.work[i].class)
	}
	if diff := cmp.Diff([]int{2, 0, 0, 0, 1, 1, 0}, got); diff != "" {
		t.Error(diff)
	}
	if want := [classes]float64{20, 150, 600}; f.waits != want {
		t.Errorf("the most urgent of each wait %v, want %v", f.waits, want)
	}
}

func TestShadowsKeepTheBounds(t *testing.T) {
	p := live
	p.Min, p.Max = 5, 7
	bs := bins(rand.New(rand.NewPCG(4, 1)), hour, 5, spikes)
	s := New(leastSlot)
	most, least := int64(0), int64(1000)
	for i := range bs {
		s.Advance(p, one(liveDeadline, bs[i:i+1]))
		for j := range s.shadows {
			most, least = max(most, s.shadows[j].wanted), min(least, s.shadows[j].wanted)
		}
		if s.slots == 1 { // they begin with what the first slot asks for
			most = 0
		}
	}
	if most != 7 || least != 5 {
		t.Errorf("%d to %d replicas", least, most)
	}
}

func TestArrivedFades(t *testing.T) {
	var bs []forecast.Bin
	for i := range 720 {
		bs = append(bs, bin(5*i, 5, 100))
	}
	keep := fade(5, memoryHalf)
	want := 100 * (1 - math.Pow(keep, 720)) / (1 - keep)
	if got := learned(live, one(liveDeadline, bs)).arrived; math.Abs(got/want-1) > 1e-9 {
		t.Errorf("%v arrived, want %v", got, want)
	}
}
