package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/rollout"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// rereviewWithin is the time for looking again where the policy says none.
const rereviewWithin = 72 * sample.Hour

// RereviewWithin is the time that people have for what a change decided that is taken back.
// false: it comes by itself, or by a time that cannot be read nothing can be planned.
func RereviewWithin(r *v1alpha1.PolicyRollout) (sample.Span, bool) {
	switch {
	case r == nil || r.Rereview == nil:
		return rereviewWithin, true
	case r.Rereview.Requeued:
		return 0, false
	}
	within, err := r.Rereview.Within.Or("72h").Parse()
	if err != nil || within <= 0 {
		return rereviewWithin, true
	}
	return sample.SpanOf(within), true
}

// Moved is a kind of move of a rollout with how many items the change decided itself.
type Moved struct {
	Label      string
	HarmDomain string
	Market     string
	Move       guard.Move
	// Items moved so by either revision, Decided by the change.
	Items, Decided int64
}

// Tried is a rollout whose items are to be told.
type Tried struct {
	Stable, Canary routing.Revision
	Counters       guard.Counters
	Cohort         sample.Span
	// Steps say where the shares were given.
	Steps  []rollout.Step
	Shares []rollout.Share
	Began  sample.Instant
	Until  sample.Instant
}

// Moves are what moved in a rollout, the most first. Rows of labels that neither revision has are left
// out: nobody knows what they are.
func (t *Tried) Moves() (out []Moved) {
	shares := t.where()
	for _, m := range t.Counters.Moved {
		label, known := t.label(m.Label)
		if !known || m.Cohort.Add(t.Cohort) <= t.Began || m.Cohort >= t.Until {
			continue
		}
		market := m.Market
		if !KnownMarket(v1alpha1.Market(market)) {
			market = ""
		}
		m.Market = market // one that nobody knows is in any share
		i := slices.IndexFunc(out, func(o Moved) bool { return o.Label == m.Label && o.Market == market && o.Move == m.Move })
		if i < 0 {
			i, out = len(out), append(out, Moved{Label: m.Label, HarmDomain: label.HarmDomain, Market: market, Move: m.Move})
		}
		out[i].Items += m.Items
		out[i].Decided += rollout.Decided(m, shares, t.Cohort, t.Until)
	}
	out = slices.DeleteFunc(out, func(m Moved) bool { return m.Items <= 0 })
	slices.SortStableFunc(out, func(a, b Moved) int {
		return cmp.Or(cmp.Compare(b.Items, a.Items), cmp.Compare(a.Label, b.Label), cmp.Compare(a.Market, b.Market),
			cmp.Compare(a.Move.From, b.Move.From), cmp.Compare(a.Move.To, b.Move.To))
	})
	return out
}

// where are the shares with the markets that their steps name; a step that is gone is taken to be everywhere.
func (t *Tried) where() []rollout.Share {
	out := slices.Clone(t.Shares)
	for i := range out {
		for _, s := range t.Steps {
			if s.Step == out[i].Step {
				out[i].Markets = s.Markets
			}
		}
	}
	return out
}

func (t *Tried) label(name string) (v1.Label, bool) {
	for _, l := range slices.Concat(t.Canary.Labels, t.Stable.Labels) {
		if l.Name == name {
			return l, true
		}
	}
	return v1.Label{}, false
}

// Again is what people look at again of moves: what the change decided itself. What it sent to people was
// looked at by people.
func Again(moves []Moved) (out []rollout.Work) {
	for _, m := range moves {
		if m.Move.To != guard.Review && m.Decided > 0 {
			out = append(out, rollout.Work{HarmDomain: m.HarmDomain, Market: m.Market, Items: m.Decided})
		}
	}
	return out
}

// Rereviewed is how many items of some revisions were looked at again, as a series counts them.
func Rereviewed(p *v1alpha1.ModerationPolicy, revisions []string, tables Tables) sample.Sample {
	if p.Spec.Rollout == nil || p.Spec.Rollout.Metrics == nil || p.Spec.Rollout.Metrics.Rereviewed == nil {
		return sample.Missing(sample.CauseNotDeclared)
	}
	row := RolloutRow(p)
	row.Series = string(p.Spec.Rollout.Metrics.Rereviewed.Series)
	row.Labels = map[string]string{rowPolicy: p.Name}
	rows, whole := tables(row)
	whole.Value = 0
	for _, one := range rows {
		if slices.Contains(revisions, one.Labels[rowRevision]) {
			whole.Value = min(whole.Value+max(one.Value, 0), sample.MaxMilli)
		}
	}
	return whole
}

