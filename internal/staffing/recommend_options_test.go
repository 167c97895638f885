package staffing

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

// midnight is the start of Monday, 2 November 2026.
const midnight = sample.Instant(1_793_577_600_000)

// shortAt is a day of half hours in which heads are missing in some.
func shortAt(heads sample.Milli, from, to int) []sample.Milli {
	out := make([]sample.Milli, 48)
	for i := from; i < to; i++ {
		out[i] = heads
	}
	return out
}

// Ten people from 08:00 to 16:00 of whom a fifth of the time is lost; who may stay, or come
// earlier, when the team is short.
func TestOvertime(t *testing.T) {
	type way struct {
		From, To string
		Early    bool
		Limit    int
		Cost     sample.Span
	}
	for name, c := range map[string]struct {
		shift Shift
		from  sample.Span
		short []sample.Milli
		want  []way
	}{
		"nobody is short": {Shift{Start: 480, End: 960, Headcount: 10}, 0, shortAt(0, 0, 0), nil},
		"short of 2 in the hour after": {Shift{Start: 480, End: 960, Headcount: 10}, 0, shortAt(2000, 32, 34), []way{
			{"16:00", "17:00", false, 10, 90 * sample.Minute},
		}},
		"short in both hours after, of 1.6 in the second: two stay two hours": {
			Shift{Start: 480, End: 960, Headcount: 10}, 0, append(shortAt(5000, 32, 34)[:34], shortAt(1600, 0, 2)[:14]...),
			[]way{{"16:00", "18:00", false, 2, 3 * sample.Hour}, {"16:00", "17:00", false, 8, 90 * sample.Minute}},
		},
		"short in the second hour only: from the shift on": {Shift{Start: 480, End: 960, Headcount: 1}, 0, shortAt(4000, 34, 36), []way{
			{"16:00", "18:00", false, 1, 3 * sample.Hour},
		}},
		"short before and after: nobody does both": {Shift{Start: 480, End: 960, Headcount: 3}, 0, shortAt(4000, 14, 34), []way{
			{"07:00", "08:00", true, 1, 90 * sample.Minute}, {"16:00", "17:00", false, 2, 90 * sample.Minute},
		}},
		"before is before the notice is over": {Shift{Start: 480, End: 960, Headcount: 3}, 8 * sample.Hour, shortAt(4000, 14, 34), []way{
			{"16:00", "17:00", false, 3, 90 * sample.Minute},
		}},
		"eleven hours leave one": {Shift{Start: 0, End: 660, Headcount: 1}, 0, shortAt(4000, 22, 26), []way{
			{"11:00", "12:00", false, 1, 90 * sample.Minute},
		}},
		"twelve leave none": {Shift{Start: 0, End: 720, Headcount: 1}, 0, shortAt(4000, 24, 28), nil},
		"nobody is on it":   {Shift{Start: 480, End: 960}, 0, shortAt(2000, 32, 34), nil},
	} {
		t.Run(name, func(t *testing.T) {
			in := SupplyInput{
				Now: midnight, Grid: GridOf(midnight, 30*sample.Minute, day), Zone: time.UTC, Shifts: []Shift{c.shift},
				Shrinkage: Shrinkage{Planned: 200_000},
			}
			var got []way
			for _, o := range OvertimeOptions(in, "team", midnight.Add(c.from), c.short) {
				got = append(got, way{o.From.Time().Format("15:04"), o.Until.Time().Format("15:04"), o.Early, o.Limit, o.Cost})
				hours := int64(o.Until.Since(o.From) / sample.Hour)
				if o.Kind != KindOvertime || o.productive() != 2*800*hours {
					t.Errorf("%v of %d h: %d thousandths", o.Kind, hours, o.productive())
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// People on call are called for as long as somebody is missing, and are there after the call time.
func TestOnCall(t *testing.T) {
	grid := GridOf(midnight, 30*sample.Minute, day)
	night := append(shortAt(1700, 0, 12)[:12], shortAt(2400, 32, 36)[12:]...) // two until 06:00, three from 16:00 to 18:00
	for name, c := range map[string]struct {
		short    []sample.Milli
		callTime sample.Span
		want     []Option
	}{
		"nobody is missing": {shortAt(0, 0, 0), sample.Hour, nil},
		"not on call then":  {shortAt(1000, 12, 32), sample.Hour, nil},
		"from two to four": {shortAt(500, 4, 8), sample.Hour, []Option{
			{From: midnight.Add(2 * sample.Hour), Until: midnight.Add(4 * sample.Hour), Limit: 2, Cost: 3 * sample.Hour},
		}},
		"at once is after the call time": {shortAt(500, 0, 3), sample.Hour, []Option{
			{From: midnight.Add(sample.Hour), Until: midnight.Add(90 * sample.Minute), Limit: 2, Cost: 90 * sample.Minute},
		}},
		"all day": {shortAt(9000, 0, 48), 30 * sample.Minute, []Option{
			{From: midnight.Add(30 * sample.Minute), Until: midnight.Add(6 * sample.Hour), Limit: 2, Cost: 6 * sample.Hour},
			{From: midnight.Add(16 * sample.Hour), Until: midnight.Add(18 * sample.Hour), Limit: 3, Cost: 150 * sample.Minute},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got := OnCallOptions(&Standby{"team", Shrinkage{Planned: 200_000}, night, c.callTime}, grid, midnight, c.short)
			for i := range got {
				hours := int64(got[i].Until.Since(got[i].From) / (30 * sample.Minute))
				if got[i].Kind != KindOnCall || got[i].Team != "team" || got[i].productive() != 800*hours {
					t.Errorf("%+v", got[i])
				}
				got[i].Kind, got[i].Team, got[i].Productive = "", "", nil
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	worthless := &Standby{"team", Shrinkage{Planned: sample.AllPPM}, night, 0}
	if got := OnCallOptions(worthless, grid, midnight, shortAt(1, 0, 48)); len(got) != 0 {
		t.Errorf("people who are worth nothing: %+v", got)
	}
}

// bilingual is a desk of two languages with a team for each: who speaks English has nothing to do
// at night, and of who speaks French there are too few.
func bilingual() Input {
	in := Input{Now: midnight, Interval: 30 * sample.Minute, Horizon: day}
	class := func(language string, heads int64) Class {
		c := Class{
			Key: ClassKey{Queue: "q", Review: "r", Language: language, HarmDomain: "hate", Tier: 1}, Work: Rooms, RoomsPerPerson: 1000,
			Concurrent: sample.FreshAt(0, midnight),
		}
		for range 48 {
			c.Rates = append(c.Rates, sample.Whole(heads))
		}
		return c
	}
	in.Classes = []Class{class("en", 1), class("fr", 4)}
	for i, language := range []string{"en", "fr"} {
		team := Team{Name: language, Tier: 1, Roles: []string{RoleReview}, Skills: Skills{Languages: []string{language}, HarmDomains: []string{"*"}}}
		for range 48 {
			h := sample.Whole(int64(5 - 4*i))
			team.Supply.Intervals = append(team.Supply.Intervals, Heads{h, h})
		}
		in.Teams = append(in.Teams, team)
	}
	return in
}

func TestTrain(t *testing.T) {
	in := bilingual()
	all := make([]sample.Milli, 48)
	for i := range all {
		all[i] = sample.One
	}
	if diff := cmp.Diff([]Skill{{Team: "en", Language: "fr"}}, Lacking(in)); diff != "" {
		t.Fatal(diff)
	}
	french := Option{Kind: KindTraining, Team: "en", Shift: "day", Language: "fr", Productive: all, Cost: 8 * sample.Hour, Limit: 5}
	for name, c := range map[string]struct {
		change func(*Option)
		heads  int
		after  sample.Span
		hour   sample.Span
	}{
		// Four French are needed, one is there: three more, and of five English one is needed.
		"three close all": {func(*Option) {}, 3, 0, sample.Hour},
		"two may learn":   {func(o *Option) { o.Limit = 2 }, 2, day, sample.Hour},
		"half of the day": {func(o *Option) { o.Productive = append(make([]sample.Milli, 24), all[:24]...) }, 3, 3 * 12 * sample.Hour, sample.Hour},
		"half of it productive": {func(o *Option) {
			o.Productive = shareOf(in.Grid(), Range{midnight, midnight.Add(day)}, Shrinkage{Planned: 500_000})
		}, 5, 12 * sample.Hour, sample.Hour},
		"what nobody lacks":     {func(o *Option) { o.Language = "de" }, 0, 0, 0},
		"who is free":           {func(o *Option) { o.Cost = 0 }, 0, 0, 0},
		"of another plan":       {func(o *Option) { o.Team = "es" }, 0, 0, 0},
		"not to learn but come": {func(o *Option) { o.Kind = KindHeadcount }, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			o := french
			c.change(&o)
			got := Train(in, []Option{o})
			if c.heads == 0 {
				if len(got) != 0 {
					t.Fatalf("%+v", got)
				}
				return
			}
			if len(got) != 1 {
				t.Fatalf("%+v", got)
			}
			m := got[0]
			if m.Heads != c.heads || m.Before != 3*day || m.After != c.after || m.PerHour != c.hour || m.Cost != sample.Span(c.heads)*8*sample.Hour {
				t.Errorf("%+v", m)
			}
			want := []Closed{{Language: "fr", Tier: 1, Time: 3*day - c.after, First: midnight, Worst: 3000}}
			if name == "half of the day" {
				want[0].First = midnight.Add(day / 2)
			}
			if diff := cmp.Diff(want, m.Closes); diff != "" {
				t.Error(diff)
			}
		})
	}
	if diff := cmp.Diff(bilingual(), in); diff != "" {
		t.Errorf("the plan's input is another: %s", diff)
	}
}

// Nobody who is needed where they are is taken from there for what they learn: what is missing
// altogether does not grow, and nothing is said where it does not get less.
func TestTrainingTakesNobodyAway(t *testing.T) {
	in := bilingual()
	in.Classes[0].Rates = in.Classes[1].Rates // four English as well, of five
	one := make([]sample.Milli, 48)
	for i := range one {
		one[i] = sample.One
	}
	got := Train(in, []Option{{Kind: KindTraining, Team: "en", Shift: "day", Language: "fr", Productive: one, Cost: sample.Hour, Limit: 5}})
	if len(got) != 1 || got[0].Heads != 1 || got[0].Before-got[0].After != day {
		t.Errorf("%+v", got)
	}
}

// An evening that is short is cheaper closed by who stays than by a shift.
func TestRecommendMixesKinds(t *testing.T) {
	in := bilingual()
	for i := range 48 {
		in.Classes[1].Rates[i] = 1000
		if i >= 32 && i < 34 {
			in.Classes[1].Rates[i] = 3000
		}
	}
	short := Shortage(in)
	if short["fr"][32] != 2000 || short["fr"][31] != 0 || short["en"][32] != 0 {
		t.Fatalf("%+v", short)
	}
	shift := SupplyInput{Now: midnight, Grid: in.Grid(), Zone: time.UTC, Shifts: []Shift{{Name: "day", Start: 480, End: 960, Headcount: 1}}}
	options := OvertimeOptions(shift, "fr", midnight, short["fr"])
	evening := make([]sample.Milli, 48)
	for i := 32; i < 48; i++ {
		evening[i] = sample.One
	}
	options = append(options, Option{Kind: KindHeadcount, Team: "fr", Shift: "evening", Productive: evening, Cost: 8 * sample.Hour})
	got := Recommend(in, options)
	want := []Remedy{
		{
			Kind: KindOvertime, Team: "fr", Shift: "day", Heads: 1, Times: []Range{{midnight.Add(16 * sample.Hour), midnight.Add(17 * sample.Hour)}},
			Cost: 90 * sample.Minute, Before: 2 * sample.Hour, After: sample.Hour, Options: []int{0},
			Closes: []Closed{{Language: "fr", Tier: 1, Time: sample.Hour, First: midnight.Add(16 * sample.Hour), Worst: 2000}},
		},
		{
			Kind: KindHeadcount, Team: "fr", Shift: "evening", Heads: 1, Times: []Range{{}}, Cost: 8 * sample.Hour, Before: sample.Hour, Options: []int{1},
			Closes: []Closed{{Language: "fr", Tier: 1, Time: sample.Hour, First: midnight.Add(16 * sample.Hour), Worst: 1000}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if left := lack(With(in, options, got)); left != 0 {
		t.Errorf("%v are missing with them", left)
	}
}

// Whatever the shifts and the gaps: overtime lies at the edge of a shift, is an hour or two, not before
// the notice is over, makes nobody's day longer than twelve hours, and on no day more people do it
// than are on the shift.
func TestOvertimeIsBounded(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 1))
	zones := []string{"UTC", "America/Bogota", "Europe/Berlin", "Australia/Lord_Howe"}
	found := 0
	for range 2000 {
		zone, err := time.LoadLocation(pick(r, zones...))
		if err != nil {
			t.Fatal(err)
		}
		now := midnight.Add(sample.Span(r.Int64N(400)) * day)
		in := SupplyInput{Now: now, Grid: GridOf(now, 30*sample.Minute, 3*day), Zone: zone, Shrinkage: Shrinkage{Planned: sample.PPM(r.IntN(900_000))}}
		s := Shift{Name: "s", Start: r.IntN(96) * 15, End: r.IntN(96) * 15, Headcount: r.IntN(6)}
		in.Shifts = []Shift{s}
		short := make([]sample.Milli, in.Grid.N)
		for i := range short {
			short[i] = sample.Milli(r.IntN(2) * r.IntN(4000))
		}
		from := now.Add(sample.Span(r.Int64N(int64(2 * day))))
		perDay := map[Date]int{}
		start, stop := s.minutes()
		for _, o := range OvertimeOptions(in, "t", from, short) {
			found++
			long, edge := o.Until.Since(o.From), o.From
			if o.Early {
				edge = o.Until
			}
			d := DateOf(edge.Time().In(zone))
			for !o.Early && Wall(d, stop, zone) > edge || o.Early && Wall(d, start, zone) > edge {
				d--
			}
			perDay[d] += o.Limit
			shift := Wall(d, stop, zone).Since(Wall(d, start, zone))
			if o.Early && Wall(d, start, zone) != edge || !o.Early && Wall(d, stop, zone) != edge || o.From < from ||
				long != sample.Hour && long != 2*sample.Hour || shift+long > longestDay || perDay[d] > s.Headcount {
				t.Fatalf("%+v of %+v in %v from %v", o, s, zone, from)
			}
			for i, h := range o.Productive {
				if over := min(o.Until, in.Grid.At(i+1)) > max(o.From, in.Grid.At(i)); h > 0 && !over || h > sample.One {
					t.Fatalf("%v heads in interval %d of %+v", h, i, o)
				}
			}
		}
	}
	if found < 1000 {
		t.Errorf("only %d ways were looked at", found)
	}
}

// productive is the heads of one person, added up over the intervals.
func (o *Option) productive() (sum int64) {
	for _, h := range o.Productive {
		sum += int64(h)
	}
	return sum
}
