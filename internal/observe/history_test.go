package observe

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

const t0 = sample.Instant(1_793_534_400_000) // on the hour

func TestBinsEndAtJumps(t *testing.T) {
	h := history{on: true}
	for i, inc := range []sample.Milli{0, 0, 0, 150_000, 0, 0, 140_000} {
		h.step(t0.Add(sample.Span(i)*5*sample.Second), inc, true, false, testPace)
	}
	want := []Bin{{t0, 15_000, 150_000}, {t0.Add(15_000), 15_000, 140_000}}
	if diff := cmp.Diff(want, h.bins(0)); diff != "" {
		t.Error(diff)
	}
	if got := h.bins(want[0].End()); len(got) != 1 || got[0] != want[1] {
		t.Errorf("bins since the first's end: %v", got)
	}
}

func TestBinsOfSilence(t *testing.T) {
	h := history{on: true}
	for i := range 13 {
		h.step(t0.Add(sample.Span(i)*5*sample.Second), 0, true, false, testPace)
	}
	if diff := cmp.Diff([]Bin{{t0, sample.Minute, 0}}, h.bins(0)); diff != "" {
		t.Errorf("nothing for a minute is a bin of 0: %s", diff)
	}
}

func TestBinsLeaveGaps(t *testing.T) {
	h := history{on: true}
	at := t0
	for _, s := range []struct {
		after sample.Span
		inc   sample.Milli
		known bool
	}{{0, 0, true}, {5000, 10, true}, {5000, 99, false}, {5000, 20, true}, {sample.Hour, 5000, true}, {5000, 30, true}} {
		at = at.Add(s.after)
		h.step(at, s.inc, s.known, false, testPace)
	}
	want := []Bin{{t0, 5000, 10}, {t0 + 10_000, 5000, 20}, {at - 5000, 5000, 30}}
	if diff := cmp.Diff(want, h.bins(0)); diff != "" {
		t.Error(diff)
	}
}

// Two days of reads, with gaps: bins do not overlap, are in order, count every
// item of what they cover once, and stay within their memory.
func TestBinsTileTheDay(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	h := history{on: true}
	at, begun := t0.Add(17*sample.Second), t0
	items := map[sample.Instant]sample.Milli{}
	for range 2 * 17280 {
		at = at.Add(5 * sample.Second)
		if rnd.IntN(3000) == 0 {
			at = at.Add(sample.Span(rnd.IntN(40)) * sample.Minute)
		}
		inc := sample.Whole(int64(rnd.IntN(4)) * int64(rnd.IntN(3)))
		items[at] = inc
		h.step(at, inc, rnd.IntN(500) != 0, false, testPace)
	}
	bins := h.bins(h.coarse[0].At)
	end := begun
	var total sample.Milli
	fine := 0
	for _, b := range bins {
		if b.At < end || b.Width <= 0 || b.Width > 20*sample.Minute {
			t.Fatalf("bin %v begins before %v, or has a bad width", b, end)
		}
		var want sample.Milli
		for i := b.At + 1; i <= b.End(); i++ {
			if n, ok := items[i]; ok {
				want += n
				i += 4998
			}
		}
		if b.Count != want {
			t.Fatalf("bin %v counts %v, want %v", b, b.Count, want)
		}
		end, total = b.End(), total+b.Count
		if b.Width < 2*sample.Minute {
			fine++
		}
	}
	if first := bins[0].At; first < at.Add(-coarseMemory-coarseWidth) || first > at.Add(-coarseMemory+sample.Hour) {
		t.Errorf("the bins begin %v before the end, want a day", at.Since(first))
	}
	if len(h.coarse) > 320 || cap(h.coarse) > 420 || len(h.fine) > 260 || cap(h.fine) > 340 || fine < 100 {
		t.Errorf("%d of %d coarse, %d of %d fine bins", len(h.coarse), cap(h.coarse), len(h.fine), cap(h.fine))
	}
	if n, cov := h.countedBefore(bins[0].At, at); n > total || cov > coarseMemory+coarseWidth {
		t.Errorf("counted %v in %v, want at most %v", n, cov, total)
	}
}

func TestBackfillJoins(t *testing.T) {
	h := history{on: true}
	for i := range 200 {
		h.step(t0.Add(sample.Span(i)*5*sample.Second), 1000, true, false, testPace)
	}
	own := len(h.bins(0))
	h.backfill([]Bin{
		{t0.Add(-2 * coarseWidth), coarseWidth, 7},
		{t0.Add(-coarseWidth), coarseWidth, 8},
		{t0, coarseWidth, 9}, // read by ourselves
	}, t0.Add(coarseWidth))
	got := h.bins(0)
	if len(got) != own+2 || got[0].Count != 7 || got[1].End() != got[2].At || !h.ready {
		t.Errorf("%d bins beginning with %v, want %d joined to what was read", len(got), got[:3], own+2)
	}
}
