package staffing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

// exposed gives some teams limits of exposure, with a day that ends within the grid.
func exposed(r *rand.Rand, in Input) Input {
	n := in.Grid().N
	for t := range in.Teams {
		cut := r.IntN(n + 1)
		for x := range r.IntN(3) {
			in.Teams[t].Exposure = append(in.Teams[t].Exposure, ExposureLimit{
				Name: fmt.Sprintf("x%d", x), HarmDomains: some(r, "hate", "spam", "csam", "*"),
				Share: pick[sample.PPM](r, 0, 500_000, 750_000, 1_000_000),
				Days: []ExposureDay{{0, cut, sample.Span(r.Int64N(int64(60 * sample.Hour)))},
					{cut, n, sample.Span(r.Int64N(int64(30 * sample.Hour)))}},
			})
		}
	}
	return in
}

// planned is a plan with its planner, of which it takes more to be checked than it publishes.
func planned(in Input) (*planner, Result) {
	p := required(in)
	p.cover()
	r := p.report()
	p.account(&r)
	return p, r
}

// The bar: no limit of exposure, no skill, no protected work and no capacity is violated in 10,000
// plants, and the ledger closes in each.
func TestAllocationOfRandomPlants(t *testing.T) {
	plants := 10_000
	if testing.Short() {
		plants = 1000
	}
	r := rand.New(rand.NewPCG(31, 32))
	late, bound := 0, 0
	for n := range plants {
		in := randomInput(r, 1+r.IntN(8), 1+r.IntN(5), 1+r.IntN(12))
		if n%2 == 0 {
			in = exposed(r, in)
		}
		p, got := planned(in)
		for _, check := range []func(*planner, Result) error{skillsHeld, withinCapacity, withinExposure, protectedFirst,
			neitherEarlyNorLate, closed} {
			if err := check(p, got); err != nil {
				t.Fatalf("plant %d: %v\n%+v", n, err, in)
			}
		}
		if got.Ledger.Late > 0 {
			late++
		}
		if slices.ContainsFunc(got.Exposure, func(x ExposureUse) bool { return x.Binds }) {
			bound++
		}
	}
	t.Logf("%d plants, %d with late work, %d with limits that bind: no violation", plants, late, bound)
}

// all is the time that team t gives to class k in interval i, what is done late included.
func (p *planner) all(k, e, i int) (sum int64) {
	for _, w := range p.classes[k].placed.works {
		sum += p.allot.solver.By(w, i, e)
	}
	return sum
}

func skillsHeld(p *planner, _ Result) error {
	for k, c := range p.classes {
		for e, t := range c.teams {
			for i := range p.grid.N {
				if p.all(k, e, i) > 0 && !holds(c.in, p.teams[t]) {
					return fmt.Errorf("%s works on %+v", p.teams[t].Name, c.in.Key)
				}
			}
		}
	}
	return nil
}

func withinCapacity(p *planner, _ Result) error {
	for t := range p.teams {
		for i := range p.grid.N {
			var sum int64
			for k, c := range p.classes {
				if e := slices.Index(c.teams, t); e >= 0 {
					sum += p.all(k, e, i)
				}
			}
			if sum > p.time(p.slots[i][t], i) {
				return fmt.Errorf("%s gives %d in interval %d and has %d", p.teams[t].Name, sum, i, p.time(p.slots[i][t], i))
			}
		}
	}
	return nil
}

// withinExposure knows the rule of what draws on a limit a second time.
func withinExposure(p *planner, r Result) error {
	for t, team := range p.teams {
		for _, x := range team.Exposure {
			drawn := make([]int64, p.grid.N)
			for k, c := range p.classes {
				e := slices.Index(c.teams, t)
				domains := append([]string{c.in.Key.HarmDomain, "*"}, c.in.Requires.HarmDomains...)
				if e < 0 || !slices.ContainsFunc(x.HarmDomains, func(d string) bool { return slices.Contains(domains, d) }) {
					continue
				}
				for i := range drawn {
					drawn[i] += p.all(k, e, i)
				}
			}
			for i, time := range drawn {
				if most := p.time(p.slots[i][t], i); x.Share > 0 && time*int64(sample.AllPPM) > most*int64(x.Share) {
					return fmt.Errorf("%s/%s: %d of %d in interval %d", team.Name, x.Name, time, most, i)
				}
			}
			for _, d := range x.Days {
				var sum int64
				for _, time := range drawn[d.From:d.To] {
					sum += time
				}
				if sum > int64(d.Budget)*p.allot.scale {
					return fmt.Errorf("%s/%s: %d of %d on the day from %d", team.Name, x.Name, sum, d.Budget, d.From)
				}
			}
		}
	}
	for _, x := range r.Exposure {
		if x.Used > x.Budget {
			return fmt.Errorf("%+v is overdrawn", x)
		}
	}
	return nil
}

