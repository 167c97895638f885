package rollout

import (
	"fmt"
	"slices"
)

// Check reports a step that gives the change nothing: a step before it gave at least
// as much in all of its markets and on all of its surfaces.
func (t *Terms) Check() error {
	for i := range t.Steps {
		for j := range i {
			a, b := &t.Steps[j], &t.Steps[i]
			if a.Share.Share >= b.Share.Share && covers(a.Markets, b.Markets) && covers(a.Surfaces, b.Surfaces) {
				return fmt.Errorf("spec.rollout.steps[%s]: it gives the change no more than step %s before it does; "+
					"raise its percent, or leave it out", b.Step, a.Step)
			}
		}
	}
	return nil
}

// covers reports whether all includes each of some; empty lists are everything.
func covers(all, some []string) bool {
	if len(all) == 0 {
		return true
	}
	return len(some) > 0 && !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}
