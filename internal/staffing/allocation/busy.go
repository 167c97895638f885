package allocation

import "math/bits"

// busy says for each of a team's users in which intervals it has time of the team: a bit for each
// interval, so many words for each user, so that a search that asks who would have to make room looks at
// little more than those who would.
type busy struct {
	words int
	bits  []uint64
}

func newBusy(n int) busy { return busy{words: (n + 63) / 64} }

// more makes room for one more user.
func (b *busy) more() { b.bits = append(b.bits, make([]uint64, b.words)...) }

// set notes whether a user has time in interval i.
func (b *busy) set(user, i int, has bool) {
	word, bit := &b.bits[user*b.words+i>>6], uint64(1)<<(i&63)
	if has {
		*word |= bit
	} else {
		*word &^= bit
	}
}

// each calls f with the intervals of some time in which a user has any, in order. Meanwhile nothing may
// change.
func (b *busy) each(user int, when Day, f func(i int)) {
	of := b.bits[user*b.words : (user+1)*b.words]
	for k := when.From >> 6; k<<6 < when.To; k++ {
		word := of[k]
		if k == when.From>>6 {
			word &= ^uint64(0) << (when.From & 63)
		}
		if left := when.To - k<<6; left < 64 {
			word &= 1<<left - 1
		}
		for ; word != 0; word &= word - 1 {
			f(k<<6 + bits.TrailingZeros64(word))
		}
	}
}
