package base

import (
	"math"
	"math/rand/v2"
	"testing"
	"testing/quick"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/internal/sample"
)

var now = time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)

func fresh(v sample.Milli) sample.Sample { return sample.FreshAt(v, sample.At(now)) }

func TestDigits(t *testing.T) {
	for in, want := range map[int64]int64{
		0: 0, 7: 7, 99: 99, 100: 100, 104: 100, 105: 110, 994: 990, 995: 1000, 12_345: 12_000, 12_500: 13_000, 999_999: 1_000_000,
		-12_345: -12_000, -99: -99, int64(sample.MaxMilli): int64(sample.MaxMilli),
	} {
		if got := Digits(in); got != want {
			t.Errorf("%d is shown as %d, want %d", in, got, want)
		}
	}
}

// Two digits, never off by more than one in twenty; what was rounded stays; a
// greater number is not shown as less.
func TestDigitsRounds(t *testing.T) {
	check := func(raw int64, more uint16) bool {
		n := raw % int64(sample.MaxMilli)
		got := Digits(n)
		off := math.Abs(float64(got - n))
		significant := got
		for significant%10 == 0 && significant != 0 {
			significant /= 10
		}
		return off*20 <= math.Abs(float64(n)) && significant > -100 && significant < 100 && Digits(got) == got && Digits(n+int64(more)) >= got
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}

func TestSteady(t *testing.T) {
	for name, c := range map[string]struct {
		m           sample.Milli
		shown, want string
	}{
		"nothing shown":           {270, "", "0.27"},
		"something else shown":    {270, "many", "0.27"},
		"a convergence":           {260, "0.28", "0.28"},
		"up to a twentieth of 1":  {230, "0.28", "0.28"},
		"and no further":          {229, "0.28", "0.23"},
		"the same the other way":  {331, "0.28", "0.33"},
		"more than one replica":   {38_100, "40", "40"},
		"beyond a twentieth":      {37_900, "40", "38"},
		"nothing is needed":       {0, "0.01", "0"},
		"a little less than that": {10, "0.05", "0.05"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Steady(c.m, c.shown); got != c.want {
				t.Errorf("%v after %q is shown as %q, want %q", c.m, c.shown, got, c.want)
			}
		})
	}
}

func TestNumbers(t *testing.T) {
	for name, c := range map[string]struct{ got, want string }{
		"a rate":             {Rate(fresh(12_345)), "12"},
		"a small rate":       {Rate(fresh(12)), "0.012"},
		"no rate":            {Rate(fresh(0)), "0"},
		"a stale rate":       {Rate(sample.Sample{Value: 1500, Quality: sample.Stale}), "1.5"},
		"an absent rate":     {Rate(sample.Missing(sample.CauseNoRow)), ""},
		"an implausible one": {Rate(sample.Sample{Value: 1500, Quality: sample.Implausible}), ""},
		"a great number":     {Number(sample.Whole(1_234_567)), "1200000"},
		"heads":              {Heads(7040), "7"},
		"tenths of heads":    {Heads(7060), "7.1"},
		"nobody":             {Heads(0), "0"},
		"nearly all":         {Share(999_600), "99.9%"},
		"all":                {Share(1_000_000), "100%"},
		"half":               {Share(500_000), "50%"},
		"none":               {Share(0), "0%"},
		"one too few":        {Share(989_999), "98.9%"},
	} {
		if c.got != c.want {
			t.Errorf("%s is %q, want %q", name, c.got, c.want)
		}
	}
}

func TestItems(t *testing.T) {
	for name, c := range map[string]struct {
		in   sample.Sample
		want *int64
	}{
		"fresh":       {fresh(12_345_000), ptr(12_000)},
		"none wait":   {fresh(0), ptr(0)},
		"rounded":     {fresh(1500), ptr(2)},
		"stale":       {sample.Sample{Value: 7000, Quality: sample.Stale}, ptr(7)},
		"implausible": {sample.Sample{Value: 7000, Quality: sample.Implausible}, nil},
		"absent":      {sample.Sample{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, Items(c.in)); d != "" {
				t.Errorf("items (-want +got):\n%s", d)
			}
		})
	}
}

func ptr(v int64) *int64 { return &v }

func TestLength(t *testing.T) {
	for in, want := range map[sample.Span]string{
		-5 * sample.Second: "<1s", 0: "<1s", 999: "<1s", 1000: "1s", 1500: "2s", 59 * sample.Second: "59s", 90 * sample.Second: "1m30s",
		104 * sample.Second: "1m40s", 114 * sample.Second: "1m50s", 115 * sample.Second: "2m", 2 * sample.Minute: "2m",
		149 * sample.Second: "2m", 150 * sample.Second: "3m", 99 * sample.Minute: "1h39m", 114 * sample.Minute: "1h50m", 115 * sample.Minute: "2h",
		7200 * sample.Second: "2h", 12_550 * sample.Second: "3h", 99 * sample.Hour: "99h", 124 * sample.Hour: "120h", 8760 * sample.Hour: "8800h",
	} {
		if got := Length(in); got != want {
			t.Errorf("%d ms are shown as %q, want %q", in, got, want)
		}
	}
}

// A longer time is never shown as a shorter one, and none is off by more than a quarter.
func TestLengthGrows(t *testing.T) {
	last := time.Duration(0)
	for s := sample.Second; s < 1000*sample.Hour; s += max(sample.Second/10, s/500) {
		got, err := time.ParseDuration(Length(s))
		if err != nil {
			t.Fatal(err)
		}
		if got < last {
			t.Fatalf("%v is shown as %v, something shorter as %v", s, got, last)
		}
		if off := (got - s.Duration()).Abs(); off > s.Duration()/4 && s > 2*sample.Second {
			t.Fatalf("%v is shown as %v", s, got)
		}
		last = got
	}
}

