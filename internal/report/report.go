package report

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/conditions"
)

// The least time between two writes of one object for numbers alone, and where these leap.
const (
	numbersEvery = 30 * time.Second
	leapsEvery   = 5 * time.Second
)

// Recorder sends events for conditions that changed.
type Recorder interface {
	Transition(obj client.Object, t conditions.Transition)
}

// Counter counts writes by kind and urgency, for the operator's own metrics.
type Counter interface {
	StatusWrite(kind string, u Urgency)
	StatusDelay(kind string, u Urgency)
}

// Writer writes status.
type Writer struct {
	client  client.Client
	clock   clock.PassiveClock
	budget  *Budget
	events  Recorder
	counter Counter

	mu      sync.Mutex
	numbers map[object]time.Time
}

// NewWriter makes a Writer. events and counter may be nil.
func NewWriter(c client.Client, clk clock.PassiveClock, b *Budget, events Recorder, counter Counter) *Writer {
	return &Writer{client: c, clock: clk, budget: b, events: events, counter: counter, numbers: map[object]time.Time{}}
}

// object identifies an object among all kinds.
type object struct {
	kind string
	key  types.NamespacedName
}

// Kind tells a Writer how to read the status of one kind.
type Kind[T client.Object] struct {
	// Name of the kind, for metrics.
	Name string
	// Common returns the part of the status that every kind has.
	Common func(T) *v1alpha1.CommonStatus
	// Status returns a pointer to the whole status.
	Status func(T) any
	// Blank clears the observed numbers of a status, leaving conditions and decisions.
	Blank func(T)
	// Leaps is true where the numbers of two statuses are so different that whoever looks
	// must not wait for them; unset for never.
	Leaps func(before, after T) bool
}

// Commit writes the status of after if it differs from before's. It returns how
// long to wait before looking again when the write had to be put off, or 0. An
// object that is gone needs no status.
func Commit[T client.Object](ctx context.Context, w *Writer, k Kind[T], before, after T) (time.Duration, error) {
	u := compare(k, before, after)
	if u == Nothing {
		return 0, nil
	}
	now := w.clock.Now()
	o := object{k.Name, client.ObjectKeyFromObject(after)}
	if wait := w.admit(o, u, k.pace(before, after), now); wait > 0 {
		if w.counter != nil {
			w.counter.StatusDelay(k.Name, u)
		}
		return wait, nil
	}
	old := k.Common(before).Conditions
	if err := w.client.Status().Update(ctx, after); apierrors.IsNotFound(err) {
		return 0, nil
	} else if err != nil {
		return 0, fmt.Errorf("write status of %s: %w", k.Name, err)
	}
	w.written(o, now)
	if w.counter != nil {
		w.counter.StatusWrite(k.Name, u)
	}
	if w.events != nil {
		for _, t := range conditions.Transitions(old, k.Common(after).Conditions) {
			w.events.Transition(after, t)
		}
	}
	return 0, nil
}

// OnlyNumbers reports whether nothing but observed numbers differs between two statuses.
func OnlyNumbers[T client.Object](k Kind[T], before, after T) bool {
	return compare(k, before, after) <= Numbers
}

// compare says what differs between two statuses.
func compare[T client.Object](k Kind[T], before, after T) Urgency {
	if equality.Semantic.DeepEqual(k.Status(before), k.Status(after)) {
		return Nothing
	}
	if !sameConditions(k.Common(before).Conditions, k.Common(after).Conditions) ||
		k.Common(before).ObservedGeneration != k.Common(after).ObservedGeneration {
		return Conditions
	}
	b, a := before.DeepCopyObject().(T), after.DeepCopyObject().(T)
	k.Blank(b)
	k.Blank(a)
	if equality.Semantic.DeepEqual(k.Status(b), k.Status(a)) {
		return Numbers
	}
	return Decisions
}

func sameConditions(a, b []metav1.Condition) bool {
	return equality.Semantic.DeepEqual(a, b)
}

// pace is the least time between two writes for the numbers of these statuses.
func (k *Kind[T]) pace(before, after T) time.Duration {
	if k.Leaps != nil && k.Leaps(before, after) {
		return leapsEvery
	}
	return numbersEvery
}

// admit applies the pace of numbers and the shared budget.
func (w *Writer) admit(o object, u Urgency, pace time.Duration, now time.Time) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if last, ok := w.numbers[o]; ok && u == Numbers {
		if rest := pace - now.Sub(last); rest > 0 {
			return rest
		}
	}
	return w.budget.Take(u, now)
}

// written notes a write: every one carries the numbers along.
func (w *Writer) written(o object, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.numbers[o] = now
}

// Forget drops what is remembered of a deleted object.
func (w *Writer) Forget(kind string, key types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.numbers, object{kind, key})
}
