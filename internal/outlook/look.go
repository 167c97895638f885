package outlook

import (
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

// Seen is one look at a queue, and what was said of it then.
type Seen struct {
	Now sample.Instant
	// Interval is the time between looks, and Deadline the promise's.
	Interval, Deadline sample.Span
	// Fresh is true when backlog and age can be trusted. What is not is not looked at.
	Fresh bool
	// Backlog is the items that wait.
	Backlog sample.Milli
	// Oldest is the age of the oldest item that waits, AgeKnown whether it is measured.
	// Without ages no breach is ever seen, and nothing is claimed of it.
	Oldest   sample.Span
	AgeKnown bool
	// Rate is the items that arrive a second.
	Rate sample.Milli
	// Breach and Drain are the figures given now, if any were: Said.
	Breach, Drain capacity.Figures
	Said          bool
}

// Look settles the claims of which it is seen what became, learns from them, and issues
// new ones. It returns what became of those settled.
func (s *State) Look(l Seen) Tally {
	if l.Deadline != s.Deadline {
		*s = reset(l.Deadline)
	}
	if !l.Fresh || l.Now <= s.Seen {
		return Tally{}
	}
	switch passed := l.Now.Since(s.Seen); {
	case s.Seen == 0:
	case passed > max(gapLooks*l.Interval, gapLeast), s.Arrived >= sample.MaxMilli:
		s.void()
	default:
		s.Arrived = min(s.Arrived+sample.Milli(sample.MulDiv(int64(l.Rate), int64(passed), 1000)), sample.MaxMilli)
	}
	var out Tally
	from := l.Now
	if l.AgeKnown && l.Backlog > 0 {
		from = l.Now.Add(-max(l.Oldest, 0))
	}
	s.settleBreaches(&out, &l)
	s.settleDrains(&out, &l, from)
	s.claim(&l)
	s.Seen, s.From = l.Now, from
	return out
}

// void drops all claims under way: what became of them was not seen.
func (s *State) void() {
	for i := range s.Tracks {
		s.Tracks[i].drop()
	}
	s.From, s.Arrived = 0, 0
}

// SeenOf is what a decision's input shows of a queue, and what the decision says of it;
// said is false when it says nothing.
func SeenOf(in *capacity.Input, q *capacity.Queue, risk capacity.Risk, said bool) Seen {
	l := Seen{
		Now: in.Now, Interval: in.Pool.Interval, Deadline: q.Deadline, AgeKnown: q.OldestAge.Fresh(),
		Backlog: q.Backlog.Value, Oldest: sample.Span(q.OldestAge.Value), Rate: max(q.Arrivals.Value, 0),
		Said:   said && len(q.Outlook.Upper) > 0 && risk.Reason != capacity.NoData,
		Breach: risk.Breach, Drain: risk.Drain,
	}
	// Ages that are not declared are no fault; others must be there.
	l.Fresh = q.Backlog.Fresh() && (l.AgeKnown || q.OldestAge.Quality == sample.Absent && q.Arrivals.Fresh())
	return l
}

// late is since when an item is late; 0 for none.
func (l *Seen) late() sample.Instant {
	if l.AgeKnown && l.Backlog > 0 && l.Oldest > l.Deadline {
		return l.Now.Add(l.Deadline - l.Oldest)
	}
	return 0
}

func (s *State) settleBreaches(out *Tally, l *Seen) {
	late := l.late()
	for _, f := range []Figure{BreachLikely, BreachSure} {
		s.Tracks[f].settle(f, &out[f], func(c *claim) (over, held bool) {
			if late != 0 {
				return true, c.Due <= late
			}
			return c.Due <= l.Now, true
		})
	}
}

func (s *State) settleDrains(out *Tally, l *Seen, from sample.Instant) {
	for _, f := range []Figure{DrainLikely, DrainSure} {
		s.Tracks[f].settle(f, &out[f], func(c *claim) (over, held bool) {
			if done := s.drained(c, l, from); done != 0 {
				return true, done <= c.Due
			}
			return c.Due <= l.Now, false
		})
	}
}

// drained is when the items that waited at a claim were done, as seen now; 0 for not
// yet. First come, first served: between two looks the age of the oldest tells when.
func (s *State) drained(c *claim, l *Seen, from sample.Instant) sample.Instant {
	if !l.AgeKnown {
		if l.Backlog <= s.Arrived-c.Arrived {
			return l.Now
		}
		return 0
	}
	if from < c.At {
		return 0
	}
	before := max(s.Seen, c.At)
	if s.From >= c.At || s.From == 0 {
		return before
	}
	part := sample.MulDiv(int64(l.Now.Since(before)), int64(c.At.Since(s.From)), int64(max(from.Since(s.From), 1)))
	return before.Add(sample.Span(part))
}

// claim issues what is said now.
func (s *State) claim(l *Seen) {
	if !l.Said {
		return
	}
	if l.AgeKnown && l.late() == 0 {
		s.claimBreach(BreachLikely, l.Now, l.Breach.Likely, l.Breach.ModelLikely)
		s.claimBreach(BreachSure, l.Now, l.Breach.Sure, l.Breach.ModelSure)
	}
	// What is over before the next look could not be seen to hold.
	if l.Backlog <= 0 || l.Drain.ModelSure.Since(l.Now) < l.Interval {
		return
	}
	s.claimDrain(DrainLikely, l.Now, l.Drain.Likely, l.Drain.ModelLikely)
	s.claimDrain(DrainSure, l.Now, l.Drain.Sure, l.Drain.ModelSure)
}

func (s *State) claimBreach(f Figure, now, at, model sample.Instant) {
	c := claim{At: now, Model: capacity.OutlookHorizon, Arrived: s.Arrived, Of: 1}
	c.Due, c.Beyond = due(now, at)
	if model != 0 {
		c.Model = model.Since(now)
	}
	s.Tracks[f].issue(c)
}

func (s *State) claimDrain(f Figure, now, at, model sample.Instant) {
	s.Tracks[f].issue(claim{At: now, Due: at, Model: model.Since(now), Arrived: s.Arrived, Of: 1})
}
