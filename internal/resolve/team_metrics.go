package resolve

import (
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
)

// TeamRows lists the rows that a team declares.
func TeamRows(t *v1alpha1.ReviewTeam) []Row {
	m := t.Spec.Metrics
	if m == nil {
		return nil
	}
	var out []Row
	for _, ref := range []*v1alpha1.SeriesReference{&m.Present, m.Handling} {
		if row, ok := rowOf(t.Namespace, m.RowSelector, ref); ok {
			out = append(out, row)
		}
	}
	return unique(out)
}

// Presence is how many people of a team are really there, and how many of them
// handle an item; NotDeclared without metrics, or without rows to read.
func Presence(t *v1alpha1.ReviewTeam, rows Rows) (present, handling sample.Sample) {
	m := t.Spec.Metrics
	if m == nil || rows == nil {
		return sample.Missing(sample.CauseNotDeclared), sample.Missing(sample.CauseNotDeclared)
	}
	return value(rows, t.Namespace, m.RowSelector, &m.Present), value(rows, t.Namespace, m.RowSelector, m.Handling)
}
