package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/quality"
	"github.com/modcap/modcap/internal/sample"
)

// policyQuality is the command that shows how often decisions by a policy are wrong.
type policyQuality struct {
	policyView
	label string
}

func (f *policyQuality) command(s streams) *cobra.Command {
	c := f.show(s, "quality NAME", "Show how often decisions by a policy are wrong, by what quality checks found", f.print)
	c.Flags().StringVar(&f.label, "label", "", "show one label of the policy alone")
	return c
}

func (f *policyQuality) print(ctx context.Context, out io.Writer, c *cluster, name string) error {
	p, err := c.policy(ctx, name)
	if err != nil {
		return err
	}
	if p.Spec.Quality == nil {
		return fmt.Errorf("policy %s does not say where quality checks are counted: set spec.quality", name)
	}
	report, err := c.quality(ctx, p)
	if err != nil {
		return err
	}
	if f.label != "" {
		if report = onlyLabel(report, f.label); len(report.Totals)+len(report.Lines) == 0 {
			return fmt.Errorf("nothing is counted of label %s of policy %s", f.label, name)
		}
	}
	if f.output == "json" {
		return writeJSON(out, qualityAnswer(report))
	}
	return printQuality(out, p, report)
}

// qualityAnswer is a report for other programs: with times that they read, and without the
// operator's memory.
func qualityAnswer(r *quality.Report) any {
	out := *r
	out.Seen = nil
	return struct {
		quality.Report
		At    string `json:"at"`
		Until string `json:"until"`
	}{out, momentOf(r.At), momentOf(r.Until)}
}

// quality reads what was published of a policy's quality.
func (c *cluster) quality(ctx context.Context, p *v1alpha1.ModerationPolicy) (*quality.Report, error) {
	name := quality.MapName(p.Name)
	var m corev1.ConfigMap
	err := c.client.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: name}, &m)
	switch {
	case apierrors.IsNotFound(err):
		return nil, fmt.Errorf("nothing was published of the quality of policy %s yet: %s", p.Name, whyNotMeasured(p))
	case apierrors.IsForbidden(err):
		return nil, fmt.Errorf("you may not read ConfigMap %s, which holds it: have the ClusterRole view bound to you in namespace %s",
			name, c.namespace)
	case err != nil:
		return nil, fmt.Errorf("read ConfigMap %s: %w", name, err)
	}
	data, err := unpacked(&m, quality.Key)
	if err != nil {
		return nil, fmt.Errorf("ConfigMap %s: %w", name, err)
	}
	report, err := quality.ReadReport(data)
	if err == nil && report.Policy != p.Name {
		err = errors.New("it is of another policy")
	}
	if err != nil {
		return nil, fmt.Errorf("ConfigMap %s: %w", name, err)
	}
	return report, nil
}

// whyNotMeasured is what the condition says.
func whyNotMeasured(p *v1alpha1.ModerationPolicy) string {
	if c := meta.FindStatusCondition(p.Status.Conditions, v1alpha1.ConditionQualityMeasured); c != nil {
		return c.Message + " (" + c.Reason + ")"
	}
	return "the operator has not looked at it, or runs with --read-only"
}

func onlyLabel(r *quality.Report, label string) *quality.Report {
	out := *r
	keep := func(in []quality.Line) (kept []quality.Line) {
		for _, l := range in {
			if l.Label == label {
				kept = append(kept, l)
			}
		}
		return kept
	}
	out.Lines, out.Places, out.Totals, out.Needs, out.Reviewers = keep(r.Lines), keep(r.Places), keep(r.Totals), nil, nil
	out.Count = len(out.Lines)
	for _, n := range r.Needs {
		if n.Label == label {
			out.Needs = append(out.Needs, n)
		}
	}
	for _, one := range r.Reviewers {
		if one.Label == label {
			out.Reviewers = append(out.Reviewers, one)
		}
	}
	return &out
}

// printQuality says in words what is known, and shows all shares after.
func printQuality(out io.Writer, p *v1alpha1.ModerationPolicy, r *quality.Report) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "policy %s: %s\n", p.Name, whyNotMeasured(p))
	if r.Until != 0 {
		fmt.Fprintf(w, "  decisions of %s until %s, as checked by %s\n", p.Spec.Quality.Window.Or("168h"), momentOf(r.Until), momentOf(r.At))
	}
	for _, l := range r.Totals {
		if l.Market == "" && l.Checked > 0 {
			fmt.Fprintln(w, "  "+inWords(&l))
		}
	}
	for _, one := range r.Reviewers {
		fmt.Fprintf(w, "  people let through %s %% of what violates %s, and action %s %% of what does not\n",
			quality.PercentOf(one.Leakage), one.Label, quality.PercentOf(one.Overkill))
	}
	printNeeds(w, r.Needs)
	if len(r.Lines) == 0 {
		return w.Flush()
	}
	fmt.Fprintln(w, "\nLABEL\tERRORS\tBY\tMARKET\tLANGUAGE\tREVISION\tSHARE\tWRONG\tCHECKED\tWAITING\tSTAND FOR")
	for _, l := range r.Lines {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\n", l.Label, l.Kind, l.By, orAll(l.Market), orAll(l.Language),
			orAll(l.Revision), l.Share(), l.Wrong, l.Checked, l.Waiting, l.Decided)
	}
	if more := r.Count - len(r.Lines); more > 0 {
		fmt.Fprintf(w, "and %d more, which are better\n", more)
	}
	return w.Flush()
}

func printNeeds(w io.Writer, needs []quality.Need) {
	if len(needs) == 0 {
		return
	}
	fmt.Fprintln(w, "\nWANTED OF\tMARKET\tINTERVAL\tWANTED\tCHECKS A DAY\tIT TAKES\tRATE")
	for i := range needs {
		n := &needs[i]
		takes := n.Wanted.String()
		if n.Beyond() {
			takes += ", more than there are"
		}
		l := quality.Line{By: n.By, Kind: quality.Overkill}
		if n.Verdict == quality.Allow {
			l.Kind = quality.Leakage
		}
		fmt.Fprintf(w, "%s, what %s\t%s\t±%s %%\t±%s %%\t%s\t%s\t%s %%\n", n.Label, didOf(&l), orAll(n.Market),
			quality.PercentOf(n.HalfWidth), quality.PercentOf(n.WantedWidth), n.Sampled, takes, quality.PercentOf(n.Rate))
	}
}

// didOf is what was decided, and by whom.
func didOf(l *quality.Line) string {
	who := "machines"
	if l.By == quality.People {
		who = "people"
	}
	if l.Kind == quality.Leakage {
		return who + " allowed"
	}
	return who + " actioned"
}

// inWords is a share in a sentence.
func inWords(l *quality.Line) string {
	if l.Kind == quality.Leakage && l.By == quality.Machine {
		return fmt.Sprintf("%s of what %s violates %s", l.Share(), didOf(l), l.Label)
	}
	is := map[quality.Kind]string{quality.Leakage: "violates it", quality.Overkill: "does not violate it"}[l.Kind]
	return fmt.Sprintf("%s of what %s for %s %s", l.Share(), didOf(l), l.Label, is)
}

func momentOf(at sample.Instant) string { return at.Time().UTC().Format(time.RFC3339) }
