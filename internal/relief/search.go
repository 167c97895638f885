package relief

import "github.com/modcap/modcap/internal/sample"

// some are the parts of a step that are tried where nothing is enough. What Relax gives begins with little of it.
var some = [...]int{1, 2, 4, 8, 12}

// target is the least level at which nothing is late, or else as little as can be. It tries whole steps in their order,
// and then parts of the one that did it, so that it takes no more plans than steps and four; and a few more where nothing
// is enough.
func (l *look) target() Level {
	low, high, least := l.steps()
	if high == 0 {
		return Level{}
	}
	if now := l.in.State.Level.parts(); low < now && now < high && l.late(now) <= least && l.late(now-1) > least {
		return l.in.State.Level
	}
	at := first(low, high, func(parts int) bool { return l.late(parts) <= least })
	if least > 0 {
		at = l.best(low, high, at)
	}
	return levelOf(at)
}

// best is the best of some parts of a step and of what was found: where nothing is enough, more of a step may be worse than
// less of it, since what it gives to one work its people lack elsewhere.
func (l *look) best(low, high, at int) int {
	for _, part := range some {
		parts := low + part
		if parts >= high {
			break
		}
		if late := l.late(parts); late < l.late(at) || late == l.late(at) && parts < at {
			at = parts
		}
	}
	return at
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
