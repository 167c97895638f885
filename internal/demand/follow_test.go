package demand

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

func TestOrigin(t *testing.T) {
	at := func(text string) sample.Instant {
		v, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return sample.At(v)
	}
	for start, want := range map[string]string{
		"2026-11-22T08:00:00Z": "2026-11-22T00:00:00Z",
		"2026-11-22T07:30:00Z": "2026-11-21T00:00:00Z",
		"2026-11-22T23:30:00Z": "2026-11-22T00:00:00Z",
		"1969-12-31T23:30:00Z": "1969-12-31T00:00:00Z", // a clock that was never set
	} {
		if got := Origin(at(start)); got != at(want) {
			t.Errorf("%s: %v", start, got.Time().UTC())
		}
	}
}

// lively are the bins of quarters, where days have levels of their own.
func lively(until sample.Instant, days int) []Bin {
	out := quarters(until, days)
	for i := range out {
		level := []int64{10, 13, 8, 10, 12, 9, 11, 7}[int(out[i].At/sample.Instant(dayLong))*5%8]
		out[i].Count = sample.Milli(int64(out[i].Count) * level)
	}
	return out
}

func TestFollow(t *testing.T) {
	const width = 30 * sample.Minute
	bins := lively(monday, 28)
	base := Ahead(bins, monday, width, 7*48)
	if base == nil || !base.Holds() {
		t.Fatal("no forecast that holds")
	}
	now := monday.Add(10 * sample.Hour)
	busy := append([]Bin(nil), bins...)
	for _, b := range quarters(now, 1) {
		if b.At >= monday {
			b.Count *= 20
			busy = append(busy, b)
		}
	}
	got := base.Follow(busy, now)
	if got == nil || len(got.PerHour) != 7*48-20 {
		t.Fatalf("%+v", got)
	}
	var foreseen, corrected sample.Milli
	for i := range 28 {
		foreseen += base.PerHour[20+i]
		corrected += got.PerHour[i]
	}
	if share := corrected.Float() / foreseen.Float(); share < 1.2 || share > 2.1 {
		t.Errorf("twice as much came until 10:00, and %.2f times as much is foreseen for the rest of the day", share)
	}
	if diff := cmp.Diff(base.PerHour[20+48:], got.PerHour[48:]); diff != "" {
		t.Error("days after tomorrow are others:", diff)
	}
	if diff := cmp.Diff(got.PerHour, base.Follow(busy, now).PerHour); diff != "" {
		t.Error("asked again it says something else:", diff)
	}
	if diff := cmp.Diff(base.PerHour[20:], base.Follow(bins, now).PerHour); diff != "" {
		t.Error("nothing is known of the day, and it was corrected:", diff)
	}
	for _, start := range []sample.Instant{monday.Add(-width), monday.Add(7 * dayLong), monday.Add(9999 * dayLong)} {
		if r := base.Follow(bins, start); r != nil {
			t.Errorf("rates from %v on", start.Time())
		}
	}
}

// An interval that was missed while nobody looked is not taken for one without arrivals.
func TestFollowWithAGap(t *testing.T) {
	const width = 30 * sample.Minute
	bins := lively(monday, 28)
	base := Ahead(bins, monday, width, 7*48)
	now := monday.Add(10 * sample.Hour)
	var some, few []Bin
	for _, b := range quarters(now, 1) {
		if b.At >= monday {
			b.Count *= 10 // as much as is usual
			some = append(some, b)
			if b.At >= now.Add(-2*sample.Hour) {
				few = append(few, b)
			}
		}
	}
	a, b := base.Follow(some, now), base.Follow(few, now)
	for i := range 28 {
		if x, y := a.PerHour[i].Float(), b.PerHour[i].Float(); y < 0.8*x || y > 1.25*x {
			t.Errorf("interval %d: %.0f an hour with all that came, %.0f with two hours of it", i, x, y)
		}
	}
}

func TestWithout(t *testing.T) {
	bin := func(quarter int) Bin {
		return Bin{monday.Add(sample.Span(quarter) * 15 * sample.Minute), 15 * sample.Minute, 1000}
	}
	bins := []Bin{bin(0), bin(1), bin(2), bin(3)}
	at := func(minutes int) sample.Instant { return monday.Add(sample.Span(minutes) * sample.Minute) }
	for name, c := range map[string]struct {
		marks []Mark
		want  []Bin
	}{
		"none":                {nil, bins},
		"half open":           {[]Mark{{at(15), at(30)}}, []Bin{bin(0), bin(2), bin(3)}},
		"a minute of a bin":   {[]Mark{{at(16), at(17)}}, []Bin{bin(0), bin(2), bin(3)}},
		"two":                 {[]Mark{{at(-99), at(1)}, {at(45), at(99)}}, []Bin{bin(1), bin(2)}},
		"a week":              {[]Mark{{at(15).Add(-lasting), at(15)}}, bins[1:]},
		"more than a week":    {[]Mark{{at(15).Add(-lasting - 1), at(15)}}, bins},
		"half of it":          {[]Mark{{at(0), at(30)}}, bins[2:]},
		"most of it":          {[]Mark{{at(0), at(45)}}, bins},
		"one that ends first": {[]Mark{{at(30), at(15)}}, bins},
	} {
		if diff := cmp.Diff(c.want, Without(bins, c.marks)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Three days at a third, on which intake was limited, count as if nobody had looked.
func TestAheadWithoutWhatWasCensored(t *testing.T) {
	bins := quarters(monday, 28)
	mark := Mark{monday.Add(-5 * dayLong), monday.Add(-2 * dayLong)}
	limited := append([]Bin(nil), bins...)
	for i := range limited {
		if limited[i].At >= mark.From && limited[i].At < mark.To {
			limited[i].Count /= 3
		}
	}
	sum := func(bins []Bin) (out float64) {
		for _, rate := range Ahead(bins, monday, sample.Hour, 7*24).PerHour {
			out += rate.Float()
		}
		return out
	}
	truth, marked, unmarked := sum(bins), sum(Without(limited, []Mark{mark})), sum(limited)
	if marked < 0.97*truth || marked > 1.03*truth || unmarked > 0.97*truth {
		t.Errorf("a week of %.0f: %.0f with marks, %.0f without", truth, marked, unmarked)
	}
}

// Whatever the bins and the clock, rates are whole or nil, and none is below 0.
func FuzzFollow(f *testing.F) {
	base := Ahead(lively(monday, 22), monday, 30*sample.Minute, 96)
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, int64(10*sample.Hour))
	f.Add([]byte{}, int64(-5))
	f.Fuzz(func(t *testing.T, data []byte, late int64) {
		var bins []Bin
		at := monday.Add(-sample.Hour)
		for ; len(data) >= 4 && len(bins) < 300; data = data[4:] {
			at = at.Add(sample.Span(data[0]) * sample.Minute)
			n := binary.BigEndian.Uint16(data[1:])
			bins = append(bins, Bin{at, sample.Span(data[3]) * sample.Minute, sample.Milli(n) * 1000})
		}
		got := base.Follow(bins, monday.Add(sample.Span(late)))
		if got == nil {
			return
		}
		if len(got.PerHour) == 0 || len(got.PerHour) > 96 {
			t.Fatalf("%d rates", len(got.PerHour))
		}
		for i, rate := range got.PerHour {
			if rate < 0 {
				t.Fatalf("rate %d is %d", i, rate)
			}
		}
	})
}
