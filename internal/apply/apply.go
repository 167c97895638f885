package apply

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	applycore "k8s.io/client-go/applyconfigurations/core/v1"
	applymeta "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
)

// Field owners, one for each concern.
const (
	OwnerRouting  = client.FieldOwner("modcap-routing")
	OwnerPool     = client.FieldOwner("modcap-pool")
	OwnerStaffing = client.FieldOwner("modcap-staffing")
	OwnerPolicy   = client.FieldOwner("modcap-policy")
)

// Labels on everything that modcap makes. The operator caches only ConfigMaps
// with ManagedBy.
const (
	ManagedByLabel = "app.kubernetes.io/managed-by"
	ManagedBy      = "modcap"
	// KindLabel says what a ConfigMap holds.
	KindLabel = "modcap.dev/document"
)

// ConfigMap is what a ConfigMap is to hold.
type ConfigMap struct {
	Namespace, Name string
	// Kind is the value of KindLabel.
	Kind string
	// Labels are further labels.
	Labels map[string]string
	Data   map[string]string
	Binary map[string][]byte
	// Owner, if set, owns the ConfigMap: it goes with its owner.
	Owner client.Object
}

func (m ConfigMap) labels() map[string]string {
	out := map[string]string{ManagedByLabel: ManagedBy, KindLabel: m.Kind}
	maps.Copy(out, m.Labels)
	return out
}

// Overwrite brings the ConfigMap to what it is to hold, and reports whether a
// write was needed. It reads through c, so that a cached client makes an
// unchanged one cost nothing.
func Overwrite(ctx context.Context, c client.Client, by client.FieldOwner, m ConfigMap) (bool, error) {
	var now corev1.ConfigMap
	err := c.Get(ctx, client.ObjectKey{Namespace: m.Namespace, Name: m.Name}, &now)
	if client.IgnoreNotFound(err) != nil {
		return false, fmt.Errorf("read %s ConfigMap: %w", m.Kind, err)
	}
	if err == nil && same(&now, m) {
		return false, nil
	}
	cfg := applycore.ConfigMap(m.Name, m.Namespace).WithLabels(m.labels()).WithData(m.Data).WithBinaryData(m.Binary)
	if m.Owner != nil {
		owner, err := ownerOf(c, m.Owner)
		if err != nil {
			return false, err
		}
		cfg.WithOwnerReferences(owner)
	}
	if err := c.Apply(ctx, cfg, by, client.ForceOwnership); err != nil {
		return false, fmt.Errorf("apply %s ConfigMap: %w", m.Kind, err)
	}
	return true, nil
}

// Once makes the immutable ConfigMap unless it is there, and reports whether it
// was made. One that is there with other content is an error: its name is the
// hash of its content, so somebody has tampered with it.
func Once(ctx context.Context, c client.Client, by client.FieldOwner, m ConfigMap) (bool, error) {
	var now corev1.ConfigMap
	err := c.Get(ctx, client.ObjectKey{Namespace: m.Namespace, Name: m.Name}, &now)
	switch {
	case err == nil && sameContent(&now, m):
		return false, nil
	case err == nil:
		return false, fmt.Errorf("%s ConfigMap exists with other content; delete it to have it made again", m.Kind)
	case !apierrors.IsNotFound(err):
		return false, fmt.Errorf("read %s ConfigMap: %w", m.Kind, err)
	}
	obj := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, Name: m.Name, Labels: m.labels()},
		Immutable:  ptr.To(true), Data: m.Data, BinaryData: m.Binary,
	}
	if m.Owner != nil {
		gvk, err := c.GroupVersionKindFor(m.Owner)
		if err != nil {
			return false, fmt.Errorf("find kind of owner: %w", err)
		}
		obj.OwnerReferences = []metav1.OwnerReference{{
			APIVersion: gvk.GroupVersion().String(), Kind: gvk.Kind, Name: m.Owner.GetName(), UID: m.Owner.GetUID(),
		}}
	}
	if err := c.Create(ctx, obj, by); err != nil {
		// The cache was behind: it is there already, and the next look sees what it holds.
		if apierrors.IsAlreadyExists(err) {
			return false, nil
		}
		return false, fmt.Errorf("create %s ConfigMap: %w", m.Kind, err)
	}
	return true, nil
}

func ownerOf(c client.Client, o client.Object) (*applymeta.OwnerReferenceApplyConfiguration, error) {
	gvk, err := c.GroupVersionKindFor(o)
	if err != nil {
		return nil, fmt.Errorf("find kind of owner: %w", err)
	}
	return applymeta.OwnerReference().WithAPIVersion(gvk.GroupVersion().String()).WithKind(gvk.Kind).
		WithName(o.GetName()).WithUID(o.GetUID()), nil
}

func same(now *corev1.ConfigMap, m ConfigMap) bool {
	for k, v := range m.labels() {
		if now.Labels[k] != v {
			return false
		}
	}
	return ownedBy(now, m.Owner) && sameContent(now, m)
}

// ownedBy reports whether now goes with owner. An owner that was deleted and made
// again under its name is another one.
func ownedBy(now *corev1.ConfigMap, owner client.Object) bool {
	return owner == nil || slices.ContainsFunc(now.OwnerReferences, func(r metav1.OwnerReference) bool { return r.UID == owner.GetUID() })
}

func sameContent(now *corev1.ConfigMap, m ConfigMap) bool {
	return maps.Equal(now.Data, m.Data) && len(now.BinaryData) == len(m.Binary) &&
		(len(m.Binary) == 0 || reflect.DeepEqual(now.BinaryData, m.Binary))
}

// QueueLabels mark what belongs to a queue.
func QueueLabels(queue string) map[string]string { return map[string]string{LabelQueue: queue} }

// LabelQueue names the queue that a document belongs to.
const LabelQueue = v1alpha1.Group + "/queue"

// LabelPolicy names the policy that a revision belongs to.
const LabelPolicy = v1alpha1.Group + "/policy"
