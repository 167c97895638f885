package lab

import (
	"fmt"
	"strings"

	"github.com/modcap/modcap/internal/demand"
)

// PeoplePage is the whole of docs/lab-people.md, of its sections.
func PeoplePage(sections ...string) string { return peopleTop + strings.Join(sections, "\n") }

const peopleTop = `# The laboratory: people

<!-- Made by "make lab": do not edit. -->

**This page was made by ` + "`make lab`" + `** (` + "`PEOPLE=1`" + ` makes it alone) and is made again by it as a whole. It holds what
modcap foresees and plans for teams of people against what came. What is done for machines is [apart](lab.md).

`

// ForecastSection shows forecasts of traces of people's work against the bar.
func ForecastSection(done []PeopleForecast, passed []string) string {
	var b strings.Builder
	b.WriteString("## The forecast\n\n")
	if len(done) == 0 {
		fmt.Fprintf(&b, "No trace has bins of an hour or less and %d weeks.\n", peopleWeeks)
	} else {
		b.WriteString(forecastWords)
		b.WriteString(CheckTable(CheckPeople(done)))
		b.WriteString("\nErrors by trace:\n\n" + ForecastErrors(done))
		b.WriteString("\n90 % intervals by trace, and the loss of split conformal prediction around the median of six:\n\n")
		b.WriteString(ForecastIntervals(done))
		b.WriteString("\nWeeks of each trace, the share of intervals within their 90 % interval:\n\n" + ForecastWeeks(done))
	}
	if len(passed) > 0 {
		b.WriteString("\nPassed over:\n\n")
		for _, p := range passed {
			fmt.Fprintf(&b, "- %s\n", p)
		}
	}
	return b.String()
}

const forecastWords = `Each trace is forecast week after week over its second half, a week ahead, from what came before, as
` + "`kubectl modcap forecast --backtest`" + ` does. The error is the sum of the absolute errors of the median over all items. It is
set beside those of two rules that everybody can apply: the same interval of the week before (seasonal naive), and the
median of the last six same intervals. No holiday is told to any of them. Wide intervals would always hold, and so their
pinball loss is compared too: it charges for width as for misses. Quiet weeks are covered more often than that and
weeks with holidays or storms less; what counts is the whole.

`

// CheckTable is the bar, met or missed.
func CheckTable(checks []PeopleCheck) string {
	g := columns("what|bar|measured|")
	for _, c := range checks {
		g.row(c.What, c.Bar, c.Got, map[bool]string{true: "met", false: "**missed**"}[c.Met])
	}
	return g.String()
}

// ForecastErrors is a line for each trace.
func ForecastErrors(done []PeopleForecast) string {
	g := columns("trace|interval|weeks|items|error|÷ seasonal naive|÷ median of six|week's total|÷ median of six")
	for i := range done {
		f, a := &done[i], &done[i].Result.Total
		g.row(f.Trace, fmt.Sprintf("%d min", f.Interval/60), fmt.Sprint(len(f.Result.Weeks)), fmt.Sprintf("%.0f", a.Items),
			hundredths(a.WAPE), thousandths(a.WAPE, a.SeasonalNaive), thousandths(a.WAPE, a.MedianOfSix),
			hundredths(a.Week), thousandths(a.Week, a.WeekMedianOfSix))
	}
	return g.String()
}

// ForecastIntervals is a line for each trace and length of time.
func ForecastIntervals(done []PeopleForecast) string {
	g := columns("trace|of|number|covered|pinball loss|split conformal covers|its loss|loss ÷ its")
	for i := range done {
		f := &done[i]
		for _, row := range []struct {
			name string
			in   *demand.Interval
		}{
			{fmt.Sprintf("%d min", f.Interval/60), &f.Result.Intervals}, {"4 h", f.Result.FourHours}, {"24 h", f.Result.Days},
		} {
			g.row(f.Trace, row.name, fmt.Sprint(row.in.Windows), tenths(row.in.Covered), fmt.Sprintf("%.4g", row.in.Pinball),
				tenths(row.in.SplitCovered), fmt.Sprintf("%.4g", row.in.SplitPinball), thousandths(row.in.Pinball, row.in.SplitPinball))
		}
	}
	return g.String()
}

// ForecastWeeks is a line for each trace: its weeks from the worst covered on, in bands.
func ForecastWeeks(done []PeopleForecast) string {
	limits := []float64{0.5, 0.7, 0.82, 0.97}
	g := columns("trace|weeks|below 50 %|50 to 70 %|70 to 82 %|82 to 97 %|above|worst week")
	for i := range done {
		f := &done[i]
		counts := make([]int, len(limits)+1)
		worst := f.Result.Weeks[0].Covered
		for _, w := range f.Result.Weeks {
			k := 0
			for k < len(limits) && w.Covered >= limits[k] {
				k++
			}
			counts[k]++
			worst = min(worst, w.Covered)
		}
		cells := []string{f.Trace, fmt.Sprint(len(f.Result.Weeks))}
		for _, n := range counts {
			cells = append(cells, fmt.Sprint(n))
		}
		g.row(append(cells, tenths(worst))...)
	}
	return g.String()
}

func tenths(share float64) string     { return fmt.Sprintf("%.1f %%", 100*share) }
func hundredths(share float64) string { return fmt.Sprintf("%.2f %%", 100*share) }

// thousandths is a ratio.
func thousandths(a, b float64) string { return fmt.Sprintf("%.3f", a/b) }
