package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	testingclock "k8s.io/utils/clock/testing"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/hack/dataplane/internal/platform"
	"github.com/modcap/modcap/internal/traffic"
)

// view is a cluster that shows what a test sets.
type view struct {
	workers map[string]platform.Workers
	heads   map[string]float64
	err     error
	asked   chan struct{}
}

func (v *view) Workers(context.Context) (map[string]platform.Workers, error) { return v.workers, v.err }

func (v *view) Heads(context.Context, time.Time) (map[string]float64, error) {
	if v.asked != nil {
		v.asked <- struct{}{}
	}
	return v.heads, nil
}

// published is a follower with the table given.
type published struct{ table *v1.Table }

func (p published) Run(context.Context) error { return nil }
func (p published) Table() *v1.Table          { return p.table }

// table sends every item to people.
func table(t *testing.T) *v1.Table {
	t.Helper()
	d := &v1.PolicyDocument{
		Header: v1.Header{Format: v1.Format, Kind: v1.KindDocument, Namespace: "demo", Surface: "appeals"},
		Queue:  "appeals", Salt: "saltsalt", Unit: v1.UnitItem,
		Revisions: []v1.Revision{{Name: "r1", Share: v1.AllPPM, Labels: []v1.Label{}}},
		Streams:   []v1.Stream{{Name: "people", HarmDomains: []string{"*"}, Tier: 1}},
	}
	if _, err := v1.SealDocument(d); err != nil {
		t.Fatal(err)
	}
	x := &v1.Index{
		Header:  v1.Header{Format: v1.Format, Kind: v1.KindIndex, Namespace: "demo", Surface: "appeals"},
		Entries: []v1.Entry{{Queue: "appeals", Document: v1.DocumentName("appeals", d.Hash), Hash: d.Hash}},
	}
	w := &v1.Weights{
		Header: v1.Header{Format: v1.Format, Kind: v1.KindWeights, Namespace: "demo", Surface: "appeals"},
		Teams: []v1.TeamWeights{{
			Queues: []string{"appeals"}, Languages: []string{"*"}, HarmDomains: []string{"*"}, Tier: 1,
			Teams: []v1.Weight{{Name: "day", Weight: 1}},
		}},
	}
	_, indexErr := v1.SealIndex(x)
	_, weightsErr := v1.SealWeights(w)
	if err := errors.Join(indexErr, weightsErr); err != nil {
		t.Fatal(err)
	}
	out, err := v1.NewTable(v1.Set{Index: x, Documents: map[string]*v1.PolicyDocument{d.Hash: d}, Weights: w})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func world(t *testing.T) *platform.World {
	t.Helper()
	arrivals, err := traffic.Generate(traffic.Profile{Mean: 5, DailyPeak: 1}, 1)
	if err != nil {
		t.Fatal(err)
	}
	w, err := platform.New(platform.Config{Queues: []platform.Queue{{
		Name: "appeals", Surface: "appeals", Arrivals: arrivals,
		Locales: []platform.Locale{{Market: "BR", Language: "pt-BR", Weight: 1}},
		Domains: []platform.Domain{{Name: "hate", Weight: 1}},
		Streams: []platform.Stream{{
			Name: "people", HarmDomains: []string{"*"}, HandleTime: time.Second, Decisions: 1,
			Promise: platform.Promise{PPM: 900_000, Within: 20 * time.Second},
		}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestEngineFollowsRealDocuments sends items through the documents to a team.
func TestEngineFollowsRealDocuments(t *testing.T) {
	e := &engine{
		world: world(t), cluster: &view{heads: map[string]float64{"day": 20}}, follower: published{}, log: slog.New(slog.DiscardHandler),
	}
	start := time.Unix(0, 0)
	e.advance(t.Context(), start, 20*time.Second)
	if q := e.Report().Queues[0]; q.Held == 0 || len(q.Decisions) != 0 {
		t.Errorf("without documents: %+v", q)
	}
	e.follower = published{table(t)}
	e.advance(t.Context(), start, 60*time.Second)
	r := e.Report()
	q := r.Queues[0]
	if q.Held != 0 || q.Decisions["Review"] != q.Machine.Arrivals || q.Streams[0].Decided < 200 {
		t.Errorf("with documents: held %d, decisions %v, decided %d", q.Held, q.Decisions, q.Streams[0].Decided)
	}
	if r.Now != 60*time.Second {
		t.Errorf("steps were lost: %s, want 60s", r.Now)
	}
}

func TestEngineKeepsTheClock(t *testing.T) {
	v := &view{asked: make(chan struct{})}
	e := &engine{world: world(t), cluster: v, follower: published{}, log: slog.New(slog.DiscardHandler)}
	clk := testingclock.NewFakeClock(time.Unix(0, 0))
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- e.run(ctx, clk) }()
	for !clk.HasWaiters() { // until the ticker is there
		select {
		case err := <-done:
			t.Fatal(err)
		default:
		}
	}
	for _, step := range []time.Duration{platform.Tick, 3 * time.Second, platform.Tick} {
		clk.Step(step)
		<-v.asked
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got, want := e.Report().Now, 3*time.Second+2*platform.Tick; got != want {
		t.Errorf("platform is at %s, clock at %s", got, want)
	}
}

func TestEngineLogsTroubleOnce(t *testing.T) {
	var text strings.Builder
	v := &view{err: errors.New("list pods: gone")}
	e := &engine{world: world(t), cluster: v, follower: published{}, log: slog.New(slog.NewTextHandler(&text, nil))}
	for i := range 5 {
		e.advance(t.Context(), time.Unix(int64(i), 0), time.Duration(i)*time.Second)
	}
	if n := strings.Count(text.String(), "list pods: gone"); n != 1 {
		t.Errorf("logged %d times:\n%s", n, text.String())
	}
}
