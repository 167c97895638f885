package drain

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/modcap/modcap/internal/sample"
)

const rounds = 5000

// eachRandom checks random inputs of up to twelve pods.
func eachRandom(t *testing.T, seed uint64, check func(t *testing.T, r *rand.Rand, in Input)) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range rounds {
		in := randomInput(r)
		check(t, r, in)
		if t.Failed() {
			t.Fatalf("round %d, input %+v", i, in)
		}
	}
}

func randomInput(r *rand.Rand) Input {
	n := r.IntN(13)
	in := Input{
		Now: now, Current: int32(max(n+r.IntN(3)-1, 0)), Declared: r.IntN(12) > 0, Rollout: r.IntN(12) == 0, Ordered: r.IntN(6) == 0,
		MaxWait: sample.Span(r.Int64N(int64(3 * wait))),
	}
	in.Want = int32(r.IntN(n + 3))
	until := now.Add(sample.Span(r.Int64N(int64(3*wait)) - int64(wait)))
	for i := range n {
		in.Pods = append(in.Pods, randomPod(r, i, until))
	}
	return in
}

// randomPod is a pod in a wait whose marks end at until.
func randomPod(r *rand.Rand, i int, until sample.Instant) Pod {
	p := Pod{Name: fmt.Sprintf("pod-%d", i), Ordinal: int64(i), Standing: Ready}
	if r.IntN(3) == 0 {
		p.Standing = Standing(r.IntN(5))
	}
	if r.IntN(5) == 0 {
		p.Cost = r.Int64N(5) - 2
	}
	ago := sample.Span(r.Int64N(int64(20 * sample.Second)))
	p.InFlight = sample.Sample{Value: sample.Whole(r.Int64N(4)), At: now.Add(-ago), Quality: sample.Fresh}
	if r.IntN(4) == 0 {
		p.InFlight.Quality = sample.Quality(r.IntN(4))
	}
	if r.IntN(3) == 0 {
		p.Mark = Mark{Since: now.Add(-sample.Span(r.Int64N(int64(wait)))), Until: until}
	}
	return p
}

// apply does to the pods what a decision says.
func apply(pods []Pod, d Decision) []Pod {
	out := slices.Clone(pods)
	for i := range out {
		p := &out[i]
		if slices.Contains(d.Unmark, p.Name) {
			p.Mark = Mark{}
		}
		for _, m := range d.Mark {
			if m.Name == p.Name {
				p.Mark = m.Mark
			}
		}
	}
	return out
}

func marks(pods []Pod) (n int) {
	for _, p := range pods {
		if p.Mark.Set() {
			n++
		}
	}
	return n
}

// Done once, there is nothing more to write, and while it waits there is nothing to
// write either, however the numbers move.
func TestWritesSettle(t *testing.T) {
	eachRandom(t, 1, func(t *testing.T, r *rand.Rand, in Input) {
		d := Plan(in)
		in.Pods = apply(in.Pods, d)
		again := Plan(in)
		if len(again.Mark)+len(again.Unmark) > 0 || again.Reason != d.Reason {
			t.Errorf("%+v, and again %+v", d, again)
		}
		if !d.Waits() || in.Ordered {
			return
		}
		for i := range in.Pods {
			if p := &in.Pods[i]; p.Standing == Ready {
				p.InFlight.Value, p.InFlight.Quality = sample.Whole(r.Int64N(4)), sample.Quality(r.IntN(4))
			}
		}
		in.Now = in.Now.Add(sample.Second)
		if later := Plan(in); later.Waits() && len(later.Mark)+len(later.Unmark) > 0 && !lateHolders(in) {
			t.Errorf("%+v, and a second later %+v", d, later)
		}
	})
}

// lateHolders reports whether a pod that is not ready shows items.
func lateHolders(in Input) bool {
	return slices.ContainsFunc(in.Pods, func(p Pod) bool { return p.Standing < Ready && p.InFlight.Fresh() && p.InFlight.Value > 0 })
}

func TestOrderOfPodsDoesNotMatter(t *testing.T) {
	eachRandom(t, 2, func(t *testing.T, r *rand.Rand, in Input) {
		want := Plan(in)
		r.Shuffle(len(in.Pods), func(i, j int) { in.Pods[i], in.Pods[j] = in.Pods[j], in.Pods[i] })
		if d := gocmp.Diff(want, Plan(in)); d != "" {
			t.Error(d)
		}
	})
}

