package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
)

// todayView are the flags of the today command.
type todayView struct {
	cluster clusterFlags
	output  string
	zone    string
	color   string
	classes int
}

func newTodayCommand(s streams) *cobra.Command { return new(todayView).command(s) }

func (f *todayView) command(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "today NAME",
		Short: "Show today against its plan: what came, what is expected now, and what can still be done",
		Long: `Shows the local day of a StaffingTarget: what arrived and who was there against what was
planned a day before, what is expected of the rest of the day after what has happened, and
which people could be added today, at once, in order. Figures of who was there and how long
they took are left out where fewer than five people are scheduled. Nothing is written.`,
		Example: `  kubectl modcap today trust-and-safety -n moderation
  kubectl modcap today trust-and-safety --time-zone America/Bogota -o json`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c.Context(), s.Out, args[0], time.Now()) },
	}
	f.cluster.addTo(c)
	flags := c.Flags()
	flags.StringVarP(&f.output, "output", "o", "text", "text or json")
	flags.StringVar(&f.zone, "time-zone", "", "zone of the day and its hours, such as Europe/Berlin; unset, that of this machine")
	flags.StringVar(&f.color, "color", "auto", "mark gaps by color: auto (on a terminal), always or never")
	flags.IntVar(&f.classes, "classes", 12, "how many classes to show, those with the largest gaps and differences first")
	return c
}

func (f *todayView) run(ctx context.Context, out io.Writer, name string, now time.Time) error {
	view, err := f.view(name, out)
	if err != nil {
		return err
	}
	c, err := f.cluster.connect()
	if err != nil {
		return err
	}
	return f.print(ctx, out, c, view, sample.At(now))
}

// view checks the flags.
func (f *todayView) view(name string, out io.Writer) (*sheet.TodayView, error) {
	switch {
	case f.output != "text" && f.output != "json":
		return nil, fmt.Errorf("-o is text or json, not %q", f.output)
	case f.classes < 0:
		return nil, fmt.Errorf("--classes: %d is below 0", f.classes)
	}
	zone, err := zoneOf(f.zone)
	if err != nil {
		return nil, err
	}
	v := &sheet.TodayView{Name: name, Zone: zone, Classes: f.classes}
	v.Color, err = (&staffingView{color: f.color}).colors(out)
	return v, err
}

// print shows what the cluster has of a day.
func (f *todayView) print(ctx context.Context, out io.Writer, c *cluster, v *sheet.TodayView, now sample.Instant) error {
	t, err := c.target(ctx, v.Name)
	if err != nil {
		return err
	}
	day, err := c.day(ctx, v.Name)
	if err != nil {
		return err
	}
	for _, finding := range t.Status.Findings {
		v.Notes = append(v.Notes, finding.Message)
	}
	at := day.Grid.At(day.Now)
	if late := now.Since(at); late > 2*day.Grid.Width {
		v.Notes = append(v.Notes, fmt.Sprintf("this is as of %s, %s ago: nothing was written since (kubectl describe starget %s -n %s)",
			at.Time().In(v.Zone).Format("Mon 02 Jan 15:04"), late/sample.Minute*sample.Minute, v.Name, c.namespace))
	}
	_, to := day.Today(v.Zone)
	more, err := c.peopleToday(ctx, v, now, day.Grid.At(to))
	if err != nil { // the day can be shown all the same
		v.Notes = append(v.Notes, "what could be done is not known: "+err.Error())
	}
	if f.output == "json" {
		data := day.TodayData(v)
		if more != nil {
			data.Options = append(data.Options, more.options...)
		}
		return writeJSON(out, data)
	}
	if err := day.TodayText(out, v); err != nil || more == nil {
		return err
	}
	return more.print(out, v.Zone)
}

// day reads what the operator keeps of the hours around now.
func (c *cluster) day(ctx context.Context, name string) (*sheet.Day, error) {
	var m corev1.ConfigMap
	key := client.ObjectKey{Namespace: c.namespace, Name: sheet.DayName(name)}
	err := c.client.Get(ctx, key, &m)
	switch {
	case apierrors.IsNotFound(err):
		return nil, fmt.Errorf("ConfigMap %s, which holds the day of starget/%s, does not exist: it is written when the first interval begins "+
			"(an operator with --read-only writes none)", key.Name, name)
	case apierrors.IsForbidden(err):
		return nil, fmt.Errorf("you may not read ConfigMap %s: have the ClusterRole modcap-staffing-view bound to you in namespace %s",
			key.Name, c.namespace)
	case err != nil:
		return nil, fmt.Errorf("read ConfigMap %s: %w", key.Name, err)
	}
	table, err := unpacked(&m, sheet.DayKey)
	if err != nil {
		return nil, fmt.Errorf("ConfigMap %s: %w", key.Name, err)
	}
	day, err := sheet.ReadDay(table)
	if err != nil {
		return nil, fmt.Errorf("ConfigMap %s: %w", key.Name, err)
	}
	return day, nil
}

