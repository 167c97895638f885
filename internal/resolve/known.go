package resolve

import (
	"fmt"
	"time"

	"golang.org/x/text/language"

	"github.com/modcap/modcap/api/v1alpha1"
)

// KnownMarket reports whether a code is one of ISO 3166-1 that is in force: items carry that
// (GB), never one that was replaced (UK).
func KnownMarket(m v1alpha1.Market) bool {
	r, err := language.ParseRegion(string(m))
	return err == nil && r.IsCountry() && r.Canonicalize() == r
}

// KnownLanguage reports whether a tag is one of BCP 47.
func KnownLanguage(t v1alpha1.LanguageTag) bool { return isLanguage(string(t)) }

// RowProblem says what is wrong with a row of a declared series, nil if the source declares none of
// the name: there must be one, and a value for each of its rowLabels and no others. The
// reason is one of Ready, empty when nothing is wrong.
func RowProblem(row Row, s *v1alpha1.MetricSeries) (reason, message string) {
	if s == nil {
		return v1alpha1.ReasonSeriesNotFound, fmt.Sprintf("%s %s declares no series %s", row.SourceKind, row.Source, row.Series)
	}
	if s.Metric != "" {
		return "", ""
	}
	for _, l := range s.RowLabels {
		if _, ok := row.Labels[l]; !ok {
			return v1alpha1.ReasonInvalidSpec,
				fmt.Sprintf("metrics.matchLabels has no value for %s, by which series %s identifies its rows", l, row.Series)
		}
	}
	if len(row.Labels) != len(s.RowLabels) {
		return v1alpha1.ReasonInvalidSpec,
			fmt.Sprintf("metrics.matchLabels has labels that are not rowLabels of series %s; give just those", row.Series)
	}
	return "", ""
}

// Contradiction is a pair of schedules of a pool of which one wants more workers at least than
// the other at most, at the same time.
type Contradiction struct{ More, Fewer v1alpha1.BoundsSchedule }

// Contradictions are those of a pool within eight days of now, each pair once, as declared.
func Contradictions(p *v1alpha1.ClassifierPool, now time.Time) []Contradiction {
	var out []Contradiction
	for i, a := range p.Spec.Schedules {
		for _, b := range p.Spec.Schedules[i+1:] {
			more, fewer := a, b
			if more.Min <= fewer.Max {
				more, fewer = b, a
			}
			if more.Min > fewer.Max && meet(more, fewer, now) {
				out = append(out, Contradiction{more, fewer})
			}
		}
	}
	return out
}

// meet reports whether two schedules apply at the same time within eight days: if they do, one of
// them begins while the other applies.
func meet(a, b v1alpha1.BoundsSchedule, now time.Time) bool {
	x, err := newSchedule(a)
	y, err2 := newSchedule(b)
	if err != nil || err2 != nil {
		return false
	}
	at := append(x.edges(now, now.Add(lookAhead)), y.edges(now, now.Add(lookAhead))...)
	for _, t := range append(at, now) {
		if x.contains(t) && y.contains(t) {
			return true
		}
	}
	return false
}
