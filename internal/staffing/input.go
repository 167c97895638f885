package staffing

import (
	"cmp"

	"github.com/modcap/modcap/internal/sample"
)

// Input is all that Plan looks at. Class keys and team names are unique; their
// order does not matter.
type Input struct {
	Now sample.Instant `json:"now"`
	// Interval is the width of a row of the plan; 30 min when not positive.
	Interval sample.Span `json:"interval"`
	// Horizon is how far the plan reaches; 24 h when not positive, at most MaxIntervals rows.
	Horizon sample.Span `json:"horizon"`
	Classes []Class     `json:"classes"`
	Teams   []Team      `json:"teams"`
	// Unrelieved are classes that a relief has changed (package relief), as they are without it. Where
	// there are any, what the others need, protected work above all, is worked out beside them: those who
	// share its people need less for what comes by chance the longer they may wait, and it more by that.
	Unrelieved []Class `json:"unrelieved,omitempty"`
}

// ClassKey names a work class, the unit of demand and of reporting.
type ClassKey struct {
	Queue string `json:"queue"`
	// Review is the name of the review stream in the queue.
	Review string `json:"review"`
	// Language is a BCP 47 tag; empty means that the work needs no language, not that it is unknown.
	Language string `json:"language,omitempty"`
	// HarmDomain is a name, "*" for the domains no other stream names (only teams that list "*" may
	// take it), or empty for work that needs no domain.
	HarmDomain string `json:"harmDomain,omitempty"`
	Tier       int    `json:"tier"`
	// Role is that of Requires; empty for review. It tells the quality sample of a stream from the
	// stream.
	Role string `json:"role,omitempty"`
}

// Compare orders keys field by field, as they stand.
func (k ClassKey) Compare(o ClassKey) int {
	return cmp.Or(cmp.Compare(k.Queue, o.Queue), cmp.Compare(k.Review, o.Review), cmp.Compare(k.Language, o.Language),
		cmp.Compare(k.HarmDomain, o.HarmDomain), cmp.Compare(k.Tier, o.Tier), cmp.Compare(k.Role, o.Role))
}

// Work says what people do with a class.
type Work string

// Kinds of work. Empty is Items.
const (
	Items Work = "Items" // a stream of items, each decided once
	Rooms Work = "Rooms" // LIVE patrol: rooms watched at the same time; no backlog
)

// Measure says which moment of an item a promise speaks of.
type Measure string

// Measures of a promise. Empty is Decided.
const (
	Decided Measure = "Decided" // from the clock start to the decision
	Started Measure = "Started" // from the clock start to the moment a reviewer opens it
)

// Promise is a service level: Percent of the items within Within.
type Promise struct {
	Percent sample.PPM  `json:"percent"`
	Within  sample.Span `json:"within"`
	Measure Measure     `json:"measure,omitempty"`
	// From and Until bound what it holds for: what comes at From or later and before Until. 0 is always.
	From  sample.Instant `json:"from,omitempty"`
	Until sample.Instant `json:"until,omitempty"`
	// Regime is the law or code that sets it; empty for a promise of the queue's own. For words only.
	Regime string `json:"regime,omitempty"`
}

