package staffing

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/apply"
	"github.com/modcap/modcap/internal/demand"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

var (
	rolledAt   = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	rolledOn   = types.NamespacedName{Namespace: "ns", Name: "emea"}
	hourOf     = func(n int) sample.Instant { return sample.At(rolledAt).Add(sample.Span(n) * sample.Hour) }
	stampOf    = func(n int) *metav1.Time { t := metav1.NewTime(rolledAt.Add(time.Duration(n) * time.Hour)); return &t }
	hateDomain = func(*v1alpha1.ModerationPolicy, string) ([]string, error) { return []string{"hate"}, nil }
)

// rolling is a status in which a change began in an hour, and its present step in another.
func rolling(canary, step string, shares, began, since int) *v1alpha1.PolicyRolloutStatus {
	s := &v1alpha1.PolicyRolloutStatus{Stable: "a", Canary: canary, Phase: v1alpha1.RolloutInStep, Step: step, Began: stampOf(began), Since: stampOf(since)}
	for range shares {
		s.Shares = append(s.Shares, v1alpha1.RolloutShare{Step: "some", Share: 50_000})
	}
	return s
}

func decidedBy(stable string) *v1alpha1.PolicyRolloutStatus {
	return &v1alpha1.PolicyRolloutStatus{Stable: stable, Phase: v1alpha1.RolloutDone}
}

// takenBack adds the record of a change that was taken back.
func takenBack(s *v1alpha1.PolicyRolloutStatus, revision, step string, began, at int) *v1alpha1.PolicyRolloutStatus {
	s.Aborted = &v1alpha1.RolloutAbort{Revision: revision, Step: step, Began: stampOf(began), At: *stampOf(at), By: "guard"}
	return s
}

// seen is how a rollout stood at the look of an hour.
type seen struct {
	at     int
	status *v1alpha1.PolicyRolloutStatus
}

