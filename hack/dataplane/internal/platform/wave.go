package platform

import (
	"errors"
	"fmt"
	"time"
)

// Wave is harmful content of a kind that comes more often for a time, or looks
// otherwise: a campaign.
type Wave struct {
	// Market that it comes in; empty for all.
	Market string
	// Domain of its items.
	Domain string
	// At is when it begins, For how long it lasts; 0 for until the end.
	At, For time.Duration
	// AfterChange counts At from when a change of a policy first decided an item of the
	// market: those who post find out what it lets through. It ends when the change
	// decides nothing there any more.
	AfterChange bool
	// Times is how much more often such items come.
	Times float64
	// Harmful are the scores of the label of the domain; the label's own if zero.
	Harmful Beta
}

// wave is a Wave at work.
type wave struct {
	Wave
	began time.Duration // or never
}

func validateWaves(all []Wave) error {
	for i := range all {
		if err := all[i].validate(); err != nil {
			return err
		}
	}
	return nil
}

func (v *Wave) validate() error {
	switch {
	case v.Domain == "":
		return errors.New("wave: needs a domain")
	case !positive(v.Times) || v.At < 0 || v.For < 0:
		return fmt.Errorf("wave of %s: times must be above 0, and times of the run 0 or more", v.Domain)
	case v.Harmful != (Beta{}) && !positive(v.Harmful.A, v.Harmful.B):
		return fmt.Errorf("wave of %s: score parameters must be above 0", v.Domain)
	}
	return nil
}

// swell notes which waves begin.
func (w *World) swell() {
	for i := range w.waves {
		if v := &w.waves[i]; v.began == never && w.comes(v) {
			v.began = w.now
		}
	}
}

// comes is whether a wave does now.
func (w *World) comes(v *wave) bool {
	from := v.At
	if v.AfterChange {
		decided, ok := w.changeDecides(v.Market)
		if !ok {
			return false
		}
		from += decided
	}
	return w.now >= from && (v.For == 0 || w.now < from+v.For)
}

// changeDecides is since when a change that is being rolled out decides items of a
// market, or of any if it is empty.
func (w *World) changeDecides(market string) (since time.Duration, ok bool) {
	for _, ro := range w.rollouts {
		if ro.over {
			continue
		}
		for m, at := range ro.decided {
			if (market == "" || m == market) && (!ok || at < since) {
				since, ok = at, true
			}
		}
	}
	return since, ok
}

// waveIn is the first wave that comes in a market; nil for none.
func (w *World) waveIn(market string) *wave {
	for i := range w.waves {
		v := &w.waves[i]
		if (v.Market == "" || v.Market == market) && v.began != never && w.comes(v) {
			return v
		}
	}
	return nil
}

// domainOf draws the domain of an item of a market, and says of which scores it is.
func (w *World) domainOf(q *queue, market string) (domain string, scores *Beta) {
	sums, v := q.domainSums, w.waveIn(market)
	if v != nil {
		sums = running(q.Domains, func(d Domain) float64 {
			if d.Name == v.Domain {
				return d.Weight * v.Times
			}
			return d.Weight
		})
	}
	domain = q.Domains[pick(w.rng, sums)].Name
	if v != nil && domain == v.Domain && v.Harmful != (Beta{}) {
		scores = &v.Harmful
	}
	return domain, scores
}
