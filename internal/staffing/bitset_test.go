package staffing

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestBitset(t *testing.T) {
	r := rand.New(rand.NewPCG(43, 44))
	for _, n := range []int{1, 63, 64, 65, 300} {
		a, b := newBitset(n), newBitset(n)
		inA, inB := make([]bool, n), make([]bool, n)
		for range 3 * n {
			k, in := r.IntN(n), r.IntN(2) == 0
			a.set(k, in)
			inA[k] = in
			k, in = r.IntN(n), r.IntN(2) == 0
			b.set(k, in)
			inB[k] = in
		}
		var got, want []int
		a.each(b, func(k int) {
			b.set(k, true) // as a search does
			got = append(got, k)
		})
		for k := range n {
			if a.has(k) != inA[k] {
				t.Fatalf("%d of %d: in the set: %t", k, n, a.has(k))
			}
			if inA[k] && !inB[k] {
				want = append(want, k)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("of %d: %v, not %v", n, got, want)
		}
	}
}
