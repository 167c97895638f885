package staffing

import (
	"context"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
)

// spending remembers, by target, what the first plan of the present interval was made from. It is safe
// for concurrent use; what is lost is read back from what was stored with the plan.
type spending struct {
	mu   sync.Mutex
	last map[types.NamespacedName]staffing.Input
}

func (s *spending) of(target types.NamespacedName) (staffing.Input, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, ok := s.last[target]
	return in, ok
}

func (s *spending) put(target types.NamespacedName, in *staffing.Input) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil {
		s.last = map[types.NamespacedName]staffing.Input{}
	}
	s.last[target] = *in
}

func (s *spending) forget(target types.NamespacedName) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.last, target)
}

// spend counts what plans of earlier intervals of the day had people look at. After a restart that is
// what was stored with the last of them; what nobody planned meanwhile counts as nothing.
func (r *Reconciler) spend(ctx context.Context, target types.NamespacedName, in staffing.Input) (staffing.Input, error) {
	earlier, ok := r.spent.of(target)
	if ok {
		in = staffing.Spend(in, &earlier)
	} else {
		stored, err := r.storedInput(ctx, target)
		if err != nil {
			return in, err
		}
		if stored != nil {
			in = in.Resume(stored.Spent)
		}
	}
	if !ok || earlier.Grid().Start != in.Grid().Start {
		r.spent.put(target, &in)
	}
	return in, nil
}

// storedInput is what the last plan was made from; nil if there is none that can be read.
func (r *Reconciler) storedInput(ctx context.Context, target types.NamespacedName) (*sheet.Stored, error) {
	var m corev1.ConfigMap
	key := client.ObjectKey{Namespace: target.Namespace, Name: sheet.InputName(target.Name)}
	if err := r.Client.Get(ctx, key, &m); err != nil {
		return nil, client.IgnoreNotFound(err)
	}
	stored, err := sheet.UnpackInput(m.BinaryData[sheet.InputKey])
	if err != nil {
		return nil, nil //nolint:nilerr // what somebody made of it is no reason to plan nothing
	}
	return stored, nil
}
