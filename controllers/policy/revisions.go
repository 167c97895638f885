package policy

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/apply"
	"github.com/modcap/modcap/internal/routing"
)

// revisionsKept is how many revisions are kept that nothing refers to.
const revisionsKept = 10

// +kubebuilder:rbac:groups=apps,resources=controllerrevisions,verbs=list;watch;create;update;delete

// history is the revisions of a policy, the one meant last at the end.
type history []appsv1.ControllerRevision

// history reads the revisions of a policy.
func (r *Reconciler) history(ctx context.Context, p *v1alpha1.ModerationPolicy) (history, error) {
	var list appsv1.ControllerRevisionList
	if err := r.Client.List(ctx, &list, client.InNamespace(p.Namespace), client.MatchingLabels(revisionLabels(p))); err != nil {
		return nil, fmt.Errorf("list revisions: %w", err)
	}
	slices.SortFunc(list.Items, func(a, b appsv1.ControllerRevision) int {
		return cmp.Or(cmp.Compare(a.Revision, b.Revision), a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
	})
	return list.Items, nil
}

func revisionLabels(p *v1alpha1.ModerationPolicy) map[string]string {
	return map[string]string{apply.ManagedByLabel: apply.ManagedBy, apply.LabelPolicy: p.Name}
}

// RevisionName is the name of the object that holds a revision of a policy.
func RevisionName(policy, revision string) string { return policy + "-" + revision }

// keep makes the revision that the policy means now, unless it is there, as the last of
// the history; going back to one that is there makes it the last again. It then deletes
// what is beyond the newest few, but what inUse names.
func (r *Reconciler) keep(ctx context.Context, p *v1alpha1.ModerationPolicy, h history, now routing.Revision, inUse []string) error {
	name := RevisionName(p.Name, now.Name)
	at := slices.IndexFunc(h, func(one appsv1.ControllerRevision) bool { return one.Name == name })
	switch {
	case at < 0:
		if err := r.makeRevision(ctx, p, h.next(), now); err != nil {
			return err
		}
	case at < len(h)-1 || !metav1.IsControlledBy(&h[at], p):
		again := h[at].DeepCopy()
		again.Revision, again.OwnerReferences = h.next(), owners(p)
		if err := r.Client.Update(ctx, again, apply.OwnerPolicy); err != nil {
			return fmt.Errorf("make an old revision the last again: %w", err)
		}
	}
	return r.prune(ctx, p, h, append(slices.Clone(inUse), now.Name))
}

// next is the number after the last.
func (h history) next() int64 {
	if len(h) == 0 {
		return 1
	}
	return h[len(h)-1].Revision + 1
}

func (r *Reconciler) makeRevision(ctx context.Context, p *v1alpha1.ModerationPolicy, number int64, now routing.Revision) error {
	err := r.Client.Create(ctx, &appsv1.ControllerRevision{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: p.Namespace, Name: RevisionName(p.Name, now.Name), Labels: revisionLabels(p), OwnerReferences: owners(p),
		},
		Data: runtime.RawExtension{Raw: now.Data}, Revision: number,
	}, apply.OwnerPolicy)
	// One that is there already was not in the cache yet, or is not ours: the next look sees.
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("create revision: %w", err)
	}
	return nil
}

// owners makes a revision go with its policy.
func owners(p *v1alpha1.ModerationPolicy) []metav1.OwnerReference {
	return []metav1.OwnerReference{*metav1.NewControllerRef(p, v1alpha1.GroupVersion.WithKind("ModerationPolicy"))}
}

// prune deletes the oldest revisions that nothing refers to.
func (r *Reconciler) prune(ctx context.Context, p *v1alpha1.ModerationPolicy, h history, inUse []string) error {
	var free history
	for _, one := range h {
		if !slices.ContainsFunc(inUse, func(revision string) bool { return one.Name == RevisionName(p.Name, revision) }) {
			free = append(free, one)
		}
	}
	for i := range free[:max(len(free)-revisionsKept, 0)] {
		if err := r.Client.Delete(ctx, &free[i], client.Preconditions{UID: &free[i].UID}); client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("delete old revision: %w", err)
		}
	}
	return nil
}
