package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// prometheus asks a server for ranges.
type prometheus struct {
	address, token string
	client         http.Client
}

func newPrometheus(address, token string, timeout time.Duration) *prometheus {
	return &prometheus{address: address, token: token, client: http.Client{
		Timeout: timeout,
		// A token is for the address that was given and no other.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// point is a value at a second since the epoch.
type point struct {
	at    int64
	value float64
}

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 64 << 20

// answer is what Prometheus says.
type answer struct {
	Status    string `json:"status"`
	ErrorType string `json:"errorType"`
	Error     string `json:"error"`
	Data      struct {
		ResultType string `json:"resultType"`
		Result     []struct {
			Metric map[string]string `json:"metric"`
			Value  datum             `json:"value"`
			Values []datum           `json:"values"`
		} `json:"result"`
	} `json:"data"`
	Warnings []string `json:"warnings"`
}

// datum is [seconds, "value"].
type datum [2]any

// points are those of the one series that a query gives, from one second to another,
// both included.
func (p *prometheus) points(ctx context.Context, query string, from, to int64, step int) ([]point, error) {
	a, err := p.ask(ctx, url.Values{
		"query": {query}, "step": {strconv.Itoa(step)},
		"start": {strconv.FormatInt(from, 10)}, "end": {strconv.FormatInt(to, 10)},
	})
	if err != nil {
		return nil, err
	}
	return a.points()
}

// row is a value with the labels of its series.
type row struct {
	labels map[string]string
	value  float64
}

// instant are the rows that a query gives at a time.
func (p *prometheus) instant(ctx context.Context, query string, at time.Time) ([]row, error) {
	a, err := p.ask(ctx, url.Values{"query": {query}, "time": {strconv.FormatInt(at.Unix(), 10)}})
	switch {
	case err != nil:
		return nil, fmt.Errorf("ask Prometheus: %w", err)
	case len(a.Warnings) > 0:
		return nil, fmt.Errorf("ask Prometheus: it warns that its answer may lack something: %.300s", a.Warnings[0])
	case a.Data.ResultType != "vector":
		return nil, fmt.Errorf("ask Prometheus: it gives a %s in place of a vector", a.Data.ResultType)
	}
	out := make([]row, 0, len(a.Data.Result))
	for _, r := range a.Data.Result {
		_, value, err := r.Value.read()
		if err != nil {
			return nil, fmt.Errorf("ask Prometheus: %w", err)
		}
		out = append(out, row{r.Metric, value})
	}
	return out, nil
}

// ask sends a query.
func (p *prometheus) ask(ctx context.Context, form url.Values) (*answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	response, err := p.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var a answer
	decodeErr := json.NewDecoder(io.LimitReader(response.Body, maxAnswer)).Decode(&a)
	switch {
	case a.Status == "error":
		return nil, fmt.Errorf("%s: %.300s", a.ErrorType, a.Error)
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("it answered %s: is this the address of Prometheus?", response.Status)
	case decodeErr != nil:
		return nil, fmt.Errorf("its answer is not Prometheus': %w", decodeErr)
	}
	return &a, nil
}

func (a *answer) points() ([]point, error) {
	switch {
	case a.Data.ResultType != "matrix":
		return nil, fmt.Errorf("the query gives a %s over time: it must give a number", a.Data.ResultType)
	case len(a.Data.Result) > 1:
		return nil, fmt.Errorf("the query gives %d series: add them up with sum(…), or pick one by its labels", len(a.Data.Result))
	case len(a.Data.Result) == 0:
		return nil, nil
	}
	out := make([]point, 0, len(a.Data.Result[0].Values))
	for _, d := range a.Data.Result[0].Values {
		at, value, err := d.read()
		if err != nil {
			return nil, err
		}
		out = append(out, point{int64(math.Round(at)), value})
	}
	return out, nil
}

func (d datum) read() (at, value float64, err error) {
	at, isTime := d[0].(float64)
	text, isText := d[1].(string)
	value, err = strconv.ParseFloat(text, 64)
	if !isTime || !isText || err != nil {
		return 0, 0, errors.New("its answer has a value that is none")
	}
	return at, value, nil
}
