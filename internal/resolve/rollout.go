package resolve

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/rollout"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
)

// RolloutTerms is what a policy's spec.rollout says of steps; an error says what only
// code can tell to be wrong in it.
func RolloutTerms(r *v1alpha1.PolicyRollout) (rollout.Terms, error) {
	t := rollout.Terms{Pause: r.Pause, Steps: []rollout.Step{{Share: rollout.Share{Step: rollout.ShadowStep}}}}
	var err error
	if s := r.Shadow; s != nil {
		if err = hold(&t.Steps[0], "spec.rollout.shadow", s.Hold, s.MaxHold); err != nil {
			return t, err
		}
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		field := fmt.Sprintf("spec.rollout.steps[%s]", s.Name)
		percent, err := s.Percent.PPM()
		if err != nil {
			return t, fmt.Errorf("%s.percent: %w", field, err)
		}
		if err := checkMarkets(field+".markets", s.Markets); err != nil {
			return t, err
		}
		step := rollout.Step{Share: rollout.Share{
			Step: string(s.Name), Share: sample.PPM(percent), Markets: texts(s.Markets), Surfaces: texts(s.Surfaces),
		}}
		if err := hold(&step, field, s.Hold, s.MaxHold); err != nil {
			return t, err
		}
		t.Steps = append(t.Steps, step)
	}
	for _, w := range r.FreezeWindows {
		if _, err := freezeWindow(w); err != nil {
			return t, fmt.Errorf("spec.rollout.freezeWindows[%s]: %w", w.Name, err)
		}
	}
	if t.Tried, err = tried(r, t.Steps); err != nil {
		return t, err
	}
	return t, t.Check()
}

// tried is a hash of what a change is tried with: the unit, the margins, and what each step
// gives where. How long steps take, what keeps them and their names are not part of it.
func tried(r *v1alpha1.PolicyRollout, steps []rollout.Step) (string, error) {
	leakage, overkill, err := margins(r)
	if err != nil {
		return "", err
	}
	of := sha256.New()
	fmt.Fprintf(of, "%s %d %d", cmp.Or(r.Unit, v1alpha1.RolloutItem), leakage, overkill)
	for _, s := range steps {
		fmt.Fprintf(of, "\n%d %q %q", s.Share.Share, slices.Sorted(slices.Values(s.Markets)), slices.Sorted(slices.Values(s.Surfaces)))
	}
	return hex.EncodeToString(of.Sum(nil))[:16], nil
}

// margins are how many more errors of each kind are tolerated, of 10000 items that enter.
func margins(r *v1alpha1.PolicyRollout) (leakage, overkill sample.Milli, err error) {
	l, err := r.Margins.Leakage.Milli()
	if err != nil {
		return 0, 0, fmt.Errorf("spec.rollout.margins.leakage: %w", err)
	}
	o, err := r.Margins.Overkill.Milli()
	if err != nil {
		return 0, 0, fmt.Errorf("spec.rollout.margins.overkill: %w", err)
	}
	return sample.Milli(l), sample.Milli(o), nil
}

// settling is how long routers may take until all of them have a new share.
const settling = 30 * sample.Second

// ShareChanges are the times around which a share changed: a cohort that touches one was decided by two
// shares, and is left out of the evidence.
func ShareChanges(shares []rollout.Share) (out []guard.Period) {
	for _, s := range shares {
		if s.Since != 0 {
			out = append(out, guard.Period{From: s.Since, Until: s.Since.Add(settling)})
		}
	}
	return out
}

func hold(s *rollout.Step, field string, least, most v1alpha1.Duration) error {
	a, err := least.Or("0s").Parse()
	if err != nil {
		return fmt.Errorf("%s.hold: %w", field, err)
	}
	b, err := most.Or("0s").Parse()
	if err != nil {
		return fmt.Errorf("%s.maxHold: %w", field, err)
	}
	s.Hold, s.MaxHold = sample.SpanOf(a), sample.SpanOf(b)
	return nil
}

func freezeWindow(w v1alpha1.FreezeWindow) (schedule, error) {
	return newSchedule(v1alpha1.BoundsSchedule{Name: w.Name, TimeZone: w.TimeZone, Days: w.Days, Start: w.Start, End: w.End})
}

// FreezeWindow is the freeze window that it is now, and when it ends; where several
// overlap, the one that ends last; none outside of all. Windows that cannot be read were
// reported by RolloutTerms.
func FreezeWindow(r *v1alpha1.PolicyRollout, now time.Time) []rollout.Freeze {
	var last rollout.Freeze
	for _, one := range r.FreezeWindows {
		w, err := freezeWindow(one)
		if err != nil {
			continue
		}
		for offset := -1; offset <= 0; offset++ {
			start, end, ok := w.occurrence(now, offset)
			if ok && !now.Before(start) && now.Before(end) && sample.At(end) > last.Until {
				last = rollout.Freeze{By: "freeze window " + string(one.Name), Until: sample.At(end)}
			}
		}
	}
	if last.By == "" {
		return nil
	}
	return []rollout.Freeze{last}
}

