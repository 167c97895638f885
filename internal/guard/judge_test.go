package guard

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

const hour = sample.Instant(sample.Hour)

var (
	leaks  = Stream{"hate", Leakage}
	kills  = Stream{"hate", Overkill}
	opened = Move{Review, Allow}
)

// at0 is a cell of the market at so many hours.
func cellAt(market string, hours int) Cell { return Cell{market, sample.Instant(hours) * hour} }

// shadow is a shadow step four days after it began: 1 % of the items of the first day were opened, and none of
// 300 of them is violating.
func shadow() Input {
	in := Input{
		Now: 96 * hour,
		Terms: Terms{
			Streams: []Watched{{Stream: leaks, Primary: true, Margin: 25_000}, {Stream: kills, Primary: true, Margin: 25_000}},
			Cohort:  6 * sample.Hour, Delay: 36 * sample.Hour,
		},
		Step: Step{Shadow: true, Hold: 24 * sample.Hour, MaxHold: 240 * sample.Hour},
	}
	in.Counters.Quality = sample.Fresh
	for h := 0; h < 24; h += 6 {
		in.Counters.Entered = append(in.Counters.Entered, Entered{cellAt("DE", h), 50_000})
		in.Counters.Moved = append(in.Counters.Moved, Moved{Cell: cellAt("DE", h), Label: "hate", Move: opened, Items: 500, Sampled: 75, Labelled: 75})
	}
	return in
}

// step is a step with two cohorts in which the candidate decides half, and errors are as frequent in both arms.
func step() Input {
	in := shadow()
	in.Now = 200 * hour
	in.Step = Step{Since: 96 * hour, Hold: 48 * sample.Hour, MaxHold: 240 * sample.Hour}
	for _, h := range []int{96, 102} {
		in.Counters.Entered = append(in.Counters.Entered, Entered{cellAt("DE", h), 50_000})
		for _, arm := range []Arm{Stable, Candidate} {
			in.Counters.check(Stratum{cellAt("DE", h), arm, "allowed"}, 5_000, 400, map[Stream]int64{leaks: 8, kills: 0})
			in.Counters.check(Stratum{cellAt("DE", h), arm, "actioned"}, 10_000, 100, map[Stream]int64{leaks: 0, kills: 3})
		}
	}
	return in
}

// check adds the rows of a stratum.
func (c *Counters) check(s Stratum, rate sample.PPM, labelled int64, errors map[Stream]int64) {
	c.Sampled = append(c.Sampled, Sampled{s, rate, labelled, labelled})
	for _, stream := range []Stream{leaks, kills} {
		if n, told := errors[stream]; told {
			c.Wrong = append(c.Wrong, Wrong{s, stream, n})
		}
	}
}

// wrong sets the errors of a stream in each cohort of an arm.
func (c *Counters) wrong(arm Arm, s Stream, n int64) {
	for i := range c.Wrong {
		if w := &c.Wrong[i]; w.Arm == arm && w.Stream == s && w.Errors > 0 {
			w.Errors = n
		}
	}
}