// morePeople are those who could be added until the day is over.
type morePeople struct {
	from, until   sample.Instant
	options       []sheet.TodayOption
	turns         []sheet.Turn
	before, after sample.Span // of productive people missing
	scheduled     []string    // teams whose people a workforce suite plans
}

// peopleToday chooses people to add to shifts from now until an instant, and looks up the declared
// handle times on the way.
func (c *cluster) peopleToday(ctx context.Context, v *sheet.TodayView, now, until sample.Instant) (*morePeople, error) {
	read, err := c.planInput(ctx, v.Name)
	if err != nil {
		return nil, err
	}
	in := *read
	v.Declared = map[staffing.ClassKey]sample.Span{}
	for i := range in.Classes {
		v.Declared[in.Classes[i].Key] = in.Classes[i].DeclaredHandleTime
	}
	out := &morePeople{from: max(in.Now, staffing.GridOf(now, in.Interval, in.Horizon).Start), until: until}
	if in.Horizon = until.Since(in.Now); in.Horizon <= 0 || out.from >= until {
		return out, nil
	}
	options, err := c.optionsToday(ctx, &in, out.from)
	if err != nil {
		return nil, err
	}
	out.scheduled = options.Scheduled
	remedies := staffing.Recommend(in, options.Soon)
	after := staffing.With(in, options.Soon, remedies)
	change := sheet.Compare(&in, &after)
	out.before, out.after = change.Before.Sum(&change.Before.Lines[0]).Missing, change.After.Sum(&change.After.Lines[0]).Missing
	out.turns = sheet.PromisesOf(&in, mostPlanned).Together(options.Soon, remedies)
	for i := range remedies {
		m := &remedies[i]
		o := sheet.TodayOption{
			Kind: string(m.Kind), Team: m.Team, Shift: m.Shift, Heads: m.Heads, Change: m.What(v.Zone), PaidHours: hoursOf(m.Cost),
			ShortBefore: hoursOf(m.Before), ShortAfter: hoursOf(m.After),
		}
		if i < len(out.turns) {
			o.OnTime = out.turns[i].Data()
		}
		out.options = append(out.options, o)
	}
	return out, nil
}

// optionsToday are the ways to have more people from an instant on.
func (c *cluster) optionsToday(ctx context.Context, in *staffing.Input, from sample.Instant) (*resolve.Options, error) {
	all, err := c.teams(ctx)
	if err != nil {
		return nil, err
	}
	teams := make([]*v1alpha1.ReviewTeam, 0, len(all))
	for i := range all {
		teams = append(teams, all[i].spec)
	}
	return resolve.OptionsOf(teams, in, resolve.Terms{Notice: from.Since(in.Now), SoonOnly: true, MidShift: true})
}

// print says which people could be added.
func (m *morePeople) print(out io.Writer, zone *time.Location) error {
	if m.before <= 0 {
		_, err := fmt.Fprintln(out, "\nNobody is missing for the rest of the day.")
		return err
	}
	clock := func(at sample.Instant) string { return at.Time().In(zone).Format("15:04") }
	_, _ = fmt.Fprintf(out, "\nOptions, from %s until %s, of people who can come at once, in order:\n", clock(m.from), clock(m.until))
	for _, name := range m.scheduled {
		_, _ = fmt.Fprintf(out, "note: the people of %s are planned in the workforce suite; nothing is said of it\n", name)
	}
	if len(m.options) == 0 {
		_, err := fmt.Fprintf(out, "None: %.1f person-hours are missing, and nobody of these teams can come to it.\n", hoursOf(m.before))
		return err
	}
	for i, o := range m.options {
		_, _ = fmt.Fprintf(out, "%3d. %s: %.1f hours paid; person-hours missing %.1f → %.1f; on time: %s\n",
			i+1, o.Change, o.PaidHours, o.ShortBefore, o.ShortAfter, turnOf(m.turns, i))
	}
	if m.after <= 0 {
		_, err := fmt.Fprintln(out, "With all of them, nobody is missing.")
		return err
	}
	_, err := fmt.Fprintf(out, "With all of them, %.1f of %.1f person-hours are still missing.\n", hoursOf(m.after), hoursOf(m.before))
	return err
}
