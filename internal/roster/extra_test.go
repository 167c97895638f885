package roster

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The columns duty and training are there only where somebody is on call or trained,
// and a file without them leaves what is there as it is.
func TestExtraColumns(t *testing.T) {
	teams := []Team{{
		Name: "kl-1", Site: "kl", TimeZone: "UTC",
		Shifts: []Shift{{Name: "day", Start: "08:00", End: "16:00", Headcount: 16, Duty: "Work"}, {Name: "night", Start: "22:00", End: "06:00", Headcount: 3, Duty: onCall}},
		Calendar: []Entry{{Name: "policy", From: "2027-01-04", To: "2027-01-05", Training: "90m"},
			{Name: "fest", From: "2027-01-06", To: "2027-01-06", Delta: -2}},
	}}
	files := map[Sheet]string{
		Shifts: "team,site,time_zone,shift,days,start,end,headcount,from,until,duty\r\n" +
			"kl-1,kl,UTC,day,every day,08:00,16:00,16,,,work\r\nkl-1,kl,UTC,night,every day,22:00,06:00,3,,,on-call\r\n",
		Calendar: "team,entry,from,to,headcount_delta,reason,training\r\n" +
			"kl-1,policy,2027-01-04,2027-01-05,0,,90m\r\nkl-1,fest,2027-01-06,2027-01-06,-2,,\r\n",
	}
	for s, want := range files {
		if d := cmp.Diff(want, written(t, s, teams)); d != "" {
			t.Errorf("%s (-want +got):\n%s", s, d)
		}
	}
	const plain = "team,shift,days,start,end,headcount,from,until"
	for name, c := range map[string]struct {
		files map[Sheet]string
		want  []string
	}{
		"as they are": {files, nil},
		"without the columns": {map[Sheet]string{
			Shifts: plain + "\nkl-1,night,,22:00,06:00,4,,\n", Calendar: "team,entry,from,to,headcount_delta,reason\nkl-1,policy,2027-01-04,2027-01-06,-1,\n",
		}, []string{"shift night: headcount 3 → 4", "calendar entry policy: to 2027-01-05 → 2027-01-06", "calendar entry policy: headcount of each shift none → -1"}},
		"with others": {map[Sheet]string{
			Shifts: plain + ",Duty\nkl-1,night,,22:00,06:00,3,,,\nkl-1,day,,08:00,16:00,16,,,On call\nkl-1,eve,,16:00,22:00,2,,,oncall\n",
			Calendar: "team,entry,from,to,headcount_delta,reason,training\nkl-1,policy,2027-01-04,2027-01-05,,,1h30m\nkl-1,fest,2027-01-06,2027-01-06,-2,,45\n" +
				"kl-1,new,2027-01-07,2027-01-07,,,2h\n",
		}, []string{
			"shift day: duty work → on-call", "shift night: duty on-call → work", "new shift eve: every day 16:00 to 22:00, 2 people, on call",
			"calendar entry fest: training none → 45m", "new calendar entry new: on 2027-01-07, training of 2h",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			changes, problems := imported(t, teams, false, c.files)
			var got []string
			for _, change := range changes {
				got = append(got, change.Words...)
			}
			if d := cmp.Diff(c.want, got); d != "" || len(problems) > 0 {
				t.Errorf("%v (-want +got):\n%s", problems, d)
			}
		})
	}
	for row, want := range map[string]string{
		"kl-1,x,2027-01-04,2027-01-04,0,,":         "line 2, column headcount_delta: 0 changes nothing: write how many people more (4) or less (-4), or take the row out",
		"kl-1,x,2027-01-04,2027-01-04,,,30h":       `line 2, column training: "30h" is no time for training: write it as 45m or 1h30m, from 1m to 24h`,
		"kl-1,x,2027-01-04,2027-01-04,,,Ann Smith": "line 2, column training: this is no time for training: write it as 45m or 1h30m, from 1m to 24h",
		"kl-1,x,2027-01-04,2027-01-04,many,,45m":   "line 2, column headcount_delta: this is no whole number of people more or less",
	} {
		_, problems := Calendar.Read([]byte("team,entry,from,to,headcount_delta,reason,training\n" + row + "\n"))
		if problems.Error() != want {
			t.Errorf("%s: %s, want %s", row, problems.Error(), want)
		}
	}
	_, problems := Shifts.Read([]byte(plain + ",duty\nkl-1,x,,08:00,16:00,3,,,Ann Smith\n"))
	if want := "line 2, column duty: this is no duty: write work, or on-call for people who come when they are called"; problems.Error() != want ||
		strings.Contains(problems.Error(), "Ann") {
		t.Error(problems)
	}
}
