package report

import (
	"sync"
	"time"
)

// Urgency orders status writes. Conditions are served before decisions, and
// decisions before numbers.
type Urgency int

// Urgencies, from what can wait to what cannot.
const (
	Nothing    Urgency = iota // nothing differs
	Numbers                   // only observed numbers differ
	Decisions                 // what modcap decided differs
	Conditions                // a condition differs
)

// String names the urgency in metrics.
func (u Urgency) String() string {
	return [...]string{"nothing", "numbers", "decisions", "conditions"}[u]
}

// reserve is the share of the burst that must stay unspent for an urgency to be
// served: a storm of numbers cannot hold up a condition.
func (u Urgency) reserve() float64 {
	switch u {
	case Numbers:
		return 0.5
	case Decisions:
		return 0.25
	default:
		return 0
	}
}

// Budget is a token bucket shared by all status writes. It is safe for
// concurrent use.
type Budget struct {
	mu     sync.Mutex
	rate   float64
	burst  float64
	tokens float64
	at     time.Time
}

// NewBudget allows at most perSecond (1 or more) writes within any second. A fifth of
// them may come at once; the rest is what is given back meanwhile.
func NewBudget(perSecond float64) *Budget {
	burst := max(perSecond/5, 1)
	return &Budget{rate: max(perSecond-burst, perSecond/2), burst: burst, tokens: burst}
}

// Take spends a token and returns 0, or says how long to wait before asking again.
func (b *Budget) Take(u Urgency, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.at.IsZero() {
		b.at = now
	}
	if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.tokens = min(b.burst, b.tokens+passed*b.rate)
		b.at = now
	}
	need := 1 + u.reserve()*(b.burst-1)
	if b.tokens >= need {
		b.tokens--
		return 0
	}
	wait := time.Duration((need - b.tokens) / b.rate * float64(time.Second))
	return max(wait, 10*time.Millisecond)
}
