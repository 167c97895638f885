package tune

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
)

// same fails with where two states differ.
func same(t *testing.T, want, got *State) {
	t.Helper()
	if reflect.DeepEqual(want, got) {
		return
	}
	diff := cmp.Diff(want, got, cmp.Exporter(func(reflect.Type) bool { return true }))
	t.Fatalf("another state (-at once, +in parts):\n%.1500s", diff)
}

func TestStateIsSmall(t *testing.T) {
	tried := uintptr(len(waysFor(family[:], false)))
	size := unsafe.Sizeof(State{}) + tried*(unsafe.Sizeof(shadow{})+unsafe.Sizeof(control.Terms{}))
	t.Logf("%d bytes", size)
	if size > 32<<10 {
		t.Errorf("%d bytes", size)
	}
	law := unsafe.Sizeof(control.Law{}) + classes*unsafe.Sizeof(control.Terms{})
	more := unsafe.Sizeof(mixed{}) + tried*(unsafe.Sizeof(share{})+law)
	t.Logf("%d bytes more with several deadlines", more)
	if more > 40<<10 {
		t.Errorf("%d bytes more with several deadlines", more)
	}
}

func TestSlot(t *testing.T) {
	for name, c := range map[string]struct {
		lead, shortest, want sample.Span
	}{
		"nothing":             {0, 0, leastSlot},
		"live":                {75 * sample.Second, 30 * sample.Second, 5 * sample.Second},
		"a lead just fits":    {26 * 5 * sample.Second, 30 * sample.Second, 5 * sample.Second},
		"a lead does not":     {26*5*sample.Second + 26, 30 * sample.Second, 10 * sample.Second},
		"a long deadline":     {75 * sample.Second, sample.Hour, 30 * sample.Second},
		"a deadline of a day": {75 * sample.Second, 24 * sample.Hour, mostSlot},
		"a lead of a day":     {24 * sample.Hour, 30 * sample.Second, mostSlot},
		"below 0":             {-sample.Hour, -sample.Hour, leastSlot},
	} {
		t.Run(name, func(t *testing.T) {
			got := Slot(Pool{Lead: c.lead}, c.shortest)
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if width := New(got).Width(); width != got {
				t.Errorf("a state of slots of %s for %s", width, got)
			}
		})
	}
	for name, c := range map[string][2]sample.Span{"too fine": {1, leastSlot}, "too wide": {sample.Hour, mostSlot}} {
		if got := New(c[0]).Width(); got != c[1] {
			t.Errorf("%s: %s, want %s", name, got, c[1])
		}
	}
}

// history is what the cuts are tried on. A stream is waited for while its last bin is
// given: with several, each call has to hold the last one of each once more.
type history struct {
	streams []Stream
	overlap sample.Span
}

func histories() map[string]history {
	r := rand.New(rand.NewPCG(1, 1))
	fine, coarse := bins(r, hour, 5, spikes), bins(r, hour, 60, constant(3))
	gap := func(bs []forecast.Bin, from, to int) history {
		return history{streams: one(liveDeadline, append(append([]forecast.Bin(nil), bs[:from]...), bs[to:]...))}
	}
	minutes := Stream{Deadline: batchDeadline, WorkPerItem: 2500, Bins: coarse}
	offset := append([]forecast.Bin(nil), fine...)
	for i := range offset {
		offset[i].At = offset[i].At.Add(1234)
	}
	visitor := Stream{Deadline: sample.Minute, WorkPerItem: sample.One, Bins: bins(r, hour/2, 5, constant(1))[100:]}
	return map[string]history{
		"bins as wide as slots":   {streams: one(liveDeadline, fine)},
		"wider slots":             {streams: one(batchDeadline, fine)},
		"coarse bins":             {streams: one(liveDeadline, coarse)},
		"bins of seven seconds":   {streams: one(liveDeadline, bins(r, hour, 7, spikes))},
		"two streams":             {append(one(liveDeadline, fine), minutes), sample.Minute},
		"one that comes and goes": {append(one(liveDeadline, fine), minutes, visitor), sample.Minute},
		"off the second":          {append(one(liveDeadline, offset), minutes), sample.Minute},
		"a gap of two minutes":    gap(fine, 300, 324),
		"a gap of half an hour":   gap(fine, 200, 560),
		"a gap within a slot":     gap(fine, 300, 302),
		"a gap in coarse bins":    gap(coarse, 20, 40),
	}
}

// inParts folds a history in parts, the first of which is five minutes, so that each
// stream is there from the beginning; the others are as long as step says.
func inParts(p Pool, slot sample.Span, h history, step func() sample.Span) *State {
	s := New(slot)
	for now := begin.Add(5 * sample.Minute); now < begin.Add(70*sample.Minute); now = now.Add(1 + step()) {
		s.Advance(p, since(h.streams, s.Until.Add(-h.overlap), now))
	}
	s.Advance(p, since(h.streams, s.Until.Add(-h.overlap), begin.Add(sample.Hour+sample.Minute)))
	return s
}

