package lab_test

import (
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/demand"
	"github.com/modcap/modcap/internal/lab"
	"github.com/modcap/modcap/internal/trace"
)

const goldenToday = "testdata/today.txt"

// moody is a desk whose days are busy or quiet as a whole.
func moody() *trace.Trace {
	t := desk("moody", 1800, 20, 9, always)
	r := rand.New(rand.NewPCG(9, 9))
	level := 1.0
	for i := range t.Count {
		if i%48 == 0 {
			level = math.Exp(0.2 * r.NormFloat64())
		}
		t.Count[i] = math.Round(t.Count[i] * level)
	}
	return t
}

// What the page says of generated traffic; written anew with
//
//	go test ./internal/lab -run GoldenToday -update
func TestGoldenToday(t *testing.T) {
	got := lab.TodaySection(lab.TodayPeople(append(desks()[2:4], moody())))
	if *update {
		if err := os.WriteFile(goldenToday, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenToday)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Error(diff)
	}
	if got := lab.TodaySection(nil); !strings.HasSuffix(got, "No trace has bins of an hour or less and enough weeks.\n") {
		t.Error(got)
	}
}

// A line that is missed says so.
func TestCheckToday(t *testing.T) {
	good := demand.TodayTest{Hour: 10, Before: 0.1, Corrected: 0.09, RestBefore: 0.05, RestCorrected: 0.05, Covered: 0.9}
	worse := demand.TodayTest{Hour: 13, Before: 0.1, Corrected: 0.101, RestBefore: 0.05, RestCorrected: 0.06, Covered: 0.8}
	for name, c := range map[string]struct {
		hours []demand.TodayTest
		want  []bool
	}{
		"met":    {[]demand.TodayTest{good}, []bool{true, true, true, true}},
		"missed": {[]demand.TodayTest{worse}, []bool{false, false, false, false}},
		"both":   {[]demand.TodayTest{good, worse}, []bool{true, false, false, false}},
	} {
		var got []bool
		for _, line := range lab.CheckToday([]lab.PeopleToday{{Trace: "desk", Hours: c.hours}}) {
			got = append(got, line.Met)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
