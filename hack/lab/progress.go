package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// When it is told how far the run is.
const (
	lineEvery = time.Second      // on a terminal, where a line replaces the one before
	logEvery  = 10 * time.Second // elsewhere
)

// progress tells somebody who waits how far a run is, and how long it may still take.
type progress struct {
	out         io.Writer
	what        string
	now         func() time.Time
	terminal    bool
	begun, next time.Time
	told        bool
}

func newProgress(out io.Writer, what string) *progress {
	p := &progress{out: out, what: what, now: time.Now}
	if file, ok := out.(*os.File); ok {
		info, err := file.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	p.begun = p.now()
	p.next = p.begun.Add(lineEvery)
	return p
}

// tell is called with what is done of all.
func (p *progress) tell(done, all float64) {
	now := p.now()
	if now.Before(p.next) || done <= 0 || all <= 0 {
		return
	}
	line, every := "lab: %d %%, %s so far, about %s left\n", logEvery
	if p.terminal {
		line, every = "\rlab: %d %%, %s so far, about %s left\033[K", lineEvery
	}
	past := now.Sub(p.begun)
	left := time.Duration(float64(past) * (all - done) / done)
	fmt.Fprintf(p.out, line, int(100*done/all), past.Round(time.Second), left.Round(time.Second))
	p.told, p.next = true, now.Add(every)
}

// done ends the line on a terminal, and says how long it took.
func (p *progress) done() {
	if p.told && p.terminal {
		fmt.Fprint(p.out, "\r\033[K")
	}
	fmt.Fprintf(p.out, "lab: %s took %s\n", p.what, p.now().Sub(p.begun).Round(time.Second))
}
