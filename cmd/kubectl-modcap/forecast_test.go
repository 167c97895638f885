package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// callsFile is some weeks of calls by the half hour, from a Monday on: open from 8 to 18,
// Saturdays half, Sundays closed, each week like the last but for a little.
func callsFile(t *testing.T, days int, head string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(head + "# bin_seconds: 1800\nt_seconds,count\n")
	for i := range days * 48 {
		day, slot := i/48%7, i%48
		if day == 6 || slot < 16 || slot >= 36 {
			continue
		}
		mean := 100 + 60*math.Sin(math.Pi*float64(slot-16)/20)
		if day == 5 {
			mean /= 2
		}
		fmt.Fprintf(&b, "%d,%.0f\n", i*1800, mean+float64(i*i%11)-5)
	}
	path := filepath.Join(t.TempDir(), "calls.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const mondayHead = "# start: 2026-03-02T00:00:00Z\n"

func TestForecastTable(t *testing.T) {
	path := callsFile(t, 10*7, mondayHead)
	out, stderr, err := tool("", "forecast", "--trace", path)
	if err != nil || stderr != "" {
		t.Fatal(err, stderr)
	}
	want := strings.ReplaceAll(wantForecast, "CALLS", path)
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(out, "\n")); diff != "" {
		t.Error(diff)
	}
	if again, _, _ := tool("", "forecast", "--trace", path); again != out {
		t.Error("the same trace gives another forecast")
	}
}

const wantForecast = `CALLS: 7 days from Sat 2026-05-09 18:00 on, in intervals of 30m
It rests on 1200 of 3284 past intervals have a count; weights and intervals on forecasts of 8 earlier weeks and what came then.

DAY              ITEMS   90 % INTERVAL    BUSIEST   ITEMS   90 % INTERVAL
Mon 2026-05-11   2,738   2,729 to 2,746   13:00     159     154 to 166
Tue 2026-05-12   2,739   2,729 to 2,746   13:00     158     153 to 166
Wed 2026-05-13   2,738   2,727 to 2,747   13:00     159     154 to 166
Thu 2026-05-14   2,737   2,726 to 2,746   13:00     159     154 to 167
Fri 2026-05-15   2,739   2,729 to 2,747   13:00     158     153 to 166
Sat 2026-05-16   1,363   1,287 to 1,439   12:30     79      74 to 85

In all 15,054 items are expected, and with 90 % probability 14,801 to 15,306.
Plan a time with its own interval: those of its parts do not add up to it.
`

func TestForecastBacktest(t *testing.T) {
	path := callsFile(t, 12*7, mondayHead)
	out, _, err := tool("", "forecast", "--trace", path, "--backtest")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(wantBacktest, "CALLS", path)
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(out, "\n")); diff != "" {
		t.Error(diff)
	}
}

const wantBacktest = `CALLS: 5 weeks, each forecast from what came before it, in intervals of 30m
from Mon 2026-04-13 00:00 on, 600 intervals with 75,328 items; closed and unknown ones are left out

FORECAST                                   ERROR (WAPE)   MODCAP'S ÷ IT   ERROR OF THE WEEK'S TOTAL
modcap                                     2.12 %         -               0.03 %
same interval last week (seasonal naive)   2.17 %         0.976           -
median of the last six same intervals      2.17 %         0.977           0.29 %

90 % INTERVAL OF   NUMBER   COVERED   PINBALL LOSS   SPLIT CONFORMAL   ITS LOSS   RATIO
intervals of 30m   600      94.5 %    0.6481         87.2 %            0.6588     0.984
sums over 4h       90       86.7 %    1.314          88.9 %            1.416      0.928
sums over 24h      30       86.7 %    1.228          86.7 %            1.848      0.664

Split conformal is that of the median of six. Smaller losses are better; -o json has each week.
`

