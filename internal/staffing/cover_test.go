package staffing

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

// speaking is the class, and the team, of some languages.
func speaking(c Class, language string) Class {
	c.Key.Language = language
	return c
}

func (t Team) speaking(languages ...string) Team {
	t.Skills.Languages = languages
	return t
}

func TestQualified(t *testing.T) {
	class, reviewer := erlangs("q", 1, sample.Minute), team("a", 1)
	for name, c := range map[string]struct {
		change func(*Class, *Team)
		want   bool
	}{
		"as it is":        {func(*Class, *Team) {}, true},
		"a dialect of it": {func(c *Class, _ *Team) { c.Key.Language = "en-GB" }, true},
		"whatever the case": {func(c *Class, a *Team) {
			c.Key.Language, a.Skills.Languages = "EN-gb",
				[]string{"en-GB"}
		}, true},
		"only a dialect": {func(_ *Class, a *Team) { a.Skills.Languages = []string{"en-GB"} }, false},
		"a longer word":  {func(c *Class, _ *Team) { c.Key.Language = "eng" }, false},
		"every language": {func(c *Class, a *Team) {
			c.Key.Language, a.Skills.Languages = "pt-BR",
				[]string{"*"}
		}, true},
		"an empty skill":       {func(_ *Class, a *Team) { a.Skills.Languages = []string{""} }, false},
		"no language asked":    {func(c *Class, a *Team) { c.Key.Language, a.Skills.Languages = "", nil }, true},
		"one of two languages": {func(c *Class, _ *Team) { c.Requires.Languages = []string{"en", "fr"} }, false},
		"both languages": {func(c *Class, a *Team) {
			c.Requires.Languages, a.Skills.Languages = []string{"fr"}, []string{"fr", "en"}
		}, true},
		"another domain": {func(c *Class, _ *Team) { c.Key.HarmDomain = "spam" }, false},
		"every domain": {func(c *Class, a *Team) {
			c.Key.HarmDomain, a.Skills.HarmDomains = "spam",
				[]string{"*"}
		}, true},
		"the rest": {func(c *Class, _ *Team) { c.Key.HarmDomain = "*" }, false},
		"the rest, by all": {func(c *Class, a *Team) {
			c.Key.HarmDomain, a.Skills.HarmDomains = "*",
				[]string{"*"}
		}, true},
		"one of two domains": {func(c *Class, _ *Team) { c.Requires.HarmDomains = []string{"spam"} }, false},
		"another surface":    {func(_ *Class, a *Team) { a.Skills.Surfaces = []string{"video"} }, false},
		"the surface":        {func(_ *Class, a *Team) { a.Skills.Surfaces = []string{"video", "live"} }, true},
		"clearance missing":  {func(c *Class, _ *Team) { c.Requires.Clearances = []string{"csam"} }, false},
		"no clearance for all": {func(c *Class, a *Team) {
			c.Requires.Clearances,
				a.Skills.Clearances = []string{"csam"}, []string{"*"}
		}, false},
		"more clearances": {func(c *Class, a *Team) {
			c.Requires.Clearances, a.Skills.Clearances = []string{"eu"}, []string{"csam", "eu"}
		}, true},
		"a higher tier":          {func(_ *Class, a *Team) { a.Tier = 2 }, false},
		"no reviewers":           {func(_ *Class, a *Team) { a.Roles = []string{"QA"} }, false},
		"another role asked for": {func(c *Class, a *Team) { c.Requires.Role, a.Roles = "QA", []string{"QA"} }, true},
	} {
		t.Run(name, func(t *testing.T) {
			in, by := class, reviewer
			c.change(&in, &by)
			if got := Qualified(in, by); got != c.want {
				t.Errorf("qualified %t", got)
			}
		})
	}
}

