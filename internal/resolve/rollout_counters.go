package resolve

import (
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/sample"
)

// Labels of the rows that count a rollout: docs/metrics-contract.md says what each means.
const (
	rowPolicy, rowRevision, rowMarket, rowCohort = "policy", "revision", "market", "cohort"
	rowLabel, rowFrom, rowTo                     = "label", "from", "to"
	rowArm, rowRate, rowKind                     = "arm", "rate", "kind"
)

// Tables gives all rows of a series whose labels include those of a row, and how good
// they are together.
type Tables func(Row) ([]TableRow, sample.Sample)

// RolloutCounters are what was counted of the rollout of a revision. Of series that
// belong together the worst one decides how good they are.
func RolloutCounters(p *v1alpha1.ModerationPolicy, revision string, tables Tables) guard.Counters {
	m := p.Spec.Rollout.Metrics
	if m == nil {
		return guard.Counters{Cause: sample.CauseNotDeclared}
	}
	c := counting{c: guard.Counters{Quality: sample.Fresh}, tables: tables, row: RolloutRow(p)}
	c.row.Labels = map[string]string{rowPolicy: p.Name, rowRevision: revision}
	c.entered(m.Entered)
	c.moved(m)
	c.sampled(m)
	return c.c
}

// RolloutRow is any row of the source of a rollout's metrics: it says how often that is
// read.
func RolloutRow(p *v1alpha1.ModerationPolicy) Row {
	row, _ := rowOf(p.Namespace, v1alpha1.RowSelector{SourceRef: p.Spec.Rollout.Metrics.SourceRef}, &p.Spec.Rollout.Metrics.Entered)
	return row
}

// counting turns rows into counters.
type counting struct {
	c      guard.Counters
	tables Tables
	row    Row
}

// each reads a series; a row that is not as the contract says spoils it, since nobody
// knows what it would have added.
func (c *counting) each(ref v1alpha1.SeriesReference, take func(guard.Cell, map[string]string, int64) bool) {
	row := c.row
	row.Series = string(ref.Series)
	rows, whole := c.tables(row)
	c.spoil(whole.Quality, whole.Cause)
	for _, one := range rows {
		at, err := time.Parse(time.RFC3339, one.Labels[rowCohort])
		cell := guard.Cell{Market: one.Labels[rowMarket], Cohort: sample.At(at)}
		if err != nil || !take(cell, one.Labels, int64(one.Value/sample.One)) {
			c.spoil(sample.Implausible, sample.CauseUnknownClass)
		}
	}
}

func (c *counting) spoil(q sample.Quality, cause sample.Cause) {
	if q < c.c.Quality {
		c.c.Quality, c.c.Cause = q, cause
	}
}

func (c *counting) entered(ref v1alpha1.SeriesReference) {
	c.each(ref, func(cell guard.Cell, _ map[string]string, n int64) bool {
		c.c.Entered = append(c.c.Entered, guard.Entered{Cell: cell, Items: n})
		return true
	})
}

func (c *counting) moved(m *v1alpha1.RolloutMetrics) {
	add := func(ref v1alpha1.SeriesReference, set func(*guard.Moved, int64)) {
		c.each(ref, func(cell guard.Cell, labels map[string]string, n int64) bool {
			one := guard.Moved{Cell: cell, Label: labels[rowLabel], Move: guard.Move{
				From: guard.Action(labels[rowFrom]), To: guard.Action(labels[rowTo]),
			}}
			set(&one, n)
			c.c.Moved = append(c.c.Moved, one)
			return one.Label != "" && action(one.Move.From) && action(one.Move.To)
		})
	}
	add(m.Moved, func(one *guard.Moved, n int64) { one.Items = n })
	add(m.MovedSampled, func(one *guard.Moved, n int64) { one.Sampled = n })
	add(m.MovedLabelled, func(one *guard.Moved, n int64) { one.Labelled = n })
	add(m.MovedViolating, func(one *guard.Moved, n int64) { one.Violating = n })
}

func (c *counting) sampled(m *v1alpha1.RolloutMetrics) {
	add := func(ref v1alpha1.SeriesReference, set func(*guard.Sampled, int64)) {
		c.each(ref, func(cell guard.Cell, labels map[string]string, n int64) bool {
			stratum, rate, ok := stratumOf(cell, labels)
			one := guard.Sampled{Stratum: stratum, Rate: rate}
			set(&one, n)
			c.c.Sampled = append(c.c.Sampled, one)
			return ok
		})
	}
	add(m.Sampled, func(one *guard.Sampled, n int64) { one.Sampled = n })
	add(m.Labelled, func(one *guard.Sampled, n int64) { one.Labelled = n })
	c.each(m.Errors, func(cell guard.Cell, labels map[string]string, n int64) bool {
		stratum, _, ok := stratumOf(cell, labels)
		kind := guard.Kind(labels[rowKind])
		c.c.Wrong = append(c.c.Wrong, guard.Wrong{Stratum: stratum, Stream: guard.Stream{Label: labels[rowLabel], Kind: kind}, Errors: n})
		return ok && labels[rowLabel] != "" && (kind == guard.Leakage || kind == guard.Overkill)
	})
}

// stratumOf is what was sampled at one rate in an arm: the rate is its name.
func stratumOf(cell guard.Cell, labels map[string]string) (s guard.Stratum, rate sample.PPM, ok bool) {
	ppm, err := v1alpha1.Score(labels[rowRate]).PPM()
	s = guard.Stratum{Cell: cell, Arm: guard.Arm(labels[rowArm]), Name: labels[rowRate]}
	return s, sample.PPM(ppm), err == nil && ppm > 0 && (s.Arm == guard.Stable || s.Arm == guard.Candidate)
}

func action(a guard.Action) bool { return a == guard.Allow || a == guard.Review || a == guard.Act }
