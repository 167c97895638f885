package tune

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

func TestChoiceKeepsThePromiseWhereThatIsCheap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	p := live
	for range 2000 {
		p.Percent = sample.PPM(900_000 + r.Int64N(100_001))
		allowed := reserve * (1 - float64(p.Percent)/float64(sample.AllPPM))
		s := New(leastSlot)
		s.arrived, s.chosen = 1e6, r.IntN(len(family))
		least, missed := 1e9, []float64{0, 0.15, 0.5}[r.IntN(3)]
		for i := range s.shadows {
			x := &s.shadows[i]
			x.cost = 1e6 * (1 + 3*r.Float64())
			x.late = s.arrived * max(0, 0.2*r.Float64()-0.1+missed)
			least = min(least, x.cost)
		}
		s.choose(&p)
		chosen := &s.shadows[s.chosen]
		for i := range s.shadows {
			x := &s.shadows[i]
			// The first percent of late work is worth about five times the cheapest.
			fine := func(late float64) float64 { return 25 * math.Log(1+20*max(late-allowed, 0)) }
			worth := (fine(s.late(s.chosen)) - fine(s.late(i))) * least
			if x.cost < chosen.cost+worth-sticky*least-1e-3 {
				t.Fatalf("%+v chosen, %+v not", *chosen, *x)
			}
		}
	}
}

func TestPunctualIsWorthTwiceTheCost(t *testing.T) {
	s := New(leastSlot)
	s.arrived = 1e6
	for i := range s.shadows {
		s.shadows[i].cost, s.shadows[i].late = 1e6, 0.015*s.arrived // of 0.005 allowed
	}
	s.shadows[7].cost, s.shadows[7].late = 2e6, 0
	if s.choose(&live); s.chosen != 7 {
		t.Errorf("%d chosen", s.chosen)
	}
}

// Where a surge made all late by far, to be late by a tenth less is not worth four times the cost;
// it is where hardly any is late.
func TestNoCostKeepsWhatWasMissedByFar(t *testing.T) {
	s := New(leastSlot)
	s.arrived = 1e6
	for i := range s.shadows {
		s.shadows[i].cost, s.shadows[i].late = 4e6, 0.27*s.arrived
	}
	s.shadows[7].cost, s.shadows[7].late = 1e6, 0.3*s.arrived
	if s.choose(&live); s.chosen != 7 {
		t.Errorf("%d chosen", s.chosen)
	}
	for i := range s.shadows {
		s.shadows[i].late = max(0, s.shadows[i].late-0.27*s.arrived)
	}
	if s.choose(&live); s.chosen == 7 {
		t.Error("a promise missed by 3 points is not worth four times the cost")
	}
}

func TestChoiceSticks(t *testing.T) {
	s := New(leastSlot)
	s.arrived, s.chosen = 1e6, 30
	for i := range s.shadows {
		s.shadows[i].cost = 1000
	}
	for name, c := range map[string]struct {
		cost float64
		want int
	}{"as good": {1000, 30}, "hardly better": {996, 30}, "better": {994, 7}} {
		s.chosen, s.shadows[7].cost = 30, c.cost
		if s.choose(&live); s.chosen != c.want {
			t.Errorf("%s: %d chosen, want %d", name, s.chosen, c.want)
		}
	}
}

func TestWithoutEvidenceTheCarefulAreChosen(t *testing.T) {
	s := New(leastSlot)
	s.rates.day = 10
	for i := range s.shadows {
		s.shadows[i].cost = 1000
	}
	s.choose(&live)
	if m := &s.family[s.chosen]; priceList[m.Price] < 60 {
		t.Errorf("a price of %v, %+v", priceList[m.Price], m.Patience)
	}
}

func TestChangesAreCharged(t *testing.T) {
	s := New(leastSlot)
	s.arrived, s.chosen = 1e6, 3
	for i := range s.shadows {
		s.shadows[i] = shadow{cost: 1e6, changes: 1000}
	}
	// 100 changes are worth two replicas for 60 s each: 1.2 % of the cost, of which half a
	// percent would not be enough.
	s.shadows[9] = shadow{cost: 1e6, changes: 900}
	if s.choose(&live); s.chosen != 9 {
		t.Errorf("%d chosen", s.chosen)
	}
}

