package observe

import "github.com/modcap/modcap/internal/sample"

// interest is who watches a row.
type interest struct {
	ref       RowRef
	consumers []string
	history   bool
	weeks     bool
}

// add takes in a consumer, which may name the row more than once.
func (in *interest) add(consumer string, ref RowRef) {
	in.history = in.history || ref.History || ref.Weeks
	in.weeks = in.weeks || ref.Weeks
	if n := len(in.consumers); n == 0 || in.consumers[n-1] != consumer {
		in.consumers = append(in.consumers, consumer)
	}
}

// seriesState is what is known of one series. It belongs to the source's
// goroutine; snapshots are made of it.
type seriesState struct {
	def      Series
	external bool
	rows     map[string]*rowState
	watched  map[string]*interest
	turn     uint64         // good answers so far
	lastOK   sample.Instant // of the newest good answer
	fault    sample.Cause   // of the newest read, if it failed
	ignored  int
	partial  bool
	cells    int          // of all rows
	bad      sample.Cause // of a row of the newest answer
}

// rowState is one row.
type rowState struct {
	cells   map[Class]*cell
	watched bool
	at      sample.Instant // of the newest good answer about this row, with or without it
	whole   sample.Instant // the same, of answers without warnings
	fault   sample.Cause   // of the newest read of this row alone (external metrics)
	bad     sample.Cause   // of the row as a whole, such as too many classes
	hist    history
	inc     sample.Milli // of this answer, over the classes
	known   bool         // false after a reset
	doubt   bool         // a class was implausible, and will be counted later
}

func newSeriesState(def Series, external bool) *seriesState {
	return &seriesState{def: def, external: external, rows: map[string]*rowState{}}
}

// watch sets who watches which rows. A row that nobody watches any more loses its history.
func (st *seriesState) watch(watched map[string]*interest) {
	st.watched = watched
	for key, r := range st.rows {
		in := watched[key]
		if in == nil && st.external {
			delete(st.rows, key)
			continue
		}
		if in == nil && r.watched {
			for _, c := range r.cells {
				c.track = track{}
			}
		}
		r.watched = in != nil
		st.remember(r, in)
	}
}

// remember begins or ends what is remembered of a row.
func (st *seriesState) remember(r *rowState, in *interest) {
	wants := in != nil && in.history && st.def.historic()
	if !wants {
		r.hist = history{}
		r.inc, r.known = 0, false
	}
	r.hist.on, r.hist.weeks = wants, wants && in.weeks
	if !r.hist.weeks {
		r.hist.past, r.hist.deep = past{}, false
		for _, c := range r.cells {
			c.past = past{}
		}
	}
	if in == nil || st.def.Type != Counter {
		return
	}
	for _, c := range r.cells {
		c.watch()
	}
}

// fail records a read that gave nothing. What was read before stays until it is
// older than maxAge.
func (st *seriesState) fail(c sample.Cause) { st.fault = c }

// absorb takes an answer. Nothing of an answer is taken before all of it could
// be read.
func (st *seriesState) absorb(a answer, now sample.Instant, p pace) {
	st.open(a)
	for i := range a.readings {
		st.put(&a.readings[i])
	}
	for key, r := range st.rows {
		if cause, asked := a.about(key); asked && cause == sample.CauseNone {
			st.settle(r, now, p)
		}
		if !r.watched && len(r.cells) == 0 {
			delete(st.rows, key)
		}
	}
	st.lastOK = now
}

// open begins a turn: a state for every row that is watched, and what the last
// turn left behind cleared.
func (st *seriesState) open(a answer) {
	for key := range st.watched {
		st.row(key)
	}
	st.turn++
	st.fault, st.partial, st.ignored, st.bad = sample.CauseNone, a.partial, a.ignored, sample.CauseNone
	st.cells = 0
	for key, r := range st.rows {
		st.cells += len(r.cells)
		r.inc, r.known, r.doubt = 0, true, false
		if cause, asked := a.about(key); asked {
			r.fault, r.bad = cause, sample.CauseNone
			st.bad = first(st.bad, cause)
		}
	}
}

// row finds or makes the state of a row; nil when there are too many that
// nobody watches.
func (st *seriesState) row(key string) *rowState {
	r := st.rows[key]
	if r != nil {
		return r
	}
	in := st.watched[key]
	if in == nil && len(st.rows) >= maxUnwatched+len(st.watched) {
		return nil
	}
	r = &rowState{cells: map[Class]*cell{}, watched: in != nil, known: true}
	st.rows[key] = r
	st.remember(r, in)
	return r
}

// put takes one reading.
func (st *seriesState) put(rd *reading) {
	r := st.row(rd.row)
	if r == nil {
		return
	}
	c := st.cell(r, rd.class)
	switch {
	case c == nil:
		r.bad = sample.CauseTooLarge
		return
	case c.turn == st.turn:
		c.s = implausible(sample.CauseDuplicateRows, 0, rd.at)
		return
	}
	c.turn, c.present = st.turn, true
	v, cause := plausible(rd.datum)
	if cause == sample.CauseNone && st.partial {
		cause = sample.CausePartialData
	}
	if cause != sample.CauseNone {
		c.s = implausible(cause, v, rd.at)
		return
	}
	c.s = sample.FreshAt(v, rd.at)
	if st.def.Type == Counter {
		c.begin(rd.datum, st.def.EmptyZero, r.whole)
	}
}

