package lab

import (
	"fmt"
	"math"
	"slices"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/outlook"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
)

// What the pools of the calibration are: too small now and then, so that there are
// breaches to foresee and backlogs to drain.
const (
	// Crowded is the share of the minutes in which as many workers as the pool may have
	// would do, and crowdedLeast how many it may have at least, of those busy on average.
	Crowded      = 0.8
	crowdedLeast = 1.1
	// CalibrationDays is how many days of a trace, its last, are played in one piece.
	CalibrationDays = 2
)

// Calibrated is what became of the figures of time to breach and drain time that were
// given in a scenario on the last days of a trace.
type Calibrated struct {
	Trace    string `json:"trace"`
	Scenario string `json:"scenario"`
	// Max is the most workers that the pool might have.
	Max int `json:"max"`
	// Late is the share of the time in which the oldest item was late.
	Late  float64       `json:"late"`
	Tally outlook.Tally `json:"tally"`
	// First are those of the first day, when nothing is known of the figures yet.
	First outlook.Tally `json:"first"`
}

// Calibrate plays the engine on pools that are too small now and then, in all scenarios
// and traces of o with its first seed, and follows what becomes of the figures that it
// gives.
func Calibrate(o Options) ([]Calibrated, error) {
	type cell struct {
		scenario simulate.Scenario
		trace    *trace.Trace
	}
	var cells []cell
	for _, s := range o.Scenarios {
		for _, t := range o.Traces {
			if rates := t.Rates(max(0, t.Seconds()-CalibrationDays*daySeconds), t.Seconds()); t.Bin <= WidestBin && simulate.Scale(rates, 1) > 0 {
				cells = append(cells, cell{s, t})
			}
		}
	}
	if len(cells) == 0 || len(o.Seeds) == 0 {
		return nil, fmt.Errorf("nothing to calibrate: %d traces in scenarios, %d seeds", len(cells), len(o.Seeds))
	}
	out, failed := make([]Calibrated, len(cells)), make([]error, len(cells))
	r := &runner{options: &o, all: float64(len(cells))}
	r.each(len(cells), func(i int) {
		out[i], failed[i] = calibrate(cells[i].scenario, cells[i].trace, o.Seeds[0])
		r.progress(1, 0)
	})
	for _, err := range failed {
		if err != nil {
			return nil, fmt.Errorf("calibrate: %w", err)
		}
	}
	return out, nil
}

func calibrate(s simulate.Scenario, t *trace.Trace, seed uint64) (Calibrated, error) {
	s.Max = crowded(s, t)
	c, err := s.Stretch(t, CalibrationDays, seed)
	if err != nil {
		return Calibrated{}, err
	}
	c.Pool.Initial = min(c.Pool.Initial, s.Max)
	e := c.Engine()
	w := &follower{first: c.Epoch.Add(daySeconds * sample.Second), deadline: c.Declared.Queue.Deadline}
	e.Watch = w
	simulate.Run(c.Arrivals, c.Pool, e)
	return Calibrated{
		Trace: t.Name, Scenario: s.Name, Max: s.Max, Late: float64(w.late) / float64(max(w.looks, 1)), Tally: w.tally, First: w.early,
	}, nil
}

// crowded is the most workers that a scenario's pool may have on the last days of a trace.
func crowded(s simulate.Scenario, t *trace.Trace) int {
	rates := t.Rates(max(0, t.Seconds()-CalibrationDays*daySeconds), t.Seconds())
	scale := simulate.Scale(rates, s.Busy)
	minutes := make([]float64, 0, len(rates)/60+1)
	for from := 0; from < len(rates); from += 60 {
		minute, sum := rates[from:min(from+60, len(rates))], 0.0
		for _, r := range minute {
			sum += r
		}
		minutes = append(minutes, sum*scale/float64(len(minute)))
	}
	slices.Sort(minutes)
	return max(1, int(math.Ceil(max(Quantile(minutes, Crowded), crowdedLeast*s.Busy))))
}

// follower gives the figures of the engine's only queue, and follows what becomes of them.
type follower struct {
	first       sample.Instant // the end of the first day
	deadline    sample.Span
	state       outlook.State
	tally       outlook.Tally
	early       outlook.Tally
	looks, late int
}

// Outlook is that of the queue's state.
func (w *follower) Outlook(_ int, f *forecast.State, now sample.Instant, events []forecast.Event) capacity.Outlook {
	return w.state.Of(f, now, events)
}

// Decided shows the state what was seen.
func (w *follower) Decided(in *capacity.Input, d *capacity.Decision) {
	if len(d.Risk) == 0 {
		return
	}
	seen := outlook.SeenOf(in, &in.Queues[0], d.Risk[0], true)
	tally := w.state.Look(seen)
	w.tally.Add(tally)
	if in.Now < w.first {
		w.early.Add(tally)
	}
	w.looks++
	if seen.Oldest > w.deadline {
		w.late++
	}
}
