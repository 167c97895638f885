package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/modcap/modcap/internal/staffing/queueing"
)

// erlangQuestion is what is asked: percents as such, times in seconds.
type erlangQuestion struct {
	arrivals                 float64 // in an interval
	interval, handle, within lasting
	percent                  float64
	decided                  bool
	maxOccupancy, shrinkage  float64
	patience                 lasting // 0: nobody gives up
}

// load is the people whom the work keeps busy all the time.
func (q *erlangQuestion) load() float64 {
	return q.arrivals * q.handle.seconds() / q.interval.seconds()
}

func (q *erlangQuestion) workload() queueing.Workload {
	return queueing.Workload{
		// Of the load, which is exact where whole people are kept busy.
		Arrivals: q.load() / q.handle.seconds(), Handle: q.handle.seconds(), Patience: q.patience.seconds(),
		Target: queueing.Target{
			Percent: q.percent / 100, Within: q.within.seconds(), Decided: q.decided, Handle: q.handle.seconds(),
		},
		MaxOccupancy: q.maxOccupancy / 100, Shrinkage: q.shrinkage / 100,
	}
}

// verb is what the promise speaks of.
func (q *erlangQuestion) verb() string {
	if q.decided {
		return "decided"
	}
	return "opened"
}

// erlangReport is what is printed; as JSON, times are seconds and shares percents.
type erlangReport struct {
	Arrivals     float64       `json:"arrivals"`
	Interval     float64       `json:"intervalSeconds"`
	Handle       float64       `json:"handleTimeSeconds"`
	Promise      erlangPromise `json:"promise"`
	MaxOccupancy float64       `json:"maxOccupancyPercent"`
	Shrinkage    float64       `json:"shrinkagePercent"`
	Patience     float64       `json:"patienceSeconds,omitempty"`
	// Load is the people whom the work keeps busy all the time, in erlangs.
	Load float64 `json:"load"`
	// Answer is absent where no number of people keeps the promise.
	Answer *erlangAnswer `json:"answer,omitempty"`

	question *erlangQuestion
}

type erlangPromise struct {
	Percent float64 `json:"percent"`
	Within  float64 `json:"withinSeconds"`
	Measure string  `json:"measure"`
	// Reachable is what any number of people come up to.
	Reachable float64 `json:"reachablePercent"`
	InReach   bool    `json:"inReach"`
}

// erlangAnswer is how many people it takes, and why.
type erlangAnswer struct {
	AtWork    int         `json:"atWork"`
	OnRoster  int         `json:"onRoster"`
	DecidedBy string      `json:"decidedBy,omitempty"` // Promise, Occupancy or Both
	Needs     erlangNeeds `json:"needs"`
	Result    *erlangRow  `json:"result,omitempty"` // absent where nothing arrives
	// Around are two fewer to two more people at work.
	Around []erlangRow `json:"around,omitempty"`
}

// erlangNeeds are the people at work whom each limit takes by itself.
type erlangNeeds struct {
	Promise   int `json:"promise"`
	Occupancy int `json:"occupancy"`
}

// erlangRow is what a number of people comes to.
type erlangRow struct {
	AtWork    int      `json:"atWork"`
	OnRoster  int      `json:"onRoster"`
	Level     float64  `json:"levelPercent"`
	Occupancy float64  `json:"occupancyPercent"`
	Wait      float64  `json:"waitPercent"`
	MeanWait  *float64 `json:"meanWaitSeconds"` // of all who come; null: without end
	GiveUp    *float64 `json:"giveUpPercent,omitempty"`
	Misses    []string `json:"misses,omitempty"` // promise, occupancy

	is queueing.Staffing
}

// around is how many fewer and more people are shown.
const around = 2

