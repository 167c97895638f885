package roster

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sample teams, with everything that a cell can hold.
func someTeams() []Team {
	return []Team{
		{
			Name: "kl-1", Site: "kuala-lumpur", TimeZone: "Asia/Kuala_Lumpur",
			Shifts: []Shift{
				{Name: "day", Start: "08:00", End: "16:00", Headcount: 16},
				{Name: "night", Days: []string{"Mon", "Tue", "Fri"}, Start: "22:00", End: "06:00", Headcount: 12, From: "2026-10-01", Until: "2026-12-31"},
			},
			Calendar: []Entry{{Name: "new-year", From: "2027-01-01", To: "2027-01-01", Delta: -10, Reason: `Tahun baru, "cuti"` + "\nsemua"}},
			Cohorts:  []Cohort{{Name: "autumn", Headcount: 4, Start: "2026-10-05", Ramp: []Step{{0, "40"}, {4, "70.5"}, {8, "100"}}}},
		},
		{Name: "lisbon", Site: "lisbon", TimeZone: "Europe/Lisbon", Shifts: []Shift{{Name: "late", Start: "14:00", End: "22:00", Headcount: 34}}},
	}
}

var sheets = []Sheet{Shifts, Calendar, Cohorts}

func written(t *testing.T, s Sheet, teams []Team) string {
	t.Helper()
	var b bytes.Buffer
	if _, notes, err := s.Write(&b, teams); err != nil || len(notes) > 0 {
		t.Fatal(notes, err)
	}
	return b.String()
}

func TestWrite(t *testing.T) {
	for s, want := range map[Sheet]string{
		Shifts: "team,site,time_zone,shift,days,start,end,headcount,from,until\r\n" +
			"kl-1,kuala-lumpur,Asia/Kuala_Lumpur,day,every day,08:00,16:00,16,,\r\n" +
			"kl-1,kuala-lumpur,Asia/Kuala_Lumpur,night,Mon Tue Fri,22:00,06:00,12,2026-10-01,2026-12-31\r\n" +
			"lisbon,lisbon,Europe/Lisbon,late,every day,14:00,22:00,34,,\r\n",
		Calendar: "team,entry,from,to,headcount_delta,reason\r\n" +
			"kl-1,new-year,2027-01-01,2027-01-01,-10,\"Tahun baru, \"\"cuti\"\"\r\nsemua\"\r\n",
		Cohorts: "team,cohort,headcount,start,ramp\r\n" +
			"kl-1,autumn,4,2026-10-05,week 0: 40%; week 4: 70.5%; week 8: 100%\r\n",
	} {
		if diff := cmp.Diff(want, written(t, s, someTeams())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s, diff)
		}
	}
}

func TestWriteForExcel(t *testing.T) {
	teams := []Team{{Name: "a", Calendar: []Entry{
		{Name: "one", From: "2027-01-01", To: "2027-01-02", Delta: 1, Reason: "Día"},
		{Name: "two", From: "2027-01-01", To: "2027-01-02", Delta: 1, Reason: `=HYPERLINK("x")`},
		{Name: "three", From: "2027-01-01", To: "2027-01-02", Delta: 1, Reason: "ask siti@example.com"},
	}}}
	var b bytes.Buffer
	rows, notes, err := Calendar.Write(&b, teams)
	if err != nil || rows != 3 {
		t.Fatal(rows, err)
	}
	want := "\uFEFFteam,entry,from,to,headcount_delta,reason\r\na,one,2027-01-01,2027-01-02,1,Día\r\n" +
		"a,two,2027-01-01,2027-01-02,1,\"'=HYPERLINK(\"\"x\"\")\"\r\na,three,2027-01-01,2027-01-02,1,\r\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a: the reason of calendar entry three holds an e-mail address, which no object should, and was left out; " +
		"import leaves it as it is unless another is written"}, notes); diff != "" {
		t.Error(diff)
	}
	if changes, problems := imported(t, teams, true, map[Sheet]string{Calendar: want}); len(changes) > 0 || len(problems) > 0 {
		t.Error(changes, problems)
	}
	changes, _ := imported(t, teams, false, map[Sheet]string{Calendar: "team,entry,from,to,headcount_delta,reason\na,three,2027-01-01,2027-01-02,1,leave\n"})
	if len(changes) != 1 || !slices.Equal(changes[0].Words, []string{`calendar entry three: reason (one with an e-mail address) → "leave"`}) {
		t.Error(changes)
	}
}

