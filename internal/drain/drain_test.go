package drain

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modcap/modcap/internal/sample"
)

const (
	now  = sample.Instant(1_795_000_000_000)
	wait = 2 * sample.Minute
)

// pod is a ready pod that holds n items, read just now.
func pod(name string, n int64) Pod {
	return Pod{Name: name, Standing: Ready, InFlight: sample.FreshAt(sample.Whole(n), now)}
}

// since gives the pod a mark that was made so long ago.
func (p Pod) since(ago sample.Span) Pod {
	p.Mark = markAt(now.Add(-ago))
	return p
}

func (p Pod) at(s Standing) Pod { p.Standing = s; return p }

func (p Pod) cost(c int64) Pod { p.Cost = c; return p }

func (p Pod) unread(q sample.Quality) Pod { p.InFlight.Quality = q; return p }

func (p Pod) readAt(at sample.Instant) Pod { p.InFlight.At = at; return p }

// markAt is the first mark of a wait.
func markAt(at sample.Instant) Mark { return Mark{Since: at, Until: at.Add(wait + Slack)} }

// input is a scale-down by n of the pods.
func input(n int, pods ...Pod) Input {
	return Input{
		Now: now, Current: int32(len(pods)), Want: int32(len(pods) - n), Declared: true, MaxWait: wait, Pods: pods,
	}
}

func newMarks(names ...string) (out []Marking) {
	for _, n := range names {
		out = append(out, Marking{n, markAt(now)})
	}
	return out
}

