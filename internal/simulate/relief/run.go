package relief

import (
	"slices"
	"time"

	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Variant says which rules relief follows.
type Variant string

// Variants: the operator's, none at all, and some that leave out a rule. Those have no limit of cycles, which would hide
// what the rule is there for.
const (
	Whole    Variant = ""
	Off      Variant = "no relief"
	Censored Variant = "undone by what comes while it is on"
	Hasty    Variant = "no minimum time"
	Endless  Variant = "no limit of cycles"
)

// Terms say which world is followed, and by which rules.
type Terms struct {
	Seed    uint64
	Variant Variant
	// Steady worlds have no waves, and less to give way but for the threshold.
	Steady bool
	// Blind is who has no forecast, as where less than a day is known, and takes what is seen now for what stays.
	Blind bool
}

// Days is how long a world is followed, and lookEvery how often relief is decided.
const (
	Days      = 3
	lookEvery = 2 * tick
)

// mayLeak is how many violating items a day the policy lets through at most.
const mayLeak = 400

// Figures are what came of a world.
type Figures struct {
	// Begins is how often relief began, and Cycles how often in the worst 24 hours.
	Begins, Cycles int
	// Changes is how often the level moved, and On the share of the time that relief was on.
	Changes int
	On      float64
	// Late are hours of people's work that were not done when due, by the promise when they came, and
	// LateProtected those of the protected queue, LateSamples those of quality samples.
	Late, LateProtected, LateSamples float64
	// Spared are items that people would have looked at without relief; Leaks of them violate. MostLeaks is the
	// most in a day that was expected at any time.
	Spared, Leaks, MostLeaks float64
	// Touched is how often something protected was in what is in force.
	Touched int
}

// Run follows a world.
func Run(t Terms) Figures {
	w, v := newWorld(t.Seed, t.Steady), t.Variant
	l := loop{world: w, variant: v, blind: t.Blind, steps: w.steps(t.Steady)}
	for w.now < Days*24*sample.Hour {
		w.step()
		if v != Off && w.now >= seen*tick && w.now%lookEvery == 0 {
			l.look()
		}
	}
	w.figures.Begins, w.figures.Cycles = len(l.begins), worst(l.begins)
	w.figures.On /= Days * 24
	return w.figures
}

// loop is a world and who decides about it.
type loop struct {
	*world
	variant Variant
	blind   bool
	steps   []relief.Step
	state   relief.State
	begins  []sample.Instant
}

// start is when worlds start.
var start = sample.At(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))

const (
	flapping = "video"
	guarded  = "child"
)

// steps are those of the policy, in an order of the world's own; of a steady world samples and the threshold.
func (w *world) steps(steady bool) []relief.Step {
	out := []relief.Step{
		{Name: "seniors", Kind: relief.Widen},
		{Name: "abroad", Kind: relief.Relax, Drop: staffing.DropMarket},
		{Name: "later", Kind: relief.Defer, Queues: []string{flapping, guarded}, Within: w.within * 3 / 2},
		{Name: "samples", Kind: relief.QAFloor, Keep: 300_000},
		{Name: "threshold", Kind: relief.RaiseReviewAt, Labels: []string{"annoying"}, Raise: 200_000, LeaksPerDay: sample.Whole(mayLeak)},
	}
	if steady {
		return out[3:]
	}
	if w.r.IntN(2) == 0 {
		w.r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	}
	return out[w.r.IntN(3):]
}

// look decides, and puts in force what is decided.
func (l *loop) look() {
	in := l.input()
	d := relief.Plan(in)
	before := l.state
	l.state = d.State
	if before.Level == (relief.Level{}) && d.State.Level != before.Level {
		l.begins = append(l.begins, in.Unrelieved.Now)
	}
	if d.State.Level != before.Level {
		l.figures.Changes++
	}
	if l.variant != Whole {
		l.state.Begins = nil
	}
	if d.State.Level != (relief.Level{}) {
		l.figures.On += float64(lookEvery) / float64(sample.Hour)
	}
	l.figures.MostLeaks = max(l.figures.MostLeaks, d.Cost.Leaks.Float())
	for _, m := range d.Measures {
		if slices.Contains(m.Queues, guarded) {
			l.figures.Touched++
		}
	}
	l.take(d.Measures)
}