// imported reads the files and compares them with the teams.
func imported(t *testing.T, teams []Team, prune bool, files map[Sheet]string) ([]Change, map[Sheet]Problems) {
	t.Helper()
	e := Edit{Prune: prune}
	for _, s := range sheets {
		text, ok := files[s]
		if !ok {
			continue
		}
		f, problems := s.Read([]byte(text))
		if len(problems) > 0 {
			t.Fatalf("%s: %v in\n%q", s, problems, text)
		}
		e.Files = append(e.Files, f)
	}
	return e.Compare(teams)
}

// TestRoundTrip exports random teams and imports them, as they are and as various
// programs save them: there is no difference, with and without prune.
func TestRoundTrip(t *testing.T) {
	saved := map[string]func(string) string{
		"as it is":  func(s string) string { return s },
		"LF":        func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") },
		"BOM":       func(s string) string { return byteOrderMark + strings.TrimPrefix(s, byteOrderMark) },
		"blank end": func(s string) string { return s + "\r\n,,,,,,,,,\r\n\r\n" },
		"reversed":  reversed,
		"semicolon": func(s string) string { return recut(s, ';') },
		"tab":       func(s string) string { return recut(s, '\t') },
		"sep hint":  func(s string) string { return "sep=,\r\n" + strings.TrimPrefix(s, byteOrderMark) },
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 100 {
		teams := randomTeams(r)
		for name, save := range saved {
			files := map[Sheet]string{}
			for _, s := range sheets {
				files[s] = save(written(t, s, teams))
			}
			for _, prune := range []bool{false, true} {
				changes, problems := imported(t, teams, prune, files)
				if len(changes) > 0 || len(problems) > 0 {
					t.Fatalf("teams %d, %s, prune %t: %v %v\n%q", i, name, prune, changes, problems, files)
				}
			}
		}
	}
}

// TestImportIntoNothing reads all rows into teams that have none: the teams become
// what was exported.
func TestImportIntoNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 100 {
		teams := randomTeams(r)
		files := map[Sheet]string{}
		var bare []Team
		for _, s := range sheets {
			files[s] = written(t, s, teams)
		}
		for _, team := range teams {
			bare = append(bare, Team{Name: team.Name, Site: team.Site, TimeZone: team.TimeZone})
		}
		changes, problems := imported(t, bare, i%2 == 0, files)
		if len(problems) > 0 || len(changes) != len(teams) {
			t.Fatal(problems, len(changes))
		}
		for j, c := range changes {
			want := teams[j]
			for k := range want.Calendar { // what CSV knows of line ends
				want.Calendar[k].Reason = lineEnds.Replace(want.Calendar[k].Reason)
			}
			if diff := cmp.Diff(want, c.Team); diff != "" {
				t.Fatal(diff)
			}
		}
	}
}

// TestImportOverOthers imports what some teams have into teams of the same names that
// have something else. With prune nothing differs afterwards and nothing is left over;
// without it, all that was there and is not in the files is there still.
func TestImportOverOthers(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	names := func(team Team) (out []string) {
		for _, s := range team.Shifts {
			out = append(out, "shift "+s.Name)
		}
		for _, e := range team.Calendar {
			out = append(out, "entry "+e.Name)
		}
		for _, c := range team.Cohorts {
			out = append(out, "cohort "+c.Name)
		}
		slices.Sort(out)
		return out
	}
	for i := range 300 {
		have, wanted, prune := randomTeams(r), randomTeams(r), i%2 == 0
		files := map[Sheet]string{}
		for _, s := range sheets {
			files[s] = written(t, s, wanted[:min(len(have), len(wanted))])
		}
		changes, problems := imported(t, have, prune, files)
		after := slices.Clone(have)
		for _, c := range changes {
			after[slices.IndexFunc(after, func(t Team) bool { return t.Name == c.Team.Name })] = c.Team
		}
		if more, _ := imported(t, after, prune, files); len(more) > 0 || len(problems) > 0 {
			t.Fatalf("teams %d: %v %v", i, more, problems)
		}
		for j := range have {
			want := names(have[j])
			if j < len(wanted) && prune {
				want = names(wanted[j])
			} else if j < len(wanted) {
				want = slices.Concat(want, names(wanted[j]))
				slices.Sort(want)
				want = slices.Compact(want)
			}
			if diff := cmp.Diff(want, names(after[j])); diff != "" {
				t.Fatalf("teams %d, prune %t (-want +got):\n%s", i, prune, diff)
			}
		}
	}
}

