package tune

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

// items are the work of a class that came in a slot.
type items struct {
	class     int
	came, due int64
	work      float64
}

// plainly takes what is due first of all that waits, and says what it did of each class,
// and what of that was overdue.
func plainly(waiting []items, at int64, can float64) (left []items, done, late [classes]float64) {
	slices.SortStableFunc(waiting, func(a, b items) int { return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.class, b.class)) })
	for len(waiting) > 0 && can > 0 {
		x := &waiting[0]
		some := min(x.work, can)
		can -= some
		done[x.class] += some
		if x.due <= at {
			late[x.class] += some
		}
		if x.work -= some; x.work <= grain {
			waiting = waiting[1:]
		}
	}
	return waiting, done, late
}

// A shadow does what is due first, whichever class it is of, and knows what was late.
func TestShadowServesWhatIsDueFirst(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 1))
	overdue := 0.0
	for range 60 {
		n := 2 + r.IntN(classes-1)
		m, y := &mixed{shortest: make([]int64, n)}, share{}
		deadlines := make([]int64, n)
		for c := range deadlines {
			deadlines[c] = r.Int64N(lineBuckets / 2)
		}
		slices.Sort(deadlines)
		var waiting []items
		var done, late [classes]float64
		for at := int64(1); at <= 600; at++ {
			m.at = at
			for c, deadline := range deadlines {
				work := 0.0
				if r.IntN(3) == 0 {
					work = float64(r.IntN(30))
				}
				m.lines[c].add(work, at, deadline)
				waiting = append(waiting, items{c, at, at + deadline, work})
			}
			can := float64(r.IntN(12 * n))
			y.serve(m, can, 1)
			var d, l [classes]float64
			waiting, d, l = plainly(waiting, at, can)
			for c := range n {
				done[c], late[c] = done[c]+d[c], late[c]+l[c]
				if math.Abs(y.done[c]-done[c]) > 1e-6 || math.Abs(y.late[c]-late[c]) > 1e-6 {
					t.Fatalf("slot %d, deadlines %v: class %d has done %.3f, %.3f of it late; want %.3f, %.3f",
						at, deadlines, c, y.done[c], y.late[c], done[c], late[c])
				}
				overdue += l[c]
			}
		}
	}
	if overdue == 0 {
		t.Error("nothing was late")
	}
}

// A deadline of more slots than a line has is kept to in wider buckets: nothing is lost,
// and what is overdue is known to a bucket.
func TestLongDeadlinesTakeWiderBuckets(t *testing.T) {
	const deadline = 3000
	var l line
	came := make([]float64, 10_001)
	r := rand.New(rand.NewPCG(42, 1))
	for at := int64(1); at <= 10_000; at++ {
		work := float64(r.IntN(9))
		came[at] = came[at-1] + work
		l.add(work, at, deadline)
		if l.total != came[at] {
			t.Fatalf("%v came until slot %d, want %v", l.total, at, came[at])
		}
		least, most := came[max(at-deadline-l.wide, 0)], came[max(at-deadline+l.wide, 0)]
		if l.old < least || l.old > most {
			t.Fatalf("%v is overdue in slot %d, want %v to %v", l.old, at, least, most)
		}
	}
	if l.wide != 24 {
		t.Errorf("buckets of %d slots", l.wide)
	}
}

// Queues that come and go make classes come and go; what was learned stays.
func TestClassesComeAndGo(t *testing.T) {
	r := rand.New(rand.NewPCG(43, 1))
	alone := one(liveDeadline, bins(r, 3*hour, 5, constant(8)))
	both := append(slices.Clone(alone), one(batchDeadline, bins(r, 3*hour, 5, constant(8)))...)
	s := New(leastSlot)
	for from, streams := range [][]Stream{alone, both, alone} {
		s.Advance(live, since(streams, begin.Add(sample.Span(from)*sample.Hour), begin.Add(sample.Span(from+1)*sample.Hour)))
		if (s.mixed != nil) != (len(streams) > 1) {
			t.Errorf("hour %d: classes apart: %v", from, s.mixed != nil)
		}
		finite(t, s)
		if tuning := s.Tuning(); !tuning.Known || !tuning.Sound() || math.Abs(float64(tuning.Rate)/1000-float64(len(streams))*8) > 3 {
			t.Errorf("hour %d: %+v", from, tuning)
		}
	}
}

// However little of the work it is, each class is held to the promise: a hundredth that
// cannot wait, in spikes, has replicas that stand ready for it.
func TestLittleUrgentWorkIsInTime(t *testing.T) {
	r := rand.New(rand.NewPCG(44, 1))
	little := func(second int) float64 { return spikes(second) / 8 }
	streams := append(one(liveDeadline, bins(r, day, 5, little)), one(7200*sample.Second, bins(r, day, 5, constant(40)))...)
	s := learned(live, streams)
	m := s.mixed
	for c := range m.shortest {
		if late := m.shares[s.chosen].late[c] / m.arrived[c]; late > 0.01 {
			t.Errorf("of class %d a share of %.4f was late", c, late)
		}
	}
	if standing := s.Tuning().Standing; standing > 40_000 {
		t.Errorf("%d stand ready for work of which most can wait", standing)
	}
}

// Deadlines of nothing, and of a year, do no harm.
func TestDeadlinesOfAnyLength(t *testing.T) {
	r := rand.New(rand.NewPCG(45, 1))
	var streams []Stream
	for _, deadline := range []sample.Span{0, 1, 366 * day * sample.Second, 30 * sample.Second, 367 * day * sample.Second} {
		streams = append(streams, one(deadline, bins(r, hour/2, 5, constant(5)))...)
		for _, slot := range []sample.Span{leastSlot, mostSlot} {
			s := New(slot)
			s.Advance(live, streams)
			finite(t, s)
			if tuning := s.Tuning(); !tuning.Sound() {
				t.Errorf("%d deadlines: %+v", len(streams), tuning)
			}
		}
	}
}

// Who promises less pays less, in the class of it: the strictest of a class counts there
// and nowhere else.
func TestPromiseOfEachClass(t *testing.T) {
	r := rand.New(rand.NewPCG(46, 1))
	streams := append(one(liveDeadline, bins(r, hour, 5, spikes)), one(batchDeadline, bins(r, hour, 5, wave))...)
	streams = append(streams, one(batchDeadline, bins(r, hour, 5, wave))...)
	streams[0].Percent, streams[1].Percent = 900_000, 950_000
	s := learned(live, streams)
	m := s.mixed
	if want := [classes]sample.PPM{900_000, live.Percent}; m.percents != want {
		t.Errorf("promised %v, want %v", m.percents, want)
	}
	i := slices.IndexFunc(m.shares, func(y share) bool { return y.late[1] == 0 })
	if i < 0 {
		t.Fatal("all shadows are late with what can wait")
	}
	m.shares[i].late[0] = 0.08 * m.arrived[0]
	lenient := m.beyond(s, i)
	m.promise(0, live.Percent)
	if strict := m.beyond(s, i); math.Abs(strict-lenient-allowed(900_000)+allowed(live.Percent)) > 1e-9 {
		t.Errorf("beyond by %.4f, and %.4f with a stricter promise", lenient, strict)
	}
}