// RolloutConditions reads the conditions of a rollout.
func RolloutConditions(r *v1alpha1.PolicyRollout, namespace string, rows Rows) (out []rollout.Condition) {
	for i := range r.Conditions {
		c := &r.Conditions[i]
		v := value(rows, namespace, c.RowSelector, &v1alpha1.SeriesReference{Series: c.Series})
		one := rollout.Condition{Name: string(c.Name), Cause: string(v.Cause)}
		if v.Quality == sample.Fresh {
			one.Met = inBounds(v.Value, c.AtLeast, c.AtMost)
			one.Cause = map[bool]string{true: "", false: "OutOfBounds"}[one.Met]
		}
		out = append(out, one)
	}
	return out
}

// inBounds is false where a bound cannot be read: what is not known ends no step.
func inBounds(v sample.Milli, least, most *v1alpha1.Decimal) bool {
	if least != nil {
		if n, err := least.Milli(); err != nil || int64(v) < n {
			return false
		}
	}
	if most != nil {
		if n, err := most.Milli(); err != nil || int64(v) > n {
			return false
		}
	}
	return true
}

// ConditionRows are the rows that conditions read, to be watched.
func ConditionRows(p *v1alpha1.ModerationPolicy) (out []Row) {
	if p.Spec.Rollout == nil {
		return nil
	}
	for i := range p.Spec.Rollout.Conditions {
		c := &p.Spec.Rollout.Conditions[i]
		if row, ok := rowOf(p.Namespace, c.RowSelector, &v1alpha1.SeriesReference{Series: c.Series}); ok {
			out = append(out, row)
		}
	}
	return out
}

// primaryStreams is how many streams may abort a rollout: the budget of false alarms is theirs.
const primaryStreams = 6

// GuardTerms are what the guard of a change is told: the labels that the revisions
// decide differently by, the most severe of them as primary streams. A label that did
// not change cannot move an item.
func GuardTerms(r *v1alpha1.PolicyRollout, stable, canary routing.Revision) (guard.Terms, error) {
	var t guard.Terms
	leakage, overkill, err := margins(r)
	if err != nil {
		return t, err
	}
	if m := r.Metrics; m != nil {
		cohort, err := m.Cohort.Parse()
		if err != nil {
			return t, fmt.Errorf("spec.rollout.metrics.cohort: %w", err)
		}
		delay, err := m.LabelDelay.Parse()
		if err != nil {
			return t, fmt.Errorf("spec.rollout.metrics.labelDelay: %w", err)
		}
		t.Cohort, t.Delay = sample.SpanOf(cohort), sample.SpanOf(delay)
	}
	if r.Shadow != nil {
		t.Discordant = int64(r.Shadow.Count)
	}
	for _, l := range changedLabels(stable, canary) {
		w := guard.Watched{Severity: severityOf(l.Severity), Primary: len(t.Streams) < primaryStreams}
		w.Stream, w.Margin = guard.Stream{Label: l.Name, Kind: guard.Leakage}, leakage
		t.Streams = append(t.Streams, w)
		w.Stream, w.Margin = guard.Stream{Label: l.Name, Kind: guard.Overkill}, overkill
		t.Streams = append(t.Streams, w)
	}
	return t, nil
}

func severityOf(s v1.Severity) int64 {
	return 1 + int64(slices.Index([]v1.Severity{v1.SeverityLow, v1.SeverityMedium, v1.SeverityHigh, v1.SeverityCritical}, s))
}

// Differs reports whether some item may be decided otherwise by one revision than by the
// other. Samples, clearances and escalation change who looks at an item, and no verdict.
func Differs(a, b routing.Revision) bool { return len(changedLabels(a, b)) > 0 }

// changedLabels are the labels by which two revisions may decide differently, the most severe first.
func changedLabels(a, b routing.Revision) (out []v1.Label) {
	find := func(in []v1.Label, name string) (v1.Label, bool) {
		i := slices.IndexFunc(in, func(l v1.Label) bool { return l.Name == name })
		if i < 0 {
			return v1.Label{}, false
		}
		return in[i], true
	}
	for _, l := range b.Labels {
		if was, known := find(a.Labels, l.Name); !known || !sameVerdicts(was, l) {
			out = append(out, l)
		}
	}
	for _, l := range a.Labels {
		if _, known := find(b.Labels, l.Name); !known {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(x, y v1.Label) int {
		return cmp.Or(cmp.Compare(severityOf(y.Severity), severityOf(x.Severity)), cmp.Compare(x.Name, y.Name))
	})
	return out
}

// sameVerdicts compares what decides: bands, whose scores they are of, and what breaks ties.
func sameVerdicts(a, b v1.Label) bool {
	return a.HarmDomain == b.HarmDomain && a.Severity == b.Severity && a.Model == b.Model && a.Version == b.Version &&
		sameBand(v1.Override{ActAt: a.ActAt, ReviewAt: a.ReviewAt}, v1.Override{ActAt: b.ActAt, ReviewAt: b.ReviewAt}) &&
		slices.EqualFunc(a.Overrides, b.Overrides, sameBand)
}

func sameBand(a, b v1.Override) bool {
	same := func(x, y *v1.PPM) bool { return (x == nil) == (y == nil) && (x == nil || *x == *y) }
	return slices.Equal(a.Markets, b.Markets) && same(a.ActAt, b.ActAt) && same(a.ReviewAt, b.ReviewAt)
}
