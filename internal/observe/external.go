package observe

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/rest"

	"github.com/modcap/modcap/internal/sample"
)

// External is a client of the API server, and its address.
type External struct {
	Client *http.Client
	Server *url.URL
}

// ExternalFor makes the External of the API server that cfg is for.
func ExternalFor(cfg *rest.Config) (*External, error) {
	client, err := rest.HTTPClientFor(cfg)
	if err != nil {
		return nil, fmt.Errorf("make client of external metrics: %w", err)
	}
	server, _, err := rest.DefaultServerUrlFor(cfg)
	if err != nil {
		return nil, fmt.Errorf("find address of external metrics: %w", err)
	}
	return &External{Client: client, Server: server}, nil
}

// metricKey is what one request for an external metric asks for.
type metricKey struct{ namespace, metric, selector string }

// target is a row that a request is made for.
type target struct {
	st  *seriesState
	key string
}

// flight is one request and what it gave.
type flight struct {
	metricKey
	targets []target
	values  []externalValue
	failed  *failure
	flown   bool
}

// externalValue is the part of an ExternalMetricValue that is read. It is
// declared here because k8s.io/metrics would be a dependency for one struct.
type externalValue struct {
	Labels    map[string]string `json:"metricLabels"`
	Timestamp *time.Time        `json:"timestamp"`
	Value     resource.Quantity `json:"value"`
}

// readExternal asks for each distinct metric and selector once, a few at a time.
// The first failure of the source ends the tick.
func (s *source) readExternal(ctx context.Context, now sample.Instant) outcome {
	flights, rows := s.flights()
	out := outcome{asked: len(flights) > 0}
	s.fly(ctx, flights)
	if ctx.Err() != nil {
		return out
	}
	answers := make(map[*seriesState]*answer, len(s.series))
	for _, st := range s.series {
		answers[st] = &answer{rows: rows[st]}
	}
	for _, f := range flights {
		switch {
		case f.failed == nil && f.flown:
			out.answered = true
		case f.failed != nil:
			out.worst, out.series = worse(out.worst, f.failed), f.targets[0].st.def.Name
		}
	}
	for _, f := range flights {
		s.land(f, answers, now, out)
	}
	for _, st := range s.series {
		s.conclude(st, answers[st], now)
	}
	return out
}

// worse prefers the failure of the source to that of a query.
func worse(a, b *failure) *failure {
	if a == nil || b.source && !a.source {
		return b
	}
	return a
}

// flights are the requests of a tick, and the rows they are made for.
func (s *source) flights() ([]*flight, map[*seriesState]map[string]sample.Cause) {
	byKey := map[metricKey]*flight{}
	rows := map[*seriesState]map[string]sample.Cause{}
	var list []*flight
	for _, st := range s.series {
		rows[st] = map[string]sample.Cause{}
		for key, in := range st.watched {
			rows[st][key] = sample.CauseNone
			selector, ok := selectorOf(in.ref.Row)
			if !ok {
				rows[st][key] = sample.CauseBadSelector
				continue
			}
			k := metricKey{in.ref.Namespace, st.def.Metric, selector}
			f := byKey[k]
			if f == nil {
				f = &flight{metricKey: k}
				byKey[k] = f
				list = append(list, f)
			}
			f.targets = append(f.targets, target{st, key})
		}
	}
	return list, rows
}

// selectorOf is a row as a label selector. It reports false for a row with a
// key or value that a selector cannot hold.
func selectorOf(row string) (string, bool) {
	set, ok := rowLabels(row)
	if !ok {
		return "", false
	}
	selector, err := labels.ValidatedSelectorFromSet(set)
	if err != nil {
		return "", false
	}
	return selector.String(), true
}

// fly makes the requests, until one finds that the source is at fault.
func (s *source) fly(ctx context.Context, flights []*flight) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var running sync.WaitGroup
	slots := make(chan struct{}, externalFlights)
	for _, f := range flights {
		select {
		case <-ctx.Done():
		case slots <- struct{}{}:
		}
		if ctx.Err() != nil {
			break
		}
		running.Go(func() {
			defer func() { <-slots }()
			started := s.o.opts.Clock.Now()
			failed := s.ask(ctx, f)
			if ctx.Err() != nil {
				return // another request ended the tick: this one tells nothing
			}
			f.failed, f.flown = failed, true
			s.observed(f.targets[0].st.def.Name, started, failed)
			if failed != nil && failed.source {
				cancel()
			}
		})
	}
	running.Wait()
}

// ask makes one request.
func (s *source) ask(ctx context.Context, f *flight) *failure {
	external := s.o.opts.External
	if external == nil {
		return &failure{cause: sample.CauseUnreachable, source: true, detail: "no external metrics API"}
	}
	to := external.Server.JoinPath("apis/external.metrics.k8s.io/v1beta1/namespaces", f.namespace, f.metric)
	query := to.Query()
	query.Set("labelSelector", f.selector)
	to.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, to.String(), nil)
	if err != nil {
		return &failure{cause: sample.CauseUnreachable, source: true, detail: "not an address"}
	}
	req.Header.Set("Accept", "application/json")
	client := *external.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	get := fetcher{clock: s.o.opts.Clock, client: &client, timeout: s.cfg.Timeout}
	return get.do(ctx, req, func(r io.Reader) (err error) {
		f.values, err = decodeExternal(r)
		return err
	})
}

// decodeExternal reads an ExternalMetricValueList.
func decodeExternal(r io.Reader) ([]externalValue, error) {
	var list struct {
		Kind  string          `json:"kind"`
		Items []externalValue `json:"items"`
	}
	if err := json.NewDecoder(r).Decode(&list); err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	if list.Kind != "ExternalMetricValueList" {
		return nil, errShape
	}
	if len(list.Items) > maxRows {
		return nil, errTooManyRows
	}
	return list.Items, nil
}

// land hands what a request gave to the rows that it was made for. A request
// that was not made because the source failed leaves its rows as they are; when
// nothing at all was answered they have the source's cause.
func (s *source) land(f *flight, answers map[*seriesState]*answer, now sample.Instant, out outcome) {
	for _, t := range f.targets {
		a := answers[t.st]
		switch {
		case f.failed != nil:
			a.rows[t.key] = f.failed.cause
		case f.flown:
			for i := range f.values {
				a.readings = append(a.readings, f.values[i].reading(t, now))
			}
		case out.answered:
			delete(a.rows, t.key)
		default:
			a.rows[t.key] = out.worst.cause
		}
	}
}

// reading is a value in the place of a row. Without a time of its own it is of now.
func (v *externalValue) reading(t target, now sample.Instant) reading {
	d := datum{at: now, v: v.Value.AsApproximateFloat64()}
	if v.Timestamp != nil && !v.Timestamp.IsZero() {
		d.at = sample.At(*v.Timestamp)
	}
	return reading{place{row: t.key, class: t.st.def.classOf(v.Labels)}, d}
}

// conclude gives a series its answer, or the failure when every row failed.
func (s *source) conclude(st *seriesState, a *answer, now sample.Instant) {
	var fault sample.Cause
	good := false
	for _, cause := range a.rows {
		good = good || cause == sample.CauseNone
		fault = first(cause, fault)
	}
	switch {
	case good:
		st.absorb(*a, now, s.pace)
	case fault != sample.CauseNone:
		st.fail(fault)
	}
}