func TestAnyCutGivesTheSameState(t *testing.T) {
	slow := Pool{Startup: 200 * sample.Second, Lead: 230 * sample.Second, Min: 2, Max: 30, Throughput: 700, Percent: 950_000}
	r := rand.New(rand.NewPCG(2, 1))
	bit := func() sample.Span { return 5 * sample.Second }
	some := func() sample.Span { return sample.Span(r.Int64N(600_000)) }
	for name, h := range histories() {
		t.Run(name, func(t *testing.T) {
			again := h
			again.overlap = 5 * sample.Minute
			want := learned(live, h.streams)
			if finite(t, want); want.slots < hour/2/10 {
				t.Fatalf("only %d slots were seen", want.slots)
			}
			same(t, want, inParts(live, want.Width(), h, bit))
			same(t, want, inParts(live, want.Width(), again, bit))
			want = learned(slow, h.streams)
			same(t, want, inParts(slow, want.Width(), h, some))
			same(t, want, inParts(slow, want.Width(), again, some))
		})
	}
}

func TestAdvanceWithoutArrivals(t *testing.T) {
	for _, streams := range [][]Stream{nil, one(liveDeadline, nil)} {
		s := New(leastSlot)
		s.Advance(live, streams)
		same(t, New(leastSlot), s)
	}
	s := learned(live, one(liveDeadline, bins(rand.New(rand.NewPCG(3, 1)), hour, 5, constant(0))))
	finite(t, s)
	if got := s.Tuning(); !got.Known || got.Rate != 0 || got.Standing != 0 || !got.Sound() {
		t.Errorf("of nothing that came, %+v was learned", got)
	}
}

func TestTuningIsNotKnownBeforeTheFirstChoice(t *testing.T) {
	bs := bins(rand.New(rand.NewPCG(4, 1)), int(firstChoice/sample.Second), 5, constant(9))
	s := New(leastSlot)
	for i := range bs {
		if got := s.Tuning(); got != (control.Tuning{}) {
			t.Fatalf("after %d slots: %+v", i, got)
		}
		s.Advance(live, one(liveDeadline, bs[i:i+1]))
	}
	if got := s.Tuning(); !got.Known || !got.Sound() || got.Rate < 7000 || got.Rate > 11_000 {
		t.Errorf("after %d slots: %+v", len(bs), got)
	}
}

func TestLaggingStreamIsWaitedForOnlySoLong(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	behind := func(width int, by sample.Span) []forecast.Bin {
		bs := bins(r, hour, width, constant(9))
		return bs[:len(bs)-int(by/sample.Second)/width]
	}
	fine := behind(5, 0)
	for name, c := range map[string]struct {
		other []forecast.Bin
		want  sample.Span // behind the hour
	}{
		"none behind":               {behind(5, 0), 0},
		"by the Lag":                {behind(5, Lag), Lag},
		"by more":                   {behind(5, Lag+5*sample.Second), 0},
		"by two of its bins":        {behind(120, 4*sample.Minute), 4 * sample.Minute},
		"by three":                  {behind(120, 6*sample.Minute), 0},
		"by two of five minutes":    {behind(300, mostLag), mostLag},
		"by three of five minutes":  {behind(300, 15*sample.Minute), 0},
		"by one that is too coarse": {[]forecast.Bin{bin(0, 2400, 9)}, 0},
		"nothing of it":             {nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := learned(live, append(one(liveDeadline, fine), one(liveDeadline, c.other)...))
			if got := begin.Add(sample.Hour).Since(s.Until); got != c.want || s.slots != int64((sample.Hour-c.want)/s.slot) {
				t.Errorf("%d slots, %s behind, want %s", s.slots, got, c.want)
			}
		})
	}
}

func TestStreamThatIsReadLaterCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 1))
	streams := append(one(liveDeadline, bins(r, hour, 5, constant(5))), one(liveDeadline, bins(r, hour, 5, constant(20)))...)
	s := New(leastSlot)
	for now := begin.Add(5 * sample.Minute); now < begin.Add(sample.Hour); now = now.Add(5 * sample.Second) {
		from := s.Until.Add(-5 * sample.Minute)
		s.Advance(live, append(since(streams[:1], from, now), since(streams[1:], from, now.Add(-sample.Minute))...))
	}
	if got := s.rates.day; got < 24 || got > 26 {
		t.Errorf("a rate of %.1f, yet 5 came, and 20 a minute later", got)
	}
}

