package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/rollout"
)

// newPolicyCommand shows rollouts of policies, and decides about them.
func newPolicyCommand(s streams) *cobra.Command {
	c := &cobra.Command{
		Use: "policy", Short: "Show the rollout of a policy's change and how often its decisions are wrong; approve, promote, abort or dismiss",
	}
	c.AddCommand((&policyStatus{}).command(s), (&policyQuality{}).command(s))
	for _, one := range []policyDecision{
		{action: v1alpha1.RolloutApprove, verb: "approve", short: "End the step under way, whatever its evidence says"},
		{action: v1alpha1.RolloutPromote, verb: "promote", short: "Let the change decide everything, at once"},
		{action: v1alpha1.RolloutTakeBack, verb: "abort", short: "Take the change back: what decided before decides everything again"},
		{action: v1alpha1.RolloutDismiss, verb: "dismiss", short: "Look at nothing again of what a change decided that was taken back"},
	} {
		c.AddCommand(one.command(s))
	}
	return c
}

// policyView is a command that shows something of a policy, as text or as JSON.
type policyView struct {
	cluster clusterFlags
	output  string
}

// show makes the command of what prints it.
func (f *policyView) show(s streams, use, short string, print func(context.Context, io.Writer, *cluster, string) error) *cobra.Command {
	c := &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if f.output != "" && f.output != "json" {
				return fmt.Errorf("-o %s: use json, or leave it out", f.output)
			}
			cluster, err := f.cluster.connect()
			if err != nil {
				return err
			}
			return print(c.Context(), s.Out, cluster, args[0])
		},
	}
	f.cluster.addTo(c)
	c.Flags().StringVarP(&f.output, "output", "o", "", "json; unset, text")
	return c
}

// policyStatus is the command that shows a rollout.
type policyStatus struct{ policyView }

func (f *policyStatus) command(s streams) *cobra.Command {
	return f.show(s, "status NAME", "Show by which revisions a policy decides, and what a rollout waits for", f.print)
}

func (f *policyStatus) print(ctx context.Context, out io.Writer, c *cluster, name string) error {
	p, err := c.policy(ctx, name)
	if err != nil {
		return err
	}
	if f.output == "json" {
		return writeJSON(out, p.Status)
	}
	return printPolicy(out, p)
}

func (c *cluster) policy(ctx context.Context, name string) (*v1alpha1.ModerationPolicy, error) {
	var p v1alpha1.ModerationPolicy
	if err := c.client.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: name}, &p); err != nil {
		return nil, c.sentence(ctx, err, "ModerationPolicy", name, &v1alpha1.ModerationPolicyList{})
	}
	return &p, nil
}

// policyDecision is a command that decides about a rollout. It writes an override that
// ends by itself, and never the policy: that is GitOps'.
type policyDecision struct {
	action      v1alpha1.RolloutAction
	verb, short string
	cluster     clusterFlags
	reason, by  string
	lasts       time.Duration
}

// shortestDecision is how long a decision stands at least: an operator that starts anew takes that long.
const shortestDecision = time.Minute

func (f policyDecision) command(s streams) *cobra.Command {
	c := &cobra.Command{
		Use: f.verb + " NAME --reason TEXT --by WHO", Short: f.short, Args: cobra.ExactArgs(1),
	}
	f.cluster.addTo(c)
	flags := c.Flags()
	flags.StringVar(&f.reason, "reason", "", "why, for those who find it")
	flags.StringVar(&f.by, "by", "", "who ordered it: a role or a ticket rather than a person's name")
	flags.DurationVar(&f.lasts, "for", 24*time.Hour, "how long the decision stands, if the operator does not see it at once")
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(f.reason) < 3 || f.by == "" {
			return fmt.Errorf("say --reason and --by: who finds the decision must know why it was made, and whom to ask")
		}
		if f.lasts < shortestDecision {
			return fmt.Errorf("--for is %s: want %s or longer, so that the operator sees the decision while it stands", f.lasts, shortestDecision)
		}
		cluster, err := f.cluster.connect()
		if err != nil {
			return err
		}
		return f.decide(c.Context(), s.Out, cluster, args[0], time.Now())
	}
	return c
}

