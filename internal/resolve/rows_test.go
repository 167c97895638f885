package resolve

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

func seriesOf(rows []Row) []string {
	out := make([]string, 0, len(rows))
	for _, r := range rows {
		out = append(out, fmt.Sprintf("%s/%s %s %s", r.SourceKind, r.Source, r.Series, r.Labels["queue"]))
	}
	return out
}

func TestQueueRows(t *testing.T) {
	const s = "MetricSource/source "
	machine := modtest.MakeQueue("live", "ns")
	shared := modtest.MakeReview("live") // of the same rows as the machine stage
	for name, c := range map[string]struct {
		queue               *v1alpha1.ModerationQueue
		all, history, weeks []string
	}{
		"machines": {
			machine.Obj(),
			[]string{s + "arrivals live", s + "backlog live", s + "completed live", s + "due live", s + "oldest live", s + "ontime live"},
			[]string{s + "due live", s + "ontime live"}, []string{s + "arrivals live"},
		},
		"only what is declared": {
			modtest.MakeQueue("live", "ns").Metrics(func(m *v1alpha1.ClassificationMetrics) {
				m.Completed, m.OldestAge, m.Due, m.OnTime = nil, nil, nil, &v1alpha1.SeriesReference{}
			}).Obj(), []string{s + "arrivals live", s + "backlog live"}, []string{}, []string{s + "arrivals live"},
		},
		"people and rooms": {
			modtest.MakeQueue("live", "ns").NoClassification().
				Review(modtest.MakeReview("hate").MeasuredHandleTime()).Review(modtest.MakeReview("patrol").Rooms(4)).Obj(),
			[]string{
				s + "arrivals hate", s + "backlog hate", s + "completed hate", s + "due hate", s + "handle hate", s + "oldest hate", s + "ontime hate", s + "rooms patrol",
			},
			[]string{s + "due hate", s + "ontime hate"}, []string{s + "arrivals hate"},
		},
		"what is compared with arrivals over a day": {
			modtest.MakeQueue("live", "ns").NoClassification().Review(modtest.MakeReview("hate").Metrics(func(m *v1alpha1.ReviewMetrics) {
				m.Completed, m.OldestAge, m.Due, m.OnTime = nil, nil, nil, nil
				counts("allowed", "actioned", "escalated")(m)
			})).Obj(),
			[]string{s + "actioned hate", s + "allowed hate", s + "arrivals hate", s + "backlog hate", s + "escalated hate"},
			[]string{s + "actioned hate", s + "allowed hate", s + "escalated hate"}, []string{s + "arrivals hate"},
		},
		"a row that is declared twice stands once": {
			machine.Review(shared).Obj(),
			[]string{s + "arrivals live", s + "backlog live", s + "completed live", s + "due live", s + "oldest live", s + "ontime live"},
			[]string{s + "due live", s + "ontime live"}, []string{s + "arrivals live"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := QueueRows(c.queue)
			if d := cmp.Diff(c.all, seriesOf(got.All)); d != "" {
				t.Errorf("rows (-want +got):\n%s", d)
			}
			if d := cmp.Diff(c.history, seriesOf(got.History)) + cmp.Diff(c.weeks, seriesOf(got.Weeks)); d != "" {
				t.Errorf("history and weeks (-want +got):\n%s", d)
			}
		})
	}
}

// Whatever the order in which streams are declared, the rows are the same, and each
// stands once; history is part of them.
func TestQueueRowsAreASet(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 4))
		q := modtest.MakeQueue("live", "ns")
		for i := range 1 + r.IntN(5) {
			stream := modtest.MakeReview(fmt.Sprintf("r%d", i)).MatchLabels(map[string]v1alpha1.LabelValue{
				"queue": v1alpha1.LabelValue(fmt.Sprintf("q%d", r.IntN(3))), "lane": v1alpha1.LabelValue(fmt.Sprintf("l%d", r.IntN(2))),
			}).Source([]string{"MetricSource", "ClusterMetricSource"}[r.IntN(2)], "source")
			q.Review(stream)
		}
		obj := q.Obj()
		got := QueueRows(obj)
		keys := map[string]bool{}
		for _, row := range got.All {
			if row.Namespace != "ns" || keys[row.key()] {
				t.Fatalf("seed %d: %+v is of another namespace, or stands twice", seed, row)
			}
			keys[row.key()] = true
		}
		for _, row := range append(got.History, got.Weeks...) {
			if !keys[row.key()] {
				t.Fatalf("seed %d: %+v has a history and is not read", seed, row)
			}
		}
		slices.Reverse(obj.Spec.Reviews)
		if d := cmp.Diff(got, QueueRows(obj)); d != "" {
			t.Fatalf("seed %d: another order gives other rows:\n%s", seed, d)
		}
	}
}

func TestRowsAreTakenForAMetricSource(t *testing.T) {
	row, ok := ArrivalsRow(modtest.MakeQueue("live", "ns").Source("", "prom").Obj())
	want := Row{SourceKind: "MetricSource", Source: "prom", Namespace: "ns", Series: "arrivals", Labels: map[string]string{"queue": "live"}}
	if d := cmp.Diff(want, row); d != "" || !ok {
		t.Errorf("%v; row (-want +got):\n%s", ok, d)
	}
	if _, ok := ArrivalsRow(modtest.MakeQueue("live", "ns").NoClassification().Obj()); ok {
		t.Error("a queue without machines has a row of arrivals")
	}
}
