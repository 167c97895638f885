package staffing

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/apply"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/promise"
)

const (
	// planKey is the key of the table by class in the ConfigMap.
	planKey = "plan.csv"
	// readableBytes is the longest table that is left readable; longer ones are compressed.
	readableBytes = 200 << 10
	// tableBytes bounds all tables together, so that they fit into a ConfigMap with what else is in it,
	// languageBytes each of those by language.
	tableBytes, languageBytes = 880 << 10, 250 << 10
	// longestInput is the longest input that is stored.
	longestInput = 900 << 10
)

// codePlanCut is the code of findings about tables that do not fit.
const codePlanCut = "PlanCut"

func planName(target string) string { return target + "-plan" }

// publish writes the plan's tables, by class and by language, and says what of them did not
// fit. Numbers in them are coarse (tenths of people). First says that it does so for the first time since
// it was started.
func (r *Reconciler) publish(
	ctx context.Context, t *v1alpha1.StaffingTarget, in staffing.Input, plan staffing.Result, first bool,
) ([]v1alpha1.Finding, error) {
	if r.ReadOnly {
		return nil, nil
	}
	promise.Foresee(in, &plan)
	m, cut, err := tables(t, plan)
	if err == nil && first {
		err = r.keepStored(ctx, &m)
	}
	if err != nil {
		return nil, err
	}
	wrote, err := apply.Overwrite(ctx, r.Client, apply.OwnerStaffing, m)
	if err != nil {
		return nil, err
	}
	if wrote || t.Status.PlannedAt == nil {
		t.Status.PlannedAt = base.Time(in.Now)
	}
	t.Status.Plan = m.Name
	return cut, r.storeInput(ctx, t, &in)
}

// tables are the plan's tables as they are stored. Of those that are too long as many
// intervals are kept as there is room for, and a finding says so.
func tables(t *v1alpha1.StaffingTarget, plan staffing.Result) (apply.ConfigMap, []v1alpha1.Finding, error) {
	m := apply.ConfigMap{
		Namespace: t.Namespace, Name: planName(t.Name), Kind: "plan", Owner: t, Data: map[string]string{}, Binary: map[string][]byte{},
	}
	whole := sheet.Of(plan)
	room := tableBytes
	var cut []v1alpha1.Finding
	for _, one := range []struct {
		key, what string
		most      int
		table     func(n int) ([]byte, error)
	}{
		{sheet.Key, "table by language", languageBytes, func(n int) ([]byte, error) { return whole.First(n).CSV() }},
		{sheet.JSONKey, "table by language in JSON", languageBytes, func(n int) ([]byte, error) {
			return json.Marshal(whole.First(n).Data(&sheet.View{Name: t.Name}))
		}},
		{planKey, "table by class", tableBytes, func(n int) ([]byte, error) { return tableOf(plan, n) }},
	} {
		n, size, err := fit(&m, one.key, plan.Grid.N, min(one.most, room), one.table)
		if err != nil {
			return m, nil, fmt.Errorf("write the plan's %s: %w", one.what, err)
		}
		if room -= size; n < plan.Grid.N {
			cut = append(cut, cutFinding(one.what, plan, n))
		}
	}
	return m, cut, nil
}

// fit stores as many of n intervals of a table as there are bytes for, about. It says how
// many, and how many bytes they take.
func fit(m *apply.ConfigMap, key string, n, room int, table func(int) ([]byte, error)) (kept, size int, err error) {
	for n > 0 {
		data, err := table(n)
		if err != nil {
			return 0, 0, err
		}
		size, err := store(m, key, data)
		if err != nil || size <= room {
			return n, size, err
		}
		n = min(n*room/size*19/20, n-1) // a little less than would fit, if all intervals were as long
	}
	delete(m.Data, key)
	delete(m.Binary, key+sheet.Gzip)
	return 0, 0, nil
}

func cutFinding(what string, plan staffing.Result, n int) v1alpha1.Finding {
	f := v1alpha1.Finding{
		Code: codePlanCut, Severity: "Warning", Message: fmt.Sprintf("The %s is too long to be stored", what),
		Fix: "Plan fewer queues or languages with one target, a shorter horizon, or longer intervals",
	}
	if n > 0 {
		f.Message = fmt.Sprintf("The %s is too long to be stored whole: it ends at %s, and the plan at %s",
			what, stamp(plan.Grid.At(n)), stamp(plan.Grid.At(plan.Grid.N)))
	}
	return f
}

// store puts a table into a ConfigMap, compressed if it is long, and says how many bytes
// it takes.
func store(m *apply.ConfigMap, key string, table []byte) (int, error) {
	delete(m.Data, key)
	delete(m.Binary, key+sheet.Gzip)
	if len(table) <= readableBytes {
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
	"start", "end", "queue", "review", "language", "harm_domain", "tier", "role",
	"required", "required_scheduled", "scheduled", "allocated", "gap", "quality", "on_time_percent", "backlog_ages",
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
				cmp.Or(c.Key.Role, staffing.RoleReview),
				base.Heads(n.Required), base.Heads(n.RequiredScheduled), base.Heads(n.Scheduled), base.Heads(n.Covered), base.Heads(n.Gap),
				c.Quality.String(), onTime(c.OnTime, i), backlogAges(&c),
			})
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// backlogAges says where it was assumed how long the work of a class has waited, or nothing.
func backlogAges(c *staffing.ClassPlan) string {
	if c.AgesAssumed {
		return "assumed"
	}
	return ""
}

// onTime is the percent expected to be on time in an interval, or nothing.
func onTime(shares []sample.PPM, i int) string {
	if i >= len(shares) || shares[i] == staffing.OnTimeUnknown {
		return ""
	}
	return sheet.Percent(shares[i]).String()
}
