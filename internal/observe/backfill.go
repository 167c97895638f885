package observe

import (
	"context"
	"io"
	"math"
	"net/url"
	"slices"
	"strconv"

	"github.com/modcap/modcap/internal/sample"
)

// stage is a part of the past that is asked for.
type stage struct {
	deep   bool
	memory sample.Span // how far it reaches back from its end
	step   sample.Span
}

var (
	dayStage  = stage{memory: coarseMemory, step: coarseWidth}
	deepStage = stage{deep: true, memory: pastMemory, step: pastWidth}
)

// backfill asks a Prometheus server for a part of the past of one series, in chunks,
// oldest first. It runs beside the source's goroutine, which takes the result.
type backfill struct {
	stage  stage
	st     *seriesState
	def    Series
	end    sample.Instant
	rows   map[string]bool // that need it
	cancel context.CancelFunc
	bins   map[string][]Bin
	parts  map[string]map[Class][]Bin // of rows that are watched with Weeks
}

// startBackfill begins one when a row wants history, none is running, and the
// source answers: the past day of all series first, then what was before.
func (s *source) startBackfill(ctx context.Context) {
	if s.fill != nil || s.misses > 0 || s.now() < s.fillReady {
		return
	}
	for _, stage := range []stage{dayStage, deepStage} {
		for _, st := range s.series {
			if rows := st.unfilled(stage, s.cfg.Type != Prometheus); len(rows) > 0 {
				s.begin(ctx, stage, st, rows)
				return
			}
		}
	}
}

// begin starts the backfill of a stage.
func (s *source) begin(ctx context.Context, stage stage, st *seriesState, rows map[string]bool) {
	b := &backfill{
		stage: stage, st: st, def: st.def, end: st.begun(rows, s.now()), rows: rows,
		bins: map[string][]Bin{}, parts: map[string]map[Class][]Bin{},
	}
	for key := range rows {
		if st.rows[key].hist.weeks {
			b.parts[key] = map[Class][]Bin{}
		}
	}
	if stage.deep {
		b.end = st.day(rows, b.end)
	}
	var own context.Context
	own, b.cancel = context.WithCancel(ctx)
	s.fill = b
	worker := &source{o: s.o, key: s.key, cfg: s.cfg, client: s.client, clientErr: s.clientErr, filled: s.filled}
	s.o.running.Go(func() { worker.backfill(own, b) })
}

// unfilled are the rows that want a history and have none of a stage. Where the past
// cannot be asked for, there will be none.
func (st *seriesState) unfilled(stage stage, never bool) map[string]bool {
	rows := map[string]bool{}
	for key, r := range st.rows {
		h := &r.hist
		switch {
		case st.lastOK == 0 || !h.lacks(stage):
		case never:
			h.ready, h.deep = true, h.weeks
		default:
			rows[key] = true
		}
	}
	return rows
}

// lacks is true when a stage is wanted and was not asked for, and its turn has come.
func (h *history) lacks(stage stage) bool {
	if stage.deep {
		return h.weeks && h.ready && !h.deep
	}
	return h.on && !h.ready
}

// day is where the past day of the rows begins, on a quarter of an hour: what was
// before ends there.
func (st *seriesState) day(rows map[string]bool, begun sample.Instant) sample.Instant {
	oldest := begun.Add(-coarseMemory)
	for key := range rows {
		if first := st.rows[key].hist.first(); first > 0 {
			oldest = min(oldest, first)
		}
	}
	return sample.Instant(pastSlot(oldest) * int64(pastWidth))
}

// begun is when the newest of the rows was first read, so that the past joins
// what is read without a gap; now when none was.
func (st *seriesState) begun(rows map[string]bool, now sample.Instant) sample.Instant {
	var newest sample.Instant
	for key := range rows {
		newest = max(newest, st.rows[key].hist.begun)
	}
	if newest == 0 {
		return now
	}
	return newest
}

func (s *source) endBackfill() {
	if s.fill != nil {
		s.fill.cancel()
		s.fill = nil
	}
}

// finish takes the result of a backfill, unless the source has changed since.
func (s *source) finish(b *backfill) {
	if b != s.fill {
		return
	}
	s.endBackfill()
	s.fillReady = s.now().Add(sample.SpanOf(backfillPace))
	for key := range b.rows {
		if r := b.st.rows[key]; r != nil && r.hist.lacks(b.stage) {
			b.give(key, r)
		}
	}
}

// give hands a row its past.
func (b *backfill) give(key string, r *rowState) {
	if b.stage.deep {
		r.hist.deep = true
		r.hist.past.fill(b.bins[key], b.end)
	} else {
		r.hist.backfill(b.bins[key], b.end)
	}
	if r.hist.weeks {
		b.fillClasses(key, r)
	}
}

