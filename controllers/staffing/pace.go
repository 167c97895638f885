package staffing

import (
	"fmt"
	"hash/fnv"
	"sync"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// tableEvery is the least time between two writes of a plan's table for numbers alone.
const tableEvery = 5 * sample.Minute

// pace remembers when each plan's table was last considered for writing. It is
// safe for concurrent use; losing it costs one write.
type pace struct {
	mu   sync.Mutex
	last map[string]written
}

// written is the last look at which a table was due: of which spec and which people,
// when, and the start of the plan's first interval.
type written struct {
	generation int64
	people     uint64
	at, start  sample.Instant
}

// peopleOf tells the people of a plan from others: a planner who edits a team wants to
// see what comes of it.
func peopleOf(teams []staffing.Team) uint64 {
	h := fnv.New64a()
	for i := range teams {
		t := &teams[i]
		_, _ = fmt.Fprintln(h, t.Name, t.Tier, t.Roles, t.Skills, t.MaxOccupancy, t.Supply.Intervals) // a hash takes everything
	}
	return h.Sum64()
}

// due reports whether a table may be written now, and remembers it if so: the spec or
// the people changed, the plan starts with another interval, or five minutes passed.
func (p *pace) due(uid string, now written) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last == nil {
		p.last = map[string]written{}
	}
	w, ok := p.last[uid]
	if ok && w.generation == now.generation && w.people == now.people && w.start == now.start && now.at.Since(w.at) < tableEvery {
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
