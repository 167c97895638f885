package pool

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/resolve"
)

// observed is everything one reconcile looks at.
type observed struct {
	now       time.Time
	pool      *v1alpha1.ClassifierPool
	queues    []v1alpha1.ModerationQueue
	overrides []v1alpha1.CapacityOverride
	rows      resolve.Rows
	target    *unstructured.Unstructured
	scale     *autoscalingv1.Scale // nil when trouble is set
	pods      []corev1.Pod
	trouble   *trouble
}

// trouble is why modcap cannot, or must not, scale the target.
type trouble struct {
	reason, message string
	// rival is true when somebody else scales the target.
	rival bool
}

// gather reads all that a decision rests on. An error is one of the API server's;
// what is wrong with the objects is in observed.trouble.
func (r *Reconciler) gather(ctx context.Context, pool *v1alpha1.ClassifierPool) (observed, error) {
	now := r.Now()
	o := observed{now: now, pool: pool, rows: r.Readings.Rows(now)}
	var err error
	if o.queues, err = r.QueuesOfPool(ctx, client.ObjectKeyFromObject(pool)); err != nil {
		return o, fmt.Errorf("list queues: %w", err)
	}
	slices.SortFunc(o.queues, func(a, b v1alpha1.ModerationQueue) int { return strings.Compare(a.Name, b.Name) })
	if o.overrides, err = r.overridesOf(ctx, pool); err != nil {
		return o, err
	}
	if err := r.readTarget(ctx, &o); err != nil {
		return o, err
	}
	// Who only recommends has no rivals: it may be whom an HPA follows.
	if o.trouble == nil && !r.ReadOnly && !recommends(pool) {
		o.trouble, err = r.rival(ctx, pool)
	}
	return o, err
}

// overridesOf are those that name the pool, and those that name none: of these its queues may have some.
func (r *Reconciler) overridesOf(ctx context.Context, pool *v1alpha1.ClassifierPool) ([]v1alpha1.CapacityOverride, error) {
	var out []v1alpha1.CapacityOverride
	for _, name := range []string{pool.Name, ""} {
		var list v1alpha1.CapacityOverrideList
		fields := client.MatchingFields{base.IndexOverridePool: name}
		if err := r.Client.List(ctx, &list, client.InNamespace(pool.Namespace), fields); err != nil {
			return nil, fmt.Errorf("list overrides: %w", err)
		}
		out = append(out, list.Items...)
	}
	return out, nil
}

// +kubebuilder:rbac:groups=apps,resources=deployments/scale;statefulsets/scale;replicasets/scale,verbs=get;update
// +kubebuilder:rbac:groups=apps,resources=deployments;statefulsets;replicasets,verbs=get
// +kubebuilder:rbac:groups="",resources=pods,verbs=get;list;watch

// readTarget reads the scale of the target, from the API server and not from a
// cache: its resourceVersion goes into the write.
func (r *Reconciler) readTarget(ctx context.Context, o *observed) error {
	if o.target, o.trouble = target(o.pool); o.trouble != nil {
		return nil
	}
	scale, err := getScale(ctx, r.Client, o.target)
	if err != nil {
		o.trouble, err = r.scaleTrouble(ctx, o, err)
		return err
	}
	o.scale = scale
	return r.readPods(ctx, o)
}

// target is the object that the pool scales, by name.
func target(pool *v1alpha1.ClassifierPool) (*unstructured.Unstructured, *trouble) {
	ref := pool.Spec.ScaleTargetRef
	gv, err := schema.ParseGroupVersion(ref.APIVersion)
	if err != nil {
		return nil, &trouble{reason: v1alpha1.ReasonInvalidSpec, message: fmt.Sprintf(
			"spec.scaleTargetRef.apiVersion %q is not a group and version such as apps/v1", ref.APIVersion)}
	}
	out := &unstructured.Unstructured{}
	out.SetGroupVersionKind(gv.WithKind(ref.Kind))
	out.SetNamespace(pool.Namespace)
	out.SetName(ref.Name)
	return out, nil
}

