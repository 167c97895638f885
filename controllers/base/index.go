package base

import (
	"context"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
)

// Index registers the indexes of the cache.
func Index(ctx context.Context, idx client.FieldIndexer) error {
	for _, i := range []struct {
		obj   client.Object
		field string
		keys  func(client.Object) []string
	}{
		{&v1alpha1.ModerationQueue{}, IndexPool, func(o client.Object) []string { return poolOf(o.(*v1alpha1.ModerationQueue)) }},
		{&v1alpha1.ModerationQueue{}, IndexPolicy, func(o client.Object) []string { return policyOf(o.(*v1alpha1.ModerationQueue)) }},
		{&v1alpha1.ModerationQueue{}, IndexSource, func(o client.Object) []string { return SourcesOf(o.(*v1alpha1.ModerationQueue)) }},
		{&v1alpha1.CapacityOverride{}, IndexOverridePool, func(o client.Object) []string {
			return []string{o.(*v1alpha1.CapacityOverride).Spec.Pool()}
		}},
	} {
		if err := idx.IndexField(ctx, i.obj, i.field, i.keys); err != nil {
			return fmt.Errorf("index %s: %w", i.field, err)
		}
	}
	return nil
}

func poolOf(q *v1alpha1.ModerationQueue) []string {
	if q.Spec.Classification == nil {
		return nil
	}
	return []string{q.Spec.Classification.PoolRef.Name}
}

func policyOf(q *v1alpha1.ModerationQueue) []string {
	if q.Spec.PolicyRef == nil {
		return nil
	}
	return []string{q.Spec.PolicyRef.Name}
}

// SourcesOf lists "kind/name" of each source that a queue reads.
func SourcesOf(q *v1alpha1.ModerationQueue) []string {
	rows := resolve.QueueRows(q).All
	seen := map[string]bool{}
	var out []string
	for _, r := range rows {
		if k := r.SourceKind + "/" + r.Source; !seen[k] {
			seen[k] = true
			out = append(out, k)
		}
	}
	return out
}
