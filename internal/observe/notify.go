package observe

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// print is what a consumer was last told of a row, as coarse as what it is told
// of. The zero print is that of a row that was never read.
type print struct {
	quality sample.Quality
	cause   sample.Cause
	value   sample.Milli
	classes uint64 // a hash over the classes, in any order
	ready   bool
}

type printKey struct{ series, row string }

// notify tells the consumers whose rows moved, and of the source's health.
func (s *source) notify(now sample.Instant) {
	snap := s.snapshot.Load()
	moved := map[string]bool{}
	for _, st := range s.series {
		for key, in := range st.watched {
			at, shown := printKey{st.def.Name, key}, snap.print(in.ref, now)
			if s.prints[at] == shown {
				continue
			}
			s.prints[at] = shown
			for _, c := range in.consumers {
				moved[c] = true
			}
		}
	}
	s.forgetPrints()
	if s.o.opts.Notify != nil {
		for c := range moved {
			s.o.opts.Notify(c)
		}
	}
	s.notifyHealth(snap.Health(now))
}

// forgetPrints drops those of rows that are no longer watched.
func (s *source) forgetPrints() {
	for at := range s.prints {
		if s.watched[at.series][at.row] == nil {
			delete(s.prints, at)
		}
	}
}

func (s *source) notifyHealth(h SourceHealth) {
	for i := range h.Series {
		h.Series[i].Rows = int(Round2(sample.Whole(int64(h.Series[i].Rows))) / sample.One)
		h.Series[i].Ignored = int(Round2(sample.Whole(int64(h.Series[i].Ignored))) / sample.One)
	}
	if slices.Equal(h.Series, s.health.Series) && h.FailingSince == s.health.FailingSince {
		return
	}
	s.health = h
	if s.o.opts.NotifyHealth != nil {
		s.o.opts.NotifyHealth(s.key)
	}
}

func (s *Snapshot) print(ref RowRef, now sample.Instant) print {
	total := s.Row(ref, now)
	p := print{quality: total.Quality, value: Round2(total.Value), ready: s.HistoryReady(ref)}
	if total.Cause != sample.CauseNotReadYet {
		p.cause = total.Cause
	}
	for class, one := range s.Classes(ref, now) {
		p.classes += hashClass(class, one)
	}
	return p
}

// hashClass is FNV-1a over a class and its rounded number.
func hashClass(c Class, s sample.Sample) uint64 {
	h := uint64(14695981039346656037)
	add := func(b byte) { h = (h ^ uint64(b)) * 1099511628211 }
	for _, word := range [...]string{c.Language, c.HarmDomain} {
		for i := range len(word) {
			add(word[i])
		}
		add(0xff)
	}
	add(byte(s.Quality))
	for v := uint64(Round2(s.Value)); v > 0; v >>= 8 {
		add(byte(v))
	}
	return h
}

// Round2 rounds to two significant digits, the coarseness in which observed
// numbers are compared and reported.
func Round2(m sample.Milli) sample.Milli {
	if m < 0 {
		return -Round2(-m)
	}
	unit := sample.Milli(1)
	for m/unit >= 100 {
		unit *= 10
	}
	return (m + unit/2) / unit * unit
}
