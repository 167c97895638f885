package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/modcap/modcap/internal/simulate"
)

// When a simulation says how far it is.
const (
	quietFor     = 2 * time.Second
	lineEvery    = time.Second // on a terminal, where a line replaces the one before
	logEvery     = 10 * time.Second
	stepsPerLook = 4096 // between two looks at the clock
)

// progress tells somebody who waits how far a simulation is.
type progress struct {
	out         io.Writer
	now         func() time.Time
	terminal    bool
	begun, next time.Time
	steps, all  int
	told        bool
}

func newProgress(out io.Writer, all int) *progress {
	p := &progress{out: out, now: time.Now, all: all}
	if file, ok := out.(*os.File); ok {
		info, err := file.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	p.begun = p.now()
	p.next = p.begun.Add(quietFor)
	return p
}

// watch is the policy, counted.
func (p *progress) watch(policy simulate.Policy) simulate.Policy { return &watched{policy, p} }

// best is the rule's best outcome and its setting, with all its runs counted.
func (p *progress) best(rule simulate.Rule, cases simulate.Shared) (float64, simulate.Combined) {
	plain := rule.New
	rule.New = func(knob, deadline, throughput float64) simulate.Policy {
		return p.watch(plain(knob, deadline, throughput))
	}
	return cases.Best(rule)
}

type watched struct {
	simulate.Policy
	progress *progress
}

// Step asks the policy.
func (w *watched) Step(v *simulate.View) int {
	if p := w.progress; !v.Ended {
		if p.steps++; p.steps%stepsPerLook == 0 {
			p.look()
		}
	}
	return w.Policy.Step(v)
}

func (p *progress) look() {
	now := p.now()
	if now.Before(p.next) {
		return
	}
	line, every := "simulating: %d %%, %s so far\n", logEvery
	if p.terminal {
		line, every = "\rsimulating: %d %%, %s so far ", lineEvery
	}
	fmt.Fprintf(p.out, line, 100*p.steps/max(p.all, 1), now.Sub(p.begun).Round(time.Second))
	p.told, p.next = true, now.Add(every)
}

// done removes the line from a terminal.
func (p *progress) done() {
	if p.told && p.terminal {
		fmt.Fprint(p.out, "\r\033[K")
	}
}
