package lab

import (
	"math"
	"slices"
	"sync"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate/people"
	"github.com/modcap/modcap/internal/staffing/promise"
)

// How often a plant is played: at least so often, and on until what is scored is known
// well enough, but not for ever.
const (
	believePlays     = 50
	believeMostPlays = 150
	believeError     = 0.004 // mean standard error of what is scored
)

// BelieveSeed is that of the first plant judged. The predictor was made with others, all
// below 110,000.
const BelieveSeed = 200_000

// BelievePoint is a queue in a part of a day: the share of its items on time.
type BelievePoint struct {
	Plant, Queue, Part int
	Short              bool    // a promise within an interval
	Percent            float64 // promised
	Simulated, Error   float64 // mean of the plays, and its standard error
	Predicted          float64
	Alone              float64   // what fits into the promise if nobody ever waits
	Pooled, Preferred  float64   // by the simple rules
	Days               []float64 // each play
}

// Scored says whether the point is one of those that are hard to foresee.
func (p *BelievePoint) Scored() bool { return p.Simulated >= 0.5 && p.Simulated < 0.99 }

// Believe plays generated plants, as many at once as there are workers, and predicts them.
func Believe(plants int, workers int, progress func(done, all float64)) []BelievePoint {
	return believe(believeFamilies()[0], BelieveSeed, plants, workers, progress)
}

func believe(f believeFamily, seed uint64, plants, workers int, progress func(done, all float64)) []BelievePoint {
	r := &runner{options: &Options{Workers: workers}}
	var mu sync.Mutex
	done := 0
	each := make([][]BelievePoint, plants)
	r.each(plants, func(i int) {
		each[i] = believePlant(f, seed+uint64(i), i)
		mu.Lock()
		defer mu.Unlock()
		done++
		if progress != nil {
			progress(float64(done), float64(plants))
		}
	})
	return slices.Concat(each...)
}

func believePlant(f believeFamily, seed uint64, i int) []BelievePoint {
	p := drawPlant(f, seed)
	points := p.points(i)
	var plays [][][]people.Count
	for len(plays) < believePlays || len(plays) < believeMostPlays && unsure(points) {
		for range believePlays / 2 {
			plays = append(plays, people.Run(p.Plant, seed, uint64(len(plays))))
		}
		for k := range points {
			points[k].play(plays)
		}
	}
	return known(points)
}

// points of the scored day, as they are predicted.
func (p *drawnPlant) points(plant int) []BelievePoint {
	predicted := promise.Predict(p.Plant)
	pooled, preferred := pooledErlang(p.Plant, false), pooledErlang(p.Plant, true)
	var out []BelievePoint
	for k := range p.Classes {
		c := &p.Classes[k]
		for part := range believeParts {
			out = append(out, BelievePoint{
				Plant: plant, Queue: k, Part: part, Percent: p.percent[k], Short: c.Within <= p.Width,
				Predicted: dueShare(p.Plant, k, part, predicted[k].Due), Alone: fits(c),
				Pooled: dueShare(p.Plant, k, part, pooled[k]), Preferred: dueShare(p.Plant, k, part, preferred[k]),
			})
		}
	}
	return out
}

// partOf is the intervals of a part of the scored day.
func partOf(part int) (from, to int) {
	const length = believeDay / believeParts
	return believeDay + part*length, believeDay + (part+1)*length
}

// dueShare is the mean of shares by the interval in which items are due, by their number.
func dueShare(p *promise.Plant, k, part int, shares []float64) float64 {
	c := &p.Classes[k]
	items, onTime := 0.0, 0.0
	from, to := partOf(part)
	for i := from; i < to; i++ {
		if n := dueItems(c, p.Width, i); n > 0 {
			items += n
			onTime += n * shares[i]
		}
	}
	return onTime / items
}

// dueItems is the rate at which items fall due in an interval: that of two when they came.
func dueItems(c *promise.Class, width sample.Span, i int) float64 {
	whole, part := math.Modf(float64(c.Within) / float64(width))
	at := i - int(whole)
	if at < 0 {
		return 0
	}
	sum := (1 - part) * float64(c.Rates[at])
	if at > 0 {
		sum += part * float64(c.Rates[at-1])
	}
	return sum
}

// fits is the share of lognormal handle times that fit into the promise.
func fits(c *promise.Class) float64 {
	cv := float64(c.Variation) / float64(sample.One)
	v := math.Log(1 + cv*cv)
	return math.Erfc(-(math.Log(float64(c.Within)/float64(c.Handle))+v/2)/math.Sqrt(2*v)) / 2
}

// play takes what was played.
func (p *BelievePoint) play(plays [][][]people.Count) {
	var all people.Count
	days := make([]people.Count, len(plays))
	from, to := partOf(p.Part)
	for i, play := range plays {
		for _, c := range play[p.Queue][from:to] {
			days[i].Due += c.Due
			days[i].OnTime += c.OnTime
		}
		all.Due += days[i].Due
		all.OnTime += days[i].OnTime
	}
	p.Simulated = float64(all.OnTime) / float64(all.Due)
	p.Days = p.Days[:0]
	squares := 0.0
	for _, d := range days {
		e := float64(d.OnTime) - p.Simulated*float64(d.Due)
		squares += e * e
		if d.Due > 0 {
			p.Days = append(p.Days, float64(d.OnTime)/float64(d.Due))
		}
	}
	p.Error = math.Sqrt(squares) / float64(all.Due)
}

// unsure says that the scored points of a plant are not known well enough.
func unsure(points []BelievePoint) bool {
	n, sum := 0.0, 0.0
	for i := range points {
		if points[i].Scored() {
			n++
			sum += points[i].Error
		}
	}
	return sum > believeError*n
}

// known are the points in which something fell due.
func known(points []BelievePoint) []BelievePoint {
	var out []BelievePoint
	for _, p := range points {
		if len(p.Days) > 0 {
			out = append(out, p)
		}
	}
	return out
}
