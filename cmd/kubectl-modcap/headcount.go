package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
)

// headcountChange are the flags of the headcount command.
type headcountChange struct {
	cluster clusterFlags
	edition edition
}

func newHeadcountCommand(s streams) *cobra.Command {
	var f headcountChange
	c := &cobra.Command{
		Use:   "headcount TEAM SHIFT N",
		Short: "Set how many people work a shift: shown first, written with --write",
		Long: `Sets the headcount of one shift of a team. It shows the number before and after, has the
API server try it, and writes nothing unless --write is given. For some days only, add
a calendar entry (roster export --calendar): it changes all shifts of the team on those days.`,
		Example: `  kubectl modcap headcount lisbon night 32 -n moderation
  kubectl modcap headcount lisbon night 32 --write`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 3 {
				return fmt.Errorf("headcount needs a team, a shift and a number of people, such as: headcount lisbon night 32")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return f.run(c.Context(), s, args) },
	}
	f.cluster.addTo(c)
	f.edition.addTo(c)
	return c
}

func (f *headcountChange) run(ctx context.Context, s streams, args []string) error {
	if err := f.edition.check(); err != nil {
		return err
	}
	n, err := strconv.ParseInt(args[2], 10, 32)
	if err != nil {
		return fmt.Errorf("%q is no whole number of people", args[2])
	}
	c, err := f.cluster.connect()
	if err != nil {
		return err
	}
	all, err := c.teams(ctx)
	if err != nil {
		return err
	}
	t, err := c.find(all, args[0])
	if err != nil {
		return err
	}
	edit, err := t.team.Resized(args[1], int32(n))
	if err != nil {
		return err
	}
	return f.edition.apply(ctx, s, c, all, edit)
}
