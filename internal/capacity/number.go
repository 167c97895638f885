package capacity

import (
	"math"
	"math/bits"

	"github.com/modcap/modcap/internal/sample"
)

// infinite is where sums saturate: far above any real amount, with room for one
// more addition.
const infinite = int64(1) << 61

// maxRate bounds the work per second of one queue, so that the rates of
// MaxQueues add up without overflow.
const maxRate = int64(1) << 47

// add is a+b for non-negative a and b, saturating.
func add(a, b int64) int64 {
	if s := a + b; s >= 0 && s < infinite {
		return s
	}
	return infinite
}

// over is rate (per second) held for ms milliseconds, rounded down, saturating.
func over(rate, ms int64) int64 {
	if rate < math.MaxInt32 && ms < math.MaxInt32 {
		return rate * ms / 1000
	}
	return min(sample.MulDiv(rate, ms, 1000), infinite)
}

// times is a*b/1000 for two values in thousandths, rounded up, saturating.
func times(a, b sample.Milli) int64 {
	return min(sample.MulDivUp(int64(a), int64(b), 1000), infinite)
}

// toReplicas is the least number that is at least a/b, bounded by MaxReplicas.
func toReplicas(a, b int64) int32 {
	return int32(min(sample.MulDivUp(a, 1, b), int64(MaxReplicas)))
}

// milliUp is the least replicas that are at least so many thousandths.
func milliUp(milli int64) int32 { return toReplicas(milli, 1000) }

// rootUp is the least integer whose square is at least x.
func rootUp(x uint64) uint64 {
	if x == 0 {
		return 0
	}
	r := uint64(1) << ((bits.Len64(x) + 1) / 2) // ≥ √x
	for {
		next := (r + x/r) / 2
		if next >= r {
			break
		}
		r = next
	}
	if r*r < x {
		r++
	}
	return r
}

// hypot is √(Σ v²) rounded up, for non-negative v: the excess of independent
// streams together. Large values are scaled down, rounding up, so that no square
// overflows; the result is monotone in every v.
func hypot(values []int64) int64 {
	var most int64
	for _, v := range values {
		most = max(most, v)
	}
	// Squares of 24-bit numbers leave room for more than MaxQueues of them.
	shift := max(bits.Len64(uint64(most))-24, 0)
	var sum uint64
	for _, v := range values {
		s := (uint64(v) + (1 << shift) - 1) >> shift
		sum += s * s
	}
	return int64(min(rootUp(sum)<<shift, uint64(infinite)))
}

// poissonUpper is rate (items per second, thousandths) plus three standard
// deviations of the mean rate that a Poisson stream shows over a window.
func poissonUpper(rate sample.Milli, window sample.Span) sample.Milli {
	if rate <= 0 || window <= 0 {
		return max(rate, 0)
	}
	items := uint64(min(over(int64(rate), int64(window)), int64(sample.MaxMilli))) // thousandths of an item
	deviation := rootUp(items * 1000)                                              // also thousandths
	return min(rate+3*sample.Milli(min(sample.MulDivUp(int64(deviation), 1000, int64(window)), int64(sample.MaxMilli))),
		sample.MaxMilli)
}

// part is a*b/c, rounded down, saturating.
func part(a, b, c int64) int64 { return min(sample.MulDiv(a, b, c), infinite) }
