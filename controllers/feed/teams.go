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

// teamPrefix begins the names under which teams watch rows; those of queues are
// namespace/name alone.
const teamPrefix = "ReviewTeam "

// Teams keeps the rows watched that say who of a team is there.
type Teams struct {
	Client   client.Client
	Observer *observe.Observer
}

// Reconcile watches the rows of one team.
func (t *Teams) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	r := reader[*v1alpha1.ReviewTeam]{t.Client, t.Observer, teamPrefix, resolve.TeamRows}
	return r.watch(ctx, req, &v1alpha1.ReviewTeam{})
}

// Consumer is the queue or the team that watches rows under a name.
func Consumer(name string) (key types.NamespacedName, team, ok bool) {
	name, team = strings.CutPrefix(name, teamPrefix)
	key.Namespace, key.Name, ok = strings.Cut(name, "/")
	return key, team, ok
}
