package resolve

import (
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
)

// AttainedOver is the span over which the attained percent is measured.
const AttainedOver = sample.Hour

// Attained is a measured service level: of Due items whose deadline passed,
// OnTime were done in time.
type Attained struct {
	Due, OnTime sample.Sample
}

// Share is the attained share; ok is false while it is not measured or nothing
// was due.
func (a Attained) Share() (sample.PPM, bool) {
	if !a.Due.Fresh() || !a.OnTime.Fresh() || a.Due.Value < sample.One/2 {
		return 0, false
	}
	// Two counters are read one after the other, so that the part can be a little
	// ahead of the whole.
	part := min(a.OnTime.Value, a.Due.Value)
	return sample.PPM(sample.MulDiv(int64(part), int64(sample.AllPPM), int64(a.Due.Value))), true
}

// Stage is what is observed of one stage of a queue: the machines, or a review stream.
type Stage struct {
	Backlog, Arrivals, Oldest sample.Sample
	Attained                  Attained
	// Quality is the sample of worst quality among those that decisions rest on.
	Quality sample.Sample
}

// Machine is what is observed of the machine stage; ok is false without one.
func Machine(q *v1alpha1.ModerationQueue, rows Rows) (Stage, bool) {
	c := q.Spec.Classification
	if c == nil {
		return Stage{}, false
	}
	m := &c.Metrics
	s := Stage{
		Backlog:  value(rows, q.Namespace, m.RowSelector, &m.Backlog),
		Arrivals: value(rows, q.Namespace, m.RowSelector, &m.Arrivals),
		Oldest:   value(rows, q.Namespace, m.RowSelector, m.OldestAge),
		Attained: attained(rows, q.Namespace, m.RowSelector, m.Due, m.OnTime),
	}
	s.Quality = worst(s.Backlog, s.Arrivals, s.Oldest)
	return s, true
}

// Review is what is observed of a review stream.
func Review(q *v1alpha1.ModerationQueue, r *v1alpha1.ReviewStream, rows Rows) Stage {
	m := &r.Metrics
	s := Stage{
		Backlog:  value(rows, q.Namespace, m.RowSelector, m.Backlog),
		Arrivals: value(rows, q.Namespace, m.RowSelector, m.Arrivals),
		Oldest:   value(rows, q.Namespace, m.RowSelector, m.OldestAge),
		Attained: attained(rows, q.Namespace, m.RowSelector, m.Due, m.OnTime),
	}
	concurrent := value(rows, q.Namespace, m.RowSelector, m.Concurrent)
	s.Quality = worst(s.Backlog, s.Arrivals, s.Oldest, concurrent)
	return s
}

func attained(rows Rows, namespace string, sel v1alpha1.RowSelector, due, onTime *v1alpha1.SeriesReference) Attained {
	return Attained{Due: increase(rows, namespace, sel, due), OnTime: increase(rows, namespace, sel, onTime)}
}

func increase(rows Rows, namespace string, sel v1alpha1.RowSelector, ref *v1alpha1.SeriesReference) sample.Sample {
	row, ok := rowOf(namespace, sel, ref)
	if !ok {
		return sample.Missing(sample.CauseNotDeclared)
	}
	return rows.Increase(row, AttainedOver)
}
