package linear

import (
	"fmt"
	"math"
)

// Proven checks an answer without trust in how it was found: it is within all rows, and at its prices,
// and what options pay beyond them, nothing could gain more. It allows for so much of rounding, of
// numbers of about 1.
func (p *Packing) Proven(a Packed, rounding float64) error {
	if err := p.within(a, rounding); err != nil {
		return err
	}
	gained, could := 0.0, 0.0
	for r, price := range a.Prices {
		if price < -rounding {
			return fmt.Errorf("row %d has a price of %g", r, price)
		}
		could += price * p.has[r]
	}
	for k, x := range a.Options {
		gained += p.gain[k] * x
		slope := p.gain[k]
		for t := p.from[k]; t < p.from[k+1]; t++ {
			slope -= p.much[t] * a.Prices[p.rows[t]]
		}
		if slope > rounding*max(1, math.Abs(p.gain[k])) {
			could += slope * p.most[k] // without end, where there is no most
		}
	}
	if math.IsNaN(gained-could) || math.Abs(gained-could) > rounding*max(1, math.Abs(gained)) {
		return fmt.Errorf("%g is gained, and %g could be", gained, could)
	}
	return nil
}

// within checks that nothing is below 0, or more than there is.
func (p *Packing) within(a Packed, rounding float64) error {
	used := make([]float64, len(p.has))
	for k, x := range a.Options {
		if x < -rounding || x > p.most[k]+rounding {
			return fmt.Errorf("there is %g of option %d, and %g at most", x, k, p.most[k])
		}
		for t := p.from[k]; t < p.from[k+1]; t++ {
			used[p.rows[t]] += p.much[t] * x
		}
	}
	for r, has := range p.has {
		if used[r] > has+rounding*max(1, has) {
			return fmt.Errorf("row %d has %g, and %g is taken", r, has, used[r])
		}
	}
	return nil
}