// Class is the demand of one work class.
type Class struct {
	Key     ClassKey `json:"key"`
	Surface string   `json:"surface,omitempty"`
	// Markets that the items come from, which are not told apart; none listed: any.
	Markets   []string `json:"markets,omitempty"`
	Priority  int      `json:"priority"`
	Protected bool     `json:"protected,omitempty"`
	// Promises are all planned for. Without one, and while none holds, the work is to be kept up with
	// within a day.
	Promises []Promise `json:"promises"`
	Requires Requires  `json:"requires"`
	// Relax are the steps by which older work may go to more teams, in order. Protected work, rooms and
	// what other classes make are never relaxed.
	Relax []Relaxation `json:"relax,omitempty"`
	// Borrow lets teams of a higher tier and of other roles take the work, if they hold all else that it
	// takes: like Relax only what would be late otherwise, whatever its age, and before Relax. It is for
	// no work that is never relaxed.
	Borrow bool `json:"borrow,omitempty"`

	Work Work `json:"work,omitempty"`
	// RoomsPerPerson is how many rooms one reviewer watches, in thousandths. Only for Rooms.
	RoomsPerPerson sample.Milli `json:"roomsPerPerson,omitempty"`
	// Concurrent is the number of rooms open. Only for Rooms.
	Concurrent sample.Sample `json:"concurrent"`

	// ArrivalsPerHour is items an hour, in thousandths. An hour, not a second: a class with one
	// item in ten minutes would round to two thousandths a second.
	ArrivalsPerHour sample.Sample `json:"arrivalsPerHour"`
	// Rates is the forecast per interval: items an hour, for Rooms the rooms open. Shorter than the
	// horizon: the last one holds; empty: what is observed now holds.
	Rates []sample.Milli `json:"rates,omitempty"`
	// Derived says that the work on other classes makes the items of this one: a quality sample, an
	// escalation. It has no past of its own. Where Rates is empty it follows from theirs, as Parts say;
	// without Parts it is not known how, and what is observed now holds.
	Derived bool   `json:"derived,omitempty"`
	Parts   []Part `json:"parts,omitempty"`
	// Backlog is the number of items waiting. With CauseNotDeclared the need is that of arrivals
	// alone, and FindingBacklogNotMeasured says so.
	Backlog sample.Sample `json:"backlog"`
	// Due is when all that waits is due, whatever its age; 0 where the promises say when.
	Due sample.Instant `json:"due,omitempty"`
	// OldestAge is in seconds (thousandths). With CauseNotDeclared the backlog is taken to have
	// come in at the present rate, and ClassPlan.AgesAssumed says so.
	OldestAge sample.Sample `json:"oldestAge"`
	// HandleTime is the measured time of one decision in seconds (thousandths). While it is Absent,
	// DeclaredHandleTime holds, if positive.
	HandleTime         sample.Sample `json:"handleTime"`
	DeclaredHandleTime sample.Span   `json:"declaredHandleTime,omitempty"`
	// HandleOver is the time that ended with Now in which HandleTime was measured; 0 for a
	// measurement of the moment.
	HandleOver sample.Span `json:"handleOver,omitempty"`
	// HandleChanges are declared changes of the handle time, of which a measured one has in it what
	// was in force then.
	HandleChanges []HandleChange `json:"handleChanges,omitempty"`
	// DecisionsPerItem is 1 when not positive.
	DecisionsPerItem sample.Milli `json:"decisionsPerItem,omitempty"`

	// Dispersion is the index of dispersion of arrivals over the promise's time; 1 (Poisson) when
	// not positive.
	Dispersion sample.Milli `json:"dispersion,omitempty"`
	// ForecastError is the relative error of the forecast of the sum over the promise's time;
	// DefaultForecastError when not positive.
	ForecastError sample.PPM `json:"forecastError,omitempty"`
}

// DefaultForecastError stands where a class names no ForecastError: 10 %.
const DefaultForecastError sample.PPM = 100_000

// MaxIntervals bounds the rows of a plan: four weeks of quarters of an hour.
const MaxIntervals = 2688

// Requires is what a team must be besides holding surface, language and domain.
type Requires struct {
	// Role is one of the team's roles; RoleReview when empty.
	Role string `json:"role,omitempty"`
	// Languages and HarmDomains must all be held, besides those of the key: a stream whose metrics
	// do not split it is one class that needs all of them.
	Languages   []string `json:"languages,omitempty"`
	HarmDomains []string `json:"harmDomains,omitempty"`
	// Clearances must all be held; never relaxed.
	Clearances []string `json:"clearances,omitempty"`
}

// Roles: the one that a class asks for by default, and the one of people who are only called.
const (
	RoleReview = "Review"
	RoleOnCall = "OnCall"
)

