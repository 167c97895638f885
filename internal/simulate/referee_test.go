package simulate_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/simulate"
)

// Numbers printed by another simulator, written independently of this one: the
// same arrivals, peers' rules and clairvoyant, as its command lines say.
func TestRefereeAgrees(t *testing.T) {
	golden, err := os.ReadFile("testdata/referee.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split(strings.TrimPrefix(string(golden), "# "), "\n# ") {
		command, printed, _ := strings.Cut(strings.TrimSpace(block), "\n")
		t.Run(command, func(t *testing.T) {
			var got strings.Builder
			referee(t, &got, strings.Fields(command))
			if diff := cmp.Diff(strings.Split(printed, "\n"), strings.Split(strings.TrimSpace(got.String()), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// referee prints what the other simulator does for the same arguments.
func referee(t *testing.T, out *strings.Builder, args []string) {
	flags := flag.NewFlagSet("referee", flag.ContinueOnError)
	sweep, only := flags.Bool("sweep", false, ""), flags.String("scenario", "", "")
	seed, day := flags.Uint64("seed", 1, ""), flags.String("day", "last", "")
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	name := strings.TrimSuffix(flags.Arg(0), ".csv")
	tr := parse(t, name, made()[name])
	for _, s := range inTheirOrder() {
		if *only != "" && s.Name != *only {
			continue
		}
		c, err := s.Case(tr, simulate.Day(*day), *seed)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(out, "%s,%s,clairvoyant-greedy,,1,1,%.4f,\n", name, s.Name, c.Bound()/c.Work())
		line := func(o simulate.Outcome) {
			r := o.Result
			fmt.Fprintf(out, "%s,%s,%s,%.3g,%.4f,%.4f,%.4f,%d\n", name, s.Name, o.Rule, o.Knob, r.Attained, r.Low, r.WorkerSeconds/c.Work(), r.Changes)
		}
		for _, rule := range c.Rules() {
			if !*sweep {
				line(rule.Best(c.Arrivals, c.Pool, s.Share))
				continue
			}
			for _, k := range rule.Knobs {
				line(simulate.Outcome{Rule: rule.Name, Knob: k, Result: simulate.Run(c.Arrivals, c.Pool, rule.New(k, float64(s.Deadline), 1))})
			}
		}
	}
}

// inTheirOrder is the grid with large at the end.
func inTheirOrder() []simulate.Scenario {
	var out, last []simulate.Scenario
	for _, s := range simulate.Grid {
		if s.Name == "large" {
			last = append(last, s)
		} else {
			out = append(out, s)
		}
	}
	return append(out, last...)
}
