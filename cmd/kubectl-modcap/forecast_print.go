package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/modcap/modcap/internal/demand"
)

// forecastReport is what the forecast command found, as -o json prints it.
type forecastReport struct {
	Trace           string       `json:"trace"`
	IntervalSeconds int          `json:"intervalSeconds"`
	From            string       `json:"from"`
	Basis           demand.Basis `json:"basis"`
	Total           *ahead       `json:"total,omitempty"`
	Days            []dayAhead   `json:"days"`
	Intervals       []ahead      `json:"intervals"`
}

// ahead is the forecast of a time, in items.
type ahead struct {
	TSeconds int     `json:"tSeconds"` // from the trace's first midnight on
	Begins   string  `json:"begins"`
	Expected float64 `json:"expected"`
	P5       float64 `json:"p5"`
	P10      float64 `json:"p10"`
	P50      float64 `json:"p50"`
	P90      float64 `json:"p90"`
	P95      float64 `json:"p95"`
}

// dayAhead is a day, and its busiest interval.
type dayAhead struct {
	ahead
	Peak ahead `json:"peak"`
}

// tenth rounds to a tenth of an item.
func tenth(x float64) float64 { return math.Round(x*10) / 10 }

func (p *past) ahead(from int, point demand.Point) ahead {
	q := point.Quantiles
	return ahead{
		TSeconds: from * p.series.Interval, Begins: p.instant(from), Expected: tenth(point.Expected),
		P5: tenth(q[0]), P10: tenth(q[1]), P50: tenth(q[2]), P90: tenth(q[3]), P95: tenth(q[4]),
	}
}

// ahead forecasts, prints, and writes the file that is asked for.
func (f *forecasting) ahead(s streams, p *past) error {
	horizon, err := parseSpan(f.horizon)
	if err != nil || horizon < p.interval || horizon%p.interval != 0 || int(horizon/p.interval) > demand.HorizonDays*p.perDay() {
		return fmt.Errorf("--horizon is %q: want a length of time of whole intervals of %s, such as 168h or 14d, and %dd at most",
			f.horizon, short(p.interval), demand.HorizonDays)
	}
	made, err := demand.New(&p.series, int(horizon/p.interval))
	if err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	r := p.report(made)
	if f.out != "" {
		if err := toFile(f.out, r.csv); err != nil {
			return err
		}
		fmt.Fprintf(s.Err, "%s: %d intervals of %s\n", f.out, len(r.Intervals), short(p.interval))
	}
	switch f.output {
	case "json":
		return writeJSON(s.Out, r)
	case "csv":
		return r.csv(s.Out)
	}
	_, err = io.WriteString(s.Out, r.text(p, made))
	return err
}

func (p *past) report(made *demand.Forecast) *forecastReport {
	origin, horizon := len(p.series.Counts), len(made.Points)
	r := &forecastReport{Trace: p.name, IntervalSeconds: p.series.Interval, From: p.instant(origin), Basis: made.Basis}
	for h, point := range made.Points {
		if point.Known {
			r.Intervals = append(r.Intervals, p.ahead(origin+h, point))
		}
	}
	if all := made.Sums(0, horizon); all[0].Known {
		total := p.ahead(origin, all[0])
		r.Total = &total
	}
	// The first day and the last may be cut, by where the trace ends and by the horizon.
	for from := 0; from < horizon; {
		rest := p.perDay() - (origin+from)%p.perDay()
		length := min(rest, horizon-from)
		whole := max((horizon-from)/length, 1)
		if length < p.perDay() {
			whole = 1
		}
		for k, sum := range made.Sums(from, length)[:whole] {
			if begin := from + k*length; sum.Known {
				r.Days = append(r.Days, dayAhead{p.ahead(origin+begin, sum), p.peak(made, begin, length)})
			}
		}
		from += whole * length
	}
	return r
}

// peak is the interval in which the most is expected.
func (p *past) peak(made *demand.Forecast, from, length int) ahead {
	best := -1
	for h := from; h < from+length; h++ {
		if point := &made.Points[h]; point.Known && (best < 0 || point.Expected > made.Points[best].Expected) {
			best = h
		}
	}
	return p.ahead(len(p.series.Counts)+best, made.Points[best])
}