var rolledOut = map[string]struct {
	seen []seen
	// want is what is left out after the last look, and known what is if nothing is remembered of looks
	// before the last.
	want, known []demand.Mark
}{
	"no rollout": {seen: []seen{{0, nil}, {1, decidedBy("a")}}},
	"in the shadow, then taken back": {seen: []seen{
		{1, rolling("b", "shadow", 0, 0, 0)}, {4, takenBack(decidedBy("a"), "b", "shadow", 0, 3)},
	}},
	"under way": {seen: []seen{{1, rolling("b", "shadow", 0, 0, 0)}, {3, rolling("b", "some", 1, 0, 2)}, {5, rolling("b", "half", 2, 0, 4)}}},
	"at the end it decides everything": {seen: []seen{
		{3, rolling("b", "some", 1, 0, 2)}, {5, rolling("b", "half", 2, 0, 4)}, {7, decidedBy("b")},
	}},
	"taken back": {
		seen: []seen{{3, rolling("b", "some", 1, 0, 2)}, {5, rolling("b", "half", 2, 0, 4)}, {8, takenBack(decidedBy("a"), "b", "half", 0, 7)}},
		want: []demand.Mark{{From: hourOf(2), To: hourOf(7)}}, known: []demand.Mark{{From: hourOf(0), To: hourOf(7)}},
	},
	"taken back, and another begun": {
		seen: []seen{
			{3, rolling("b", "some", 1, 0, 2)}, {5, takenBack(rolling("c", "shadow", 0, 5, 5), "b", "some", 0, 4)},
			{8, takenBack(rolling("c", "some", 1, 5, 7), "b", "some", 0, 4)},
		},
		want: []demand.Mark{{From: hourOf(2), To: hourOf(4)}}, known: []demand.Mark{{From: hourOf(0), To: hourOf(4)}},
	},
	"two taken back": {
		seen: []seen{
			{3, rolling("b", "some", 1, 0, 2)}, {5, takenBack(rolling("c", "shadow", 0, 5, 5), "b", "some", 0, 4)},
			{8, takenBack(rolling("c", "some", 1, 5, 7), "b", "some", 0, 4)}, {10, takenBack(decidedBy("a"), "c", "some", 5, 9)},
		},
		want:  []demand.Mark{{From: hourOf(2), To: hourOf(4)}, {From: hourOf(7), To: hourOf(9)}},
		known: []demand.Mark{{From: hourOf(5), To: hourOf(9)}},
	},
	"edited to another": {
		seen: []seen{{3, rolling("b", "some", 1, 0, 2)}, {7, rolling("c", "shadow", 0, 6, 6)}, {9, rolling("c", "shadow", 0, 6, 6)}},
		want: []demand.Mark{{From: hourOf(2), To: hourOf(6)}},
	},
	"edited back": {
		seen: []seen{{3, rolling("b", "some", 1, 0, 2)}, {7, decidedBy("a")}, {9, decidedBy("a")}},
		want: []demand.Mark{{From: hourOf(2), To: hourOf(7)}},
	},
	"begun anew": {
		seen: []seen{{3, rolling("b", "some", 1, 0, 2)}, {9, rolling("b", "some", 1, 6, 8)}},
		want: []demand.Mark{{From: hourOf(2), To: hourOf(6)}},
	},
	"its steps were never seen": {
		seen: []seen{{1, rolling("b", "shadow", 0, 0, 0)}, {9, takenBack(decidedBy("a"), "b", "half", 0, 7)}},
		want: []demand.Mark{{From: hourOf(0), To: hourOf(7)}}, known: []demand.Mark{{From: hourOf(0), To: hourOf(7)}},
	},
	"first seen in a later step": {
		seen: []seen{{5, rolling("b", "half", 2, 0, 4)}, {7, decidedBy("a")}},
		want: []demand.Mark{{From: hourOf(0), To: hourOf(7)}},
	},
	"long ago": {seen: []seen{{36 * 24, takenBack(decidedBy("a"), "b", "half", 0, 7)}}},
	"forgotten after weeks": {seen: []seen{
		{3, rolling("b", "some", 1, 0, 2)}, {5, takenBack(decidedBy("a"), "b", "some", 0, 4)}, {36 * 24, takenBack(decidedBy("a"), "b", "some", 0, 4)},
	}},
	"before the step it never decided":             {seen: []seen{{1, takenBack(decidedBy("a"), "b", "", 0, 0)}}},
	"no rollouts any more, and what it said holds": {seen: []seen{{3, rolling("b", "some", 1, 0, 2)}, {5, nil}}},
}

// look takes in how the policy stands in an hour, and returns the marks of a stream.
func look(t *testing.T, f *forecasts, s seen) []demand.Mark {
	t.Helper()
	p := modtest.MakePolicy("live", "ns").Obj()
	p.UID, p.Status.Rollout, p.Status.Revision = "p", s.status, "b"
	if err := f.follow(rolledOn, []v1alpha1.ModerationPolicy{*p}, &following{now: hourOf(s.at), domains: hateDomain}); err != nil {
		t.Fatal(err)
	}
	q := modtest.MakeQueue("live", "ns").NoClassification().Policy("live").Obj()
	q.Spec.Reviews = []v1alpha1.ReviewStream{{Name: "hate", HarmDomains: []v1alpha1.HarmDomainName{"hate"}}}
	return marksOf(q, "hate", nil, f.remember(rolledOn, nil, nil, hourOf(s.at)), hourOf(s.at))
}

func TestRolloutsThatWereTakenBackAreLeftOut(t *testing.T) {
	for name, c := range rolledOut {
		var f forecasts
		var got []demand.Mark
		for _, s := range c.seen {
			got = look(t, &f, s)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v is left out, not %v", name, got, c.want)
		}
		if again := look(t, &f, c.seen[len(c.seen)-1]); !slices.Equal(again, got) {
			t.Errorf("%s: after another look %v is left out, not %v", name, again, got)
		}
	}
}

