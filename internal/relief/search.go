package relief

import "github.com/modcap/modcap/internal/sample"

// target is the least level at which nothing is late, or else as little as can be. It tries whole steps in their order,
// and then parts of the one that did it, so that it takes no more plans than steps and four.
func (l *look) target() Level {
	at, least := l.steps()
	if at == 0 {
		return Level{}
	}
	low, high := (at-1)*Parts, at*Parts // high is enough
	if now := l.in.State.Level.parts(); low < now && now < high && l.late(now) <= least && l.late(now-1) > least {
		return l.in.State.Level
	}
	for low+1 < high {
		if mid := (low + high) / 2; l.late(mid) <= least {
			high = mid
		} else {
			low = mid
		}
	}
	return levelOf(high)
}

// steps are the fewest whole steps at which nothing is late, or else as little as with any number of them, and how much.
func (l *look) steps() (at int, least sample.Span) {
	least = l.late(0)
	measures := 0
	for i := 1; i <= min(len(l.in.Steps), MaxSteps) && least > 0; i++ {
		n := l.measures(i)
		if n == measures {
			continue // a step that does nothing now
		}
		measures = n
		if late := l.late(i * Parts); late < least {
			at, least = i, late
		}
	}
	return at, least
}

// measures is how many measures are in force with so many whole steps.
func (l *look) measures(whole int) int {
	in := *l.in
	in.Unrelieved = l.part
	return len(Apply(in, Level{Whole: whole}).Measures)
}
