package lab

import (
	"fmt"
	"math"
	"strings"
)

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

// each says of the figures which of them are met.
func (r *Row) each() [len(figures)]bool {
	kept, median, p90, changes := r.Met()
	return [...]bool{kept, median, p90, changes}
}

// ReachTable says of each figure of the bar that the engine misses whether one way a day,
// chosen by somebody who knows the day, would have met it; rows are those of
// HindsightRows. It is empty where none is missed.
func ReachTable(rows []Row) string {
	g := columns("scenario|missed|engine|best way|few changes|with one way a day, known beforehand")
	missed := false
	for i := range rows {
		engine := &rows[i]
		if strings.Contains(engine.Scenario, ", ") {
			continue
		}
		others := rows[i+1:]
		for k := range others {
			if !strings.Contains(others[k].Scenario, ", ") {
				others = others[:k]
				break
			}
		}
		for f, met := range engine.each() {
			if met || len(others) == 0 {
				continue
			}
			missed = true
			best, few := &others[0], "no such way"
			if len(others) > 1 {
				few = figures[f].of(&others[1])
			}
			g.row(engine.Scenario, figures[f].name, figures[f].of(engine), figures[f].of(best), few, reach(others, f))
		}
	}
	if !missed {
		return ""
	}
	return g.String()
}

// reach says in which company a figure can be met in hindsight: that with the fewest missed.
func reach(others []Row, f int) string {
	fewest, best := len(figures)+1, ""
	for i := range others {
		met := others[i].each()
		if !met[f] {
			continue
		}
		var missed []string
		for k, ok := range met {
			if !ok {
				missed = append(missed, figures[k].name)
			}
		}
		if len(missed) < fewest {
			fewest, best = len(missed), strings.Join(missed, " and ")
		}
	}
	switch {
	case fewest > len(figures):
		return "missed too"
	case fewest > 0:
		return "met, but then missed: " + best
	}
	return "met, with all the others"
}
