package platform

import (
	"math"
	"slices"
	"time"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/internal/draw"
)

// handleVariation is the coefficient of variation of handle times, which are
// lognormal.
const handleVariation = 0.8

// classKey names a work class within a queue.
type classKey struct{ stream, language, domain string }

// class is a work class of a queue.
type class struct {
	stream  *Stream
	ledger  Ledger
	open    heap[*item] // deadline not reached yet
	waiting heap[*item] // oldest first; those taken in hand leave it late
	items   int64       // waiting
	inHand  int64
	handled time.Duration
	decided int64 // items, where Ledger.Completed counts decisions
}

// team is a ReviewTeam at work.
type team struct {
	name    string
	heads   float64
	waiting heap[*item]
	busy    heap[*item]
	handled time.Duration
}

// expect makes the classes that the queue's traffic can give, so that their
// counters start at 0 and not with their first item.
func (q *queue) expect() {
	for i := range q.Streams {
		q.streams[q.Streams[i].Name] = &q.Streams[i]
	}
	domains := map[string]bool{}
	for _, l := range q.Labels {
		domains[l.Domain] = true
	}
	for _, d := range q.Domains {
		if d.Name != "" && q.pool == nil {
			domains[d.Name] = true
		}
	}
	for _, l := range q.Locales {
		for domain := range domains {
			if s := q.takes(domain); s != nil {
				q.class(classKey{s.Name, q.listed(l.Language), domain})
			}
		}
	}
}

// takes is the stream of a harm domain, nil if there is none.
func (q *queue) takes(domain string) (rest *Stream) {
	for i := range q.Streams {
		s := &q.Streams[i]
		if slices.Contains(s.HarmDomains, domain) {
			return s
		}
		if slices.Contains(s.HarmDomains, v1.Any) {
			rest = s
		}
	}
	return rest
}

// listed is the language as the queue lists it: the longest that covers it.
func (q *queue) listed(language string) string {
	best := ""
	for _, l := range q.Languages {
		if v1.Covers(l, language) && len(l) > len(best) {
			best = l
		}
	}
	if best == "" {
		return language
	}
	return best
}

// class of a key, made when it is asked for first.
func (q *queue) class(k classKey) *class {
	c := q.classes[k]
	if c == nil {
		c = &class{stream: q.streams[k.stream], open: heap[*item]{before: byPromise}, waiting: heap[*item]{before: byDue}}
		q.classes[k] = c
	}
	return c
}

// staff takes over who is on shift.
func (w *World) staff(heads map[string]float64) {
	w.shifts = false
	for name := range heads {
		w.team(name)
	}
	for name, t := range w.teams {
		now := heads[name]
		if (now > 0) != (t.heads > 0) {
			w.shifts = true
		}
		t.heads = now
	}
}

func (w *World) team(name string) *team {
	t := w.teams[name]
	if t == nil {
		t = &team{name: name, waiting: heap[*item]{before: byDue}, busy: heap[*item]{before: byFinish}}
		w.teams[name] = t
		i, _ := slices.BinarySearch(w.order, name)
		w.order = slices.Insert(w.order, i, name)
	}
	return t
}

// follow takes over the documents in force. When they change, or a team comes or
// goes, the router is asked again about items that nobody can take as things are.
func (w *World) follow(r Router) {
	changed := r != w.router
	w.router = r
	if r == nil || !changed && !w.shifts {
		return
	}
	if changed {
		w.compare(r)
	}
	for _, q := range w.queues {
		for _, it := range q.held.clear() {
			w.decide(it)
		}
	}
	for _, name := range slices.Clone(w.order) {
		t := w.teams[name]
		if t.heads > 0 {
			continue
		}
		for _, it := range t.waiting.clear() {
			seen, scores := w.judgement(it)
			v := r.Decide(it.in.Name, seen, scores)
			it.overflow = v.Overflow
			w.team(v.Team).waiting.push(it)
		}
	}
}

