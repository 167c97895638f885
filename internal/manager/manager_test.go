package manager

import (
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/config"
)

func TestScheme(t *testing.T) {
	s, err := Scheme()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []runtime.Object{
		&corev1.Pod{}, &v1alpha1.MetricSource{}, &v1alpha1.ClusterMetricSource{}, &v1alpha1.ClassifierPool{}, &v1alpha1.ModerationQueue{},
		&v1alpha1.ModerationPolicy{}, &v1alpha1.ReviewTeam{}, &v1alpha1.StaffingTarget{}, &v1alpha1.CapacityOverride{},
	} {
		if _, _, err := s.ObjectKinds(o); err != nil {
			t.Error(err)
		}
	}
}

func TestOptions(t *testing.T) {
	c := config.Config{LeaderElect: true, Namespace: "here", MetricsAddress: ":8443", MetricsSecure: true, ProbeAddress: ":8081"}
	o := options(c, runtime.NewScheme())
	if !o.LeaderElection || !o.LeaderElectionReleaseOnCancel || o.LeaderElectionNamespace != "here" || o.LeaderElectionID != LeaseName {
		t.Errorf("the leader is elected in %s as %s: %v, released: %v", o.LeaderElectionNamespace, o.LeaderElectionID, o.LeaderElection, o.LeaderElectionReleaseOnCancel)
	}
	if *o.LeaseDuration <= *o.RenewDeadline || *o.RenewDeadline <= *o.RetryPeriod || *o.LeaseDuration > 15*time.Second {
		t.Errorf("a Lease of %v is renewed within %v, tried each %v", *o.LeaseDuration, *o.RenewDeadline, *o.RetryPeriod)
	}
	if !o.Metrics.SecureServing || o.Metrics.FilterProvider == nil || o.Metrics.BindAddress != ":8443" || o.HealthProbeBindAddress != ":8081" {
		t.Errorf("metrics are served as %+v, probes at %s", o.Metrics, o.HealthProbeBindAddress)
	}
	c.MetricsSecure, c.LeaderElect = false, false
	if o := options(c, runtime.NewScheme()); o.Metrics.SecureServing || o.Metrics.FilterProvider != nil || o.LeaderElection {
		t.Errorf("metrics are served as %+v, with election %v", o.Metrics, o.LeaderElection)
	}
}

func TestAddresses(t *testing.T) {
	for in, want := range map[string][]netip.AddrPort{
		"https://127.0.0.1:6443": {netip.MustParseAddrPort("127.0.0.1:6443")},
		"https://10.96.0.1":      {netip.MustParseAddrPort("10.96.0.1:443")},
		"https://[fd00::1]:6443": {netip.MustParseAddrPort("[fd00::1]:6443")},
		"https://[fd00::1]/api":  {netip.MustParseAddrPort("[fd00::1]:443")},
		"https://:6443":          nil, // no name, no address
	} {
		t.Run(in, func(t *testing.T) {
			u, err := url.Parse(in)
			if err != nil {
				t.Fatal(err)
			}
			got := addresses(u)
			for i, a := range got {
				got[i] = netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
			}
			if d := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); d != "" {
				t.Errorf("addresses (-want +got):\n%s", d)
			}
		})
	}
}
