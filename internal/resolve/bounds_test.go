package resolve

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

// window is a schedule of 5 to 50 replicas.
func window(name string, zone v1alpha1.TimeZone, start, end v1alpha1.TimeOfDay, days ...v1alpha1.Weekday) v1alpha1.BoundsSchedule {
	s := modtest.MakeSchedule(name, start, end, 5, 50)
	s.TimeZone, s.Days = zone, days
	return s
}

// bounded is window with other bounds.
func bounded(s v1alpha1.BoundsSchedule, least, most int32) v1alpha1.BoundsSchedule {
	s.Min, s.Max = least, most
	return s
}

// pool has 1 to 10 replicas outside its schedules.
func poolWith(schedules ...v1alpha1.BoundsSchedule) *v1alpha1.ClassifierPool {
	p := modtest.MakePool("pool", "ns")
	for _, s := range schedules {
		p.Schedule(s)
	}
	return p.Obj()
}

type boundsCase struct {
	schedules []v1alpha1.BoundsSchedule
	now       string
	want      Bounds
	next      string // the next change; empty for none
	then      [2]int32
}

func (c boundsCase) check(t *testing.T) {
	t.Helper()
	got, next := PoolBounds(poolWith(c.schedules...), at(t, c.now))
	if d := cmp.Diff(c.want, got); d != "" {
		t.Errorf("now (-want +got):\n%s", d)
	}
	var want *capacity.Bounds
	if c.next != "" {
		want = &capacity.Bounds{At: sample.At(at(t, c.next)), Min: c.then[0], Max: c.then[1]}
	}
	if d := cmp.Diff(want, next); d != "" {
		t.Errorf("next (-want +got):\n%s", d)
	}
}

var (
	spec    = Bounds{Min: 1, Max: 10}
	outside = [2]int32{1, 10}
	inside  = [2]int32{5, 50}
)

func in(names string) Bounds { return Bounds{Min: 5, Max: 50, From: names} }

func TestPoolBounds(t *testing.T) {
	day := window("day", "UTC", "08:00", "20:00")
	night := window("night", "UTC", "22:00", "06:00")
	for name, c := range map[string]boundsCase{
		"no schedule":               {nil, "2026-11-05T12:00:00Z", spec, "", outside},
		"before":                    {[]v1alpha1.BoundsSchedule{day}, "2026-11-05T07:59:59Z", spec, "2026-11-05T08:00:00Z", inside},
		"start belongs to it":       {[]v1alpha1.BoundsSchedule{day}, "2026-11-05T08:00:00Z", in("day"), "2026-11-05T20:00:00Z", outside},
		"end does not":              {[]v1alpha1.BoundsSchedule{day}, "2026-11-05T20:00:00Z", spec, "2026-11-06T08:00:00Z", inside},
		"before midnight":           {[]v1alpha1.BoundsSchedule{night}, "2026-11-05T23:30:00Z", in("night"), "2026-11-06T06:00:00Z", outside},
		"after midnight":            {[]v1alpha1.BoundsSchedule{night}, "2026-11-06T03:00:00Z", in("night"), "2026-11-06T06:00:00Z", outside},
		"a zone of its own":         {[]v1alpha1.BoundsSchedule{window("kl", "Asia/Kuala_Lumpur", "08:00", "20:00")}, "2026-11-05T00:30:00Z", in("kl"), "2026-11-05T12:00:00Z", outside},
		"the day is that of a zone": {[]v1alpha1.BoundsSchedule{window("kl", "Asia/Kuala_Lumpur", "00:00", "08:00", "Fri")}, "2026-11-05T16:30:00Z", in("kl"), "2026-11-06T00:00:00Z", outside},
		"bounds of the spec again":  {[]v1alpha1.BoundsSchedule{bounded(day, 1, 10)}, "2026-11-05T07:00:00Z", spec, "", outside},
		"lower than the spec":       {[]v1alpha1.BoundsSchedule{bounded(day, 0, 4)}, "2026-11-05T09:00:00Z", Bounds{0, 4, "day"}, "2026-11-05T20:00:00Z", outside},
		"an unknown zone is left out": {
			[]v1alpha1.BoundsSchedule{window("bad", "Europe/Atlantis", "00:00", "23:59"), day}, "2026-11-05T09:00:00Z", in("day"), "2026-11-05T20:00:00Z", outside,
		},
	} {
		t.Run(name, c.check)
	}
}