func TestFamilyIsSound(t *testing.T) {
	seen, want := map[Member]bool{}, 0
	for _, waits := range []bool{false, true} {
		ways := waysFor(family[:], waits)
		want += len(ways)
		for i := range ways {
			s := NewFamily(leastSlot, ways)
			s.slots, s.chosen = 60, i
			if got := s.Tuning(); !got.Known || !got.Sound() || ways[i].Waits != waits {
				t.Errorf("%+v", got)
			}
			seen[ways[i]] = true
		}
	}
	if len(seen) != want {
		t.Errorf("%d of %d differ", len(seen), want)
	}
}

// TestTheLastMomentIsTried has ways for work that can wait, each tried with a last moment and without
// one; other ways have none.
func TestTheLastMomentIsTried(t *testing.T) {
	with := map[Member]int{}
	for _, m := range waysFor(family[:], true) {
		late := m.Patience.Last > 0
		m.Patience.Last = 0
		with[m]++
		if late {
			with[m] += 10
		}
	}
	for _, m := range family {
		if got := with[m]; m.Waits && got != 12 || !m.Waits && got != 0 {
			t.Errorf("%d of %+v", got, m)
		}
	}
	for _, m := range waysFor(family[:], false) {
		if m.Patience.Last > 0 {
			t.Errorf("%+v", m)
		}
	}
}

func TestLittleStandsOnASmoothDay(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	bs := bins(r, 2*day, 5, wave)
	s := learned(batch, one(batchDeadline, bs[:day/5]))
	above, slots := 0, 0
	for i := day / 5; i < len(bs); i += 720 {
		s.Advance(batch, one(batchDeadline, bs[i-1:i+720]))
		got := s.Tuning()
		if !got.Known || !got.Sound() {
			t.Fatalf("%+v", got)
		}
		slots++
		if got.Standing > got.Rate {
			above++
		}
	}
	if above > 0 {
		t.Errorf("more stand than the rate asks for at %d of %d times", above, slots)
	}
}

func TestEnoughStandForSpikesAsUsual(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	bs := bins(r, day+2*hour, 5, spikes)
	s := learned(live, one(liveDeadline, bs[:day/5]))
	// A spike is 880 replica-seconds of work that come within 15 s, from slot to slot,
	// and 30 s more.
	const needed = 880.0 / 45 * 1000
	for i := day / 5; i+120 <= len(bs); i += 120 {
		if got := s.Tuning(); !got.Sound() || float64(got.Standing) < 0.9*needed {
			t.Errorf("before the spike at slot %d only %d stand of %.0f", i, got.Standing, needed)
		}
		s.Advance(live, one(liveDeadline, bs[i:i+120]))
	}
	if late := s.shadows[s.chosen].late / s.arrived; late > 0.01 {
		t.Errorf("%.2f %% of the work was late with what was chosen", 100*late)
	}
}

// With a lead of a tenth, what may be wasted and how long draining may take are a tenth.
// The shadows are given the same patience as the pool.
func TestTimesShrinkWithTheLead(t *testing.T) {
	for name, c := range map[string]struct {
		lead sample.Span
		want float64
	}{
		"long": {10 * familyLead, 1}, "that of the family": {familyLead, 1},
		"a tenth": {familyLead / 10, 0.1}, "none": {0, 0.01},
	} {
		t.Run(name, func(t *testing.T) {
			if got := scaleOf(c.lead); got != c.want {
				t.Fatalf("scale %g, want %g", got, c.want)
			}
			for i := range family {
				m, got := &family[i], family[i].patience(c.want)
				tuning := control.Tuning{Known: true, Patience: got}
				if !tuning.Sound() || float64(got.Waste) > float64(m.Patience.Waste)*c.want || got.High != m.Patience.High {
					t.Errorf("%+v of %+v", got, m.Patience)
				}
			}
		})
	}
}

