package roster

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of the API's fields.
const (
	mostPeople = 100_000 // of a shift, and of a change of it
	mostCohort = 10_000
	mostWeeks  = 104
	mostSteps  = 16
	mostReason = 256
	mostName   = 63
	mostTeam   = 253
)

// raw is a cell as it stands; a row that ends early ends with empty cells.
func (r *reader) raw(column string) string {
	if i, ok := r.at[column]; ok && i < len(r.record) {
		return r.record[i]
	}
	return ""
}

func (r *reader) cell(column string) string {
	return strings.TrimSpace(strings.ReplaceAll(r.raw(column), "\u00a0", " "))
}

// fail says what is wrong with a cell.
func (r *reader) fail(column, text string) {
	r.report(r.line, column, text)
	r.good = false
}

// shown repeats a cell in a sentence. A text that has no digit is not repeated: it
// could be a name that slipped into the wrong column.
func shown(s string) string {
	if len(s) > 32 || !strings.ContainsAny(s, "0123456789") {
		return "this"
	}
	return strconv.Quote(s)
}

func (r *reader) shift() (s Shift) {
	s.Name = r.word("shift")
	s.Days = r.days("days")
	s.Start = r.timeOfDay("start")
	s.End = r.timeOfDay("end")
	if s.Start != "" && s.Start == s.End {
		r.fail("end", fmt.Sprintf("the shift has no length: it starts and ends at %s; an end before the start is the next day's, "+
			"and round the clock takes two shifts", s.Start))
	}
	s.Headcount = r.whole("headcount", "people", 0, mostPeople)
	s.From, s.Until = r.date("from", true), r.date("until", true)
	r.order("until", s.From, s.Until)
	s.Duty = r.duty("duty")
	return s
}

func (r *reader) entry() (e Entry) {
	e.Name = r.word("entry")
	e.From, e.To = r.date("from", false), r.date("to", false)
	r.order("to", e.From, e.To)
	e.Training = r.training("training")
	if r.cell("training") == "" || r.cell("headcount_delta") != "" {
		e.Delta = r.whole("headcount_delta", "people more or less", -mostPeople, mostPeople)
	}
	if e.Delta == 0 && e.Training == "" && r.good {
		r.fail("headcount_delta", "0 changes nothing: write how many people more (4) or less (-4), or take the row out")
	}
	e.Reason = unguard(r.raw("reason"))
	if n := utf8.RuneCountInString(e.Reason); n > mostReason {
		r.fail("reason", fmt.Sprintf("it has %d characters, and may have %d", n, mostReason))
	}
	return e
}

// duty reads "work", or nothing, and "on-call" however it is written.
func (r *reader) duty(column string) string {
	switch strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToLower(r.cell(column))) {
	case "", "work":
		return ""
	case "oncall":
		return onCall
	}
	r.fail(column, "this is no duty: write work, or on-call for people who come when they are called")
	return ""
}

var length = regexp.MustCompile(`^([0-9]{1,5}(h|m|s|ms)){1,4}$`)

// training reads a length of time such as 1h30m; a number is one of minutes.
func (r *reader) training(column string) string {
	s := strings.ToLower(strings.ReplaceAll(r.cell(column), " ", ""))
	if s == "" || s == "0" {
		return ""
	}
	if integer.MatchString(s) {
		s += "m"
	}
	d, err := time.ParseDuration(s)
	if err != nil || !length.MatchString(s) || d < time.Minute || d > 24*time.Hour {
		r.fail(column, shown(r.cell(column))+" is no time for training: write it as 45m or 1h30m, from 1m to 24h")
		return ""
	}
	return s
}

func (r *reader) cohort() (c Cohort) {
	c.Name = r.word("cohort")
	c.Headcount = r.whole("headcount", "people", 1, mostCohort)
	c.Start = r.date("start", false)
	c.Ramp = r.ramp("ramp")
	return c
}

var (
	teamPattern = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
	wordPattern = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)
)

func (r *reader) team() string { return r.nameOf("team", teamPattern, mostTeam) }

func (r *reader) word(column string) string { return r.nameOf(column, wordPattern, mostName) }

