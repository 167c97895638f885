package observe

import (
	"sort"

	"github.com/modcap/modcap/internal/sample"
)

// point is a counter's course up to an instant.
type point struct {
	at  sample.Instant
	cum sample.Milli // counted since the track began, known increases only
	cov sample.Span  // of the time since the track began, the part that is known
}

// track is the course of one counter. Its slices are append-only and shared
// with snapshots: an element, once written, is never changed, and elements are
// dropped from the front by reslicing. A copy of a track is therefore a view of
// it as it was.
type track struct {
	last   point       // the newest read
	jump   point       // the newest read at which the counter had risen
	gap    sample.Span // between the two newest jumps, 0 before the second
	recent []point     // jumps of the last rateMemory, after the first read
	mid    []point     // reads at least midStep apart, of midMemory
}

// started reports whether there is a read to measure from.
func (k *track) started() bool { return len(k.mid) > 0 }

// start makes at the read to measure from.
func (k *track) start(at sample.Instant) {
	p := point{at: at}
	*k = track{last: p, recent: []point{p}, mid: []point{p}}
}

// add is a read at which the counter had risen by inc since the last one. When
// known is false (a reset), what was counted in between is not known.
func (k *track) add(at sample.Instant, inc sample.Milli, known bool, pace pace) {
	p, dt := k.last, at.Since(k.last.at)
	p.at = at
	if known {
		p.cum += inc
		p.cov += dt
	}
	switch {
	case dt > rateMemory: // an average over an outage is not a rate of now
		k.recent, k.jump, k.gap = []point{p}, point{}, 0
	case known && inc > 0:
		k.jumped(p, pace.spacing)
	}
	k.last = p
	if at.Since(k.mid[len(k.mid)-1].at) >= midStep {
		k.mid = push(k.mid, p)
	}
	k.recent = trimmed(k.recent, at.Add(-rateMemory))
	k.mid = trimmed(k.mid, at.Add(-midMemory))
}

// jumped records a rise. The read that the track began with is dropped at the
// second jump: it lies somewhere between two scrapes, and would bias the rate.
func (k *track) jumped(p point, spacing sample.Span) {
	newest := k.recent[len(k.recent)-1]
	if k.jump.at == 0 || p.at.Since(newest.at) >= spacing {
		k.recent = push(k.recent, p)
	}
	if k.jump.at != 0 {
		if k.gap == 0 {
			k.recent = k.recent[1:]
		}
		k.gap = p.at.Since(k.jump.at)
	}
	k.jump = p
}

// rate is the rate per second now. It reports false until a second read.
//
// A server that scrapes every 15 s and is read every 5 s shows a counter that
// stands still and jumps. Counting over a fixed window would then see one jump
// or two; so the rate is taken from jump to jump, over at least pace.window.
// When the counter has stood still for longer than between its last jumps, it
// is taken over the window that ends now, and so falls to 0.
func (k *track) rate(pace pace) (sample.Milli, bool) {
	if !k.started() || k.last.cov == k.recent[0].cov {
		return 0, false
	}
	if k.jump.cum <= k.recent[0].cum {
		return 0, true
	}
	start := k.last.at.Add(-pace.window)
	if k.last.cov-k.jump.cov <= k.gap+pace.interval {
		from := k.recent[0]
		for _, p := range k.recent {
			if p.at > start || p.at >= k.jump.at {
				break
			}
			from = p
		}
		return perSecond(k.jump.cum-from.cum, k.jump.cov-from.cov), true
	}
	wide := min(max(pace.window, 4*k.gap), rateMemory)
	from := k.at(k.recent, k.last.at.Add(-wide))
	return perSecond(k.last.cum-from.cum, k.last.cov-from.cov), true
}

// increase is what was counted in the window that ends at now, and how much of
// the window is known.
func (k *track) increase(window sample.Span, now sample.Instant) (sample.Milli, sample.Span) {
	if !k.started() {
		return 0, 0
	}
	from := k.at(k.mid, now.Add(-window))
	return k.last.cum - from.cum, k.last.cov - from.cov
}

// at is the course at an instant, between two points in proportion to time; the
// oldest point for what was before it, and the newest for what is after it.
func (k *track) at(points []point, when sample.Instant) point {
	i := sort.Search(len(points), func(i int) bool { return points[i].at > when })
	if i == 0 {
		return points[0]
	}
	a, b := points[i-1], k.last
	if i < len(points) {
		b = points[i]
	}
	if k.jump.at > a.at && k.jump.at < b.at {
		if k.jump.at <= when {
			a = k.jump
		} else {
			b = k.jump
		}
	}
	if when >= b.at {
		return b
	}
	part, whole := int64(when.Since(a.at)), int64(b.at.Since(a.at))
	return point{
		at:  when,
		cum: a.cum + sample.Milli(sample.MulDiv(int64(b.cum-a.cum), part, whole)),
		cov: a.cov + sample.Span(sample.MulDiv(int64(b.cov-a.cov), part, whole)),
	}
}

func perSecond(n sample.Milli, in sample.Span) sample.Milli {
	if in <= 0 {
		return 0
	}
	return sample.Milli(sample.MulDiv(int64(n), int64(sample.Second), int64(in)))
}

// pace is how the reads of a source shape its tracks and bins.
type pace struct {
	interval sample.Span // between reads
	window   sample.Span // of a rate, at least
	spacing  sample.Span // of the jumps kept, at least
	fine     sample.Span // width of a fine bin, at least
}

func paceOf(interval sample.Span) pace {
	w := max(4*interval, minRateWindow)
	return pace{interval: interval, window: w, spacing: w / 6, fine: max(interval, fineMemory/fineBins)}
}

// push appends with a growth of a quarter, for slices that slide: the runtime's
// doubling would keep twice of what is used.
func push[T any](s []T, v T) []T {
	if len(s) == cap(s) {
		s = append(make([]T, 0, len(s)+len(s)/4+2), s...)
	}
	return append(s, v)
}

// trimmed drops the points before the newest one that is not after edge.
func trimmed(s []point, edge sample.Instant) []point {
	for len(s) > 1 && s[1].at <= edge {
		s = s[1:]
	}
	return s
}
