package rollouts

import (
	"math"
	"math/rand/v2"

	"github.com/modcap/modcap/internal/draw"
)

// What the platform is.
const (
	// PerDay items enter a day, more by day than by night.
	PerDay = 200_000
	// Allowed is the share of items that both revisions allow, about; the others are actioned.
	Allowed = 0.88
	// AllowedRate and ActionedRate are the shares that are checked at random.
	AllowedRate  = 0.005
	ActionedRate = 0.01
	// Discordant of each move are checked, over the first day.
	Discordant = 300
	// DelayMedian and Delay95 are of the time from a decision to its label, in hours; errors take twice that.
	DelayMedian = 6
	Delay95     = 36
	// Sensitive and Specific are how often one who checks sees a violating item as such, and a benign one.
	Sensitive = 0.95
	Specific  = 0.99
)

// Arms: the stable revision, and the candidate.
const (
	Stable = iota
	Candidate
	arms
)

// Strata that are checked at random: what is allowed can leak, what is actioned can be overkill.
const (
	allowed = iota
	actioned
	strata
)

// Checks is what is known of the samples of one place, as of now.
type Checks struct {
	Sampled, Labelled int64
	// Found by label are errors among the labelled; of moved items, by label 0, what is violating.
	Found [Labels]int64
	// come are the labels that come in each interval after the cohort's end, and found those of what is found.
	come  curve
	found [Labels]curve
}

// longest is how many intervals after its cohort a label comes at most: later ones never do.
const longest = 90

// curve is how many labels come in each interval from the cohort's own.
type curve [longest]int32

// Cohort is what was decided in one interval.
type Cohort struct {
	// Begins is counted in intervals.
	Begins int
	// Items by arm, and Moved of both by move.
	Items [arms]int64
	Moved []int64
	// Random are the samples by arm and stratum, Discordant those by move.
	Random     [arms][strata]Checks
	Discordant []Checks
}

// World is a platform on which a change is rolled out.
type World struct {
	Change  Change
	Cohorts []Cohort
	// Hours is how long a cohort is: a part of a day.
	Hours  int
	r      *rand.Rand
	spread float64 // of the logarithm of delays
	left   []int64 // to be sampled, by move
}

// New makes one of its own seed, with cohorts of so many hours.
func New(c Change, hours int, seed uint64) *World {
	w := &World{Change: c, Hours: hours, r: rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15)), left: make([]int64, len(c.Moves))}
	for i := range w.left {
		w.left[i] = Discordant
	}
	const z95 = 1.6448536269514722 // the standard normal's 95th percentile
	w.spread = math.Log(float64(Delay95)/DelayMedian) / z95
	return w
}

// Go lets one interval pass, in which the candidate decides a share of the items.
func (w *World) Go(share float64) {
	n, day := len(w.Cohorts), 24/w.Hours
	for i := range w.Cohorts {
		w.Cohorts[i].label(n - i)
	}
	items := draw.Poisson(w.r, PerDay/float64(day)*(1-0.5*math.Cos(2*math.Pi*(float64(n)+0.5)/float64(day))))
	c := Cohort{Begins: n}
	c.Items[Candidate] = draw.Binomial(w.r, items, share)
	c.Items[Stable] = items - c.Items[Candidate]
	for i := range w.Change.Moves {
		m := &w.Change.Moves[i]
		moved := draw.Binomial(w.r, items, m.Share)
		c.Moved = append(c.Moved, moved)
		c.Discordant = append(c.Discordant, w.discordant(m, min(moved, int64(Discordant/day), w.left[i])))
		w.left[i] -= c.Discordant[i].Sampled
	}
	if share > 0 {
		for arm := range arms {
			c.Random[arm] = w.random(arm, c.Items[arm])
		}
	}
	c.label(0)
	w.Cohorts = append(w.Cohorts, c)
}

// label takes in the labels of the interval that ends so many after the cohort's own.
func (c *Cohort) label(after int) {
	for i := range c.Discordant {
		c.Discordant[i].label(after)
	}
	for arm := range c.Random {
		for s := range c.Random[arm] {
			c.Random[arm][s].label(after)
		}
	}
}

func (c *Checks) label(after int) {
	if after >= longest {
		return
	}
	c.Labelled += int64(c.come[after])
	for i := range c.found {
		c.Found[i] = min(c.Found[i]+int64(c.found[i][after]), c.Labelled)
	}
}

// discordant draws what is found of so many of a move.
func (w *World) discordant(m *Move, n int64) Checks {
	out := Checks{Sampled: n}
	violating := draw.Binomial(w.r, n, m.Violating)
	seen := draw.Binomial(w.r, violating, majority(Sensitive))
	wrongly := draw.Binomial(w.r, n-violating, 1-majority(Specific))
	// Where the candidate is in error, the label is late.
	w.delays(&out.found[0], seen, m.To == Allow)
	w.delays(&out.found[0], wrongly, m.To == Act)
	out.come = out.found[0]
	w.delays(&out.come, violating-seen, m.To == Allow)
	w.delays(&out.come, n-violating-wrongly, m.To == Act)
	return out
}

// majority is how often two of three are right of whom each is with probability p.
func majority(p float64) float64 { return p * p * (3 - 2*p) }

// random draws what is checked at random of an arm.
func (w *World) random(arm int, items int64) (out [strata]Checks) {
	for s := range strata {
		share, rate, right, wrong := Allowed, AllowedRate, Sensitive, Specific
		kind := Leakage
		if s == actioned {
			share, rate, right, wrong, kind = 1-Allowed, ActionedRate, Specific, Sensitive, Overkill
		}
		c := &out[s]
		c.Sampled = draw.Binomial(w.r, items, share*rate)
		// An error that is found is checked, and where two differ a third decides.
		seen, wrongly := right*(right+(1-right)*right), (1-wrong)*((1-wrong)+wrong*(1-wrong))
		late := int64(0)
		for label := range Labels {
			p := w.rate(arm, label, kind) / share
			found := draw.Binomial(w.r, c.Sampled, p*seen+(1-p)*wrongly)
			w.delays(&c.found[label], found, true)
			late = max(late, found)
		}
		w.delays(&c.come, late, true)
		w.delays(&c.come, c.Sampled-late, false)
	}
	return out
}

// delays draws when so many labels come, of items decided at any time of the cohort.
func (w *World) delays(into *curve, n int64, late bool) {
	median := float64(DelayMedian)
	if late {
		median *= 2
	}
	for range n {
		age := median*math.Exp(w.spread*w.r.NormFloat64()) - float64(w.Hours)*w.r.Float64()
		if at := int(math.Ceil(age / float64(w.Hours))); at < longest {
			into[max(at, 0)]++
		}
	}
}

// rate of errors per item that enters.
func (w *World) rate(arm, label int, k Kind) float64 {
	rate := w.Change.Base
	if arm == Candidate && label == 0 {
		rate += w.Change.Rise(k) + w.Change.People[k]
	}
	return rate
}
