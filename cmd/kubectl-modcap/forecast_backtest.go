package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/modcap/modcap/internal/demand"
)

// backtestReport is how good forecasts of the past were, as -o json prints it.
type backtestReport struct {
	Trace           string          `json:"trace"`
	IntervalSeconds int             `json:"intervalSeconds"`
	Total           demand.Accuracy `json:"total"`
	// Ratios are of the error to those of the simple rules.
	ToSeasonalNaive float64          `json:"wapeToSeasonalNaive"`
	ToMedianOfSix   float64          `json:"wapeToMedianOfSix"`
	Intervals       demand.Interval  `json:"intervals"`
	FourHours       *demand.Interval `json:"sumsOf4h,omitempty"`
	Days            *demand.Interval `json:"sumsOf24h,omitempty"`
	Weeks           []backtestWeek   `json:"weeks"`
}

type backtestWeek struct {
	Begins string `json:"begins"`
	demand.Week
}

// judge forecasts the past, and prints how good that was.
func (f *forecasting) judge(s streams, p *past) error {
	made, err := demand.Test(&p.series)
	if err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	r := &backtestReport{
		Trace: p.name, IntervalSeconds: p.series.Interval, Total: made.Total,
		ToSeasonalNaive: ratio(made.Total.WAPE, made.Total.SeasonalNaive), ToMedianOfSix: ratio(made.Total.WAPE, made.Total.MedianOfSix),
		Intervals: made.Intervals, FourHours: made.FourHours, Days: made.Days,
	}
	for _, w := range made.Weeks {
		r.Weeks = append(r.Weeks, backtestWeek{p.instant(w.Origin), w})
	}
	if f.output == "json" {
		return writeJSON(s.Out, r)
	}
	_, err = io.WriteString(s.Out, r.text(p))
	return err
}

// ratio is 0 where the other made no error at all.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

func (r *backtestReport) text(p *past) string {
	var b strings.Builder
	a := &r.Total
	fmt.Fprintf(&b, "%s: %d weeks, each forecast from what came before it, in intervals of %s\n", r.Trace, len(r.Weeks), short(p.interval))
	fmt.Fprintf(&b, "from %s on, %d intervals with %s items; closed and unknown ones are left out\n\n",
		r.Weeks[0].Begins, a.Intervals, whole(a.Items))
	t := table(&b)
	fmt.Fprintln(t, "FORECAST\tERROR (WAPE)\tMODCAP'S ÷ IT\tERROR OF THE WEEK'S TOTAL")
	fmt.Fprintf(t, "modcap\t%s\t-\t%s\n", hundredth(a.WAPE), hundredth(a.Week))
	fmt.Fprintf(t, "same interval last week (seasonal naive)\t%s\t%.3f\t-\n", hundredth(a.SeasonalNaive), r.ToSeasonalNaive)
	fmt.Fprintf(t, "median of the last six same intervals\t%s\t%.3f\t%s\n",
		hundredth(a.MedianOfSix), r.ToMedianOfSix, hundredth(a.WeekMedianOfSix))
	_ = t.Flush() // to memory
	b.WriteString("\n")
	t = table(&b)
	fmt.Fprintln(t, "90 % INTERVAL OF\tNUMBER\tCOVERED\tPINBALL LOSS\tSPLIT CONFORMAL\tITS LOSS\tRATIO")
	r.row(t, "intervals of "+short(p.interval), &r.Intervals)
	r.row(t, "sums over 4h", r.FourHours)
	r.row(t, "sums over 24h", r.Days)
	_ = t.Flush() // to memory
	b.WriteString("\nSplit conformal is that of the median of six. Smaller losses are better; -o json has each week.\n")
	return b.String()
}

func (r *backtestReport) row(t io.Writer, name string, i *demand.Interval) {
	if i != nil {
		fmt.Fprintf(t, "%s\t%d\t%.1f %%\t%.4g\t%.1f %%\t%.4g\t%.3f\n", name, i.Windows, 100*i.Covered, i.Pinball,
			100*i.SplitCovered, i.SplitPinball, ratio(i.Pinball, i.SplitPinball))
	}
}

// hundredth is a share in percent.
func hundredth(share float64) string { return fmt.Sprintf("%.2f %%", 100*share) }
