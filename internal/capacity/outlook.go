package capacity

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// OutlookHorizon is how far ahead a breach is looked for.
const OutlookHorizon = 24 * sample.Hour

// OutlookPoints is how many points an Outlook has, and WorthMarks how many marks.
const (
	OutlookPoints = 21
	WorthMarks    = 6
)

// OutlookSpans are the times from now to which the points of an Outlook belong; the
// last is OutlookHorizon.
func OutlookSpans() [OutlookPoints]sample.Span {
	return [OutlookPoints]sample.Span{
		sample.Minute, 2 * sample.Minute, 5 * sample.Minute, 10 * sample.Minute, 15 * sample.Minute, 30 * sample.Minute,
		sample.Hour, 2 * sample.Hour, 3 * sample.Hour, 4 * sample.Hour, 5 * sample.Hour, 6 * sample.Hour,
		8 * sample.Hour, 10 * sample.Hour, 12 * sample.Hour, 14 * sample.Hour, 16 * sample.Hour, 18 * sample.Hour,
		20 * sample.Hour, 22 * sample.Hour, OutlookHorizon,
	}
}

// Marks are the lengths of time at which a Worth says what such figures proved to be;
// the last stands for "beyond the horizon" too.
func Marks() [WorthMarks]sample.Span {
	return [WorthMarks]sample.Span{
		sample.Minute, 5 * sample.Minute, 15 * sample.Minute, sample.Hour, 4 * sample.Hour, OutlookHorizon,
	}
}

// Outlook is what is expected of a queue beyond the lead: the recorded output of the
// forecast, and of what became of earlier figures. The zero Outlook says nothing, and
// the risk then has no figures.
type Outlook struct {
	// Middle and Upper are the items that will have come in total by each of
	// OutlookSpans: as likely more as less, and not more with 90 %. Both ascending.
	Middle []sample.Milli `json:"middle,omitempty"`
	Upper  []sample.Milli `json:"upper,omitempty"`
	// Breach and Drain are what figures proved to be worth.
	Breach Calibration `json:"breach,omitzero"`
	Drain  Calibration `json:"drain,omitzero"`
}

// Calibration is the worth of the figures at 50 % and at 90 %.
type Calibration struct {
	Likely Worth `json:"likely,omitempty"`
	Sure   Worth `json:"sure,omitempty"`
}

// Worth is by what a length of time is to be multiplied, at each of Marks, in
// thousandths; between two marks what comes of it is linear. Empty means 1.
type Worth []int64

// maxWorth bounds a Worth; the least is 1.
const maxWorth = int64(1_000_000)

// Figures are when something happens.
type Figures struct {
	// Likely is when it is as likely to have happened as not; 0 for not within sight.
	Likely sample.Instant `json:"likely,omitempty"`
	// Sure is, for a breach, until when there is none with 90 %, and for a drain by
	// when it is over with 90 %; 0 for beyond the horizon, or not within sight.
	Sure sample.Instant `json:"sure,omitempty"`
	// ModelLikely and ModelSure are the same before they were corrected by what earlier
	// figures proved to be worth.
	ModelLikely sample.Instant `json:"modelLikely,omitempty"`
	ModelSure   sample.Instant `json:"modelSure,omitempty"`
}

// never is a time that does not come.
const never = infinite

// mostWork bounds what comes of one queue, so that MaxQueues of them add up.
const mostWork = int64(1) << 48

// breach is t, in milliseconds or never, corrected: non-decreasing in t, and no longer
// than what a longer time was found to be worth.
func (w Worth) breach(t int64) int64 {
	if len(w) == 0 {
		return t
	}
	at := w.atMarks()
	if last := len(at) - 1; t >= int64(OutlookHorizon) && at[last] >= int64(OutlookHorizon) {
		return never
	}
	for i := len(at) - 2; i >= 0; i-- {
		at[i] = min(at[i], at[i+1])
	}
	return between(&at, t)
}

