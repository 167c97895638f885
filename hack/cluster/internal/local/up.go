package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/modcap/modcap/hack/cluster/internal/proc"
)

// stopGrace is how long a process may take to end by itself.
const stopGrace = 10 * time.Second

// Manager acts on clusters.
type Manager struct {
	// Cache holds port reservations, locks and, by default, the clusters' folders.
	Cache string
	// Out receives a line per thing done.
	Out io.Writer
}

func (m Manager) ports() portBook { return portBook(filepath.Join(m.Cache, "ports")) }

func (m Manager) printf(format string, args ...any) { _, _ = fmt.Fprintf(m.Out, format+"\n", args...) }

// Up starts what does not run of a cluster and waits until pods can be made in it. A
// cluster that runs is left as it is; running with other options is an error. If the
// start fails, the processes it started are stopped again and the error names the one
// that failed, with the end of its log.
func (m Manager) Up(ctx context.Context, o Options, binaries map[string]string) error {
	unlock, err := m.lock(ctx, o.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	s, err := m.prepare(o, binaries)
	if err != nil {
		return err
	}
	c, err := newClient(s)
	if err != nil {
		return err
	}
	var started []string
	for i, phase := range phases() {
		if err == nil && i == len(phases())-1 {
			err = createNodes(ctx, c, o.Nodes)
		}
		if err == nil {
			var names []string
			names, err = m.startAll(ctx, c, s, phase)
			started = append(started, names...)
		}
	}
	if err == nil {
		err = waitUsable(ctx, c, o.Nodes)
	}
	if err != nil {
		// The caller may have been interrupted; what was started is stopped all the same.
		return errors.Join(err, m.stopAll(context.WithoutCancel(ctx), s, started))
	}
	return nil
}

// prepare loads or makes the cluster's state and writes the files the processes read.
func (m Manager) prepare(o Options, binaries map[string]string) (*State, error) {
	s, err := Load(o.Dir)
	if err != nil {
		return nil, err
	}
	if s != nil && s.anyAlive() {
		if s.Options != o {
			return nil, fmt.Errorf("start cluster: %s runs with other options (%+v): take it down first", o.Dir, s.Options)
		}
		return s, nil
	}
	if s == nil {
		// Lines of an earlier cluster in the audit log would be counted as this one's.
		if err := os.RemoveAll(layout(o.Dir).logs()); err != nil {
			return nil, fmt.Errorf("remove old logs: %w", err)
		}
		s = &State{Ports: map[string]int{}}
	}
	s.Options, s.Binaries = o, binaries
	return s, m.write(s)
}

// write makes everything that the processes need before they start. The state file comes
// first, because port reservations without one count as stale.
func (m Manager) write(s *State) error {
	if err := s.save(); err != nil {
		return err
	}
	if err := m.assignPorts(s); err != nil {
		return err
	}
	s.Processes = specs(s)
	if err := errors.Join(writeFiles(s), writeSecrets(s)); err != nil {
		return err
	}
	return s.save()
}

// assignPorts reserves ports, unless the cluster has them from an earlier start.
func (m Manager) assignPorts(s *State) error {
	if len(s.Ports) > 0 {
		return nil
	}
	names := processNames()
	ports, err := m.ports().reserve(s.Options.Dir, len(names))
	if err != nil {
		return err
	}
	for i, name := range names {
		s.Ports[name] = ports[i]
	}
	return nil
}

// startAll starts those of the named processes that do not run, waits until all of them
// are ready, and returns the names of those it started.
func (m Manager) startAll(ctx context.Context, c *client, s *State, names []string) ([]string, error) {
	began := time.Now()
	var started []string
	for _, name := range names {
		p := s.process(name)
		if p == nil {
			return started, fmt.Errorf("start %s: not a part of the cluster", name)
		}
		if p.Alive() {
			continue
		}
		if err := m.start(s, p); err != nil {
			return started, err
		}
		started = append(started, name)
	}
	for _, name := range names {
		p := s.process(name)
		if err := waitReady(ctx, c, p); err != nil {
			return started, err
		}
		if slices.Contains(started, name) {
			m.printf("%s: ready after %s (pid %d)", name, time.Since(began).Round(10*time.Millisecond), p.PID)
		} else {
			m.printf("%s: runs (pid %d)", name, p.PID)
		}
	}
	return started, nil
}

func (m Manager) start(s *State, p *Process) error {
	dir := s.Options.Dir
	env := []string{"PATH=/usr/bin:/bin", "HOME=" + dir, "KWOK_WORKDIR=" + layout(dir).data(kwok)}
	id, err := proc.Start(p.Args, env, dir, p.Log)
	if err != nil {
		return fmt.Errorf("start %s: %w", p.Name, err)
	}
	p.Identity = id
	return s.save()
}

// stopAll stops the named processes, the last first, and says how each ended.
func (m Manager) stopAll(ctx context.Context, s *State, names []string) error {
	var errs []error
	for _, name := range slices.Backward(names) {
		p := s.process(name)
		if p.PID == 0 {
			continue // It was never started.
		}
		began := time.Now()
		outcome, err := proc.Stop(ctx, p.Identity, stopGrace)
		if err != nil {
			errs = append(errs, fmt.Errorf("stop %s: %w", name, err))
			continue
		}
		m.printf("%s: %s (pid %d, %s)", name, outcome, p.PID, time.Since(began).Round(10*time.Millisecond))
	}
	return errors.Join(errs...)
}
