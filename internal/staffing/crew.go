package staffing

import (
	"cmp"
	"slices"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

// crew is who starts on a day.
type crew struct {
	day    Date
	heads  []int // by shift
	people int   // of all shifts but those on call
	// training is how long each of the people is away, and minutes what all of them work.
	training sample.Span
	minutes  int64
}

func (in SupplyInput) crew(d Date) crew {
	c := crew{day: d, heads: in.headcounts(d)}
	c.people, c.minutes = in.people(c.heads)
	for _, e := range in.Calendar {
		if e.on(d) {
			c.training += min(max(e.Training, 0), maxWidth)
		}
	}
	return c
}

// left is the share of a shift's time that training leaves.
func (in SupplyInput) left(s Shift, c crew) sample.PPM {
	if c.training == 0 || s.OnCall {
		return sample.AllPPM
	}
	away, of := int64(c.training), int64(s.length())
	if in.Rows { // the people of the day may stand in several rows: of all their time
		away, of = away*int64(c.people), c.minutes
	}
	all := int64(sample.AllPPM)
	return sample.AllPPM - sample.PPM(min(sample.MulDivUp(away, all, of*int64(sample.Minute)), all))
}

// workday is how long a day's work of one person is taken to be where a schedule says only how many
// are at work at what time.
const workday = 8 * 60

// people are how many work on a day on which heads people start each shift: their sum, or for the
// rows of a schedule what their time makes in days of work, and no fewer than are there at once.
// Those on call do not count. The minutes are what they work together.
func (in SupplyInput) people(heads []int) (people int, minutes int64) {
	all := 0
	var edges []edge
	for i, n := range heads {
		if n == 0 || in.Shifts[i].OnCall {
			continue
		}
		all += n
		start, stop := in.Shifts[i].minutes()
		minutes += int64(n) * int64(stop-start)
		if in.Rows {
			edges = append(edges, edge{int64(start), int64(n)}, edge{int64(stop), -int64(n)})
		}
	}
	if !in.Rows {
		return all, minutes
	}
	return int(max(most(edges), (minutes+workday-1)/workday)), minutes
}

// edge is a time from which on there are so many more.
type edge struct{ at, more int64 }

// most is how many there are at once.
func most(edges []edge) int64 {
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.more, b.more)) })
	most, now := int64(0), int64(0)
	for _, e := range edges {
		now += e.more
		most = max(most, now)
	}
	return most
}

// length is how long s lasts on the clock.
func (s Shift) length() int {
	start, stop := s.minutes()
	return stop - start
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
		if e.on(d) {
			delta += min(max(e.HeadcountDelta, -maxHeadcount), maxHeadcount)
		}
	}
	out := make([]int, len(in.Shifts))
	for i, s := range in.Shifts {
		if !s.startsOn(d) {
			continue
		}
		out[i] = min(max(s.Headcount, 0), maxHeadcount)
		if !s.OnCall {
			out[i] = min(max(out[i]+delta, 0), maxHeadcount)
		}
	}
	return out
}

func (e Exception) on(d Date) bool { return e.From <= d && d <= e.To }

func (s Shift) startsOn(d Date) bool {
	inDay := func(minute int) bool { return minute >= 0 && minute <= minutesPerDay }
	inSeason := d >= s.From && (s.Until == 0 || d <= s.Until) // a From of 0 lies before all that is planned
	return inDay(s.Start) && inDay(s.End) && s.Start != s.End && inSeason &&
		(len(s.Days) == 0 || slices.Contains(s.Days, d.Weekday()))
}

// headsOf is what n people of shift s are worth: cohorts that have not come are taken off, cohorts
// on their ramp count in part, and training and shrinkage apply to what is left. Rounded down.
func (in SupplyInput) headsOf(s Shift, on crew, n int) Heads {
	whole := int64(sample.AllPPM)
	scheduled, productive := int64(n)*whole, int64(n)*whole
	for _, c := range in.Cohorts {
		there, worth := c.on(on.day)
		if s.OnCall || s.Until != 0 && c.Start > s.Until {
			continue // the shift ends before the cohort comes: its headcount is of others
		}
		share := sample.MulDivUp(int64(min(max(c.Headcount, 0), on.people))*whole, int64(n), int64(on.people))
		if !there {
			scheduled -= share
		}
		productive -= sample.MulDivUp(share, whole-int64(worth), whole)
	}
	productive = sample.MulDiv(max(productive, 0), int64(in.left(s, on)), whole)
	productive = sample.MulDiv(productive, int64(in.Shrinkage.Productive()), whole)
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
