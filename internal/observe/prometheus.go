package observe

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

// reading is one number of an answer, at its place.
type reading struct {
	place
	datum
}

// answer is what one request for a series gave.
type answer struct {
	readings []reading
	ignored  int  // rows without their row labels
	partial  bool // the source warned that data are missing
	// rows, when not nil, are those that were asked for, each with the cause of
	// its failure. Nil means that the answer speaks of every row.
	rows map[string]sample.Cause
}

// about says whether the answer speaks of a row, and why it has nothing of it.
func (a answer) about(key string) (sample.Cause, bool) {
	cause, asked := a.rows[key]
	return cause, asked || a.rows == nil
}

// instant asks for the value of a series at now.
func (s *source) instant(ctx context.Context, def Series, now sample.Instant) (answer, *failure) {
	form := url.Values{
		"query":          {def.Query},
		"time":           {seconds(int64(now))},
		"timeout":        {seconds(s.cfg.Timeout.Milliseconds())},
		"lookback_delta": {seconds(def.MaxAge.Milliseconds())},
		"limit":          {strconv.Itoa(maxRows)},
	}
	var a answer
	f := s.post(ctx, "api/v1/query", form, func(r io.Reader) (err error) {
		a.partial, err = decodeAnswer(r, "vector", func(e *element) error {
			if e.Value == nil { // a native histogram has none
				return errShape
			}
			at, ok := def.locate(e.Metric)
			if !ok {
				a.ignored++
				return nil
			}
			a.readings = append(a.readings, reading{at, *e.Value})
			return nil
		})
		return err
	})
	return a, f
}

// post sends a query as a form: queries may be longer than an address may be.
func (s *source) post(ctx context.Context, path string, form url.Values, decode func(io.Reader) error) *failure {
	if s.client == nil {
		return transportFailure(ctx, s.clientErr)
	}
	to := s.cfg.URL.JoinPath(path).String()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		return &failure{cause: sample.CauseUnreachable, source: true, detail: "not an address"}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", userAgent)
	if s.cfg.BearerToken != "" {
		req.Header.Set("Authorization", "Bearer "+s.cfg.BearerToken)
	}
	f := fetcher{clock: s.o.opts.Clock, client: s.client.http, timeout: s.cfg.Timeout}
	return f.do(ctx, req, decode)
}

const userAgent = "modcap"

// seconds prints milliseconds as seconds, the form of times and durations that
// the Prometheus API takes.
func seconds(ms int64) string {
	return strconv.FormatFloat(float64(ms)/float64(time.Second/time.Millisecond), 'f', -1, 64)
}
