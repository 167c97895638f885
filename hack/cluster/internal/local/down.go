package local

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/modcap/modcap/hack/cluster/internal/lockfile"
)

// ErrNoCluster says that a folder holds no cluster.
var ErrNoCluster = errors.New("no cluster there")

func mustLoad(dir string) (*State, error) {
	s, err := Load(dir)
	if err == nil && s == nil {
		err = fmt.Errorf("read cluster in %s: %w", dir, ErrNoCluster)
	}
	return s, err
}

// lock serialises the commands on one cluster folder. The lock lies outside the folder, so
// that the folder can be removed.
func (m Manager) lock(ctx context.Context, dir string) (unlock func(), err error) {
	sum := sha256.Sum256([]byte(dir))
	path := filepath.Join(m.Cache, "locks", hex.EncodeToString(sum[:8]))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("create lock folder: %w", err)
	}
	return lockfile.Lock(ctx, path, func() { m.printf("waiting for another command on %s", dir) })
}

// Down stops the cluster's processes, the last started first, and removes its data; the
// logs stay unless purge is set. No cluster there is no error.
func (m Manager) Down(ctx context.Context, dir string, purge bool) error {
	unlock, err := m.lock(ctx, dir)
	if err != nil {
		return err
	}
	defer unlock()
	s, err := Load(dir)
	if err != nil {
		return err
	}
	remove := layout(dir).removable()
	if s == nil {
		m.printf("no cluster in %s", dir)
		remove = nil
	} else if err := m.stopAll(ctx, s, s.names()); err != nil {
		return err
	}
	if purge {
		remove = append(remove, layout(dir).logs())
	}
	for _, path := range remove {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("remove cluster data: %w", err)
		}
	}
	if s != nil {
		m.ports().release(dir, s.Ports)
	}
	_ = os.Remove(dir) // It stays while it holds logs, or anything that is not the cluster's.
	return nil
}

func (s *State) names() []string {
	var out []string
	for _, p := range s.Processes {
		out = append(out, p.Name)
	}
	return out
}

// Stop stops one process of a cluster, for outage tests; its data stays.
func (m Manager) Stop(ctx context.Context, dir, name string) error {
	return m.withProcess(ctx, dir, name, func(s *State) error {
		return m.stopAll(ctx, s, []string{name})
	})
}

// Start starts one stopped process of a cluster with the command line, port and data that
// it had, and waits until it is ready. One that fails to get ready is stopped again.
func (m Manager) Start(ctx context.Context, dir, name string) error {
	return m.withProcess(ctx, dir, name, func(s *State) error {
		c, err := newClient(s)
		if err != nil {
			return err
		}
		started, err := m.startAll(ctx, c, s, []string{name})
		if err != nil {
			return errors.Join(err, m.stopAll(context.WithoutCancel(ctx), s, started))
		}
		return nil
	})
}

func (m Manager) withProcess(ctx context.Context, dir, name string, act func(*State) error) error {
	unlock, err := m.lock(ctx, dir)
	if err != nil {
		return err
	}
	defer unlock()
	s, err := mustLoad(dir)
	if err != nil {
		return err
	}
	if s.process(name) == nil {
		return fmt.Errorf("find process %q: the cluster has %v", name, s.names())
	}
	return act(s)
}

// Status prints the cluster's processes; it is an error if one of them does not run.
func (m Manager) Status(dir string, out io.Writer) error {
	s, err := mustLoad(dir)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "PROCESS\tSTATE\tPID\tADDRESS\tLOG")
	var dead []string
	for _, p := range s.Processes {
		state := "running"
		if !p.Alive() {
			state = "stopped"
			dead = append(dead, p.Name)
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\n", p.Name, state, p.PID, address(s.Ports[p.Name]), p.Log)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print status: %w", err)
	}
	if len(dead) > 0 {
		return fmt.Errorf("check cluster %s: not running: %v", s.Options.Name, dead)
	}
	return nil
}