// isOf reports whether an override's items are those of a policy's re-review.
func isOf(o *v1alpha1.CapacityOverride, p *v1alpha1.ModerationPolicy) bool {
	r := o.Spec.Rework
	return r != nil && r.Of != nil && o.DeletionTimestamp == nil && p.Status.Rereview != nil &&
		r.Of.PolicyRef.Name == p.Name && slices.Contains(p.Status.Rereview.Revisions, r.Of.Revision)
}

// ReworkedOf is how many items of a policy's re-review overrides of type Rework say are done, and the first of
// these by name.
func ReworkedOf(p *v1alpha1.ModerationPolicy, overrides []v1alpha1.CapacityOverride) (done int64, by string) {
	for i := range overrides {
		o := &overrides[i]
		if !isOf(o, p) || o.Spec.Rework.Done == nil || *o.Spec.Rework.Done <= 0 {
			continue
		}
		done += int64(*o.Spec.Rework.Done)
		if by == "" || o.Name < by {
			by = o.Name
		}
	}
	return done, by
}

// RereviewName is the name of the stream that stands for what a policy's change decided that was taken back.
func RereviewName(policy string) string { return fitted("rework/policy/" + policy) }

// Rereview puts what is left to look at again after a policy's change was taken back into a plan's input, for
// the streams that review these harm domains in these markets: among several as much as arrives at each. queues
// are all of the namespace, also those that others plan. The error says which items nobody reviews. An override of
// type Rework of the same items that is in force takes its place.
func Rereview(
	in *staffing.Input, p *v1alpha1.ModerationPolicy, queues []v1alpha1.ModerationQueue, overrides []v1alpha1.CapacityOverride, rows Rows,
) error {
	s := p.Status.Rereview
	if s == nil || s.State != v1alpha1.RereviewOpen || s.Left <= 0 || s.Items <= 0 || replaced(p, overrides, in.Now.Time()) {
		return nil
	}
	again := &rereviewing{in: in, status: s, name: RereviewName(p.Name), rows: rows}
	var nobody []string
	for _, w := range s.Work {
		streams := streamsOf(p.Name, queues, w)
		if len(streams) == 0 {
			nobody = append(nobody, string(w.HarmDomain))
		}
		items := sample.MulDivUp(int64(sample.Whole(w.Items)), s.Left, s.Items)
		again.spread(streams, string(w.HarmDomain), sample.Milli(items))
	}
	in.Classes = append(slices.Clone(in.Classes), again.out...)
	slices.SortStableFunc(in.Classes, func(a, b staffing.Class) int {
		return strings.Compare(reworkOf(a.Key.Review), reworkOf(b.Key.Review))
	})
	if len(nobody) > 0 {
		slices.Sort(nobody)
		return fmt.Errorf("policy %s: no stream of its queues reviews %s", p.Name, strings.Join(slices.Compact(nobody), ", "))
	}
	return nil
}

func replaced(p *v1alpha1.ModerationPolicy, overrides []v1alpha1.CapacityOverride, now time.Time) bool {
	return slices.ContainsFunc(overrides, func(o v1alpha1.CapacityOverride) bool {
		state, _ := OverrideState(&o, now)
		return isOf(&o, p) && state == v1alpha1.ReasonInForce
	})
}

// reviewer is a review stream of a queue.
type reviewer struct {
	queue  *v1alpha1.ModerationQueue
	review *v1alpha1.ReviewStream
}

// streamsOf are the streams of a policy's queues that review items: of those in the market of the items if there
// are any, else of all.
func streamsOf(policy string, queues []v1alpha1.ModerationQueue, w v1alpha1.RereviewWork) []reviewer {
	var all, there []reviewer
	for i := range queues {
		q := &queues[i]
		if q.Spec.PolicyRef == nil || q.Spec.PolicyRef.Name != policy || q.DeletionTimestamp != nil {
			continue
		}
		mine := reviewersOf(q, w.HarmDomain)
		all = append(all, mine...)
		if w.Market == "" || len(q.Spec.Markets) == 0 || slices.Contains(q.Spec.Markets, v1alpha1.Market(w.Market)) {
			there = append(there, mine...)
		}
	}
	if len(there) > 0 {
		return there
	}
	return all
}

