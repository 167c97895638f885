package tune

import (
	"cmp"
	"math"
	"slices"

	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
)

// Stream is what arrived at one queue.
type Stream struct {
	Deadline    sample.Span
	WorkPerItem sample.Milli
	// Percent is its promise; 0 for the pool's.
	Percent sample.PPM
	// Bins by time, each after the one before.
	Bins []forecast.Bin
}

// A stream that is further behind the others than Lag, and than two of its own bins,
// is no longer waited for: what it brought since counts as nothing.
const (
	Lag     = 2 * sample.Minute
	mostLag = 10 * sample.Minute
)

// useful is how much of a history is worth folding: what is older has faded.
const useful = 3 * 24 * sample.Hour

// glut is how many seconds of all replicas a slot may bring.
const glut = 3600

// work of a slot, in replica-seconds.
type work struct {
	class    int
	deadline float64 // seconds
	amount   float64
}

// Advance folds in what arrived since s.Until, slot by slot, as far as all streams
// that are not far behind reach. The result is the same however a history is cut
// into calls, as long as each has all bins that end after s.Until, and the last bin of
// each stream.
func (s *State) Advance(p Pool, streams []Stream) {
	from, until := s.span(streams)
	if until == 0 {
		return
	}
	if s.Until != 0 && from > s.Until {
		s.interrupt(from)
	}
	if scale := scaleOf(p.Lead); scale != s.scale {
		s.suit(scale)
	}
	s.lead = min(max(int((p.Lead+s.slot-1)/s.slot), 1), leadSlots)
	f := folder{state: s, pool: &p, work: make([]work, len(streams)), next: make([]int, len(streams))}
	s.sort(streams)
	for i := range s.looks {
		look := control.Times{Startup: int64(p.Startup), Lead: int64(p.Lead)}.Look(i)
		s.looks[i] = int(min((look+int64(s.slot)-1)/int64(s.slot), reach))
	}
	s.alone, s.largest = len(streams) == 1, float64(max(p.Max, 1))
	s.follow(&p, shortest(streams))
	f.classify(streams)
	for end := from.Add(s.slot); end <= until; end = end.Add(s.slot) {
		covered := f.gather(streams, end)
		if !covered {
			s.interrupt(end)
			continue
		}
		f.fold(end)
	}
	if !s.Lazy {
		s.catchUp()
		s.behind = nil
	}
}

// span is the slots to fold: from the end of the last one, or the first bin, up to
// the last slot that all streams cover.
func (s *State) span(streams []Stream) (from, until sample.Instant) {
	var newest, first sample.Instant
	for i := range streams {
		if bins := streams[i].Bins; len(bins) > 0 {
			newest = max(newest, bins[len(bins)-1].End())
			if first == 0 || bins[0].At < first {
				first = bins[0].At
			}
		}
	}
	until = newest
	for i := range streams {
		if bins := streams[i].Bins; len(bins) > 0 {
			last := &bins[len(bins)-1]
			if end := last.End(); end >= newest.Add(-max(Lag, min(2*last.Width, mostLag))) {
				until = min(until, end)
			}
		}
	}
	if s.Until == 0 {
		return max(first, until.Add(-useful)), until
	}
	// What lies further back than is useful, or before the first bin, is skipped.
	skipped := max(first, until.Add(-useful)).Since(s.Until)
	return s.Until.Add(max(skipped, 0) / s.slot * s.slot), until
}

// shortest deadline of streams.
func shortest(streams []Stream) sample.Span {
	least := streams[0].Deadline
	for i := range streams {
		least = min(least, streams[i].Deadline)
	}
	return least
}

// interrupt is a slot of which nothing is known: what needs time without gaps is
// forgotten.
func (s *State) interrupt(end sample.Instant) {
	s.Until = end
	s.window = window{}
	s.part()
}

// folder folds slots in.
type folder struct {
	state *State
	pool  *Pool
	work  []work
	next  []int // bin of each stream
	waits [classes]float64
}

