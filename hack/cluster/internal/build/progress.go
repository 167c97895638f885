package build

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

const (
	// progressEvery is how often a running build says how far it is.
	progressEvery = 5 * time.Second
	// tailLines is how much of a failed build's output is shown.
	tailLines = 20
)

// meter counts the packages that `go build -v` names and keeps the end of what it
// prints, for the error message.
type meter struct {
	out  io.Writer
	name string

	mu         sync.Mutex
	total      int
	partial    string
	compiled   int
	downloaded int
	last       []string
}

func newMeter(out io.Writer, name string) *meter {
	return &meter{out: out, name: name}
}

// setTotal says how many packages there are at most to compile; 0 means unknown.
func (m *meter) setTotal(packages int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.total = packages
}

// Write takes the build's output, in pieces of any size.
func (m *meter) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	lines := strings.Split(m.partial+string(p), "\n")
	m.partial = lines[len(lines)-1]
	for _, line := range lines[:len(lines)-1] {
		m.take(line)
	}
	return len(p), nil
}

func (m *meter) take(line string) {
	switch {
	case strings.HasPrefix(line, "go: downloading "):
		m.downloaded++
	case line != "" && !strings.ContainsAny(line, " \t:#"):
		m.compiled++
	default:
		m.last = append(m.last, line)
		if len(m.last) > tailLines {
			m.last = m.last[1:]
		}
	}
}

func (m *meter) tail() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.TrimSpace(strings.Join(m.last, "\n") + "\n" + m.partial)
}

// line says how far the build is after the given time.
func (m *meter) line(elapsed time.Duration) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := fmt.Sprintf("%s: building, %s", m.name, elapsed.Round(time.Second))
	if m.downloaded > 0 {
		out += fmt.Sprintf(", %d modules downloaded", m.downloaded)
	}
	if m.total > 0 {
		out += fmt.Sprintf(", %d packages compiled of at most %d", m.compiled, m.total)
	}
	return out
}

// start prints a line every few seconds until the returned function is called.
func (m *meter) start(began time.Time) (stop func()) {
	done := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		ticker := time.NewTicker(progressEvery)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case now := <-ticker.C:
				_, _ = fmt.Fprintln(m.out, m.line(now.Sub(began)))
			}
		}
	})
	return func() {
		close(done)
		wait.Wait()
	}
}
