package sample

import (
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// Milli is a number in thousandths: 1500 is 1.5. Engines compute in Milli so
// that they need no floating point. The range of sane values is ±MaxMilli.
type Milli int64

// MaxMilli bounds every Milli that enters an engine: 10¹² units. Products of
// two such values are taken with MulDiv, which does not overflow.
const MaxMilli Milli = 1_000_000_000_000_000

// One is 1 as Milli.
const One Milli = 1000

// Whole is n as Milli, saturating at ±MaxMilli.
func Whole(n int64) Milli {
	if n > int64(MaxMilli/One) {
		return MaxMilli
	}
	if n < -int64(MaxMilli/One) {
		return -MaxMilli
	}
	return Milli(n) * One
}

// FromFloat rounds f to the nearest thousandth. It reports false for NaN,
// infinities and values beyond ±MaxMilli.
func FromFloat(f float64) (Milli, bool) {
	if math.IsNaN(f) || math.Abs(f) > float64(MaxMilli)/1000 {
		return 0, false
	}
	return Milli(math.Round(f * 1000)), true
}

// Float is m in units, for display and for the floating-point forecast.
func (m Milli) Float() float64 { return float64(m) / 1000 }

// Ceil is the least whole number that is at least m.
func (m Milli) Ceil() int64 {
	q := int64(m) / 1000
	if int64(m)%1000 > 0 {
		q++
	}
	return q
}

// String prints m in units without trailing zeros: "12.5".
func (m Milli) String() string {
	return strconv.FormatFloat(m.Float(), 'f', -1, 64)
}

// PPM is a share in parts per million: 990000 is 99 %.
type PPM int64

// AllPPM is the whole: 100 %.
const AllPPM PPM = 1_000_000

// Percent prints p as percent: "99" or "99.5".
func (p PPM) Percent() string {
	return strconv.FormatFloat(float64(p)/10_000, 'f', -1, 64)
}

// Instant is a time in milliseconds since the Unix epoch, UTC. The zero value
// means "never".
type Instant int64

// At converts t, dropping what is below a millisecond.
func At(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.UnixMilli())
}

// Time is i as time.Time in UTC; the zero Instant gives the zero time.
func (i Instant) Time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(i)).UTC()
}

// Add is i moved by s.
func (i Instant) Add(s Span) Instant { return i + Instant(s) }

// Since is the span from earlier to i.
func (i Instant) Since(earlier Instant) Span { return Span(i - earlier) }

// Span is a length of time in milliseconds.
type Span int64

// Spans of time in the units people use.
const (
	Millisecond Span = 1
	Second           = 1000 * Millisecond
	Minute           = 60 * Second
	Hour             = 60 * Minute
)

// SpanOf converts d, dropping what is below a millisecond.
func SpanOf(d time.Duration) Span { return Span(d.Milliseconds()) }

// Duration is s as time.Duration.
func (s Span) Duration() time.Duration { return time.Duration(s) * time.Millisecond }

// String prints s compactly in the API's own form: "1h30m", "90s" is "1m30s".
func (s Span) String() string {
	if s == 0 {
		return "0s"
	}
	var b strings.Builder
	if s < 0 {
		b.WriteByte('-')
		s = -s
	}
	for _, u := range []struct {
		size Span
		name string
	}{{Hour, "h"}, {Minute, "m"}, {Second, "s"}, {Millisecond, "ms"}} {
		if n := s / u.size; n > 0 {
			fmt.Fprintf(&b, "%d%s", n, u.name)
			s %= u.size
		}
	}
	return b.String()
}

// MulDiv is a*b/c rounded down for non-negative a and b and positive c,
// computed in 128 bits and saturating at math.MaxInt64. Arguments out of range
// give 0, so that a decision stays total.
func MulDiv(a, b, c int64) int64 {
	return mulDiv(a, b, c, 0)
}

// MulDivUp is MulDiv rounded up.
func MulDivUp(a, b, c int64) int64 {
	return mulDiv(a, b, c, uint64(max(c-1, 0)))
}

func mulDiv(a, b, c int64, add uint64) int64 {
	if a < 0 || b < 0 || c <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	lo, carry := bits.Add64(lo, add, 0)
	hi += carry
	if hi >= uint64(c) {
		return math.MaxInt64
	}
	q, _ := bits.Div64(hi, lo, uint64(c))
	if q > math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(q)
}