// reversed turns the rows of a file around; rows with line ends in them stay whole
// since they are cut at team names.
func reversed(s string) string {
	head, rest, _ := strings.Cut(s, "\r\n")
	rows := strings.Split(rest, "\r\nteam-")
	slices.Reverse(rows)
	for i := range rows {
		rows[i] = "team-" + strings.TrimPrefix(strings.TrimSuffix(rows[i], "\r\n"), "team-")
	}
	if rest == "" {
		return s
	}
	return head + "\r\n" + strings.Join(rows, "\r\n") + "\r\n"
}

// recut changes the separator outside quotation marks, and quotes cells that hold it.
func recut(s string, to rune) string {
	var b strings.Builder
	var cell strings.Builder
	in, quote := false, false
	flush := func(end rune) {
		text := cell.String()
		if strings.ContainsRune(text, to) && !quote {
			text = `"` + text + `"`
		}
		b.WriteString(text)
		b.WriteRune(end)
		cell.Reset()
		quote = false
	}
	for _, c := range strings.ReplaceAll(s, "\r\n", "\n") {
		switch {
		case c == '"':
			in = !in
			quote = true
			cell.WriteRune(c)
		case c == ',' && !in:
			flush(to)
		case c == '\n' && !in:
			flush(c)
		default:
			cell.WriteRune(c)
		}
	}
	return b.String()
}