// scaleTrouble says what a failed read of the scale means.
func (r *Reconciler) scaleTrouble(ctx context.Context, o *observed, cause error) (*trouble, error) {
	ref := o.pool.Spec.ScaleTargetRef
	name := ref.Kind + " " + ref.Name
	if meta.IsNoMatchError(cause) {
		return &trouble{reason: v1alpha1.ReasonTargetNotScalable, message: fmt.Sprintf(
			"The cluster has no kind %s in %s; check spec.scaleTargetRef", ref.Kind, ref.APIVersion)}, nil
	}
	if apierrors.IsForbidden(cause) {
		return &trouble{reason: v1alpha1.ReasonTargetNotScalable, message: fmt.Sprintf(
			"modcap may not read the scale of %s; allow it get and update on the scale subresource", name)}, nil
	}
	if !apierrors.IsNotFound(cause) {
		return nil, fmt.Errorf("read scale of target: %w", cause)
	}
	// A target that exists without a scale subresource is not found either.
	found := o.target.DeepCopy()
	if exists := r.APIReader.Get(ctx, client.ObjectKeyFromObject(found), found) == nil; exists {
		return &trouble{reason: v1alpha1.ReasonTargetNotScalable, message: fmt.Sprintf(
			"%s has no scale subresource; name a workload that can be scaled, such as a Deployment", name)}, nil
	}
	return &trouble{reason: v1alpha1.ReasonTargetNotFound, message: name + " does not exist in this namespace"}, nil
}

func (r *Reconciler) readPods(ctx context.Context, o *observed) error {
	selector := podSelector(o.scale)
	if selector == nil {
		o.trouble = &trouble{reason: v1alpha1.ReasonTargetNotScalable, message: fmt.Sprintf(
			"The scale of %s gives no pod selector, so its ready workers cannot be counted", o.pool.Spec.ScaleTargetRef.Kind)}
		return nil
	}
	var list corev1.PodList
	if err := r.Client.List(ctx, &list, client.InNamespace(o.pool.Namespace), client.MatchingLabelsSelector{Selector: selector}); err != nil {
		return fmt.Errorf("list pods: %w", err)
	}
	o.pods = list.Items
	return nil
}

// +kubebuilder:rbac:groups=autoscaling,resources=horizontalpodautoscalers,verbs=get;list;watch

// podSelector picks the pods of a scale's target; nil when it does not say which.
func podSelector(scale *autoscalingv1.Scale) labels.Selector {
	selector, err := labels.Parse(scale.Status.Selector)
	if err != nil || scale.Status.Selector == "" {
		return nil
	}
	return selector
}

// rival finds who else scales the target: an HPA, or an older pool.
func (r *Reconciler) rival(ctx context.Context, pool *v1alpha1.ClassifierPool) (*trouble, error) {
	ref := pool.Spec.ScaleTargetRef
	var hpas autoscalingv2.HorizontalPodAutoscalerList
	if err := r.Client.List(ctx, &hpas, client.InNamespace(pool.Namespace)); err != nil {
		return nil, fmt.Errorf("list autoscalers: %w", err)
	}
	for i := range hpas.Items {
		h := &hpas.Items[i]
		if t := h.Spec.ScaleTargetRef; t.Kind == ref.Kind && t.Name == ref.Name && group(t.APIVersion) == group(ref.APIVersion) {
			return &trouble{rival: true, reason: v1alpha1.ReasonOwnedByHPA, message: fmt.Sprintf(
				"HorizontalPodAutoscaler %s%s scales the target too; delete it, or set mode: Recommend", h.Name, madeBy(h))}, nil
		}
	}
	return r.olderPool(ctx, pool)
}

// olderPool finds an older pool on the same target.
func (r *Reconciler) olderPool(ctx context.Context, pool *v1alpha1.ClassifierPool) (*trouble, error) {
	var pools v1alpha1.ClassifierPoolList
	if err := r.Client.List(ctx, &pools, client.InNamespace(pool.Namespace)); err != nil {
		return nil, fmt.Errorf("list pools: %w", err)
	}
	for i := range pools.Items {
		p := &pools.Items[i]
		if p.UID == pool.UID || recommends(p) {
			continue
		}
		if sameTarget(p.Spec.ScaleTargetRef, pool.Spec.ScaleTargetRef) && older(p, pool) {
			return &trouble{rival: true, reason: v1alpha1.ReasonOwnedByPool, message: fmt.Sprintf(
				"ClassifierPool %s, which is older, scales the same target; delete one of them", p.Name)}, nil
		}
	}
	return nil, nil
}

func sameTarget(a, b v1alpha1.ScaleTargetReference) bool {
	return a.Kind == b.Kind && a.Name == b.Name && group(a.APIVersion) == group(b.APIVersion)
}

func group(apiVersion string) string {
	g, _, found := strings.Cut(apiVersion, "/")
	if !found {
		return ""
	}
	return g
}

func older(a, b *v1alpha1.ClassifierPool) bool {
	if !a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return a.CreationTimestamp.Before(&b.CreationTimestamp)
	}
	return a.Name < b.Name
}

func madeBy(o metav1.Object) string {
	if c := metav1.GetControllerOf(o); c != nil {
		return fmt.Sprintf(" (made by %s %s)", c.Kind, c.Name)
	}
	return ""
}
