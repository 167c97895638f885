package watch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// headsFor is how long the heads on shift are taken as known.
const headsFor = time.Second

// Heads is the productive people on shift at a moment by team. A team that cannot
// be read has nobody, and the error says why; the others count nevertheless. The
// map is shared: do not modify. Not for concurrent use.
func (c *Cluster) Heads(ctx context.Context, now time.Time) (map[string]float64, error) {
	if c.heads != nil && now.Sub(c.headsAt) < headsFor {
		return c.heads, nil
	}
	c.headsAt = now
	var list v1alpha1.ReviewTeamList
	if err := c.reader.List(ctx, &list); err != nil {
		return c.heads, fmt.Errorf("list teams: %w", err)
	}
	grid := staffing.GridOf(sample.At(now), sample.Hour, sample.Hour)
	c.heads = map[string]float64{}
	var problems []error
	for i := range list.Items {
		team, err := resolve.Team(&list.Items[i], now, grid)
		if err != nil {
			problems = append(problems, fmt.Errorf("read team %s: %w", list.Items[i].Name, err))
		}
		c.heads[list.Items[i].Name] = team.Supply.Now.Productive.Float()
	}
	return c.heads, errors.Join(problems...)
}
