package demand

import (
	"fmt"
	"math"
)

// Backtest is how good forecasts of a week were, made week by week over the second half of
// a series with what was known then.
type Backtest struct {
	Weeks []Week   `json:"weeks"`
	Total Accuracy `json:"total"`
	// Intervals, FourHours and Days say how the 90 % intervals of counts and of sums held.
	// FourHours is nil where an interval does not divide 4 h, as Days is where it is a day.
	Intervals Interval  `json:"intervals"`
	FourHours *Interval `json:"sumsOf4h,omitempty"`
	Days      *Interval `json:"sumsOf24h,omitempty"`
}

// Week is the forecast of one week.
type Week struct {
	// Origin is the index of its first interval.
	Origin   int      `json:"origin"`
	Accuracy Accuracy `json:"accuracy"`
	// Covered is the share of the week's intervals within the 90 % interval.
	Covered float64 `json:"covered"`
}

// Accuracy is the weighted absolute percentage error, as a share: the sum of the absolute
// errors of the median over the sum of the counts.
type Accuracy struct {
	Intervals int     `json:"intervals"` // with a count and a forecast
	Items     float64 `json:"items"`
	WAPE      float64 `json:"wape"`
	// SeasonalNaive is that of the last known count of the slot of the week, MedianOfSix
	// that of the median of the last six.
	SeasonalNaive float64 `json:"seasonalNaive"`
	MedianOfSix   float64 `json:"medianOfSix"`
	// Week is the error of the total of the week, from what was expected, and of its parts.
	Week            float64 `json:"weekTotal"`
	WeekMedianOfSix float64 `json:"weekTotalMedianOfSix"`
}

// Interval says how a 90 % interval held, beside that of split conformal prediction around the
// median of six: the quantile of its absolute errors at the origins before, for all alike.
type Interval struct {
	Windows      int     `json:"windows"`
	Covered      float64 `json:"covered"` // a share
	Pinball      float64 `json:"pinball"` // mean loss at 0.05, 0.5 and 0.95, in items
	SplitCovered float64 `json:"splitConformalCovered"`
	SplitPinball float64 `json:"splitConformalPinball"`
}

// backtest carries what runs.
type backtest struct {
	season     *season
	seen       []float64
	own, plain map[int]*trial
	out        *Backtest
}

// BacktestNeeds is how many days a series must have for a backtest: two weeks to learn from,
// and one to forecast.
const BacktestNeeds = 3 * daysOfWeek

// Test forecasts week after week over the second half of a series.
func Test(s *Series) (*Backtest, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	f := at(s, s.fitted())
	week, day := daysOfWeek*s.day(), s.day()
	b := &backtest{season: f.season, seen: s.seen(), own: map[int]*trial{}, plain: map[int]*trial{}, out: &Backtest{}}
	first := max((len(s.Counts)/2+day-1)/day*day, f.season.begin+2*week)
	if f.Basis.Season != Weekly || first+week > len(s.Counts) {
		return nil, fmt.Errorf("a backtest needs %d days at least, and there are %.1f", BacktestNeeds, float64(f.Basis.All)/float64(day))
	}
	if day > 1 {
		b.out.Days = &Interval{}
	}
	if day%6 == 0 && day > 6 {
		b.out.FourHours = &Interval{}
	}
	for origin := first; origin+week <= len(s.Counts); origin += week {
		b.week(origin)
	}
	b.out.finish()
	if b.out.Total.Items == 0 {
		return nil, fmt.Errorf("nothing arrived in the second half of the series, from interval %d on: there is no error to measure", first)
	}
	return b.out, nil
}

// week forecasts one week and scores it.
func (b *backtest) week(origin int) {
	n := b.season.period
	own := b.season.trials(origin, n, b.own)
	plain := b.medians(origin, len(own))
	naive := b.repeat(origin, 1)
	actual := b.seen[origin : origin+n]
	points, rough := b.score(&b.out.Intervals, own, plain, span{0, 1}, roughBand(roughDay))
	w := Week{Origin: origin}
	covered, expected, typical := 0.0, 0.0, 0.0
	for h, p := range points {
		y, six := actual[h], plain[0].forecast[h]
		if !known(y) || !p.Known {
			continue
		}
		a := &w.Accuracy
		a.Intervals++
		a.Items += y
		a.WAPE += math.Abs(y - p.Quantiles[Median])
		a.SeasonalNaive += math.Abs(y - naive.forecast[h])
		a.MedianOfSix += math.Abs(y - six)
		expected += p.Expected
		typical += six
		if p.covers(y) {
			covered++
		}
	}
	if w.Accuracy.Intervals > 0 {
		w.Accuracy.Week = math.Abs(expected - w.Accuracy.Items)
		w.Accuracy.WeekMedianOfSix = math.Abs(typical - w.Accuracy.Items)
		w.Covered = covered / float64(w.Accuracy.Intervals)
		b.out.Weeks = append(b.out.Weeks, w)
	}
	if s := b.out.FourHours; s != nil {
		b.score(s, own, plain, span{0, b.season.piece / 6}, rough)
	}
	if s := b.out.Days; s != nil {
		b.score(s, own, plain, span{0, b.season.piece}, rough)
	}
}

