package pool

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/drain"
	"github.com/modcap/modcap/internal/sample"
)

// The annotations of a mark. Workers read DrainUntil; the others are modcap's own.
const (
	// DrainUntil is when a marked worker may lease again (RFC 3339).
	DrainUntil = v1alpha1.Group + "/drain-until"
	drainSince = v1alpha1.Group + "/drain-since"
	// costBefore is the deletion cost that the pod had.
	costBefore = v1alpha1.Group + "/deletion-cost-before"
)

// markedCost is below every cost that others give.
const markedCost = math.MinInt32

// timeFormat keeps milliseconds: a mark is compared with the time of a sample.
const timeFormat = "2006-01-02T15:04:05.000Z07:00"

func anyMarked(pods []corev1.Pod) bool {
	return slices.ContainsFunc(pods, func(p corev1.Pod) bool { return hasMark(&p) })
}

func hasMark(p *corev1.Pod) bool {
	return p.DeletionTimestamp == nil && (p.Annotations[drainSince] != "" || p.Annotations[DrainUntil] != "")
}

// drainPod is a pod as the decision on the drain sees it.
func drainPod(p *corev1.Pod, holds sample.Sample) drain.Pod {
	out := drain.Pod{Name: p.Name, Standing: standing(p), InFlight: holds, Ordinal: ordinal(p)}
	out.Cost = cost(p.Annotations[corev1.PodDeletionCost])
	if hasMark(p) {
		out.Cost = cost(p.Annotations[costBefore])
		out.Mark = drain.Mark{Since: instant(p.Annotations[drainSince]), Until: instant(p.Annotations[DrainUntil])}
	}
	return out
}

func standing(p *corev1.Pod) drain.Standing {
	ready := condition(p, corev1.PodReady)
	switch {
	case p.Spec.NodeName == "":
		return drain.Unassigned
	case p.Status.Phase == corev1.PodRunning && ready != nil && ready.Status == corev1.ConditionTrue:
		return drain.Ready
	case p.Status.Phase == corev1.PodRunning:
		return drain.NotReady
	case p.Status.Phase == corev1.PodUnknown:
		return drain.Unknown
	default:
		return drain.Pending
	}
}

// ordinal is that of a StatefulSet's pod, the number at the end of its name.
func ordinal(p *corev1.Pod) int64 {
	n, err := strconv.ParseInt(p.Name[strings.LastIndexByte(p.Name, '-')+1:], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// cost is a deletion cost; one that cannot be read counts as 0, as it does for the
// ReplicaSet controller.
func cost(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0
	}
	return n
}

// instant is the time that a mark says; one that cannot be read is in the far future,
// which no mark may be: it is made anew.
func instant(text string) sample.Instant {
	t, err := time.Parse(time.RFC3339, text)
	if at := sample.At(t); err == nil && at > 0 {
		return at
	}
	return math.MaxInt64
}

// writeMarks brings the marks to what the plan says.
func (r *Reconciler) writeMarks(ctx context.Context, pods []corev1.Pod, plan drain.Decision) error {
	byName := make(map[string]*corev1.Pod, len(pods))
	for i := range pods {
		byName[pods[i].Name] = &pods[i]
	}
	left := maxMarks
	for _, name := range plan.Unmark {
		if left--; left < 0 {
			return nil
		}
		if err := r.annotate(ctx, byName[name], unmark(byName[name])); err != nil {
			return fmt.Errorf("unmark pod: %w", err)
		}
	}
	for _, m := range plan.Mark {
		if left--; left < 0 {
			return nil
		}
		if err := r.annotate(ctx, byName[m.Name], mark(byName[m.Name], m.Mark)); err != nil {
			return fmt.Errorf("mark pod: %w", err)
		}
	}
	return nil
}

// mark is the annotations of a mark. The cost that the pod had is kept, once.
func mark(p *corev1.Pod, m drain.Mark) map[string]*string {
	text := func(s string) *string { return &s }
	out := map[string]*string{
		corev1.PodDeletionCost: text(strconv.Itoa(markedCost)),
		drainSince:             text(m.Since.Time().UTC().Format(timeFormat)),
		DrainUntil:             text(m.Until.Time().UTC().Format(timeFormat)),
	}
	if had, ok := p.Annotations[corev1.PodDeletionCost]; ok && !hasMark(p) {
		out[costBefore] = &had
	}
	return out
}

// unmark takes a mark off, and gives the pod the cost back that it had.
func unmark(p *corev1.Pod) map[string]*string {
	out := map[string]*string{drainSince: nil, DrainUntil: nil, costBefore: nil, corev1.PodDeletionCost: nil}
	if had, ok := p.Annotations[costBefore]; ok {
		out[corev1.PodDeletionCost] = &had
	}
	return out
}

// +kubebuilder:rbac:groups="",resources=pods,verbs=patch

// annotate changes annotations of a pod, and nothing else of it. A pod that is gone, or
// another of its name, is left alone.
func (r *Reconciler) annotate(ctx context.Context, p *corev1.Pod, annotations map[string]*string) error {
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": p.UID, "annotations": annotations}})
	if err != nil {
		return fmt.Errorf("encode annotations: %w", err)
	}
	to := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: p.Namespace, Name: p.Name}}
	err = r.Client.Patch(ctx, to, client.RawPatch(types.MergePatchType, patch), fieldOwner)
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil
	}
	return err
}
