package lab

import (
	"errors"
	"fmt"
	"slices"

	"github.com/modcap/modcap/internal/demand"
	"github.com/modcap/modcap/internal/trace"
)

// Which traces are of people's work: what shifts are planned by is counted by the half
// hour, and a season of weeks takes some to prove.
const (
	peopleInterval = 1800 // seconds; wider bins are their own intervals
	peopleWidest   = 3600
	peopleWeeks    = 8
)

// PeopleForecast is how good forecasts of a trace were, a week ahead, over its second half.
type PeopleForecast struct {
	Trace    string           `json:"trace"`
	Interval int              `json:"intervalSeconds"`
	Result   *demand.Backtest `json:"result"`
}

// ForecastPeople forecasts the traces for which there is a bar, and says which it passed
// over, and why.
func ForecastPeople(traces []*trace.Trace) (done []PeopleForecast, passed []string) {
	for _, t := range traces {
		f, err := forecastPeople(t)
		if err != nil {
			passed = append(passed, fmt.Sprintf("%s: %v", t.Name, err))
			continue
		}
		done = append(done, f)
	}
	return done, passed
}

func forecastPeople(t *trace.Trace) (PeopleForecast, error) {
	out := PeopleForecast{Trace: t.Name}
	s, err := peopleSeries(t)
	if err == nil {
		out.Interval = s.Interval
		out.Result, err = demand.Test(s)
	}
	if err == nil && (out.Result.Total.MedianOfSix == 0 || out.Result.Total.SeasonalNaive == 0) {
		err = errors.New("each week is like the last, so that simple rules make no error to compare with")
	}
	return out, err
}

// peopleSeries is a trace by the interval, if it is one for which there is a bar.
func peopleSeries(t *trace.Trace) (*demand.Series, error) {
	interval := max(t.Bin, peopleInterval)
	switch days := float64(t.Seconds()-t.At[0]) / daySeconds; {
	case t.Bin > peopleWidest:
		return nil, fmt.Errorf("its bins are %d s wide, and %d s is the widest", t.Bin, peopleWidest)
	case 4*3600%interval != 0 || interval%t.Bin != 0:
		return nil, fmt.Errorf("its bins of %d s do not make intervals that divide 4 h", t.Bin)
	case days < 7*peopleWeeks:
		return nil, fmt.Errorf("it has %.1f days, and %d weeks are the least", days, peopleWeeks)
	}
	s, err := demand.FromBins(t.At, t.Count, t.Bin, interval)
	return &s, err
}

// Bars of the forecast: the most of an error over a simple rule's, in the median of the
// traces and on the worst, and how often 90 % intervals may hold.
const (
	barNaive, barNaiveWorst = 0.79, 0.88
	barSix, barSixWorst     = 0.99, 1.03
	barWeek                 = 1.0
	barPinball              = 1.0
)

// shareRange is one that a share must lie in.
type shareRange struct{ low, high float64 }

func barPooled() shareRange { return shareRange{0.88, 0.92} }
func barTrace() shareRange  { return shareRange{0.82, 0.97} }
func barSums() shareRange   { return shareRange{0.84, 0.96} }

func (r shareRange) holds(low, high float64) bool { return low >= r.low && high <= r.high }

func (r shareRange) String() string { return fmt.Sprintf("%.0f to %.0f %%", 100*r.low, 100*r.high) }

// PeopleCheck is a line of the bar.
type PeopleCheck struct {
	What string `json:"what"`
	Bar  string `json:"bar"`
	Got  string `json:"got"`
	Met  bool   `json:"met"`
}

// CheckPeople holds forecasts, of which there is one at least, against the bar.
func CheckPeople(done []PeopleForecast) []PeopleCheck {
	return append(checkErrors(done), checkIntervals(done)...)
}

// ratios of each trace, ascending.
func ratios(done []PeopleForecast, of func(*demand.Backtest) float64) []float64 {
	out := make([]float64, 0, len(done))
	for i := range done {
		out = append(out, of(done[i].Result))
	}
	slices.Sort(out)
	return out
}

func middle(x []float64) float64 { return (x[(len(x)-1)/2] + x[len(x)/2]) / 2 }

func checkErrors(done []PeopleForecast) []PeopleCheck {
	atMost := func(what string, got, bar float64) PeopleCheck {
		return PeopleCheck{what, fmt.Sprintf("at most %.2f", bar), fmt.Sprintf("%.3f", got), got <= bar}
	}
	naive := ratios(done, func(b *demand.Backtest) float64 { return b.Total.WAPE / b.Total.SeasonalNaive })
	six := ratios(done, func(b *demand.Backtest) float64 { return b.Total.WAPE / b.Total.MedianOfSix })
	week := ratios(done, func(b *demand.Backtest) float64 { return b.Total.Week / b.Total.WeekMedianOfSix })
	last := len(done) - 1
	return []PeopleCheck{
		atMost("error ÷ seasonal naive, median of the traces", middle(naive), barNaive),
		atMost("error ÷ seasonal naive, worst trace", naive[last], barNaiveWorst),
		atMost("error ÷ median of six, median of the traces", middle(six), barSix),
		atMost("error ÷ median of six, worst trace", six[last], barSixWorst),
		atMost("error of the week's total ÷ that of the median of six, median of the traces", middle(week), barWeek),
	}
}

func checkIntervals(done []PeopleForecast) []PeopleCheck {
	within := func(what string, low, high float64, bar shareRange) PeopleCheck {
		got := fmt.Sprintf("%.1f %%", 100*low)
		if low != high {
			got = fmt.Sprintf("%.1f to %.1f %%", 100*low, 100*high)
		}
		return PeopleCheck{what, bar.String(), got, bar.holds(low, high)}
	}
	n, hits := 0.0, 0.0
	for i := range done {
		in := &done[i].Result.Intervals
		n += float64(in.Windows)
		hits += in.Covered * float64(in.Windows)
	}
	covered := func(of func(*demand.Backtest) *demand.Interval) []float64 {
		return ratios(done, func(b *demand.Backtest) float64 { return of(b).Covered })
	}
	each := covered(func(b *demand.Backtest) *demand.Interval { return &b.Intervals })
	four := covered(func(b *demand.Backtest) *demand.Interval { return b.FourHours })
	day := covered(func(b *demand.Backtest) *demand.Interval { return b.Days })
	loss := ratios(done, func(b *demand.Backtest) float64 { return b.Intervals.Pinball / b.Intervals.SplitPinball })
	last := len(done) - 1
	return []PeopleCheck{
		within("90 % interval covers, all intervals pooled", hits/n, hits/n, barPooled()),
		within("90 % interval covers, each trace", each[0], each[last], barTrace()),
		{
			"pinball loss ÷ that of split conformal around the median of six, each trace", fmt.Sprintf("at most %.2f", barPinball),
			fmt.Sprintf("%.3f to %.3f", loss[0], loss[last]), loss[last] <= barPinball,
		},
		within("90 % interval of sums over 4 h covers, each trace", four[0], four[last], barSums()),
		within("90 % interval of sums over 24 h covers, each trace", day[0], day[last], barSums()),
	}
}
