package staffing

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

func TestMarketsOfATeam(t *testing.T) {
	for name, x := range map[string]struct {
		asked, known []string
		want         bool
	}{
		"none listed is all":               {[]string{"BR", "MX"}, nil, true},
		"all of the queue's":               {[]string{"BR", "MX"}, []string{"AR", "BR", "MX"}, true},
		"one of them":                      {[]string{"BR", "MX"}, []string{"BR"}, false},
		"another":                          {[]string{"BR"}, []string{"PT"}, false},
		"any market, for who knows some":   {nil, []string{"BR"}, false},
		"any market, for who knows of all": {nil, nil, true},
	} {
		c, a := erlangs("q", 1, sample.Minute), team("a", 1)
		c.Markets, a.Skills.Markets = x.asked, x.known
		if got := Qualified(c, a); got != x.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// abroad is a team of another market, or of another surface, or of both.
func abroad(name string, n int64, markets, surfaces []string) Team {
	t := team(name, n)
	t.Skills.Markets, t.Skills.Surfaces = markets, surfaces
	return t
}

func relaxed(c Class, steps ...Relaxation) Class {
	c.Surface, c.Markets, c.Relax = "live", []string{"BR"}, steps
	return c
}

// Of teams with the same people, those at home do what they can; the rest goes abroad when it is old.
func TestRelaxationIsALastResort(t *testing.T) {
	home, pt := team("home", 2), abroad("pt", 9, []string{"PT"}, nil)
	pt2 := abroad("pt-video", 9, []string{"PT"}, []string{"video"})
	market := Relaxation{10 * sample.Minute, DropMarket}
	surface := Relaxation{30 * sample.Minute, DropSurface}
	for name, x := range map[string]struct {
		load    float64
		promise Promise
		relax   []Relaxation
		teams   []Team
		edit    func(*Class)
		others  []string // who works besides home
		late    bool
	}{
		"enough at home":             {1, started(50, 2*sample.Hour), []Relaxation{market}, []Team{home, pt}, nil, nil, false},
		"not enough at home":         {4, started(50, 2*sample.Hour), []Relaxation{market}, []Team{home, pt}, nil, []string{"pt"}, false},
		"not declared":               {4, started(50, 2*sample.Hour), nil, []Team{home, pt}, nil, nil, true},
		"the first step is enough":   {4, started(50, 2*sample.Hour), []Relaxation{market, surface}, []Team{home, pt, pt2}, nil, []string{"pt"}, false},
		"the second step is needed":  {4, started(50, 2*sample.Hour), []Relaxation{market, surface}, []Team{home, pt2}, nil, []string{"pt-video"}, false},
		"only the market is dropped": {4, started(50, 2*sample.Hour), []Relaxation{market}, []Team{home, pt2}, nil, nil, true},
		"after it is due":            {4, started(50, 2*sample.Hour), []Relaxation{{2 * sample.Hour, DropMarket}}, []Team{home, pt}, nil, nil, true},
		"the second not before the first": {4, started(50, 2*sample.Hour),
			[]Relaxation{{3 * sample.Hour, DropMarket}, {sample.Minute, DropSurface}}, []Team{home, pt2}, nil, nil, true},
		"protected": {4, started(50, 2*sample.Hour), []Relaxation{market}, []Team{home, pt}, func(c *Class) { c.Protected = true }, nil, true},
		"derived":   {4, started(50, 2*sample.Hour), []Relaxation{market}, []Team{home, pt}, func(c *Class) { c.Derived = true }, nil, true},
		"rooms": {4, started(50, 2*sample.Hour), []Relaxation{market}, []Team{home, pt},
			func(c *Class) { c.Work, c.Concurrent = Rooms, sample.FreshAt(sample.Whole(4), noon) }, nil, true},
		"real time":                   {4, started(80, 20*sample.Minute), []Relaxation{market}, []Team{home, pt}, nil, []string{"pt"}, false},
		"real time, shorter than it":  {4, started(80, 10*sample.Minute), []Relaxation{market}, []Team{home, pt}, nil, nil, true},
		"real time, but for the work": {4, decided(80, 11*sample.Minute), []Relaxation{market}, []Team{home, pt}, nil, nil, true},
		"nobody at home":              {1, started(50, 2*sample.Hour), []Relaxation{market}, []Team{pt}, nil, []string{"pt"}, false},
		"what is dropped is no word":  {4, started(50, 2*sample.Hour), []Relaxation{{sample.Minute, "language"}}, []Team{home, pt}, nil, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := relaxed(erlangs("q", x.load, 3*sample.Minute, x.promise), x.relax...)
			if x.edit != nil {
				x.edit(&c)
			}
			p, r := planned(Input{Now: noon, Horizon: day, Classes: []Class{c}, Teams: x.teams})
			var others []string
			for e := len(p.classes[0].teams); e < len(p.classes[0].workers); e++ {
				for i := range p.grid.N {
					if name := p.teams[p.classes[0].workers[e]].Name; p.by(0, i, e) > 0 && !slices.Contains(others, name) {
						others = append(others, name)
					}
				}
			}
			if diff := cmp.Diff(x.others, others); diff != "" {
				t.Errorf("others (-want +got):\n%s", diff)
			}
			if late := r.Ledger.Late > 0; late != x.late {
				t.Errorf("late %d s", r.Ledger.Late)
			}
			if err := closes(p, r); err != nil {
				t.Error(err)
			}
		})
	}
}

// What is new may not go abroad: in the first hours there is nothing that is old.
func TestNothingIsRelaxedBeforeItIsOld(t *testing.T) {
	c := relaxed(erlangs("q", 4, 3*sample.Minute, started(50, 4*sample.Hour)), Relaxation{2 * sample.Hour, DropMarket})
	p, r := planned(Input{Now: noon, Horizon: day, Classes: []Class{c}, Teams: []Team{team("home", 2), abroad("pt", 9, []string{"PT"}, nil)}})
	for i := range 4 {
		if n := p.relaxedHeads(0, i); n != 0 {
			t.Errorf("interval %d: %s abroad", i, n)
		}
	}
	if r.Ledger.Late != 0 {
		t.Errorf("late %d s", r.Ledger.Late)
	}
	plan := only(t, r)
	if plan.Intervals[3].Eligible != sample.Whole(2) || plan.Intervals[4].Eligible != sample.Whole(11) {
		t.Errorf("eligible %s, then %s", plan.Intervals[3].Eligible, plan.Intervals[4].Eligible)
	}
	want := []RelaxedTeams{{2 * sample.Hour, DropMarket, []string{"pt"}}}
	if diff := cmp.Diff(want, plan.Relaxed); diff != "" || !slices.Equal(plan.Teams, []string{"home"}) {
		t.Errorf("teams %v, relaxed (-want +got):\n%s", plan.Teams, diff)
	}
	// What waits and is old goes at once.
	c.Backlog, c.OldestAge = sample.FreshAt(sample.Whole(400), noon), sample.FreshAt(sample.Whole(3*3600), noon)
	p, _ = planned(Input{Now: noon, Horizon: day, Classes: []Class{c}, Teams: p.teams})
	if p.relaxedHeads(0, 0) == 0 {
		t.Error("the old backlog stays at home")
	}
}

// In words: whom nobody at home can help is not uncovered, and does not hang on one person.
func TestRelaxedWorkIsCovered(t *testing.T) {
	c := relaxed(erlangs("q", 1.5, 3*sample.Minute, started(50, 2*sample.Hour)), Relaxation{10 * sample.Minute, DropMarket})
	home, pt := team("home", 1).onShift(0, 5), abroad("pt", 9, []string{"PT"}, nil)
	plan := only(t, planOf([]Team{home, pt}, c))
	if len(plan.Alone) > 0 || len(plan.Uncovered) > 0 || len(plan.Findings) > 0 || plan.FirstGap != 0 {
		t.Errorf("alone %v, uncovered %v, %v, first gap %d", plan.Alone, plan.Uncovered, plan.Findings, plan.FirstGap)
	}
	var now sample.Milli
	for _, s := range plan.ByTeam {
		now += s.Heads
	}
	if now != plan.Now.Covered || plan.Now.Gap != 0 {
		t.Errorf("%v are %s of %s", plan.ByTeam, now, plan.Now.Covered)
	}
	home.Skills.Markets = []string{"BR"}
	// Who is busy for others has less weight for what is its own.
	own := erlangs("own", 3, 3*sample.Minute, started(50, 2*sample.Hour))
	own.Surface, own.Markets, own.Priority = "live", []string{"PT"}, -1
	weight := func(relaxed Class) int64 {
		r := planOf([]Team{home, abroad("pt", 3, []string{"PT"}, nil), abroad("pt2", 3, []string{"PT"}, []string{"live"})}, relaxed, own)
		for _, w := range Balance(r) {
			if w.Team == "pt" {
				return w.Weight
			}
		}
		return 0
	}
	video := c
	video.Surface = "video" // so that only pt may stand in
	idle := video
	idle.Relax = nil
	if with, without := weight(video), weight(idle); with >= without {
		t.Errorf("weight %d, and %d of a team that does not stand in", with, without)
	}
	c.Relax = nil
	if plan := only(t, planOf([]Team{home, pt}, c)); len(plan.Alone) != 1 || len(plan.Uncovered) != 1 {
		t.Errorf("not relaxed: alone %v, uncovered %v", plan.Alone, plan.Uncovered)
	}
}

// Who is short is told of people abroad too, and nobody is asked for whom they stand in for.
func TestRecommendKnowsRelaxation(t *testing.T) {
	c := relaxed(erlangs("q", 4, 3*sample.Minute, started(50, 2*sample.Hour)), Relaxation{10 * sample.Minute, DropMarket})
	in := Input{Now: noon, Horizon: day, Classes: []Class{c}, Teams: []Team{team("home", 2), abroad("pt", 9, []string{"PT"}, nil)}}
	hours := func(name string, cost sample.Span) Option {
		o := Option{Team: name, Shift: "all", Cost: cost, Productive: make([]sample.Milli, 48)}
		for i := range o.Productive {
			o.Productive[i] = sample.One
		}
		return o
	}
	options := []Option{hours("home", 20*sample.Hour), hours("pt", 10*sample.Hour)}
	if got := Recommend(in, options); len(got) > 0 {
		t.Errorf("%+v, and nothing is late", got)
	}
	in.Teams[1] = abroad("pt", 1, []string{"PT"}, nil)
	got := Recommend(in, options)
	if len(got) != 1 || got[0].Team != "pt" || got[0].After != 0 {
		t.Errorf("%+v, want people abroad, who are cheaper", got)
	}
	if late := Plan(With(in, options, got)).Ledger.Late; late != 0 {
		t.Errorf("with them %d s are late", late)
	}
}

// strict is the plant without relaxations.
func strict(in Input) Input {
	in.Classes = slices.Clone(in.Classes)
	for i := range in.Classes {
		in.Classes[i].Relax = nil
	}
	return in
}

// Whatever the plant: only markets and surfaces are dropped, in order and time; nothing is relaxed that
// would not be late; what is late is no more than it was at the most important level at which
// anything changed; and the ledger closes.
func TestRelaxationOfRandomPlants(t *testing.T) {
	plants := 6000
	if testing.Short() {
		plants = 1500
	}
	r := rand.New(rand.NewPCG(71, 72))
	relaxed, helped := 0, 0
	for n := range plants {
		in := RelaxingPlant(r, n)
		p, got := planned(in)
		_, was := planned(strict(in))
		if err := othersInTime(required(in)); err != nil {
			t.Fatalf("plant %d: %v\n%+v", n, err, in)
		}
		for _, check := range []func(*planner, Result) error{workersHold, noneBeyond, neitherEarly, closes} {
			if err := check(p, got); err != nil {
				text, _ := json.Marshal(in)
				t.Fatalf("plant %d: %v\n%s", n, err, text)
			}
		}
		used := slices.ContainsFunc(upTo(len(p.classes)), func(k int) bool {
			return slices.ContainsFunc(upTo(p.grid.N), func(i int) bool { return p.relaxedHeads(k, i) > 0 })
		})
		if used {
			relaxed++
		}
		if used && was.Ledger.Late == 0 {
			t.Fatalf("plant %d: relaxed, and nothing was late", n)
		}
		onlyOthers := slices.ContainsFunc(p.classes, func(c *class) bool { return len(c.teams) == 0 && len(c.relax) > 0 })
		if n%2 == 1 && !onlyOthers { // whose occupancy counts then
			less, err := lessLate(in, was, got)
			if err != nil {
				t.Fatalf("plant %d: %v\n%+v", n, err, in)
			}
			helped += less
		}
	}
	t.Logf("%d plants, %d relaxed, %d with less late", plants, relaxed, helped)
	if relaxed < plants/50 || helped < plants/100 {
		t.Error("too few to tell")
	}
}

// closes is the audit's rule of the ledger.
func closes(p *planner, r Result) error { return audit{planner: p, r: r}.closed() }

// workersHold knows what may be dropped a second time.
func workersHold(p *planner, _ Result) error {
	for k, c := range p.classes {
		for e, t := range c.workers {
			bare, anywhere := p.teams[t], c.in
			bare.Skills.Surfaces, bare.Skills.Markets = nil, nil
			at := slices.IndexFunc(c.relax, func(s step) bool { return slices.Contains(s.teams, t) })
			for i := range p.grid.N + 1 {
				if p.by(k, i, e) > 0 && !mayWork(anywhere, bare) {
					return fmt.Errorf("%s lacks what is never dropped of %+v", bare.Name, c.in.Key)
				}
				if p.by(k, i, e) > 0 && at >= 0 && (c.in.Protected || c.rooms() || p.open(c, min(i, p.grid.N-1)) <= at) {
					return fmt.Errorf("%s works on %+v in %d, of step %d", bare.Name, c.in.Key, i, at)
				}
			}
		}
	}
	return nil
}

// othersInTime: up to no interval have others done more than was old enough by its end. What is late
// anyway is not done yet.
func othersInTime(p *planner) error {
	for _, c := range p.classes {
		if c.work.done == nil {
			continue
		}
		var sum int64
		for i := range p.grid.N {
			for _, w := range c.placed.works {
				for e := len(c.teams); e < len(c.workers); e++ {
					sum += p.allot.solver.By(w, i, e)
				}
			}
			if sum > 0 && sum > p.olderThan(c, i, c.relax[0].after) {
				return fmt.Errorf("%+v: others have done %d by %d", c.in.Key, sum, i)
			}
		}
	}
	return nil
}

func noneBeyond(p *planner, _ Result) error {
	for t := range p.teams {
		for i := range p.grid.N {
			var sum int64
			for k, c := range p.classes {
				if e := slices.Index(c.workers, t); e >= 0 {
					sum += audit{planner: p}.gives(k, e, i)
				}
			}
			if sum > p.time(p.slots[i][t], i) {
				return fmt.Errorf("%s gives %d in interval %d", p.teams[t].Name, sum, i)
			}
		}
	}
	return nil
}

// neitherEarly: no more is done than has come, all that is required is done or late, and Plan says the
// same of it as the flow.
func neitherEarly(p *planner, _ Result) error {
	for k, c := range p.classes {
		var given, late, undone int64
		for _, w := range c.placed.works {
			undone += p.allot.solver.Undone(w)
		}
		for i := range p.grid.N {
			given, late = given+c.placed.given[i], late+c.placed.late[i]
			if c.work.done == nil || c.flow != nil {
				continue
			}
			if come, due := p.bounds(c, i); given > come || given+late < due {
				return fmt.Errorf("%+v: %d done and %d late by %d, %d come, %d due", c.in.Key, given, late, i, come, due)
			}
		}
		if late != undone {
			return fmt.Errorf("%+v: %d late, %d undone", c.in.Key, late, undone)
		}
		for i, n := range p.needs[k] {
			if n.Covered > n.Eligible || n.Covered < 0 || n.Gap != n.Required-n.Covered || n.Have < n.Covered || n.Have > n.Eligible {
				return fmt.Errorf("%+v: need %d is %+v", c.in.Key, i, n)
			}
		}
	}
	return nil
}

// lessLate compares what is late by level, the most important first.
func lessLate(in Input, was, got Result) (int, error) {
	level := map[ClassKey]int{}
	for _, c := range in.Classes {
		level[c.Key] = c.Priority
		if c.Protected {
			level[c.Key] += 1000
		}
	}
	late := func(r Result) map[int]int64 {
		out := map[int]int64{}
		for _, c := range r.Classes {
			for _, n := range c.Intervals {
				out[level[c.Key]] += int64(n.Late)
			}
		}
		return out
	}
	before, after := late(was), late(got)
	for l := 1010; l >= 0; l-- {
		if d := before[l] - after[l]; d < -1000 {
			return 0, fmt.Errorf("level %d: %d ms late, %d without relaxation", l, after[l], before[l])
		} else if d > 1000 {
			return 1, nil
		}
	}
	return 0, nil
}