// repeat forecasts the median of the last known counts of each slot.
func (b *backtest) repeat(origin, rows int) *trial {
	t := &trial{origin: origin, forecast: make([]float64, b.season.period)}
	member{profile: profile{rows: rows}}.forecast(newPast(b.season.counts, origin, b.season.period, b.season.piece), t.forecast)
	b.season.replaceSpecial(t)
	return t
}

// medians are the medians of the last six at an origin and those before.
func (b *backtest) medians(origin, n int) []*trial {
	out := make([]*trial, n)
	for i := range out {
		from := origin - i*b.season.period
		t, ok := b.plain[from]
		if !ok {
			t = b.repeat(from, 6)
			b.plain[from] = t
		}
		out[i] = t
	}
	return out
}

// score compares the windows of a length of a week with what came, and returns the forecasts
// and how rough a guess of other sums is.
func (b *backtest) score(into *Interval, own, plain []*trial, at span, rough *band) ([]Point, *band) {
	points, rough := b.season.windows(own, at).points(rough)
	six := b.season.windows(plain, at)
	width, actual := six.split(), b.seen[own[0].origin:]
	for k, p := range points {
		forecast, y := sumSeen(own[0].forecast[k*at.length:(k+1)*at.length], actual[k*at.length:])
		if !known(y) || !p.Known || forecast < mostOf*p.Expected {
			continue
		}
		into.Windows++
		into.Pinball += p.pinball(y)
		if p.covers(y) {
			into.Covered++
		}
		var q Point
		m := six.now[k]
		q.Quantiles[0], q.Quantiles[Median], q.Quantiles[levels-1] = max(m-width, 0), m, m+width
		into.SplitPinball += q.pinball(y)
		if q.covers(y) {
			into.SplitCovered++
		}
	}
	return points, rough
}

// sumSeen sums what is known of both; unlike sumBoth, whatever it is.
func sumSeen(forecast, counts []float64) (expected, actual float64) {
	any := false
	for h, v := range forecast {
		if known(v) && known(counts[h]) {
			any = true
			expected += v
			actual += counts[h]
		}
	}
	if !any {
		return 0, Unknown()
	}
	return expected, actual
}

// split is the half width of split conformal prediction's 90 % interval.
func (w *windows) split() float64 {
	var errors []float64
	for i := range w.past {
		for k, f := range w.past[i] {
			if known(f) {
				errors = append(errors, math.Abs(w.actual[i][k]-f))
			}
		}
	}
	return conformal(errors, 1-2*tail)
}

func (p *Point) covers(y float64) bool { return y >= p.Quantiles[0] && y <= p.Quantiles[levels-1] }

// pinball is the mean loss at the outermost quantiles and the median.
func (p *Point) pinball(y float64) float64 {
	sum := 0.0
	for _, i := range [3]int{0, Median, levels - 1} {
		level := float64(Levels()[i]) / 100
		if d := y - p.Quantiles[i]; d >= 0 {
			sum += level * d
		} else {
			sum += (level - 1) * d
		}
	}
	return sum / 3
}

// finish makes shares and means of sums.
func (b *Backtest) finish() {
	t := &b.Total
	for i := range b.Weeks {
		a := &b.Weeks[i].Accuracy
		t.Intervals += a.Intervals
		t.Items += a.Items
		t.WAPE += a.WAPE
		t.SeasonalNaive += a.SeasonalNaive
		t.MedianOfSix += a.MedianOfSix
		t.Week += a.Week
		t.WeekMedianOfSix += a.WeekMedianOfSix
		a.finish()
	}
	t.finish()
	for _, s := range []*Interval{&b.Intervals, b.FourHours, b.Days} {
		if s == nil || s.Windows == 0 {
			continue
		}
		n := float64(s.Windows)
		s.Covered, s.Pinball, s.SplitCovered, s.SplitPinball = s.Covered/n, s.Pinball/n, s.SplitCovered/n, s.SplitPinball/n
	}
}

func (a *Accuracy) finish() {
	items := max(a.Items, 1)
	for _, x := range []*float64{&a.WAPE, &a.SeasonalNaive, &a.MedianOfSix, &a.Week, &a.WeekMedianOfSix} {
		*x /= items
	}
}
