package lab

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
)

// The pool of a mix: workers that do an item a second and start in a minute, some of whom
// are busy on average over the scored day, and the share of each queue that must be in time.
const (
	MixBusy    = 20
	MixStartup = 60
	MixShare   = 0.99
	mixMost    = 400
)

// mixEnds is when the last days of all traces end: a midnight.
const mixEnds = sample.Instant(1_767_571_200_000)

// Mix is queues with different promises on one pool: deadlines in seconds, and the share
// of the work that each queue brings.
type Mix struct {
	Deadlines []int     `json:"deadlines"`
	Shares    []float64 `json:"shares"`
}

// Mixes are those of the laboratory: little urgent work beside much that can wait, and
// the other way round.
func Mixes() []Mix {
	return []Mix{
		{[]int{30, 1800}, []float64{0.1, 0.9}}, {[]int{30, 1800}, []float64{0.5, 0.5}}, {[]int{30, 1800}, []float64{0.9, 0.1}},
		{[]int{60, 7200}, []float64{0.5, 0.5}}, {[]int{120, 600}, []float64{0.5, 0.5}}, {[]int{30, 300, 3600}, []float64{0.2, 0.3, 0.5}},
	}
}

// Mixed is what came of a mix on the last days of some traces, one for each queue.
type Mixed struct {
	Mix
	Traces []string `json:"traces"`
	// Attained is the share of each queue's items in time; Alone the same with a pool for
	// each queue.
	Attained []float64 `json:"attained"`
	Alone    []float64 `json:"alone"`
	// Cost, that of a pool for each queue, and that of the clairvoyant who has one pool, as
	// multiples of the work.
	Cost        float64 `json:"cost"`
	Apart       float64 `json:"apart"`
	Clairvoyant float64 `json:"clairvoyant"`
	// Changes of the replicas a day, and those of all the pools.
	Changes      float64 `json:"changes"`
	ApartChanges float64 `json:"apartChanges"`
}

// RunMixes runs the engine on mixes of the traces of o, each trace in turn with those after
// it, with the first seed. Traces shorter than a day, or at whose end nothing arrives, are
// left out; there may be none.
func RunMixes(o Options, mixes []Mix) ([]Mixed, error) {
	traces := slices.DeleteFunc(slices.Clone(o.Traces), func(t *trace.Trace) bool {
		rates, _ := simulate.LastDay.Of(t)
		return t.Bin > WidestBin || len(rates) < daySeconds || simulate.Scale(rates, 1) == 0
	})
	out, failed := make([]Mixed, len(mixes)*len(traces)), make([]error, len(mixes)*len(traces))
	r := &runner{options: &o, all: float64(len(out))}
	r.each(len(out), func(i int) {
		m := mixes[i/len(traces)]
		var own []*trace.Trace
		for k := range m.Deadlines {
			own = append(own, traces[(i+k)%len(traces)])
		}
		out[i], failed[i] = m.run(own, o.Seeds[0])
		r.progress(1, 0)
	})
	if err := errors.Join(failed...); err != nil {
		return nil, fmt.Errorf("several queues on one pool: %w", err)
	}
	return out, nil
}

func (m Mix) run(traces []*trace.Trace, seed uint64) (Mixed, error) {
	var own []*trace.Trace
	var ds []simulate.Declared
	for i, t := range traces {
		own = append(own, lastDay(t, m.Shares[i]*MixBusy))
		ds = append(ds, m.declared(i))
	}
	s, err := simulate.NewShared(own, ds, simulate.Load{Day: simulate.LastDay, Seed: seed})
	if err != nil {
		return Mixed{}, err
	}
	work, days := s.Work(), float64(s.Seconds())/daySeconds
	got := s.Run(s.Engine())
	out := Mixed{Mix: m, Cost: got.WorkerSeconds / work, Clairvoyant: s.Bound() / work, Changes: float64(got.Changes) / days}
	for i := range s {
		alone := s.Alone(i)
		one := alone.Run(alone.Engine())
		out.Traces = append(out.Traces, traces[i].Name)
		out.Attained, out.Alone = append(out.Attained, got.Queues[i].Attained), append(out.Alone, one.Attained)
		out.Apart += one.WorkerSeconds / work
		out.ApartChanges += float64(one.Changes) / days
	}
	return out, nil
}

// lastDay is a trace scaled to so many items a second on its last day, which ends when
// that of any other does.
func lastDay(t *trace.Trace, mean float64) *trace.Trace {
	rates, _ := simulate.LastDay.Of(t)
	scale := simulate.Scale(rates, mean)
	out := *t
	out.Begins, out.Count = mixEnds.Add(-sample.Span(t.Seconds())*sample.Second), slices.Clone(t.Count)
	for i := range out.Count {
		out.Count[i] *= scale
	}
	return &out
}

// declared is the i-th queue, as its owner would declare it. Its key orders it by its
// deadline.
func (m Mix) declared(i int) simulate.Declared {
	s := simulate.Scenario{Name: fmt.Sprint(i), Deadline: m.Deadlines[i], Startup: MixStartup, Share: MixShare, Min: 1, Max: mixMost}
	return s.Declared()
}

// Kept is whether every queue's promise was.
func (c *Mixed) Kept() bool { return slices.Min(c.Attained) >= MixShare }

// KeptApart is whether a pool for each kept them.
func (c *Mixed) KeptApart() bool { return slices.Min(c.Alone) >= MixShare }

// promises are the deadlines with their shares, in words.
func (m Mix) promises() string {
	var text []string
	for i, d := range m.Deadlines {
		text = append(text, fmt.Sprintf("%.0f %% within %s", 100*m.Shares[i], sample.Span(d)*sample.Second))
	}
	return strings.Join(text, ", ")
}
