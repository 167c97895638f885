package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/queueing"
)

// erlangFlags are the flags of the erlang command, as they were typed.
type erlangFlags struct {
	arrivals, interval, handleTime    string
	percent, within, measure          string
	maxOccupancy, shrinkage, patience string
	output                            string
}

func newErlangCommand(s streams) *cobra.Command {
	var f erlangFlags
	c := &cobra.Command{
		Use:   "erlang --arrivals N --handle-time TIME --percent P --within TIME",
		Short: "Calculate how many people one queue takes",
		Long: `Calculates how many people must be at work, and how many on the roster, so that one
queue of people keeps a promise: the promise first, then the limit of occupancy, then
shrinkage. It says which of them decided, and what one person more or fewer would
change. Arrivals are at random, handle times exponential, and everybody in the queue
may take every item (Erlang C); with --patience, who waits too long gives up (Erlang
A), and the percent stays one of all who come. Nothing is asked of a cluster.`,
		Example: `  kubectl modcap erlang --arrivals 100 --interval 30m --handle-time 3m --percent 80 --within 20s \
    --max-occupancy 85 --shrinkage 30
  kubectl modcap erlang --arrivals 240 --interval 1h --handle-time 90s --percent 90 --within 15m --measure Decided -o json`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return f.run(s) },
	}
	flags := c.Flags()
	flags.StringVar(&f.arrivals, "arrivals", "", "`items` that come in an interval, on average")
	flags.StringVar(&f.interval, "interval", "30m", "the `time` in which they come")
	flags.StringVar(&f.handleTime, "handle-time", "", "the `time` that a person takes for an item, on average")
	flags.StringVar(&f.percent, "percent", "", "the promise: this `percent` of all items")
	flags.StringVar(&f.within, "within", "", "the promise: within this `time` after they came")
	flags.StringVar(&f.measure, "measure", measureStarted,
		"what the promise speaks of: Started (opened in time) or Decided (finished in time)")
	flags.StringVar(&f.maxOccupancy, "max-occupancy", "100", "`percent` of their time at work in which people may be busy; 100 is no limit")
	flags.StringVar(&f.shrinkage, "shrinkage", "0", "`percent` of rostered time in which people are not at work")
	flags.StringVar(&f.patience, "patience", "", "the `time` after which who waits gives up, on average; nobody does if empty")
	flags.StringVarP(&f.output, "output", "o", "text", "text or json")
	return c
}

// What a promise may speak of.
const (
	measureStarted = "Started"
	measureDecided = "Decided"
)

func (f *erlangFlags) run(s streams) error {
	q, err := f.read()
	if err != nil {
		return err
	}
	report := q.answer()
	if report.Answer == nil {
		// Who reads JSON gets the percent that can be reached as a number, beside the sentence.
		if f.output == "json" {
			err = report.print(s.Out, f.output)
		}
		return errors.Join(err, q.outOfReach())
	}
	return report.print(s.Out, f.output)
}

// Bounds of what is calculated: beyond all queues of people, and quick to calculate.
const (
	mostArrivals   = 10_000_000
	mostBusy       = 1_000_000  // people
	mostInPatience = 10_000_000 // items that come while one is patient
	longestTime    = 31 * 24 * time.Hour
	longestHandle  = 24 * time.Hour
)

// read makes a question of the flags, or says of each that is wrong what is allowed.
func (f *erlangFlags) read() (*erlangQuestion, error) {
	var r flagReader
	q := &erlangQuestion{
		arrivals: r.number("arrivals", f.arrivals, "items in an interval, from 0 to 10,000,000, such as 100",
			func(x float64) bool { return x >= 0 && x <= mostArrivals }),
		interval: r.time("interval", f.interval, "a time from 1s to 31d, such as 30m", time.Second, longestTime),
		handle:   r.time("handle-time", f.handleTime, "the time of one item, from 1s to 24h, such as 3m", time.Second, longestHandle),
		percent: r.number("percent", f.percent, "a percent from 1 to less than 100, such as 80",
			func(x float64) bool { return x >= 1 && x < 100 }),
		within: r.time("within", f.within, "a time from 0s to 31d, such as 20s", 0, longestTime),
		maxOccupancy: r.number("max-occupancy", f.maxOccupancy, "a percent from 1 to 100, such as 85, where 100 is no limit",
			func(x float64) bool { return x >= 1 && x <= 100 }),
		shrinkage: r.number("shrinkage", f.shrinkage,
			"0 or a percent from 1 to 99, such as 30: of people who are away all the time, no number is enough",
			func(x float64) bool { return x == 0 || x >= 1 && x <= 99 }),
	}
	if f.patience != "" {
		q.patience = r.time("patience", f.patience, "a time from 1s to 24h, or leave it out where nobody gives up", time.Second, longestHandle)
	}
	r.oneOf("measure", f.measure, measureStarted, measureDecided)
	r.oneOf("output", f.output, "text", "json")
	q.decided = f.measure == measureDecided
	if len(r.errs) == 0 {
		r.errs = append(r.errs, q.tooLarge())
	}
	return q, errors.Join(r.errs...)
}

