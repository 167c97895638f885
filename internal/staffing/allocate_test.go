package staffing

import (
	"slices"
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

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
