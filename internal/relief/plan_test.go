package relief_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

var noon = sample.At(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC))

// loaded is one queue with an hour's promise that takes so many heads, ten at home, and ten of a higher tier.
func loaded(heads int64) relief.Input {
	c := staffing.Class{
		Key:      staffing.ClassKey{Queue: "q", Review: "all", HarmDomain: "spam", Tier: 1},
		Promises: []staffing.Promise{{Percent: 500_000, Within: sample.Hour, Measure: staffing.Started}},
		// A head does 60 items of a minute an hour.
		ArrivalsPerHour: sample.FreshAt(sample.Whole(heads*60), noon), HandleTime: sample.FreshAt(sample.Whole(60), noon),
		Backlog: sample.FreshAt(sample.Whole(heads*60), noon), OldestAge: sample.FreshAt(sample.Whole(3000), noon),
		ForecastError: 1,
	}
	in := relief.Input{
		Policy: "p", Queues: []string{"q"}, Steps: []relief.Step{{Name: "seniors", Kind: relief.Widen}, {
			Name: "later", Kind: relief.Defer, Queues: []string{"q"}, Within: 4 * sample.Hour,
		}},
		Unrelieved: staffing.Input{Now: noon, Horizon: 12 * sample.Hour, Classes: []staffing.Class{c}},
	}
	for tier := 1; tier <= 2; tier++ {
		t := staffing.Team{Name: string(rune('0' + tier)), Tier: tier, Roles: []string{staffing.RoleReview},
			Skills: staffing.Skills{HarmDomains: []string{"*"}}}
		for range 24 {
			t.Supply.Intervals = append(t.Supply.Intervals, staffing.Heads{Scheduled: 10_000, Productive: 10_000})
		}
		t.Supply.Now = t.Supply.Intervals[0]
		in.Unrelieved.Teams = append(in.Unrelieved.Teams, t)
	}
	return in
}

