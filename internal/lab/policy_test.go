package lab_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/lab"
)

const goldenPolicy = "testdata/policy.txt"

// A few rollouts of each kind; written anew with
//
//	go test ./internal/lab -run GoldenPolicy -update
func TestGoldenPolicy(t *testing.T) {
	rows := lab.RunPolicies(lab.PolicyCases(), 5, 2, nil)
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "base %g, %s, blind to %q\n", r.Base, r.Change, r.Blind)
		for _, e := range r.Ends {
			fmt.Fprintf(&b, "  %s %s step %d, %d h, %d exposed\n", e.Outcome, e.Reason, e.Step, e.Hours, e.Exposed)
		}
	}
	if *update {
		if err := os.WriteFile(goldenPolicy, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenPolicy)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Errorf("the results are others (if they are meant to be, run this with -update):\n%s", diff)
	}
	for _, c := range lab.CheckPolicy(rows, "") {
		if !c.Met {
			t.Errorf("missed: %+v", c)
		}
	}
}

// What is wrong misses its line of the bar.
func TestCheckPolicy(t *testing.T) {
	ends := func(advanced, aborted, open int) (out []lab.PolicyEnd) {
		for n, o := range map[guard.Outcome]int{guard.Advance: advanced, guard.Abort: aborted, guard.Inconclusive: open} {
			for range o {
				out = append(out, lab.PolicyEnd{Outcome: n})
			}
		}
		return out
	}
	rows := []lab.PolicyRow{
		{PolicyCase: lab.PolicyCase{Base: 0.02, Change: lab.PolicyGood}, Ends: ends(829, 61, 110)},
		{PolicyCase: lab.PolicyCase{Base: 0.02, Change: lab.PolicyBad}, Ends: ends(51, 949, 0)},
		{PolicyCase: lab.PolicyCase{Base: 0.05, Change: lab.PolicyGood}, Ends: ends(838, 62, 100)},
		{PolicyCase: lab.PolicyCase{Base: 0.05, Change: lab.PolicyGood, Blind: lab.BlindToDelay}, Ends: ends(0, 1000, 0)},
		{PolicyCase: lab.PolicyCase{Base: 0.05, Change: lab.PolicyPeople}, Ends: ends(1000, 0, 0)},
	}
	var got []string
	for _, c := range lab.CheckPolicy(rows, "") {
		got = append(got, fmt.Sprintf("%s %s %.3f %t", c.What, c.Bar, c.Got, c.Met))
	}
	want := []string{
		"base rate 0.02: good changes aborted ≤ 5 % (observed ≤ 6.1 %) 0.061 true",
		"base rate 0.02: good changes inconclusive ≤ 10 % 0.110 false",
		"base rate 0.02: bad changes that reached 100 % ≤ 5 % 0.051 false",
		"base rate 0.02: bad changes inconclusive ≤ 10 % 0.000 true",
		"base rate 0.05: good changes aborted ≤ 5 % (observed ≤ 6.1 %) 0.062 false",
		"base rate 0.05: good changes inconclusive ≤ 10 % 0.100 true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if page := lab.PolicyPage(rows); !strings.Contains(page, "blind to delay, held against the same bar") || strings.Contains(page, "%!") {
		t.Error(page)
	}
}
