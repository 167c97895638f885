package roster

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// MaxBytes bounds a file. The teams of a namespace at their largest, 32 shifts each,
// take some 3 KB a team.
const MaxBytes = 4 << 20

// MostProblems is how many problems of a file are told.
const MostProblems = 20

// File is what stands in one sheet, and where.
type File struct {
	Sheet Sheet
	// Notes say what was dropped, in words.
	Notes []string

	// What stands there of each team, in the order of the file.
	shifts   map[string][]Shift
	calendar map[string][]Entry
	cohorts  map[string][]Cohort
	rows     int
	// extra says that the file has the sheet's extra column.
	extra bool
	// teams are the places where each team stands first.
	teams  map[string]place
	places []place
}

// Rows is the number of rows that were understood.
func (f *File) Rows() int { return f.rows }

// place is what a row says of its team.
type place struct {
	line                 int
	team, site, timeZone string
}

// Problem is something wrong with a file.
type Problem struct {
	// Line of the file, the header being 1; 0 is the file as a whole.
	Line int
	// Column by its header, or "".
	Column string
	// Text says what, and what to write instead.
	Text string
}

func (p Problem) String() string {
	switch {
	case p.Line == 0:
		return p.Text
	case p.Column == "":
		return fmt.Sprintf("line %d: %s", p.Line, p.Text)
	}
	return fmt.Sprintf("line %d, column %s: %s", p.Line, p.Column, p.Text)
}

// Problems are all that is wrong with a file, by line.
type Problems []Problem

// Error tells the first MostProblems, one a line, and how many more there are.
func (p Problems) Error() string {
	var b strings.Builder
	for i, one := range p[:min(len(p), MostProblems)] {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(one.String())
	}
	switch more := len(p) - MostProblems; {
	case len(p) >= enough:
		fmt.Fprintf(&b, "\nand at least %d more", more)
	case more > 0:
		fmt.Fprintf(&b, "\nand %d more", more)
	}
	return b.String()
}

func (p Problems) sorted() Problems {
	slices.SortStableFunc(p, func(a, b Problem) int { return a.Line - b.Line })
	return p
}

// Read reads a sheet: UTF-8, separated by commas, semicolons or tabs, with lines
// ended in any way. Rows with a problem are not in the File.
func (s Sheet) Read(data []byte) (*File, Problems) {
	f := &File{
		Sheet: s, teams: map[string]place{}, shifts: map[string][]Shift{}, calendar: map[string][]Entry{}, cohorts: map[string][]Cohort{},
	}
	data, trouble := decoded(data)
	if trouble != nil {
		return f, Problems{*trouble}
	}
	r := &reader{file: f, seen: map[[2]string]int{}, separator: separator(data)}
	r.csv = csv.NewReader(bytes.NewReader(data))
	r.csv.Comma = r.separator
	r.csv.FieldsPerRecord = -1
	r.csv.ReuseRecord = true
	if !r.header() {
		return f, r.problems
	}
	r.rows()
	if len(r.problems) == 0 && f.Rows() == 0 {
		r.empty()
	}
	return f, r.problems.sorted()
}

// empty is said of a file that has a header only. A team without shifts there cannot
// be; an empty calendar is what one without entries is exported as.
func (r *reader) empty() {
	const nothing = "there is no row below the header"
	if r.file.Sheet == Shifts {
		r.report(0, "", nothing+": nothing to import")
		return
	}
	r.file.Notes = append(r.file.Notes, nothing)
}

// reader reads one file.
type reader struct {
	csv       *csv.Reader
	separator rune
	file      *File
	problems  Problems
	// at is the column of each header, wide how many cells the header has, persons the columns that look
	// as if they were about persons.
	at      map[string]int
	wide    int
	persons []int
	// seen are the lines of teams and names.
	seen map[[2]string]int

	// record is the present row, line its line; good until something is wrong with it.
	record []string
	line   int
	good   bool
}

func (r *reader) report(line int, column, text string) {
	r.problems = append(r.problems, Problem{Line: line, Column: column, Text: text})
}

// enough problems are known when there are so many: the file is no roster.
const enough = 1000

// next reads a record that is not empty; false is the end.
func (r *reader) next() bool {
	for len(r.problems) < enough {
		record, err := r.csv.Read()
		if errors.Is(err, io.EOF) {
			return false
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			r.quotes(wrong)
			continue
		}
		if err != nil {
			r.report(0, "", "it cannot be read")
			return false
		}
		if slices.ContainsFunc(record, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			r.record = record
			r.line, _ = r.csv.FieldPos(0)
			r.good = true
			return true
		}
	}
	return false
}

