package v1alpha1

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"
)

// Parsing refuses what the API server refuses, and takes what it admits, with one
// exception: only the tz database knows its names. Tests against a real API server
// hold the two together, in both directions.

var (
	durationPattern = regexp.MustCompile(`^([0-9]{1,5}(h|m|s|ms)){1,4}$`)
	zonePattern     = regexp.MustCompile(`^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$`)
)

// decimalFormat is a decimal number in a string.
type decimalFormat struct {
	pattern     *regexp.Regexp
	factor      int64 // of the integer that is returned
	least, most int64 // of that integer
	is          string
}

var (
	percentFormat = decimalFormat{regexp.MustCompile(`^[0-9]{1,3}(\.[0-9]{1,4})?$`), 10_000, 1, 1_000_000,
		"a percent above 0 and up to 100, such as 99 or 99.5"}
	shrinkFormat = decimalFormat{regexp.MustCompile(`^[0-9]{1,2}(\.[0-9]{1,4})?$`), 10_000, 0, 999_999,
		"a percent from 0 to below 100, such as 20 or 12.5"}
	proportionFormat = decimalFormat{regexp.MustCompile(`^[0-9]{1,5}(\.[0-9])?$`), 10, 10, 100_000,
		"a percent from 1 to 10000 with at most one decimal, such as 250"}
	scoreFormat = decimalFormat{regexp.MustCompile(`^[01](\.[0-9]{1,6})?$`), 1_000_000, 0, 1_000_000,
		"a number from 0 to 1 with at most six decimals, such as 0.97"}
	shareFormat = decimalFormat{regexp.MustCompile(`^0\.[0-9]{1,6}$`), 1_000_000, 1, 999_999,
		"a number above 0 and below 1 with at most six decimals, such as 0.05"}
	numberFormat = decimalFormat{regexp.MustCompile(`^[0-9]{1,8}(\.[0-9]{1,3})?$`), 1000, 1, 99_999_999_999,
		"a number above 0 with at most three decimals, such as 12.5"}
	moneyFormat = decimalFormat{regexp.MustCompile(`^[0-9]{1,9}(\.[0-9]{1,6})?$`), 1_000_000, 1, 999_999_999_999_999,
		"an amount above 0 with at most six decimals, such as 2.40"}
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

// PPM returns the percent in parts per million, 1 to 1000000: "99.5" is 995000.
func (p Percent) PPM() (int64, error) { return percentFormat.read(string(p)) }

// PPM returns the percent in parts per million, 0 to 999999: "20" is 200000.
func (p Shrink) PPM() (int64, error) { return shrinkFormat.read(string(p)) }

// Milli returns the factor in thousandths, 10 to 100000: "250" is 2500.
func (p Proportion) Milli() (int64, error) { return proportionFormat.read(string(p)) }

// PPM returns the score in parts per million, 0 to 1000000: "0.97" is 970000.
func (s Score) PPM() (int64, error) { return scoreFormat.read(string(s)) }

// PPM returns the share in parts per million, 1 to 999999: "0.05" is 50000.
func (s Share) PPM() (int64, error) { return shareFormat.read(string(s)) }

// Milli returns the number in thousandths, at least 1: "12.5" is 12500.
func (d Decimal) Milli() (int64, error) { return numberFormat.read(string(d)) }

// Micro returns the amount in millionths, at least 1: "2.40" is 2400000.
func (m Money) Micro() (int64, error) { return moneyFormat.read(string(m)) }

// read returns the number in s times factor, exactly: the pattern allows no more
// decimals than factor has zeros.
func (f decimalFormat) read(s string) (int64, error) {
	if !f.pattern.MatchString(s) {
		return 0, fmt.Errorf("%q is not %s", s, f.is)
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return 0, fmt.Errorf("%q is not %s", s, f.is)
	}
	v := r.Mul(r, new(big.Rat).SetInt64(f.factor)).Num().Int64()
	if v < f.least || v > f.most {
		return 0, fmt.Errorf("%q is not %s", s, f.is)
	}
	return v, nil
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
	if !zonePattern.MatchString(string(z)) || strings.EqualFold(string(z), "local") {
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
