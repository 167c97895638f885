package export

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/hack/dataplane/internal/platform"
	"github.com/modcap/modcap/hack/dataplane/summary"
)

func report() platform.Report {
	return platform.Report{
		Now: time.Minute, Rollouts: []platform.RolloutReport{rollout(true, "r1"), rollout(false, "r2")},
		Waves: []platform.WaveReport{{Market: "BR", Domain: "spam", Began: 25 * time.Second, On: true}},
		Pools: []platform.PoolReport{{
			Name: "text", Workers: platform.Workers{Ready: 2, Existing: 3}, WorkerTime: 90 * time.Second, ReadyTime: time.Minute,
			BusyTime: 30 * time.Second,
		}},
		Teams: []platform.TeamReport{{Name: "", Waiting: 4}, {Name: "day", Heads: 2.5, Busy: 1, Handled: 8 * time.Second}},
		Queues: []platform.QueueReport{
			{
				Name: "live", Classified: true, Backlog: 7, OldestAge: 1500 * time.Millisecond, Held: 1, QASamples: 2,
				Machine: platform.Ledger{Arrivals: 20, Completed: 13, Due: 10, OnTime: 9}, Decisions: map[string]int64{"Allow": 12},
				Bands: []platform.BandReport{{
					Policy: "rules", Label: "spam", Items: []int64{4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18}, Decided: 11, Violating: 7,
				}},
			},
			{
				Name: "appeals", Streams: []platform.StreamReport{{Name: "people", Classes: []platform.ClassReport{{
					Language: "pt-BR", HarmDomain: "hate", Backlog: 3, InProgress: 1, Handled: 9 * time.Second,
					Ledger: platform.Ledger{Arrivals: 6, Completed: 2, Due: 1, OnTime: 1},
				}}}},
			},
		},
	}
}

func rollout(over bool, revision string) platform.RolloutReport {
	return platform.RolloutReport{
		Policy: "rules", Revision: revision, Over: over, Decided: map[string]time.Duration{"BR": 20 * time.Second},
		Cohorts: []platform.CohortReport{{
			Begin: time.Date(2026, 11, 2, 14, 0, 5, 0, time.UTC), From: 5 * time.Second, Matured: 17 * time.Second,
			Cells: []platform.CellReport{{
				Market: "BR", Entered: 900, Candidate: 100,
				Moved: []platform.MovedReport{{Label: "spam", From: "Review", To: "Allow", Items: 9, Sampled: 8, Labelled: 7, Violating: 3}},
				Strata: []platform.StratumReport{{
					Arm: "Candidate", Rate: 5000, Sampled: 6, Labelled: 5,
					Errors: []platform.ErrorReport{{Label: "spam", Kind: "Leakage", Errors: 2}, {Label: "spam", Kind: "Overkill"}},
				}},
			}},
		}},
	}
}

func scored() []platform.ScoredItem {
	score := func(label, version string, ppm v1.PPM) v1.Score {
		return v1.Score{Label: label, Version: version, PPM: ppm}
	}
	return []platform.ScoredItem{
		{Queue: "live", Market: "BR", Language: "pt-BR", Scores: []v1.Score{score("spam", "2", 560_000), score("hate", "", 1)}, Known: true, Violating: true},
		{Queue: "live", Market: "MX", Language: "es-MX", Scores: []v1.Score{score("spam", "2", v1.AllPPM)}},
		{Queue: "live", Market: "MX", Language: "es-MX", Known: true},
	}
}

// shown is a platform of which there is nothing to see yet when the handler is made.
type shown struct{ seen platform.Report }

func (s *shown) Report() platform.Report       { return s.seen }
func (s *shown) Scored() []platform.ScoredItem { return scored() }
func (s *shown) Histograms() []platform.HistogramReport {
	counts := make([]int64, len(platform.ScoreEdges())+1)
	counts[0], counts[1], counts[len(counts)-1] = 3, 2, 1
	key := platform.HistogramKey{Queue: "live", Label: "spam", Version: "2", Market: "BR", Language: "pt-BR", Rest: "review"}
	looked := key
	looked.Looked = "true"
	return []platform.HistogramReport{{HistogramKey: key, Counts: counts, Sum: 1.5}, {HistogramKey: looked, Counts: make([]int64, len(counts))}}
}

func get(t *testing.T, path string) string {
	t.Helper()
	p := &shown{}
	h, err := Handler(p)
	if err != nil {
		t.Fatal(err)
	}
	p.seen = report()
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
	if answer.Code != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, answer.Code, answer.Body)
	}
	return answer.Body.String()
}

