package resolve

import (
	"slices"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
)

// Row names a row of a series: what the queue declares, and nothing of how it is read.
type Row struct {
	// SourceKind is MetricSource or ClusterMetricSource.
	SourceKind string
	// Source is the name of the source.
	Source string
	// Namespace is the queue's.
	Namespace string
	// Series is the name of the series within the source.
	Series string
	// Labels are the values that pick the row.
	Labels map[string]string
}

// TableRow is one of all the rows of a series.
type TableRow struct {
	Labels map[string]string
	Value  sample.Milli
}

// Class is how a series splits a row.
type Class struct {
	Language   string
	HarmDomain string
}

// Split says by what a series splits its rows.
type Split struct {
	Language   bool
	HarmDomain bool
}

// Rows gives the observed numbers as they stand at one instant. Rates are per
// second; a counter gives its rate.
type Rows interface {
	// Value is the total of a row.
	Value(Row) sample.Sample
	// Classes are the parts of a row, when its series is split.
	Classes(Row) map[Class]sample.Sample
	// Split says by what the series is split.
	Split(Row) Split
	// PerHour is what a counter counted over the span before now, as items an hour,
	// of the row and of its classes; not Fresh where too little of the span was seen.
	PerHour(Row, sample.Span) (whole sample.Sample, classes map[Class]sample.Sample)
	// Increase is by how much a counter rose over the span before now.
	Increase(Row, sample.Span) sample.Sample
}

// rowOf is the row that ref names; ok is false when ref is not declared.
func rowOf(namespace string, sel v1alpha1.RowSelector, ref *v1alpha1.SeriesReference) (Row, bool) {
	if ref == nil || ref.Series == "" {
		return Row{}, false
	}
	labels := make(map[string]string, len(sel.MatchLabels))
	for k, v := range sel.MatchLabels {
		labels[k] = string(v)
	}
	kind := sel.SourceRef.Kind
	if kind == "" {
		kind = "MetricSource"
	}
	return Row{SourceKind: kind, Source: sel.SourceRef.Name, Namespace: namespace, Series: string(ref.Series), Labels: labels}, true
}

// value reads a row, or says that it is not declared.
func value(rows Rows, namespace string, sel v1alpha1.RowSelector, ref *v1alpha1.SeriesReference) sample.Sample {
	row, ok := rowOf(namespace, sel, ref)
	if !ok {
		return sample.Missing(sample.CauseNotDeclared)
	}
	return rows.Value(row)
}

// Watched are the rows that a queue declares, each once, in a stable order.
type Watched struct {
	All []Row
	// History are those whose past day is asked for: what the attained percent is counted with, and
	// what is compared with arrivals.
	History []Row
	// Weeks are those whose past weeks are: arrivals, which forecasts are made from.
	Weeks []Row
}

// QueueRows lists the rows that a queue declares.
func QueueRows(q *v1alpha1.ModerationQueue) Watched {
	var out Watched
	add := func(sel v1alpha1.RowSelector, refs ...*v1alpha1.SeriesReference) {
		for _, ref := range refs {
			if row, ok := rowOf(q.Namespace, sel, ref); ok {
				out.All = append(out.All, row)
			}
		}
	}
	if c := q.Spec.Classification; c != nil {
		m := &c.Metrics
		add(m.RowSelector, &m.Backlog, &m.Arrivals, m.Completed, m.OldestAge, m.Due, m.OnTime)
		out.remember(q, m.RowSelector, &m.Arrivals, m.Due, m.OnTime)
	}
	for i := range q.Spec.Reviews {
		m := &q.Spec.Reviews[i].Metrics
		add(m.RowSelector, m.Backlog, m.Arrivals, m.Completed, m.OldestAge, m.Due, m.OnTime, m.HandleSeconds, m.Concurrent,
			m.Allowed, m.Actioned, m.Escalated)
		out.remember(q, m.RowSelector, m.Arrivals, m.Due, m.OnTime, m.Allowed, m.Actioned, m.Escalated)
	}
	return Watched{All: unique(out.All), History: unique(out.History), Weeks: unique(out.Weeks)}
}

// remember adds the rows of a stage whose past is asked for.
func (w *Watched) remember(q *v1alpha1.ModerationQueue, sel v1alpha1.RowSelector, arrivals *v1alpha1.SeriesReference,
	others ...*v1alpha1.SeriesReference,
) {
	if row, ok := rowOf(q.Namespace, sel, arrivals); ok {
		w.Weeks = append(w.Weeks, row)
	}
	for _, ref := range others {
		if row, ok := rowOf(q.Namespace, sel, ref); ok {
			w.History = append(w.History, row)
		}
	}
}

// StreamRow is the row of arrivals of a review stream.
func StreamRow(q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream) (Row, bool) {
	return rowOf(q.Namespace, r.Metrics.RowSelector, r.Metrics.Arrivals)
}

func unique(rows []Row) []Row {
	slices.SortFunc(rows, func(a, b Row) int { return strings.Compare(a.key(), b.key()) })
	return slices.CompactFunc(rows, func(a, b Row) bool { return a.key() == b.key() })
}

func (r Row) key() string {
	var b strings.Builder
	for _, s := range []string{r.SourceKind, r.Source, r.Series} {
		b.WriteString(s)
		b.WriteByte(0)
	}
	names := make([]string, 0, len(r.Labels))
	for k := range r.Labels {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		b.WriteString(k)
		b.WriteByte('=')
		b.WriteString(r.Labels[k])
		b.WriteByte(0)
	}
	return b.String()
}
