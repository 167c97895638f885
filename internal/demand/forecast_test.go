package demand_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/demand"
)

const hour = 3600

// poisson draws by waiting times, for means of some dozens.
func poisson(r *rand.Rand, mean float64) float64 {
	n := 0.0
	for t := r.ExpFloat64(); t < mean; t += r.ExpFloat64() {
		n++
	}
	return n
}

// shape is the mean of an hour of the week: nights are quiet, Sundays half.
func shape(i int) float64 {
	m := 20 + 18*math.Sin(2*math.Pi*(float64(i%24)-9)/24)
	if i/24%7 == 6 {
		m /= 2
	}
	return m
}

// weeks of hours, each with a level.
func weeks(seed uint64, levels ...float64) demand.Series {
	r := rand.New(rand.NewPCG(seed, 1))
	s := demand.Series{Interval: hour}
	for w, level := range levels {
		for i := range 168 {
			s.Counts = append(s.Counts, poisson(r, level*shape(w*168+i)))
		}
	}
	return s
}

func ones(n int) []float64 { return slices.Repeat([]float64{1}, n) }

func forecast(t *testing.T, s *demand.Series, n int) *demand.Forecast {
	t.Helper()
	f, err := demand.New(s, n)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func total(points []demand.Point) float64 {
	sum := 0.0
	for _, p := range points {
		sum += p.Expected
	}
	return sum
}

func near(t *testing.T, what string, got, want, by float64) {
	t.Helper()
	if math.Abs(got-want) > by*want {
		t.Errorf("%s is %.1f, want %.1f within %g %%", what, got, want, 100*by)
	}
}

func weekOfShape() float64 {
	sum := 0.0
	for i := range 168 {
		sum += shape(i)
	}
	return sum
}

func TestForecastOfARegularWeek(t *testing.T) {
	s := weeks(1, ones(20)...)
	f := forecast(t, &s, 4*168)
	if diff := cmp.Diff(demand.Basis{Season: demand.Weekly, Known: 3360, All: 3360, Trials: 19}, f.Basis); diff != "" {
		t.Error(diff)
	}
	for w := range 4 {
		near(t, fmt.Sprintf("week %d", w), total(f.Points[w*168:(w+1)*168]), weekOfShape(), 0.03)
	}
	missed := 0.0
	for i, p := range f.Points[:168] {
		missed += math.Abs(p.Expected - shape(i))
	}
	if missed > 0.08*weekOfShape() {
		t.Errorf("the profile misses the means by %.1f of %.1f", missed, weekOfShape())
	}
}

// What came after is within the 90 % interval nine times of ten, of hours and of sums.
func TestCoverage(t *testing.T) {
	hit, n := map[int]float64{}, map[int]float64{}
	for seed := range uint64(12) {
		s := weeks(seed, ones(16)...)
		f := forecast(t, &demand.Series{Interval: hour, Counts: s.Counts[:15*168]}, 168)
		for _, length := range []int{1, 4, 24} {
			for k, p := range f.Sums(0, length) {
				sum := 0.0
				for _, c := range s.Counts[15*168+k*length : 15*168+(k+1)*length] {
					sum += c
				}
				n[length]++
				if sum >= p.Quantiles[0] && sum <= p.Quantiles[4] {
					hit[length]++
				}
			}
		}
	}
	for length := range n {
		if share := hit[length] / n[length]; share < 0.85 || share > 0.95 {
			t.Errorf("sums of %d h: %.3f are covered, want about 0.9", length, share)
		}
	}
}

func TestForecastFollowsWhatChanged(t *testing.T) {
	t.Run("a level that shifted three weeks ago", func(t *testing.T) {
		s := weeks(2, append(ones(12), 1.6, 1.6, 1.6)...)
		near(t, "the week", total(forecast(t, &s, 168).Points), 1.6*weekOfShape(), 0.08)
	})
	t.Run("a surge of one day, which is over", func(t *testing.T) {
		s := weeks(3, ones(12)...)
		for i := 11 * 168; i < 11*168+24; i++ {
			s.Counts[i] *= 6
		}
		near(t, "the week", total(forecast(t, &s, 168).Points), weekOfShape(), 0.08)
	})
	t.Run("two weeks that are censored", func(t *testing.T) {
		s := weeks(4, append(ones(12), 0.2, 0.2)...)
		s.Censored = make([]bool, len(s.Counts))
		for i := 12 * 168; i < len(s.Counts); i++ {
			s.Censored[i] = true
		}
		f := forecast(t, &s, 168)
		near(t, "the week", total(f.Points), weekOfShape(), 0.05)
		if f.Basis.Known != 12*168 {
			t.Errorf("%d are known", f.Basis.Known)
		}
	})
	t.Run("a collector that was down for three weeks", func(t *testing.T) {
		s := weeks(5, ones(15)...)
		for i := 12 * 168; i < len(s.Counts); i++ {
			s.Counts[i] = demand.Unknown()
		}
		near(t, "the week", total(forecast(t, &s, 168).Points), weekOfShape(), 0.05)
	})
}

// Nights that are not counted stay unknown, and nights in which nothing comes are zero.
func TestClosedAndEmptyNights(t *testing.T) {
	closed, empty := weeks(6, ones(10)...), weeks(6, ones(10)...)
	for i := range closed.Counts {
		if i%24 < 7 {
			closed.Counts[i], empty.Counts[i] = demand.Unknown(), 0
		}
	}
	c, e := forecast(t, &closed, 168), forecast(t, &empty, 168)
	for i := range 168 {
		if c.Points[i].Known != (i%24 >= 7) || !e.Points[i].Known {
			t.Fatalf("hour %d: closed %v, empty %v", i, c.Points[i], e.Points[i])
		}
		if i%24 < 7 && i%24 > 0 && e.Points[i].Quantiles[4] > 1 {
			t.Errorf("hour %d: %v may come where nothing ever did", i, e.Points[i].Quantiles)
		}
	}
	near(t, "an open day", c.Sums(0, 24)[0].Expected, e.Sums(0, 24)[0].Expected, 0.02)
}

// Holidays are forecast as the day they are like, and teach nothing.
func TestSpecialDays(t *testing.T) {
	s := weeks(7, ones(12)...)
	for i := range 24 {
		s.Counts[81*24+i] *= 5 // Thursday of the last week but... one
	}
	plain := forecast(t, &s, 168)
	s.Special = map[int]demand.Special{81: {Unlike: true}, 85: {Like: 6}, 86: {Unlike: true}}
	f := forecast(t, &s, 168)
	days, was := f.Sums(0, 24), plain.Sums(0, 24)
	near(t, "the Tuesday like a Sunday", days[1].Expected, days[6].Expected, 1e-9)
	near(t, "the Wednesday like none", days[2].Expected, was[2].Expected, 0.1)
	if f.Basis.Known != plain.Basis.Known-24 {
		t.Errorf("%d are known, of %d without the holiday", f.Basis.Known, plain.Basis.Known)
	}
	if _, err := demand.New(&demand.Series{Interval: hour, Counts: []float64{1, 2}, Special: map[int]demand.Special{0: {}}}, 5); err == nil ||
		!strings.Contains(err.Error(), "nothing is left to learn from") {
		t.Error(err)
	}
}

func TestLittleHistory(t *testing.T) {
	all := weeks(8, ones(3)...)
	for name, c := range map[string]struct {
		hours  int
		season demand.Season
		trials int
		by     float64
	}{
		"three weeks":    {504, demand.Weekly, 2, 0.05},
		"two weeks":      {336, demand.Weekly, 1, 0.06},
		"less than that": {335, demand.Daily, 12, 0.15},
		"three days":     {72, demand.Daily, 2, 0.25},
		"a day":          {24, demand.Daily, 0, 0.25},
		"some hours":     {20, demand.Flat, 0, 0.5},
	} {
		t.Run(name, func(t *testing.T) {
			s := demand.Series{Interval: hour, Counts: all.Counts[:c.hours]}
			f := forecast(t, &s, 2*168)
			if f.Basis.Season != c.season || f.Basis.Trials != c.trials {
				t.Errorf("it rests on %+v", f.Basis)
			}
			near(t, "the second week", total(f.Points[168:]), weekOfShape(), c.by)
			for i, p := range f.Points {
				if !p.Known || p.Quantiles[4] <= p.Quantiles[0] {
					t.Fatalf("hour %d: %+v", i, p)
				}
			}
			if a, b := f.Sums(0, 24)[0], f.Sums(0, 24)[13]; (b.Quantiles[4] - b.Quantiles[0]) < 0.5*(a.Quantiles[4]-a.Quantiles[0]) {
				t.Errorf("a day far ahead, %v, is surer than the next, %v", b, a)
			}
		})
	}
}

// holds checks what is so whatever the counts: nothing is negative, quantiles ascend, sums
// are sums of what is expected, and the same comes again.
func holds(t *testing.T, s *demand.Series) {
	t.Helper()
	if s.Check() != nil {
		return
	}
	f := forecast(t, s, 60)
	sums, again := f.Sums(6, 6), forecast(t, s, 60).Sums(6, 6)
	for i, p := range slices.Concat(f.Points, sums) {
		if p.Known && (!slices.IsSorted(p.Quantiles[:]) || !(p.Quantiles[0] >= 0) || !(p.Expected >= 0) || math.IsInf(p.Quantiles[4], 0)) {
			t.Errorf("%d: %+v", i, p)
		}
	}
	for k, p := range sums {
		near(t, "a sum", p.Expected, total(f.Points[6+6*k:12+6*k]), 1e-9)
	}
	if len(sums) != 9 || !cmp.Equal(sums, again) {
		t.Errorf("%v became %v", sums, again)
	}
}

func TestForecastHolds(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 2))
		s := demand.Series{Interval: 4 * hour}
		most := r.IntN(256)
		for i := range 6 * (r.IntN(60) + 1) {
			c := float64(r.IntN(most+1)) * float64(i%6)
			switch r.IntN(20) {
			case 0:
				c *= 1000
			case 1:
				c = demand.Unknown()
			}
			s.Counts = append(s.Counts, c)
		}
		holds(t, &s)
	}
}

