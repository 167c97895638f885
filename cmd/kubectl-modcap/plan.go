package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
)

// whatIf are the flags of the plan command.
type whatIf struct {
	cluster clusterFlags
	files   []string
	sites   []string
	output  string
	zone    string
	policy  previewFlags
	// overrides are those of the files.
	overrides []v1alpha1.CapacityOverride
}

// errWorse says that a change makes something worse.
var errWorse = errors.New("the change makes something worse")

func newPlanCommand(s streams) *cobra.Command { return new(whatIf).command(s) }

func (f *whatIf) command(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "plan NAME",
		Short: "Try a change of teams or of a policy: what would move, be required and be missing",
		Long: `Tries changed or new ReviewTeams, or a site that is out, against the demand that the
StaffingTarget plans for, and says what would change: hours of people, gaps by language,
the worst of them, and what keeps work from being done in time. Nothing is written. Items
to be looked at again and surges of what arrives (CapacityOverrides of type Rework and
Surge) are tried likewise. A team or override of a file takes the place of the one with its
name; a new team must have labels that the target selects.

A ModerationPolicy in a file is tried on scores: which items would move between allow,
review and act, and, with NAME, what that asks of people. The scores are those of
--scores, a row for each item, or histograms of --prometheus (docs/policy-preview.md).
ModerationQueues beside it are taken for its queues, with the handle times they declare.

Where teams name a Secret with what an hour costs (spec.costRef), and you may read it, it
says what the change costs. It exits with 3 if the change makes something worse.`,
		Example: `  kubectl modcap plan trust-and-safety -f team.yaml
  kubectl modcap plan trust-and-safety -f campaign.yaml
  kubectl modcap plan trust-and-safety --without-site lisbon
  kubectl modcap plan trust-and-safety -f policy.yaml --scores scores.csv`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c.Context(), s, args) },
	}
	f.cluster.addTo(c)
	flags := c.Flags()
	flags.StringSliceVarP(&f.files, "filename", "f", nil,
		`files with a ModerationPolicy, ReviewTeams or CapacityOverrides of type Rework and Surge; "-" is standard input`)
	flags.StringSliceVar(&f.sites, "without-site", nil, "sites whose teams are not there")
	flags.StringVarP(&f.output, "output", "o", "text", "text or json")
	flags.StringVar(&f.zone, "time-zone", "", "zone of days and hours, such as Europe/Berlin; unset, that of this machine")
	f.policy.addTo(c)
	return c
}

func (f *whatIf) run(ctx context.Context, s streams, args []string) error {
	zone, err := zoneOf(f.zone)
	if err != nil {
		return err
	}
	all, err := f.read(s.In)
	switch {
	case err != nil:
		return err
	case len(all.policies) > 0:
		return f.preview(ctx, s, all, args)
	case len(args) == 0:
		return errors.New("name the StaffingTarget whose plan the teams change")
	}
	name, m := args[0], all.teams
	c, err := f.cluster.connect()
	if err != nil {
		return err
	}
	change, err := f.try(ctx, c, name, m)
	if err != nil {
		return err
	}
	times := rosterTimes(change)
	b, err := c.billOf(ctx, slices.Sorted(maps.Keys(times)), m)
	return errors.Join(f.print(s.Out, change, b, name, zone), err)
}

// read reads what to try; it refuses flags that name no change.
func (f *whatIf) read(stdin io.Reader) (*manifests, error) {
	if f.output != "text" && f.output != "json" {
		return nil, fmt.Errorf("-o is text or json, not %q", f.output)
	}
	if len(f.files) == 0 && len(f.sites) == 0 {
		return nil, errors.New("name a change: -f FILE with ReviewTeams or a ModerationPolicy, or --without-site SITE")
	}
	m, err := readManifests(stdin, f.files)
	if err != nil {
		return nil, err
	}
	f.overrides = slices.DeleteFunc(m.overrides, func(o v1alpha1.CapacityOverride) bool {
		return o.Spec.Type != v1alpha1.OverrideRework && o.Spec.Type != v1alpha1.OverrideSurge
	})
	if len(f.files) > 0 && len(m.teams)+len(f.overrides)+len(m.policies) == 0 {
		return nil, errors.New("the files hold no ReviewTeam, no ModerationPolicy, " +
			"and no CapacityOverride of type Rework or Surge: plan tries changes of these")
	}
	return m, nil
}

