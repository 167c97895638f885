package lab

import "strings"

// ReachTable says of each figure of the bar that the engine misses whether one way a day,
// chosen by somebody who knows the day, would have met it. It is empty where none is missed.
func ReachTable(all []Hindsight) string {
	g := columns("scenario|missed|engine|best way|few changes|with one way a day, known beforehand")
	missed := false
	for i := range all {
		h := &all[i]
		for f, met := range h.Engine.each() {
			if met {
				continue
			}
			missed = true
			of, few := figures[f].of, "no such way"
			if h.Few != nil {
				few = of(h.Few)
			}
			g.row(h.Engine.Scenario, figures[f].name, of(&h.Engine), of(&h.Best), few, reach(h.rows(), f))
		}
	}
	if !missed {
		return ""
	}
	return g.String()
}

// reach says in which company a figure can be met in hindsight: that with the fewest missed.
func reach(ways []*Row, f int) string {
	fewest, best := len(figures)+1, ""
	for _, r := range ways {
		met := r.each()
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
