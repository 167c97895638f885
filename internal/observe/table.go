package observe

import (
	"maps"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Entry is one row of a Table.
type Entry struct {
	// Labels are the row's.
	Labels map[string]string
	Value  sample.Milli
}

// Table is every row of a series whose labels include those of where, in ascending
// order of their keys: what was answered, a Counter as it stands and not its rate.
// Nobody need watch them. The sample says how good all of them are together, as of now:
// of rows that belong together one that is old, implausible or missing spoils the sum,
// and so do rows that were too many to be kept.
func (s *Snapshot) Table(series string, where map[string]string, now sample.Instant) ([]Entry, sample.Sample) {
	if s == nil {
		return nil, sample.Missing(sample.CauseSourceMissing)
	}
	v := s.series[series]
	if v == nil {
		return nil, sample.Missing(sample.CauseUnknownSeries)
	}
	whole := v.state(now)
	if whole.Quality == sample.Absent {
		return nil, whole
	}
	var out []Entry
	for _, key := range slices.Sorted(maps.Keys(v.rows)) {
		r := v.rows[key]
		labels, ok := rowLabels(key)
		if !ok || !r.present() || !includes(labels, where) {
			continue
		}
		one, value := v.total(r, now)
		whole = sample.Worst(whole, one)
		out = append(out, Entry{Labels: labels, Value: value})
	}
	return out, whole
}

// state is how good the newest answer of a series is as a whole.
func (v *seriesView) state(now sample.Instant) sample.Sample {
	switch {
	case v.lastOK == 0:
		return sample.Missing(first(v.fault, sample.CauseNotReadYet))
	case v.partial:
		return implausible(sample.CausePartialData, 0, v.lastOK)
	case len(v.rows) >= maxUnwatched:
		return implausible(sample.CauseTooLarge, 0, v.lastOK)
	}
	return v.aged(sample.FreshAt(0, v.lastOK), &rowView{at: v.lastOK}, now)
}

// total is the sum of a row's classes as they were answered, and how good it is.
func (v *seriesView) total(r *rowView, now sample.Instant) (whole sample.Sample, sum sample.Milli) {
	whole = sample.FreshAt(0, now)
	if r.bad != sample.CauseNone {
		whole = implausible(r.bad, 0, r.at)
	}
	for i := range r.cells {
		if c := &r.cells[i]; c.present {
			whole = sample.Worst(whole, v.aged(c.s, r, now))
			sum = min(sum+c.s.Value, sample.MaxMilli)
		}
	}
	return whole, sum
}

func includes(labels, some map[string]string) bool {
	for k, v := range some {
		if labels[k] != v {
			return false
		}
	}
	return true
}
