package referee

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/modcap/modcap/internal/staffing/allocation"
	"github.com/modcap/modcap/internal/staffing/linear"
)

// Verdict is a plant's answer beside the best, in shares of what the plant requires.
type Verdict struct {
	// Beyond is how much more is late than at best, by batch. It is below 0 for one that had more of
	// what a more important one could have had.
	Beyond []float64
	Late   float64 // at best
}

// Worst is the batch that is furthest from the best.
func (v Verdict) Worst() float64 { return slices.Max(v.Beyond) }

// important is how many times as much work counts as that of the next batch: more than any could
// take the place of.
const important = 100

// rounding is that of the optimum, in hours.
const rounding = 1e-5

// Judge holds an answer for the plant against the proven optimum of its linear program.
func (p Plant) Judge(s *allocation.Solver) (Verdict, error) {
	program, done := p.program()
	best, err := proven(program)
	if err != nil {
		return Verdict{}, err
	}
	var out Verdict
	var required, could float64
	w := 0
	for b, batch := range p.Batches {
		most, got := 0.0, int64(0)
		for _, k := range done[b] {
			most += best.Options[k] * hour
		}
		for _, work := range batch {
			for i, wanted := range work.Wanted {
				required += float64(wanted)
				got += s.Done(w, i)
			}
			w++
		}
		could += most
		out.Beyond = append(out.Beyond, most-float64(got))
	}
	for b := range out.Beyond {
		out.Beyond[b] /= max(required, 1)
	}
	out.Late = 1 - could/max(required, 1)
	return out, nil
}

// proven is the optimum of a program.
func proven(program *linear.Packing) (linear.Packed, error) {
	best := program.Solve(math.MaxInt)
	if !best.Best {
		return best, errors.New("the linear program has no end")
	}
	if err := program.Proven(best, rounding); err != nil {
		return best, fmt.Errorf("the optimum of the linear program is not proven: %w", err)
	}
	return best, nil
}

// builder makes the linear program of a plant, in hours.
type builder struct {
	linear.Packing
	hour                float64
	teams, limits, days [][]int // rows by interval; days −1 without
}

// program is the plant as a linear program, and the options that are work done, by batch.
func (p Plant) program() (*linear.Packing, [][]int) {
	b := newBuilder(hour, p.Heads, p.Limits)
	done, gain := make([][]int, len(p.Batches)), 1.0
	for k := len(p.Batches) - 1; k >= 0; k-- {
		for _, w := range p.Batches[k] {
			done[k] = append(done[k], b.work(w, gain)...)
		}
		gain *= important
	}
	return &b.Packing, done
}

func newBuilder(hour float64, heads [][]int64, limits []allocation.Limit) *builder {
	b := &builder{hour: hour}
	for _, h := range heads {
		b.teams = append(b.teams, b.rows(h))
	}
	for _, l := range limits {
		b.limits, b.days = append(b.limits, b.rows(l.Most)), append(b.days, b.budgets(l, len(l.Most)))
	}
	return b
}

func (b *builder) rows(most []int64) []int {
	out := make([]int, len(most))
	for i, m := range most {
		out[i] = b.Row(float64(m) / b.hour)
	}
	return out
}

func (b *builder) budgets(l allocation.Limit, n int) []int {
	out := slices.Repeat([]int{-1}, n)
	for _, d := range l.Days {
		r := b.Row(float64(d.Budget) / b.hour)
		for i := d.From; i < d.To; i++ {
			out[i] = r
		}
	}
	return out
}

// work adds the options of a work: who does it when, and what waits.
func (b *builder) work(w allocation.Work, gain float64) (done []int) {
	come := b.rows(comes(w))
	for i := range come {
		for _, e := range w.Edges {
			done = append(done, b.Option(gain, math.Inf(1)))
			b.Take(come[i], 1)
			b.takePeople(e, i)
		}
		if i+1 < len(come) && len(w.MayWait) > 0 {
			b.Option(0, float64(w.MayWait[i])/b.hour)
			b.Take(come[i], 1)
			b.Take(come[i+1], -1)
		}
	}
	return done
}

// takePeople has the last option take the time of a team, and what it draws on.
func (b *builder) takePeople(e allocation.Edge, i int) {
	b.Take(b.teams[e.Team][i], 1)
	for _, l := range e.Limits {
		b.Take(b.limits[l][i], 1)
		if d := b.days[l][i]; d >= 0 {
			b.Take(d, 1)
		}
	}
}

// comes is the work that comes in each interval.
func comes(w allocation.Work) []int64 {
	out := slices.Clone(w.Wanted)
	for i := range w.Waiting {
		out[i] += w.Waiting[i]
		if i > 0 {
			out[i] -= w.Waiting[i-1]
		}
	}
	return out
}
