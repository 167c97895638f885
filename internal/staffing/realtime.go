package staffing

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/queueing"
)

// pool is the classes of one model that the same teams serve: one queue in front of the same
// people, so that they need fewer together than the sum of what each would need alone.
type pool struct {
	members []*class // by importance
	width   sample.Span
}

// protectedHeads is the least number on shift for a protected class.
const protectedHeads = 2

// plan sets required and standalone of the members. An interval with the rates of the one before
// has its answer.
func (p pool) plan() {
	for i := range p.members[0].rates {
		if i > 0 && p.sameRates(i, i-1) {
			for _, c := range p.members {
				c.required[i], c.standalone[i] = c.required[i-1], c.standalone[i-1]
			}
			continue
		}
		p.planInterval(i)
	}
}

func (p pool) sameRates(i, j int) bool {
	return !slices.ContainsFunc(p.members, func(c *class) bool {
		return c.rates[i] != c.rates[j] || c.handleAt(i) != c.handleAt(j) || !c.sameHurry(i, j, p.width)
	})
}

func (p pool) planInterval(i int) {
	if calm := func(c *class) bool { return !c.rooms() && !c.hurried(i, p.width) }; slices.ContainsFunc(p.members, calm) {
		p.members = slices.DeleteFunc(slices.Clone(p.members), calm)
	}
	if len(p.members) == 0 {
		return // the promises within one interval begin later, or are over
	}
	heads := p.together(p.members, i)
	loads, caps := make([]int64, len(p.members)), make([]sample.Milli, len(p.members))
	var alone sample.Milli
	for k, c := range p.members {
		caps[k] = sample.Whole(int64(p.together(p.members[k:k+1], i)))
		loads[k] = c.microLoad(i)
		c.standalone[i] = caps[k]
		alone += caps[k]
	}
	shares := caps
	if pooled := sample.Whole(int64(heads)); pooled < alone {
		shares = p.apportion(pooled, loads, caps)
	}
	for k, c := range p.members {
		c.required[i] = shares[k]
	}
}

// together is the whole heads that some members need on one queue in interval i.
func (p pool) together(members []*class, i int) int {
	var load, served float64 // erlangs, and services a second at which they are worked off
	var targets []queueing.Target
	occupancy, least := sample.AllPPM, 0
	for _, c := range members {
		a := c.load(i)
		load += a
		if !c.rooms() && a > 0 {
			served += a / seconds(c.handleAt(i))
			targets = append(targets, c.targets(p.width, i)...)
		}
		occupancy = min(occupancy, c.occupancy)
		if c.in.Protected {
			least = protectedHeads
		}
	}
	if members[0].rooms() {
		return max(least, queueing.AtLeast(load))
	}
	n := max(least, queueing.AtOccupancy(load, share(occupancy)))
	if load > 0 && served > 0 {
		n = max(n, queueing.Heads(load, load/served, targets...))
	}
	return n
}

// load is the offered load of interval i in erlangs; of rooms, the people who watch them.
func (c *class) load(i int) float64 { return float64(c.microLoad(i)) / 1e6 }

// microLoad is the load in millionths, rounded up: one item a day is not nothing.
func (c *class) microLoad(i int) int64 {
	if c.rooms() {
		perPerson := c.in.RoomsPerPerson
		if perPerson <= 0 {
			perPerson = sample.One
		}
		return sample.MulDivUp(int64(c.rates[i]), 1_000_000, int64(perPerson))
	}
	return sample.MulDivUp(int64(c.rates[i])*1000, int64(c.handleAt(i)), hour)
}

func (c *class) handleSeconds() float64 { return seconds(c.handle) }

func seconds(s sample.Span) float64 { return float64(s) / 1000 }

func share(p sample.PPM) float64 { return float64(p) / float64(sample.AllPPM) }

// targets are the promises within one interval, at interval i.
func (c *class) targets(width sample.Span, i int) []queueing.Target {
	var out []queueing.Target
	for _, p := range c.promises {
		if regime(p.Promise, width) == ModelRealTime && p.holds(i) {
			out = append(out, c.targetAt(p.Promise, i))
		}
	}
	return out
}

// target is a promise as it stands now.
func (c *class) target(p Promise) queueing.Target { return c.targetAt(p, 0) }

