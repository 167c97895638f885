package explain

import (
	"fmt"
	"slices"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

// lift takes a bound off an input.
type lift struct {
	bound string
	off   func(in *capacity.Input)
}

// without decides again on the recorded input without each bound that it has, and
// without all of them. A decision on input that was refused has nothing to compare.
func without(in *capacity.Input, d *capacity.Decision) []Without {
	if d.Message != "" {
		return nil
	}
	lifts := append(declared(in), held(in, d)...)
	all := lift{bound: "all of these", off: func(in *capacity.Input) {
		for _, l := range lifts {
			l.off(in)
		}
	}}
	out := make([]Without, 0, len(lifts)+1)
	for _, l := range append(slices.Clip(lifts), all) {
		again := *in
		l.off(&again)
		d := capacity.Plan(again)
		out = append(out, Without{Bound: l.bound, Replicas: d.Replicas, Binding: string(d.Binding)})
	}
	return out
}

// declared are the bounds that somebody wrote down.
func declared(in *capacity.Input) []lift {
	p := &in.Pool
	lifts := []lift{{fmt.Sprintf("the maximum of %d", p.Max), func(in *capacity.Input) { in.Pool.Max = capacity.MaxReplicas }}}
	add := func(there bool, bound string, off func(p *capacity.Pool)) {
		if there {
			lifts = append(lifts, lift{bound, func(in *capacity.Input) { off(&in.Pool) }})
		}
	}
	add(p.Min > 0, fmt.Sprintf("the minimum of %d", p.Min), func(p *capacity.Pool) { p.Min = 0 })
	if b := p.Next; b != nil {
		add(true, fmt.Sprintf("the next bounds (%d to %d from %s)", b.Min, b.Max, clock(b.At)), func(p *capacity.Pool) { p.Next = nil })
	}
	add(p.Stabilization > 0, fmt.Sprintf("the stabilization of %s", p.Stabilization), func(p *capacity.Pool) { p.Stabilization = 0 })
	add(p.ScaleDownsPerHour > 0, fmt.Sprintf("the flap budget of %s an hour", count(int(p.ScaleDownsPerHour), "scale-down")),
		func(p *capacity.Pool) { p.ScaleDownsPerHour = 0 })
	for i, o := range p.Overrides {
		add(true, override(o), func(p *capacity.Pool) {
			p.Overrides = slices.DeleteFunc(slices.Clone(p.Overrides), func(x capacity.Override) bool { return x == in.Pool.Overrides[i] })
		})
	}
	add(len(p.Overrides) > 1, "any override", func(p *capacity.Pool) { p.Overrides = nil })
	return lifts
}

func override(o capacity.Override) string {
	what := string(o.Kind)
	if o.Kind != capacity.Pause {
		what = fmt.Sprintf("%s of %d", o.Kind, o.Replicas)
	}
	return fmt.Sprintf("the override %s (%s, until %s)", o.Name, what, clock(o.Until))
}

// held are the holds for what was seen, where they had a say.
func held(in *capacity.Input, d *capacity.Decision) []lift {
	var lifts []lift
	if in.Fleet.Rollout {
		lifts = append(lifts, lift{"the hold for the rollout", func(in *capacity.Input) { in.Fleet.Rollout = false }})
	}
	if slices.ContainsFunc(d.Steps, func(s capacity.Step) bool { return s.Rule == capacity.RuleNotArriving }) {
		lifts = append(lifts, lift{"the hold for replicas that do not come", func(in *capacity.Input) { in.Fleet.TroubleSince = 0 }})
	}
	if slices.ContainsFunc(d.Steps, kept) {
		lifts = append(lifts, lift{"the wait for a change to pay", func(in *capacity.Input) {
			in.State.Law = control.Memory{Waste: control.MaxBacklog, Of: int64(in.Fleet.Wanted)}
			in.Tuning.Patience.Over = 0
		}})
	}
	if !d.Fresh && slices.ContainsFunc(in.Queues, hasLastValues) {
		lifts = append(lifts, lift{"the hold for numbers that are not fresh (last values taken for true)", trust})
	}
	return lifts
}

// kept is true for a step that keeps more replicas than are needed.
func kept(s capacity.Step) bool {
	terms := map[string]int64{}
	for _, t := range s.Terms {
		terms[t.Name] = t.Value
	}
	return s.Rule == capacity.RulePatience && int64(s.After) == terms["present"] && max(terms["needed"], int64(s.Before)) < int64(s.After)
}

// numbers are the samples of a queue that decide whether it is fresh.
func numbers(q *capacity.Queue) []*sample.Sample {
	return []*sample.Sample{&q.Backlog, &q.Arrivals, &q.OldestAge}
}

// hasLastValues is true for a queue that is not fresh only because its values are
// old: what is absent has no value to take.
func hasLastValues(q capacity.Queue) bool {
	stale := false
	for _, s := range numbers(&q) {
		stale = stale || s.Quality == sample.Stale
	}
	return stale
}

// trust takes values that were true once for true.
func trust(in *capacity.Input) {
	in.Queues = slices.Clone(in.Queues)
	for i := range in.Queues {
		for _, s := range numbers(&in.Queues[i]) {
			if s.Quality == sample.Stale {
				s.Quality, s.Cause = sample.Fresh, sample.CauseNone
			}
		}
	}
}
