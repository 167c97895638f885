package traffic

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Trace is counts of arrivals in bins of equal width. Bins that are not listed are
// gaps: nothing was recorded, and nothing is made up for them.
type Trace struct {
	// Name is the file's name, for messages.
	Name string
	// BinSeconds is the width of a bin.
	BinSeconds int64
	// Bins are ascending in time; there are two or more.
	Bins []Bin
}

// Bin is the arrivals from Start until Start and the trace's bin width.
type Bin struct {
	Start int64 // seconds
	Count int64
}

// maxLine bounds a line of a trace file.
const maxLine = 1 << 16

// ReadFile reads a trace file.
func ReadFile(path string) (*Trace, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read trace: %w", err)
	}
	defer f.Close()
	return Read(path, f)
}

// Read reads a trace: lines that start with # and a line "t_seconds,count", then
// one line for each bin, ascending. The bin width is the header's bin_seconds, or
// the least distance between two bins. Errors name file and line.
func Read(name string, r io.Reader) (*Trace, error) {
	p := &parser{trace: Trace{Name: name}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		p.line++
		if err := p.read(strings.TrimSpace(lines.Text())); err != nil {
			return nil, fmt.Errorf("read trace %s:%d: %w", name, p.line, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read trace %s:%d: %w", name, p.line+1, err)
	}
	if err := p.finish(); err != nil {
		return nil, fmt.Errorf("read trace %s:%d: %w", name, p.line, err)
	}
	return &p.trace, nil
}

type parser struct {
	trace  Trace
	line   int
	titled bool
	least  int64 // distance between two bins
}

func (p *parser) read(line string) error {
	switch {
	case line == "":
		return nil
	case strings.HasPrefix(line, "#"):
		return p.header(strings.TrimSpace(line[1:]))
	case !p.titled:
		if line != "t_seconds,count" {
			return fmt.Errorf("found %q where the columns t_seconds,count are to be named", clip(line))
		}
		p.titled = true
		return nil
	}
	return p.bin(line)
}

func (p *parser) header(text string) error {
	key, value, _ := strings.Cut(text, ":")
	if strings.TrimSpace(key) != "bin_seconds" {
		return nil
	}
	n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
	if err != nil || n < 1 || n > maxBin {
		return fmt.Errorf("bin_seconds %q is not a whole number of seconds from 1 to 604800", clip(value))
	}
	p.trace.BinSeconds = n
	return nil
}

func (p *parser) bin(line string) error {
	fields := strings.Split(line, ",")
	if len(fields) != 2 {
		return fmt.Errorf("found %d columns, want 2: t_seconds,count", len(fields))
	}
	start, err := whole("t_seconds", fields[0])
	if err != nil {
		return err
	}
	count, err := whole("count", fields[1])
	if err != nil {
		return err
	}
	if err := p.follows(start); err != nil {
		return err
	}
	p.trace.Bins = append(p.trace.Bins, Bin{start, count})
	return nil
}

// follows checks a bin's start against the bin before it.
func (p *parser) follows(start int64) error {
	n := len(p.trace.Bins)
	if n == 0 {
		return nil
	}
	before := p.trace.Bins[n-1].Start
	step := start - before
	switch {
	case step == 0:
		return fmt.Errorf("t_seconds %d stands twice", start)
	case step < 0:
		return fmt.Errorf("t_seconds %d comes after %d: lines must be in order", start, before)
	case step < p.trace.BinSeconds:
		return fmt.Errorf("t_seconds %d lies within the bin before it, which is %d s wide", start, p.trace.BinSeconds)
	case p.least == 0 || step < p.least:
		p.least = step
	}
	return nil
}

// maxBin bounds the width of a bin: a week, in seconds.
const maxBin = 7 * 24 * 3600

// maxValue bounds times and counts, so that sums stay exact.
const maxValue = 1 << 40

func whole(column, text string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%s %q is not a whole number", column, clip(text))
	case n < 0:
		return 0, fmt.Errorf("%s %d is negative", column, n)
	case n > maxValue:
		return 0, fmt.Errorf("%s %d is too large", column, n)
	}
	return n, nil
}

// clip keeps messages short.
func clip(s string) string { return s[:min(len(s), 40)] }

func (p *parser) finish() error {
	if len(p.trace.Bins) < 2 {
		return fmt.Errorf("a trace needs two bins or more, found %d", len(p.trace.Bins))
	}
	if p.trace.BinSeconds == 0 {
		p.trace.BinSeconds = p.least
	}
	if p.trace.BinSeconds > maxBin {
		return fmt.Errorf("bins of %d s are wider than a week", p.trace.BinSeconds)
	}
	if p.trace.total() == 0 {
		return errors.New("every count is 0")
	}
	return nil
}

func (t *Trace) total() (sum int64) {
	for _, b := range t.Bins {
		sum += b.Count
	}
	return sum
}

// Mean is arrivals a second over the bins listed.
func (t *Trace) Mean() float64 {
	return float64(t.total()) / float64(int64(len(t.Bins))*t.BinSeconds)
}

// end is the first second after the last bin.
func (t *Trace) end() int64 { return t.Bins[len(t.Bins)-1].Start + t.BinSeconds }

// busiest is the stretch of the trace, as wide as the window or a bin, with the most
// arrivals: its middle, in seconds of the trace, and its arrivals a second. Of equals
// the first.
func (t *Trace) busiest(window float64) (middle, rate float64) {
	width := max(int64(window), t.BinSeconds)
	var sum, most int64
	first := 0
	for _, b := range t.Bins {
		sum += b.Count
		for t.Bins[first].Start+width < b.Start+t.BinSeconds {
			sum -= t.Bins[first].Count
			first++
		}
		if sum > most {
			most, middle = sum, float64(t.Bins[first].Start)+float64(width)/2
		}
	}
	return middle, float64(most) / float64(width)
}
