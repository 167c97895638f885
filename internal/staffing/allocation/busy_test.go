package allocation

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestBusyIsWhatItWasToldLast(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	for _, n := range []int{1, 48, 63, 64, 65, 128, 300} {
		b, want := newBusy(n), make([][]bool, 3)
		for user := range want {
			b.more()
			want[user] = make([]bool, n)
		}
		for range 5 * n {
			user, i, has := r.IntN(3), r.IntN(n), r.IntN(2) == 0
			b.set(user, i, has)
			want[user][i] = has
		}
		for range 200 {
			user, from := r.IntN(3), r.IntN(n)
			when := Day{From: from, To: from + r.IntN(n-from+1)}
			var got, all []int
			b.each(user, when, func(i int) { got = append(got, i) })
			for i := when.From; i < when.To; i++ {
				if want[user][i] {
					all = append(all, i)
				}
			}
			if !slices.Equal(got, all) {
				t.Fatalf("user %d of %d intervals, %v: %v, not %v", user, n, when, got, all)
			}
		}
	}
}
