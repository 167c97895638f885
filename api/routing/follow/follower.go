package follow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"k8s.io/utils/clock"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// Options of a Follower.
type Options struct {
	// Source of the documents: Kubernetes or Directory.
	Source Source
	// Surfaces to follow, at least one.
	Surfaces []string
	// Copy is a directory, of this follower alone, for a copy of the last good
	// documents. Empty: none, and a restart without a source has no table. The
	// directory is made if it does not exist, and can be the source of others.
	Copy string
	// Interval at which the source is read in any case: 15 s by default. A watch
	// brings changes at once; a Directory is read at this interval only.
	Interval time.Duration
	// Timeout of one reading of a surface: 10 s by default.
	Timeout time.Duration
	// Clock is the machine's by default.
	Clock clock.WithTicker
	// Changed is called after each change of the table: by New for a copy, then from
	// Run's goroutine.
	Changed func(*v1.Table)
	// Logger gets a line when a surface's error appears, changes or goes away.
	// Nothing is logged by default.
	Logger *slog.Logger
}

// Follower keeps a table current. Its methods are safe for any number of
// goroutines; Run is called once.
type Follower struct {
	opts  Options
	table atomic.Pointer[v1.Table]
	parts map[string]*part // by surface; of New, then of Run's goroutine alone
	mu    sync.Mutex
	state map[string]status // by surface
}

// part is one surface's last good documents.
type part struct {
	index   []byte
	weights []byte
	raw     map[string][]byte // documents by name
	set     v1.Set
	stored  bool // all of it is in the copy
}

// status is what is known of one surface.
type status struct {
	confirmed time.Time // when the source last agreed with the table
	loaded    bool
	err       error
}

// New makes a Follower and loads the copy on disk, if there is one. It refuses
// options that cannot work; a copy that cannot be used is only reported by Err.
func New(o Options) (*Follower, error) {
	if o.Source == nil {
		return nil, errors.New("make follower: there is no source")
	}
	if len(o.Surfaces) == 0 {
		return nil, errors.New("make follower: there is no surface to follow")
	}
	o.setDefaults()
	f := &Follower{opts: o, parts: map[string]*part{}, state: map[string]status{}}
	for _, s := range o.Surfaces {
		if s == "" || filepath.Base(s) != s {
			return nil, fmt.Errorf("make follower: %q is not a surface", s)
		}
		f.state[s] = status{err: fmt.Errorf("surface %s: nothing was read yet", s)}
	}
	if o.Copy != "" {
		f.load()
	}
	return f, nil
}

func (o *Options) setDefaults() {
	if o.Interval <= 0 {
		o.Interval = 15 * time.Second
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
}

// load takes the copy on disk for the last good documents.
func (f *Follower) load() {
	d := directory(f.opts.Copy)
	for _, s := range f.opts.Surfaces {
		p, err := f.pull(context.Background(), d, s)
		if p == nil {
			f.note(s, status{err: fmt.Errorf("surface %s: load copy: %w", s, err)})
			continue
		}
		p.stored = true
		if err := f.commit(s, p); err != nil {
			f.note(s, status{err: fmt.Errorf("surface %s: load copy: %w", s, err)})
			continue
		}
		f.note(s, status{
			loaded: true, confirmed: d.modified(s),
			err: fmt.Errorf("surface %s: the copy on disk is in use, the source has not answered yet", s),
		})
	}
}

// Table in force: nil until there is one. It never goes back to nil.
func (f *Follower) Table() *v1.Table { return f.table.Load() }

// Ready reports whether there are documents for every surface, from the source or
// from the copy. Once true it stays true.
func (f *Follower) Ready() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.state {
		if !s.loaded {
			return false
		}
	}
	return true
}

// Age is how long ago the source last agreed with the table, for the surface where
// that is longest: math.MaxInt64 if it never did. After a restart it counts from
// when the copy was last changed. Alert on it at a few times Interval.
func (f *Follower) Age() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	var age time.Duration
	for _, s := range f.state {
		if s.confirmed.IsZero() {
			return math.MaxInt64
		}
		age = max(age, f.opts.Clock.Since(s.confirmed))
	}
	return age
}

// Err is what keeps the table from being confirmed, nil if nothing does.
func (f *Follower) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for _, s := range f.opts.Surfaces {
		errs = append(errs, f.state[s].err)
	}
	return errors.Join(errs...)
}

// Run follows the source until ctx ends. It returns nil then.
func (f *Follower) Run(ctx context.Context) error {
	ticker := f.opts.Clock.NewTicker(f.opts.Interval)
	defer ticker.Stop()
	wake := f.opts.Source.watch(ctx, f.opts.Clock, f.opts.Surfaces)
	for {
		for _, s := range f.opts.Surfaces {
			f.refresh(ctx, s)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C():
		case <-wake:
		}
	}
}

// refresh reads one surface and puts it in force. On any error the last good stays.
func (f *Follower) refresh(ctx context.Context, surface string) {
	ctx, cancel := context.WithTimeout(ctx, f.opts.Timeout)
	defer cancel()
	next := f.current(surface)
	p, err := f.pull(ctx, f.opts.Source, surface)
	if p != nil {
		if e := f.commit(surface, p); e != nil {
			err = errors.Join(err, e)
		} else {
			next.loaded = true
		}
	}
	if e := f.store(surface); e != nil {
		err = errors.Join(err, e)
	}
	if ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
		return // shutting down says nothing about the source
	}
	next.err = nil
	if err != nil {
		next.err = fmt.Errorf("surface %s: %w", surface, err)
	} else {
		next.confirmed = f.opts.Clock.Now()
	}
	f.note(surface, next)
}

func (f *Follower) current(surface string) status {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state[surface]
}

// note keeps a surface's status, and logs when its error changes.
func (f *Follower) note(surface string, s status) {
	f.mu.Lock()
	before := f.state[surface].err
	f.state[surface] = s
	f.mu.Unlock()
	switch {
	case s.err != nil && (before == nil || before.Error() != s.err.Error()):
		f.opts.Logger.Warn("Routing documents not confirmed", "surface", surface, "err", s.err)
	case s.err == nil && before != nil:
		f.opts.Logger.Info("Routing documents confirmed", "surface", surface)
	}
}

// commit puts a part in force together with the other surfaces' last good ones. An
// unchanged part costs nothing.
func (f *Follower) commit(surface string, p *part) error {
	if f.parts[surface] == p {
		return nil
	}
	sets := []v1.Set{p.set}
	for s, other := range f.parts {
		if s != surface {
			sets = append(sets, other.set)
		}
	}
	t, err := v1.NewTable(sets...)
	if err != nil {
		return err
	}
	f.parts[surface] = p
	f.table.Store(t)
	if f.opts.Changed != nil {
		f.opts.Changed(t)
	}
	return nil
}
