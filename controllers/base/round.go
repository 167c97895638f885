package base

import (
	"math"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/internal/sample"
)

// Digits rounds n to two significant digits, so that noise writes nothing.
func Digits(n int64) int64 {
	if n < 0 {
		return -Digits(-n)
	}
	scale := int64(1)
	for n/scale >= 100 {
		scale *= 10
	}
	return (n + scale/2) / scale * scale
}

// Items is a Fresh or Stale count of items in two significant digits; nil when
// nothing is known.
func Items(s sample.Sample) *int64 {
	if s.Quality < sample.Stale {
		return nil
	}
	v := Digits(int64(math.Round(s.Value.Float())))
	return &v
}

// Rate prints a rate in two significant digits; empty when it is not known.
func Rate(s sample.Sample) string {
	if s.Quality < sample.Stale {
		return ""
	}
	return Number(s.Value)
}

// Number prints m in two significant digits.
func Number(m sample.Milli) string {
	return strconv.FormatFloat(sample.Milli(Digits(int64(m))).Float(), 'f', -1, 64)
}

// Steady prints m as Number does, but keeps what is shown while that is within a
// twentieth of m, or of one: an estimate that still converges writes nothing. Nothing
// is always shown as 0.
func Steady(m sample.Milli, shown string) string {
	was, err := strconv.ParseFloat(shown, 64)
	off := int64(math.Round(was*1000)) - int64(m)
	if err == nil && m != 0 && max(off, -off) <= max(int64(m), 1000)/20 {
		return shown
	}
	return Number(m)
}

// Heads prints a number of people to a tenth.
func Heads(m sample.Milli) string {
	return strconv.FormatFloat(math.Round(m.Float()*10)/10, 'f', -1, 64)
}

// Share prints a share as percent with one decimal, rounded down: 99.96 % of a
// promise of 99.99 % must not read 100 %.
func Share(p sample.PPM) string {
	return strconv.FormatFloat(math.Floor(float64(p)/1000)/10, 'f', -1, 64) + "%"
}

// Length prints a span in two significant digits of seconds up to two minutes, of
// minutes up to two hours, and of hours beyond.
func Length(s sample.Span) string {
	in := func(unit sample.Span) int64 { return Digits(int64((s + unit/2) / unit)) }
	switch {
	case s < sample.Second:
		return "<1s"
	case in(sample.Second) < 120:
		return (sample.Span(in(sample.Second)) * sample.Second).String()
	case in(sample.Minute) < 120:
		return (sample.Span(in(sample.Minute)) * sample.Minute).String()
	default:
		return (sample.Span(in(sample.Hour)) * sample.Hour).String()
	}
}

// BreachIn is the bucket of the span until a promise is first missed: nearly
// constant while things stay as they are.
func BreachIn(at sample.Instant, now time.Time) string {
	if at == 0 {
		return "none"
	}
	left := at.Time().Sub(now)
	switch {
	case left <= 0:
		return "now"
	case left < time.Minute:
		return "<1m"
	case left < 5*time.Minute:
		return "<5m"
	case left < 15*time.Minute:
		return "<15m"
	case left < time.Hour:
		return "<1h"
	case left < 4*time.Hour:
		return "<4h"
	case left < 24*time.Hour:
		return "<24h"
	}
	return "none"
}

// SteadyBreach is the bucket of BreachIn, but keeps the one that is shown while the span
// is within a tenth of it: a figure at the edge of two writes nothing.
func SteadyBreach(at sample.Instant, now time.Time, shown string) string {
	if at == 0 || shown == "" {
		return BreachIn(at, now)
	}
	left := at.Time().Sub(now)
	for _, near := range []time.Duration{left - left/10, left + left/10} {
		if BreachIn(sample.At(now.Add(near)), now) == shown {
			return shown
		}
	}
	return BreachIn(at, now)
}

// SteadyLength prints the span until at as Length does, but keeps what is shown while that
// is within a fifth of it, or two seconds; empty for never.
func SteadyLength(at sample.Instant, now time.Time, shown string) string {
	if at == 0 {
		return ""
	}
	left := at.Since(sample.At(now))
	was, err := time.ParseDuration(shown)
	if off := sample.SpanOf(was) - left; err == nil && max(off, -off) <= max(left/5, 2*sample.Second) {
		return shown
	}
	return Length(left)
}

// Time is an instant for a status; nil for never.
func Time(i sample.Instant) *metav1.Time {
	if i == 0 {
		return nil
	}
	t := metav1.NewTime(i.Time().Truncate(time.Second))
	return &t
}

// Oldest is since when the oldest item waits, shown from a quarter of the promise
// on: younger work is no news, and its time would change with every reading. The
// time already shown is kept while it is within a tenth of the age. It is counted
// back from when the age was true, so that it stands still while nothing new is read.
func Oldest(age sample.Sample, within sample.Span, shown *metav1.Time) *metav1.Time {
	if age.Quality < sample.Stale || within <= 0 || sample.Span(age.Value) < within/4 {
		return nil
	}
	at := age.At.Add(-sample.Span(age.Value))
	if shown != nil {
		if off := sample.At(shown.Time).Since(at); max(off, -off) <= max(sample.Span(age.Value)/10, 2*sample.Second) {
			return shown
		}
	}
	return Time(at)
}
