package pool

import (
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/tune"
)

// widestBin is the longest time between two readings of a source that is waited for.
const widestBin = 5 * sample.Minute

// tune folds what arrived at the pool's queues into its tuner, and asks how the
// control law is to be applied. After a restart, and when slots are to have quite
// another width, it is learned anew from what the readings still hold.
func (r *Reconciler) tune(o *observed, pool capacity.Pool, queues []capacity.Queue, m *memory) control.Tuning {
	if len(queues) == 0 || pool.Throughput <= 0 {
		return control.Tuning{}
	}
	p := tune.Pool{
		Startup: pool.Startup, Lead: pool.Lead(), Min: pool.Min, Max: pool.Max, Throughput: pool.Throughput,
	}
	shortest := queues[0].Deadline
	for i := range queues {
		shortest = min(shortest, queues[i].Deadline)
		p.Percent = max(p.Percent, queues[i].Percent)
	}
	if slot := tune.Slot(p, shortest); m.tuner == nil || slot > 2*m.tuner.Width() || 2*slot < m.tuner.Width() {
		m.tuner = tune.New(slot)
	}
	// A bin that began before the last slot ended is asked for again. Those of more than a
	// day ago are too wide to learn from what peaks are like.
	since := max(m.tuner.Until.Add(-widestBin), sample.At(o.now).Add(-24*sample.Hour))
	m.tuner.Advance(p, r.streams(o, queues, since))
	return m.tuner.Tuning()
}

// streams are the arrivals of the queues after since.
func (r *Reconciler) streams(o *observed, queues []capacity.Queue, since sample.Instant) []tune.Stream {
	rows := make(map[string]resolve.Row, len(o.queues))
	for i := range o.queues {
		if row, ok := resolve.ArrivalsRow(&o.queues[i]); ok {
			rows[o.queues[i].Namespace+"/"+o.queues[i].Name] = row
		}
	}
	streams := make([]tune.Stream, 0, len(queues))
	mean := make([]sample.Milli, 0, len(queues))
	for i := range queues {
		q := &queues[i]
		if row, ok := rows[q.Key]; ok {
			streams = append(streams, tune.Stream{
				Deadline: q.Deadline, WorkPerItem: q.WorkPerItem, Percent: q.Percent, Bins: r.Readings.Bins(row, since),
			})
			mean = append(mean, q.Forecast.Mean)
		}
	}
	fill(streams, mean)
	return streams
}

// fill carries on a stream that fell silent while others go on at the mean rate that
// was expected of it: absent is not zero.
func fill(streams []tune.Stream, mean []sample.Milli) {
	var newest sample.Instant
	for i := range streams {
		newest = max(newest, ends(streams[i].Bins))
	}
	for i := range streams {
		s := &streams[i]
		from := max(ends(s.Bins), newest.Add(-widestBin))
		if newest.Since(from) < tune.Lag {
			continue
		}
		width := newest.Since(from)
		s.Bins = append(s.Bins, forecast.Bin{
			At: from, Width: width, Count: sample.Milli(sample.MulDiv(int64(mean[i]), int64(width), 1000)),
		})
	}
}

// ends is when the last of bins ends, 0 for none.
func ends(bins []forecast.Bin) sample.Instant {
	if len(bins) == 0 {
		return 0
	}
	return bins[len(bins)-1].End()
}
