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
	// Lanes are the queues, where several share the pool; the numbers above are then
	// of all of them together.
	Lanes []Lane
}

// Lane is what happened to the items of one queue.
type Lane struct {
	Name                    string
	Deadline                int // seconds
	Arrivals, Backlog, Late []float64
	// Oldest is the age of the oldest item left waiting, in seconds.
	Oldest []float64
}

// Record is Run that keeps what happened.
func Record(arrivals []float64, pool Pool, policy Policy) (Result, *Tape) {
	r := newRun(pool, []queue{{arrivals: arrivals, deadline: pool.Deadline, weight: 1}})
	tape := newTape(len(arrivals))
	tape.Arrivals, r.tape, r.queues[0].late = arrivals, tape, tape.Late
	r.play(policy)
	r.queues[0].abandon()
	return r.conclude(), tape
}

func newTape(n int) *Tape {
	return &Tape{Desired: make([]int, n), Ready: make([]int, n), Backlog: make([]float64, n), Late: make([]float64, n)}
}

// abandon counts what was given up on as late.
func (q *queue) abandon() {
	for _, b := range q.batches[q.head:] {
		q.late[b.second] += b.items
	}
}

func (tape *Tape) note(t int, r *run) {
	tape.Desired[t], tape.Ready[t] = r.desired, r.desired-r.pending
	for i := range r.queues {
		tape.Backlog[t] += r.queues[i].backlog
	}
	for i := range tape.Lanes {
		tape.Lanes[i].Backlog[t], tape.Lanes[i].Oldest[t] = r.queues[i].backlog, float64(r.queues[i].oldest(t))
	}
}

// Timeline writes the tape as CSV: t_seconds,arrivals,desired, a row a second; with
// several queues a column arrivals_NAME for each.
func (tape *Tape) Timeline(w io.Writer) error {
	out := bufio.NewWriter(w)
	arrivals := [][]float64{tape.Arrivals}
	line := append(make([]byte, 0, 64), "t_seconds,arrivals,desired\n"...)
	if len(tape.Lanes) > 0 {
		arrivals, line = nil, append(line[:0], "t_seconds"...)
		for i := range tape.Lanes {
			arrivals = append(arrivals, tape.Lanes[i].Arrivals)
			line = append(append(line, ",arrivals_"...), tape.Lanes[i].Name...)
		}
		line = append(line, ",desired\n"...)
	}
	for t, n := range tape.Desired {
		if _, err := out.Write(line); err != nil {
			return fmt.Errorf("write timeline: %w", err)
		}
		line = append(strconv.AppendInt(line[:0], int64(t), 10), ',')
		for _, a := range arrivals {
			line = append(strconv.AppendFloat(line, a[t], 'g', -1, 64), ',')
		}
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
