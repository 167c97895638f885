package staffing

import (
	"fmt"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

// Date is a calendar day, in days since 1970-01-01, of whatever zone it is used
// with. The zero value means "no date".
type Date int32

// DateOf is the day that t shows on its own clock.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// dayAt is the local day of an instant: also of the first, which as a time would be none.
func dayAt(t sample.Instant, zone *time.Location) Date {
	return DateOf(time.UnixMilli(int64(t)).In(zone))
}

// ParseDate reads "2026-11-01".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("read date %q: want YYYY-MM-DD", s)
	}
	return DateOf(t), nil
}

const (
	secondsPerDay = 24 * 60 * 60
	minutesPerDay = 24 * 60
)

// Weekday is the day of the week of d.
func (d Date) Weekday() time.Weekday { return time.Weekday(((int(d)+4)%7 + 7) % 7) }

// String is d as "2026-11-01".
func (d Date) String() string {
	return time.Unix(int64(d)*secondsPerDay, 0).UTC().Format(time.DateOnly)
}

// DayBounds are the instants at which the local day d starts and ends; on a day
// of a clock change they are not 24 h apart.
func DayBounds(d Date, zone *time.Location) (start, end sample.Instant) {
	return Wall(d, 0, zone), Wall(d+1, 0, zone)
}

// Wall is the instant at which clocks in zone show minute (of the day d, and
// beyond). A time that comes twice is its first; one that is skipped is the
// moment of the change: so that shifts which meet on the clock meet in time, and none ends before it starts.
func Wall(d Date, minute int, zone *time.Location) sample.Instant {
	local := int64(d)*secondsPerDay + int64(minute)*60
	before, after := offsetAt(local-secondsPerDay, zone), offsetAt(local+secondsPerDay, zone)
	first, second := local-max(before, after), local-min(before, after)
	switch {
	case offsetAt(first, zone) == local-first:
		return sample.Instant(first * 1000)
	case offsetAt(second, zone) == local-second:
		return sample.Instant(second * 1000)
	}
	// Skipped: local-before lies after the change, by as much as local is past it on the old clock.
	change, _ := time.Unix(local-before, 0).In(zone).ZoneBounds()
	return sample.Instant(change.UnixMilli())
}

func offsetAt(unix int64, zone *time.Location) int64 {
	_, off := time.Unix(unix, 0).In(zone).Zone()
	return int64(off)
}
