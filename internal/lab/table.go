package lab

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/modcap/modcap/internal/simulate"
)

// grid of text that is written as a Markdown table with even columns, so that it can be
// read as it is too.
type grid [][]string // rows, the first the head

// columns is a grid with its first row, whose cells are apart by bars.
func columns(names string) grid { return grid{strings.Split(names, "|")} }

func (g *grid) row(cells ...string) { *g = append(*g, cells) }

func (g grid) String() string {
	width := make([]int, len(g[0]))
	for _, row := range g {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	line := func(row []string) {
		for i, cell := range row {
			b.WriteString("| " + cell + strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell)+1))
		}
		b.WriteString("|\n")
	}
	line(g[0])
	rule := make([]string, len(width)) // below the head
	for i, w := range width {
		rule[i] = strings.Repeat("-", w)
	}
	line(rule)
	for _, row := range g[1:] {
		line(row)
	}
	return b.String()
}

// Table is the results beside the bar, and under it what is printed besides, in
// Markdown.
func Table(rows []Row) string {
	return BarTable(rows) + "\n" + moreTable(rows)
}

// BarTable is the results beside the bar.
func BarTable(rows []Row) string {
	g := columns("scenario|cells ≥ promise|any peer in hindsight|cost ÷ best peer: median|90th percentile|changes a day, median|bar")
	for i := range rows {
		r := &rows[i]
		var bar Bar
		if r.Bar != nil {
			bar = *r.Bar
		}
		g.row(r.Scenario,
			r.beside(0, fmt.Sprintf("≥ %.0f %%", 100*bar.Kept)),
			of(r.PeerKept, r.Compared),
			r.beside(1, fmt.Sprintf("≤ %.2f", bar.Median)),
			r.beside(2, fmt.Sprintf("≤ %.2f", bar.P90)),
			r.beside(3, fmt.Sprintf("≤ %.0f", bar.Changes)),
			verdict(r))
	}
	return g.String()
}

// beside is one of the figures with its bar, and whether it is met.
func (r *Row) beside(f int, bar string) string {
	figure := figures[f].of(r)
	switch {
	case r.Bar == nil:
		return figure
	case r.each()[f]:
		return figure + " (" + bar + ": met)"
	}
	return figure + " (" + bar + ": **missed**)"
}

// figures are the four of the bar, with how each is said.
var figures = [...]struct {
	name string
	of   func(*Row) string
}{
	{"cells", func(r *Row) string { return of(r.Kept, r.Cells) }},
	{"cost, median", func(r *Row) string { return ratio(r.Peer.N, r.Peer.Median) }},
	{"cost, 90th percentile", func(r *Row) string { return ratio(r.Peer.N, r.Peer.P90) }},
	{"changes", func(r *Row) string { return fmt.Sprintf("%.0f", math.Ceil(r.Changes.Median)) }},
}

func verdict(r *Row) string {
	if r.Bar == nil {
		return "none"
	}
	if n := r.met(); n < 4 {
		return fmt.Sprintf("%d of 4", n)
	}
	return "met"
}

func moreTable(rows []Row) string {
	g := columns("scenario|÷ best peer within the limit of changes: cells, median, p90|" +
		"÷ oracle-rate: median, p90|÷ clairvoyant: median, p90|÷ pure work: median, p90|" +
		"mean attained|mean 5th percentile of 5 min|best peers' changes a day, median")
	for i := range rows {
		r := &rows[i]
		limited := fmt.Sprintf("%d, %s", r.Limited.N, pair(r.Limited))
		if r.Bar != nil && r.Bar.Median < 1 {
			limited += fmt.Sprintf(" (≤ %.2f expected)", LimitedBar)
		}
		g.row(r.Scenario, limited, pair(r.Oracle), pair(r.Clairvoyant), pair(r.Work), percent(r.Attained), percent(r.Low),
			count(r.PeerChanges.N, r.PeerChanges.Median))
	}
	return g.String()
}

// MissedTable lists the missed cells with the evidence; empty if there is none.
func MissedTable(rows []Row) string {
	g := columns("scenario|trace|day|attained|short by|cost|best peer|oracle-rate|had to stand ready|at the least cost")
	for i := range rows {
		for k := range rows[i].Missed {
			g.row(missed(&rows[i].Missed[k])...)
		}
	}
	if len(g) == 1 {
		return ""
	}
	return g.String()
}