// decide asks the router about a classified item, and sends it on.
func (w *World) decide(it *item) {
	q := it.in
	if w.router == nil {
		q.held.push(it)
		return
	}
	seen, scores := w.judgement(it)
	v := w.router.Decide(q.Name, seen, scores)
	toPeople := v.Action == v1.Review || v.Action == v1.Unscored || v.Escalated
	if v.Action == v1.Unmatched || toPeople && q.streams[v.Stream] == nil {
		q.held.push(it)
		return
	}
	q.decisions[v.Action]++
	w.compared(it, &v)
	w.banded(it, &v)
	if v.QASample {
		q.sampled++
	}
	if toPeople {
		w.enter(it, v)
		return
	}
	it.decided = w.now
}

// enter puts an item into its review stream. Where no promise was given, it is due
// after a day for the order of work, and never counted.
func (w *World) enter(it *item, v v1.Verdict) {
	c := it.in.class(classKey{v.Stream, v.Class.Language, v.Class.HarmDomain})
	it.class, it.overflow, it.asked, it.entered = c, v.Overflow, v.Class, w.now
	c.ledger.Arrivals++
	c.items++
	if within := c.stream.Promise.Within; within > 0 {
		it.promised = it.arrived + within
		it.due = it.promised
		c.open.push(it)
	} else {
		it.due = it.arrived + 24*time.Hour
	}
	it.in.deferred(it, time.Duration(v.DeferredMillis)*time.Millisecond)
	c.waiting.push(it)
	w.team(v.Team).waiting.push(it)
}

// review lets a team work until now: as many items in hand as there are people, and
// the one due first is taken next. A part of a person is a whole one who is slower.
// Those whose shift has ended finish what they have in hand.
func (w *World) review(t *team) {
	people := int(math.Ceil(t.heads))
	for {
		at := w.now
		if t.busy.len() > 0 && t.busy.first().finish <= w.now {
			at = t.busy.first().finish
			t.finish(t.busy.pop())
		} else if t.busy.len() >= people {
			return
		}
		if t.busy.len() >= people {
			continue
		}
		it := w.take(t)
		if it == nil {
			if t.busy.len() > 0 && t.busy.first().finish <= w.now {
				continue
			}
			return
		}
		w.start(t, it, max(at, it.entered))
	}
}

// take removes the item that the team does next: of its own the one due first, and
// with none of its own, one of another team that may overflow to it.
func (w *World) take(t *team) *item {
	from := t
	if t.waiting.len() == 0 {
		from = nil
		for _, name := range w.order {
			o := w.teams[name]
			if o == t || o.waiting.len() == 0 || !slices.Contains(o.waiting.first().overflow, t.name) {
				continue
			}
			if from == nil || byDue(o.waiting.first(), from.waiting.first()) {
				from = o
			}
		}
	}
	if from == nil {
		return nil
	}
	return from.waiting.pop()
}

func (w *World) start(t *team, it *item, at time.Duration) {
	c := it.class
	it.started = true
	c.items--
	c.inHand++
	it.times = int64(c.stream.Decisions)
	if w.rng.Float64() < c.stream.Decisions-float64(it.times) {
		it.times++
	}
	for range it.times {
		it.handle += time.Duration(draw.Lognormal(w.rng, float64(c.stream.HandleTime), handleVariation))
	}
	pace := math.Ceil(t.heads) / t.heads
	it.finish = at + time.Duration(float64(it.handle)*pace)
	t.busy.push(it)
}

func (t *team) finish(it *item) {
	c := it.class
	it.decided = it.finish
	c.inHand--
	c.decided++
	c.handled += it.handle
	c.ledger.Completed += it.times
	t.handled += it.handle
	if it.band != nil {
		it.band.look(it.violates)
	}
}

// oldest is when the oldest waiting item of the class arrived, or never.
func (c *class) oldest() time.Duration {
	for c.waiting.len() > 0 && c.waiting.first().started {
		c.waiting.pop()
	}
	if c.waiting.len() == 0 {
		return never
	}
	return c.waiting.first().arrived
}