func TestGapForgetsOnlyWhatNeedsTime(t *testing.T) {
	bs := bins(rand.New(rand.NewPCG(6, 1)), 2*hour, 5, constant(20))
	s := learned(live, one(liveDeadline, bs[:hour/5]))
	slots, slow, trackers := s.slots, s.rates.slow[Calm], s.trackers
	s.Advance(live, one(liveDeadline, []forecast.Bin{bs[hour/5-1], bs[hour/5+20]}))
	if s.window.n != 1 || s.slots != slots+1 {
		t.Errorf("a lead of %d slots, and %d more seen", s.window.n, s.slots-slots)
	}
	if s.due.total > 2*100 || s.due.total < 50 {
		t.Errorf("%v s of work are due of a slot's", s.due.total)
	}
	if diff := math.Abs(s.rates.slow[Calm] - slow); diff > 1 {
		t.Errorf("the average moved by %v", diff)
	}
	if s.trackers != trackers {
		t.Error("the trackers learned of a lead that was not seen")
	}
}

func TestGapDoesNotChangeTheLevels(t *testing.T) {
	bs := bins(rand.New(rand.NewPCG(7, 1)), 3*hour, 5, spikes)
	s := learned(live, one(liveDeadline, bs[:2*hour/5]))
	before, after := s.levels(Steady), s.trackers[Steady].found(s.found[Steady].rate, 5, 75)
	for i := range after {
		after[i] = min(after[i]*(s.rates.feature[Steady]/s.found[Steady].rate), overMost*s.most)
		if !slices.Contains(s.asked[Steady], uint8(i)) {
			after[i] = 0
		}
	}
	if diff := cmp.Diff(after, before); diff != "" {
		t.Errorf("not those for a slot and a lead:\n%s", diff)
	}
	s.interrupt(s.Until.Add(s.slot))
	if diff := cmp.Diff(before, s.levels(Steady)); diff != "" {
		t.Errorf("nothing was learned, yet the levels are others:\n%s", diff)
	}
}

func TestShorterLeadIsSoonTheOnlyOne(t *testing.T) {
	bs := bins(rand.New(rand.NewPCG(12, 1)), hour, 5, constant(20))
	p := live
	p.Lead = 120 * sample.Second
	s := learned(p, one(liveDeadline, bs[:700]))
	for _, lead := range []int{24, 15, 26} {
		p.Lead = sample.Span(lead*5) * sample.Second
		i := s.Until.Since(begin) / s.slot
		s.Advance(p, one(liveDeadline, bs[i-1:i+5]))
		if s.window.n > lead {
			t.Errorf("a lead of %d slots is learned from one of %d", lead, s.window.n)
		}
	}
}

func TestOldHistoryIsSkipped(t *testing.T) {
	week := bins(rand.New(rand.NewPCG(8, 1)), 7*day, 300, wave)
	s := New(mostSlot)
	s.Advance(live, one(liveDeadline, week))
	if want := int64(useful / mostSlot); s.slots != want || s.Until != begin.Add(7*24*sample.Hour) {
		t.Errorf("%d slots, want %d", s.slots, want)
	}
}

func TestHostileBins(t *testing.T) {
	at := func(i int) sample.Instant { return begin.Add(sample.Span(i) * 5 * sample.Second) }
	for name, c := range map[string]func(i int) forecast.Bin{
		"negative width":    func(i int) forecast.Bin { return forecast.Bin{At: at(i), Width: -5000, Count: 9000} },
		"zero width":        func(i int) forecast.Bin { return forecast.Bin{At: at(i), Count: 9000} },
		"negative counts":   func(i int) forecast.Bin { return forecast.Bin{At: at(i), Width: 5000, Count: -9000} },
		"the most negative": func(i int) forecast.Bin { return forecast.Bin{At: at(i), Width: 5000, Count: math.MinInt64} },
		"huge counts":       func(i int) forecast.Bin { return forecast.Bin{At: at(i), Width: 5000, Count: sample.MaxMilli} },
		"the hugest":        func(i int) forecast.Bin { return forecast.Bin{At: at(i), Width: 5000, Count: math.MaxInt64} },
		"one huge":          func(i int) forecast.Bin { return bin(5*i, 5, 9+1e12/float64(1+i*i*i*i*i)) },
		"all at once":       func(int) forecast.Bin { return bin(0, 5, 9) },
		"backwards":         func(i int) forecast.Bin { return bin(5*(1000-i), 5, 9) },
		"overlapping":       func(i int) forecast.Bin { return bin(5*i, 300, 9) },
		"a year apart":      func(i int) forecast.Bin { return bin(i*365*day, 5, 9) },
		"at the ends of time": func(i int) forecast.Bin {
			return forecast.Bin{At: sample.Instant(i%2) * (1 << 48), Width: 5000, Count: 9000}
		},
		"before there is time": func(i int) forecast.Bin { return forecast.Bin{At: -at(1000 - i), Width: 5000, Count: 9000} },
	} {
		t.Run(name, func(t *testing.T) {
			s := New(leastSlot)
			for from := 0; from < 1000; from += 100 {
				var bs []forecast.Bin
				for i := range 100 {
					bs = append(bs, c(from+i))
				}
				s.Advance(live, one(liveDeadline, bs))
				if got := s.Tuning(); !got.Sound() {
					t.Fatalf("after %d bins: %+v", from+100, got)
				}
				finite(t, s)
			}
		})
	}
}

