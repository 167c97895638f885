package staffing

import (
	"cmp"

	"github.com/modcap/modcap/internal/sample"
)

// class is a Class made ready for the models: decisions instead of items, every interval filled in,
// values bounded.
type class struct {
	in    Class
	teams []int // eligible teams, ascending
	group int   // classes with the same teams

	relax   []step // those that widen who may do it, in order
	workers []int  // teams, and those of the steps in their order

	known       bool // there is at least a last value to work the need out from
	quality     sample.Quality
	cause       sample.Cause
	findings    []Finding
	agesAssumed bool

	rates    []sample.Milli // decisions an hour, or rooms open, per interval
	handle   sample.Span    // now
	handles  []sample.Span  // per interval; nil while it is the same in all
	backlog  sample.Milli   // decisions
	oldest   sample.Span
	promises []pledge // strictest first; at least one holds in each interval

	occupancy sample.PPM // the strictest of the eligible teams; AllPPM without a limit
	left      sample.PPM // share of scheduled time left by shrinkage in the eligible teams over the plan; AllPPM without teams

	binding    int // index of the promise that needs most now
	required   []sample.Milli
	standalone []sample.Milli

	work   schedule       // of a class that waits
	people []sample.Milli // who could be given to it, per interval
	flow   []sample.Milli // what it required before it was protected; nil for all of required
	placed placed
}

const (
	maxLoad   = 100_000          // heads that a class may need at most
	maxTime   = 400 * day        // longest handle time, age and promise
	day       = 24 * sample.Hour // the time within which work without a promise is kept up with
	nearLimit = 4 * sample.Hour  // longest promise that is planned as near real time
	hour      = int64(sample.Hour)
)

// highestPercent is the most that is planned for: 100 % would take people without end.
const highestPercent sample.PPM = 999_900

// newClass resolves c for a grid.
func newClass(c Class, teams []Team, now sample.Instant, grid Grid) *class {
	out := &class{in: c, occupancy: sample.AllPPM, left: sample.AllPPM, quality: sample.Fresh}
	out.findTeams(teams)
	out.judge(now, grid)
	out.promises = promisesOf(c, now, grid)
	if c.Due != 0 && out.backlog > 0 {
		for i := range out.promises {
			out.promises[i].Within = min(max(c.Due.Since(now), 1), maxTime)
		}
	}
	out.findRelaxed(teams, grid.Width)
	out.fillRates(grid.N)
	out.required, out.standalone = make([]sample.Milli, grid.N), make([]sample.Milli, grid.N)
	return out
}

func (c *class) rooms() bool { return c.in.Work == Rooms }

// findTeams notes who is qualified, and what their shrinkage and occupancy mean for the class.
func (c *class) findTeams(teams []Team) {
	var left sample.PPM
	for i, t := range teams {
		if !Qualified(c.in, t) {
			continue
		}
		c.teams = append(c.teams, i)
		left += t.Shrinkage.Productive()
		c.meet(t)
	}
	if len(c.teams) > 0 {
		c.left = left / sample.PPM(len(c.teams))
	} else {
		c.findings = append(c.findings, FindingNoTeam)
	}
}

// meet keeps the occupancy below what a team allows.
func (c *class) meet(t Team) {
	if t.MaxOccupancy > 0 {
		c.occupancy = min(c.occupancy, t.MaxOccupancy)
	}
}

// judge takes the values of the samples and the worst of their qualities.
func (c *class) judge(now sample.Instant, grid Grid) {
	if c.rooms() {
		s := c.weigh(c.in.Concurrent)
		c.known = s.Quality >= sample.Stale
		return
	}
	arrivals := c.weigh(c.in.ArrivalsPerHour)
	measured, declared := c.takeHandleTime()
	c.changeHandle(now, grid, measured)
	c.known = arrivals.Quality >= sample.Stale && (measured || declared)
	c.takeBacklog(arrivals)
}

// weigh lowers the quality of the class to that of s, and gives s with a value that may be computed with.
func (c *class) weigh(s sample.Sample) sample.Sample {
	switch {
	case s.Quality >= sample.Stale && s.Value < 0:
		s.Quality, s.Cause = sample.Implausible, sample.CauseNegative
	case s.Quality >= sample.Stale && s.Value > sample.MaxMilli:
		s.Quality, s.Cause = sample.Implausible, sample.CauseOutOfRange
	}
	if s.Quality < c.quality {
		c.quality, c.cause = s.Quality, s.Cause
	}
	if s.Quality < sample.Stale {
		s.Value = 0
	}
	return s
}