// The same counts, in slots a tenth as long and with a tenth of the lead, give the same
// average of minutes; the peak of a tenth of the slots is no higher.
func TestAveragesShrinkWithTheLead(t *testing.T) {
	var slow, quick rates
	r := rand.New(rand.NewPCG(1, 2))
	for i := range int64(400) {
		rate := poisson(r, 20)
		slow.fold(rate, spans{5, 1, 13, 1000}, i+1)
		quick.fold(rate, spans{0.5, 0.1, 13, 1000}, i+1)
	}
	if got, want := quick.feature[Steady], slow.feature[Steady]; math.Abs(got/want-1) > 1e-9 {
		t.Errorf("%g, want %g", got, want)
	}
	if quick.feature[Peak] > slow.feature[Peak] {
		t.Errorf("peaks %g and %g", quick.feature[Peak], slow.feature[Peak])
	}
}

// The peak is the highest of the last slots, however many those are.
func TestPeakIsTheHighestOfLate(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	var x rates
	var all []float64
	slots := peakSlots
	for n := range int64(3000) {
		if r.IntN(100) == 0 {
			slots = 1 + r.IntN(peakSlots)
		}
		x.now[Brisk] = float64(r.IntN(30))
		all = append(all, x.now[Brisk])
		x.peak(n+1, slots)
		if want := slices.Max(all[max(len(all)-slots, 0):]); x.feature[Peak] != want {
			t.Fatalf("slot %d: %g is the highest of the last %d, want %g", n, x.feature[Peak], slots, want)
		}
	}
}

// A large pool is not moved by each swing, and the ways say so as they are tried and applied.
func TestLargePoolsAreCalm(t *testing.T) {
	for busy, want := range map[float64]int64{0: 0, 2: 0, 10: 0, 13: 0, 16: 100, 40: 1300, 100: 4300, 112.5: 4900, 1000: 5000, 1e6: 5000} {
		s := New(leastSlot)
		s.rates.day = busy
		for range 2 {
			s.calm()
			for i := range s.family {
				if got := s.patience(i).Noise; got != want {
					t.Errorf("with %g busy a noise of %d, want %d", busy, got, want)
					break
				}
			}
			s.suit(0.5)
		}
	}
}

// A pool that grows large gets calm at a choice, and is the same however it is told.
func TestCalmInParts(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	past := bins(r, 2*hour, 5, constant(400))
	whole, parts := New(leastSlot), New(leastSlot)
	whole.Advance(live, one(liveDeadline, past))
	for len(past) > 0 {
		n := min(len(past), 1+r.IntN(100))
		parts.Advance(live, one(liveDeadline, past[:n]))
		past = past[n:]
	}
	if whole.noise == 0 || whole.Tuning().Patience.Noise != whole.noise {
		t.Errorf("a noise of %d, and %+v", whole.noise, whole.Tuning().Patience)
	}
	same(t, whole, parts)
}

// What a change costs: by the startup, up to a minute.
func TestWhatAChangeCosts(t *testing.T) {
	for name, c := range map[string]struct {
		busy, startup float64 // startup in minutes
		want          float64 // replicas for a minute
	}{
		"a small pool":           {2, 1, 2.5},
		"where the root begins":  {4, 1, 2.5},
		"where it has begun":     {9, 1, 3.6},
		"where the share begins": {16, 1, 4.8},
		"a large one":            {100, 1, 30},
		"that starts in half":    {100, 0.5, 15},
		"that takes hours":       {100, 120, 30},
		"nothing known":          {0, 1, 2.5},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(leastSlot)
			s.rates.day = c.busy
			x := &s.shadows[0]
			x.cost, x.changes = 1000, 2
			if got := s.cost(&Pool{Startup: sample.Span(c.startup * float64(sample.Minute))}, 0); math.Abs(got-1000-2*60*c.want) > 1e-9 {
				t.Errorf("two changes cost %v, want %v", got-1000, 2*60*c.want)
			}
		})
	}
}