func TestForecastJSON(t *testing.T) {
	path := callsFile(t, 12*7, mondayHead)
	out, _, err := tool("", "forecast", "--trace", path, "--backtest", "-o", "json")
	if err != nil {
		t.Fatal(err)
	}
	var back backtestReport
	if err := json.Unmarshal([]byte(out), &back); err != nil || len(back.Weeks) != 5 || back.Weeks[0].Begins != "Mon 2026-04-13 00:00" ||
		back.Total.Intervals != 5*6*20 || back.Weeks[4].Accuracy.Items <= 0 {
		t.Errorf("%v: %+v", err, back)
	}
	out, _, err = tool("", "forecast", "--trace", path, "--horizon", "14d", "-o", "json")
	if err != nil {
		t.Fatal(err)
	}
	var r forecastReport
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Days) != 12 || len(r.Intervals) != 12*20 || r.Intervals[0].Begins != "Mon 2026-05-25 08:00" || r.Basis.Trials != 10 {
		t.Errorf("%d days, %d intervals from %s, %+v", len(r.Days), len(r.Intervals), r.Intervals[0].Begins, r.Basis)
	}
	sum := 0.0
	for _, d := range r.Days {
		sum += d.Expected
	}
	if math.Abs(sum-r.Total.Expected) > 1 {
		t.Errorf("days add up to %.1f, in all are %.1f", sum, r.Total.Expected)
	}
}

func TestForecastOfDays(t *testing.T) {
	path := callsFile(t, 10*7, mondayHead)
	out, _, err := tool("", "forecast", "--trace", path, "--interval", "24h", "--horizon", "3d")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"calls.csv: 3 days from Sun 2026-05-10 00:00 on, in intervals of 24h\n", "\nDAY              ITEMS   90 % INTERVAL\nMon 2026-05-11   2,7"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}

// A row for each interval, in a file and on standard output alike.
func TestForecastCSV(t *testing.T) {
	path, file := callsFile(t, 10*7, ""), filepath.Join(t.TempDir(), "next.csv")
	out, stderr, err := tool("", "forecast", "--trace", path, "-o", "csv", "--out", file)
	if err != nil || stderr != file+": 120 intervals of 30m\n" {
		t.Fatal(err, stderr)
	}
	rows := strings.Split(strings.TrimSpace(out), "\n")
	if len(rows) != 121 || rows[0] != "t_seconds,begins,expected,p5,p10,p50,p90,p95" || !strings.HasPrefix(rows[1], "6076800,day 71 08:00,") {
		t.Errorf("%d rows: %v", len(rows), rows[:2])
	}
	if content, err := os.ReadFile(file); err != nil || string(content) != out {
		t.Error("the file differs from the output", err)
	}
}

// A holiday is forecast as the day it is like; the date is known from the file or a flag.
func TestForecastHoliday(t *testing.T) {
	path := callsFile(t, 10*7, "")
	args := []string{"forecast", "--trace", path, "--start", "2026-03-02"}
	plain, _, err := tool("", args...)
	if err != nil {
		t.Fatal(err)
	}
	out, _, err := tool("", append(args, "--holiday", "2026-05-13=Saturday", "--holiday", "2026-05-14", "--holiday", "2026-04-30=none")...)
	if err != nil {
		t.Fatal(err)
	}
	day := func(text, name string) string {
		for _, line := range strings.Split(text, "\n") {
			if strings.HasPrefix(line, name) {
				return strings.Fields(line)[2]
			}
		}
		return ""
	}
	if day(plain, "Thu 2026-05-14") == "" || day(out, "Thu 2026-05-14") != "" {
		t.Errorf("the Thursday like a Sunday is not closed:\n%s", out)
	}
	if s := day(out, "Wed 2026-05-13"); s == "" || s != day(out, "Sat 2026-05-16") || s == day(plain, "Wed 2026-05-13") {
		t.Errorf("the Wednesday is not like a Saturday:\n%s", out)
	}
	if !strings.Contains(out, "It rests on 1180 of ") || !strings.Contains(plain, "It rests on 1200 of ") {
		t.Errorf("the holiday of the past is not left out:\n%s", out)
	}
}

