package lab_test

import (
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/lab"
	"github.com/modcap/modcap/internal/trace"
)

const goldenPeople = "testdata/people.txt"

// desk is a generated trace of people's work: weekdays, quiet nights, more or less of it in
// some weeks, and noise of some multiple of chance.
func desk(name string, bin, weeks int, seed uint64, open func(second int) bool) *trace.Trace {
	r := rand.New(rand.NewPCG(seed, 7))
	t := &trace.Trace{Name: name, Bin: bin}
	level := 1.0
	for at := 0; at < weeks*7*86_400; at += bin {
		if at%(7*86_400) == 0 {
			level = math.Exp(0.05 * r.NormFloat64())
		}
		hour := float64(at%86_400) / 3600
		mean := level * float64(bin) / 60 * (1 + math.Exp(-(hour-14)*(hour-14)/18))
		if at/86_400%7 >= 5 {
			mean /= 2
		}
		if open(at) {
			t.At = append(t.At, at)
			t.Count = append(t.Count, math.Round(max(0, mean+1.5*math.Sqrt(mean)*r.NormFloat64())))
		}
	}
	return t
}

func always(int) bool { return true }

func desks() []*trace.Trace {
	return []*trace.Trace{
		desk("half-hours", 1800, 24, 1, always),
		desk("quarters", 900, 20, 8, func(at int) bool { return at%86_400 >= 7*3600 && at%86_400 < 21*3600 && at/86_400%7 < 6 }),
		desk("hours", 3600, 32, 3, always),
		desk("short", 1800, 7, 4, always),
		desk("days", 86_400, 20, 5, always),
		desk("odd", 700, 10, 6, always),
	}
}

// What the page says of generated traffic. A change of internal/demand changes it: look at
// what came of it, and write it anew with
//
//	go test ./internal/lab -run GoldenPeople -update
func TestGoldenPeople(t *testing.T) {
	done, passed := lab.ForecastPeople(desks())
	got := lab.PeoplePage(lab.ForecastSection(done, passed))
	if *update {
		if err := os.WriteFile(goldenPeople, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenPeople)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the results are others (if they are meant to be, run this with -update):\n%s", diff)
	}
}

func TestPeopleIsJudged(t *testing.T) {
	done, passed := lab.ForecastPeople(desks())
	wantPassed := []string{
		"short: it has 49.0 days, and 8 weeks are the least",
		"days: its bins are 86400 s wide, and 3600 s is the widest",
		"odd: its bins of 700 s do not make intervals that divide 4 h",
	}
	if diff := cmp.Diff(wantPassed, passed); diff != "" || len(done) != 3 {
		t.Fatalf("%d are done; %s", len(done), diff)
	}
	for _, c := range lab.CheckPeople(done) {
		if !c.Met {
			t.Errorf("on what is regular the bar is missed: %+v", c)
		}
	}
	worse := *done[0].Result
	worse.Total.WAPE = 2 * worse.Total.SeasonalNaive
	worse.Intervals.Covered = 0.5
	done[0].Result = &worse
	missed := map[string]bool{}
	for _, c := range lab.CheckPeople(done) {
		missed[c.What] = !c.Met
	}
	for _, what := range []string{"error ÷ seasonal naive, worst trace", "error ÷ median of six, worst trace", "90 % interval covers, each trace"} {
		if !missed[what] {
			t.Errorf("%s is met by a forecast that misses it", what)
		}
	}
	if page := lab.ForecastSection(done, nil); !strings.Contains(page, "**missed**") {
		t.Error("the page does not say what is missed")
	}
	if page := lab.ForecastSection(nil, passed); !strings.Contains(page, "No trace has bins of an hour or less and 8 weeks.") ||
		!strings.Contains(page, "- "+passed[0]) {
		t.Error(page)
	}
}