// What is decided follows from how much there is to do, what is known, and what was before.
func TestDecisions(t *testing.T) {
	const calm, short, hopeless = 5, 13, 40
	none, all := relief.Level{}, relief.Level{Whole: 2}
	widened, deferred := relief.Level{Part: 1}, relief.Level{Whole: 1, Part: 4} // later than that helps nobody
	ago := func(s sample.Span) sample.Instant { return noon.Add(-s) }
	on := func(l relief.Level, since sample.Span, begins ...sample.Span) relief.State {
		s := relief.State{Level: l, On: ago(since), Changed: ago(since)}
		for _, b := range begins {
			s.Begins = append(s.Begins, ago(b))
		}
		return s
	}
	for name, x := range map[string]struct {
		heads int64
		state relief.State
		edit  func(*relief.Input)
		code  string
		level relief.Level
		begun bool
		next  sample.Instant
	}{
		"enough people":                     {calm, relief.State{}, nil, relief.CodeNotNeeded, none, false, 0},
		"too few":                           {short, relief.State{}, nil, relief.CodeBegun, widened, true, noon.Add(sample.Hour)},
		"too few, as before":                {short, on(widened, sample.Minute, sample.Minute), nil, relief.CodeActive, widened, false, ago(sample.Minute).Add(sample.Hour)},
		"too few, for longer":               {short, on(widened, 3*sample.Hour, 3*sample.Hour), nil, relief.CodeActive, widened, false, 0},
		"more than needed, changed lately":  {short, on(all, 59*sample.Minute, sample.Hour), nil, relief.CodeActive, all, false, noon.Add(sample.Minute)},
		"more than needed":                  {short, on(all, sample.Hour, sample.Hour), nil, relief.CodeLowered, widened, false, noon.Add(sample.Hour)},
		"not needed, changed lately":        {calm, on(all, 59*sample.Minute, sample.Hour), nil, relief.CodeMinimumTime, all, false, noon.Add(sample.Minute)},
		"not needed":                        {calm, on(all, sample.Hour, sample.Hour), nil, relief.CodeEnded, none, false, 0},
		"not needed, a least time declared": {calm, on(all, sample.Hour, sample.Hour), minOn(2 * sample.Hour), relief.CodeMinimumTime, all, false, noon.Add(sample.Hour)},
		"not needed, twice today": {calm, on(all, 2*sample.Hour, 20*sample.Hour, 2*sample.Hour), nil, relief.CodeStaying, all, false,
			noon.Add(4 * sample.Hour)},
		"needed less, twice today":           {short, on(all, 2*sample.Hour, 20*sample.Hour, 2*sample.Hour), nil, relief.CodeLowered, widened, false, noon.Add(sample.Hour)},
		"not needed, the first is a day ago": {calm, on(all, 2*sample.Hour, 24*sample.Hour, 2*sample.Hour), nil, relief.CodeEnded, none, false, 0},
		"nothing is enough":                  {hopeless, relief.State{}, nil, relief.CodeBegun, deferred, true, noon.Add(sample.Hour)},
		"nothing is enough, as before": {hopeless, on(deferred, sample.Minute, sample.Minute), nil, relief.CodeExhausted, deferred, false,
			ago(sample.Minute).Add(sample.Hour)},
		"nothing helps":            {short, relief.State{}, func(in *relief.Input) { in.Unrelieved.Teams = nil }, relief.CodeExhausted, none, false, 0},
		"not known whether enough": {calm, on(all, 3*sample.Hour, 3*sample.Hour), stale, relief.CodeNotFresh, all, false, 0},
		"not known whether short":  {short, relief.State{}, stale, relief.CodeNotFresh, none, false, 0},
		"absent is not enough": {calm, on(all, 3*sample.Hour, 3*sample.Hour), func(in *relief.Input) {
			in.Unrelieved.Classes[0].ArrivalsPerHour = sample.Missing(sample.CauseNoRow)
		}, relief.CodeNotFresh, all, false, 0},
		"others are not known, who share people": {calm, on(all, 3*sample.Hour, 3*sample.Hour), func(in *relief.Input) {
			beside(in).HandleTime = sample.Missing(sample.CauseNoRow)
		}, relief.CodeNotFresh, all, false, 0},
		"others are not known, who do not": {calm, on(all, 3*sample.Hour, 3*sample.Hour), func(in *relief.Input) {
			c := beside(in)
			c.HandleTime, c.Key.Tier = sample.Missing(sample.CauseNoRow), 3
		}, relief.CodeEnded, none, false, 0},
		"others are short": {calm, relief.State{}, func(in *relief.Input) {
			c := beside(in)
			c.Key.Tier, c.ArrivalsPerHour.Value = 2, sample.Whole(hopeless*60)
		}, relief.CodeNotNeeded, none, false, 0},
		"protected": {short, relief.State{}, func(in *relief.Input) { in.Unrelieved.Classes[0].Protected = true }, relief.CodeExhausted, none, false, 0},
		"a protected label": {short, relief.State{}, func(in *relief.Input) {
			in.Protected = []relief.Domain{{Queue: "q", Review: "all", HarmDomain: "spam"}}
		}, relief.CodeExhausted, none, false, 0},
		"it would take people from a protected label": {short, relief.State{}, func(in *relief.Input) {
			c := beside(in)
			c.Key.Tier, c.Priority, c.ArrivalsPerHour.Value, in.Unrelieved.Classes[0].Priority = 2, 0, sample.Whole(9*60), 9
			in.Queues, in.Protected = append(in.Queues, "beside"), []relief.Domain{{Queue: "beside", Review: "all"}}
		}, relief.CodeExhausted, none, false, 0},
		"it takes people from who is less important": {short, relief.State{}, func(in *relief.Input) {
			c := beside(in)
			c.Key.Tier, c.Priority, c.ArrivalsPerHour.Value, in.Unrelieved.Classes[0].Priority = 2, 0, sample.Whole(9*60), 9
			in.Steps = in.Steps[:1]
		}, relief.CodeBegun, widened, true, noon.Add(sample.Hour)},
		"no steps":          {short, relief.State{}, func(in *relief.Input) { in.Steps = nil }, relief.CodeNotNeeded, none, false, 0},
		"no steps any more": {short, on(all, sample.Minute, sample.Minute), func(in *relief.Input) { in.Steps = nil }, relief.CodeEnded, none, false, 0},
		"no steps that are any": {short, relief.State{}, func(in *relief.Input) {
			in.Steps = []relief.Step{{Kind: "LowerActAt"}, {Kind: relief.Relax, Drop: "language"}}
		}, relief.CodeNotNeeded, none, false, 0},
		"fewer steps than before": {short, on(all, sample.Minute, sample.Minute), func(in *relief.Input) { in.Steps = in.Steps[:1] }, relief.CodeActive, relief.Level{Whole: 1}, false, ago(sample.Minute).Add(sample.Hour)},
		"a level of nonsense":     {short, on(relief.Level{Whole: -4, Part: 99}, sample.Minute, sample.Minute), nil, relief.CodeActive, relief.Level{Part: 15}, false, ago(sample.Minute).Add(sample.Hour)},
		"the clock was set back":  {calm, on(all, -9*sample.Hour, -9*sample.Hour), nil, relief.CodeMinimumTime, all, false, noon.Add(sample.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			in := loaded(x.heads)
			in.State = x.state
			if x.edit != nil {
				x.edit(&in)
			}
			d := relief.Plan(in)
			if d.Code != x.code || d.State.Level != x.level || d.Next != x.next {
				t.Errorf("%s at %+v until %s, want %s at %+v until %s; %s late without, %s with",
					d.Code, d.State.Level, d.Next.Time(), x.code, x.level, x.next.Time(), d.Without, d.With)
			}
			if begun := len(d.State.Begins) > 0 && d.State.Begins[len(d.State.Begins)-1] == noon && d.State.On == noon && x.state.On == 0; begun != x.begun {
				t.Errorf("begun %t: %+v", begun, d.State)
			}
			if (d.State.Level == none) != (len(d.Measures) == 0) {
				t.Errorf("in force are %+v", d.Measures)
			}
			// Nothing has changed since: nothing changes.
			in.State = d.State
			again := relief.Plan(in)
			if diff := cmp.Diff(d.State, again.State); diff != "" {
				t.Errorf("the same again (-first +then):\n%s", diff)
			}
		})
	}
}

