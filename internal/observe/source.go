package observe

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"k8s.io/utils/clock"

	"github.com/modcap/modcap/internal/sample"
)

// source reads one MetricSource. Its goroutine owns everything below the line.
type source struct {
	o        *Observer
	key      SourceKey
	cancel   context.CancelFunc // guarded by Observer.mu
	snapshot atomic.Pointer[Snapshot]
	rewatch  atomic.Bool   // Watch has changed something
	kick     chan struct{} // there is a new Config
	mu       sync.Mutex
	wanted   Config // guarded by mu

	// --- owned by the goroutine
	cfg       Config
	pace      pace
	client    *client
	clientErr error // why there is no client
	series    []*seriesState
	watched   map[string]map[string]*interest
	turn      int            // the series that a tick begins with
	misses    int            // ticks in a row without any answer
	next      sample.Instant // no attempt before
	failing   sample.Instant // since when misses > 0
	logs      transitions
	prints    map[printKey]print
	health    SourceHealth // as last told
	fill      *backfill    // running, or nil
	filled    chan *backfill
	fillReady sample.Instant // no backfill before
}

func newSource(o *Observer, key SourceKey, c Config) *source {
	s := &source{
		o: o, key: key, wanted: c, kick: make(chan struct{}, 1), filled: make(chan *backfill),
		prints: map[printKey]print{},
	}
	s.rewatch.Store(true)
	s.adopt(c)
	s.publish()
	return s
}

// configure hands a Config to the goroutine, if it is another one.
func (s *source) configure(c Config) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if same(s.wanted, c) && s.wanted.Generation == c.Generation {
		return
	}
	s.wanted = c
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// run is the goroutine. It wakes once an interval, also while it must not try
// yet: what was read grows old, and consumers are told so.
func (s *source) run(ctx context.Context) {
	defer s.stop()
	s.connect()
	ticker := s.o.opts.Clock.NewTicker(s.cfg.Interval)
	defer func() { ticker.Stop() }()
	for {
		s.step(ctx)
		if ctx.Err() != nil {
			return
		}
		if s.o.opts.stepped != nil {
			s.o.opts.stepped(s.key)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C():
		case b := <-s.filled:
			s.finish(b)
		case <-s.kick:
			ticker = s.reconfigure(ticker)
		}
	}
}

// stop gives back what the goroutine holds.
func (s *source) stop() {
	s.endBackfill()
	s.o.clients.release(s.client)
	s.client = nil
}

// reconfigure takes the wanted Config over, and reads at once if it reads
// something else than before.
func (s *source) reconfigure(ticker clock.Ticker) clock.Ticker {
	s.mu.Lock()
	c := s.wanted
	s.mu.Unlock()
	if same(s.cfg, c) {
		s.cfg = c
		return ticker
	}
	s.endBackfill()
	old := s.client
	s.adopt(c)
	s.connect()
	s.o.clients.release(old)
	s.next, s.misses = 0, 0
	s.rewatch.Store(true)
	ticker.Stop()
	return s.o.opts.Clock.NewTicker(c.Interval)
}

// adopt makes the state for a Config, with what can be kept of the old one.
func (s *source) adopt(c Config) {
	kept := map[string]*seriesState{}
	for _, st := range s.series {
		if sameOrigin(s.cfg, c) {
			kept[st.def.Name] = st
		}
	}
	s.cfg, s.turn = c, 0
	s.pace = paceOf(sample.SpanOf(c.Interval))
	s.series = make([]*seriesState, 0, len(c.Series))
	for _, def := range c.Series {
		st := kept[def.Name]
		if st == nil || !sameSeries(st.def, def) {
			st = newSeriesState(def, c.Type == ExternalMetrics)
		}
		s.series = append(s.series, st)
	}
}

// connect gets the client of the Config. A failure is kept as the cause of
// every read.
func (s *source) connect() {
	s.client, s.clientErr = nil, errNoAddress
	if s.cfg.Type == Prometheus && s.cfg.URL != nil {
		s.client, s.clientErr = s.o.clients.acquire(s.cfg)
	}
}

