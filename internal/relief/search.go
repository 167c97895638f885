package relief

import "github.com/modcap/modcap/internal/sample"

// target is the least level at which nothing is late, or else as little as can be. It tries whole steps in their order,
// and then parts of the one that did it, so that it takes no more plans than steps and four.
func (l *look) target() Level {
	low, high, least := l.steps()
	if high == 0 {
		return Level{}
	}
	if now := l.in.State.Level.parts(); low < now && now < high && l.late(now) <= least && l.late(now-1) > least {
		return l.in.State.Level
	}
	return levelOf(first(low, high, func(parts int) bool { return l.late(parts) <= least }))
}

// first is the least for which something is so, above low for which it is not, and up to high for which it is.
func first(low, high int, is func(int) bool) int {
	for low+1 < high {
		if mid := (low + high) / 2; is(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// steps finds the first step with which nothing is late, or else as little as with any: it begins at low and is whole at high.
// Where all of a step would make protected work late, no more of it is taken than does not, and none after it.
func (l *look) steps() (low, high int, least sample.Span) {
	least = l.late(0)
	measures := 0
	for i := 1; i <= min(len(l.in.Steps), MaxSteps) && least > 0; i++ {
		n := l.measures(i)
		if n == measures {
			continue // a step that does nothing now
		}
		from, to := (i-1)*Parts, i*Parts
		harms := l.harms(to)
		if harms {
			to = first(from, to, l.harms) - 1
		}
		if late := l.late(to); late < least {
			low, high, least = from, to, late
		}
		if harms {
			break
		}
		measures = n
	}
	return low, high, least
}

// harms reports whether protected work would be later at a level.
func (l *look) harms(parts int) bool { return l.late(parts) == never/sample.Minute }

// measures is how many measures are in force with so many whole steps.
func (l *look) measures(whole int) int {
	in := *l.in
	in.Unrelieved = l.part
	return len(Apply(in, Level{Whole: whole}).Measures)
}
