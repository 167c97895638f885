package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/staffing"
)

// addTeams gives the input of a plan its teams as they are now. They are not stored with it: whoever
// may read ConfigMaps is not thereby to read teams. One that is gone since is left out, as it will be of the
// next plan.
func (c *cluster) addTeams(ctx context.Context, in *staffing.Input, names []string) error {
	all, err := c.teams(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		if !slices.Contains(names, all[i].team.Name) {
			continue
		}
		t, _, err := c.resolved(ctx, in, all[i].spec)
		if err != nil {
			return fmt.Errorf("no plan can be made again until this is corrected: ReviewTeam %s: %w", all[i].team.Name, err)
		}
		in.Teams = append(in.Teams, t)
	}
	return nil
}

// resolved is a team as the plan of an input sees it, and what is odd about it.
func (c *cluster) resolved(ctx context.Context, in *staffing.Input, team *v1alpha1.ReviewTeam) (staffing.Team, []string, error) {
	if err := resolve.CheckTeam(team); err != nil {
		return staffing.Team{}, nil, err
	}
	seen, notes, err := c.seenOf(ctx, team, in)
	if err != nil {
		return staffing.Team{}, nil, err
	}
	t, err := resolve.TeamWith(team, seen, in.Now.Time(), in.Grid())
	return t, notes, err
}
