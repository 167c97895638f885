package capacity

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modcap/modcap/internal/sample"
)

// ahead is an outlook of so many items a second, at most so many; from and to say when,
// and other times bring what comes by default.
func ahead(middle, upper float64) Outlook {
	var o Outlook
	for _, at := range OutlookSpans() {
		s := float64(at) / 1000
		o.Middle = append(o.Middle, sample.Milli(middle*s*1000))
		o.Upper = append(o.Upper, sample.Milli(upper*s*1000))
	}
	return o
}

// later is an outlook of one rate until a time, and of another from then on.
func later(before, after float64, from sample.Span) Outlook {
	var o Outlook
	for _, at := range OutlookSpans() {
		items := sample.Milli(before*float64(min(at, from)) + after*float64(max(at-from, 0)))
		o.Middle, o.Upper = append(o.Middle, items), append(o.Upper, items)
	}
	return o
}

// full is a pool of 10 replicas for 100 items a second, that may have no more.
func full() Input {
	in := steadyInput()
	in.Pool.Min, in.Pool.Max = 10, 10
	return in
}

func TestFigures(t *testing.T) {
	const hour = sample.Hour
	for name, c := range map[string]struct {
		change       func(in *Input)
		likely, sure sample.Span // of a breach, from now; 0: now, -1: none within the horizon
	}{
		"enough for all that may come": {func(in *Input) { in.Queues[0].Outlook = ahead(50, 90) }, -1, -1},
		"too few at most": {func(in *Input) {
			// 10 a second pile up; the deadline's 60 s of work are 6000 items.
			in.Queues[0].Outlook = ahead(50, 110)
		}, -1, 660 * sample.Second},
		"too few either way": {func(in *Input) { in.Queues[0].Outlook = ahead(101, 110) }, 6060 * sample.Second, 660 * sample.Second},
		"a peak to come":     {func(in *Input) { in.Queues[0].Outlook = later(50, 200, 6*hour) }, 6*hour + minute, 6*hour + minute},
		"a peak that a schedule is ready for": {func(in *Input) {
			in.Queues[0].Outlook = later(50, 200, 6*hour)
			in.Pool.Next = &Bounds{At: in.Now.Add(5 * hour), Min: 1, Max: 30}
		}, -1, -1},
		"a maximum that falls": {func(in *Input) {
			in.Queues[0].Outlook = ahead(80, 80)
			in.Pool.Next = &Bounds{At: in.Now.Add(5 * hour), Min: 1, Max: 4}
		}, 5*hour + 2*minute, 5*hour + 2*minute},
		"a ceiling": {func(in *Input) {
			in.Queues[0].Outlook = ahead(80, 80)
			in.Pool.Overrides = []Override{{Name: "c", Kind: Ceiling, Replicas: 4, Until: in.Now.Add(hour)}}
		}, 2 * minute, 2 * minute},
		"replicas may be asked for": {func(in *Input) {
			in.Pool.Max = 40
			in.Queues[0].Outlook = ahead(50, 390)
		}, -1, -1},
		"paused, they may not": {func(in *Input) {
			in.Pool.Max = 40
			in.Queues[0].Outlook = ahead(50, 110)
			in.Pool.Overrides = []Override{{Name: "p", Kind: Pause, Until: in.Now.Add(20 * hour)}}
		}, -1, 660 * sample.Second},
		"they do not come": {func(in *Input) {
			in.Pool.Max, in.Fleet.Wanted, in.Fleet.Failing, in.Fleet.TroubleSince = 40, 40, 30, testNow.Add(-hour)
			in.Queues[0].Outlook = ahead(50, 110)
		}, -1, 660 * sample.Second},
		"late already": {func(in *Input) {
			in.Queues[0].Outlook = ahead(50, 50)
			in.Queues[0].Backlog.Value, in.Queues[0].OldestAge.Value = sample.Whole(600), sample.Whole(120)
		}, 0, 0},
		"nothing is said without an outlook": {func(*Input) {}, -1, -1},
		"figures proved to be hopeful": {func(in *Input) {
			in.Queues[0].Outlook = ahead(50, 110)
			in.Queues[0].Outlook.Breach.Sure = Worth{1000, 500, 500, 500, 500, 500}
		}, -1, 330 * sample.Second},
		"and what is beyond the horizon too": {func(in *Input) {
			in.Queues[0].Outlook = ahead(50, 60)
			in.Queues[0].Outlook.Breach.Sure = Worth{1000, 1000, 1000, 1000, 1000, 250}
		}, -1, 6 * hour},
	} {
		t.Run(name, func(t *testing.T) {
			in := full()
			c.change(&in)
			r := Plan(in).Risk[0]
			near(t, "likely", r.Breach.Likely, c.likely)
			near(t, "sure", r.Breach.Sure, c.sure)
		})
	}
}

