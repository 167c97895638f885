package summary

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/modcap/modcap/hack/dataplane/internal/platform"
)

func TestFrom(t *testing.T) {
	promise := platform.Promise{PPM: 990_000, Within: 10 * time.Second}
	report := platform.Report{
		Now: 30 * time.Minute,
		Pools: []platform.PoolReport{
			{Name: "a", WorkerTime: 2 * time.Hour, BusyTime: time.Hour, PeakWorkers: 9, FixedWorkers: 8},
			{Name: "b", WorkerTime: time.Hour, FixedWorkers: 0},
		},
		Queues: []platform.QueueReport{
			{
				Name: "appeals", Held: 2, Decisions: map[string]int64{"Review": 10},
				Streams: []platform.StreamReport{{
					Name: "people", Promise: promise, Decided: 7,
					Ledger: platform.Ledger{Arrivals: 10, Completed: 14, Due: 8, OnTime: 6},
				}},
			},
			{
				Name: "live", Classified: true, Promise: promise, Backlog: 5, QASamples: 3,
				Machine: platform.Ledger{Arrivals: 105, Completed: 100, Due: 100, OnTime: 99},
			},
		},
	}
	want := Summary{
		Seconds: 1800, Rollouts: []Rollout{}, Waves: []Wave{},
		Pools: []Pool{
			{Name: "a", Hours: Hours{2, 4, 50}, BusyHours: 1, PeakWorkers: 9, FixedWorkers: 8},
			{Name: "b", Hours: Hours{1, 0, 0}},
		},
		Total: Hours{3, 4, 25},
		Queues: []Queue{
			{
				Name: "appeals", Held: 2, Decisions: map[string]int64{"Review": 10},
				Reviews: []Stage{{
					Name: "people", Percent: 99, WithinSeconds: 10, Attained: 75, Due: 8, OnTime: 6, Arrivals: 10, Backlog: 3,
				}},
			},
			{
				Name: "live", QASamples: 3, Reviews: []Stage{},
				Machine: &Stage{
					Percent: 99, WithinSeconds: 10, Attained: 99, Kept: true, Due: 100, OnTime: 99, Arrivals: 105, Backlog: 5,
				},
			},
		},
	}
	if diff := cmp.Diff(want, From(report), cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestMachineKept(t *testing.T) {
	machine := func(kept bool, due int64) *Stage { return &Stage{Kept: kept, Due: due} }
	cases := map[string]struct {
		queues []Queue
		missed []string
	}{
		"all kept":             {[]Queue{{Name: "a", Machine: machine(true, 9)}, {Name: "people"}}, nil},
		"one missed":           {[]Queue{{Name: "a", Machine: machine(true, 9)}, {Name: "b", Machine: machine(false, 9)}}, []string{"b"}},
		"nothing was measured": {[]Queue{{Name: "a", Machine: machine(true, 0)}}, []string{"a"}},
	}
	for name, c := range cases {
		kept, missed := Summary{Queues: c.queues}.MachineKept()
		if kept != (c.missed == nil) || !cmp.Equal(missed, c.missed) {
			t.Errorf("%s: got %v %v", name, kept, missed)
		}
	}
}
