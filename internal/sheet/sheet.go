package sheet

import (
	"math"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/promise"
)

// All stands for every language together.
const All = "*"

// Sheet is a plan by language and tier.
type Sheet struct {
	Grid staffing.Grid
	// Lines are one for all work, whose Language is All, and then one for each language and
	// tier, in order.
	Lines []Line
	// Why is nil where it is not known: the table does not have it.
	Why *Why
}

// Line is a row of cells, one for each interval of the grid.
type Line struct {
	// Language is a BCP 47 tag, All, or empty for work that needs no language; Tier 0 is all.
	Language string
	Tier     int
	Cells    []Cell
}

// Cell is one interval. All are people.
type Cell struct {
	// Required is productive people, RequiredScheduled the people to be on the roster for that.
	Required, RequiredScheduled sample.Milli
	// Scheduled is the people on the roster who may do any of the work, Allocated the productive
	// ones that the plan gives it, Gap those that are missing.
	Scheduled, Allocated, Gap sample.Milli
	// Occupancy is the percent of the productive time of those who may do the work that the plan
	// gives it; Untold for a group of fewer than five people.
	Occupancy sample.Milli
	// OnTime is the percent of what comes that is expected to be on time; Untold where that is not known.
	OnTime sample.Milli
}

// Untold is a figure that would be somebody's, or that is not known.
const Untold sample.Milli = -1

// fewest is the size of the smallest group whose occupancy is told.
const fewest = 5 * sample.One

// Of is the sheet of a plan, in tenths of people; gaps are in hundredths, so that they add up to
// the hours that the plan's ledger has.
func Of(plan staffing.Result) Sheet {
	s := exact(plan)
	for _, l := range s.Lines {
		for i := range l.Cells {
			c := &l.Cells[i]
			*c = Cell{
				tenths(c.Required), tenths(c.RequiredScheduled), tenths(c.Scheduled), tenths(c.Allocated), hundredths(c.Gap), c.Occupancy, c.OnTime,
			}
		}
	}
	return s
}

// exact is the sheet of a plan as it is.
func exact(plan staffing.Result) Sheet {
	s := Sheet{Grid: plan.Grid, Why: whyOf(&plan), Lines: []Line{{Language: All, Cells: cellsOf(plan.Totals, plan.OnTime)}}}
	for _, l := range plan.Languages {
		s.Lines = append(s.Lines, Line{Language: l.Language, Tier: l.Tier, Cells: cellsOf(l.Intervals, l.OnTime)})
	}
	return s
}

func cellsOf(totals []staffing.Total, onTime []sample.PPM) []Cell {
	out := make([]Cell, len(totals))
	for i, t := range totals {
		out[i] = Cell{t.Required, t.RequiredScheduled, t.Scheduled, t.Covered, t.Gap, occupancy(t), Untold}
		if i < len(onTime) {
			out[i].OnTime = Percent(onTime[i])
		}
	}
	return out
}

// Percent is a share on time in whole percent; a promise is not known better.
func Percent(share sample.PPM) sample.Milli {
	if share == staffing.OnTimeUnknown {
		return Untold
	}
	return sample.Whole(int64(share+5_000) / 10_000)
}

// occupancy is in whole percent.
func occupancy(t staffing.Total) sample.Milli {
	if t.Scheduled < fewest || t.Productive <= 0 {
		return Untold
	}
	return sample.Whole(sample.MulDiv(int64(t.Covered), 100, int64(t.Productive)))
}

// First is the first n intervals of the sheet.
func (s *Sheet) First(n int) *Sheet {
	out := &Sheet{Grid: s.Grid, Why: s.Why}
	out.Grid.N = min(n, s.Grid.N)
	for _, l := range s.Lines {
		l.Cells = l.Cells[:out.Grid.N]
		out.Lines = append(out.Lines, l)
	}
	return out
}

// tenths rounds a number of people to a tenth: a table changes when the plan does, and
// not with every sample.
func tenths(m sample.Milli) sample.Milli { return sample.Milli(math.Round(float64(m)/100) * 100) }

func hundredths(m sample.Milli) sample.Milli { return (m + 5) / 10 * 10 }

// Moment is a number of people in an interval.
type Moment struct {
	Interval int
	People   sample.Milli
}

