package tune

import "github.com/modcap/modcap/internal/control"

// The family of shadows: every feature with every price and every variant.
const (
	features    = 3
	prices      = 8
	variants    = 4
	shadowCount = features * prices * variants
)

// Features are what the standing requirement is conditioned on.
const (
	quick  = iota // the rate now, which follows a jump at once
	steady        // an average over some minutes
	peak          // the highest rate of the last minutes: moves seldom
)

// priceList is what a unit of late work costs in units of the work of a lead; 0 asks
// for nothing to stand ready.
var priceList = [prices]float64{0, 3, 10, 30, 60, 120, 300, 1000}

// variant is a way to be patient.
type variant struct {
	pace     int // of rates.now
	patience control.Patience
}

// family is the variants, the calmest first.
var family = [variants]variant{
	{calm, control.Patience{High: 900, Low: 300, Middle: 350, Drain: 1_200_000, Waste: 30_000, Over: 50}},
	{calm, control.Patience{High: 900, Low: 300, Middle: 350, Drain: 600_000, Waste: 4_000, Over: 20}},
	{medium, control.Patience{High: 700, Low: 300, Middle: 300, Drain: 150_000, Waste: 20_000, Over: 50, Bet: 2500}},
	{brisk, control.Patience{High: 500, Low: 300, Middle: 400, Drain: 60_000, Waste: 8_000, Over: 50, Bet: 2500}},
}

// member is one shadow of the family.
type member struct {
	feature, price int
	variant        *variant
	// prior is the share of late work that is supposed until there is evidence, of work
	// that cannot wait at all.
	prior float64
}

// members are all of them, in the order of State.shadows.
var members = func() (m [shadowCount]member) {
	for i := range m {
		v := i % variants
		m[i] = member{feature: i / (variants * prices), price: i / variants % prices, variant: &family[v], prior: priorLate}
		if v == variants-1 {
			switch price := priceList[m[i].price]; {
			case price >= 60:
				m[i].prior = 0
			case price >= 30:
				m[i].prior = priorLate / 3
			}
		}
	}
	return m
}()
