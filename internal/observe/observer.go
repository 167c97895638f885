package observe

import (
	"context"
	"math/rand/v2"
	"reflect"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/utils/clock"

	"github.com/modcap/modcap/internal/sample"
)

// Options of an Observer. Only Clock is needed.
type Options struct {
	Clock  clock.WithTickerAndDelayedExecution
	Logger logr.Logger
	Dial   DialPolicy
	// External reaches the cluster's external metrics API; nil means that sources
	// of type ExternalMetrics are Unreachable.
	External *External
	// Notify is told of a consumer whose rows have moved by a digit of two, have
	// changed quality, or have got their history. It is called from the sources'
	// goroutines and must not block.
	Notify func(consumer string)
	// NotifyHealth is told of a source whose health has changed. It must not block.
	NotifyHealth func(SourceKey)
	// OnRead is told of every request, for metrics. It must not block.
	OnRead func(Read)
	// Rand gives the jitter of retries, in [0, 1). Nil means math/rand.
	Rand func() float64

	stepped func(SourceKey) // tests: a source's goroutine is about to wait
}

// Read is one request to a source.
type Read struct {
	Source SourceKey
	Series string
	Took   time.Duration
	Cause  sample.Cause // CauseNone when it was answered
}

// Observer reads all sources. Its methods may be called from anywhere.
type Observer struct {
	opts    Options
	clients *clients

	mu      sync.RWMutex
	sources map[SourceKey]*source
	wants   map[string][]RowRef // by consumer
	start   func(*source)       // starts a source's goroutine; nil before Run and after it
	running sync.WaitGroup
}

// New makes an Observer that reads nothing before Run.
func New(opts Options) *Observer {
	if opts.Rand == nil {
		opts.Rand = rand.Float64
	}
	return &Observer{
		opts:    opts,
		clients: &clients{policy: opts.Dial, shared: map[clientKey]*client{}},
		sources: map[SourceKey]*source{},
		wants:   map[string][]RowRef{},
	}
}

// Run reads until ctx ends, and returns when every source has stopped. It runs
// once.
func (o *Observer) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	o.mu.Lock()
	o.start = func(s *source) {
		var own context.Context
		own, s.cancel = context.WithCancel(ctx)
		o.running.Go(func() { s.run(own) })
	}
	for _, s := range o.sources {
		o.start(s)
	}
	o.mu.Unlock()
	<-ctx.Done()
	o.mu.Lock()
	o.start = nil
	o.mu.Unlock()
	o.running.Wait()
	return nil
}

// Start is Run, under the name that a manager calls.
func (o *Observer) Start(ctx context.Context) error { return o.Run(ctx) }

// NeedLeaderElection is false: a standby keeps its histories warm.
func (o *Observer) NeedLeaderElection() bool { return false }

// Ensure starts to read a source, or goes on with another Config. The same
// Config again does nothing. What was read of a series whose declaration and
// server stay the same is kept.
func (o *Observer) Ensure(key SourceKey, c Config) {
	c = c.normal()
	o.mu.Lock()
	defer o.mu.Unlock()
	s := o.sources[key]
	if s == nil {
		s = newSource(o, key, c)
		o.sources[key] = s
		if o.start != nil {
			o.start(s)
		}
		return
	}
	s.configure(c)
}

// Forget stops reading a source. Its Snapshot is nil from then on.
func (o *Observer) Forget(key SourceKey) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := o.sources[key]
	if s == nil {
		return
	}
	delete(o.sources, key)
	if s.cancel != nil {
		s.cancel()
	}
}

// Snapshot is the newest of a source, nil when there is no such source. The
// methods of a nil Snapshot may be called.
func (o *Observer) Snapshot(key SourceKey) *Snapshot {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if s := o.sources[key]; s != nil {
		return s.snapshot.Load()
	}
	return nil
}

// Watch says which rows a consumer needs, in place of those it needed before;
// none ends its interest. Consumer is any name, such as "pool/ns/name". Only
// watched rows have rates of counters, increases and bins, and only watched
// external metrics are read.
func (o *Observer) Watch(consumer string, refs []RowRef) {
	o.mu.Lock()
	defer o.mu.Unlock()
	before := o.wants[consumer]
	if reflect.DeepEqual(before, refs) || len(before)+len(refs) == 0 {
		return
	}
	if len(refs) == 0 {
		delete(o.wants, consumer)
	} else {
		o.wants[consumer] = append([]RowRef(nil), refs...)
	}
	for _, list := range [][]RowRef{before, refs} {
		for _, ref := range list {
			if s := o.sources[ref.Source]; s != nil {
				s.rewatch.Store(true)
			}
		}
	}
}

// watchers are the rows of a source that are watched, by series and key.
func (o *Observer) watchers(key SourceKey, external bool) map[string]map[string]*interest {
	o.mu.RLock()
	defer o.mu.RUnlock()
	out := map[string]map[string]*interest{}
	for consumer, refs := range o.wants {
		for _, ref := range refs {
			if ref.Source != key || ref.Series == "" {
				continue
			}
			rows := out[ref.Series]
			if rows == nil {
				rows = map[string]*interest{}
				out[ref.Series] = rows
			}
			in := rows[ref.key(external)]
			if in == nil {
				in = &interest{ref: ref}
				rows[ref.key(external)] = in
			}
			in.add(consumer, ref)
		}
	}
	return out
}
