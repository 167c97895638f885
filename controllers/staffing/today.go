package staffing

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/apply"
	"github.com/modcap/modcap/internal/demand"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
)

// longestDay is the longest day that is stored, compressed; of a longer one, fewer hours are.
const longestDay = 800 << 10

// today is the day of a target as it was stored, and the people seen since.
type today struct {
	day    *sheet.Day
	at     sample.Instant // of the present interval
	people map[string]*seenPeople
}

// seenPeople adds up the looks at a team in an interval.
type seenPeople struct {
	scheduled, present sample.Milli
	looks              int64
}

// look takes in who is there now.
func (t *today) look(teams []staffing.Team) {
	for i := range teams {
		if !teams[i].Present.Fresh() {
			continue
		}
		p := t.people[teams[i].Name]
		if p == nil {
			p = &seenPeople{}
			t.people[teams[i].Name] = p
		}
		p.scheduled += teams[i].Supply.Now.Scheduled
		p.present += teams[i].Present.Value
		p.looks++
	}
}

// means are the teams over the looks at them.
func (t *today) means() map[string]sheet.TeamSeen {
	out := make(map[string]sheet.TeamSeen, len(t.people))
	for name, p := range t.people {
		out[name] = sheet.TeamSeen{Scheduled: p.scheduled / sample.Milli(p.looks), Present: p.present / sample.Milli(p.looks)}
	}
	return out
}

// record keeps what was planned of the hours around now and what came of those that are over, and
// stores it when an interval begins.
func (r *Reconciler) record(ctx context.Context, g *gathered, in *staffing.Input, plan *staffing.Result) error {
	key := client.ObjectKeyFromObject(g.target)
	t, _ := r.days.of(key)
	if g.behind {
		return nil // the rest of the forecasts is made in the next looks
	}
	if t == nil {
		stored, err := r.stored(ctx, key)
		if err != nil {
			return err
		}
		t = &today{day: stored, people: map[string]*seenPeople{}}
	}
	if t.at != plan.Grid.Start || t.day == nil || t.day.Grid.Width != plan.Grid.Width {
		past := &pasts{readings: r.Readings, g: g}
		arrived := arrivals{past: past, in: in, bins: map[staffing.ClassKey][]demand.Bin{}}
		next := t.day.Next(measuredSince(in, t.at), plan, &sheet.Happened{Arrived: arrived.of, At: t.at, Teams: t.means()})
		if err := r.storeDay(ctx, g.target, next); err != nil {
			return err
		}
		t = &today{day: next, at: plan.Grid.Start, people: map[string]*seenPeople{}}
	}
	t.look(in.Teams)
	r.days.put(key, t)
	return nil
}

// measuredSince is in with the handle times that were measured of their classes since an instant, and no
// figures that stand in for them.
func measuredSince(in *staffing.Input, since sample.Instant) *staffing.Input {
	out := *in
	out.Classes = slices.Clone(in.Classes)
	for i := range out.Classes {
		if h := &out.Classes[i].HandleTime; h.At < since {
			*h = sample.Missing(sample.CauseNotDeclared)
		}
	}
	return &out
}

// stored is the day as it was stored; nil if there is none that can be read, and a new one begins.
func (r *Reconciler) stored(ctx context.Context, target types.NamespacedName) (*sheet.Day, error) {
	var m corev1.ConfigMap
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: target.Namespace, Name: sheet.DayName(target.Name)}, &m)
	if err != nil {
		return nil, client.IgnoreNotFound(err)
	}
	data, err := sheet.Unpack(m.BinaryData[sheet.DayKey+sheet.Gzip])
	if err != nil {
		return nil, nil //nolint:nilerr // what somebody made of it is no reason to plan nothing
	}
	day, err := sheet.ReadDay(data)
	if err != nil {
		return nil, nil //nolint:nilerr // likewise
	}
	return day, nil
}

// storeDay writes the day, of as many hours as there is room for.
func (r *Reconciler) storeDay(ctx context.Context, t *v1alpha1.StaffingTarget, day *sheet.Day) error {
	if r.ReadOnly {
		return nil
	}
	ceilings, err := r.ahead.packCeilings(client.ObjectKeyFromObject(t))
	if err != nil {
		return fmt.Errorf("write the past ceilings: %w", err)
	}
	binary := map[string][]byte{}
	if ceilings != nil {
		binary[ceilingsKey] = ceilings
	}
	for {
		table, err := day.CSV()
		if err != nil {
			return fmt.Errorf("write the day's table: %w", err)
		}
		packed, err := sheet.Pack(table)
		if err != nil {
			return err
		}
		if len(packed) > longestDay && day.Grid.N > 2 {
			day = day.Narrow()
			continue
		}
		binary[sheet.DayKey+sheet.Gzip] = packed
		_, err = apply.Overwrite(ctx, r.Client, apply.OwnerStaffing, apply.ConfigMap{
			Namespace: t.Namespace, Name: sheet.DayName(t.Name), Kind: "today", Owner: t,
			Binary: binary,
		})
		return err
	}
}

// arrivals finds what came of classes.
type arrivals struct {
	past *pasts
	in   *staffing.Input
	bins map[staffing.ClassKey][]demand.Bin
}

// of is what came of a class in [from, to), if half of that is known.
func (a *arrivals) of(c *staffing.Class, from, to sample.Instant) sheet.Figure {
	bins, ok := a.bins[c.Key]
	if !ok {
		bins = a.past.of(c, a.in.Classes)
		a.bins[c.Key] = bins
	}
	items, known := demand.Arrived(bins, from, to)
	return sheet.Figure{Known: known, Value: items}
}
