package resolve

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

const scheduleHead = "date,start,end,heads,activity\n"

func day(t testing.TB, s string) staffing.Date {
	t.Helper()
	d, err := staffing.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func mustRead(t testing.TB, text string) *Schedule {
	t.Helper()
	s, err := ReadSchedule([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestReadSchedule(t *testing.T) {
	d := day(t, "2026-11-05")
	row := func(d staffing.Date, start, end, heads int) staffing.Shift {
		return staffing.Shift{Start: start, End: end, Headcount: heads, From: d, Until: d}
	}
	morning := []staffing.Shift{row(d, 480, 960, 10)}
	for name, c := range map[string]struct {
		text        string
		work, other []staffing.Shift
	}{
		"a row":                    {scheduleHead + "2026-11-05,08:00,16:00,10,work\n", morning, nil},
		"no activity":              {scheduleHead + "2026-11-05,08:00,16:00,10,\n", morning, nil},
		"no newline at the end":    {scheduleHead + "2026-11-05,08:00,16:00,10,Work", morning, nil},
		"a byte-order mark":        {"\ufeff" + scheduleHead + "2026-11-05,08:00,16:00,10,work\n", morning, nil},
		"carriage returns":         {"date,start,end,heads,activity\r\n2026-11-05,08:00,16:00,10,work\r\n", morning, nil},
		"quoted":                   {scheduleHead + "\"2026-11-05\",\"08:00\",\"16:00\",\"10\",\"work\"\n", morning, nil},
		"semicolons":               {"Date;Start;End;Heads;Activity\n2026-11-05;08:00;16:00;10;work\n", morning, nil},
		"tabs":                     {"date\tstart\tend\theads\tactivity\n2026-11-05\t08:00\t16:00\t10\twork\n", morning, nil},
		"seconds, and one digit":   {scheduleHead + "2026-11-05,8:00,16:00:00,10,work\n", morning, nil},
		"empty lines":              {scheduleHead + "\n2026-11-05,08:00,16:00,10,work\n\n", morning, nil},
		"other columns, any order": {"agent name,heads,E-Mail,end,start,activity,date\nJane Doe,10,j@x.org,16:00,08:00,work,2026-11-05\n", morning, nil},
		"over midnight":            {scheduleHead + "2026-11-05,22:00,06:00,3,work\n", []staffing.Shift{row(d, 1320, 360, 3)}, nil},
		"to midnight, both ways": {scheduleHead + "2026-11-05,16:00,00:00,3,work\n2026-11-05,16:00,24:00,4,work\n",
			[]staffing.Shift{row(d, 960, 0, 3), row(d, 960, 1440, 4)}, nil},
		"a whole day": {scheduleHead + "2026-11-05,00:00,24:00,3,work\n", []staffing.Shift{row(d, 0, 1440, 3)}, nil},
		"nobody":      {scheduleHead + "2026-11-05,08:00,16:00,0,work\n", []staffing.Shift{row(d, 480, 960, 0)}, nil},
		"on call, however it is written": {scheduleHead + "2026-11-05,08:00,16:00,10,work\n2026-11-05,16:00,22:00,2,On Call\n2026-11-05,22:00,23:00,1,oncall\n", morning,
			nil},
		"training does not count, and days in any order": {
			scheduleHead + "2026-11-06,08:00,12:00,5,work\n2026-11-05,08:00,16:00,10,work\n2026-11-05,09:00,10:00,4,Training\n2026-11-05,09:00,10:00,2,leave\n",
			[]staffing.Shift{morning[0], row(d+1, 480, 720, 5)}, []staffing.Shift{row(d, 540, 600, 4), row(d, 540, 600, 2)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := mustRead(t, c.text)
			if diff := cmp.Diff(c.work, got.Work); diff != "" {
				t.Errorf("work (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.other, got.Other); diff != "" {
				t.Errorf("other (-want +got):\n%s", diff)
			}
		})
	}
	s := mustRead(t, scheduleHead+"2026-11-05,22:00,06:00,3,work\n2026-11-07,08:00,12:00,0,work\n2026-11-06,09:00,09:30,4,coaching\n")
	if first, last := s.Days(); s.WorkMinutes != 24*60 || s.OtherMinutes != 120 || s.Rows() != 3 || first != d || last != d {
		t.Errorf("%d minutes of work, %d of other, %d rows from %s to %s", s.WorkMinutes, s.OtherMinutes, s.Rows(), first, last)
	}
}

// People on call are apart, and come only where the team says how.
func TestScheduleOnCall(t *testing.T) {
	schedule := mustRead(t, scheduleHead+"2026-11-05,08:00,12:30,10,work\n2026-11-05,11:00,14:00,3,on-call\n2026-11-05,11:00,14:00,2,leave\n")
	if schedule.Rows() != 3 || schedule.OtherMinutes != 5*180 {
		t.Errorf("%d rows, %d minutes of other than work", schedule.Rows(), schedule.OtherMinutes)
	}
	team := modtest.MakeTeam("t", "ns").Schedule("s").Obj()
	if got := Away(team, schedule, now); got != 2000 {
		t.Errorf("%s away, want 2: who is on call is not", got)
	}
	for callTime, want := range map[v1alpha1.Duration][]sample.Milli{"": nil, "45m": {3000, 3000, 0, 0}} {
		if team.Spec.OnCall = nil; callTime != "" {
			team.Spec.OnCall = &v1alpha1.OnCall{CallTime: callTime}
		}
		got, err := TeamWith(team, TeamSeen{Schedule: schedule}, now, grid)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got.Supply.OnCall); d != "" || got.Supply.OnCallNow != 3000 || got.Supply.Now.Scheduled != 10_000 {
			t.Errorf("call time %q: %s on call now, %s at work; by interval (-want +got):\n%s", callTime, got.Supply.OnCallNow, got.Supply.Now.Scheduled, d)
		}
	}
	if !OnCall(team, schedule) || OnCall(team, nil) || OnCall(team, &Schedule{Work: schedule.Work}) {
		t.Error("OnCall does not tell whether anybody ever is on call")
	}
}

// New people who are more than all are flagged, since the API server does not see the schedule.
func TestCohortsTooLarge(t *testing.T) {
	schedule := mustRead(t, scheduleHead+"2026-11-05,08:00,16:00,10,work\n2026-11-05,09:00,10:00,30,training\n")
	half := v1alpha1.RampStep{Percent: "50"}
	for name, c := range map[string]struct {
		team *modtest.TeamWrapper
		want string
	}{
		"as many as there are": {modtest.MakeTeam("t", "ns").Cohort("new", 10, "2026-11-02", half).Schedule("s"), ""},
		"one more": {modtest.MakeTeam("t", "ns").Cohort("new", 7, "2026-11-02", half).Cohort("newer", 4, "2026-11-02", half).Schedule("s"),
			"its cohorts have 11 people, and no day of the schedule more than 10: of new people no more count than there are"},
		"none": {modtest.MakeTeam("t", "ns").Schedule("s"), ""},
	} {
		if got := CohortsTooLarge(c.team.Obj(), schedule, now, grid); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestScheduleSentences(t *testing.T) {
	row := func(cells string) string { return scheduleHead + cells + "\n" }
	latin := []byte(row("2026-11-05,08:00,16:00,10,r\xe9union"))
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(row("2026-11-05,08:00,16:00,10,work"))) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	many := []byte(scheduleHead + strings.Repeat("2026-11-05,08:00,16:00,10,work\n", 6))
	for name, c := range map[string]struct {
		file string
		want string
	}{
		"nothing":     {"", "the file is empty; its first line must be date,start,end,heads,activity"},
		"a mark only": {"\ufeff", "the file is empty; its first line must be date,start,end,heads,activity"},
		"header only": {scheduleHead, "there is no row below the header"},
		"Latin-1":     {string(latin), "line 2: the file is not UTF-8; save it as CSV UTF-8"},
		"UTF-16":      {string(wide), "the file is not UTF-8 (it looks like UTF-16); save it as CSV UTF-8"},
		"a missing column": {"date,start,end,activity\n2026-11-05,08:00,16:00,work\n",
			"line 1: there is no column heads; the first line must name the columns date,start,end,heads,activity"},
		"no header":          {"2026-11-05,08:00,16:00,10,work\n", "line 1: there is no column date; the first line must name the columns date,start,end,heads,activity"},
		"a column twice":     {"date,start,end,heads,activity,heads\n", "line 1: there are two columns heads"},
		"a short row":        {row("2026-11-05,08:00,16:00"), "line 2: the row ends before its column heads"},
		"an open quotation":  {row("2026-11-05,08:00,16:00,10,\"work"), "line 2: a quotation mark is not closed, or stands within a value"},
		"a date of a day":    {row("05.11.2026,08:00,16:00,10,work"), `line 2: date "05.11.2026" must be a day of the calendar written as 2026-11-30`},
		"an American date":   {row("11/05/2026,08:00,16:00,10,work"), `line 2: date "11/05/2026" must be a day of the calendar written as 2026-11-30`},
		"30 February":        {row("2026-02-30,08:00,16:00,10,work"), `line 2: date "2026-02-30" must be a day of the calendar written as 2026-11-30`},
		"a name as date":     {row("Jane Doe,08:00,16:00,10,work"), `line 2: date must be a day of the calendar written as 2026-11-30`},
		"a time with a dot":  {row("2026-11-05,08.00,16:00,10,work"), `line 2: start "08.00" must be a time of day written as 08:30`},
		"a time of the noon": {row("2026-11-05,8:00 AM,16:00,10,work"), `line 2: start "8:00 AM" must be a time of day written as 08:30`},
		"a start at 24:00":   {row("2026-11-05,24:00,16:00,10,work"), `line 2: start "24:00" must be a time of day written as 08:30`},
		"an end beyond":      {row("2026-11-05,08:00,24:30,10,work"), `line 2: end "24:30" must be a time of day written as 16:30`},
		"seconds":            {row("2026-11-05,08:00,16:00:30,10,work"), `line 2: end "16:00:30" must be a time of day written as 16:30`},
		"no time":            {row("2026-11-05,,16:00,10,work"), `line 2: start must be a time of day written as 08:30`},
		"zero length": {row("2026-11-05,08:00,08:00,10,work"),
			"line 2: start and end are the same, so that nobody works; a whole day is 00:00 to 24:00"},
		"negative heads":   {row("2026-11-05,08:00,16:00,-3,work"), `line 2: heads "-3" must be a whole number from 0 to 100000`},
		"fractional heads": {row("2026-11-05,08:00,16:00,7.5,work"), `line 2: heads "7.5" must be a whole number from 0 to 100000`},
		"a decimal comma":  {"date;start;end;heads;activity\n2026-11-05;08:00;16:00;7,5;work\n", `line 2: heads "7,5" must be a whole number from 0 to 100000`},
		"too many heads":   {row("2026-11-05,08:00,16:00,100001,work"), `line 2: heads "100001" must be a whole number from 0 to 100000`},
		"heads of a name":  {row("2026-11-05,08:00,16:00,Jane Doe,work"), `line 2: heads must be a whole number from 0 to 100000`},
		"an e-mail address": {row("2026-11-05,08:00,16:00,1,jane.doe@example.org"),
			"line 2: activity holds an e-mail address; write what is done there, not who does it"},
		"a row twice": {row("2026-11-05,08:00,16:00,10,work\n2026-11-05,08:00,16:00,12,"),
			"line 3: the same day, times and activity as in line 2; add up their heads in one row"},
		"on call twice": {row("2026-11-05,08:00,16:00,10,on-call\n2026-11-05,08:00,16:00,12,On call"),
			"line 3: the same day, times and activity as in line 2; add up their heads in one row"},
		"a day of too many": {row("2026-11-05,00:00,24:00,100000,work\n2026-11-05,00:00,00:01,1,work"),
			"line 3: with this row 2026-11-05 has more than 100000 people all day"},
		"many problems": {string(many), "line 3: the same day, times and activity as in line 2; add up their heads in one row; " +
			"line 4: the same day, times and activity as in line 2; add up their heads in one row; " +
			"line 5: the same day, times and activity as in line 2; add up their heads in one row; and 2 more"},
		"too many rows":  {scheduleHead + strings.Repeat("2026-11-05,08:00,16:00,x,\n", 20_001), "line 20002: the file has more than 20000 rows; export fewer days"},
		"too many bytes": {strings.Repeat(" ", 1<<20+1), "the file is larger than 1048576 bytes; export fewer days"},
	} {
		t.Run(name, func(t *testing.T) {
			if s, err := ReadSchedule([]byte(c.file)); message(err) != c.want {
				t.Errorf("error is\n%s, want\n%s\n(%v)", message(err), c.want, s)
			}
		})
	}
}

// Whatever stands where, names and addresses are in no message.
func TestScheduleRepeatsNoName(t *testing.T) {
	names := []string{"Jane Doe", "Łukasz", "李小龍", "o'hara", "jane.doe@example.org", "jdoe42", "PM Anna", "Pam", "Ma", "49 170 555 01 23"}
	for _, name := range names {
		for column := range 5 {
			cells := []string{"2026-11-05", "08:00", "16:00", "1", "work"}
			cells[column] = name
			for _, text := range []string{
				scheduleHead + strings.Join(cells, ",") + "\n", strings.Join(cells, ",") + "\n",
				scheduleHead + "2026-11-05,08:00,16:00,1," + name + "\n" + "2026-11-05,08:00,16:00,1," + name + "\n",
			} {
				if _, err := ReadSchedule([]byte(text)); strings.Contains(message(err), name) {
					t.Errorf("%q in %q", name, message(err))
				}
			}
		}
	}
}

// written is a schedule that says for some days what the shifts of a team do.
func written(t testing.TB, shifts []v1alpha1.Shift, from staffing.Date, days int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(scheduleHead)
	for d := from; d < from+staffing.Date(days); d++ {
		for i, s := range shifts {
			on, err := Weekdays(s.Days)
			if err != nil {
				t.Fatal(err)
			}
			if len(on) > 0 && !slices.Contains(on, d.Weekday()) {
				continue
			}
			fmt.Fprintf(&b, "%s,%s,%s,%d,%s\n", d, s.Start, s.End, s.Headcount, []string{"work", ""}[i%2])
		}
	}
	return b.String()
}

// A schedule that says what shifts say gives the same people at the same times, in
// every zone, on days of clock changes and over midnight, and with a calendar; and the
// totals do not depend on the interval.
func TestScheduleIsAsItsShifts(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 9))
	for range 150 {
		around := day(t, "2026-01-05") + staffing.Date(r.IntN(360))
		from := v1alpha1.Date(around.String())
		shifts := make([]v1alpha1.Shift, 1+r.IntN(4))
		used := map[string]bool{}
		for i := range shifts {
			start, end := r.IntN(1440), r.IntN(1440)
			for start == end || used[fmt.Sprint(start, end)] {
				end = r.IntN(1440)
			}
			used[fmt.Sprint(start, end)] = true
			shifts[i] = modtest.MakeShift(fmt.Sprintf("s%d", i), clock(start), clock(end), int32(r.IntN(40)))
			shifts[i].From = from
			if r.IntN(2) == 0 {
				shifts[i].Days = []v1alpha1.Weekday{"Mon", "Wed", "Sat", "Sun"}
			}
		}
		by := modtest.MakeTeam("t", "ns").TimeZone(zones[r.IntN(len(zones))]).Shrinkage("20", "10").
			Calendar("c", from, v1alpha1.Date((around + 1).String()), int32(r.IntN(20)-20)).Shifts(shifts...)
		plain := by.Obj()
		scheduled := by.Schedule("s").Obj()
		schedule := mustRead(t, written(t, shifts, around, 8))
		at := sample.Instant(around) * sample.Instant(24*sample.Hour)
		at = at.Add(sample.Span(r.IntN(72)) * sample.Hour)
		var total staffing.TeamSupply
		for i, width := range []sample.Span{24 * sample.Hour, 30 * sample.Minute, 5 * sample.Minute} {
			g := staffing.Grid{Start: at - at%sample.Instant(24*sample.Hour), Width: width, N: int(48 * sample.Hour / width)}
			want, err := Team(plain, at.Time(), g)
			got, err2 := TeamWith(scheduled, TeamSeen{Schedule: schedule}, at.Time(), g)
			if err != nil || err2 != nil {
				t.Fatal(err, err2)
			}
			if d := cmp.Diff(want.Supply, got.Supply); d != "" {
				t.Fatalf("%s, %v (-shifts +schedule):\n%s", plain.Spec.TimeZone, shifts, d)
			}
			if i == 0 {
				total = got.Supply
			}
			if got.Supply.ScheduledTime != total.ScheduledTime || got.Supply.ProductiveTime != total.ProductiveTime {
				t.Fatalf("%s at %s, %s at %s", total.ScheduledTime, 24*sample.Hour, got.Supply.ScheduledTime, width)
			}
		}
	}
}

// New people slow a team down as much when the suite exports half hours as when it
// exports shifts.
func TestScheduleCohorts(t *testing.T) {
	halves := scheduleHead
	for m := 480; m < 960; m += 30 {
		halves += fmt.Sprintf("2026-11-05,%s,%s,10,work\n", clock(m), clock(m+30))
	}
	half := v1alpha1.RampStep{AfterWeeks: 0, Percent: "50"}
	for name, text := range map[string]string{
		"one row":    scheduleHead + "2026-11-05,08:00,16:00,10,work\n",
		"two rows":   scheduleHead + "2026-11-05,08:00,12:00,10,work\n2026-11-05,12:00,16:00,10,\n",
		"half hours": halves,
	} {
		t.Run(name, func(t *testing.T) {
			for cohort, want := range map[*modtest.TeamWrapper]sample.Milli{
				modtest.MakeTeam("t", "ns").Cohort("new", 4, "2026-11-05", half):      8000,
				modtest.MakeTeam("t", "ns").Cohort("all", 40, "2026-10-05", half):     5000,
				modtest.MakeTeam("t", "ns").Cohort("tomorrow", 4, "2026-11-06", half): 10_000,
			} {
				got, err := TeamWith(cohort.Schedule("s").Obj(), TeamSeen{Schedule: mustRead(t, text)}, now, grid)
				if h := got.Supply.Now; err != nil || h.Scheduled != 10_000 || h.Productive != want {
					t.Errorf("heads %+v (%v), want %s productive", h, err, want)
				}
			}
		})
	}
}

func TestTeamWithoutSchedule(t *testing.T) {
	team := modtest.MakeTeam("t", "ns").Schedule("s").Obj()
	got, err := Team(team, now, grid)
	if err != nil || got.Supply.ScheduledTime != 0 || got.Supply.Now != (staffing.Heads{}) {
		t.Errorf("%+v, %v", got.Supply, err)
	}
	for _, wrong := range []*v1alpha1.ReviewTeam{modtest.MakeTeam("t", "ns").Shifts().Obj(), func() *v1alpha1.ReviewTeam {
		both := modtest.MakeTeam("t", "ns").Obj()
		both.Spec.ScheduleRef = &v1alpha1.ObjectReference{Name: "s"}
		return both
	}()} {
		if _, err := Team(wrong, now, grid); message(err) != "spec: a team needs shifts or scheduleRef, and not both" {
			t.Errorf("error is %v", err)
		}
	}
}

func TestAway(t *testing.T) {
	schedule := mustRead(t, scheduleHead+"2026-11-05,08:00,16:00,10,work\n2026-11-05,11:30,12:30,4,training\n2026-11-05,12:30,13:00,2,training\n")
	if got := Away(modtest.MakeTeam("t", "ns").Schedule("s").Obj(), schedule, now); got != 4000 {
		t.Errorf("%s away at noon, want 4", got)
	}
}

func FuzzReadSchedule(f *testing.F) {
	for _, s := range []string{"", scheduleHead, scheduleHead + "2026-11-05,08:00,16:00,10,work\n", "\xff\xfed\x00", scheduleHead + "\"", "date;start;end;heads;activity\n;;;;",
		scheduleHead + "2026-10-25,02:30,02:00,100000,\n", scheduleHead + "0001-01-01,0:0,:::,9e9,a@b"} {
		f.Add([]byte(s))
	}
	team := modtest.MakeTeam("t", "ns").TimeZone("Australia/Lord_Howe").Cohort("c", 3, "2026-11-01", v1alpha1.RampStep{Percent: "50"}).Schedule("s").Obj()
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ReadSchedule(data)
		if err != nil {
			if len(err.Error()) > 600 {
				t.Fatalf("a message of %d bytes", len(err.Error()))
			}
			return
		}
		if s.Rows() == 0 || s.Rows() > 20_000 {
			t.Fatalf("%d rows", s.Rows())
		}
		first, _ := s.Days()
		at := sample.Instant(max(first, 1)) * sample.Instant(24*sample.Hour)
		got, err := TeamWith(team, TeamSeen{Schedule: s}, at.Time(), staffing.GridOf(at, 30*sample.Minute, 48*sample.Hour))
		if err != nil {
			t.Fatal(err)
		}
		for i, h := range got.Supply.Intervals {
			if h.Productive < 0 || h.Productive > h.Scheduled || h.Scheduled > 3*100_000*48*1000 {
				t.Fatalf("interval %d: %+v", i, h)
			}
		}
	})
}

// A file of as many rows as are read.
func BenchmarkReadSchedule(b *testing.B) {
	text := scheduleHead
	var rows strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&rows, "%s,%s,%s,%d,work\n", day(b, "2026-01-01")+staffing.Date(i/48), clock(i%48*30), clock((i+1)%48*30), 1+i%50)
	}
	data := []byte(text + rows.String())
	for b.Loop() {
		if _, err := ReadSchedule(data); err != nil {
			b.Fatal(err)
		}
	}
}
