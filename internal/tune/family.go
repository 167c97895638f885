package tune

import (
	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

// Features are what the standing requirement is conditioned on.
const (
	Quick  = iota // the rate now, which follows a jump at once
	Steady        // an average over some minutes
	Peak          // the highest rate of the last minutes: moves seldom
	features
)

// Paces at which the rate of arrivals is followed.
const (
	Brisk = iota
	Medium
	Calm
	paces
)

// pacePlaces is paces, and more: as places is.
const pacePlaces = 4

// priceList is what a unit of late work costs in units of the work of a lead; 0 asks
// for nothing to stand ready.
var priceList = [...]float64{0, 3, 10, 30, 60, 120, 300, 1000}

const (
	prices = len(priceList)
	// places is features by prices, and more: a place below a power of two is had by a mask.
	places = 32
)

// Member is a way to apply the law.
type Member struct {
	// Feature and Price, a place in the list of prices, say how much stands ready.
	Feature, Price int
	// Pace is that of the rate.
	Pace int
	// Patience is the law's, with a lead of familyLead or more.
	Patience control.Patience
	// Waits is true for a way that is for work that can wait for new replicas, false for one for
	// work that cannot.
	Waits bool
}

// Waits is true for work that can wait for new replicas, and for them to catch up: for a lead and
// a half.
func Waits(wait, lead sample.Span) bool { return control.CanWait(int64(wait), int64(lead)) }

// familyLead is the shortest lead of the scenarios that the family was chosen in. The
// less time a replica takes, the less is lost by one that comes or goes too early, and
// the sooner all that is learned of leads is seen: with shorter leads, times are shorter
// in proportion.
const familyLead = 65 * sample.Second

// scaleOf is by how much times are shorter with a lead.
func scaleOf(lead sample.Span) float64 {
	return min(max(float64(lead)/float64(familyLead), 0.01), 1)
}

// place of what the member asks to stand ready, among all features and prices.
func (m *Member) place() int { return m.Feature*prices + m.Price }

// patience is the member's, with times by a scale.
func (m *Member) patience(scale float64) control.Patience {
	p := m.Patience
	p.Waste = int64(float64(p.Waste) * scale)
	p.Drain = max(int64(float64(p.Drain)*scale), 1000)
	return p
}

// doubt is the share of late work that is supposed of a member until there is
// evidence, of work that cannot wait at all: who asks for much to stand ready needs
// none.
func (m *Member) doubt() float64 {
	const most = 0.02
	switch price := priceList[m.Price]; {
	case price >= 60:
		return 0
	case price >= 30:
		return most / 3
	}
	return most
}

// Family is the ways that New tries, those for work that cannot wait first.
func Family() []Member { return append([]Member(nil), family[:]...) }
