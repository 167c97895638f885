package staffing

import (
	"sync"

	"github.com/modcap/modcap/internal/sample"
)

// tableEvery is the least time between two writes of a plan's table for numbers alone.
const tableEvery = 5 * sample.Minute

// pace remembers when each plan's table was last considered for writing. It is
// safe for concurrent use; losing it costs one write.
type pace struct {
	mu   sync.Mutex
	last map[string]written
}

// written is the last look at which a table was due: of which spec, when, and the
// start of the plan's first interval.
type written struct {
	generation int64
	at, start  sample.Instant
}

// due reports whether a table may be written now, and remembers it if so: the spec
// changed, the plan starts with another interval, or five minutes passed.
func (p *pace) due(uid string, now written) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last == nil {
		p.last = map[string]written{}
	}
	w, ok := p.last[uid]
	if ok && w.generation == now.generation && w.start == now.start && now.at.Since(w.at) < tableEvery {
		return false
	}
	p.last[uid] = now
	return true
}

// forget makes a table due again: it could not be written.
func (p *pace) forget(uid string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.last, uid)
}
