package roster

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

const shiftsHeader = "team,shift,days,start,end,headcount,from,until\n"

// TestCells holds what is accepted and how it is understood.
func TestCells(t *testing.T) {
	day := Shift{Name: "day", Start: "08:00", End: "16:30", Headcount: 12}
	with := func(change func(s *Shift)) Shift {
		s := day
		change(&s)
		return s
	}
	for text, want := range map[string]Shift{
		"day,every day,08:00,16:30,12,,":                     day,
		"day,,8:00,16:30,12,,":                               day,
		"day,DAILY,8:00 AM,4:30 PM,12,,":                     day,
		"day,every  day, 8:00:00 , 4:30:00 p.m. ,+12,,":      day,
		"\u00a0day\u00a0,all days,8 am,4:30pm,012":           day,
		"day,mon-fri,08:00,16:30,12,,":                       with(func(s *Shift) { s.Days = []string{"Mon", "Tue", "Wed", "Thu", "Fri"} }),
		"day,Sat – Mon,08:00,16:30,12,,":                     with(func(s *Shift) { s.Days = []string{"Sat", "Sun", "Mon"} }),
		`day,"Monday, wed; Thurs.",08:00,16:30,12,,`:         with(func(s *Shift) { s.Days = []string{"Mon", "Wed", "Thu"} }),
		"day,,12:00 AM,12:00 PM,12,,":                        with(func(s *Shift) { s.Start, s.End = "00:00", "12:00" }),
		"day,,16:30,24:00,12,,":                              with(func(s *Shift) { s.Start, s.End = "16:30", "00:00" }),
		"day,,08:00,16:30,0,2026-02-28,2028-02-29":           with(func(s *Shift) { s.Headcount, s.From, s.Until = 0, "2026-02-28", "2028-02-29" }),
		"day,\"Mon\nTue\",08:00,16:30,12,2026-01-01,":        with(func(s *Shift) { s.Days, s.From = []string{"Mon", "Tue"}, "2026-01-01" }),
		"day,Mon Tue Wed Thu Fri Sat Sun,08:00,16:30,12,,\r": with(func(s *Shift) { s.Days = weekdays[:] }),
	} {
		f, problems := Shifts.Read([]byte(shiftsHeader + "a," + text + "\n"))
		if len(problems) > 0 || f.Rows() != 1 {
			t.Errorf("%q: %v", text, problems)
			continue
		}
		if diff := cmp.Diff(want, f.shifts["a"][0]); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// TestProblems holds each thing that can be wrong to its sentence.
func TestProblems(t *testing.T) {
	const good = "a,day,,08:00,16:00,12,,\n"
	rows := func(text string) string { return shiftsHeader + text }
	const dateFix = " (in the spreadsheet: format the column as yyyy-mm-dd, or as text)"
	for text, want := range map[string]string{
		"":         "it is empty: a header row is needed, team,site,time_zone,shift,days,start,end,headcount,from,until",
		"\n\r\n ,": "it is empty: a header row is needed, team,site,time_zone,shift,days,start,end,headcount,from,until",
		rows(""):   "there is no row below the header: nothing to import",
		"team;shift;days;start;end;from;until\na;b;;;;;\n": "line 1, column headcount: this column is missing; the header is " +
			"team;site;time_zone;shift;days;start;end;headcount;from;until",
		"team,shift,days,start,end,headcount,headcount,from,until\n":                                       "line 1, column headcount: this column is there twice: keep one",
		strings.ReplaceAll(rows(good), "\n", "\r") + "a," + strings.Repeat("d", 64) + ",,08:00,16:00,12,,": "line 3, column shift: this is no name of a shift: use small letters a to z, digits and dashes, such as late-2",
		"Roster of December\n" + shiftsHeader:                                                              "line 1: this is no header row: it has none of the columns team,site,time_zone,shift,days,start,end,headcount,from,until",
		"PK\x03\x04 [Content_Types].xml":                                                                   "it is a workbook and no CSV: " + saveAs,
		rows("a,d\xe9,,08:00,16:00,12,,\n"):                                                                "line 2: its encoding is not UTF-8 (Excel’s plain “CSV” is Windows-1252): " + saveAs,
		encoded16("\uFEFF" + rows(good)):                                                                   "its encoding is UTF-16 (“Unicode text”), or it is no text: " + saveAs,
		encoded16(rows(good)):                                                                              "its encoding is UTF-16 (“Unicode text”), or it is no text: " + saveAs,
		rows(good) + strings.Repeat("x", MaxBytes):                                                         "it is larger than 4 MiB, which no roster is: see whether it is the right file",
		rows(good + "a,day,,09:00,17:00,12,,\n"):                                                           "line 3, column shift: shift day of team a stands on line 2 already: keep one row, or give one of them another name",
		rows(",day,,08:00,16:00,12,,\n"):                                                                   "line 2, column team: this cell is empty: write the name of the team",
		rows("a,,,08:00,16:00,12,,\n"):                                                                     "line 2, column shift: this cell is empty: write the name of the shift",
		rows("a,Early Bird,,08:00,16:00,12,,\n"):                                                           "line 2, column shift: this is no name of a shift: use small letters a to z, digits and dashes, such as late-2",
		rows("A,day,,08:00,16:00,12,,\n"):                                                                  "line 2, column team: this is no name of a team: use small letters a to z, digits and dashes, such as late-2",
		rows("a,day,Mittwoch,08:00,16:00,12,,\n"):                                                          "line 2, column days: a word here is no day: write every day, or days as Mon Tue Wed Thu Fri Sat Sun",
		rows("a,day,Mon Tue Mon,08:00,16:00,12,,\n"):                                                       "line 2, column days: Mon is there twice",
		rows("a,day,,,16:00,12,,\n"):                                                                       "line 2, column start: this cell is empty: write a time of day such as 08:00",
		rows("a,day,,25:00,16:00,12,,\n"):                                                                  `line 2, column start: "25:00" is no time of day: write it from 00:00 to 23:59`,
		rows("a,day,,24:00,16:00,12,,\n"):                                                                  `line 2, column start: "24:00" is no time of day: write it from 00:00 to 23:59`,
		rows("a,day,,13:00 PM,16:00,12,,\n"):                                                               `line 2, column start: "13:00 PM" is no time of day: write it from 00:00 to 23:59`,
		rows("a,day,,08:00:30,16:00,12,,\n"):                                                               `line 2, column start: "08:00:30" is no time of day: write it as 08:00 (in the spreadsheet: format the column as hh:mm, or as text)`,
		rows("a,day,,0.3333,16:00,12,,\n"):                                                                 `line 2, column start: "0.3333" is no time of day: write it as 08:00 (in the spreadsheet: format the column as hh:mm, or as text)`,
		rows("a,day,,8,16:00,12,,\n"):                                                                      `line 2, column start: "8" is no time of day: write it as 08:00 (in the spreadsheet: format the column as hh:mm, or as text)`,
		rows("a,day,,8:00,08:00 am,12,,\n"):                                                                "line 2, column end: the shift has no length: it starts and ends at 08:00; an end before the start is the next day's, and round the clock takes two shifts",
		rows("a,day,,08:00,16:00,,,\n"):                                                                    "line 2, column headcount: this cell is empty: write a whole number of people",
		rows("a,day,,08:00,16:00,\"12,5\",,\n"):                                                            `line 2, column headcount: "12,5" is no whole number of people: write it without a comma or a point`,
		rows("a,day,,08:00,16:00,12.0,,\n"):                                                                `line 2, column headcount: "12.0" is no whole number of people: write it without a comma or a point`,
		rows("a,day,,08:00,16:00,−3,,\n"):                                                                  "line 2, column headcount: -3 is outside the allowed 0 to 100000",
		rows("a,day,,08:00,16:00,twelve,,\n"):                                                              "line 2, column headcount: this is no whole number of people",
		rows("a,day,,08:00,16:00,1e3,,\n"):                                                                 `line 2, column headcount: "1e3" is no whole number of people`,
		rows("a,day,,08:00,16:00,99999999999999999999,,\n"):                                                `line 2, column headcount: "99999999999999999999" is no whole number of people`,
		rows("a,day,,08:00,16:00,12,03/04/2026,\n"):                                                        `line 2, column from: "03/04/2026" is ambiguous: write 2026-04-03 or 2026-03-04, whichever is meant` + dateFix,
		rows("a,day,,08:00,16:00,12,24.12.2026,\n"):                                                        `line 2, column from: "24.12.2026" is no date of the form YYYY-MM-DD: write it as 2026-12-24` + dateFix,
		rows("a,day,,08:00,16:00,12,,46380\n"):                                                             `line 2, column until: "46380" is no date of the form YYYY-MM-DD: write it as 2026-12-24` + dateFix,
		rows("a,day,,08:00,16:00,12,2026-02-30,\n"):                                                        `line 2, column from: "2026-02-30" is no day of the calendar`,
		rows("a,day,,08:00,16:00,12,2026-02-03,2026-02-02\n"):                                              "line 2, column until: 2026-02-02 is before the first day, 2026-02-03",
		rows("a,day,Mon,Tue,08:00,16:00,12,,\n"):                                                           "line 2, column start: this is no time of day: write it as 08:00 (in the spreadsheet: format the column as hh:mm, or as text)",
		rows("a,day,,08:00,16:00,12,,,x\n"):                                                                "line 2: there are 9 cells, and the header has 8: put a cell with a separator in it in quotation marks",
		rows("a,da\"y,,08:00,16:00,12,,\n"):                                                                `line 2: a quotation mark in the middle of a cell: write it twice ("") and put the whole cell in quotation marks`,
		rows("\"a\nb\",day,,08:00,16:00,12,,\na,day,,08:00,16:00,12.5,,\n"):                                "line 2, column team: this is no name of a team: use small letters a to z, digits and dashes, such as late-2\nline 4, column headcount: \"12.5\" is no whole number of people: write it without a comma or a point",
		rows(good + "a,\"late,,08:00,16:00,12,,\n"):                                                        "line 3: a cell that begins with a quotation mark does not end with one: close it, or write quotation marks inside it twice",
		rows("a,day,siti@example.com,08:00,16:00,12,,\n" + "a,x y,,8,9:00,-1,,\n"):                         "line 2, column days: there is an e-mail address in this cell: no object may hold one; take it out\nline 3, column shift: this is no name of a shift: use small letters a to z, digits and dashes, such as late-2\nline 3, column start: \"8\" is no time of day: write it as 08:00 (in the spreadsheet: format the column as hh:mm, or as text)\nline 3, column headcount: -1 is outside the allowed 0 to 100000",
	} {
		_, problems := Shifts.Read([]byte(text))
		if diff := cmp.Diff(want, problems.Error()); diff != "" && !strings.HasPrefix(problems.Error(), want) {
			t.Errorf("%.80q (-want +got):\n%s", text, diff)
		}
	}
}

func TestProblemsOfOtherSheets(t *testing.T) {
	const calendar, cohorts = "team,entry,from,to,headcount_delta,reason\n", "team,cohort,headcount,start,ramp\n"
	for _, c := range []struct {
		sheet      Sheet
		text, want string
	}{
		{Calendar, calendar + "a,x,2027-01-01,,0,\n", "line 2, column to: this cell is empty: write a date such as 2026-12-24"},
		{Calendar, calendar + "a,x,2027-01-01,2027-01-01,0,\n", "line 2, column headcount_delta: 0 changes nothing: write how many people more (4) or less (-4), or take the row out"},
		{Calendar, calendar + "a,x,2027-01-02,2027-01-01,5,\n", "line 2, column to: 2027-01-01 is before the first day, 2027-01-02"},
		{Calendar, calendar + "a,x,2027-01-01,2027-01-01,5," + strings.Repeat("é", 257), "line 2, column reason: it has 257 characters, and may have 256"},
		{Calendar, calendar + "a,x,2027-01-01,2027-01-01,5,ask Siti (at) kl", "line 2, column reason: there is an e-mail address in this cell: no object may hold one; take it out"},
		{Calendar, calendar, ""}, // a calendar without entries
		{Cohorts, cohorts, ""},
		{Cohorts, cohorts + "a,x,0,2027-01-01,week 0: 50%", "line 2, column headcount: 0 is outside the allowed 1 to 10000"},
		{Cohorts, cohorts + "a,x,1,2027-01-01,", "line 2, column ramp: this cell is empty: write the productivity from each week on, such as week 0: 40%; week 4: 70%; week 8: 100%"},
		{Cohorts, cohorts + "a,x,1,2027-01-01,half", "line 2, column ramp: this is no ramp: write it as week 0: 40%; week 4: 70%; week 8: 100%"},
		{Cohorts, cohorts + "a,x,1,2027-01-01,;", "line 2, column ramp: it has 0 steps, and may have 1 to 16"},
		{Cohorts, cohorts + "a,x,1,2027-01-01,week 0: 101%", "line 2, column ramp: weeks are 0 to 104, and percents above 0 and up to 100"},
		{Cohorts, cohorts + "a,x,1,2027-01-01,week 105: 10%", "line 2, column ramp: weeks are 0 to 104, and percents above 0 and up to 100"},
		{Cohorts, cohorts + "a,x,1,2027-01-01,week 1: 10%; week 1: 20%", "line 2, column ramp: week 1 is there twice"},
		{Cohorts, cohorts + "a,x,1,2027-01-01,w4 80%; Week 0 = 90", "line 2, column ramp: it falls from 90% to 80% in week 4: people do not get slower by learning"},
	} {
		if _, problems := c.sheet.Read([]byte(c.text)); problems.Error() != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.text, problems.Error(), c.want)
		}
	}
}

