package lab

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modcap/modcap/internal/demand"
	"github.com/modcap/modcap/internal/trace"
)

// PeopleToday is how good forecasts of the rest of the day were, at hours of the days of the
// second half of a trace.
type PeopleToday struct {
	Trace string             `json:"trace"`
	Hours []demand.TodayTest `json:"hours"`
}

// TodayPeople forecasts the rest of the days of those traces for which there is a bar.
func TodayPeople(traces []*trace.Trace) []PeopleToday {
	var out []PeopleToday
	for _, t := range traces {
		s, err := peopleSeries(t)
		if err != nil {
			continue // the forecast's section says why
		}
		if hours, err := demand.TestToday(s, []int{10, 13, 16}); err == nil {
			out = append(out, PeopleToday{t.Name, hours})
		}
	}
	return out
}

// CheckToday holds forecasts of the rest of the day, of which there is one at least, against
// the bar.
func CheckToday(done []PeopleToday) []PeopleCheck {
	var ratios, totals, covered []float64
	for _, d := range done {
		for _, h := range d.Hours {
			ratios, covered = append(ratios, h.Corrected/h.Before), append(covered, h.Covered)
			totals = append(totals, h.RestCorrected/h.RestBefore)
		}
	}
	for _, x := range [][]float64{ratios, totals, covered} {
		slices.Sort(x)
	}
	last := len(ratios) - 1
	line := func(what, bar, got string, met bool) PeopleCheck { return PeopleCheck{what, bar, got, met} }
	return []PeopleCheck{
		line("error of the rest of the day ÷ that of the forecast of midnight, median of traces and hours", "below 1",
			fmt.Sprintf("%.3f", middle(ratios)), middle(ratios) < 1),
		line("error of the rest of the day ÷ that of the forecast of midnight, worst", "at most 1",
			fmt.Sprintf("%.3f", ratios[last]), ratios[last] <= 1),
		line("error of the total of the rest of the day ÷ that of the forecast of midnight, worst", "at most 1",
			fmt.Sprintf("%.3f", totals[last]), totals[last] <= 1),
		line("90 % interval covers, each trace and hour", barTrace().String(),
			fmt.Sprintf("%.1f to %.1f %%", 100*covered[0], 100*covered[last]), barTrace().holds(covered[0], covered[last])),
	}
}

// TodaySection shows forecasts of the rest of the day.
func TodaySection(done []PeopleToday) string {
	var b strings.Builder
	b.WriteString("## The rest of the day\n\n")
	if len(done) == 0 {
		b.WriteString("No trace has bins of an hour or less and enough weeks.\n")
		return b.String()
	}
	b.WriteString(todayWords)
	b.WriteString(CheckTable(CheckToday(done)))
	b.WriteString("\nBy trace and hour:\n\n" + TodayTable(done))
	return b.String()
}

const todayWords = `On each day of the second half of a trace, at three hours, the rest of the day is forecast from what came until then, as
plans do at each interval's edge. It is set beside the forecast of midnight, which knows the weeks before and nothing of
the day. The error is the sum of the absolute errors of the intervals until midnight over all items. Where the days of the
past show that nothing of a busy morning goes on, nothing is corrected, and the two are the same.

`

// TodayTable is a line for each trace and hour.
func TodayTable(done []PeopleToday) string {
	g := columns("trace|at|days|error, of midnight|at the hour|ratio|error of the total, of midnight|at the hour|ratio|" +
		"90 % interval covers, of midnight|at the hour|pinball loss ratio")
	for _, d := range done {
		for _, h := range d.Hours {
			g.row(d.Trace, fmt.Sprintf("%d:00", h.Hour), fmt.Sprint(h.Days), hundredths(h.Before), hundredths(h.Corrected),
				thousandths(h.Corrected, h.Before), hundredths(h.RestBefore), hundredths(h.RestCorrected),
				thousandths(h.RestCorrected, h.RestBefore), tenths(h.CoveredBefore), tenths(h.Covered), thousandths(h.Pinball, h.PinballBefore))
		}
	}
	return g.String()
}