// step is one turn of the loop: read if it is time to, publish, tell.
func (s *source) step(ctx context.Context) {
	now := s.now()
	if s.rewatch.Swap(false) {
		s.watched = s.o.watchers(s.key, s.cfg.Type == ExternalMetrics)
		for _, st := range s.series {
			st.watch(s.watched[st.def.Name])
		}
	}
	if now >= s.next || s.next.Since(now) > sample.SpanOf(maxBackoff+s.cfg.Interval) { // or the clock was set back
		s.attempt(ctx, now)
	}
	if ctx.Err() != nil {
		return
	}
	s.publish()
	s.notify(s.now())
	s.startBackfill(ctx)
}

// attempt reads every series, and says when to try again.
func (s *source) attempt(ctx context.Context, now sample.Instant) {
	interval := s.cfg.Interval
	s.next = now.Add(sample.SpanOf(interval) / 2) // ticks come once an interval: half of one allows for their jitter
	var out outcome
	if s.cfg.Type == ExternalMetrics {
		out = s.readExternal(ctx, now)
	} else {
		out = s.readPrometheus(ctx, now)
	}
	if ctx.Err() != nil {
		return
	}
	if out.answered || !out.asked {
		s.misses, s.failing = 0, 0
	} else {
		if s.misses++; s.misses == 1 {
			s.failing = now
		}
		s.next = s.next.Add(sample.SpanOf(backoff(interval, s.misses, s.o.opts.Rand())) - sample.SpanOf(interval))
	}
	s.report(out)
}

// outcome is what a tick gave.
type outcome struct {
	asked    bool // there was something to ask for
	answered bool // something was answered
	worst    *failure
	series   string // that worst happened to
}

// backoff is how long after an attempt the next one may come: one interval after
// the first miss, then twice as long each time up to maxBackoff, less up to half
// by jitter, and never less than an interval.
func backoff(interval time.Duration, misses int, jitter float64) time.Duration {
	d := interval
	for range misses - 1 {
		if d *= 2; d >= maxBackoff {
			d = maxBackoff
			break
		}
	}
	return max(interval, d-time.Duration(jitter*float64(d)/2))
}

// readPrometheus asks for each series in turn. The first failure of the source
// ends the tick, and the next tick begins after that series: one query that
// hangs does not keep the others from being read.
func (s *source) readPrometheus(ctx context.Context, now sample.Instant) outcome {
	out := outcome{asked: len(s.series) > 0}
	begin := s.turn
	for i := range s.series {
		at := (begin + i) % len(s.series)
		st := s.series[at]
		started := s.o.opts.Clock.Now()
		a, f := s.instant(ctx, st.def, now)
		if ctx.Err() != nil {
			return out
		}
		s.observed(st.def.Name, started, f)
		if f == nil {
			st.absorb(a, now, s.pace)
			out.answered = true
			continue
		}
		st.fail(f.cause)
		out.worst, out.series = f, st.def.Name
		if f.source {
			s.turn = (at + 1) % len(s.series)
			break
		}
	}
	if out.worst != nil && !out.answered && s.gone(out.worst) {
		for _, st := range s.series {
			st.fail(out.worst.cause)
		}
	}
	return out
}

// gone reports whether a failure says that the whole source does not answer, and
// not one query of it: at once where nobody is there, or nobody lets us in, and
// else when the tick before was in vain as well.
func (s *source) gone(f *failure) bool {
	switch f.cause {
	case sample.CauseUnreachable, sample.CauseTLS, sample.CauseUnauthorized, sample.CauseForbiddenTarget:
		return true
	}
	return f.source && s.misses > 0
}

func (s *source) observed(series string, started time.Time, f *failure) {
	if s.o.opts.OnRead == nil {
		return
	}
	r := Read{Source: s.key, Series: series, Took: s.o.opts.Clock.Since(started)}
	if f != nil {
		r.Cause = f.cause
	}
	s.o.opts.OnRead(r)
}

func (s *source) publish() {
	snap := &Snapshot{
		generation: s.cfg.Generation, pace: s.pace, failing: s.failing,
		series: make(map[string]*seriesView, len(s.series)),
	}
	for _, st := range s.series {
		snap.order = append(snap.order, st.def.Name)
		snap.series[st.def.Name] = st.view()
	}
	s.snapshot.Store(snap)
}

func (s *source) now() sample.Instant { return sample.At(s.o.opts.Clock.Now()) }
