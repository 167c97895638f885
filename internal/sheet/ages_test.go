package sheet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/staffing"
)

// Whoever reads a plan is told where ages are assumed, wherever it is read, and nothing where none are.
func TestAssumedAgesAreSaid(t *testing.T) {
	class := func(queue, language string, assumed bool) staffing.ClassPlan {
		return staffing.ClassPlan{Key: staffing.ClassKey{Queue: queue, Review: "hate", Language: language}, AgesAssumed: assumed}
	}
	const note = "how long work has waited is assumed, not measured, for %s: as if it had come evenly at the rate of now; " +
		"metrics.oldestAge of a review stream has it measured"
	for name, x := range map[string]struct {
		classes []staffing.ClassPlan
		want    string
	}{
		"nothing": {},
		"none":    {classes: []staffing.ClassPlan{class("live", "en", false)}},
		"one, in two languages": {
			[]staffing.ClassPlan{class("live", "pt", true), class("live", "en", true), class("ads", "en", false)}, "live/hate",
		},
		"two": {[]staffing.ClassPlan{class("live", "en", true), class("ads", "en", true)}, "ads/hate and live/hate"},
	} {
		t.Run(name, func(t *testing.T) {
			plan := planned(1)
			plan.Classes = x.classes
			v := &View{Name: "emea", Zone: time.UTC, Languages: []string{All}, Measures: []Measure{Gap}, Notes: []string{"a note"}}
			want := []string{"a note"}
			if x.want != "" {
				want = append(want, fmt.Sprintf(note, x.want))
			}
			stored, err := json.Marshal(new(Of(plan)).Data(v))
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Contains(string(stored), "agesAssumed"); got != (x.want != "") {
				t.Errorf("the table in JSON names assumed ages: %t", got)
			}
			s := &Sheet{Grid: plan.Grid, Lines: Of(plan).Lines}
			if s.Why, err = ReadWhy(stored); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, s.notes(v)); diff != "" {
				t.Error(diff)
			}
			var text, page bytes.Buffer
			if err := s.Text(&text, v); err != nil {
				t.Fatal(err)
			}
			if err := s.HTML(&page, v); err != nil {
				t.Fatal(err)
			}
			for _, shown := range []string{text.String(), page.String()} {
				for _, n := range want {
					if !strings.Contains(shown, "ote: "+n) {
						t.Errorf("%q is not said in\n%s", n, shown)
					}
				}
				if x.want == "" && strings.Contains(shown, "assumed") {
					t.Errorf("nothing is assumed, but it is said in\n%s", shown)
				}
			}
		})
	}
}

// What is stored of them is bounded, and what is not stored is counted.
func TestManyAssumedAges(t *testing.T) {
	var plan staffing.Result
	for i := range 100 {
		plan.Classes = append(plan.Classes, staffing.ClassPlan{
			Key: staffing.ClassKey{Queue: fmt.Sprintf("q%02d", i), Review: "r"}, AgesAssumed: true,
		})
	}
	a := agesOf(&plan)
	if len(a.Streams) != mostStreams || a.More != 100-mostStreams || !strings.Contains(a.sentence(), " for q00/r, q01/r, q02/r and 97 more: ") {
		t.Errorf("%d streams and %d more: %s", len(a.Streams), a.More, a.sentence())
	}
}