func (c *class) targetAt(p Promise, i int) queueing.Target {
	return queueing.Target{Percent: share(min(p.Percent, highestPercent)), Within: seconds(p.Within),
		Decided: p.Measure == Decided, Handle: seconds(c.handleAt(i))}
}

// apportion shares total among the members by load, none above its cap, all of it given out. The
// first protected member holds the two heads of a protected class for the whole pool.
func (p pool) apportion(total sample.Milli, loads []int64, caps []sample.Milli) []sample.Milli {
	out := make([]sample.Milli, len(loads))
	spread(out, total, loads, caps)
	first := slices.IndexFunc(p.members, func(c *class) bool { return c.in.Protected })
	floor := sample.Whole(protectedHeads)
	if first < 0 || out[first] >= floor {
		return out
	}
	clear(out)
	rest := slices.Clone(caps)
	rest[first] = 0
	spread(out, total-floor, loads, rest)
	out[first] = floor
	return out
}

// spread adds total to out in proportion to loads; who reaches the cap leaves the rest to the
// others, and what is lost in rounding goes to the first who have room.
func spread(out []sample.Milli, total sample.Milli, loads []int64, caps []sample.Milli) {
	for total > 0 {
		given, open := sample.Milli(0), int64(0)
		for k := range out {
			if out[k] < caps[k] {
				open += loads[k]
			}
		}
		for k := range out {
			if out[k] < caps[k] && open > 0 {
				add := min(sample.Milli(sample.MulDiv(int64(total), loads[k], open)), caps[k]-out[k])
				out[k] += add
				given += add
			}
		}
		total -= given
		if given == 0 {
			fill(out, total, caps)
			return
		}
	}
}

func fill(out []sample.Milli, total sample.Milli, caps []sample.Milli) {
	for k := range out {
		add := min(max(caps[k]-out[k], 0), total)
		out[k] += add
		total -= add
	}
}

// catchUp raises the need of a class with promises within one interval for the work that waits
// already. What is overdue is taken to be due within one interval from now; first is what is left
// of the present interval.
func (c *class) catchUp(width, first sample.Span) {
	for _, p := range c.promises {
		if c.backlog == 0 || !p.now || regime(p.Promise, width) != ModelRealTime {
			continue
		}
		need, window := c.catchUpHeads(p.Within, width)
		for i := range c.required {
			overlap, length := first, first
			if i > 0 {
				overlap, length = min(window-first-sample.Span(i-1)*width, width), width
			}
			if overlap <= 0 {
				break
			}
			raise(&c.required[i], need, overlap, length)
			raise(&c.standalone[i], need, overlap, length)
		}
	}
}

// raise lifts base to need for the part overlap/length of an interval.
func raise(base *sample.Milli, need sample.Milli, overlap, length sample.Span) {
	if need > *base {
		*base += sample.Milli(sample.MulDivUp(int64(need-*base), int64(overlap), int64(length)))
	}
}

// catchUpHeads are the heads that finish the backlog in time, its ages spread evenly up to the
// oldest, and how long they are needed.
func (c *class) catchUpHeads(within, width sample.Span) (sample.Milli, sample.Span) {
	work := c.backlogWork()
	if c.oldest <= within {
		return headsFor(work, within), within
	}
	// In time: the part younger than the promise. Overdue: all of it, and what falls due meanwhile.
	soon := headsFor(work, c.oldest)
	meanwhile := sample.MulDivUp(c.microLoad(0), int64(width-within), 1_000_000)
	if late := headsFor(work+meanwhile, width); late >= soon {
		return late, width
	}
	return soon, within
}

// backlogWork is the person-time of the backlog in milliseconds, at the occupancy people may be kept at.
func (c *class) backlogWork() int64 {
	work := sample.MulDivUp(int64(c.backlog), int64(c.handle), int64(sample.One))
	return min(sample.MulDivUp(work, int64(sample.AllPPM), int64(max(c.occupancy, 1))), maxLoad*int64(maxTime))
}

// headsFor are the heads that do so many milliseconds of work in a time.
func headsFor(work int64, in sample.Span) sample.Milli {
	heads := sample.MulDivUp(work, int64(sample.One), int64(max(in, 1)))
	return sample.Milli(min(heads, maxLoad*int64(sample.One)))
}
