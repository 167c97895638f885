package lab

import (
	"cmp"
	"slices"
)

// Bar is what a scenario's results must reach.
type Bar struct {
	// Kept is the least share of cells that keep the promise.
	Kept float64 `json:"kept"`
	// Median and P90 are the most that cost over the best peer may be.
	Median float64 `json:"median"`
	P90    float64 `json:"p90"`
	// Changes a day, in the median, at most; the peers of Cell.Limited keep to it too.
	Changes float64 `json:"changes"`
}

// Bars by the scenario's name.
func Bars() map[string]Bar {
	return map[string]Bar{
		"live":  {0.90, 0.92, 1.25, 300},
		"fast":  {0.94, 0.88, 1.05, 300},
		"large": {0.93, 0.90, 1.05, 300},
		"video": {0.97, 1.00, 1.10, 200},
		"batch": {0.97, 1.00, 1.06, 80},
		"small": {1.00, 1.00, 1.12, 100},
	}
}

// LimitedBar is what cost over the best peer that keeps to the limit of changes is
// expected to be at most, in the median, where the deadline is no longer than startup.
const LimitedBar = 0.85

// Row is a scenario's line of the table.
type Row struct {
	Scenario string `json:"scenario"`
	// Bar is nil for a scenario that has none.
	Bar *Bar `json:"bar,omitempty"`
	// Cells, of which the engine Kept the promise in so many, and PeerKept in which any
	// peer with any setting did. Compared is how many cells have peers at all.
	Cells    int `json:"cells"`
	Kept     int `json:"kept"`
	PeerKept int `json:"peerKept"`
	Compared int `json:"compared"`
	// Peer is cost over the best peer, Limited over the best that keeps to the limit of
	// changes, Oracle over oracle-rate, Clairvoyant over the bound: where both keep the
	// promise. Work is the cost itself where the promise is kept.
	Peer        Spread `json:"peer"`
	Limited     Spread `json:"limited"`
	Oracle      Spread `json:"oracle"`
	Clairvoyant Spread `json:"clairvoyant"`
	Work        Spread `json:"work"`
	// Changes a day of all cells, and those of the best peers.
	Changes     Spread `json:"changes"`
	PeerChanges Spread `json:"peerChanges"`
	// Attained and Low are means over all cells.
	Attained float64 `json:"attained"`
	Low      float64 `json:"low"`
	// Missed cells, the furthest first.
	Missed []Cell `json:"missed"`
}

// Summarize makes a row for each scenario, in the order in which the cells name them.
func Summarize(cells []Cell, bars map[string]Bar) []Row {
	var rows []Row
	for _, name := range scenarios(cells) {
		of := slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool { return c.Scenario != name })
		row := summarize(of)
		if bar, ok := bars[name]; ok {
			row.Bar = &bar
		}
		rows = append(rows, row)
	}
	return rows
}

func scenarios(cells []Cell) []string {
	var out []string
	for i := range cells {
		if !slices.Contains(out, cells[i].Scenario) {
			out = append(out, cells[i].Scenario)
		}
	}
	return out
}

// summarize is the row of one scenario's cells, of which there is one or more.
func summarize(cells []Cell) Row {
	row := Row{Scenario: cells[0].Scenario, Cells: len(cells)}
	var peer, limited, oracle, bound, work, changes, peerChanges []float64
	add := func(to *[]float64, c *Cell, p *Peer) {
		if ratio, ok := c.Ratio(p); ok {
			*to = append(*to, ratio)
		}
	}
	for i := range cells {
		c := &cells[i]
		row.Attained, row.Low = row.Attained+c.Engine.Attained, row.Low+c.Engine.Low
		changes = append(changes, c.Engine.Changes)
		if c.Best != nil || c.Nearest != nil {
			row.Compared++
		}
		if c.Best != nil {
			row.PeerKept++
			peerChanges = append(peerChanges, c.Best.Changes)
		}
		if !c.Kept() {
			row.Missed = append(row.Missed, *c)
			continue
		}
		row.Kept++
		work, bound = append(work, c.Engine.Cost), append(bound, c.Engine.Cost/c.Clairvoyant)
		add(&peer, c, c.Best)
		add(&limited, c, c.Limited)
		add(&oracle, c, c.Oracle)
	}
	n := float64(len(cells))
	row.Attained, row.Low = row.Attained/n, row.Low/n
	row.Peer, row.Limited, row.Oracle = spread(peer), spread(limited), spread(oracle)
	row.Clairvoyant, row.Work, row.Changes, row.PeerChanges = spread(bound), spread(work), spread(changes), spread(peerChanges)
	slices.SortStableFunc(row.Missed, func(a, b Cell) int { return cmp.Compare(a.Engine.Attained, b.Engine.Attained) })
	return row
}

// Met says which of the bar's four figures are met; a ratio of no cell is not.
func (r *Row) Met() (kept, median, p90, changes bool) {
	if r.Bar == nil {
		return false, false, false, false
	}
	return float64(r.Kept) >= r.Bar.Kept*float64(r.Cells)-hair,
		r.Peer.N > 0 && r.Peer.Median <= r.Bar.Median+hair,
		r.Peer.N > 0 && r.Peer.P90 <= r.Bar.P90+hair,
		r.Changes.Median <= r.Bar.Changes+hair
}

// each says of the figures which of them are met.
func (r *Row) each() [len(figures)]bool {
	kept, median, p90, changes := r.Met()
	return [...]bool{kept, median, p90, changes}
}

// met counts the figures of the bar that are met.
func (r *Row) met() int {
	n := 0
	for _, met := range r.each() {
		if met {
			n++
		}
	}
	return n
}
