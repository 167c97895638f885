package staffing

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/demand"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// markMemory is how long ago a mark may have ended: the past that forecasts are made of is shorter.
const markMemory = 35 * 24 * sample.Hour

// ceiling is a limit on the workers of a pool: what they did not classify did not come to people,
// and came late when it was over. Or it is a surge of queues, which came for once, or a relief that
// let items of queues through which people would have looked at. Or a policy decided otherwise by some
// labels, for a time.
type ceiling struct {
	pool   string
	queues []string
	// policy has decided otherwise by labels of some harm domains, nil for all; by a revision, if that was a
	// change of it: see following.
	policy   string
	domains  []string
	revision string
	demand.Mark
}

// on reports whether it concerns a review stream of a queue.
func (c *ceiling) on(q *v1alpha1.ModerationQueue, review string) bool {
	switch {
	case c.policy != "":
		return q.Spec.PolicyRef != nil && q.Spec.PolicyRef.Name == c.policy &&
			(c.domains == nil || resolve.StreamTakesAny(q, review, c.domains))
	case c.pool != "":
		return q.Spec.Classification != nil && q.Spec.Classification.PoolRef.Name == c.pool
	}
	return slices.Contains(c.queues, q.Name)
}

// stream is a review stream of a queue, by names.
type stream struct{ queue, review string }

// +kubebuilder:rbac:groups=modcap.dev,resources=capacityoverrides,verbs=get;list;watch

// mark gathers the times at which what arrived at each stream was not what arrives by itself: the
// events of its queue's calendar, its surges, ceilings on its pool, and changes of its policy that were taken
// back. Events and surges are left out of the past
// rather than divided by their factor, which is somebody's guess: a forecast has other weeks to go by. Surges
// and ceilings that were deleted are remembered, as are changes that are over, and stored with the day; what is
// declared in the calendar is there as long as it is declared. And it gives the queues the priority in force.
func (r *Reconciler) mark(ctx context.Context, g *gathered) error {
	var all v1alpha1.CapacityOverrideList
	if err := r.Client.List(ctx, &all, client.InNamespace(g.target.Namespace)); err != nil {
		return fmt.Errorf("list overrides: %w", err)
	}
	now := sample.At(g.now)
	key := client.ObjectKeyFromObject(g.target)
	if !r.ahead.remembers(key) {
		stored, err := r.storedCeilings(ctx, key)
		if err != nil {
			return fmt.Errorf("read past ceilings: %w", err)
		}
		r.ahead.recall(key, stored)
	}
	if err := r.followRollouts(ctx, key, now); err != nil {
		return err
	}
	ceilings := r.ahead.remember(key, all.Items, g.raisedMarks(), now)
	g.overrides = all.Items
	resolve.Prioritize(g.queues, all.Items, now)
	g.marks, g.events = map[stream][]demand.Mark{}, map[string][]forecast.Event{}
	for i := range g.queues {
		q := &g.queues[i]
		g.events[q.Name] = resolve.Expected(q, all.Items)
		events := resolve.Events(q)
		for k := range q.Spec.Reviews {
			review := string(q.Spec.Reviews[k].Name)
			g.marks[stream{q.Name, review}] = marksOf(q, review, events, ceilings, now)
		}
	}
	return nil
}

