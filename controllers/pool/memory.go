package pool

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/outlook"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/tune"
)

// memory is what is kept of a pool between reconciles. Losing it is safe.
type memory struct {
	uid     types.UID
	state   capacity.State
	learned capacity.Learned
	// forecasts by queue name.
	forecasts map[string]*forecasts
	// outlooks are what became of the figures given of each queue, by name.
	outlooks map[string]*outlook.State
	// tuner is nil until the first decision.
	tuner *tune.State
	// readySeen are the pods whose startup has been learned from.
	readySeen map[types.UID]bool
	// saturated is true when work was waiting at the reconcile before.
	saturated bool
	// last is what the latest decision recorded said.
	last recorded
	// contest tracks others who write the replicas.
	contest contest
}

// forecasts is the forecast state of one queue, the window it was made for, and what
// its calendar and surges say.
type forecasts struct {
	state  forecast.State
	window sample.Span
	events []forecast.Event
	// deep is true once the weeks before were folded.
	deep bool
}

// recorded identifies a decision: one that differs in none of these is the same
// decision, seen again.
type recorded struct {
	replicas int32
	binding  capacity.Rule
	verdict  capacity.Verdict
	at       time.Time
}

// memories keeps a memory for each pool. It is safe for concurrent use; one pool
// is never reconciled twice at a time.
type memories struct {
	mu   sync.Mutex
	pool map[types.NamespacedName]*memory
}

// of returns the memory of a pool, a new one when the pool was made anew under
// the same name.
func (m *memories) of(key types.NamespacedName, uid types.UID) *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.pool == nil {
		m.pool = map[types.NamespacedName]*memory{}
	}
	if old := m.pool[key]; old != nil && old.uid == uid {
		return old
	}
	fresh := &memory{uid: uid, forecasts: map[string]*forecasts{}}
	m.pool[key] = fresh
	return fresh
}

func (m *memories) forget(key types.NamespacedName) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.pool, key)
}

// contestWindow is how long a foreign write counts, and how long modcap keeps
// off the scale after the second.
const contestWindow = 10 * time.Minute

// contest tracks others who write the replicas of the target. The zero value is
// ready.
type contest struct {
	known bool
	seen  int32
	// foreign are the times at which somebody else's write was first seen.
	foreign []time.Time
	// until is when modcap writes again.
	until time.Time
}

// observe takes in the replicas that the target asks for now, and reports
// whether somebody else has written them twice within the window.
func (c *contest) observe(replicas int32, now time.Time) bool {
	if c.known && replicas != c.seen {
		c.foreign = append(recent(c.foreign, now), now)
		if len(c.foreign) >= 2 {
			c.until = now.Add(contestWindow)
		}
	}
	c.known, c.seen = true, replicas
	return now.Before(c.until)
}

// took takes in a change that contests nothing: modcap's own, or one made while
// modcap keeps its hands off.
func (c *contest) took(replicas int32) { c.known, c.seen = true, replicas }

func recent(times []time.Time, now time.Time) []time.Time {
	var out []time.Time
	for _, t := range times {
		if now.Sub(t) < contestWindow {
			out = append(out, t)
		}
	}
	return out
}
