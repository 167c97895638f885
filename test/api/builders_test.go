package api

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	modcapv1alpha1 "github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

// TestBuilders holds the builders that other tests start from to the API server: it
// admits each as it is, and gives the same spec back, defaults and all.
func TestBuilders(t *testing.T) {
	ns := env.Namespace(t)
	external := modtest.MakeExternalSeries("backlog", modcapv1alpha1.GaugeSeries, "backlog")
	for name, object := range map[string]client.Object{
		"source":            modtest.MakeSource("source", ns).Obj(),
		"cluster source":    modtest.MakeSource("source", ns).ClusterObj(),
		"external source":   modtest.MakeSource("source", ns).External(external).Obj(),
		"plain http":        modtest.MakeSource("source", ns).URL("http://127.0.0.1:9090").Obj(),
		"pool":              modtest.MakePool("pool", ns).Obj(),
		"pool and schedule": modtest.MakePool("pool", ns).Schedule(modtest.MakeSchedule("night", "22:00", "06:00", 1, 2)).Obj(),
		"queue":             modtest.MakeQueue("queue", ns).Obj(),
		"queue and review":  modtest.MakeQueue("queue", ns).Review(modtest.MakeReview("all")).Obj(),
		"review only":       modtest.MakeQueue("queue", ns).NoClassification().Review(modtest.MakeReview("all").MeasuredHandleTime()).Obj(),
		"rooms":             modtest.MakeQueue("queue", ns).Review(modtest.MakeReview("rooms").Rooms(4)).Obj(),
		"policy":            modtest.MakePolicy("policy", ns).Obj(),
		"team":              modtest.MakeTeam("team", ns).Obj(),
		"team and schedule": modtest.MakeTeam("team", ns).Schedule("roster").Roles(modcapv1alpha1.RoleQA).Measured().Obj(),
		"target":            modtest.MakeTarget("target", ns).Obj(),
		"pause":             modtest.MakeOverride("override", ns).Obj(),
		"floor":             modtest.MakeOverride("override", ns).Floor(3).Obj(),
		"ceiling":           modtest.MakeOverride("override", ns).Ceiling(3).Obj(),
		"surge":             modtest.MakeOverride("override", ns).Surge("300", "live").Obj(),
		"priority":          modtest.MakeOverride("override", ns).Priority(900, "live").Obj(),
		"freeze":            modtest.MakeOverride("override", ns).Freeze("community").Obj(),
		"freeze of all":     modtest.MakeOverride("override", ns).Freeze().Obj(),
	} {
		t.Run(name, func(t *testing.T) {
			sent := generic(t, object)
			got := sent.DeepCopy()
			if err := env.Client.Create(context.Background(), got, client.DryRunAll, client.FieldValidation("Strict")); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(spec(t, got), spec(t, sent)); diff != "" {
				t.Errorf("The builder's spec differs from the API server's (-server +builder):\n%s", diff)
			}
		})
	}
}

func spec(t *testing.T, object *unstructured.Unstructured) map[string]any {
	t.Helper()
	m, _, err := unstructured.NestedMap(object.Object, "spec")
	if err != nil {
		t.Fatal(err)
	}
	return m
}
