package spell

import "slices"

// Nearest is the name that takes the fewest letters to change, at most a half of them; "" is none. Of equals it is
// the first.
func Nearest(name string, names []string) string {
	best, least := "", max(len(name)/2, 1)+1
	for _, n := range names {
		if d := Distance(name, n); d < least {
			best, least = n, d
		}
	}
	return best
}

// Distance is how many bytes are to be added, left out or changed to make b of a (Levenshtein's).
func Distance(a, b string) int { return distances(a, b)[len(b)] }

// Beginning is how many bytes are to be added, left out or changed to make of a what b begins with.
func Beginning(a, b string) int { return slices.Min(distances(a, b)) }

// distances are those of a to what b begins with, by its length.
func distances(a, b string) []int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changed := diagonal
			if a[i] != b[j] {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = min(changed, row[j]+1, row[j+1]+1)
		}
	}
	return row
}
