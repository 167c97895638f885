package main

import (
	"context"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/staffing"
)

// tryOverrides puts overrides of files into what a plan is made from: items to be looked at again, and
// surges.
func (c *cluster) tryOverrides(ctx context.Context, in *staffing.Input, overrides []v1alpha1.CapacityOverride) error {
	for i := range overrides {
		o := &overrides[i]
		if o.Namespace != "" && o.Namespace != c.namespace {
			return fmt.Errorf("CapacityOverride %s: it is of namespace %s, and the target of %s", o.Name, o.Namespace, c.namespace)
		}
	}
	if slices.ContainsFunc(overrides, func(o v1alpha1.CapacityOverride) bool { return o.Spec.Type == v1alpha1.OverrideSurge }) {
		var there v1alpha1.CapacityOverrideList
		err := c.client.List(ctx, &there, client.InNamespace(c.namespace))
		if apierrors.IsForbidden(err) {
			return fmt.Errorf("you may not read CapacityOverrides, of which the plan may have surges already: "+
				"have the ClusterRole modcap-planner bound to you in namespace %s", c.namespace)
		} else if err != nil {
			return fmt.Errorf("read CapacityOverrides: %w", err)
		}
		if err := resolve.TrySurges(in, there.Items, overrides); err != nil {
			return err
		}
	}
	return resolve.Rework(in, overrides)
}
