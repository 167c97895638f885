package sheet

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

const halfHour = 30 * sample.Minute

func instant(t *testing.T, text string) sample.Instant {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return sample.At(at)
}

func english() staffing.ClassKey {
	return staffing.ClassKey{Queue: "comments", Review: "hate", Language: "en", HarmDomain: "hate", Tier: 1}
}

// shop is the input of a plan of two days: so many items an hour of a minute each in English, ten people
// who are there all day, and four who know Irish besides.
func shop(now sample.Instant, perHour int64, more ...staffing.Class) *staffing.Input {
	in := &staffing.Input{Now: now, Interval: halfHour, Horizon: 48 * sample.Hour}
	in.Classes = append([]staffing.Class{class(english(), now, perHour)}, more...)
	for name, heads := range map[string]int64{"dublin": 10, "galway": 4} {
		h := staffing.Heads{Scheduled: sample.Whole(heads), Productive: sample.Whole(heads)}
		team := staffing.Team{
			Name: name, Tier: 1, Roles: []string{staffing.RoleReview}, Supply: staffing.TeamSupply{Now: h},
			Skills: staffing.Skills{Languages: []string{"en"}, HarmDomains: []string{"hate"}},
		}
		if name == "galway" {
			team.Skills.Languages = []string{"ga"}
		}
		for range 96 {
			team.Supply.Intervals = append(team.Supply.Intervals, h)
		}
		in.Teams = append(in.Teams, team)
	}
	return in
}

func class(key staffing.ClassKey, now sample.Instant, perHour int64) staffing.Class {
	c := staffing.Class{
		Key: key, Promises: []staffing.Promise{{Percent: 900_000, Within: sample.Hour}},
		HandleTime: sample.FreshAt(sample.Whole(60), now), ArrivalsPerHour: sample.FreshAt(sample.Whole(perHour), now),
		Backlog: sample.Missing(sample.CauseNotDeclared), OldestAge: sample.Missing(sample.CauseNotDeclared),
	}
	for range 96 {
		c.Rates = append(c.Rates, sample.Whole(perHour))
	}
	return c
}

// irish is a class that four people do.
func irish(now sample.Instant) staffing.Class {
	key := english()
	key.Language = "ga"
	return class(key, now, 30)
}

// came is so many items in each interval of each class.
func came(n int64) func(*staffing.Class, sample.Instant, sample.Instant) Figure {
	return func(*staffing.Class, sample.Instant, sample.Instant) Figure {
		return Figure{Known: true, Value: sample.Whole(n)}
	}
}

func unseen(*staffing.Class, sample.Instant, sample.Instant) Figure { return Figure{} }

// after is the day at the next look.
func after(d *Day, in *staffing.Input, seen *Happened) *Day {
	plan := staffing.Plan(*in)
	if seen == nil {
		seen = &Happened{Arrived: unseen}
	}
	return d.Next(in, &plan, seen)
}

func lineOf(t *testing.T, d *Day, key staffing.ClassKey) DayLine {
	t.Helper()
	for _, l := range d.Lines {
		if l.Key == key {
			return l
		}
	}
	t.Fatalf("no line of %v", key)
	return DayLine{}
}

