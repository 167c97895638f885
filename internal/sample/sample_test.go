package sample

import (
	"math"
	"math/big"
	"testing"
	"testing/quick"
	"time"
)

func TestZeroSampleIsAbsent(t *testing.T) {
	var s Sample
	if s.Quality != Absent || s.Fresh() {
		t.Fatalf("the zero Sample is %v, want Absent", s.Quality)
	}
}

func TestAged(t *testing.T) {
	now := At(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC))
	for name, c := range map[string]struct {
		in     Sample
		maxAge Span
		want   Quality
	}{
		"young":       {FreshAt(1, now-1000), 30 * Second, Fresh},
		"at the edge": {FreshAt(1, now.Add(-30*Second)), 30 * Second, Fresh},
		"old":         {FreshAt(1, now.Add(-30*Second-1)), 30 * Second, Stale},
		"future":      {FreshAt(1, now.Add(31*Second)), 30 * Second, Implausible},
		"no limit":    {FreshAt(1, now.Add(-Hour)), 0, Fresh},
		"absent":      {Sample{}, Second, Absent},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.in.Aged(now, c.maxAge); got.Quality != c.want {
				t.Errorf("quality %v, want %v", got.Quality, c.want)
			}
		})
	}
}

func TestWorst(t *testing.T) {
	if got := Worst(FreshAt(1, 1), Missing(CauseNoRow), Missing(CauseTLS)); got.Cause != CauseNoRow {
		t.Errorf("worst cause %q, want NoRow", got.Cause)
	}
	if got := Worst(); got.Quality != Absent {
		t.Errorf("worst of nothing is %v, want Absent", got.Quality)
	}
}

func TestFromFloat(t *testing.T) {
	for name, c := range map[string]struct {
		in   float64
		want Milli
		ok   bool
	}{
		"plain":    {12.5, 12500, true},
		"rounds":   {0.0005, 1, true},
		"nan":      {math.NaN(), 0, false},
		"infinite": {math.Inf(1), 0, false},
		"huge":     {1e16, 0, false},
		"negative": {-3, -3000, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := FromFloat(c.in); got != c.want || ok != c.ok {
				t.Errorf("FromFloat(%v) = %v, %v", c.in, got, ok)
			}
		})
	}
}

func TestMulDivAgreesWithBigIntegers(t *testing.T) {
	check := func(a, b, c int64) bool {
		if a < 0 {
			a = -(a + 1)
		}
		if b < 0 {
			b = -(b + 1)
		}
		if c <= 0 {
			c = -(c - 1)
			if c <= 0 {
				c = 1
			}
		}
		p := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
		down, rest := new(big.Int).QuoRem(p, big.NewInt(c), new(big.Int))
		up := new(big.Int).Set(down)
		if rest.Sign() > 0 {
			up.Add(up, big.NewInt(1))
		}
		return MulDiv(a, b, c) == saturated(down) && MulDivUp(a, b, c) == saturated(up)
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}

func saturated(i *big.Int) int64 {
	if i.IsInt64() {
		return i.Int64()
	}
	return math.MaxInt64
}

func TestSpanString(t *testing.T) {
	for want, in := range map[string]Span{"0s": 0, "1m30s": 90 * Second, "24h": 24 * Hour, "1h500ms": Hour + 500, "-5s": -5 * Second} {
		if got := in.String(); got != want {
			t.Errorf("%d ms prints %q, want %q", in, got, want)
		}
	}
}

func TestMilliCeil(t *testing.T) {
	for in, want := range map[Milli]int64{0: 0, 1: 1, 1000: 1, 1001: 2, -1500: -1} {
		if got := in.Ceil(); got != want {
			t.Errorf("Ceil(%d) = %d, want %d", in, got, want)
		}
	}
}
