package routing

import (
	"fmt"
	"slices"
	"strings"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// sorted is in as ascending strings without repeats; nil if empty.
func sorted[S ~string](in []S) []string {
	if len(in) == 0 {
		return nil
	}
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = string(s)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// union of two lists, ascending, without repeats; nil if both are empty.
func union(a, b []string) []string { return sorted(slices.Concat(a, b)) }

// decimal prints parts per million as a score: 970000 is 0.97.
func decimal(p v1.PPM) string {
	s := strings.TrimRight(fmt.Sprintf("%d.%06d", p/v1.AllPPM, p%v1.AllPPM), "0")
	return strings.TrimSuffix(s, ".")
}

// sentence makes a sentence of an error's text.
func sentence(err error) string {
	s := strings.ReplaceAll(err.Error(), "\n", "; ")
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// listed joins words for a sentence, the first few of many.
func listed(words []string) string {
	const most = 5
	if len(words) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), len(words)-most)
	}
	return strings.Join(words, ", ")
}
