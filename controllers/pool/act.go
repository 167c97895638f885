package pool

import (
	"context"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

// acted says whether modcap controls the scale, and what it did with it.
type acted struct {
	reason, message string
	controlled      bool
	wrote           bool
	// until is when a scale-down that waits for its workers goes on at the latest; 0 when
	// none waits.
	until sample.Instant
}

// fieldOwner is the name under which modcap writes scales.
const fieldOwner = client.FieldOwner("modcap-pool")

// act writes the scale if the decision asks for it, modcap may, and the workers that
// a scale-down takes are idle.
func (r *Reconciler) act(ctx context.Context, o *observed, m *memory, d decided) (acted, error) {
	done := r.may(ctx, o, m, d)
	plan, err := r.drain(ctx, o, d, done.controlled)
	if err != nil {
		return done, err
	}
	done.drained(o, d, plan)
	if !done.controlled || done.until != 0 || d.decision.Verdict == capacity.Hold || d.decision.Replicas == o.scale.Spec.Replicas {
		return done, nil
	}
	err = setScale(ctx, r.Client, o.target, o.scale, d.decision.Replicas)
	r.countWrite(o, d.decision.Verdict, err)
	if err != nil {
		return done, err
	}
	m.contest.took(d.decision.Replicas)
	done.wrote = true
	r.wentOn(o, plan)
	return done, nil
}

// may says whether modcap may write the scale, and if not why.
func (r *Reconciler) may(ctx context.Context, o *observed, m *memory, d decided) acted {
	if o.trouble != nil {
		return acted{reason: o.trouble.reason, message: o.trouble.message}
	}
	if off, why := r.handsOff(o, d); off {
		m.contest.took(o.scale.Spec.Replicas)
		return why
	}
	if m.contest.observe(o.scale.Spec.Replicas, o.now) {
		return acted{reason: v1alpha1.ReasonScaleContested, message: r.contestedMessage(ctx, o)}
	}
	return acted{reason: v1alpha1.ReasonControlled, message: "modcap sets the replicas of the target", controlled: true}
}

// handsOff says whether modcap leaves the scale to others for now: what they write
// then contests nothing.
func (r *Reconciler) handsOff(o *observed, d decided) (bool, acted) {
	switch {
	case r.ReadOnly:
		return true, acted{reason: v1alpha1.ReasonRecommendOnly, message: "The operator runs with --read-only and writes no scale"}
	case recommends(o.pool):
		return true, acted{reason: v1alpha1.ReasonRecommendOnly, message: "mode is Recommend: modcap decides and reports, and writes no scale"}
	case d.decision.Binding == capacity.RulePause:
		return true, acted{reason: v1alpha1.ReasonPaused, message: pausedMessage(d.input.Pool.Overrides)}
	}
	return false, acted{}
}

func recommends(p *v1alpha1.ClassifierPool) bool { return p.Spec.Mode == v1alpha1.ModeRecommend }

func (r *Reconciler) countWrite(o *observed, v capacity.Verdict, err error) {
	result := "ok"
	switch {
	case apierrors.IsConflict(err):
		result = "conflict"
	case err != nil:
		result = "error"
	}
	direction := "up"
	if v == capacity.ScaleDown {
		direction = "down"
	}
	r.Metrics.PoolWrites.WithLabelValues(o.pool.Namespace, o.pool.Name, direction, result).Inc()
}

// contestedMessage names who else writes the replicas, as far as the object tells.
func (r *Reconciler) contestedMessage(ctx context.Context, o *observed) string {
	const tail = "modcap keeps off for 10m after each such write; stop setting spec.replicas there " +
		"(GitOps: leave the field out), or set mode: Recommend"
	target := &unstructured.Unstructured{}
	target.SetGroupVersionKind(o.target.GroupVersionKind())
	if err := r.APIReader.Get(ctx, client.ObjectKeyFromObject(o.target), target); err != nil {
		return "Somebody else keeps writing the replicas of the target; " + tail
	}
	if who := replicasManagers(target.GetManagedFields()); len(who) > 0 {
		return fmt.Sprintf("%s keeps writing the replicas of the target; %s", strings.Join(who, " and "), tail)
	}
	return "Somebody else keeps writing the replicas of the target; " + tail
}

// replicasManagers are the field managers, besides modcap, that own spec.replicas.
func replicasManagers(fields []metav1.ManagedFieldsEntry) []string {
	var out []string
	for _, f := range fields {
		if f.Manager == string(fieldOwner) || f.FieldsV1 == nil || f.Subresource == "status" ||
			!strings.Contains(f.FieldsV1.GetRawString(), `"f:replicas"`) {
			continue
		}
		if !slices.Contains(out, f.Manager) {
			out = append(out, f.Manager)
		}
	}
	slices.Sort(out)
	return out
}

func pausedMessage(overrides []capacity.Override) string {
	for _, o := range overrides {
		if o.Kind == capacity.Pause {
			return fmt.Sprintf("CapacityOverride %s pauses the pool (by %s: %s)", o.Name, o.By, o.Reason)
		}
	}
	return "A CapacityOverride pauses the pool"
}
