package roster

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Sheet is one of the files.
type Sheet uint8

// The sheets.
const (
	Shifts Sheet = iota
	Calendar
	Cohorts
)

// columns are the headers of each sheet, in the order in which they are written.
// None is called "name": that is for people.
var columns = map[Sheet][]string{
	Shifts:   {"team", "site", "time_zone", "shift", "days", "start", "end", "headcount", "from", "until"},
	Calendar: {"team", "entry", "from", "to", "headcount_delta", "reason"},
	Cohorts:  {"team", "cohort", "headcount", "start", "ramp"},
}

// extra is a column that is written only where some team needs it. A file without it
// leaves what is there as it is.
var extra = map[Sheet]string{Shifts: "duty", Calendar: "training"}

// String names the sheet for people.
func (s Sheet) String() string { return [...]string{"shifts", "calendar", "cohorts"}[s] }

// unit is what a row is, and the column of its name.
func (s Sheet) unit() string { return [...]string{"shift", "entry", "cohort"}[s] }

// Columns are the headers of the sheet that Import needs, but for site and time_zone.
func (s Sheet) Columns() []string { return append([]string(nil), columns[s]...) }

// Write writes the sheet of the teams: RFC 4180, a header row, a row for each shift,
// entry or cohort, teams and rows in the order given. A file with other letters than
// ASCII begins with a byte-order mark, without which Excel would misread them. It
// returns the number of rows, and what was left out, in words.
func (s Sheet) Write(w io.Writer, teams []Team) (rows int, notes []string, err error) {
	var b bytes.Buffer
	c := csv.NewWriter(&b)
	c.UseCRLF = true
	more := slices.ContainsFunc(teams, s.needsExtra)
	header := s.Columns()
	if more {
		header = append(header, extra[s])
	}
	if err := c.Write(header); err != nil {
		return 0, nil, fmt.Errorf("write header: %w", err)
	}
	for _, t := range teams {
		cells, left := s.cells(t, more)
		notes = append(notes, left...)
		for _, row := range cells {
			if err := c.Write(row); err != nil {
				return rows, notes, fmt.Errorf("write row: %w", err)
			}
			rows++
		}
	}
	c.Flush()
	data := b.Bytes()
	if bytes.ContainsFunc(data, func(r rune) bool { return r >= utf8.RuneSelf }) {
		data = append([]byte(byteOrderMark), data...)
	}
	if _, err := w.Write(data); err != nil {
		return rows, notes, fmt.Errorf("write %s: %w", s, err)
	}
	return rows, notes, nil
}

const byteOrderMark = "\uFEFF"

// needsExtra reports whether a team has something for the extra column.
func (s Sheet) needsExtra(t Team) bool {
	switch s {
	case Shifts:
		return slices.ContainsFunc(t.Shifts, func(x Shift) bool { return x.Duty == onCall })
	case Calendar:
		return slices.ContainsFunc(t.Calendar, func(x Entry) bool { return x.Training != "" })
	}
	return false
}

// cells are the rows of a team, with the extra column or without it.
func (s Sheet) cells(t Team, more bool) (rows [][]string, notes []string) {
	add := func(last string, row ...string) {
		if more {
			row = append(row, last)
		}
		rows = append(rows, row)
	}
	switch s {
	case Shifts:
		if t.Schedule != "" {
			notes = append(notes, t.scheduled())
		}
		for _, x := range t.Shifts {
			add(dutyText(x.Duty), t.Name, t.Site, t.TimeZone, x.Name, daysText(x.Days), x.Start, x.End, fmt.Sprint(x.Headcount), x.From, x.Until)
		}
	case Calendar:
		for _, x := range t.Calendar {
			if holdsAddress(x.Reason) {
				notes = append(notes, fmt.Sprintf("%s: the reason of calendar entry %s holds an e-mail address, which no object "+
					"should, and was left out; import leaves it as it is unless another is written", t.Name, x.Name))
				x.Reason = ""
			}
			add(x.Training, t.Name, x.Name, x.From, x.To, fmt.Sprint(x.Delta), guard(x.Reason))
		}
	case Cohorts:
		for _, x := range t.Cohorts {
			rows = append(rows, []string{t.Name, x.Name, fmt.Sprint(x.Headcount), x.Start, rampText(x.Ramp)})
		}
	}
	return rows, notes
}

// A free text that begins with one of these would be run as a formula by a
// spreadsheet. The apostrophe keeps it a text; unguard takes it off again.
const formula = "=+-@\t\r'"

func guard(s string) string {
	s = lineEnds.Replace(s)
	if s != "" && strings.ContainsRune(formula, rune(s[0])) {
		return "'" + s
	}
	return s
}

func unguard(s string) string {
	if len(s) > 1 && s[0] == '\'' && strings.ContainsRune(formula, rune(s[1])) {
		return s[1:]
	}
	return s
}
