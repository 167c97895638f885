package drain

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

const (
	namespace = "drain"
	// grace is the grace period of pods; leases are longer, as the contract wants.
	grace       = 4
	leaseLength = 10 * time.Second
	mostPods    = 7
	// rounds is how many scale-downs and rollouts the proof makes, over all pools.
	rounds = 200
	// crashes is after how many of them the operator crashes and comes back.
	crashes = 70
	seed    = 20261122
)

// fleet is a pool with its workers.
type fleet struct {
	name string
	// maxWait of the drain; empty for a pool that does not drain.
	maxWait v1alpha1.Duration
	// blind workers see no mark; careless ones take no notice of SIGTERM either.
	blind, careless bool
}

// proof is a run: fleets, the items they work on, and what is done to them.
type proof struct {
	*cluster
	broker  *broker
	kubelet *kubelet

	mu        sync.Mutex
	down, out int // scale-downs and rollouts so far
}

func newProof(t *testing.T) *proof {
	t.Helper()
	p := &proof{cluster: newCluster(t), broker: newBroker(t, leaseLength)}
	p.kubelet = &kubelet{
		t: t, broker: p.broker, binary: filepath.Join(t.TempDir(), "worker"), dir: t.TempDir(),
		pods: map[types.UID]*process{}, newest: map[string]string{},
	}
	p.goRun("build", "-o", p.kubelet.binary, "./hack/dataplane/worker")
	life, end := context.WithCancel(context.Background())
	t.Cleanup(func() {
		end()
		p.kubelet.running.Wait()
	})
	p.watch(life, p.kubelet)
	p.create(p.source())
	p.startOperator()
	return p
}

func (p *proof) create(o client.Object) {
	p.t.Helper()
	if err := p.Client.Create(p.t.Context(), o); err != nil {
		p.t.Fatal(err)
	}
}

func (p *proof) source() *v1alpha1.MetricSource {
	series := func(name, label string) v1alpha1.MetricSeries {
		return v1alpha1.MetricSeries{Name: v1alpha1.Word(name), Query: name, Type: v1alpha1.GaugeSeries, RowLabels: []string{label}, MaxAge: "5s"}
	}
	arrivals := series("arrivals", "queue")
	arrivals.Type = v1alpha1.RateSeries
	return &v1alpha1.MetricSource{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "platform"}, Spec: v1alpha1.MetricSourceSpec{
		Type: v1alpha1.PrometheusSource, Interval: "1s", Timeout: "1s",
		Prometheus: &v1alpha1.PrometheusConnection{URL: p.broker.server.URL, InsecureHTTP: true},
		Series:     []v1alpha1.MetricSeries{series("backlog", "queue"), arrivals, series("inflight", "pod")},
	}}
}

