package sheet

import (
	"time"

	"github.com/modcap/modcap/internal/sample"
)

// day is the intervals of a local day: the first of it, and their local times.
type day struct {
	date      time.Time // its first interval, in the zone
	intervals []int
}

// days are those of the grid in a zone.
func (s *Sheet) days(zone *time.Location) []day {
	var out []day
	for i := range s.Grid.N {
		at := s.Grid.At(i).Time().In(zone)
		if n := len(out); n == 0 || at.YearDay() != out[n-1].date.YearDay() || at.Year() != out[n-1].date.Year() {
			out = append(out, day{date: at})
		}
		d := &out[len(out)-1]
		d.intervals = append(d.intervals, i)
	}
	return out
}

// Measure is a column of the sheet.
type Measure string

// Measures.
const (
	Gap       Measure = "gap"
	Required  Measure = "required"
	Scheduled Measure = "scheduled"
)

// Measures are all of them, in the order in which they are shown.
func Measures() []Measure { return []Measure{Gap, Required, Scheduled} }

// caption says what a map of the measure shows.
func (m Measure) caption() string {
	switch m {
	case Gap:
		return "Gap: productive people missing, the most in each hour (. nobody missing, blank: nothing to do)"
	case Required:
		return "Required: people to have on the roster, shrinkage included, the most in each hour"
	}
	return "Scheduled: people on the roster who may do the work, the fewest in each hour"
}

// pageCaption says what a map of it on a page shows, interval by interval.
func (m Measure) pageCaption() string {
	switch m {
	case Gap:
		return "Gap: productive people missing. Without a number nobody is missing; gray: nothing to do"
	case Required:
		return "Required: people to have on the roster, shrinkage included"
	}
	return "Scheduled: people on the roster who may do the work"
}

// of is the measure of a cell.
func (m Measure) of(c *Cell) sample.Milli {
	switch m {
	case Gap:
		return c.Gap
	case Required:
		return c.RequiredScheduled
	}
	return c.Scheduled
}

// over is the measure of some intervals together.
func (m Measure) over(cells []Cell, intervals []int) sample.Milli {
	out := m.of(&cells[intervals[0]])
	for _, i := range intervals[1:] {
		x := m.of(&cells[i])
		if m == Scheduled {
			out = min(out, x)
		} else {
			out = max(out, x)
		}
	}
	return out
}

// idle is true where nothing is needed in any of some intervals.
func idle(cells []Cell, intervals []int) bool {
	for _, i := range intervals {
		if cells[i].Required > 0 {
			return false
		}
	}
	return true
}