// Summary is what a line comes to.
type Summary struct {
	// Peak is the most people to be on the roster.
	Peak Moment
	// Short is for how long people are missing, Missing the time of those people.
	Short, Missing sample.Span
	// First and Worst are the first and the largest gap; without a gap their People is 0.
	First, Worst Moment
	// OnTime is the percent of the work expected to be on time, in tenths and by the people it
	// requires; Untold where nothing of it is known. In nine of ten cases it is between OnTimeLow
	// and OnTimeHigh.
	OnTime, OnTimeLow, OnTimeHigh sample.Milli
}

// Sum adds up a line.
func (s *Sheet) Sum(l *Line) Summary {
	out := Summary{
		OnTime:     onTime(l.Cells, func(share sample.PPM) sample.PPM { return share }),
		OnTimeLow:  onTime(l.Cells, func(share sample.PPM) sample.PPM { low, _ := promise.Range(share); return low }),
		OnTimeHigh: onTime(l.Cells, func(share sample.PPM) sample.PPM { _, high := promise.Range(share); return high }),
	}
	for i, c := range l.Cells {
		if c.RequiredScheduled > out.Peak.People {
			out.Peak = Moment{i, c.RequiredScheduled}
		}
		if c.Gap <= 0 {
			continue
		}
		out.Short += s.Grid.Width
		out.Missing += sample.Span(sample.MulDiv(int64(c.Gap), int64(s.Grid.Width), int64(sample.One)))
		if out.First.People == 0 {
			out.First = Moment{i, c.Gap}
		}
		if c.Gap > out.Worst.People {
			out.Worst = Moment{i, c.Gap}
		}
	}
	return out
}

// onTime is the mean of cells, each as told.
func onTime(cells []Cell, told func(sample.PPM) sample.PPM) sample.Milli {
	var sum, of float64
	for _, c := range cells {
		if c.OnTime != Untold {
			sum += float64(told(sample.PPM(c.OnTime*10))) / 10_000 * c.Required.Float()
			of += c.Required.Float()
		}
	}
	if of <= 0 {
		return Untold
	}
	return sample.Milli(math.Round(10*sum/of) * 100)
}

// Data is a sheet as other programs read it.
type Data struct {
	Name     string     `json:"name"`
	Start    string     `json:"start"`
	Interval string     `json:"interval"`
	Lines    []DataLine `json:"languages"`
	*Why
}

// DataLine is a language and tier; people are by interval.
type DataLine struct {
	Language string `json:"language"`
	Tier     int    `json:"tier,omitempty"`
	// HoursShort is for how long people are missing, PersonHoursShort the time of those people.
	HoursShort        float64   `json:"hoursShort"`
	PersonHoursShort  float64   `json:"personHoursShort"`
	Required          []float64 `json:"required"`
	RequiredScheduled []float64 `json:"requiredScheduled"`
	Scheduled         []float64 `json:"scheduled"`
	Allocated         []float64 `json:"allocated"`
	Gap               []float64 `json:"gap"`
	// Occupancy is in percent; null where it is not told.
	Occupancy []*float64 `json:"occupancy"`
	// OnTime is the percent expected to be on time; null where it is not known.
	OnTime []*float64 `json:"onTime"`
}

// Data is the sheet for other programs.
func (s *Sheet) Data(v *View) Data {
	out := Data{Name: v.Name, Start: stamp(s.Grid.Start), Interval: s.Grid.Width.String(), Why: s.Why}
	for i := range s.Lines {
		l := &s.Lines[i]
		x := s.Sum(l)
		d := DataLine{
			Language: l.Language, Tier: l.Tier, HoursShort: float64(x.Short) / float64(sample.Hour),
			PersonHoursShort: float64(x.Missing) / float64(sample.Hour),
		}
		for _, c := range l.Cells {
			d.Required = append(d.Required, c.Required.Float())
			d.RequiredScheduled = append(d.RequiredScheduled, c.RequiredScheduled.Float())
			d.Scheduled = append(d.Scheduled, c.Scheduled.Float())
			d.Allocated = append(d.Allocated, c.Allocated.Float())
			d.Gap = append(d.Gap, c.Gap.Float())
			d.Occupancy = append(d.Occupancy, known(c.Occupancy))
			d.OnTime = append(d.OnTime, known(c.OnTime))
		}
		out.Lines = append(out.Lines, d)
	}
	return out
}

// known is a figure, or nothing.
func known(m sample.Milli) *float64 {
	if m < 0 {
		return nil
	}
	x := m.Float()
	return &x
}
