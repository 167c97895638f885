package export

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/modcap/modcap/hack/dataplane/internal/platform"
	"github.com/modcap/modcap/hack/dataplane/summary"
)

func report() platform.Report {
	return platform.Report{
		Now: time.Minute,
		Pools: []platform.PoolReport{{
			Name: "text", Workers: platform.Workers{Ready: 2, Existing: 3}, WorkerTime: 90 * time.Second, ReadyTime: time.Minute,
			BusyTime: 30 * time.Second,
		}},
		Teams: []platform.TeamReport{{Name: "", Waiting: 4}, {Name: "day", Heads: 2.5, Busy: 1, Handled: 8 * time.Second}},
		Queues: []platform.QueueReport{
			{
				Name: "live", Classified: true, Backlog: 7, OldestAge: 1500 * time.Millisecond, Held: 1, QASamples: 2,
				Machine: platform.Ledger{Arrivals: 20, Completed: 13, Due: 10, OnTime: 9}, Decisions: map[string]int64{"Allow": 12},
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

func get(t *testing.T, path string) string {
	t.Helper()
	// There is nothing to see yet when the handler is made.
	seen := platform.Report{}
	h, err := Handler(func() platform.Report { return seen })
	if err != nil {
		t.Fatal(err)
	}
	seen = report()
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
	if answer.Code != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, answer.Code, answer.Body)
	}
	return answer.Body.String()
}

func TestMetrics(t *testing.T) {
	got := get(t, "/metrics")
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
	} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("missing: %s", want)
		}
	}
	// A queue of people only has no machine stage to show.
	for _, no := range []string{`classification_backlog_items{queue="appeals"}`, `team=""`} {
		if strings.Contains(got, no) {
			t.Errorf("not wanted: %s", no)
		}
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
