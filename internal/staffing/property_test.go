package staffing

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// some is a random part of from, possibly all, possibly nothing.
func some(r *rand.Rand, from ...string) []string {
	var out []string
	for _, f := range from {
		if r.IntN(2) == 0 {
			out = append(out, f)
		}
	}
	return out
}

// randomInput draws a plant; all that happens to inputs happens somewhere in it.
func randomInput(r *rand.Rand, classes, teams, intervals int) Input {
	in := Input{Now: noon.Add(sample.Span(r.Int64N(int64(day)))), Interval: 30 * sample.Minute,
		Horizon: sample.Span(intervals) * 30 * sample.Minute}
	for i := range classes {
		in.Classes = append(in.Classes, randomClass(r, i, in.Now))
	}
	for i := range teams {
		in.Teams = append(in.Teams, randomTeam(r, i, intervals+1))
	}
	return in
}

func randomClass(r *rand.Rand, i int, now sample.Instant) Class {
	observed := func(most int64) sample.Sample {
		s := sample.FreshAt(sample.Milli(r.Int64N(most*1000)), now)
		if r.IntN(20) == 0 {
			s.Quality, s.Cause = pick(r, sample.Absent, sample.Implausible, sample.Stale), sample.CauseTooOld
		}
		return s
	}
	c := Class{
		Key: ClassKey{Queue: fmt.Sprintf("q%d", i/3), Review: fmt.Sprintf("r%d", i), Language: pick(r, "en",
			"en-GB", "fr", "pt-BR", ""),
			HarmDomain: pick(r, "hate", "spam", "csam", "*"), Tier: 1 + r.IntN(5)/4},
		Surface: pick(r, "live", "video"), Priority: r.IntN(3), Protected: r.IntN(6) == 0,
		ArrivalsPerHour: observed(200), HandleTime: observed(300), Backlog: observed(100), OldestAge: observed(20_000),
		DecisionsPerItem: pick[sample.Milli](r, 0, 1000, 2000),
	}
	if r.IntN(4) == 0 {
		c.Requires.Clearances = some(r, "eu", "child")
	}
	for range r.IntN(3) {
		c.Promises = append(c.Promises, Promise{sample.PPM(1 + r.IntN(1_000_000)),
			sample.Span(1+r.IntN(600)*r.IntN(3)) * sample.Minute, pick(r, Decided, Started, "")})
	}
	if r.IntN(8) == 0 {
		c.Work, c.RoomsPerPerson, c.Concurrent = Rooms, sample.Whole(r.Int64N(10)), observed(50)
	}
	for range r.IntN(2) * r.IntN(60) {
		c.Rates = append(c.Rates, sample.Milli(r.IntN(200_000)))
	}
	return c
}

func randomTeam(r *rand.Rand, i, intervals int) Team {
	t := Team{Name: fmt.Sprintf("t%d", i), Tier: 1 + r.IntN(5)/4, Roles: []string{pick(r, RoleReview, RoleReview,
		RoleReview, "QA")},
		Skills: Skills{some(r, "en", "fr", "pt", "en-GB", "*"), some(r, "hate", "spam", "csam", "*"), some(r,
			"live", "video"), some(r, "eu", "child")},
		Shrinkage: Shrinkage{sample.PPM(r.IntN(400_000)),
			sample.PPM(r.IntN(200_000))}, MaxOccupancy: pick[sample.PPM](r, 0, 850_000)}
	productive := int64(t.Shrinkage.Productive())
	for range intervals {
		scheduled := sample.Whole(r.Int64N(15) * r.Int64N(2))
		t.Supply.Intervals = append(t.Supply.Intervals, Heads{scheduled,
			sample.Milli(sample.MulDiv(int64(scheduled), productive, 1_000_000))})
	}
	t.Supply.Now = t.Supply.Intervals[0]
	if r.IntN(4) == 0 {
		t.Present = sample.FreshAt(sample.Whole(r.Int64N(15)), 0)
	}
	return t
}