// near compares an instant with a span from now, to a fiftieth and ten seconds: what
// happens between two points is taken to be even.
func near(t *testing.T, what string, got sample.Instant, want sample.Span) {
	t.Helper()
	off := got.Since(testNow.Add(want))
	switch {
	case want == 0 && got == testNow: // now
	case want < 0 && got == 0:
	case want <= 0 || got == 0 || max(off, -off) > want/50+10*sample.Second:
		t.Errorf("%s in %s, want %s", what, got.Since(testNow), want)
	}
}

func TestDrainFigures(t *testing.T) {
	in := full()
	in.Queues[0].Outlook = ahead(50, 90)
	in.Queues[0].Backlog.Value = sample.Whole(3000)
	in.Queues[0].Outlook.Drain = Calibration{Likely: Worth{900, 900, 900, 900, 900, 900}, Sure: Worth{2000, 1500, 1500, 1500, 1500, 1500}}
	want := Figures{
		ModelLikely: testNow.Add(30 * sample.Second), ModelSure: testNow.Add(30 * sample.Second),
		Likely: testNow.Add(27 * sample.Second), Sure: testNow.Add(60 * sample.Second),
	}
	if diff := cmp.Diff(want, Plan(in).Risk[0].Drain); diff != "" {
		t.Error(diff)
	}
}

// Who is served first is late last.
func TestFiguresByRank(t *testing.T) {
	in := full()
	second := in.Queues[0]
	second.Key, second.Priority = "ns/b", 50
	in.Queues = append(in.Queues, second)
	in.Queues[0].Outlook, in.Queues[1].Outlook = ahead(60, 60), ahead(50, 50)
	d := Plan(in)
	if first, last := d.Risk[0].Breach, d.Risk[1].Breach; first != (Figures{}) || last.Sure == 0 {
		t.Errorf("first served %+v, last served %+v", first, last)
	}
}

func TestBadOutlooksAreRefused(t *testing.T) {
	for name, change := range map[string]func(*Outlook){
		"too short":     func(o *Outlook) { o.Middle = o.Middle[:3] },
		"one only":      func(o *Outlook) { o.Upper = nil },
		"falling":       func(o *Outlook) { o.Upper[4] = 0 },
		"negative":      func(o *Outlook) { o.Middle[0] = -1 },
		"too much":      func(o *Outlook) { o.Upper[OutlookPoints-1] = sample.MaxMilli + 1 },
		"worth nothing": func(o *Outlook) { o.Breach.Sure = Worth{0, 1, 1, 1, 1, 1} },
		"short worth":   func(o *Outlook) { o.Drain.Likely = Worth{1000} },
		"worth a lot":   func(o *Outlook) { o.Drain.Sure = Worth{1, 1, 1, 1, 1, maxWorth + 1} },
	} {
		t.Run(name, func(t *testing.T) {
			in := full()
			in.Queues[0].Outlook = ahead(50, 90)
			change(&in.Queues[0].Outlook)
			if d := Plan(in); d.Binding != RuleInvalid {
				t.Errorf("settled by %s", d.Binding)
			}
		})
	}
}

// foreseen gives the queues of an input random outlooks.
func foreseen(r *rand.Rand, in *Input) {
	worth := func() Worth {
		if r.IntN(3) == 0 {
			return nil
		}
		w := make(Worth, WorthMarks)
		for i := range w {
			w[i] = 1 + r.Int64N(3000)
		}
		return w
	}
	for i := range in.Queues {
		o := &in.Queues[i].Outlook
		*o = later(r.Float64()*300, r.Float64()*900, sample.Span(r.Int64N(int64(OutlookHorizon))))
		for k := range o.Upper {
			o.Upper[k] += o.Upper[k] / 3
		}
		o.Breach, o.Drain = Calibration{worth(), worth()}, Calibration{worth(), worth()}
	}
}

