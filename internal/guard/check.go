package guard

import (
	"github.com/modcap/modcap/internal/sample"
)

// refuse says why nothing can be judged, if so.
func (j *judge) refuse() Reason {
	switch {
	case !j.declared():
		return ReasonTerms
	case j.in.Counters.Quality != sample.Fresh:
		return ReasonNotFresh
	case len(j.in.Counters.Entered) == 0:
		return ReasonNoData
	case !j.plausible():
		return ReasonImplausible
	case j.fell():
		return ReasonCountersFell
	}
	return ""
}

// declared is whether there is anything to judge, and by what.
func (j *judge) declared() bool {
	seen := map[Stream]bool{}
	for _, s := range j.in.Terms.Streams {
		if seen[s.Stream] || !s.usable() {
			return false
		}
		seen[s.Stream] = true
	}
	t := &j.in.Terms
	return j.severe > 0 && t.Cohort > 0 && t.Delay >= 0 && t.Discordant >= 0 && proper(t.Budget) && proper(t.Doubt)
}

func (s *Watched) usable() bool {
	return (s.Kind == Leakage || s.Kind == Overkill) && s.Margin > 0 && s.Severity >= 0 && s.Tolerated >= 0
}

// proper is whether p is a share that is neither nothing nor half.
func proper(p sample.PPM) bool { return p > 0 && p < sample.AllPPM/2 }

// plausible is whether the sums of rows can be true, each and together.
func (j *judge) plausible() bool {
	entered, names := map[Cell]int64{}, map[string]bool{}
	for _, e := range j.in.Counters.Entered {
		entered[e.Cell] += e.Items
		names[e.Market] = true
		if e.Items < 0 {
			return false
		}
	}
	j.markets = len(names)
	moved := map[Moved]*[4]int64{}
	for _, m := range j.in.Counters.Moved {
		sum := at(moved, Moved{Cell: m.Cell, Label: m.Label, Move: m.Move})
		for i, n := range []int64{m.Items, m.Sampled, m.Labelled, m.Violating} {
			sum[i] += n
		}
	}
	for m, sum := range moved {
		if !m.Move.real() || !descending(entered[m.Cell], sum[0], sum[1], sum[2], sum[3]) {
			return false
		}
	}
	return j.plausibleChecks()
}

// plausibleChecks gathers the random checks, and is whether they can be true.
func (j *judge) plausibleChecks() bool {
	j.strata, j.places = map[Stratum]*stratum{}, make([]map[string]bool, len(j.streams))
	for _, s := range j.in.Counters.Sampled {
		row := j.strata[s.Stratum]
		if row == nil {
			row = &stratum{arm: s.Arm, name: s.Name, rate: s.Rate, errors: make([]int64, len(j.streams))}
			j.strata[s.Stratum] = row
		}
		row.sampled, row.labelled = row.sampled+s.Sampled, row.labelled+s.Labelled
		if row.rate != s.Rate {
			return false
		}
	}
	if !j.findErrors() {
		return false
	}
	for _, s := range j.strata {
		if !s.plausible() {
			return false
		}
	}
	return true
}

// findErrors adds the errors of streams that are watched to their strata; false if one is of a stratum that is
// not checked.
func (j *judge) findErrors() bool {
	index := map[Stream]int{}
	for i := range j.streams {
		index[j.streams[i].Stream] = i
	}
	for i := range j.in.Counters.Wrong {
		w := &j.in.Counters.Wrong[i]
		k, watched := index[w.Stream]
		if !watched {
			continue
		}
		row := j.strata[w.Stratum]
		if row == nil {
			return false
		}
		row.errors[k] += w.Errors
		if j.places[k] == nil {
			j.places[k] = map[string]bool{}
		}
		j.places[k][w.Name] = true
	}
	return true
}

// plausible is whether no more is wrong than is labelled, and no more labelled than sampled, at a rate that is one.
func (s *stratum) plausible() bool {
	if s.rate <= 0 || s.rate > sample.AllPPM || (s.arm != Stable && s.arm != Candidate) || !descending(s.sampled, s.labelled) {
		return false
	}
	for _, n := range s.errors {
		if !descending(s.labelled, n) {
			return false
		}
	}
	return true
}

// at is the value of a key, made if there is none.
func at[K comparable, V any](m map[K]*V, key K) *V {
	if m[key] == nil {
		m[key] = new(V)
	}
	return m[key]
}

// descending is whether counts, each of which is part of the one before, can be.
func descending(counts ...int64) bool {
	for i, n := range counts {
		if n < 0 || (i > 0 && n > counts[i-1]) {
			return false
		}
	}
	return true
}

// real is whether the move is one, between actions that there are.
func (m Move) real() bool {
	known := func(a Action) bool { return a == Allow || a == Review || a == Act }
	return m.From != m.To && known(m.From) && known(m.To)
}

// counted is what the counters of this rollout come to.
func (j *judge) counted() (s State) {
	began := j.in.Step.Began
	for _, m := range j.in.Counters.Moved {
		if m.Cohort >= began {
			s.Moved += m.Sampled
		}
	}
	for _, c := range j.in.Counters.Sampled {
		if c.Cohort >= began {
			s.Checks += c.Labelled
		}
	}
	for _, w := range j.in.Counters.Wrong {
		if w.Cohort >= began {
			s.Errors += w.Errors
		}
	}
	return s
}

// fell is whether less is counted than was before.
func (j *judge) fell() bool {
	now, was := j.counted(), j.in.State
	return now.Moved < was.Moved || now.Checks < was.Checks || now.Errors < was.Errors
}