func reviewersOf(q *v1alpha1.ModerationQueue, domain v1alpha1.Word) (out []reviewer) {
	for i := range q.Spec.Reviews {
		if r := &q.Spec.Reviews[i]; r.Work != v1alpha1.WorkRooms && reviewsDomain(q, r, domain) {
			out = append(out, reviewer{q, r})
		}
	}
	return out
}

// reviewsDomain reports whether a stream is the one of its queue for a harm domain: it names it, or it takes what no
// other names.
func reviewsDomain(q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream, domain v1alpha1.Word) bool {
	named := func(s *v1alpha1.ReviewStream) bool {
		return slices.Contains(s.HarmDomains, v1alpha1.HarmDomainName(domain))
	}
	if named(r) {
		return true
	}
	return slices.Contains(r.HarmDomains, "*") &&
		!slices.ContainsFunc(q.Spec.Reviews, func(s v1alpha1.ReviewStream) bool { return named(&s) })
}

// rereviewing makes classes of what is looked at again.
type rereviewing struct {
	in     *staffing.Input
	status *v1alpha1.PolicyRereview
	name   string
	rows   Rows
	out    []staffing.Class
}

// spread divides items among streams by what arrives at each, and among their classes likewise. Where that is not known
// of all of them, they get the same.
func (g *rereviewing) spread(streams []reviewer, domain string, items sample.Milli) {
	arrivals := make([]sample.Sample, len(streams))
	for i, s := range streams {
		arrivals[i] = sample.Missing(sample.CauseNotDeclared)
		if row, ok := StreamRow(s.queue, s.review); ok {
			arrivals[i], _ = g.rows.PerHour(row, sample.Hour)
		}
	}
	for i, part := range divided(items, arrivals) {
		g.among(g.classes(streams[i], domain), part)
	}
}

func (g *rereviewing) among(classes []staffing.Class, items sample.Milli) {
	arrivals := make([]sample.Sample, len(classes))
	for i := range classes {
		arrivals[i] = classes[i].ArrivalsPerHour
	}
	for i, part := range divided(items, arrivals) {
		if part > 0 {
			g.add(classes[i], part)
		}
	}
}

// classes are those of a stream for a harm domain, as far as they are planned here.
func (g *rereviewing) classes(s reviewer, domain string) (out []staffing.Class) {
	for _, c := range g.in.Classes {
		if c.Key.Queue == s.queue.Name && c.Key.Review == string(s.review.Name) && !c.Derived && c.Work != staffing.Rooms &&
			narrow(&c, "", domain) {
			out = append(out, c)
		}
	}
	return out
}

func (g *rereviewing) add(c staffing.Class, items sample.Milli) {
	c.Key.Review = g.name
	if i := slices.IndexFunc(g.out, func(o staffing.Class) bool { return o.Key == c.Key }); i >= 0 {
		g.out[i].Backlog.Value += items
		return
	}
	since, due := sample.At(g.status.Since.Time), sample.At(g.status.Due.Time)
	grid, none := g.in.Grid(), sample.FreshAt(0, g.in.Now)
	c.Relax, c.DecisionsPerItem, c.Dispersion, c.ForecastError = nil, sample.One, 1, 1
	c.ArrivalsPerHour, c.OldestAge, c.Backlog = none, none, sample.FreshAt(items, g.in.Now)
	c.Rates = make([]sample.Milli, grid.N)
	// What is overdue stays due at once.
	c.Due = max(due, grid.At(1))
	c.Promises = []staffing.Promise{{Percent: reworkPercent, Within: max(c.Due.Since(since), grid.Width), Measure: staffing.Started}}
	g.out = append(g.out, c)
}

// divided is an amount in proportion to some numbers; the same to each where one is not Fresh, or all are 0. The
// parts add up to it.
func divided(items sample.Milli, by []sample.Sample) []sample.Milli {
	out := make([]sample.Milli, len(by))
	weights, total := make([]int64, len(by)), int64(0)
	for i, s := range by {
		if !s.Fresh() {
			total = 0
			break
		}
		weights[i] = int64(max(s.Value, 0))
		total += weights[i]
	}
	if total == 0 {
		for i := range weights {
			weights[i] = 1
		}
		total = int64(len(by))
	}
	left := items
	for i := range out {
		if i == len(out)-1 {
			out[i] = left
			break
		}
		out[i] = min(sample.Milli(sample.MulDiv(int64(items), weights[i], total)), left)
		left -= out[i]
	}
	return out
}
