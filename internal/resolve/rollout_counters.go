package resolve

import (
	"fmt"
	"slices"
	"strings"
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
	// noMarket is the market of items that have none.
	noMarket = "none"
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
	if c.alike() {
		c.c.Where = "" // it is the source's
	}
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
	causes []sample.Cause // of each series
}

// alike reports whether all series lack the same.
func (c *counting) alike() bool {
	return !slices.ContainsFunc(c.causes, func(one sample.Cause) bool { return one != c.c.Cause })
}

// taker takes a row into the counters, and names a label of it that is not as the contract says; empty for none.
type taker func(cell guard.Cell, labels map[string]string, n int64) (wrong string)

// each reads a series; a row that is not as the contract says spoils it, since nobody
// knows what it would have added.
func (c *counting) each(ref v1alpha1.SeriesReference, take taker) {
	row := c.row
	row.Series = string(ref.Series)
	rows, whole := c.tables(row)
	c.causes = append(c.causes, whole.Cause)
	c.spoil(whole.Quality, whole.Cause, "series "+row.Series)
	var wrong []string
	for _, one := range rows {
		at, err := time.Parse(time.RFC3339, one.Labels[rowCohort])
		cell := guard.Cell{Market: one.Labels[rowMarket], Cohort: sample.At(at)}
		label := take(cell, one.Labels, int64(one.Value/sample.One))
		switch {
		case err != nil:
			label = rowCohort
		case !marketOfRow(cell.Market):
			label = rowMarket
		}
		if label != "" {
			wrong = append(wrong, fmt.Sprintf("series %s has a row with %s=%.40q", row.Series, label, one.Labels[label]))
		}
	}
	if len(wrong) > 0 {
		c.spoil(sample.Implausible, sample.CauseUnknownClass, slices.Min(wrong)) // the same, in whichever order rows come
	}
}

// marketOfRow reports whether a row's market is one, as policies write them, or says that the items have none. Of
// another nobody would know in which step it is.
func marketOfRow(market string) bool {
	return market == noMarket || len(market) == 2 && market == strings.ToUpper(market) && KnownMarket(v1alpha1.Market(market))
}

func (c *counting) spoil(q sample.Quality, cause sample.Cause, where string) {
	if q < c.c.Quality {
		c.c.Quality, c.c.Cause, c.c.Where = q, cause, where
	}
}

func (c *counting) entered(ref v1alpha1.SeriesReference) {
	c.each(ref, func(cell guard.Cell, _ map[string]string, n int64) string {
		c.c.Entered = append(c.c.Entered, guard.Entered{Cell: cell, Items: n})
		return ""
	})
}

func (c *counting) moved(m *v1alpha1.RolloutMetrics) {
	add := func(ref v1alpha1.SeriesReference, set func(*guard.Moved, int64)) {
		c.each(ref, func(cell guard.Cell, labels map[string]string, n int64) string {
			one := guard.Moved{Cell: cell, Label: labels[rowLabel], Move: guard.Move{
				From: guard.Action(labels[rowFrom]), To: guard.Action(labels[rowTo]),
			}}
			set(&one, n)
			c.c.Moved = append(c.c.Moved, one)
			switch {
			case one.Label == "":
				return rowLabel
			case !action(one.Move.From):
				return rowFrom
			case !action(one.Move.To):
				return rowTo
			}
			return ""
		})
	}
	add(m.Moved, func(one *guard.Moved, n int64) { one.Items = n })
	add(m.MovedSampled, func(one *guard.Moved, n int64) { one.Sampled = n })
	add(m.MovedLabelled, func(one *guard.Moved, n int64) { one.Labelled = n })
	add(m.MovedViolating, func(one *guard.Moved, n int64) { one.Violating = n })
}

func (c *counting) sampled(m *v1alpha1.RolloutMetrics) {
	add := func(ref v1alpha1.SeriesReference, set func(*guard.Sampled, int64)) {
		c.each(ref, func(cell guard.Cell, labels map[string]string, n int64) string {
			stratum, rate, wrong := stratumOf(cell, labels)
			one := guard.Sampled{Stratum: stratum, Rate: rate}
			set(&one, n)
			c.c.Sampled = append(c.c.Sampled, one)
			return wrong
		})
	}
	add(m.Sampled, func(one *guard.Sampled, n int64) { one.Sampled = n })
	add(m.Labelled, func(one *guard.Sampled, n int64) { one.Labelled = n })
	c.each(m.Errors, func(cell guard.Cell, labels map[string]string, n int64) string {
		stratum, _, wrong := stratumOf(cell, labels)
		kind := guard.Kind(labels[rowKind])
		c.c.Wrong = append(c.c.Wrong, guard.Wrong{Stratum: stratum, Stream: guard.Stream{Label: labels[rowLabel], Kind: kind}, Errors: n})
		switch {
		case labels[rowLabel] == "":
			return rowLabel
		case kind != guard.Leakage && kind != guard.Overkill:
			return rowKind
		}
		return wrong
	})
}

// stratumOf is what was sampled at one rate in an arm: the rate is its name. wrong names a label that is not as
// the contract says.
func stratumOf(cell guard.Cell, labels map[string]string) (s guard.Stratum, rate sample.PPM, wrong string) {
	ppm, err := v1alpha1.Score(labels[rowRate]).PPM()
	s = guard.Stratum{Cell: cell, Arm: guard.Arm(labels[rowArm]), Name: labels[rowRate]}
	switch {
	case err != nil || ppm <= 0:
		wrong = rowRate
	case s.Arm != guard.Stable && s.Arm != guard.Candidate:
		wrong = rowArm
	}
	return s, sample.PPM(ppm), wrong
}

func action(a guard.Action) bool { return a == guard.Allow || a == guard.Review || a == guard.Act }
