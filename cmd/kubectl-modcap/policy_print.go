package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/rollout"
)

// printPolicy shows by what a policy decides: in words first, tables after.
func printPolicy(out io.Writer, p *v1alpha1.ModerationPolicy) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "policy %s: %s\n", p.Name, standing(p))
	s := p.Status.Rollout
	printUnsound(w, p)
	if s != nil && s.Canary != "" && p.Spec.Rollout != nil {
		printRollout(w, p)
	} else if c := meta.FindStatusCondition(p.Status.Conditions, v1alpha1.ConditionRolloutProgressing); c != nil &&
		c.Reason == v1alpha1.ReasonRevisionLost {
		fmt.Fprintf(w, "  %s: %s\n", c.Reason, c.Message)
	}
	if s != nil && s.Aborted != nil {
		printAbort(w, s.Aborted)
	}
	if p.Status.Rereview != nil {
		printRereview(w, p.Status.Rereview)
	}
	printRelief(w, p)
	return w.Flush()
}

// printUnsound says why the spec of now is not what the rest is about.
func printUnsound(w io.Writer, p *v1alpha1.ModerationPolicy) {
	if p.Status.ObservedGeneration < p.Generation {
		fmt.Fprintln(w, "  The operator has not looked at the spec as it is now: this is of before.")
		return
	}
	if c := meta.FindStatusCondition(p.Status.Conditions, v1alpha1.ConditionStalled); c != nil && c.Status == metav1.ConditionTrue {
		fmt.Fprintf(w, "  the spec is not in force (%s): %s\n", c.Reason, c.Message)
	}
}

// printRelief says what gives way of what the policy declares, as its condition does: who may
// read policies need not be who may read plans of people.
func printRelief(w io.Writer, p *v1alpha1.ModerationPolicy) {
	if p.Spec.Relief == nil {
		return
	}
	c := meta.FindStatusCondition(p.Status.Conditions, v1alpha1.ConditionReliefActive)
	if c == nil {
		fmt.Fprintln(w, "\nrelief: no StaffingTarget plans the queues of the policy, so nothing gives way")
	} else {
		state := "nothing gives way"
		if c.Status == metav1.ConditionTrue {
			state = "in force"
		}
		fmt.Fprintf(w, "\nrelief: %s (%s)\n  %s\n", state, c.Reason, c.Message)
	}
	names := make([]string, 0, len(p.Spec.Relief.Steps))
	for i := range p.Spec.Relief.Steps {
		names = append(names, fmt.Sprintf("%s (%s)", p.Spec.Relief.Steps[i].Name, p.Spec.Relief.Steps[i].Type))
	}
	fmt.Fprintf(w, "  steps, in order: %s\n", strings.Join(names, ", "))
}

func printRollout(w io.Writer, p *v1alpha1.ModerationPolicy) {
	s := p.Status.Rollout
	fmt.Fprintf(w, "  steps: %s, since %s\n", stepsOf(p), s.Since.UTC().Format(time.RFC3339))
	for _, given := range s.Shares {
		for i := range p.Spec.Rollout.Steps {
			if step := &p.Spec.Rollout.Steps[i]; step.Name == given.Step {
				fmt.Fprintf(w, "  step %s gave it %s %% of %s\n", step.Name, sharePercent(given.Share), place(step))
			}
		}
	}
	if c := meta.FindStatusCondition(p.Status.Conditions, v1alpha1.ConditionRolloutProgressing); c != nil {
		fmt.Fprintf(w, "  %s: %s\n", c.Reason, c.Message)
	}
	if len(s.Evidence) == 0 {
		return
	}
	fmt.Fprintln(w, "\nLABEL\tERRORS\tMARKET\tCHANGE OF 10000\tMARGIN\tCHECKED\tVERDICT")
	for _, e := range s.Evidence {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%s (%s)\n",
			e.Label, e.Kind, orAll(e.Market), orDash(e.Change), e.Margin, e.Checked, e.Outcome, e.Reason)
	}
}

func printAbort(w io.Writer, a *v1alpha1.RolloutAbort) {
	fmt.Fprintf(w, "\nrevision %s was taken back at %s by %s\n  %s\n", a.Revision, a.At.UTC().Format(time.RFC3339), a.By, a.Message)
	switch {
	case len(a.Moves) > 0:
	case a.Step == "" || a.Step == rollout.ShadowStep:
		fmt.Fprintln(w, "  it was compared only, and decided nothing: there is nothing to look at again")
		return
	default:
		fmt.Fprintf(w, "  nothing counted what it decided from %s to %s: to have it looked at again, write a Rework\n",
			a.Began.UTC().Format(time.RFC3339), a.At.UTC().Format(time.RFC3339))
		return
	}
	fmt.Fprintf(w, "  to look at again: items that revision %s decided from %s to %s, of these moves\n\n",
		a.Revision, a.Began.UTC().Format(time.RFC3339), a.At.UTC().Format(time.RFC3339))
	fmt.Fprintln(w, "LABEL\tMARKET\tFROM\tTO\tMOVED BY EITHER REVISION\tDECIDED BY IT")
	for _, m := range a.Moves {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d\n", m.Label, orDash(m.Market), m.From, m.To, m.Items, m.Decided)
	}
}

// printRereview says how many of these items are left, or why none are looked at.
func printRereview(w io.Writer, r *v1alpha1.PolicyRereview) {
	of := strings.Join(r.Revisions, " and ")
	switch r.State {
	case v1alpha1.RereviewDone:
		fmt.Fprintf(w, "\nwhat revision %s decided was looked at again by %s: %d items, by %s\n",
			of, r.Ended.UTC().Format(time.RFC3339), r.Items, r.By)
	case v1alpha1.RereviewDismissed:
		fmt.Fprintf(w, "\nwhat revision %s decided is not looked at again: %d of %d items were left as %s dismissed them at %s: %s\n",
			of, r.Left, r.Items, r.By, r.Ended.UTC().Format(time.RFC3339), r.Reason)
	default:
		fmt.Fprintf(w, "\n%d of %d items that revision %s decided are left to look at again, due %s, and planned for people:\n",
			r.Left, r.Items, of, r.Due.UTC().Format(time.RFC3339))
		fmt.Fprintln(w, "HARM DOMAIN\tMARKET\tITEMS IN ALL")
		for _, one := range r.Work {
			fmt.Fprintf(w, "%s\t%s\t%d\n", one.HarmDomain, orDash(one.Market), one.Items)
		}
	}
}

// sharePercent prints a share per million without zeros that say nothing.
func sharePercent(ppm int32) string {
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.4f", float64(ppm)/10_000), "0"), ".")
}

// place is where a step is.
func place(s *v1alpha1.RolloutStep) string {
	out := "all markets"
	if len(s.Markets) > 0 {
		out = joined(s.Markets)
	}
	if len(s.Surfaces) > 0 {
		out += " on " + joined(s.Surfaces)
	}
	return out
}

func joined[T ~string](in []T) string {
	all := make([]string, 0, len(in))
	for _, s := range in {
		all = append(all, string(s))
	}
	return strings.Join(all, ", ")
}

func orAll(s string) string {
	if s == "" {
		return "all"
	}
	return s
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