func TestBreachIn(t *testing.T) {
	for left, want := range map[time.Duration]string{
		-time.Hour: "now", 0: "now", time.Second: "<1m", 59 * time.Second: "<1m", time.Minute: "<5m", 5 * time.Minute: "<15m", 15 * time.Minute: "<1h",
		time.Hour: "<4h", 4 * time.Hour: "<24h", 24*time.Hour - 1: "<24h", 24 * time.Hour: "none", 1000 * time.Hour: "none",
	} {
		if got := BreachIn(sample.At(now.Add(left)), now); got != want {
			t.Errorf("in %v is %q, want %q", left, got, want)
		}
	}
	if got := BreachIn(0, now); got != "none" {
		t.Errorf("never is %q", got)
	}
}

// What is shown stays while it is nearly true.
func TestSteadyFigures(t *testing.T) {
	at := func(left time.Duration) sample.Instant { return sample.At(now.Add(left)) }
	for name, c := range map[string]struct{ got, want string }{
		"a breach as shown":            {SteadyBreach(at(62*time.Minute), now, "<1h"), "<1h"},
		"the other way":                {SteadyBreach(at(58*time.Minute), now, "<4h"), "<4h"},
		"another by more":              {SteadyBreach(at(70*time.Minute), now, "<1h"), "<4h"},
		"nothing shown yet":            {SteadyBreach(at(62*time.Minute), now, ""), "<4h"},
		"no breach any more":           {SteadyBreach(0, now, "<1h"), "none"},
		"a breach is now":              {SteadyBreach(at(0), now, "<1m"), "now"},
		"a length as shown":            {SteadyLength(at(11*time.Minute), now, "10m"), "10m"},
		"another length":               {SteadyLength(at(14*time.Minute), now, "10m"), "14m"},
		"a length after none":          {SteadyLength(at(14*time.Minute), now, ""), "14m"},
		"no end in sight":              {SteadyLength(0, now, "10m"), ""},
		"what is shown is no length":   {SteadyLength(at(3*time.Second), now, "<1s"), "3s"},
		"nothing is left of the whole": {SteadyLength(at(0), now, "10m"), "<1s"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
}

func TestTime(t *testing.T) {
	if got := Time(0); got != nil {
		t.Errorf("never is %v", got)
	}
	if got := Time(sample.At(now) + 999); !got.Time.Equal(now) {
		t.Errorf("%v is not whole seconds", got)
	}
}

func TestOldest(t *testing.T) {
	const within = 10 * sample.Minute
	age := func(s sample.Span) sample.Sample { return fresh(sample.Milli(s)) }
	ago := func(d time.Duration) *metav1.Time { return &metav1.Time{Time: now.Add(-d)} }
	stale := age(5 * sample.Minute)
	stale.Quality, stale.At = sample.Stale, sample.At(now.Add(-time.Minute))
	for name, c := range map[string]struct {
		age    sample.Sample
		within sample.Span
		shown  *metav1.Time
		want   *metav1.Time
	}{
		"older than a quarter of the promise": {age(5 * sample.Minute), within, nil, ago(5 * time.Minute)},
		"a quarter":                           {age(150 * sample.Second), within, nil, ago(150 * time.Second)},
		"younger":                             {age(149 * sample.Second), within, nil, nil},
		"younger than before":                 {age(149 * sample.Second), within, ago(5 * time.Minute), nil},
		"shown, a little off":                 {age(5 * sample.Minute), within, ago(5*time.Minute + 30*time.Second), ago(5*time.Minute + 30*time.Second)},
		"shown, off by more than a tenth":     {age(5 * sample.Minute), within, ago(5*time.Minute + 31*time.Second), ago(5 * time.Minute)},
		"shown later":                         {age(5 * sample.Minute), within, ago(4 * time.Minute), ago(5 * time.Minute)},
		"of seconds, two are a little":        {age(8 * sample.Second), 10 * sample.Second, ago(10 * time.Second), ago(10 * time.Second)},
		"stale: since when it was true":       {stale, within, nil, ago(6 * time.Minute)},
		"implausible":                         {sample.Sample{Value: 300_000, Quality: sample.Implausible}, within, ago(5 * time.Minute), nil},
		"absent":                              {sample.Sample{}, within, ago(5 * time.Minute), nil},
		"no promise":                          {age(5 * sample.Minute), 0, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, Oldest(c.age, c.within, c.shown)); d != "" {
				t.Errorf("oldest (-want +got):\n%s", d)
			}
		})
	}
}

// While one item waits, read every few seconds and to within a second, what is shown
// stays; nor does it move while nothing new is read.
func TestOldestStandsStill(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		since := now.Add(-time.Duration(r.Int64N(int64(time.Hour))))
		var shown *metav1.Time
		for read := now.Add(20 * time.Second); read.Before(now.Add(10 * time.Minute)); read = read.Add(5 * time.Second) {
			age := sample.SpanOf(read.Sub(since)) + sample.Span(r.IntN(2000)-1000)
			got := Oldest(sample.FreshAt(sample.Milli(age), sample.At(read)), 30*sample.Second, shown)
			if got == nil || (shown != nil && got != shown) {
				t.Fatalf("seed %d: the item of %v is shown as %v, after %v", seed, since, got, shown)
			}
			shown = got
		}
	}
}
