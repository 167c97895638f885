package staffing

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/apply"
	"github.com/modcap/modcap/internal/staffing"
)

const (
	// planKey is the key of the table in the ConfigMap; with planGzip when it is
	// too long to be left readable.
	planKey  = "plan.csv"
	planGzip = "plan.csv.gz"
	// readableBytes is the longest table that is left readable.
	readableBytes = 200 << 10
	// largestBytes bounds the compressed table.
	largestBytes = 768 << 10
)

func planName(target string) string { return target + "-plan" }

// publish writes the plan's table. Numbers in it are coarse (tenths of people), so
// that it changes when the plan does and not with every sample.
func (r *Reconciler) publish(ctx context.Context, t *v1alpha1.StaffingTarget, in staffing.Input, plan staffing.Result) error {
	if r.ReadOnly {
		return nil
	}
	table, err := tableOf(plan)
	if err != nil {
		return err
	}
	m := apply.ConfigMap{Namespace: t.Namespace, Name: planName(t.Name), Kind: "plan", Owner: t}
	if len(table) <= readableBytes {
		m.Data = map[string]string{planKey: string(table)}
	} else if m.Binary, err = packed(table); err != nil {
		return err
	}
	t.Status.Plan = m.Name
	if !r.pace.due(string(t.UID), written{t.Generation, in.Now, plan.Grid.Start}) {
		return nil
	}
	if _, err := apply.Overwrite(ctx, r.Client, apply.OwnerStaffing, m); err != nil {
		r.pace.forget(string(t.UID))
		return err
	}
	return nil
}

func packed(table []byte) (map[string][]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(table); err != nil {
		return nil, fmt.Errorf("compress plan: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compress plan: %w", err)
	}
	if b.Len() > largestBytes {
		return nil, fmt.Errorf("the plan's table has %d bytes compressed, more than %d; split the target", b.Len(), largestBytes)
	}
	return map[string][]byte{planGzip: b.Bytes()}, nil
}

var header = []string{
	"start", "queue", "review", "language", "harm_domain", "tier", "required", "required_scheduled", "have", "gap", "quality",
}

// tableOf is the plan as CSV (RFC 4180): a row for each class and interval, people
// in tenths. The times are UTC.
func tableOf(plan staffing.Result) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(header) // a bytes.Buffer does not fail; Flush reports the rest
	for _, c := range plan.Classes {
		for i, n := range c.Intervals {
			_ = w.Write([]string{
				plan.Grid.At(i).Time().Format(time.RFC3339), c.Key.Queue, c.Key.Review, c.Key.Language, c.Key.HarmDomain,
				strconv.Itoa(c.Key.Tier), base.Heads(n.Required), base.Heads(n.RequiredScheduled), base.Heads(n.Have),
				base.Heads(n.Gap), c.Quality.String(),
			})
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
