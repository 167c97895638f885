package sheet

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Occupancy is told of five people or more, and never of fewer: not in the table, and not as JSON.
func TestOccupancy(t *testing.T) {
	for name, c := range map[string]struct {
		scheduled, covered float64
		csv, json          string
	}{
		"four people":        {4, 2, "", "null"},
		"not quite five":     {4.9, 2, "", "null"},
		"five people":        {5, 3, "80", "80"},
		"all of their time":  {8, 6, "100", "100"},
		"none of their time": {8, 0, "0", "0"},
		"nobody":             {0, 0, "", "null"},
	} {
		t.Run(name, func(t *testing.T) {
			total := need(c.covered, c.scheduled)
			s := Of(staffing.Result{
				Grid: staffing.Grid{Width: sample.Hour, N: 1}, Totals: []staffing.Total{total},
				Languages: []staffing.LanguagePlan{{Language: "en", Tier: 1, Intervals: []staffing.Total{total}}},
			})
			table, err := s.CSV()
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range strings.Split(strings.TrimSpace(string(table)), "\n")[1:] {
				if fields := strings.Split(line, ","); fields[slices.Index(header, "occupancy_percent")] != c.csv {
					t.Errorf("%s, want %q for the occupancy", line, c.csv)
				}
			}
			data, err := json.Marshal(s.Data(&View{Name: "x"}))
			if err != nil || strings.Count(string(data), `"occupancy":[`+c.json+`]`) != 2 {
				t.Errorf("%s, want occupancy %s twice (%v)", data, c.json, err)
			}
		})
	}
}

// A table of a version that did not tell occupancy is read all the same.
func TestReadWithoutLaterColumns(t *testing.T) {
	want := Of(planned(1))
	table, err := want.CSV()
	if err != nil {
		t.Fatal(err)
	}
	var old bytes.Buffer
	for _, line := range strings.Split(strings.TrimSpace(string(table)), "\n") {
		old.WriteString(strings.Join(strings.Split(line, ",")[:needed], ",") + "\n")
	}
	got, err := Read(old.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for i := range want.Lines {
		for k := range want.Lines[i].Cells {
			want.Lines[i].Cells[k].Occupancy, want.Lines[i].Cells[k].OnTime = Untold, Untold
		}
	}
	want.Why = nil
	if d := cmp.Diff(&want, got); d != "" {
		t.Error(d)
	}
}

func TestFirst(t *testing.T) {
	whole := Of(planned(2))
	for _, n := range []int{1, 48, 96, 500} {
		s := whole.First(n)
		if want := min(n, 96); s.Grid.N != want || len(s.Lines) != 4 || len(s.Lines[3].Cells) != want {
			t.Errorf("first %d: grid of %d, %d lines", n, s.Grid.N, len(s.Lines))
		}
	}
	if whole.Grid.N != 96 || len(whole.Lines[0].Cells) != 96 {
		t.Error("the whole was cut")
	}
}
