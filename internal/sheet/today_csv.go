package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/modcap/modcap/internal/csvfile"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// DayKey is the key of the day in its ConfigMap; with Gzip after it where it is compressed.
const DayKey = "today.csv"

// DayName is the name of the ConfigMap with the day of a target.
func DayName(target string) string { return target + "-today" }

// dayHeader names the columns. Times are UTC; an empty cell is not known; people are in
// tenths, those required are people to have on the roster, a gap is productive people missing.
// An empty role is review.
var dayHeader = []string{
	"start", "end", "queue", "review", "language", "harm_domain", "tier", "role", "over",
	"planned_items", "planned_required", "planned_scheduled", "planned_gap", "items", "required", "scheduled", "gap",
	"arrived", "present", "handle_seconds",
}

const (
	dayNumbers = 9 // the column of the first number
	// mostDayRows bounds what is read.
	mostDayRows = 500_000
)

// CSV is the day by RFC 4180: a row for each interval of each class. queue is "*" for all.
func (d *Day) CSV() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(dayHeader) // a bytes.Buffer does not fail; Error reports the rest
	for i := range d.Lines {
		l := &d.Lines[i]
		for k := range l.Cells {
			row := []string{
				stamp(d.Grid.At(k)), stamp(d.Grid.At(k + 1)), l.Key.Queue, l.Key.Review, l.Key.Language, l.Key.HarmDomain,
				strconv.Itoa(l.Key.Tier), l.Key.Role, strconv.FormatBool(k < d.Now),
			}
			for _, f := range l.Cells[k].figures() {
				row = append(row, f.String())
			}
			_ = w.Write(row)
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func (f Figure) String() string {
	if !f.Known {
		return ""
	}
	return f.Value.String()
}

// figures are the numbers of a cell, by column.
func (c *DayCell) figures() []Figure {
	var out []Figure
	for _, p := range []*Planned{&c.Before, &c.Then} {
		for _, v := range []sample.Milli{p.Items, p.Required, p.Scheduled, p.Gap} {
			out = append(out, Figure{p.Known, v})
		}
	}
	return append(out, c.Arrived, c.Present, c.HandleTime)
}

// ReadDay reads what CSV wrote.
func ReadDay(data []byte) (*Day, error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.ReuseRecord = true
	first, err := r.Read()
	if err != nil || !slices.Equal(first, dayHeader) {
		return nil, errors.New("the day's table has other columns: it was written by another version of modcap")
	}
	d := &Day{}
	for rows := 0; ; rows++ {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return d, d.whole()
		}
		if err == nil && rows == mostDayRows {
			err = fmt.Errorf("more than %d rows", mostDayRows)
		}
		if err == nil {
			err = d.row(record)
		}
		if err != nil {
			return nil, fmt.Errorf("the day's table: %w", csvfile.Located(r, err))
		}
	}
}

// row puts a row into the line it belongs to.
func (d *Day) row(record []string) error {
	times, err := rowTimes(record[0], record[1])
	if err != nil {
		return err
	}
	key, err := rowKey(record)
	if err != nil {
		return err
	}
	cell, err := dayCell(record[dayNumbers:])
	if err != nil {
		return err
	}
	l := d.lineOf(key)
	width := times[1].Since(times[0])
	if d.Grid.Width == 0 {
		d.Grid = staffing.Grid{Start: times[0], Width: width}
	}
	if width <= 0 || width != d.Grid.Width || times[0] != d.Grid.At(len(l.Cells)) {
		return errors.New("its interval does not follow the one before")
	}
	if l.Cells = append(l.Cells, cell); len(d.Lines) == 1 && record[8] == "true" {
		d.Now = len(l.Cells)
	}
	return nil
}

// rowKey is the class of a row.
func rowKey(record []string) (staffing.ClassKey, error) {
	tier, err := strconv.Atoi(record[6])
	if err != nil || tier < 0 {
		return staffing.ClassKey{}, fmt.Errorf("tier %q is not a number", record[6])
	}
	return staffing.ClassKey{
		Queue: record[2], Review: record[3], Language: record[4], HarmDomain: record[5], Tier: tier, Role: record[7],
	}, nil
}

// lineOf is the last line if it is that of a class, else a new one.
func (d *Day) lineOf(key staffing.ClassKey) *DayLine {
	if n := len(d.Lines); n == 0 || d.Lines[n-1].Key != key {
		d.Lines = append(d.Lines, DayLine{Key: key})
	}
	return &d.Lines[len(d.Lines)-1]
}

func dayCell(cells []string) (DayCell, error) {
	numbers := make([]Figure, len(cells))
	for i, text := range cells {
		if text == "" {
			continue
		}
		v, ok := peopleOf(text)
		if !ok {
			return DayCell{}, fmt.Errorf("%s %q is not a number", dayHeader[dayNumbers+i], text)
		}
		numbers[i] = Figure{true, v}
	}
	planned := func(f []Figure) Planned {
		return Planned{f[0].Known, f[0].Value, f[1].Value, f[2].Value, f[3].Value}
	}
	return DayCell{planned(numbers[:4]), planned(numbers[4:8]), numbers[8], numbers[9], numbers[10]}, nil
}

// whole finishes what was read.
func (d *Day) whole() error {
	if len(d.Lines) == 0 || d.Lines[0].Key != (staffing.ClassKey{Queue: All}) {
		return errors.New("the day's table is empty, or begins with no line of all work")
	}
	d.Grid.N = len(d.Lines[0].Cells)
	for _, l := range d.Lines {
		if len(l.Cells) != d.Grid.N {
			return fmt.Errorf("the day's table is not whole: %d intervals of all work, %d of %s", d.Grid.N, len(l.Cells), nameOf(l.Key))
		}
	}
	return nil
}

// Narrow is the day with half as many intervals before and after now.
func (d *Day) Narrow() *Day {
	from, to := d.Now-d.Now/2, d.Now+(d.Grid.N-d.Now)/2
	out := &Day{Grid: staffing.Grid{Start: d.Grid.At(from), Width: d.Grid.Width, N: to - from}, Now: d.Now - from}
	for _, l := range d.Lines {
		out.Lines = append(out.Lines, DayLine{l.Key, l.Cells[from:to]})
	}
	return out
}

// nameOf names a class as planners do.
func nameOf(k staffing.ClassKey) string {
	if k == (staffing.ClassKey{Queue: All}) {
		return "All work"
	}
	out := k.Queue
	for _, part := range []string{k.Review, k.Language, k.HarmDomain} {
		if part != "" {
			out += "/" + part
		}
	}
	if k.Tier > 1 {
		out += ", tier " + strconv.Itoa(k.Tier)
	}
	if k.Role != "" {
		out += ", " + k.Role
	}
	return out
}
