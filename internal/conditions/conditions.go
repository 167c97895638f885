package conditions

import (
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
)

// maxMessage bounds a message well below the API's 32768 bytes.
const maxMessage = 1024

// Setter sets conditions of one object.
type Setter struct {
	status     *v1alpha1.CommonStatus
	generation int64
	now        metav1.Time
}

// For returns a Setter for status, which answers the given generation at now.
func For(status *v1alpha1.CommonStatus, generation int64, now time.Time) Setter {
	status.ObservedGeneration = generation
	return Setter{status: status, generation: generation, now: metav1.NewTime(now.Truncate(time.Second))}
}

// Set sets a condition.
func (s Setter) Set(kind string, value metav1.ConditionStatus, reason, message string) {
	if len(message) > maxMessage {
		message = strings.ToValidUTF8(message[:maxMessage], "") // not half a character
	}
	meta.SetStatusCondition(&s.status.Conditions, metav1.Condition{
		Type: kind, Status: value, Reason: reason, Message: message,
		ObservedGeneration: s.generation, LastTransitionTime: s.now,
	})
}

// True sets a condition to True.
func (s Setter) True(kind, reason, message string) {
	s.Set(kind, metav1.ConditionTrue, reason, message)
}

// False sets a condition to False.
func (s Setter) False(kind, reason, message string) {
	s.Set(kind, metav1.ConditionFalse, reason, message)
}

// Unknown sets a condition to Unknown.
func (s Setter) Unknown(kind, reason, message string) {
	s.Set(kind, metav1.ConditionUnknown, reason, message)
}

// Clear removes conditions that no longer apply.
func (s Setter) Clear(kinds ...string) {
	for _, k := range kinds {
		meta.RemoveStatusCondition(&s.status.Conditions, k)
	}
}

// Ready says that modcap can do its job for the object.
func (s Setter) Ready(message string) {
	s.Clear(v1alpha1.ConditionStalled, v1alpha1.ConditionReconciling)
	s.True(v1alpha1.ConditionReady, v1alpha1.ReasonSucceeded, message)
}

// NotReady says that something outside the spec is missing: Ready is False, and
// comes back by itself.
func (s Setter) NotReady(reason, message string) {
	s.Clear(v1alpha1.ConditionStalled, v1alpha1.ConditionReconciling)
	s.False(v1alpha1.ConditionReady, reason, message)
}

// Reconciling says that first results are awaited.
func (s Setter) Reconciling(message string) {
	s.Clear(v1alpha1.ConditionStalled)
	s.True(v1alpha1.ConditionReconciling, v1alpha1.ReasonProgressing, message)
	s.Unknown(v1alpha1.ConditionReady, v1alpha1.ReasonProgressing, message)
}

// Stalled says that only an edit of the spec can help.
func (s Setter) Stalled(reason, message string) {
	s.Clear(v1alpha1.ConditionReconciling)
	s.True(v1alpha1.ConditionStalled, reason, message)
	s.False(v1alpha1.ConditionReady, reason, message)
}

// Is reports whether the condition has that status.
func Is(status v1alpha1.CommonStatus, kind string, value metav1.ConditionStatus) bool {
	c := meta.FindStatusCondition(status.Conditions, kind)
	return c != nil && c.Status == value
}

// Transition is a condition that changed its status or reason.
type Transition struct {
	Type, Reason, Message string
	From, To              metav1.ConditionStatus
}

// Transitions lists what changed between two sets of conditions, in the order of
// the later one. Conditions that vanished are left out.
func Transitions(before, after []metav1.Condition) []Transition {
	var out []Transition
	for _, c := range after {
		old := meta.FindStatusCondition(before, c.Type)
		if old != nil && old.Status == c.Status && old.Reason == c.Reason {
			continue
		}
		t := Transition{Type: c.Type, Reason: c.Reason, Message: c.Message, To: c.Status}
		if old != nil {
			t.From = old.Status
		}
		out = append(out, t)
	}
	return out
}