func (r *reader) nameOf(column string, pattern *regexp.Regexp, most int) string {
	s := r.cell(column)
	switch {
	case s == "":
		r.fail(column, "this cell is empty: write the name of the "+column)
	case len(s) > most || !pattern.MatchString(s):
		r.fail(column, fmt.Sprintf("this is no name of a %s: use small letters a to z, digits and dashes, such as late-2", column))
	default:
		return s
	}
	return ""
}

var integer = regexp.MustCompile(`^[+-]?[0-9]{1,9}$`)

// whole reads a whole number.
func (r *reader) whole(column, of string, least, most int32) int32 {
	s := strings.ReplaceAll(r.cell(column), "\u2212", "-") // the typographic minus
	if s == "" {
		r.fail(column, fmt.Sprintf("this cell is empty: write a whole number of %s", of))
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || !integer.MatchString(s) {
		if integer.MatchString(strings.NewReplacer(",", "", ".", "").Replace(s)) {
			r.fail(column, fmt.Sprintf("%s is no whole number of %s: write it without a comma or a point", shown(s), of))
		} else {
			r.fail(column, fmt.Sprintf("%s is no whole number of %s", shown(s), of))
		}
		return 0
	}
	if n < int64(least) || n > int64(most) {
		r.fail(column, fmt.Sprintf("%d is outside the allowed %d to %d", n, least, most))
		return 0
	}
	return int32(n)
}

var clock = regexp.MustCompile(`^([0-9]{1,2})(?::([0-9]{2})(?::00)?)?\s*([AaPp]\.?[Mm]\.?)?$`)

// timeOfDay reads a time as HH:MM: of the 24-hour clock or with AM or PM, with or
// without a leading zero, with seconds if they are 0. An end of 24:00 is 00:00.
func (r *reader) timeOfDay(column string) string {
	s := r.cell(column)
	if s == "" {
		r.fail(column, "this cell is empty: write a time of day such as 08:00")
		return ""
	}
	if s == "24:00" && column == "end" {
		return "00:00"
	}
	m := clock.FindStringSubmatch(s)
	if m == nil || m[2] == "" && m[3] == "" {
		r.fail(column, shown(s)+" is no time of day: write it as 08:00 (in the spreadsheet: format the column as hh:mm, or as text)")
		return ""
	}
	minute, _ := strconv.Atoi("0" + m[2])
	hour, ok := hour24(m[1], strings.ToUpper(strings.ReplaceAll(m[3], ".", "")))
	if !ok || minute > 59 {
		r.fail(column, shown(s)+" is no time of day: write it from 00:00 to 23:59")
		return ""
	}
	return fmt.Sprintf("%02d:%02d", hour, minute)
}

// hour24 is an hour of the 24-hour clock, half being "AM", "PM" or "".
func hour24(digits, half string) (hour int, ok bool) {
	hour, err := strconv.Atoi(digits)
	if err != nil {
		return 0, false
	}
	if half == "" {
		return hour, hour <= 23
	}
	if hour < 1 || hour > 12 {
		return 0, false
	}
	hour %= 12
	if half == "PM" {
		hour += 12
	}
	return hour, true
}

var (
	dayPattern = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	twoWays    = regexp.MustCompile(`^([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})$`)
)

const writeDates = " (in the spreadsheet: format the column as yyyy-mm-dd, or as text)"

// date reads a day of the calendar; other ways to write one are refused, since they
// mean different days in different places.
func (r *reader) date(column string, optional bool) string {
	s := r.cell(column)
	if s == "" {
		if !optional {
			r.fail(column, "this cell is empty: write a date such as 2026-12-24")
		}
		return ""
	}
	if dayPattern.MatchString(s) {
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			r.fail(column, shown(s)+" is no day of the calendar")
			return ""
		}
		return s
	}
	if m := twoWays.FindStringSubmatch(s); m != nil {
		dayFirst, e1 := time.Parse("2/1/2006", m[1]+"/"+m[2]+"/"+m[3])
		monthFirst, e2 := time.Parse("1/2/2006", m[1]+"/"+m[2]+"/"+m[3])
		if e1 == nil && e2 == nil && !dayFirst.Equal(monthFirst) {
			r.fail(column, fmt.Sprintf("%s is ambiguous: write %s or %s, whichever is meant"+writeDates, shown(s),
				dayFirst.Format(time.DateOnly), monthFirst.Format(time.DateOnly)))
			return ""
		}
	}
	r.fail(column, shown(s)+" is no date of the form YYYY-MM-DD: write it as 2026-12-24"+writeDates)
	return ""
}

