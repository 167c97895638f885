package tune

import (
	"math"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Account is what became of a member lately: sums that fade as all of a State's do, over
// the work that arrived, in replica-seconds.
type Account struct {
	// Cost is replica-seconds, Late the share of the work that was late, Changes how often
	// the replicas were changed: each for a replica-second of work.
	Cost    float64 `json:"cost"`
	Late    float64 `json:"late"`
	Changes float64 `json:"changes"`
}

// Accounts are those of the family, in its order; zeros before any work arrived.
func (s *State) Accounts() []Account {
	s.catchUp()
	out := make([]Account, len(s.shadows))
	for i := range out {
		if x, all := s.shadows[i], s.arrived*s.ages.weight; all > 0 {
			x.bill(s.ages)
			out[i] = Account{x.cost / all, x.late / all, x.changes / all}
		}
	}
	return out
}

// accountChurn is what a change costs where families are drawn, in replicas for a startup:
// less than any pool is charged, so that there are ways for who minds no changes too.
const accountChurn = 2.0

// Score is what an account counts for when members are compared: its cost with a charge
// for each change, and a penalty for work late beyond the share allowed.
func (a Account) Score(startup sample.Span, allowed float64) float64 {
	return a.Cost + accountChurn*a.Changes*float64(startup)/1000 + penalty*max(0, a.Late-allowed)
}

// Try puts others in the family's place. They begin with what was learned of the
// arrivals, with the replicas that the rate keeps busy, and with clean accounts.
func (s *State) Try(family []Member) {
	s.ways = nil
	s.try(slices.Clone(family))
}

func (s *State) try(family []Member) {
	s.put(family)
	s.part()
	s.arrived = 0
	if s.mixed != nil {
		s.mixed.arrived = [classes]float64{}
	}
	for i := range s.shadows {
		s.shadows[i].wanted = max(int64(math.Ceil(s.rate(Brisk))), 1)
	}
}