func encoded16(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		b.Write([]byte{byte(u), byte(u >> 8)})
	}
	return b.String()
}

// TestMany tells twenty, and how many more.
func TestMany(t *testing.T) {
	for rows, last := range map[int]string{20: "line 21, column headcount: this is no whole number of people", 25: "and 5 more", 2000: "and at least 980 more"} {
		var b strings.Builder
		b.WriteString(shiftsHeader)
		for i := range rows {
			fmt.Fprintf(&b, "a,s%d,,08:00,16:00,many,,\n", i)
		}
		_, problems := Shifts.Read([]byte(b.String()))
		lines := strings.Split(problems.Error(), "\n")
		if want := 20 + min(max(rows-20, 0), 1); len(lines) != want || lines[len(lines)-1] != last {
			t.Errorf("%d rows: %d lines, the last %s", rows, len(lines), lines[len(lines)-1])
		}
	}
}

// corpus are names of people, as they are in the exports of workforce suites.
var corpus = []string{
	"Siti Nurhaliza", "João da Silva", "Åsa Öberg", "Nguyễn Thị Hoa", "山田 太郎", "Олена Шевченко", "O'Connor", "محمد علي", "Anne-Marie Müller",
}

// TestNobodyIsNamed puts people into the columns of people and into every cell, and
// finds them nowhere: not in what is read, nor in a note, nor in a problem.
func TestNobodyIsNamed(t *testing.T) {
	headers := strings.Split("Name|first name|LastName|E-Mail|email|Agent|agent_id|Employee|employeeID|User|user name|Vorname|Nombre|姓名|Имя|"+
		"nama|prénom|Team Lead|Payroll No.", "|")
	for i, header := range append(headers, corpus...) {
		person := corpus[i%len(corpus)]
		mail := strings.ToLower(strings.Fields(person)[0]) + "@example.com"
		text := fmt.Sprintf("team,%q,shift,days,start,end,headcount,from,until,Reached at\na,%q,day,,08:00,16:00,12,,,%s\n", header, person, mail)
		f, problems := Shifts.Read([]byte(text))
		if len(problems) > 0 || f.Rows() != 1 || len(f.Notes) != 2 {
			t.Fatalf("%q: %v, notes %q", header, problems, f.Notes)
		}
		if i < len(headers) && f.Notes[0] != "column B looks as if it were about persons and was dropped: rosters count people and name nobody" {
			t.Errorf("%q: %s", header, f.Notes[0])
		}
		said := fmt.Sprintf("%+v", f)
		for _, hidden := range []string{person, mail, header, "Reached"} {
			if len(hidden) > 5 && strings.Contains(said, hidden) {
				t.Errorf("%q is in %s", hidden, said)
			}
		}
	}
	good := map[Sheet]string{
		Shifts: "a,here,UTC,day,,08:00,16:00,12,,", Calendar: "a,x,2027-01-01,2027-01-01,5,", Cohorts: "a,x,1,2027-01-01,week 0: 50%",
	}
	for s, row := range good {
		for column, name := range s.Columns() {
			for _, person := range corpus {
				mail := "mailto:" + strings.ReplaceAll(strings.ToLower(person), " ", ".") + "@mod.example"
				for _, cell := range []string{person, mail} {
					cells := strings.Split(row, ",")
					cells[column] = cell
					f, problems := s.Read([]byte(strings.Join(s.Columns(), ",") + "\n" + strings.Join(cells, ",") + "\n"))
					if cell == mail && (len(problems) != 1 || f.Rows() != 0) {
						t.Errorf("%s in %s: %v", cell, name, problems)
					}
					if strings.Contains(problems.Error(), cell) {
						t.Errorf("%s in %s is told: %v", cell, name, problems)
					}
				}
			}
		}
	}
}

