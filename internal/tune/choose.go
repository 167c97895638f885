package tune

import (
	"math"

	"github.com/modcap/modcap/internal/sample"
)

const (
	// choiceEvery is how often the choice is made anew, at least.
	choiceEvery = 5 * sample.Minute
	// reserve is the part of the late work allowed that the past is held to: the future
	// is never quite as the past was.
	reserve = 0.5
	// penalty is what a share of 1 of work late beyond that costs, in the cost of the
	// cheapest shadow.
	penalty = 500
	// sticky is by how much another must be better.
	sticky = 0.005
	// priorLate is the share of late work supposed of one who has not proved better,
	// and priorTime over how many seconds of the mean rate.
	priorLate = 0.02
	priorTime = 1800
)

// choiceSlots is after how many slots the choice is made anew.
func (s *State) choiceSlots() int64 { return int64(max(choiceEvery/s.slot, 1)) }

// choose puts the shadow in charge that was cheapest, with a penalty for work late
// beyond what the promise, less a reserve, allows.
func (s *State) choose(p *Pool) {
	allowed := reserve * (1 - float64(p.Percent)/float64(sample.AllPPM))
	least := math.Inf(1)
	for i := range s.shadows {
		least = min(least, s.shadows[i].cost)
	}
	best := math.Inf(1)
	chosen := s.chosen
	for i := range s.shadows {
		score := s.shadows[i].cost/max(least, 1) + penalty*max(0, s.late(i)-allowed)
		if i == s.chosen {
			score -= sticky
		}
		if score < best {
			best, chosen = score, i
		}
	}
	s.chosen = chosen
}

// late is the share of the work of a shadow that was late, with what is supposed of
// it for want of evidence.
func (s *State) late(i int) float64 {
	prior := priorTime * s.rates.day
	return (s.shadows[i].late + members[i].prior*s.urgency()*prior) / max(s.arrived+prior, 1e-9)
}

// urgency is how little the work can wait for new replicas: 1 when not at all, 0 when
// for two leads. Who can wait needs no proof of anybody's care.
func (s *State) urgency() float64 {
	lead := float64(max(s.lead, 1)) * float64(s.slot) / 1000
	return max(1-s.rates.wait/(2*lead), 0)
}
