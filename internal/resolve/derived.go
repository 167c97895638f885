package resolve

import (
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

const (
	// sampleWithin is the time for a second look where none is declared, and
	// samplePercent the percent that are looked at in it.
	sampleWithin             = 24 * sample.Hour
	samplePercent sample.PPM = 900_000
	// comparedOver is how long rows are compared, since they may be busy at other
	// hours.
	comparedOver = 24 * sample.Hour
)

// What other rows count beside the stream's own items.
const (
	allowed = iota
	actioned
	escalated
	besides
)

func (s stream) besides() [besides]*v1alpha1.SeriesReference {
	m := &s.review.Metrics
	return [besides]*v1alpha1.SeriesReference{allowed: m.Allowed, actioned: m.Actioned, escalated: m.Escalated}
}

// beside are items that another row counts beside the stream's own.
type beside struct {
	hourly sample.Sample
	// perItem is how many there are for each item of all the stream; ok is false while
	// that is not known.
	perItem sample.PPM
	ok      bool
}

// count compares the items that ref counts, hourly now, with those of the whole stream.
func (s stream) count(ref *v1alpha1.SeriesReference, hourly sample.Sample) beside {
	out := beside{hourly: hourly}
	m := &s.review.Metrics
	row, ok := rowOf(s.queue.Namespace, m.RowSelector, ref)
	base, also := rowOf(s.queue.Namespace, m.RowSelector, m.Arrivals)
	if !ok || !also {
		return out
	}
	for _, over := range []sample.Span{comparedOver, longest} {
		items, _ := s.rows.PerHour(row, over)
		own, _ := s.rows.PerHour(base, over)
		if out.compare(items, own); out.ok {
			return out
		}
	}
	out.compare(s.rows.Value(row), s.rows.Value(base))
	return out
}

func (b *beside) compare(items, own sample.Sample) {
	if items.Fresh() && own.Fresh() && own.Value > 0 {
		b.perItem, b.ok = sample.PPM(sample.MulDiv(int64(max(items.Value, 0)), int64(sample.AllPPM), int64(own.Value))), true
	}
}

// part is what of b is in a class: hourly of it now. Where the class has few, its share
// of what comes to the stream (own of all) says more.
func (b beside) part(hourly, own, all sample.Sample) beside {
	out := beside{hourly: hourly}
	if !b.ok || !hourly.Fresh() || !own.Fresh() || !all.Fresh() || all.Value <= 0 {
		return out
	}
	usual := sample.MulDiv(int64(max(own.Value, 0)), int64(sample.AllPPM), int64(all.Value))
	items := sample.MulDiv(int64(max(hourly.Value, 0)), int64(sample.AllPPM), int64(sample.One))
	share := shrunk(items, int64(b.hourly.Value), usual)
	out.perItem, out.ok = of(b.perItem, share), true
	return out
}

// withParts is a class of the stream, and the classes that the work on it makes for
// others.
func (s stream) withParts(c Class, n numbers) []staffing.Class {
	base := s.class(c, n)
	out := []staffing.Class{base}
	if base.Work == staffing.Rooms {
		return out
	}
	if qa, ok := s.sampled(&base, n); ok {
		out = append(out, qa)
	}
	if s.review.Escalation != nil {
		out = append(out, s.escalated(&base, n))
	}
	return out
}

// sampled is the quality sample of a class: the shares that are declared or, where the policy
// wants an interval that takes more, those. What is not counted is not taken for none: the need
// is then unknown.
func (s stream) sampled(base *staffing.Class, n numbers) (staffing.Class, bool) {
	qa := s.review.QASample
	if qa == nil {
		return staffing.Class{}, false
	}
	var sums []sample.Sample
	var parts []staffing.Part
	known := true
	take := func(share v1alpha1.Score, least sample.PPM, items beside, stream bool) {
		ppm, err := share.PPM()
		if err != nil || ppm == 0 {
			return
		}
		ppm = max(ppm, int64(least))
		sums = append(sums, part(items.hourly, ppm))
		if items.ok {
			parts = append(parts, staffing.Part{Of: base.Key, Stream: stream, PerItem: of(items.perItem, ppm)})
		}
		known = known && (items.ok || items.hourly.Quality < sample.Stale)
	}
	domain := base.Key.HarmDomain
	take(qa.Reviewed, s.highest(s.rates.Reviewed, domain), beside{hourly: base.ArrivalsPerHour, perItem: sample.AllPPM, ok: true}, false)
	take(qa.Allowed, s.rates.Allowed, n.beside[allowed], true)
	take(qa.Actioned, s.highest(s.rates.Actioned, domain), n.beside[actioned], true)
	if len(sums) == 0 {
		return staffing.Class{}, false
	}
	tier := base.Key.Tier
	if qa.Tier != nil {
		tier = int(*qa.Tier)
	}
	c := s.partOf(base, tier, qa.HandleTime)
	c.Key.Role, c.Requires.Role, c.Protected = staffing.RoleQA, staffing.RoleQA, false // it has been decided
	c.ArrivalsPerHour = sum(sums)
	c.Promises = []staffing.Promise{{Percent: samplePercent, Within: span(qa.Within, sampleWithin), Measure: staffing.Decided}}
	if known {
		c.Parts = parts
	}
	return c, true
}

// escalated are the items of a class that a higher tier decides.
func (s stream) escalated(base *staffing.Class, n numbers) staffing.Class {
	e := s.review.Escalation
	c := s.partOf(base, int(e.Tier), e.HandleTime)
	if share, err := e.Share.PPM(); err == nil {
		c.ArrivalsPerHour = part(base.ArrivalsPerHour, share)
		c.Parts = []staffing.Part{{Of: base.Key, PerItem: sample.PPM(share)}}
	} else if c.ArrivalsPerHour = n.beside[escalated].hourly; n.beside[escalated].ok {
		c.Parts = []staffing.Part{{Of: base.Key, Stream: true, PerItem: n.beside[escalated].perItem}}
	}
	// The clock has been running since the item came.
	c.Promises = passedOn(base.Promises, span(e.Within, 0))
	return c
}

// partOf is a class of items that base makes, each decided once. Nothing counts those
// that wait.
func (s stream) partOf(base *staffing.Class, tier int, handleTime *v1alpha1.Duration) staffing.Class {
	c := *base
	c.Derived, c.Key.Tier, c.Relax = true, tier, nil
	c.Backlog, c.OldestAge = sample.Missing(sample.CauseNotDeclared), sample.Missing(sample.CauseNotDeclared)
	c.DecisionsPerItem = sample.One
	if handleTime != nil {
		c.HandleTime, c.HandleOver = sample.Missing(sample.CauseNotDeclared), 0
		c.DeclaredHandleTime = span(*handleTime, 0)
	}
	return c
}

// sum adds up samples. Of those that are not known nothing is added, and the sum is
// then at best what was last known.
func sum(all []sample.Sample) sample.Sample {
	out := sample.Sample{Quality: sample.Fresh}
	known := false
	for _, s := range all {
		if s.Quality >= sample.Stale {
			out.Value += max(s.Value, 0)
			known = true
		}
		if s.Quality < out.Quality {
			out.Quality, out.Cause = s.Quality, s.Cause
		}
		if out.At == 0 || s.At < out.At {
			out.At = s.At
		}
	}
	if known {
		out.Quality = max(out.Quality, sample.Stale)
	}
	out.Value = min(out.Value, sample.MaxMilli)
	return out
}
