package capacity

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

// slot is the seconds in which a replica does a job.
const slot = 10

// job is work that comes, and is due, with a slot.
type job struct{ comes, due int }

// inTime is true when so many replicas have all jobs done in time, taking what is due
// first, slot by slot.
func inTime(jobs []job, replicas int) bool {
	slices.SortFunc(jobs, func(a, b job) int { return a.comes - b.comes })
	var due [200]int // of those that have come
	waiting := 0
	for now, next := 0, 0; next < len(jobs) || waiting > 0; now++ {
		for ; next < len(jobs) && jobs[next].comes <= now; next++ {
			if jobs[next].due <= now {
				return false
			}
			due[jobs[next].due]++
			waiting++
		}
		if due[now] > 0 {
			return false
		}
		for left, at := replicas, now+1; left > 0 && waiting > 0; {
			if due[at] == 0 {
				at++
				continue
			}
			due[at]--
			waiting--
			left--
		}
	}
	return true
}

// leastHarm is the jobs of each queue that are late when, queue by queue, as many as can be
// are in time beside those of the queues before: found by trying.
func leastHarm(queues [][]job, replicas int) (late []int) {
	var kept []job
	for _, all := range queues {
		n := 0
		for _, j := range all {
			if inTime(append(slices.Clone(kept), j), replicas) {
				kept = append(kept, j)
				continue
			}
			n++
		}
		late = append(late, n)
	}
	return late
}

// bounded is a pool that may have no more replicas, and its work as jobs, in the order of
// rank. A replica does a unit a second.
func bounded(r *rand.Rand) (Input, [][]job) {
	in := steadyInput()
	n := 2 + r.IntN(5)
	in.Pool.Min, in.Pool.Max, in.Pool.Throughput = 0, int32(n), sample.One
	in.Fleet = Fleet{Known: true, Wanted: int32(n), Ready: int32(n)}
	in.State = State{}
	in.Queues = nil
	var queues [][]job
	free := n
	for i := range 2 + r.IntN(3) {
		rate, deadline := r.IntN(free+1), 2+r.IntN(25)
		free -= rate
		q := queue(fmt.Sprint("ns/", i), int64(rate), 0)
		q.Priority, q.Deadline, q.AgesKnown = int32(100-i), slots(deadline), true
		var jobs []job
		for age := 1; age < deadline; age += 1 + r.IntN(8) {
			some := r.IntN(1 + 2*n)
			q.Ages = append(q.Ages, AgeBucket{UpTo: slots(age), Items: sample.Whole(int64(some * slot))})
			q.Backlog.Value += sample.Whole(int64(some * slot))
			q.OldestAge.Value = sample.Whole(int64(age * slot))
			for range some {
				jobs = append(jobs, job{0, deadline - age})
			}
		}
		for now := range 40 {
			for range rate {
				jobs = append(jobs, job{now, now + deadline + 1})
			}
		}
		q.Outlook = ahead(float64(rate), float64(rate))
		in.Queues, queues = append(in.Queues, q), append(queues, jobs)
	}
	in.Tuning = control.Tuning{
		Known: true, Rate: int64(n-free) * 1000, Patience: control.Careful(control.Times{Startup: 60_000, Lead: 70_000}),
	}
	return in, queues
}

func slots(n int) sample.Span { return sample.Span(n*slot) * sample.Second }

// pointAfter is the first point of an outlook that is not before.
func pointAfter(at sample.Instant) sample.Instant {
	for _, span := range OutlookSpans() {
		if point := testNow.Add(span); point >= at {
			return point
		}
	}
	return 0
}

// With as many replicas as there may be, those who are said to be late, and by how much,
// are those of whom nobody can have more in time, in the order of rank; and the figures
// of time name the same.
func TestLeastHarm(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 1))
	late, spared := 0, 0
	for round := range 300 {
		in, queues := bounded(r)
		d := Plan(in)
		rates := 0.0
		for i, jobs := range leastHarm(queues, int(in.Pool.Max)) {
			want := jobs * slot
			risk := &d.Risk[i]
			rates += slot * in.Queues[i].Forecast.Mean.Float() // what comes within a slot may be either
			if got := risk.Late.Float(); math.Abs(got-float64(want)) > rates+slot {
				t.Fatalf("round %d: %s has %.0f late, want %d: %+v", round, risk.Queue, got, want, d.Risk)
			}
			switch {
			case want > int(rates)+slot:
				late++
				if b := risk.Breach; b.Sure == 0 || b.Sure > pointAfter(risk.FirstBreach) {
					t.Fatalf("round %d: %s is late from %d on, by its figures from %+v", round, risk.Queue, risk.FirstBreach, b)
				}
			case want == 0 && risk.Late == 0:
				spared++
				if risk.Breach != (Figures{}) {
					t.Fatalf("round %d: %s is not late, and by its figures from %+v", round, risk.Queue, risk.Breach)
				}
			}
		}
	}
	if late < 50 || spared < 50 {
		t.Errorf("%d late, %d spared: nothing was compared", late, spared)
	}
}
