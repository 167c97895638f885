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
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
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
	// overrides are those of the files.
	overrides []v1alpha1.CapacityOverride
}

// errWorse says that a change makes something worse.
var errWorse = errors.New("the change makes something worse")

func newPlanCommand(s streams) *cobra.Command { return new(whatIf).command(s) }

func (f *whatIf) command(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "plan NAME",
		Short: "Try a change of teams: what would be required, scheduled and missing",
		Long: `Tries changed or new ReviewTeams, or a site that is out, against the demand that the
StaffingTarget plans for, and says what would change: hours of people, gaps by language,
the worst of them. Nothing is written. Items to be looked at again (CapacityOverrides
of type Rework) are tried likewise. A team of a file takes the place of the one with
its name; a new one must have labels that the target selects.

Where teams name a Secret with what an hour costs (spec.costRef), and you may read it, it
says what the change costs. It exits with 3 if the change makes something worse.`,
		Example: `  kubectl modcap plan trust-and-safety -f team.yaml
  kubectl modcap plan trust-and-safety --without-site lisbon`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c.Context(), s, args[0]) },
	}
	f.cluster.addTo(c)
	flags := c.Flags()
	flags.StringSliceVarP(&f.files, "filename", "f", nil, `files with ReviewTeams or CapacityOverrides of type Rework; "-" is standard input`)
	flags.StringSliceVar(&f.sites, "without-site", nil, "sites whose teams are not there")
	flags.StringVarP(&f.output, "output", "o", "text", "text or json")
	flags.StringVar(&f.zone, "time-zone", "", "zone of days and hours, such as Europe/Berlin; unset, that of this machine")
	return c
}

func (f *whatIf) run(ctx context.Context, s streams, name string) error {
	zone, err := zoneOf(f.zone)
	if err != nil {
		return err
	}
	m, err := f.teams(s.In)
	if err != nil {
		return err
	}
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

// teams are those to try; it refuses flags that name no change.
func (f *whatIf) teams(stdin io.Reader) ([]v1alpha1.ReviewTeam, error) {
	if f.output != "text" && f.output != "json" {
		return nil, fmt.Errorf("-o is text or json, not %q", f.output)
	}
	if len(f.files) == 0 && len(f.sites) == 0 {
		return nil, errors.New("name a change: -f FILE with ReviewTeams, or --without-site SITE")
	}
	m, err := readManifests(stdin, f.files)
	if err != nil {
		return nil, err
	}
	if len(f.files) > 0 && len(m.teams)+len(m.overrides) == 0 {
		return nil, errors.New("the files hold no ReviewTeam, and no CapacityOverride of type Rework: plan tries changes of these")
	}
	f.overrides = m.overrides
	return m.teams, nil
}

// try makes the plan with and without the change.
func (f *whatIf) try(ctx context.Context, c *cluster, name string, teams []v1alpha1.ReviewTeam) (*sheet.Change, error) {
	t, err := c.target(ctx, name)
	if err != nil {
		return nil, err
	}
	before, err := c.planInput(ctx, name)
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
	for i := range teams {
		if err := c.with(ctx, &after, t, &teams[i]); err != nil {
			return nil, err
		}
	}
	if err := c.lookAgain(&after, f.overrides); err != nil {
		return nil, err
	}
	return sheet.Compare(before, &after), nil
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

// with puts a team in the place of the one with its name, or adds it.
func (c *cluster) with(ctx context.Context, in *staffing.Input, t *v1alpha1.StaffingTarget, team *v1alpha1.ReviewTeam) error {
	if team.Namespace != "" && team.Namespace != c.namespace {
		return fmt.Errorf("ReviewTeam %s: it is of namespace %s, and the target of %s", team.Name, team.Namespace, c.namespace)
	}
	if err := resolve.CheckTeam(team); err != nil {
		return fmt.Errorf("ReviewTeam %s: %w", team.Name, err)
	}
	var seen resolve.TeamSeen
	if ref := team.Spec.ScheduleRef; ref != nil {
		schedule, err := c.schedule(ctx, ref.Name)
		if err != nil {
			return fmt.Errorf("ReviewTeam %s: %w", team.Name, err)
		}
		seen.Schedule = schedule
	}
	changed, err := resolve.TeamWith(team, seen, in.Now.Time(), in.Grid())
	if err != nil {
		return fmt.Errorf("ReviewTeam %s: %w", team.Name, err)
	}
	if i := slices.IndexFunc(in.Teams, func(x staffing.Team) bool { return x.Name == team.Name }); i >= 0 {
		changed.SpentAs(&in.Teams[i])
		in.Teams[i] = changed
		return nil
	}
	selects, err := t.Spec.TeamSelector.Selector()
	if err != nil {
		return fmt.Errorf("StaffingTarget %s: spec.teamSelector: %w", t.Name, err)
	}
	if !selects.Matches(labels.Set(team.Labels)) {
		return fmt.Errorf("ReviewTeam %s is not planned by starget/%s: it is new, and its labels are not those that spec.teamSelector selects",
			team.Name, t.Name)
	}
	in.Teams = append(in.Teams, changed)
	return nil
}

// planInput reads what a plan was made from.
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
	in, err := sheet.UnpackInput(m.BinaryData[sheet.InputKey])
	if err != nil {
		return nil, fmt.Errorf("ConfigMap %s: %w", key.Name, err)
	}
	return in, nil
}

// schedule reads the schedule that a changed team names.
func (c *cluster) schedule(ctx context.Context, name string) (*resolve.Schedule, error) {
	var m corev1.ConfigMap
	if err := c.client.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: name}, &m); err != nil {
		return nil, fmt.Errorf("read its schedule: %w", err)
	}
	data, ok := m.BinaryData[resolve.ScheduleKey]
	if text, is := m.Data[resolve.ScheduleKey]; is {
		data, ok = []byte(text), true
	}
	if !ok {
		return nil, fmt.Errorf("ConfigMap %s has no key %s", name, resolve.ScheduleKey)
	}
	return resolve.ReadSchedule(data)
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
