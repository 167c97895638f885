package summary

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/modcap/modcap/hack/dataplane/internal/platform"
)

func TestRollouts(t *testing.T) {
	moved := func(from, to string, items, labelled, violating int64) platform.MovedReport {
		return platform.MovedReport{Label: "spam", From: from, To: to, Items: items, Sampled: items, Labelled: labelled, Violating: violating}
	}
	s := From(platform.Report{
		Rollouts: []platform.RolloutReport{{
			Policy: "rules", Revision: "r2", Over: true, Decided: map[string]time.Duration{"BR": 65 * time.Second},
			Cohorts: []platform.CohortReport{
				{From: 5 * time.Second, Matured: 66 * time.Second, Cells: []platform.CellReport{
					{Market: "BR", Entered: 900, Moved: []platform.MovedReport{moved("Review", "Allow", 20, 10, 5)}},
					{Market: "MX", Entered: 100, Moved: []platform.MovedReport{
						moved("Review", "Allow", 10, 10, 10), moved("Allow", "Review", 4, 2, 1), moved("Review", "Act", 8, 8, 4),
					}},
				}},
				{From: 65 * time.Second, Matured: -1, Cells: []platform.CellReport{
					{Market: "BR", Entered: 50, Candidate: 25, Moved: []platform.MovedReport{moved("Review", "Allow", 3, 0, 0)}},
				}},
			},
		}},
		Waves: []platform.WaveReport{{Market: "BR", Domain: "spam", Began: 70 * time.Second}, {Domain: "hate", Began: -1}},
	})
	want := []Rollout{{
		Policy: "rules", Revision: "r2", Over: true, DecidedSeconds: map[string]float64{"BR": 65}, Moved: map[string]int64{"BR": 23, "MX": 22},
		Cohorts: []Cohort{
			// 30 items go to Allow, 15 of 20 that were looked at violate; 4 leave it, of which a half does.
			{FromSeconds: 5, MaturedSeconds: 66, Entered: 1000, Moved: 42, Leakage: 22.5 - 2},
			{FromSeconds: 65, MaturedSeconds: -1e-9, Entered: 50, Candidate: 25, Moved: 3},
		},
	}}
	if diff := cmp.Diff(want, s.Rollouts, cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(s.Waves) != 2 || s.Waves[0] != (Wave{"BR", "spam", 70}) || s.Waves[1].BeganSeconds >= 0 {
		t.Errorf("waves %+v", s.Waves)
	}
}
