package tune

import (
	"math"
	"slices"

	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

// Sizes of a State.
const (
	// leadSlots is the most slots of a lead, reach how many ahead a deadline may be: a
	// longer one counts as that.
	leadSlots = 26
	reach     = 256
	// classes of deadlines are told apart, at most.
	classes = 3
	// launches of a shadow under way; more are taken together.
	launches = 5
	// peakSlots is over how many slots the recent peak is kept, at most: five minutes of
	// the shortest slots.
	peakSlots = 60
)

// State is what was learned of a pool, of a size that does not grow. New makes one.
type State struct {
	// Until is the end of what was folded in; 0 at first.
	Until sample.Instant
	// slot is the width of a slot; slots is how many were seen.
	slot  sample.Span
	slots int64

	rates    rates
	window   window
	trackers [features]tracker
	found    [features]found
	// most is the highest requirement of a lead, which fades.
	most float64
	due  dueLine
	// family is tried, each member by the shadow in its place, by the terms that its patience
	// comes to for what was agreed.
	family []Member
	// ways are all that the family is taken from: those for work that waits, or those for others.
	ways    []Member
	waits   bool
	alone   bool    // one queue brings all work
	largest float64 // the replicas that there may be
	terms   []control.Terms
	agreed  agreed
	asked   [features][]uint8 // the prices at which its members ask for replicas to stand
	shadows []shadow
	// Lazy lets the shadows be behind by the slots since the last choice, at most: for who
	// folds in slot by slot, and asks for no accounts in between.
	Lazy   bool
	behind []tick
	keep   float64 // what a slot leaves of what was remembered
	ages   ages    // since accounts were settled
	// arrived is the work that arrived, faded, in replica-seconds: what the late work
	// of the shadows is a share of.
	arrived float64
	// mixed is nil where all work has the same deadline.
	mixed   *mixed
	chosen  int
	room    *room
	choices choices
	// lead is its slots, looks those of control.Later; scale is by how much times are shorter than
	// with a long lead.
	lead  int
	looks [control.Looks]int
	scale float64
	noise int64 // of all patience
}

// Pool is what the tuner is told of the pool, as in force.
type Pool struct {
	// Startup is from asking for a replica to its being ready, Lead the same from the
	// change that was seen.
	Startup, Lead sample.Span
	Min, Max      int32
	// Throughput is work units per second of a replica.
	Throughput sample.Milli
	// Percent is the promise, the strictest of the pool's queues.
	Percent sample.PPM
}

// Bounds of a slot.
const (
	leastSlot = 5 * sample.Second
	mostSlot  = 5 * sample.Minute
	// deadlineSlots is about how many slots the shortest deadline is divided into.
	deadlineSlots = 120
)

// Slot is the width of the slots for a pool: fine enough for its shortest deadline,
// wide enough for its lead to be few.
func Slot(p Pool, shortest sample.Span) sample.Span {
	span := max(p.Lead/leadSlots, shortest/deadlineSlots, leastSlot)
	return min((span+leastSlot-1)/leastSlot*leastSlot, mostSlot)
}

// New is the state of a pool nothing is known of.
func New(slot sample.Span) *State { return NewFamily(slot, family[:]) }

// NewFamily is New with another family: to find out what a family is worth. Of it the ways are
// tried that are for the work that comes.
func NewFamily(slot sample.Span, family []Member) *State {
	s := &State{slot: min(max(slot, leastSlot), mostSlot), scale: 1, room: new(room)}
	s.choices = choices{
		first: s.in(firstChoice), early: s.in(earlyUntil), earlyEvery: s.in(earlyEvery), every: s.in(choiceEvery),
	}
	s.keep = fade(float64(s.slot)/1000, memoryHalf)
	s.ways = family
	s.put(waysFor(family, false))
	return s
}

// Width of the slots.
func (s *State) Width() sample.Span { return s.slot }

// spans are those that averages are taken over, of work that may wait so many seconds.
func (s *State) spans(wait float64) spans {
	out := spans{slot: float64(s.slot) / 1000, scale: s.scale, most: s.largest}
	if s.urgencyOf(wait) > 0 {
		out.lead = max(s.lead, 1)
	}
	return out
}

// Tuning is how the law is to be applied now. It is not Known before the first choice.
func (s *State) Tuning() control.Tuning {
	if !s.known() {
		return control.Tuning{}
	}
	m := &s.family[s.chosen]
	return control.Tuning{
		Known: true, Rate: milli(s.rate(m.Pace)), Standing: milli(s.level(m.Feature, m.Price)), Fresh: s.fresh(), Later: s.later(),
		Patience: s.patience(s.chosen),
	}
}

// last is the share that ways have that wait for the last moment.
const last = 900

// waysFor are those of some ways that are for work that can wait for new replicas, or for work
// that cannot; all of them where there are none. Each that is for work that can wait is tried as
// it is, and waiting for the last moment.
func waysFor(ways []Member, waits bool) []Member {
	out := slices.DeleteFunc(slices.Clone(ways), func(m Member) bool { return m.Waits != waits })
	if len(out) == 0 {
		return ways
	}
	if waits {
		for _, m := range slices.Clone(out) {
			m.Patience.Last = last
			out = append(out, m)
		}
	}
	return out
}

// stillWaits is the share of a lead, in thousandths, that counts where work could wait for all of
// it: leads are learned, and what was found out by the ways of one kind says nothing of those of
// the other.
const stillWaits = 800

// follow takes the ways that are for work of which the most urgent can wait so long.
func (s *State) follow(p *Pool, wait sample.Span) {
	least := p.Lead
	if s.waits {
		least = least * stillWaits / 1000
	}
	waits := Waits(wait, least)
	if waits == s.waits || s.ways == nil {
		return
	}
	s.waits = waits
	s.try(waysFor(s.ways, waits))
	if s.known() {
		s.choose(p)
	}
}

// put makes the family the one that is tried.
func (s *State) put(family []Member) {
	s.behind = s.behind[:0]
	s.family, s.shadows, s.chosen = family, make([]shadow, len(family)), 0
	s.terms, s.asked, s.ages = make([]control.Terms, len(family)), [features][]uint8{}, ages{weight: 1}
	if s.mixed != nil {
		s.mixed.shares = make([]share, len(family))
	}
	for i := range family {
		m := &family[i]
		s.shadows[i].standing, s.shadows[i].pace = uint8(m.place()), uint8(m.Pace)
		of, price := &s.asked[m.Feature], uint8(m.Price)
		if priceList[price] > 0 && !slices.Contains(*of, price) {
			*of = append(*of, price)
		}
	}
	s.suit(s.scale)
}

// crowded is the share of the replicas that there may be of which it is better not to put off any:
// what is late then is not made good soon.
const crowded = 0.8

// later is what of the work is due later than others could do it; not known where it is that of
// several queues, who are not served oldest first.
func (s *State) later() control.Later {
	if !s.alone {
		return control.Later{}
	}
	return control.Later{Known: true, Than: s.due.later(&s.looks)}
}

// fresh is the work that is not due within a lead, in replica-milliseconds; 0 where it is that of
// several queues, and where there may be few replicas more.
func (s *State) fresh() int64 {
	if !s.alone || s.rates.now[Brisk] >= crowded*s.largest {
		return 0
	}
	return replicaMilli(s.due.after(s.lead))
}

// patience of a member as it is applied: to scale, and as calm as the pool is large.
func (s *State) patience(i int) control.Patience {
	p := s.family[i].patience(s.scale)
	p.Noise = s.noise
	return p
}

// agreed is what the terms were made for, and the bounds of the replicas.
type agreed struct {
	times       control.Times
	wait        int64
	least, most int32
}

// agree makes the terms anew where times, deadlines or bounds are others.
func (s *State) agree(now agreed) {
	if now != s.agreed {
		s.catchUp()
		s.agreed = now
		for i := range s.family {
			patience := s.patience(i)
			s.terms[i] = patience.Terms(now.times, now.wait)
			s.shadows[i].post.Forget()
		}
	}
}

// suit brings times to a scale. Terms are to be made anew.
func (s *State) suit(scale float64) {
	s.catchUp()
	s.scale, s.agreed = scale, agreed{wait: -1}
	if s.mixed != nil {
		s.mixed.laws = nil
	}
}

// milli is replicas in thousandths, within the law's bounds.
func milli(replicas float64) int64 {
	switch m := replicas * 1000; {
	case m >= float64(control.MaxRate):
		return control.MaxRate
	case m > 0:
		return int64(m)
	}
	return 0
}

// fade is what is left of a weight after span with a half-life, both in seconds.
func fade(span, half float64) float64 { return math.Exp2(-span / half) }
