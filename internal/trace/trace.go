package trace

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

// DaySeconds is a day in seconds, and the widest bin.
const DaySeconds = 86_400

// MaxCount is the most items of a bin. Sums of whole counts are exact in a float64
// well beyond it.
const MaxCount = 1e12

// Limits of a file: beyond them it is a mistake, or an attack.
const (
	maxSeconds = 20 * 366 * DaySeconds
	maxLine    = 1 << 16 // bytes
)

// Trace is arrivals as they were observed, in bins of one width.
type Trace struct {
	// Name is the file's, for messages.
	Name string
	// Bin is the width of a bin in seconds.
	Bin int
	// Begins is the instant of second 0: of the line "# start: 2026-03-02T00:00:00Z"
	// if there is one, else midnight of a Monday.
	Begins sample.Instant
	// At are the starts of the bins in seconds, ascending; bins that are missing
	// are gaps, in which nothing arrives.
	At []int
	// Count are the items of each bin.
	Count []float64
	// Gaps is how many bins are missing between the first and the last.
	Gaps int
}

// ReadFile reads a trace file.
func ReadFile(path string) (*Trace, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open trace: %w", err)
	}
	defer file.Close()
	return Read(path, file)
}

// Read reads a trace: lines of t_seconds,count after lines that begin with #, of
// which "# bin_seconds: N" gives the bins' width (else the least distance of two rows
// is it), and perhaps a header. Errors name the line.
func Read(name string, r io.Reader) (*Trace, error) {
	t := &Trace{Name: name, Begins: someMonday}
	in := bufio.NewScanner(r)
	in.Buffer(nil, maxLine)
	line := 0
	for in.Scan() {
		line++
		if err := t.line(in.Text()); err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", name, line, err)
		}
	}
	if err := in.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("%s: line %d: it is longer than any row of t_seconds,count: is this a trace?", name, line+1)
	} else if err != nil {
		return nil, fmt.Errorf("%s: line %d: %w", name, line+1, err)
	}
	if err := t.finish(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

// line reads one line.
func (t *Trace) line(text string) error {
	text = strings.TrimSpace(text)
	if note, ok := strings.CutPrefix(text, "#"); ok {
		return t.note(note)
	}
	if text == "" {
		return nil
	}
	parts := strings.Split(text, ",")
	if len(parts) != 2 {
		return fmt.Errorf("it has %d columns, want 2: t_seconds,count", len(parts))
	}
	if strings.TrimSpace(parts[0]) == "t_seconds" && len(t.At) == 0 {
		return nil // the header
	}
	at, err := strconv.Atoi(strings.TrimSpace(parts[0]))
	if err != nil {
		return fmt.Errorf("%q is not a whole number of seconds", clip(parts[0]))
	}
	count, err := strconv.ParseFloat(strings.TrimSpace(parts[1]), 64)
	if err != nil {
		return fmt.Errorf("%q is not a number of items", clip(parts[1]))
	}
	return t.row(at, count)
}

// row checks a row against the one before.
func (t *Trace) row(at int, count float64) error {
	switch {
	case math.IsNaN(count):
		return errors.New("its count is not a number: leave the row out if nothing is known")
	case count < 0 || count > MaxCount:
		return fmt.Errorf("%g items: want 0 to %g", count, float64(MaxCount))
	case at < 0 || at > maxSeconds:
		return fmt.Errorf("it begins at second %d: want 0 to %d, counted from the trace's start", at, maxSeconds)
	}
	if n := len(t.At); n > 0 {
		if err := follows(at, t.At[n-1], t.Bin); err != nil {
			return err
		}
	}
	t.At, t.Count = append(t.At, at), append(t.Count, count)
	return nil
}

// follows checks that a bin begins after the one before ended; bin is 0 while its
// width is not known.
func follows(at, before, bin int) error {
	switch {
	case at == before:
		return fmt.Errorf("second %d is there twice: add the counts up", at)
	case at < before:
		return fmt.Errorf("second %d comes after second %d: sort the rows by time", at, before)
	case at < before+bin:
		return fmt.Errorf("second %d lies within the bin before it, from %d for bin_seconds %d: correct bin_seconds or the row",
			at, before, bin)
	}
	return nil
}

// clip keeps messages short.
func clip(s string) string { return s[:min(len(s), 40)] }

// someMonday is midnight UTC of one, for traces that do not say when they began.
const someMonday = sample.Instant(1_767_571_200_000)

// note reads a line that begins with #.
func (t *Trace) note(text string) error {
	key, value, _ := strings.Cut(text, ":")
	value = strings.TrimSpace(value)
	switch strings.TrimSpace(key) {
	case "bin_seconds":
		bin, err := strconv.Atoi(value)
		if err != nil || bin < 1 || bin > DaySeconds {
			return fmt.Errorf("bin_seconds is %q: want 1 to %d", clip(value), DaySeconds)
		}
		if len(t.At) > 0 {
			return errors.New("bin_seconds stands below rows: put it above them")
		}
		t.Bin = bin
	case "start": // free text but for this form
		if at, err := time.Parse(time.RFC3339, value); err == nil && at.Unix() > 0 {
			t.Begins = sample.At(at)
		}
	}
	return nil
}

// finish checks the rows together.
func (t *Trace) finish() error {
	if len(t.At) < 2 {
		return fmt.Errorf("it has %d rows of t_seconds,count: want at least 2", len(t.At))
	}
	if t.Bin == 0 {
		t.Bin = DaySeconds
		for i := 1; i < len(t.At); i++ {
			t.Bin = min(t.Bin, t.At[i]-t.At[i-1])
		}
	}
	if slices.Max(t.Count) == 0 {
		return errors.New("nothing arrives in it: every count is 0")
	}
	t.Gaps = (t.Seconds()-t.At[0])/t.Bin - len(t.At)
	return nil
}

// Seconds is the end of the last bin.
func (t *Trace) Seconds() int { return t.At[len(t.At)-1] + t.Bin }

// Rates are the items a second of each second from one to another, each bin spread
// evenly over its seconds; 0 in gaps and outside the trace.
func (t *Trace) Rates(from, to int) []float64 {
	out := make([]float64, to-from)
	for i := t.index(from); i < len(t.At) && t.At[i] < to; i++ {
		rate := t.Count[i] / float64(t.Bin)
		for s := max(t.At[i], from); s < min(t.At[i]+t.Bin, to); s++ {
			out[s-from] = rate
		}
	}
	return out
}

// Items are those from one second to another, each bin spread evenly over its
// seconds, and how many of these seconds bins cover.
func (t *Trace) Items(from, to int) (items float64, covered int) {
	for i := t.index(from); i < len(t.At) && t.At[i] < to; i++ {
		overlap := max(0, min(t.At[i]+t.Bin, to)-max(t.At[i], from))
		items += t.Count[i] * float64(overlap) / float64(t.Bin)
		covered += overlap
	}
	return items, covered
}

// index is that of the bin that holds a second, or of the one before it.
func (t *Trace) index(second int) int {
	i, found := slices.BinarySearch(t.At, second)
	if !found && i > 0 {
		i--
	}
	return i
}