func TestJudge(t *testing.T) {
	for name, c := range map[string]struct {
		from    func() Input
		change  func(in *Input)
		outcome Outcome
		reason  Reason
	}{
		"shadow, harmless":  {shadow, func(*Input) {}, Advance, ReasonWithinMargin},
		"step, no rise":     {step, func(*Input) {}, Advance, ReasonWithinMargin},
		"no quality at all": {shadow, func(in *Input) { in.Counters.Quality = 0 }, Hold, ReasonNotFresh},
		"stale":             {step, func(in *Input) { in.Counters.Quality = sample.Stale }, Hold, ReasonNotFresh},
		"stale until maxHold": {step, func(in *Input) {
			in.Counters.Quality, in.Now = sample.Stale, 336*hour
		}, Inconclusive, ReasonNotFresh},
		"stale, and worse": {shadow, func(in *Input) {
			in.Counters.Quality = sample.Stale
			for i := range in.Counters.Moved {
				in.Counters.Moved[i].Violating = 75
			}
		}, Hold, ReasonNotFresh},
		"nothing counted":             {shadow, func(in *Input) { in.Counters = Counters{Quality: sample.Fresh} }, Hold, ReasonNoData},
		"a label that is not counted": {shadow, func(in *Input) { in.Counters.Moved = nil }, Hold, ReasonNoData},
		"a label that did not change": {shadow, func(in *Input) {
			in.Counters.Moved = nil
			in.Terms.Streams[0].Unchanged, in.Terms.Streams[1].Unchanged = true, true
		}, Advance, ReasonWithinMargin},
		"no primary stream":          {shadow, func(in *Input) { in.Terms.Streams = in.Terms.Streams[:0] }, Hold, ReasonTerms},
		"no margin":                  {shadow, func(in *Input) { in.Terms.Streams[0].Margin = 0 }, Hold, ReasonTerms},
		"a stream twice":             {shadow, func(in *Input) { in.Terms.Streams[1] = in.Terms.Streams[0] }, Hold, ReasonTerms},
		"more labelled than sampled": {shadow, func(in *Input) { in.Counters.Moved[0].Labelled++ }, Hold, ReasonImplausible},
		"more moved than entered":    {shadow, func(in *Input) { in.Counters.Moved[0].Items = 50_001 }, Hold, ReasonImplausible},
		"a move to nowhere":          {shadow, func(in *Input) { in.Counters.Moved[0].Move.To = "Maybe" }, Hold, ReasonImplausible},
		"a negative count":           {shadow, func(in *Input) { in.Counters.Moved[0].Violating = -1 }, Hold, ReasonImplausible},
		"errors in no stratum":       {step, func(in *Input) { in.Counters.Wrong[0].Name = "elsewhere" }, Hold, ReasonImplausible},
		"two rates for a stratum": {step, func(in *Input) {
			again := in.Counters.Sampled[0]
			again.Rate++
			in.Counters.Sampled = append(in.Counters.Sampled, again)
		}, Hold, ReasonImplausible},
		"less counted than before": {shadow, func(in *Input) { in.State.Moved = 301 }, Hold, ReasonCountersFell},
		"less counted of an older rollout": {step, func(in *Input) {
			in.State = Judge(*in).State
			in.Counters.check(Stratum{cellAt("DE", -6), Stable, "allowed"}, 5_000, 400, nil)
			in.Counters.Sampled[0].Sampled, in.Counters.Sampled[0].Labelled = 399, 399
		}, Hold, ReasonCountersFell},
		"as much as before": {shadow, func(in *Input) { in.State.Moved = 300 }, Advance, ReasonWithinMargin},
		"too few sampled":   {shadow, func(in *Input) { in.Terms.Discordant = 301 }, Hold, ReasonSampling},
		"labels to come": {shadow, func(in *Input) {
			in.Counters.Moved[3].Labelled, in.Now = 60, 30*hour
		}, Hold, ReasonMaturing},
		"missing labels count against": {shadow, func(in *Input) {
			for i := range in.Counters.Moved {
				in.Counters.Moved[i].Labelled = 55
			}
		}, Hold, ReasonNotShown},
		"a rise that is not shown to be in the margin": {shadow, func(in *Input) {
			for i := range in.Counters.Moved {
				in.Counters.Moved[i].Violating = 17
			}
		}, Hold, ReasonNotShown},
		"moved items worse": {shadow, func(in *Input) {
			for i := range in.Counters.Moved {
				in.Counters.Moved[i].Violating = 38
			}
		}, Abort, ReasonMovedItemsWorse},
		"people err as often": {shadow, func(in *Input) {
			in.Terms.People = []People{{"hate", 900_000, 0}}
			for i := range in.Counters.Moved {
				in.Counters.Moved[i].Violating = 38
			}
		}, Advance, ReasonWithinMargin},
		"before hold": {shadow, func(in *Input) { in.Step.Hold = 97 * sample.Hour }, Hold, ReasonHolding},
		"undecided at maxHold": {shadow, func(in *Input) {
			in.Step.MaxHold = 96 * sample.Hour
			in.Terms.Discordant = 301
		}, Inconclusive, ReasonSampling},
		"candidate worse": {step, func(in *Input) { in.Counters.wrong(Candidate, leaks, 40) }, Abort, ReasonCandidateWorse},
		"candidate worse, within the margin": {step, func(in *Input) {
			in.Counters.wrong(Candidate, leaks, 40)
			in.Terms.Streams[0].Margin = 2_000_000
		}, Hold, ReasonRiseInMargin},
		"candidate worse, as is tolerated": {step, func(in *Input) {
			in.Counters.wrong(Candidate, leaks, 40)
			in.Terms.Streams[0].Tolerated = 5_000_000
		}, Advance, ReasonWithinMargin},
		"a secondary stream worse": {step, func(in *Input) {
			in.Counters.wrong(Candidate, kills, 30)
			in.Terms.Streams[1].Primary = false
		}, Hold, ReasonSecondaryWorse},
		"excluded": {step, func(in *Input) {
			in.Counters.wrong(Candidate, leaks, 40)
			in.Excluded = []Period{{97 * hour, 103 * hour}}
		}, Hold, ReasonNoData},
		"errors of a stream not counted": {step, func(in *Input) {
			in.Counters.Wrong = nil
		}, Hold, ReasonNoData},
		"nothing of this step": {step, func(in *Input) { in.Step.Since = 110 * hour }, Hold, ReasonNoData},
		"the step's labels to come": {step, func(in *Input) {
			in.Now = 145 * hour
			for i := range in.Counters.Sampled {
				in.Counters.Sampled[i].Sampled *= 2
			}
			in.Step.Since = 102 * hour
			in.Step.Hold = 24 * sample.Hour
		}, Advance, ReasonWithinMargin},
		"the step's labels to come, young": {step, func(in *Input) {
			in.Now = 138 * hour
			for i := range in.Counters.Sampled {
				in.Counters.Sampled[i].Sampled *= 2
			}
		}, Hold, ReasonMaturing},
	} {
		t.Run(name, func(t *testing.T) {
			in := c.from()
			c.change(&in)
			v := Judge(in)
			if v.Outcome != c.outcome || v.Reason != c.reason {
				t.Errorf("%s, %s; want %s, %s\n%+v", v.Outcome, v.Reason, c.outcome, c.reason, v)
			}
		})
	}
}