func (q *erlangQuestion) answer() *erlangReport {
	w := q.workload()
	r := &erlangReport{
		Arrivals: q.arrivals, Interval: q.interval.seconds(), Handle: q.handle.seconds(), Patience: q.patience.seconds(),
		Promise: erlangPromise{
			Percent: q.percent, Within: q.within.seconds(), Measure: measureStarted, Reachable: toPercent(w.Target.Reachable()),
			InReach: w.Target.InReach(),
		},
		MaxOccupancy: q.maxOccupancy, Shrinkage: q.shrinkage, Load: rounded(q.load()), question: q,
	}
	if q.decided {
		r.Promise.Measure = measureDecided
	}
	if !r.Promise.InReach {
		return r
	}
	promise, occupancy := w.Needs()
	chosen := w.With(max(promise, occupancy))
	a := &erlangAnswer{AtWork: chosen.Raw, OnRoster: chosen.Positions, Needs: erlangNeeds{promise, occupancy}}
	r.Answer = a
	if chosen.Raw == 0 {
		return r
	}
	switch {
	case promise > occupancy:
		a.DecidedBy = "Promise"
	case promise < occupancy:
		a.DecidedBy = "Occupancy"
	default:
		a.DecidedBy = "Both"
	}
	for n := max(chosen.Raw-around, 1); n <= chosen.Raw+around; n++ {
		a.Around = append(a.Around, newErlangRow(&w, n))
	}
	a.Result = a.row(chosen.Raw)
	return r
}

// What a number of people may miss.
const (
	missesPromise   = "promise"
	missesOccupancy = "occupancy"
)

var missesInWords = map[string]string{
	missesPromise: "the promise is missed", missesOccupancy: "occupancy is over its limit",
}

func newErlangRow(w *queueing.Workload, n int) erlangRow {
	s := w.With(n)
	r := erlangRow{
		AtWork: n, OnRoster: s.Positions, Level: toPercent(s.ServiceLevel), Occupancy: toPercent(s.Occupancy), Wait: toPercent(s.Wait), is: s,
	}
	if mean := rounded(s.MeanWait); !math.IsInf(mean, 1) {
		r.MeanWait = &mean
	}
	if w.Patience > 0 {
		gone := toPercent(s.Abandon)
		r.GiveUp = &gone
	}
	if s.ServiceLevel < w.Target.Percent {
		r.Misses = append(r.Misses, missesPromise)
	}
	if s.Occupancy > w.MaxOccupancy*(1+1e-9) {
		r.Misses = append(r.Misses, missesOccupancy)
	}
	return r
}

// rounded and toPercent leave out the digits in which processors may differ.
func rounded(x float64) float64       { return math.Round(x*1e6) / 1e6 }
func toPercent(share float64) float64 { return rounded(100 * share) }

