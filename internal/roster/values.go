package roster

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Team is what a roster knows of a team.
type Team struct {
	Name, Site, TimeZone string
	// Schedule names the ConfigMap that says who works when in place of shifts; "" is
	// none.
	Schedule string

	Shifts   []Shift
	Calendar []Entry
	Cohorts  []Cohort
}

// Shift is a time of day at which people work.
type Shift struct {
	Name string
	// Days on which it starts: "Mon" to "Sun"; none is every day.
	Days []string
	// Start and End are "HH:MM"; an earlier end is the next day's.
	Start, End string
	Headcount  int32
	// From and Until are the first and the last day, YYYY-MM-DD; "" is no limit.
	From, Until string
	// Duty is "OnCall", or "Work" or "" for people at work.
	Duty string
}

const onCall = "OnCall"

// dutyText is a duty as a cell, and in words.
func dutyText(duty string) string {
	if duty == onCall {
		return "on-call"
	}
	return "work"
}

// Entry changes the headcount of a team, or the time left for work, on some days.
type Entry struct {
	Name     string
	From, To string
	Delta    int32
	Reason   string
	// Training is how long each is away, such as "1h30m"; "" is not at all.
	Training string
}

// Cohort is a group of new people.
type Cohort struct {
	Name      string
	Headcount int32
	Start     string
	Ramp      []Step
}

// Step is the productivity from some week on: a decimal percent such as "40".
type Step struct {
	AfterWeeks int32
	Percent    string
}

// Weekdays in their order, as the API writes them.
var weekdays = [...]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}

const everyDay = "every day"

// daysText is the days as a cell: in the order given.
func daysText(days []string) string {
	if len(days) == 0 {
		return everyDay
	}
	return strings.Join(days, " ")
}

// sameDays compares days as what they mean: the order says nothing, and all seven
// are every day.
func sameDays(a, b []string) bool { return daySet(a) == daySet(b) }

func daySet(days []string) (set [len(weekdays)]bool) {
	for i, d := range weekdays {
		set[i] = len(days) == 0 || slices.Contains(days, d)
	}
	return set
}

// rampText is the ramp as a cell. It has words in it so that no spreadsheet takes it
// for a time of day or a date.
func rampText(ramp []Step) string {
	steps := make([]string, len(ramp))
	for i, s := range ramp {
		steps[i] = fmt.Sprintf("week %d: %s%%", s.AfterWeeks, s.Percent)
	}
	return strings.Join(steps, "; ")
}

// sameRamp compares steps by week, whatever their order, and percents as numbers.
func sameRamp(a, b []Step) bool {
	canonical := func(ramp []Step) []Step {
		out := slices.Clone(ramp)
		slices.SortFunc(out, func(x, y Step) int { return int(x.AfterWeeks) - int(y.AfterWeeks) })
		for i, s := range out {
			if v, err := strconv.ParseFloat(s.Percent, 64); err == nil {
				out[i].Percent = strconv.FormatFloat(v, 'f', -1, 64)
			}
		}
		return out
	}
	return slices.Equal(canonical(a), canonical(b))
}

// sameTime compares lengths of time: 90m is 1h30m.
func sameTime(a, b string) bool {
	x, err := time.ParseDuration(a)
	y, err2 := time.ParseDuration(b)
	return a == b || err == nil && err2 == nil && x == y
}

// sameText compares text but for the line ends that spreadsheets and CSV change.
func sameText(a, b string) bool { return lineEnds.Replace(a) == lineEnds.Replace(b) }

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func (s Shift) key() string  { return s.Name }
func (e Entry) key() string  { return e.Name }
func (c Cohort) key() string { return c.Name }

// words describe a new one.
func (s Shift) words() string {
	text := fmt.Sprintf("%s %s to %s, %s", daysText(s.Days), s.Start, s.End, people(s.Headcount))
	if s.From != "" {
		text += ", from " + s.From
	}
	if s.Until != "" {
		text += ", until " + s.Until
	}
	if s.Duty == onCall {
		text += ", on call"
	}
	return text
}

func (e Entry) words() string {
	text := span(e.From, e.To)
	if e.Delta != 0 {
		text += fmt.Sprintf(", headcount of each shift %+d", e.Delta)
	}
	if e.Training != "" {
		text += ", training of " + e.Training
	}
	if e.Reason != "" {
		text += ", reason " + reasonText(e.Reason)
	}
	return text
}

func (c Cohort) words() string {
	return fmt.Sprintf("%s, start %s, ramp %s", people(c.Headcount), c.Start, rampText(c.Ramp))
}

// differs says in words what is other than before, and gives c with all that means
// the same as it was: an edit moves nothing that it does not mean.
func (s Shift) differs(before Shift) (Shift, []string) {
	var d differences
	if sameDays(s.Days, before.Days) {
		s.Days = before.Days
	}
	d.add("days", daysText(before.Days), daysText(s.Days))
	d.add("start", before.Start, s.Start)
	d.add("end", before.End, s.End)
	d.add("headcount", fmt.Sprint(before.Headcount), fmt.Sprint(s.Headcount))
	d.add("from", before.From, s.From)
	d.add("until", before.Until, s.Until)
	if dutyText(s.Duty) == dutyText(before.Duty) {
		s.Duty = before.Duty
	} else {
		d.add("duty", dutyText(before.Duty), dutyText(s.Duty))
	}
	return s, d
}

func (e Entry) differs(before Entry) (Entry, []string) {
	var d differences
	left := e.Reason == "" && holdsAddress(before.Reason) // by Write
	if left || sameText(e.Reason, before.Reason) {
		e.Reason = before.Reason
	}
	d.add("from", before.From, e.From)
	d.add("to", before.To, e.To)
	d.add("headcount of each shift", deltaText(before.Delta), deltaText(e.Delta))
	if sameTime(e.Training, before.Training) {
		e.Training = before.Training
	}
	d.add("training", before.Training, e.Training)
	d.add("reason", reasonText(before.Reason), reasonText(e.Reason))
	return e, d
}

func (c Cohort) differs(before Cohort) (Cohort, []string) {
	var d differences
	if sameRamp(c.Ramp, before.Ramp) {
		c.Ramp = before.Ramp
	}
	d.add("headcount", fmt.Sprint(before.Headcount), fmt.Sprint(c.Headcount))
	d.add("start", before.Start, c.Start)
	d.add("ramp", rampText(before.Ramp), rampText(c.Ramp))
	return c, d
}

func deltaText(delta int32) string {
	if delta == 0 {
		return ""
	}
	return fmt.Sprintf("%+d", delta)
}

// differences are what changed, each in words.
type differences []string

func (d *differences) add(what, before, after string) {
	if before != after {
		*d = append(*d, fmt.Sprintf("%s %s → %s", what, orNone(before), orNone(after)))
	}
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// reasonText is a free text on one line, without what a terminal would obey, and
// without an e-mail address; "" stays empty.
func reasonText(s string) string {
	switch {
	case s == "":
		return ""
	case holdsAddress(s):
		return "(one with an e-mail address)"
	}
	return strconv.Quote(s)
}

func span(from, to string) string {
	if from == to {
		return "on " + from
	}
	return from + " to " + to
}

func people(n int32) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}
