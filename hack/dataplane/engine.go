package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"k8s.io/utils/clock"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/hack/dataplane/internal/platform"
)

// surroundings are what the platform sees of the cluster.
type surroundings interface {
	Workers(ctx context.Context) (map[string]platform.Workers, error)
	Heads(ctx context.Context, now time.Time) (map[string]float64, error)
}

// documents are the routing documents in force.
type documents interface {
	Run(ctx context.Context) error
	Table() *v1.Table
}

// engine moves the platform on with the clock.
type engine struct {
	cluster  surroundings
	follower documents
	log      *slog.Logger
	trouble  string // last logged
	begin    time.Time

	mu    sync.Mutex
	world *platform.World
}

// Report describes the platform. Safe for concurrent use, like Scored and Histograms.
func (e *engine) Report() platform.Report {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.world.Report()
}

// Scored are the items that were scored last.
func (e *engine) Scored() []platform.ScoredItem {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.world.Scored()
}

// Histograms are those of the scores.
func (e *engine) Histograms() []platform.HistogramReport {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.world.Histograms()
}

// run makes the steps that are due at every tick until ctx ends. Steps that were
// held up are made up for, so that the platform's time stays the clock's.
func (e *engine) run(ctx context.Context, clk clock.WithTicker) error {
	e.begin = clk.Now()
	ticker := clk.NewTicker(platform.Tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C():
			e.advance(ctx, clk.Now(), clk.Since(e.begin))
		}
	}
}

func (e *engine) advance(ctx context.Context, now time.Time, to time.Duration) {
	in := e.inputs(ctx, now)
	e.mu.Lock()
	defer e.mu.Unlock()
	for e.world.Now()+platform.Tick <= to {
		e.world.Step(in)
	}
}

// inputs are what is seen now. What cannot be read stays as it was.
func (e *engine) inputs(ctx context.Context, now time.Time) platform.Inputs {
	in := platform.Inputs{Start: e.begin}
	var podsErr, teamsErr error
	in.Workers, podsErr = e.cluster.Workers(ctx)
	in.Heads, teamsErr = e.cluster.Heads(ctx, now)
	e.note(podsErr, teamsErr)
	if table := e.follower.Table(); table != nil {
		in.Router = table
	}
	return in
}

// note logs trouble when it appears, changes or goes away.
func (e *engine) note(errs ...error) {
	trouble := ""
	for _, err := range errs {
		if err != nil {
			trouble = fmt.Sprintf("%s%v; ", trouble, err)
		}
	}
	if trouble != e.trouble && trouble != "" {
		e.log.Warn("Cluster was not read", "err", trouble)
	}
	e.trouble = trouble
}
