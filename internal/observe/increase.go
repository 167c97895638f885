package observe

import (
	"math"

	"github.com/modcap/modcap/internal/sample"
)

// Increase is what a watched Counter counted in the window (at most an hour,
// with History a day) that ends at now, its classes taken together. It is the
// increase that was seen: what was counted during a reset, or before the row
// was watched, is not in it, and nothing is extrapolated; Covered says how much
// of the window was seen. It is Absent (NotReadYet) when that is less than one
// part in MinCoverage.
func (s *Snapshot) Increase(ref RowRef, window sample.Span, now sample.Instant) sample.Sample {
	v, r, missing := s.counter(ref, now)
	if r == nil {
		return missing
	}
	n, covered := v.increase(r, window, now)
	return v.increased(r, n, covered, window, now)
}

// Covered is how much of the window that ends at now Increase speaks of.
func (s *Snapshot) Covered(ref RowRef, window sample.Span, now sample.Instant) sample.Span {
	v, r, _ := s.counter(ref, now)
	if r == nil {
		return 0
	}
	_, covered := v.increase(r, window, now)
	return covered
}

// IncreaseByClass is Increase for each class that was counted in the window.
// History does not reach further back here: it is kept for rows, not classes.
func (s *Snapshot) IncreaseByClass(ref RowRef, window sample.Span, now sample.Instant) map[Class]sample.Sample {
	v, r, _ := s.counter(ref, now)
	if r == nil {
		return nil
	}
	out := make(map[Class]sample.Sample, len(r.cells))
	for i := range r.cells {
		c := &r.cells[i]
		n, covered := c.track.increase(window, now)
		if c.present || n > 0 {
			out[c.class] = v.increased(r, n, covered, window, now)
		}
	}
	return out
}

// counter finds a row whose increase can be told. Unlike a rate, it can be told
// when the newest answer is without the row.
func (s *Snapshot) counter(ref RowRef, now sample.Instant) (*seriesView, *rowView, sample.Sample) {
	v, r, missing := s.find(ref, now)
	if v == nil {
		return nil, nil, missing
	}
	if r == nil {
		if r = v.rows[ref.key(v.external)]; r == nil || len(r.cells) == 0 {
			return nil, nil, missing
		}
	}
	if v.def.Type != Counter {
		return nil, nil, sample.Missing(sample.CauseNotDeclared)
	}
	return v, r, sample.Sample{}
}

// increase adds up the classes. A class that appeared late was seen for as long
// as the row was, so the longest coverage counts.
func (v *seriesView) increase(r *rowView, window sample.Span, now sample.Instant) (sample.Milli, sample.Span) {
	var total sample.Milli
	var covered sample.Span
	begun := now
	for i := range r.cells {
		k := &r.cells[i].track
		if !k.started() {
			continue
		}
		n, cov := k.increase(window, now)
		total, covered = total+n, max(covered, cov)
		begun = min(begun, k.mid[0].at)
	}
	if from := now.Add(-window); from < begun {
		n, cov := r.hist.countedBefore(from, begun)
		total, covered = total+n, covered+cov
	}
	return min(total, sample.MaxMilli), covered
}

// increased is the sample of an increase, as fresh as the newest good read.
func (v *seriesView) increased(
	r *rowView, n sample.Milli, covered, window sample.Span, now sample.Instant,
) sample.Sample {
	if covered*MinCoverage < window || covered <= 0 {
		return sample.Missing(first(v.faultOf(r), sample.CauseNotReadYet))
	}
	var at sample.Instant
	for i := range r.cells {
		at = max(at, r.cells[i].track.last.at)
	}
	return v.aged(sample.FreshAt(n, at), r, now)
}

// Bins are the arrivals of a row that is watched with History, oldest first and
// without overlap: of a Rate its integral, of a Counter its increase. Bins are a
// few seconds wide for the last quarter of an hour, five minutes for the last day
// and fifteen for the four weeks before. Time without a bin is not known. There are
// none until HistoryReady, and none older than a day until HistoryDeep: who folds
// bins one by one could not go back for the past, and starts anew then.
func (s *Snapshot) Bins(ref RowRef) []Bin { return s.BinsSince(ref, 0) }

// BinsSince are those of Bins that begin at since or later. A reader that folds
// bins passes the End of the last one that it has.
func (s *Snapshot) BinsSince(ref RowRef, since sample.Instant) []Bin {
	if r := s.row(ref); r != nil && r.hist.ready {
		return r.hist.bins(since)
	}
	return nil
}

// HistoryReady reports whether all of the past day of a row is there that there will
// be: backfilled, or given up. Bins grows only at its end from then on, but for once.
func (s *Snapshot) HistoryReady(ref RowRef) bool {
	r := s.row(ref)
	return r != nil && r.hist.ready
}

// HistoryDeep reports the same of the weeks before that day. They take longer, and
// nothing waits for them.
func (s *Snapshot) HistoryDeep(ref RowRef) bool {
	r := s.row(ref)
	return r != nil && r.hist.deep
}

// ClassBins are the arrivals by class of a row that is watched with Weeks, by the quarter
// of an hour: of four weeks, up to the last quarter that is over. There are none until
// HistoryReady, and none older than a day until HistoryDeep.
func (s *Snapshot) ClassBins(ref RowRef) map[Class][]Bin {
	r := s.row(ref)
	if r == nil || !r.hist.ready {
		return nil
	}
	out := make(map[Class][]Bin, len(r.cells))
	for i := range r.cells {
		if bins := r.cells[i].past.bins(0, math.MaxInt64); len(bins) > 0 {
			out[r.cells[i].class] = bins
		}
	}
	return out
}

func (s *Snapshot) row(ref RowRef) *rowView {
	if s == nil || s.series[ref.Series] == nil {
		return nil
	}
	v := s.series[ref.Series]
	return v.rows[ref.key(v.external)]
}