func TestPlan(t *testing.T) {
	const s = sample.Second
	ago := func(d sample.Span) sample.Instant { return now.Add(-d) }
	for name, c := range map[string]struct {
		in   Input
		want Decision
	}{
		"nothing to take away": {input(0, pod("a", 0), pod("b", 1)), Decision{Reason: NotWanted}},
		"the idle go first": {
			input(2, pod("a", 0), pod("b", 3), pod("c", 0), pod("d", 1)),
			Decision{Reason: Waiting, Mark: newMarks("a", "c"), Unread: 2, Until: now.Add(wait)},
		},
		"then the least busy": {
			input(2, pod("a", 2), pod("b", 3), pod("c", 0), pod("d", 1)),
			Decision{Reason: Waiting, Mark: newMarks("c", "d"), Unread: 1, Busy: 1, Until: now.Add(wait)},
		},
		"a number that is missing is not zero": {
			input(1, pod("a", 0).unread(sample.Absent), pod("b", 9), pod("c", 0).unread(sample.Stale)),
			Decision{Reason: Waiting, Mark: newMarks("b"), Busy: 1, Until: now.Add(wait)},
		},
		"it says why there is no number": {
			func() Input {
				i := input(2, pod("b", 0).unread(sample.Absent), pod("a", 0).unread(sample.Stale))
				i.Pods[0].InFlight.Cause, i.Pods[1].InFlight.Cause = sample.CauseNoRow, sample.CauseTimeout
				return i
			}(),
			Decision{Reason: Waiting, Mark: newMarks("a", "b"), Unread: 2, Cause: sample.CauseTimeout, Until: now.Add(wait)},
		},
		"without any number it waits all the same": {
			input(1, pod("a", 0).unread(sample.Implausible).since(s), pod("b", 0).unread(sample.Absent)),
			Decision{Reason: Waiting, Unread: 1, Until: ago(s).Add(wait)},
		},
		"idle as read before the mark is not idle": {
			input(1, pod("a", 0).since(s).readAt(ago(s)), pod("b", 0)),
			Decision{Reason: Waiting, Unread: 1, Until: ago(s).Add(wait)},
		},
		"all idle": {
			input(2, pod("a", 0).since(3*s), pod("b", 0), pod("c", 0).since(9*s)),
			Decision{Reason: AllIdle, Idle: 2, Until: ago(9 * s).Add(wait)},
		},
		"what is marked stays chosen": {
			input(1, pod("a", 0), pod("b", 5).since(s), pod("c", 0)),
			Decision{Reason: Waiting, Busy: 1, Until: ago(s).Add(wait)},
		},
		"one more is wanted": {
			input(2, pod("a", 4), pod("b", 5).since(s), pod("c", 3)),
			Decision{Reason: Waiting, Mark: []Marking{{"c", Mark{now, ago(s).Add(wait + Slack)}}}, Busy: 2, Until: ago(s).Add(wait)},
		},
		"one less is wanted: the one marked last leases again": {
			input(1, pod("a", 4).since(2*s), pod("b", 0).since(s)),
			Decision{Reason: Waiting, Unmark: []string{"b"}, Busy: 1, Until: ago(2 * s).Add(wait)},
		},
		"none is wanted any more": {
			input(0, pod("a", 4).since(2*s), pod("b", 0).since(s)), Decision{Reason: NotWanted, Unmark: []string{"a", "b"}},
		},
		"more are wanted": {
			Input{Now: now, Current: 2, Want: 5, Declared: true, MaxWait: wait, Pods: []Pod{pod("a", 4).since(s), pod("b", 0)}},
			Decision{Reason: NotWanted, Unmark: []string{"a"}},
		},
		"the scale is written, and the pods are still there": {
			Input{Now: now, Current: 1, Want: 1, Declared: true, MaxWait: wait, Pods: []Pod{
				pod("a", 4).since(2 * s), pod("b", 0).since(s), pod("c", 0).since(s),
			}},
			Decision{Reason: NotWanted, Unmark: []string{"c"}},
		},
		"the wait is over": {
			input(2, pod("a", 1).since(wait), pod("b", 0).since(s), pod("c", 0)),
			Decision{Reason: WaitOver, Busy: 1, Idle: 1, Until: now},
		},
		"the wait began with a pod that is gone": {
			func() Input {
				i := input(1, pod("a", 1).since(s), pod("b", 0))
				i.Pods[0].Mark.Until = now.Add(Slack)
				return i
			}(),
			Decision{Reason: WaitOver, Busy: 1, Until: now},
		},
		"maxWait was changed: a wait keeps its end": {
			func() Input { i := input(1, pod("a", 1).since(s), pod("b", 0)); i.MaxWait = s / 2; return i }(),
			Decision{Reason: Waiting, Busy: 1, Until: ago(s).Add(wait)},
		},
		"a mark without an end in sight is made anew": {
			func() Input {
				i := input(1, pod("a", 1).since(s), pod("b", 0))
				i.Pods[0].Mark.Until = now.Add(2 * LongestWait)
				return i
			}(),
			Decision{Reason: Waiting, Mark: newMarks("a"), Busy: 1, Until: now.Add(wait)},
		},
		"a mark from the future is made anew": {
			input(1, pod("a", 1).since(-sample.Hour), pod("b", 0)),
			Decision{Reason: Waiting, Mark: newMarks("a"), Busy: 1, Until: now.Add(wait)},
		},
		"no wait": {
			func() Input { i := input(1, pod("a", 1), pod("b", 0)); i.MaxWait = 0; return i }(),
			Decision{Reason: WaitOver, Mark: []Marking{{"b", Mark{now, now.Add(Slack)}}}, Unread: 1, Until: now},
		},
		"pods that are not ready go first, and unmarked": {
			input(3, pod("a", 0), pod("b", 0).at(Pending), pod("c", 1), pod("d", 0).at(NotReady).unread(sample.Absent)),
			Decision{Reason: Waiting, Mark: newMarks("a"), Unread: 1, Until: now.Add(wait)},
		},
		"only such": {
			input(2, pod("a", 0), pod("b", 0).at(Unassigned), pod("c", 1), pod("d", 0).at(NotReady)), Decision{Reason: NoneReady},
		},
		"one that is not ready and holds items is waited for": {
			input(1, pod("a", 0), pod("b", 2).at(NotReady)),
			Decision{Reason: Waiting, Mark: newMarks("b"), Busy: 1, Until: now.Add(wait)},
		},
		"the pods are not there yet": {
			Input{Now: now, Current: 9, Want: 4, Declared: true, MaxWait: wait, Pods: []Pod{pod("a", 0), pod("b", 1)}},
			Decision{Reason: NoneReady},
		},
		"another's deletion cost": {
			input(1, pod("a", 0).cost(100), pod("b", 3)),
			Decision{Reason: Waiting, Mark: newMarks("b"), Busy: 1, Until: now.Add(wait)},
		},
		"a StatefulSet takes the highest ordinal": {
			func() Input {
				i := input(1, pod("a-9", 0), pod("a-10", 3))
				i.Ordered, i.Pods[0].Ordinal, i.Pods[1].Ordinal = true, 9, 10
				return i
			}(),
			Decision{Reason: Waiting, Mark: newMarks("a-10"), Busy: 1, Until: now.Add(wait)},
		},
		"a rollout": {
			func() Input { i := input(1, pod("a", 1).since(s), pod("b", 0)); i.Rollout = true; return i }(),
			Decision{Reason: Rollout, Unmark: []string{"a"}},
		},
		"not declared any more": {
			func() Input { i := input(1, pod("a", 1).since(s), pod("b", 0)); i.Declared = false; return i }(),
			Decision{Reason: NotDeclared, Unmark: []string{"a"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, Plan(c.in)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}
