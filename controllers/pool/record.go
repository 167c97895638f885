package pool

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/internal/apply"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/replay"
)

// +kubebuilder:rbac:groups="",resources=configmaps,verbs=get;list;watch;create;update;patch;delete

// record appends the decision to the pool's history if it differs from the one
// before in replicas, or in the rule that bound it by more than what is needed now.
func (r *Reconciler) record(ctx context.Context, o *observed, m *memory, d decided) error {
	is := recorded{replicas: d.decision.Replicas, binding: d.decision.Binding, verdict: d.decision.Verdict, at: o.now}
	changed := is.replicas != m.last.replicas || !is.binding.Alike(m.last.binding)
	if m.last.at.IsZero() && sameAsReported(o, is) {
		m.last, changed = is, false
	}
	if !changed {
		return nil
	}
	r.Metrics.PoolDecisions.WithLabelValues(o.pool.Namespace, o.pool.Name, string(is.verdict), string(is.binding)).Inc()
	if r.ReadOnly {
		m.last = is
		return nil
	}
	if err := r.appendRecord(ctx, o, d); err != nil {
		return err
	}
	m.last = is
	return nil
}

// sameAsReported reports whether pool status already shows this decision, as
// after a restart: it is no news then.
func sameAsReported(o *observed, is recorded) bool {
	s := o.pool.Status
	if s.Decision == nil || !capacity.Rule(s.Decision.Binding).Alike(is.binding) {
		return false
	}
	return s.Replicas == nil || s.Replicas.Wanted == is.replicas
}

func recordsName(pool string) string { return pool + "-decisions" }

// history is the decisions on record, oldest first. One that cannot be read is none: it
// must not stop the pool.
func (r *Reconciler) history(ctx context.Context, o *observed) ([]replay.Record, error) {
	var now corev1.ConfigMap
	key := client.ObjectKey{Namespace: o.pool.Namespace, Name: recordsName(o.pool.Name)}
	// From the API server: a cache that is behind would lose the decision before.
	if err := r.APIReader.Get(ctx, key, &now); client.IgnoreNotFound(err) != nil {
		return nil, fmt.Errorf("read decisions: %w", err)
	}
	history, _ := replay.Unpack(now.BinaryData[replay.Key])
	return history, nil
}

func (r *Reconciler) appendRecord(ctx context.Context, o *observed, d decided) error {
	history, err := r.history(ctx, o)
	if err != nil {
		return err
	}
	rec, err := replay.New(d.input, d.decision)
	if err != nil {
		return err
	}
	packed, err := replay.Pack(append(history, rec))
	if err != nil {
		return err
	}
	_, err = apply.Overwrite(ctx, r.Client, apply.OwnerPool, apply.ConfigMap{
		Namespace: o.pool.Namespace, Name: recordsName(o.pool.Name), Kind: "decisions", Owner: o.pool,
		Binary: map[string][]byte{replay.Key: packed},
	})
	return err
}