// tooLarge refuses what no queue of people is.
func (q *erlangQuestion) tooLarge() error {
	if q.load() > mostBusy {
		return fmt.Errorf("--arrivals is %s: at %s each in %s these keep %s people busy, and it is calculated for 1,000,000 at most",
			figure(q.arrivals), q.handle, q.interval, figure(q.load()))
	}
	if come := q.arrivals / q.interval.seconds() * q.patience.seconds(); come > mostInPatience {
		return fmt.Errorf("--patience is %s: %s items come within it, and it is calculated for 10,000,000 at most: want less, or leave it out",
			q.patience, figure(come))
	}
	return nil
}

// outOfReach says what can be promised instead.
func (q *erlangQuestion) outOfReach() error {
	w := q.workload()
	target, _ := w.Needs()
	longer := queueing.Target{Percent: w.Target.Percent, Decided: true, Handle: w.Handle}
	least := lasting(math.Ceil(-w.Handle * math.Log1p(-w.Target.Percent)))
	for longer.Within = least.seconds(); !longer.InReach(); longer.Within = least.seconds() {
		least += lasting(math.Ceil(longer.Within / 1000))
	}
	return fmt.Errorf("no number of people decides %s %% of the items within %s: one takes %s on average, and %s at most "+
		"are decided by then; promise no more than that, or a time of %s at least, or the opening (--measure Started)",
		exact(q.percent), q.within, q.handle, percent(w.With(target).ServiceLevel), least)
}

// flagReader reads flags, and collects what is wrong with them.
type flagReader struct{ errs []error }

func (r *flagReader) wrong(flag, text, want string) {
	if text == "" {
		r.errs = append(r.errs, fmt.Errorf("--%s is missing: want %s", flag, want))
		return
	}
	r.errs = append(r.errs, fmt.Errorf("--%s is %s: want %s", flag, text, want))
}

// number reads a number, with or without a percent sign.
func (r *flagReader) number(flag, text, want string, allowed func(float64) bool) float64 {
	x, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(text, "%")), 64)
	if err != nil || !allowed(x) {
		r.wrong(flag, text, want)
	}
	return x
}

func (r *flagReader) time(flag, text, want string, least, most time.Duration) lasting {
	d, err := parseSpan(strings.TrimSpace(text))
	if err != nil || d < least || d > most {
		r.wrong(flag, text, want)
	}
	return lasting(d.Seconds())
}

func (r *flagReader) oneOf(flag, text, one, other string) {
	if text != one && text != other {
		r.wrong(flag, text, one+" or "+other)
	}
}

// lasting is a time in seconds.
type lasting float64

func (l lasting) seconds() float64 { return float64(l) }

func (l lasting) span() sample.Span {
	return sample.Span(math.Round(l.seconds() * float64(sample.Second)))
}

func (l lasting) String() string {
	if l > 0 && l < 60 {
		return exact(float64(l.span())/float64(sample.Second)) + "s"
	}
	return l.span().String()
}

// short shows a measured time to the digits that matter.
func (l lasting) short() string {
	switch s := l.seconds(); {
	case math.IsInf(s, 1):
		return "without end"
	case s < 59.95:
		return fmt.Sprintf("%.1fs", s)
	case s < 36_000:
		return lasting(math.Round(s)).String()
	default:
		return lasting(math.Round(s/60) * 60).String()
	}
}

// exact shows a number as it was typed.
func exact(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// figure shows a number of at most two decimals, with commas where it is long.
func figure(x float64) string {
	whole, part, _ := strings.Cut(strconv.FormatFloat(x, 'f', 2, 64), ".")
	if len(whole) > 4 {
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + "," + whole[i:]
		}
	}
	return strings.TrimSuffix(whole+"."+strings.TrimRight(part, "0"), ".")
}
