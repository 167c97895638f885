package platform

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// TestReliefIsCountedByWhatWouldComeWithout: relief is undone by these numbers, so that it must not move them.
func TestReliefIsCountedByWhatWouldComeWithout(t *testing.T) {
	stable := two(0)[:1]
	seen := func(heads map[string]float64, relief ...v1.Relief) QueueReport {
		in := with(documents(t, stable, 0, relief...))
		in.Heads = heads
		return run(counting(t), 40*time.Second, in).Queues[0]
	}
	raise := v1.Relief{
		Policy: "rules", Step: "narrower", Kind: v1.ReliefRaiseReviewAt, Queues: []string{"live"}, Labels: []string{"harm"}, Raise: 60_000,
	}
	off, on := seen(nil), seen(nil, raise) // with nobody at work the items are the same
	if off.Relieved != 0 || on.Relieved == 0 {
		t.Fatalf("let through: %d without, %d with", off.Relieved, on.Relieved)
	}
	if len(off.Bands) != 1 || off.Bands[0].Policy != "rules" || off.Bands[0].Label != "harm" {
		t.Fatalf("bands %+v", off.Bands)
	}
	if diff := cmp.Diff(off.Bands[0].Items, on.Bands[0].Items); diff != "" {
		t.Errorf("relief moves the bands (-without +with)\n%s", diff)
	}
	// What scores less than 0.06 above reviewAt is the third row.
	if band := on.Bands[0].Items; band[2] != on.Relieved || band[2] >= band[len(band)-1] {
		t.Errorf("%d were let through, the bands are %v", on.Relieved, band)
	}
	if got, want := off.Streams[0].Ledger.Arrivals-on.Streams[0].Ledger.Arrivals, on.Relieved; got != want {
		t.Errorf("people got %d items less, %d were let through", got, want)
	}
	looked := seen(map[string]float64{"day": 99}, raise).Bands[0]
	if looked.Decided == 0 || looked.Violating == 0 || looked.Violating >= looked.Decided {
		t.Errorf("of %d decided %d violate", looked.Decided, looked.Violating)
	}
}

// TestDeferredWorkWaits: what has more time is done after the rest, and the promise is counted as it was.
func TestDeferredWorkWaits(t *testing.T) {
	later := v1.Relief{Policy: "rules", Step: "later", Kind: v1.ReliefDefer, Queues: []string{"live"}, WithinMillis: 3_600_000}
	w := counting(t)
	few := with(documents(t, two(0)[:1], 0, later))
	few.Heads = map[string]float64{"day": 2}
	q := run(w, 60*time.Second, few).Queues[0]
	l := q.Streams[0].Ledger
	if q.Deferred != l.Arrivals || q.Deferred == 0 {
		t.Errorf("%d of %d items got more time", q.Deferred, l.Arrivals)
	}
	if l.Due == 0 || l.Kept(q.Streams[0].Promise) {
		t.Errorf("two people for %d items: %+v", l.Arrivals, l)
	}
	var queue *queue
	for _, one := range w.queues {
		queue = one
	}
	for _, c := range queue.classes {
		if c.waiting.len() > 0 && c.waiting.first().due != c.waiting.first().arrived+time.Hour {
			t.Errorf("due %s after it arrived", c.waiting.first().due-c.waiting.first().arrived)
		}
	}
}