// protectedFirst finds protected work that is undone while people who could do it do something less
// important.
func protectedFirst(p *planner, _ Result) error {
	for _, c := range p.classes {
		for _, w := range c.placed.works {
			for i := range p.grid.N {
				if !c.in.Protected || p.allot.solver.UndoneAt(w, i) == 0 {
					continue
				}
				for k, other := range p.classes {
					for e, t := range other.teams {
						mine := slices.Index(c.teams, t)
						if !other.in.Protected && mine >= 0 && p.all(k, e, i) > 0 && !atLimit(p, c, t, i) {
							return fmt.Errorf("%s does %+v while %+v is undone in %d", p.teams[t].Name, other.in.Key, c.in.Key, i)
						}
					}
				}
			}
		}
	}
	return nil
}

// atLimit reports whether a limit of team t keeps work of c from it.
func atLimit(p *planner, c *class, t, i int) bool {
	for l, of := range p.allot.limits {
		if x := p.teams[t].Exposure; of.team == t && x[of.exposure].draws(c.in) {
			left, limited := p.allot.solver.LeftOfDay(l, i)
			if limited && left == 0 || p.allot.solver.Drawn(l, i) == x[of.exposure].of(p.time(p.slots[i][t], i)) {
				return true
			}
		}
	}
	return false
}

// neitherEarlyNorLate: no work is done before it comes, and with what is late, all that is due is
// there when it is due.
func neitherEarlyNorLate(p *planner, _ Result) error {
	for _, c := range p.classes {
		var given, late, undone int64
		for _, w := range c.placed.works {
			undone += p.allot.solver.Undone(w)
		}
		for i := range p.grid.N {
			given += c.placed.given[i]
			late += c.placed.late[i]
			if c.work.done == nil || len(c.placed.works) > 1 {
				continue
			}
			come, due := c.work.bounds(i)
			if given > come*p.allot.scale {
				return fmt.Errorf("%+v: %d is done by %d, %d has come", c.in.Key, given, i, come*p.allot.scale)
			}
			if given+late < due*p.allot.scale {
				return fmt.Errorf("%+v: %d done and %d late by %d, %d due", c.in.Key, given, late, i, due*p.allot.scale)
			}
		}
		if late != undone {
			return fmt.Errorf("%+v: %d late, %d undone", c.in.Key, late, undone)
		}
	}
	return nil
}

func closed(p *planner, r Result) error {
	l := r.Ledger
	if l.Required != l.OnTime+l.Late || l.Supply != l.OnTime+l.DoneLate+l.Blocked+l.Spare ||
		min(l.OnTime, l.Late, l.DoneLate, l.Blocked, l.Spare) < 0 {
		return fmt.Errorf("ledger %+v", l)
	}
	var required, supply, gaps, dust int64
	for i := range p.grid.N {
		for t := range p.teams {
			supply += p.time(p.slots[i][t], i)
		}
		for _, c := range p.classes {
			required += c.placed.given[i] + c.placed.late[i]
			gaps += int64(c.placed.gap[i]) * int64(p.span(i)) * p.allot.scale / 1000
			dust += int64(p.span(i)) * p.allot.scale / 1000
		}
	}
	second := 1000 * p.allot.scale
	if required/second != l.Required || supply/second != l.Supply {
		return fmt.Errorf("ledger %+v of %d required and %d there", l, required/second, supply/second)
	}
	if late := l.Late * second; max(gaps-late, late-gaps) > dust+2*second {
		return fmt.Errorf("gaps are %d, late is %d", gaps, late)
	}
	if missing := sumOf(r.Binding); len(r.Binding) < maxBottlenecks && max(missing/1000-l.Late, l.Late-missing/1000) > 1+int64(len(r.Binding)) {
		return fmt.Errorf("bottlenecks are of %d s, and %d are late", missing/1000, l.Late)
	}
	return nil
}

func sumOf(b []Bottleneck) (sum int64) {
	for _, x := range b {
		sum += int64(x.Missing)
	}
	return sum
}

// shortOf is how much of a plan is late, by queue.
func shortOf(r Result) map[string]sample.Span {
	out := map[string]sample.Span{}
	for _, c := range r.Classes {
		for _, n := range c.Intervals {
			out[c.Key.Queue] += n.Late
		}
	}
	return out
}

