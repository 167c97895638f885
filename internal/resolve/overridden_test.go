package resolve

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

func TestOverriddenBy(t *testing.T) {
	plain, other := modtest.MakeQueue("live", "ns").Obj(), modtest.MakeQueue("search", "ns").Obj()
	matchday := plain.DeepCopy()
	matchday.Spec.Calendar = []v1alpha1.QueueEvent{{Name: "final", From: metav1.NewTime(hour(1)), To: metav1.NewTime(hour(9)), Arrivals: "200"}}
	priority := func(name string, p int32) *modtest.OverrideWrapper {
		return modtest.MakeOverride(name, "ns").Priority(p, "live").From(hour(0)).Until(hour(4))
	}
	for name, c := range map[string]struct {
		o        *modtest.OverrideWrapper
		queues   []*v1alpha1.ModerationQueue
		beside   []v1alpha1.CapacityOverride
		at       float64
		shows    string
		next     float64
		missing  []string
		findings []string
	}{
		"to come":      {o: surge("a", "300", 1, 4), shows: "live 100 by ", next: 1},
		"in force":     {o: surge("a", "300", 1, 4), at: 2, shows: "live 300 by a", next: 4},
		"half missing": {o: surge("a", "12.5", 1, 4).Surge("12.5", "live", "nope"), at: 2, shows: "live 12.5 by a", next: 4, missing: []string{"nope"}},
		"a curve": {
			o: surge("a", "", 1, 4).Curve([]v1alpha1.SurgePoint{point(1, "150"), point(3, "200")}, "live"), at: 2, shows: "live 150 by a", next: 3,
		},
		"with the calendar": {
			o: surge("a", "300", 0, 4), queues: []*v1alpha1.ModerationQueue{matchday}, at: 2, shows: "live 600 by a", next: 4,
			findings: []string{"SurgeAndCalendar: The calendar of queue live has 200% of the arrivals for final " +
				"from 2026-11-28T19:00:00Z to 2026-11-28T22:00:00Z: with this surge 600% are expected"},
		},
		"a calendar that is over": {o: surge("a", "300", 0, 12), queues: []*v1alpha1.ModerationQueue{matchday}, at: 10, shows: "live 300 by a", next: 12},
		"outdone": {
			o: surge("a", "300", 0, 4), beside: all(surge("b", "500", 2, 6)), at: 1, shows: "live 300 by a", next: 2,
			findings: []string{"SurgesOverlap: Surge b expects 500% of the arrivals at queue live from 2026-11-28T20:00:00Z to 2026-11-28T22:00:00Z, " +
				"and this one 300%: the larger holds, and they are not multiplied"},
		},
		"contradicted": {
			o: surge("a", "300", 0, 4).Surge("300", "live", "search"), at: 3, shows: "live 300 by a, search 300 by a", next: 4,
			beside: all(surge("b", "", 0, 9).Curve([]v1alpha1.SurgePoint{point(0, "200"), point(3, "50")}, "search", "live")),
			findings: []string{"SurgesContradict: Surge b expects 50% of the arrivals at queue live and 1 more from 2026-11-28T21:00:00Z to 2026-11-28T22:00:00Z, " +
				"and this one 300%: they contradict, and the larger holds"},
		},
		"one after the other": {o: surge("a", "300", 0, 4), beside: all(surge("b", "500", 4, 6)), at: 1, shows: "live 300 by a", next: 4},
		"overlapped before":   {o: surge("a", "300", 0, 4), beside: all(surge("b", "500", 0, 2)), at: 2, shows: "live 300 by a", next: 4},
		"a priority":          {o: priority("a", 900), at: 1, shows: "live 900 by a", next: 4},
		"a priority beaten": {
			o: priority("a", 100), beside: all(priority("b", 900)), at: 1, shows: "live 900 by b", next: 4,
			findings: []string{"PrioritiesDiffer: Override b gives queue live the priority 900 " +
				"from 2026-11-28T18:00:00Z to 2026-11-28T22:00:00Z, and this one 100: the higher holds"},
		},
		"the same priority":   {o: priority("a", 900), beside: all(priority("b", 900)), at: 1, shows: "live 900 by a", next: 4},
		"a priority that was": {o: priority("a", 900), at: 5, shows: "live 500 by "},
	} {
		t.Run(name, func(t *testing.T) {
			queues := []v1alpha1.ModerationQueue{*other}
			if c.queues == nil {
				c.queues = []*v1alpha1.ModerationQueue{plain}
			}
			for _, q := range c.queues {
				queues = append(queues, *q)
			}
			o := c.o.Obj()
			got := OverriddenBy(o, queues, append(c.beside, *o), sample.At(hour(c.at)))
			var shows, findings []string
			for _, q := range got.Queues {
				is := q.Arrivals
				if q.Priority != nil {
					is = sample.Whole(int64(*q.Priority)).String()
				}
				shows = append(shows, q.Name+" "+is+" by "+q.By)
			}
			for _, f := range got.Findings {
				findings = append(findings, f.Code+": "+f.Message)
			}
			next := sample.Instant(0)
			if c.next != 0 {
				next = sample.At(hour(c.next))
			}
			if diff := cmp.Diff(c.shows, strings.Join(shows, ", ")); diff != "" {
				t.Errorf("the queues: %s", diff)
			}
			if diff := cmp.Diff(c.findings, findings); diff != "" {
				t.Errorf("the findings: %s", diff)
			}
			if diff := cmp.Diff(c.missing, got.Missing); diff != "" || got.Next != next {
				t.Errorf("the next change is at %s, want %s; missing: %s", got.Next.Time(), next.Time(), diff)
			}
		})
	}
}

func TestOverrideInWords(t *testing.T) {
	again := v1alpha1.Rework{QueueRef: v1alpha1.ObjectReference{Name: "comments"}, Review: "hate", Items: 4000}
	for want, o := range map[string]*modtest.OverrideWrapper{
		"pool pool: no write of the scale":             modtest.MakeOverride("a", "ns"),
		"pool text: at least 60 replicas":              modtest.MakeOverride("a", "ns").Floor(60).Pool("text"),
		"pool pool: at most 0 replicas":                modtest.MakeOverride("a", "ns").Ceiling(0),
		"queue comments: 4000 items again in hate":     modtest.MakeOverride("a", "ns").Rework(again),
		"queue live: 300% of the arrivals":             surge("a", "300", 0, 4),
		"queue live and 2 more: 12.5% of the arrivals": surge("a", "300", 0, 4).Surge("12.5", "live", "search", "chat"),
		"queue live: 90% to 250% of the arrivals":      surge("a", "", 0, 4).Curve([]v1alpha1.SurgePoint{point(1, "250"), point(2, "90")}, "live"),
		"queue live: priority 0":                       modtest.MakeOverride("a", "ns").Priority(0, "live"),
		"queue live: ":                                 surge("a", "much", 0, 4),
	} {
		if got := OverrideOn(&o.Obj().Spec) + ": " + OverrideDoes(o.Obj()); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