// fillClasses gives the classes of a row their past, those that are no more as well.
func (b *backfill) fillClasses(key string, r *rowState) {
	for class, bins := range b.parts[key] {
		c := b.st.cell(r, class)
		if c == nil || !r.keepsClasses() {
			continue // too many
		}
		var slots past
		for _, bin := range bins {
			slots.put(bin)
		}
		slots.close()
		c.past.fill(slots.bins(0, math.MaxInt64), b.end)
	}
}

// backfill reads all chunks. One that fails thrice ends it: what came before
// is kept.
func (s *source) backfill(ctx context.Context, b *backfill) {
	defer func() {
		select {
		case s.filled <- b:
		case <-ctx.Done():
		}
	}()
	chunk := backfillSteps * b.stage.step
	for from := b.end.Add(-b.stage.memory); from < b.end; from = from.Add(chunk) {
		for tries := 1; !s.chunk(ctx, b, from, min(from.Add(chunk), b.end)); tries++ {
			if tries == backfillTries || !s.rest(ctx) {
				return
			}
		}
		if !s.rest(ctx) {
			return
		}
	}
}

// rest waits between two requests; false when there is nothing to wait for.
func (s *source) rest(ctx context.Context) bool {
	timer := s.o.opts.Clock.NewTimer(backfillPace)
	defer timer.Stop()
	select {
	case <-timer.C():
		return true
	case <-ctx.Done():
		return false
	}
}

// chunk asks for the points from one instant to another, both included: the
// first is what a counter rose from.
func (s *source) chunk(ctx context.Context, b *backfill, from, to sample.Instant) bool {
	form := url.Values{
		"query":          {b.def.Query},
		"start":          {seconds(int64(from))},
		"end":            {seconds(int64(to))},
		"step":           {seconds(int64(b.stage.step))},
		"timeout":        {seconds(s.cfg.Timeout.Milliseconds())},
		"lookback_delta": {seconds(b.def.MaxAge.Milliseconds())},
		"limit":          {strconv.Itoa(maxRows)},
	}
	t := tally{rows: map[string]counted{}, parts: map[place]counted{}}
	started := s.o.opts.Clock.Now()
	partial := false
	f := s.post(ctx, "api/v1/query_range", form, func(r io.Reader) (err error) {
		partial, err = decodeAnswer(r, "matrix", func(e *element) error {
			if at, ok := b.def.locate(e.Metric); ok && b.rows[at.row] {
				t.add(b, at, e.Values, from)
			}
			return nil
		})
		return err
	})
	s.observed(b.def.Name, started, f)
	if f != nil {
		return false
	}
	if partial {
		return true // counts that may be too low are worse than a gap
	}
	t.into(b)
	return true
}

// tally is what a chunk counted, by row and, of rows that are watched with Weeks, by class.
type tally struct {
	rows  map[string]counted
	parts map[place]counted
}

// add counts the points of a class of a row.
func (t *tally) add(b *backfill, at place, points []datum, from sample.Instant) {
	if t.rows[at.row] == nil {
		t.rows[at.row] = counted{}
	}
	b.def.countInto(t.rows[at.row], points, from, b.stage.step)
	if b.parts[at.row] == nil || len(t.parts) >= maxCells {
		return
	}
	if t.parts[at] == nil {
		t.parts[at] = counted{}
	}
	b.def.countInto(t.parts[at], points, from, b.stage.step)
}

// into adds the chunk to what was read before.
func (t *tally) into(b *backfill) {
	for row, n := range t.rows {
		b.bins[row] = append(b.bins[row], n.bins(b.stage.step)...)
	}
	for at, n := range t.parts {
		b.parts[at.row][at.class] = append(b.parts[at.row][at.class], n.bins(b.stage.step)...)
	}
}

// counted is items by the end of the bin they are in.
type counted map[sample.Instant]sample.Milli

// countInto adds the arrivals of one class to those of the row, by the end of
// the bin they are in. The point at from belongs to the chunk before.
func (s Series) countInto(counts counted, points []datum, from sample.Instant, step sample.Span) {
	for i, p := range points {
		v, cause := plausible(p)
		if cause != sample.CauseNone || p.at <= from {
			continue
		}
		if s.Type == Rate {
			counts[p.at] += sample.Milli(sample.MulDiv(int64(v), int64(step), int64(sample.Second)))
			continue
		}
		if i == 0 || points[i-1].at != p.at.Add(-step) {
			continue
		}
		if before, cause := plausible(points[i-1]); cause == sample.CauseNone && v >= before {
			counts[p.at] += v - before
		}
	}
}

func (c counted) bins(step sample.Span) []Bin {
	bins := make([]Bin, 0, len(c))
	for end, n := range c {
		bins = append(bins, Bin{At: end.Add(-step), Width: step, Count: n})
	}
	slices.SortFunc(bins, func(a, b Bin) int { return int(a.At - b.At) })
	return bins
}
