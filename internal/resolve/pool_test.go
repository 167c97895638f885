package resolve

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

func TestOverrideState(t *testing.T) {
	from, until := now.Add(-time.Hour), now.Add(time.Hour)
	between := modtest.MakeOverride("o", "ns").From(from).Until(until).Obj()
	atOnce := modtest.MakeOverride("o", "ns").Until(until).Obj()
	for name, c := range map[string]struct {
		override *v1alpha1.CapacityOverride
		now      time.Time
		want     string
		edge     sample.Instant
	}{
		"before":              {between, from.Add(-time.Second), v1alpha1.ReasonNotYet, sample.At(from)},
		"from belongs to it":  {between, from, v1alpha1.ReasonInForce, sample.At(until)},
		"between":             {between, now, v1alpha1.ReasonInForce, sample.At(until)},
		"just before the end": {between, until.Add(-time.Nanosecond), v1alpha1.ReasonInForce, sample.At(until)},
		"until does not":      {between, until, v1alpha1.ReasonExpired, 0},
		"after":               {between, until.Add(time.Hour), v1alpha1.ReasonExpired, 0},
		"without from":        {atOnce, from, v1alpha1.ReasonInForce, sample.At(until)},
	} {
		t.Run(name, func(t *testing.T) {
			if got, edge := OverrideState(c.override, c.now); got != c.want || edge != c.edge {
				t.Errorf("%s until %v, want %s until %v", got, edge.Time(), c.want, c.edge.Time())
			}
		})
	}
}

func overridesOf(t *testing.T) []v1alpha1.CapacityOverride {
	t.Helper()
	hour := func(h int) time.Time { return now.Add(time.Duration(h) * time.Hour) }
	override := func(name string) *modtest.OverrideWrapper { return modtest.MakeOverride(name, "ns").Pool("live") }
	deleted := override("deleted").Obj()
	deleted.DeletionTimestamp = &metav1.Time{Time: now}
	return []v1alpha1.CapacityOverride{
		*override("pause-b").By("bob").Reason("drill").Until(hour(5)).Obj(),
		*override("floor").Floor(7).Until(hour(3)).Obj(),
		*override("later").From(hour(2)).Until(hour(9)).Obj(),
		*override("over").Until(hour(-1)).Obj(),
		*override("elsewhere").Pool("other").Until(hour(1)).Obj(),
		*deleted,
		*override("pause-a").Until(hour(4)).Obj(),
		*override("ceiling").Ceiling(0).Until(hour(6)).Obj(),
	}
}

// What is in force comes in one order, whatever the order of the cache.
func TestOverrides(t *testing.T) {
	hour := func(h int) sample.Instant { return sample.At(now.Add(time.Duration(h) * time.Hour)) }
	want := []capacity.Override{
		{Name: "ceiling", Kind: capacity.Ceiling, Until: hour(6), Reason: "testing", By: "on-call"},
		{Name: "floor", Kind: capacity.Floor, Replicas: 7, Until: hour(3), Reason: "testing", By: "on-call"},
		{Name: "pause-a", Kind: capacity.Pause, Until: hour(4), Reason: "testing", By: "on-call"},
		{Name: "pause-b", Kind: capacity.Pause, Until: hour(5), Reason: "drill", By: "bob"},
	}
	all := overridesOf(t)
	for seed := range uint64(20) {
		rand.New(rand.NewPCG(seed, 3)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		got, edge := Overrides("live", all, now)
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("in force (-want +got):\n%s", d)
		}
		if edge != hour(2) {
			t.Fatalf("next change at %v, want when later begins", edge.Time())
		}
	}
	if got, edge := Overrides("nobody", all, now); got != nil || edge != 0 {
		t.Errorf("a pool without overrides has %v, changing at %v", got, edge)
	}
	if got, edge := Overrides("other", all, now); len(got) != 1 || edge != hour(1) {
		t.Errorf("the other pool has %v, changing at %v", got, edge.Time())
	}
}

func TestPool(t *testing.T) {
	declared := modtest.MakePool("pool", "ns").Replicas(2, 200).Throughput("12.5").Startup("45s").Stabilization("3m").FlapBudget(12)
	bare := &v1alpha1.ClassifierPool{Spec: v1alpha1.ClassifierPoolSpec{
		Replicas: v1alpha1.ReplicaBounds{Min: 1, Max: 2}, Throughput: v1alpha1.Throughput{ItemsPerSecond: "1"},
	}}
	pause := []capacity.Override{{Name: "p", Kind: capacity.Pause}}
	base := capacity.Pool{
		Min: 2, Max: 200, Startup: 45 * sample.Second, Throughput: 12_500, MetricDelay: 2 * sample.Second, Interval: 2 * sample.Second,
		Stabilization: 3 * sample.Minute, ScaleDownsPerHour: 12,
	}
	with := func(change func(*capacity.Pool)) capacity.Pool { p := base; change(&p); return p }
	for name, c := range map[string]struct {
		pool      *v1alpha1.ClassifierPool
		learned   Learned
		interval  sample.Span
		overrides []capacity.Override
		want      capacity.Pool
	}{
		"declared":                    {declared.Obj(), Learned{}, 2 * sample.Second, nil, base},
		"learned, but not to be used": {declared.Obj(), Learned{Throughput: 9000, Startup: sample.Minute}, 2 * sample.Second, nil, base},
		"overrides":                   {declared.Obj(), Learned{}, 2 * sample.Second, pause, with(func(p *capacity.Pool) { p.Overrides = pause })},
		"the defaults of a manifest": {bare, Learned{}, 0, nil, capacity.Pool{
			Min: 1, Max: 2, Throughput: 1000, MetricDelay: 5 * sample.Second, Interval: 5 * sample.Second,
		}},
		"learned": {declared.Learn().Obj(), Learned{Throughput: 9000, Startup: sample.Minute}, 2 * sample.Second, nil, with(func(p *capacity.Pool) {
			p.Throughput, p.Startup = 9000, sample.Minute
		})},
		"nothing learned yet": {declared.Obj(), Learned{}, 2 * sample.Second, nil, base},
		"in a schedule": {
			declared.Schedule(modtest.MakeSchedule("noon", "11:00", "13:00", 5, 300)).Obj(), Learned{}, 2 * sample.Second, nil, with(func(p *capacity.Pool) {
				p.Min, p.Max, p.Next = 5, 300, &capacity.Bounds{At: sample.At(now.Add(time.Hour)), Min: 2, Max: 200}
			}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, Pool(c.pool, c.learned, c.interval, c.overrides, now)); d != "" {
				t.Errorf("pool (-want +got):\n%s", d)
			}
		})
	}
}

