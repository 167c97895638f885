package outlook

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
)

const (
	begin    = sample.Instant(1_790_000_000_000)
	interval = 5 * sample.Second
	deadline = 60 * sample.Second
)

// look is one at so long after begin: backlog and age of the oldest as they are.
func look(after sample.Span, backlog int64, oldest sample.Span) Seen {
	return Seen{
		Now: begin.Add(after), Interval: interval, Deadline: deadline, Fresh: true, Said: true,
		Backlog: sample.Whole(backlog), Oldest: oldest, AgeKnown: true,
	}
}

// breach says when one comes, likely and at the earliest, from the look on.
func (l Seen) breach(likely, sure sample.Span) Seen {
	l.Breach = capacity.Figures{Likely: l.Now.Add(likely), Sure: l.Now.Add(sure), ModelLikely: l.Now.Add(likely), ModelSure: l.Now.Add(sure)}
	return l
}

// drain says when the backlog is done.
func (l Seen) drain(likely, sure sample.Span) Seen {
	l.Drain = capacity.Figures{Likely: l.Now.Add(likely), Sure: l.Now.Add(sure), ModelLikely: l.Now.Add(likely), ModelSure: l.Now.Add(likely)}
	return l
}

func TestWhatBecomesOfAClaim(t *testing.T) {
	const s, m, h = sample.Second, sample.Minute, sample.Hour
	both := func(likely, sure Figure, a, b Counts) (t Tally) {
		t[likely], t[sure] = a, b
		return t
	}
	held, missed := Counts{Held: 1}, Counts{Missed: 1}
	quiet := func(from, to sample.Span) (out []Seen) {
		for at := from; at <= to; at += interval {
			l := look(at, 0, 0)
			l.Said = false
			out = append(out, l)
		}
		return out
	}
	unsaid := func(l Seen) Seen { l.Said = false; return l }
	for name, c := range map[string]struct {
		first Seen
		then  []Seen
		want  Tally
	}{
		"no breach before":          {look(0, 10, s).breach(30*s, 20*s), quiet(5*s, 30*s), both(BreachLikely, BreachSure, held, held)},
		"not known yet":             {look(0, 10, s).breach(90*s, 60*s), quiet(5*s, 55*s), Tally{}},
		"a breach between the two":  {look(0, 10, 40*s).breach(40*s, 20*s), []Seen{unsaid(look(15*s, 10, 55*s)), unsaid(look(30*s, 10, 70*s))}, both(BreachLikely, BreachSure, missed, held)},
		"a breach before both":      {look(0, 10, 40*s).breach(40*s, 25*s), []Seen{unsaid(look(15*s, 10, 55*s)), unsaid(look(25*s, 10, 65*s))}, both(BreachLikely, BreachSure, missed, missed)},
		"late at once":              {look(0, 10, 61*s).breach(40*s, 25*s), quiet(5*s, 90*s), Tally{}},
		"drained in time":           {look(0, 10, 2*s).drain(10*s, 20*s), []Seen{unsaid(look(5*s, 9, 7*s)), unsaid(look(10*s, 9, 5*s))}, both(DrainLikely, DrainSure, held, held)},
		"drained between the two":   {look(0, 10, 2*s).drain(10*s, 20*s), append(quietly(9, 5*s, 10*s), unsaid(look(15*s, 9, 5*s))), both(DrainLikely, DrainSure, missed, held)},
		"an empty queue is drained": {look(0, 10, 2*s).drain(10*s, 20*s), quiet(5*s, 5*s), both(DrainLikely, DrainSure, held, held)},
		"not drained":               {look(0, 10, 2*s).drain(10*s, 20*s), quietly(9, 5*s, 20*s), both(DrainLikely, DrainSure, missed, missed)},
		"over before the next look": {look(0, 10, s).drain(4*s, 6*s), quietly(9, 5*s, 20*s), Tally{}},
		"a gap voids":               {look(0, 10, s).breach(20*s, 10*s).drain(20*s, 30*s), []Seen{unsaid(look(2*m, 10, 90*s))}, Tally{}},
		"beyond the horizon, and right": {unbreached(look(0, 0, 0)), quiet(5*s, 24*h),
			both(BreachLikely, BreachSure, Counts{Beyond: 1}, Counts{Beyond: 1})},
		"beyond the horizon, and wrong": {unbreached(look(0, 0, 0)), append(quiet(5*s, 10*m), unsaid(look(10*m+5*s, 10, 70*s))),
			both(BreachLikely, BreachSure, missed, missed)},
	} {
		t.Run(name, func(t *testing.T) {
			var state State
			got := state.Look(c.first)
			for _, l := range c.then {
				got.Add(state.Look(l))
			}
			for _, f := range Figures() { // what was not asked about
				if !f.Breach() && c.first.Drain == (capacity.Figures{}) || f.Breach() && c.first.Drain != (capacity.Figures{}) && c.first.Breach == (capacity.Figures{}) {
					got[f] = Counts{}
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// quietly are looks at a backlog whose oldest item stays the same, and of which nothing is
// said.
func quietly(backlog int64, from, to sample.Span) (out []Seen) {
	for at := from; at <= to; at += interval {
		l := look(at, backlog, at+2*sample.Second)
		l.Said = false
		out = append(out, l)
	}
	return out
}

// unbreached says that there is no breach within the horizon.
func unbreached(l Seen) Seen {
	l.Breach = capacity.Figures{}
	return l
}

// Without ages a drain is seen by the arrivals since, and nothing is claimed of breaches.
func TestWithoutAges(t *testing.T) {
	var s State
	at := func(after sample.Span, backlog int64) Seen {
		l := look(after, backlog, 0).breach(sample.Second, sample.Second).drain(20*sample.Second, 20*sample.Second)
		l.AgeKnown, l.Rate = false, sample.Whole(10)
		return l
	}
	var got Tally
	for _, l := range []Seen{at(0, 120), at(5*sample.Second, 110), at(10*sample.Second, 101), at(15*sample.Second, 100), at(20*sample.Second, 200)} {
		got.Add(s.Look(l))
	}
	var want Tally
	want[DrainLikely], want[DrainSure] = Counts{Held: 1}, Counts{Held: 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAChangedPromiseBeginsAnew(t *testing.T) {
	var s, fresh State
	s.Look(look(0, 10, sample.Second).breach(sample.Minute, sample.Minute))
	l := look(interval, 10, sample.Second)
	l.Deadline = 2 * deadline
	s.Look(l)
	fresh.Look(l)
	want, _ := json.Marshal(fresh)
	if got, _ := json.Marshal(s); string(got) != string(want) {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestNumbersThatAreNotFreshAreNotLookedAt(t *testing.T) {
	var s State
	s.Look(look(0, 10, 50*sample.Second).breach(sample.Minute, sample.Minute))
	before, _ := json.Marshal(s)
	l := look(interval, 10, 70*sample.Second)
	l.Fresh = false
	if got := s.Look(l); got != (Tally{}) {
		t.Errorf("settled %+v", got)
	}
	if after, _ := json.Marshal(s); string(after) != string(before) {
		t.Errorf("%s became %s", before, after)
	}
}

// corrected is what a plan makes of a model's time, one of the marks.
func (s *State) corrected(f Figure, model sample.Span) sample.Span {
	w := s.Tracks[f].worth()
	if w == nil {
		return model
	}
	out := sample.Span(-1)
	for i, m := range capacity.Marks() {
		switch at := sample.Span(int64(m) * w[i] / 1000); {
		case f.Breach() && m >= model && (out < 0 || at < out), !f.Breach() && m <= model && at > out:
			out = at
		}
	}
	return out
}

// Breaches that no model foresees: after a time without memory, whatever is said. The
// figures come to hold as often as they should.
func TestFiguresComeToHold(t *testing.T) {
	for name, c := range map[string]struct {
		mean  sample.Span // until the next breach
		model sample.Span // what the model always says
	}{
		"too hopeful": {20 * sample.Minute, 5 * sample.Minute},
		"too gloomy":  {2 * sample.Hour, sample.Minute},
		"by far":      {3 * sample.Hour, 4 * sample.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 7))
			var s State
			s.Look(look(0, 0, 0))
			next := sample.Span(r.ExpFloat64() * float64(c.mean))
			var got Tally
			for at := interval; at < 40*24*sample.Hour; at += 20 * sample.Second {
				l := look(at, 0, 0)
				if at > next {
					l = look(at, 5, deadline+at-next)
					next = at + sample.Span(r.ExpFloat64()*float64(c.mean))
				}
				l = l.breach(c.model, c.model)
				l.Breach.Likely = l.Now.Add(s.corrected(BreachLikely, c.model))
				l.Breach.Sure = l.Now.Add(s.corrected(BreachSure, c.model))
				tally := s.Look(l)
				if at > 5*24*sample.Hour {
					got.Add(tally)
				}
			}
			for f, hold := range map[Figure]float64{BreachSure: 0.9, BreachLikely: 0.5} {
				n := got[f].Held + got[f].Missed
				if share := float64(got[f].Held) / float64(n); math.Abs(share-hold) > 0.05 || n < 1000 {
					t.Errorf("of %d claims at %d %% %.3f held", n, f.Percent(), share)
				}
			}
		})
	}
}

// Drains that take another time than the model says, by a factor that nobody knows.
func TestDrainsComeToHold(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 7))
	var s State
	var got Tally
	const model = sample.Minute
	now := sample.Span(0)
	for round := range 3000 {
		takes := sample.Span(float64(model) * math.Exp(0.4+0.5*r.NormFloat64()))
		first := look(now, 100, 0).drain(model, model)
		first.Drain.Likely = first.Now.Add(s.corrected(DrainLikely, model))
		first.Drain.Sure = first.Now.Add(s.corrected(DrainSure, model))
		all := s.Look(first)
		for at := interval; at <= takes+2*sample.Minute; at += interval {
			l := look(now+at, 100, at+sample.Second)
			if l.Said = false; at > takes {
				l = look(now+at, 0, 0)
			}
			all.Add(s.Look(l))
		}
		if now += takes + 3*sample.Minute; round > 500 {
			got.Add(all)
		}
	}
	for f, hold := range map[Figure]float64{DrainSure: 0.9, DrainLikely: 0.5} {
		n := got[f].Held + got[f].Missed
		if share := float64(got[f].Held) / float64(n); math.Abs(share-hold) > 0.03 || n < 1000 {
			t.Errorf("of %d claims at %d %% %.3f held", n, f.Percent(), share)
		}
	}
}

// hostile are looks with anything in them.
func hostile(r *rand.Rand) []Seen {
	now := begin
	any := func() sample.Instant {
		return []sample.Instant{0, now, now.Add(sample.Span(r.Int64N(int64(48 * sample.Hour)))), math.MaxInt64, math.MinInt64}[r.IntN(5)]
	}
	var out []Seen
	for range 3000 {
		now = now.Add(sample.Span(r.Int64N(60_000)) - 5_000)
		l := Seen{
			Now: now, Interval: interval, Deadline: deadline, Fresh: r.IntN(9) > 0, Said: r.IntN(4) > 0, AgeKnown: r.IntN(4) > 0,
			Backlog: sample.Milli(r.Int64N(50_000) - 10_000), Oldest: sample.Span(r.Int64N(70_000) - 2_000), Rate: sample.Milli(r.Int64N(1 << 40)),
			Breach: capacity.Figures{Likely: any(), Sure: any(), ModelLikely: any(), ModelSure: any()},
			Drain:  capacity.Figures{Likely: any(), Sure: any(), ModelLikely: any(), ModelSure: any()},
		}
		out = append(out, l)
	}
	return out
}

// Whatever a State is shown, it is bounded, gives worths that a plan takes, and the same
// looks make the same State.
func TestBoundedAndDeterministic(t *testing.T) {
	for seed := range uint64(20) {
		looks := hostile(rand.New(rand.NewPCG(seed, 3)))
		var a, b State
		for _, l := range looks {
			if ta, tb := a.Look(l), b.Look(l); ta != tb {
				t.Fatalf("seed %d: %+v and %+v", seed, ta, tb)
			}
			for i := range a.Tracks {
				if n := len(a.Tracks[i].Claims); n > underWay {
					t.Fatalf("seed %d: %d claims under way", seed, n)
				}
				for _, w := range a.Tracks[i].worth() {
					if w < 1 || w > 1_000_000 {
						t.Fatalf("seed %d: worth %d", seed, w)
					}
				}
			}
		}
		data, err := json.Marshal(a)
		if err != nil || len(data) > 16<<10 {
			t.Errorf("seed %d: %d bytes, error %v", seed, len(data), err)
		}
		var back State
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		again, _ := json.Marshal(back)
		if diff := cmp.Diff(string(data), string(again)); diff != "" {
			t.Errorf("seed %d: after a round trip\n%s", seed, diff)
		}
	}
}

func TestOf(t *testing.T) {
	var s State
	empty := forecast.New(deadline)
	if got := s.Of(&empty, begin, nil); len(got.Upper) != 0 {
		t.Errorf("a forecast that has seen nothing gives %+v", got)
	}
	var bins []forecast.Bin
	for i := range 2000 {
		bins = append(bins, forecast.Bin{At: begin.Add(sample.Span(i) * interval), Width: interval, Count: sample.Milli(50_123 + i%7)})
	}
	f := empty
	f.Fold(bins)
	got := s.Of(&f, f.Until, nil)
	if len(got.Middle) != capacity.OutlookPoints || len(got.Upper) != capacity.OutlookPoints {
		t.Fatalf("%+v", got)
	}
	for i, m := range got.Middle {
		if got.Upper[i] < m || i > 0 && m < got.Middle[i-1] {
			t.Errorf("point %d: %d and %d", i, m, got.Upper[i])
		}
	}
	if hour := got.Middle[6].Float(); hour < 34_000 || hour > 38_000 {
		t.Errorf("%g items in an hour at 10 a second", hour)
	}
	if diff := cmp.Diff(capacity.Worth{200, 200, 200, 200, 200, 300}, got.Breach.Sure); diff != "" {
		t.Error(diff)
	}
}

func TestShort(t *testing.T) {
	for m, want := range map[sample.Milli]sample.Milli{0: 0, 999: 999, 1000: 1000, 1001: 1010, 123_456: 124_000, sample.MaxMilli: sample.MaxMilli} {
		if got := short(m); got != want {
			t.Errorf("short(%d) is %d, want %d", m, got, want)
		}
	}
}

func BenchmarkLook(b *testing.B) {
	f := forecast.New(deadline)
	for i := range 40_000 {
		f.Fold([]forecast.Bin{{At: begin.Add(sample.Span(i) * interval), Width: interval, Count: 50_000}})
	}
	var s State
	now := f.Until
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(interval)
		l := look(now.Since(begin), 10, sample.Second).breach(sample.Hour, sample.Hour).drain(sample.Minute, sample.Minute)
		_ = s.Of(&f, now, nil)
		s.Look(l)
	}
}

// FuzzLook shows a State anything that decodes: it must stay bounded.
func FuzzLook(f *testing.F) {
	for seed := range uint64(4) {
		looks := hostile(rand.New(rand.NewPCG(seed, 4)))
		data, _ := json.Marshal(looks[:12])
		f.Add(data)
	}
	f.Add([]byte(`[{"Now":1,"Fresh":true,"Said":true,"AgeKnown":true},{"Now":9223372036854775807,"Fresh":true,"Said":true}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var looks []Seen
		if json.Unmarshal(data, &looks) != nil {
			return
		}
		var s State
		for _, l := range looks {
			for i, c := range s.Look(l) {
				if c.Held < 0 || c.Missed < 0 || c.Beyond < 0 {
					t.Fatalf("figure %d: %+v", i, c)
				}
			}
		}
		for i := range s.Tracks {
			track := &s.Tracks[i]
			if len(track.Claims) > underWay {
				t.Errorf("%d claims", len(track.Claims))
			}
			for _, w := range track.worth() {
				if w < 1 || w > 1_000_000 {
					t.Errorf("worth %d", w)
				}
			}
		}
	})
}