// cell finds or makes the state of a class; nil when there are too many.
func (st *seriesState) cell(r *rowState, class Class) *cell {
	c := r.cells[class]
	if c != nil {
		return c
	}
	if len(r.cells) >= maxClasses || st.cells >= maxCells {
		return nil
	}
	st.cells++
	c = &cell{class: class}
	r.cells[class] = c
	return c
}

// begin makes a counter that is seen for the first time countable. With
// emptyAs: Zero it was 0 in the last complete answer.
func (c *cell) begin(d datum, emptyZero bool, whole sample.Instant) {
	switch {
	case c.at != 0:
	case emptyZero && whole != 0 && whole < d.at:
		c.raw, c.at = 0, whole
	default:
		c.raw, c.at = d.v, d.at
	}
}

// settle closes an answer for a row: classes that were not in it, counters and
// history.
func (st *seriesState) settle(r *rowState, now sample.Instant, p pace) {
	if r.at = now; !st.partial {
		r.whole = now
	}
	for class, c := range r.cells {
		if c.turn != st.turn {
			c.present = false
			if st.forgets(r, c, now) {
				delete(r.cells, class)
				continue
			}
		}
		st.advance(r, c, now, p)
		if c.present && c.s.Quality == sample.Implausible {
			st.bad = first(st.bad, c.s.Cause)
		}
	}
	st.bad = first(st.bad, r.bad)
	if r.hist.on && !st.partial {
		st.integrate(r, now, p)
	}
}

// forgets reports whether a class that is not in the answer can be dropped: a
// watched counter's increases are part of the row's for an hour more, and what is
// known of its weeks for weeks.
func (st *seriesState) forgets(r *rowState, c *cell, now sample.Instant) bool {
	if r.hist.weeks && !c.past.ended(now.Add(-pastMemory)) {
		return false
	}
	return !c.track.started() || now.Since(c.track.last.at) > midMemory
}

// advance adds to the row what a class counted, or brings.
func (st *seriesState) advance(r *rowState, c *cell, now sample.Instant, p pace) {
	switch {
	case c.present && c.s.Quality == sample.Implausible:
		r.doubt = true
	case st.def.Type != Counter:
		r.inc += c.s.Value
		if dt := now.Since(r.hist.seen); c.present && dt <= st.reach(p) {
			r.brought(c, dt)
		}
	case c.present || st.def.EmptyZero && !st.partial:
		d := datum{at: now, v: 0}
		if c.present {
			d = datum{at: c.s.At, v: float64(c.s.Value) / float64(sample.One)}
		}
		r.count(c, d, p)
	}
}

// keepsClasses is true where the weeks of each class are kept: of a row with very many
// they would take much, and nobody plans that many.
func (r *rowState) keepsClasses() bool { return r.hist.weeks && len(r.cells) <= maxPastClasses }

// brought adds to the weeks of a class what its rate brought since the read before.
func (r *rowState) brought(c *cell, dt sample.Span) {
	if r.keepsClasses() && r.hist.seen != 0 {
		c.past.put(Bin{r.hist.seen, dt, sample.Milli(sample.MulDiv(int64(c.s.Value), int64(dt), int64(sample.Second)))})
	}
}

// count moves a counter on.
func (r *rowState) count(c *cell, d datum, p pace) {
	if r.watched {
		c.watch()
	}
	before := c.at
	inc, known := c.count(d, p)
	if dt := c.at.Since(before); r.keepsClasses() && known && before != 0 && dt > 0 && dt <= maxStep {
		c.past.put(Bin{before, dt, inc})
	}
	r.inc += inc
	r.known = r.known && known
}

// integrate adds to a row's history what arrived since the read before.
func (st *seriesState) integrate(r *rowState, now sample.Instant, p pace) {
	present := false
	for _, c := range r.cells {
		present = present || c.present
	}
	if !present && !st.def.EmptyZero {
		return
	}
	switch {
	case r.doubt && st.def.Type == Counter:
		r.hist.open.Count += r.inc // the time is counted with the next read
		return
	case r.doubt:
		return
	case st.def.Type == Counter:
		r.hist.step(now, r.inc, r.known, false, p)
		return
	}
	dt := now.Since(r.hist.seen)
	fresh := dt <= st.reach(p)
	items := sample.Milli(sample.MulDiv(int64(r.inc), int64(dt), int64(sample.Second)))
	r.hist.step(now, items, r.known && fresh, true, p)
}

// reach is for how long a rate that was read stands for the time since.
func (st *seriesState) reach(p pace) sample.Span { return max(3*p.interval, st.def.maxAge()) }
