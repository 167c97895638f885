package feed

import (
	"time"

	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/observe"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

// Readings gives reconcilers the observed numbers of queues.
type Readings struct {
	Observer *observe.Observer
}

// Rows are the numbers as they stand at now.
func (r Readings) Rows(now time.Time) resolve.Rows { return rows{r.Observer, sample.At(now)} }

// Bins are the arrivals of a row since an instant, oldest first.
func (r Readings) Bins(row resolve.Row, since sample.Instant) []forecast.Bin {
	return binsOf(r.Observer.Snapshot(keyOf(row)).BinsSince(refOf(row), since))
}

// ClassBins are the arrivals of a row by class, by the quarter of an hour, of weeks.
func (r Readings) ClassBins(row resolve.Row) map[resolve.Class][]forecast.Bin {
	out := map[resolve.Class][]forecast.Bin{}
	for c, bins := range r.Observer.Snapshot(keyOf(row)).ClassBins(refOf(row)) {
		out[resolve.Class(c)] = binsOf(bins)
	}
	return out
}

func binsOf(seen []observe.Bin) []forecast.Bin {
	out := make([]forecast.Bin, 0, len(seen))
	for _, b := range seen {
		out = append(out, forecast.Bin{At: b.At, Width: b.Width, Count: b.Count})
	}
	return out
}

// Deep is true once the weeks before the past day were asked for.
func (r Readings) Deep(row resolve.Row) bool {
	return r.Observer.Snapshot(keyOf(row)).HistoryDeep(refOf(row))
}

// Table is every row of a series whose labels include those of row.
func (r Readings) Table(row resolve.Row, now time.Time) ([]resolve.TableRow, sample.Sample) {
	seen, whole := r.Observer.Snapshot(keyOf(row)).Table(row.Series, row.Labels, sample.At(now))
	out := make([]resolve.TableRow, 0, len(seen))
	for _, e := range seen {
		out = append(out, resolve.TableRow(e))
	}
	return out, whole
}

// Interval is how often the source of a row is read; 0 when it is not known.
func (r Readings) Interval(row resolve.Row) time.Duration {
	return r.Observer.Snapshot(keyOf(row)).Interval()
}

// rows reads each number as it stands at one instant.
type rows struct {
	observer *observe.Observer
	now      sample.Instant
}

func (r rows) Value(row resolve.Row) sample.Sample {
	s := r.observer.Snapshot(keyOf(row))
	if s == nil {
		return sample.Missing(sample.CauseSourceMissing)
	}
	return s.Row(refOf(row), r.now)
}

func (r rows) Classes(row resolve.Row) map[resolve.Class]sample.Sample {
	seen := r.observer.Snapshot(keyOf(row)).Classes(refOf(row), r.now)
	out := make(map[resolve.Class]sample.Sample, len(seen))
	for c, v := range seen {
		out[resolve.Class(c)] = v
	}
	return out
}

func (r rows) Split(row resolve.Row) resolve.Split {
	language, domain := r.observer.Snapshot(keyOf(row)).Split(row.Series)
	return resolve.Split{Language: language, HarmDomain: domain}
}

func (r rows) Increase(row resolve.Row, over sample.Span) sample.Sample {
	s := r.observer.Snapshot(keyOf(row))
	if s == nil {
		return sample.Missing(sample.CauseSourceMissing)
	}
	return s.Increase(refOf(row), over, r.now)
}

func (r rows) PerHour(row resolve.Row, over sample.Span) (sample.Sample, map[resolve.Class]sample.Sample) {
	s := r.observer.Snapshot(keyOf(row))
	if s == nil {
		return sample.Missing(sample.CauseSourceMissing), nil
	}
	ref := refOf(row)
	covered := s.Covered(ref, over, r.now)
	whole := hourly(s.Increase(ref, over, r.now), covered)
	parts := map[resolve.Class]sample.Sample{}
	for c, v := range s.IncreaseByClass(ref, over, r.now) {
		parts[resolve.Class(c)] = hourly(v, covered)
	}
	return whole, parts
}

// hourly turns what was counted in a span into items an hour.
func hourly(n sample.Sample, covered sample.Span) sample.Sample {
	if covered <= 0 {
		return sample.Missing(sample.CauseNotReadYet)
	}
	n.Value = sample.Milli(sample.MulDiv(int64(max(n.Value, 0)), int64(sample.Hour), int64(covered)))
	return n
}
