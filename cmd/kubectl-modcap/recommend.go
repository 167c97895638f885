package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
)

// recommendation are the flags of the recommend command.
type recommendation struct {
	cluster clusterFlags
	notice  time.Duration
	output  string
	zone    string
}

func newRecommendCommand(s streams) *cobra.Command { return new(recommendation).command(s) }

func (f *recommendation) command(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "recommend NAME",
		Short: "Say how many people to add to which shifts, so that nobody is missing",
		Long: `Says which shifts of the teams of a StaffingTarget want more people, and how many: as
few hours on the roster as close the gaps of the plan, from the end of the notice on. Each
line says what is missing before and after it. Then the plan is made once more with all of
them, and what is still missing is told. Nothing is written.`,
		Example: `  kubectl modcap recommend trust-and-safety -n moderation
  kubectl modcap recommend trust-and-safety --notice 72h -o json`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c.Context(), s.Out, args[0]) },
	}
	f.cluster.addTo(c)
	flags := c.Flags()
	flags.DurationVar(&f.notice, "notice", 24*time.Hour, "from when on people can be there, counted from the start of the plan")
	flags.StringVarP(&f.output, "output", "o", "text", "text or json")
	flags.StringVar(&f.zone, "time-zone", "", "zone of days and hours, such as Europe/Berlin; unset, that of this machine")
	return c
}

func (f *recommendation) run(ctx context.Context, out io.Writer, name string) error {
	if f.output != "text" && f.output != "json" {
		return fmt.Errorf("-o is text or json, not %q", f.output)
	}
	if f.notice < 0 {
		return fmt.Errorf("--notice: %v is below 0", f.notice)
	}
	zone, err := zoneOf(f.zone)
	if err != nil {
		return err
	}
	c, err := f.cluster.connect()
	if err != nil {
		return err
	}
	a, err := f.advise(ctx, c, name)
	if err != nil {
		return err
	}
	return f.print(out, a, zone)
}

// advice is what is recommended, and what comes of it.
type advice struct {
	name      string
	namespace string
	from      sample.Instant
	remedies  []staffing.Remedy
	headcount map[string]int32 // by team/shift, as it is
	scheduled []string         // teams whose people a workforce suite plans
	change    *sheet.Change
}

func (f *recommendation) advise(ctx context.Context, c *cluster, name string) (*advice, error) {
	if _, err := c.target(ctx, name); err != nil {
		return nil, err
	}
	before, err := c.planInput(ctx, name)
	if err != nil {
		return nil, err
	}
	teams, err := c.teams(ctx)
	if err != nil {
		return nil, err
	}
	a := &advice{name: name, namespace: c.namespace, from: before.Now.Add(sample.SpanOf(f.notice)), headcount: map[string]int32{}}
	grid := before.Grid()
	var options []staffing.Option
	for i := range teams {
		t := teams[i].spec
		if !slices.ContainsFunc(before.Teams, func(x staffing.Team) bool { return x.Name == t.Name }) {
			continue
		}
		if t.Spec.ScheduleRef != nil {
			a.scheduled = append(a.scheduled, t.Name)
		}
		more, err := resolve.ShiftOptions(t, before.Now.Time(), grid, a.from)
		if err != nil {
			return nil, fmt.Errorf("ReviewTeam %s: %w", t.Name, err)
		}
		options = append(options, more...)
		for _, s := range t.Spec.Shifts {
			a.headcount[t.Name+"/"+string(s.Name)] = s.Headcount
		}
	}
	a.remedies = staffing.Recommend(*before, options)
	after := with(before, options, a.remedies)
	a.change = sheet.Compare(before, &after)
	return a, nil
}

// with is the input of a plan in which the remedies are taken.
func with(in *staffing.Input, options []staffing.Option, remedies []staffing.Remedy) staffing.Input {
	out := *in
	out.Teams = slices.Clone(in.Teams)
	for _, m := range remedies {
		i := slices.IndexFunc(out.Teams, func(t staffing.Team) bool { return t.Name == m.Team })
		k := slices.IndexFunc(options, func(o staffing.Option) bool { return o.Team == m.Team && o.Shift == m.Shift })
		supply := &out.Teams[i].Supply
		supply.Intervals = slices.Clone(supply.Intervals)
		for j, heads := range options[k].Productive {
			supply.Intervals[j].Productive += sample.Milli(m.Heads) * heads
			if heads > 0 {
				supply.Intervals[j].Scheduled += sample.Whole(int64(m.Heads))
			}
		}
		supply.ScheduledTime += m.Cost
	}
	return out
}
