package override

import (
	"context"
	"fmt"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/outcome"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

// maxFindings is how many findings the status shows.
const maxFindings = 32

// queues reports on an override of type Surge or Priority: what holds for each queue, by this override or
// another one, and what is probably not meant. What it does is the decisions', which read the same functions.
func (r *Reconciler) queues(ctx context.Context, o *v1alpha1.CapacityOverride) outcome.Outcome {
	var queues v1alpha1.ModerationQueueList
	if err := r.Client.List(ctx, &queues, client.InNamespace(o.Namespace)); err != nil {
		return outcome.Transient(fmt.Errorf("list queues: %w", err))
	}
	var all v1alpha1.CapacityOverrideList
	fields := client.MatchingFields{base.IndexOverridePool: ""}
	if err := r.Client.List(ctx, &all, client.InNamespace(o.Namespace), fields); err != nil {
		return outcome.Transient(fmt.Errorf("list overrides: %w", err))
	}
	now := r.Now()
	if state, _ := resolve.OverrideState(o, now); state == v1alpha1.ReasonExpired {
		return outcome.Done(r.tell(o, nil))
	}
	seen := resolve.OverriddenBy(o, queues.Items, all.Items, sample.At(now))
	s := &o.Status
	s.Queues, s.FindingCount = seen.Queues, int32(len(seen.Findings))
	s.Findings = seen.Findings[:min(len(seen.Findings), maxFindings)]
	return outcome.Done(soonest(r.tellQueues(o, seen), seen.Next.Time().Sub(now), seen.Next == 0))
}

// tellQueues reports whether the override is in force. While some of its queues exist it is, for these.
func (r *Reconciler) tellQueues(o *v1alpha1.CapacityOverride, seen resolve.Overridden) time.Duration {
	if len(seen.Missing) == 0 {
		return r.tell(o, nil)
	}
	missing := fmt.Sprintf("spec.queueRefs: not in this namespace: ModerationQueue %s", strings.Join(seen.Missing, ", "))
	if len(seen.Queues) == 0 {
		return r.tell(o, &obstacle{v1alpha1.ReasonQueueNotFound, missing, v1alpha1.ReasonNoSuchWork, "There is no queue to act on"})
	}
	wait := r.tell(o, nil)
	conditions.For(&o.Status.CommonStatus, o.Generation, r.Now()).NotReady(v1alpha1.ReasonQueueNotFound, missing)
	return wait
}

// soonest is the sooner of two waits, of which neither is shorter than a second; 0 is never.
func soonest(a, b time.Duration, never bool) time.Duration {
	switch {
	case never:
		return a
	case a == 0:
		return max(b, time.Second)
	}
	return min(a, max(b, time.Second))
}
