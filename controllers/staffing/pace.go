package staffing

import (
	"fmt"
	"hash/fnv"
	"slices"
	"sync"

	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// tableEvery is the least time between two writes of a plan's table for numbers alone.
const tableEvery = 5 * sample.Minute

// What numbers must move by for the table to be written for them alone: the need or the
// gap of a language in some interval, by a twentieth and by three tenths of a person.
const (
	leastShare = 20
	leastHeads = 3 * sample.One / 10
)

// pace remembers when each plan's table was last due. It is safe for concurrent use;
// losing it costs one write.
type pace struct {
	mu   sync.Mutex
	last map[string]written
}

// written is the last look at which a table was due: of which spec, which inputs and what
// was known beforehand, when, the start of the plan's first interval, and what it said.
type written struct {
	generation int64
	inputs     uint64
	events     uint64
	at, start  sample.Instant
	numbers    []sample.Milli
}

// lookAt is a look at a plan.
func lookAt(generation int64, in *staffing.Input, plan *staffing.Result) written {
	return written{generation: generation, inputs: inputsOf(in), at: in.Now, start: plan.Grid.Start, numbers: numbersOf(plan)}
}

// inputsOf tells what a planner edits from what is measured: whoever edits a team or a
// queue wants to see what comes of it.
func inputsOf(in *staffing.Input) uint64 {
	h := fnv.New64a()
	for i := range in.Teams {
		t := &in.Teams[i]
		_, _ = fmt.Fprintln(h, t.Name, t.Tier, t.Roles, t.Skills, t.Shrinkage, t.MaxOccupancy, t.Exposure,
			t.Supply.Intervals, t.Supply.OnCall, t.Supply.CallTime)
	}
	for i := range in.Classes {
		c := &in.Classes[i]
		_, _ = fmt.Fprintln(h, c.Key, c.Surface, c.Markets, c.Relax, c.Borrow, c.Priority, c.Protected, c.Promises, c.Requires,
			c.Work, c.RoomsPerPerson, c.DeclaredHandleTime, c.DecisionsPerItem, c.HandleChanges) // a hash takes everything
	}
	return h.Sum64()
}

// eventsOf tells what is known beforehand of the arrivals of queues, by name: whoever announces a surge
// wants to see what comes of it.
func eventsOf(events map[string][]forecast.Event) uint64 {
	h := fnv.New64a()
	_, _ = fmt.Fprintln(h, events) // printed in the order of the names
	return h.Sum64()
}

// numbersOf is what a plan says by language, and how much of it is not known.
func numbersOf(plan *staffing.Result) []sample.Milli {
	out := []sample.Milli{sample.Whole(int64(plan.Unknown))}
	for i := range plan.Languages {
		for _, t := range plan.Languages[i].Intervals {
			out = append(out, t.Required, t.Gap)
		}
	}
	return out
}

// moved reports whether the numbers of a plan changed so that it matters.
func moved(was, is []sample.Milli) bool {
	near := func(a, b sample.Milli) bool { return max(a-b, b-a) < max(max(a, b)/leastShare, leastHeads) }
	return !slices.EqualFunc(was, is, near)
}

// due reports whether a table is to be written now, and remembers it if so: the spec or
// what planners edit changed, the plan starts with another interval, or numbers moved and
// five minutes passed.
func (p *pace) due(uid string, now written) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last == nil {
		p.last = map[string]written{}
	}
	w, ok := p.last[uid]
	if ok && w.generation == now.generation && w.inputs == now.inputs && w.events == now.events && w.start == now.start &&
		(now.at.Since(w.at) < tableEvery || !moved(w.numbers, now.numbers)) {
		return false
	}
	p.last[uid] = now
	return true
}

// first is true where no table has been due yet.
func (p *pace) first(uid string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.last[uid]
	return !ok
}

// forget makes a table due again: it could not be written.
func (p *pace) forget(uid string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.last, uid)
}