// What was planned first stays what was planned; what came fills in, also of intervals at which
// nobody looked.
func TestDayKeepsWhatWasPlanned(t *testing.T) {
	start := instant(t, "2026-11-22T10:00:00Z")
	d := after(nil, shop(start, 120), nil)
	if d.Now != 50 || d.Grid.N != 100 || d.Grid.Start != start.Add(-25*sample.Hour) {
		t.Fatalf("%+v, now at %d", d.Grid, d.Now)
	}
	first := lineOf(t, d, english()).Cells
	if first[49] != (DayCell{}) || first[50].Before != first[50].Then || first[50].Before.Items != sample.Whole(60) ||
		first[50].Before.Scheduled != sample.Whole(10) {
		t.Errorf("%+v\n%+v", first[49], first[50])
	}
	// An hour later, twice as much is expected. Nobody looked at 10:30.
	later := start.Add(2 * halfHour)
	d = after(d, shop(later, 240), &Happened{Arrived: came(77)})
	l := lineOf(t, d, english())
	for k, want := range map[int][2]sample.Milli{48: {60, 60}, 49: {60, 60}, 50: {60, 60}, 51: {60, 120}, 97: {60, 120}, 98: {120, 120}} {
		c := l.Cells[k]
		if got := [2]sample.Milli{c.Before.Items / 1000, c.Then.Items / 1000}; got != want || c.Arrived.Known != (k < 50) {
			t.Errorf("interval %d: planned %v, then %v, came %v; want %v", k, got[0], got[1], c.Arrived, want)
		}
	}
	if l.Cells[49].Arrived.Value != sample.Whole(77) || l.Cells[47].Before.Known {
		t.Errorf("%+v\n%+v", l.Cells[49], l.Cells[47])
	}
	if all := d.Lines[0].Cells; all[51].Before.Items != sample.Whole(60) || all[51].Then.Scheduled != sample.Whole(14) {
		t.Errorf("all work: %+v", all[51])
	}
	if diff := cmp.Diff(d, after(d, shop(later, 240), &Happened{Arrived: came(77)})); diff != "" {
		t.Error("with the same input it is another day:", diff)
	}
	// The clock jumps back a day, and then a year forth.
	back := after(d, shop(start.Add(-24*sample.Hour), 120), nil)
	if c := lineOf(t, back, english()).Cells; !c[98].Before.Known || c[50].Then.Items != sample.Whole(60) {
		t.Errorf("a day back: %+v", c[97])
	}
	if c := lineOf(t, after(d, shop(start.Add(365*24*sample.Hour), 120), nil), english()).Cells; c[49] != (DayCell{}) {
		t.Errorf("a year later it remembers %+v", c[49])
	}
	wider := shop(later, 120)
	wider.Interval = sample.Hour
	if c := lineOf(t, after(d, wider, nil), english()).Cells; len(c) != 50 || c[24] != (DayCell{}) {
		t.Errorf("by the hour: %d intervals, %+v", len(c), c[24])
	}
}

