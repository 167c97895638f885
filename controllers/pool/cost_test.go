package pool

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/metrics"
	modtest "github.com/modcap/modcap/internal/testing"
)

// TestSetCost keeps the gauge in step with the price and the replicas, and shows none
// where there is no price.
func TestSetCost(t *testing.T) {
	registry := prometheus.NewRegistry()
	r := New(&base.Env{Metrics: metrics.New(registry)})
	priced, free := modtest.MakePool("text", "trust").Cost("2.40", "EUR").Obj(), modtest.MakePool("text", "trust").Obj()
	for _, c := range []struct {
		pool     *v1alpha1.ClassifierPool
		replicas int32
		want     []float64
	}{{priced, 5, []float64{12}}, {priced, 0, []float64{0}}, {free, 5, nil}, {priced, 1, []float64{2.4}}} {
		r.setCost(c.pool, c.replicas)
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		var got []float64
		for _, f := range families {
			for _, m := range f.GetMetric() {
				got = append(got, m.GetGauge().GetValue())
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%d replicas: %s", c.replicas, diff)
		}
	}
}
