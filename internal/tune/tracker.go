package tune

import "math"

// Axes of a tracker: the rate in replicas by factors of rateStep from leastRate on,
// and the requirement over that rate, finely at first. What a pool needs that idles between
// bursts lies some thousand times above its rate: there, by factors of two.
const (
	rateBuckets   = 20
	leastRate     = 0.05
	rateStep      = 1.7
	ratioBuckets  = 52
	fineBuckets   = 24
	coarseBuckets = 44 // with the fine ones
	fineStep      = 1.06
	coarseStep    = 1.25
	wideStep      = 2
	// memoryHalf is the half-life of what was seen, in seconds.
	memoryHalf = 86_400.0
	// mostWeight is where the growing weight of what is new is scaled back.
	mostWeight = 1e6
)

var (
	lnRate   = math.Log(rateStep)
	lnFine   = math.Log(fineStep)
	lnCoarse = math.Log(coarseStep)
	// ratios are the upper edges of the buckets.
	ratios = func() (r [ratioBuckets]float64) {
		r[0] = 1
		for i := 1; i < ratioBuckets; i++ {
			switch {
			case i <= fineBuckets:
				r[i] = r[i-1] * fineStep
			case i <= coarseBuckets:
				r[i] = r[i-1] * coarseStep
			default:
				r[i] = r[i-1] * wideStep
			}
		}
		return r
	}()
	// kernel is the weight of a bucket by its distance on the axis of rates.
	kernel = [...]float64{1, 0.3, 0.08, 0.02, 0}
)

// tracker keeps how much had to be done within the lead after each rate. The weights
// of what is new grow, which makes what is old fade.
type tracker struct {
	work   [rateBuckets][ratioBuckets]float32
	used   [rateBuckets]uint8 // the buckets of work beyond are empty
	time   [rateBuckets]float32
	weight float64
}

// levels are the standing requirements by price, in replicas.
type levels [prices]float64

// ratioBucket is the first bucket whose edge is not below ratio.
func ratioBucket(ratio float64) int {
	if ratio <= 1 {
		return 0
	}
	i := int(math.Ceil(math.Log(ratio)/lnFine - 1e-9))
	if i > fineBuckets {
		i = fineBuckets + int(math.Ceil(math.Log(ratio/ratios[fineBuckets])/lnCoarse-1e-9))
	}
	if i > coarseBuckets {
		i = coarseBuckets + int(math.Ceil(math.Log2(ratio/ratios[coarseBuckets])-1e-9))
	}
	return min(i, ratioBuckets-1)
}

// rateAt is where a rate lies on the axis of rates.
func rateAt(rate float64) float64 {
	if rate <= leastRate {
		return 0
	}
	return min(math.Log(rate/leastRate)/lnRate, rateBuckets-1)
}

// seen is a lead after a slot: what it required, and the work that it brought.
type seen struct{ required, work float64 }

// learn takes in a lead after a rate, of a bucket. Keep is what the slot leaves of what was
// seen before.
func (k *tracker) learn(rate float64, b int, x seen, keep float64) {
	k.weight = larger(k.weight, 1) / keep
	ratio := ratioBucket(x.required / larger(rate, leastRate))
	k.work[b][ratio] += float32(k.weight * x.work)
	k.used[b] = max(k.used[b], uint8(ratio)+1)
	k.time[b] += float32(k.weight)
	if k.weight < mostWeight {
		return
	}
	for i := range k.work {
		for j := range k.work[i] {
			k.work[i][j] /= float32(k.weight)
		}
		k.time[i] /= float32(k.weight)
	}
	k.weight = 1
}

// seenNear is what was seen at rates about one: the work by bucket of the requirement,
// of which so many are used (what is beyond means nothing); all of it, and the time.
type seenNear struct {
	work      [ratioBuckets]float64
	used      int
	all, time float64
}

