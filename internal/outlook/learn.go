package outlook

import (
	"math"
	"slices"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

// learn moves the worths at the marks next to a claim by whether it held: so much as to
// be at rest when as many hold as should. What proved too bold becomes shorter for a
// breach and longer for a drain, and the other way.
func (t *track) learn(f Figure, c *claim, held bool) {
	hold := float64(f.Percent()) / 100
	move := float64(c.Of) * (1 - hold)
	if !held {
		move = -float64(c.Of) * hold
	}
	if f.Breach() {
		move *= breachStep
	} else {
		move *= -drainStep * max(1, drainFirst/(1+float64(t.Settled)/drainEarly))
	}
	t.Settled += int64(c.Of)
	low, share := nextTo(c)
	if share > 0 {
		t.move(f, low+1, move*share)
	}
	t.move(f, low, move*(1-share))
}

// nextTo is the mark below a claim's length, and how near, of 1, the one above is.
func nextTo(c *claim) (low int, share float64) {
	marks := capacity.Marks()
	last := len(marks) - 1
	if c.Beyond || c.Model >= marks[last] {
		return last, 0
	}
	for i := last - 1; i >= 0; i-- {
		if from, to := float64(marks[i]), float64(marks[i+1]); c.Model >= marks[i] {
			return i, math.Log(float64(c.Model)/from) / math.Log(to/from)
		}
	}
	return 0, 0
}

// move moves the worth that counts at a mark: of a breach, no longer mark may be worth a
// shorter time, and of a drain no shorter mark a longer one, or else theirs counts.
func (t *track) move(f Figure, mark int, by float64) {
	marks := capacity.Marks()
	at := func(i int) float64 { return t.Worth[i] + math.Log(float64(marks[i])) }
	counts := mark
	for i := mark + 1; f.Breach() && i < len(marks); i++ {
		if at(i) < at(counts) {
			counts = i
		}
	}
	for i := mark - 1; !f.Breach() && i >= 0; i-- {
		if at(i) > at(counts) {
			counts = i
		}
	}
	most := math.Log(mostWorth)
	if f.Breach() && counts == len(marks)-1 {
		most = 0 // beyond the horizon nothing is claimed
	}
	t.Worth[counts] = min(max(t.Worth[counts]+by, math.Log(leastWorth)), most)
}

// settle ends the claims of which ended says that they are over, and learns from them.
func (t *track) settle(f Figure, n *Counts, ended func(*claim) (over, held bool)) {
	kept := t.Claims[:0]
	for i := range t.Claims {
		c := &t.Claims[i]
		over, held := ended(c)
		switch {
		case !over:
			kept = append(kept, *c)
			continue
		case held && c.Beyond:
			n.Beyond += c.Of
			continue
		case held:
			n.Held += c.Of
		default:
			n.Missed += c.Of
		}
		t.learn(f, c, held)
	}
	t.Claims = kept
}

// issue makes a claim, unless the last is too recent.
func (t *track) issue(c claim) {
	if t.Last > 0 && c.At.Since(t.Last) < often {
		return
	}
	if len(t.Claims) >= underWay {
		t.merge()
	}
	t.Claims, t.Last = append(t.Claims, c), c.At
}

// merge makes one of the two neighbours that stand for the fewest.
func (t *track) merge() {
	at, fewest := -1, 0
	for i := range len(t.Claims) - 1 {
		a, b := &t.Claims[i], &t.Claims[i+1]
		if n := a.Of + b.Of; a.Beyond == b.Beyond && (at < 0 || n < fewest) {
			at, fewest = i, n
		}
	}
	if at < 0 { // of all neighbours one says "beyond": the oldest goes
		t.Claims = slices.Delete(t.Claims, 0, 1)
		return
	}
	a, b := &t.Claims[at], t.Claims[at+1]
	between := func(x, y int64) int64 { return x + (y-x)*int64(b.Of)/int64(a.Of+b.Of) }
	*a = claim{
		At: sample.Instant(between(int64(a.At), int64(b.At))), Due: sample.Instant(between(int64(a.Due), int64(b.Due))),
		Model: sample.Span(between(int64(a.Model), int64(b.Model))), Beyond: a.Beyond,
		Arrived: sample.Milli(between(int64(a.Arrived), int64(b.Arrived))), Of: a.Of + b.Of,
	}
	t.Claims = slices.Delete(t.Claims, at+1, at+2)
}

// drop forgets the claims under way.
func (t *track) drop() { t.Claims, t.Last = t.Claims[:0], 0 }

// due is when a figure comes true, and whether that is only the horizon.
func due(now, at sample.Instant) (sample.Instant, bool) {
	if at == 0 {
		return now.Add(capacity.OutlookHorizon), true
	}
	return at, false
}
