package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Promises are what the service levels of a stream promise, whenever it is, in their order; a regime
// promises each of its terms, while it is in force. What cannot be read and names that the catalogue
// has not promise nothing: CheckQueue and CheckRegimes say so.
func Promises(r *v1alpha1.ReviewStream, known regimes.Catalogue) []staffing.Promise {
	var out []staffing.Promise
	for _, l := range r.ServiceLevels {
		if l.Regime == "" {
			if p, ok := Promise(v1alpha1.ServiceLevel{Percent: l.Percent, Within: l.Within}, l.Measure); ok {
				out = append(out, p)
			}
			continue
		}
		regime := known.Find(l.Regime)
		if regime == nil {
			continue
		}
		for _, d := range regime.Deadlines() {
			out = append(out, staffing.Promise{
				Percent: d.Percent, Within: d.Within, Measure: staffing.Decided, From: d.From, Until: d.Until, Regime: regime.Name,
			})
		}
	}
	return out
}

// NamesRegime reports whether a queue names a regime.
func NamesRegime(q *v1alpha1.ModerationQueue) bool {
	for i := range q.Spec.Reviews {
		for _, l := range q.Spec.Reviews[i].ServiceLevels {
			if l.Regime != "" {
				return true
			}
		}
	}
	return false
}

// RegimesChange is the first instant after now at which a regime that a queue names begins or ends;
// 0 for never.
func RegimesChange(q *v1alpha1.ModerationQueue, known regimes.Catalogue, now sample.Instant) (next sample.Instant) {
	for i := range q.Spec.Reviews {
		for _, l := range q.Spec.Reviews[i].ServiceLevels {
			regime := known.Find(l.Regime)
			if regime == nil {
				continue
			}
			if at := regime.NextChange(now); at != 0 && (next == 0 || at < next) {
				next = at
			}
		}
	}
	return next
}

// NextPromise says what a regime of a stream changes next, and when; empty where nothing does.
func NextPromise(r *v1alpha1.ReviewStream, known regimes.Catalogue, now sample.Instant) string {
	var next sample.Instant
	var text string
	for _, p := range Promises(r, known) {
		if p.From > now && (next == 0 || p.From <= next) { // of what ends when it begins, that it begins
			next, text = p.From, fmt.Sprintf("%s%% in %s from %s (%s)", p.Percent.Percent(), p.Within, stamp(p.From), p.Regime)
		}
		if p.Until > now && (next == 0 || p.Until < next) {
			next, text = p.Until, fmt.Sprintf("%s ends at %s", p.Regime, stamp(p.Until))
		}
	}
	return text
}

func stamp(at sample.Instant) string { return at.Time().UTC().Format("2006-01-02T15:04Z") }

// InForce is the queue with what the regimes that it names ask for at an instant in place of their
// names. A name that the catalogue has not stays. The queue is not changed.
func InForce(q *v1alpha1.ModerationQueue, known regimes.Catalogue, at sample.Instant) *v1alpha1.ModerationQueue {
	if !NamesRegime(q) {
		return q
	}
	q = q.DeepCopy()
	for i := range q.Spec.Reviews {
		r := &q.Spec.Reviews[i]
		levels := r.ServiceLevels[:0]
		for _, l := range r.ServiceLevels {
			if regime := known.Find(l.Regime); regime != nil {
				t, ok := regime.TermAt(at)
				if !ok {
					continue
				}
				l = v1alpha1.ReviewServiceLevel{
					Percent: v1alpha1.Percent(t.Percent), Within: v1alpha1.Duration(t.Within), Measure: v1alpha1.MeasureDecided,
				}
			}
			levels = append(levels, l)
		}
		r.ServiceLevels = levels
	}
	return q
}

// UnknownRegime says which regime that a queue names is in no catalogue; nil when all are.
func UnknownRegime(q *v1alpha1.ModerationQueue, known regimes.Catalogue) error {
	for i := range q.Spec.Reviews {
		r := &q.Spec.Reviews[i]
		for k, l := range r.ServiceLevels {
			if l.Regime != "" && known.Find(l.Regime) == nil {
				return fmt.Errorf("spec.reviews[%s].serviceLevels[%d].regime: there is no regime %s%s",
					r.Name, k, l.Regime, meant(known.Nearest(l.Regime, 3)))
			}
		}
	}
	return nil
}

// CheckRegimes says what is wrong in a queue's spec with the regimes that it names; nil when nothing
// is.
func CheckRegimes(q *v1alpha1.ModerationQueue, known regimes.Catalogue) error {
	if err := UnknownRegime(q, known); err != nil {
		return err
	}
	for i := range q.Spec.Reviews {
		r := &q.Spec.Reviews[i]
		if r.Escalation != nil && !longerThanShortest(r.Escalation, Promises(r, known)) {
			return fmt.Errorf("spec.reviews[%s].escalation.within: it is %s, and must be longer than the shortest of serviceLevels, "+
				"which a regime sets: it counts from the item's clock start", r.Name, r.Escalation.Within)
		}
	}
	return nil
}

func meant(names []string) string {
	if len(names) == 0 {
		return "; kubectl modcap regimes lists those there are"
	}
	return "; did you mean " + strings.Join(names, ", or ") + "?"
}

// longerThanShortest reports whether an escalation leaves the higher tier some of its time.
func longerThanShortest(e *v1alpha1.ReviewEscalation, promises []staffing.Promise) bool {
	for _, p := range promises {
		if p.Within < span(e.Within, 0) {
			return true
		}
	}
	return false
}

