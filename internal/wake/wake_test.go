package wake

import (
	"strconv"
	"sync"
	"testing"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

func newQueue(t *testing.T) workqueue.TypedRateLimitingInterface[string] {
	t.Helper()
	q := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[string]())
	t.Cleanup(q.ShutDown)
	return q
}

func TestWake(t *testing.T) {
	w := &Waker[string]{}
	w.Wake("early") // nobody runs: dropped
	q := newQueue(t)
	if err := w.Source().Start(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	if q.Len() != 0 {
		t.Errorf("%d requests from before the start", q.Len())
	}
	w.Wake("a")
	w.Wake("b")
	w.Wake("a")
	if q.Len() != 2 {
		t.Errorf("%d requests wait, want a and b once each", q.Len())
	}
	if got, _ := q.Get(); got != "a" {
		t.Errorf("first comes %q", got)
	}
	w.Wake("a") // while it is worked on: once more, after it is done
	if q.Len() != 1 {
		t.Errorf("%d requests wait while a is worked on", q.Len())
	}
	q.Done("a")
	if q.Len() != 2 {
		t.Errorf("%d requests wait after a was done", q.Len())
	}
}

// A controller that stopped takes nothing more, and does not hold up who wakes it.
func TestWakeAfterTheEnd(t *testing.T) {
	w := &Waker[reconcile.Request]{}
	q := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[reconcile.Request]())
	if err := w.Source().Start(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	q.ShutDown()
	w.Wake(reconcile.Request{})
	if q.Len() != 0 {
		t.Error("a request waits for nobody")
	}
}

func TestConcurrentWakes(t *testing.T) {
	w := &Waker[string]{}
	q := newQueue(t)
	if err := w.Source().Start(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range 100 {
				w.Wake(strconv.Itoa(i))
			}
		})
	}
	group.Wait()
	if q.Len() != 100 {
		t.Errorf("%d requests of 100", q.Len())
	}
}
