package roster

import (
	"fmt"
	"strings"
	"testing"

	modtest "github.com/modcap/modcap/internal/testing"
)

// Nobody of a corpus of names gets from a sheet into what is read of it, nor into what is said of it.
func TestNamesStayOut(t *testing.T) {
	for _, person := range modtest.Names() {
		mail := strings.ReplaceAll(strings.ToLower(person), " ", ".") + "@example.com"
		q := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
		for name, x := range map[string]struct {
			sheet Sheet
			text  string
			ok    bool
		}{
			"in columns of persons":    {Shifts, "team,Agent Name,shift,days,start,end,headcount,from,until,E-Mail\na,%s,late,,08:00,16:00,3,,," + mail, true},
			"in a column without name": {Shifts, "team,shift,days,start,end,headcount,from,until,\na,late,,08:00,16:00,3,,,%s", true},
			"as a header":              {Shifts, "team,shift,days,start,end,headcount,from,until,%s\na,late,,08:00,16:00,3,,,x", true},
			"as a team":                {Shifts, "team,shift,days,start,end,headcount,from,until\n%s,late,,08:00,16:00,3,,", false},
			"as a shift":               {Shifts, "team,shift,days,start,end,headcount,from,until\na,%s,,08:00,16:00,3,,", false},
			"as days":                  {Shifts, "team,shift,days,start,end,headcount,from,until\na,late,%s,08:00,16:00,3,,", false},
			"as a time":                {Shifts, "team,shift,days,start,end,headcount,from,until\na,late,,%s,16:00,3,,", false},
			"as a number":              {Shifts, "team,shift,days,start,end,headcount,from,until\na,late,,08:00,16:00,%s,,", false},
			"as a date":                {Shifts, "team,shift,days,start,end,headcount,from,until\na,late,,08:00,16:00,3,%s,", false},
			"as a duty":                {Shifts, "team,shift,days,start,end,headcount,from,until,duty\na,late,,08:00,16:00,3,,,%s", false},
			"as a cohort":              {Cohorts, "team,cohort,headcount,start,ramp\na,%s,3,2027-01-04,week 0: 40%%", false},
			"as a ramp":                {Cohorts, "team,cohort,headcount,start,ramp\na,new,3,2027-01-04,%s", false},
			"as training":              {Calendar, "team,entry,from,to,headcount_delta,reason,training\na,x,2027-01-04,2027-01-04,,,%s", false},
			"as a reason with its own": {Calendar, "team,entry,from,to,headcount_delta,reason,Name\na,x,2027-01-04,2027-01-04,-1,%[1]s,%[1]s", false},
			"with a mail as a reason":  {Calendar, "team,entry,from,to,headcount_delta,reason\na,x,2027-01-04,2027-01-04,-1,%s " + mail, false},
		} {
			value := q(person)
			if name == "with a mail as a reason" {
				value = person
			}
			f, problems := x.sheet.Read(fmt.Appendf(nil, x.text, value))
			if len(problems) == 0 != x.ok {
				t.Errorf("%s %s: %v", person, name, problems)
			}
			read := fmt.Sprint(f.shifts, f.calendar, f.cohorts, f.places, f.Notes, problems)
			if at := strings.Index(read, person); at >= 0 {
				t.Errorf("%s %s is in %s", person, name, read)
			}
		}
	}
}

func TestMentions(t *testing.T) {
	for _, x := range []struct {
		text, name string
		want       bool
	}{
		{"leave of Siti Nurhaliza", "Siti Nurhaliza", true},
		{"Nurhaliza is away", "Siti NURHALIZA", true},
		{"siti-nurhaliza", "Siti Nurhaliza", true},
		{"山田太郎は休み", "山田 太郎", true},
		{"badge E10427 lost", "E10427", true},
		{"public holiday", "Siti Nurhaliza", false},
		{"a day in May", "An May", false},
		{"leave of An", "An", true},
		{"late-5", "5", false},
		{"", "Siti", false},
		{"leave", "", false},
		{"李节", "李", false},
	} {
		if got := mentions(x.text, x.name); got != x.want {
			t.Errorf("%q mentions %q: %t", x.text, x.name, got)
		}
	}
}
