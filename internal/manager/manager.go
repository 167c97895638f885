package manager

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cluster"
	ctrlconfig "sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/controllers/feed"
	"github.com/modcap/modcap/internal/config"
	"github.com/modcap/modcap/internal/events"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/metrics"
	"github.com/modcap/modcap/internal/observe"
	"github.com/modcap/modcap/internal/report"
)

// LeaseName is the name of the Lease by which replicas agree on the leader.
const LeaseName = "modcap-manager"

// Leases are short, since a failover costs decisions: a leader that dies is
// followed within leaseDuration.
const (
	leaseDuration = 15 * time.Second
	renewDeadline = 10 * time.Second
	retryPeriod   = 2 * time.Second
)

// Scheme holds every kind that the operator reads or writes.
func Scheme() (*runtime.Scheme, error) {
	s := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(s); err != nil {
		return nil, fmt.Errorf("register kinds: %w", err)
	}
	return s, v1alpha1.AddToScheme(s)
}

// New makes the operator. registerer takes its metrics; nil means that of the
// metrics endpoint.
func New(ctx context.Context, cfg *rest.Config, c config.Config, registerer prometheus.Registerer) (manager.Manager, error) {
	scheme, err := Scheme()
	if err != nil {
		return nil, err
	}
	// The API server has its own fairness; a client-side limit would only hide load.
	cfg = rest.CopyConfig(cfg)
	cfg.QPS, cfg.Burst = 200, 400
	mgr, err := ctrl.NewManager(cfg, options(c, scheme))
	if err != nil {
		return nil, fmt.Errorf("make manager: %w", err)
	}
	if err := addProbes(mgr); err != nil {
		return nil, err
	}
	shelf, err := cluster.New(cfg, func(o *cluster.Options) { o.Scheme, o.Cache = scheme, regimesOptions(c) })
	if err != nil {
		return nil, fmt.Errorf("make the cache of regimes: %w", err)
	}
	if err := mgr.Add(shelf); err != nil {
		return nil, fmt.Errorf("add the cache of regimes: %w", err)
	}
	wakers := &controllers.Wakers{}
	observer, err := newObserver(mgr, c, wakers)
	if err != nil {
		return nil, err
	}
	if err := mgr.Add(observer); err != nil {
		return nil, fmt.Errorf("add observer: %w", err)
	}
	if registerer == nil {
		registerer = ctrlmetrics.Registry
	}
	return mgr, controllers.Setup(ctx, mgr, controllers.Options{
		Env: newEnv(mgr, c, wakers, observer, registerer), Regimes: shelf.GetCache(),
		Observer: observer, Wakers: wakers, Concurrency: c.Concurrency,
	})
}

func options(c config.Config, scheme *runtime.Scheme) ctrl.Options {
	serve := metricsserver.Options{BindAddress: c.MetricsAddress, SecureServing: c.MetricsSecure}
	if c.MetricsSecure {
		serve.FilterProvider = filters.WithAuthenticationAndAuthorization
	}
	return ctrl.Options{
		Scheme: scheme, Cache: cacheOptions(c), Metrics: serve, HealthProbeBindAddress: c.ProbeAddress,
		LeaderElection: c.LeaderElect, LeaderElectionID: LeaseName, LeaderElectionNamespace: c.Namespace,
		LeaderElectionReleaseOnCancel: true,
		// Several operators may run in one process, one after the other, in tests.
		Controller:    ctrlconfig.Controller{SkipNameValidation: ptr.To(true)},
		LeaseDuration: ptr.To(leaseDuration), RenewDeadline: ptr.To(renewDeadline), RetryPeriod: ptr.To(retryPeriod),
	}
}

func addProbes(mgr manager.Manager) error {
	if err := mgr.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return fmt.Errorf("add liveness probe: %w", err)
	}
	if err := mgr.AddReadyzCheck("ping", healthz.Ping); err != nil {
		return fmt.Errorf("add readiness probe: %w", err)
	}
	return nil
}

func newEnv(mgr manager.Manager, c config.Config, w *controllers.Wakers, o *observe.Observer, registerer prometheus.Registerer) *base.Env {
	clk := clock.RealClock{}
	m := metrics.New(registerer)
	recorder := events.NewRecorder(mgr.GetEventRecorder("modcap"), clk)
	return &base.Env{
		Client: mgr.GetClient(), APIReader: mgr.GetAPIReader(), Clock: clk, Events: recorder, Metrics: m,
		Status:   report.NewWriter(mgr.GetClient(), clk, report.NewBudget(c.StatusWrites), recorder, m),
		Facts:    facts.NewBoard(facts.Notify{Queue: w.Queue, Policy: w.Policy, Team: w.Team, Weights: w.Weights}),
		Readings: feed.Readings{Observer: o}, ReadOnly: c.ReadOnly, Namespace: c.Namespace,
	}
}

func newObserver(mgr manager.Manager, c config.Config, w *controllers.Wakers) (*observe.Observer, error) {
	server, _, err := rest.DefaultServerUrlFor(mgr.GetConfig())
	if err != nil {
		return nil, fmt.Errorf("find address of API server: %w", err)
	}
	external, err := observe.ExternalFor(mgr.GetConfig())
	if err != nil {
		return nil, fmt.Errorf("reach external metrics: %w", err)
	}
	return observe.New(observe.Options{
		Clock: clock.RealClock{}, Logger: mgr.GetLogger().WithName("observe"),
		Dial:     observe.DialPolicy{Allow: c.AllowSources, APIServers: addresses(server)},
		External: external,
		Notify:   w.Moved, NotifyHealth: w.Health,
	}), nil
}

// addresses are the API server's, which no metric source may have. A name that
// does not resolve now leaves the check by loopback and link-local.
func addresses(u *url.URL) []netip.AddrPort {
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		port = 443
	}
	ips, err := net.DefaultResolver.LookupNetIP(context.Background(), "ip", u.Hostname())
	if err != nil {
		return nil
	}
	var out []netip.AddrPort
	for _, ip := range ips {
		out = append(out, netip.AddrPortFrom(ip, uint16(port)))
	}
	return out
}