// classify puts the streams into classes of deadlines.
func (f *folder) classify(streams []Stream) {
	for i := range streams {
		c := 0
		if m := f.state.mixed; m != nil {
			c = control.Class(m.shortest, int64(streams[i].Deadline))
			m.promise(c, cmp.Or(streams[i].Percent, f.pool.Percent))
		}
		seconds := float64(streams[i].Deadline) / 1000
		f.work[i] = work{class: c, deadline: seconds}
		if f.waits[c] == 0 || seconds < f.waits[c] {
			f.waits[c] = seconds
		}
	}
}

// gather collects the work of the slot that ends at end. It is false when less than
// half of it is covered by any stream.
func (f *folder) gather(streams []Stream, end sample.Instant) bool {
	begin := end.Add(-f.state.slot)
	var most sample.Span
	for i := range streams {
		st, items, covered := &streams[i], 0.0, sample.Span(0)
		for f.next[i] < len(st.Bins) {
			b := &st.Bins[f.next[i]]
			if both := min(end, b.End()).Since(max(begin, b.At)); both > 0 {
				items += b.Count.Float() * float64(both) / float64(b.Width)
				covered += both
			}
			if b.End() > end {
				break
			}
			f.next[i]++
		}
		most = max(most, covered)
		f.work[i].amount = larger(items, 0) * st.WorkPerItem.Float() / f.pool.Throughput.Float()
	}
	return most*2 >= f.state.slot
}

// fold takes in a slot.
func (f *folder) fold(end sample.Instant) {
	s, slot := f.state, float64(f.state.slot)/1000
	s.slots++
	s.Until = end
	f.limit()
	var total float64
	if s.mixed != nil {
		total = s.mixed.arrive(f, slot)
	} else {
		total = f.arrive(slot)
	}
	f.learn(slot)
	f.find(slot)
	s.arrived = s.arrived*s.keep + total
	f.shadows()
	if s.choiceIsDue() {
		s.catchUp()
		s.settle()
		s.choose(f.pool)
		s.calm()
	}
}

// arrive takes in the work of a slot, where all of it has the same deadline.
func (f *folder) arrive(slot float64) (total float64) {
	s, wait := f.state, 0.0
	for i := range f.work {
		w := &f.work[i]
		if w.amount <= 0 {
			continue
		}
		total += w.amount
		s.due.add(w.amount, int(math.Round(w.deadline/slot)))
		wait += (w.deadline - wait) * (w.amount / total)
	}
	if total > 0 {
		s.rates.deadline(wait, slot)
	}
	s.due.pass()
	s.rates.fold(total/slot, s.spans(s.rates.wait), s.slots)
	return total
}

// limit bounds the work of a slot by what all replicas could do in an hour: more is a
// fault of a reading, and would be remembered for days.
func (f *folder) limit() {
	total := 0.0
	for i := range f.work {
		total += f.work[i].amount
	}
	most := float64(max(f.pool.Max, 1)) * glut
	if total <= most {
		return
	}
	for i := range f.work {
		f.work[i].amount *= most / total
	}
}

// learn teaches the trackers by the lead that has just ended, and begins another.
func (f *folder) learn(slot float64) {
	s, w := f.state, &f.state.window
	for w.n > s.lead {
		w.drop()
	}
	if w.n == s.lead {
		required, work := w.required(&f.waits, slot)
		s.most = larger(s.most*s.keep, required)
		first := w.begin()
		for i := range s.trackers {
			s.trackers[i].learn(first.feature[i], int(first.bucket[i]), seen{required, work}, s.keep)
		}
		w.drop()
	}
	last := w.push()
	*last = windowSlot{feature: s.rates.before}
	for i := range last.bucket {
		last.bucket[i] = uint8(s.found[i].bucket(last.feature[i]))
	}
	for i := range f.work {
		w.add(f.work[i].class, f.work[i].amount)
	}
}

// A level is bounded by what was seen: by a little more than the most that was ever
// required, or by half more than the rate where that is more. Ratios that were seen at
// lower rates, as traffic began, say little of what a high one can bring.
const (
	overMost = 1.1
	overRate = 1.5
)

// level is the standing requirement for a feature as it is now, at a price.
func (s *State) level(feature, price int) float64 {
	grown, bound := s.reach(feature)
	return reached(s.found[feature].levels[price], grown, bound)
}

