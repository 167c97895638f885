package events

import (
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/conditions"
)

// quiet is how long the same event of the same object is not repeated.
const quiet = 10 * time.Minute

// maxRemembered bounds what is remembered; when it is reached, what is older than
// quiet is dropped, and if nothing is, all of it: an event too many does no harm.
const maxRemembered = 4096

// sink is the part of a recorder that is used.
type sink interface {
	Eventf(regarding, related runtime.Object, eventtype, reason, action, note string, args ...any)
}

// Recorder sends events. It is safe for concurrent use.
type Recorder struct {
	sink  sink
	clock clock.PassiveClock

	mu   sync.Mutex
	sent map[event]time.Time
}

type event struct {
	uid    types.UID
	kind   string
	reason string
	status string
}

// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch
// +kubebuilder:rbac:groups="",resources=events,verbs=create;patch

// NewRecorder makes a Recorder on top of controller-runtime's.
func NewRecorder(s sink, clk clock.PassiveClock) *Recorder {
	return &Recorder{sink: s, clock: clk, sent: map[event]time.Time{}}
}

// Transition tells of a condition that changed. Reconciling and changes to
// Unknown are not worth an event.
func (r *Recorder) Transition(obj client.Object, t conditions.Transition) {
	if t.Type == v1alpha1.ConditionReconciling || t.To == metav1.ConditionUnknown {
		return
	}
	// What is well from the start is no news.
	bad := t.Type == v1alpha1.ConditionStalled || t.Type == v1alpha1.ConditionReliefActive
	well := (t.To == metav1.ConditionTrue) != bad
	if t.From == "" && well && t.Type != v1alpha1.ConditionStalled {
		return
	}
	kind := corev1.EventTypeNormal
	if !well {
		kind = corev1.EventTypeWarning
	}
	r.send(obj, event{obj.GetUID(), t.Type, t.Reason, string(t.To)}, kind, t.Message)
}

// Scaled tells that modcap changed the replicas of a pool's target.
func (r *Recorder) Scaled(obj client.Object, reason, message string) {
	r.sink.Eventf(obj, nil, corev1.EventTypeNormal, reason, "Scale", "%s", message)
}

func (r *Recorder) send(obj client.Object, e event, kind, message string) {
	now := r.clock.Now()
	r.mu.Lock()
	last, ok := r.sent[e]
	if ok && now.Sub(last) < quiet {
		r.mu.Unlock()
		return
	}
	r.makeRoom(now)
	r.sent[e] = now
	r.mu.Unlock()
	r.sink.Eventf(obj, nil, kind, e.reason, e.kind, "%s", message)
}

func (r *Recorder) makeRoom(now time.Time) {
	if len(r.sent) < maxRemembered {
		return
	}
	for k, at := range r.sent {
		if now.Sub(at) >= quiet {
			delete(r.sent, k)
		}
	}
	if len(r.sent) >= maxRemembered {
		clear(r.sent)
	}
}