func (r *reader) order(column, from, to string) {
	if from != "" && to != "" && from > to {
		r.fail(column, fmt.Sprintf("%s is before the first day, %s", to, from))
	}
}

var rangeSpaces = regexp.MustCompile(`\s*[-–]\s*`)

// days reads "every day" (or nothing), days by name ("Mon Wed", "monday, friday"),
// and ranges ("Mon-Fri").
func (r *reader) days(column string) []string {
	s := strings.ToLower(r.cell(column))
	switch strings.Join(strings.Fields(s), " ") {
	case "", everyDay, "everyday", "daily", "all", "all days":
		return nil
	}
	s = rangeSpaces.ReplaceAllString(s, "-")
	var days []string
	for _, word := range strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(" ,;/+&\t\n", c) }) {
		first, last, ranged := strings.Cut(word, "-")
		from, to := weekday(first), weekday(first)
		if ranged {
			to = weekday(last)
		}
		if from < 0 || to < 0 {
			r.fail(column, "a word here is no day: write every day, or days as Mon Tue Wed Thu Fri Sat Sun")
			return nil
		}
		for d := from; ; d = (d + 1) % len(weekdays) {
			if slices.Contains(days, weekdays[d]) {
				r.fail(column, weekdays[d]+" is there twice")
				return nil
			}
			days = append(days, weekdays[d])
			if d == to {
				break
			}
		}
	}
	return days
}

var dayNames = [...]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

// weekday is the index of a day by its name or a beginning of it of two letters or
// more; -1 is none.
func weekday(word string) int {
	word = strings.TrimRight(word, ".")
	return slices.IndexFunc(dayNames[:], func(name string) bool { return len(word) >= 2 && strings.HasPrefix(name, word) })
}

var step = regexp.MustCompile(`^(?:week|w)\s*([0-9]{1,4})\s*[:=]?\s*([0-9]{1,3}(?:\.[0-9]{1,4})?)\s*%?$`)

// ramp reads "week 0: 40%; week 4: 70%".
func (r *reader) ramp(column string) (ramp []Step) {
	s := strings.ToLower(r.cell(column))
	if s == "" {
		r.fail(column, "this cell is empty: write the productivity from each week on, such as week 0: 40%; week 4: 70%; week 8: 100%")
		return nil
	}
	for _, part := range strings.FieldsFunc(s, func(c rune) bool { return c == ';' || c == ',' || c == '\n' }) {
		m := step.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			r.fail(column, "this is no ramp: write it as week 0: 40%; week 4: 70%; week 8: 100%")
			return nil
		}
		week, _ := strconv.Atoi(m[1])
		percent, _ := strconv.ParseFloat(m[2], 64)
		if week > mostWeeks || percent <= 0 || percent > 100 {
			r.fail(column, fmt.Sprintf("weeks are 0 to %d, and percents above 0 and up to 100", mostWeeks))
			return nil
		}
		ramp = append(ramp, Step{AfterWeeks: int32(week), Percent: m[2]})
	}
	r.checkRamp(column, ramp)
	return ramp
}

func (r *reader) checkRamp(column string, ramp []Step) {
	ordered := slices.Clone(ramp)
	slices.SortFunc(ordered, func(a, b Step) int { return int(a.AfterWeeks - b.AfterWeeks) })
	for i := 1; i < len(ordered); i++ {
		before, _ := strconv.ParseFloat(ordered[i-1].Percent, 64)
		after, _ := strconv.ParseFloat(ordered[i].Percent, 64)
		if ordered[i].AfterWeeks == ordered[i-1].AfterWeeks {
			r.fail(column, fmt.Sprintf("week %d is there twice", ordered[i].AfterWeeks))
			return
		}
		if after < before {
			r.fail(column, fmt.Sprintf("it falls from %s%% to %s%% in week %d: people do not get slower by learning",
				ordered[i-1].Percent, ordered[i].Percent, ordered[i].AfterWeeks))
			return
		}
	}
	if len(ramp) == 0 || len(ramp) > mostSteps {
		r.fail(column, fmt.Sprintf("it has %d steps, and may have 1 to %d", len(ramp), mostSteps))
	}
}
