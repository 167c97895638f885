package staffing

import (
	"cmp"
	"slices"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

// SupplyInput is what a planner declares about the people of one team.
type SupplyInput struct {
	Now  sample.Instant
	Grid Grid
	// Zone is the zone that shifts and dates are in; UTC when nil.
	Zone   *time.Location
	Shifts []Shift
	// Rows says that Shifts are the rows of a schedule: the same people may stand in several of a day.
	Rows      bool
	Calendar  []Exception
	Cohorts   []Cohort
	Shrinkage Shrinkage
	// CallTime is how long after a call people on call work; without it nobody is called.
	CallTime sample.Span
}

// Shift is Headcount people at the same times on each of Days.
type Shift struct {
	Name string
	Days []time.Weekday // the local days on which the shift starts; every day when empty
	// Start and End are minutes of the local day, 0 to 1440. An End at or before Start is on the
	// next day.
	Start, End int
	Headcount  int
	// From and Until are the first and the last day on which the shift starts; 0 means without limit.
	From, Until Date
	// OnCall says that the people are not at work, and come when they are called.
	OnCall bool
}

// Exception changes each shift that starts between two days, both included. A shift's headcount
// never falls below zero, and no shift is made. People on call are not meant.
type Exception struct {
	From, To Date
	// HeadcountDelta is −n for a holiday, +n for extra people.
	HeadcountDelta int
	// Training is how long each person is away, some time in the shift; over the rows of a schedule,
	// how long each of the people of the day is.
	Training sample.Span
}

// Cohort is new people who are counted in the headcount of the shifts. On each day they stand
// spread over the shifts of that day in proportion to headcount; over the rows of a schedule, in
// proportion to the people of the day (see workday). Before Start they are taken off
// (from shifts that are still there at Start); from then on each counts as the ramp's percent of a
// head.
type Cohort struct {
	Name      string
	Headcount int
	Start     Date
	Ramp      []RampStep
}

// RampStep says that from AfterWeeks weeks after the start a new person does Percent of the work of
// an experienced one. Before the first step it is nothing; without steps, all.
type RampStep struct {
	AfterWeeks int
	Percent    sample.PPM
}

// Heads is a number of people, and what is left of it after ramp and shrinkage.
type Heads struct {
	Scheduled  sample.Milli `json:"scheduled"`
	Productive sample.Milli `json:"productive"`
}

// TeamSupply is the people of one team on a grid. People on call are counted apart.
type TeamSupply struct {
	// Intervals are the mean heads of each interval, rounded down.
	Intervals []Heads `json:"intervals"`
	// Now is the heads at this moment.
	Now Heads `json:"now"`
	// NextChange is when Now next changes; 0 when not before the end of the grid.
	NextChange sample.Instant `json:"nextChange"`
	// Next is the heads from NextChange on.
	Next Heads `json:"next"`
	// ScheduledTime and ProductiveTime are person-time over the grid, the same for any width of interval.
	ScheduledTime  sample.Span `json:"scheduledTime"`
	ProductiveTime sample.Span `json:"productiveTime"`
	// OnCall is what people on call would be worth in each interval, as productive heads, if they had
	// been called CallTime before it; empty where nobody is on call, or can be called.
	OnCall   []sample.Milli `json:"onCall,omitempty"`
	CallTime sample.Span    `json:"callTime,omitempty"`
	// OnCallNow is the people on call at this moment, and OnCallChange when that next changes; 0 when
	// not before the end of the grid.
	OnCallNow    sample.Milli   `json:"onCallNow,omitempty"`
	OnCallChange sample.Instant `json:"onCallChange,omitempty"`
}

// Supply turns declared shifts into heads per interval. It is total: a shift that ends when it
// starts, lies outside the day or has no headcount counts for nobody. Person-time is added up in
// whole milliseconds and thousandths of heads, so that every width of interval gives the same
// total.
func Supply(in SupplyInput) TeamSupply {
	in = in.bounded()
	g := in.Grid
	work, onCall := in.spells(min(g.Start, max(in.Now, g.Start.Add(-maxWidth))), g.At(g.N))
	var out TeamSupply
	var total personTime
	out.Intervals, total = means(work, g)
	out.ScheduledTime, out.ProductiveTime = sample.Span(total.scheduled/1000), sample.Span(total.productive/1000)
	out.Now = headsAt(work, in.Now)
	out.NextChange, out.Next = nextChange(work, in.Now, g.At(g.N))
	out.OnCallNow = headsAt(onCall, in.Now).Scheduled
	out.OnCallChange, _ = nextChange(onCall, in.Now, g.At(g.N))
	if in.CallTime > 0 && len(onCall) > 0 {
		out.CallTime = in.CallTime
		heads, _ := means(onCall, g)
		for _, h := range heads {
			out.OnCall = append(out.OnCall, h.Productive)
		}
	}
	return out
}

// MostPeople is how many work on the day of the grid with the most people at work, calendar and
// all: as many as cohorts may be part of.
func MostPeople(in SupplyInput) int {
	in = in.bounded()
	last := dayAt(in.Grid.At(in.Grid.N), in.Zone)
	most := 0
	for d := dayAt(in.Grid.Start, in.Zone); d <= last; d++ {
		most = max(most, in.crew(d).people)
	}
	return most
}

// bounded is in with values that have a meaning.
func (in SupplyInput) bounded() SupplyInput {
	if in.Zone == nil {
		in.Zone = time.UTC
	}
	in.Grid.N = min(max(in.Grid.N, 0), MaxIntervals)
	in.Grid.Width = min(max(in.Grid.Width, 1), maxWidth)
	return in
}

// means are the mean heads of each interval, and the person-time of all.
func means(spells []spell, g Grid) ([]Heads, personTime) {
	rows := make([]personTime, g.N)
	for _, s := range spells {
		s.addTo(rows, g)
	}
	out, total := make([]Heads, g.N), personTime{}
	for i, t := range rows {
		out[i] = t.mean(g.Width)
		total.add(t)
	}
	return out, total
}

// maxWidth bounds an interval, and how long before the grid now may lie.
const maxWidth = 24 * sample.Hour

// spell is people at work, or on call, from an instant to another.
type spell struct {
	from, to sample.Instant
	heads    Heads
	// day is the one it starts on; first and stop are minutes on the clock of that day.
	day         Date
	first, stop int
}

// personTime is in milliseconds × thousandths of heads.
type personTime struct{ scheduled, productive int64 }

func (p *personTime) add(o personTime) {
	p.scheduled += o.scheduled
	p.productive += o.productive
}

func (p personTime) mean(width sample.Span) Heads {
	return Heads{sample.Milli(p.scheduled / int64(width)), sample.Milli(p.productive / int64(width))}
}

// addTo adds what of s falls in each interval.
func (s spell) addTo(rows []personTime, g Grid) {
	first := max(int64(s.from-g.Start)/int64(g.Width), 0)
	for i := int(first); i < g.N && g.At(i) < s.to; i++ {
		over := int64(min(s.to, g.At(i+1)) - max(s.from, g.At(i)))
		if over > 0 {
			rows[i].add(personTime{int64(s.heads.Scheduled) * over, int64(s.heads.Productive) * over})
		}
	}
}

func headsAt(spells []spell, t sample.Instant) Heads {
	var h Heads
	for _, s := range spells {
		if s.from <= t && t < s.to {
			h.Scheduled += s.heads.Scheduled
			h.Productive += s.heads.Productive
		}
	}
	return h
}

// nextChange is the first instant after now, before end, at which the heads differ from those now.
// One shift handing over to its equal is no change.
func nextChange(spells []spell, now, end sample.Instant) (sample.Instant, Heads) {
	type change struct {
		at   sample.Instant
		more Heads
	}
	present := headsAt(spells, now)
	edges := make([]change, 0, 2*len(spells))
	for _, s := range spells {
		if s.from > now {
			edges = append(edges, change{s.from, s.heads})
		}
		if s.to > now {
			edges = append(edges, change{s.to, Heads{-s.heads.Scheduled, -s.heads.Productive}})
		}
	}
	slices.SortFunc(edges, func(a, b change) int { return cmp.Compare(a.at, b.at) })
	h := present
	for i, e := range edges {
		if e.at >= end {
			break
		}
		h.Scheduled += e.more.Scheduled
		h.Productive += e.more.Productive
		if last := i+1 == len(edges) || edges[i+1].at > e.at; last && h != present {
			return e.at, h
		}
	}
	return 0, Heads{}
}

// spells are the shifts that overlap from to end, one spell for each day on which a shift starts.
func (in SupplyInput) spells(from, end sample.Instant) (work, onCall []spell) {
	first, last := dayAt(from, in.Zone)-2, dayAt(end, in.Zone)+1
	for d := first; d <= last; d++ {
		c := in.crew(d)
		for i, s := range in.Shifts {
			if c.heads[i] == 0 {
				continue
			}
			start, stop := s.bounds(d, in.Zone)
			if stop <= from || start >= end {
				continue
			}
			out := spell{from: start, to: stop, heads: in.headsOf(s, c, c.heads[i]), day: d}
			out.first, out.stop = s.minutes()
			if s.OnCall {
				onCall = append(onCall, out)
			} else {
				work = append(work, out)
			}
		}
	}
	return work, onCall
}