func randomTeams(r *rand.Rand) []Team {
	date := func() string {
		return time.Date(2026, 1, 1+r.IntN(800), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	two := func() (string, string) {
		a, b := date(), date()
		return min(a, b), max(a, b)
	}
	clock := func(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
	teams := make([]Team, 1+r.IntN(4))
	for i := range teams {
		t := Team{Name: fmt.Sprintf("team-%d.x", i), Site: fmt.Sprintf("site-%d", i), TimeZone: "Europe/Lisbon"}
		for j := range 1 + r.IntN(6) {
			start := r.IntN(1440)
			s := Shift{
				Name: fmt.Sprintf("s%d", j), Start: clock(start), End: clock((start + 1 + r.IntN(1438)) % 1440), Headcount: r.Int32N(mostPeople + 1),
			}
			for _, d := range r.Perm(7)[:r.IntN(8)] {
				s.Days = append(s.Days, weekdays[d])
			}
			from, until := two()
			if r.IntN(2) == 0 {
				s.From = from
			}
			if r.IntN(2) == 0 {
				s.Until = until
			}
			s.Duty = []string{"", "", "OnCall"}[r.IntN(3)]
			t.Shifts = append(t.Shifts, s)
		}
		for j := range r.IntN(4) {
			e := Entry{Name: fmt.Sprintf("e-%d", j), Delta: 1 + r.Int32N(50), Reason: randomText(r)}
			if r.IntN(2) == 0 {
				e.Delta = -e.Delta
			}
			if r.IntN(3) == 0 {
				e.Training = []string{"45m", "1h", "1h30m", "90s"}[r.IntN(4)]
				e.Delta = r.Int32N(2)
			}
			e.From, e.To = two()
			t.Calendar = append(t.Calendar, e)
		}
		for j := range r.IntN(3) {
			c := Cohort{Name: fmt.Sprintf("c-%d", j), Headcount: 1 + r.Int32N(mostCohort), Start: date()}
			week, percent := r.Int32N(8), 1+r.IntN(30)
			for range 1 + r.IntN(5) {
				c.Ramp = append(c.Ramp, Step{week, []string{fmt.Sprint(percent), fmt.Sprintf("%d.50", percent), fmt.Sprintf("%d.0", percent)}[r.IntN(3)]})
				week += 1 + r.Int32N(9)
				percent += 1 + r.IntN(10)
			}
			r.Shuffle(len(c.Ramp), func(i, j int) { c.Ramp[i], c.Ramp[j] = c.Ramp[j], c.Ramp[i] })
			t.Cohorts = append(t.Cohorts, c)
		}
		teams[i] = t
	}
	return teams
}

// randomText is what people and their programs write into a free text.
func randomText(r *rand.Rand) string {
	alphabet := []rune("ab é漢,;\t\"'=+-\n\r 🎉%|\u00a0")
	var b strings.Builder
	for range r.IntN(12) {
		b.WriteRune(alphabet[r.IntN(len(alphabet))])
	}
	return b.String()
}

// TestCompare says in words what a file would change, and leaves alone what it does
// not name.
func TestCompare(t *testing.T) {
	const shifts = "team,site,time_zone,shift,days,start,end,headcount,from,until\n"
	for name, c := range map[string]struct {
		files map[Sheet]string
		prune bool
		want  []string
	}{
		"same, in other words": {map[Sheet]string{Shifts: shifts + "lisbon,,,late,Mon-Sun,2 PM,10 PM,34,,\n"}, true, nil},
		"a number":             {map[Sheet]string{Shifts: shifts + "kl-1,,,night,Tue Mon Fri,22:00,06:00,14,2026-10-01,2026-12-31\n"}, false, []string{"kl-1: shift night: headcount 12 → 14"}},
		"every field": {map[Sheet]string{Shifts: shifts + "kl-1,,,night,Sat Sun,21:00,05:30,1,,2027-12-31\n"}, false, []string{
			"kl-1: shift night: days Mon Tue Fri → Sat Sun", "kl-1: shift night: start 22:00 → 21:00", "kl-1: shift night: end 06:00 → 05:30",
			"kl-1: shift night: headcount 12 → 1", "kl-1: shift night: from 2026-10-01 → none", "kl-1: shift night: until 2026-12-31 → 2027-12-31",
		}},
		"new and pruned": {map[Sheet]string{Shifts: shifts + "lisbon,,,early,,06:00,14:00,1,2027-01-01,2027-02-01\n"}, true, []string{
			"lisbon: shift late removed (it was every day 14:00 to 22:00, 34 people)",
			"lisbon: new shift early: every day 06:00 to 14:00, 1 person, from 2027-01-01, until 2027-02-01",
		}},
		"calendar": {map[Sheet]string{Calendar: "team,entry,from,to,headcount_delta,reason\nkl-1,new-year,2027-01-01,2027-01-02,3,\nlisbon,xmas,2026-12-24,2026-12-24,-5,\"a\nb\"\n"}, false, []string{
			"kl-1: calendar entry new-year: to 2027-01-01 → 2027-01-02", "kl-1: calendar entry new-year: headcount of each shift -10 → +3",
			`kl-1: calendar entry new-year: reason "Tahun baru, \"cuti\"\nsemua" → none`,
			`lisbon: new calendar entry xmas: on 2026-12-24, headcount of each shift -5, reason "a\nb"`,
		}},
		"cohorts": {map[Sheet]string{Cohorts: "team,cohort,headcount,start,ramp\nkl-1,autumn,5,2026-10-12,\"week 8: 100%, week 0: 40.0%, week 4: 70.5%\"\nlisbon,n,2,2027-01-04,week 0: 50%\n"}, true, []string{
			"kl-1: cohort autumn: headcount 4 → 5", "kl-1: cohort autumn: start 2026-10-05 → 2026-10-12",
			"lisbon: new cohort n: 2 people, start 2027-01-04, ramp week 0: 50%",
		}},
		"empty calendar without the shifts": {map[Sheet]string{Calendar: "team,entry,from,to,headcount_delta,reason\n"}, true, nil},
		"empty calendar beside the shifts": {map[Sheet]string{Calendar: "team,entry,from,to,headcount_delta,reason\n", Shifts: written(t, Shifts, someTeams())}, true, []string{
			`kl-1: calendar entry new-year removed (it was on 2027-01-01, headcount of each shift -10, reason "Tahun baru, \"cuti\"\nsemua")`,
		}},
		"shifts of a team in the calendar only": {map[Sheet]string{
			Shifts:   shifts + "lisbon,,,late,,14:00,22:00,34,,\n",
			Calendar: "team,entry,from,to,headcount_delta,reason\nkl-1,new-year,2027-01-01,2027-01-01,-9,\n",
		}, true, []string{
			"kl-1: calendar entry new-year: headcount of each shift -10 → -9", `kl-1: calendar entry new-year: reason "Tahun baru, \"cuti\"\nsemua" → none`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			changes, problems := imported(t, someTeams(), c.prune, c.files)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			var got []string
			for _, change := range changes {
				for _, w := range change.Words {
					got = append(got, change.Team.Name+": "+w)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestKeepsBytes changes nothing that means the same as before.
func TestKeepsBytes(t *testing.T) {
	changes, _ := imported(t, someTeams(), false, map[Sheet]string{
		Cohorts: "team,cohort,headcount,start,ramp\nkl-1,autumn,5,2026-10-05,w8 100; w0 40.0; w4 70.50\n",
		Shifts:  "team,shift,days,start,end,headcount,from,until\nkl-1,night,Fri Tue Mon,22:00,6:00,13,2026-10-01,2026-12-31\n",
	})
	want := someTeams()[0]
	want.Cohorts[0].Headcount, want.Shifts[1].Headcount = 5, 13
	if diff := cmp.Diff(want, changes[0].Team); diff != "" {
		t.Error(diff)
	}
	if d := changes[0].Differs; !d[Shifts] || !d[Cohorts] || d[Calendar] {
		t.Error(d)
	}
}

func TestTeamsThatAreNot(t *testing.T) {
	f, problems := Shifts.Read([]byte("team,site,time_zone,shift,days,start,end,headcount,from,until\n" +
		"kl-2,,,day,,08:00,16:00,12,,\nkl-2,,,late,,08:00,16:00,12,,\nzzzzzzzzz,,,late,,08:00,16:00,12,,\n" +
		"lisbon,porto,Asia/Tokyo,late,,08:00,16:00,12,,\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	_, wrong := Edit{Files: []*File{f}}.Compare(someTeams())
	if diff := cmp.Diff(strings.Join([]string{
		"line 2, column team: there is no team kl-2, the nearest is kl-1; import changes teams and makes none (kubectl apply does, with a file as in docs/kinds/reviewteam.md)",
		"line 4, column team: there is no team zzzzzzzzz, there are kl-1, lisbon; import changes teams and makes none (kubectl apply does, with a file as in docs/kinds/reviewteam.md)",
		"line 5, column site: team lisbon sits in lisbon, and a roster moves no team: correct the cell, or leave it empty",
		"line 5, column time_zone: the times of team lisbon are meant in Europe/Lisbon, and a roster does not change that: correct the cell, or leave it empty",
	}, "\n"), wrong[Shifts].Error()); diff != "" {
		t.Error(diff)
	}
}

// TestSchedule says of a team without shifts where its schedule is.
func TestSchedule(t *testing.T) {
	teams := []Team{{Name: "kl-1", Schedule: "kl-1-wfm"}}
	const told = "team kl-1 has no shifts, since its schedule comes from a workforce suite (ConfigMap kl-1-wfm)"
	var b bytes.Buffer
	if rows, notes, err := Shifts.Write(&b, teams); err != nil || rows != 0 || !slices.Equal(notes, []string{told}) {
		t.Error(rows, notes, err)
	}
	f, _ := Shifts.Read([]byte("team,shift,days,start,end,headcount,from,until\nkl-1,day,,08:00,16:00,12,,\n"))
	_, wrong := Edit{Files: []*File{f}}.Compare(teams)
	if got, want := wrong[Shifts].Error(), "line 2, column shift: "+told+": change it there, and take the row out"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if _, err := teams[0].Resized("day", 3); err == nil || err.Error() != told+": change it there" {
		t.Error(err)
	}
}

func TestResized(t *testing.T) {
	team := someTeams()[0]
	edit, err := team.Resized("night", 14)
	if err != nil {
		t.Fatal(err)
	}
	changes, _ := edit.Compare(someTeams())
	if len(changes) != 1 || !slices.Equal(changes[0].Words, []string{"shift night: headcount 12 → 14"}) || len(changes[0].Team.Shifts) != 2 {
		t.Error(changes)
	}
	for want, err := range map[string]error{
		"team kl-1 has no shift x; it has day, night":     second(team.Resized("x", 1)),
		"a headcount is 0 to 100000 people, not -1":       second(team.Resized("day", -1)),
		"a headcount is 0 to 100000 people, not 10000000": second(team.Resized("day", 10_000_000)),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func second[T any](_ T, err error) error { return err }
