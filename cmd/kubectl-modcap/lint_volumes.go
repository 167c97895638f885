package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/lint"
	"github.com/modcap/modcap/internal/sample"
)

// addVolumes adds the flags that say how many items come, where files do not.
func (f *linting) addVolumes(c *cobra.Command) {
	c.Flags().StringVar(&f.volumes, "volumes", "", "CSV with the columns queue, market and itemsPerHour: what comes to queues")
	f.server.addTo(c)
	c.Flags().Lookup("prometheus").Usage = "address of a Prometheus whose histograms of scores say what comes to queues"
}

// measure finds out how many items come: from a file, from histograms of scores, or from what queues of the cluster measure.
func (f *linting) measure(ctx context.Context, b *bundle) (err error) {
	switch {
	case f.volumes != "":
		data, err := os.ReadFile(f.volumes)
		if err != nil {
			return fmt.Errorf("read volumes: %w", err)
		}
		if b.volumes, err = lint.ReadVolumes(data); err != nil {
			return fmt.Errorf("%s: %w", f.volumes, err)
		}
		if err := b.knowsVolumes(); err != nil {
			return fmt.Errorf("%s: %w", f.volumes, err)
		}
	case f.server.url != "":
		if b.volumes, err = f.server.volumes(ctx); err != nil {
			return err
		}
	default:
		b.volumes = measured(b.queues)
	}
	return nil
}

// knowsVolumes refuses volumes of queues that there are not: they would count for nothing.
func (b *bundle) knowsVolumes() error {
	known := map[string]bool{"": true}
	for _, q := range b.queues {
		known[q.Name] = true
	}
	if len(known) == 1 {
		return nil // files without queues
	}
	var errs []error
	for _, v := range b.volumes {
		if !known[v.Queue] {
			known[v.Queue] = true
			errs = append(errs, fmt.Errorf("queue %q is not among the objects: correct its name, or add its manifest", v.Queue))
		}
	}
	return errors.Join(errs...)
}

// volumes are what was counted in a day: of an item's labels the one that most items have.
func (f *scoreServer) volumes(ctx context.Context) (out []lint.Volume, err error) {
	p, end, err := f.server()
	if err != nil {
		return nil, err
	}
	begun, err := p.instant(ctx, fmt.Sprintf("count(%s_bucket offset %dh)", f.metric, scoreHours), end)
	if err != nil {
		return nil, err
	}
	if len(begun) == 0 {
		return nil, fmt.Errorf("there is no %s_bucket in Prometheus that is %d hours old at %s: correct --score-metric, "+
			"or say with --volumes how many items come", f.metric, scoreHours, end.UTC().Format(time.RFC3339))
	}
	rows, err := p.instant(ctx, fmt.Sprintf(`max by (queue, market) (sum by (queue, market, label) (increase(%s_bucket{le="+Inf"}[%dh])))`,
		f.metric, scoreHours), end)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		out = append(out, lint.Volume{Queue: r.labels["queue"], Market: r.labels["market"], PerHour: r.value / scoreHours})
	}
	return out, nil
}

// measured is what comes to the queues of a cluster, as their status says, where it is Fresh.
func measured(queues []*v1alpha1.ModerationQueue) (out []lint.Volume) {
	for _, q := range queues {
		m, s := q.Status.Classification, q.Status.Summary
		if m == nil || s == nil || s.Metrics != sample.Fresh.String() {
			continue
		}
		if perSecond, err := strconv.ParseFloat(m.ArrivalsPerSecond, 64); err == nil {
			out = append(out, lint.Volume{Queue: q.Name, PerHour: perSecond * time.Hour.Seconds()})
		}
	}
	return out
}
