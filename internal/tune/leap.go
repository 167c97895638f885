package tune

import "math"

const (
	// leapDoubt is by how many standard deviations (of a Poisson stream) a slot must bring more than the
	// rate to be a leap: of a steady stream hardly one slot of thousands is, however few come in it.
	leapDoubt = 5
	// leapKeep is what each leap leaves of what was seen of those before.
	leapKeep = 0.95
	// leapPrior is what is supposed of leaps before any was seen: that this share of them lasts, as one
	// would tell that is as large as the mean rate.
	leapPrior = 0.5
)

// leaps are slots that bring far more than the rate. Where a crowd comes they last, and each slot that
// an average hesitates is one more of late work; where a batch was uploaded nothing follows. What share
// of a leap lasts through the lead is learned from what followed those before.
type leaps struct {
	// was is the rate before the leap that is watched, by its size, and brought the sum of the rates
	// since, in replicas. It is watched for slots, of which left are to come.
	was, by, brought float64
	slots, left      int
	// all is the sizes of those watched, lasted what was left of them over a lead.
	lasted, all float64
}

// see takes in a slot that brought a rate, where it was another, and says what the rate is now taken
// for at least: 0 where that is no leap. Mean is the rate of a day. What is more than all replicas that
// there may be is not told from a fault of a reading, which should not outweigh all leaps to come.
func (l *leaps) see(rate, was, mean float64, in spans) float64 {
	rate = min(rate, in.most)
	l.watch(rate)
	by := rate - was
	if by <= leapDoubt*math.Sqrt(larger(was, leastNoise)/in.slot) {
		return 0
	}
	// One that goes on leaping is one leap: the first slot of it may have been half over.
	if l.left == 0 {
		l.was, l.by = was, 0
	}
	if more := rate - l.was; more > l.by {
		l.by, l.brought, l.slots, l.left = more, 0, in.lead, in.lead
	}
	prior := larger(mean, leastNoise)
	lasts := (l.lasted + leapPrior*prior) / (l.all + prior)
	return was + min(larger(lasts, 0), 1)*by
}

// watch takes in what a slot after the leap brought, and learns from it when a lead is over.
func (l *leaps) watch(rate float64) {
	if l.left == 0 {
		return
	}
	l.brought += rate
	if l.left--; l.left == 0 {
		l.lasted = l.lasted*leapKeep + l.brought/float64(l.slots) - l.was
		l.all = l.all*leapKeep + l.by
	}
}
