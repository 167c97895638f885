package forecast

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modcap/modcap/internal/sample"
)

const begin = sample.Instant(1_790_000_000_000)

// bins draws seconds of arrivals at rate(second), in bins of width seconds:
// Poisson, or in batches that arrive together when batch > 1.
// advance is s with bins folded in.
func advance(s State, bins []Bin, events ...Event) State {
	s.Fold(bins, events...)
	return s
}

func bins(r *rand.Rand, seconds, width int, batch float64, rate func(second int) float64) []Bin {
	var out []Bin
	for s := 0; s < seconds; s += width {
		n := batch * poisson(r, rate(s)*float64(width)/batch)
		out = append(out, Bin{
			At: begin.Add(sample.Span(s) * sample.Second), Width: sample.Span(width) * sample.Second,
			Count: sample.Milli(n * 1000),
		})
	}
	return out
}

// poisson draws by exponential gaps, and by the normal limit above 500.
func poisson(r *rand.Rand, mean float64) float64 {
	if mean > 500 {
		return max(0, math.Round(mean+math.Sqrt(mean)*r.NormFloat64()))
	}
	n := -1.0
	for t := 0.0; t < mean; n++ {
		t += r.ExpFloat64()
	}
	return max(n, 0)
}

func constant(rate float64) func(int) float64 { return func(int) float64 { return rate } }

func end(bs []Bin) sample.Instant { return bs[len(bs)-1].At.Add(bs[len(bs)-1].Width) }

func TestAnyChunkingGivesTheSameState(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	bs := bins(r, 3600, 5, 1, func(s int) float64 { return 20 + 10*math.Sin(float64(s)/300) })
	bs = append(bs[:300], bs[330:]...) // a gap
	bs = append(bs, Bin{At: end(bs), Width: 300 * sample.Second, Count: sample.Whole(6000)})
	bs = append(bs, bs[len(bs)-2]) // a duplicate
	for i := range 300 {
		width := sample.Span(1+i%5) * 10 * sample.Minute // over three days, the last of 50 minutes
		bs = append(bs, Bin{At: bs[len(bs)-2+min(i, 1)].End(), Width: width, Count: sample.Whole(int64(1000 + i%7*300))})
	}
	event := Event{From: begin.Add(10 * sample.Minute), To: end(bs).Add(-sample.Hour), Factor: 1700}
	want, _ := json.Marshal(advance(New(30*sample.Second), bs, event))
	for range 50 {
		s := New(30 * sample.Second)
		for rest := bs; len(rest) > 0; {
			n := 1 + r.IntN(min(len(rest), 200))
			s, rest = advance(s, rest[:n], event), rest[n:]
		}
		if got, _ := json.Marshal(s); string(got) != string(want) {
			t.Fatalf("in chunks: %s\nat once:   %s", got, want)
		}
	}
}

func TestAdvanceLeavesTheStateItIsGiven(t *testing.T) {
	bs := bins(rand.New(rand.NewPCG(2, 1)), 1200, 5, 1, constant(9))
	s := advance(New(30*sample.Second), bs[:120])
	before, _ := json.Marshal(s)
	advance(s, bs[120:])
	if after, _ := json.Marshal(s); string(after) != string(before) {
		t.Error("Advance changed its argument")
	}
}

func TestStateIsSmallAndSurvivesJSON(t *testing.T) {
	fine := bins(rand.New(rand.NewPCG(3, 1)), 7200, 5, 1, constant(math.Pi*10_000))
	weeks := bins(rand.New(rand.NewPCG(3, 1)), 36*aDay, 300, 1, func(s int) float64 { return math.Pi * float64(s%aDay) })
	for _, window := range []sample.Span{sample.Second, 30 * sample.Second, 24 * sample.Hour} {
		s := advance(New(window), weeks)
		for i := range fine {
			fine[i].At = s.Until.Add(sample.Span(i) * 5 * sample.Second)
		}
		s.Fold(fine)
		b, err := json.Marshal(s)
		t.Logf("window %s: %d bytes", window, len(b))
		if err != nil || len(b) > 16<<10 {
			t.Errorf("window %s: %d bytes, error %v", window, len(b), err)
		}
		var back State
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s, back); diff != "" {
			t.Errorf("after a round trip:\n%s", diff)
		}
	}
}

