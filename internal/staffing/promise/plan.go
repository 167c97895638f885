package promise

import (
	"math"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Kept is what is foreseen of a class of a plan.
type Kept struct {
	Key staffing.ClassKey
	// Promise is the one that is foreseen: of several that hold now, the shortest.
	Promise staffing.Promise
	// Shares of what comes in each interval of the plan, on time. Unknown where nothing
	// comes, where it falls due after the plan's end, where another promise is the shortest,
	// of rooms, and of classes that lack a rate or a handle time.
	Shares []sample.PPM
}

// Unknown is a share that is not known. It is not 0.
const Unknown = staffing.OnTimeUnknown

// DefaultVariation of handle times, as a share of their mean: it is not measured by class.
const DefaultVariation sample.Milli = 800

// OfPlan foresees the classes of a plan, in their order, with the people that the plan has.
// The backlog is taken to be there at the beginning of the first interval. Limits of exposure hold
// as they do in the plan, and people on call are there once they are called; limits of
// occupancy do not: people take what waits.
func OfPlan(in staffing.Input) []Kept {
	n := in.Grid().N
	in.Classes = staffing.WithDerived(in.Classes)
	b := &builder{in: &in, n: n, plant: &Plant{Width: in.Grid().Width}, of: make([]int, len(in.Classes))}
	for t := range in.Teams {
		b.split(t)
	}
	for k := range in.Classes {
		b.of[k] = -1
		if in.Classes[k].Work == staffing.Rooms {
			b.keep(&in.Classes[k])
		}
	}
	for k := range in.Classes {
		b.add(k)
	}
	return b.kept(Predict(b.plant))
}

// builder makes a plant of a plan's input.
type builder struct {
	in    *staffing.Input
	n     int
	plant *Plant
	parts []part // by team of the plant
	of    []int  // by class of the plan: its place in the plant, -1 if it is not in it
}

// add puts a class into the plant, if enough is known of it.
func (b *builder) add(k int) {
	c := &b.in.Classes[k]
	handle, rates, ok := b.demand(c)
	if !ok || c.Work == staffing.Rooms || len(c.Rates) == 0 && c.ArrivalsPerHour.Quality < sample.Stale {
		return
	}
	p := shortest(c, b.in.Now)
	out := Class{
		Protected: c.Protected, Priority: c.Priority, Within: p.Within, Started: p.Measure == staffing.Started,
		Handle: handle, Variation: DefaultVariation, Dispersion: c.Dispersion, Teams: b.teams(c), Rates: rates,
	}
	if c.Backlog.Quality >= sample.Stale {
		out.Backlog = decisions(c, c.Backlog.Value)
	}
	out.Oldest, out.Relaxed = c.Oldest(), b.relaxed(c, p.Within)
	if c.Due != 0 && out.Backlog > 0 { // all of it at once, whatever its age
		out.Within, out.Oldest = max(c.Due.Since(b.in.Now), 1), 0
	}
	b.of[k] = len(b.plant.Classes)
	b.plant.Classes = append(b.plant.Classes, out)
}

// demand is the handle time of a class and the decisions an hour that it asks for, by interval; not
// ok where its handle time is not known. A class of a plant has one handle time: that of the first
// interval. Where declared changes have a decision take longer later, more of them stand for that:
// the work is right, and of its spread the part that comes of fewer and longer decisions is left out.
func (b *builder) demand(c *staffing.Class) (handle sample.Span, rates []sample.Milli, ok bool) {
	handle = c.DeclaredHandleTime
	measured := c.HandleTime.Quality >= sample.Stale && c.HandleTime.Value > 0
	if measured {
		handle = sample.Span(min(c.HandleTime.Value, sample.MaxMilli)) // thousandths of seconds
	}
	if handle <= 0 {
		return 0, nil, false
	}
	rates = b.rates(c, c.ArrivalsPerHour.Value)
	if handles := c.HandleTimes(handle, measured, b.in.Now, b.in.Grid()); handles != nil {
		handle = handles[0]
		for i, h := range handles {
			rates[i] = sample.Milli(min(sample.MulDiv(int64(rates[i]), int64(h), int64(handle)), int64(sample.MaxMilli)))
		}
	}
	return handle, rates, true
}

// shortest is the shortest promise that holds at an instant; without one, the work is to be begun in a
// day.
func shortest(c *staffing.Class, at sample.Instant) staffing.Promise {
	out := staffing.Promise{Percent: sample.AllPPM / 2, Within: 24 * sample.Hour, Measure: staffing.Started}
	found := false
	for _, p := range c.Promises {
		holds := (p.From == 0 || p.From <= at) && (p.Until == 0 || at < p.Until)
		if holds && (!found || p.Within < out.Within) {
			out, found = p, true
		}
	}
	return out
}

// rates by interval: the forecast, its last value held, or what is observed now.
func (b *builder) rates(c *staffing.Class, now sample.Milli) []sample.Milli {
	out := make([]sample.Milli, b.n)
	for i := range out {
		if i < len(c.Rates) {
			now = c.Rates[i]
		}
		out[i] = decisions(c, now)
	}
	return out
}

// decisions that items take.
func decisions(c *staffing.Class, items sample.Milli) sample.Milli {
	items = min(max(items, 0), sample.MaxMilli)
	if c.DecisionsPerItem <= 0 || c.Work == staffing.Rooms {
		return items
	}
	return sample.Milli(sample.MulDiv(int64(items), int64(c.DecisionsPerItem), int64(sample.One)))
}

// keep takes the people who watch rooms out of their teams, by the people that these have.
func (b *builder) keep(c *staffing.Class) {
	perPerson := c.RoomsPerPerson
	if perPerson <= 0 {
		perPerson = sample.One
	}
	teams := b.teams(c)
	for i, rooms := range b.rates(c, c.Concurrent.Value) {
		all := int64(0)
		for _, t := range teams {
			all += int64(b.plant.Teams[t].Heads[i])
		}
		if all == 0 {
			continue
		}
		need := min(sample.MulDivUp(int64(rooms), int64(sample.One), int64(perPerson)), all)
		for _, t := range teams {
			h := &b.plant.Teams[t].Heads[i]
			*h -= sample.Milli(sample.MulDiv(int64(*h), need, all))
		}
	}
}

func (b *builder) kept(predicted []Prediction) []Kept {
	out := make([]Kept, len(b.of))
	for k, at := range b.of {
		c := &b.in.Classes[k]
		out[k] = Kept{Key: c.Key, Promise: shortest(c, b.in.Now), Shares: make([]sample.PPM, b.n)}
		grid := b.in.Grid()
		for i := range out[k].Shares {
			out[k].Shares[i] = Unknown
			same := shortest(c, max(grid.At(i), b.in.Now)) == out[k].Promise
			if same && at >= 0 && !math.IsNaN(predicted[at].Coming[i]) {
				out[k].Shares[i] = sample.PPM(predicted[at].Coming[i] * float64(sample.AllPPM))
			}
		}
	}
	return out
}
