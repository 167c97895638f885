package resolve

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/modcap/modcap/internal/staffing"
)

// ScheduleKey is the key of a schedule in its ConfigMap.
const ScheduleKey = "schedule.csv"

// Bounds of a schedule.
const (
	maxScheduleBytes = 1 << 20
	maxScheduleRows  = 20_000
	maxHeads         = 100_000
	// maxDay bounds the time of all rows of a day, in minutes times heads.
	maxDay = maxHeads * 24 * 60
	// maxProblems is how many problems of a file are told.
	maxProblems = 3
)

// Schedule is the interval table of a workforce suite, read and checked. It is on
// the clock of the team that uses it, and must not be changed.
type Schedule struct {
	// Work, OnCall and Other are a shift for each row with work, on call, and with
	// something else, by the day they start on.
	Work, OnCall, Other []staffing.Shift
	// WorkMinutes and OtherMinutes are the lengths on the clock, times their heads, of
	// Work and of the others.
	WorkMinutes, OtherMinutes int64
}

// Rows is the number of rows.
func (s *Schedule) Rows() int { return len(s.Work) + len(s.OnCall) + len(s.Other) }

// Days are the first and the last day on which somebody works; 0 for none.
func (s *Schedule) Days() (first, last staffing.Date) {
	for _, w := range s.Work {
		if w.Headcount > 0 {
			first, last = cmp.Or(first, w.From), w.From
		}
	}
	return first, last
}

// between are the shifts that start from one day to another, both included.
func between(shifts []staffing.Shift, from, to staffing.Date) []staffing.Shift {
	at := func(d staffing.Date) int {
		i, _ := slices.BinarySearchFunc(shifts, d, func(s staffing.Shift, d staffing.Date) int { return cmp.Compare(s.From, d) })
		return i
	}
	return shifts[at(from):at(to+1)]
}

// ReadSchedule reads a table with the columns date, start, end, heads and activity;
// others are not read. The error is for the planner: the first problems with their
// lines. It quotes dates, times and numbers only, since what else stands in a file
// may be somebody's name.
func ReadSchedule(data []byte) (*Schedule, error) {
	text, err := decoded(data)
	if err != nil {
		return nil, err
	}
	s := sheet{days: map[staffing.Date]int64{}, seen: map[rowKey]int{}}
	if err := s.read(text); err != nil {
		return nil, err
	}
	if len(s.problems) > 0 {
		if s.more > 0 {
			s.problems = append(s.problems, fmt.Sprintf("and %d more", s.more))
		}
		return nil, errors.New(strings.Join(s.problems, "; "))
	}
	if s.out.Rows() == 0 {
		return nil, errors.New("there is no row below the header")
	}
	for _, shifts := range [][]staffing.Shift{s.out.Work, s.out.OnCall, s.out.Other} {
		slices.SortStableFunc(shifts, func(a, b staffing.Shift) int { return cmp.Compare(a.From, b.From) })
	}
	return &s.out, nil
}

// decoded is the text of a file, without its byte-order mark.
func decoded(data []byte) ([]byte, error) {
	switch {
	case len(data) > maxScheduleBytes:
		return nil, fmt.Errorf("the file is larger than %d bytes; export fewer days", maxScheduleBytes)
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}), bytes.IndexByte(data, 0) >= 0:
		return nil, errors.New("the file is not UTF-8 (it looks like UTF-16); save it as CSV UTF-8")
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n <= 1 {
			return nil, fmt.Errorf("line %d: the file is not UTF-8; save it as CSV UTF-8", 1+bytes.Count(data[:i], []byte("\n")))
		}
		i += n
	}
	return data, nil
}

// sheet is a file while it is read.
type sheet struct {
	out      Schedule
	columns  map[string]int
	days     map[staffing.Date]int64
	seen     map[rowKey]int // line by row
	problems []string
	more     int
}

// rowKey is what may stand in a schedule once.
type rowKey struct {
	date       staffing.Date
	start, end int
	activity   string
}

// say notes a problem of a line.
func (s *sheet) say(line int, format string, args ...any) {
	if len(s.problems) == maxProblems {
		s.more++
		return
	}
	s.problems = append(s.problems, fmt.Sprintf("line %d: ", line)+fmt.Sprintf(format, args...))
}

func (s *sheet) read(text []byte) error {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord, r.ReuseRecord, r.TrimLeadingSpace = -1, true, true
	r.Comma = separator(text)
	for {
		record, err := r.Read()
		switch bad := (*csv.ParseError)(nil); {
		case errors.Is(err, io.EOF) && s.columns == nil:
			return errors.New("the file is empty; its first line must be date,start,end,heads,activity")
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &bad):
			s.say(bad.Line, "a quotation mark is not closed, or stands within a value")
			return nil
		case err != nil:
			return errors.New("the file cannot be read as CSV")
		}
		line, _ := r.FieldPos(0)
		if s.columns == nil {
			if err := s.header(record); err != nil {
				return fmt.Errorf("line %d: %w", line, err)
			}
			continue
		}
		if s.out.Rows()+len(s.problems)+s.more == maxScheduleRows {
			return fmt.Errorf("line %d: the file has more than %d rows; export fewer days", line, maxScheduleRows)
		}
		s.row(line, record)
	}
}

// separator is what the first line is separated by: spreadsheets of many countries
// write semicolons.
func separator(text []byte) rune {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	for _, sep := range []rune{',', ';', '\t'} {
		if bytes.ContainsRune(first, sep) {
			return sep
		}
	}
	return ','
}