// Codes of findings about regimes.
const (
	CodeRegimeOutOfReach  = "RegimeOutOfReach"
	CodeRegimeNotInForce  = "RegimeNotInForce"
	CodePromiseWeaker     = "PromiseLongerThanRegime"
	CodeEscalationTooLate = "EscalationLongerThanRegime"
)

// regimeAhead is how far ahead a regime is looked for that is not in force yet.
const regimeAhead = 366 * 24 * sample.Hour

// RegimeFindings are what the regimes that a queue names and its other specs say against each other: a
// regime with no items under its clock, since it is for other markets or not in force; a promise, or an
// escalation, that has more time than its regime allows. CheckRegimes has found the names.
func RegimeFindings(q *v1alpha1.ModerationQueue, known regimes.Catalogue, now sample.Instant) []v1alpha1.Finding {
	var out []v1alpha1.Finding
	for i := range q.Spec.Reviews {
		r := &q.Spec.Reviews[i]
		for k, l := range r.ServiceLevels {
			regime := known.Find(l.Regime)
			if regime == nil {
				continue
			}
			field := fmt.Sprintf("spec.reviews[%s].serviceLevels[%d].regime", r.Name, k)
			out = append(out, idle(q, regime, field, now)...)
			out = append(out, longer(r, regime, now)...)
		}
	}
	return out
}

func warning(code, field, message, fix string) v1alpha1.Finding {
	return v1alpha1.Finding{Code: code, Severity: "Warning", Field: field, Message: message, Fix: fix}
}

// idle says why a regime has no items of a queue under its clock.
func idle(q *v1alpha1.ModerationQueue, regime *regimes.Regime, field string, now sample.Instant) []v1alpha1.Finding {
	switch {
	case !regime.Reaches(markets(q)):
		return []v1alpha1.Finding{warning(CodeRegimeOutOfReach, field,
			fmt.Sprintf("Regime %s is for %s, and none of the queue's markets is there: no item is under its clock.", regime.Name, regime.Where),
			"Leave the regime out, or add the market to spec.markets.")}
	case regime.Idle(now, regimeAhead):
		return []v1alpha1.Finding{warning(CodeRegimeNotInForce, field,
			fmt.Sprintf("Regime %s is not in force, now or within a year: no item is under its clock.", regime.Name),
			"Leave the regime out, or name the one that took its place.")}
	}
	return nil
}

// longer says which promises of a stream have more time than a regime of it allows.
func longer(r *v1alpha1.ReviewStream, regime *regimes.Regime, now sample.Instant) []v1alpha1.Finding {
	var out []v1alpha1.Finding
	for k, l := range r.ServiceLevels {
		p, ok := Promise(v1alpha1.ServiceLevel{Percent: l.Percent, Within: l.Within}, l.Measure)
		if !ok || l.Regime != "" {
			continue
		}
		if d, weaker := regime.Weaker(p.Percent, p.Within, now); weaker {
			out = append(out, warning(CodePromiseWeaker, fmt.Sprintf("spec.reviews[%s].serviceLevels[%d]", r.Name, k),
				fmt.Sprintf("The promise of %s%% in %s has more time than regime %s, which asks for %s%% in %s.",
					l.Percent, l.Within, regime.Name, d.Percent.Percent(), d.Within),
				"Leave the promise out, or promise more than the regime asks for."))
		}
	}
	d, ok := regime.At(now)
	if e := r.Escalation; ok && e != nil && d.Percent == sample.AllPPM && span(e.Within, 0) > d.Within {
		out = append(out, warning(CodeEscalationTooLate, fmt.Sprintf("spec.reviews[%s].escalation.within", r.Name),
			fmt.Sprintf("What is passed on is decided within %s, and regime %s asks for all within %s.", e.Within, regime.Name, d.Within),
			"Give the higher tier no more time than the regime does: it counts from the item's clock start."))
	}
	return out
}

// inForce reports whether a promise holds of what comes at an instant.
func inForce(p staffing.Promise, at sample.Instant) bool {
	return (p.From == 0 || p.From <= at) && (p.Until == 0 || at < p.Until)
}

// passedOn are the promises of what a higher tier decides, within a time from the clock start: the lower
// tier may have used all the time that its shortest promise leaves it, whichever that is at the time.
func passedOn(base []staffing.Promise, within sample.Span) []staffing.Promise {
	edges := []sample.Instant{0}
	for _, p := range base {
		edges = append(edges, p.From, p.Until)
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	var out []staffing.Promise
	for i, from := range edges {
		holding := slices.DeleteFunc(slices.Clone(base), func(p staffing.Promise) bool { return !inForce(p, from) })
		if len(holding) == 0 {
			continue
		}
		first := slices.MinFunc(holding, func(a, b staffing.Promise) int {
			return cmp.Or(cmp.Compare(a.Within, b.Within), cmp.Compare(b.Percent, a.Percent))
		})
		next := staffing.Promise{
			Percent: first.Percent, Within: max(within-first.Within, sample.Second), Measure: staffing.Decided, From: from, Regime: first.Regime,
		}
		if i+1 < len(edges) {
			next.Until = edges[i+1]
		}
		if n := len(out); n > 0 && out[n-1].Until == from && out[n-1].Within == next.Within && out[n-1].Percent == next.Percent {
			out[n-1].Until = next.Until
			continue
		}
		out = append(out, next)
	}
	return out
}