// near sums what was seen at rates about one on their axis.
// What was seen at next to no rate is kept apart, for its ratios mean nothing else.
func (k *tracker) near(at float64, out *seenNear) {
	used, all, time := 0, 0.0, 0.0
	for b := max(0, int(at)-2); b <= min(rateBuckets-1, int(at)+3); b++ {
		if k.time[b] == 0 || (b == 0) != (at < 0.5) {
			continue
		}
		d := math.Abs(float64(b) - at)
		far := int(d)
		if far >= len(kernel)-1 {
			continue
		}
		w := kernel[far] + (d-float64(far))*(kernel[far+1]-kernel[far])
		time += w * float64(k.time[b])
		row := k.work[b][:k.used[b]]
		before := min(used, len(row))
		for j, x := range row[:before] {
			out.work[j] += w * float64(x)
		}
		for j := before; j < len(row); j++ {
			out.work[j] = w * float64(row[j])
		}
		used = max(used, len(row))
	}
	for _, x := range out.work[:used] {
		all += x
	}
	out.used, out.all, out.time = used, all, time
}

// step is a level that may be chosen: what it costs to stand, and the work of the
// leads that required more.
type step struct{ level, standing, lost float64 }

// found is what is to stand at a rate.
type found struct {
	rate, at float64 // at on the axis of rates
	levels   levels
}

// The same rate as another, for sure: within 5 %, which is less than surelyWithin on the
// axis of rates, and seen without a logarithm.
const (
	surely       = 1.05
	surelyWithin = 0.1
)

func (x *found) about(rate float64) bool { return rate <= surely*x.rate && x.rate <= surely*rate }

// bucket is that of a rate on the axis of rates, which is often about this one.
func (x *found) bucket(rate float64) int {
	if low := int(x.at + 0.5 - surelyWithin); x.about(rate) && low == int(x.at+0.5+surelyWithin) {
		return low
	}
	return int(rateAt(rate) + 0.5)
}

// levels finds for each price that is asked for the level that would have cost the
// least: as many replicas for as long as such a rate lasted, and the price for the work
// of leads that required more. (A newsvendor's critical ratio, with the quantile that it
// asks for taken from what was seen.)
func (k *tracker) levels(found *found, asked []uint8, in leads, room *room) {
	near := &room.near
	k.near(found.at, near)
	if near.time == 0 {
		found.levels = levels{}
		return
	}
	n := near.steps(&room.steps, found.rate, in)
	for _, i := range asked {
		found.levels[i] = cheapest(room.steps[:n], priceList[i])
	}
}

// leads are the seconds of a slot and of a lead.
type leads struct{ slot, lead float64 }

// room is what levels are found in: nothing in it is read before it is written.
type room struct {
	near  seenNear
	steps [ratioBuckets + 1]step
}

// steps are the levels that may be chosen.
func (x *seenNear) steps(steps *[ratioBuckets + 1]step, rate float64, in leads) int {
	slot, lead := in.slot, in.lead
	hold, base := x.time*slot, larger(rate, leastRate)
	n, lost := 1, x.all*slot/lead
	steps[0] = step{standing: rate * hold, lost: lost}
	for j, w := range x.work[:x.used] {
		if w == 0 {
			continue
		}
		lost -= w * slot / lead
		level := ratios[j] * base
		stands := rate
		if level > rate {
			stands = level
		}
		steps[n] = step{level: level, standing: stands * hold, lost: lost}
		n++
	}
	return n
}

// cheapest is the level of those that costs least at a price.
func cheapest(steps []step, price float64) (level float64) {
	least, rest := math.Inf(1), price*steps[len(steps)-1].lost // less what is no difference
	for i := range steps {
		x := &steps[i]
		if x.standing+rest >= least {
			break // whatever stands from here on costs more
		}
		if cost := x.standing + price*x.lost; cost < least {
			level, least = x.level, cost-1e-9
		}
	}
	return level
}
