package rbac

import (
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

// TestPlannerOverrides writes overrides as a planner, who may write those by which nobody is served worse
// and no others, and as an editor, who may write all.
func TestPlannerOverrides(t *testing.T) {
	namespace := env.Namespace(t)
	planner, editor := as(t, "modcap-planner", namespace), as(t, "modcap-edit", namespace)
	again := v1alpha1.Rework{QueueRef: v1alpha1.ObjectReference{Name: "live"}, Review: "hate", Items: 400}
	pause := modtest.MakeOverride("hold", namespace).Obj()
	refusal := awaitPolicy(t, planner, pause)
	if !apierrors.IsForbidden(refusal) || !strings.Contains(refusal.Error(), "you may write overrides of type Rework, and of type Surge with arrivals of 100 percent and more: ") {
		t.Errorf("A planner's pause gives %v", refusal)
	}
	if err := editor.Create(t.Context(), pause); err != nil {
		t.Fatalf("An editor's pause: %v", err)
	}
	from := time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
	curve := func(first, second v1alpha1.Proportion) *v1alpha1.CapacityOverride {
		return modtest.MakeOverride("curve", namespace).Curve([]v1alpha1.SurgePoint{
			{From: metav1.NewTime(from), Arrivals: first}, {From: metav1.NewTime(from.Add(time.Hour)), Arrivals: second},
		}, "live").Obj()
	}
	for what, o := range map[string]*v1alpha1.CapacityOverride{
		"floor":                modtest.MakeOverride("floor", namespace).Floor(3).Obj(),
		"ceiling":              modtest.MakeOverride("ceiling", namespace).Ceiling(3).Obj(),
		"priority":             modtest.MakeOverride("priority", namespace).Priority(900, "live").Obj(),
		"surge of less":        modtest.MakeOverride("less", namespace).Surge("99.9", "live").Obj(),
		"curve that goes down": curve("300", "50"),
		"freeze":               modtest.MakeOverride("freeze", namespace).Freeze().Obj(),
	} {
		if err := planner.Create(t.Context(), o); !apierrors.IsForbidden(err) {
			t.Errorf("A planner's %s gives %v, want Forbidden", what, err)
		}
		if err := editor.Create(t.Context(), o, client.DryRunAll); err != nil {
			t.Errorf("An editor's %s gives %v", what, err)
		}
	}
	if err := planner.Create(t.Context(), curve("100", "300")); err != nil {
		t.Errorf("A planner's curve: %v", err)
	}
	surge := modtest.MakeOverride("campaign", namespace).Surge("300", "live").Obj()
	if err := planner.Create(t.Context(), surge); err != nil {
		t.Fatalf("A planner's surge: %v", err)
	}
	less := surge.DeepCopy()
	less.Spec.Surge.Arrivals = "50"
	if err := planner.Update(t.Context(), less); !apierrors.IsForbidden(err) {
		t.Errorf("A surge that a planner makes one of less gives %v, want Forbidden", err)
	}
	if err := editor.Update(t.Context(), less); err != nil {
		t.Fatalf("A surge that an editor makes one of less: %v", err)
	}
	if err := planner.Delete(t.Context(), less.DeepCopy()); !apierrors.IsForbidden(err) {
		t.Errorf("A planner's delete of a surge of less gives %v, want Forbidden", err)
	}
	rework := modtest.MakeOverride("again", namespace).Rework(again).Obj()
	if err := planner.Create(t.Context(), rework); err != nil {
		t.Fatalf("A planner's rework: %v", err)
	}
	rework.Spec.Rework.Items = 500
	if err := planner.Update(t.Context(), rework); err != nil {
		t.Errorf("A planner's edit: %v", err)
	}
	// Neither does one become the other, nor is what is not a planner's taken away.
	turned := rework.DeepCopy()
	turned.Spec = pause.Spec
	if err := planner.Update(t.Context(), turned); !apierrors.IsForbidden(err) {
		t.Errorf("A rework that a planner makes a pause gives %v, want Forbidden", err)
	}
	taken := pause.DeepCopy()
	taken.Spec = rework.Spec
	if err := planner.Update(t.Context(), taken); !apierrors.IsForbidden(err) {
		t.Errorf("A pause that a planner makes a rework gives %v, want Forbidden", err)
	}
	if err := planner.Delete(t.Context(), pause.DeepCopy()); !apierrors.IsForbidden(err) {
		t.Errorf("A planner's delete of a pause gives %v, want Forbidden", err)
	}
	if err := planner.Delete(t.Context(), rework.DeepCopy()); err != nil {
		t.Errorf("A planner's delete of a rework: %v", err)
	}
	if err := editor.Delete(t.Context(), pause); err != nil {
		t.Errorf("An editor's delete of a pause: %v", err)
	}
}

// awaitPolicy tries until the API server, which reads policies by and by, refuses an object; it gives the
// last answer.
func awaitPolicy(t *testing.T, c client.Client, o client.Object) (err error) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	end := time.After(30 * time.Second)
	for {
		if err = c.Create(t.Context(), o.DeepCopyObject().(client.Object), client.DryRunAll); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-end:
			return nil
		}
	}
}