// input is what the operator would see.
func (l *loop) input() relief.Input {
	now := start.Add(l.now)
	a := l.measured()
	band := relief.Band{Queue: flapping, Review: "all", Label: "annoying", HarmDomain: "spam",
		Violating: sample.PPM(violating * float64(sample.AllPPM)), Quality: sample.Fresh}
	for _, e := range edges {
		n, _ := sample.FromFloat(a.all * l.shareBelow(e))
		band.Above = append(band.Above, relief.Edge{Above: e, PerHour: n})
	}
	queue := l.class(flapping, l.queue, a.people, l.within)
	if l.variant != Censored {
		queue.ArrivalsPerHour.Value += band.Spared(l.force.raise)
	}
	child := l.class(guarded, l.child, a.child, l.childWithin)
	child.Protected = true
	in := staffing.Input{Now: now, Interval: interval, Horizon: 24 * sample.Hour, Teams: l.teams(),
		Classes: []staffing.Class{queue, child, checks(&queue)}}
	if !l.blind {
		for i, p := range []*past{l.past, l.childPast} {
			in.Classes[i].Rates = p.expected(in.Grid(), in.Classes[i].ArrivalsPerHour.Value)
		}
	}
	out := relief.Input{
		Policy: "p", Steps: l.steps, State: l.state, Unrelieved: in, Queues: []string{flapping, guarded}, Bands: []relief.Band{band},
	}
	if l.variant == Hasty {
		out.MinOn = sample.Millisecond
	}
	return out
}

func (l *loop) class(name string, waits line, hourly float64, within sample.Span) staffing.Class {
	fresh := func(x float64) sample.Sample {
		v, _ := sample.FromFloat(x)
		return sample.FreshAt(v, start.Add(l.now))
	}
	items, oldest := waits.waiting(l.now)
	return staffing.Class{
		Key: staffing.ClassKey{Queue: name, Review: "all", HarmDomain: "spam", Tier: 1}, Markets: []string{"BR"},
		Promises:        []staffing.Promise{{Percent: 900_000, Within: within, Measure: staffing.Started}},
		ArrivalsPerHour: fresh(hourly), Backlog: fresh(items), OldestAge: fresh(float64(oldest) / 1000), HandleTime: fresh(l.handle * 3600),
	}
}

// checks are the quality samples of a class, as the operator makes them of it.
func checks(of *staffing.Class) staffing.Class {
	c := *of
	c.Derived, c.Key.Role, c.Requires.Role = true, staffing.RoleQA, staffing.RoleQA
	c.Backlog, c.OldestAge = sample.Missing(sample.CauseNotDeclared), sample.Missing(sample.CauseNotDeclared)
	c.ArrivalsPerHour.Value = sample.Milli(sampled * float64(c.ArrivalsPerHour.Value))
	c.Parts = []staffing.Part{{Of: of.Key, PerItem: sample.PPM(sampled * float64(sample.AllPPM))}}
	c.Promises = []staffing.Promise{{Percent: 900_000, Within: checkedWithin, Measure: staffing.Decided}}
	return c
}

func (l *loop) teams() []staffing.Team {
	team := func(name string, tier int, heads float64, markets ...string) staffing.Team {
		n, _ := sample.FromFloat(heads)
		t := staffing.Team{Name: name, Tier: tier, Roles: []string{staffing.RoleReview, staffing.RoleQA},
			Skills: staffing.Skills{HarmDomains: []string{"*"}, Markets: markets}}
		t.Supply.Now = staffing.Heads{Scheduled: n, Productive: n}
		for range 49 {
			t.Supply.Intervals = append(t.Supply.Intervals, t.Supply.Now)
		}
		return t
	}
	return []staffing.Team{team("home", 1, l.home), team("abroad", 1, l.abroad, "PT"), team("seniors", 2, l.tier2)}
}

// worst is how many of some times lie in the 24 hours with the most.
func worst(at []sample.Instant) (most int) {
	for i := range at {
		n := 0
		for _, o := range at[i:] {
			if o.Since(at[i]) < 24*sample.Hour {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}
