package lab_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/lab"
	"github.com/modcap/modcap/internal/simulate"
)

func TestQuantile(t *testing.T) {
	for name, c := range map[string]struct {
		values []float64
		q      float64
		want   float64
	}{
		"one":             {[]float64{7}, 0.9, 7},
		"middle":          {[]float64{1, 2, 9}, 0.5, 2},
		"middle of even":  {[]float64{1, 2, 4, 9}, 0.5, 3},
		"between":         {[]float64{0, 10}, 0.9, 9},
		"least":           {[]float64{3, 4}, 0, 3},
		"most":            {[]float64{3, 4}, 1, 4},
		"ninetieth of 11": {[]float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 0.9, 9},
	} {
		t.Run(name, func(t *testing.T) {
			if got := lab.Quantile(c.values, c.q); math.Abs(got-c.want) > 1e-12 {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// peer is one at a cost, for cells.
func peer(cost, changes float64) *lab.Peer {
	return &lab.Peer{Rule: "kpa", Knob: 2, Score: lab.Score{Attained: 0.995, Low: 0.9, Cost: cost, Changes: changes}}
}

// cell attains a share at a cost, in scenario live.
func cell(trace string, attained, cost float64, against lab.Against) lab.Cell {
	if against.Clairvoyant == 0 {
		against.Clairvoyant = 1
	}
	return lab.Cell{
		Trace: trace, Day: simulate.LastDay, Scenario: "live", Seconds: 86_400, Share: 0.99,
		Engine: lab.Score{Attained: attained, Low: attained - 0.01, Cost: cost, Changes: 100 * cost}, Against: against,
	}
}

func TestSummarize(t *testing.T) {
	cells := []lab.Cell{
		cell("a", 0.995, 2, lab.Against{Best: peer(2, 500), Limited: peer(4, 90), Oracle: peer(1, 0)}),
		cell("b", 0.99, 3, lab.Against{Best: peer(2, 100), Limited: peer(2, 100), Clairvoyant: 1.5}),
		cell("far", 0.5, 4, lab.Against{Best: peer(1, 300)}),       // missed, though a peer keeps it
		cell("alone", 1, 1, lab.Against{Nearest: peer(9, 1)}),      // no peer keeps it
		cell("near", 0.98999, 1, lab.Against{Nearest: peer(9, 1)}), // nobody does
		cell("new", 1, 5, lab.Against{}),                           // no peer was run
		{Trace: "x", Scenario: "other", Share: 0.99, Engine: lab.Score{}, Against: lab.Against{Clairvoyant: 1}},
	}
	bar := lab.Bar{Kept: 4.0 / 6, Median: 1.25, P90: 1.45, Changes: 249}
	rows := lab.Summarize(cells, map[string]lab.Bar{"live": bar})
	if len(rows) != 2 || rows[1].Scenario != "other" || rows[1].Bar != nil || rows[1].Kept != 0 {
		t.Fatalf("rows %+v", rows)
	}
	want := lab.Row{
		Scenario: "live", Bar: &bar, Cells: 6, Kept: 4, PeerKept: 3, Compared: 5,
		Peer:        lab.Spread{N: 2, Median: 1.25, P90: 1.45},
		Limited:     lab.Spread{N: 2, Median: 1, P90: 1.4},
		Oracle:      lab.Spread{N: 1, Median: 2, P90: 2},
		Clairvoyant: lab.Spread{N: 4, Median: 2, P90: 4.1},
		Work:        lab.Spread{N: 4, Median: 2.5, P90: 4.4},
		Changes:     lab.Spread{N: 6, Median: 250, P90: 450},
		PeerChanges: lab.Spread{N: 3, Median: 300, P90: 460},
		Attained:    (0.995 + 0.99 + 0.5 + 1 + 0.98999 + 1) / 6,
		Low:         (0.995+0.99+0.5+1+0.98999+1)/6 - 0.01,
		Missed:      []lab.Cell{cells[2], cells[4]},
	}
	close := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })
	if diff := cmp.Diff(want, rows[0], close); diff != "" {
		t.Error(diff)
	}
	kept, median, p90, changes := rows[0].Met()
	if !kept || !median || !p90 || changes {
		t.Errorf("met: %v %v %v %v", kept, median, p90, changes)
	}
	if kept, median, p90, changes = rows[1].Met(); kept || median || p90 || changes {
		t.Error("a scenario without a bar meets it")
	}
}

// Without any cell to compare, a ratio is not met, and a share of all cells is.
func TestMetWithoutPeers(t *testing.T) {
	rows := lab.Summarize([]lab.Cell{cell("a", 1, 1, lab.Against{})}, lab.Bars())
	if kept, median, p90, changes := rows[0].Met(); !kept || median || p90 || !changes {
		t.Errorf("met: %v %v %v %v", kept, median, p90, changes)
	}
	table := lab.Table(rows)
	for _, want := range []string{"1 of 1, 100 % (≥ 90 %: met)", "- (≤ 0.92: **missed**)", "| 0, -, - (≤ 0.85 expected)", "2 of 4"} {
		if !strings.Contains(table, want) {
			t.Errorf("%q is missing:\n%s", want, table)
		}
	}
}

func TestTypical(t *testing.T) {
	part := cell("part", 1, 1.5, lab.Against{Best: peer(1, 1)})
	part.Seconds = 3600
	cells := []lab.Cell{
		cell("dear", 1, 9, lab.Against{Best: peer(1, 1)}),
		part,
		cell("missed", 0.9, 1.5, lab.Against{Best: peer(1, 1)}),
		cell("middle", 1, 2, lab.Against{Best: peer(1, 1)}),
		cell("alone", 1, 2, lab.Against{}),
		cell("cheap", 1, 1, lab.Against{Best: peer(1, 1)}),
	}
	if got, ok := lab.Typical(cells, "live"); !ok || got.Trace != "middle" {
		t.Errorf("%s", got.Trace)
	}
	if got, ok := lab.Typical(cells[4:5], "live"); !ok || got.Trace != "alone" {
		t.Errorf("without peers: %s", got.Trace)
	}
	if got, ok := lab.Typical(cells[1:2], "live"); !ok || got.Trace != "part" {
		t.Errorf("without a whole day: %s", got.Trace)
	}
	if _, ok := lab.Typical(cells, "fast"); ok {
		t.Error("a scenario without cells has a typical one")
	}
}

// A ratio that every cell has is the median and the 90th percentile, whatever else there is.
func TestSummarizeAnyCells(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 9))
	for range 200 {
		var cells []lab.Cell
		kept := 0
		for range 1 + rng.IntN(20) {
			cost := 1 + rng.Float64()
			c := cell("a", 0.98+0.02*rng.Float64(), cost, lab.Against{Best: peer(cost/1.5, 1), Clairvoyant: cost / 3})
			if c.Kept() {
				kept++
			}
			cells = append(cells, c)
		}
		before := slices.Clone(cells)
		r := lab.Summarize(cells, lab.Bars())[0]
		if r.Kept != kept || r.Peer.N != kept || len(r.Missed)+kept != len(cells) || !slices.Equal(before, cells) {
			t.Fatalf("%d kept of %d: %+v", kept, len(cells), r)
		}
		if kept > 0 && math.Abs(r.Peer.Median-1.5)+math.Abs(r.Peer.P90-1.5)+math.Abs(r.Clairvoyant.P90-3) > 1e-9 {
			t.Fatalf("ratios %+v", r)
		}
	}
}
