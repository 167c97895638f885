package feed

import (
	"context"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/observe"
	"github.com/modcap/modcap/internal/resolve"
)

// policyPrefix begins the names under which policies watch rows.
const policyPrefix = "ModerationPolicy "

// Policies keeps the rows watched that are conditions of a rollout: a counter that
// nobody watches has no rate, and an external metric is not read. What a rollout is
// counted by needs no watching.
type Policies struct {
	Client   client.Client
	Observer *observe.Observer
}

// Reconcile watches the rows of one policy.
func (p *Policies) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	r := reader[*v1alpha1.ModerationPolicy]{p.Client, p.Observer, policyPrefix, resolve.ConditionRows}
	return r.watch(ctx, req, &v1alpha1.ModerationPolicy{})
}

// PolicyConsumer is the policy that watches rows under a name; false for another kind.
func PolicyConsumer(name string) (key types.NamespacedName, ok bool) {
	name, ok = strings.CutPrefix(name, policyPrefix)
	key.Namespace, key.Name, _ = strings.Cut(name, "/")
	return key, ok
}
