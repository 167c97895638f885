package staffing

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

// raisedNow is what is remembered of raised thresholds: by how much and since when from the status, and in which
// queues, of which labels, from what routers were told. After a start that is what is published.
func (r *Reconciler) raisedNow(ctx context.Context, g *gathered, one *relieving) ([]resolve.Raised, error) {
	if one.was == nil || len(one.was.Raised) == 0 {
		return nil, nil
	}
	told, known := r.Facts.Relief.Get(client.ObjectKeyFromObject(g.target))
	if known && !slices.Contains(told.Unknown, one.policy.Name) {
		return one.raisedBy(told), nil
	}
	published, err := r.published(ctx, one)
	return one.raisedBy(published), err
}

// published is the relief in the weights of the surfaces of a policy's queues. What is not there is not in
// force, whatever the status says.
func (r *Reconciler) published(ctx context.Context, one *relieving) (out facts.Relief, err error) {
	read := map[v1alpha1.Word]bool{}
	for _, q := range one.queues {
		if read[q.Spec.Surface] {
			continue
		}
		read[q.Spec.Surface] = true
		var m corev1.ConfigMap
		key := client.ObjectKey{Namespace: q.Namespace, Name: v1.WeightsName(string(q.Spec.Surface))}
		if err := r.Client.Get(ctx, key, &m); client.IgnoreNotFound(err) != nil {
			return out, fmt.Errorf("read the relief that is published: %w", err)
		}
		if w, err := v1.DecodeWeights([]byte(m.Data[v1.WeightsKey]), ""); err == nil {
			out.InForce = append(out.InForce, w.Relief...)
		}
	}
	return out, nil
}

// raisedBy is what the status remembers of raised thresholds, as far as routers were told of it. Of what has ended
// it is all labels of the step: which were raised, nobody knows any more.
func (o *relieving) raisedBy(told facts.Relief) (out []resolve.Raised) {
	for i := range o.was.Raised {
		r := &o.was.Raised[i]
		k := slices.IndexFunc(o.steps, func(s relief.Step) bool { return s.Name == r.Step })
		if k < 0 {
			continue
		}
		one := resolve.Raised{By: sample.PPM(r.By), Since: sample.At(r.Since.Time), Until: instantOf(r.Until)}
		if r.Until != nil {
			one.Labels = o.steps[k].Labels
			out = append(out, one)
			continue
		}
		for _, t := range told.InForce {
			if t.Policy == o.policy.Name && t.Step == r.Step && t.Kind == v1.ReliefRaiseReviewAt {
				one.Labels, one.Queues = t.Labels, t.Queues
				out = append(out, one)
			}
		}
	}
	return out
}