func TestQueue(t *testing.T) {
	numbers := book{values: map[string]sample.Sample{"backlog": fresh(5000), "arrivals": stale(1500), "oldest": fresh(9000)}}
	base := capacity.Queue{
		Key: "ns/live-br", Priority: 500, Deadline: 30 * sample.Second, Percent: 990_000, WorkPerItem: 1000,
		Backlog: fresh(5000), Arrivals: stale(1500), OldestAge: fresh(9000),
	}
	with := func(change func(*capacity.Queue)) capacity.Queue { q := base; change(&q); return q }
	unset := modtest.MakeQueue("live-br", "ns").WorkPerItem("").Obj()
	unset.Spec.Priority = nil
	for name, c := range map[string]struct {
		queue *v1alpha1.ModerationQueue
		rows  Rows
		want  capacity.Queue
		ok    bool
	}{
		"as declared": {modtest.MakeQueue("live-br", "ns").Obj(), numbers, base, true},
		"everything": {
			modtest.MakeQueue("live-br", "ns").Priority(0).Protected().ServiceLevel("99.99", "1m30s").WorkPerItem("2.5").Obj(), numbers,
			with(func(q *capacity.Queue) {
				q.Priority, q.Protected, q.Deadline, q.Percent, q.WorkPerItem = 0, true, 90*sample.Second, 999_900, 2500
			}), true,
		},
		"the defaults of a manifest": {unset, numbers, base, true},
		"no age declared": {
			modtest.MakeQueue("live-br", "ns").Metrics(func(m *v1alpha1.ClassificationMetrics) { m.OldestAge = nil }).Obj(), numbers,
			with(func(q *capacity.Queue) { q.OldestAge = sample.Missing(sample.CauseNotDeclared) }), true,
		},
		"nothing read": {modtest.MakeQueue("live-br", "ns").Obj(), book{}, with(func(q *capacity.Queue) {
			none := sample.Missing(sample.CauseNoRow)
			q.Backlog, q.Arrivals, q.OldestAge = none, none, none
		}), true},
		"people only": {modtest.MakeQueue("live-br", "ns").NoClassification().Obj(), numbers, capacity.Queue{}, false},
		"bad percent": {modtest.MakeQueue("live-br", "ns").ServiceLevel("101", "30s").Obj(), numbers, capacity.Queue{}, false},
		"bad time":    {modtest.MakeQueue("live-br", "ns").ServiceLevel("99", "1d").Obj(), numbers, capacity.Queue{}, false},
		"bad work":    {modtest.MakeQueue("live-br", "ns").WorkPerItem("0").Obj(), numbers, capacity.Queue{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := Queue(c.queue, c.rows)
			if d := cmp.Diff(c.want, got); d != "" || ok != c.ok {
				t.Errorf("%v, want %v; queue (-want +got):\n%s", ok, c.ok, d)
			}
		})
	}
}

func TestCompleted(t *testing.T) {
	numbers := book{values: map[string]sample.Sample{"completed": fresh(7000)}}
	undeclared := func(m *v1alpha1.ClassificationMetrics) { m.Completed = nil }
	for name, c := range map[string]struct {
		queue *v1alpha1.ModerationQueue
		want  sample.Sample
	}{
		"read":         {modtest.MakeQueue("q", "ns").Obj(), fresh(7000)},
		"not declared": {modtest.MakeQueue("q", "ns").Metrics(undeclared).Obj(), sample.Missing(sample.CauseNotDeclared)},
		"people only":  {modtest.MakeQueue("q", "ns").NoClassification().Obj(), sample.Missing(sample.CauseNotDeclared)},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, Completed(c.queue, numbers)); d != "" {
				t.Errorf("completed (-want +got):\n%s", d)
			}
		})
	}
}

func TestPromise(t *testing.T) {
	if _, ok := Promise(v1alpha1.ServiceLevel{Percent: "0", Within: "1m"}, ""); ok {
		t.Error("0 % is taken for a promise")
	}
	got, ok := Promise(v1alpha1.ServiceLevel{Percent: "90", Within: "15m"}, v1alpha1.MeasureStarted)
	if !ok || got.Percent != 900_000 || got.Within != 15*sample.Minute || got.Measure != "Started" {
		t.Errorf("90 %% started within 15m is %+v, %v", got, ok)
	}
}
