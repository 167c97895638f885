package quality

import (
	"math"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

const (
	// fewChecked is up to how many checks an estimate says nothing, and guessed is the share taken
	// for it then.
	fewChecked = 30
	guessed    = 0.05
	// mostChecks bounds how many checks are looked for.
	mostChecks = 1e9
)

// needs are what the interval that is wanted takes of each tally. A label that it is wanted for and
// that nothing is counted of is a problem.
func (m *measure) needs(all []*tally) (out []Need) {
	t := &m.in.Terms
	w := &t.Wanted
	if w.Allowed+w.Actioned+w.Reviewed <= 0 || m.until == 0 {
		return nil
	}
	for _, label := range t.Labels {
		if len(w.Labels) > 0 && !slices.Contains(w.Labels, label) {
			continue
		}
		known := false
		for _, one := range all {
			if one.key.Label == label && w.of(one.key) > 0 {
				known = true
				out = append(out, m.need(one))
			}
		}
		if !known {
			m.problem(RowsMissing, label)
		}
	}
	return out
}

// need is what the wanted interval takes of a tally.
func (m *measure) need(t *tally) Need {
	s := t.sums()
	b := m.bounds(s)
	counted := m.days(len(m.counts))
	n := Need{
		Label: t.key.Label, Market: t.key.Market, Verdict: t.key.Verdict, By: t.key.By,
		HalfWidth: ppm((b.upper-b.lower)/2, math.Ceil), WantedWidth: m.in.Terms.Wanted.of(t.key), Rate: sample.AllPPM,
	}
	decided, sampled := s.decided/counted, float64(s.of(t))/counted
	found := guessed
	if s.labelled >= fewChecked {
		found = interval(s.strata).estimate
	}
	terms := &m.in.Terms
	width := share(n.WantedWidth) * (1 - share(terms.Missed) - share(terms.Mistaken))
	wanted := float64(sizeFor(found, width)) / (1 - min(s.late, mostLate)) / m.days(m.cohorts())
	n.Decided, n.Sampled, n.Wanted = coarse(decided, math.Round), coarse(sampled, math.Round), coarse(wanted, math.Ceil)
	if !n.Wide() { // what is sampled gives it already
		wanted, n.Wanted = min(wanted, sampled), min(n.Wanted, n.Sampled)
	}
	if decided > 0 {
		n.Rate = sample.PPM(min(coarse(wanted/decided*1000, math.Ceil), sample.Milli(sample.AllPPM)))
	}
	return n
}

// of is how many checks were sent of a tally.
func (s sums) of(t *tally) (n int64) {
	for _, one := range t.strata {
		n += one.sampled
	}
	return n
}

// days are how long so many cohorts are.
func (m *measure) days(cohorts int) float64 {
	return max(float64(cohorts), 1) * max(float64(m.in.Terms.Cohort), 1) / float64(24*sample.Hour)
}

// cohorts is how many of the window's cohorts count at a time: those whose checks have come back.
func (m *measure) cohorts() int {
	t := &m.in.Terms
	return int((t.Window - t.Delay) / max(t.Cohort, 1))
}

// sizeFor is the least number of checks, about, with which the interval around a share is no wider
// than width to either side.
func sizeFor(found, width float64) int64 {
	if width <= 0 {
		return mostChecks
	}
	fits := func(n int64) bool {
		a, b := float64(n)*found, float64(n)*(1-found)
		low := 0.0
		if a > 0 {
			low = quantile(a, b+1, tail)
		}
		return (quantile(a+1, b, 1-tail)-low)/2 <= width
	}
	low, high := int64(0), int64(1)
	for !fits(high) {
		if low, high = high, high*2; high > mostChecks {
			return mostChecks
		}
	}
	for high-low > max(low/200, 1) {
		if middle := (low + high) / 2; fits(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// coarse rounds to two significant digits, of thousandths, so that noise says nothing new.
func coarse(x float64, round func(float64) float64) sample.Milli {
	v := x * 1000
	if !(v > 0) {
		return 0
	}
	scale := math.Pow(10, max(math.Floor(math.Log10(v))-1, 0))
	return sample.Milli(min(round(v/scale*(1-1e-12))*scale, float64(sample.MaxMilli)))
}
