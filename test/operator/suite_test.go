package operator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/modcap/modcap/internal/config"
	"github.com/modcap/modcap/internal/manager"
	modtest "github.com/modcap/modcap/internal/testing"
)

// TestMain stops the API server of benchmarks, which no suite does.
func TestMain(m *testing.M) {
	code := m.Run()
	if env != nil {
		if err := env.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func TestOperator(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Operator")
}

var (
	ctx = context.Background()
	// env is the one API server of this test binary.
	env *modtest.Env
)

var _ = BeforeSuite(func() { Expect(startEnv()).To(Succeed()) })

var _ = AfterSuite(func() {
	if env != nil {
		Expect(env.Stop()).To(Succeed())
		env = nil
	}
})

const systemNamespace = "modcap-system"

// startEnv starts the API server, for the specs or for a benchmark.
func startEnv() error {
	logf.SetLogger(logr.Discard())
	started, err := modtest.StartEnv()
	if err != nil {
		return err
	}
	env = started
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: systemNamespace}}
	return client.IgnoreAlreadyExists(env.Client.Create(ctx, ns))
}

// write is a request that changes something.
type write struct {
	at     time.Time // when it was answered
	method string
	path   string
}

func (w write) String() string { return w.method + " " + w.path }

// ledger counts the writes of an operator.
type ledger struct {
	mu     sync.Mutex
	writes []write
}

// RoundTrip is that of a transport whose requests are counted.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (l *ledger) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if r.Method != http.MethodGet {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.writes = append(l.writes, write{time.Now(), r.Method, r.URL.Path})
		}
		return resp, err
	})
}

// since are the writes answered after an instant whose path contains all parts,
// but for the Lease.
func (l *ledger) since(at time.Time, parts ...string) []write {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []write
next:
	for _, w := range l.writes {
		if !w.at.After(at) || strings.Contains(w.path, "/leases") {
			continue
		}
		for _, p := range parts {
			if !strings.Contains(w.path, p) {
				continue next
			}
		}
		out = append(out, w)
	}
	return out
}

// leases are the writes of the Lease.
func (l *ledger) leases() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, w := range l.writes {
		if strings.Contains(w.path, "/leases") {
			n++
		}
	}
	return n
}

// quietFor is how long nothing but the Lease has been written.
func (l *ledger) quietFor() time.Duration {
	var last time.Time
	for _, w := range l.since(time.Time{}) {
		last = w.at
	}
	return time.Since(last)
}

// operator is a running operator.
type operator struct {
	ledger
	metrics *prometheus.Registry
	cancel  context.CancelFunc
	done    chan error
}

// start runs the operator, as the leader once it has the Lease.
func start(changes ...func(*config.Config)) (*operator, error) {
	o := &operator{metrics: prometheus.NewRegistry(), done: make(chan error, 1)}
	cfg := rest.CopyConfig(env.Config)
	cfg.Wrap(o.wrap)
	own, cancel := context.WithCancel(ctx)
	o.cancel = cancel
	c := config.Config{
		LeaderElect: true, Namespace: systemNamespace, MetricsAddress: "0", ProbeAddress: "0",
		AllowSources: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, StatusWrites: 20, Concurrency: 4,
	}
	for _, change := range changes {
		change(&c)
	}
	mgr, err := manager.New(own, cfg, c, o.metrics)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("make operator: %w", err)
	}
	go func() { o.done <- mgr.Start(own) }()
	return o, nil
}

// values of a metric of the operator, of all its series in one namespace, since other
// specs leave objects in theirs; nil if it has none.
func (o *operator) values(name, namespace string) []float64 {
	families, err := o.metrics.Gather()
	if err != nil {
		return nil
	}
	var out []float64
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == "namespace" && l.GetValue() == namespace {
					out = append(out, m.GetGauge().GetValue()+m.GetCounter().GetValue())
				}
			}
		}
	}
	return out
}

// stop ends the operator, which gives the Lease back.
func (o *operator) stop() error {
	o.cancel()
	select {
	case err := <-o.done:
		return err
	case <-time.After(time.Minute):
		return errors.New("the operator did not stop within a minute")
	}
}
