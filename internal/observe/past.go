package observe

import (
	"math"
	"sort"

	"github.com/modcap/modcap/internal/sample"
)

// past is what arrived in weeks, by the quarter of an hour: all that a season needs, in
// 11 KB. Of a row it is what was before the last day, of a class all. Like a track, a
// copy is a view.
type past struct {
	end    int64     // the slot after the last of counts
	counts []float32 // items of a slot, oldest first; NaN where it is not known
	open   Bin       // what was put in of the slot after, its width what is known of it
}

// pastSlot is the slot that an instant is in.
func pastSlot(at sample.Instant) int64 { return int64(at) / int64(pastWidth) }

// put takes in a bin, each after the one before.
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

// fill takes in bins of what was before those that were put in: what is known already
// stands.
func (p *past) fill(older []Bin, end sample.Instant) {
	if len(p.counts) == 0 {
		p.end = pastSlot(end)
	}
	counts := make([]float32, pastSlots)
	for i := range counts {
		counts[i] = float32(math.NaN())
	}
	copy(counts[pastSlots-len(p.counts):], p.counts)
	for _, b := range older {
		i := pastSlots - int(p.end-pastSlot(b.At))
		if i >= 0 && i < pastSlots && math.IsNaN(float64(counts[i])) {
			counts[i] = float32(float64(b.Count) / 1000)
		}
	}
	p.counts = counts
}

// ended is true when nothing is known of the time since an instant.
func (p *past) ended(since sample.Instant) bool {
	return p.open.Width == 0 && (len(p.counts) == 0 || p.end < pastSlot(since))
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
