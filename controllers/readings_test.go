package controllers_test

import (
	"cmp"
	"sync"
	"time"

	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
)

// readings are the observed numbers of queues, as a test sets them. A row is named
// by its series and the value of its label "queue", or "pod". What was never set is Absent
// (NoRow). A number that is set is Fresh at whatever instant it is asked for, until
// it is set otherwise: constant input stays constant however far the clock is moved.
type readings struct {
	mu     sync.Mutex
	rows   map[readingKey]sample.Sample
	parts  map[readingKey]map[resolve.Class]sample.Sample
	splits map[string]resolve.Split
	hourly map[readingKey]sample.Milli
	grown  map[readingKey]sample.Milli
	bins   map[readingKey][]forecast.Bin
	deep   bool
	weeks  map[resolve.Class][]forecast.Bin
	tables map[string][]resolve.TableRow
}

type readingKey struct{ series, queue string }

// newReadings makes readings in which nothing is known.
func newReadings() *readings {
	return &readings{
		rows: map[readingKey]sample.Sample{}, parts: map[readingKey]map[resolve.Class]sample.Sample{},
		splits: map[string]resolve.Split{}, tables: map[string][]resolve.TableRow{}, hourly: map[readingKey]sample.Milli{}, grown: map[readingKey]sample.Milli{}, bins: map[readingKey][]forecast.Bin{},
	}
}

// set makes the row Fresh with a value.
func (r *readings) set(series, queue string, value float64) *readings {
	v, _ := sample.FromFloat(value)
	return r.setSample(series, queue, sample.Sample{Value: v, Quality: sample.Fresh})
}

// setSample makes the row any sample.
func (r *readings) setSample(series, queue string, s sample.Sample) *readings {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rows[readingKey{series, queue}] = s
	return r
}

// setClass splits a series by language and harm domain, and makes one part of the
// row Fresh with a value.
func (r *readings) setClass(series, queue, language, domain string, value float64) *readings {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.splits[series] = resolve.Split{Language: true, HarmDomain: true}
	key := readingKey{series, queue}
	if r.parts[key] == nil {
		r.parts[key] = map[resolve.Class]sample.Sample{}
	}
	v, _ := sample.FromFloat(value)
	r.parts[key][resolve.Class{Language: language, HarmDomain: domain}] = sample.Sample{Value: v, Quality: sample.Fresh}
	return r
}

// setHourly is what a counter counts in an hour.
func (r *readings) setHourly(series, queue string, items float64) *readings {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hourly[readingKey{series, queue}], _ = sample.FromFloat(items)
	return r
}

// setIncrease is by how much a counter rose over the span that is asked for.
func (r *readings) setIncrease(series, queue string, items float64) *readings {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.grown[readingKey{series, queue}], _ = sample.FromFloat(items)
	return r
}

// machine sets all that decisions on a machine stage rest on: items waiting, the
// age of the oldest in seconds, and arrivals a second.
func (r *readings) machine(queue string, backlog, oldest, arrivals float64) *readings {
	return r.set("backlog", queue, backlog).set("oldest", queue, oldest).set("arrivals", queue, arrivals)
}

// quality gives all rows of a queue that were set another quality, with a cause.
// Absent rows lose their value.
func (r *readings) quality(queue string, q sample.Quality, c sample.Cause) *readings {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, s := range r.rows {
		if key.queue != queue {
			continue
		}
		s.Quality, s.Cause = q, c
		if q == sample.Absent {
			s.Value = 0
		}
		r.rows[key] = s
	}
	return r
}

// Rows are the numbers at now.
func (r *readings) Rows(now time.Time) resolve.Rows { return readingsAt{r, sample.At(now)} }

// setBins is what arrived at a row of arrivals; none if it was never set, and forecasts
// fall back on the rate now.
func (r *readings) setBins(queue string, bins ...forecast.Bin) *readings {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bins[readingKey{"arrivals", queue}] = bins
	return r
}

// Bins are those that ended after since.
func (r *readings) Bins(row resolve.Row, since sample.Instant) []forecast.Bin {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []forecast.Bin
	for _, b := range r.bins[keyOfRow(row)] {
		if b.End() > since {
			out = append(out, b)
		}
	}
	return out
}

// setWeeks is what arrived by class, of whatever row.
func (r *readings) setWeeks(bins map[resolve.Class][]forecast.Bin) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.weeks = bins
}

// ClassBins are those of setWeeks.
func (r *readings) ClassBins(resolve.Row) map[resolve.Class][]forecast.Bin {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.weeks
}

// setDeep says that the weeks before are there.
func (r *readings) setDeep() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deep = true
}

// Deep is what setDeep said.
func (r *readings) Deep(resolve.Row) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.deep
}

// setTable makes the rows of a series whatever they are, Fresh.
func (r *readings) setTable(series string, rows ...resolve.TableRow) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tables[series] = rows
}

// clear forgets all tables: nothing has been read yet.
func (r *readings) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tables = map[string][]resolve.TableRow{}
}

// Table is what setTable said, as far as it fits; of a series that was never set it is
// Absent.
func (r *readings) Table(row resolve.Row, now time.Time) ([]resolve.TableRow, sample.Sample) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rows, ok := r.tables[row.Series]
	if !ok {
		return nil, sample.Missing(sample.CauseUnknownSeries)
	}
	var out []resolve.TableRow
	for _, one := range rows {
		if fits(row.Labels, one.Labels) {
			out = append(out, one)
		}
	}
	return out, sample.FreshAt(0, sample.At(now))
}

func fits(some, labels map[string]string) bool {
	for k, v := range some {
		if labels[k] != v {
			return false
		}
	}
	return true
}

// Interval is five seconds, the default of a source.
func (r *readings) Interval(resolve.Row) time.Duration { return 5 * time.Second }

type readingsAt struct {
	*readings
	now sample.Instant
}

func keyOfRow(row resolve.Row) readingKey {
	return readingKey{row.Series, cmp.Or(row.Labels["queue"], row.Labels["pod"])}
}

func (r readingsAt) at(s sample.Sample) sample.Sample {
	if s.Quality != sample.Absent {
		s.At = r.now
	}
	return s
}

func (r readingsAt) Value(row resolve.Row) sample.Sample {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s, ok := r.rows[keyOfRow(row)]; ok {
		return r.at(s)
	}
	parts := r.parts[keyOfRow(row)]
	if len(parts) == 0 {
		return sample.Missing(sample.CauseNoRow)
	}
	total := sample.FreshAt(0, r.now)
	for _, p := range parts {
		total.Value += p.Value
	}
	return total
}

func (r readingsAt) Classes(row resolve.Row) map[resolve.Class]sample.Sample {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := map[resolve.Class]sample.Sample{}
	for c, s := range r.parts[keyOfRow(row)] {
		out[c] = r.at(s)
	}
	return out
}

func (r readingsAt) Split(row resolve.Row) resolve.Split {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.splits[row.Series]
}

func (r readingsAt) PerHour(row resolve.Row, _ sample.Span) (sample.Sample, map[resolve.Class]sample.Sample) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if v, ok := r.hourly[keyOfRow(row)]; ok {
		return sample.FreshAt(v, r.now), nil
	}
	return sample.Missing(sample.CauseNotReadYet), nil
}

func (r readingsAt) Increase(row resolve.Row, _ sample.Span) sample.Sample {
	r.mu.Lock()
	defer r.mu.Unlock()
	if v, ok := r.grown[keyOfRow(row)]; ok {
		return sample.FreshAt(v, r.now)
	}
	return sample.Missing(sample.CauseNotReadYet)
}