// Skills are what everyone in a team holds.
type Skills struct {
	// Languages are RFC 4647 ranges: holding "en" covers "en-GB", not the reverse; "*" covers all.
	Languages []string `json:"languages"`
	// HarmDomains are names; "*" covers all.
	HarmDomains []string `json:"harmDomains"`
	// Surfaces and Markets empty mean any.
	Surfaces   []string `json:"surfaces,omitempty"`
	Clearances []string `json:"clearances,omitempty"`
	Markets    []string `json:"markets,omitempty"`
}

// Team is a skill group and its people over the horizon.
type Team struct {
	Name   string   `json:"name"`
	Site   string   `json:"site,omitempty"`
	Tier   int      `json:"tier"`
	Roles  []string `json:"roles"`
	Skills Skills   `json:"skills"`
	// Supply comes from Supply on the same grid; missing intervals have nobody.
	Supply    TeamSupply `json:"supply"`
	Shrinkage Shrinkage  `json:"shrinkage"`
	// MaxOccupancy is the largest share of productive time spent on work; 100 % when not positive.
	MaxOccupancy sample.PPM `json:"maxOccupancy,omitempty"`
	// Present is how many people are really there. Fresh, it replaces the shifts for what is covered now.
	Present sample.Sample `json:"present"`
	// Exposure limits the time the team spends on some harm domains; hard.
	Exposure []ExposureLimit `json:"exposure,omitempty"`
}

// ExposureLimit bounds how much of a team's time goes to some harm domains.
type ExposureLimit struct {
	Name        string   `json:"name"`
	HarmDomains []string `json:"harmDomains"` // "*" is all
	// Share is of the productive heads in any interval: continuous/(continuous+break); all when not positive.
	Share sample.PPM    `json:"share"`
	Days  []ExposureDay `json:"days"` // one per local day the grid touches
	// Today is the budget of all of the local day that the grid begins in, of which Days have what is
	// left; 0 where there is none.
	Today sample.Span `json:"today,omitempty"`
	// PerDay, Continuous and Break are what it says of one person; for words only.
	PerDay     sample.Span `json:"perDay,omitempty"`
	Continuous sample.Span `json:"continuous,omitempty"`
	Break      sample.Span `json:"break,omitempty"`
}

// ExposureDay is a team's budget for one local day.
type ExposureDay struct {
	From   int         `json:"from"` // intervals of the grid, From included, To not
	To     int         `json:"to"`
	Budget sample.Span `json:"budget"` // person-time
}

// Shrinkage is paid time not spent on work. Both apply: productive is scheduled × (1−planned) ×
// (1−unplanned).
type Shrinkage struct {
	Planned   sample.PPM `json:"planned"`
	Unplanned sample.PPM `json:"unplanned"`
}

// Productive is the share of scheduled time that is left, in parts per million, rounded down; both
// shares are taken to lie between 0 and 100 %.
func (s Shrinkage) Productive() sample.PPM {
	left := func(p sample.PPM) int64 { return int64(sample.AllPPM - min(max(p, 0), sample.AllPPM)) }
	return sample.PPM(sample.MulDiv(left(s.Planned), left(s.Unplanned), int64(sample.AllPPM)))
}

// Grid is a row of equal intervals of absolute time.
type Grid struct {
	Start sample.Instant `json:"start"`
	Width sample.Span    `json:"width"`
	N     int            `json:"n"`
}

// GridOf is the grid that covers now to now+horizon, on multiples of interval since the epoch, so
// that all targets with the same interval share edges.
func GridOf(now sample.Instant, interval, horizon sample.Span) Grid {
	if interval <= 0 {
		interval = 30 * sample.Minute
	}
	if horizon <= 0 {
		horizon = 24 * sample.Hour
	}
	past := now % sample.Instant(interval)
	if past < 0 {
		past += sample.Instant(interval)
	}
	n := min((horizon-1)/interval+1, MaxIntervals)
	return Grid{Start: now - past, Width: interval, N: int(n)}
}

// Grid is the grid of the plan that Plan makes of in; Supply must be given the same.
func (in Input) Grid() Grid { return GridOf(in.Now, in.Interval, in.Horizon) }

// At is the start of interval i; At(g.N) is the end of the grid.
func (g Grid) At(i int) sample.Instant { return g.Start.Add(sample.Span(i) * g.Width) }