func (r *reader) quotes(wrong *csv.ParseError) {
	if errors.Is(wrong.Err, csv.ErrBareQuote) {
		r.report(wrong.Line, "", `a quotation mark in the middle of a cell: write it twice ("") and put the whole cell in quotation marks`)
		return
	}
	r.report(wrong.StartLine, "", "a cell that begins with a quotation mark does not end with one: close it, "+
		"or write quotation marks inside it twice")
}

// header finds the columns, and tells what is missing.
func (r *reader) header() bool {
	found := r.next()
	if found && strings.HasPrefix(strings.ToLower(r.record[0]), "sep=") { // Excel's hint to itself
		found = r.next()
	}
	if !found {
		if len(r.problems) == 0 {
			r.report(0, "", "it is empty: a header row is needed, "+r.wanted())
		}
		return false
	}
	r.titles()
	return len(r.problems) == 0
}

// titles takes the header row.
func (r *reader) titles() {
	r.at, r.wide = map[string]int{}, len(r.record)
	for i, h := range r.record {
		r.column(i, h)
	}
	if len(r.at) == 0 && len(r.problems) == 0 {
		r.report(r.line, "", "this is no header row: it has none of the columns "+r.wanted())
		return
	}
	for _, name := range columns[r.file.Sheet] {
		if _, ok := r.at[name]; !ok && name != "site" && name != "time_zone" {
			r.report(r.line, name, "this column is missing; the header is "+r.wanted())
		}
	}
}

func (r *reader) wanted() string { return strings.Join(columns[r.file.Sheet], string(r.separator)) }

// column takes one header. What is none of the roster's is dropped, and its header is
// not repeated: it may be somebody's name.
func (r *reader) column(i int, header string) {
	name := strings.Join(headerWords(header), "_")
	_, twice := r.at[name]
	switch {
	case r.knows(name) && twice:
		r.report(r.line, name, "this column is there twice: keep one")
	case r.knows(name):
		r.at[name] = i
		r.file.extra = r.file.extra || name == extra[r.file.Sheet]
	case aboutPersons(header):
		r.persons = append(r.persons, i)
		r.file.Notes = append(r.file.Notes, fmt.Sprintf("column %s looks as if it were about persons and was dropped: "+
			"rosters count people and name nobody", letters(i)))
	case strings.TrimSpace(header) != "":
		r.file.Notes = append(r.file.Notes, fmt.Sprintf("column %s is none of the roster's and was dropped", letters(i)))
	}
}

func (r *reader) knows(column string) bool {
	return slices.Contains(columns[r.file.Sheet], column) || column == extra[r.file.Sheet] && column != ""
}

// letters are the column as spreadsheets call it.
func letters(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

func (r *reader) rows() {
	for r.next() {
		if slices.ContainsFunc(r.record[min(r.wide, len(r.record)):], func(c string) bool { return strings.TrimSpace(c) != "" }) {
			r.report(r.line, "", fmt.Sprintf("there are %d cells, and the header has %d: put a cell with a separator in it in quotation marks",
				len(r.record), r.wide))
			continue
		}
		if r.addresses() || r.named() {
			continue
		}
		p := place{line: r.line, team: r.team(), site: r.cell("site"), timeZone: r.cell("time_zone")}
		switch r.file.Sheet {
		case Shifts:
			add(r, r.file.shifts, p, r.shift())
		case Calendar:
			add(r, r.file.calendar, p, r.entry())
		case Cohorts:
			add(r, r.file.cohorts, p, r.cohort())
		}
	}
}

// addresses refuses a row that has an e-mail address in a column that counts.
func (r *reader) addresses() bool {
	bad := false
	for _, name := range append(r.file.Sheet.Columns(), extra[r.file.Sheet]) {
		if holdsAddress(r.raw(name)) {
			r.report(r.line, name, "there is an e-mail address in this cell: no object may hold one; take it out")
			bad = true
		}
	}
	return bad
}

// add keeps a row that has no problem and is not there already.
func add[T interface{ key() string }](r *reader, to map[string][]T, p place, value T) {
	what := r.file.Sheet.unit()
	if p.team != "" && value.key() != "" {
		id := [2]string{p.team, value.key()}
		if first, twice := r.seen[id]; twice {
			r.fail(what, fmt.Sprintf("%s %s of team %s stands on line %d already: keep one row, or give one of them another name",
				what, value.key(), p.team, first))
		} else {
			r.seen[id] = r.line
		}
	}
	if p.team != "" {
		r.file.places = append(r.file.places, p)
		if _, known := r.file.teams[p.team]; !known {
			r.file.teams[p.team] = p
		}
	}
	if r.good {
		to[p.team] = append(to[p.team], value)
		r.file.rows++
	}
}

// Merge puts problems together, by line.
func Merge(a, b Problems) Problems { return slices.Concat(a, b).sorted() }
