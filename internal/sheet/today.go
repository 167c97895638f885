package sheet

import (
	"math"
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Day is the hours around now by work class: what was planned of them, and what came. It
// reaches back and ahead by 25 hours, so that today is in it in any zone, whatever clocks do.
type Day struct {
	Grid staffing.Grid
	// Now is the present interval; those before are over.
	Now int
	// Lines are one for all work, whose queue is All, and then one for each class, in order.
	Lines []DayLine
}

// DayLine is a class, with a cell for each interval of the grid.
type DayLine struct {
	Key   staffing.ClassKey
	Cells []DayCell
}

// DayCell is an interval of a class.
type DayCell struct {
	// Before is what was planned a day before, or when the interval was first planned; Then is what
	// was planned when it began, or is now.
	Before, Then Planned
	// Arrived is the items that came, Present the people who were there of those scheduled,
	// HandleTime the seconds that a decision took.
	Arrived, Present, HandleTime Figure
}

// Planned is what a plan says of an interval: items that will arrive, people to have on the
// roster, people on it, and productive people missing.
type Planned struct {
	Known                           bool
	Items, Required, Scheduled, Gap sample.Milli
}

// Figure is a number that may not be known.
type Figure struct {
	Known bool
	Value sample.Milli
}

const (
	dayBack  = 25 * sample.Hour
	dayAhead = 25 * sample.Hour
	// fewPeople are so few that what they did tells of persons: how many were present and how
	// long they took is not kept.
	fewPeople = 5 * sample.One
)

// Happened is what was seen of the hours that are over.
type Happened struct {
	// Arrived is what came of a class in a stretch of time.
	Arrived func(class *staffing.Class, from, to sample.Instant) Figure
	// At is the start of the interval in which people of Teams were there.
	At    sample.Instant
	Teams map[string]TeamSeen
}

// TeamSeen is how many people of a team were scheduled, and how many were present.
type TeamSeen struct{ Scheduled, Present sample.Milli }

// Next is the day as it stands with a new plan, of the input that it was made of; d, which is
// the day before that, may be nil.
func (d *Day) Next(in *staffing.Input, plan *staffing.Result, seen *Happened) *Day {
	width := plan.Grid.Width
	back := int((dayBack + width - 1) / width)
	out := &Day{Now: back, Grid: staffing.Grid{
		Start: plan.Grid.At(-back), Width: width, N: back + int((dayAhead+width-1)/width),
	}}
	all := out.line(d, staffing.ClassKey{Queue: All})
	out.Lines = []DayLine{all}
	for i := range plan.Classes {
		c := &plan.Classes[i]
		k := slices.IndexFunc(in.Classes, func(x staffing.Class) bool { return x.Key == c.Key })
		if k < 0 {
			continue
		}
		l := out.line(d, c.Key)
		out.foresee(&l, &in.Classes[k], c)
		out.see(&l, c, &in.Classes[k], seen)
		out.Lines = append(out.Lines, l)
	}
	out.keepGone(d)
	slices.SortFunc(out.Lines[1:], func(a, b DayLine) int { return a.Key.Compare(b.Key) })
	out.total(&all, plan)
	out.presentOfAll(&all, in, seen)
	return out
}

// line is that of a class with what the day before knew of the hours of this one.
func (d *Day) line(before *Day, key staffing.ClassKey) DayLine {
	l := DayLine{Key: key, Cells: make([]DayCell, d.Grid.N)}
	if before == nil || before.Grid.Width != d.Grid.Width {
		return l
	}
	shift := int(d.Grid.Start.Since(before.Grid.Start) / d.Grid.Width)
	i := slices.IndexFunc(before.Lines, func(x DayLine) bool { return x.Key == key })
	if i < 0 {
		// A class that comes up while its day goes on was planned to have nothing, if anything was planned.
		for k := d.Now; k < d.Grid.N; k++ {
			if from := k + shift; from >= 0 && from < len(before.Lines[0].Cells) {
				l.Cells[k].Before.Known = before.Lines[0].Cells[from].Before.Known
			}
		}
		return l
	}
	for k := range l.Cells {
		if from := k + shift; from >= 0 && from < len(before.Lines[i].Cells) {
			l.Cells[k] = before.Lines[i].Cells[from]
		}
	}
	return l
}

// foresee takes in what the plan says of a class from now on. What was planned of the present
// interval before it began stays.
func (d *Day) foresee(l *DayLine, c *staffing.Class, plan *staffing.ClassPlan) {
	for k := d.Now; k < d.Grid.N; k++ {
		i, cell := k-d.Now, &l.Cells[k]
		if i >= len(plan.Intervals) || plan.Model == staffing.ModelNone { // nothing is known of it
			cell.Then = Planned{}
			continue
		}
		n := &plan.Intervals[i]
		p := Planned{true, itemsOf(c, i, d.Grid.Width), tenths(n.RequiredScheduled), tenths(n.Scheduled), tenths(n.Gap)}
		if k > d.Now || !cell.Then.Known {
			cell.Then = p
		}
		if !cell.Before.Known {
			cell.Before = p
		}
	}
}

// itemsOf are the whole items expected of a class in an interval; none of what is not counted.
func itemsOf(c *staffing.Class, i int, width sample.Span) sample.Milli {
	rate := c.ArrivalsPerHour.Value
	if n := len(c.Rates); n > 0 {
		rate = c.Rates[min(i, n-1)]
	}
	if c.Work == staffing.Rooms {
		return 0
	}
	return whole(sample.Milli(sample.MulDiv(int64(max(rate, 0)), int64(width), int64(sample.Hour))))
}

func whole(m sample.Milli) sample.Milli { return sample.Milli(math.Round(float64(m)/1000) * 1000) }

// see takes in what came of the hours that are over. Where few people are scheduled, what they
// did is left out.
func (d *Day) see(l *DayLine, plan *staffing.ClassPlan, c *staffing.Class, seen *Happened) {
	for k := range d.Now {
		cell := &l.Cells[k]
		if c.Work != staffing.Rooms {
			if f := seen.Arrived(c, d.Grid.At(k), d.Grid.At(k+1)); f.Known {
				cell.Arrived = Figure{true, whole(f.Value)}
			}
		}
		if d.Grid.At(k) != seen.At || !cell.Then.Known || cell.Then.Scheduled < fewPeople {
			continue
		}
		cell.Present = presentOf(plan.Teams, seen)
		if c.HandleTime.Quality == sample.Fresh {
			cell.HandleTime = Figure{true, c.HandleTime.Value}
		}
	}
}

// presentOf are the people present of some teams; not known if it is not of one of them, or
// where one is of few people, whom the difference of two classes would tell.
func presentOf(teams []string, seen *Happened) (out Figure) {
	for _, name := range teams {
		t, known := seen.Teams[name]
		switch {
		case !known:
			return Figure{}
		case t == TeamSeen{}: // nobody was to come, and nobody came
		case t.Scheduled < fewPeople:
			return Figure{}
		default:
			out = Figure{true, out.Value + tenths(t.Present)}
		}
	}
	return out
}

// keepGone keeps classes that are planned no more while something is known of them; nothing is
// planned of them any more.
func (d *Day) keepGone(before *Day) {
	if before == nil {
		return
	}
	for _, was := range before.Lines {
		if slices.ContainsFunc(d.Lines, func(l DayLine) bool { return l.Key == was.Key }) {
			continue
		}
		l := d.line(before, was.Key)
		for k := d.Now; k < len(l.Cells); k++ {
			l.Cells[k].Then = Planned{}
		}
		if slices.ContainsFunc(l.Cells, func(c DayCell) bool { return c != DayCell{} }) {
			d.Lines = append(d.Lines, l)
		}
	}
}

// total adds the classes up; people on the roster count once however much they may do, and so
// they are the plan's.
func (d *Day) total(all *DayLine, plan *staffing.Result) {
	for k := range all.Cells {
		cell := &all.Cells[k]
		old := *cell
		cell.Before, cell.Then, cell.Arrived = Planned{}, Planned{}, Figure{}
		seen := sample.Milli(0) // planned of classes of which it is known what came
		for i := range d.Lines[1:] {
			c := &d.Lines[1+i].Cells[k]
			cell.Before.add(&c.Before)
			cell.Then.add(&c.Then)
			if c.Arrived.Known {
				cell.Arrived.Value += c.Arrived.Value
				seen += c.Before.Items
			}
		}
		if cell.Arrived.Known = k < d.Now && cell.Before.Known && 10*seen >= 9*cell.Before.Items; !cell.Arrived.Known {
			cell.Arrived = Figure{}
		}
		cell.Before.Scheduled, cell.Then.Scheduled = old.Before.Scheduled, old.Then.Scheduled
		if i := k - d.Now; i >= 0 && i < len(plan.Totals) {
			scheduled := tenths(plan.Totals[i].Scheduled)
			if cell.Then.Scheduled = scheduled; !old.Before.Known {
				cell.Before.Scheduled = scheduled
			}
		}
	}
}

func (p *Planned) add(o *Planned) {
	p.Known = p.Known || o.Known
	p.Items += o.Items
	p.Required += o.Required
	p.Gap += o.Gap
}

// presentOfAll are the people present of all teams.
func (d *Day) presentOfAll(all *DayLine, in *staffing.Input, seen *Happened) {
	names := make([]string, 0, len(in.Teams))
	for i := range in.Teams {
		names = append(names, in.Teams[i].Name)
	}
	for k := range d.Now {
		if c := &all.Cells[k]; d.Grid.At(k) == seen.At && c.Then.Scheduled >= fewPeople {
			c.Present = presentOf(names, seen)
		}
	}
}