func TestPooledNeeds(t *testing.T) {
	const handle = 3 * sample.Minute
	promise := decided(90, 15*sample.Minute)
	alone := func(load float64) sample.Milli {
		return only(t, planOf([]Team{team("a", 40)}, erlangs("q", load, handle, promise))).Now.Required
	}
	two := planOf([]Team{team("a", 40)}, erlangs("a", 6, handle, promise), erlangs("b", 2, handle, promise))
	a, b := two.Classes[0].Now, two.Classes[1].Now
	if sum := a.Required + b.Required; sum != alone(8) || sum >= alone(6)+alone(2) {
		t.Errorf("together %s, one queue of their load %s, alone %s and %s", sum, alone(8), alone(6), alone(2))
	}
	if a.Standalone != alone(6) || b.Standalone != alone(2) || a.Required != alone(8)*3/4 {
		t.Errorf("by load 3 to 1: %+v, %+v", a, b)
	}
	apart := planOf([]Team{team("a", 40), team("b", 40).speaking("fr")}, erlangs("a", 6, handle, promise),
		speaking(erlangs("b", 2, handle, promise), "fr"))
	if a, b := apart.Classes[0].Now, apart.Classes[1].Now; a.Required != alone(6) || b.Required != alone(2) {
		t.Errorf("with teams of their own: %+v, %+v", a, b)
	}
	nobody := planOf(nil, erlangs("a", 6, handle, promise), erlangs("b", 2, handle, promise))
	if a, b := nobody.Classes[0].Now, nobody.Classes[1].Now; a.Required != alone(6) || b.Required != alone(2) {
		t.Errorf("with no team: %+v, %+v", a, b)
	}
	child := erlangs("c", 0.01, handle, promise)
	child.Protected = true
	r := planOf([]Team{team("a", 40)}, erlangs("a", 6, handle, promise), erlangs("b", 2, handle, promise), child)
	if c := r.Classes[2].Now; c.Required != 2000 || r.NowTotal.Required != alone(8) {
		t.Errorf("protected %+v in a pool of %s", c, r.NowTotal.Required)
	}
	// Long work and short work on one queue keep their own promises: the pool may not judge one by
	// the mean of both.
	long := erlangs("long", 3, 20*sample.Minute, decided(50, 30*sample.Minute))
	mixed := planOf([]Team{team("a", 40)}, erlangs("a", 6, handle, promise), long)
	if got := mixed.NowTotal.Required; got < 10_000 || got > alone(6)+only(t, planOf(nil, long)).Now.Required {
		t.Errorf("mixed pool of %s", got)
	}
}

func TestApportion(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		n := 1 + r.IntN(6)
		var total, most sample.Milli
		loads, caps, out := make([]int64, n), make([]sample.Milli, n), make([]sample.Milli, n)
		for k := range n {
			loads[k], caps[k] = r.Int64N(5)*r.Int64N(1_000_000), sample.Whole(r.Int64N(30))
			most += caps[k]
		}
		total = sample.Milli(r.Int64N(int64(most) + 1))
		spread(out, total, loads, caps)
		var sum sample.Milli
		for k := range n {
			if out[k] < 0 || out[k] > caps[k] {
				t.Fatalf("share %d of %v is over its cap %v", k, out, caps)
			}
			sum += out[k]
		}
		if sum != total {
			t.Fatalf("%v adds up to %s, not %s", out, sum, total)
		}
	}
}

// maxFlow is what some wishes can get at most, by the least cut: of every set of groups, the teams
// that serve it and the wishes of the others.
func maxFlow(n network, heads, wants []sample.Milli) sample.Milli {
	least := unlimited
	for set := range 1 << len(wants) {
		var cut sample.Milli
		reached := map[int]bool{}
		for g, want := range wants {
			if set>>g&1 == 0 {
				cut += want
				continue
			}
			for _, t := range n.teamsOf[g] {
				if !reached[t] {
					reached[t] = true
					cut += heads[t]
				}
			}
		}
		least = min(least, cut)
	}
	return least
}