// The scale is lowered before the wait is over only if every pod that goes and may
// hold items has shown a Fresh zero since it was marked.
func TestOnlyIdlePodsGoBeforeTheWaitIsOver(t *testing.T) {
	seen := map[Reason]int{}
	eachRandom(t, 3, func(t *testing.T, _ *rand.Rand, in Input) {
		d := Plan(in)
		seen[d.Reason]++
		if d.Waits() && in.Now >= d.Until || d.Until > in.Now.Add(LongestWait) || d.Reason == WaitOver && in.Now < d.Until {
			t.Errorf("wait beyond its end: %+v", d)
		}
		if d.Reason != AllIdle && d.Reason != NoneReady {
			return
		}
		for _, p := range taken(apply(in.Pods, d), in) {
			idle := p.InFlight.Fresh() && p.InFlight.Value == 0 && p.Mark.Set() && p.InFlight.At > p.Mark.Since
			if p.Standing == Ready && !idle {
				t.Errorf("%s is taken: %+v by %+v", p.Name, p, d)
			}
		}
	})
	for _, why := range []Reason{NotDeclared, NotWanted, Rollout, NoneReady, Waiting, AllIdle, WaitOver} {
		if seen[why] < 20 {
			t.Errorf("%s came up %d times", why, seen[why])
		}
	}
}

// taken are the pods that the controller of the workload deletes, by its own order.
func taken(pods []Pod, in Input) []Pod {
	const marked = -1 << 31
	cost := func(p Pod) int64 {
		if p.Mark.Set() {
			return marked
		}
		return p.Cost
	}
	order := slices.Clone(pods)
	slices.SortFunc(order, func(a, b Pod) int {
		if in.Ordered {
			return cmp.Compare(b.Ordinal, a.Ordinal)
		}
		return cmp.Or(cmp.Compare(a.Standing, b.Standing), cmp.Compare(cost(a), cost(b)), strings.Compare(b.Name, a.Name))
	})
	return order[:max(len(order)-int(in.Want), 0)]
}

// The pods that are marked are those that the controller takes: none that stays is
// marked, and all that are ready and go are.
func TestTheMarkedAreThoseThatGo(t *testing.T) {
	eachRandom(t, 4, func(t *testing.T, _ *rand.Rand, in Input) {
		d := Plan(in)
		pods := apply(in.Pods, d)
		switch {
		case d.Reason == NotDeclared || d.Reason == Rollout:
			if marks(pods) > 0 {
				t.Errorf("marks are left: %+v", d)
			}
			return
		case in.Want >= in.Current:
			if marks(pods) > max(len(pods)-int(in.Want), 0) || len(d.Mark) > 0 {
				t.Errorf("marks beyond what is still to go: %+v", d)
			}
			return
		}
		goes := taken(pods, in)
		for _, p := range pods {
			takes := slices.ContainsFunc(goes, func(g Pod) bool { return g.Name == p.Name })
			if !takes && p.Mark.Set() || takes && p.Standing == Ready && !p.Mark.Set() {
				t.Errorf("%s goes: %t, mark %+v", p.Name, takes, p.Mark)
			}
		}
	})
}

// A scale-down is not put off for ever by an operator that restarts, writes that
// fail, and pods that come, go and stay busy.
func TestTheWaitIsBounded(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 5))
		in := randomInput(r)
		in.Declared, in.Rollout = true, false
		in.Pods = []Pod{pod("x", 1), pod("y", 2), pod("z", 3), pod("w", 1)}
		in.Current, in.Want = 4, 2
		var begin, last sample.Instant
		for step := 0; ; step++ {
			if d := Plan(in); !d.Waits() {
				break
			} else if r.IntN(3) > 0 { // the writes of this look are done
				in.Pods = apply(in.Pods, d)
			}
			if marks(in.Pods) > 0 && begin == 0 {
				begin = in.Now
			}
			if i := r.IntN(4); r.IntN(4) == 0 && (!in.Pods[i].Mark.Set() || marks(in.Pods) > 1) { // it crashes, another comes
				in.Pods[i] = pod(fmt.Sprint("new-", step), r.Int64N(4))
			}
			last = in.Now
			in.Now = in.Now.Add(sample.Span(r.Int64N(int64(5 * sample.Second))))
			for i := range in.Pods {
				in.Pods[i].InFlight.At = in.Now
			}
			if begin != 0 && last.Since(begin) > in.MaxWait {
				t.Fatalf("seed %d: it waits %s, maxWait is %s", seed, last.Since(begin), in.MaxWait)
			}
			if step > 100_000 {
				t.Fatalf("seed %d: it waits for ever", seed)
			}
		}
	}
}