func (r *erlangReport) print(out io.Writer, format string) error {
	if format == "json" {
		return writeJSON(out, r)
	}
	var b strings.Builder
	r.text(&b)
	if _, err := io.WriteString(out, b.String()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func (r *erlangReport) text(b *strings.Builder) {
	q, a := r.question, r.Answer
	fmt.Fprintf(b, "%s items in %s, %s each: %s busy all the time.\n", figure(q.arrivals), q.interval, q.handle, people(q.load()))
	if a.AtWork == 0 {
		b.WriteString("Nothing arrives: nobody is needed.\n")
		return
	}
	fmt.Fprintf(b, "It takes %s at work, and %s on the roster.\n\n", people(float64(a.AtWork)), count(a.OnRoster))
	a.reasons(b, q)
	a.result(b, q)
	a.table(b, q)
	q.notes(b)
}

// reasons says what each limit takes, and which decided.
func (a *erlangAnswer) reasons(b *strings.Builder, q *erlangQuestion) {
	t := table(b)
	fmt.Fprintf(t, "promise\t%s %% %s within %s\t%s at work\n", exact(q.percent), q.verb(), q.within, count(a.Needs.Promise))
	if q.maxOccupancy < 100 {
		fmt.Fprintf(t, "occupancy\tat most %s %%\t%s at work\n", exact(q.maxOccupancy), count(a.Needs.Occupancy))
	}
	if q.shrinkage > 0 {
		fmt.Fprintf(t, "shrinkage\t%s %% of rostered time away\t%s on the roster: %s / (1 - %.6g), rounded up\n",
			exact(q.shrinkage), count(a.OnRoster), count(a.AtWork), q.shrinkage/100)
	}
	_ = t.Flush() // to memory
	switch {
	case q.maxOccupancy >= 100:
		b.WriteString("The promise decides; there is no limit of occupancy.")
	case a.DecidedBy == "Promise":
		fmt.Fprintf(b, "The promise decides: the limit of occupancy would be kept with %s.", count(a.Needs.Occupancy))
	case a.DecidedBy == "Occupancy":
		fmt.Fprintf(b, "The limit of occupancy decides: the promise would be kept with %s.", count(a.Needs.Promise))
	default:
		b.WriteString("The promise and the limit of occupancy take as many.")
	}
	if more := a.OnRoster - a.AtWork; more > 0 {
		fmt.Fprintf(b, " Shrinkage adds %s on the roster.", count(more))
	}
	b.WriteString("\n\n")
}

// result says what the people at work come to.
func (a *erlangAnswer) result(b *strings.Builder, q *erlangQuestion) {
	row := a.Result
	fmt.Fprintf(b, "With %s at work, %s are %s within %s; %s have to wait, and the mean wait of all is %s.\n", count(a.AtWork),
		percent(row.is.ServiceLevel), q.verb(), q.within, rough(row.is.Wait), lasting(row.is.MeanWait).short())
	fmt.Fprintf(b, "Occupancy is %s.", rough(row.is.Occupancy))
	if q.patience > 0 {
		fmt.Fprintf(b, " %s of all who come give up; their patience is %s on average.", rough(row.is.Abandon), q.patience)
	}
	b.WriteString("\n")
	if fewer := a.row(a.AtWork - 1); fewer != nil {
		fmt.Fprintf(b, "One fewer: %s.\n", fewer.change(q))
	}
	fmt.Fprintf(b, "One more: %s.\n\n", a.row(a.AtWork+1).change(q))
}

// change says what it would be with another number of people.
func (r *erlangRow) change(q *erlangQuestion) string {
	text := fmt.Sprintf("%s %s, occupancy %s, mean wait %s", percent(r.is.ServiceLevel), q.verb(), rough(r.is.Occupancy),
		lasting(r.is.MeanWait).short())
	joint := ": "
	for _, m := range r.Misses {
		text += joint + missesInWords[m]
		joint = " and "
	}
	return text
}

// row is what n people at work come to; nil for nobody.
func (a *erlangAnswer) row(n int) *erlangRow {
	for i := range a.Around {
		if a.Around[i].AtWork == n {
			return &a.Around[i]
		}
	}
	return nil
}

// table shows what one person is worth.
func (a *erlangAnswer) table(b *strings.Builder, q *erlangQuestion) {
	t := table(b)
	level := strings.ToUpper(q.verb()) + " WITHIN " + q.within.String()
	heads := []string{"AT WORK", "ON THE ROSTER", level, "OCCUPANCY", "HAVE TO WAIT", "MEAN WAIT"}
	if q.patience > 0 {
		heads = append(heads, "GIVE UP")
	}
	fmt.Fprintln(t, strings.Join(append(heads, "MISSES"), "\t"))
	for i := range a.Around {
		row := &a.Around[i]
		cells := []string{
			count(row.AtWork), count(row.OnRoster), percent(row.is.ServiceLevel), rough(row.is.Occupancy),
			rough(row.is.Wait), lasting(row.is.MeanWait).short(),
		}
		if q.patience > 0 {
			cells = append(cells, rough(row.is.Abandon))
		}
		misses := strings.Join(row.Misses, ", ")
		if misses == "" {
			misses = "-"
		}
		fmt.Fprintln(t, strings.Join(append(cells, misses), "\t"))
	}
	_ = t.Flush() // to memory
}

// notes are what the reader must know to use the numbers.
func (q *erlangQuestion) notes(b *strings.Builder) {
	var notes []string
	if q.decided {
		note := "handle times are taken as exponential"
		if longer := 1 - q.workload().Target.Reachable(); longer >= 0.0005 {
			note += fmt.Sprintf(": %s of the items take longer than %s by themselves, however many people there are", rough(longer), q.within)
		}
		notes = append(notes, note)
	}
	if q.patience > 0 {
		notes = append(notes, fmt.Sprintf("the percent is of all who come: who gives up is not %s", q.verb()))
	}
	if q.within > q.interval {
		notes = append(notes, fmt.Sprintf("the promise is longer than the interval of %s: work that is carried from one interval "+
			"into the next is not seen here; a plan of the whole day (kubectl modcap staffing) knows it", q.interval))
	}
	if len(notes) > 0 {
		b.WriteString("\n")
	}
	for _, n := range notes {
		fmt.Fprintf(b, "note: %s\n", n)
	}
}

func count(n int) string { return figure(float64(n)) }

func people(n float64) string {
	if n == 1 {
		return "1 person"
	}
	return figure(n) + " people"
}

// rough shows a share that nothing was promised of.
func rough(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) }
