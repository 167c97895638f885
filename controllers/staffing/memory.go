package staffing

import (
	"sync"

	"k8s.io/apimachinery/pkg/types"
)

// memory is what is known of each target from looks before. It is safe for concurrent use; the zero
// memory is ready for use.
type memory[T any] struct {
	mu   sync.Mutex
	last map[types.NamespacedName]T
}

func (m *memory[T]) of(target types.NamespacedName) (T, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	last, ok := m.last[target]
	return last, ok
}

func (m *memory[T]) put(target types.NamespacedName, now T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.last == nil {
		m.last = map[types.NamespacedName]T{}
	}
	m.last[target] = now
}

// forget is for a target that is gone.
func (m *memory[T]) forget(target types.NamespacedName) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.last, target)
}
