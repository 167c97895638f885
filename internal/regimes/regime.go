package regimes

import (
	"slices"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

// Clock says what starts the clock of a regime.
type Clock string

// Starts of a clock.
const (
	RemovalOrder           Clock = "RemovalOrder"
	CourtOrGovernmentOrder Clock = "CourtOrGovernmentOrder"
	ValidVictimRequest     Clock = "ValidVictimRequest"
	UserNotice             Clock = "UserNotice"
	TrustedFlagger         Clock = "TrustedFlagger"
	ActualKnowledge        Clock = "ActualKnowledge"
	RegulatorNotice        Clock = "RegulatorNotice"
)

// Clocks are all of them.
func Clocks() []Clock {
	return []Clock{RemovalOrder, CourtOrGovernmentOrder, ValidVictimRequest, UserNotice, TrustedFlagger, ActualKnowledge, RegulatorNotice}
}

// Regime is a deadline that a law or a code sets, as it was declared.
type Regime struct {
	// Name by which queues refer to it.
	Name  string `json:"name"`
	Title string `json:"title"`
	// Instrument is the law or code, and Article the place in it.
	Instrument string `json:"instrument"`
	Article    string `json:"article,omitempty"`
	// Clock and StartsAt say what starts the clock, the latter in words.
	Clock    Clock  `json:"clock"`
	StartsAt string `json:"startsAt"`
	// Where in words, and the markets (ISO 3166-1 alpha-2) that are meant; none listed: all.
	Where   string   `json:"where"`
	Markets []string `json:"markets,omitempty"`
	// Terms do not overlap, and stand in the order of their time.
	Terms []Term `json:"terms"`
	// Sources are addresses, and Checked is the day on which somebody last read them.
	Sources []string `json:"sources"`
	Checked string   `json:"checked"`
	Note    string   `json:"note,omitempty"`
	// ReplacesShipped says that it is meant to take the place of the shipped regime of this name.
	ReplacesShipped bool `json:"replacesShipped,omitempty"`
	// Origin is where a user declared it; empty for what is shipped.
	Origin string `json:"origin,omitempty"`
}

// Term is what a regime asks for during a time.
type Term struct {
	Percent string `json:"percent"`
	Within  string `json:"within"`
	From    string `json:"from,omitempty"`
	Until   string `json:"until,omitempty"`

	deadline Deadline
}

// Deadline is a term in the engines' units. What comes at From or later and before Until is under
// it; 0 is always.
type Deadline struct {
	Percent     sample.PPM
	Within      sample.Span
	From, Until sample.Instant
}

// Deadline is the term in the engines' units.
func (t Term) Deadline() Deadline { return t.deadline }

// Holds reports whether what comes at an instant is under the deadline.
func (d Deadline) Holds(at sample.Instant) bool {
	return (d.From == 0 || d.From <= at) && (d.Until == 0 || at < d.Until)
}

// Deadlines are all that the regime ever asks for, in the order of their time.
func (r *Regime) Deadlines() []Deadline {
	out := make([]Deadline, len(r.Terms))
	for i, t := range r.Terms {
		out[i] = t.deadline
	}
	return out
}

// TermAt is what the regime asks for of what comes at an instant, as it was declared; ok is false
// where it is not in force.
func (r *Regime) TermAt(at sample.Instant) (t Term, ok bool) {
	i := slices.IndexFunc(r.Terms, func(t Term) bool { return t.deadline.Holds(at) })
	if i < 0 {
		return Term{}, false
	}
	return r.Terms[i], true
}

// At is TermAt in the engines' units.
func (r *Regime) At(at sample.Instant) (d Deadline, ok bool) {
	t, ok := r.TermAt(at)
	return t.deadline, ok
}

// NextChange is the first instant after now at which something of the regime begins or ends; 0 for
// never.
func (r *Regime) NextChange(now sample.Instant) (next sample.Instant) {
	for _, t := range r.Terms {
		for _, at := range [2]sample.Instant{t.deadline.From, t.deadline.Until} {
			if at > now && (next == 0 || at < next) {
				next = at
			}
		}
	}
	return next
}

// Weaker reports whether a promise allows more than the regime does at an instant: it has more time,
// for no more of the items. Beside the regime such a promise never binds; d is what does.
func (r *Regime) Weaker(percent sample.PPM, within sample.Span, at sample.Instant) (d Deadline, weaker bool) {
	d, ok := r.At(at)
	return d, ok && within > d.Within && percent <= d.Percent
}

// Reaches reports whether some of the markets are meant; none listed: any.
func (r *Regime) Reaches(markets []string) bool {
	return len(r.Markets) == 0 || len(markets) == 0 ||
		slices.ContainsFunc(markets, func(m string) bool { return slices.Contains(r.Markets, m) })
}

// Idle reports whether nothing that comes in the span after now is under the regime: it is not in
// force then.
func (r *Regime) Idle(now sample.Instant, span sample.Span) bool {
	return !slices.ContainsFunc(r.Terms, func(t Term) bool {
		d := t.deadline
		return (d.From == 0 || d.From < now.Add(span)) && (d.Until == 0 || d.Until > now)
	})
}

// day is the beginning of a day in UTC, or a time with a zone.
func day(text string) (sample.Instant, bool) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return sample.At(t), true
		}
	}
	return 0, false
}
