package observe

import "github.com/modcap/modcap/internal/sample"

// SourceHealth says whether a source answers.
type SourceHealth struct {
	Series []SeriesHealth // in the order of declaration
	// Answering is the number of series that are Fresh.
	Answering int
	// FailingSince is the first of the reads in a row in which the source
	// answered nothing; 0 when it answers.
	FailingSince sample.Instant
	Generation   int64
}

// SeriesHealth says whether a series answers. Unlike a row, which is Fresh for
// as long as it is young enough, a series is Stale from the first read that fails.
type SeriesHealth struct {
	Name    string
	Quality sample.Quality
	Cause   sample.Cause
	Rows    int // in the newest good answer
	Ignored int // rows of it that lacked a row label
}

// Health of the source at now.
func (s *Snapshot) Health(now sample.Instant) SourceHealth {
	if s == nil {
		return SourceHealth{}
	}
	h := SourceHealth{FailingSince: s.failing, Generation: s.generation}
	for _, name := range s.order {
		one := s.series[name].health(now)
		if one.Quality == sample.Fresh {
			h.Answering++
		}
		h.Series = append(h.Series, one)
	}
	return h
}

func (v *seriesView) health(now sample.Instant) SeriesHealth {
	h := SeriesHealth{Name: v.def.Name, Rows: v.answered, Ignored: v.ignored, Quality: sample.Implausible}
	switch {
	case v.lastOK == 0:
		h.Quality, h.Cause = sample.Absent, first(v.fault, sample.CauseNotReadYet)
	case v.fault != sample.CauseNone:
		h.Quality, h.Cause = sample.Stale, v.fault
	case v.partial:
		h.Cause = sample.CausePartialData
	case v.bad != sample.CauseNone:
		h.Cause = v.bad
	case v.answered == 0 && !v.def.EmptyZero:
		h.Quality, h.Cause = sample.Absent, sample.CauseNoRow
	case now.Since(v.lastOK) > max(v.def.maxAge(), 0):
		h.Quality, h.Cause = sample.Stale, sample.CauseTooOld
	default:
		h.Quality = sample.Fresh
	}
	return h
}
