package simulate

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
)

// Tape is what happened in each second of a day.
type Tape struct {
	// Arrivals are the items of each second.
	Arrivals []float64
	// Desired and Ready are the workers while it lasted, after bounds.
	Desired, Ready []int
	// Backlog is the items left waiting at its end.
	Backlog []float64
	// Late are those of its arrivals that were done too late, or never.
	Late []float64
}

// Record is Run that keeps what happened.
func Record(arrivals []float64, pool Pool, policy Policy) (Result, *Tape) {
	n := len(arrivals)
	r := newRun(arrivals, pool)
	r.tape = &Tape{Arrivals: arrivals, Desired: make([]int, n), Ready: make([]int, n), Backlog: make([]float64, n), Late: make([]float64, n)}
	result := r.play(arrivals, policy)
	for _, b := range r.queue.batches[r.queue.head:] { // given up on
		r.tape.Late[b.second] += b.items
	}
	return result, r.tape
}

func (tape *Tape) note(t int, r *run) {
	tape.Desired[t], tape.Ready[t], tape.Backlog[t] = r.desired, r.desired-r.pending, r.queue.backlog
}

// Timeline writes the tape as CSV: t_seconds,arrivals,desired, a row a second.
func (tape *Tape) Timeline(w io.Writer) error {
	out := bufio.NewWriter(w)
	line := append(make([]byte, 0, 64), "t_seconds,arrivals,desired\n"...)
	for t, n := range tape.Desired {
		if _, err := out.Write(line); err != nil {
			return fmt.Errorf("write timeline: %w", err)
		}
		line = append(strconv.AppendInt(line[:0], int64(t), 10), ',')
		line = append(strconv.AppendFloat(line, tape.Arrivals[t], 'g', -1, 64), ',')
		line = append(strconv.AppendInt(line, int64(n), 10), '\n')
	}
	if _, err := out.Write(line); err != nil {
		return fmt.Errorf("write timeline: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write timeline: %w", err)
	}
	return nil
}

// Replay is the policy that asks for the replicas of a timeline, second by second,
// and keeps the last.
type Replay []int

// Step is the timeline's row of the second.
func (p Replay) Step(v *View) int {
	if v.Second < len(p) {
		return p[v.Second]
	}
	return v.Desired
}