// launch makes a fleet of n workers with its pool and its queue.
func (p *proof) launch(f fleet, n int32) {
	p.t.Helper()
	d := modtest.MakeDeployment(f.name, namespace, n)
	pod := &d.Spec.Template.Spec
	pod.NodeName = "here" // no scheduler: the kubelet of the test takes them all
	pod.TerminationGracePeriodSeconds = ptr.To[int64](grace)
	pod.Containers[0].Args = []string{"--queue=" + f.name, "--slots=2"}
	if f.careless {
		pod.Containers[0].Args = append(pod.Containers[0].Args, "--careless")
	}
	if !f.blind {
		annotations := corev1.DownwardAPIVolumeFile{Path: "annotations", FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.annotations"}}
		pod.Volumes = []corev1.Volume{{Name: "podinfo", VolumeSource: corev1.VolumeSource{
			DownwardAPI: &corev1.DownwardAPIVolumeSource{Items: []corev1.DownwardAPIVolumeFile{annotations}},
		}}}
	}
	pool := modtest.MakePool(f.name, namespace).Replicas(n, n).Stabilization("0s").Startup("1s")
	if f.maxWait != "" {
		pool.Drain("platform", f.maxWait)
	}
	queue := modtest.MakeQueue(f.name, namespace).Obj()
	queue.Spec.PolicyRef, queue.Spec.Reviews = nil, nil
	queue.Spec.Classification.PoolRef.Name = f.name
	queue.Spec.Classification.Metrics = v1alpha1.ClassificationMetrics{
		RowSelector: v1alpha1.RowSelector{
			SourceRef: v1alpha1.SourceReference{Name: "platform"}, MatchLabels: map[string]v1alpha1.LabelValue{"queue": v1alpha1.LabelValue(f.name)},
		},
		Backlog: v1alpha1.SeriesReference{Series: "backlog"}, Arrivals: v1alpha1.SeriesReference{Series: "arrivals"},
	}
	p.create(d)
	p.create(pool.Obj())
	p.create(queue)
}

// shake scales a fleet and rolls it out at random until so many scale-downs and
// rollouts are done.
func (p *proof) shake(ctx context.Context, f fleet, n int32, times int, r *rand.Rand) error {
	pool := modtest.MakePool(f.name, namespace).Obj()
	for done := 0; done < times; {
		var generation int64
		to, roll := n, r.IntN(8) == 0
		switch {
		case roll:
		case n == mostPods || n > 1 && r.IntN(5) > 0:
			to = 1 + r.Int32N(n-1)
		default:
			to = n + 1 + r.Int32N(mostPods-n)
		}
		if err := p.scale(ctx, pool, to); err != nil {
			return err
		}
		if to < n && r.IntN(6) == 0 { // the need rises again while it waits, or has just gone on
			to = n
			if err := p.scale(ctx, pool, to); err != nil {
				return err
			}
		}
		if roll || to < n && r.IntN(6) == 0 {
			roll = true
			var err error
			if generation, err = p.roll(ctx, f.name, fmt.Sprint(done)); err != nil {
				return err
			}
		}
		if err := p.settled(ctx, f.name, generation, to); err != nil {
			return err
		}
		done += p.note(to < n, roll)
		n = to
	}
	return nil
}

// note counts what was done, and has the operator crash now and then.
func (p *proof) note(down, out bool) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.down + p.out
	if down {
		p.down++
	}
	if out {
		p.out++
	}
	if now := p.down + p.out; now/crashes > before/crashes {
		p.startOperator()
	}
	return p.down + p.out - before
}

// shakeAll shakes every fleet at once.
func (p *proof) shakeAll(ctx context.Context, fleets []fleet) {
	p.t.Helper()
	var group sync.WaitGroup
	errs := make([]error, len(fleets))
	for i, f := range fleets {
		times := rounds/len(fleets) + (len(fleets)-1-i+rounds%len(fleets))/len(fleets)
		group.Go(func() { errs[i] = p.shake(ctx, f, 4, times, rand.New(rand.NewPCG(seed, uint64(i)))) })
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		p.t.Fatal(err)
	}
}

// feedAll begins to feed every fleet with items; the function returned ends it.
func (p *proof) feedAll(ctx context.Context, fleets []fleet, perSecond float64) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	for i, f := range fleets {
		group.Go(func() { p.broker.feed(ctx, f.name, perSecond, rand.New(rand.NewPCG(seed, uint64(100+i)))) })
	}
	return func() {
		cancel()
		group.Wait()
	}
}

