package capacity

import (
	"slices"

	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

// supply is the replicas that are, or will be, in milliseconds from now.
type supply struct {
	throughput int64 // work units per second of a replica, thousandths
	ready      int64
	// starting are when pods under way become Ready, ascending.
	starting []int64
	// asked is replicas asked for that no pod stands for yet.
	asked int64
	// lead is when a replica asked for now does its first work.
	lead int64
}

// planned is the supply that wanted is worked out with: all that was asked for
// is counted as if it came, so that wanted is not raised for what does not. The times of
// all pods under way are in the memory of room.
func planned(in *Input, room []int64) (supply, []int64) {
	wanted := int64(in.Fleet.Wanted)
	s := supply{
		throughput: int64(in.Pool.Throughput),
		ready:      min(int64(in.Fleet.Ready), wanted),
		lead:       int64(in.Pool.Lead()),
	}
	room = readyTimes(in, room)
	s.starting = room[:min(wanted-s.ready, int64(len(room)))]
	s.asked = wanted - s.ready - int64(len(s.starting))
	return s, room
}

// expected is the supply that a forecast may count on when the replicas are to
// be n: pods that are ready or starting in good health, and, unless pods do not
// come, those asked for. Coming are the times of all pods under way.
func expected(in *Input, coming []int64, n int32) supply {
	want := int64(n)
	s := supply{
		throughput: int64(in.Pool.Throughput),
		ready:      min(int64(in.Fleet.Ready), want),
		lead:       int64(in.Pool.Startup),
	}
	s.starting = coming[:min(want-s.ready, int64(len(coming)))]
	missing := int64(in.Fleet.Unschedulable) + int64(in.Fleet.Failing)
	s.asked = max(want-s.ready-int64(len(s.starting))-missing, 0)
	return s
}

// readyTimes are when the starting pods become Ready, ascending: one startup after their
// creation, and not before the next decision if they are overdue. They are in the memory
// of at.
func readyTimes(in *Input, at []int64) []int64 {
	soonest, latest := int64(in.Pool.Interval), int64(in.Pool.Startup)
	at = slices.Grow(at[:0], len(in.Fleet.Starting))
	for _, created := range in.Fleet.Starting {
		at = append(at, min(max(int64(created.Add(in.Pool.Startup).Since(in.Now)), soonest), max(latest, soonest)))
	}
	slices.Sort(at)
	return at
}

// batches are the replicas that are not ready, as the control law sees them, in the
// memory of out.
func (s *supply) batches(out []control.Batch) []control.Batch {
	out = out[:0]
	for _, at := range s.starting {
		if n := len(out); n > 0 && out[n-1].At == at {
			out[n-1].Count++
			continue
		}
		out = append(out, control.Batch{At: at, Count: 1})
	}
	if s.asked > 0 {
		out = append(out, control.Batch{At: min(s.lead, control.MaxSpan), Count: s.asked})
	}
	return out
}

// existing is the number of replicas asked for so far.
func (s *supply) existing() int64 { return s.ready + int64(len(s.starting)) + s.asked }

// time is replica-milliseconds that the existing replicas give until t.
func (s *supply) time(t int64) int64 {
	sum := s.ready * t
	for _, at := range s.starting {
		if at >= t {
			break
		}
		sum += t - at
	}
	return sum + s.asked*max(t-s.lead, 0)
}

// rate is work per second once all of them are ready.
func (s *supply) rate() int64 { return part(s.throughput, s.existing(), 1) }

// work is what the existing replicas do until t, rounded down.
func (s *supply) work(t int64) int64 { return over(s.throughput, s.time(t)) }

// replicas is the least number that does work until t: ready ones first, then
// starting ones, then, where they can help, new ones that are asked for some time
// from now. Where they cannot, all that exist are needed and the rest will be late.
func (s *supply) replicas(work, t, from int64, newHelp bool) int64 {
	need := sample.MulDivUp(work, 1000, s.throughput) // replica-milliseconds
	if need <= s.ready*t {
		return sample.MulDivUp(need, 1, t)
	}
	need -= s.ready * t
	for i, at := range s.starting {
		if at >= t {
			break
		}
		if need -= t - at; need <= 0 {
			return s.ready + int64(i) + 1
		}
	}
	if !newHelp {
		return s.existing()
	}
	return s.ready + int64(len(s.starting)) + sample.MulDivUp(need, 1, max(t-s.lead-from, 1))
}