// csv writes a row for each interval that has a forecast.
func (r *forecastReport) csv(out io.Writer) error {
	var b strings.Builder
	b.WriteString("t_seconds,begins,expected,p5,p10,p50,p90,p95\n")
	for _, i := range r.Intervals {
		fmt.Fprintf(&b, "%d,%s,%g,%g,%g,%g,%g,%g\n", i.TSeconds, i.Begins, i.Expected, i.P5, i.P10, i.P50, i.P90, i.P95)
	}
	if _, err := io.WriteString(out, b.String()); err != nil {
		return fmt.Errorf("write rows: %w", err)
	}
	return nil
}

func (r *forecastReport) text(p *past, made *demand.Forecast) string {
	var b strings.Builder
	if len(r.Intervals) == 0 {
		return fmt.Sprintf("%s: nothing is known of any time of the week in the last weeks, so nothing can be forecast\n", r.Trace)
	}
	fmt.Fprintf(&b, "%s: %s from %s on, in intervals of %s\n", r.Trace, long(len(made.Points), p), r.From, short(p.interval))
	fmt.Fprintf(&b, "%s\n\n", basisSentence(&r.Basis))
	r.days(&b, p.perDay() > 1)
	if r.Total != nil {
		fmt.Fprintf(&b, "\nIn all %s items are expected, and with 90 %% probability %s to %s.\n",
			whole(r.Total.Expected), whole(r.Total.P5), whole(r.Total.P95))
		b.WriteString("Plan a time with its own interval: those of its parts do not add up to it.\n")
	}
	return b.String()
}

// days are lines of a table, with the busiest interval if a day has more than one.
func (r *forecastReport) days(out io.Writer, busiest bool) {
	t := table(out)
	head := "DAY\tITEMS\t90 % INTERVAL"
	if busiest {
		head += "\tBUSIEST\tITEMS\t90 % INTERVAL"
	}
	fmt.Fprintln(t, head)
	for i := range r.Days {
		d, k := &r.Days[i], &r.Days[i].Peak
		line := fmt.Sprintf("%s\t%s\t%s to %s", d.name(), whole(d.Expected), whole(d.P5), whole(d.P95))
		if busiest {
			line += fmt.Sprintf("\t%s\t%s\t%s to %s", k.Begins[len(k.Begins)-len("15:04"):], whole(k.Expected), whole(k.P5), whole(k.P95))
		}
		fmt.Fprintln(t, line)
	}
	_ = t.Flush() // to memory
}

// name of the day, cut or not.
func (d *dayAhead) name() string {
	clock := d.Begins[len(d.Begins)-len("15:04"):]
	name := strings.TrimSuffix(d.Begins, " "+clock)
	if clock != "00:00" {
		name += " from " + clock
	}
	return name
}

// basisSentence says what a forecast rests on.
func basisSentence(b *demand.Basis) string {
	known := fmt.Sprintf("%d of %d past intervals have a count", b.Known, b.All)
	switch {
	case b.Season == demand.Flat:
		return "It is a guess: " + known + ", less than a day, so that every time of day is forecast alike. Two weeks make a forecast."
	case b.Season == demand.Daily && b.Trials == 0:
		return "It is a guess: " + known + ", one day, so that every day is forecast like it. Two weeks make a forecast."
	case b.Season == demand.Daily:
		return "It is a rough one: " + known + ", less than two weeks, so that every day of the week is forecast alike."
	}
	return fmt.Sprintf("It rests on %s; weights and intervals on forecasts of %d earlier weeks and what came then.", known, b.Trials)
}

// whole rounds items, with commas.
func whole(x float64) string {
	digits := fmt.Sprintf("%.0f", x)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// long is a number of intervals in days and hours.
func long(n int, p *past) string {
	if days := n / p.perDay(); n%p.perDay() == 0 {
		return fmt.Sprintf("%d days", days)
	}
	return short(p.at(n).Sub(p.at(0)))
}
