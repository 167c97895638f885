package facts

import (
	"reflect"
	"sync"

	"k8s.io/apimachinery/pkg/types"
)

// Table holds facts of one kind by object. It is safe for concurrent use. A fact
// must not be changed after it was put.
type Table[V any] struct {
	mu     sync.RWMutex
	rows   map[types.NamespacedName]V
	notify func(types.NamespacedName)
}

// NewTable makes a table that calls notify, without its lock held, whenever the
// fact of an object changed. notify may be nil.
func NewTable[V any](notify func(types.NamespacedName)) *Table[V] {
	return &Table[V]{rows: map[types.NamespacedName]V{}, notify: notify}
}

// Put stores the fact of an object and reports whether it changed.
func (t *Table[V]) Put(key types.NamespacedName, v V) bool {
	t.mu.Lock()
	old, had := t.rows[key]
	changed := !had || !reflect.DeepEqual(old, v)
	if changed {
		t.rows[key] = v
	}
	t.mu.Unlock()
	if changed && t.notify != nil {
		t.notify(key)
	}
	return changed
}

// Get returns the fact of an object, and whether there is one.
func (t *Table[V]) Get(key types.NamespacedName) (V, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	v, ok := t.rows[key]
	return v, ok
}

// Drop forgets the fact of an object.
func (t *Table[V]) Drop(key types.NamespacedName) {
	t.mu.Lock()
	_, had := t.rows[key]
	delete(t.rows, key)
	t.mu.Unlock()
	if had && t.notify != nil {
		t.notify(key)
	}
}

// Keep drops the facts of those objects that mine says belong to the caller and
// that are not in keep: an object that left a pool or a target must not keep what
// was said of it there.
func (t *Table[V]) Keep(mine func(types.NamespacedName, V) bool, keep map[types.NamespacedName]bool) {
	t.mu.Lock()
	var gone []types.NamespacedName
	for k, v := range t.rows {
		if !keep[k] && mine(k, v) {
			gone = append(gone, k)
			delete(t.rows, k)
		}
	}
	t.mu.Unlock()
	if t.notify == nil {
		return
	}
	for _, k := range gone {
		t.notify(k)
	}
}
