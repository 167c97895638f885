package trace

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// Write writes the trace as Read reads it, with notes ("key: value") above it.
func (t *Trace) Write(w io.Writer, notes ...string) error {
	out := bufio.NewWriter(w)
	notes = append(notes, "start: "+t.Begins.Time().Format(time.RFC3339), "bin_seconds: "+strconv.Itoa(t.Bin))
	for _, n := range notes {
		fmt.Fprintf(out, "# %s\n", strings.Join(strings.Fields(n), " ")) // in one line
	}
	fmt.Fprintln(out, "t_seconds,count")
	for i, at := range t.At {
		fmt.Fprintf(out, "%d,%s\n", at, strconv.FormatFloat(math.Round(t.Count[i]*1000)/1000, 'f', -1, 64))
	}
	if err := out.Flush(); err != nil { // which gives the first error of all writes
		return fmt.Errorf("write trace: %w", err)
	}
	return nil
}
