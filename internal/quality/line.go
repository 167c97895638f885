package quality

import (
	"math"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

const (
	// matureShare is the percent of a cohort's checks that have come back when it counts early.
	matureShare = 95
	// lateFactor is how much more often a check that has not come back is taken to be an error
	// than one that has, for the upper end. With labels whose errors take twice as long to be
	// agreed on, 3 to 6 times as many errors are missing as of the rest, from the age on by which
	// 95 % are in. For the lower end it is none.
	lateFactor = 5
	// mostLate is the share of checks missing of cohorts that count above which nothing is known.
	mostLate = 0.2
	// mostDecided bounds how many decisions a line is said to stand for.
	mostDecided = 1e15
)

// sums are what a tally's strata come to.
type sums struct {
	labelled, wrong int64
	decided         float64
	// late is the share of decisions whose checks have not come back.
	late float64
	// strata are those with labels, in order of their rate.
	strata []stratum
}

func (t *tally) sums() (out sums) {
	rates := make([]sample.PPM, 0, len(t.strata))
	for rate := range t.strata {
		rates = append(rates, rate)
	}
	slices.Sort(rates)
	var back float64
	for _, rate := range rates {
		s := t.strata[rate]
		out.decided += s.decided
		if s.labelled > 0 {
			out.strata = append(out.strata, *s)
			back += s.decided * float64(s.labelled) / float64(s.sampled)
		}
		out.labelled, out.wrong = out.labelled+s.labelled, out.wrong+s.wrong
	}
	if out.decided > 0 {
		out.late = 1 - back/out.decided
	}
	return out
}

// corrected takes what is missing, and the errors of the checks themselves, into account: of
// wrong decisions the share missed is found right, and of right ones the share mistaken is found
// wrong (Rogan and Gladen, American Journal of Epidemiology 107, 1978).
func (m *measure) corrected(b bounds, late float64) bounds {
	b.lower *= 1 - late
	b.upper = min(b.upper*(1+late*(lateFactor-1)), b.upper+late, 1)
	missed, mistaken := share(m.in.Terms.Missed), share(m.in.Terms.Mistaken)
	really := func(found float64) float64 {
		if missed+mistaken >= 1 {
			return found
		}
		return min(max((found-mistaken)/(1-missed-mistaken), 0), 1)
	}
	return bounds{lower: really(b.lower), estimate: really(b.estimate), upper: really(b.upper)}
}

func share(p sample.PPM) float64 { return float64(p) / float64(sample.AllPPM) }

// ppm rounds a share from 0 to 1.
func ppm(x float64, round func(float64) float64) sample.PPM {
	return sample.PPM(round(min(max(x, 0), 1) * float64(sample.AllPPM)))
}

// bounds are the share of a tally's decisions that are wrong; anything where nothing was checked.
func (m *measure) bounds(s sums) bounds {
	if s.labelled == 0 {
		return bounds{upper: 1}
	}
	return m.corrected(interval(s.strata), s.late)
}

func (m *measure) line(t *tally) Line {
	s := t.sums()
	b := m.bounds(s)
	return Line{
		Label: t.key.Label, Kind: kindOf(t.key.Verdict), By: t.key.By, Market: t.key.Market, Language: t.key.Language, Revision: t.key.Revision,
		Estimate: ppm(b.estimate, math.Round), Lower: ppm(b.lower, math.Floor), Upper: ppm(b.upper, math.Ceil),
		Checked: s.labelled, Wrong: s.wrong, Waiting: t.waiting, Decided: int64(min(math.Round(s.decided), mostDecided)),
	}
}

// leastSeen is how many items of either sort must have been checked before it is said how often
// people err on them.
const leastSeen = 30

// reviewers are how often people err by label, of totals: of violating items, and of benign ones.
func (m *measure) reviewers(totals []*tally) (out []Reviewer) {
	for _, a := range totals {
		if a.key.By != People || a.key.Verdict != Allow {
			continue
		}
		i := slices.IndexFunc(totals, func(t *tally) bool {
			return t.key.By == People && t.key.Verdict == Act && t.key.Label == a.key.Label
		})
		if i < 0 {
			continue
		}
		allowed, actioned := a.sums(), totals[i].sums()
		violating := allowed.wrong + actioned.labelled - actioned.wrong
		benign := allowed.labelled - allowed.wrong + actioned.wrong
		if violating < leastSeen || benign < leastSeen {
			continue
		}
		leaked, acted := m.bounds(allowed).estimate, m.bounds(actioned).estimate
		out = append(out, Reviewer{
			Label:    a.key.Label,
			Leakage:  part(allowed.decided*leaked, actioned.decided*(1-acted)),
			Overkill: part(actioned.decided*acted, allowed.decided*(1-leaked)),
		})
	}
	return out
}

// part is the share of x of x and rest.
func part(x, rest float64) sample.PPM {
	if x+rest <= 0 {
		return 0
	}
	return ppm(x/(x+rest), math.Round)
}