func missed(c *Cell) []string {
	standing, cheapest := "-", "-"
	if s := c.Standing; s != nil {
		standing, cheapest = s.Copy.String(), s.Cheapest.String()
		if s.Cheapest.Factor != 1 {
			cheapest += fmt.Sprintf(", reacting %g-fold", s.Cheapest.Factor)
		}
	}
	peer, oracle := "-", "-"
	for _, p := range []*Peer{c.Nearest, c.Best} {
		if p != nil {
			peer = fmt.Sprintf("%s: %s at %.2f", p.Rule, percent(p.Attained), p.Cost)
		}
	}
	if p := c.Oracle; p != nil {
		oracle = fmt.Sprintf("%s at %.2f", percent(p.Attained), p.Cost)
	}
	return []string{
		c.Scenario, c.Trace, c.day(), percent(c.Engine.Attained), points(c.Share - c.Engine.Attained), fmt.Sprintf("%.2f", c.Engine.Cost),
		peer, oracle, standing, cheapest,
	}
}

func (r Ready) String() string {
	if r.Beyond {
		return fmt.Sprintf("more than %d workers", r.Workers)
	}
	if r.Workers == 1 {
		return fmt.Sprintf("1 worker, %.2f", r.Cost)
	}
	return fmt.Sprintf("%d workers, %.2f", r.Workers, r.Cost)
}

// CellTable lists every cell of a scenario.
func CellTable(cells []Cell, scenario string) string {
	g := columns("trace|day|attained|5th percentile|cost|÷ best peer|best peer|÷ within limit|÷ oracle-rate|" +
		"÷ clairvoyant|changes a day|the peer's")
	for i := range cells {
		c := &cells[i]
		if c.Scenario != scenario {
			continue
		}
		name, changes := "none keeps the promise", "-"
		switch {
		case c.Best != nil:
			name, changes = fmt.Sprintf("%s at %.2f", c.Best.Rule, c.Best.Cost), fmt.Sprintf("%.0f", c.Best.Changes)
		case c.Nearest == nil:
			name = "not run"
		}
		e := c.Engine
		g.row(c.Trace, c.day(), percent(e.Attained), percent(e.Low), fmt.Sprintf("%.3f", e.Cost), over(c, c.Best), name,
			over(c, c.Limited), over(c, c.Oracle), fmt.Sprintf("%.3f", e.Cost/c.Clairvoyant), fmt.Sprintf("%.0f", e.Changes), changes)
	}
	return g.String()
}

// day is which one of the trace, in a word; a part of one is given in minutes.
func (c *Cell) day() string {
	if c.Seconds < daySeconds {
		return fmt.Sprintf("%d min", c.Seconds/60)
	}
	return string(c.Day)
}

func over(c *Cell, p *Peer) string {
	if r, ok := c.Ratio(p); ok {
		return fmt.Sprintf("%.3f", r)
	}
	return "-"
}

func ratio(n int, v float64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%.3f", v)
}

func count(n int, v float64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0f", v)
}

func pair(s Spread) string { return ratio(s.N, s.Median) + ", " + ratio(s.N, s.P90) }

// whole is a share in percent, never rounded up.
func whole(n, of int) string { return fmt.Sprintf("%d %%", 100*n/max(1, of)) }

func of(n, all int) string {
	if all == 0 {
		return "-"
	}
	return fmt.Sprintf("%d of %d, %s", n, all, whole(n, all))
}

// percent never rounds what was missed up to what was promised.
func percent(share float64) string { return fmt.Sprintf("%.2f %%", math.Floor(share*1e4+1e-6)/100) }

// points of a shortfall are rounded up, as percent is rounded down.
func points(share float64) string { return fmt.Sprintf("%.2f points", math.Ceil(share*1e4-1e-6)/100) }

// title of a cell for people.
func (c *Cell) title() string {
	day := map[simulate.Day]string{simulate.LastDay: "last day", simulate.PeakDay: "busiest day"}[c.Day]
	if c.Seconds < daySeconds {
		day = fmt.Sprintf("all %d minutes", c.Seconds/60)
	}
	return fmt.Sprintf("%s: %s, %s", c.Scenario, c.Trace, day)
}