// TestStateFromElsewhere reads what was not written by this code.
func TestStateFromElsewhere(t *testing.T) {
	b, err := json.Marshal(advance(New(0), bins(rand.New(rand.NewPCG(3, 1)), 7200, 5, 1, constant(10))))
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(b, &fields); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]any{
		"not base64": "*", "too short": "AAAA", "too long": strings.Repeat("A", 8000), "a number": 7,
	} {
		far := fields["far"].([]any)
		before := far[0]
		far[0] = bad
		text, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, new(State)); err == nil {
			t.Errorf("%s was read", name)
		}
		far[0] = before
	}
}

func TestDemand(t *testing.T) {
	r := func() *rand.Rand { return rand.New(rand.NewPCG(4, 1)) }
	hour := bins(r(), 3600, 5, 1, constant(100))
	gap := append(append([]Bin(nil), hour[:360]...), hour[420:]...)
	for name, c := range map[string]struct {
		bins         []Bin
		after        sample.Span
		warm         bool
		meanLo, hi   float64
		upLo, upHigh float64
	}{
		"nothing":               {nil, 0, false, 0, 0, 0, 0},
		"a minute is not warm":  {hour[:12], 0, false, 90, 110, 100, 140},
		"Poisson":               {hour, 0, true, 95, 106, 102, 115},
		"old":                   {hour, sample.Hour, false, 95, 106, 102, 115},
		"a gap is not zero":     {gap, 0, true, 95, 106, 102, 115},
		"just after a gap":      {gap[:361], 0, true, 93, 106, 102, 120},
		"zeros are zero":        {bins(r(), 3600, 5, 1, constant(0)), 0, true, 0, 0.001, 0, 0.2},
		"wide bins, mean only":  {bins(r(), 36000, 300, 1, constant(100)), 0, false, 95, 105, 102, 115},
		"jump within 15 s":      {bins(r(), 3615, 5, 1, jump(3600, 50, 100)), 0, true, 70, 105, 80, 200},
		"jump within a minute":  {bins(r(), 3660, 5, 1, jump(3600, 50, 100)), 0, true, 90, 106, 95, 200},
		"over-dispersed wider":  {bins(r(), 3600, 5, 25, constant(100)), 0, true, 75, 125, 125, 260},
		"fall within 5 minutes": {bins(r(), 3900, 5, 1, jump(3600, 100, 50)), 0, true, 45, 60, 48, 75},
	} {
		t.Run(name, func(t *testing.T) {
			s := advance(New(30*sample.Second), c.bins)
			got := s.Demand(s.Until.Add(c.after), 60*sample.Second, 990_000)
			if mean := got.Mean.Float(); mean < c.meanLo || mean > c.hi {
				t.Errorf("mean %v outside [%v, %v]", mean, c.meanLo, c.hi)
			}
			if up := got.Upper.Float(); up < c.upLo || up > c.upHigh {
				t.Errorf("upper %v outside [%v, %v]", up, c.upLo, c.upHigh)
			}
			if got.Warm != c.warm {
				t.Errorf("warm %v, want %v", got.Warm, c.warm)
			}
		})
	}
}

func jump(at int, before, after float64) func(int) float64 {
	return func(s int) float64 {
		if s < at {
			return before
		}
		return after
	}
}