// holds is the rule of skills, written a second time, the plain way.
func holds(c Class, t Team) bool {
	language := c.Key.Language == ""
	for _, l := range t.Skills.Languages {
		language = language || l == "*" || l == c.Key.Language || strings.HasPrefix(c.Key.Language, l+"-")
	}
	domain, surface := false, len(t.Skills.Surfaces) == 0
	for _, d := range t.Skills.HarmDomains {
		domain = domain || d == "*" || d == c.Key.HarmDomain
	}
	for _, s := range t.Skills.Surfaces {
		surface = surface || s == c.Surface
	}
	held := map[string]bool{}
	for _, k := range t.Skills.Clearances {
		held[k] = true
	}
	for _, k := range c.Requires.Clearances {
		language = language && held[k]
	}
	return language && domain && surface && t.Tier == c.Key.Tier && t.Roles[0] == "Review"
}

// Whatever the plant: nobody works without the skill, no team gives more than it has (for every set
// of classes, what they get is no more than the people who hold their skills), and the figures add
// up.
func TestRandomPlants(t *testing.T) {
	plants := 10_000
	if testing.Short() {
		plants = 1000
	}
	r := rand.New(rand.NewPCG(9, 10))
	for n := range plants {
		in := randomInput(r, 1+r.IntN(6), r.IntN(6), 1+r.IntN(6))
		got := Plan(in)
		if err := sound(in, got); err != nil {
			t.Fatalf("plant %d: %v\n%+v", n, err, in)
		}
	}
}

func sound(in Input, r Result) error {
	byKey := map[ClassKey]Class{}
	for _, c := range in.Classes {
		byKey[c.Key] = c
	}
	for _, c := range r.Classes {
		if err := soundClass(byKey[c.Key], in.Teams, c, r); err != nil {
			return fmt.Errorf("class %v: %w", c.Key, err)
		}
	}
	for slot := range r.Grid.N + 1 {
		if err := skilled(byKey, in, r, slot); err != nil {
			return fmt.Errorf("slot %d: %w", slot, err)
		}
	}
	return nil
}

func soundClass(c Class, teams []Team, got ClassPlan, r Result) error {
	for _, team := range teams {
		if holds(c, team) != slices.Contains(got.Teams, team.Name) {
			return fmt.Errorf("team %s: holds its skills %t", team.Name, holds(c, team))
		}
	}
	gap := got.Now.Gap > 0
	for i, n := range append([]Need{got.Now}, got.Intervals...) {
		if n.Gap != n.Required-n.Covered || n.Covered < 0 || n.Gap < 0 || n.Have < n.Covered || n.Have > n.Eligible ||
			n.Standalone < n.Required || n.RequiredScheduled < n.Required {
			return fmt.Errorf("need %d: %+v", i, n)
		}
		gap = gap || n.Gap > 0
	}
	if gap != (got.FirstGap >= r.Now) || gap != (got.LastGap > r.Now) || gap != (got.WorstGap.Heads > 0) || gap &&
		got.LastGap < got.FirstGap {
		return fmt.Errorf("gaps from %d to %d, worst %+v", got.FirstGap, got.LastGap, got.WorstGap)
	}
	return nil
}

// skilled checks one slot, the last being now, against Hall's condition.
func skilled(byKey map[ClassKey]Class, in Input, r Result, slot int) error {
	heads := func(t Team) sample.Milli {
		if slot < r.Grid.N {
			return t.Supply.Intervals[slot].Productive
		}
		i := slices.IndexFunc(r.Teams, func(p TeamPlan) bool { return p.Name == t.Name })
		return r.Teams[i].ProductiveNow
	}
	for set := range 1 << len(r.Classes) {
		var covered, there sample.Milli
		for k, c := range r.Classes {
			if set>>k&1 == 1 {
				covered += append(slices.Clone(c.Intervals), c.Now)[slot].Covered
			}
		}
		for _, t := range in.Teams {
			for k, c := range r.Classes {
				if set>>k&1 == 1 && holds(byKey[c.Key], t) {
					there += heads(t)
					break
				}
			}
		}
		if covered > there {
			return fmt.Errorf("classes %b get %s of %s people who may", set, covered, there)
		}
	}
	return nil
}

func TestOrderOfInputDoesNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 300 {
		in := randomInput(r, 8, 6, 8)
		before, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		want := Plan(in)
		if after, _ := json.Marshal(in); string(after) != string(before) {
			t.Fatal("Plan changes its input")
		}
		r.Shuffle(len(in.Classes), func(i, j int) { in.Classes[i], in.Classes[j] = in.Classes[j], in.Classes[i] })
		r.Shuffle(len(in.Teams), func(i, j int) { in.Teams[i], in.Teams[j] = in.Teams[j], in.Teams[i] })
		for i := range in.Classes {
			slices.Reverse(in.Classes[i].Promises)
		}
		if diff := cmp.Diff(want, Plan(in)); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestResultSurvivesJSON(t *testing.T) {
	want := Plan(randomInput(rand.New(rand.NewPCG(13, 14)), 12, 8, 48))
	raw, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Result
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// More work, longer work, a higher percent and a shorter time never need fewer people, whatever the
// model.
func TestNeedsAreMonotone(t *testing.T) {
	need := func(c Class) Need { return only(t, planOf([]Team{team("a", 50)}, c)).Now }
	handles := []sample.Span{5 * sample.Second, 30 * sample.Second, 2 * sample.Minute, 9 * sample.Minute,
		40 * sample.Minute}
	for _, within := range []sample.Span{20 * sample.Second, 5 * sample.Minute, 29 * sample.Minute, sample.Hour,
		3 * sample.Hour, 9 * sample.Hour, 3 * day} {
		for _, measure := range []Measure{Decided, Started} {
			for _, percent := range []sample.PPM{50, 80, 90, 99} {
				p := Promise{percent * 10_000, within, measure}
				var last sample.Milli
				for h := 5 * sample.Second; h < sample.Hour; h = h*23/20 + 1 {
					c := erlangs("q", 1, sample.Hour, p) // an item an hour, times
					c.ArrivalsPerHour.Value, c.HandleTime.Value = 60_000, sample.Milli(h)
					if got := need(c).Required; got < last {
						t.Errorf("%+v: %s at %s, %s before", p, got, h, last)
					} else {
						last = got
					}
				}
				for _, h := range handles {
					last = 0
					for rate := sample.Milli(100); rate < 2_000_000; rate = rate*13/10 + 1 {
						c := erlangs("q", 1, h, p)
						c.ArrivalsPerHour.Value = rate
						if got := need(c).Required; got < last {
							t.Errorf("%+v of %s: %s at %s an hour, %s before", p, h, got, rate, last)
						} else {
							last = got
						}
					}
				}
			}
			for _, h := range handles {
				var last sample.Milli
				for percent := sample.PPM(1); percent <= 100; percent++ {
					if got := need(erlangs("q", 7, h, Promise{percent * 10_000, within,
						measure})).Required; got < last {
						t.Errorf("%s of %s work: %s at %d %%, %s before", within, h, got, percent, last)
					} else {
						last = got
					}
				}
			}
		}
	}
}

func FuzzPlan(f *testing.F) {
	f.Add(int64(noon), int64(30*sample.Minute), int64(day), int64(100_000), int64(180_000), int64(900_000),
		int64(900_000), int64(10_000), int64(0))
	f.Add(int64(-1), int64(0), int64(-5), int64(1)<<62, int64(1)<<62, int64(1)<<40, int64(1), int64(1)<<62,
		int64(1)<<62)
	f.Add(int64(1), int64(1), int64(1)<<62, int64(1), int64(1), int64(0), int64(0), int64(1), int64(1)<<40)
	f.Fuzz(func(t *testing.T, now, interval, horizon, arrivals, handle, percent, within, heads, backlog int64) {
		at := sample.Instant(now % (1 << 44))
		c := Class{Key: ClassKey{Queue: "q", Tier: 1}, ArrivalsPerHour: sample.FreshAt(sample.Milli(arrivals), at),
			HandleTime: sample.FreshAt(sample.Milli(handle), at), Backlog: sample.FreshAt(sample.Milli(backlog), at),
			OldestAge: sample.FreshAt(sample.Milli(within),
				at), DecisionsPerItem: sample.Milli(horizon), ForecastError: sample.PPM(heads),
			Dispersion: sample.Milli(percent), Promises: []Promise{{sample.PPM(percent), sample.Span(within),
				Decided}, {sample.PPM(percent), sample.Span(backlog), Started}}}
		rooms := Class{Key: ClassKey{Queue: "r", Tier: 1}, Work: Rooms,
			Concurrent: sample.FreshAt(sample.Milli(arrivals),
				at), RoomsPerPerson: sample.Milli(handle), Protected: true}
		staff := Team{Name: "a", Tier: 1, Roles: []string{RoleReview}, MaxOccupancy: sample.PPM(percent),
			Shrinkage: Shrinkage{sample.PPM(percent), sample.PPM(within)}}
		for range 4 {
			staff.Supply.Intervals = append(staff.Supply.Intervals, Heads{sample.Milli(heads), sample.Milli(heads)})
		}
		in := Input{Now: at, Interval: sample.Span(interval), Horizon: sample.Span(horizon), Classes: []Class{c,
			rooms}, Teams: []Team{staff}}
		if in.Grid().N > 96 {
			in.Interval, in.Horizon = 0, 0
		}
		for _, c := range Plan(in).Classes {
			for _, n := range append(c.Intervals, c.Now) {
				if n.Required < 0 || n.Covered < 0 || n.Gap != n.Required-n.Covered || n.Gap < 0 ||
					n.Have < n.Covered || n.Have > n.Eligible {
					t.Fatalf("%+v: %+v", in, n)
				}
			}
		}
	})
}

// Three classes a queue; the bar is 2 s and 300 MB for 100 queues, 30 teams and 672 intervals. Most
// of these are short of people; limited plants also have two limits of exposure in most teams.
func BenchmarkPlan(b *testing.B) {
	for name, c := range map[string]struct {
		intervals int
		limited   bool
	}{"day": {48, false}, "fortnight": {672, false}, "limited fortnight": {672, true}} {
		b.Run(name, func(b *testing.B) {
			in := largePlant(c.intervals)
			if c.limited {
				limitAll(&in)
			}
			b.ReportAllocs()
			for b.Loop() {
				Plan(in)
			}
		})
	}
}

func largePlant(intervals int) Input {
	r := rand.New(rand.NewPCG(15, 16))
	in := randomInput(r, 300, 30, intervals)
	for i := range in.Classes {
		in.Classes[i].Rates = nil
		for range intervals {
			in.Classes[i].Rates = append(in.Classes[i].Rates, sample.Milli(r.IntN(400_000)))
		}
	}
	return in
}

// limitAll limits each team to an hour in two with some domains, and to less by the day than that.
func limitAll(in *Input) {
	r := rand.New(rand.NewPCG(19, 20))
	for t := range in.Teams {
		for x := range r.IntN(3) {
			l := ExposureLimit{Name: fmt.Sprintf("x%d", x), HarmDomains: some(r, "hate", "spam", "csam", "*"), Share: 500_000}
			for i := 0; i < in.Grid().N; i += 48 {
				l.Days = append(l.Days, ExposureDay{From: i, To: i + 48, Budget: sample.Span(r.Int64N(60)) * sample.Hour})
			}
			in.Teams[t].Exposure = append(in.Teams[t].Exposure, l)
		}
	}
}

func BenchmarkSupply(b *testing.B) {
	in := randomSupply(rand.New(rand.NewPCG(17, 18)), []*time.Location{zone(b, "Europe/Berlin")}, 20_000)
	in.Grid = GridOf(noon, 30*sample.Minute, day)
	in.Now = noon
	b.ReportAllocs()
	for b.Loop() {
		Supply(in)
	}
}
