package traffic

import (
	"math"
	"testing"
	"testing/quick"
	"time"

	"github.com/google/go-cmp/cmp"
)

func counts(s Source, n int) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = s.Next()
	}
	return out
}

func sum(counts []int64) (total int64) {
	for _, n := range counts {
		total += n
	}
	return total
}

func dispersion(counts []int64) float64 {
	mean := float64(sum(counts)) / float64(len(counts))
	var squares float64
	for _, n := range counts {
		squares += (float64(n) - mean) * (float64(n) - mean)
	}
	return squares / float64(len(counts)) / mean
}

func TestRate(t *testing.T) {
	surge := Profile{Mean: 10, DailyPeak: 1, Surges: []Surge{
		{At: 100 * time.Second, Rise: 10 * time.Second, Hold: 20 * time.Second, HalfLife: 5 * time.Second, Peak: 6},
	}}
	day := Profile{Mean: 10, Day: 400 * time.Second, PeakAt: 100 * time.Second}
	opening := Profile{Mean: 10, DailyPeak: 1, Opening: 20 * time.Second}
	cases := map[string]struct {
		profile Profile
		at      time.Duration
		want    float64
	}{
		"before the surge":     {surge, 99 * time.Second, 10},
		"half way up":          {surge, 105 * time.Second, 40},
		"at its height":        {surge, 120 * time.Second, 70},
		"one half-life after":  {surge, 135 * time.Second, 40},
		"two half-lives after": {surge, 140 * time.Second, 25},
		"peak of the day":      {day, 100 * time.Second, 17},
		"trough of the day":    {day, 300 * time.Second, 3},
		"next day":             {day, 500 * time.Second, 17},
		"opening":              {opening, 5 * time.Second, 2.5},
		"opened":               {opening, 20 * time.Second, 10},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := c.profile.Rate(c.at); math.Abs(got-c.want) > 1e-9 {
				t.Errorf("rate %g, want %g", got, c.want)
			}
		})
	}
}

func TestGenerateKeepsMeanAndDispersion(t *testing.T) {
	for name, index := range map[string]float64{"poisson": 1, "chat": ChatDispersion, "web": WebDispersion, "wild": 20} {
		t.Run(name, func(t *testing.T) {
			s, err := Generate(Profile{Mean: 50, DailyPeak: 1, Dispersion: index}, 3)
			if err != nil {
				t.Fatal(err)
			}
			got := counts(s, 20_000)
			if mean := float64(sum(got)) / 20_000; math.Abs(mean-50) > 6*math.Sqrt(50*index/20_000) {
				t.Errorf("mean %g, want 50", mean)
			}
			if d := dispersion(got); math.Abs(d/index-1) > 0.1 {
				t.Errorf("dispersion %g, want %g within 10 %%", d, index)
			}
		})
	}
}

func TestGenerateFollowsItsSeed(t *testing.T) {
	profile := Profile{Mean: 20, Dispersion: 3, Day: time.Hour}
	run := func(seed uint64) []int64 {
		s, err := Generate(profile, seed)
		if err != nil {
			t.Fatal(err)
		}
		return counts(s, 200)
	}
	if diff := cmp.Diff(run(1), run(1)); diff != "" {
		t.Errorf("the same seed gave other counts:\n%s", diff)
	}
	if cmp.Equal(run(1), run(2)) {
		t.Error("another seed gave the same counts")
	}
}

func TestGenerateRefuses(t *testing.T) {
	cases := map[string]Profile{
		"no mean":             {},
		"mean not a number":   {Mean: math.NaN()},
		"infinite mean":       {Mean: math.Inf(1)},
		"negative day":        {Mean: 1, Day: -time.Second},
		"daily peak over 2":   {Mean: 1, DailyPeak: 2.1},
		"daily peak below 1":  {Mean: 1, DailyPeak: 0.9},
		"dispersion below 1":  {Mean: 1, Dispersion: 0.5},
		"dispersion NaN":      {Mean: 1, Dispersion: math.NaN()},
		"surge without peak":  {Mean: 1, Surges: []Surge{{}}},
		"surge in the past":   {Mean: 1, Surges: []Surge{{At: -1, Peak: 1}}},
		"negative half-life":  {Mean: 1, Surges: []Surge{{HalfLife: -1, Peak: 1}}},
		"second surge broken": {Mean: 1, Surges: []Surge{{Peak: 1}, {Peak: 0}}},
	}
	for name, profile := range cases {
		if _, err := Generate(profile, 1); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestRateStaysAboveZero holds for any valid profile and moment.
func TestRateStaysAboveZero(t *testing.T) {
	property := func(mean uint16, peak uint8, at uint32, surge uint8) bool {
		p := Profile{
			Mean: float64(mean) + 1, DailyPeak: 1 + float64(peak)/255, Day: time.Hour,
			Surges: []Surge{{At: time.Minute, Rise: time.Second, HalfLife: time.Second, Peak: float64(surge) + 1}},
		}
		rate := p.Rate(time.Duration(at) * time.Millisecond)
		return p.Validate() == nil && rate >= 0 && rate <= p.Mean*(p.DailyPeak+p.Surges[0].Peak)+1e-9
	}
	if err := quick.Check(property, nil); err != nil {
		t.Error(err)
	}
}