// TestCoverage measures how often the highest rate of the horizon stayed within
// Upper, on traffic of several kinds, from the third hour on.
func TestCoverage(t *testing.T) {
	daily := func(s int) float64 { return 60 + 50*math.Sin(2*math.Pi*float64(s)/86400) }
	fast := func(s int) float64 { return 60 + 40*math.Sin(2*math.Pi*float64(s)/3600) }
	for name, c := range map[string]struct {
		batch float64
		rate  func(int) float64
	}{
		"Poisson":        {1, constant(40)},
		"sparse":         {1, constant(0.2)},
		"batches of 20":  {20, constant(40)},
		"daily curve":    {1, daily},
		"hourly curve":   {1, fast},
		"steps each 15m": {1, func(s int) float64 { return 40 + 20*float64(s/900%3) }},
	} {
		for _, target := range []sample.PPM{900_000, 990_000} {
			got, excess := coverage(c.batch, c.rate, target)
			t.Logf("%s: %s %% asked, %.1f %% covered, upper on average %.2f of the rate",
				name, target.Percent(), 100*got, excess)
			if want := float64(target) / 1e6; got < want-0.02 {
				t.Errorf("%s: covered %.3f, asked %.3f", name, got, want)
			}
			if excess > 4 {
				t.Errorf("%s: upper is %.1f times the rate", name, excess)
			}
		}
	}
}

func coverage(batch float64, rate func(int) float64, target sample.PPM) (share, excess float64) {
	const window, horizon, step = 30, 60, 5
	bs := bins(rand.New(rand.NewPCG(5, 1)), 12*3600, step, batch, rate)
	s := New(window * sample.Second)
	var asked, covered, ratio float64
	for i := 0; i+horizon/step < len(bs); i++ {
		s = advance(s, bs[i:i+1])
		if i < 3*3600/step {
			continue
		}
		up := s.Demand(s.Until, horizon*sample.Second, target).Upper.Float()
		asked++
		if peak(bs[i+1-window/step:i+1+horizon/step], window/step) <= up {
			covered++
		}
		ratio += up / rate(i*step)
	}
	return covered / asked, ratio / asked
}

// peak is the highest mean rate of size bins in a row, those ending with the
// first window left out.
func peak(bs []Bin, size int) float64 {
	var most float64
	for i := 1; i+size <= len(bs); i++ {
		var items, width float64
		for _, b := range bs[i : i+size] {
			items, width = items+b.Count.Float(), width+float64(b.Width)/1000
		}
		most = max(most, items/width)
	}
	return most
}

func FuzzAdvance(f *testing.F) {
	f.Add(int64(begin), int64(5000), int64(1000), int64(30000), int64(60000), int64(990000))
	f.Add(int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64), int64(-1), int64(math.MaxInt64), int64(2e6))
	f.Fuzz(func(t *testing.T, at, width, count, window, horizon, target int64) {
		s := New(sample.Span(window))
		for i := range int64(40) {
			b := Bin{At: sample.Instant(at + i*width), Width: sample.Span(width), Count: sample.Milli(count * (i % 3))}
			s = advance(s, []Bin{b})
		}
		q := s.Demand(s.Until, sample.Span(horizon), sample.PPM(target))
		if q.Mean < 0 || q.Upper < q.Mean || q.Upper > sample.MaxMilli {
			t.Errorf("demand out of range: %+v", q)
		}
		if _, err := json.Marshal(s); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkAdvanceOneBin(b *testing.B) {
	bs := bins(rand.New(rand.NewPCG(6, 1)), 3600, 5, 1, constant(100))
	s := advance(New(30*sample.Second), bs[:len(bs)-1])
	b.ReportAllocs()
	for b.Loop() {
		advance(s, bs[len(bs)-1:])
	}
}

func BenchmarkFoldOneBin(b *testing.B) {
	bs := bins(rand.New(rand.NewPCG(6, 1)), 3600, 5, 1, constant(100))
	s := advance(New(30*sample.Second), bs)
	next := bs[len(bs)-1:]
	b.ReportAllocs()
	for b.Loop() {
		next[0].At = s.Until
		s.Fold(next)
	}
}

func BenchmarkDemand(b *testing.B) {
	s := advance(New(30*sample.Second), bins(rand.New(rand.NewPCG(6, 1)), 3600, 5, 1, constant(100)))
	b.ReportAllocs()
	for b.Loop() {
		s.Demand(s.Until, sample.Minute, 990_000)
	}
}
