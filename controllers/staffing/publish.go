package staffing

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/apply"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
)

const (
	// planKey is the key of the table by class in the ConfigMap.
	planKey = "plan.csv"
	// readableBytes is the longest table that is left readable; longer ones are compressed.
	readableBytes = 200 << 10
	// largestBytes bounds the compressed table by class, and leaves room for the other.
	largestBytes = 640 << 10
	// longestInput is the longest input that is stored.
	longestInput = 900 << 10
)

func planName(target string) string { return target + "-plan" }

// publish writes the plan's tables, by class and by language. Numbers in them are coarse
// (tenths of people), so that they change when the plan does and not with every sample.
func (r *Reconciler) publish(ctx context.Context, t *v1alpha1.StaffingTarget, in staffing.Input, plan staffing.Result) error {
	if r.ReadOnly {
		return nil
	}
	t.Status.Plan = planName(t.Name)
	if !r.pace.due(string(t.UID), written{t.Generation, peopleOf(in.Teams), in.Now, plan.Grid.Start}) {
		return nil
	}
	m, err := tables(t, plan)
	if err == nil {
		_, err = apply.Overwrite(ctx, r.Client, apply.OwnerStaffing, m)
	}
	if err == nil {
		err = r.storeInput(ctx, t, &in)
	}
	if err != nil {
		r.pace.forget(string(t.UID))
	}
	return err
}

// tables are the plan's tables as they are stored. Of the table by class, which may be
// too long, as many intervals are kept as there is room for.
func tables(t *v1alpha1.StaffingTarget, plan staffing.Result) (apply.ConfigMap, error) {
	m := apply.ConfigMap{
		Namespace: t.Namespace, Name: planName(t.Name), Kind: "plan", Owner: t, Data: map[string]string{}, Binary: map[string][]byte{},
	}
	whole := sheet.Of(plan)
	languages, err := whole.CSV()
	if err != nil {
		return m, fmt.Errorf("write the plan's table by language: %w", err)
	}
	if _, err := store(&m, sheet.Key, languages); err != nil {
		return m, err
	}
	for n := plan.Grid.N; n > 0; n /= 2 {
		classes, err := tableOf(plan, n)
		if err != nil {
			return m, fmt.Errorf("write the plan's table by class: %w", err)
		}
		size, err := store(&m, planKey, classes)
		if err != nil || size <= largestBytes {
			return m, err
		}
	}
	delete(m.Binary, planKey+sheet.Gzip)
	return m, nil
}

// store puts a table into a ConfigMap, compressed if it is long, and says how many bytes
// it takes.
func store(m *apply.ConfigMap, key string, table []byte) (int, error) {
	if len(table) <= readableBytes {
		delete(m.Binary, key+sheet.Gzip)
		m.Data[key] = string(table)
		return len(table), nil
	}
	packed, err := sheet.Pack(table)
	if err != nil {
		return 0, err
	}
	m.Binary[key+sheet.Gzip] = packed
	return len(packed), nil
}

// storeInput writes what the plan is made from, for who tries a change. One that is too
// long to be stored is not.
func (r *Reconciler) storeInput(ctx context.Context, t *v1alpha1.StaffingTarget, in *staffing.Input) error {
	packed, err := sheet.PackInput(in)
	if err != nil || len(packed) > longestInput {
		return err
	}
	_, err = apply.Overwrite(ctx, r.Client, apply.OwnerStaffing, apply.ConfigMap{
		Namespace: t.Namespace, Name: sheet.InputName(t.Name), Kind: "plan-input", Owner: t,
		Binary: map[string][]byte{sheet.InputKey: packed},
	})
	return err
}

var header = []string{
	"start", "end", "queue", "review", "language", "harm_domain", "tier",
	"required", "required_scheduled", "scheduled", "allocated", "gap", "quality",
}

// tableOf is the first n intervals of the plan as CSV (RFC 4180): a row for each class
// and interval, people in tenths. The times are UTC.
func tableOf(plan staffing.Result, n int) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(header) // a bytes.Buffer does not fail; Flush reports the rest
	at := func(i int) string { return plan.Grid.At(i).Time().Format(time.RFC3339) }
	for _, c := range plan.Classes {
		for i, n := range c.Intervals[:n] {
			_ = w.Write([]string{
				at(i), at(i + 1), c.Key.Queue, c.Key.Review, c.Key.Language, c.Key.HarmDomain, strconv.Itoa(c.Key.Tier),
				base.Heads(n.Required), base.Heads(n.RequiredScheduled), base.Heads(n.Scheduled), base.Heads(n.Covered), base.Heads(n.Gap),
				c.Quality.String(),
			})
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
