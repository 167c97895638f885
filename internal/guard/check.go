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
	entered := map[Cell]int64{}
	for _, e := range j.in.Counters.Entered {
		entered[e.Cell] += e.Items
		if e.Items < 0 {
			return false
		}
	}
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

func (j *judge) plausibleChecks() bool {
	checks, rates := map[Stratum]*[2]int64{}, map[Stratum]sample.PPM{}
	for _, s := range j.in.Counters.Sampled {
		if known, again := rates[s.Stratum]; again && known != s.Rate {
			return false
		}
		rates[s.Stratum] = s.Rate
		sum := at(checks, s.Stratum)
		sum[0], sum[1] = sum[0]+s.Sampled, sum[1]+s.Labelled
	}
	for s, sum := range checks {
		if rates[s] <= 0 || rates[s] > sample.AllPPM || !descending(sum[:]...) || (s.Arm != Stable && s.Arm != Candidate) {
			return false
		}
	}
	return j.plausibleErrors(checks)
}

// plausibleErrors is whether errors are of what was checked, and no more than that.
func (j *judge) plausibleErrors(checks map[Stratum]*[2]int64) bool {
	wrong := map[Wrong]*[1]int64{}
	for _, w := range j.in.Counters.Wrong {
		at(wrong, Wrong{Stratum: w.Stratum, Stream: w.Stream})[0] += w.Errors
	}
	for w, sum := range wrong {
		if checks[w.Stratum] == nil || !descending(checks[w.Stratum][1], sum[0]) {
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

// counted is what the counters come to, all of them.
func (j *judge) counted() (s State) {
	for _, m := range j.in.Counters.Moved {
		s.Moved += m.Sampled
	}
	for _, c := range j.in.Counters.Sampled {
		s.Checks += c.Labelled
	}
	for _, w := range j.in.Counters.Wrong {
		s.Errors += w.Errors
	}
	return s
}

// fell is whether less is counted than was before.
func (j *judge) fell() bool {
	now, was := j.counted(), j.in.State
	return now.Moved < was.Moved || now.Checks < was.Checks || now.Errors < was.Errors
}
