package staffing

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/demand"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

func TestMarksOf(t *testing.T) {
	now := sample.At(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	at := func(hours int) sample.Instant { return now.Add(sample.Span(hours) * sample.Hour) }
	plain := modtest.MakeQueue("comments", "moderation").NoClassification().Obj()
	pooled := modtest.MakeQueue("video", "moderation").Obj()
	pool := pooled.Spec.Classification.PoolRef.Name
	ruled := modtest.MakeQueue("live", "moderation").NoClassification().Policy("live").Obj()
	ruled.Spec.Reviews = []v1alpha1.ReviewStream{
		{Name: "hate", HarmDomains: []v1alpha1.HarmDomainName{"hate", "harassment"}}, {Name: "rest", HarmDomains: []v1alpha1.HarmDomainName{"*"}},
	}
	changed := func(policy string, domains ...string) []ceiling {
		return []ceiling{{policy: policy, revision: "b", domains: domains, Mark: demand.Mark{From: at(-3), To: at(-1)}}}
	}
	while := []demand.Mark{{From: at(-3), To: at(-1)}}
	for name, c := range map[string]struct {
		queue    *v1alpha1.ModerationQueue
		review   string
		events   []forecast.Event
		ceilings []ceiling
		want     []demand.Mark
	}{
		"none":             {queue: plain},
		"an event":         {queue: plain, events: []forecast.Event{{From: at(-9), To: at(-8)}}, want: []demand.Mark{{From: at(-9), To: at(-8)}}},
		"one that goes on": {queue: plain, events: []forecast.Event{{From: at(-9), To: at(9)}}, want: []demand.Mark{{From: at(-9), To: at(9)}}},
		"one to come":      {queue: plain, events: []forecast.Event{{From: at(1), To: at(9)}}},
		"one long ago":     {queue: plain, events: []forecast.Event{{From: at(-3000), To: at(-2000)}}},
		"in order, once": {
			queue: plain, events: []forecast.Event{{From: at(-3), To: at(-2)}, {From: at(-9), To: at(-8)}, {From: at(-3), To: at(-2)}},
			want: []demand.Mark{{From: at(-9), To: at(-8)}, {From: at(-3), To: at(-2)}},
		},
		"a ceiling":                        {queue: pooled, ceilings: []ceiling{{pool: pool, Mark: demand.Mark{From: at(-3), To: at(2)}}}, want: []demand.Mark{{From: at(-3), To: at(2)}}},
		"of another pool":                  {queue: pooled, ceilings: []ceiling{{pool: "other", Mark: demand.Mark{From: at(-3), To: at(2)}}}},
		"without machines":                 {queue: plain, ceilings: []ceiling{{pool: pool, Mark: demand.Mark{From: at(-3), To: at(2)}}}},
		"a change of its policy":           {queue: ruled, review: "hate", ceilings: changed("live", "hate"), want: while},
		"of all labels":                    {queue: ruled, review: "rest", ceilings: changed("live"), want: while},
		"of the rest":                      {queue: ruled, review: "rest", ceilings: changed("live", "spam"), want: while},
		"of several":                       {queue: ruled, review: "hate", ceilings: changed("live", "spam", "harassment"), want: while},
		"of what another stream reviews":   {queue: ruled, review: "rest", ceilings: changed("live", "hate")},
		"of another policy":                {queue: ruled, review: "hate", ceilings: changed("video", "hate")},
		"without a policy":                 {queue: plain, ceilings: changed("live")},
		"a change of a policy of its name": {queue: pooled, ceilings: changed(pool)},
		"a change under way": {
			queue: ruled, review: "hate", ceilings: []ceiling{{policy: "live", revision: "b", domains: []string{"hate"}, Mark: demand.Mark{From: at(-3)}}},
		},
		"deleted before from": {queue: pooled, ceilings: []ceiling{{pool: pool, Mark: demand.Mark{From: at(-1), To: at(-3)}}}},
	} {
		got := marksOf(c.queue, c.review, c.events, c.ceilings, now)
		if len(got) == 0 {
			got = nil
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A ceiling that is deleted was in force until that was seen, and is forgotten after weeks, as are
// those of a target that is gone.
func TestCeilingsAreRemembered(t *testing.T) {
	begun := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	override := func(kind v1alpha1.OverrideType, uid types.UID) v1alpha1.CapacityOverride {
		return v1alpha1.CapacityOverride{
			ObjectMeta: metav1.ObjectMeta{UID: uid, CreationTimestamp: metav1.NewTime(begun)},
			Spec: v1alpha1.CapacityOverrideSpec{
				Type: kind, PoolRef: &v1alpha1.ObjectReference{Name: "pool"}, Until: metav1.NewTime(begun.Add(9 * time.Hour)),
			},
		}
	}
	later := override(v1alpha1.OverrideCeiling, "b")
	from := metav1.NewTime(begun.Add(time.Hour))
	later.Spec.From = &from
	all := []v1alpha1.CapacityOverride{override(v1alpha1.OverrideCeiling, "a"), override(v1alpha1.OverrideFloor, "c"), override(v1alpha1.OverridePause, "d")}
	var f forecasts
	target, at := types.NamespacedName{Name: "emea"}, sample.At(begun)
	hours := func(n int) sample.Instant { return at.Add(sample.Span(n) * sample.Hour) }
	for _, step := range []struct {
		what string
		all  []v1alpha1.CapacityOverride
		now  sample.Instant
		want []ceiling
	}{
		{"one in force", all, hours(0), []ceiling{{pool: "pool", Mark: demand.Mark{From: at, To: hours(9)}}}},
		{"it is deleted", all[1:], hours(2), []ceiling{{pool: "pool", Mark: demand.Mark{From: at, To: hours(2)}}}},
		{"an hour later", nil, hours(3), []ceiling{{pool: "pool", Mark: demand.Mark{From: at, To: hours(2)}}}},
		{"weeks later, another", []v1alpha1.CapacityOverride{later}, hours(2 + 35*24), []ceiling{{pool: "pool", Mark: demand.Mark{From: hours(1), To: hours(9)}}}},
	} {
		if diff := cmp.Diff(step.want, f.remember(target, step.all, nil, step.now), cmp.AllowUnexported(ceiling{})); diff != "" {
			t.Errorf("%s: %s", step.what, diff)
		}
	}
	f.forget(target)
	if got := f.remember(target, nil, nil, hours(0)); len(got) != 0 {
		t.Errorf("of a target that is gone: %v", got)
	}
}
