package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// erlang runs the calculator with flags that stand in one line.
func erlang(t *testing.T, flags string) string {
	t.Helper()
	out, stderr, err := tool("", strings.Fields("erlang "+flags)...)
	if err != nil || stderr != "" {
		t.Fatalf("%s: %v, %s", flags, err, stderr)
	}
	return out
}

// calculated is what the calculator gives as JSON, and its error.
func calculated(t *testing.T, flags string) (*erlangReport, error) {
	t.Helper()
	out, _, failed := tool("", strings.Fields("erlang -o json "+flags)...)
	var r erlangReport
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%s: %v in %s", flags, err, out)
	}
	return &r, failed
}

func TestErlangSaysWhatItFound(t *testing.T) {
	for name, c := range map[string]struct{ flags, want string }{
		"the promise decides": {
			"--arrivals 100 --interval 30m --handle-time 3m --percent 80 --within 19.8s --max-occupancy 85 --shrinkage 30",
			`100 items in 30m, 3m each: 10 people busy all the time.
It takes 14 people at work, and 20 on the roster.

promise     80 % opened within 19.8s     14 at work
occupancy   at most 85 %                 12 at work
shrinkage   30 % of rostered time away   20 on the roster: 14 / (1 - 0.3), rounded up
The promise decides: the limit of occupancy would be kept with 12. Shrinkage adds 6 on the roster.

With 14 at work, 88.78 % are opened within 19.8s; 17.4 % have to wait, and the mean wait of all is 7.8s.
Occupancy is 71.4 %.
One fewer: 79.49 % opened, occupancy 76.9 %, mean wait 17.1s: the promise is missed.
One more: 94.11 % opened, occupancy 66.7 %, mean wait 3.7s.

AT WORK   ON THE ROSTER   OPENED WITHIN 19.8s   OCCUPANCY   HAVE TO WAIT   MEAN WAIT   MISSES
12        18              63.93 %               83.3 %      44.9 %         40.4s       promise
13        19              79.49 %               76.9 %      28.5 %         17.1s       promise
14        20              88.78 %               71.4 %      17.4 %         7.8s        -
15        22              94.11 %               66.7 %      10.2 %         3.7s        -
16        23              97.03 %               62.5 %      5.7 %          1.7s        -
`,
		},
		"the limit of occupancy decides, and people give up": {
			"--arrivals 100 --handle-time 3m --percent 80% --within 20s --max-occupancy 70% --shrinkage 30% --patience 10m",
			`100 items in 30m, 3m each: 10 people busy all the time.
It takes 15 people at work, and 22 on the roster.

promise     80 % opened within 20s       13 at work
occupancy   at most 70 %                 15 at work
shrinkage   30 % of rostered time away   22 on the roster: 15 / (1 - 0.3), rounded up
The limit of occupancy decides: the promise would be kept with 13. Shrinkage adds 7 on the roster.

With 15 at work, 94.91 % are opened within 20s; 9.4 % have to wait, and the mean wait of all is 2.7s.
Occupancy is 66.4 %. 0.5 % of all who come give up; their patience is 10m on average.
One fewer: 90.66 % opened, occupancy 70.8 %, mean wait 5.3s: occupancy is over its limit.
One more: 97.36 % opened, occupancy 62.4 %, mean wait 1.4s.

AT WORK   ON THE ROSTER   OPENED WITHIN 20s   OCCUPANCY   HAVE TO WAIT   MEAN WAIT   GIVE UP   MISSES
13        19              83.76 %             75.7 %      24.6 %         9.9s        1.7 %     occupancy
14        20              90.66 %             70.8 %      15.6 %         5.3s        0.9 %     occupancy
15        22              94.91 %             66.4 %      9.4 %          2.7s        0.5 %     -
16        23              97.36 %             62.4 %      5.4 %          1.4s        0.2 %     -
17        25              98.7 %              58.8 %      2.9 %          0.7s        0.1 %     -

note: the percent is of all who come: who gives up is not opened
`,
		},
		"time to decision": {
			"--arrivals 20 --interval 6m --handle-time 3m --percent 90 --within 9m --max-occupancy 85 --measure Decided",
			`20 items in 6m, 3m each: 10 people busy all the time.
It takes 12 people at work, and 12 on the roster.

promise     90 % decided within 9m   12 at work
occupancy   at most 85 %             12 at work
The promise and the limit of occupancy take as many.

With 12 at work, 92.89 % are decided within 9m; 44.9 % have to wait, and the mean wait of all is 40.4s.
Occupancy is 83.3 %.
One fewer: 84.83 % decided, occupancy 90.9 %, mean wait 2m3s: the promise is missed and occupancy is over its limit.
One more: 94.31 % decided, occupancy 76.9 %, mean wait 17.1s.

AT WORK   ON THE ROSTER   DECIDED WITHIN 9m   OCCUPANCY   HAVE TO WAIT   MEAN WAIT     MISSES
10        10              0 %                 100.0 %     100.0 %        without end   promise, occupancy
11        11              84.83 %             90.9 %      68.2 %         2m3s          promise, occupancy
12        12              92.89 %             83.3 %      44.9 %         40.4s         -
13        13              94.31 %             76.9 %      28.5 %         17.1s         -
14        14              94.73 %             71.4 %      17.4 %         7.8s          -

note: handle times are taken as exponential: 5.0 % of the items take longer than 9m by themselves, however many people there are
note: the promise is longer than the interval of 6m: work that is carried from one interval into the next is not seen here; ` +
				`a plan of the whole day (kubectl modcap staffing) knows it
`,
		},
		"one alone": {
			"--arrivals 1 --interval 1h --handle-time 3m --percent 80 --within 1m",
			`1 items in 1h, 3m each: 0.05 people busy all the time.
It takes 1 person at work, and 1 on the roster.

promise   80 % opened within 1m   1 at work
The promise decides; there is no limit of occupancy.

With 1 at work, 96.35 % are opened within 1m; 5.0 % have to wait, and the mean wait of all is 9.5s.
Occupancy is 5.0 %.
One more: 99.93 % opened, occupancy 2.5 %, mean wait 0.1s.

AT WORK   ON THE ROSTER   OPENED WITHIN 1m   OCCUPANCY   HAVE TO WAIT   MEAN WAIT   MISSES
1         1               96.35 %            5.0 %       5.0 %          9.5s        -
2         2               99.93 %            2.5 %       0.1 %          0.1s        -
3         3               99.99 %            1.7 %       0.0 %          0.0s        -
`,
		},
		"nothing": {
			"--arrivals 0 --handle-time 3m --percent 80 --within 20s",
			"0 items in 30m, 3m each: 0 people busy all the time.\nNothing arrives: nobody is needed.\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, erlang(t, c.flags)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestErlangAsJSON holds the fields to their names, and their values to the vectors.
func TestErlangAsJSON(t *testing.T) {
	out := erlang(t, "--arrivals 100 --handle-time 3m --percent 80 --within 20s --max-occupancy 85 --shrinkage 30 --patience 10m -o json")
	var got map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	answer := got["answer"].(map[string]any)
	if n := len(answer["around"].([]any)); n != 5 {
		t.Errorf("%d rows", n)
	}
	delete(answer, "around")
	want := map[string]any{
		"arrivals": 100.0, "intervalSeconds": 1800.0, "handleTimeSeconds": 180.0, "maxOccupancyPercent": 85.0,
		"shrinkagePercent": 30.0, "patienceSeconds": 600.0, "load": 10.0,
		"promise": map[string]any{
			"percent": 80.0, "withinSeconds": 20.0, "measure": "Started", "reachablePercent": 100.0, "inReach": true,
		},
		"answer": map[string]any{
			"atWork": 13.0, "onRoster": 19.0, "decidedBy": "Promise", "needs": map[string]any{"promise": 13.0, "occupancy": 12.0},
			"result": map[string]any{
				"atWork": 13.0, "onRoster": 19.0, "levelPercent": 83.762851, "occupancyPercent": 75.651813, "waitPercent": 24.589737,
				"meanWaitSeconds": 9.915855, "giveUpPercent": 1.652643,
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	r, err := calculated(t, "--arrivals 100 --handle-time 3m --percent 80 --within 20s")
	if err != nil || r.Answer.Result.GiveUp != nil || math.Abs(*r.Answer.Result.MeanWait-7.8359) > 5e-5 || math.Abs(r.Answer.Result.Level-88.83500) > 5e-6 {
		t.Errorf("%v: %+v", err, r.Answer.Result)
	}
	if r, err := calculated(t, "--arrivals 0 --handle-time 3m --percent 80 --within 20s"); err != nil || r.Answer.AtWork != 0 || r.Answer.Result != nil {
		t.Errorf("%v: %+v", err, r)
	}
}

func TestErlangTimeToDecisionTable(t *testing.T) {
	for name, c := range map[string]struct {
		a        int
		within   string
		byWait   int
		decided  int // 0: out of reach
		possible float64
	}{
		"10 erlangs, 0.11": {10, "20s", 15, 0, 10.5},
		"10 erlangs, 1":    {10, "3m", 12, 0, 63.2},
		"10 erlangs, 2.5":  {10, "7m30s", 11, 13, 91.8},
		"10 erlangs, 3":    {10, "9m", 11, 12, 95.0},
		"10 erlangs, 5":    {10, "15m", 11, 11, 99.3},
		"30 erlangs, 2.5":  {30, "7m30s", 31, 34, 91.8},
	} {
		t.Run(name, func(t *testing.T) {
			flags := fmt.Sprintf("--arrivals %d --handle-time 3m --percent 90 --within %s", 10*c.a, c.within)
			if r, err := calculated(t, flags); err != nil || r.Answer.AtWork != c.byWait {
				t.Errorf("by wait: %v, %+v, want %d", err, r.Answer, c.byWait)
			}
			r, err := calculated(t, flags+" --measure Decided")
			if math.Abs(r.Promise.Reachable-c.possible) > 0.05 || r.Promise.InReach != (c.decided > 0) || (err == nil) != (c.decided > 0) {
				t.Errorf("%v: %+v", err, r.Promise)
			}
			if (r.Answer != nil) != (c.decided > 0) || c.decided > 0 && r.Answer.AtWork != c.decided {
				t.Errorf("by decision: %+v, want %d", r.Answer, c.decided)
			}
		})
	}
}

func TestErlangOfPromisesOutOfReach(t *testing.T) {
	const end = ", or the opening (--measure Started)"
	for within, want := range map[string]string{
		"20s": "no number of people decides 90 % of the items within 20s: one takes 3m on average, and 10.51 % at most are decided by then; " +
			"promise no more than that, or a time of 6m55s at least" + end,
		"6m54s": "no number of people decides 90 % of the items within 6m54s: one takes 3m on average, and 89.96 % at most are decided by then; " +
			"promise no more than that, or a time of 6m55s at least" + end,
		"0s": "no number of people decides 90 % of the items within 0s: one takes 3m on average, and 0 % at most are decided by then; " +
			"promise no more than that, or a time of 6m55s at least" + end,
	} {
		for _, more := range []string{"", " --patience 5m"} {
			flags := "erlang --arrivals 100 --handle-time 3m --percent 90 --measure Decided --within " + within + more
			out, _, err := tool("", strings.Fields(flags)...)
			if err == nil || err.Error() != want || out != "" {
				t.Errorf("%s: %v and %q, want %s", flags, err, out, want)
			}
		}
	}
	// What is advised is in reach, and what is just less is not.
	if r, err := calculated(t, "--arrivals 100 --handle-time 3m --percent 90 --within 6m55s --measure Decided"); err != nil || r.Answer.Result.Level < 90 {
		t.Errorf("%v: %+v", err, r)
	}
	for _, percent := range []string{"1", "50", "99", "99.9", "99.99", "99.999", "99.99999"} {
		flags := "--arrivals 100 --handle-time 3m --measure Decided --percent " + percent
		_, err := calculated(t, flags+" --within 1s")
		if err == nil {
			t.Fatalf("%s within a second is in reach", percent)
		}
		_, advice, _ := strings.Cut(err.Error(), "or a time of ")
		advice, _, _ = strings.Cut(advice, " ")
		if _, err := calculated(t, flags+" --within "+advice); err != nil {
			t.Errorf("advised %s: %v", advice, err)
		}
	}
}

func TestErlangRefuses(t *testing.T) {
	const good = "--arrivals 100 --handle-time 3m --percent 80 --within 20s "
	for flags, want := range map[string]string{
		"--arrivals -1":        "--arrivals is -1: want items in an interval, from 0 to 10,000,000, such as 100",
		"--arrivals 1e9":       "--arrivals is 1e9: want items in an interval, from 0 to 10,000,000, such as 100",
		"--arrivals NaN":       "--arrivals is NaN: want items in an interval, from 0 to 10,000,000, such as 100",
		"--arrivals many":      "--arrivals is many: want items in an interval, from 0 to 10,000,000, such as 100",
		"--arrivals 1,000":     "--arrivals is 1,000: want items in an interval, from 0 to 10,000,000, such as 100",
		"--interval 0":         "--interval is 0: want a time from 1s to 31d, such as 30m",
		"--interval -30m":      "--interval is -30m: want a time from 1s to 31d, such as 30m",
		"--interval 30":        "--interval is 30: want a time from 1s to 31d, such as 30m",
		"--handle-time 0s":     "--handle-time is 0s: want the time of one item, from 1s to 24h, such as 3m",
		"--handle-time NaN":    "--handle-time is NaN: want the time of one item, from 1s to 24h, such as 3m",
		"--percent 0":          "--percent is 0: want a percent from 1 to less than 100, such as 80",
		"--percent 100":        "--percent is 100: want a percent from 1 to less than 100, such as 80",
		"--percent NaN":        "--percent is NaN: want a percent from 1 to less than 100, such as 80",
		"--percent +Inf":       "--percent is +Inf: want a percent from 1 to less than 100, such as 80",
		"--within -1s":         "--within is -1s: want a time from 0s to 31d, such as 20s",
		"--max-occupancy 0":    "--max-occupancy is 0: want a percent from 1 to 100, such as 85, where 100 is no limit",
		"--max-occupancy 101":  "--max-occupancy is 101: want a percent from 1 to 100, such as 85, where 100 is no limit",
		"--shrinkage 100":      "--shrinkage is 100: want 0 or a percent from 1 to 99, such as 30: of people who are away all the time, no number is enough",
		"--percent 0.8":        "--percent is 0.8: want a percent from 1 to less than 100, such as 80",
		"--max-occupancy 0.85": "--max-occupancy is 0.85: want a percent from 1 to 100, such as 85, where 100 is no limit",
		"--shrinkage 0.3":      "--shrinkage is 0.3: want 0 or a percent from 1 to 99, such as 30: of people who are away all the time, no number is enough",
		"--shrinkage NaN":      "--shrinkage is NaN: want 0 or a percent from 1 to 99, such as 30: of people who are away all the time, no number is enough",
		"--shrinkage -5":       "--shrinkage is -5: want 0 or a percent from 1 to 99, such as 30: of people who are away all the time, no number is enough",
		"--patience 0s":        "--patience is 0s: want a time from 1s to 24h, or leave it out where nobody gives up",
		"--measure Closed":     "--measure is Closed: want Started or Decided",
		"-o yaml":              "--output is yaml: want text or json",
		"people":               `erlang takes flags only, and "people" is none`,
		"--arrivals 1e7 --interval 1m --handle-time 8h": "--arrivals is 10,000,000: at 8h each in 1m these keep 4,800,000,000 people busy, " +
			"and it is calculated for 1,000,000 at most",
		"--arrivals 1e6 --interval 1m --handle-time 8s --patience 20h": "--patience is 20h: 1,200,000,000 items come within it, " +
			"and it is calculated for 10,000,000 at most: want less, or leave it out",
		"--percent 100 --within x --measure x": "--percent is 100: want a percent from 1 to less than 100, such as 80\n" +
			"--within is x: want a time from 0s to 31d, such as 20s\n--measure is x: want Started or Decided",
	} {
		out, _, err := tool("", strings.Fields("erlang "+good+flags)...)
		if err == nil || err.Error() != want || out != "" {
			t.Errorf("%s: %v and %q, want %s", flags, err, out, want)
		}
	}
	_, _, err := tool("", "erlang")
	want := `--arrivals is missing: want items in an interval, from 0 to 10,000,000, such as 100
--handle-time is missing: want the time of one item, from 1s to 24h, such as 3m
--percent is missing: want a percent from 1 to less than 100, such as 80
--within is missing: want a time from 0s to 31d, such as 20s`
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestErlangOfLargeSystemsIsQuick(t *testing.T) {
	began := time.Now()
	for flags, want := range map[string]int{
		// C(12345, 12421) = 0.381225015 of the vectors: 61.8774985 % do not wait.
		"--arrivals 12345 --percent 61.87749 --within 0s":                                12421,
		"--arrivals 12345 --percent 61.87751 --within 0s":                                12422,
		"--arrivals 12345 --percent 80 --within 20s":                                     12359,
		"--arrivals 12345 --percent 80 --within 20s --patience 10m":                      11996,
		"--arrivals 1000000 --percent 80 --within 20s":                                   1000015,
		"--arrivals 1000000 --percent 80 --within 20s --patience 10m":                    967723,
		"--arrivals 12345 --percent 80 --within 10m --patience 10m --measure Decided":    10517,
		"--arrivals 1000000 --percent 80 --within 20s --patience 10m --max-occupancy 85": 1176471,
	} {
		r, err := calculated(t, "--interval 3m --handle-time 3m "+flags)
		if err != nil || r.Answer.AtWork != want || r.Answer.Result.Level < r.Promise.Percent || r.Answer.Around[1].AtWork != want-1 {
			t.Errorf("%s: %v, %+v, want %d", flags, err, r.Answer, want)
		}
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("took %s", took)
	}
}