// What was stored after any look is as good as what is remembered; what was not is in the policy's record of
// the last change that was taken back.
func TestRolloutsOutliveARestart(t *testing.T) {
	for name, c := range rolledOut {
		for crash := range c.seen {
			var before, after forecasts
			var got []demand.Mark
			for _, s := range c.seen[:crash+1] {
				got = look(t, &before, s)
			}
			after.recall(rolledOn, restored(t, &before))
			for _, s := range c.seen[crash+1:] {
				got = look(t, &after, s)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s, a restart after look %d: %v is left out, not %v", name, crash, got, c.want)
			}
		}
		var nothing forecasts
		if got := look(t, &nothing, c.seen[len(c.seen)-1]); !slices.Equal(got, c.known) {
			t.Errorf("%s, all is lost: %v is left out, not %v", name, got, c.known)
		}
	}
}

// restored is what is read of what is stored.
func restored(t *testing.T, f *forecasts) map[types.UID]ceiling {
	t.Helper()
	data, err := f.packCeilings(rolledOn)
	if err != nil {
		t.Fatal(err)
	}
	return unpackCeilings(data)
}

// With the policy gone its documents stay as they are, so that nothing was taken back; and a look at which
// revisions cannot be read takes in nothing.
func TestRolloutsOfPoliciesThatAreGone(t *testing.T) {
	var f forecasts
	look(t, &f, seen{3, rolling("b", "some", 1, 0, 2)})
	fails := following{now: hourOf(4), domains: func(*v1alpha1.ModerationPolicy, string) ([]string, error) { return nil, errors.New("no") }}
	p := modtest.MakePolicy("other", "ns").Obj()
	p.UID, p.Status.Rollout = "o", rolling("c", "some", 1, 0, 2)
	if err := f.follow(rolledOn, []v1alpha1.ModerationPolicy{*p}, &fails); err == nil || len(f.ceilings[rolledOn]) != 1 {
		t.Errorf("with %v, %v is known", err, f.ceilings[rolledOn])
	}
	if err := f.follow(rolledOn, nil, &following{now: hourOf(5), domains: hateDomain}); err != nil || len(f.ceilings[rolledOn]) != 0 {
		t.Errorf("with %v, %v is known", err, f.ceilings[rolledOn])
	}
}

func TestChangedDomains(t *testing.T) {
	label := func(name string, reviewAt v1alpha1.Score) *modtest.LabelWrapper {
		return modtest.MakeLabel(name).HarmDomain(v1alpha1.Word(name)).ReviewAt(reviewAt)
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{appsv1.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	revision := func(labels ...*modtest.LabelWrapper) routing.Revision {
		out, sound := routing.RevisionOf(modtest.MakePolicy("live", "ns", labels...).Obj())
		if !sound {
			t.Fatal("the policy is not sound")
		}
		return out
	}
	stable := revision(label("hate", "0.60"), label("spam", "0.60"))
	canary := revision(label("hate", "0.50"), label("spam", "0.60"))
	build := fake.NewClientBuilder().WithScheme(scheme)
	for _, r := range []routing.Revision{stable, canary} {
		build.WithObjects(&appsv1.ControllerRevision{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: "ns", Name: "live-" + r.Name, Labels: map[string]string{apply.ManagedByLabel: apply.ManagedBy, apply.LabelPolicy: "live"},
			},
			Data: runtime.RawExtension{Raw: json.RawMessage(r.Data)},
		})
	}
	r := New(&base.Env{Client: build.Build()})
	p := modtest.MakePolicy("live", "ns").Obj()
	p.Status.Rollout = decidedBy(stable.Name)
	for what, c := range map[string]struct {
		canary string
		want   []string
	}{
		"a label that is changed":      {canary.Name, []string{"hate"}},
		"a revision that is gone: all": {"0123456789", nil},
	} {
		got, err := r.changedDomains(t.Context(), p, c.canary)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
}
