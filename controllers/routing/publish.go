package routing

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/internal/apply"
	"github.com/modcap/modcap/internal/routing"
)

// documentsKept is how many documents of a queue are kept that are not in force,
// so that a router which is behind still finds its own.
const documentsKept = 10

// labelsOf are the labels by which routers find what they follow.
func labelsOf(req Request, role string) map[string]string {
	return map[string]string{v1.SurfaceLabel: req.Surface, v1.RoleLabel: role}
}

// published reads what is in force.
func published(ctx context.Context, c client.Reader, req Request) (routing.Published, error) {
	var list corev1.ConfigMapList
	if err := c.List(ctx, &list, client.InNamespace(req.Namespace), client.MatchingLabels{v1.SurfaceLabel: req.Surface}); err != nil {
		return routing.Published{}, fmt.Errorf("list routing documents: %w", err)
	}
	out := routing.Published{Documents: map[string][]byte{}}
	for i := range list.Items {
		m := &list.Items[i]
		switch m.Labels[v1.RoleLabel] {
		case v1.RoleIndex:
			out.Index = []byte(m.Data[v1.IndexKey])
		case v1.RoleWeights:
			out.Weights = []byte(m.Data[v1.WeightsKey])
		case v1.RoleDocument:
			out.Documents[m.Name] = []byte(m.Data[v1.DocumentKey])
		}
	}
	return out, nil
}

// publish writes documents, weights and the index, in this order.
func (r *Reconciler) publish(ctx context.Context, req Request, g *gathered, out routing.Output) error {
	for _, d := range out.Documents {
		m := apply.ConfigMap{
			Namespace: req.Namespace, Name: d.Name, Kind: "routing",
			Labels: labelsOf(req, v1.RoleDocument), Data: map[string]string{v1.DocumentKey: string(d.Bytes)},
		}
		m.Labels[apply.LabelQueue] = d.Queue
		if q := g.queues[d.Queue]; q != nil {
			m.Owner = q
		}
		made, err := apply.Once(ctx, r.Client, apply.OwnerRouting, m)
		if err := r.count(req, v1.RoleDocument, made, err); err != nil {
			return err
		}
	}
	for _, one := range []struct {
		name, role, key string
		bytes           []byte
	}{
		{v1.WeightsName(req.Surface), v1.RoleWeights, v1.WeightsKey, out.Weights},
		{v1.IndexName(req.Surface), v1.RoleIndex, v1.IndexKey, out.Index},
	} {
		if one.bytes == nil || (len(g.queues) == 0 && len(g.input.Previous.Index) == 0) {
			continue
		}
		wrote, err := apply.Overwrite(ctx, r.Client, apply.OwnerRouting, apply.ConfigMap{
			Namespace: req.Namespace, Name: one.name, Kind: "routing", Labels: labelsOf(req, one.role),
			Data: map[string]string{one.key: string(one.bytes)},
		})
		if err := r.count(req, one.role, wrote, err); err != nil {
			return err
		}
	}
	return r.prune(ctx, req, out)
}

func (r *Reconciler) count(req Request, role string, wrote bool, err error) error {
	if err == nil && wrote {
		r.Metrics.RoutingWrites.WithLabelValues(req.Namespace, req.Surface, role).Inc()
	}
	return err
}

// prune deletes documents that have not been in force for long: all but the
// newest few of each queue.
func (r *Reconciler) prune(ctx context.Context, req Request, out routing.Output) error {
	inForce := make(map[string]bool, len(out.Documents))
	for _, d := range out.Documents {
		inForce[d.Name] = true
	}
	var list corev1.ConfigMapList
	want := client.MatchingLabels(labelsOf(req, v1.RoleDocument))
	if err := r.Client.List(ctx, &list, client.InNamespace(req.Namespace), want); err != nil {
		return fmt.Errorf("list routing documents: %w", err)
	}
	byQueue := map[string][]*corev1.ConfigMap{}
	for i := range list.Items {
		if m := &list.Items[i]; !inForce[m.Name] {
			byQueue[m.Labels[apply.LabelQueue]] = append(byQueue[m.Labels[apply.LabelQueue]], m)
		}
	}
	for _, old := range byQueue {
		slices.SortFunc(old, func(a, b *corev1.ConfigMap) int {
			return cmp.Or(b.CreationTimestamp.Compare(a.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
		})
		for _, m := range old[min(len(old), documentsKept):] {
			if err := r.Client.Delete(ctx, m, client.Preconditions{UID: &m.UID}); client.IgnoreNotFound(err) != nil {
				return fmt.Errorf("delete old routing document: %w", err)
			}
		}
	}
	return nil
}
