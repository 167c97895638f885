package tune

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestRatioBucket(t *testing.T) {
	for i, edge := range ratios {
		if got := ratioBucket(edge); got != i {
			t.Errorf("the edge %v of bucket %d lies in %d", edge, i, got)
		}
		if got, want := ratioBucket(edge*1.001), min(i+1, ratioBuckets-1); got != want {
			t.Errorf("above the edge %v of bucket %d lies %d", edge, i, got)
		}
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		ratio := math.Exp(13 * r.Float64())
		want := 0
		for want < ratioBuckets-1 && ratios[want] < ratio {
			want++
		}
		if got := ratioBucket(ratio); got != want {
			t.Fatalf("%v lies in %d, want %d", ratio, got, want)
		}
	}
	for _, ratio := range []float64{math.Inf(-1), -1, 0, 0.5, 1} {
		if got := ratioBucket(ratio); got != 0 {
			t.Errorf("%v lies in %d", ratio, got)
		}
	}
	for _, ratio := range []float64{1e6, 1e300} {
		if got := ratioBucket(ratio); got != ratioBuckets-1 {
			t.Errorf("%v lies in %d", ratio, got)
		}
	}
}

func TestRateAt(t *testing.T) {
	for rate, want := range map[float64]float64{
		-1: 0, 0: 0, leastRate: 0, leastRate * rateStep: 1, leastRate * math.Pow(rateStep, 7.5): 7.5, 1e9: rateBuckets - 1,
	} {
		if got := rateAt(rate); math.Abs(got-want) > 1e-9 {
			t.Errorf("%v lies at %v, want %v", rate, got, want)
		}
	}
}

// A bucket found by a rate nearby is the rate's own.
func TestBucketOfARate(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	for range 20_000 {
		rate := leastRate * math.Exp(12*r.Float64()-1)
		x := found{rate: rate, at: rateAt(rate)}
		other := rate * math.Exp(0.06*(2*r.Float64()-1))
		if got, want := x.bucket(other), int(rateAt(other)+0.5); got != want {
			t.Fatalf("%g by %g: %d, want %d", other, rate, got, want)
		}
		if x.about(other) && math.Abs(rateAt(other)-x.at) > surelyWithin {
			t.Fatalf("%g is not about %g", other, rate)
		}
	}
	var none found
	if got := none.bucket(0); got != 0 {
		t.Errorf("no rate lies in %d", got)
	}
}

// saw teaches what a lead required after a rate, and the work that it brought.
func (k *tracker) saw(rate, required, work, keep float64) {
	var x found
	k.learn(rate, x.bucket(rate), seen{required, work}, keep)
}

// found is what it finds for a rate, at each price.
func (k *tracker) found(rate, slot, lead float64) levels {
	asked := make([]uint8, prices)
	for i := range asked {
		asked[i] = uint8(i)
	}
	x := found{rate: rate, at: rateAt(rate)}
	k.levels(&x, asked, leads{slot, lead}, new(room))
	return x.levels
}

// randomTracker saw leads of a slot of 5 s each, at rates about ten.
func randomTracker(r *rand.Rand) *tracker {
	var k tracker
	for range 1 + r.IntN(300) {
		rate := 10 * math.Exp(r.NormFloat64()/2)
		k.saw(rate, rate*math.Exp(3*r.Float64()-1), rate*75, fade(5, memoryHalf))
	}
	return &k
}

func TestLevelRisesWithThePrice(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	for range 300 {
		k, rate := randomTracker(r), 10*math.Exp(r.NormFloat64())
		got := k.found(rate, 5, 75)
		if got[0] != 0 {
			t.Fatalf("%v must stand for nothing", got[0])
		}
		for i := 1; i < prices; i++ {
			if got[i] < got[i-1] {
				t.Fatalf("a price of %v asks for %v, %v for %v", priceList[i-1], got[i-1], priceList[i], got[i])
			}
		}
	}
}

// cost of a level, of leads that required so much with so much work.
func cost(level, rate, price float64, requirement, work []float64) float64 {
	lost := 0.0
	for i, x := range requirement {
		if x > level*(1+1e-9) {
			lost += work[i]
		}
	}
	return max(level, rate)*float64(len(work))*5 + price*lost*5/75
}

func TestLevelCostsLeast(t *testing.T) {
	const rate = leastRate * rateStep * rateStep * rateStep * rateStep * rateStep // 0.71, amid a bucket
	r := rand.New(rand.NewPCG(3, 1))
	for range 100 {
		var k tracker
		requirement, work := make([]float64, 200), make([]float64, 200)
		for i := range work {
			requirement[i], work[i] = rate*ratios[r.IntN(r.IntN(ratioBuckets)+1)], rate*75*r.Float64()
			k.saw(rate, requirement[i], work[i], 1) // nothing fades
		}
		got := k.found(rate, 5, 75)
		for i, price := range priceList {
			least := cost(0, rate, price, requirement, work)
			for _, ratio := range ratios {
				least = min(least, cost(ratio*rate, rate, price, requirement, work))
			}
			if c := cost(got[i], rate, price, requirement, work); c > least*(1+1e-5) {
				t.Fatalf("at a price of %v %v costs %v, the best %v", price, got[i], c, least)
			}
		}
	}
}

