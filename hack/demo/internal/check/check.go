package check

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Snapshot is what was seen at one moment.
type Snapshot struct {
	// At is the time since the run began.
	At time.Duration
	// Pools and Queues by name.
	Pools  map[string]Pool
	Queues map[string]Object
	// Policies by name.
	Policies map[string]Policy
	// Relief is the condition that says what gives way, by staffing target.
	Relief map[string]Condition
	// GivesWay are the steps of relief that routers are told, in order of name.
	GivesWay []string
	// Index is a hash of the routing indexes: what routers decide by.
	Index string
}

// Object is an object's conditions that matter here.
type Object struct {
	Ready, Fresh Condition
}

// Condition is a condition of an object; the zero value is one that is not there.
type Condition struct {
	Status, Reason string
}

// Pool is a pool with its workload.
type Pool struct {
	Object
	// Replicas that the workload is asked to have.
	Replicas int32
}

// Timeline is snapshots in order of time.
type Timeline []Snapshot

// between are the snapshots from one moment to another, both included, and the last
// one before them.
func (t Timeline) between(from, to time.Duration) Timeline {
	first, _ := slices.BinarySearchFunc(t, from, func(s Snapshot, at time.Duration) int { return int(s.At - at) })
	last, _ := slices.BinarySearchFunc(t, to+1, func(s Snapshot, at time.Duration) int { return int(s.At - at) })
	return t[max(first-1, 0):last]
}

// since are the snapshots from a moment on.
func (t Timeline) since(from time.Duration) Timeline {
	i, _ := slices.BinarySearchFunc(t, from, func(s Snapshot, at time.Duration) int { return int(s.At - at) })
	return t[i:]
}

// Result is the answer to one question.
type Result struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	// Detail says what was seen.
	Detail string `json:"detail"`
}

// result makes an answer: no problems, then the detail.
func result(name, detail string, problems []string) Result {
	if len(problems) == 0 {
		return Result{name, true, detail}
	}
	return Result{name, false, strings.Join(problems, "; ")}
}

// NotLowered asks whether no pool was asked for fewer replicas than before.
// Between two moments of which nothing was seen nothing is claimed.
func NotLowered(name string, t Timeline, from, to time.Duration) Result {
	seen := t.between(from, to)
	if len(seen) < 2 {
		return Result{name, false, "nothing was seen in that time"}
	}
	var problems, changes []string
	for i, s := range seen[1:] {
		for _, pool := range names(s.Pools) {
			before, there := seen[i].Pools[pool]
			now := s.Pools[pool].Replicas
			if !there || before.Replicas == now {
				continue
			}
			change := fmt.Sprintf("%s %d → %d at %s", pool, before.Replicas, now, s.At.Round(time.Second))
			changes = append(changes, change)
			if now < before.Replicas {
				problems = append(problems, change)
			}
		}
	}
	detail := "no replicas changed"
	if len(changes) > 0 {
		detail = "only raised: " + strings.Join(changes, ", ")
	}
	return result(name, detail, problems)
}

// SaidStale asks whether by the end of the time every pool and queue said
// MetricsFresh=False with a reason.
func SaidStale(name string, t Timeline, from, to time.Duration) Result {
	seen := t.between(from, to)
	if len(seen) == 0 {
		return Result{name, false, "nothing was seen in that time"}
	}
	reasons := map[string]bool{}
	var problems []string
	last := seen[len(seen)-1]
	last.each(func(what string, o Object) {
		if o.Fresh.Status == "False" && o.Fresh.Reason != "" {
			reasons[o.Fresh.Reason] = true
			return
		}
		problems = append(problems, fmt.Sprintf("%s says MetricsFresh=%s (%s)", what, o.Fresh.Status, o.Fresh.Reason))
	})
	if len(reasons) == 0 && len(problems) == 0 {
		problems = append(problems, "there was no object to ask")
	}
	return result(name, "MetricsFresh=False, reason "+strings.Join(names(reasons), ", "), problems)
}

// Recovered asks whether from some moment of the time on every pool and queue said
// MetricsFresh=True and Ready=True; the detail says when.
func Recovered(name string, t Timeline, from, to time.Duration) Result {
	seen := t.between(from, to)
	var since time.Duration
	var problems []string
	for _, s := range seen {
		before := len(problems)
		problems = problems[:0]
		s.each(func(what string, o Object) {
			if o.Fresh.Status != "True" || o.Ready.Status != "True" {
				problems = append(problems, fmt.Sprintf("%s says MetricsFresh=%s (%s), Ready=%s (%s)",
					what, o.Fresh.Status, o.Fresh.Reason, o.Ready.Status, o.Ready.Reason))
			}
		})
		if len(problems) == 0 && (before > 0 || since == 0) {
			since = s.At
		}
	}
	if len(seen) == 0 {
		problems = []string{"nothing was seen in that time"}
	}
	return result(name, fmt.Sprintf("everything fresh again after %s", max(since-from, 0).Round(time.Second)), problems)
}

// StayedReady asks whether every pool and queue that was Ready at the start of the
// time was so throughout.
func StayedReady(name string, t Timeline, from, to time.Duration) Result {
	seen := t.between(from, to)
	if len(seen) == 0 {
		return Result{name, false, "nothing was seen in that time"}
	}
	was := map[string]bool{}
	seen[0].each(func(what string, o Object) { was[what] = o.Ready.Status == "True" })
	lost := map[string]string{}
	for _, s := range seen[1:] {
		s.each(func(what string, o Object) {
			if was[what] && o.Ready.Status != "True" && lost[what] == "" {
				lost[what] = fmt.Sprintf("%s was Ready=%s (%s) at %s", what, o.Ready.Status, o.Ready.Reason, s.At.Round(time.Second))
			}
		})
	}
	var problems []string
	for _, what := range names(lost) {
		problems = append(problems, lost[what])
	}
	return result(name, fmt.Sprintf("%d objects stayed Ready", len(was)), problems)
}

// each visits the objects in order of kind and name.
func (s Snapshot) each(visit func(what string, o Object)) {
	for _, name := range names(s.Pools) {
		visit("pool "+name, s.Pools[name].Object)
	}
	for _, name := range names(s.Queues) {
		visit("queue "+name, s.Queues[name])
	}
}

func names[V any](of map[string]V) []string {
	out := make([]string, 0, len(of))
	for name := range of {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