func minOn(s sample.Span) func(*relief.Input) { return func(in *relief.Input) { in.MinOn = s } }

func stale(in *relief.Input) { in.Unrelieved.Classes[0].Backlog.Quality = sample.Stale }

// beside adds a queue of no policy that shares people.
func beside(in *relief.Input) *staffing.Class {
	c := in.Unrelieved.Classes[0]
	c.Key.Queue, c.Priority = "beside", 5
	c.ArrivalsPerHour.Value, c.Backlog.Value = sample.Whole(1), 0
	in.Unrelieved.Classes = append(in.Unrelieved.Classes, c)
	return &in.Unrelieved.Classes[1]
}

// From look to look: short, calm, short, calm and calm; on for the least time, and after the second begin until the first is a
// day old. A restart at any look goes on where it was: the state is all there is.
func TestTwoCyclesADay(t *testing.T) {
	var state relief.State
	var begins, ends []sample.Span
	for at := sample.Span(0); at < 49*sample.Hour; at += 15 * sample.Minute {
		heads := int64(5)
		if at%(4*sample.Hour) < sample.Hour {
			heads = 13
		}
		in := loaded(heads)
		in.Unrelieved.Now, in.State = noon.Add(at), state
		d := relief.Plan(in)
		switch d.Code {
		case relief.CodeBegun:
			begins = append(begins, at)
		case relief.CodeEnded:
			ends = append(ends, at)
		}
		state = d.State
	}
	const h = sample.Hour
	if diff := cmp.Diff([]sample.Span{0, 4 * h, 28 * h, 32 * h}, begins); diff != "" {
		t.Errorf("begins (-want +got):\n%s", diff)
	}
	if len(ends) != 3 || ends[0] != h || ends[1] < 24*h || ends[1] > 26*h || ends[2] != 29*h {
		t.Errorf("ends at %v", ends)
	}
}