// try makes the plan with and without the change.
func (f *whatIf) try(ctx context.Context, c *cluster, name string, teams []v1alpha1.ReviewTeam) (*sheet.Change, error) {
	in, err := f.changed(ctx, c, name, teams)
	if err != nil {
		return nil, err
	}
	change := sheet.Compare(in.before, in.after)
	change.Notes = in.notes
	return change, nil
}

// inputs are what a plan is made from, without and with the teams and items of the files.
type inputs struct {
	before, after *staffing.Input
	notes         []string
}

// changed reads what the plan is made from, and changes it.
func (f *whatIf) changed(ctx context.Context, c *cluster, name string, teams []v1alpha1.ReviewTeam) (*inputs, error) {
	t, err := c.target(ctx, name)
	if err != nil {
		return nil, err
	}
	before, notes, err := c.wholeInput(ctx, name)
	if err != nil {
		return nil, err
	}
	after := *before
	after.Teams = slices.Clone(before.Teams)
	for _, site := range f.sites {
		if err := without(&after, site); err != nil {
			return nil, err
		}
	}
	others, err := c.otherTargets(ctx, t)
	if err != nil {
		return nil, err
	}
	out := &inputs{before: before, after: &after, notes: notes}
	for i := range teams {
		said, err := c.with(ctx, &after, trial{t, others, &teams[i]})
		if err != nil {
			return nil, fmt.Errorf("ReviewTeam %s: %w", teams[i].Name, err)
		}
		out.notes = append(out.notes, said...)
	}
	return out, c.tryOverrides(ctx, &after, f.overrides)
}

// without takes away the teams of a site.
func without(in *staffing.Input, site string) error {
	n := len(in.Teams)
	var sites []string
	for _, t := range in.Teams {
		if !slices.Contains(sites, t.Site) {
			sites = append(sites, t.Site)
		}
	}
	in.Teams = slices.DeleteFunc(in.Teams, func(t staffing.Team) bool { return t.Site == site })
	if len(in.Teams) == n {
		return fmt.Errorf("--without-site: no team of the plan is at %q; they are at %s", site, strings.Join(sites, ", "))
	}
	return nil
}

// wholeInput is what a plan is made from as if nothing gave way, which a note says where something does.
func (c *cluster) wholeInput(ctx context.Context, name string) (*staffing.Input, []string, error) {
	in, err := c.planInput(ctx, name)
	if err != nil || len(in.Unrelieved) == 0 {
		return in, nil, err
	}
	whole := in.WithoutRelief()
	return &whole, []string{"relief is in force, and what follows is counted as if nothing gave way"}, nil
}

// planInput reads what a plan was made from: the demand as it was stored, with the teams as they are.
func (c *cluster) planInput(ctx context.Context, name string) (*staffing.Input, error) {
	var m corev1.ConfigMap
	key := client.ObjectKey{Namespace: c.namespace, Name: sheet.InputName(name)}
	err := c.client.Get(ctx, key, &m)
	switch {
	case apierrors.IsNotFound(err):
		return nil, fmt.Errorf("ConfigMap %s, which holds what the plan of starget/%s is made from, does not exist: "+
			"there is no plan yet, or it is too large to be stored (split the target), or the operator is older than this command",
			key.Name, name)
	case apierrors.IsForbidden(err):
		return nil, fmt.Errorf("you may not read ConfigMap %s: have the ClusterRole modcap-staffing-view bound to you in namespace %s",
			key.Name, c.namespace)
	case err != nil:
		return nil, fmt.Errorf("read ConfigMap %s: %w", key.Name, err)
	}
	packed, ok := m.BinaryData[sheet.InputKey]
	if !ok {
		return nil, fmt.Errorf("ConfigMap %s has no key %s: the operator is older than this command", key.Name, sheet.InputKey)
	}
	stored, err := sheet.UnpackInput(packed)
	if err != nil {
		return nil, fmt.Errorf("ConfigMap %s: %w", key.Name, err)
	}
	if err := c.addTeams(ctx, &stored.Input, stored.Teams); err != nil {
		return nil, err
	}
	in := stored.Resume(stored.Spent)
	return &in, nil
}

// tried is a change as other programs read it, with what it costs where that may be known.
type tried struct {
	sheet.ChangeData
	Cost []costData `json:"cost,omitempty"`
}

func (f *whatIf) print(out io.Writer, change *sheet.Change, b *bill, name string, zone *time.Location) error {
	var err error
	if times := rosterTimes(change); f.output == "json" {
		err = writeJSON(out, tried{change.Data(name), b.data(times)})
	} else if err = change.Text(out, name, zone); err == nil {
		err = b.say(out, times)
	}
	if err == nil && change.Worse() {
		return errWorse
	}
	return err
}
