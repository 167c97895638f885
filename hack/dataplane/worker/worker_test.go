package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// server hands out what a test wants, and keeps what it was told.
type server struct {
	*httptest.Server
	// lease answers a lease; nil for nothing.
	lease func() *item

	mu   sync.Mutex
	told []string
	// heard has a value for everything that is told.
	heard chan string
}

func newServer(t *testing.T, lease func() *item) *server {
	s := &server{lease: lease, heard: make(chan string, 1000)}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/lease" {
		got := s.lease()
		if got == nil {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		s.note("lease " + got.ID)
		_ = json.NewEncoder(w).Encode(got) // the worker's side is tested
		return
	}
	s.note(fmt.Sprint(r.URL.Path[1:], " ", r.FormValue("item")))
}

func (s *server) note(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, what)
	s.heard <- what
}

// await returns once the server has been told something.
func (s *server) await(t *testing.T, what string) {
	t.Helper()
	late := time.After(10 * time.Second)
	for {
		select {
		case got := <-s.heard:
			if got == what {
				return
			}
		case <-late:
			t.Fatalf("%q is not told; told is %v", what, s.told)
		}
	}
}

// once hands out one item.
func once(i item) func() *item {
	var first sync.Once
	return func() (out *item) {
		first.Do(func() { out = &i })
		return out
	}
}

// start runs a worker; stop sends it SIGTERM and waits for its end.
func start(t *testing.T, s *server, change func(*worker)) (stop func()) {
	t.Helper()
	w := &worker{server: s.URL, queue: "live", pod: "a", grace: 5 * time.Second, slots: 1, client: s.Client()}
	if change != nil {
		change(w)
	}
	term, end := make(chan os.Signal, 1), make(chan error, 1)
	go func() { end <- w.run(term, func() {}) }()
	return func() {
		t.Helper()
		term <- syscall.SIGTERM
		select {
		case err := <-end:
			if err != nil {
				t.Errorf("The worker fails: %v", err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("The worker does not end")
		}
	}
}

// What it holds when it is told to stop it finishes, if there is time.
func TestFinishesWhatItHolds(t *testing.T) {
	i := item{ID: "1", Classify: 100, Book: 100}
	for name, c := range map[string]struct {
		left time.Duration
		want []string
	}{
		"enough time": {5 * time.Second, []string{"act 1", "done 1"}},
		"too little":  {150 * time.Millisecond, []string{"return 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, nil)
			w := &worker{server: s.URL, client: s.Client(), stopping: make(chan struct{}), deadline: time.Now().Add(c.left)}
			close(w.stopping)
			if err := w.handle(i); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, s.told); d != "" {
				t.Errorf("told (-want +got):\n%s", d)
			}
		})
	}
}

func TestGivesBackWhatItCannotFinish(t *testing.T) {
	s := newServer(t, once(item{ID: "1", Classify: 3_600_000}))
	stop := start(t, s, nil)
	s.await(t, "lease 1")
	stop()
	if d := cmp.Diff([]string{"hello ", "lease 1", "return 1", "bye "}, s.told); d != "" {
		t.Errorf("told (-want +got):\n%s", d)
	}
}

func TestFinishesWhatItHasActedOn(t *testing.T) {
	s := newServer(t, once(item{ID: "1", Book: 400}))
	stop := start(t, s, func(w *worker) { w.grace = margin })
	s.await(t, "act 1")
	stop()
	if d := cmp.Diff([]string{"hello ", "lease 1", "act 1", "done 1", "bye "}, s.told); d != "" {
		t.Errorf("told (-want +got):\n%s", d)
	}
}

// A lease that was on its way when the signal came is heard, and given back.
func TestGivesBackWhatComesTooLate(t *testing.T) {
	asked, answer := make(chan bool, 1), make(chan bool)
	give := once(item{ID: "1", Classify: 10})
	s := newServer(t, func() *item {
		asked <- true
		<-answer
		return give()
	})
	w := &worker{}
	stop := start(t, s, func(made *worker) { w = made })
	<-asked
	go func() {
		<-w.stopping
		close(answer)
	}()
	stop()
	if d := cmp.Diff([]string{"hello ", "lease 1", "return 1", "bye "}, s.told); d != "" {
		t.Errorf("told (-want +got):\n%s", d)
	}
}

func TestLeasesNothingWhileMarked(t *testing.T) {
	podinfo := filepath.Join(t.TempDir(), "annotations")
	write := func(until time.Time) {
		text := fmt.Sprintf("kubernetes.io/config.source=\"api\"\n%s=%q\n", drainUntil, until.Format(time.RFC3339Nano))
		if err := os.WriteFile(podinfo, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	leases := make(chan bool, 1)
	s := newServer(t, func() *item {
		select {
		case leases <- true:
		default:
		}
		return nil
	})
	write(time.Now().Add(time.Hour))
	stop := start(t, s, func(w *worker) { w.podinfo = podinfo })
	s.await(t, "hello ")
	select {
	case <-leases:
		t.Error("It leases though it is marked")
	case <-time.After(4 * pause):
	}
	write(time.Now().Add(-time.Second))
	select {
	case <-leases:
	case <-time.After(10 * time.Second):
		t.Error("It does not lease again though the mark is over")
	}
	stop()
}

func TestMarked(t *testing.T) {
	now := time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"no annotations": {"", false},
		"others":         {"a=\"b\"\nmodcap.dev/drain-since=\"2026-11-05T11:59:00Z\"", false},
		"marked":         {"a=\"b\"\nmodcap.dev/drain-until=\"2026-11-05T12:00:01.000Z\"\nc=\"d\"\n", true},
		"over":           {"modcap.dev/drain-until=\"2026-11-05T12:00:00.000Z\"", false},
		"in another's":   {"a=\"modcap.dev/drain-until=2027-11-05T12:00:00.000Z\"", false},
		"not quoted":     {"modcap.dev/drain-until=2027-11-05T12:00:00.000Z", false},
		"no time":        {"modcap.dev/drain-until=\"soon\"", false},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "annotations")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := marked(file, now); got != c.want {
				t.Errorf("marked is %t", got)
			}
		})
	}
	if marked(filepath.Join(t.TempDir(), "missing"), now) {
		t.Error("marked without a file")
	}
}
