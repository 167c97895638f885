package observe

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

const quarter = 15 * sample.Minute

// Six weeks of bins as they leave the day, with gaps: the last four are there, in order
// and without overlap, with what arrived in each.
func TestPastIsFourWeeks(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 1))
	var p past
	end, want := t0, map[sample.Instant]float64{}
	known := map[sample.Instant]sample.Span{}
	for range 42 * 288 {
		at := end
		if rnd.IntN(500) == 0 {
			at = at.Add(sample.Span(rnd.IntN(40)) * coarseWidth)
		}
		b := Bin{At: at, Width: coarseWidth, Count: sample.Whole(int64(rnd.IntN(1000)))}
		end = b.End()
		slot := sample.Instant(pastSlot(b.At) * int64(pastWidth))
		want[slot] += float64(b.Count)
		known[slot] += b.Width
		p.put(b)
	}
	got := p.bins(0, end)
	if first := got[0].At; end.Since(first) > pastMemory+quarter || end.Since(first) < pastMemory-20*quarter {
		t.Errorf("%v back, want four weeks", end.Since(first))
	}
	missing := int(pastMemory / quarter)
	for i, b := range got {
		if b.Width != quarter || int64(b.At)%int64(quarter) != 0 || i > 0 && b.At < got[i-1].End() {
			t.Fatalf("bin %d is %+v after %+v", i, b, got[max(i-1, 0)])
		}
		if scaled := want[b.At] * float64(quarter) / float64(known[b.At]); math.Abs(float64(b.Count)/scaled-1) > 1e-6 || known[b.At] < quarter/2 {
			t.Fatalf("bin %d is %+v, want %v of %v", i, b, scaled, known[b.At])
		}
		missing--
	}
	if missing < 10 || missing > 1000 {
		t.Errorf("%d quarters are missing", missing)
	}
	if len(p.counts) > pastSlots || cap(p.counts) > pastSlots*3/2 {
		t.Errorf("%d of %d counts are kept", len(p.counts), cap(p.counts))
	}
	if diff := cmp.Diff(got[len(got)-10:len(got)-3], p.bins(got[len(got)-10].At, got[len(got)-4].End()+1)); diff != "" {
		t.Error(diff)
	}
}

func TestPastIsFilledFromBefore(t *testing.T) {
	slot := func(i int, n int64) Bin { return Bin{t0.Add(sample.Span(i) * quarter), quarter, sample.Whole(n)} }
	older := []Bin{slot(-4, 1), slot(-2, 3), slot(-1, 4)}
	for name, c := range map[string]struct {
		newer, want []Bin
	}{
		"nothing newer":          {nil, older},
		"newer ones":             {[]Bin{slot(1, 6), slot(2, 7)}, append(older[:3:3], slot(1, 6), slot(2, 7))},
		"newer ones of the same": {[]Bin{slot(-1, 5), slot(0, 6)}, append(older[:2:2], slot(-1, 5), slot(0, 6))},
	} {
		t.Run(name, func(t *testing.T) {
			var p past
			for _, b := range c.newer {
				p.put(b)
			}
			if len(c.newer) > 0 {
				p.close()
			}
			view := p
			before := view.bins(0, math.MaxInt64)
			p.fill(older, t0)
			if diff := cmp.Diff(c.want, p.bins(0, math.MaxInt64)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(before, view.bins(0, math.MaxInt64)); diff != "" {
				t.Errorf("a view changed: %s", diff)
			}
			p.put(slot(3, 9))
			p.put(slot(4, 9))
			if diff := cmp.Diff(append(c.want[:len(c.want):len(c.want)], slot(3, 9)), p.bins(0, math.MaxInt64)); diff != "" {
				t.Errorf("then another: %s", diff)
			}
		})
	}
}

// A clock that is set back, or a month ahead, spoils nothing.
func TestPastOutlivesClocks(t *testing.T) {
	var p past
	for _, at := range []sample.Span{0, quarter, 9 * quarter, 2 * quarter, 10 * quarter, 3 * pastMemory, 3*pastMemory + quarter} {
		p.put(Bin{t0.Add(at), quarter, 1000})
	}
	want := []Bin{{t0.Add(3 * pastMemory), quarter, 1000}}
	if diff := cmp.Diff(want, p.bins(0, math.MaxInt64)); diff != "" {
		t.Error(diff)
	}
}