func TestPoolBoundsOnDays(t *testing.T) {
	friday := []v1alpha1.BoundsSchedule{window("friday", "UTC", "22:00", "06:00", "Fri")}
	weekdays := []v1alpha1.BoundsSchedule{window("week", "UTC", "08:00", "20:00", "Mon", "Tue", "Wed", "Thu", "Fri")}
	for name, c := range map[string]boundsCase{
		"the morning after":         {friday, "2026-11-07T03:00:00Z", in("friday"), "2026-11-07T06:00:00Z", outside},
		"not the morning of":        {friday, "2026-11-06T03:00:00Z", spec, "2026-11-06T22:00:00Z", inside},
		"a week ahead":              {friday, "2026-11-07T06:00:00Z", spec, "2026-11-13T22:00:00Z", inside},
		"over the weekend":          {weekdays, "2026-11-06T20:00:00Z", spec, "2026-11-09T08:00:00Z", inside},
		"not on Sunday":             {weekdays, "2026-11-08T12:00:00Z", spec, "2026-11-09T08:00:00Z", inside},
		"over the end of the month": {friday, "2026-10-31T05:59:59Z", in("friday"), "2026-10-31T06:00:00Z", outside},
		"over the end of the year": {
			[]v1alpha1.BoundsSchedule{window("eve", "UTC", "18:00", "06:00", "Thu")}, "2027-01-01T02:00:00Z", in("eve"), "2027-01-01T06:00:00Z", outside,
		},
	} {
		t.Run(name, c.check)
	}
}

func TestPoolBoundsOfSeveral(t *testing.T) {
	day := window("day", "UTC", "08:00", "20:00")
	peak := bounded(window("peak", "UTC", "12:00", "14:00"), 20, 30)
	overlap := []v1alpha1.BoundsSchedule{day, peak}
	relay := []v1alpha1.BoundsSchedule{window("early", "UTC", "06:00", "14:00"), window("late", "UTC", "14:00", "22:00")}
	for name, c := range map[string]boundsCase{
		"the highest of each": {overlap, "2026-11-05T13:00:00Z", Bounds{20, 50, "day, peak"}, "2026-11-05T14:00:00Z", inside},
		"until one ends":      {overlap, "2026-11-05T11:00:00Z", in("day"), "2026-11-05T12:00:00Z", [2]int32{20, 50}},
		"the same bounds go on where one takes over from another": {relay, "2026-11-05T13:00:00Z", in("early"), "2026-11-05T22:00:00Z", outside},
		"at the hand-over": {relay, "2026-11-05T14:00:00Z", in("late"), "2026-11-05T22:00:00Z", outside},
	} {
		t.Run(name, c.check)
	}
}

// A start or an end that comes twice is its first; one that is skipped is the moment
// of the change: as in shifts.
func TestPoolBoundsWhenClocksChange(t *testing.T) {
	one := func(zone v1alpha1.TimeZone, start, end v1alpha1.TimeOfDay) []v1alpha1.BoundsSchedule {
		return []v1alpha1.BoundsSchedule{window("w", zone, start, end)}
	}
	const berlin, newYork = "Europe/Berlin", "America/New_York"
	for name, c := range map[string]boundsCase{
		"Berlin, spring: skipped start":            {one(berlin, "02:30", "06:00"), "2026-03-29T00:00:00Z", spec, "2026-03-29T01:00:00Z", inside},
		"Berlin, spring: in force from there":      {one(berlin, "02:30", "03:15"), "2026-03-29T01:10:00Z", in("w"), "2026-03-29T01:15:00Z", outside},
		"Berlin, spring: skipped end":              {one(berlin, "01:00", "02:30"), "2026-03-29T00:30:00Z", in("w"), "2026-03-29T01:00:00Z", outside},
		"Berlin, spring: skipped whole":            {one(berlin, "02:15", "02:45"), "2026-03-29T00:30:00Z", spec, "2026-03-30T00:15:00Z", inside},
		"Berlin, spring: over the change":          {one(berlin, "22:00", "06:00"), "2026-03-28T21:30:00Z", in("w"), "2026-03-29T04:00:00Z", outside},
		"Berlin, autumn: start that comes twice":   {one(berlin, "02:30", "06:00"), "2026-10-25T00:00:00Z", spec, "2026-10-25T00:30:00Z", inside},
		"Berlin, autumn: end that comes twice":     {one(berlin, "22:00", "02:30"), "2026-10-25T00:00:00Z", in("w"), "2026-10-25T00:30:00Z", outside},
		"Berlin, autumn: the second is outside":    {one(berlin, "22:00", "02:30"), "2026-10-25T01:10:00Z", spec, "2026-10-25T21:00:00Z", inside},
		"New York, spring: skipped start":          {one(newYork, "02:30", "06:00"), "2026-03-08T06:40:00Z", spec, "2026-03-08T07:00:00Z", inside},
		"New York, spring: skipped end":            {one(newYork, "01:45", "02:30"), "2026-03-08T06:50:00Z", in("w"), "2026-03-08T07:00:00Z", outside},
		"New York, autumn: start that comes twice": {one(newYork, "01:30", "06:00"), "2026-11-01T05:00:00Z", spec, "2026-11-01T05:30:00Z", inside},
		"New York, autumn: end an hour later":      {one(newYork, "22:00", "06:00"), "2026-11-01T05:40:00Z", in("w"), "2026-11-01T11:00:00Z", outside},
	} {
		t.Run(name, c.check)
	}
}

// zones whose clocks change in different ways: by half an hour, at midnight, in
// spring of the south, not at all.
var zones = []v1alpha1.TimeZone{
	"Europe/Berlin", "America/New_York", "Africa/Cairo", "America/Havana", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "UTC",
}

