package tune

import (
	"math/rand/v2"
	"testing"
)

// leapSpans are of slots of 5 s, 13 to a lead.
var leapSpans = spans{slot: 5, scale: 1, lead: 13, most: 1000}

// follow folds slots with these rates into averages that a steady rate has settled.
func follow(steady float64, slots ...float64) *rates {
	var r rates
	for i := range int64(2000) {
		r.fold(steady, leapSpans, i+1)
	}
	for i, rate := range slots {
		r.fold(rate, leapSpans, int64(2001+i))
	}
	return &r
}

// many is so many slots of a rate.
func many(rate float64, slots int) []float64 {
	out := make([]float64, slots)
	for i := range out {
		out[i] = rate
	}
	return out
}

// crowds leap from 5 to 200 for so many slots, each 200 slots after the one before.
func crowds(n, slots int) (out []float64) {
	for range n {
		out = append(append(out, many(200, slots)...), many(5, 200-slots)...)
	}
	return out
}

func TestALeapIsFollowedAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		before      []float64
		least, most float64
	}{
		// Half of it is supposed to last, and of what is left the average of 20 s takes a sixth.
		"the first":            {nil, 100, 125},
		"after a crowd":        {crowds(1, 60), 190, 200},
		"after crowds":         {crowds(10, 60), 195, 200},
		"after batches":        {crowds(10, 1), 30, 45}, // what the average alone makes of it
		"after half and half":  {crowds(10, 7), 100, 130},
		"after a fault":        {append(append(crowds(3, 60), 1e6), crowds(3, 60)...), 100, 200},
		"crowds after batches": {append(crowds(30, 1), crowds(60, 60)...), 180, 200},
	} {
		r := follow(5, append(c.before, 200)...)
		if got := r.now[Brisk]; got < c.least || got > c.most {
			t.Errorf("%s: taken for %.1f, want %g to %g", name, got, c.least, c.most)
		}
	}
}

// A crowd that comes in the middle of a slot is one, by the size that it has in the next.
func TestALeapThatBeganWithinASlot(t *testing.T) {
	var slots []float64
	for range 20 {
		slots = append(slots, 45)
		slots = append(append(slots, many(205, 60)...), many(5, 140)...)
	}
	r := follow(5, slots...)
	if l := &r.leaps; l.all < 190 || l.lasted/l.all < 0.97 || l.lasted/l.all > 1.03 {
		t.Errorf("%.3f of leaps of %.0f lasted", l.lasted/l.all, l.all)
	}
}

func TestNoiseIsNoLeap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for _, rate := range []float64{0.5, 2, 10, 100, 1000} {
		var x rates
		leaps := 0
		for i := range int64(50_000) {
			x.fold(poisson(r, rate*5)/5, leapSpans, i+1)
			if x.leaps.left == leapSpans.lead {
				leaps++
			}
		}
		if leaps > 10 { // the fewer come in a slot, the longer is the tail
			t.Errorf("%d leaps of a steady %g in 50000 slots", leaps, rate)
		}
	}
}

// Work that can wait for a lead and a half has the time to look twice.
func TestLeapsOfWorkThatCanWait(t *testing.T) {
	s := New(leastSlot)
	s.lead = 13
	for wait, want := range map[float64]int{30: 13, 97: 13, 98: 0, 600: 0} {
		if got := s.spans(wait).lead; got != want {
			t.Errorf("work that can wait %g s: a lead of %d slots, want %d", wait, got, want)
		}
	}
	var x rates
	waits := spans{slot: 5, scale: 1, most: 1000}
	for i := range int64(100) {
		x.fold(5, waits, i+1)
	}
	x.fold(200, waits, 101)
	if x.now[Brisk] > 45 || x.leaps != (leaps{}) {
		t.Errorf("taken for %.1f, with %+v", x.now[Brisk], x.leaps)
	}
}

// Nobody knows what came in a gap: what was watched before it is not held against leaps.
func TestAGapEndsTheWatch(t *testing.T) {
	s := New(leastSlot)
	s.rates = *follow(5, 200)
	if s.rates.leaps.left != 13 {
		t.Fatalf("%d slots are left, want 13", s.rates.leaps.left)
	}
	s.interrupt(1)
	before := s.rates.leaps.lasted
	for i := range int64(20) {
		s.rates.fold(5, leapSpans, 3000+i)
	}
	if l := &s.rates.leaps; l.left != 0 || l.lasted != before || l.all != 0 {
		t.Errorf("watched through a gap: %+v", *l)
	}
}
