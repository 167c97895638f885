package v1alpha1

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"
)

// Parsing mirrors the rules that the API server enforces, so that whatever it
// admits parses; a test and a fuzz target hold the two together.

var (
	durationPattern = regexp.MustCompile(`^([0-9]{1,5}(h|m|s|ms)){1,4}$`)
	decimalPattern  = regexp.MustCompile(`^[0-9]{1,8}(\.[0-9]{1,6})?$`)
)

// Parse returns the length of time. An empty Duration is an error: callers
// apply the default first.
func (d Duration) Parse() (time.Duration, error) {
	if !durationPattern.MatchString(string(d)) {
		return 0, fmt.Errorf("%q is not a duration such as 30s, 15m or 1h30m", string(d))
	}
	v, err := time.ParseDuration(string(d))
	if err != nil {
		return 0, fmt.Errorf("%q is not a duration such as 30s, 15m or 1h30m", string(d))
	}
	return v, nil
}

// Or returns d, or def when d is empty.
func (d Duration) Or(def Duration) Duration {
	if d == "" {
		return def
	}
	return d
}

// PPM returns the percent in parts per million: "99.5" is 995000.
func (p Percent) PPM() (int64, error) { return scaled(string(p), 10_000, 1_000_000) }

// PPM returns the percent in parts per million: "20" is 200000.
func (p Shrink) PPM() (int64, error) { return scaled(string(p), 10_000, 999_999) }

// PPM returns the score in parts per million: "0.97" is 970000.
func (s Score) PPM() (int64, error) { return scaled(string(s), 1_000_000, 1_000_000) }

// Milli returns the number in thousandths: "12.5" is 12500.
func (d Decimal) Milli() (int64, error) { return scaled(string(d), 1000, 99_999_999_999) }

// scaled is the decimal number in s times factor, exactly, which must be a whole
// number of at most limit.
func scaled(s string, factor, limit int64) (int64, error) {
	if !decimalPattern.MatchString(s) {
		return 0, fmt.Errorf("%q is not a plain decimal number", s)
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return 0, fmt.Errorf("%q is not a plain decimal number", s)
	}
	r.Mul(r, new(big.Rat).SetInt64(factor))
	if !r.IsInt() || !r.Num().IsInt64() || r.Num().Int64() > limit {
		return 0, fmt.Errorf("%q has too many decimals or is too large", s)
	}
	return r.Num().Int64(), nil
}

// Minutes returns the minutes since midnight: 0 to 1439.
func (t TimeOfDay) Minutes() (int, error) {
	v, err := time.Parse("15:04", string(t))
	if err != nil || len(t) != 5 {
		return 0, fmt.Errorf("%q is not a time of day from 00:00 to 23:59", string(t))
	}
	return v.Hour()*60 + v.Minute(), nil
}

// Load returns the location. The binary embeds the tz database.
func (z TimeZone) Load() (*time.Location, error) {
	// LoadLocation takes "" for UTC and "Local" for the machine's own zone, which
	// would make a decision depend on where it runs.
	if z == "" || strings.EqualFold(string(z), "local") {
		return nil, fmt.Errorf("%q is not a time zone of the tz database; write a name such as Europe/Berlin", string(z))
	}
	loc, err := time.LoadLocation(string(z))
	if err != nil {
		return nil, fmt.Errorf("%q is not a time zone of the tz database; write a name such as Europe/Berlin", string(z))
	}
	return loc, nil
}

// In returns the day's midnight in loc. A date that the calendar does not have,
// such as 2026-02-30, is an error.
func (d Date) In(loc *time.Location) (time.Time, error) {
	v, err := time.ParseInLocation(time.DateOnly, string(d), loc)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a day of the calendar; write a date such as 2026-12-24", string(d))
	}
	return v, nil
}

var weekdays = map[Weekday]time.Weekday{
	Sunday: time.Sunday, Monday: time.Monday, Tuesday: time.Tuesday, Wednesday: time.Wednesday,
	Thursday: time.Thursday, Friday: time.Friday, Saturday: time.Saturday,
}

// Weekday returns the day as the standard library knows it.
func (w Weekday) Weekday() (time.Weekday, error) {
	d, ok := weekdays[w]
	if !ok {
		return 0, fmt.Errorf("%q is not a day of the week; write Mon, Tue, Wed, Thu, Fri, Sat or Sun", string(w))
	}
	return d, nil
}
