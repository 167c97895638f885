package explain

import (
	"strconv"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

// constraints are the rules in the order in which they were applied.
func constraints(d *capacity.Decision) []Constraint {
	out := make([]Constraint, 0, len(d.Steps))
	for _, s := range d.Steps {
		c := Constraint{Rule: string(s.Rule), Before: s.Before, After: s.After, Because: sentence(s)}
		if c.Because == "" {
			c.Because = d.Message // of a decision that was refused, which has one step
		}
		for _, t := range s.Terms {
			c.Numbers = append(c.Numbers, number(t))
		}
		out = append(out, c)
	}
	return out
}

// sentence is the engine's own for a rule; "" when it changed nothing worth one.
func sentence(s capacity.Step) string {
	return second(capacity.Explain(capacity.Decision{Steps: []capacity.Step{s}}))
}

// second is what follows the headline of an explanation.
func second(lines []string) string {
	if len(lines) < 2 {
		return ""
	}
	return lines[1]
}

// thousandths are the units that terms have in thousandths, as people call them.
var thousandths = map[capacity.Unit]string{
	capacity.MilliReplicas: "replicas", capacity.MilliItems: "items",
	capacity.MilliWork: "work units", capacity.MilliRate: "work units/s",
}

// number is a term in the units that people use.
func number(t capacity.Term) Number {
	n := Number{Name: t.Name, Value: strconv.FormatInt(t.Value, 10)}
	if unit, ok := thousandths[t.Unit]; ok {
		n.Value, n.Unit = sample.Milli(t.Value).String(), unit
	}
	switch t.Unit {
	case capacity.Replicas:
		n.Unit = "replicas"
	case capacity.ReplicaMilli:
		n.Value, n.Unit = sample.Span(t.Value).String(), "of a replica"
	case capacity.PerMille:
		n.Value, n.Unit = sample.Milli(t.Value*100).String(), "%"
	case capacity.Milliseconds:
		n.Value = sample.Span(t.Value).String()
	case capacity.UnixMilli:
		n.Value = clock(sample.Instant(t.Value))
	}
	if t.Name == "worstQuality" {
		n.Value = sample.Quality(t.Value).String()
	}
	return n
}
