package platform

import (
	"math/rand/v2"
	"strconv"
	"time"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/internal/draw"
)

// never stands for a time that has not come.
const never time.Duration = -1

// item is one piece of content.
type item struct {
	number uint64
	v1     v1.Item
	// from is the queue whose traffic it came with, in the queue that works on it.
	from, in *queue
	arrived  time.Duration // its clock start
	// classified and decided are when it left the machine stage and the review
	// stage, or never.
	classified, decided time.Duration
	// What follows holds for items in review.
	class    *class
	due      time.Duration // for the order of work
	promised time.Duration // when it has to be decided; never where nothing was promised
	entered  time.Duration // when it came to its stream
	started  bool          // somebody has it in hand
	finish   time.Duration // when that will end
	handle   time.Duration // the time spent on it
	times    int64         // decisions made on it
	overflow []string      // teams that may take it besides its own
	asked    v1.Class      // as the router names it
	// harmful are the scores of its domain, if it came with a wave.
	harmful *Beta
	// band that it is in: what one label alone sends to people. violates says that it should.
	band     *bandCount
	violates bool
}

// byDue is earliest deadline first.
func byDue(a, b *item) bool {
	return a.due < b.due || a.due == b.due && a.number < b.number
}

// byPromise is the order in which promises end.
func byPromise(a, b *item) bool {
	return a.promised < b.promised || a.promised == b.promised && a.number < b.number
}

// byFinish is the order in which reviewers are done.
func byFinish(a, b *item) bool {
	return a.finish < b.finish || a.finish == b.finish && a.number < b.number
}

// pick draws an index by weight.
func pick(r *rand.Rand, sums []float64) int {
	x := r.Float64() * sums[len(sums)-1]
	for i, s := range sums {
		if x < s {
			return i
		}
	}
	return len(sums) - 1
}

func running[T any](of []T, weight func(T) float64) []float64 {
	sums := make([]float64, len(of))
	var sum float64
	for i, v := range of {
		sum += weight(v)
		sums[i] = sum
	}
	return sums
}

// newItem draws an item of the queue's traffic.
func (w *World) newItem(q *queue, at time.Duration) *item {
	w.number++
	locale := q.Locales[pick(w.rng, q.localeSums)]
	it := &item{
		number: w.number, from: q, in: q, arrived: at, classified: never, decided: never,
		v1: v1.Item{
			ID:      q.Name + "-" + strconv.FormatUint(w.number, 10),
			Surface: q.Surface, Market: locale.Market, Language: locale.Language,
		},
	}
	if len(q.Domains) > 0 {
		it.v1.HarmDomain, it.harmful = w.domainOf(q, locale.Market)
	}
	return it
}

// judgement is the item as the router sees it and its scores, which are the same
// whenever they are asked for. The slice is used again by the next call.
func (w *World) judgement(it *item) (v1.Item, []v1.Score) {
	q := it.from
	seen := it.v1
	if it.in.pool != nil {
		seen.HarmDomain = "" // what it is, only the scores tell
	}
	w.pcg.Seed(w.seed, it.number)
	w.scores = w.scores[:0]
	for _, l := range q.Labels {
		shape := l.Harmless
		if l.Domain == it.v1.HarmDomain {
			shape = l.Harmful
			if it.harmful != nil {
				shape = *it.harmful
			}
		}
		score := draw.Beta(w.scoring, shape.A, shape.B)
		w.scores = append(w.scores, v1.Score{Label: l.Name, Version: l.Version, PPM: v1.PPM(score * float64(v1.AllPPM))})
	}
	return seen, w.scores
}