func TestScaleDownsAndRolloutsLoseNothing(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 6*time.Minute)
	defer cancel()
	p := newProof(t)
	fleets := []fleet{
		{name: "patient-0", maxWait: "20s"}, {name: "patient-1", maxWait: "20s"}, {name: "patient-2", maxWait: "20s"},
		{name: "patient-3", maxWait: "20s"}, {name: "patient-4", maxWait: "20s"},
		{name: "hasty", maxWait: "1s"},
		{name: "blind", maxWait: "3s", blind: true},
		{name: "undrained"},
	}
	for _, f := range fleets {
		p.launch(f, 4)
	}
	for _, f := range fleets {
		if err := p.settled(ctx, f.name, 0, 4); err != nil {
			t.Fatal(err)
		}
	}
	stop, began := p.feedAll(ctx, fleets, 12), time.Now()
	p.shakeAll(ctx, fleets)
	took := time.Since(began).Round(time.Second)
	stop()
	p.broker.await(ctx, func(l ledger) bool { return l.open == 0 })
	l := p.broker.ledger()
	p.report(l, took)
	if !l.clean() {
		t.Errorf("items were lost, or done twice, or nearly so: %s", l)
	}
	if p.down+p.out < rounds || p.out < rounds/8 || p.down < rounds/2 || l.items < 1000 {
		t.Errorf("too little was tried: %d scale-downs, %d rollouts, %d items", p.down, p.out, l.items)
	}
	p.checkTaken()
}

// report prints what was measured.
func (p *proof) report(l ledger, took time.Duration) {
	k := p.kubelet
	k.mu.Lock()
	defer k.mu.Unlock()
	p.t.Logf("%d scale-downs and %d rollouts in %s", p.down, p.out, took)
	p.t.Logf("%s", l)
	p.t.Logf("%d workers started, %d told to stop, %d killed", k.started, len(k.taken), k.killed)
	p.t.Logf("by rollouts: %s", summary(k.taken, func(v victim) bool { return v.rollout }))
	for _, kind := range []string{"patient", "hasty", "blind", "undrained"} {
		p.t.Logf("by scale-downs of %s: %s", kind, summary(k.taken, func(v victim) bool { return !v.rollout && strings.HasPrefix(v.app, kind) }))
	}
}

func summary(taken []victim, of func(victim) bool) string {
	return fmt.Sprintf("%d pods, %d marked, %d idle when told to stop, %d both", count(taken, of),
		count(taken, func(v victim) bool { return of(v) && v.marked }), count(taken, func(v victim) bool { return of(v) && v.held == 0 }),
		count(taken, func(v victim) bool { return of(v) && v.marked && v.held == 0 }))
}

// checkTaken wants marks to do what they are for: where scale-downs wait, they take
// idle workers, and the ones that are marked.
func (p *proof) checkTaken() {
	p.t.Helper()
	p.kubelet.mu.Lock()
	defer p.kubelet.mu.Unlock()
	patient := func(v victim) bool { return !v.rollout && strings.HasPrefix(v.app, "patient") }
	all := count(p.kubelet.taken, patient)
	good := count(p.kubelet.taken, func(v victim) bool { return patient(v) && v.marked && v.held == 0 })
	if all < 50 || good*10 < all*9 {
		p.t.Errorf("scale-downs that wait took %d pods, of which %d were marked and idle; want nine of ten", all, good)
	}
	if p.kubelet.killed > 0 {
		p.t.Errorf("%d workers did not end within their grace period", p.kubelet.killed)
	}
}

// TestCarelessWorkersAreCaught shows that the check can fail: workers that take no
// notice of marks and of SIGTERM are killed in the middle of their work, and what they
// had acted on is acted on again.
func TestCarelessWorkersAreCaught(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	p := newProof(t)
	f := fleet{name: "careless", maxWait: "1s", careless: true}
	p.launch(f, 4)
	stop := p.feedAll(ctx, []fleet{f}, 30)
	defer stop()
	shaken := make(chan error, 1)
	go func() { shaken <- p.shake(ctx, f, 4, rounds, rand.New(rand.NewPCG(seed, 0))) }()
	caught := p.broker.await(ctx, func(l ledger) bool { return l.twice > 0 && l.expired > 0 })
	l := p.broker.ledger()
	cancel()
	if err := <-shaken; err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	t.Logf("after %d scale-downs and %d rollouts: %s", p.down, p.out, l)
	if !caught {
		t.Error("workers that do not honour the contract were not caught")
	}
}
