package watch

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/hack/dataplane/internal/platform"
)

func pod(name, app string, change func(*corev1.Pod)) *corev1.Pod {
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: name, Labels: map[string]string{"app": app}},
		Spec:       corev1.PodSpec{NodeName: "n"},
		Status: corev1.PodStatus{
			Phase: corev1.PodRunning, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		},
	}
	change(p)
	return p
}

func reader(t *testing.T, objects ...client.Object) client.Client {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	return fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).Build()
}

func TestWorkers(t *testing.T) {
	as := func(change func(*corev1.Pod)) func(*corev1.Pod) { return change }
	stopping := as(func(p *corev1.Pod) {
		p.DeletionTimestamp = &metav1.Time{Time: time.Unix(1, 0)}
		p.Finalizers = []string{"test/keep"}
	})
	c := newCluster(reader(t,
		pod("ready", "text", func(*corev1.Pod) {}),
		pod("ready-too", "text", func(*corev1.Pod) {}),
		pod("starting", "text", func(p *corev1.Pod) { p.Status.Conditions[0].Status = corev1.ConditionFalse }),
		pod("new", "text", func(p *corev1.Pod) { p.Status.Conditions = nil }),
		pod("stopping", "text", stopping),
		pod("no-node", "text", func(p *corev1.Pod) { p.Spec.NodeName = "" }),
		pod("failed", "text", func(p *corev1.Pod) { p.Status.Phase = corev1.PodFailed }),
		pod("of-another-pool", "image", func(*corev1.Pod) {}),
	), map[string]map[string]string{"text": {"app": "text"}, "none": {"app": "none"}})
	got, err := c.Workers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]platform.Workers{"text": {Ready: 2, Existing: 5}, "none": {}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestWorkersAreCountedAnewOnChange(t *testing.T) {
	ctx := context.Background()
	api := reader(t, pod("a", "text", func(*corev1.Pod) {}))
	c := newCluster(api, map[string]map[string]string{"text": {"app": "text"}})
	ready := func() int {
		w, err := c.Workers(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return w["text"].Ready
	}
	first := ready()
	if err := api.Create(ctx, pod("b", "text", func(*corev1.Pod) {})); err != nil {
		t.Fatal(err)
	}
	unnoticed := ready()
	c.changed.Store(true) // as the informer does
	if noticed := ready(); first != 1 || unnoticed != 1 || noticed != 2 {
		t.Errorf("ready: first %d, unnoticed %d, noticed %d; want 1, 1, 2", first, unnoticed, noticed)
	}
}

func TestHeads(t *testing.T) {
	team := func(name string, zone v1alpha1.TimeZone) *v1alpha1.ReviewTeam {
		return &v1alpha1.ReviewTeam{
			ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: name},
			Spec: v1alpha1.ReviewTeamSpec{
				TimeZone: zone, Skills: v1alpha1.TeamSkills{Languages: []v1alpha1.LanguageTag{"en"}, HarmDomains: []v1alpha1.HarmDomainName{"*"}},
				Shifts:    []v1alpha1.Shift{{Name: "day", Start: "08:00", End: "16:00", Headcount: 10}},
				Shrinkage: v1alpha1.Shrinkage{Planned: "20", Unplanned: "10"}, MaxOccupancy: "85",
			},
		}
	}
	c := newCluster(reader(t, team("east", "Asia/Kuala_Lumpur"), team("west", "America/Bogota"), team("lost", "Mars/Olympus")), nil)
	cases := []struct { // in order of time: answers are kept for a second
		utc        string
		east, west float64
	}{
		{"2026-11-23T00:30:00Z", 7.2, 0}, {"2026-11-23T10:00:00Z", 0, 0}, {"2026-11-23T14:00:00Z", 0, 7.2},
	}
	for _, step := range cases {
		now, err := time.Parse(time.RFC3339, step.utc)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Heads(t.Context(), now)
		if err == nil || !strings.Contains(err.Error(), "read team lost") {
			t.Errorf("error %v, want one that names the team without a zone", err)
		}
		if math.Abs(got["east"]-step.east) > 1e-3 || math.Abs(got["west"]-step.west) > 1e-3 || got["lost"] != 0 {
			t.Errorf("at %s: %v, want east %g and west %g", step.utc, got, step.east, step.west)
		}
		if again, err := c.Heads(t.Context(), now.Add(headsFor/2)); err != nil || !cmp.Equal(got, again) {
			t.Errorf("half a second later: %v %v", again, err)
		}
	}
}