// takeHandleTime reports whether there is a handle time, and which.
func (c *class) takeHandleTime() (measured, declared bool) {
	if c.in.HandleTime.Quality == sample.Absent && c.in.DeclaredHandleTime > 0 {
		c.handle = min(c.in.DeclaredHandleTime, maxTime)
		return false, true
	}
	s := c.weigh(c.in.HandleTime) // thousandths of seconds are milliseconds
	c.handle = min(max(sample.Span(s.Value), 1), maxTime)
	return s.Quality >= sample.Stale, false
}

// takeBacklog takes what waits and how long it has waited.
func (c *class) takeBacklog(arrivals sample.Sample) {
	if c.in.Backlog.Quality == sample.Absent && c.in.Backlog.Cause == sample.CauseNotDeclared {
		c.findings = append(c.findings, FindingBacklogNotMeasured)
		return
	}
	backlog := c.weigh(c.in.Backlog)
	c.backlog = c.decisions(backlog.Value)
	if c.backlog == 0 {
		return
	}
	if a := c.in.OldestAge; a.Quality != sample.Absent || a.Cause != sample.CauseNotDeclared {
		c.oldest = min(max(sample.Span(c.weigh(a).Value), 0), maxTime)
		return
	}
	c.agesAssumed, c.oldest = c.in.Due == 0, assumedAge(backlog.Value, arrivals.Value)
}

// Oldest is the age of what has waited longest: that measured, or, where none is declared, that of work
// that came at the rate of now.
func (c *Class) Oldest() sample.Span {
	if a := c.OldestAge; a.Quality != sample.Absent || a.Cause != sample.CauseNotDeclared {
		if a.Quality < sample.Stale {
			return 0
		}
		return min(max(sample.Span(a.Value), 0), maxTime)
	}
	if c.Backlog.Quality < sample.Stale || c.Backlog.Value <= 0 {
		return 0
	}
	if c.ArrivalsPerHour.Quality < sample.Stale {
		return maxTime
	}
	return assumedAge(c.Backlog.Value, c.ArrivalsPerHour.Value)
}

// assumedAge is that of the oldest of a backlog that came at a rate; as old as can be where nothing comes.
func assumedAge(backlog, arrivals sample.Milli) sample.Span {
	if arrivals <= 0 {
		return maxTime
	}
	return sample.Span(min(sample.MulDivUp(int64(backlog), hour, int64(arrivals)), int64(maxTime)))
}

// decisions are how many decisions items take, bounded to the work of maxLoad people in maxTime.
func (c *class) decisions(items sample.Milli) sample.Milli {
	d := int64(min(max(items, 0), sample.MaxMilli))
	if c.in.DecisionsPerItem > 0 {
		d = sample.MulDiv(d, int64(min(c.in.DecisionsPerItem, sample.Whole(1000))), int64(sample.One))
	}
	return sample.Milli(min(d, sample.MulDiv(maxLoad*int64(sample.One), int64(maxTime), int64(max(c.handle, 1)))))
}

// fillRates sets the rate of each interval: the forecast, its last value held, or what is observed now.
func (c *class) fillRates(n int) {
	now := c.in.ArrivalsPerHour
	if c.rooms() {
		now = c.in.Concurrent
	}
	rate := now.Value
	c.rates = make([]sample.Milli, n)
	if !c.known {
		return
	}
	for i := range c.rates {
		if i < len(c.in.Rates) {
			rate = c.in.Rates[i]
		}
		c.rates[i] = c.bounded(rate, c.handleAt(i))
	}
}

func (c *class) bounded(rate sample.Milli, handle sample.Span) sample.Milli {
	if c.rooms() {
		return min(max(rate, 0), sample.Whole(maxLoad))
	}
	most := sample.MulDiv(maxLoad*int64(sample.One), hour, int64(handle))
	return min(c.decisions(rate), sample.Milli(most))
}

// regime is the model of promise p in a plan with intervals of width.
func regime(p Promise, width sample.Span) Model {
	switch {
	case p.Within <= width:
		return ModelRealTime
	case p.Within <= nearLimit:
		return ModelNearRealTime
	}
	return ModelDeferred
}

// byImportance orders classes as they are served: protected first, then by priority, then by the
// strictest promise that holds now.
func byImportance(a, b *class) int {
	protected := func(c *class) int {
		if c.in.Protected {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(protected(a), protected(b)), cmp.Compare(b.in.Priority, a.in.Priority),
		cmp.Compare(a.strictestNow().Within, b.strictestNow().Within), a.in.Key.Compare(b.in.Key))
}
