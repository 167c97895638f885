package pool

import (
	"context"
	"fmt"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// The target may be of any kind, so it is unstructured, and a client of
// unstructured objects wants unstructured subresources.

// getScale reads the scale of a target from the API server.
func getScale(ctx context.Context, c client.Client, target *unstructured.Unstructured) (*autoscalingv1.Scale, error) {
	raw := &unstructured.Unstructured{}
	raw.SetGroupVersionKind(autoscalingv1.SchemeGroupVersion.WithKind("Scale"))
	if err := c.SubResource("scale").Get(ctx, target, raw); err != nil {
		return nil, err
	}
	var scale autoscalingv1.Scale
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(raw.Object, &scale); err != nil {
		return nil, fmt.Errorf("decode scale: %w", err)
	}
	return &scale, nil
}

// setScale writes the replicas, provided that nobody has written the target since
// scale was read.
func setScale(ctx context.Context, c client.Client, target *unstructured.Unstructured, scale *autoscalingv1.Scale, replicas int32) error {
	next := scale.DeepCopy()
	next.Spec.Replicas = replicas
	next.SetGroupVersionKind(autoscalingv1.SchemeGroupVersion.WithKind("Scale"))
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(next)
	if err != nil {
		return fmt.Errorf("encode scale: %w", err)
	}
	body := &unstructured.Unstructured{Object: object}
	if err := c.SubResource("scale").Update(ctx, target, client.WithSubResourceBody(body), fieldOwner); err != nil {
		return fmt.Errorf("write scale of target: %w", err)
	}
	return nil
}
