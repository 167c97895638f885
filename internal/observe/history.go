package observe

import (
	"slices"
	"sort"

	"github.com/modcap/modcap/internal/sample"
)

// Bin is the items that arrived in [At, At+Width). Time that no bin covers is
// not known.
type Bin struct {
	At    sample.Instant
	Width sample.Span
	Count sample.Milli // items
}

// End is the first instant after the bin.
func (b Bin) End() sample.Instant { return b.At.Add(b.Width) }

// history is the arrivals of one row: fine bins of the last quarter of an hour,
// coarse bins of the last day, and what was before. Like a track, a copy is a view.
type history struct {
	on, ready bool           // wanted; the day backfilled, or given up
	weeks     bool           // so is what was before wanted,
	deep      bool           // and backfilled
	begun     sample.Instant // first read
	seen      sample.Instant // newest read
	open      Bin            // being counted, from open.At to seen
	slot      Bin            // coarse bin being filled from fine ones
	fine      []Bin
	coarse    []Bin
	past      past
}

// step is a read at which inc items had arrived since the read before. steady
// is for a rate, where no change is awaited. When known is false, the time
// since the read before is a gap.
func (h *history) step(at sample.Instant, inc sample.Milli, known, steady bool, pace pace) {
	switch {
	case h.begun == 0:
		h.begun, h.seen, h.open, h.slot = at, at, Bin{At: at}, Bin{At: at}
		return
	case !known || at.Since(h.seen) > maxStep:
		h.close(h.seen)
		h.seen, h.open = at, Bin{At: at}
		return
	}
	h.seen = at
	h.open.Count += inc
	width := at.Since(h.open.At)
	// A scraped counter stands still and then jumps: the bin ends at the jump.
	if width >= pace.fine && (inc > 0 || steady || width >= quietBin) {
		h.close(at)
	}
}

// close ends the open bin at an instant, and begins the next there.
func (h *history) close(at sample.Instant) {
	b := h.open
	h.open = Bin{At: at}
	if b.Width = at.Since(b.At); b.Width <= 0 {
		return
	}
	h.fine = push(h.fine, b)
	if h.slot.End() != b.At {
		h.flush(b.At)
	}
	h.slot.Width += b.Width
	h.slot.Count += b.Count
	if slotOf(h.slot.End()) != slotOf(h.slot.At) {
		h.flush(at)
	}
	h.trim(at)
}

func (h *history) flush(next sample.Instant) {
	if h.slot.Width > 0 {
		h.coarse = push(h.coarse, h.slot)
	}
	h.slot = Bin{At: next}
}

func slotOf(at sample.Instant) int64 { return int64(at) / int64(coarseWidth) }

// trim drops fine bins only up to the end of a coarse one, so that the two join
// without a gap and without counting anything twice.
func (h *history) trim(now sample.Instant) {
	edge := now.Add(-fineMemory)
	i := sort.Search(len(h.coarse), func(i int) bool { return h.coarse[i].End() > edge })
	if i > 0 {
		end := h.coarse[i-1].End()
		for len(h.fine) > 0 && h.fine[0].At < end {
			h.fine = h.fine[1:]
		}
	}
	for len(h.coarse) > 0 && h.coarse[0].At < now.Add(-coarseMemory) {
		if h.weeks {
			h.past.put(h.coarse[0])
		}
		h.coarse = h.coarse[1:]
	}
}

// backfill puts older bins, asked for up to an instant, before those read.
func (h *history) backfill(older []Bin, end sample.Instant) {
	h.ready = true
	if h.begun != 0 {
		end = min(end, h.begun)
	}
	merged := make([]Bin, 0, len(older)+len(h.coarse))
	for _, b := range older {
		if b.End() <= end {
			merged = append(merged, b)
		}
	}
	h.coarse = append(merged, h.coarse...)
}

// first is where the bins of the last day begin; 0 when there are none.
func (h *history) first() sample.Instant {
	switch {
	case len(h.coarse) > 0:
		return h.coarse[0].At
	case len(h.fine) > 0:
		return h.fine[0].At
	}
	return 0
}

// bins are those of the weeks before, the coarse ones up to where the fine ones begin,
// and then the fine ones, of those that begin at since or later.
func (h *history) bins(since sample.Instant) []Bin {
	coarse, fine := h.coarse, h.fine
	older := h.past.bins(since, h.first())
	if len(fine) > 0 {
		first := fine[0].At
		coarse = coarse[:sort.Search(len(coarse), func(i int) bool { return coarse[i].End() > first })]
	}
	after := func(b []Bin) []Bin {
		return b[sort.Search(len(b), func(i int) bool { return b[i].At >= since }):]
	}
	return slices.Concat(older, after(coarse), after(fine))
}

// countedBefore is what the bins say of [from, to): items and time known.
func (h *history) countedBefore(from, to sample.Instant) (sample.Milli, sample.Span) {
	var n sample.Milli
	var known sample.Span
	for _, b := range h.coarse {
		part := min(b.End(), to).Since(max(b.At, from))
		if part <= 0 {
			continue
		}
		known += part
		n += sample.Milli(sample.MulDiv(int64(b.Count), int64(part), int64(b.Width)))
	}
	return n, known
}
