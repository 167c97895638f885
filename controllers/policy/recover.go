package policy

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/routing"
)

// published are the documents of a policy that routers may have: all that are stored, and those of them in force.
type published struct{ all, inForce []*v1.PolicyDocument }

// documents reads them. They outlive the policy, its status and its revisions, since they are their queues'.
func (r *Reconciler) documents(ctx context.Context, p *v1alpha1.ModerationPolicy) (published, error) {
	var list corev1.ConfigMapList
	if err := r.Client.List(ctx, &list, client.InNamespace(p.Namespace), client.HasLabels{v1.SurfaceLabel}); err != nil {
		return published{}, fmt.Errorf("list routing documents: %w", err)
	}
	named := map[string]bool{}
	for i := range list.Items {
		if x, err := v1.DecodeIndex([]byte(list.Items[i].Data[v1.IndexKey]), ""); err == nil {
			for _, e := range x.Entries {
				named[e.Document] = true
			}
		}
	}
	var out published
	for i := range list.Items {
		m := &list.Items[i]
		d, err := v1.DecodeDocument([]byte(m.Data[v1.DocumentKey]), "")
		if err != nil || d.Policy != p.Name {
			continue // an index, weights, or of another policy
		}
		out.all = append(out.all, d)
		if named[m.Name] {
			out.inForce = append(out.inForce, d)
		}
	}
	return out, nil
}

// findStable finds what decides what the change does not. Where the status says nothing of a rollout that is what the policy
// meant before this look or, of one that was made anew, what routers still decide by; empty for a policy that decided nothing.
func (r *Reconciler) findStable(ctx context.Context, g *rolling, name, before string, h history) (string, error) {
	if name == "" {
		name = before
	}
	if name == "" {
		docs, err := r.documents(ctx, g.p)
		if err != nil {
			return "", err
		}
		name = routing.StableIn(g.p.Name, docs.inForce)
	}
	g.stable = g.canary
	if name == "" || name == g.canary.Name {
		return name, nil
	}
	var err error
	g.stable, err = r.stored(ctx, g, h, name)
	return name, err
}

// stored reads a revision. One that somebody deleted is made again of the documents that decide by it; g.lost says that it is
// not to be had.
func (r *Reconciler) stored(ctx context.Context, g *rolling, h history, name string) (routing.Revision, error) {
	got, lost := h.read(g.p, name)
	if lost == nil {
		return got, nil
	}
	docs, err := r.documents(ctx, g.p)
	if err != nil {
		return got, err
	}
	again, ok := routing.Recover(g.p.Name, name, docs.all)
	if !ok {
		g.lost = lost
		return got, nil
	}
	return again, r.makeRevision(ctx, g.p, 0, again)
}
