package platform

import (
	"cmp"
	"maps"
	"slices"
	"time"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// RolloutReport is what was counted of the rollout of a change.
type RolloutReport struct {
	Policy, Revision string
	// Over says that no document carries it any more.
	Over bool
	// Decided is when the change first decided an item, by market.
	Decided map[string]time.Duration
	Cohorts []CohortReport
}

// CohortReport is what was decided in one interval.
type CohortReport struct {
	// Begin by the clock, From since the start of the run.
	Begin time.Time
	From  time.Duration
	// Matured is when it was over and 95 % of what moved had been looked at; negative
	// until then.
	Matured time.Duration
	Cells   []CellReport
}

// CellReport is a cohort of a market.
type CellReport struct {
	Market string
	// Entered items that both revisions were evaluated on, Candidate those of them that
	// the change decided.
	Entered, Candidate int64
	Moved              []MovedReport
	Strata             []StratumReport
}

// MovedReport is the items that the revisions decide differently.
type MovedReport struct {
	Label, From, To                     string
	Items, Sampled, Labelled, Violating int64
}

// StratumReport is random samples at one rate.
type StratumReport struct {
	Arm               string
	Rate              v1.PPM
	Sampled, Labelled int64
	Errors            []ErrorReport
}

// ErrorReport is the samples that were decided wrongly.
type ErrorReport struct {
	Label, Kind string
	Errors      int64
}

// WaveReport says when a wave began; negative before that.
type WaveReport struct {
	Market, Domain string
	Began          time.Duration
	// On says that it comes now.
	On bool
}

func (w *World) rolloutReports() (out []RolloutReport) {
	for _, ro := range w.rollouts {
		r := RolloutReport{Policy: ro.policy, Revision: ro.revision, Over: ro.over, Decided: maps.Clone(ro.decided)}
		for _, c := range ro.cohorts {
			one := CohortReport{Begin: w.epoch.Add(c.begin).UTC(), From: c.begin, Matured: c.matured}
			for _, market := range slices.Sorted(maps.Keys(c.cells)) {
				one.Cells = append(one.Cells, c.cells[market].report(market))
			}
			r.Cohorts = append(r.Cohorts, one)
		}
		out = append(out, r)
	}
	return out
}

func (c *cell) report(market string) CellReport {
	r := CellReport{Market: market, Entered: c.entered, Candidate: c.candidate}
	for k, m := range c.moved {
		r.Moved = append(r.Moved, MovedReport{
			Label: k.label, From: k.from.String(), To: k.to.String(),
			Items: m.items, Sampled: m.sampled, Labelled: m.labelled, Violating: m.violating,
		})
	}
	slices.SortFunc(r.Moved, func(a, b MovedReport) int {
		return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	for k, s := range c.strata {
		one := StratumReport{Arm: k.arm, Rate: k.rate, Sampled: s.sampled, Labelled: s.labelled}
		for e, n := range s.errors {
			one.Errors = append(one.Errors, ErrorReport{e.label, e.kind, n})
		}
		slices.SortFunc(one.Errors, func(a, b ErrorReport) int {
			return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Kind, b.Kind))
		})
		r.Strata = append(r.Strata, one)
	}
	slices.SortFunc(r.Strata, func(a, b StratumReport) int {
		return cmp.Or(cmp.Compare(a.Arm, b.Arm), cmp.Compare(a.Rate, b.Rate))
	})
	return r
}

func (w *World) waveReports() (out []WaveReport) {
	for i := range w.waves {
		wave := &w.waves[i]
		out = append(out, WaveReport{wave.Market, wave.Domain, wave.began, w.comes(wave)})
	}
	return out
}
