package pool

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/internal/apply"
	"github.com/modcap/modcap/internal/capacity"
)

const (
	// recordsKept is how many decisions the ConfigMap holds at most.
	recordsKept = 64
	// recordsBytes bounds the compressed history, well below the API's 1 MiB.
	recordsBytes = 256 << 10
	// recordsKey is the key of the history in the ConfigMap.
	recordsKey = "decisions.json.gz"
)

// Record is a decision with everything it was made from: enough to make it again.
type Record struct {
	Input    capacity.Input    `json:"input"`
	Decision capacity.Decision `json:"decision"`
}

// +kubebuilder:rbac:groups="",resources=configmaps,verbs=get;list;watch;create;update;patch;delete

// record appends the decision to the pool's history if it differs from the one
// before in replicas or in the rule that bound it.
func (r *Reconciler) record(ctx context.Context, o *observed, m *memory, d decided) error {
	is := recorded{replicas: d.decision.Replicas, binding: d.decision.Binding, verdict: d.decision.Verdict, at: o.now}
	changed := is.replicas != m.last.replicas || is.binding != m.last.binding
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
	if err := r.appendRecord(ctx, o, Record{Input: d.input, Decision: d.decision}); err != nil {
		return err
	}
	m.last = is
	return nil
}

// sameAsReported reports whether pool status already shows this decision, as
// after a restart: it is no news then.
func sameAsReported(o *observed, is recorded) bool {
	s := o.pool.Status
	if s.Decision == nil || s.Decision.Binding != string(is.binding) {
		return false
	}
	return s.Replicas == nil || s.Replicas.Wanted == is.replicas
}

func recordsName(pool string) string { return pool + "-decisions" }

func (r *Reconciler) appendRecord(ctx context.Context, o *observed, rec Record) error {
	var now corev1.ConfigMap
	key := client.ObjectKey{Namespace: o.pool.Namespace, Name: recordsName(o.pool.Name)}
	// From the API server: a cache that is behind would lose the decision before.
	if err := r.APIReader.Get(ctx, key, &now); client.IgnoreNotFound(err) != nil {
		return fmt.Errorf("read decisions: %w", err)
	}
	// A history that cannot be read is started anew: it must not stop the pool.
	history, err := Records(now.BinaryData[recordsKey])
	if err != nil {
		history = nil
	}
	packed, err := pack(append(history, rec))
	if err != nil {
		return err
	}
	_, err = apply.Overwrite(ctx, r.Client, apply.OwnerPool, apply.ConfigMap{
		Namespace: key.Namespace, Name: key.Name, Kind: "decisions", Owner: o.pool,
		Binary: map[string][]byte{recordsKey: packed},
	})
	return err
}

// pack compresses the last records that fit.
func pack(records []Record) ([]byte, error) {
	records = records[max(0, len(records)-recordsKept):]
	for {
		packed, err := compress(records)
		if err != nil || len(packed) <= recordsBytes || len(records) <= 1 {
			return packed, err
		}
		records = records[(len(records)+1)/2:]
	}
}

func compress(records []Record) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(records); err != nil {
		return nil, fmt.Errorf("encode decisions: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compress decisions: %w", err)
	}
	return b.Bytes(), nil
}

// maxUnpacked bounds what a tampered history can unpack to.
const maxUnpacked = 64 << 20

// Records unpacks the history of a pool's ConfigMap; nothing gives none.
func Records(packed []byte) ([]Record, error) {
	if len(packed) == 0 {
		return nil, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack decisions: %w", err)
	}
	var out []Record
	if err := json.NewDecoder(io.LimitReader(z, maxUnpacked)).Decode(&out); err != nil {
		return nil, fmt.Errorf("decode decisions: %w", err)
	}
	return out, nil
}
