package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/internal/preview"
)

// scoreServer is the Prometheus that has histograms of scores.
type scoreServer struct {
	url, metric, at, tokenFile string
	timeout                    time.Duration
	now                        func() time.Time
}

func (f *scoreServer) addTo(c *cobra.Command) {
	flags := c.Flags()
	f.now = time.Now
	flags.StringVar(&f.url, "prometheus", "", "address of a Prometheus with histograms of scores to try a ModerationPolicy on")
	flags.StringVar(&f.metric, "score-metric", "modcap_label_score", "name of these histograms")
	flags.StringVar(&f.at, "at", "", "end of the day whose scores are asked for, such as 2026-11-02T08:00:00Z; unset, now")
	flags.StringVar(&f.tokenFile, "token-file", "", "file with a bearer token to send to --prometheus")
	flags.DurationVar(&f.timeout, "timeout", 30*time.Second, "longest wait for one answer of --prometheus")
}

var metricName = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)

const scoreHours = 24

// count counts the change on the histograms of a day, and of the same hours a week before where there are some.
func (f *scoreServer) count(ctx context.Context, t *trialOf) error {
	p, end, err := f.server()
	if err != nil {
		return err
	}
	t.from = f.metric + " of " + f.url
	last, err := f.histograms(ctx, p, end)
	if err != nil {
		return err
	}
	if last == nil {
		return fmt.Errorf("there is no %s_bucket in Prometheus that is %d hours old at %s: correct --score-metric, "+
			"or wait until there is a day of it", f.metric, scoreHours, end.UTC().Format(time.RFC3339))
	}
	is, err := last.Count(t.change)
	if err != nil {
		return err
	}
	var was *preview.Tally
	week, err := f.histograms(ctx, p, end.AddDate(0, 0, -7))
	if err != nil {
		return err
	}
	if week != nil {
		if was, err = week.Count(t.change); err != nil {
			t.note("The same hours of last week cannot be compared: %s.", err)
		}
	}
	t.said = preview.Of(is, was)
	return nil
}

func (f *scoreServer) server() (*prometheus, time.Time, error) {
	if !metricName.MatchString(f.metric) {
		return nil, time.Time{}, fmt.Errorf("--score-metric: %q is not the name of a metric", f.metric)
	}
	u, err := url.Parse(f.url)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, time.Time{}, fmt.Errorf("--prometheus is %q: want an address such as http://localhost:9090", f.url)
	case f.timeout <= 0:
		return nil, time.Time{}, fmt.Errorf("--timeout is %s: want more than 0", f.timeout)
	}
	end := f.now()
	if f.at != "" {
		if end, err = time.Parse(time.RFC3339, f.at); err != nil {
			return nil, end, fmt.Errorf("--at is %q: want an instant such as 2026-11-02T08:00:00Z", f.at)
		}
	}
	token, err := tokenOf(f.tokenFile)
	return newPrometheus(u.JoinPath("api/v1/query").String(), token, f.timeout), end, err
}

// histograms are those of the day that ends then; nil where there were none when it began.
func (f *scoreServer) histograms(ctx context.Context, p *prometheus, end time.Time) (*preview.Histograms, error) {
	begun, err := p.instant(ctx, fmt.Sprintf("count(%s_bucket offset %dh)", f.metric, scoreHours), end)
	if err != nil || len(begun) == 0 {
		return nil, err
	}
	out := &preview.Histograms{Hours: scoreHours}
	for _, looked := range []bool{false, true} {
		metric, by := f.metric, "queue, label, version, market, language, rest, le"
		if looked {
			metric, by = metric+"_looked", by+", violating"
		}
		rows, err := p.instant(ctx, fmt.Sprintf("sum by (%s) (increase(%s_bucket[%dh]))", by, metric, scoreHours), end)
		if err != nil {
			return nil, err
		}
		hs, err := histogramsOf(rows, looked)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", metric, err)
		}
		out.All = append(out.All, hs...)
	}
	return out, nil
}

// bucket is the items up to an edge.
type bucket struct{ edge, count float64 }

// histogramsOf puts the buckets of an answer together.
func histogramsOf(rows []row, looked bool) ([]preview.Histogram, error) {
	buckets := map[string][]bucket{}
	heads := map[string]preview.Histogram{}
	var keys []string
	for _, r := range rows {
		h, err := headOf(r.labels, looked)
		if err != nil {
			return nil, err
		}
		edge, err := strconv.ParseFloat(r.labels["le"], 64)
		if err != nil {
			return nil, fmt.Errorf("le=%q is no edge of a bucket", r.labels["le"])
		}
		key := fmt.Sprintf("%q", []string{h.Queue, h.Label, h.Version, h.Market, h.Language, h.Rest.String(), strconv.Itoa(int(h.Look))})
		if _, known := heads[key]; !known {
			heads[key], keys = h, append(keys, key)
		}
		buckets[key] = append(buckets[key], bucket{edge, r.value})
	}
	slices.Sort(keys)
	var out []preview.Histogram
	for _, key := range keys {
		h, err := filled(heads[key], buckets[key])
		if err != nil {
			return nil, fmt.Errorf("the histogram of label %s, market %q, language %q: %w", h.Label, h.Market, h.Language, err)
		}
		out = append(out, h)
	}
	return out, nil
}

func filled(head preview.Histogram, buckets []bucket) (preview.Histogram, error) {
	slices.SortFunc(buckets, func(a, b bucket) int { return cmp.Compare(a.edge, b.edge) })
	var edges, counts []float64
	for _, b := range buckets {
		edges, counts = append(edges, b.edge), append(counts, b.count)
	}
	h, err := preview.NewHistogram(edges, counts)
	head.Edges, head.Counts = h.Edges, h.Counts
	return head, err
}

// headOf is a histogram as its labels tell, without its buckets.
func headOf(labels map[string]string, looked bool) (preview.Histogram, error) {
	h := preview.Histogram{
		Queue: labels["queue"], Label: labels["label"], Version: labels["version"], Market: labels["market"], Language: labels["language"],
	}
	switch rest := labels["rest"]; rest {
	case "allow":
		h.Rest = v1.Allow
	case "review":
		h.Rest = v1.Review
	case "act":
		h.Rest = v1.Act
	case "":
		h.Rest = preview.Unknown
	default:
		return h, fmt.Errorf("rest=%q is none of allow, review and act", rest)
	}
	switch violating := labels["violating"]; {
	case !looked:
	case violating == "true":
		h.Look = preview.Violating
	case violating == "false":
		h.Look = preview.Benign
	default:
		return h, errors.New("violating must be true or false")
	}
	return h, nil
}
