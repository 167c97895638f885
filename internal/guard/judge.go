package guard

import (
	"cmp"
	"math"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// What terms are if they are not declared.
const (
	defaultShare      = sample.PPM(50_000)
	defaultDiscordant = 300
	// lines is how many streams of single markets are told of.
	lines = 32
)

// judge is one judgement.
type judge struct {
	in      *Input
	streams []Watched
	people  map[Stream]float64
	severe  int64                               // the severities of all primary streams
	moved   map[string]map[sample.Instant]batch // by label
	strata  map[Stratum]*stratum
	places  []map[string]bool // by stream, the strata in which its errors are counted
	markets int               // in which both revisions are evaluated, from the shadow step on
}

// Judge says whether the step may go on. It is total: what cannot be judged holds.
func Judge(in Input) Verdict {
	j := newJudge(&in)
	v := Verdict{Outcome: Hold, State: in.State}
	if v.Reason = j.refuse(); v.Reason == "" {
		v.State = j.counted()
		cells := j.cells()
		j.moved = j.gather()
		cells = slices.DeleteFunc(cells, func(c cell) bool { return !c.mature(j) })
		v.Matured, v.Next = j.matured(cells)
		j.weigh(&v, cells)
	}
	step := &in.Step
	held, over := step.Since.Add(step.Hold), step.Since.Add(step.MaxHold)
	if v.Outcome == Advance && in.Now < held {
		v.Outcome, v.Reason, v.Binding = Hold, ReasonHolding, Stream{}
	}
	if v.Outcome == Hold && step.MaxHold > 0 && in.Now >= over {
		v.Outcome = Inconclusive
	}
	for _, at := range []sample.Instant{held, over} {
		v.Next = sooner(v.Next, at, in.Now)
	}
	return v
}

func newJudge(in *Input) *judge {
	j := &judge{in: in, streams: slices.Clone(in.Terms.Streams), people: map[Stream]float64{}}
	in.Terms.Budget = cmp.Or(in.Terms.Budget, defaultShare)
	in.Terms.Doubt = cmp.Or(in.Terms.Doubt, defaultShare)
	for i := range j.streams {
		s := &j.streams[i]
		s.Severity = cmp.Or(s.Severity, 1)
		if s.Primary {
			j.severe += s.Severity
		}
	}
	slices.SortFunc(j.streams, func(a, b Watched) int {
		if a.Primary != b.Primary {
			if a.Primary {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), compare(a.Stream, b.Stream))
	})
	for _, p := range in.Terms.People {
		j.people[Stream{p.Label, Leakage}] = float64(p.Leakage) / float64(sample.AllPPM)
		j.people[Stream{p.Label, Overkill}] = float64(p.Overkill) / float64(sample.AllPPM)
	}
	return j
}

func compare(a, b Stream) int {
	return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Kind, b.Kind))
}

func (j *judge) discordant() int64 { return cmp.Or(j.in.Terms.Discordant, defaultDiscordant) }

// counts is whether a cohort does: it is over, it is of this rollout, and it is not excluded.
func (j *judge) counts(cohort sample.Instant) bool {
	return cohort >= j.in.Step.Began && cohort.Add(j.in.Terms.Cohort) <= j.in.Now && !j.excluded(cohort)
}

func (j *judge) excluded(cohort sample.Instant) bool {
	end := cohort.Add(j.in.Terms.Cohort)
	return slices.ContainsFunc(j.in.Excluded, func(p Period) bool { return cohort < p.Until && end > p.From })
}

// matured is when the newest cohort that counts ends, and when the next is old enough to.
func (j *judge) matured(cells []cell) (newest, next sample.Instant) {
	for i := range cells {
		newest = max(newest, cells[i].Cohort.Add(j.in.Terms.Cohort))
	}
	for _, batches := range j.moved {
		for cohort, b := range batches {
			if b.mature(j, cohort) && b.tallies != nil {
				newest = max(newest, cohort.Add(j.in.Terms.Cohort))
			}
		}
	}
	for _, e := range j.in.Counters.Entered {
		if j.counts(e.Cohort) {
			next = sooner(next, e.Cohort.Add(j.in.Terms.Cohort+j.in.Terms.Delay+1), j.in.Now)
		}
	}
	return newest, next
}

// sooner is the earlier of next and at, of those that are to come.
func sooner(next, at, now sample.Instant) sample.Instant {
	if at <= now || (next != 0 && next <= at) {
		return next
	}
	return at
}

// alpha is a stream's part of the budget.
func (j *judge) alpha(s *Watched) float64 {
	if !s.Primary {
		return 0
	}
	return float64(j.in.Terms.Budget) / float64(sample.AllPPM) * float64(s.Severity) / float64(j.severe)
}

// weigh gathers the evidence of all streams, and decides.
func (j *judge) weigh(v *Verdict, cells []cell) {
	for i := range j.streams {
		v.Evidence = append(v.Evidence, j.pooled(i, cells))
	}
	if j.markets > 1 {
		var single []Evidence
		names, by := markets(cells)
		for i := range j.streams {
			for _, name := range names {
				single = append(single, j.single(i, name, by[name]))
			}
		}
		slices.SortStableFunc(single, func(a, b Evidence) int { return cmp.Compare(b.Arms.LogWealth, a.Arms.LogWealth) })
		v.Evidence = append(v.Evidence, single...)
	}
	j.discover(v.Evidence)
	v.decide()
	if v.Outcome == Advance && !j.in.Step.Shadow {
		if reason := j.own(cells); reason != "" {
			v.Outcome, v.Reason, v.Binding = Hold, reason, Stream{}
		}
	}
	told := len(j.streams)
	v.Evidence = slices.DeleteFunc(v.Evidence, func(e Evidence) bool { return e.Market != "" && e.Arms.LogWealth <= 0 })
	v.Evidence = v.Evidence[:min(len(v.Evidence), told+lines)]
}

