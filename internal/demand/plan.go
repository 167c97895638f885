package demand

import (
	"math"

	"github.com/modcap/modcap/internal/sample"
)

// Bin is the items that arrived in [At, At+Width).
type Bin struct {
	At    sample.Instant
	Width sample.Span
	Count sample.Milli
}

// Rates are what a plan is told of the arrivals to come.
type Rates struct {
	// PerHour is items an hour of each interval.
	PerHour  []sample.Milli
	forecast *Forecast
	width    sample.Span
	start    sample.Instant
}

// Ahead forecasts n intervals of a width from start on, of bins that ended before. It is
// nil where less than a day is known: the rate now is as good then.
func Ahead(bins []Bin, start sample.Instant, width sample.Span, n int) *Rates {
	s := Series{Interval: int(width / sample.Second), Counts: counts(bins, start, width)}
	if len(s.Counts) == 0 || s.Check() != nil {
		return nil
	}
	f, err := New(&s, min(n, HorizonDays*s.day()))
	if err != nil || f.Basis.Season == Flat {
		return nil
	}
	out := &Rates{forecast: f, width: width, start: start, PerHour: make([]sample.Milli, 0, n)}
	for _, p := range f.Points {
		out.PerHour = append(out.PerHour, p.perHour(width))
	}
	return out
}

// perHour is what is expected, in items an hour; nothing where the desk is closed.
func (p *Point) perHour(width sample.Span) sample.Milli {
	items, ok := sample.FromFloat(p.Expected * float64(sample.Hour) / float64(width))
	if !ok || !p.Known {
		return 0
	}
	return items
}

// counts are the items of the intervals up to start, the first of which has a bin. One of
// which less than half is known is not known; of one that is not known whole, the rest is
// taken to be like what is.
func counts(bins []Bin, start sample.Instant, width sample.Span) []float64 {
	if len(bins) == 0 || width <= 0 {
		return nil
	}
	n := int((start.Since(bins[0].At) + width - 1) / width)
	if n <= 0 {
		return nil
	}
	items, covered := make([]float64, n), make([]sample.Span, n)
	for _, b := range bins {
		i := n - 1 - int((start.Since(b.At)-1)/width)
		if i < 0 || b.End() > start || b.Width <= 0 {
			continue
		}
		items[i] += b.Count.Float()
		covered[i] += b.Width
	}
	for i := range items {
		if 2*covered[i] < width {
			items[i] = Unknown()
			continue
		}
		items[i] *= float64(width) / float64(covered[i])
	}
	return items
}

// End is the first instant after the bin.
func (b Bin) End() sample.Instant { return b.At.Add(b.Width) }

// upper is the standard normal quantile of the level that errors are read from, 95 %.
const upper = 1.6449

// Error is the relative error, as one standard deviation, of the forecast of a sum over a
// time, beyond what the chance of single arrivals explains.
func (r *Rates) Error(over sample.Span) sample.PPM {
	length := min(max(int((over+r.width/2)/r.width), 1), int(24*sample.Hour/r.width), len(r.PerHour))
	sums := r.forecast.Sums(0, length)
	expected, spread, windows := 0.0, 0.0, 0.0
	for _, p := range sums[:min(len(sums), daysOfWeek)] {
		if p.Known {
			expected += p.Expected
			spread += max(p.Quantiles[levels-1]-p.Quantiles[Median], 0) / upper
			windows++
		}
	}
	if expected <= 0 {
		return 0
	}
	relative := spread / expected
	beyond := math.Sqrt(max(relative*relative-windows/expected, 0))
	return sample.PPM(min(beyond, 10) * float64(sample.AllPPM))
}
