package lab

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseEnv(t *testing.T) {
	got := parseEnv("export KUBECONFIG='/a b/kubeconfig'\nexport PATH='/x':\"$PATH\"\n# a comment\nPLAIN=1\nexport ODD='it'\\''s'\n")
	want := map[string]string{"KUBECONFIG": "/a b/kubeconfig", "PATH": `/x':"$PATH"`, "PLAIN": "1", "ODD": "it's"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func start(t *testing.T, script string) *Process {
	t.Helper()
	p, err := Start(t.TempDir(), "sh", "/bin/sh", "-c", script)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Kill(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// said waits until the process has written a line to its log.
func said(t *testing.T, p *Process, line string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := Poll(ctx, 10*time.Millisecond, line, func(context.Context) (bool, error) {
		return strings.Contains(Tail(p.Log, 10), line), nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestStopAsksFirst(t *testing.T) {
	p := start(t, `trap 'echo asked; exit 0' TERM; echo ready; while :; do sleep 0.05; done`)
	said(t, p, "ready")
	if !p.Running() || p.Err() != nil {
		t.Fatalf("running %v, error %v", p.Running(), p.Err())
	}
	if err := p.Stop(20 * time.Second); err != nil {
		t.Fatal(err)
	}
	if p.Running() || !strings.Contains(Tail(p.Log, 3), "asked") {
		t.Errorf("running %v, log:\n%s", p.Running(), Tail(p.Log, 3))
	}
}

func TestStopKillsAfterTheGraceTime(t *testing.T) {
	p := start(t, `trap '' TERM; echo ready; exec cat /dev/zero > /dev/null`)
	said(t, p, "ready")
	if err := p.Stop(10 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if p.Running() || p.Err() == nil {
		t.Errorf("running %v, error %v; want killed", p.Running(), p.Err())
	}
}

func TestEndOfAProcessIsSeen(t *testing.T) {
	p := start(t, "echo broken >&2; exit 3")
	<-p.Done()
	if p.Err() == nil || Tail(p.Log, 1) != "broken" {
		t.Errorf("error %v, log %q", p.Err(), Tail(p.Log, 1))
	}
	if err := p.Stop(time.Second); err != nil {
		t.Errorf("stop what has ended: %v", err)
	}
}

func TestTail(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte(strings.Repeat("x\n", maxTail)+"a\nb\nc\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := Tail(path, 2); got != "b\nc" {
		t.Errorf("got %q", got)
	}
	if got := Tail(path+".none", 2); !strings.Contains(got, "no such file") {
		t.Errorf("got %q", got)
	}
}

func TestPollSaysWhatItWaitedFor(t *testing.T) {
	ctx, cancel := context.WithTimeoutCause(t.Context(), time.Millisecond, errors.New("too late"))
	defer cancel()
	err := Poll(ctx, time.Microsecond, "the sun rises", func(context.Context) (bool, error) { return false, errors.New("clouds") })
	if err == nil || !strings.Contains(err.Error(), "wait until the sun rises: too late") || !strings.Contains(err.Error(), "clouds") {
		t.Errorf("error %v", err)
	}
}