func TestLevelFollowsTheRequirement(t *testing.T) {
	const rate = 10
	before := 0.0
	for _, requirement := range []float64{11, 13, 20, 50, 300} {
		var k tracker
		for range 500 {
			k.saw(rate, requirement, rate*75, fade(5, memoryHalf))
		}
		level := k.found(rate, 5, 75)[prices-1]
		if level < requirement || level > requirement*coarseStep || level <= before {
			t.Errorf("%v stand for a requirement of %v, before that %v", level, requirement, before)
		}
		before = level
	}
}

// A pool that idles between bursts: what it needs is told from a tenth of it, and is no more
// than twice as much, up to a thousand replicas.
func TestLevelOfAPoolThatIdles(t *testing.T) {
	for _, requirement := range []float64{5, 80, 90, 240, 1000} {
		var k tracker
		for i := range 7200 {
			needs := 0.0
			if i%360 == 0 { // each half an hour
				needs = requirement
			}
			k.saw(0, needs, needs*75, fade(5, memoryHalf))
		}
		if level := k.found(0, 5, 75)[prices-1]; level < requirement || level > requirement*wideStep {
			t.Errorf("%v stand for a requirement of %v", level, requirement)
		}
	}
}

func TestTrackerForgets(t *testing.T) {
	const rate = 10
	var k tracker
	var got levels
	k.saw(rate, 100, rate*75, fade(5, memoryHalf))
	for day := range 40 {
		for range 288 {
			k.saw(rate, rate, rate*75, fade(300, memoryHalf))
		}
		b := int(rateAt(rate) + 0.5)
		if seen, want := float64(k.time[b])/k.weight, 1/(1-fade(300, memoryHalf)); day > 10 && math.Abs(seen/want-1) > 0.01 {
			t.Errorf("after %d days %v slots are remembered, want %v", day+1, seen, want)
		}
		got = k.found(rate, 300, 300)
		if day == 39 && got[prices-1] > rate {
			t.Errorf("after %d days %v still stand", day+1, got[prices-1])
		}
	}
	if got[prices-1] != rate || k.weight > mostWeight {
		t.Errorf("%v stand, a weight of %v", got[prices-1], k.weight)
	}
}

func TestNextToNoRateIsKeptApart(t *testing.T) {
	var k tracker
	k.saw(0, 50, 4000, fade(5, memoryHalf))
	k.saw(4*leastRate, 4*leastRate, 15, fade(5, memoryHalf))
	for rate, want := range map[float64]float64{0: 4000, 4 * leastRate: 15} {
		var got seenNear
		if k.near(rateAt(rate), &got); math.Abs(got.all/want-1) > 0.5 {
			t.Errorf("%v came after %v, want about %v", got.all, rate, want)
		}
	}
}

func TestWindowRequired(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	for range 500 {
		var w window
		for range r.IntN(40) { // turns the ring
			if w.n == leadSlots {
				w.drop()
			}
			*w.push() = windowSlot{}
			if r.IntN(3) == 0 {
				w.drop()
			}
		}
		waits := [classes]float64{30, 60, 600}
		waits[r.IntN(classes)] *= float64(r.IntN(2))
		kinds, base := 1+r.IntN(1<<classes-1), float64(r.IntN(2)*300) // of a steady stream, most stretches need no look
		w.n = max(w.n, 1)
		var slots [][classes]float64
		for i := range w.n {
			x := &w.slots[(w.at+i)%leadSlots].work
			*x = [classes]float64{}
			for c := range x {
				if kinds>>c&1 == 1 {
					x[c], w.some[c] = base+float64(r.IntN(3)*r.IntN(100)), true
				}
			}
			slots = append(slots, *x)
		}
		wantRequired, wantWork := required(slots, &waits)
		gotRequired, gotWork := w.required(&waits, 5)
		if math.Abs(gotRequired-wantRequired) > 1e-9 || gotWork != wantWork {
			t.Fatalf("%v for %v, want %v for %v", gotRequired, gotWork, wantRequired, wantWork)
		}
	}
}

// required is window.required from each sum by itself.
func required(slots [][classes]float64, waits *[classes]float64) (most, all float64) {
	for a := range slots {
		for b := a; b < len(slots); b++ {
			for c := range classes {
				sum := 0.0
				for _, slot := range slots[a : b+1] {
					for _, x := range slot[:c+1] {
						sum += x
					}
				}
				if all = max(all, sum); waits[c] > 0 {
					most = max(most, sum/(float64(b-a)*5+waits[c]))
				}
			}
		}
	}
	return most, all
}