// Each group gets what the most that it and those before it can get together leaves over those before it.
func TestNetworkServesInOrderAndAllItCan(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 3000 {
		teams, groups := 1+r.IntN(5), 1+r.IntN(6)
		heads, wants := make([]sample.Milli, teams), make([]sample.Milli, groups)
		for i := range heads {
			heads[i] = sample.Milli(r.IntN(5000))
		}
		sets := make([][]int, groups)
		for g := range sets {
			wants[g] = sample.Milli(r.IntN(5000))
			for i := range heads {
				if r.IntN(2) == 0 {
					sets[g] = append(sets[g], i)
				}
			}
		}
		n := newNetwork(sets, heads)
		var all sample.Milli
		for g, want := range wants {
			given, spare := slices.Clone(n.given), slices.Clone(n.spare)
			more, both := n.more(want, g), n.more(unlimited, g, r.IntN(groups))
			if !slices.Equal(given, n.given) || !slices.Equal(spare, n.spare) || both < more {
				t.Fatalf("%v of %v: what group %d could get leaves %v, not %v; with another %s, alone %s", wants, sets, g, n.given, given, both, more)
			}
			got := n.give(g, want)
			all += got
			if best := maxFlow(*n, heads, wants[:g+1]); all != best || more != got {
				t.Fatalf("%v of %v: the first %d get %s, could get %s (more says %s of %s)", wants, sets, g+1,
					all, best, more, got)
			}
		}
		for i, h := range heads {
			used := n.spare[i]
			for g := range groups {
				if *n.at(g, i) < 0 {
					t.Fatalf("team %d gives group %d less than nothing", i, g)
				}
				used += *n.at(g, i)
			}
			if used != h || n.spare[i] < 0 {
				t.Fatalf("team %d of %s gives %s", i, h, used-n.spare[i])
			}
		}
	}
}

func TestCoverage(t *testing.T) {
	const handle = 3 * sample.Minute
	promise := started(80, 19_800) // 10 erlangs need 14
	en, fr := erlangs("en", 10, handle, promise), speaking(erlangs("fr", 10, handle, promise), "fr")
	teams := []Team{team("both", 14).speaking("en", "fr"), team("english", 10)}
	get := func(r Result, queue string) Need {
		for _, c := range r.Classes {
			if c.Key.Queue == queue {
				return c.Now
			}
		}
		return Need{}
	}
	t.Run("heads move to make room", func(t *testing.T) {
		r := planOf(teams, en, fr) // en comes first, and must leave the bilingual ones to fr
		if e, f := get(r, "en"), get(r, "fr"); e.Covered != 14_000 || f.Covered != 10_000 || f.Gap != 4000 ||
			f.Have != 10_000 || e.Eligible != 24_000 {
			t.Errorf("en %+v, fr %+v", e, f)
		}
	})
	t.Run("priority", func(t *testing.T) {
		urgent := fr
		urgent.Priority = 1
		r := planOf(teams, en, urgent)
		if e, f := get(r, "en"), get(r, "fr"); e.Covered != 10_000 || f.Covered != 14_000 {
			t.Errorf("en %+v, fr %+v", e, f)
		}
		safe := en
		safe.Protected = true
		r = planOf(teams, safe, urgent)
		if e, f := get(r, "en"), get(r, "fr"); e.Covered != 14_000 || f.Covered != 10_000 {
			t.Errorf("protected en %+v, fr %+v", e, f)
		}
	})
	t.Run("spare heads are seen by all who could have them", func(t *testing.T) {
		r := planOf([]Team{team("both", 14).speaking("en", "fr"), team("english", 20)}, en, fr)
		if e, f := get(r, "en"), get(r, "fr"); e.Have != 20_000 || f.Have != 14_000 {
			t.Errorf("en %+v, fr %+v", e, f)
		}
		if q, _ := r.Queue("en"); q.Have != 20 || q.Need != 14 || q.HumanShort {
			t.Errorf("queue %+v", q)
		}
	})
	t.Run("who is there now", func(t *testing.T) {
		a := team("english", 20)
		a.Shrinkage, a.Supply.Now.Productive = Shrinkage{Planned: 100_000,
			Unplanned: 100_000}, 14_580 // 10 % off for the ramp
		a.Present = sample.FreshAt(sample.Whole(10), noon)
		r := planOf([]Team{a}, en)
		want := TeamPlan{Name: "english", ScheduledNow: 20_000, ProductiveNow: 8100, Present: true, AssignedNow: 8100}
		if diff := cmp.Diff(want, r.Teams[0]); diff != "" {
			t.Error(diff)
		}
		a.Present.Quality = sample.Stale
		if got := planOf([]Team{a}, en).Teams[0]; got.Present || got.ProductiveNow != 14_580 {
			t.Errorf("presence unknown: %+v, want the shifts", got)
		}
	})
}

