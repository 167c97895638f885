package lab_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/lab"
	"github.com/modcap/modcap/internal/preview/trial"
	"github.com/modcap/modcap/internal/simulate/relief"
)

const goldenRelief = "testdata/relief.txt"

// A few worlds of each kind; written anew with
//
//	go test ./internal/lab -run GoldenRelief -update
func TestGoldenRelief(t *testing.T) {
	result := lab.RunRelief(6, 2, nil)
	var b strings.Builder
	for _, r := range result.Rows {
		fmt.Fprintf(&b, "%q, steady %t, blind %t\n", r.Variant, r.Steady, r.Blind)
		for i, f := range r.Figures {
			fmt.Fprintf(&b, "  %d begins, %d cycles, %d changes, on %.2f, late %.0f h of %.0f h, protected %.0f h of %.0f h, samples %.0f h of %.0f h, leaks %.0f\n",
				f.Begins, f.Cycles, f.Changes, f.On, f.Late, r.Without[i].Late, f.LateProtected, r.Without[i].LateProtected,
				f.LateSamples, r.Without[i].LateSamples, f.Leaks)
		}
	}
	fmt.Fprintf(&b, "%+v\n", result.Held)
	if *update {
		if err := os.WriteFile(goldenRelief, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenRelief)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Errorf("the results are others (if they are meant to be, run this with -update):\n%s", diff)
	}
	for _, c := range result.Check() {
		if !c.Met {
			t.Errorf("missed: %+v", c)
		}
	}
	if page := result.Page(); strings.Contains(page, "%!") || !strings.Contains(page, "steady   | modcap") {
		t.Error(page)
	}
}

// What is wrong misses its line of the bar.
func TestCheckRelief(t *testing.T) {
	result := lab.RunRelief(1, 1, nil)
	result.Rows[0].Figures[0] = relief.Figures{Cycles: 3, Touched: 1}
	result.Held.Later = 1
	for _, c := range result.Check() {
		if c.Met {
			t.Errorf("met: %+v", c)
		}
	}
	if table := lab.ReliefChecks(result.Check()); strings.Count(table, "**missed**") != 3 {
		t.Error(table)
	}
}

// Previews of few items, told in whole.
func TestPreviews(t *testing.T) {
	rows, err := lab.RunPreviews(2, 4000, 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	page := lab.PreviewPage(rows, 4000)
	for _, k := range trial.Kinds() {
		if !strings.Contains(page, "| "+k.Name+" | 2 | ") {
			t.Errorf("%s is not told:\n%s", k.Name, page)
		}
	}
	if strings.Contains(page, "%!") {
		t.Error(page)
	}
}
