package observe

import (
	"math"
	"sort"

	"github.com/modcap/modcap/internal/sample"
)

// past is what arrived before the last day, by the quarter of an hour: all that a
// season needs, in 11 KB. Like a track, a copy is a view.
type past struct {
	end    int64     // the slot after the last of counts
	counts []float32 // items of a slot, oldest first; NaN where it is not known
	open   Bin       // what was put in of the slot after, its width what is known of it
}

// pastSlot is the slot that an instant is in.
func pastSlot(at sample.Instant) int64 { return int64(at) / int64(pastWidth) }

// put takes in a bin that is older than a day, each after the one before.
func (p *past) put(b Bin) {
	slot := pastSlot(b.At.Add(b.Width / 2))
	if p.open.Width > 0 && slot != pastSlot(p.open.At) {
		p.close()
	}
	p.open.At = sample.Instant(slot * int64(pastWidth))
	p.open.Width += b.Width
	p.open.Count += b.Count
}

// close ends the open slot. One of which less than half was seen is not known.
func (p *past) close() {
	b := p.open
	p.open = Bin{}
	slot, count := pastSlot(b.At), math.NaN()
	if 2*b.Width >= pastWidth {
		count = float64(b.Count) * float64(pastWidth) / float64(b.Width) / 1000
	}
	if len(p.counts) == 0 || slot-p.end > int64(pastSlots) {
		p.end, p.counts = slot, nil
	}
	for ; p.end < slot; p.end++ {
		p.counts = push(p.counts, float32(math.NaN()))
	}
	if p.end == slot { // and no clock has gone back
		p.counts = push(p.counts, float32(count))
		p.end++
	}
	if n := len(p.counts); n > pastSlots {
		p.counts = p.counts[n-pastSlots:]
	}
}

// fill puts older bins, of a slot each, before those that were put in.
func (p *past) fill(older []Bin, end sample.Instant) {
	first := pastSlot(end)
	if len(p.counts) > 0 {
		first = min(first, p.end-int64(len(p.counts)))
	} else {
		p.end = first
	}
	counts := make([]float32, pastSlots, pastSlots+len(p.counts))
	for i := range counts {
		counts[i] = float32(math.NaN())
	}
	for _, b := range older {
		if i := pastSlots - int(first-pastSlot(b.At)); i >= 0 && i < pastSlots {
			counts[i] = float32(float64(b.Count) / 1000)
		}
	}
	// What joins the newer ones without a slot between.
	gap := p.end - int64(len(p.counts)) - first
	for range gap {
		counts = append(counts, float32(math.NaN()))
	}
	p.counts = append(counts, p.counts...)
	p.counts = p.counts[max(len(p.counts)-pastSlots, 0):]
}

// bins are those that begin at since or later and end by until.
func (p *past) bins(since, until sample.Instant) []Bin {
	n := len(p.counts)
	at := func(i int) sample.Instant { return sample.Instant((p.end - int64(n-i)) * int64(pastWidth)) }
	from := sort.Search(n, func(i int) bool { return at(i) >= since })
	to := sort.Search(n, func(i int) bool { return at(i+1) > until })
	var out []Bin
	for i := from; i < to; i++ {
		if x := float64(p.counts[i]); !math.IsNaN(x) {
			out = append(out, Bin{At: at(i), Width: pastWidth, Count: sample.Milli(math.Round(x * 1000))})
		}
	}
	return out
}
