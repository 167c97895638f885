package main

import (
	"fmt"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/staffing"
)

// lookAgain adds items to be looked at again to what a plan is made from.
func (c *cluster) lookAgain(in *staffing.Input, overrides []v1alpha1.CapacityOverride) error {
	for i := range overrides {
		o := &overrides[i]
		if o.Namespace != "" && o.Namespace != c.namespace {
			return fmt.Errorf("CapacityOverride %s: it is of namespace %s, and the target of %s", o.Name, o.Namespace, c.namespace)
		}
	}
	return resolve.Rework(in, overrides)
}
