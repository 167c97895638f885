package local

import (
	"context"
	"errors"
	"maps"
	"os"
	"strings"
	"testing"
	"time"
)

// bench is a manager with a cache of its own whose clusters end with the test.
type bench struct {
	*testing.T
	Manager
	binaries map[string]string
	out      strings.Builder
}

func newBench(t *testing.T) *bench {
	b := &bench{T: t, binaries: fakeBinaries(t)}
	b.Manager = Manager{Cache: t.TempDir(), Out: &b.out}
	return b
}

func (b *bench) options(name string) Options {
	b.Helper()
	o := DefaultOptions()
	o.Name = name
	o, err := o.Complete(b.Cache)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := b.Down(context.Background(), o.Dir, true); err != nil {
			b.Error(err)
		}
	})
	return o
}

func (b *bench) up(o Options) *State {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	if err := b.Up(ctx, o, b.binaries); err != nil {
		b.Fatal(err)
	}
	return b.load(o)
}

func (b *bench) load(o Options) *State {
	b.Helper()
	s, err := Load(o.Dir)
	if err != nil || s == nil {
		b.Fatalf("load: %v, %v", s, err)
	}
	return s
}

func (b *bench) wantAlive(s *State, want bool, except ...string) {
	b.Helper()
	for _, p := range s.Processes {
		expected := want
		for _, name := range except {
			expected = expected != (p.Name == name)
		}
		if p.Alive() != expected {
			b.Errorf("%s of %s: running is %t, want %t", p.Name, s.Options.Name, p.Alive(), expected)
		}
	}
}

func TestUpTwiceAndDown(t *testing.T) {
	b := newBench(t)
	o := b.options("one")
	first := b.up(o)
	b.wantAlive(first, true)
	again := b.up(o)
	for i, p := range again.Processes {
		if p.Identity != first.Processes[i].Identity {
			t.Errorf("%s was started again", p.Name)
		}
	}
	other := o
	other.PodStart++
	if err := b.Up(t.Context(), other, b.binaries); err == nil || !strings.Contains(err.Error(), "other options") {
		t.Errorf("up with other options: %v", err)
	}
	if err := b.Down(t.Context(), o.Dir, false); err != nil {
		t.Fatal(err)
	}
	b.wantAlive(first, false)
	dir := layout(o.Dir)
	for _, path := range dir.removable() {
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there", path)
		}
	}
	if _, err := os.Stat(dir.log(etcd)); err != nil {
		t.Errorf("the logs are gone: %v", err)
	}
	if booked, _ := os.ReadDir(string(b.ports())); len(booked) > 0 {
		t.Errorf("%d ports are still booked", len(booked))
	}
	if err := b.Down(t.Context(), o.Dir, true); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(o.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Error("purging left the folder")
	}
}

