package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modcap/modcap/internal/demand"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/trace"
)

// forecasting are the flags of the forecast command.
type forecasting struct {
	trace    string
	interval time.Duration
	horizon  string
	start    string
	holidays []string
	backtest bool
	output   string
	out      string
}

// aWeek is the horizon unless another is asked for.
const aWeek = "168h"

func newForecastCommand(s streams) *cobra.Command {
	var f forecasting
	c := &cobra.Command{
		Use:   "forecast --trace FILE",
		Short: "Forecast the arrivals of the next weeks from those of the past, for shift planning",
		Long: `Forecasts how many items will arrive in each interval of the next days or weeks, with
the 90 % interval of each interval, each day and the whole, from a trace: lines of
t_seconds,count (see "trace record"). With --backtest it tells how good that would
have been: it forecasts week after week of the second half of the trace from what came
before, and sets the errors beside those of two simple rules. Nothing is asked of a
cluster.`,
		Example: `  kubectl modcap forecast --trace calls.csv
  kubectl modcap forecast --trace calls.csv --horizon 28d --holiday 2026-12-25 --out next-weeks.csv
  kubectl modcap forecast --trace calls.csv --backtest`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return f.run(s) },
	}
	flags := c.Flags()
	flags.StringVar(&f.trace, "trace", "", `file with the arrivals of the past; "-" reads them from standard input`)
	flags.DurationVar(&f.interval, "interval", 30*time.Minute,
		"width of the intervals to forecast: 15m, 30m, 1h, or any other that divides a day")
	flags.StringVar(&f.horizon, "horizon", aWeek, "how far ahead, such as 168h or 14d; 35d at most")
	flags.StringVar(&f.start, "start", "", "date on which the trace begins, such as 2026-03-02, where the file does not say")
	flags.StringArrayVar(&f.holidays, "holiday", nil,
		"date that is like a Sunday, or like another day (2026-12-24=Saturday), or like none (2026-12-31=none); "+
			"repeat for each, past and to come")
	flags.BoolVar(&f.backtest, "backtest", false, "judge forecasts of the past, a week ahead, over the second half of the trace")
	flags.StringVarP(&f.output, "output", "o", "table", "table, json, or csv (a row for each interval)")
	flags.StringVar(&f.out, "out", "", "also write a row for each interval to this CSV file")
	return c
}

func (f *forecasting) run(s streams) error {
	if err := f.check(); err != nil {
		return err
	}
	t, err := readTrace(s.In, f.trace)
	if err != nil {
		return err
	}
	p, err := f.past(t)
	if err != nil {
		return err
	}
	if f.backtest {
		return f.judge(s, p)
	}
	return f.ahead(s, p)
}

func (f *forecasting) check() error {
	switch {
	case f.trace == "":
		return errors.New("nothing says what to forecast from: give the arrivals of the past with --trace FILE")
	case !slices.Contains([]string{"table", "json", "csv"}, f.output):
		return fmt.Errorf("--output is %q: want table, json or csv", f.output)
	case f.backtest && f.horizon != aWeek:
		return fmt.Errorf("--backtest judges forecasts of a week, and --horizon is %s: leave one of them out", f.horizon)
	case f.backtest && (f.output == "csv" || f.out != ""):
		return errors.New("--backtest has no rows for a CSV: use -o json for the figures of each week")
	case !dividesDay(f.interval):
		return fmt.Errorf("--interval is %s: want one from 1m to 24h that divides a day, such as 15m, 30m or 1h", f.interval)
	}
	return nil
}

// dividesDay says that intervals are a minute at least, and that whole ones make a day.
func dividesDay(d time.Duration) bool {
	return d >= time.Minute && d <= 24*time.Hour && 24*time.Hour%d == 0
}

// past is a trace as a series whose days begin at midnight.
type past struct {
	name     string
	series   demand.Series
	interval time.Duration
	// begins is the midnight at which the series begins; dated is false if the trace does
	// not say which day that was, so that days are called by their number.
	begins time.Time
	dated  bool
}

// undated is when a trace begins that does not say so.
const undated = sample.Instant(1_767_571_200_000)

