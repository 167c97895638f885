package wake

import (
	"context"
	"sync"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// Waker wakes one controller. The zero value is ready; it is safe for
// concurrent use. Requests made before the controller runs are dropped: it
// starts by looking at every object.
type Waker[R comparable] struct {
	mu    sync.RWMutex
	queue workqueue.TypedRateLimitingInterface[R]
}

// Source is what the controller watches.
func (w *Waker[R]) Source() source.TypedSource[R] {
	return source.TypedFunc[R](func(_ context.Context, q workqueue.TypedRateLimitingInterface[R]) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.queue = q
		return nil
	})
}

// Wake asks for a reconcile of r now.
func (w *Waker[R]) Wake(r R) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.queue != nil {
		w.queue.Add(r)
	}
}