func TestDrain(t *testing.T) {
	drain := func(items int64, heads int64, load float64) sample.Span {
		c := erlangs("q", load, 6*sample.Minute, decided(90, 12*sample.Hour))
		c.Backlog, c.OldestAge = sample.FreshAt(sample.Whole(items), noon), sample.FreshAt(0, noon)
		q, _ := planOf([]Team{team("a", heads)}, c).Queue("q")
		return q.Drain
	}
	for name, c := range map[string]struct{ got, want sample.Span }{
		"nothing waits":  {drain(0, 1, 2), 0},
		"50 h by 8 free": {drain(500, 10, 2), 6*sample.Hour + 15*sample.Minute},
		"grows":          {drain(500, 2, 2), Never},
		"nobody":         {drain(1, 0, 0), Never},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", name, c.got, c.want)
		}
	}
}

// Two classes in English at tier 1, of which one team of eight may do both and one of two
// may do one: ten people, and not eighteen.
func TestLanguagesCountPeopleOnce(t *testing.T) {
	in := Input{Now: noon, Interval: 30 * sample.Minute, Horizon: 2 * sample.Hour}
	for _, domain := range []string{"hate", "spam"} {
		in.Classes = append(in.Classes, Class{
			Key:             ClassKey{Queue: "q", Review: domain, Language: "en", HarmDomain: domain, Tier: 1},
			Promises:        []Promise{{Percent: 900_000, Within: sample.Hour, Measure: Decided}},
			ArrivalsPerHour: sample.FreshAt(sample.Whole(60), noon), HandleTime: sample.FreshAt(sample.Whole(60), noon),
			Backlog: sample.Missing(sample.CauseNotDeclared), OldestAge: sample.Missing(sample.CauseNotDeclared),
		})
	}
	other := in.Classes[0]
	other.Key.Language, other.Key.Review = "fr", "other"
	in.Classes = append(in.Classes, other)
	for name, domains := range map[string][]string{"both": {"hate", "spam"}, "one": {"spam"}} {
		heads := sample.Whole(int64(map[string]int{"both": 8, "one": 2}[name]))
		team := Team{Name: name, Tier: 1, Roles: []string{RoleReview}, Skills: Skills{Languages: []string{"en"}, HarmDomains: domains}}
		for range 4 {
			team.Supply.Intervals = append(team.Supply.Intervals, Heads{heads, heads / 2})
		}
		in.Teams = append(in.Teams, team)
	}
	got := Plan(in).Languages
	if len(got) != 2 || got[0].Language != "en" || got[1].Language != "fr" {
		t.Fatalf("%+v", got)
	}
	for i, x := range got[0].Intervals {
		var sum Total
		for _, c := range Plan(in).Classes {
			if c.Key.Language == "en" {
				sum.Required += c.Intervals[i].Required
				sum.RequiredScheduled += c.Intervals[i].RequiredScheduled
				sum.Covered += c.Intervals[i].Covered
				sum.Gap += c.Intervals[i].Gap
			}
		}
		sum.Scheduled, sum.Productive = sample.Whole(10), sample.Whole(5)
		if diff := cmp.Diff(sum, x); diff != "" {
			t.Errorf("interval %d: %s", i, diff)
		}
	}
	if x := got[1].Intervals[0]; x.Scheduled != 0 || x.Required == 0 || x.Gap != x.Required {
		t.Errorf("nobody holds French: %+v", x)
	}
}
