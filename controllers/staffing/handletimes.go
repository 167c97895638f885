package staffing

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

const (
	// handledOver is the time over which handle times are measured, and people looked at in steps.
	handledOver, handledStep = sample.Hour, 5 * sample.Minute
	// codeHandleTimeOfFew is the code of findings about handle times that would be somebody's.
	codeHandleTimeOfFew = "HandleTimeOfFew"
)

// input is that of the plan, of which the handle times that were told are remembered.
func (r *Reconciler) input(g *gathered) (staffing.Input, []v1alpha1.Finding) {
	in, findings := g.input()
	if g.handled != nil {
		r.handled.put(client.ObjectKeyFromObject(g.target), g.handled)
	}
	g.unrelieve(&in)
	return in, findings
}

// told are the handle times told of a target before.
func (r *Reconciler) told(ctx context.Context, target types.NamespacedName) (staffing.HandleTimes, error) {
	if last, ok := r.handled.of(target); ok {
		return last, nil
	}
	stored, err := r.storedInput(ctx, target)
	if stored == nil || err != nil {
		return nil, err
	}
	return staffing.HandleTimesOf(&stored.Input), nil
}

// tell leaves no class a handle time of few people, and says what that means for the plan.
func (g *gathered) tell(in *staffing.Input) []v1alpha1.Finding {
	atWork := map[string]sample.Milli{}
	past := staffing.GridOf(in.Now.Add(-handledOver), handledStep, handledOver+handledStep)
	for i := range g.teams {
		t, err := resolve.TeamWith(&g.teams[i], resolve.TeamSeen{Schedule: g.schedules[i].InForce, Rows: g.rows}, g.now, past)
		if err != nil {
			continue // it is left out of the plan
		}
		least := t.Supply.Now.Scheduled
		if t.Present.Fresh() {
			least = min(least, max(t.Present.Value, 0))
		}
		for _, h := range t.Supply.Intervals {
			least = min(least, h.Scheduled)
		}
		atWork[t.Name] = least
	}
	var left []staffing.ClassKey
	g.handled, left = staffing.TellHandleTimes(in, atWork, g.handled)
	var out []v1alpha1.Finding
	seen := map[string]bool{}
	for _, k := range left {
		if stream := k.Queue + "/" + k.Review; !seen[stream] {
			seen[stream] = true
			out = append(out, v1alpha1.Finding{
				Code: codeHandleTimeOfFew, Severity: "Warning",
				Message: short(fmt.Sprintf("Queue %s, stream %s: fewer than five people do some of its work, so how long they take is not used; "+
					"the declared handleTime is, and without one nothing is known of the need", k.Queue, k.Review)),
				Fix: "Declare spec.reviews[].handleTime of the stream",
			})
		}
	}
	return out
}
