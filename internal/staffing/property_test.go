package staffing

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// some is a random part of from, possibly all, possibly nothing.
func some(r *rand.Rand, from ...string) []string {
	var out []string
	for _, f := range from {
		if r.IntN(2) == 0 {
			out = append(out, f)
		}
	}
	return out
}

// More work, longer work, a higher percent and a shorter time never need fewer people, whatever the
// model.
func TestNeedsAreMonotone(t *testing.T) {
	need := func(c Class) Need { return only(t, planOf([]Team{team("a", 50)}, c)).Now }
	handles := []sample.Span{5 * sample.Second, 30 * sample.Second, 2 * sample.Minute, 9 * sample.Minute,
		40 * sample.Minute}
	for _, within := range []sample.Span{20 * sample.Second, 5 * sample.Minute, 29 * sample.Minute, sample.Hour,
		3 * sample.Hour, 9 * sample.Hour, 3 * day} {
		for _, measure := range []Measure{Decided, Started} {
			for _, percent := range []sample.PPM{50, 80, 90, 99} {
				p := Promise{Percent: percent * 10_000, Within: within, Measure: measure}
				var last sample.Milli
				for h := 5 * sample.Second; h < sample.Hour; h = h*23/20 + 1 {
					c := erlangs("q", 1, sample.Hour, p) // an item an hour, times
					c.ArrivalsPerHour.Value, c.HandleTime.Value = 60_000, sample.Milli(h)
					if got := need(c).Required; got < last {
						t.Errorf("%+v: %s at %s, %s before", p, got, h, last)
					} else {
						last = got
					}
				}
				for _, h := range handles {
					last = 0
					for rate := sample.Milli(100); rate < 2_000_000; rate = rate*13/10 + 1 {
						c := erlangs("q", 1, h, p)
						c.ArrivalsPerHour.Value = rate
						if got := need(c).Required; got < last {
							t.Errorf("%+v of %s: %s at %s an hour, %s before", p, h, got, rate, last)
						} else {
							last = got
						}
					}
				}
			}
			for _, h := range handles {
				var last sample.Milli
				for percent := sample.PPM(1); percent <= 100; percent++ {
					if got := need(erlangs("q", 7, h, Promise{Percent: percent * 10_000, Within: within,
						Measure: measure})).Required; got < last {
						t.Errorf("%s of %s work: %s at %d %%, %s before", within, h, got, percent, last)
					} else {
						last = got
					}
				}
			}
		}
	}
}

func FuzzPlan(f *testing.F) {
	f.Add(int64(noon), int64(30*sample.Minute), int64(day), int64(100_000), int64(180_000), int64(900_000),
		int64(900_000), int64(10_000), int64(0))
	f.Add(int64(-1), int64(0), int64(-5), int64(1)<<62, int64(1)<<62, int64(1)<<40, int64(1), int64(1)<<62,
		int64(1)<<62)
	f.Add(int64(1), int64(1), int64(1)<<62, int64(1), int64(1), int64(0), int64(0), int64(1), int64(1)<<40)
	f.Fuzz(func(t *testing.T, now, interval, horizon, arrivals, handle, percent, within, heads, backlog int64) {
		at := sample.Instant(now % (1 << 44))
		c := Class{Key: ClassKey{Queue: "q", Tier: 1}, ArrivalsPerHour: sample.FreshAt(sample.Milli(arrivals), at),
			HandleTime: sample.FreshAt(sample.Milli(handle), at), Backlog: sample.FreshAt(sample.Milli(backlog), at),
			OldestAge: sample.FreshAt(sample.Milli(within),
				at), DecisionsPerItem: sample.Milli(horizon), ForecastError: sample.PPM(heads),
			Dispersion: sample.Milli(percent), Promises: []Promise{{Percent: sample.PPM(percent), Within: sample.Span(within),
				Measure: Decided}, {Percent: sample.PPM(percent), Within: sample.Span(backlog), Measure: Started}}}
		rooms := Class{Key: ClassKey{Queue: "r", Tier: 1}, Work: Rooms,
			Concurrent: sample.FreshAt(sample.Milli(arrivals),
				at), RoomsPerPerson: sample.Milli(handle), Protected: true}
		staff := Team{Name: "a", Tier: 1, Roles: []string{RoleReview}, MaxOccupancy: sample.PPM(percent),
			Shrinkage: Shrinkage{sample.PPM(percent), sample.PPM(within)}}
		for range 4 {
			staff.Supply.Intervals = append(staff.Supply.Intervals, Heads{sample.Milli(heads), sample.Milli(heads)})
		}
		in := Input{Now: at, Interval: sample.Span(interval), Horizon: sample.Span(horizon), Classes: []Class{c,
			rooms}, Teams: []Team{staff}}
		if in.Grid().N > 96 {
			in.Interval, in.Horizon = 0, 0
		}
		for _, c := range Plan(in).Classes {
			for _, n := range append(c.Intervals, c.Now) {
				if n.Required < 0 || n.Covered < 0 || n.Gap != n.Required-n.Covered || n.Gap < 0 ||
					n.Have < n.Covered || n.Have > n.Eligible {
					t.Fatalf("%+v: %+v", in, n)
				}
			}
		}
	})
}

func BenchmarkSupply(b *testing.B) {
	in := randomSupply(rand.New(rand.NewPCG(17, 18)), []*time.Location{zone(b, "Europe/Berlin")}, 20_000)
	in.Grid = GridOf(noon, 30*sample.Minute, day)
	in.Now = noon
	b.ReportAllocs()
	for b.Loop() {
		Supply(in)
	}
}
