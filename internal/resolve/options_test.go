package resolve

import (
	"testing"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// A person more from 08:00 to 16:00 with a quarter away is three quarters of a head in
// each of 16 half hours, and eight hours on the roster; of a notice until 12:00 half of it.
func TestShiftOptions(t *testing.T) {
	monday := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	grid := staffing.GridOf(sample.At(monday), 30*sample.Minute, 24*sample.Hour)
	team := modtest.MakeTeam("dublin", "ns").Obj()
	team.Spec.Shrinkage.Planned = "25"
	for name, c := range map[string]struct {
		from  time.Duration
		heads sample.Milli
		cost  sample.Span
	}{
		"from the start": {0, 16 * 750, 8 * sample.Hour},
		"from noon":      {12 * time.Hour, 8 * 750, 4 * sample.Hour},
		"too late":       {16 * time.Hour, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ShiftOptions(team, monday, grid, sample.At(monday.Add(c.from)))
			if err != nil || len(got) != len(team.Spec.Shifts) {
				t.Fatalf("%+v, %v", got, err)
			}
			var sum sample.Milli
			for _, h := range got[0].Productive {
				sum += h
			}
			if sum != c.heads || got[0].Cost != c.cost || got[0].Team != "dublin" || got[0].Shift != string(team.Spec.Shifts[0].Name) {
				t.Errorf("%v heads for %v, want %v for %v", sum, got[0].Cost, c.heads, c.cost)
			}
		})
	}
	team.Spec.Shifts, team.Spec.ScheduleRef = nil, &v1alpha1.ObjectReference{Name: "roster"}
	if got, err := ShiftOptions(team, monday, grid, 0); err != nil || len(got) != 0 {
		t.Errorf("of a schedule: %+v, %v", got, err)
	}
	team = modtest.MakeTeam("dublin", "ns").Obj()
	team.Spec.TimeZone = "Mars/Base"
	if _, err := ShiftOptions(team, monday, grid, 0); err == nil {
		t.Error("a team of a zone that does not exist has options")
	}
}