func TestFaultyReadingIsForgotten(t *testing.T) {
	for _, count := range []float64{1e8, 1e12} {
		bs := bins(rand.New(rand.NewPCG(14, 1)), 8*hour, 5, constant(5))
		bs[hour/5] = bin(hour, 5, count)
		p := live
		p.Max = 100
		s := learned(p, one(liveDeadline, bs))
		if got := s.Tuning(); got.Standing > 20_000 || s.shadows[s.chosen].wanted > 20 {
			t.Errorf("seven hours after a reading of %g %d are wanted, and %d thousandths stand", count, s.shadows[s.chosen].wanted, got.Standing)
		}
	}
}

func TestHostilePools(t *testing.T) {
	bs := bins(rand.New(rand.NewPCG(9, 1)), hour, 5, spikes)
	for name, spoil := range map[string]func(*Pool, *Stream){
		"the slowest":      func(p *Pool, _ *Stream) { p.Throughput = 1 },
		"the fastest":      func(p *Pool, _ *Stream) { p.Throughput = sample.MaxMilli },
		"no replica":       func(p *Pool, _ *Stream) { p.Min, p.Max = 0, 0 },
		"none at least":    func(p *Pool, _ *Stream) { p.Min = 0 },
		"a million":        func(p *Pool, _ *Stream) { p.Min, p.Max = 1<<20, 1<<20 },
		"no lead":          func(p *Pool, _ *Stream) { p.Startup, p.Lead = 0, 0 },
		"no startup":       func(p *Pool, _ *Stream) { p.Startup, p.Lead = 0, sample.Second },
		"a day's startup":  func(p *Pool, _ *Stream) { p.Startup, p.Lead = 24*sample.Hour, 24*sample.Hour },
		"all must be done": func(p *Pool, _ *Stream) { p.Percent = sample.AllPPM },
		"nothing must":     func(p *Pool, _ *Stream) { p.Percent = 0 },
		"no time":          func(_ *Pool, s *Stream) { s.Deadline = 0 },
		"a month's time":   func(_ *Pool, s *Stream) { s.Deadline = 30 * 24 * sample.Hour },
		"no work":          func(_ *Pool, s *Stream) { s.WorkPerItem = 0 },
		"much work":        func(_ *Pool, s *Stream) { s.WorkPerItem = sample.MaxMilli },
	} {
		t.Run(name, func(t *testing.T) {
			p, streams := live, one(liveDeadline, bs)
			spoil(&p, &streams[0])
			s := learned(p, streams)
			if finite(t, s); s.slots == 0 {
				t.Fatal("nothing was learned")
			}
			if got := s.Tuning(); !got.Sound() {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestScaleOfWorkDoesNotMatter(t *testing.T) {
	bs := bins(rand.New(rand.NewPCG(10, 1)), 4*hour, 5, spikes)
	p, streams := live, one(liveDeadline, bs)
	want := learned(p, streams)
	p.Throughput, streams[0].WorkPerItem = 10*p.Throughput, 10*streams[0].WorkPerItem
	same(t, want, learned(p, streams))
}

// With more deadlines than classes, that of a class is averaged over its work.
func TestWaitIsAveragedOverTheWork(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 1))
	var streams []Stream
	for _, s := range []struct {
		deadline sample.Span
		rate     float64
	}{{30, 1}, {36, 1}, {600, 20}, {720, 0.2}, {7200, 1}} {
		streams = append(streams, one(s.deadline*sample.Second, bins(r, 2*hour, 5, constant(s.rate)))...)
	}
	a := learned(live, streams).mixed
	slices.Reverse(streams)
	b := learned(live, streams).mixed
	for _, m := range []*mixed{a, b} {
		for c, want := range []float64{33, 0.99*600 + 0.01*720, 7200} {
			if wait := m.rates[c].wait; math.Abs(wait/want-1) > 0.05 {
				t.Errorf("class %d: a deadline of %.1f s on the average, want %.1f", c, wait, want)
			}
		}
	}
}