// marksOf are those of a stream that have begun, in order.
func marksOf(q *v1alpha1.ModerationQueue, review string, events []forecast.Event, ceilings []ceiling, now sample.Instant) []demand.Mark {
	var out []demand.Mark
	for _, e := range events {
		out = append(out, demand.Mark{From: e.From, To: e.To})
	}
	for _, c := range ceilings {
		if c.on(q, review) {
			out = append(out, c.Mark)
		}
	}
	out = slices.DeleteFunc(out, func(m demand.Mark) bool { return m.From >= now || m.To <= max(m.From, now.Add(-markMemory)) })
	slices.SortFunc(out, func(a, b demand.Mark) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return slices.Compact(out)
}

// raisedMarks are the times in which relief raised reviewAt, which kept from people what they would have got. One
// that is in force counts to the end of the interval: forecasts are made anew then, and not at each look.
func (g *gathered) raisedMarks() map[types.UID]ceiling {
	out := map[types.UID]ceiling{}
	for i := range g.relief {
		one := &g.relief[i]
		if one.was == nil {
			continue
		}
		c := ceiling{}
		for _, q := range one.queues {
			c.queues = append(c.queues, q.Name)
		}
		grid := staffing.GridOf(sample.At(g.now), length(g.target.Spec.Interval), 0)
		for _, r := range one.was.Raised {
			c.Mark = demand.Mark{From: sample.At(r.Since.Time), To: grid.At(1)}
			if r.Until != nil {
				c.To = sample.At(r.Until.Time)
			}
			out[types.UID(fmt.Sprintf("relief/%s/%s/%d", one.policy.Name, r.Step, c.From))] = c
		}
	}
	return out
}

// remember are the ceilings and surges of the past weeks, and what else is known, those that are gone among
// them: they ended when that was seen.
func (f *forecasts) remember(
	target types.NamespacedName, all []v1alpha1.CapacityOverride, raised map[types.UID]ceiling, now sample.Instant,
) []ceiling {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ceilings == nil {
		f.ceilings = map[types.NamespacedName]map[types.UID]ceiling{}
	}
	known := map[types.UID]ceiling{}
	for uid, c := range f.ceilings[target] {
		if c.To = min(c.To, now); c.open() || c.To > now.Add(-markMemory) {
			known[uid] = c
		}
	}
	for i := range all {
		o, until := &all[i], sample.At(all[i].Spec.Until.Time)
		switch o.Spec.Type {
		case v1alpha1.OverrideCeiling:
			known[o.UID] = ceiling{pool: o.Spec.Pool(), Mark: demand.Mark{From: sample.At(begin(o)), To: until}}
		case v1alpha1.OverrideSurge:
			known[o.UID] = ceiling{queues: o.Spec.Queues(), Mark: demand.Mark{From: resolve.Begin(o), To: until}}
		}
	}
	maps.Copy(known, raised)
	f.ceilings[target] = known
	out := make([]ceiling, 0, len(known))
	for _, c := range known {
		out = append(out, c)
	}
	return out
}

func begin(o *v1alpha1.CapacityOverride) time.Time {
	if o.Spec.From != nil && o.Spec.From.After(o.CreationTimestamp.Time) {
		return o.Spec.From.Time
	}
	return o.CreationTimestamp.Time
}

// expectEvents makes what is expected of a class what its queue's calendar and surges say, and what is
// expected now what is observed.
func (g *gathered) expectEvents(c *staffing.Class, grid staffing.Grid) {
	if events := g.events[c.Key.Queue]; len(events) > 0 {
		for i := range c.Rates {
			times := forecast.Factor(events, grid.At(i), grid.At(i+1))
			c.Rates[i] = sample.Milli(sample.MulDiv(int64(c.Rates[i]), int64(times), int64(sample.One)))
		}
	}
	if c.ArrivalsPerHour.Fresh() {
		c.Rates[0] = c.ArrivalsPerHour.Value
	}
}

// expectMore is what is expected of a class of whose past too little is known: what is observed now, which holds
// for all of the horizon, and more where calendar and surges say so. It is never less: what is
// observed may be of an event that did not come.
func (g *gathered) expectMore(c *staffing.Class, grid staffing.Grid) {
	events := g.events[c.Key.Queue]
	if len(events) == 0 || len(c.Rates) > 0 || !c.ArrivalsPerHour.Fresh() {
		return
	}
	at := sample.At(g.now)
	now := max(forecast.Factor(events, at.Add(-resolve.MeasuredOver(c.ArrivalsPerHour.Value)), at), sample.One)
	rates := make([]sample.Milli, grid.N)
	for i := range rates {
		times := max(forecast.Factor(events, grid.At(i), grid.At(i+1)), now)
		rates[i] = sample.Milli(sample.MulDiv(int64(c.ArrivalsPerHour.Value), int64(times), int64(now)))
	}
	rates[0] = c.ArrivalsPerHour.Value
	c.Rates = rates
}
