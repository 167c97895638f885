package observe

import "github.com/modcap/modcap/internal/sample"

// Snapshot is what a source had answered when it was published. It never
// changes, may be read from anywhere, and ages by the now that callers pass. A
// nil Snapshot is that of a source that does not exist.
type Snapshot struct {
	generation int64
	pace       pace
	series     map[string]*seriesView
	order      []string
	failing    sample.Instant // since when nothing was answered, 0 when something was
}

// seriesView and rowView are the copies of seriesState and rowState that
// readers may see.
type seriesView struct {
	def      Series
	external bool
	lastOK   sample.Instant
	fault    sample.Cause
	partial  bool
	bad      sample.Cause
	answered int
	ignored  int
	rows     map[string]*rowView
}

type rowView struct {
	cells []cell
	at    sample.Instant
	fault sample.Cause
	bad   sample.Cause
	hist  history
}

func (st *seriesState) view() *seriesView {
	v := &seriesView{
		def: st.def, external: st.external, lastOK: st.lastOK, fault: st.fault, partial: st.partial,
		bad: st.bad, ignored: st.ignored, rows: make(map[string]*rowView, len(st.rows)),
	}
	for key, r := range st.rows {
		rv := &rowView{cells: make([]cell, 0, len(r.cells)), at: r.at, fault: r.fault, bad: r.bad, hist: r.hist}
		present := false
		for _, c := range r.cells {
			rv.cells = append(rv.cells, *c)
			present = present || c.present
		}
		if present {
			v.answered++
		}
		v.rows[key] = rv
	}
	return v
}

// key is how a row is found within a series.
func (r RowRef) key(external bool) string {
	if !external {
		return r.Row
	}
	return r.Namespace + "|" + r.Row
}

// find gives the row, or why there is none.
func (s *Snapshot) find(ref RowRef, now sample.Instant) (*seriesView, *rowView, sample.Sample) {
	switch {
	case ref.Series == "":
		return nil, nil, sample.Missing(sample.CauseNotDeclared)
	case s == nil:
		return nil, nil, sample.Missing(sample.CauseSourceMissing)
	}
	v := s.series[ref.Series]
	if v == nil {
		return nil, nil, sample.Missing(sample.CauseUnknownSeries)
	}
	r := v.rows[ref.key(v.external)]
	if r == nil && !v.external && v.lastOK != 0 {
		r = &rowView{at: v.lastOK}
	}
	switch {
	case r == nil || r.at == 0:
		return nil, nil, sample.Missing(first(v.faultOf(r), sample.CauseNotReadYet))
	case !r.present():
		return v, nil, v.empty(r, now)
	}
	return v, r, sample.Sample{}
}

func (r *rowView) present() bool {
	for i := range r.cells {
		if r.cells[i].present {
			return true
		}
	}
	return false
}

// faultOf is why the newest read of a row failed.
func (v *seriesView) faultOf(r *rowView) sample.Cause {
	if r == nil {
		return v.fault
	}
	return first(v.fault, r.fault)
}

// empty is the sample of a row that the newest good answer did not have.
func (v *seriesView) empty(r *rowView, now sample.Instant) sample.Sample {
	switch {
	case r.bad != sample.CauseNone:
		return implausible(r.bad, 0, r.at)
	case v.partial:
		return sample.Missing(sample.CausePartialData)
	case v.def.EmptyZero:
		return v.aged(sample.FreshAt(0, r.at), r, now)
	case now.Since(r.at) > v.def.maxAge():
		return sample.Missing(first(v.faultOf(r), sample.CauseTooOld))
	}
	return sample.Missing(sample.CauseNoRow)
}

// aged is a sample as seen at now. It is Stale from the first read that fails, with
// the failure's cause, however young it is: an unreachable source is a failure from
// its first miss, and nothing may be taken away on what it said before.
func (v *seriesView) aged(s sample.Sample, r *rowView, now sample.Instant) sample.Sample {
	was := s.Quality
	s = s.Aged(now, v.def.maxAge())
	fault := v.faultOf(r)
	if was == sample.Fresh && s.Quality >= sample.Stale && fault != sample.CauseNone {
		s.Quality, s.Cause = sample.Stale, fault
	}
	return s
}

func first(c, otherwise sample.Cause) sample.Cause {
	if c != sample.CauseNone {
		return c
	}
	return otherwise
}

// Row is the number of a row, its classes taken together: the sum, or of ages
// the greatest. A Counter is read as its rate per second. Its time is that of
// the oldest class, its quality that of the worst.
func (s *Snapshot) Row(ref RowRef, now sample.Instant) sample.Sample {
	v, r, missing := s.find(ref, now)
	if r == nil {
		return missing
	}
	if r.bad != sample.CauseNone {
		return implausible(r.bad, 0, r.at)
	}
	total := sample.Missing(sample.CauseNotReadYet)
	some := false
	for i := range r.cells {
		one := v.number(&r.cells[i], r, now, s.pace)
		if !r.cells[i].present || one.Cause == sample.CauseNotReadYet {
			continue // a counter's class that has just appeared adds nothing yet
		}
		if !some {
			total, some = one, true
			continue
		}
		total = v.together(total, one)
	}
	return total
}

// together adds two classes of a row.
func (v *seriesView) together(a, b sample.Sample) sample.Sample {
	sum := sample.Worst(a, b)
	sum.At = min(a.At, b.At)
	if v.def.Type == Age {
		sum.Value = max(a.Value, b.Value)
	} else {
		sum.Value = min(a.Value+b.Value, sample.MaxMilli)
	}
	return sum
}

// number is one class of a row at now.
func (v *seriesView) number(c *cell, r *rowView, now sample.Instant, p pace) sample.Sample {
	n := c.s
	if v.def.Type == Counter && n.Quality == sample.Fresh {
		rate, ok := c.track.rate(p)
		if !ok {
			return sample.Missing(sample.CauseNotReadYet)
		}
		n.Value = rate
	}
	return v.aged(n, r, now)
}

// Classes are the numbers of a row by work class, those of the newest answer.
// It is empty when the row is missing: Row then says why.
func (s *Snapshot) Classes(ref RowRef, now sample.Instant) map[Class]sample.Sample {
	v, r, _ := s.find(ref, now)
	if r == nil {
		return nil
	}
	out := make(map[Class]sample.Sample, len(r.cells))
	for i := range r.cells {
		if c := &r.cells[i]; c.present {
			out[c.class] = v.number(c, r, now, s.pace)
		}
	}
	return out
}

// Generation of the object that the snapshot was read for.
func (s *Snapshot) Generation() int64 {
	if s == nil {
		return 0
	}
	return s.generation
}