func TestDayOfClassesThatComeAndGo(t *testing.T) {
	start := instant(t, "2026-11-22T10:00:00Z")
	d := after(nil, shop(start, 120, irish(start)), nil)
	gone := irish(start).Key
	for range 4 {
		start = start.Add(halfHour)
		d = after(d, shop(start, 120), nil)
	}
	l := lineOf(t, d, gone)
	if !l.Cells[46].Then.Known || l.Cells[50].Then.Known || !l.Cells[50].Before.Known {
		t.Errorf("%+v\n%+v", l.Cells[46], l.Cells[50])
	}
	var out strings.Builder
	v := &TodayView{Name: "emea", Zone: time.UTC, Classes: 9}
	if err := d.TodayText(&out, v); err != nil || !strings.Contains(out.String(), "comments/hate/ga/hate: it is planned no more; 360 items were expected") {
		t.Errorf("%v\n%s", err, out.String())
	}
	for range 60 * 2 {
		start = start.Add(halfHour)
		d = after(d, shop(start, 120), nil)
	}
	if len(d.Lines) != 2 {
		t.Errorf("after days it is still remembered: %d lines", len(d.Lines))
	}
	out.Reset()
	d = after(d, shop(start, 120, irish(start)), nil)
	if err := d.TodayText(&out, v); err != nil || !strings.Contains(out.String(), "comments/hate/ga/hate: it was not planned before; 720 items are expected") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// What people did is kept of five and more of them, and never so that a difference tells it.
func TestDaySuppressesFew(t *testing.T) {
	start := instant(t, "2026-11-22T10:00:00Z")
	teams := map[string]TeamSeen{
		"dublin": {Scheduled: sample.Whole(10), Present: 9100}, "galway": {Scheduled: sample.Whole(4), Present: sample.Whole(3)},
	}
	d := after(nil, shop(start, 120, irish(start)), nil)
	later := start.Add(halfHour)
	d = after(d, shop(later, 120, irish(later)), &Happened{Arrived: came(50), At: start, Teams: teams})
	en, ga, all := lineOf(t, d, english()).Cells[49], lineOf(t, d, irish(start).Key).Cells[49], d.Lines[0].Cells[49]
	if en.Present != (Figure{Known: true, Value: 9100}) || en.HandleTime != (Figure{Known: true, Value: sample.Whole(60)}) {
		t.Errorf("of ten people: %+v", en)
	}
	if ga.Present.Known || ga.HandleTime.Known || all.Present.Known || !ga.Arrived.Known {
		t.Errorf("of four people: %+v; of all: %+v", ga, all)
	}
	for name, teams := range map[string]map[string]TeamSeen{
		"nobody measures": nil, "a team is missing": {"galway": teams["galway"]},
	} {
		next := after(nil, shop(start, 120), nil)
		next = after(next, shop(later, 120), &Happened{Arrived: came(50), At: start, Teams: teams})
		if c := lineOf(t, next, english()).Cells[49]; c.Present.Known {
			t.Errorf("%s: %+v", name, c)
		}
	}
	idle := map[string]TeamSeen{"dublin": teams["dublin"], "galway": {}}
	next := after(nil, shop(start, 120), nil)
	next = after(next, shop(later, 120), &Happened{Arrived: came(50), At: start, Teams: idle})
	if c := next.Lines[0].Cells[49]; !c.Present.Known || c.Present.Value != 9100 {
		t.Errorf("a team that is off: %+v", c.Present)
	}
}

func TestDayRoundTrip(t *testing.T) {
	start := instant(t, "2026-11-22T10:00:00Z")
	d := after(after(nil, shop(start, 120, irish(start)), nil), shop(start.Add(halfHour), 170), &Happened{Arrived: came(3)})
	for _, day := range []*Day{d, d.Narrow(), d.Narrow().Narrow().Narrow()} {
		data, err := day.CSV()
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadDay(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(day, got); diff != "" {
			t.Error(diff)
		}
	}
	if n := d.Narrow(); n.Grid.N != 50 || n.Now != 25 || n.Grid.At(n.Now) != d.Grid.At(d.Now) {
		t.Errorf("%+v, now at %d", n.Grid, n.Now)
	}
}

// aDay is a day in UTC as it stands at 14:30, on which a third more comes from 08:00 on than was
// planned, so that more than ten people are needed in the evening.
func aDay(t *testing.T) *Day {
	t.Helper()
	begin := instant(t, "2026-11-22T00:00:00Z")
	perHour := func(at sample.Instant, busy bool) sample.Milli {
		hour := (int64(at.Since(begin)/sample.Hour) + 48) % 24
		rate := sample.Whole(3 * []int64{20, 30, 90, 120, 130, 190}[hour/4])
		if busy {
			return rate * 4 / 3
		}
		return rate
	}
	var d *Day
	for k := range 30 {
		now := begin.Add(sample.Span(k) * halfHour)
		in := shop(now, 0, irish(now))
		for i := range in.Classes[0].Rates {
			in.Classes[0].Rates[i] = perHour(now.Add(sample.Span(i)*halfHour), k >= 16)
		}
		d = after(d, in, &Happened{
			At: now.Add(-halfHour), Teams: map[string]TeamSeen{
				"dublin": {Scheduled: sample.Whole(10), Present: sample.Milli(9000 + 30*k)}, "galway": {Scheduled: 4000, Present: 4000},
			},
			Arrived: func(c *staffing.Class, from, _ sample.Instant) Figure {
				rate := perHour(from, from >= begin.Add(8*sample.Hour))
				if c.Key.Language == "ga" {
					rate = sample.Whole(30)
				}
				return Figure{from != begin.Add(4*sample.Hour), rate / 2}
			},
		})
	}
	return d
}

func TestTodayText(t *testing.T) {
	d := aDay(t)
	v := &TodayView{
		Name: "emea", Zone: time.UTC, Classes: 5, Notes: []string{"a note"}, Declared: map[staffing.ClassKey]sample.Span{english(): 55 * sample.Second},
	}
	var out bytes.Buffer
	if err := d.TodayText(&out, v); err != nil {
		t.Fatal(err)
	}
	golden(t, "today.txt", out.Bytes())
	v.Color, v.Classes = true, 1
	out.Reset()
	if err := d.TodayText(&out, v); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\x1b[38;5;", "and 1 more: --classes 2 shows all\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// The sums of the text, of its classes and of the program's answer agree.
func TestTodayData(t *testing.T) {
	d := aDay(t)
	got := d.TodayData(&TodayView{Name: "emea", Zone: time.UTC})
	if len(got.Lines) != 3 || got.Lines[0].Queue != All || got.Now != "2026-11-22T14:30:00Z" {
		t.Fatalf("%+v", got)
	}
	var items, rest, short float64
	for _, l := range got.Lines[1:] {
		items, rest, short = items+*l.Items, rest+l.Rest, short+l.Short
	}
	all := got.Lines[0]
	if *all.Items != items || all.Rest != rest || all.Short != short || all.Rest <= all.RestPlanned || short <= 0 {
		t.Errorf("%+v: classes have %.0f items, %.0f to come, %.1f hours short", all, items, rest, short)
	}
	if len(got.Options) != 0 {
		t.Error("options are not its to give")
	}
}

// A day has the intervals that its zone gives it.
func TestTodayOfDaysOnWhichClocksChange(t *testing.T) {
	for name, c := range map[string]struct {
		zone, now string
		want      int
	}{
		"Berlin, back":     {"Europe/Berlin", "2026-10-25T12:00:00Z", 50},
		"Berlin, forth":    {"Europe/Berlin", "2026-03-29T12:00:00Z", 46},
		"Lord Howe, back":  {"Australia/Lord_Howe", "2026-04-05T02:00:00Z", 49},
		"Lord Howe, forth": {"Australia/Lord_Howe", "2026-10-04T02:00:00Z", 47},
		"Kolkata":          {"Asia/Kolkata", "2026-10-04T02:00:00Z", 48},
		"the end of a day": {"Europe/Berlin", "2026-10-25T22:30:00Z", 50},
		"its begin":        {"Europe/Berlin", "2026-10-24T22:00:00Z", 50},
	} {
		d := after(nil, shop(instant(t, c.now), 120), nil)
		from, to := d.Today(zone(t, c.zone))
		if hours := d.hoursOf(&d.Lines[0], from, to, zone(t, c.zone)); len(hours) != (c.want+1)/2 {
			t.Errorf("%s: %d hours of %d intervals", name, len(hours), c.want)
		}
		if to-from != c.want || from > d.Now || d.Now >= to {
			t.Errorf("%s: %d to %d, now %d: %d intervals, want %d", name, from, to, d.Now, to-from, c.want)
		}
	}
}

const dayHead = "start,end,queue,review,language,harm_domain,tier,role,over,planned_items,planned_required,planned_scheduled,planned_gap," +
	"items,required,scheduled,gap,arrived,present,handle_seconds\n"

func TestReadDayRefuses(t *testing.T) {
	row := func(queue, start, end, rest string) string {
		return "2026-11-22T" + start + ":00Z,2026-11-22T" + end + ":00Z," + queue + ",,,," + rest + "\n"
	}
	const empty = "0,,true,,,,,,,,,,,"
	for name, c := range map[string]struct{ data, want string }{
		"nothing":          {"", "other columns"},
		"another table":    {"a,b\n", "other columns"},
		"no rows":          {dayHead, "begins with no line of all work"},
		"no line of all":   {dayHead + row("comments", "10:00", "10:30", empty), "begins with no line of all work"},
		"a gap in time":    {dayHead + row("*", "10:00", "10:30", empty) + row("*", "11:00", "11:30", empty), "line 3: its interval does not follow"},
		"no width":         {dayHead + row("*", "10:00", "10:00", empty), "line 2: its interval does not follow"},
		"a tier":           {dayHead + row("*", "10:00", "10:30", "x,,true,,,,,,,,,,,"), `line 2: tier "x" is not a number`},
		"a number":         {dayHead + row("*", "10:00", "10:30", "0,,true,-1,,,,,,,,,,"), `line 2: planned_items "-1" is not a number`},
		"an endless one":   {dayHead + row("*", "10:00", "10:30", "0,,true,,,,,,,,,1e300,,"), `arrived "1e300" is not a number`},
		"a time":           {dayHead + row("*", "x", "10:30", empty), "line 2: start: "},
		"too few cells":    {dayHead + "2026\n", "line 2: it has more or fewer columns than the first line"},
		"lines of lengths": {dayHead + row("*", "10:00", "10:30", empty) + row("a", "10:00", "10:30", empty) + row("a", "10:30", "11:00", empty), "1 intervals of all work, 2 of a"},
	} {
		if _, err := ReadDay([]byte(c.data)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// Whatever is stored is refused or a day that can be shown and go on.
func FuzzReadDay(f *testing.F) {
	now := sample.Instant(1_793_577_600_000)
	d := after(nil, shop(now, 120), &Happened{Arrived: came(3)})
	data, err := d.Narrow().Narrow().Narrow().CSV()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(dayHead + "2026-11-22T10:00:00Z,2026-11-22T10:30:00Z,*,,,,0,,false,9,9,9,9,,,,,1,2,3\n"))
	in := shop(now, 120)
	plan := staffing.Plan(*in)
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ReadDay(data)
		if err != nil {
			return
		}
		var out strings.Builder
		v := &TodayView{Zone: time.UTC, Classes: 3}
		if err := d.TodayText(&out, v); err != nil {
			t.Fatal(err)
		}
		_ = d.TodayData(v)
		if next := d.Next(in, &plan, &Happened{Arrived: unseen}); next.Grid.N != 100 {
			t.Fatalf("%d intervals", next.Grid.N)
		}
	})
}
