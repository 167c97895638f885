package testing

import (
	"fmt"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Events records events in place of sending them.
type Events struct {
	mu   sync.Mutex
	sent []string
}

// Eventf records an event as "Warning TargetNotFound pool: message".
func (e *Events) Eventf(regarding, _ runtime.Object, kind, reason, _, note string, args ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sent = append(e.sent, fmt.Sprintf("%s %s %s: %s", kind, reason, regarding.(client.Object).GetName(), fmt.Sprintf(note, args...)))
}

// Taken are the events since the last call.
func (e *Events) Taken() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.sent
	e.sent = nil
	return s
}
