package platform

import (
	"math"
	"slices"
	"time"
)

// standIn gives old items to people of other markets or surfaces, where the documents let them: a last
// resort for what would be late otherwise. It comes after everybody has taken what is theirs, or
// overflows to them, so that only who has nothing else to do stands in.
func (w *World) standIn() {
	if w.router == nil {
		return
	}
	var idle []*team
	for _, name := range w.order {
		if t := w.teams[name]; t.idle() {
			idle = append(idle, t)
		}
	}
	for _, name := range w.order {
		if t := w.teams[name]; len(idle) > 0 && t.waiting.len() > 0 {
			w.relieve(t, idle)
		}
	}
}

// idle is true of a team with people who have nothing in hand.
func (t *team) idle() bool { return t.busy.len() < int(math.Ceil(t.heads)) }

// relieve hands items of a team to others until the rest can be done in time: those due first that are
// old enough, of the items up to the last that would be late.
func (w *World) relieve(from *team, idle []*team) {
	waiting := from.waiting.items
	slices.SortFunc(waiting, func(a, b *item) int {
		if byDue(a, b) {
			return -1
		}
		return 1
	}) // it stays a heap
	excess, last := w.behind(from)
	kept := waiting[:0]
	for k, it := range waiting {
		var to *team
		if excess > 0 && k <= last {
			to = w.standsIn(it, idle)
		}
		if to == nil {
			kept = append(kept, it)
			continue
		}
		excess -= it.class.stream.work()
		w.start(to, it, w.now)
	}
	clear(waiting[len(kept):])
	from.waiting.items = kept
}

// behind is how much work a team has too much of to do all in time, with those that its first item may
// overflow to, and the last item that this makes late. What is overdue already is so whatever is taken
// away, and counts like what is due now.
func (w *World) behind(t *team) (excess time.Duration, last int) {
	heads := t.heads
	for _, name := range t.waiting.first().overflow {
		if o := w.teams[name]; o != nil && o.waiting.len() == 0 {
			heads += o.heads
		}
	}
	var before time.Duration
	for k, it := range t.waiting.items {
		before += it.class.stream.work()
		left := max(it.due-w.now, 0)
		if over := before - time.Duration(heads*float64(left)); over > 0 {
			excess, last = max(excess, over), k
		}
	}
	return excess, last
}

// standsIn is the first team with idle people that may take an item at its age.
func (w *World) standsIn(it *item, idle []*team) *team {
	for _, step := range w.router.Relaxed(it.asked) {
		if w.now-it.arrived < time.Duration(step.AfterMillis)*time.Millisecond {
			return nil // steps ascend by age
		}
		for _, t := range idle {
			if t.idle() && slices.Contains(step.Teams, t.name) {
				return t
			}
		}
	}
	return nil
}

// work is the time that an item of the stream takes, all in all.
func (s *Stream) work() time.Duration {
	return time.Duration(float64(s.HandleTime) * s.Decisions)
}
