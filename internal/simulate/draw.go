package simulate

import (
	"math"
	"math/rand/v2"

	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/trace"
)

// Scale is what rates are multiplied with so that their mean is mean a second.
func Scale(rates []float64, mean float64) float64 {
	total := sum(rates)
	if total == 0 {
		return 0
	}
	return mean * float64(len(rates)) / total
}

// Draw gives each second's arrivals: Poisson with the rate of that second times
// scale, from a generator of its own. Seed 0 keeps the smooth rate.
func Draw(rates []float64, scale float64, seed uint64) []float64 { return draw(rates, scale, seed, 0) }

func draw(rates []float64, scale float64, seed, stream uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed, stream))
	out := make([]float64, len(rates))
	for i, rate := range rates {
		out[i] = rate * scale
		if seed != 0 {
			out[i] = poisson(rng, out[i])
		}
	}
	return out
}

// poisson draws by multiplying uniforms (Knuth), thirty at a time, as sums of
// Poissons are Poisson.
func poisson(rng *rand.Rand, mean float64) float64 {
	n := 0.0
	for mean > 30 {
		n += poisson(rng, 30)
		mean -= 30
	}
	limit, p := math.Exp(-mean), rng.Float64()
	for p > limit {
		n++
		p *= rng.Float64()
	}
	return n
}

// Widths of the bins of history in seconds: as fine as they were read for the last
// days, coarse for the weeks before.
const (
	fineDays      = 2
	fineHistory   = 5
	coarseHistory = 300
)

// History are the bins before the second start of the trace, oldest first, and at most
// days long. Each bin's items are drawn like those of the scored day, from another
// generator; gaps in the trace are gaps in it.
func History(t *trace.Trace, start, days int, scale float64, seed uint64) []forecast.Bin {
	return history(t, &scored{start: start, seed: seed}, days, scale)
}

func history(t *trace.Trace, s *scored, days int, scale float64) []forecast.Bin {
	start, rng := s.start, rand.New(rand.NewPCG(s.seed, s.stream+1))
	var out []forecast.Bin
	for at := max(0, start-days*trace.DaySeconds); at < start; {
		width := coarseHistory
		if start-at <= fineDays*trace.DaySeconds {
			width = fineHistory
		}
		width = min(width, start-at)
		if items, covered := t.Items(at, at+width); covered == width {
			items *= scale
			if s.seed != 0 {
				items = poissonMany(rng, items)
			}
			count, _ := sample.FromFloat(items)
			out = append(out, forecast.Bin{At: t.Begins.Add(seconds(at)), Width: seconds(width), Count: count})
		}
		at += width
	}
	return out
}

func seconds(n int) sample.Span { return sample.Span(n) * sample.Second }

// poissonMany draws from a mean of any size in constant time: beyond a thousand, by
// the normal distribution, whose third moment no bin's width could tell apart.
func poissonMany(rng *rand.Rand, mean float64) float64 {
	if mean < 1000 {
		return poisson(rng, mean)
	}
	return max(0, math.Round(mean+math.Sqrt(mean)*rng.NormFloat64()))
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}