// FuzzRead reads anything as any sheet: no panic, a bounded answer; and what is
// understood and written again is understood the same.
func FuzzRead(f *testing.F) {
	for _, s := range sheets {
		var b strings.Builder
		if _, _, err := s.Write(&b, someTeams()); err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(s), []byte(b.String()))
		f.Add(uint8(s), []byte("sep=;\n"+strings.ReplaceAll(b.String(), ",", ";")))
	}
	f.Add(uint8(0), []byte(shiftsHeader+"a,day,Mon-Fri,8:00 AM,24:00,12,,\n\"\n"))
	f.Add(uint8(2), []byte("team,cohort,headcount,start,ramp\ra,x,1,2027-01-01,w0 5\r"))
	f.Fuzz(func(t *testing.T, sheet uint8, data []byte) {
		s := Sheet(sheet % 3)
		file, problems := s.Read(data)
		if lines := strings.Count(problems.Error(), "\n"); lines > MostProblems {
			t.Fatalf("%d problems are told", lines)
		}
		names := map[string]bool{}
		var teams []Team
		for team := range file.teams {
			if !names[team] {
				names[team] = true
				teams = append(teams, Team{Name: team, Site: file.teams[team].site, TimeZone: file.teams[team].timeZone})
			}
		}
		if len(problems) > 0 {
			return
		}
		changes, _ := Edit{Files: []*File{file}}.Compare(teams)
		var after []Team
		for _, c := range changes {
			after = append(after, c.Team)
		}
		var b strings.Builder
		if _, _, err := s.Write(&b, after); err != nil {
			t.Fatal(err)
		}
		again, problems := s.Read([]byte(b.String()))
		if len(problems) > 0 && len(after) > 0 {
			t.Fatalf("%v in %q", problems, b.String())
		}
		if more, _ := (Edit{Files: []*File{again}, Prune: true}).Compare(after); len(more) > 0 {
			t.Fatalf("%v", more)
		}
	})
}
