package tune

import (
	"math"
	"slices"

	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

// mixed is what is kept of a pool whose work has deadlines of several classes, beyond
// what is kept of any. With one class it would say the same, and take longer.
type mixed struct {
	// shortest deadline of each class, in milliseconds, ascending.
	shortest []int64
	lines    [classes]line
	// percents are what is promised of each, the strictest of its queues.
	percents [classes]sample.PPM
	// rates of each class; their wait is the deadline of it, averaged over its work.
	rates [classes]rates
	// arrived is the work of each, faded, in replica-seconds.
	arrived [classes]float64
	shares  []share // of each shadow
	// at is the slots since the lines began, slots those since the averages did.
	at, slots int64
	loads     []control.Load // of a shadow that decides
	// laws are the ways, as applied to these times and to what the loads may wait.
	laws  []control.Law
	times control.Times
}

// agree makes the laws anew where times or deadlines are others.
func (m *mixed) agree(s *State, times control.Times) {
	same := m.times == times && len(m.laws) == len(s.family)
	waits := make([]int64, len(m.shortest))
	for c := range m.shortest {
		// In whole seconds, so that an average does not move with each slot.
		wait := max(int64(math.Round(m.rates[c].wait))*1000, m.shortest[c])
		waits[c] = min(max(wait, 0), control.MaxSpan)
		same = same && waits[c] == m.loads[c].Wait
	}
	if same {
		return
	}
	m.times, m.laws, m.loads = times, m.laws[:0], m.loads[:0]
	for _, wait := range waits {
		m.loads = append(m.loads, control.Load{Wait: wait})
	}
	for i := range s.family {
		patience := s.patience(i)
		m.laws = append(m.laws, patience.Law(times, waits...))
	}
}

// share is what became of the work of each class in a shadow.
type share struct {
	done, late [classes]float64
	head       [classes]int64 // the bucket that is done next
}

// lineBuckets are those of a line; a deadline is at most half of them.
const lineBuckets = 256

// line is when the work of a class came, in buckets of some slots.
type line struct {
	came [lineBuckets]float64 // in total, until the end of a bucket
	wide int64                // slots
	// deadline in slots, of which total has come, and old has fallen due.
	deadline   int64
	total, old float64
}

// sort puts the streams into classes of deadlines.
func (s *State) sort(streams []Stream) {
	var room [32]int64
	deadlines := room[:0]
	for i := range streams {
		deadlines = append(deadlines, int64(streams[i].Deadline))
	}
	shortest := control.Classes(deadlines, classes)
	switch {
	case s.mixed != nil && slices.Equal(s.mixed.shortest, shortest):
		s.mixed.percents = [classes]sample.PPM{}
	case len(shortest) > 1:
		s.mixed = &mixed{shortest: slices.Clone(shortest), shares: make([]share, len(s.family))}
		s.part()
	case s.mixed != nil:
		s.mixed = nil
		s.part()
	}
}

// promise takes in what is promised of a queue of a class.
func (m *mixed) promise(class int, percent sample.PPM) {
	m.percents[class] = max(m.percents[class], percent)
}

// part forgets what waits.
func (s *State) part() {
	s.catchUp()
	s.due = dueLine{}
	s.rates.leaps.left = 0
	for i := range s.shadows {
		s.shadows[i].done = 0
		s.shadows[i].post.Forget()
	}
	m := s.mixed
	if m == nil {
		return
	}
	m.at = 0
	for c := range m.lines {
		m.lines[c], m.rates[c].leaps.left = line{}, 0
	}
	for i := range m.shares {
		m.shares[i] = share{late: m.shares[i].late}
	}
}

// rate of all work, at a pace.
func (s *State) rate(pace int) float64 {
	if s.mixed == nil {
		return s.rates.now[pace]
	}
	sum := 0.0
	for c := range s.mixed.shortest {
		sum += s.mixed.rates[c].now[pace]
	}
	return sum
}

// mean rate of all work.
func (s *State) mean() float64 {
	if s.mixed == nil {
		return s.rates.day
	}
	sum := 0.0
	for c := range s.mixed.shortest {
		sum += s.mixed.rates[c].day
	}
	return sum
}

// arrive takes in the work of a slot. The features are of what is urgent: work counts
// by what a steady stream of it would require, in the measure of the most urgent.
func (m *mixed) arrive(f *folder, slot float64) (total float64) {
	s := f.state
	var amount, wait [classes]float64
	for i := range f.work {
		if w := &f.work[i]; w.amount > 0 {
			amount[w.class] += w.amount
			wait[w.class] += (w.deadline - wait[w.class]) * (w.amount / amount[w.class])
		}
	}
	m.at++
	m.slots++
	lead, urgent := float64(s.lead)*slot, 0.0
	for c := range m.shortest {
		r := &m.rates[c]
		if amount[c] > 0 {
			r.deadline(wait[c], slot)
		}
		deadline := max(r.wait, float64(m.shortest[c])/1000)
		m.lines[c].add(amount[c], m.at, int64(math.Round(deadline/slot)))
		r.fold(amount[c]/slot, s.spans(r.wait), m.slots)
		m.arrived[c] = m.arrived[c]*s.keep + amount[c]
		urgent += amount[c] * (lead + f.waits[0]) / (lead + f.waits[c])
		total += amount[c]
	}
	s.rates.wait = f.waits[0]
	s.rates.fold(urgent/slot, s.spans(s.rates.wait), s.slots)
	return total
}

// add is the work of the slot that is the at-th, due in some slots.
func (l *line) add(work float64, at, deadline int64) {
	if l.wide == 0 {
		l.wide = max((deadline+lineBuckets/2-1)/(lineBuckets/2), 1)
	}
	l.deadline = min(max(deadline, 0), l.wide*lineBuckets/2)
	l.total += work
	l.came[l.bucket(at)%lineBuckets] = l.total
	if due := at - l.deadline; due > 0 {
		b := l.bucket(due)
		before := l.until(b - 1)
		l.old = max(l.old, before+(l.until(b)-before)*float64(due-b*l.wide)/float64(l.wide))
	}
}

// bucket of the at-th slot, counted from 1.
func (l *line) bucket(at int64) int64 { return (at - 1) / l.wide }

// until is what had come by the end of a bucket.
func (l *line) until(bucket int64) float64 {
	if bucket < 0 {
		return 0
	}
	return l.came[bucket%lineBuckets]
}

// serve does what is due first with so many replica-seconds.
func (y *share) serve(m *mixed, can, keep float64) {
	waits := 0.0
	before := y.done
	for c := range m.shortest {
		waits += m.lines[c].total - y.done[c]
	}
	if waits <= can {
		for c := range m.shortest {
			y.done[c], y.head[c] = m.lines[c].total, m.lines[c].bucket(m.at)
		}
	} else {
		y.earliest(m, can)
	}
	for c := range m.shortest {
		late := max(m.lines[c].old-before[c], 0)
		y.late[c] = y.late[c]*keep + min(late, y.done[c]-before[c])
	}
}

// grain is an amount of work too small to be any.
const grain = 1e-9

// earliest is serve where not all can be done.
func (y *share) earliest(m *mixed, room float64) {
	for room > grain {
		next, due := -1, int64(math.MaxInt64)
		for c := range m.shortest {
			l := &m.lines[c]
			last := l.bucket(m.at)
			y.head[c] = max(y.head[c], last-lineBuckets+1)
			for y.head[c] < last && l.until(y.head[c])-y.done[c] <= grain {
				y.head[c]++
			}
			if at := y.head[c]*l.wide + l.deadline; at < due && l.until(y.head[c])-y.done[c] > grain {
				next, due = c, at
			}
		}
		if next < 0 {
			return
		}
		some := min(m.lines[next].until(y.head[next])-y.done[next], room)
		y.done[next] += some
		room -= some
	}
}

// step does a slot's work in the i-th shadow, and decides.
func (m *mixed) step(s *State, i int, t *tick) {
	x, y := &s.shadows[i], &m.shares[i]
	y.serve(m, float64(x.land(t))*t.slot, s.keep)
	p := control.Plant{Now: t.now, Standing: t.standing[x.standing] * 1000, Ready: x.wanted - x.coming, Starting: x.flying[:x.n]}
	p.Loads = m.load(y, int(x.pace))
	a := m.laws[i].Decide(&p, x.post.Memory, t.width)
	x.post.Memory = a.Memory
	x.ask(a.Wanted, t)
}

// load is what the law is told of a shadow's work.
func (m *mixed) load(y *share, pace int) []control.Load {
	waits, rate := 0.0, 0.0
	for c := range m.shortest {
		waits += m.lines[c].total - y.done[c]
		rate += m.rates[c].now[pace]
		m.loads[c].Backlog, m.loads[c].Rate = replicaMilli(waits), milli(rate)
	}
	return m.loads
}

// beyond is by how much more of its work was late in the i-th shadow than a class is
// allowed, in the class in which that is most.
func (m *mixed) beyond(s *State, i int) float64 {
	worst := 0.0
	for c := range m.shortest {
		prior := priorTime * s.scale * m.rates[c].day
		doubted := s.family[i].doubt() * s.urgencyOf(m.rates[c].wait) * prior
		worst = max(worst, (m.shares[i].late[c]+doubted)/max(m.arrived[c]+prior, 1e-9)-allowed(m.percents[c]))
	}
	return worst
}