// A pool whose work can wait tries the ways for that; when it no longer can, or can again, the
// others are tried from then on, and one of them is in charge.
func TestWaysFollowTheWork(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	past := bins(r, 3*hour, 5, constant(20))
	at := func(i int, deadline sample.Span) []Stream { return one(deadline, past[i*720:(i+1)*720]) }
	s := New(leastSlot)
	for i, c := range []struct {
		deadline sample.Span
		waits    bool
	}{
		{113 * sample.Second, true}, // a lead and a half
		{90 * sample.Second, true},  // not far below
		{89 * sample.Second, false},
	} {
		s.Advance(live, at(i, c.deadline))
		for _, m := range s.family {
			if m.Waits != c.waits {
				t.Fatalf("with %s: %+v", c.deadline, m)
			}
		}
		got := s.Tuning()
		if !got.Known || !got.Sound() || got.Patience != s.patience(s.chosen) {
			t.Errorf("with %s: %+v", c.deadline, got)
		}
	}
	s = New(leastSlot)
	s.Advance(live, at(0, 112*sample.Second))
	if s.waits {
		t.Error("work that may wait less than a lead and a half is taken to wait")
	}
}

// What is due later than others could do it is what came within the wait, less the look; of several
// queues that is not known. Where work cannot wait for as long as the first look it is none.
func TestLater(t *testing.T) {
	steady := func(deadline sample.Span) []Stream {
		return one(deadline, bins(rand.New(rand.NewPCG(8, 1)), hour, 5, constant(20)))
	}
	s := New(leastSlot)
	s.Advance(batch, steady(batchDeadline))
	times := control.Times{Startup: int64(batch.Startup), Lead: int64(batch.Lead)}
	got := s.Tuning().Later
	for i, than := range got.Than {
		if want := 20 * float64(int64(batchDeadline)-times.Look(i)); !got.Known || math.Abs(float64(than)/want-1) > 0.05 {
			t.Errorf("look %d: %+v, want about %.0f", i, got, want)
		}
	}
	s = New(leastSlot)
	s.Advance(live, steady(liveDeadline))
	if got := s.Tuning().Later; !got.Known || got.Than[1] != 0 {
		t.Errorf("%+v of work that cannot wait", got)
	}
	s = New(leastSlot)
	s.Advance(batch, append(steady(batchDeadline), steady(batchDeadline)...))
	if got := s.Tuning().Later; got != (control.Later{}) {
		t.Errorf("%+v of two queues", got)
	}
}

// What is fresh is what came within the wait less the lead; of several queues that is not known, and
// of one that takes most of the replicas that there may be nothing is put off.
func TestFresh(t *testing.T) {
	s := New(leastSlot)
	s.Advance(batch, one(batchDeadline, bins(rand.New(rand.NewPCG(8, 1)), hour, 5, constant(20))))
	seconds := float64(batchDeadline-batch.Lead) / 1000
	if got := float64(s.Tuning().Fresh) / 1000; math.Abs(got/(20*seconds)-1) > 0.05 {
		t.Errorf("%.0f replica-seconds are fresh, want about %.0f", got, 20*seconds)
	}
	both := append(one(batchDeadline, bins(rand.New(rand.NewPCG(8, 1)), hour, 5, constant(20))), one(batchDeadline, bins(rand.New(rand.NewPCG(9, 1)), hour, 5, constant(20)))...)
	s = New(leastSlot)
	if s.Advance(batch, both); s.Tuning().Fresh != 0 {
		t.Errorf("%d of two queues", s.Tuning().Fresh)
	}
	for most, fresh := range map[int32]bool{24: false, 27: true} {
		few := batch
		few.Max = most
		s = New(leastSlot)
		s.Advance(few, one(batchDeadline, bins(rand.New(rand.NewPCG(8, 1)), hour, 5, constant(20))))
		if got := s.Tuning().Fresh; got > 0 != fresh {
			t.Errorf("%d fresh where there may be %d", got, most)
		}
	}
}
