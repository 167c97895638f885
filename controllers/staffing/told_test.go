package staffing

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/demand"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
)

// What came during an event is left out, and divided by what was expected of it where it is too long for that.
func TestOtherwise(t *testing.T) {
	const day = 24 * sample.Hour
	at := func(days int) sample.Instant { return sample.Instant(1_789_948_800_000).Add(sample.Span(days) * day) }
	var bins []demand.Bin
	for d := range 28 {
		bins = append(bins, demand.Bin{At: at(d), Width: day, Count: sample.Whole(600)})
	}
	counts := func(all []demand.Bin) (sum sample.Milli, n int) {
		for _, b := range all {
			sum += b.Count
		}
		return sum, len(all)
	}
	for name, c := range map[string]struct {
		from, to int // of an event at which three times as much is expected
		sum      int64
		n        int
	}{
		"none":             {0, 0, 28 * 600, 28},
		"a week":           {10, 17, 21 * 600, 21},
		"longer":           {10, 20, 18*600 + 10*200, 28},
		"still going on":   {20, 40, 20*600 + 8*200, 28},
		"all of the past":  {-1, 40, 28 * 200, 28},
		"yet to come":      {28, 30, 28 * 600, 28},
		"before the first": {-5, -2, 28 * 600, 28},
	} {
		by := told{}
		if c.from < c.to {
			by.marks = []demand.Mark{{From: at(c.from), To: at(c.to)}}
			by.events = []forecast.Event{{From: at(c.from), To: at(c.to), Factor: 3000}}
		}
		before := append([]demand.Bin(nil), bins...)
		sum, n := counts(by.otherwise(bins))
		if sum != sample.Whole(c.sum) || n != c.n {
			t.Errorf("%s: %s items in %d days, want %d in %d", name, sum, n, c.sum, c.n)
		}
		if diff := cmp.Diff(before, bins); diff != "" {
			t.Errorf("%s changes what it is given: %s", name, diff)
		}
	}
}