func TestFiguresAreOrdered(t *testing.T) {
	eachRandom(t, 11, func(t *testing.T, r *rand.Rand, in Input) {
		foreseen(r, &in)
		d, other := Plan(in), in
		other.Queues = append([]Queue(nil), in.Queues...)
		r.Shuffle(len(other.Queues), func(i, j int) { other.Queues[i], other.Queues[j] = other.Queues[j], other.Queues[i] })
		if diff := cmp.Diff(d, Plan(other)); diff != "" {
			t.Errorf("another order, other figures:\n%s", diff)
		}
		for _, k := range d.Risk {
			b, d := k.Breach, k.Drain
			if b.Likely != 0 && (b.Sure == 0 || b.Sure > b.Likely) || b.ModelLikely != 0 && (b.ModelSure == 0 || b.ModelSure > b.ModelLikely) {
				t.Errorf("a breach is sure not to come for longer than it is likely not to: %+v", b)
			}
			if d.Sure < d.Likely || (d.Sure == 0) != (d.Likely == 0) || (k.DrainBy == 0) != (d.Sure == 0) {
				t.Errorf("a drain is likely later than it is sure: %+v", d)
			}
			for _, at := range []sample.Instant{b.Likely, b.Sure, d.Likely, d.Sure} {
				if at != 0 && at < in.Now {
					t.Errorf("a figure in the past: %+v, %+v", b, d)
				}
			}
		}
	})
}

// With the replicas given, more backlog is no later breach, and no earlier drain.
func TestFiguresAreMonotoneInBacklog(t *testing.T) {
	eachRandom(t, 12, func(t *testing.T, r *rand.Rand, in Input) {
		if len(in.Queues) == 0 {
			return
		}
		in.Pool.Min, in.Pool.Max = in.Fleet.Wanted, in.Fleet.Wanted
		foreseen(r, &in)
		more := in
		more.Queues = append([]Queue(nil), in.Queues...)
		i := r.IntN(len(more.Queues))
		more.Queues[i].Backlog.Value += sample.Milli(r.Int64N(3_000_000))
		a, b := Plan(in).Risk[i], Plan(more).Risk[i]
		sooner := func(x, y sample.Instant) bool { return y != 0 && (x == 0 || y <= x) || x == 0 && y == 0 }
		if !sooner(a.Breach.Sure, b.Breach.Sure) || !sooner(a.Breach.Likely, b.Breach.Likely) {
			t.Errorf("more backlog, later breach: %+v, then %+v", a, b)
		}
		if !sooner(b.Drain.Sure, a.Drain.Sure) && a.Drain.Sure != 0 {
			t.Errorf("more backlog, earlier drain: %+v, then %+v", a, b)
		}
	})
}

// An outlook changes no replicas.
func TestOutlookChangesNoDecision(t *testing.T) {
	eachRandom(t, 13, func(t *testing.T, r *rand.Rand, in Input) {
		with := in
		with.Queues = append([]Queue(nil), in.Queues...)
		foreseen(r, &with)
		a, b := Plan(in), Plan(with)
		for i := range b.Risk {
			b.Risk[i].Breach, b.Risk[i].Drain = Figures{}, Figures{}
		}
		if diff := cmp.Diff(a, b); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWorthIsMonotone(t *testing.T) {
	r := rand.New(rand.NewPCG(14, 1))
	for range 2000 {
		w := make(Worth, WorthMarks)
		for i := range w {
			w[i] = 1 + r.Int64N(5000)
		}
		x, y := r.Int64N(int64(2*OutlookHorizon)), r.Int64N(int64(2*OutlookHorizon))
		x, y = min(x, y), max(x, y)
		if w.breach(x) > w.breach(y) || w.breach(y) > w.breach(never) || w.drain(x) > w.drain(y) {
			t.Fatalf("%v: %d and %d give %d and %d, %d and %d", w, x, y, w.breach(x), w.breach(y), w.drain(x), w.drain(y))
		}
	}
}