func clock(minute int) v1alpha1.TimeOfDay {
	return v1alpha1.TimeOfDay(time.Unix(int64(minute)*60, 0).UTC().Format("15:04"))
}

// Two windows that meet on the clock share out all of time, whatever the clock does.
func TestWindowsThatMeetShareTheDay(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		a := r.IntN(24 * 60)
		b := (a + 1 + r.IntN(24*60-1)) % (24 * 60)
		zone := zones[r.IntN(len(zones))]
		p := poolWith(window("a", zone, clock(a), clock(b)), bounded(window("b", zone, clock(b), clock(a)), 6, 60))
		for range 400 {
			when := time.Date(2026, 1, 1, 0, r.IntN(370*24*60), 0, 0, time.UTC)
			if got, _ := PoolBounds(p, when); got.From != "a" && got.From != "b" {
				t.Fatalf("%s, %s–%s: at %v in force: %q", zone, clock(a), clock(b), when, got.From)
			}
		}
	}
}

func randomSchedules(r *rand.Rand) []v1alpha1.BoundsSchedule {
	week := []v1alpha1.Weekday{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}
	var out []v1alpha1.BoundsSchedule
	for i := range 1 + r.IntN(4) {
		start := r.IntN(24 * 60)
		s := window(string(rune('a'+i)), zones[r.IntN(len(zones))], clock(start), clock((start+1+r.IntN(24*60-1))%(24*60)))
		for _, d := range week {
			if r.IntN(2) == 0 {
				s.Days = append(s.Days, d)
			}
		}
		out = append(out, bounded(s, r.Int32N(5), 5+r.Int32N(5)))
	}
	return out
}

// The next change is a change, and nothing changes before it.
func TestNextIsTheFirstChange(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 2))
		p := poolWith(randomSchedules(r)...)
		from := time.Date(2026, 1, 1, 0, r.IntN(370*24*60), r.IntN(60), 0, time.UTC)
		got, next := PoolBounds(p, from)
		end := from.Add(lookAhead)
		if next != nil {
			end = next.At.Time()
			then, _ := PoolBounds(p, end)
			if then.Min != next.Min || then.Max != next.Max || (then.Min == got.Min && then.Max == got.Max) {
				t.Fatalf("seed %d: next is %+v, and then it is %+v after %+v", seed, *next, then, got)
			}
		}
		for range 40 {
			between := from.Add(time.Duration(r.Int64N(int64(end.Sub(from)))))
			if b, _ := PoolBounds(p, between); b.Min != got.Min || b.Max != got.Max {
				t.Fatalf("seed %d: %+v at %v already, before %v", seed, b, between, end)
			}
		}
	}
}

func TestWeekdays(t *testing.T) {
	got, err := Weekdays([]v1alpha1.Weekday{"Sun", "Wed"})
	if d := cmp.Diff([]time.Weekday{time.Sunday, time.Wednesday}, got); d != "" || err != nil {
		t.Errorf("days (-want +got):\n%s%v", d, err)
	}
	_, err = Weekdays([]v1alpha1.Weekday{"Mon", "Funday"})
	if want := `days: "Funday" is not a day of the week; write Mon, Tue, Wed, Thu, Fri, Sat or Sun`; message(err) != want {
		t.Errorf("error is %q, want %q", message(err), want)
	}
}

// Whatever a schedule says, at whatever time, there are bounds: its own or the
// spec's; and a change lies ahead, within eight days.
func FuzzPoolBounds(f *testing.F) {
	f.Add("Europe/Berlin", "02:30", "06:00", "Sun", int64(1774746000))
	f.Add("America/New_York", "01:30", "01:29", "", int64(1793509200))
	f.Add("Local", "8:00", "24:00", "Funday", int64(0))
	f.Add("Pacific/Apia", "00:00", "23:59", "Fri", int64(1325203200)) // a Friday that was left out
	f.Fuzz(func(t *testing.T, zone, start, end, day string, unix int64) {
		if unix < 0 || unix > 4_102_444_800 {
			return
		}
		w := window("w", v1alpha1.TimeZone(zone), v1alpha1.TimeOfDay(start), v1alpha1.TimeOfDay(end))
		if day != "" {
			w.Days = []v1alpha1.Weekday{v1alpha1.Weekday(day)}
		}
		from := time.Unix(unix, 0)
		got, next := PoolBounds(poolWith(w), from)
		if got != spec && got != in("w") {
			t.Errorf("bounds are %+v", got)
		}
		valid := CheckPool(poolWith(w)) == nil
		if !valid && (got != spec || next != nil) {
			t.Errorf("a refused schedule gives %+v, then %+v", got, next)
		}
		if next != nil && (!next.At.Time().After(from) || next.At.Time().After(from.Add(lookAhead))) {
			t.Errorf("next is at %v, seen from %v", next.At.Time(), from)
		}
		if valid && next == nil && start != end && got == in("w") {
			t.Errorf("%+v never ends", w)
		}
	})
}
