package pool

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/drain"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

// maxMarks is how many pods are marked, or unmarked, in one look: each is a write, and
// the API server is others' too. The next look does the rest.
const maxMarks = 50

// drain marks the pods of a scale-down that is wanted, takes marks off that are not
// needed any more, and says whether the scale may be lowered. controls is false when
// modcap keeps its hands off the target.
func (r *Reconciler) drain(ctx context.Context, o *observed, d decided, controls bool) (drain.Decision, error) {
	if r.ReadOnly || o.scale == nil {
		return drain.Decision{Reason: drain.NotDeclared}, nil
	}
	in := drainInput(o, d, controls)
	if !anyMarked(o.pods) && (!in.Declared || in.Want >= in.Current) {
		return drain.Plan(in), nil
	}
	pods, err := r.drainPods(ctx, o)
	if err != nil {
		return drain.Decision{}, err
	}
	for i := range pods {
		in.Pods = append(in.Pods, drainPod(&pods[i], inFlight(o, pods[i].Name)))
		in.Rollout = in.Rollout || template(&pods[i]) != template(&pods[0])
	}
	plan := drain.Plan(in)
	err = r.writeMarks(ctx, pods, plan)
	if apierrors.IsForbidden(err) { // it would wait for ever: the end of a wait is in the marks
		return drain.Decision{Reason: notAllowed}, nil
	}
	return plan, err
}

// notAllowed is the reason of a scale-down that does not wait since pods cannot be marked.
const notAllowed drain.Reason = "NotAllowed"

// drainInput is what a drain is decided from, but for the pods.
func drainInput(o *observed, d decided, controls bool) drain.Input {
	in := drain.Input{
		Now: sample.At(o.now), Current: o.scale.Spec.Replicas, Want: o.scale.Spec.Replicas,
		Ordered: o.target.GetKind() == "StatefulSet",
	}
	if d.decision.Verdict != capacity.Hold {
		in.Want = d.decision.Replicas
	}
	if declared := o.pool.Spec.ScaleDown.Drain; declared != nil {
		in.Declared, in.MaxWait = controls, maxWait(declared)
	}
	return in
}

// drainPods reads the pods from the API server: a cache that is behind does not show
// the marks just made, and others would be marked as well.
func (r *Reconciler) drainPods(ctx context.Context, o *observed) ([]corev1.Pod, error) {
	var list corev1.PodList
	selector := client.MatchingLabelsSelector{Selector: podSelector(o.scale)}
	if err := r.APIReader.List(ctx, &list, client.InNamespace(o.pool.Namespace), selector); err != nil {
		return nil, fmt.Errorf("list pods to drain: %w", err)
	}
	live := list.Items[:0]
	for i := range list.Items {
		p := &list.Items[i]
		if p.DeletionTimestamp == nil && p.Status.Phase != corev1.PodSucceeded && p.Status.Phase != corev1.PodFailed {
			live = append(live, *p)
		}
	}
	return live, nil
}

// inFlight is how many items a pod holds.
func inFlight(o *observed, pod string) sample.Sample {
	d := o.pool.Spec.ScaleDown.Drain
	if d == nil {
		return sample.Missing(sample.CauseNotDeclared)
	}
	f := &d.InFlight
	row := resolve.Row{
		SourceKind: f.SourceRef.Kind, Source: f.SourceRef.Name, Namespace: o.pool.Namespace, Series: string(f.Series),
		Labels: map[string]string{},
	}
	for k, v := range f.MatchLabels {
		row.Labels[k] = string(v)
	}
	row.Labels[f.PodLabel] = pod
	return o.rows.Value(row)
}

func maxWait(d *v1alpha1.Drain) sample.Span {
	wait, err := d.MaxWait.Parse()
	if err != nil {
		return 2 * sample.Minute
	}
	return sample.SpanOf(wait)
}

// drained says in the pool's status and in what is reported of the scale that a
// scale-down waits, or no longer does.
func (a *acted) drained(o *observed, d decided, plan drain.Decision) {
	o.pool.Status.Drain = nil
	if plan.Reason == notAllowed && a.controlled {
		a.message = "modcap sets the replicas of the target; scale-downs do not wait for idle workers, since it may not patch pods"
	}
	if !plan.Waits() {
		return
	}
	until := base.Time(plan.Until)
	a.until = plan.Until
	o.pool.Status.Drain = &v1alpha1.DrainStatus{Replicas: d.decision.Replicas, Pods: plan.Marked(), Until: *until}
	a.reason, a.message = v1alpha1.ReasonDraining, fmt.Sprintf(
		"A scale-down to %d replicas waits until its workers are idle, at the latest until %s",
		d.decision.Replicas, until.UTC().Format("2006-01-02T15:04:05Z"))
}

// wentOn tells of workers that were taken though they were not known to be idle.
func (r *Reconciler) wentOn(o *observed, plan drain.Decision) {
	if plan.Reason != drain.WaitOver {
		return
	}
	message := fmt.Sprintf("Scaled down after waiting for %d workers to be idle: %d still hold items, of %d it is not known",
		plan.Marked(), plan.Busy, plan.Unread)
	if plan.Cause != "" {
		message += fmt.Sprintf(" (%s)", plan.Cause)
	}
	r.Events.Scaled(o.pool, "DrainWaitOver", message+"; each has its grace period to finish")
}