// A market that is much worse than the others stops the step, though all together are not.
func TestMarkets(t *testing.T) {
	in := step()
	for _, market := range []string{"AT", "BE", "CH"} {
		for _, h := range []int{96, 102} {
			in.Counters.Entered = append(in.Counters.Entered, Entered{cellAt(market, h), 50_000})
			for _, arm := range []Arm{Stable, Candidate} {
				n := int64(8)
				if market == "CH" && arm == Candidate {
					n = 22
				}
				in.Counters.check(Stratum{cellAt(market, h), arm, "allowed"}, 5_000, 400, map[Stream]int64{leaks: n, kills: 0})
			}
		}
	}
	v := Judge(in)
	if v.Outcome != Hold || v.Reason != ReasonMarketWorse || v.Market != "CH" || v.Binding != leaks {
		t.Errorf("%s, %s of %s in %q", v.Outcome, v.Reason, v.Binding, v.Market)
	}
	if e := v.Evidence[2]; e.Market != "CH" || len(v.Evidence) != 3 {
		t.Errorf("the worst market is %q of %d lines", e.Market, len(v.Evidence))
	}
	for i := range in.Counters.Wrong {
		if w := &in.Counters.Wrong[i]; w.Market == "CH" && w.Arm == Candidate && w.Stream == leaks {
			w.Errors = 60
		}
	}
	if v := Judge(in); v.Outcome != Abort || v.Reason != ReasonCandidateWorse {
		t.Errorf("far worse: %s, %s", v.Outcome, v.Reason)
	}
}

