package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/modcap/modcap/internal/csvfile"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Key is the key of the sheet in the ConfigMap of a plan; with Gzip after it where the
// table is compressed.
const (
	Key  = "languages.csv"
	Gzip = ".gz"
)

// JSONKey is the key of the same as Data.
const JSONKey = "languages.json"

// header names the columns. Times are UTC; language is "*" for all and empty for work
// that needs none; people are in tenths, gaps in hundredths; occupancy is empty where it is not told,
// on time where it is not known.
var header = []string{
	"start", "end", "language", "tier", "required", "required_scheduled", "scheduled", "allocated", "gap", "gap_percent",
	"occupancy_percent", "on_time_percent",
}

// needed is how many of these columns a table must have; the others came later.
const needed = 10

// CSV is the sheet by RFC 4180.
func (s *Sheet) CSV() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(header) // a bytes.Buffer does not fail; Error reports the rest
	for _, l := range s.Lines {
		tier := ""
		if l.Tier > 0 {
			tier = strconv.Itoa(l.Tier)
		}
		for i, c := range l.Cells {
			_ = w.Write([]string{
				stamp(s.Grid.At(i)), stamp(s.Grid.At(i + 1)), l.Language, tier, c.Required.String(), c.RequiredScheduled.String(),
				c.Scheduled.String(), c.Allocated.String(), c.Gap.String(), percent(c.Gap, c.Required), told(c.Occupancy), told(c.OnTime),
			})
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func stamp(at sample.Instant) string { return at.Time().UTC().Format(time.RFC3339) }

// percent is the share of whole in percent with one decimal; nothing of nothing is 0.
func percent(part, whole sample.Milli) string {
	if whole <= 0 {
		return "0"
	}
	return sample.Milli(sample.MulDiv(int64(part), 1000, int64(whole)) * 100).String()
}

// told is a figure, or nothing.
func told(m sample.Milli) string {
	if m < 0 {
		return ""
	}
	return m.String()
}

// maxRows bounds what is read.
const maxRows = 2_000_000

// Read reads what CSV wrote; columns that it does not know are passed over.
func Read(data []byte) (*Sheet, error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.ReuseRecord = true
	first, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("read the plan's table: %w", err)
	}
	d := decoder{columns: make([]int, len(header))}
	for i, name := range header {
		if d.columns[i] = slices.Index(first, name); d.columns[i] < 0 && i < needed {
			return nil, fmt.Errorf("the plan's table has no column %s: it was written by another version of modcap", name)
		}
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return d.sheet()
		}
		if err == nil {
			err = d.row(record)
		}
		if err != nil {
			return nil, fmt.Errorf("the plan's table: %w", csvfile.Located(r, err))
		}
	}
}

// decoder puts rows into lines.
type decoder struct {
	columns []int
	out     Sheet
	rows    int
}

func (d *decoder) row(record []string) error {
	if d.rows++; d.rows > maxRows {
		return fmt.Errorf("more than %d rows", maxRows)
	}
	field := func(i int) string { return record[d.columns[i]] }
	times, err := rowTimes(field(0), field(1))
	if err != nil {
		return err
	}
	tier := 0
	if text := field(3); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return fmt.Errorf("tier %q is not a number from 1", text)
		}
		tier = n
	}
	var people [5]sample.Milli
	for i := range people {
		v, ok := peopleOf(field(4 + i))
		if !ok {
			return fmt.Errorf("%s %q is not a number of people", header[4+i], field(4+i))
		}
		people[i] = v
	}
	return d.put(times[0], times[1].Since(times[0]), &Line{
		Language: field(2), Tier: tier,
		Cells: []Cell{{people[0], people[1], people[2], people[3], people[4], d.told(record, needed), d.told(record, needed+1)}},
	})
}

// rowTimes are the start and the end of a row.
func rowTimes(start, end string) (out [2]sample.Instant, err error) {
	for i, text := range []string{start, end} {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return out, fmt.Errorf("%s: %w", header[i], err)
		}
		out[i] = sample.At(at)
	}
	return out, nil
}

// told is a figure of a row, if the table has it and it is told.
func (d *decoder) told(record []string, column int) sample.Milli {
	if at := d.columns[column]; at >= 0 {
		if v, ok := peopleOf(record[at]); ok {
			return v
		}
	}
	return Untold
}

func peopleOf(text string) (sample.Milli, bool) {
	x, err := strconv.ParseFloat(text, 64)
	v, ok := sample.FromFloat(x)
	return v, err == nil && ok && v >= 0
}

// put adds the cell of l, which begins at start, to the line it belongs to.
func (d *decoder) put(start sample.Instant, width sample.Span, l *Line) error {
	s := &d.out
	if len(s.Lines) == 0 {
		s.Grid = staffing.Grid{Start: start, Width: width}
	}
	n := len(s.Lines)
	if n == 0 || s.Lines[n-1].Language != l.Language || s.Lines[n-1].Tier != l.Tier {
		s.Lines = append(s.Lines, *l)
	} else {
		s.Lines[n-1].Cells = append(s.Lines[n-1].Cells, l.Cells[0])
	}
	last := len(s.Lines[len(s.Lines)-1].Cells) - 1
	if width <= 0 || width != s.Grid.Width || start != s.Grid.At(last) {
		return errors.New("its interval does not follow the one before")
	}
	return nil
}

// sheet is what was read.
func (d *decoder) sheet() (*Sheet, error) {
	s := &d.out
	if len(s.Lines) == 0 {
		return nil, errors.New("the plan's table is empty")
	}
	s.Grid.N = len(s.Lines[0].Cells)
	for _, l := range s.Lines {
		if len(l.Cells) != s.Grid.N {
			return nil, fmt.Errorf("the plan's table is not whole: %d intervals of %q, %d of %q",
				s.Grid.N, s.Lines[0].Language, len(l.Cells), l.Language)
		}
	}
	return s, nil
}
