package events

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/conditions"
	modtest "github.com/modcap/modcap/internal/testing"
)

var now = time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)

// recorded keeps what is sent, as a reader would see it.
type recorded struct{ sent []string }

func (r *recorded) Eventf(regarding, _ runtime.Object, kind, reason, action, note string, args ...any) {
	r.sent = append(r.sent, fmt.Sprintf("%s %s %s %s: %s", regarding.(client.Object).GetName(), kind, reason, action, fmt.Sprintf(note, args...)))
}

func newRecorder() (*Recorder, *recorded, *clocktesting.FakePassiveClock) {
	sink, clk := &recorded{}, clocktesting.NewFakePassiveClock(now)
	return NewRecorder(sink, clk), sink, clk
}

func queue(name, uid string) client.Object { return modtest.MakeQueue(name, "ns").UID(uid).Obj() }

func transition(kind string, from, to metav1.ConditionStatus) conditions.Transition {
	return conditions.Transition{Type: kind, Reason: "Because", Message: "as it is", From: from, To: to}
}

func TestTransition(t *testing.T) {
	normal := func(kind string) []string { return []string{"q Normal Because " + kind + ": as it is"} }
	warning := func(kind string) []string { return []string{"q Warning Because " + kind + ": as it is"} }
	stalled, relief := v1alpha1.ConditionStalled, v1alpha1.ConditionReliefActive
	for name, c := range map[string]struct {
		transition conditions.Transition
		want       []string
	}{
		"worse":                           {transition("Staffed", "True", "False"), warning("Staffed")},
		"better":                          {transition("Staffed", "False", "True"), normal("Staffed")},
		"bad in another way":              {transition("Staffed", "False", "False"), warning("Staffed")},
		"bad from the start":              {transition("Staffed", "", "False"), warning("Staffed")},
		"good from the start is no news":  {transition("Staffed", "", "True"), nil},
		"not known any more":              {transition("Staffed", "True", "Unknown"), nil},
		"bad after not known":             {transition("Staffed", "Unknown", "False"), warning("Staffed")},
		"good after not known":            {transition("Staffed", "Unknown", "True"), normal("Staffed")},
		"stalled":                         {transition(stalled, "", "True"), warning(stalled)},
		"stalled in another way":          {transition(stalled, "True", "True"), warning(stalled)},
		"no longer stalled":               {transition(stalled, "True", "False"), normal(stalled)},
		"something gives way":             {transition(relief, "False", "True"), warning(relief)},
		"more gives way":                  {transition(relief, "True", "True"), warning(relief)},
		"nothing gives way any more":      {transition(relief, "True", "False"), normal(relief)},
		"nothing gives way to begin with": {transition(relief, "", "False"), nil},
		"reconciling":                     {transition(v1alpha1.ConditionReconciling, "", "True"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			r, sink, _ := newRecorder()
			r.Transition(queue("q", "1"), c.transition)
			if d := cmp.Diff(c.want, sink.sent); d != "" {
				t.Errorf("sent (-want +got):\n%s", d)
			}
		})
	}
}

func TestMessagesAreData(t *testing.T) {
	r, sink, _ := newRecorder()
	bad := transition("Staffed", "True", "False")
	bad.Message = "100%d of %s %!"
	r.Transition(queue("q", "1"), bad)
	r.Scaled(queue("q", "1"), "ScaledUp", "from 1 to 2 (100%)")
	want := []string{"q Warning Because Staffed: 100%d of %s %!", "q Normal ScaledUp Scale: from 1 to 2 (100%)"}
	if d := cmp.Diff(want, sink.sent); d != "" {
		t.Errorf("sent (-want +got):\n%s", d)
	}
}

// The same of the same object is sent again after ten minutes of silence only.
func TestRepeats(t *testing.T) {
	worse, better := transition("Staffed", "True", "False"), transition("Staffed", "False", "True")
	other := worse
	other.Reason = "Otherwise"
	q := queue("q", "1")
	r, sink, clk := newRecorder()
	for _, step := range []struct {
		name string
		pass time.Duration
		obj  client.Object
		is   conditions.Transition
		want int
	}{
		{"the first", 0, q, worse, 1},
		{"at once again", 0, q, worse, 1},
		{"the other way", time.Minute, q, better, 2},
		{"and back", time.Minute, q, worse, 2},
		{"for another reason", 0, q, other, 3},
		{"of another object", 0, queue("q", "2"), worse, 4},
		{"of another condition", 0, q, transition("Routed", "True", "False"), 5},
		{"just before ten minutes", 8*time.Minute - 1, q, worse, 5},
		{"after ten minutes", 1, q, worse, 6},
		{"which count anew", 9 * time.Minute, q, worse, 6},
	} {
		clk.SetTime(clk.Now().Add(step.pass))
		r.Transition(step.obj, step.is)
		if got := len(sink.sent); got != step.want {
			t.Errorf("%s: %d sent, want %d", step.name, got, step.want)
		}
	}
}

func TestEveryScaleIsTold(t *testing.T) {
	r, sink, _ := newRecorder()
	for range 3 {
		r.Scaled(queue("p", "1"), "ScaledUp", "one more")
	}
	if len(sink.sent) != 3 {
		t.Errorf("%d of 3 scales were told: %s", len(sink.sent), strings.Join(sink.sent, ", "))
	}
}

// What is remembered is bounded; what is older goes first.
func TestMemoryIsBounded(t *testing.T) {
	r, sink, clk := newRecorder()
	worse := transition("Staffed", "True", "False")
	fill := func(prefix string, n int) {
		for i := range n {
			r.Transition(queue("q", fmt.Sprintf("%s-%d", prefix, i)), worse)
		}
	}
	fill("old", maxRemembered-1)
	clk.SetTime(now.Add(quiet))
	fill("young", 2)
	if len(r.sent) != 2 {
		t.Errorf("%d are remembered after the old were dropped", len(r.sent))
	}
	fill("young", maxRemembered)
	if len(r.sent) != maxRemembered {
		t.Errorf("%d are remembered", len(r.sent))
	}
	fill("more", 10)
	if len(r.sent) != 10 || len(sink.sent) != 2*maxRemembered-1+10 {
		t.Errorf("%d are remembered, %d were sent", len(r.sent), len(sink.sent))
	}
}
