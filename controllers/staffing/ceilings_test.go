package staffing

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/demand"
	"github.com/modcap/modcap/internal/sample"
)

// A ceiling that was deleted is known after a restart, and so is one that is deleted while nobody looks.
func TestCeilingsSurviveARestart(t *testing.T) {
	begun := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	at := func(hours int) sample.Instant { return sample.At(begun).Add(sample.Span(hours) * sample.Hour) }
	target := types.NamespacedName{Namespace: "ns", Name: "emea"}
	ceilingOf := func(uid types.UID) v1alpha1.CapacityOverride {
		return v1alpha1.CapacityOverride{
			ObjectMeta: metav1.ObjectMeta{UID: uid, CreationTimestamp: metav1.NewTime(begun)},
			Spec: v1alpha1.CapacityOverrideSpec{
				Type: v1alpha1.OverrideCeiling, PoolRef: &v1alpha1.ObjectReference{Name: string(uid)}, Until: metav1.NewTime(begun.Add(9 * time.Hour)),
			},
		}
	}
	var before forecasts
	before.remember(target, []v1alpha1.CapacityOverride{ceilingOf("a"), ceilingOf("b")}, nil, at(0))
	before.remember(target, []v1alpha1.CapacityOverride{ceilingOf("b")}, nil, at(2))
	data, err := before.packCeilings(target)
	if err != nil {
		t.Fatal(err)
	}
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	for what, x := range map[string]struct {
		stored []byte
		want   []ceiling
	}{
		"as stored": {data, []ceiling{{pool: "a", Mark: demand.Mark{From: at(0), To: at(2)}}, {pool: "b", Mark: demand.Mark{From: at(0), To: at(5)}}}},
		"nothing":   {nil, []ceiling{}},
		"damaged":   {[]byte("{"), []ceiling{}},
	} {
		m := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "emea-today"}, BinaryData: map[string][]byte{ceilingsKey: x.stored}}
		r := New(&base.Env{Client: fake.NewClientBuilder().WithScheme(scheme).WithObjects(m).Build()})
		stored, err := r.storedCeilings(t.Context(), target)
		if err != nil {
			t.Fatal(err)
		}
		r.ahead.recall(target, stored)
		got := r.ahead.remember(target, nil, nil, at(5))
		if len(got) == 2 && got[0].pool > got[1].pool {
			got[0], got[1] = got[1], got[0]
		}
		if diff := cmp.Diff(x.want, got, cmp.AllowUnexported(ceiling{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
}