// decide writes the override about what the policy's status shows to be under way.
func (f *policyDecision) decide(ctx context.Context, out io.Writer, c *cluster, name string, now time.Time) error {
	p, err := c.policy(ctx, name)
	if err != nil {
		return err
	}
	revision, what, err := f.meant(p)
	if err != nil {
		return err
	}
	o := &v1alpha1.CapacityOverride{
		ObjectMeta: metav1.ObjectMeta{Namespace: c.namespace, GenerateName: name + "-" + f.verb + "-"},
		Spec: v1alpha1.CapacityOverrideSpec{
			Type: v1alpha1.OverrideRolloutDecision, Reason: f.reason, By: f.by,
			Until:   metav1.NewTime(now.Add(f.lasts).UTC().Truncate(time.Second)),
			Rollout: &v1alpha1.RolloutDecision{PolicyRef: v1alpha1.ObjectReference{Name: name}, Revision: revision, Action: f.action},
		},
	}
	if f.action == v1alpha1.RolloutApprove {
		o.Spec.Rollout.Step = v1alpha1.Word(p.Status.Rollout.Step)
	}
	if err := c.client.Create(ctx, o); err != nil {
		return fmt.Errorf("write the decision: %w", err)
	}
	_, err = fmt.Fprintf(out, "CapacityOverride %s until %s: %s\n", o.Name, o.Spec.Until.UTC().Format(time.RFC3339), what)
	return err
}

// meant is the revision that is decided about, and what comes of it in words.
func (f *policyDecision) meant(p *v1alpha1.ModerationPolicy) (revision, what string, err error) {
	if f.action == v1alpha1.RolloutDismiss {
		r := p.Status.Rereview
		if r == nil || r.State != v1alpha1.RereviewOpen {
			return "", "", fmt.Errorf("nothing of policy %s is looked at again: %s", p.Name, standing(p))
		}
		return r.Revisions[0], fmt.Sprintf("what revision %s decided is not looked at again", strings.Join(r.Revisions, " and ")), nil
	}
	s := p.Status.Rollout
	if s == nil || s.Canary == "" {
		return "", "", fmt.Errorf("nothing of policy %s is being rolled out: %s", p.Name, standing(p))
	}
	what = map[v1alpha1.RolloutAction]string{
		v1alpha1.RolloutTakeBack: fmt.Sprintf("revision %s is taken back, and revision %s decides everything", s.Canary, s.Stable),
		v1alpha1.RolloutPromote:  fmt.Sprintf("revision %s decides everything", s.Canary),
		v1alpha1.RolloutApprove:  fmt.Sprintf("step %s of revision %s ends, as soon as no queue, pause or freeze keeps it", s.Step, s.Canary),
	}[f.action]
	return s.Canary, what, nil
}

// standing is by what a policy decides, in a sentence.
func standing(p *v1alpha1.ModerationPolicy) string {
	s := p.Status.Rollout
	switch {
	case s == nil:
		return fmt.Sprintf("its changes apply at once, and revision %s decides everything", p.Status.Revision)
	case s.Phase == v1alpha1.RolloutAborted:
		return fmt.Sprintf("revision %s was taken back, and revision %s decides everything",
			s.Aborted.Revision, s.Stable)
	case s.Canary == "":
		return fmt.Sprintf("revision %s decides everything", s.Stable)
	}
	return fmt.Sprintf("revision %s is rolled out, and revision %s decides the rest", s.Canary, s.Stable)
}

// stepsOf is "shadow, [five], half": the step under way in brackets.
func stepsOf(p *v1alpha1.ModerationPolicy) string {
	names := []string{rollout.ShadowStep}
	for _, s := range p.Spec.Rollout.Steps {
		names = append(names, string(s.Name))
	}
	for i, n := range names {
		if n == p.Status.Rollout.Step {
			names[i] = "[" + n + "]"
		}
	}
	return strings.Join(names, ", ")
}
