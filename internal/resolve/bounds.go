package resolve

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// lookAhead is how far ahead the next change of bounds is searched: every
// weekly schedule has an edge within it.
const lookAhead = 8 * 24 * time.Hour

// Bounds are the least and most replicas in force, and what set them.
type Bounds struct {
	Min, Max int32
	// From names the schedules in force, empty for spec.replicas.
	From string
}

// PoolBounds are the bounds of a pool at now, and the next change within eight
// days, if any. Where several schedules apply the highest min and the highest
// max win. Schedules with an error are left out: CheckPool has reported them.
func PoolBounds(p *v1alpha1.ClassifierPool, now time.Time) (Bounds, *capacity.Bounds) {
	var windows []schedule
	for _, s := range p.Spec.Schedules {
		if w, err := newSchedule(s); err == nil {
			windows = append(windows, w)
		}
	}
	current := boundsAt(p, windows, now)
	var edges []time.Time
	for _, w := range windows {
		edges = append(edges, w.edges(now, now.Add(lookAhead))...)
	}
	slices.SortFunc(edges, time.Time.Compare)
	for _, e := range edges {
		if b := boundsAt(p, windows, e); b.Min != current.Min || b.Max != current.Max {
			return current, &capacity.Bounds{At: sample.At(e), Min: b.Min, Max: b.Max}
		}
	}
	return current, nil
}

func boundsAt(p *v1alpha1.ClassifierPool, windows []schedule, at time.Time) Bounds {
	b := Bounds{Min: p.Spec.Replicas.Min, Max: p.Spec.Replicas.Max}
	var names []string
	for _, w := range windows {
		if !w.contains(at) {
			continue
		}
		if len(names) == 0 {
			b.Min, b.Max = w.min, w.max
		} else {
			b.Min, b.Max = max(b.Min, w.min), max(b.Max, w.max)
		}
		names = append(names, w.name)
	}
	b.From = strings.Join(names, ", ")
	return b
}

// schedule is a schedule on the time line.
type schedule struct {
	name       string
	zone       *time.Location
	days       []time.Weekday
	start, end int // minutes of the local day; end ≤ start is on the next day
	min, max   int32
}

func newSchedule(s v1alpha1.BoundsSchedule) (schedule, error) {
	w := schedule{name: string(s.Name), min: s.Min, max: s.Max}
	var err error
	if w.zone, err = s.TimeZone.Load(); err != nil {
		return w, err
	}
	if w.start, err = s.Start.Minutes(); err != nil {
		return w, err
	}
	if w.end, err = s.End.Minutes(); err != nil {
		return w, err
	}
	w.days, err = Weekdays(s.Days)
	return w, err
}

// Weekdays converts days of the week.
func Weekdays(days []v1alpha1.Weekday) ([]time.Weekday, error) {
	var out []time.Weekday
	for _, d := range days {
		v, err := d.Weekday()
		if err != nil {
			return nil, fmt.Errorf("days: %w", err)
		}
		out = append(out, v)
	}
	return out, nil
}

// occurrence is the window that starts on the local day of at plus offset days;
// ok is false when it does not start on that day of the week. Over a change of the
// clock it behaves as a shift does.
func (w schedule) occurrence(at time.Time, offset int) (start, end time.Time, ok bool) {
	day := staffing.DateOf(at.In(w.zone)) + staffing.Date(offset)
	if len(w.days) > 0 && !slices.Contains(w.days, day.Weekday()) {
		return start, end, false
	}
	stop := w.end
	if stop <= w.start {
		stop += 24 * 60
	}
	return staffing.Wall(day, w.start, w.zone).Time(), staffing.Wall(day, stop, w.zone).Time(), true
}

func (w schedule) contains(at time.Time) bool {
	for offset := -1; offset <= 0; offset++ {
		start, end, ok := w.occurrence(at, offset)
		if ok && !at.Before(start) && at.Before(end) {
			return true
		}
	}
	return false
}

// edges are the starts and ends after from and up to end.
func (w schedule) edges(from, end time.Time) []time.Time {
	var out []time.Time
	days := int(end.Sub(from)/(24*time.Hour)) + 1
	for offset := -1; offset <= days; offset++ {
		start, stop, ok := w.occurrence(from, offset)
		if !ok {
			continue
		}
		for _, e := range []time.Time{start, stop} {
			if e.After(from) && !e.After(end) {
				out = append(out, e)
			}
		}
	}
	return out
}