// pooled is the evidence on a stream in all markets.
func (j *judge) pooled(stream int, cells []cell) Evidence {
	s := &j.streams[stream]
	alpha := j.alpha(s)
	e := Evidence{Stream: s.Stream, Primary: s.Primary, Margin: s.Margin, Alpha: sample.PPM(alpha * float64(sample.AllPPM))}
	l := look{}
	if !s.Unchanged {
		l = j.look(s.Label, s.Margin)
	}
	if l.reason == "" && l.items > 0 {
		share := func(p sample.PPM) float64 { return float64(p) / float64(sample.AllPPM) }
		low := alpha / 2
		if !s.Primary {
			low = share(j.in.Terms.Budget)
		}
		e.Moved = j.bounds(s, l, low, share(j.in.Terms.Doubt))
	}
	own := alpha / 2
	if j.markets > 1 {
		own /= 2
	}
	e.Arms = j.bet(stream, cells).told(own)
	e.Outcome, e.Reason = e.judged(l.reason)
	if e.Outcome == Advance && !j.in.Step.Shadow && len(j.places[stream]) == 0 {
		e.Outcome, e.Reason = Hold, ReasonNoData
	}
	return e
}

// judged is what the evidence says, with the reason that there is no look at what moved, if so.
func (e *Evidence) judged(missing Reason) (Outcome, Reason) {
	switch {
	case e.Primary && e.Moved.Lower > 0 && e.Moved.Estimate > e.Margin:
		return Abort, ReasonMovedItemsWorse
	case e.shown() && e.beyond():
		return Abort, ReasonCandidateWorse
	case e.shown():
		return Hold, ReasonRiseInMargin
	case missing != "":
		return Hold, missing
	case e.Moved.Upper > e.Margin:
		return Hold, ReasonNotShown
	}
	return Advance, ReasonWithinMargin
}

// shown is whether the bet has passed its threshold, and beyond whether the rise it is of is more than the margin.
func (e *Evidence) shown() bool {
	return e.Arms.LogThreshold > 0 && e.Arms.LogWealth >= e.Arms.LogThreshold
}
func (e *Evidence) beyond() bool { return e.Arms.Candidate-e.Arms.Stable > e.Margin }

// single is the evidence on a stream in one of several markets: it aborts at its own threshold only.
func (j *judge) single(stream int, market string, cells []cell) Evidence {
	s := &j.streams[stream]
	e := Evidence{Stream: s.Stream, Market: market, Primary: s.Primary, Margin: s.Margin, Outcome: Advance, Reason: ReasonWithinMargin}
	e.Arms = j.bet(stream, cells).told(j.alpha(s) / 4 / float64(j.markets))
	if e.shown() && e.beyond() {
		e.Outcome, e.Reason = Abort, ReasonCandidateWorse
	}
	return e
}

// discover finds among the streams of single markets, and those that are not primary, the ones that
// are worse, at the false discovery rate of the budget: the k best of n bets if each has made n/k of what it takes (e-BH,
// Wang and Ramdas 2022), whatever they have in common.
func (j *judge) discover(all []Evidence) {
	var family []*Evidence
	for i := range all {
		if all[i].Market != "" || !all[i].Primary {
			family = append(family, &all[i])
		}
	}
	slices.SortStableFunc(family, func(a, b *Evidence) int { return cmp.Compare(b.Arms.LogWealth, a.Arms.LogWealth) })
	takes := math.Log(float64(len(family)) * float64(sample.AllPPM) / float64(j.in.Terms.Budget))
	found := 0
	for i, e := range family {
		if e.Arms.LogWealth.Float() >= takes-math.Log(float64(i+1)) {
			found = i + 1
		}
	}
	for _, e := range family[:found] {
		if e.Outcome != Abort && e.beyond() {
			e.Outcome, e.Reason = Hold, ReasonMarketWorse
			if e.Market == "" {
				e.Reason = ReasonSecondaryWorse
			}
		}
	}
}

// binds is whether evidence decides on the step, and not only tells.
func (e *Evidence) binds() bool {
	return e.Primary || e.Reason == ReasonMarketWorse || e.Reason == ReasonSecondaryWorse
}

// decide takes the first that aborts, or else the first that holds.
func (v *Verdict) decide() {
	v.Outcome, v.Reason = Advance, ReasonWithinMargin
	for i := range v.Evidence {
		e := &v.Evidence[i]
		if e.binds() && (e.Outcome == Abort || (e.Outcome == Hold && v.Outcome == Advance)) {
			v.Outcome, v.Reason, v.Binding, v.Market = e.Outcome, e.Reason, e.Stream, e.Market
		}
		if v.Outcome == Abort {
			return
		}
	}
}

// own is what is missing of the step itself: a matured cohort of it that the candidate decided.
func (j *judge) own(matured []cell) Reason {
	decided := func(s stratum) bool { return s.arm == Candidate && s.labelled > 0 }
	for i := range matured {
		if matured[i].Cohort >= j.in.Step.Since && slices.ContainsFunc(matured[i].strata, decided) {
			return ""
		}
	}
	if slices.ContainsFunc(j.in.Counters.Sampled, func(s Sampled) bool {
		return s.Cohort >= j.in.Step.Since && s.Arm == Candidate && s.Sampled > 0 && !j.excluded(s.Cohort)
	}) {
		return ReasonMaturing
	}
	return ReasonNoData
}