func TestWorkThatMayWaitIsDoneWhenPeopleAreThere(t *testing.T) {
	// Six people, of whom live takes all for two hours: what appeals lack then, they do after.
	live, appeals := erlangs("live", 4, 3*sample.Minute, decided(90, 20*sample.Minute)), erlangs("appeals", 3, 5*sample.Minute,
		started(50, 8*sample.Hour))
	live.Priority = 1
	live.Rates = make([]sample.Milli, 48)
	for i := 8; i < 12; i++ {
		live.Rates[i] = live.ArrivalsPerHour.Value
	}
	live.ArrivalsPerHour.Value = 0
	live.Rates[0] = 0
	r := planOf([]Team{team("a", 6)}, live, appeals)
	if r.Ledger.Late != 0 || r.FirstBreach != 0 || r.Coverage != sample.AllPPM || len(r.Binding) != 0 {
		t.Errorf("late %d s, first breach %d, coverage %d, binding %+v", r.Ledger.Late, r.FirstBreach, r.Coverage, r.Binding)
	}
	// Of a promise of an hour, that is too late.
	appeals.Promises = []Promise{started(50, sample.Hour)}
	appeals.Rates = []sample.Milli{appeals.ArrivalsPerHour.Value * 2}
	r = planOf([]Team{team("a", 6)}, live, appeals)
	if late := shortOf(r); late["live"] != 0 || late["appeals"] == 0 {
		t.Errorf("late %v, and live goes first", late)
	}
	b := r.Binding[0]
	if len(b.Classes) != 1 || b.Classes[0].Queue != "appeals" || len(b.Rivals) != 1 || b.Rivals[0].Queue != "live" ||
		len(b.Teams) != 1 || b.First < noon.Add(4*sample.Hour) || sample.Span(r.Ledger.Late)*sample.Second > b.Missing {
		t.Errorf("bottleneck %+v of %+v", b, r.Ledger)
	}
}

func TestExposureThroughThePlan(t *testing.T) {
	c := erlangs("q", 4, 3*sample.Minute, decided(90, 20*sample.Minute))
	a := team("a", 20)
	a.Exposure = []ExposureLimit{{Name: "hate", HarmDomains: []string{"hate"}, Share: 750_000,
		Days: []ExposureDay{{0, 48, 48 * sample.Hour}, {-3, 0, sample.Hour}, {48, 99, -5}}}}
	r := planOf([]Team{a, team("b", 1)}, c)
	plan := only(t, r)
	// 48 h of team a and 24 h of team b, for 24 h of more than that.
	for i, n := range plan.Intervals {
		if n.Covered < 2998 || n.Covered > 3001 {
			t.Fatalf("interval %d has %s of %s, want 3 in all", i, n.Covered, n.Required)
		}
	}
	if n := plan.Now; n.Covered < 2998 || n.Covered > 3001 {
		t.Errorf("now %s of %s, want 3", n.Covered, n.Required)
	}
	use := r.Exposure[0]
	if use.Used > use.Budget || use.Used < use.Budget-sample.Minute || !use.Binds || use.Team != "a" {
		t.Errorf("exposure %+v", use)
	}
	if len(r.Binding) != 1 || !slices.Equal(r.Binding[0].Exposure, []string{"a/hate"}) {
		t.Errorf("binding %+v", r.Binding)
	}
	if r.Ledger.Blocked == 0 {
		t.Errorf("ledger %+v, and 17 people are kept from the work", r.Ledger)
	}
	c.Key.HarmDomain, c.Requires.HarmDomains = "", []string{"spam"}
	a.Skills.HarmDomains = []string{"spam"}
	if r := planOf([]Team{a}, c); r.Ledger.Late != 0 || r.Exposure[0].Used != 0 {
		t.Errorf("spam is no hate: %+v, %+v", r.Ledger, r.Exposure)
	}
}

func TestWhoWorksWhereAndAlone(t *testing.T) {
	c := erlangs("q", 0.5, 3*sample.Minute, started(80, 20*sample.Minute))
	a, b := team("a", 1), team("b", 3).onShift(0, 2)
	plan := only(t, planOf([]Team{a, b}, c))
	var now sample.Milli
	for _, s := range plan.ByTeam {
		now += s.Heads
	}
	if now != plan.Now.Covered || len(plan.ByTeam) != 2 || len(plan.ByTeamNext) != 2 {
		t.Errorf("by team %v, next %v, of %s", plan.ByTeam, plan.ByTeamNext, plan.Now.Covered)
	}
	if len(plan.Alone) != 1 || plan.Alone[0] != (Range{noon.Add(sample.Hour), noon.Add(day)}) {
		t.Errorf("alone %v, want from one o'clock on", plan.Alone)
	}
}

// What is late is done later, with time that is left, and does not count as on time.
func TestLateWorkIsDoneLate(t *testing.T) {
	c := erlangs("q", 2, 5*sample.Minute, started(50, sample.Hour))
	c.Rates = make([]sample.Milli, 48)
	for i := range 8 {
		c.Rates[i] = c.ArrivalsPerHour.Value
	}
	r := planOf([]Team{team("a", 1)}, c)
	l := r.Ledger
	if l.Late == 0 || l.DoneLate != l.Late || l.OnTime+l.DoneLate != l.Required {
		t.Errorf("ledger %+v", l)
	}
}
