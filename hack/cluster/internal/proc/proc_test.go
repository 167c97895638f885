package proc

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	rest := strings.Repeat(" 1", 18) + " 4711 9 9"
	cases := map[string]struct {
		line  string
		state byte
		start uint64
		fails bool
	}{
		"plain":         {line: "7 (etcd) S" + rest, state: 'S', start: 4711},
		"blanks inside": {line: "7 (a b) c) R 9) Z" + rest, state: 'Z', start: 4711},
		"too short":     {line: "7 (etcd) S 1 1", fails: true},
		"no command":    {line: "7 etcd S" + rest, fails: true},
		"not a number":  {line: "7 (etcd) S" + strings.Repeat(" x", 22), fails: true},
		"empty":         {fails: true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			state, start, err := parseStat(c.line)
			if state != c.state || start != c.start || (err != nil) != c.fails {
				t.Errorf("got %c %d %v", state, start, err)
			}
		})
	}
}

// Whatever a command calls itself, its state and start time are found.
func FuzzParseStat(f *testing.F) {
	f.Add("etcd", uint64(4711))
	f.Add("a) Z 1 1 (", uint64(0))
	f.Fuzz(func(t *testing.T, command string, want uint64) {
		line := fmt.Sprintf("7 (%s) S%s %d 9", command, strings.Repeat(" 1", 18), want)
		state, start, err := parseStat(line)
		if err != nil || state != 'S' || start != want {
			t.Errorf("%q: %c %d %v", line, state, start, err)
		}
		if _, _, err := parseStat(command); err == nil && !strings.Contains(command, ")") {
			t.Errorf("parsed %q", command)
		}
	})
}

// start runs a shell script and ends it with the test.
func start(t *testing.T, script string) (id Identity, log string) {
	t.Helper()
	log = filepath.Join(t.TempDir(), "log")
	id, err := Start([]string{"/bin/sh", "-c", script}, []string{"PATH=/usr/bin:/bin"}, "/", log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := Stop(t.Context(), id, time.Millisecond); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	return id, log
}

// waitFor polls the log for a text that the script prints.
func waitFor(t *testing.T, log, text string) {
	t.Helper()
	deadline, ticker := time.After(10*time.Second), time.NewTicker(5*time.Millisecond)
	defer ticker.Stop()
	for !strings.Contains(Tail(log, 10), text) {
		select {
		case <-deadline:
			t.Fatalf("no %q in the log: %s", text, Tail(log, 10))
		case <-ticker.C:
		}
	}
}

func TestStopOutcomes(t *testing.T) {
	cases := map[string]struct {
		script string
		want   Outcome
	}{
		"ends when told": {script: "echo on; exec sleep 60", want: Terminated},
		"has to be killed": {
			script: "trap '' TERM; echo on; while :; do sleep 0.01; done", want: Killed,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			id, log := start(t, c.script)
			waitFor(t, log, "on")
			if !id.Alive() {
				t.Fatal("does not run")
			}
			got, err := Stop(t.Context(), id, 300*time.Millisecond)
			if err != nil || got != c.want {
				t.Errorf("%s, %v; want %s", got, err, c.want)
			}
			if id.Alive() {
				t.Error("still runs")
			}
			if again, err := Stop(t.Context(), id, time.Second); err != nil || again != NotRunning {
				t.Errorf("second stop: %s, %v", again, err)
			}
		})
	}
}

// An id that now belongs to another process, or to another boot, is never signalled.
func TestRecycledIDIsLeftAlone(t *testing.T) {
	id, log := start(t, "echo on; exec sleep 60")
	waitFor(t, log, "on")
	earlier, otherBoot := id, id
	earlier.StartTime--
	otherBoot.BootID = "another"
	for _, foreign := range []Identity{earlier, otherBoot, {}, {PID: -1}} {
		if got, err := Stop(t.Context(), foreign, time.Second); err != nil || got != NotRunning {
			t.Errorf("stop %+v: %s, %v", foreign, got, err)
		}
	}
	if !id.Alive() {
		t.Error("a foreign process was stopped")
	}
}

func TestStartFails(t *testing.T) {
	dir := t.TempDir()
	if _, err := Start([]string{dir + "/none"}, nil, dir, dir+"/log"); err == nil {
		t.Error("a missing command started")
	}
	if _, err := Start([]string{"/bin/true"}, nil, dir, dir+"/none/log"); err == nil {
		t.Error("started without a log")
	}
}

func TestTail(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	var text strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&text, "line %d\n", i)
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	if got, want := Tail(path, 2), "line 19998\nline 19999"; got != want {
		t.Errorf("tail %q, want %q", got, want)
	}
	if got := Tail(path+".none", 2); !strings.Contains(got, "no such file") {
		t.Errorf("tail of nothing: %q", got)
	}
}
