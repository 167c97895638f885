package staffing

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
)

// settle counts what plans of earlier intervals of the day had people look at, and says what gives way
// then. What the first plan of an interval is made from is remembered.
func (r *Reconciler) settle(ctx context.Context, g *gathered, in staffing.Input) (staffing.Input, error) {
	target := client.ObjectKeyFromObject(g.target)
	earlier, ok := r.spent.of(target)
	in, err := r.spend(ctx, target, in)
	if err != nil {
		return in, err
	}
	in = r.relieve(g, in)
	if !ok || earlier.Grid().Start != in.Grid().Start {
		r.spent.put(target, in)
	}
	return in, nil
}

// spend counts what plans of earlier intervals of the day had people look at. After a restart that is
// what was stored with the last of them; what nobody planned meanwhile counts as nothing.
func (r *Reconciler) spend(ctx context.Context, target types.NamespacedName, in staffing.Input) (staffing.Input, error) {
	if earlier, ok := r.spent.of(target); ok {
		return staffing.Spend(in, &earlier), nil
	}
	stored, err := r.storedInput(ctx, target)
	if err == nil && stored != nil {
		in = in.Resume(stored.Spent)
	}
	return in, err
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
