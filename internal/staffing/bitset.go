package staffing

import "math/bits"

// bitset is a set of small numbers.
type bitset []uint64

// newBitset is a set, empty, of numbers below n.
func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) has(k int) bool { return b[k>>6]>>(k&63)&1 != 0 }

// set puts k into b, or takes it out.
func (b bitset) set(k int, in bool) {
	if in {
		b[k>>6] |= 1 << (k & 63)
	} else {
		b[k>>6] &^= 1 << (k & 63)
	}
}

// each calls f with the numbers of b that are not in another set of the same size, ascending. What f puts
// into that set must be the number that it is called with.
func (b bitset) each(without bitset, f func(k int)) {
	for word, all := range b {
		for all &^= without[word]; all != 0; all &= all - 1 {
			f(word<<6 + bits.TrailingZeros64(all))
		}
	}
}
