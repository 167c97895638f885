package show

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/hack/dataplane/summary"
	"github.com/modcap/modcap/hack/demo/internal/check"
)

func TestTables(t *testing.T) {
	s := summary.Summary{
		Queues: []summary.Queue{
			{
				Name: "appeals", Decisions: map[string]int64{"Review": 4, "Unscored": 1}, Held: 2,
				Reviews: []summary.Stage{{Name: "people", Percent: 90, WithinSeconds: 180}},
			},
			{
				Name: "live", Decisions: map[string]int64{"Allow": 7, "Act": 3},
				Machine: &summary.Stage{Percent: 99.5, WithinSeconds: 10, Attained: 99.75, Kept: true, Due: 400, OnTime: 399, Backlog: 6},
				Reviews: []summary.Stage{{Name: "other", Due: 2, OnTime: 1, Attained: 50}},
			},
		},
		Pools: []summary.Pool{
			{Name: "a", Hours: summary.Hours{WorkerHours: 2, FixedWorkerHours: 4, SavedPercent: 50}, BusyHours: 1, PeakWorkers: 9, FixedWorkers: 8},
			{Name: "b"},
		},
		Total: summary.Hours{WorkerHours: 2, FixedWorkerHours: 4, SavedPercent: 50},
		Rollouts: []summary.Rollout{{Policy: "rules", Cohorts: []summary.Cohort{
			{FromSeconds: 69, MaturedSeconds: 131, Entered: 8000, Moved: 40, Leakage: 9}, {FromSeconds: 129, MaturedSeconds: -1, Entered: 50, Candidate: 7},
		}}},
	}
	var out strings.Builder
	Promises(&out, s)
	Hours(&out, s)
	Decisions(&out, s)
	Rollouts(&out, s)
	Checks(&out, []check.Result{{Name: "held", OK: true, Detail: "so"}, {Name: "fresh", Detail: "no"}})
	want := strings.TrimLeft(`
QUEUE     STAGE            PROMISE        ATTAINED   KEPT   DUE   LATE   WAITING
appeals   people: people   90% in 3m0s    -          -      0     0      0
live      machines         99.5% in 10s   99.75%     yes    400   1      6
live      people: other    -              50.00%     no     2     1      0
POOL   WORKER-HOURS   BUSY   MOST WORKERS   FIXED FLEET   ITS HOURS   SAVED
a      2.000          50%    9              8             4.000       50.0%
b      0.000          0%     0              0             0.000       0.0%
all    2.000                                              4.000       50.0%
QUEUE     ALLOWED   ACTIONED   TO PEOPLE   HELD
appeals   0         0          5           2
live      7         3          0           0
CHANGE OF   DECIDED FROM   ITEMS   BY THE CHANGE   MOVED   MORE LET THROUGH, OF 10000
rules       1:09           8000    0               40      11.2
rules       2:09           50      7               0       -
CHECK   RESULT   SEEN
held    ok       so
fresh   FAILED   no
`, "\n")
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestClock(t *testing.T) {
	for at, want := range map[time.Duration]string{0: "0:00", 59600 * time.Millisecond: "1:00", 125 * time.Second: "2:05"} {
		if got := Clock(at); got != want {
			t.Errorf("%s: got %s, want %s", at, got, want)
		}
	}
}
