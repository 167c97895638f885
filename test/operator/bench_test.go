package operator

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/config"
	modtest "github.com/modcap/modcap/internal/testing"
)

// fleet is many queues in pools, on one source that is read every five seconds.
type fleet struct {
	ns     string
	prom   *prom
	queues []string
	pools  []string
	o      *operator
}

// newFleet makes it and starts the operator. Within is the promise of each queue.
func newFleet(b *testing.B, queues, pools int, within v1alpha1.Duration) *fleet {
	b.Helper()
	if env == nil {
		must(b, startEnv())
	}
	f := &fleet{ns: env.Namespace(b), prom: newProm()}
	b.Cleanup(f.prom.Close)
	must(b, env.Client.Create(ctx, modtest.MakeSource("source", f.ns).URL(f.prom.URL).Obj()))
	for i := range pools {
		name := fmt.Sprintf("pool-%02d", i)
		f.pools = append(f.pools, name)
		must(b, env.Client.Create(ctx, modtest.MakeDeployment(name, f.ns, 1)))
		must(b, env.Client.Create(ctx, modtest.MakePool(name, f.ns).Replicas(1, 1000).Obj()))
	}
	for i := range queues {
		name := fmt.Sprintf("queue-%04d", i)
		f.queues = append(f.queues, name)
		f.prom.set(name, 10, 1)
		f.prom.flow(name, 2)
		must(b, env.Client.Create(ctx, modtest.MakeQueue(name, f.ns).ContentClasses(v1alpha1.Word(name)).
			Pool(f.pools[i%pools]).ServiceLevel("99", within).Obj()))
	}
	o, err := start(func(c *config.Config) { c.WatchNamespaces = []string{f.ns} })
	must(b, err)
	f.o = o
	b.Cleanup(func() {
		must(b, o.stop())
		must(b, env.Client.Delete(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: f.ns}}))
	})
	await(b, 2*time.Minute, "every queue reports fresh numbers", func() bool { return len(o.values("modcap_queue_backlog_items", f.ns)) == queues })
	return f
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// await polls until something holds.
func await(b *testing.B, most time.Duration, what string, holds func() bool) {
	b.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(most); !holds(); <-tick.C {
		if time.Now().After(end) {
			b.Fatalf("within %s it was not so that %s", most, what)
		}
	}
}

// scaled is when the scale of each pool was first written after an instant.
func (f *fleet) scaled(after time.Time) map[string]time.Time {
	out := map[string]time.Time{}
	for _, w := range f.o.since(after, f.ns, "/scale") {
		pool := strings.TrimSuffix(w.path[strings.LastIndex(w.path, "/deployments/")+len("/deployments/"):], "/scale")
		if _, ok := out[pool]; !ok {
			out[pool] = w.at
		}
	}
	return out
}

// BenchmarkMetricToScale measures the time from a change of every queue's backlog at
// Prometheus to the scale write of each pool: 100 queues in 20 pools, five changes
// an operation. The source is read every 5 s, and each change comes right after the
// writes of the one before, so that nearly a whole interval is in every figure.
func BenchmarkMetricToScale(b *testing.B) {
	f := newFleet(b, 100, 20, "5m")
	var took []time.Duration
	round := 0
	for b.Loop() {
		for range 5 {
			round++
			before := time.Now()
			for _, q := range f.queues {
				f.prom.set(q, float64(2000*round), 1)
			}
			await(b, time.Minute, "every pool was scaled", func() bool { return len(f.scaled(before)) == len(f.pools) })
			for _, at := range f.scaled(before) {
				took = append(took, at.Sub(before))
			}
		}
	}
	slices.Sort(took)
	report := func(percent int, name string) {
		b.ReportMetric(float64(took[min(len(took)*percent/100, len(took)-1)].Milliseconds()), name)
	}
	report(50, "p50-ms")
	report(99, "p99-ms")
	report(100, "max-ms")
	b.ReportMetric(float64(len(took)), "writes")
}

// count lets a window pass, with a call each second, and counts what is written, in
// all and in the worst second.
func (f *fleet) count(b *testing.B, window time.Duration, each func()) {
	b.Helper()
	began := time.Now()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for now := began; now.Sub(began) < window; now = <-tick.C {
		each()
	}
	worst := map[int64]int{}
	writes := f.o.since(began, "/status")
	most := 0
	for _, w := range writes {
		worst[w.at.Unix()]++
		most = max(most, worst[w.at.Unix()])
	}
	b.ReportMetric(float64(len(writes))/window.Seconds(), "status-writes/s")
	b.ReportMetric(float64(most), "worst-second")
	for _, kind := range []string{"events", "configmaps", "scale"} {
		b.ReportMetric(float64(len(f.o.since(began, "/"+kind))), kind)
	}
}

// settling is longer than the pools' stabilisation, within which what was started
// for the first numbers is taken away again, and half a minute, within which numbers
// that were put off are written.
const settling = 6 * time.Minute

// BenchmarkWritesIdle counts the writes of 100 queues in 20 pools during ten minutes
// in which nothing changes, and the memory of the process: the operator and this test together.
func BenchmarkWritesIdle(b *testing.B) {
	f := newFleet(b, 100, 20, "30s")
	began := time.Now()
	await(b, 2*settling, "nothing is written any more", func() bool {
		return time.Since(began) > settling && f.o.quietFor() > 30*time.Second
	})
	for b.Loop() {
		f.count(b, 10*time.Minute, func() {})
	}
	b.ReportMetric(resident(b), "resident-MB")
}

// resident is the memory of this process in megabytes, as the kernel counts it.
func resident(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	must(b, err)
	for line := range strings.Lines(string(status)) {
		var kilobytes float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kilobytes); n == 1 {
			return kilobytes / 1000
		}
	}
	b.Fatal("the kernel does not say how much memory is used")
	return 0
}

// BenchmarkWritesWhileNumbersChange counts the writes of 1,000 queues in 20 pools
// while every backlog changes every second.
func BenchmarkWritesWhileNumbersChange(b *testing.B) {
	f := newFleet(b, 1000, 20, "5m")
	round := 0
	for b.Loop() {
		f.count(b, 30*time.Second, func() {
			round++
			for i, q := range f.queues {
				f.prom.set(q, float64(10+(i*7+round*13)%90), 1)
			}
		})
	}
}