// The order of the stop is the reverse of the start's, and foreign files stay.
func TestDownTellsAndSparesForeignFiles(t *testing.T) {
	b := newBench(t)
	o := b.options("one")
	b.up(o)
	foreign := layout(o.Dir).join("notes.txt")
	if err := os.WriteFile(foreign, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	b.out.Reset()
	if err := b.Down(t.Context(), o.Dir, true); err != nil {
		t.Fatal(err)
	}
	var stopped []string
	for line := range strings.Lines(b.out.String()) {
		name, _, _ := strings.Cut(line, ": stopped (pid ")
		stopped = append(stopped, name)
	}
	want := strings.Join([]string{kwok, scheduler, controllerManager, apiServer, prometheus, etcd}, " ")
	if got := strings.Join(stopped, " "); got != want {
		t.Errorf("stopped %s, want %s", got, want)
	}
	if _, err := os.Stat(foreign); err != nil {
		t.Error(err)
	}
}

func TestTwoClustersAtOnce(t *testing.T) {
	b := newBench(t)
	one, two := b.up(b.options("one")), b.up(b.options("two"))
	used := map[int]bool{}
	for _, s := range []*State{one, two} {
		for port := range maps.Values(s.Ports) {
			if used[port] {
				t.Errorf("port %d is used twice", port)
			}
			used[port] = true
		}
	}
	if err := b.Down(t.Context(), one.Options.Dir, false); err != nil {
		t.Fatal(err)
	}
	b.wantAlive(one, false)
	b.wantAlive(two, true)
}

func TestOutage(t *testing.T) {
	b := newBench(t)
	o := b.options("one")
	before := b.up(o)
	if err := b.Stop(t.Context(), o.Dir, prometheus); err != nil {
		t.Fatal(err)
	}
	b.wantAlive(b.load(o), true, prometheus)
	var table strings.Builder
	if err := b.Status(o.Dir, &table); err == nil || !strings.Contains(err.Error(), "not running: ["+prometheus+"]") {
		t.Errorf("status during the outage: %v\n%s", err, table.String())
	}
	if err := b.Start(t.Context(), o.Dir, prometheus); err != nil {
		t.Fatal(err)
	}
	after := b.load(o)
	b.wantAlive(after, true)
	was, is := before.process(prometheus), after.process(prometheus)
	if strings.Join(was.Args, " ") != strings.Join(is.Args, " ") || was.Health != is.Health || was.Identity == is.Identity {
		t.Errorf("before %+v, after %+v", was, is)
	}
	if err := b.Status(o.Dir, &table); err != nil {
		t.Error(err)
	}
	if err := b.Stop(t.Context(), o.Dir, "kubelet"); err == nil || !strings.Contains(err.Error(), `"kubelet"`) {
		t.Errorf("stop of an unknown process: %v", err)
	}
	if err := b.Stop(t.Context(), o.Dir+"-none", etcd); !errors.Is(err, ErrNoCluster) {
		t.Errorf("stop in no cluster: %v", err)
	}
}

// A start that fails names the process, shows the end of its log and stops the others.
func TestFailedStart(t *testing.T) {
	b := newBench(t)
	o := b.options("one")
	reason := layout(o.Dir).join("fail-" + scheduler)
	if err := writeFile(reason, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	err := b.Up(t.Context(), o, b.binaries)
	for _, part := range []string{"start " + scheduler, "it exited", "found a reason to fail"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error %v lacks %q", err, part)
		}
	}
	b.wantAlive(b.load(o), false)
	if err := os.Remove(reason); err != nil {
		t.Fatal(err)
	}
	b.wantAlive(b.up(o), true)
}

// A process that died comes back on the next up; the others are left alone.
func TestUpRepairs(t *testing.T) {
	b := newBench(t)
	o := b.options("one")
	before := b.up(o)
	if err := b.Stop(t.Context(), o.Dir, controllerManager); err != nil {
		t.Fatal(err)
	}
	after := b.up(o)
	for i, p := range after.Processes {
		if same := p.Identity == before.Processes[i].Identity; same == (p.Name == controllerManager) {
			t.Errorf("%s: same process is %t", p.Name, same)
		}
	}
}

func TestInterruptedStartLeavesNothing(t *testing.T) {
	b := newBench(t)
	o := b.options("one")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupted"))
	if err := b.Up(ctx, o, b.binaries); err == nil {
		t.Fatal("an interrupted start succeeded")
	}
	if s, err := Load(o.Dir); err != nil || (s != nil && s.anyAlive()) {
		t.Errorf("left %v, %v", s, err)
	}
}

func TestKubeconfigForUser(t *testing.T) {
	b := newBench(t)
	o := b.options("one")
	s := b.up(o)
	text, err := Kubeconfig(o.Dir, "ana", []string{"planners"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"ana@one"`) || !strings.Contains(string(text), s.server()) {
		t.Errorf("kubeconfig %s", text)
	}
	if _, err := Kubeconfig(o.Dir+"-none", "ana", nil); !errors.Is(err, ErrNoCluster) {
		t.Errorf("kubeconfig of no cluster: %v", err)
	}
}
