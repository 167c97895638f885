package conditions

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
)

var now = time.Date(2026, 11, 5, 12, 0, 0, 123_456, time.UTC)

const generation = 7

func condition(kind string, value metav1.ConditionStatus, reason, message string) metav1.Condition {
	return metav1.Condition{
		Type: kind, Status: value, Reason: reason, Message: message, ObservedGeneration: generation,
		LastTransitionTime: metav1.NewTime(now.Truncate(time.Second)),
	}
}

// What each way to set Ready leaves, whatever was there before: kstatus wants
// Reconciling and Stalled only while they are true.
func TestReadyAndItsCompanions(t *testing.T) {
	stalled, reconciling, ready := v1alpha1.ConditionStalled, v1alpha1.ConditionReconciling, v1alpha1.ConditionReady
	before := map[string]func(Setter){
		"nothing":     func(Setter) {},
		"ready":       func(s Setter) { s.Ready("fine") },
		"not ready":   func(s Setter) { s.NotReady("Gone", "the pool") },
		"reconciling": func(s Setter) { s.Reconciling("first look") },
		"stalled":     func(s Setter) { s.Stalled("InvalidSpec", "no such zone") },
	}
	for name, c := range map[string]struct {
		set  func(Setter)
		want []metav1.Condition
	}{
		"ready":     {func(s Setter) { s.Ready("fine") }, []metav1.Condition{condition(ready, "True", v1alpha1.ReasonSucceeded, "fine")}},
		"not ready": {func(s Setter) { s.NotReady("Gone", "the pool") }, []metav1.Condition{condition(ready, "False", "Gone", "the pool")}},
		"reconciling": {func(s Setter) { s.Reconciling("first look") }, []metav1.Condition{
			condition(ready, "Unknown", v1alpha1.ReasonProgressing, "first look"), condition(reconciling, "True", v1alpha1.ReasonProgressing, "first look"),
		}},
		"stalled": {func(s Setter) { s.Stalled("InvalidSpec", "no such zone") }, []metav1.Condition{
			condition(ready, "False", "InvalidSpec", "no such zone"), condition(stalled, "True", "InvalidSpec", "no such zone"),
		}},
	} {
		for was, prepare := range before {
			t.Run(name+" after "+was, func(t *testing.T) {
				var status v1alpha1.CommonStatus
				prepare(For(&status, generation, now))
				c.set(For(&status, generation, now))
				byType := cmp.Transformer("byType", func(in []metav1.Condition) map[string]metav1.Condition {
					out := map[string]metav1.Condition{}
					for _, c := range in {
						out[c.Type] = c
					}
					return out
				})
				if d := cmp.Diff(v1alpha1.CommonStatus{ObservedGeneration: generation, Conditions: c.want}, status, byType); d != "" {
					t.Errorf("status (-want +got):\n%s", d)
				}
			})
		}
	}
}

// The transition time moves when the status does, and only then.
func TestTransitionTime(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var status v1alpha1.CommonStatus
	var changed time.Time
	var last metav1.ConditionStatus
	for i := range 500 {
		at := now.Add(time.Duration(i) * time.Minute)
		value := []metav1.ConditionStatus{"True", "False", "Unknown"}[r.IntN(3)]
		if value != last {
			changed, last = at.Truncate(time.Second), value
		}
		For(&status, int64(i), at).Set("Staffed", value, []string{"A", "B"}[r.IntN(2)], []string{"one", "two"}[r.IntN(2)])
		c := meta.FindStatusCondition(status.Conditions, "Staffed")
		if !c.LastTransitionTime.Time.Equal(changed) || c.Status != value || c.ObservedGeneration != int64(i) || status.ObservedGeneration != int64(i) {
			t.Fatalf("step %d: %+v, changed at %v", i, c, changed)
		}
	}
}

func TestSetTwiceIsSetOnce(t *testing.T) {
	var status v1alpha1.CommonStatus
	set := func(at time.Time) {
		s := For(&status, generation, at)
		s.Ready("fine")
		s.True("Staffed", "Enough", "people")
		s.Unknown("Routed", "Unknown", "nothing yet")
	}
	set(now)
	before := *status.DeepCopy()
	set(now.Add(time.Hour))
	if d := cmp.Diff(before, status); d != "" {
		t.Errorf("an hour later (-before +after):\n%s", d)
	}
}

func TestMessagesAreCut(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"short":            {"fine", "fine"},
		"at the limit":     {strings.Repeat("x", 1024), strings.Repeat("x", 1024)},
		"longer":           {strings.Repeat("x", 1025), strings.Repeat("x", 1024)},
		"not in a letter":  {strings.Repeat("x", 1023) + "é", strings.Repeat("x", 1023)},
		"after the letter": {strings.Repeat("x", 1022) + "éé", strings.Repeat("x", 1022) + "é"},
		"of four bytes":    {"xx" + strings.Repeat("😀", 300), "xx" + strings.Repeat("😀", 255)},
	} {
		t.Run(name, func(t *testing.T) {
			var status v1alpha1.CommonStatus
			For(&status, generation, now).False("Staffed", "Short", c.in)
			got := status.Conditions[0].Message
			if got != c.want || !utf8.ValidString(got) {
				t.Errorf("%d bytes are cut to %q", len(c.in), got)
			}
		})
	}
}

func TestIs(t *testing.T) {
	status := v1alpha1.CommonStatus{Conditions: []metav1.Condition{condition("Staffed", "False", "Short", "")}}
	if !Is(status, "Staffed", "False") || Is(status, "Staffed", "True") || Is(status, "Routed", "False") || Is(status, "Routed", "") {
		t.Error("Is does not say what is set")
	}
}

func TestTransitions(t *testing.T) {
	staffed := condition("Staffed", "False", "Short", "two missing")
	for name, c := range map[string]struct {
		before, after []metav1.Condition
		want          []Transition
	}{
		"nothing":          {nil, nil, nil},
		"new":              {nil, []metav1.Condition{staffed}, []Transition{{Type: "Staffed", Reason: "Short", Message: "two missing", To: "False"}}},
		"the same":         {[]metav1.Condition{staffed}, []metav1.Condition{staffed}, nil},
		"only the message": {[]metav1.Condition{condition("Staffed", "False", "Short", "one missing")}, []metav1.Condition{staffed}, nil},
		"the reason": {
			[]metav1.Condition{condition("Staffed", "False", "Nobody", "")}, []metav1.Condition{staffed},
			[]Transition{{Type: "Staffed", Reason: "Short", Message: "two missing", From: "False", To: "False"}},
		},
		"the status": {
			[]metav1.Condition{condition("Staffed", "True", "Short", "")}, []metav1.Condition{staffed},
			[]Transition{{Type: "Staffed", Reason: "Short", Message: "two missing", From: "True", To: "False"}},
		},
		"gone": {[]metav1.Condition{staffed}, nil, nil},
		"in the order of the later": {
			nil, []metav1.Condition{condition("B", "True", "R", ""), condition("A", "True", "R", "")},
			[]Transition{{Type: "B", Reason: "R", To: "True"}, {Type: "A", Reason: "R", To: "True"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, Transitions(c.before, c.after)); d != "" {
				t.Errorf("transitions (-want +got):\n%s", d)
			}
		})
	}
}
