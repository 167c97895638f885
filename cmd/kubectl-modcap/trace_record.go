package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/trace"
)

// recording are the flags of trace record.
type recording struct {
	url, query     string
	last, from, to string
	step           time.Duration
	counter        bool
	tokenFile      string
	timeout        time.Duration
	out            string
	now            func() time.Time
}

func newRecordCommand(s streams) *cobra.Command {
	g := recording{now: time.Now}
	c := &cobra.Command{
		Use:   "record --url URL --query PROMQL",
		Short: "Record arrivals from Prometheus",
		Long: `Asks Prometheus for the arrivals of one queue over a time that is past, in pieces of
at most 10,000 points, and writes them as a trace. The query gives one series: items
a second over the step before, or with --counter a counter of items. What Prometheus
does not know becomes a gap.`,
		Example: `  kubectl -n monitoring port-forward svc/prometheus 9090 &
  kubectl modcap trace record --url http://localhost:9090 --last 14d --step 1m \
    --query 'sum(rate(moderation_arrivals_total{queue="live-br"}[1m]))' --out live-br.csv`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return g.run(c.Context(), s) },
	}
	f := c.Flags()
	f.StringVar(&g.url, "url", "", "address of Prometheus, such as http://localhost:9090")
	f.StringVar(&g.query, "query", "", "PromQL that gives items a second over each step, or with --counter a counter")
	f.BoolVar(&g.counter, "counter", false, "the query gives a counter of items, whose rise is recorded")
	f.StringVar(&g.last, "last", "8d", "how far back to record")
	f.StringVar(&g.from, "from", "", "instant from which to record, such as 2026-03-02T00:00:00Z, in place of --last")
	f.StringVar(&g.to, "to", "", "instant up to which to record; now if empty")
	f.DurationVar(&g.step, "step", time.Minute, "width of a bin, in whole seconds")
	f.StringVar(&g.tokenFile, "token-file", "", "file with a bearer token to send")
	f.DurationVar(&g.timeout, "timeout", 30*time.Second, "longest wait for one answer")
	f.StringVar(&g.out, "out", "", "file to write; standard output if empty")
	return c
}

// pointsAtOnce is asked for in one request; Prometheus gives 11,000 at most.
const pointsAtOnce = 10_000

func (g *recording) run(ctx context.Context, s streams) error {
	p, err := g.prometheus()
	if err != nil {
		return err
	}
	step, err := wholeSeconds("--step", g.step)
	if err != nil {
		return err
	}
	from, to, err := g.window(int64(step))
	if err != nil {
		return err
	}
	t := &trace.Trace{Name: g.url, Bin: step, Begins: sample.At(time.Unix(from, 0))}
	b := &binner{trace: t, counter: g.counter, from: from}
	// Each point speaks of the step that ends with it; a counter's first says only
	// what the next rose from.
	for at := from; at < to; at += pointsAtOnce * int64(step) {
		until := min(at+pointsAtOnce*int64(step), to)
		points, err := p.points(ctx, g.query, at+int64(step), until, step)
		if err != nil {
			return fmt.Errorf("ask Prometheus for %s to %s: %w", instant(at), instant(until), err)
		}
		b.add(points)
	}
	if len(t.At) < 2 {
		return fmt.Errorf("there are %d bins in Prometheus between %s and %s, and a trace needs 2: correct --query or the time",
			len(t.At), instant(from), instant(to))
	}
	t.Gaps = int(to-from)/step - len(t.At)
	return writeTrace(s, g.out, t, "made: kubectl modcap trace record", "query: "+g.query, fmt.Sprintf("gaps: %d", t.Gaps))
}

func (g *recording) prometheus() (*prometheus, error) {
	u, err := url.Parse(g.url)
	switch {
	case g.url == "" || g.query == "":
		return nil, errors.New("record needs --url, the address of Prometheus, and --query, what to ask it")
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("--url is %q: want an address such as http://localhost:9090", g.url)
	case g.timeout <= 0:
		return nil, fmt.Errorf("--timeout is %s: want more than 0", g.timeout)
	}
	token, err := tokenOf(g.tokenFile)
	return newPrometheus(u.JoinPath("api/v1/query_range").String(), token, g.timeout), err
}

// tokenOf is the token in a file, if one is named.
func tokenOf(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read token: %w", err)
	}
	return strings.TrimSpace(string(data)), nil
}

// longestRecord bounds what is asked for, in seconds: ten years.
const longestRecord = 10 * 366 * trace.DaySeconds

// window is what to record, in seconds since the epoch, at edges of bins.
func (g *recording) window(step int64) (from, to int64, err error) {
	end := g.now()
	if g.to != "" {
		if end, err = time.Parse(time.RFC3339, g.to); err != nil {
			return 0, 0, fmt.Errorf("--to is %q: want an instant such as 2026-03-02T00:00:00Z", g.to)
		}
	}
	last, err := parseSpan(g.last)
	if err != nil {
		return 0, 0, fmt.Errorf("--last is %q: want a length of time such as 8d or 36h", g.last)
	}
	begin := end.Add(-last)
	if g.from != "" {
		if begin, err = time.Parse(time.RFC3339, g.from); err != nil {
			return 0, 0, fmt.Errorf("--from is %q: want an instant such as 2026-03-02T00:00:00Z", g.from)
		}
	}
	from, to = begin.Unix()/step*step, end.Unix()/step*step
	if from <= 0 || to-from < 2*step || to-from > longestRecord {
		return 0, 0, fmt.Errorf("from %s to %s there are %d bins: want two at least, and ten years at most",
			instant(from), instant(to), (to-from)/step)
	}
	return from, to, nil
}

func instant(unix int64) string { return time.Unix(unix, 0).UTC().Format(time.RFC3339) }

// binner makes bins of points in order.
type binner struct {
	trace   *trace.Trace
	counter bool
	from    int64 // of the trace
	before  point // the last one
}

// add takes points that follow those before. A value that cannot be is a gap.
func (b *binner) add(points []point) {
	bin := int64(b.trace.Bin)
	for _, p := range points {
		items := p.value * float64(bin)
		known := true
		if b.counter {
			known = b.before.at == p.at-bin
			items = p.value - b.before.value
			if items < 0 { // it began anew
				items = p.value
			}
			b.before = p
		}
		if known && items >= 0 && items <= trace.MaxCount { // which NaN is not
			b.trace.At = append(b.trace.At, int(p.at-bin-b.from))
			b.trace.Count = append(b.trace.Count, items)
		}
	}
}
