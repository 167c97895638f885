package simulate_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/modcap/modcap/internal/trace"
)

// made are the traces of the golden results, as files.
func made() map[string]string {
	return map[string]string{
		"hours": file(60, 3*60, 1, nil),
		"days":  file(300, 700, 2, func(i int) bool { return i >= 290 && i < 296 || i == 650 }),
	}
}

// file is a trace: a daily curve, noise of a third, and a burst at a third of it.
func file(bin, bins int, seed uint64, gap func(i int) bool) string {
	rng := rand.New(rand.NewPCG(seed, 3))
	var b strings.Builder
	fmt.Fprintf(&b, "# made by a test\n# bin_seconds: %d\nt_seconds,count\n", bin)
	for i := range bins {
		rate := 3 - 2*math.Cos(2*math.Pi*float64(i*bin)/trace.DaySeconds)
		rate *= 0.8 + 0.4*rng.Float64()
		if i >= bins/3 && i < bins/3+12 {
			rate += 8
		}
		if gap == nil || !gap(i) {
			fmt.Fprintf(&b, "%d,%d\n", i*bin, int(rate*float64(bin)))
		}
	}
	return b.String()
}

func parse(t testing.TB, name, content string) *trace.Trace {
	t.Helper()
	out, err := trace.Read(name, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return out
}