// FuzzForecast takes a byte for each count: 255 is unknown, and large ones are very large.
func FuzzForecast(f *testing.F) {
	f.Add([]byte{1})
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})
	f.Add(slices.Repeat([]byte{3, 9, 255, 250, 0, 1}, 40))
	f.Add(slices.Concat(slices.Repeat([]byte{0}, 84), slices.Repeat([]byte{250}, 84)))
	f.Fuzz(func(t *testing.T, in []byte) {
		s := demand.Series{Interval: 4 * hour}
		for _, b := range in[:min(len(in), 2000)] {
			c := float64(b)
			switch {
			case b == 255:
				c = demand.Unknown()
			case b > 240:
				c = math.Pow(10, float64(b)-241)
			}
			s.Counts = append(s.Counts, c)
		}
		holds(t, &s)
	})
}

func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		series  demand.Series
		horizon int
		want    string
	}{
		"interval":        {demand.Series{Interval: 7, Counts: []float64{1}}, 1, "want one that divides a day"},
		"marks":           {demand.Series{Interval: hour, Counts: []float64{1}, Censored: []bool{true, false}}, 1, "2 intervals are marked and 1 are counted"},
		"negative":        {demand.Series{Interval: hour, Counts: []float64{1, -1}}, 1, "interval 1 has -1 items"},
		"infinite":        {demand.Series{Interval: hour, Counts: []float64{math.Inf(1)}}, 1, "interval 0 has +Inf items"},
		"nothing known":   {demand.Series{Interval: hour, Counts: []float64{math.NaN()}}, 1, "no interval has a known count"},
		"all is censored": {demand.Series{Interval: hour, Counts: []float64{1}, Censored: []bool{true}}, 1, "nothing is left to learn from"},
		"no horizon":      {demand.Series{Interval: hour, Counts: []float64{1}}, 0, "want 1 to 840, which are 35 days"},
		"far horizon":     {demand.Series{Interval: hour, Counts: []float64{1}}, 841, "want 1 to 840"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := demand.New(&c.series, c.horizon); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	s := weeks(9, 1, 1)
	f := forecast(t, &s, 24)
	for _, at := range [][2]int{{-1, 1}, {0, 0}, {0, 25}, {20, 5}} {
		if f.Sums(at[0], at[1]) != nil {
			t.Errorf("sums of %v are given", at)
		}
	}
}
