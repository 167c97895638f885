package resolve

import (
	"errors"
	"fmt"
	"slices"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// TrySurges makes what a plan's input expects with the surges there are what it would with those of a trial: one
// takes the place of the one with its name, and of several at a time the largest still holds. What is
// observed now stays. The error says which cannot be tried, and why.
func TrySurges(in *staffing.Input, there, trial []v1alpha1.CapacityOverride) error {
	var errs []error
	after := slices.DeleteFunc(slices.Clone(there), func(o v1alpha1.CapacityOverride) bool {
		return slices.ContainsFunc(trial, func(t v1alpha1.CapacityOverride) bool { return t.Name == o.Name })
	})
	for i := range trial {
		o := &trial[i]
		if o.Spec.Type != v1alpha1.OverrideSurge {
			continue
		}
		after = append(after, *o)
		if err := checkTrial(in, o); err != nil {
			errs = append(errs, fmt.Errorf("override %s: %w", o.Name, err))
		}
	}
	in.Classes = slices.Clone(in.Classes)
	for i := range in.Classes {
		c := &in.Classes[i]
		if c.Derived || c.Work == staffing.Rooms || reworkOf(c.Key.Review) != "" { // they follow from others, or from nothing that arrives
			continue
		}
		was, is := Surges(c.Key.Queue, there), Surges(c.Key.Queue, after)
		if !slices.Equal(was, is) {
			c.Rates = rescaled(c, in.Grid(), was, is)
		}
	}
	return errors.Join(errs...)
}

func checkTrial(in *staffing.Input, o *v1alpha1.CapacityOverride) error {
	if err := CheckSurge(o); err != nil {
		return err
	}
	planned := func(queue string) bool {
		return slices.ContainsFunc(in.Classes, func(c staffing.Class) bool { return c.Key.Queue == queue })
	}
	if !slices.ContainsFunc(o.Spec.Queues(), planned) {
		return fmt.Errorf("spec.queueRefs: the plan has no people for %s", several(o.Spec.Queues()))
	}
	return nil
}

// rescaled are the rates of a class with other surges than those that they were made with.
func rescaled(c *staffing.Class, grid staffing.Grid, was, is []forecast.Event) []sample.Milli {
	out := make([]sample.Milli, grid.N)
	for i := range out {
		rate := c.ArrivalsPerHour.Value
		if n := len(c.Rates); n > 0 {
			rate = c.Rates[min(i, n-1)]
		}
		old := forecast.Factor(was, grid.At(i), grid.At(i+1))
		out[i] = sample.Milli(sample.MulDiv(int64(rate), int64(forecast.Factor(is, grid.At(i), grid.At(i+1))), int64(max(old, 1))))
	}
	if c.ArrivalsPerHour.Fresh() && grid.N > 0 {
		out[0] = c.ArrivalsPerHour.Value
	}
	return out
}