func TestForecastSaysWhatItRestsOn(t *testing.T) {
	for days, want := range map[int]string{
		12: "It is a rough one: 220 of 548 past intervals have a count, less than two weeks",
		1:  "It is a guess: 20 of 20 past intervals have a count, less than a day",
	} {
		out, _, err := tool("", "forecast", "--trace", callsFile(t, days, mondayHead))
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%d days, error %v:\n%s", days, err, out)
		}
	}
}

func TestForecastRefuses(t *testing.T) {
	calls, odd := callsFile(t, 14, ""), "# bin_seconds: 700\n0,1\n700,2\n"
	hours := "# bin_seconds: 3600\n0,1\n3600,2\n"
	for name, c := range map[string]struct {
		stdin string
		args  []string
		want  string
	}{
		"no trace":        {"", nil, "nothing says what to forecast from: give the arrivals of the past with --trace FILE"},
		"no such file":    {"", []string{"--trace", "/none.csv"}, "open trace: open /none.csv: no such file or directory"},
		"an argument":     {"", []string{calls}, "forecast takes flags only"},
		"output":          {"", []string{"--trace", calls, "-o", "yaml"}, `--output is "yaml": want table, json or csv`},
		"interval":        {"", []string{"--trace", calls, "--interval", "7h"}, "--interval is 7h0m0s: want one from 1m to 24h that divides a day"},
		"coarse bins":     {hours, []string{"--trace", "-"}, "its bins are 1h wide, and --interval is 30m: nothing is known within a bin, so use --interval 1h"},
		"bins that cross": {"", []string{"--trace", calls, "--interval", "45m"}, "its bins are 30m wide, and --interval 45m is not a whole number of them: use --interval 30m"},
		"odd bins":        {odd, []string{"--trace", "-"}, "its bins are 11m40s wide, which does not divide a day: record it again with bins of 5m or 15m"},
		"horizon":         {"", []string{"--trace", calls, "--horizon", "36d"}, `--horizon is "36d": want a length of time of whole intervals of 30m, such as 168h or 14d, and 35d at most`},
		"a part":          {"", []string{"--trace", calls, "--horizon", "40m"}, "whole intervals of 30m"},
		"start":           {"", []string{"--trace", calls, "--start", "02.03.2026"}, `--start is "02.03.2026": want a date such as 2026-03-02`},
		"holiday, when":   {"", []string{"--trace", calls, "--holiday", "2026-03-03"}, "does not say when it begins, so that no date can be found in it: give --start DATE beside --holiday"},
		"holiday, date":   {"", []string{"--trace", calls, "--start", "2026-03-02", "--holiday", "May 1"}, `--holiday is "May 1": want a date such as 2026-12-25`},
		"holiday, like": {"", []string{"--trace", calls, "--start", "2026-03-02", "--holiday", "2026-03-03=Funday"},
			`--holiday 2026-03-03 is like "Funday": want a day of the week, such as Sunday, or none`},
		"backtest, short":   {"", []string{"--trace", calls, "--backtest"}, "a backtest needs 21 days at least, and there are 12.4"},
		"backtest, horizon": {"", []string{"--trace", calls, "--backtest", "--horizon", "2d"}, "--backtest judges forecasts of a week, and --horizon is 2d: leave one of them out"},
		"backtest, rows":    {"", []string{"--trace", calls, "--backtest", "-o", "csv"}, "--backtest has no rows for a CSV: use -o json"},
	} {
		t.Run(name, func(t *testing.T) {
			out, _, err := tool(c.stdin, append([]string{"forecast"}, c.args...)...)
			if err == nil || !strings.Contains(err.Error(), c.want) || out != "" {
				t.Errorf("got %v, want %q; output %q", err, c.want, out)
			}
		})
	}
}
