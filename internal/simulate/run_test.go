package simulate_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/simulate"
)

// steps wants replicas from certain seconds on.
type steps map[int]int

func (p steps) Step(v *simulate.View) int {
	if n, ok := p[v.Second]; ok {
		return n
	}
	return v.Desired
}

func evenly(seconds int, items float64) []float64 {
	out := make([]float64, seconds)
	for i := range out {
		out[i] = items
	}
	return out
}

func TestRun(t *testing.T) {
	pool := simulate.Pool{Throughput: 1, Startup: 5, Deadline: 3, Min: 1, Max: 10, Initial: 1}
	for name, c := range map[string]struct {
		policy   simulate.Policy
		arrivals []float64
		want     simulate.Result
	}{
		"draining is paid too": {
			steps{}, evenly(10, 2), // item i is done in second i: the sixth is the first that is late
			simulate.Result{Attained: 5.0 / 20, Low: 5.0 / 20, WorkerSeconds: 20, Items: 20, Most: 1},
		},
		"starting workers are paid within the day, and then those ready": {
			steps{9: 3}, evenly(10, 2), // 9×1 + 3, then 4×1 until they are ready, 2×3
			simulate.Result{Attained: 5.0 / 20, Low: 5.0 / 20, WorkerSeconds: 22, Items: 20, Changes: 1, Most: 3},
		},
		"bounds": {
			steps{0: 99, 9: 0}, evenly(10, 1),
			simulate.Result{Attained: 1, Low: 1, WorkerSeconds: 9*10 + 1, Items: 10, Changes: 2, Most: 10},
		},
		"enough": {
			steps{0: 10}, evenly(1000, 1),
			simulate.Result{Attained: 1, Low: 1, WorkerSeconds: 10_000, Items: 1000, Changes: 1, Most: 10},
		},
		"nothing arrives": {steps{}, evenly(10, 0), simulate.Result{WorkerSeconds: 10, Most: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, simulate.Run(c.arrivals, pool, c.policy)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestYoungestStartingGoFirst(t *testing.T) {
	pool := simulate.Pool{Throughput: 1, Startup: 10, Deadline: 3, Min: 1, Max: 10, Initial: 1}
	policy := steps{0: 3, 5: 6, 6: 4, 7: 2}
	_, tape := simulate.Record(evenly(20, 0), pool, policy)
	want := []int{3, 3, 3, 3, 3, 6, 4, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}
	if diff := cmp.Diff(want, tape.Desired); diff != "" {
		t.Error(diff)
	}
	ready := []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}
	if diff := cmp.Diff(ready, tape.Ready); diff != "" {
		t.Error(diff)
	}
	saw := map[int][]simulate.Starting{}
	simulate.Run(evenly(20, 0), pool, witness{policy, func(v *simulate.View) {
		saw[v.Second] = append([]simulate.Starting{}, v.Starting...)
	}})
	for second, want := range map[int][]simulate.Starting{
		1: {{At: 10, Count: 2}}, 6: {{At: 10, Count: 2}, {At: 15, Count: 3}}, 7: {{At: 10, Count: 2}, {At: 15, Count: 1}}, 8: {{At: 10, Count: 1}},
	} {
		if diff := cmp.Diff(want, saw[second]); diff != "" {
			t.Errorf("second %d: %s", second, diff)
		}
	}
}

type witness struct {
	simulate.Policy
	see func(*simulate.View)
}

func (w witness) Step(v *simulate.View) int {
	w.see(v)
	return w.Policy.Step(v)
}

// whims is a policy that asks for anything at any time.
type whims struct{ rng *rand.Rand }

func (p whims) Step(v *simulate.View) int {
	if p.rng.IntN(20) > 0 {
		return v.Desired
	}
	return p.rng.IntN(12)
}

func anyDay(rng *rand.Rand) ([]float64, simulate.Pool) {
	rates := evenly(200+rng.IntN(1500), 4*rng.Float64())
	for from := rng.IntN(len(rates)); from < min(len(rates), 100); from++ {
		rates[from] *= 5
	}
	return simulate.Draw(rates, 1, rng.Uint64N(1<<40)), simulate.Pool{
		Throughput: 0.5 + rng.Float64(), Startup: rng.IntN(90), Deadline: 1 + rng.IntN(120), Min: 1, Max: 20, Initial: 1 + rng.IntN(6),
	}
}

// Items are neither lost nor made: in every second what came is done or waits.
func TestItemsAreConserved(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for range 100 {
		arrivals, pool := anyDay(rng)
		came := 0.0
		result, tape := simulate.Record(arrivals, pool, whims{rng})
		done := 0.0
		for s := range arrivals {
			came += arrivals[s]
			before := 0.0
			if s > 0 {
				before = tape.Backlog[s-1]
			}
			now := before + arrivals[s] - tape.Backlog[s]
			if now < -1e-6 || now > float64(tape.Ready[s])*pool.Throughput+1e-6 {
				t.Fatalf("second %d: %v done by %d workers", s, now, tape.Ready[s])
			}
			if tape.Backlog[s] > 1e-6 && math.Abs(now-float64(tape.Ready[s])*pool.Throughput) > 1e-6 {
				t.Fatalf("second %d: %v done while %v wait", s, now, tape.Backlog[s])
			}
			done += now
		}
		if math.Abs(came-done-tape.Backlog[len(arrivals)-1]) > 1e-6 || math.Abs(came-result.Items) > 1e-6 {
			t.Fatalf("%v came, %v done, %v wait", came, done, tape.Backlog[len(arrivals)-1])
		}
		if late := total(tape.Late); math.Abs(late-(1-result.Attained)*result.Items) > 1e-6*came {
			t.Fatalf("%v late, attained %v of %v", late, result.Attained, came)
		}
	}
}

// Nobody who attains all is cheaper than the clairvoyant.
func TestClairvoyantIsTheLeast(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	attained := 0
	for range 150 {
		arrivals, pool := anyDay(rng)
		bound := simulate.Clairvoyant(arrivals, pool.Throughput, pool.Deadline)
		if least := total(arrivals) / pool.Throughput; bound < least-1e-6 {
			t.Fatalf("the clairvoyant pays %v for work of %v", bound, least)
		}
		policies := []simulate.Policy{whims{rng}, steps{0: 1 + rng.IntN(20)}, steps{0: 20}}
		for _, r := range simulate.Peers(float64(pool.Deadline), pool.Throughput) {
			policies = append(policies, r.New(r.Knobs[rng.IntN(len(r.Knobs))], float64(pool.Deadline), pool.Throughput))
		}
		for i, p := range policies {
			r := simulate.Run(arrivals, pool, p)
			if r.Attained < 1-1e-12 {
				continue
			}
			if attained++; r.WorkerSeconds < bound-1e-6 {
				t.Fatalf("policy %d: all in time for %v, the clairvoyant pays %v", i, r.WorkerSeconds, bound)
			}
		}
	}
	if attained < 100 {
		t.Errorf("only %d runs attained all: nothing was compared", attained)
	}
}

func TestClairvoyantByHand(t *testing.T) {
	for name, c := range map[string]struct {
		arrivals []float64
		deadline int
		want     float64
	}{
		"at once":             {[]float64{0, 3, 0, 0}, 1, 3},
		"whole workers":       {[]float64{0.5, 0, 0.5}, 1, 2},
		"merged by waiting":   {[]float64{0.5, 0, 0.5}, 3, 1},
		"one after the other": {[]float64{3, 0, 0}, 3, 3},
	} {
		if got := simulate.Clairvoyant(c.arrivals, 1, c.deadline); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestTimeline(t *testing.T) {
	tape := &simulate.Tape{Arrivals: []float64{3, 0.25, 0}, Desired: []int{2, 2, 5}}
	var out bytes.Buffer
	if err := tape.Timeline(&out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("t_seconds,arrivals,desired\n0,3,2\n1,0.25,2\n2,0,5\n", out.String()); diff != "" {
		t.Error(diff)
	}
	lane := func(name string, arrivals ...float64) simulate.Lane {
		return simulate.Lane{Name: name, Arrivals: arrivals}
	}
	tape.Lanes = []simulate.Lane{lane("live-br", 1, 0.25, 0), lane("text", 2, 0, 0)}
	out.Reset()
	if err := tape.Timeline(&out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("t_seconds,arrivals_live-br,arrivals_text,desired\n0,1,2,2\n1,0.25,0,2\n2,0,0,5\n", out.String()); diff != "" {
		t.Error(diff)
	}
	if err := tape.Timeline(full{}); err == nil || !strings.Contains(err.Error(), "write timeline: ") {
		t.Errorf("a full disk gives %v", err)
	}
}
