package tune

import (
	"math"

	"github.com/modcap/modcap/internal/sample"
)

const (
	// firstChoice is when the choice is made first (before, there is too little to tell ways
	// apart by), and earlyEvery how often until earlyUntil: a new pool learns most in its
	// first minutes. choiceEvery is how often from then on.
	firstChoice = 5 * sample.Minute
	earlyEvery  = sample.Minute
	earlyUntil  = 10 * sample.Minute
	choiceEvery = 5 * sample.Minute
	// reserve is the part of the late work allowed that the past is held to: the future
	// is never quite as the past was.
	reserve = 0.5
	// penalty is what a share of 1 of work late beyond that costs, in the cost of the cheapest
	// shadow, where little is late. The more is, the less counts what is late besides: half as much
	// where a share of forgiven is. A promise that was missed by far is kept at no cost, and else
	// for days after a surge the dearest way would be in charge, for having been late the least.
	penalty  = 500
	forgiven = 0.05
	// churn is what a change costs at least, in replicas for a startup: pods that come and go
	// are work for the cluster, and caches that are cold again. It is churnRoot roots of the
	// replicas where that is more, as what is noise in the work of a pool grows, and churnShare of
	// them where they are many. In a small pool the cost of some replica more is little beside
	// what a change is to whoever watches it.
	churn      = 2.5
	churnRoot  = 1.2
	churnShare = 0.3
	// churnSpan is the longest startup that a change is charged by: what it is to the cluster, and
	// to whoever watches it, does not grow with the time that replicas take, which is paid for.
	churnSpan = sample.Minute
	// What a change costs beyond what is usual makes ways calmer, and the pool of which more than
	// some dozen replicas are busy is not moved by each swing of its need: by a root of its
	// replicas for each calming startups, and so many at most.
	usual    = 4.0
	calming  = 6.0
	mostCalm = 5.0
	// sticky is by how much another must be better.
	sticky = 0.005
	// priorTime is over how many seconds of the mean rate, to scale, late work is supposed
	// of one who has not proved better.
	priorTime = 900
)

// choices are when a choice is made, in slots: at the first, each earlyEvery-th up to early,
// and each every-th.
type choices struct{ first, early, earlyEvery, every int32 }

// known is false before the first choice.
func (s *State) known() bool { return s.slots >= int64(s.choices.first) }

// choiceIsDue is true when the choice is to be made anew after a slot.
func (s *State) choiceIsDue() bool {
	every := s.choices.every
	if s.slots <= int64(s.choices.early) {
		every = s.choices.earlyEvery
	}
	return s.known() && s.slots%int64(every) == 0
}

// in is the slots of a span, at least one.
func (s *State) in(span sample.Span) int32 { return int32(max(span/s.slot, 1)) }

// choose puts the shadow in charge that was cheapest, with a penalty for work late
// beyond what the promise, less a reserve, allows.
func (s *State) choose(p *Pool) {
	least := math.Inf(1)
	for i := range s.shadows {
		least = min(least, s.cost(p, i))
	}
	best := math.Inf(1)
	chosen := s.chosen
	least = max(least, 1)
	for i := range s.shadows {
		score := s.cost(p, i)/least + penalty*forgiven*math.Log1p(s.beyond(p, i)/forgiven)
		if i == s.chosen {
			score -= sticky
		}
		if score < best {
			best, chosen = score, i
		}
	}
	s.chosen = chosen
}

// cost is that of a shadow, changes included, in replica-seconds.
func (s *State) cost(p *Pool, i int) float64 {
	x := &s.shadows[i]
	return x.cost + s.charge()*x.changes*float64(min(p.Startup, churnSpan))/1000
}

// charge for a change, in replicas for a startup of churnSpan at most.
func (s *State) charge() float64 {
	mean := s.mean()
	return max(churn, churnRoot*math.Sqrt(mean), churnShare*mean)
}

// calm makes the ways as calm as the pool is large: what that comes to moves by tenths.
func (s *State) calm() {
	roots := min(max(s.charge()-usual, 0)/calming, mostCalm)
	if noise := int64(roots*10) * 100; noise != s.noise {
		s.noise = noise
		s.suit(s.scale)
	}
}

// leadSeconds is the lead, of a slot at least.
func (s *State) leadSeconds() float64 {
	return float64(max(s.lead, 1)) * float64(s.slot) / 1000
}

// allowed is the share of the work that may be late, less a reserve.
func allowed(percent sample.PPM) float64 {
	return reserve * (1 - float64(percent)/float64(sample.AllPPM))
}

// beyond is by how much more of the work was late than is allowed.
func (s *State) beyond(p *Pool, i int) float64 {
	if s.mixed != nil {
		return s.mixed.beyond(s, i)
	}
	return max(0, s.late(i)-allowed(p.Percent))
}

// late is the share of the work of a shadow that was late, with what is supposed of
// it for want of evidence.
func (s *State) late(i int) float64 {
	prior := priorTime * s.scale * s.rates.day
	return (s.shadows[i].late + s.family[i].doubt()*s.urgency()*prior) / max(s.arrived+prior, 1e-9)
}

// urgency is how little the work can wait for new replicas: 1 when not at all, 0 when
// for a lead and a half: replicas asked for when a rise is seen come in time then. Who can
// wait needs no proof of anybody's care.
func (s *State) urgency() float64 { return s.urgencyOf(s.rates.wait) }

// urgencyOf is that of work that may wait so many seconds.
func (s *State) urgencyOf(wait float64) float64 {
	return max(1-wait/(1.5*s.leadSeconds()), 0)
}