// drain is t, in milliseconds, corrected: non-decreasing in t, and no shorter than what a
// shorter time was found to be worth.
func (w Worth) drain(t int64) int64 {
	if len(w) == 0 {
		return t
	}
	at := w.atMarks()
	for i := 1; i < len(at); i++ {
		at[i] = max(at[i], at[i-1])
	}
	if t > int64(OutlookHorizon) {
		return max(at[len(at)-1], part(t, w[len(w)-1], 1000))
	}
	return between(&at, t)
}

// atMarks is what the time of each mark is worth.
func (w Worth) atMarks() (at [WorthMarks]int64) {
	for i, m := range Marks() {
		at[i] = part(int64(m), w[i], 1000)
	}
	return at
}

// between is t by what the marks are worth, linear between them; beyond the last as there.
func between(at *[WorthMarks]int64, t int64) int64 {
	x0, y0 := int64(0), int64(0)
	for i, m := range Marks() {
		x, y := int64(m), at[i]
		if t <= x {
			return y0 + part(y-y0, t-x0, x-x0)
		}
		x0, y0 = x, y
	}
	return y0
}

// sound reports whether the outlook can be worked with.
func (o *Outlook) sound() bool {
	if len(o.Middle) == 0 && len(o.Upper) == 0 {
		return true
	}
	return pointsOK(o.Middle) && pointsOK(o.Upper) &&
		o.Breach.Likely.sound() && o.Breach.Sure.sound() && o.Drain.Likely.sound() && o.Drain.Sure.sound()
}

func pointsOK(points []sample.Milli) bool {
	return len(points) == OutlookPoints && slices.IsSorted(points) && amountOK(points[0]) && amountOK(points[len(points)-1])
}

func (w Worth) sound() bool {
	return len(w) == 0 || len(w) == WorthMarks && slices.Min(w) >= 1 && slices.Max(w) <= maxWorth
}

// figures fills in the figures of the risks, once the rest of them is known.
func (p *plan) figures(s *supply) {
	if !slices.ContainsFunc(p.ds, func(d demand) bool { return len(d.q.Outlook.Upper) > 0 }) {
		return
	}
	sure := p.newFuture(s)
	likely := sure
	calm := sure.calm()
	for rank, i := range p.order {
		d, r := &p.ds[i], &p.dec.Risk[i]
		a, b := never, never
		if !calm {
			// Between two points those before may be later than at any.
			likely.late, sure.late = max(likely.late, p.behind[rank]), max(sure.late, p.behind[rank])
			a, b = likely.admit(d, middle), sure.admit(d, upper)
		}
		if len(d.q.Outlook.Upper) == 0 || r.Reason == NoData {
			continue
		}
		if near := int64(r.FirstBreach.Since(p.in.Now)); r.FirstBreach != 0 && near < p.horizon.settle {
			a, b = min(a, near), min(b, near)
		}
		r.Breach = p.breach(&d.q.Outlook.Breach, a, min(a, b))
		r.Drain = p.drained(&d.q.Outlook.Drain, r.DrainBy)
	}
}

// breach corrects what the model says, in milliseconds.
func (p *plan) breach(c *Calibration, likely, sure int64) Figures {
	at := func(t int64) sample.Instant {
		if t >= int64(OutlookHorizon) {
			return 0
		}
		return p.in.Now.Add(sample.Span(t))
	}
	f := Figures{ModelLikely: at(likely), ModelSure: at(sure)}
	s := c.Sure.breach(sure)
	f.Sure, f.Likely = at(s), at(max(c.Likely.breach(likely), s))
	return f
}

// drained corrects when the backlog is gone.
func (p *plan) drained(c *Calibration, by sample.Instant) Figures {
	if by == 0 {
		return Figures{}
	}
	t := int64(by.Since(p.in.Now))
	s := c.Sure.drain(t)
	return Figures{
		ModelLikely: by, ModelSure: by,
		Sure: p.in.Now.Add(sample.Span(s)), Likely: p.in.Now.Add(sample.Span(min(c.Likely.drain(t), s))),
	}
}