func (f *forecasting) past(t *trace.Trace) (*past, error) {
	width := int(f.interval / time.Second)
	if err := f.fits(t, width); err != nil {
		return nil, err
	}
	p := &past{name: t.Name, interval: f.interval, begins: t.Begins.Time().UTC(), dated: t.Begins != undated}
	if f.start != "" {
		day, err := time.Parse(time.DateOnly, f.start)
		if err != nil {
			return nil, fmt.Errorf("--start is %q: want a date such as 2026-03-02", f.start)
		}
		p.begins, p.dated = day, true
	}
	midnight := p.begins.Truncate(24 * time.Hour)
	// A trace that begins within a bin of the clock keeps its own bins.
	into := int(p.begins.Sub(midnight)/time.Second) / t.Bin * t.Bin
	p.begins = midnight
	at := make([]int, len(t.At))
	for i, second := range t.At {
		at[i] = second + into
	}
	var err error
	if p.series, err = demand.FromBins(at, t.Count, t.Bin, width); err != nil {
		return nil, fmt.Errorf("%s: %w", t.Name, err)
	}
	return p, f.markHolidays(p)
}

// fits checks that intervals can be made of bins.
func (f *forecasting) fits(t *trace.Trace, width int) error {
	bin := time.Duration(t.Bin) * time.Second
	switch {
	case width%t.Bin == 0:
		return nil
	case trace.DaySeconds%t.Bin != 0:
		return fmt.Errorf("%s: its bins are %s wide, which does not divide a day: record it again with bins of 5m or 15m", t.Name, short(bin))
	case t.Bin > width:
		return fmt.Errorf("%s: its bins are %s wide, and --interval is %s: nothing is known within a bin, so use --interval %s",
			t.Name, short(bin), short(f.interval), short(bin))
	}
	fitting := width / t.Bin * t.Bin
	for trace.DaySeconds%fitting != 0 {
		fitting -= t.Bin
	}
	return fmt.Errorf("%s: its bins are %s wide, and --interval %s is not a whole number of them: use --interval %s",
		t.Name, short(bin), short(f.interval), short(time.Duration(fitting)*time.Second))
}

// short is a duration without the parts that are zero: 30m, not 30m0s.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// markHolidays names the days that are like another.
func (f *forecasting) markHolidays(p *past) error {
	if len(f.holidays) > 0 && !p.dated {
		return fmt.Errorf("%s does not say when it begins, so that no date can be found in it: give --start DATE beside --holiday", p.name)
	}
	p.series.Special = map[int]demand.Special{}
	for _, text := range f.holidays {
		date, like, found := strings.Cut(text, "=")
		day, err := time.Parse(time.DateOnly, date)
		if err != nil {
			return fmt.Errorf("--holiday is %q: want a date such as 2026-12-25, or with the day it is like, 2026-12-24=Saturday", text)
		}
		number := int(day.Sub(p.begins) / (24 * time.Hour))
		if !found {
			like = "Sunday"
		}
		special := demand.Special{Unlike: strings.EqualFold(like, "none")}
		for special.Like < 7 && !strings.EqualFold(like, p.day(special.Like).Weekday().String()) {
			special.Like++
		}
		if special.Like == 7 && !special.Unlike {
			return fmt.Errorf("--holiday %s is like %q: want a day of the week, such as Sunday, or none", date, like)
		}
		p.series.Special[number] = special
	}
	return nil
}

// day is the midnight of a day by its number.
func (p *past) day(n int) time.Time { return p.begins.AddDate(0, 0, n) }

// perDay is the number of intervals of a day.
func (p *past) perDay() int { return int(24 * time.Hour / p.interval) }

// at is when an interval begins.
func (p *past) at(i int) time.Time { return p.begins.Add(time.Duration(i) * p.interval) }

// name of a day: "Mon 2026-03-02", or "day 236" from the trace's first on, which is day 1.
func (p *past) dayName(i int) string {
	if p.dated {
		return p.at(i).Format("Mon 2006-01-02")
	}
	return fmt.Sprintf("day %d", i/p.perDay()+1)
}

// instant names an interval.
func (p *past) instant(i int) string { return p.dayName(i) + p.at(i).Format(" 15:04") }