func TestMetrics(t *testing.T) {
	got := get(t, "/metrics")
	const (
		move = `cohort="2026-11-02T14:00:05Z",from="Review",label="spam",market="BR",policy="rules",revision="r2",to="Allow"`
		arm  = `arm="Candidate",cohort="2026-11-02T14:00:05Z"`
	)
	for _, want := range []string{
		`moderation_classification_backlog_items{queue="live"} 7`,
		`moderation_classification_oldest_age_seconds{queue="live"} 1.5`,
		`moderation_classification_arrivals_total{queue="live"} 20`,
		`moderation_classification_completed_total{queue="live"} 13`,
		`moderation_classification_due_total{queue="live"} 10`,
		`moderation_classification_on_time_total{queue="live"} 9`,
		`moderation_held_items{queue="live"} 1`,
		`moderation_qa_samples_total{queue="live"} 2`,
		`moderation_decisions_total{action="Allow",queue="live"} 12`,
		`moderation_review_backlog_items{domain="hate",language="pt-BR",queue="appeals",stream="people"} 3`,
		`moderation_review_in_progress_items{domain="hate",language="pt-BR",queue="appeals",stream="people"} 1`,
		`moderation_review_arrivals_total{domain="hate",language="pt-BR",queue="appeals",stream="people"} 6`,
		`moderation_review_completed_total{domain="hate",language="pt-BR",queue="appeals",stream="people"} 2`,
		`moderation_review_handle_seconds_total{domain="hate",language="pt-BR",queue="appeals",stream="people"} 9`,
		`moderation_review_due_total{domain="hate",language="pt-BR",queue="appeals",stream="people"} 1`,
		`moderation_review_on_time_total{domain="hate",language="pt-BR",queue="appeals",stream="people"} 1`,
		`moderation_pool_workers{pool="text",state="ready"} 2`,
		`moderation_pool_worker_seconds_total{pool="text",state="ready"} 60`,
		`moderation_pool_worker_seconds_total{pool="text",state="other"} 30`,
		`moderation_pool_busy_seconds_total{pool="text"} 30`,
		`moderation_team_heads{team="day"} 2.5`,
		`moderation_team_handle_seconds_total{team="day"} 8`,
		`moderation_rollout_entered_items{cohort="2026-11-02T14:00:05Z",market="BR",policy="rules",revision="r2"} 900`,
		`moderation_rollout_moved_items{` + move + `} 9`,
		`moderation_rollout_moved_sampled_items{` + move + `} 8`,
		`moderation_rollout_moved_labelled_items{` + move + `} 7`,
		`moderation_rollout_moved_violating_items{` + move + `} 3`,
		`moderation_rollout_sampled_items{` + arm + `,market="BR",policy="rules",rate="0.005",revision="r2"} 6`,
		`moderation_rollout_labelled_items{` + arm + `,market="BR",policy="rules",rate="0.005",revision="r2"} 5`,
		`moderation_rollout_error_items{` + arm + `,kind="Leakage",label="spam",market="BR",policy="rules",rate="0.005",revision="r2"} 2`,
		`moderation_rollout_error_items{` + arm + `,kind="Overkill",label="spam",market="BR",policy="rules",rate="0.005",revision="r2"} 0`,
		`moderation_band_items_total{above="0.02",label="spam",policy="rules",queue="live"} 4`,
		`moderation_band_items_total{above="0.3",label="spam",policy="rules",queue="live"} 18`,
		`moderation_band_decided_total{label="spam",policy="rules",queue="live"} 11`,
		`moderation_band_violating_total{label="spam",policy="rules",queue="live"} 7`,
	} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("missing: %s", want)
		}
	}
	// A queue of people only has no machine stage to show.
	for _, no := range []string{`classification_backlog_items{queue="appeals"}`, `team=""`, `revision="r1"`} {
		if strings.Contains(got, no) {
			t.Errorf("not wanted: %s", no)
		}
	}
}

func TestHistograms(t *testing.T) {
	got := get(t, "/metrics/scores")
	const labels = `label="spam",language="pt-BR",market="BR",queue="live",rest="review",version="2"`
	for _, want := range []string{
		`modcap_label_score_bucket{` + labels + `,le="0.05"} 3`,
		`modcap_label_score_bucket{` + labels + `,le="0.1"} 5`,
		`modcap_label_score_bucket{` + labels + `,le="0.62"} 5`,
		`modcap_label_score_bucket{` + labels + `,le="+Inf"} 6`,
		`modcap_label_score_sum{` + labels + `} 1.5`,
		`modcap_label_score_looked_bucket{` + labels + `,violating="true",le="0.55"} 0`,
	} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("missing: %s", want)
		}
	}
	if strings.Contains(get(t, "/metrics"), "modcap_label_score") {
		t.Error("histograms are read every second")
	}
}

func TestScores(t *testing.T) {
	want := "queue,market,language,violating,hate,hate.version,spam,spam.version\n" +
		"live,BR,pt-BR,1,0.000001,,0.56,2\nlive,MX,es-MX,,,,1,2\nlive,MX,es-MX,0,,,,\n"
	if diff := cmp.Diff(want, get(t, "/scores")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestSummary(t *testing.T) {
	var s summary.Summary
	if err := json.Unmarshal([]byte(get(t, "/summary")), &s); err != nil {
		t.Fatal(err)
	}
	if s.Seconds != 60 || len(s.Queues) != 2 || s.Queues[0].Machine.Attained != 90 || s.Queues[1].Machine != nil {
		t.Errorf("%+v", s)
	}
	if got := get(t, "/healthz"); got != "ok\n" {
		t.Errorf("healthz says %q", got)
	}
}