// reached is a level where the rate has grown, within a bound.
func reached(level, grown, bound float64) float64 {
	if level *= grown; level < bound {
		return level
	}
	return bound
}

// reach is by how much the rate has grown since levels were found, and their bound.
func (s *State) reach(feature int) (grown, bound float64) {
	rate := s.rates.feature[feature]
	return larger(rate, leastRate) / larger(s.found[feature].rate, leastRate), larger(overMost*s.most, overRate*rate)
}

// What was found of a feature holds for findEvery slots, the features in turn, while the
// rate stays where it is: within rateNear on the axis of rates, or 5 %.
const (
	findEvery = 4
	rateNear  = 0.1
)

// find looks up what the trackers say of the features as they are now.
func (f *folder) find(slot float64) {
	s := f.state
	early := s.slots <= int64(s.choices.early)
	for i := range s.found {
		x, rate := &s.found[i], s.rates.feature[i]
		turn := early || s.slots%findEvery == int64(i)
		if !turn && x.about(rate) {
			continue
		}
		at := rateAt(rate)
		if !turn && math.Abs(at-x.at) < rateNear {
			continue
		}
		x.rate, x.at = rate, at
		s.trackers[i].levels(x, s.asked[i], leads{slot, float64(max(s.lead, 1)) * slot}, s.room)
	}
}

// shadows lets the shadows do the slot's work and decide: when the next choice is due, or
// whatever they rest on changes. Until then nobody asks what became of them, and each of
// them does many slots faster in a row than one by one.
func (f *folder) shadows() {
	s := f.state
	times := control.Times{Startup: int64(f.pool.Startup), Lead: int64(f.pool.Lead)}
	if s.slots == 1 {
		for i := range s.shadows {
			s.shadows[i].wanted = max(int64(math.Ceil(s.mean())), int64(f.pool.Min), 1)
		}
	}
	if s.mixed == nil {
		s.agree(agreed{times, int64(s.rates.wait * 1000), f.pool.Min, f.pool.Max})
	}
	n := len(s.behind)
	s.behind = slices.Grow(s.behind, 1)[:n+1]
	t := &s.behind[n]
	t.least, t.most = int64(f.pool.Min), int64(f.pool.Max)
	t.read(s, times)
	if m := s.mixed; m != nil {
		m.agree(s, times)
		for i := range s.shadows {
			m.step(s, i, t)
		}
		s.behind = s.behind[:0]
	}
}

// catchUp lets the shadows do the slots that they are behind.
func (s *State) catchUp() {
	if len(s.behind) == 0 {
		return
	}
	for i := range s.shadows {
		s.shadows[i].run(s.behind, &s.terms[i])
	}
	s.behind = s.behind[:0]
}

// tick is a slot as all shadows see it.
type tick struct {
	// ready is when replicas asked for now will be.
	now, width, ready int64
	slot              float64
	ages
	least, most int64 // replicas
	// total and old are those of the due line, fresh what of it is not due within the lead where that
	// may be put off, and later what is due after others could come.
	total, old float64
	fresh      int64
	later      control.Later
	// standing are the replicas that must stand ready, where a member asks for them; inflows
	// are what the rates bring.
	standing [places]int64
	inflows  [pacePlaces]control.Inflow
}

// read is the slot that has just ended.
func (t *tick) read(s *State, times control.Times) {
	t.now, t.width, t.slot = int64(s.Until), int64(s.slot), float64(s.slot)/1000
	s.ages.pass(t.slot, s.keep)
	t.ages = s.ages
	t.ready = t.now + times.Startup
	t.total, t.old = s.due.total, s.due.old
	t.later, t.fresh = s.later(), s.fresh()
	for i := range s.found {
		grown, bound := s.reach(i)
		bound = min(bound, float64(control.MaxRate)/1000)
		of, standing := &s.found[i].levels, t.standing[i*prices:][:prices]
		for _, price := range s.asked[i] {
			standing[price] = int64((uint64(int64(reached(of[price], grown, bound)*1000)) + 999) / 1000)
		}
	}
	for i := range paces {
		t.inflows[i] = times.Inflow(milli(s.rate(i)))
	}
}
