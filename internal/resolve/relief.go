package resolve

import (
	"fmt"
	"slices"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// leastOn is how long relief stays at least where nothing is declared.
const leastOn = sample.Hour

// ReliefSteps are what a policy declares to give way, in order, and how long it stays at
// least. An error says what only code can tell to be wrong in it: nothing gives way then.
func ReliefSteps(p *v1alpha1.ModerationPolicy) ([]relief.Step, sample.Span, error) {
	r := p.Spec.Relief
	if r == nil {
		return nil, leastOn, nil
	}
	minOn, err := r.MinOn.Or("1h").Parse()
	if err != nil {
		return nil, 0, fmt.Errorf("spec.relief.minOn: %w", err)
	}
	var out []relief.Step
	for i := range r.Steps {
		step, err := reliefStep(p, &r.Steps[i])
		if err != nil {
			return nil, 0, fmt.Errorf("spec.relief.steps[%s]%w", r.Steps[i].Name, err)
		}
		out = append(out, step)
	}
	return out, sample.SpanOf(minOn), nil
}

func reliefStep(p *v1alpha1.ModerationPolicy, s *v1alpha1.ReliefStep) (relief.Step, error) {
	out := relief.Step{
		Name: string(s.Name), Kind: relief.Kind(s.Type), Drop: staffing.Dropped(s.Drop), Queues: texts(s.Queues), Labels: texts(s.Labels),
	}
	switch s.Type {
	case v1alpha1.ReliefDefer:
		within, err := s.Within.Parse()
		if err != nil {
			return out, fmt.Errorf(".within: %w", err)
		}
		out.Within = sample.SpanOf(within)
	case v1alpha1.ReliefQAFloor:
		keep, err := s.Keep.PPM()
		if err != nil {
			return out, fmt.Errorf(".keep: %w", err)
		}
		out.Keep = sample.PPM(keep)
	case v1alpha1.ReliefRaiseReviewAt:
		return out, raising(p, s, &out)
	}
	return out, nil
}

// raising reads a step that raises reviewAt: exactly, where a rule of the API compares
// numbers with a point.
func raising(p *v1alpha1.ModerationPolicy, s *v1alpha1.ReliefStep, out *relief.Step) error {
	raise, err := s.Raise.PPM()
	if err != nil {
		return fmt.Errorf(".raise: %w", err)
	}
	leaks, err := s.LeaksPerDay.Milli()
	if err != nil {
		return fmt.Errorf(".leaksPerDay: %w", err)
	}
	out.Raise, out.LeaksPerDay = sample.PPM(raise), sample.Milli(leaks)
	for _, name := range s.Labels {
		l := labelOf(p, string(name))
		switch {
		case l == nil:
			return fmt.Errorf(".labels: the policy has no label %s", name)
		case l.Protected || l.Severity != v1alpha1.SeverityLow:
			return fmt.Errorf(".labels: label %s is protected, or not of severity Low", name)
		}
		bands := []v1alpha1.BandOverride{{ActAt: l.ActAt, ReviewAt: l.ReviewAt}}
		for _, o := range l.Overrides {
			bands = append(bands, v1alpha1.BandOverride{ActAt: firstOf(o.ActAt, l.ActAt), ReviewAt: firstOf(o.ReviewAt, l.ReviewAt)})
		}
		for _, b := range bands {
			if !staysBelow(b.ReviewAt, raise, b.ActAt) {
				return fmt.Errorf(".raise: it raises reviewAt of label %s up to actAt", name)
			}
		}
	}
	return nil
}

func staysBelow(review *v1alpha1.Score, raise int64, act *v1alpha1.Score) bool {
	if review == nil {
		return true // nobody reviews, and nothing is raised
	}
	most := int64(sample.AllPPM)
	if act != nil {
		at, err := act.PPM()
		if err != nil {
			return false
		}
		most = at
	}
	at, err := review.PPM()
	return err == nil && at+raise < most
}

func labelOf(p *v1alpha1.ModerationPolicy, name string) *v1alpha1.PolicyLabel {
	for i := range p.Spec.Labels {
		if string(p.Spec.Labels[i].Name) == name {
			return &p.Spec.Labels[i]
		}
	}
	return nil
}

// Labels of the rows that count what relief would let through, besides those of rollouts.
const (
	rowQueue = "queue"
	rowAbove = "above"
)

// ReliefBands are what people get because of one label alone, of each queue and label that
// steps of the policy may let through; protected queues have none. A label that no row is of is
// Absent in every queue, and where only some queues have rows the others are left out: relief
// leaves them alone. One in which the label is raised now is not: that it is not counted any more does
// not say that nothing is kept from people there, and it is Absent. A row that is not as docs/metrics-contract.md says makes its own band
// Implausible.
func ReliefBands(p *v1alpha1.ModerationPolicy, queues []*v1alpha1.ModerationQueue, raised []Raised, tables Tables) []relief.Band {
	if p.Spec.Relief == nil {
		return nil
	}
	b := bands{p: p, tables: tables, by: map[[2]string]*relief.Band{}}
	b.startAll(queues)
	if len(b.out) > 0 && p.Spec.Relief.Metrics != nil {
		b.read(p.Spec.Relief.Metrics)
	}
	return b.counted(raised)
}

// bands collects rows.
type bands struct {
	p      *v1alpha1.ModerationPolicy
	tables Tables
	by     map[[2]string]*relief.Band // by queue and label
	out    []*relief.Band
}

// startAll adds the bands of all labels and queues that relief may touch.
func (b *bands) startAll(queues []*v1alpha1.ModerationQueue) {
	for _, s := range b.p.Spec.Relief.Steps {
		for _, name := range s.Labels {
			for _, q := range queues {
				if !q.Spec.Protected {
					b.start(q, string(name))
				}
			}
		}
	}
}

// counted are the bands that some row is of, those of labels that no row is of, and those that are raised.
func (b *bands) counted(raised []Raised) (out []relief.Band) {
	known := func(one *relief.Band) bool { return one.Quality != sample.Absent || len(one.Above) > 0 }
	labels := map[string]bool{}
	for _, one := range b.out {
		labels[one.Label] = labels[one.Label] || known(one)
	}
	for _, one := range b.out {
		inForce := slices.ContainsFunc(raised, func(r Raised) bool { return r.Until == 0 && r.on(one) })
		if known(one) || inForce || !labels[one.Label] {
			out = append(out, *one)
		}
	}
	return out
}

// start adds a band of which nothing is known yet. A label whose items no stream of a queue
// takes sends nobody anything there.
func (b *bands) start(q *v1alpha1.ModerationQueue, label string) {
	l := labelOf(b.p, label)
	if l == nil || b.by[[2]string{q.Name, label}] != nil {
		return
	}
	stream := routing.StreamOf(q, string(l.HarmDomain))
	if stream == nil {
		return
	}
	one := &relief.Band{
		Queue: q.Name, Label: label, HarmDomain: string(l.HarmDomain), Review: string(stream.Name),
		Violating: sample.AllPPM, Quality: sample.Absent,
	}
	b.by[[2]string{q.Name, label}] = one
	b.out = append(b.out, one)
}

// each reads a series, row by row.
func (b *bands) each(m *v1alpha1.ReliefMetrics, ref *v1alpha1.SeriesReference, take func(*relief.Band, TableRow)) sample.Sample {
	row, ok := rowOf(b.p.Namespace, v1alpha1.RowSelector{SourceRef: m.SourceRef}, ref)
	if !ok {
		return sample.Missing(sample.CauseNotDeclared)
	}
	row.Labels = map[string]string{rowPolicy: b.p.Name}
	rows, whole := b.tables(row)
	for _, r := range rows {
		if one := b.by[[2]string{r.Labels[rowQueue], r.Labels[rowLabel]}]; one != nil {
			take(one, r)
		}
	}
	return whole
}

func (b *bands) read(m *v1alpha1.ReliefMetrics) {
	wrong := map[*relief.Band]bool{}
	whole := b.each(m, &m.Band, func(one *relief.Band, r TableRow) {
		above, err := v1alpha1.Score(r.Labels[rowAbove]).PPM()
		if err != nil || r.Value < 0 {
			wrong[one] = true
			return
		}
		one.Above = append(one.Above, relief.Edge{Above: sample.PPM(above), PerHour: r.Value})
	})
	for _, one := range b.out {
		slices.SortFunc(one.Above, func(x, y relief.Edge) int { return int(x.Above - y.Above) })
		switch {
		case wrong[one] || !cumulative(one.Above):
			one.Above, one.Quality = nil, sample.Implausible
		case len(one.Above) > 0:
			one.Quality = whole.Quality
		}
	}
	if m.Violating == nil {
		return
	}
	shares := map[*relief.Band]sample.PPM{}
	if b.each(m, m.Violating, func(one *relief.Band, r TableRow) {
		shares[one] = max(shares[one], sample.PPM(min(max(int64(r.Value), 0), int64(sample.One))*int64(sample.AllPPM/sample.PPM(sample.One))))
	}).Fresh() {
		for one, share := range shares {
			one.Violating = share
		}
	}
}

// cumulative reports whether each row has at least what the one before has, and stands once.
func cumulative(all []relief.Edge) bool {
	for i := 1; i < len(all); i++ {
		if all[i].Above == all[i-1].Above || all[i].PerHour < all[i-1].PerHour {
			return false
		}
	}
	return true
}

// DeferWithin is the time that relief may give items of a queue: no more than a regime of any
// of its streams allows.
func DeferWithin(q *v1alpha1.ModerationQueue, known regimes.Catalogue, within sample.Span) sample.Span {
	for i := range q.Spec.Reviews {
		for _, p := range Promises(&q.Spec.Reviews[i], known) {
			if p.Regime != "" {
				within = min(within, p.Within)
			}
		}
	}
	return within
}

// ReliefGuarded is the work that protected labels of a policy decide in some of its queues:
// relief leaves it alone.
func ReliefGuarded(p *v1alpha1.ModerationPolicy, queues []*v1alpha1.ModerationQueue) (out []relief.Domain) {
	for i := range p.Spec.Labels {
		l := &p.Spec.Labels[i]
		for _, q := range queues {
			if stream := routing.StreamOf(q, string(l.HarmDomain)); l.Protected && stream != nil {
				out = append(out, relief.Domain{Queue: q.Name, Review: string(stream.Name), HarmDomain: string(l.HarmDomain)})
			}
		}
	}
	return out
}
