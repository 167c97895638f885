package staffing

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/demand"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// forecasts remembers what is expected of each class of each target. It is safe for
// concurrent use; what is lost is forecast anew.
type forecasts struct {
	mu   sync.Mutex
	last map[types.NamespacedName]map[staffing.ClassKey]*expected
	// ceilings are those seen, surges, and changes of policies, by target.
	ceilings map[types.NamespacedName]map[types.UID]ceiling
}

// expected is the forecast of a class. One of weeks is made once a day and followed through
// it; another is made at each interval. Rates are nil where too little is known.
type expected struct {
	of    basis
	told  told
	base  *demand.Rates
	at    sample.Instant // of the interval that the rates begin with
	rates *demand.Rates
	// err is how far off it is over the time within.
	within sample.Span
	err    sample.PPM
}

// basis is what a forecast of weeks is made of and for.
type basis struct {
	origin sample.Instant
	width  sample.Span
	n      int
	deep   bool
}

// most is how many forecasts are made in one look: the rest is made in the next ones.
const most = 25

// of are those of a target, of which classes that are no more are dropped.
func (f *forecasts) of(target types.NamespacedName, classes []staffing.Class) map[staffing.ClassKey]*expected {
	f.mu.Lock()
	defer f.mu.Unlock()
	kept := make(map[staffing.ClassKey]*expected, len(classes))
	for _, c := range classes {
		if e := f.last[target][c.Key]; e != nil {
			kept[c.Key] = e
		}
	}
	if f.last == nil {
		f.last = map[types.NamespacedName]map[staffing.ClassKey]*expected{}
	}
	f.last[target] = kept
	return kept
}

// forget drops those of a target that is gone.
func (f *forecasts) forget(target types.NamespacedName) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.last, target)
	delete(f.ceilings, target)
}

// foresee gives the classes the rates that their past leads to expect, and what came of the
// day so far. What is observed now holds for the present interval, and for all where too
// little is known of the past: flat counts these.
func (r *Reconciler) foresee(g *gathered, in *staffing.Input) (flat int) {
	grid := in.Grid()
	known := r.ahead.of(client.ObjectKeyFromObject(g.target), in.Classes)
	past := &pasts{readings: r.Readings, g: g}
	left := most
	for i := range in.Classes {
		c := &in.Classes[i]
		if c.Work == staffing.Rooms || c.Derived { // what others make follows from them
			continue
		}
		e, by := known[c.Key], g.told(&c.Key)
		of := basis{demand.Origin(grid.Start), grid.Width, grid.N, past.deep(c)}
		holds := e.holds(of, by, grid.Start)
		if g.behind = g.behind || left == 0 && !holds; left > 0 && !holds {
			if bins := past.of(c, in.Classes); len(bins) > 0 { // else the past may still be on its way
				e = e.again(of, by)
				e.foresee(by.otherwise(bins), grid)
				known[c.Key] = e
				left--
			}
		}
		if !e.apply(c, grid) {
			flat++
			g.expectMore(c, grid)
			continue
		}
		g.expectEvents(c, grid)
	}
	return flat
}

// holds is false for a forecast that is to be made or followed.
func (e *expected) holds(of basis, by told, start sample.Instant) bool {
	return e != nil && e.of == of && e.at == start && e.told.equal(by)
}

// again is the forecast to follow if it is still that of its basis, else one to be made.
func (e *expected) again(of basis, by told) *expected {
	if e != nil && e.of == of && e.told.equal(by) {
		return e
	}
	return &expected{of: of, told: by}
}

// foresee makes the rates of an interval and those after it.
func (e *expected) foresee(bins []demand.Bin, grid staffing.Grid) {
	e.at, e.within = grid.Start, 0
	if e.base == nil {
		e.base = demand.Ahead(bins, e.of.origin, grid.Width, grid.N+int(grid.Start.Since(e.of.origin)/grid.Width))
	}
	if e.base != nil && e.base.Holds() {
		e.rates = e.base.Follow(bins, grid.Start)
		return
	}
	e.base, e.rates = nil, demand.Ahead(bins, grid.Start, grid.Width, grid.N)
}

// apply sets the rates of a class; false where there are none.
func (e *expected) apply(c *staffing.Class, grid staffing.Grid) bool {
	if e == nil || e.rates == nil || e.of.width != grid.Width || e.at > grid.Start {
		return false
	}
	passed := int(grid.Start.Since(e.at) / grid.Width) // since it was made
	if passed >= len(e.rates.PerHour) {
		return false
	}
	c.Rates = slices.Clone(e.rates.PerHour[passed:])
	if len(c.Promises) > 0 {
		within := slices.MaxFunc(c.Promises, func(a, b staffing.Promise) int { return cmp.Compare(a.Within, b.Within) }).Within
		if within != e.within {
			e.within, e.err = within, e.rates.Error(within)
		}
		c.ForecastError = max(e.err, 1)
	}
	return true
}

