package control

import "slices"

// Classes puts deadlines, in milliseconds, into as many classes as there are different
// ones, and at most so many: then those go together that are nearest to each other as
// factors go. It returns the shortest of each class, ascending, in the memory of deadlines.
func Classes(deadlines []int64, most int) []int64 {
	if len(deadlines) < 2 {
		return deadlines
	}
	slices.Sort(deadlines)
	deadlines = slices.Compact(deadlines)
	factor := int64(1000)
	for classes(deadlines, factor) > max(most, 1) {
		factor += factor / 8
	}
	out := deadlines[:0]
	for _, d := range deadlines {
		if n := len(out); n == 0 || beyond(d, out[n-1], factor) {
			out = append(out, d)
		}
	}
	return out
}

// classes is how many there are when a class reaches from its shortest deadline to a
// factor, in thousandths, of that.
func classes(ascending []int64, factor int64) int {
	n, shortest := 0, int64(0)
	for _, d := range ascending {
		if n == 0 || beyond(d, shortest, factor) {
			n, shortest = n+1, d
		}
	}
	return n
}

func beyond(deadline, shortest, factor int64) bool { return deadline > max(shortest, 1)*factor/1000 }

// Class is the class of a deadline, among those of which these are the shortest.
func Class(shortest []int64, deadline int64) int {
	i, found := slices.BinarySearch(shortest, deadline)
	if found || i == 0 {
		return i
	}
	return i - 1
}
