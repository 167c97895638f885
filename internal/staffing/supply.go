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
}

// Exception changes the headcount of each shift that starts between two days, both included: a
// holiday is −n, extra people +n. A shift's headcount never falls below zero, and no shift is made.
type Exception struct {
	From, To       Date
	HeadcountDelta int
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

// TeamSupply is the people of one team on a grid.
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
}

// Supply turns declared shifts into heads per interval. It is total: a shift that ends when it
// starts, lies outside the day or has no headcount counts for nobody. Person-time is added up in
// whole milliseconds and thousandths of heads, so that every width of interval gives the same
// total.
func Supply(in SupplyInput) TeamSupply {
	if in.Zone == nil {
		in.Zone = time.UTC
	}
	g := in.Grid
	g.N = min(max(g.N, 0), MaxIntervals)
	g.Width = min(max(g.Width, 1), maxWidth)
	out := TeamSupply{Intervals: make([]Heads, g.N)}
	spells := in.spells(min(g.Start, max(in.Now, g.Start.Add(-maxWidth))), g.At(g.N))
	rows := make([]personTime, g.N)
	for _, s := range spells {
		s.addTo(rows, g)
	}
	var total personTime
	for i, t := range rows {
		out.Intervals[i] = t.mean(g.Width)
		total.add(t)
	}
	out.ScheduledTime, out.ProductiveTime = sample.Span(total.scheduled/1000), sample.Span(total.productive/1000)
	out.Now = headsAt(spells, in.Now)
	out.NextChange, out.Next = nextChange(spells, in.Now, g.At(g.N))
	return out
}

// maxWidth bounds an interval, and how long before the grid now may lie.
const maxWidth = 24 * sample.Hour

// spell is people at work from an instant to another.
type spell struct {
	from, to sample.Instant
	heads    Heads
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
	type edge struct {
		at   sample.Instant
		more Heads
	}
	present := headsAt(spells, now)
	edges := make([]edge, 0, 2*len(spells))
	for _, s := range spells {
		if s.from > now {
			edges = append(edges, edge{s.from, s.heads})
		}
		if s.to > now {
			edges = append(edges, edge{s.to, Heads{-s.heads.Scheduled, -s.heads.Productive}})
		}
	}
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Compare(a.at, b.at) })
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
func (in SupplyInput) spells(from, end sample.Instant) []spell {
	var out []spell
	first, last := DateOf(from.Time().In(in.Zone))-2, DateOf(end.Time().In(in.Zone))+1
	for d := first; d <= last; d++ {
		heads := in.headcounts(d)
		all := in.people(heads)
		for i, s := range in.Shifts {
			if heads[i] == 0 {
				continue
			}
			start, stop := s.bounds(d, in.Zone)
			if stop > from && start < end {
				out = append(out, spell{start, stop, in.headsOf(s, d, heads[i], all)})
			}
		}
	}
	return out
}

// workday is how long a day's work of one person is taken to be where a schedule says only how many
// are at work at what time.
const workday = 8 * 60

// people are how many work on a day on which heads people start each shift: their sum, or for the
// rows of a schedule what their time makes in days of work, and no fewer than are there at once.
func (in SupplyInput) people(heads []int) int {
	all, minutes := 0, 0
	var edges [][2]int // minute, heads more
	for i, n := range heads {
		if n == 0 {
			continue
		}
		all += n
		if in.Rows {
			start, stop := in.Shifts[i].minutes()
			minutes += n * (stop - start)
			edges = append(edges, [2]int{start, n}, [2]int{stop, -n})
		}
	}
	if !in.Rows {
		return all
	}
	slices.SortFunc(edges, func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	most, now := 0, 0
	for _, e := range edges {
		now += e[1]
		most = max(most, now)
	}
	return max(most, (minutes+workday-1)/workday)
}

// minutes are start and end of s on the clock of the day it starts on.
func (s Shift) minutes() (start, stop int) {
	if s.End <= s.Start {
		return s.Start, s.End + minutesPerDay
	}
	return s.Start, s.End
}

// bounds are the instants between which s works when it starts on day d.
func (s Shift) bounds(d Date, zone *time.Location) (start, end sample.Instant) {
	first, stop := s.minutes()
	return Wall(d, first, zone), Wall(d, stop, zone)
}

// maxHeadcount bounds a shift, as the API does.
const maxHeadcount = 100_000

// headcounts are the people of each shift who start on day d, calendar applied.
func (in SupplyInput) headcounts(d Date) []int {
	delta := 0
	for _, e := range in.Calendar {
		if e.From <= d && d <= e.To {
			delta += min(max(e.HeadcountDelta, -maxHeadcount), maxHeadcount)
		}
	}
	out := make([]int, len(in.Shifts))
	for i, s := range in.Shifts {
		if s.startsOn(d) {
			out[i] = min(max(min(max(s.Headcount, 0), maxHeadcount)+delta, 0), maxHeadcount)
		}
	}
	return out
}

func (s Shift) startsOn(d Date) bool {
	inDay := func(minute int) bool { return minute >= 0 && minute <= minutesPerDay }
	inSeason := d >= s.From && (s.Until == 0 || d <= s.Until) // a From of 0 lies before all that is planned
	return inDay(s.Start) && inDay(s.End) && s.Start != s.End && inSeason &&
		(len(s.Days) == 0 || slices.Contains(s.Days, d.Weekday()))
}

// headsOf is what n people of shift s, of all people starting on day d, are worth: cohorts that
// have not come are taken off, cohorts on their ramp count in part, and shrinkage applies to what
// is left. Rounded down.
func (in SupplyInput) headsOf(s Shift, d Date, n, all int) Heads {
	whole := int64(sample.AllPPM)
	scheduled, productive := int64(n)*whole, int64(n)*whole
	for _, c := range in.Cohorts {
		there, worth := c.on(d)
		if s.Until != 0 && c.Start > s.Until {
			continue // the shift ends before the cohort comes: its headcount is of others
		}
		share := sample.MulDivUp(int64(min(max(c.Headcount, 0), all))*whole, int64(n), int64(all))
		if !there {
			scheduled -= share
		}
		productive -= sample.MulDivUp(share, whole-int64(worth), whole)
	}
	productive = sample.MulDiv(max(productive, 0), int64(in.Shrinkage.Productive()), whole)
	return Heads{Scheduled: sample.Milli(max(scheduled, 0) / 1000), Productive: sample.Milli(productive / 1000)}
}

// on says whether the cohort has come by day d, and what part of a head each is worth then.
func (c Cohort) on(d Date) (there bool, worth sample.PPM) {
	if d < c.Start {
		return false, 0
	}
	if len(c.Ramp) == 0 {
		return true, sample.AllPPM
	}
	weeks, since := int(d-c.Start)/7, -1
	for _, r := range c.Ramp {
		if r.AfterWeeks <= weeks && r.AfterWeeks > since {
			since, worth = r.AfterWeeks, min(max(r.Percent, 0), sample.AllPPM)
		}
	}
	return true, worth
}
