package referee

import (
	"math"
	"slices"

	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/allocation"
)

// lastResort is by how much less work counts that is done by those who stand in, with each step: by more
// than any less important work is worth, so that they do nothing that those before them can.
const lastResort = 5.0 / important

// JudgeWhole holds a plan against the proven optimum of its linear program, in which older work may
// go to those who stand in. Others have no time for anything after the end, for the plan as for the
// program.
func JudgeWhole(w *staffing.Whole) (Verdict, error) {
	b := newBuilder(float64(w.Hour), w.Heads, w.Limits)
	done, all, gain := make([][]int, len(w.Batches)), make([]float64, len(w.Batches)), 1.0
	for k := len(w.Batches) - 1; k >= 0; k-- {
		for i := range w.Batches[k] {
			of, time := b.whole(&w.Batches[k][i], gain)
			done[k], all[k] = append(done[k], of...), all[k]+time
		}
		gain *= important
	}
	best, err := proven(&b.Packing)
	if err != nil {
		return Verdict{}, err
	}
	var out Verdict
	required := max(float64(w.Required), 1)
	for k, late := range w.Late {
		least := all[k]
		for _, o := range done[k] {
			least -= best.Options[o]
		}
		out.Beyond = append(out.Beyond, (float64(late)-least*b.hour)/required)
		out.Late += least * b.hour / required
	}
	return out, nil
}

// whole adds the options of a class: who does it when. It returns them, and the time of all its work.
func (b *builder) whole(w *staffing.WholeWork, gain float64) (done []int, all float64) {
	for i, time := range w.Now {
		if time == 0 {
			continue
		}
		come := b.Row(float64(time) / b.hour)
		for kind, edges := range w.Edges[:1+w.Open[i]] {
			for _, e := range edges {
				done = append(done, b.Option(worth(gain, kind), math.Inf(1)))
				b.Take(come, 1)
				b.takePeople(e, i)
			}
		}
		all += float64(time) / b.hour
	}
	if len(w.Come) == 0 || w.Come[len(w.Come)-1] == 0 {
		return done, all
	}
	return append(done, b.waiting(w, gain)...), all + float64(w.Come[len(w.Come)-1])/b.hour
}

// waiting adds the options of work that may wait, in parts that come, get old enough and fall due
// together. Parts are done by whoever may; people of a kind, the teams' own or those of a step, do
// whatever they may.
func (b *builder) waiting(w *staffing.WholeWork, gain float64) (done []int) {
	points := cuts(w)
	parts := make([]int, len(points)-1)
	for k := range parts {
		parts[k] = b.Row(float64(points[k+1]-points[k]) / b.hour)
	}
	for kind, edges := range w.Edges {
		there := w.Come
		if kind > 0 {
			there = w.Old[kind-1]
		}
		for i := range there {
			pool := b.pool(edges, i)
			for k, part := range parts {
				if points[k+1] <= there[i] && (i == 0 || points[k] >= w.Due[i-1]) {
					done = append(done, b.Option(worth(gain, kind), math.Inf(1)))
					b.Take(part, 1)
					b.Take(pool, 1)
				}
			}
		}
	}
	return done
}

// pool is a row of the time that teams give in interval i.
func (b *builder) pool(edges []allocation.Edge, i int) int {
	pool := b.Row(0)
	for _, e := range edges {
		b.Option(0, math.Inf(1))
		b.Take(pool, -1)
		b.takePeople(e, i)
	}
	return pool
}

// worth is what work gains that is done by people of a kind: its own teams, or those of a step.
func worth(gain float64, kind int) float64 { return gain * (1 - lastResort*float64(kind)) }

// cuts are the points between parts of work that differ in when they come, get old or fall due.
func cuts(w *staffing.WholeWork) []int64 {
	points := slices.Concat([]int64{0}, w.Come, w.Due)
	for _, old := range w.Old {
		points = append(points, old...)
	}
	slices.Sort(points)
	return slices.Compact(points)
}