// What is said does not depend on how the counters are cut and ordered, and Judge leaves its input alone.
func TestOrderAndCuts(t *testing.T) {
	in := step()
	in.Counters.wrong(Candidate, leaks, 13)
	want := Judge(in)
	if diff := cmp.Diff(want, Judge(in)); diff != "" {
		t.Fatal(diff)
	}
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		cut := in
		cut.Counters = Counters{Quality: sample.Fresh}
		part := func(n int64) int64 { return int64(r.IntN(int(n) + 1)) }
		for _, e := range in.Counters.Entered {
			n := part(e.Items)
			cut.Counters.Entered = append(cut.Counters.Entered, Entered{e.Cell, n}, Entered{e.Cell, e.Items - n})
		}
		for _, m := range in.Counters.Moved {
			a, b := m, m
			a.Items, a.Sampled, a.Labelled, a.Violating = part(m.Items), part(m.Sampled), part(m.Labelled), part(m.Violating)
			b.Items, b.Sampled, b.Labelled, b.Violating = m.Items-a.Items, m.Sampled-a.Sampled, m.Labelled-a.Labelled, m.Violating-a.Violating
			cut.Counters.Moved = append(cut.Counters.Moved, a, b)
		}
		for _, s := range in.Counters.Sampled {
			a, b := s, s
			a.Sampled, a.Labelled = part(s.Sampled), part(s.Labelled)
			b.Sampled, b.Labelled = s.Sampled-a.Sampled, s.Labelled-a.Labelled
			cut.Counters.Sampled = append(cut.Counters.Sampled, a, b)
		}
		for _, w := range in.Counters.Wrong {
			a, b := w, w
			a.Errors = part(w.Errors)
			b.Errors -= a.Errors
			cut.Counters.Wrong = append(cut.Counters.Wrong, a, b)
		}
		shuffle(r, cut.Counters.Entered)
		shuffle(r, cut.Counters.Moved)
		shuffle(r, cut.Counters.Sampled)
		shuffle(r, cut.Counters.Wrong)
		if diff := cmp.Diff(want, Judge(cut)); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

func shuffle[T any](r *rand.Rand, all []T) {
	r.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
}

// TestLooks: the sample is judged when it is whole, and again when it has doubled, not between.
func TestLooks(t *testing.T) {
	in := shadow()
	for h := 24; h < 84; h += 6 {
		in.Now += 6 * hour
		in.Counters.Entered = append(in.Counters.Entered, Entered{cellAt("DE", h), 50_000})
		in.Counters.Moved = append(in.Counters.Moved, Moved{Cell: cellAt("DE", h), Label: "hate", Move: opened, Items: 500, Sampled: 75, Labelled: 75})
		want := int64(300)
		if h >= 24+18 {
			want = 600
		}
		if got := Judge(in).Evidence[0].Moved.Sampled; got != want {
			t.Errorf("at %d h the bounds are of %d samples, want %d", h, got, want)
		}
	}
}

// TestRareMoves: what hardly any item does need not be sampled, and is taken for the worst.
func TestRareMoves(t *testing.T) {
	in := shadow()
	before := Judge(in).Evidence[0].Moved
	in.Counters.Moved = append(in.Counters.Moved, Moved{Cell: cellAt("DE", 0), Label: "hate", Move: Move{Act, Allow}, Items: 9})
	v := Judge(in)
	if after := v.Evidence[0].Moved; v.Outcome != Advance || after.Upper <= before.Upper || after.Upper > before.Upper+2_500 {
		t.Errorf("%s: upper bound %s with 9 items of a move, %s without", v.Outcome, after.Upper, before.Upper)
	}
	in.Counters.Moved[4].Items = 200
	if v := Judge(in); v.Outcome != Hold || v.Reason != ReasonSampling {
		t.Errorf("200 items of a move: %s, %s", v.Outcome, v.Reason)
	}
}

// TestNext: a look is due when hold or maxHold ends, or the next cohort is old enough.
func TestNext(t *testing.T) {
	in := shadow()
	in.Now = 30 * hour
	for want, now := range map[sample.Instant]sample.Instant{
		42*hour + 1: 30 * hour, 48*hour + 1: 43 * hour, 240 * hour: 100 * hour, 0: 240 * hour,
	} {
		in.Now = now
		if got := Judge(in).Next; got != want {
			t.Errorf("at %d h the next look is at %v h, want %v", now/hour, float64(got)/float64(hour), float64(want)/float64(hour))
		}
	}
}

// FuzzJudge: whatever is counted, there is an answer; only Fresh counters with a matured sample advance.
func FuzzJudge(f *testing.F) {
	f.Add(uint8(3), int64(500), int64(75), int64(75), int64(3), int64(400), int64(8), int64(96))
	f.Add(uint8(2), int64(0), int64(0), int64(0), int64(0), int64(0), int64(0), int64(0))
	f.Add(uint8(3), int64(-1), int64(1<<62), int64(1<<62), int64(7), int64(1<<61), int64(1<<61), int64(1<<40))
	f.Fuzz(func(t *testing.T, quality uint8, items, sampled, labelled, violating, checks, errors, now int64) {
		in := step()
		in.Counters.Quality, in.Now = sample.Quality(quality), sample.Instant(now)*hour
		in.Counters.Moved[1] = Moved{
			Cell: cellAt("DE", 6), Label: "hate", Move: opened, Items: items, Sampled: sampled, Labelled: labelled, Violating: violating,
		}
		in.Counters.check(Stratum{cellAt("FR", 96), Candidate, "allowed"}, 5_000, checks, map[Stream]int64{leaks: errors, kills: 0})
		v := Judge(in)
		switch v.Outcome {
		case Advance:
			if in.Counters.Quality != sample.Fresh || sampled < 75 || in.Now < 144*hour {
				t.Errorf("advanced on %+v", in)
			}
		case Hold, Abort, Inconclusive:
		default:
			t.Errorf("outcome %q", v.Outcome)
		}
		if v.Reason == "" || (v.Outcome == Abort && in.Counters.Quality != sample.Fresh) {
			t.Errorf("%s, %s", v.Outcome, v.Reason)
		}
	})
}

// course is a step in four markets, looked at after each cohort, in one of which leakage of the candidate rises:
// how it ended, and whether it was ever held by the alarm of a market.
func course(seed uint64, rise float64) (end Outcome, alarm bool) {
	r := rand.New(rand.NewPCG(seed, 7))
	in := step()
	in.Counters = Counters{Quality: sample.Fresh}
	for i := range in.Terms.Streams {
		in.Terms.Streams[i].Unchanged, in.Terms.Streams[i].Margin = true, 1
	}
	in.Step.MaxHold = 0
	for h := 96; h < 96+15*6; h += 6 {
		for _, market := range []string{"AT", "BE", "CH", "DE"} {
			in.Counters.Entered = append(in.Counters.Entered, Entered{cellAt(market, h), 50_000})
			for _, arm := range []Arm{Stable, Candidate} {
				errors, n := map[Stream]int64{}, int64(50+r.IntN(150))
				for _, s := range []Stream{leaks, kills} {
					rate := 0.04
					if market == "CH" && arm == Candidate && s == leaks {
						rate *= rise
					}
					errors[s] = 0
					for range n {
						if r.Float64() < rate {
							errors[s]++
						}
					}
				}
				in.Counters.check(Stratum{cellAt(market, h), arm, "all"}, 5_000, n, errors)
			}
		}
		in.Now = sample.Instant(h+6) * hour
		v := Judge(in)
		in.State, end = v.State, v.Outcome
		alarm = alarm || v.Reason == ReasonMarketWorse
		if end == Abort {
			break
		}
	}
	return end, alarm
}

// TestCourses: without a rise few courses in several markets abort or are held by an alarm at any time; with a
// rise in one of them nearly all are.
func TestCourses(t *testing.T) {
	const courses = 80
	for rise, stopped := range map[float64][2]int{1: {0, courses * 8 / 100}, 2.5: {courses * 9 / 10, courses}} {
		got := 0
		for seed := range uint64(courses) {
			if end, alarm := course(seed, rise); end == Abort || alarm {
				got++
			}
		}
		if got < stopped[0] || got > stopped[1] {
			t.Errorf("rise %v: %d of %d stopped, want %d to %d", rise, got, courses, stopped[0], stopped[1])
		}
	}
}
