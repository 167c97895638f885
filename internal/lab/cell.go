package lab

import (
	"cmp"
	"math"
	"slices"

	"github.com/modcap/modcap/internal/simulate"
)

// Score is what came of one policy: means over seeds.
type Score struct {
	// Attained is the share of the items done in time, and Low its 5th percentile over
	// windows of five minutes.
	Attained float64 `json:"attained"`
	Low      float64 `json:"low"`
	// Cost is worker-seconds as a multiple of the pure work, startup included.
	Cost float64 `json:"cost"`
	// Changes of the replica count, a day; a shorter time is scaled up to a day.
	Changes float64 `json:"changes"`
}

// score is a run's result, for a day of so many seconds and that much work.
func score(r simulate.Result, seconds int, work float64) Score {
	return Score{r.Attained, r.Low, r.WorkerSeconds / work, float64(r.Changes) * daySeconds / float64(seconds)}
}

func meanScore(scores []Score) Score {
	var m Score
	for _, s := range scores {
		m.Attained, m.Low, m.Cost, m.Changes = m.Attained+s.Attained, m.Low+s.Low, m.Cost+s.Cost, m.Changes+s.Changes
	}
	n := float64(max(1, len(scores)))
	return Score{m.Attained / n, m.Low / n, m.Cost / n, m.Changes / n}
}

// Peer is a rule with one of its settings.
type Peer struct {
	Rule string  `json:"rule"`
	Knob float64 `json:"knob"`
	Score
}

// Cell is one day of a trace in one scenario, under one engine.
type Cell struct {
	Trace    string       `json:"trace"`
	Day      simulate.Day `json:"day"`
	Scenario string       `json:"scenario"`
	// Seconds that are scored; less than a day if the trace is shorter.
	Seconds int `json:"seconds"`
	// Share of the items that must be in time.
	Share  float64 `json:"share"`
	Engine Score   `json:"engine"`
	Against
	// Standing is there for missed cells.
	Standing *Standing `json:"standing,omitempty"`
}

// Against is what a cell's engine is compared with; nil is none.
type Against struct {
	// Clairvoyant is the cost of the clairvoyant bound.
	Clairvoyant float64 `json:"clairvoyant"`
	// Best is the cheapest peer that keeps the promise, in hindsight over all rules and
	// settings; Limited the cheapest that also keeps to the bar's limit of changes.
	Best    *Peer `json:"best,omitempty"`
	Limited *Peer `json:"limited,omitempty"`
	// Nearest is the peer that attained most, where none keeps the promise.
	Nearest *Peer `json:"nearest,omitempty"`
	// Oracle is the cheapest setting of oracle-rate that keeps the promise.
	Oracle *Peer `json:"oracle,omitempty"`
}

// Kept says whether the engine kept the promise.
func (c *Cell) Kept() bool { return c.Engine.Attained >= c.Share-hair }

// Ratio is the engine's cost over a peer's, where both keep the promise.
func (c *Cell) Ratio(p *Peer) (float64, bool) {
	if p == nil || !c.Kept() {
		return 0, false
	}
	return c.Engine.Cost / p.Cost, true
}

// against chooses among the runs of all rules, each a mean over seeds.
func against(runs []Peer, share, limit float64) Against {
	var a Against
	for i := range runs {
		p := &runs[i]
		kept := p.Attained >= share-hair
		switch {
		case p.Rule == simulate.OracleRate:
			if kept {
				a.Oracle = cheaper(a.Oracle, p)
			}
			continue
		case kept:
			a.Best = cheaper(a.Best, p)
			if limit > 0 && p.Changes <= limit {
				a.Limited = cheaper(a.Limited, p)
			}
		}
		if a.Nearest == nil || p.Attained > a.Nearest.Attained {
			a.Nearest = p
		}
	}
	if a.Best != nil {
		a.Nearest = nil
	}
	return a
}

// cheaper is the first of the two unless the second costs less.
func cheaper(a, b *Peer) *Peer {
	if a == nil || b.Cost < a.Cost {
		return b
	}
	return a
}

// Spread is the median and the 90th percentile of N values; zeros if there are none.
type Spread struct {
	N      int     `json:"n"`
	Median float64 `json:"median"`
	P90    float64 `json:"p90"`
}

func spread(values []float64) Spread {
	if len(values) == 0 {
		return Spread{}
	}
	slices.Sort(values)
	return Spread{len(values), Quantile(values, 0.5), Quantile(values, 0.9)}
}

// Quantile of sorted values, one or more: linear between the two nearest, so that the
// median of an even number is the mean of the two in the middle.
func Quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	low := int(math.Floor(at))
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}

// byRatio are cells with a best peer, both keeping the promise, by their ratio.
func byRatio(cells []Cell) []Cell {
	out := slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool {
		_, ok := c.Ratio(c.Best)
		return !ok
	})
	slices.SortStableFunc(out, func(a, b Cell) int { return cmp.Compare(a.Engine.Cost/a.Best.Cost, b.Engine.Cost/b.Best.Cost) })
	return out
}

// Typical is the cell of a scenario to look at: of those that span a whole day, the one
// in the middle by cost over the best peer's, or the first where none has a peer.
func Typical(cells []Cell, scenario string) (Cell, bool) {
	whole := slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool { return c.Scenario != scenario || c.Seconds < daySeconds })
	if sorted := byRatio(whole); len(sorted) > 0 {
		return sorted[(len(sorted)-1)/2], true
	}
	if len(whole) > 0 {
		return whole[0], true
	}
	i := slices.IndexFunc(cells, func(c Cell) bool { return c.Scenario == scenario })
	if i < 0 {
		return Cell{}, false
	}
	return cells[i], true
}