// pasts finds what arrived of classes, each stream read once.
type pasts struct {
	readings interface {
		ClassBins(row resolve.Row) map[resolve.Class][]forecast.Bin
		Deep(row resolve.Row) bool
	}
	g     *gathered
	parts map[string]map[resolve.Class][]forecast.Bin
}

func (p *pasts) row(c *staffing.Class) (resolve.Row, bool) {
	for i := range p.g.queues {
		q := &p.g.queues[i]
		if q.Name != c.Key.Queue {
			continue
		}
		for k := range q.Spec.Reviews {
			if string(q.Spec.Reviews[k].Name) == c.Key.Review {
				return resolve.StreamRow(q, &q.Spec.Reviews[k])
			}
		}
	}
	return resolve.Row{}, false
}

func (p *pasts) deep(c *staffing.Class) bool {
	row, ok := p.row(c)
	return ok && p.readings.Deep(row)
}

// of is the past of a class: its own, or, where the stream is planned as one or split by a
// declared mix, its share of all.
func (p *pasts) of(c *staffing.Class, all []staffing.Class) []demand.Bin {
	parts := p.stream(c)
	if own := parts[resolve.Class{Language: c.Key.Language, HarmDomain: c.Key.HarmDomain}]; len(own) > 0 {
		return shareOf(own, sample.AllPPM)
	}
	total, mine := int64(0), int64(max(c.ArrivalsPerHour.Value, 0))
	for i := range all {
		if inStream(&all[i], c.Key) {
			total += int64(max(all[i].ArrivalsPerHour.Value, 0))
		}
	}
	if _, split := parts[resolve.Class{}]; !split && (c.Key.Language != "" || c.Key.HarmDomain != "") || total == 0 {
		return nil // a class that was never seen, or of which nothing says how much it is
	}
	return shareOf(together(parts), sample.PPM(sample.MulDiv(mine, int64(sample.AllPPM), total)))
}

// inStream reports whether a class is one of a stream's own, and not made by them.
func inStream(c *staffing.Class, of staffing.ClassKey) bool {
	return c.Key.Queue == of.Queue && c.Key.Review == of.Review && !c.Derived
}

// stream is the past of the stream of a class, by class.
func (p *pasts) stream(c *staffing.Class) map[resolve.Class][]forecast.Bin {
	name := c.Key.Queue + "/" + c.Key.Review
	if parts, ok := p.parts[name]; ok {
		return parts
	}
	if p.parts == nil {
		p.parts = map[string]map[resolve.Class][]forecast.Bin{}
	}
	if row, ok := p.row(c); ok {
		p.parts[name] = p.readings.ClassBins(row)
	}
	return p.parts[name]
}

// together adds up the classes of a stream.
func together(parts map[resolve.Class][]forecast.Bin) []forecast.Bin {
	var all []forecast.Bin
	for _, bins := range parts {
		all = append(all, bins...)
	}
	slices.SortFunc(all, func(a, b forecast.Bin) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Width, b.Width), cmp.Compare(a.Count, b.Count))
	})
	out := all[:0]
	for _, b := range all {
		if n := len(out); n > 0 && out[n-1].At == b.At {
			out[n-1].Count += b.Count
			continue
		}
		out = append(out, b)
	}
	return out
}

func shareOf(bins []forecast.Bin, share sample.PPM) []demand.Bin {
	out := make([]demand.Bin, 0, len(bins))
	for _, b := range bins {
		out = append(out, demand.Bin{
			At: b.At, Width: b.Width, Count: sample.Milli(sample.MulDiv(int64(b.Count), int64(share), int64(sample.AllPPM))),
		})
	}
	return out
}

// flatFinding says that the plan supposes the present rates for some classes.
func flatFinding(flat, classes int) []v1alpha1.Finding {
	if flat == 0 {
		return nil
	}
	return []v1alpha1.Finding{{
		Code: "NoHistory", Severity: "Warning",
		Message: fmt.Sprintf("%d of %d classes are planned with the rate of now for the whole horizon: "+
			"less than a day of their arrivals is known", flat, classes),
		Fix: "Wait for a day, or name a Prometheus source: its past is asked for",
	}}
}