var scheduleColumns = [...]string{"date", "start", "end", "heads", "activity"}

func (s *sheet) header(record []string) error {
	s.columns = map[string]int{}
	for i, name := range record {
		name = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(scheduleColumns[:], name) {
			continue
		}
		if _, twice := s.columns[name]; twice {
			return fmt.Errorf("there are two columns %s", name)
		}
		s.columns[name] = i
	}
	for _, name := range scheduleColumns {
		if _, ok := s.columns[name]; !ok {
			return fmt.Errorf("there is no column %s; the first line must name the columns date,start,end,heads,activity", name)
		}
	}
	return nil
}

// row takes a row, or notes what is wrong with it.
func (s *sheet) row(line int, record []string) {
	cell := map[string]string{}
	for name, i := range s.columns {
		if i >= len(record) {
			s.say(line, "the row ends before its column %s", missing(s.columns, len(record)))
			return
		}
		cell[name] = strings.TrimSpace(record[i])
	}
	shift, err := rowShift(cell)
	if err != nil {
		s.say(line, "%v", err)
		return
	}
	activity := activityOf(cell["activity"])
	key := rowKey{shift.From, shift.Start, shift.End, activity}
	if first, twice := s.seen[key]; twice {
		s.say(line, "the same day, times and activity as in line %d; add up their heads in one row", first)
		return
	}
	s.seen[key] = line
	s.add(line, shift, activity)
}

const (
	activityWork   = "work"
	activityOnCall = "on-call"
)

// activityOf is the activity of a row, however it is written.
func activityOf(cell string) string {
	cell = strings.ToLower(cell)
	switch strings.NewReplacer(" ", "", "_", "", "-", "").Replace(cell) {
	case "":
		return activityWork
	case "oncall":
		return activityOnCall
	}
	return cell
}

// missing is the leftmost column that a row of n cells lacks.
func missing(columns map[string]int, n int) string {
	best := ""
	for name, i := range columns {
		if i >= n && (best == "" || i < columns[best]) {
			best = name
		}
	}
	return best
}

func (s *sheet) add(line int, shift staffing.Shift, activity string) {
	stop := shift.End
	if stop <= shift.Start {
		stop += 24 * 60
	}
	minutes := int64(stop-shift.Start) * int64(shift.Headcount)
	if s.days[shift.From] += minutes; s.days[shift.From] > maxDay {
		s.say(line, "with this row %s has more than %d people all day", shift.From, maxHeads)
		return
	}
	switch activity {
	case activityWork:
		s.out.Work, s.out.WorkMinutes = append(s.out.Work, shift), s.out.WorkMinutes+minutes
		return
	case activityOnCall:
		shift.OnCall = true
		s.out.OnCall = append(s.out.OnCall, shift)
	default:
		s.out.Other = append(s.out.Other, shift)
	}
	s.out.OtherMinutes += minutes
}

// rowShift is a row as a shift of one day.
func rowShift(cell map[string]string) (staffing.Shift, error) {
	var out staffing.Shift
	if strings.Contains(cell["activity"], "@") {
		return out, errors.New("activity holds an e-mail address; write what is done there, not who does it")
	}
	day, err := staffing.ParseDate(cell["date"])
	if err != nil || day <= 0 {
		return out, fmt.Errorf("date%s must be a day of the calendar written as 2026-11-30", shown(cell["date"]))
	}
	out.From, out.Until = day, day
	var ok bool
	if out.Start, ok = dayTime(cell["start"]); !ok || out.Start == 24*60 {
		return out, fmt.Errorf("start%s must be a time of day written as 08:30", shown(cell["start"]))
	}
	if out.End, ok = dayTime(cell["end"]); !ok {
		return out, fmt.Errorf("end%s must be a time of day written as 16:30", shown(cell["end"]))
	}
	if out.Start == out.End {
		return out, errors.New("start and end are the same, so that nobody works; a whole day is 00:00 to 24:00")
	}
	out.Headcount, err = headcount(cell["heads"])
	return out, err
}

func headcount(cell string) (int, error) {
	heads, err := strconv.ParseUint(cell, 10, 32) // takes no sign
	if err != nil || heads > maxHeads {
		return 0, fmt.Errorf("heads%s must be a whole number from 0 to %d", shown(cell), maxHeads)
	}
	return int(heads), nil
}

// dayTime reads 8:30, 08:30 or 08:30:00, up to 24:00.
func dayTime(s string) (minutes int, ok bool) {
	if strings.Count(s, ":") == 2 {
		s = strings.TrimSuffix(s, ":00")
	}
	hour, minute, found := strings.Cut(s, ":")
	if !found || len(minute) != 2 || len(hour) < 1 || len(hour) > 2 {
		return 0, false
	}
	h, err := strconv.ParseUint(hour, 10, 8)
	m, err2 := strconv.ParseUint(minute, 10, 8)
	if err != nil || err2 != nil || m > 59 || h*60+m > 24*60 {
		return 0, false
	}
	return int(h*60 + m), true
}

// shown quotes a value that is made of digits and what goes with them in a date, a
// time or a number; any other may be a name, and is not repeated.
func shown(v string) string {
	rest := strings.ToLower(v)
	if strings.HasSuffix(rest, "am") || strings.HasSuffix(rest, "pm") {
		rest = rest[:len(rest)-2]
	}
	if len(v) > 12 || !strings.ContainsAny(rest, "0123456789") || strings.Trim(rest, "0123456789.,:/+- ") != "" {
		return ""
	}
	return " " + strconv.Quote(v)
}
