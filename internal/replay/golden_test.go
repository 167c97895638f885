package replay

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

// update makes the golden files anew, for a new version of the rules.
var update = flag.Bool("update", false, "write testdata anew")

const (
	goldenFile = "testdata/decisions.json"
	digestFile = "testdata/random.sha256"
	now        = sample.Instant(1_793_541_725_250) // 2026-11-01T14:02:05.250Z
	random     = 2000
)

// input is a pool of two queues in which nothing is wrong.
func input() capacity.Input { return inputAt(now) }

func inputAt(at sample.Instant) capacity.Input {
	queue := func(key string, priority int32, deadline sample.Span, backlog, rate int64) capacity.Queue {
		seen := at.Add(-2 * sample.Second)
		return capacity.Queue{
			Key: key, Priority: priority, Deadline: deadline, Percent: 990_000, WorkPerItem: sample.One,
			Backlog: sample.FreshAt(sample.Whole(backlog), seen), OldestAge: sample.FreshAt(sample.Whole(4), seen),
			Arrivals: sample.FreshAt(sample.Whole(rate), seen),
			Forecast: capacity.Forecast{Known: true, Mean: sample.Whole(rate), Upper: sample.Whole(rate + rate/5)},
		}
	}
	return capacity.Input{
		Rules: capacity.Rules, Now: at,
		Pool: capacity.Pool{
			Min: 2, Max: 40, Throughput: 12_500, Startup: 30 * sample.Second, MetricDelay: 5 * sample.Second,
			Interval: 5 * sample.Second, Stabilization: 5 * sample.Minute, ScaleDownsPerHour: 12,
		},
		Fleet:  capacity.Fleet{Known: true, Wanted: 18, Ready: 18},
		Queues: []capacity.Queue{queue("demo/comments", 500, 20*sample.Second, 450, 180), queue("demo/search", 100, 40*sample.Second, 210, 30)},
		State:  capacity.State{At: at.Add(-5 * sample.Second), Wanted: 18},
	}
}

// wide gives the pool more replicas than it needs, and has for long.
func wide(in *capacity.Input) {
	in.Fleet.Wanted, in.Fleet.Ready, in.State.Wanted = 36, 36, 36
	in.State.Law = control.Memory{Waste: control.MaxBacklog, Of: 36}
}

// changes turn on every rule.
func changes() []func(in *capacity.Input) {
	return []func(in *capacity.Input){
		func(*capacity.Input) {},
		func(in *capacity.Input) { in.Pool.Max = 12 },
		func(in *capacity.Input) {
			wide(in)
			in.State.Recommendations = []capacity.Recommendation{{At: in.Now.Add(-4 * sample.Minute), Replicas: 33}}
		},
		func(in *capacity.Input) {
			wide(in)
			in.Queues[1].Arrivals.Quality, in.Queues[1].Arrivals.Cause = sample.Stale, sample.CauseTooOld
		},
		func(in *capacity.Input) {
			in.Fleet.Unschedulable, in.Fleet.Ready, in.Fleet.TroubleSince = 3, 15, in.Now.Add(-10*sample.Minute)
		},
		func(in *capacity.Input) {
			in.Pool.Overrides = []capacity.Override{
				{Name: "launch", Kind: capacity.Floor, Replicas: 38, Until: in.Now.Add(sample.Hour), Reason: "launch", By: "ops"},
				{Name: "quota", Kind: capacity.Ceiling, Replicas: 25, Until: in.Now.Add(sample.Hour), Reason: "<quota> & nodes", By: "ops"},
			}
			in.Pool.Next = &capacity.Bounds{At: in.Now.Add(30 * sample.Second), Min: 30, Max: 60}
		},
		func(in *capacity.Input) {
			in.Queues[0].AgesKnown = true
			in.Queues[0].Ages = []capacity.AgeBucket{{UpTo: 5 * sample.Second, Items: 300_333}, {UpTo: 15 * sample.Second, Items: 149_667}}
			in.Queues[0].Forecast.Known, in.Queues[1].Protected, in.Fleet.Rollout = false, true, true
			in.Fleet.Starting = []sample.Instant{in.Now.Add(-20 * sample.Second), in.Now.Add(-3 * sample.Second)}
		},
		func(in *capacity.Input) { in.Pool.Throughput = 0 },
		func(in *capacity.Input) { in.Fleet = capacity.Fleet{} },
		func(in *capacity.Input) { in.Queues = nil },
		func(in *capacity.Input) {
			wide(in)
			in.Pool.Stabilization, in.Pool.ScaleDownsPerHour = 0, 1
			in.State.ScaleDowns = []sample.Instant{in.Now.Add(-sample.Minute)}
		},
		func(in *capacity.Input) {
			in.Pool.Overrides = []capacity.Override{{Name: "freeze", Kind: capacity.Pause, Until: in.Now.Add(sample.Hour)}}
		},
		func(in *capacity.Input) { in.Pool.Min = 35 },
		func(in *capacity.Input) {
			in.Tuning = control.Tuning{
				Known: true, Rate: 27_003, Standing: 31_999,
				Later:    control.Later{Known: true, Than: [control.Looks]int64{250_000, 130_000, 60_000, 0}},
				Patience: control.Patience{High: 700, Low: 300, Middle: 333, Drain: 150_000, Waste: 20_000, Over: 50},
			}
		},
	}
}

func inputs() []capacity.Input {
	var out []capacity.Input
	for i, change := range changes() {
		in := inputAt(now.Add(sample.Span(i) * sample.Minute))
		change(&in)
		out = append(out, in)
	}
	return out
}

func recorded(t testing.TB, ins ...capacity.Input) []byte {
	t.Helper()
	var out []map[string]any
	for _, in := range ins {
		out = append(out, map[string]any{"input": in, "decision": capacity.Plan(in)})
	}
	data, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return append(data, '\n')
}

func packed(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func golden(t testing.TB, name string, make func() []byte) []byte {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, make(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestGolden makes the recorded decisions of testdata again, which are the same for
// every processor. Where it fails, the same input gives another decision: then bump
// capacity.Rules, and run it with -update.
func TestGolden(t *testing.T) {
	records, err := Unpack(golden(t, goldenFile, func() []byte { return recorded(t, inputs()...) }))
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != len(inputs()) {
		t.Fatalf("%s has %d decisions, want %d", goldenFile, len(records), len(inputs()))
	}
	rules := map[capacity.Rule]bool{}
	for i, r := range records {
		_, d, _ := r.Read()
		for _, step := range d.Steps {
			rules[step.Rule] = true
		}
		got, err := r.Again()
		if err != nil || !got.Same {
			t.Errorf("decision %d at %s: %v %+v", i+1, r.At.Time(), err, got.Differences)
		}
	}
	if len(rules) < 17 {
		t.Errorf("only %d rules had a say: %v", len(rules), rules)
	}
	t.Logf("%d recorded decisions give the same bytes on %s", len(records), runtime.GOARCH)
}

// TestGoldenOfRandomInputs compares the bytes of many more decisions with a digest
// that is the same for every processor.
func TestGoldenOfRandomInputs(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	h := sha256.New()
	for range random {
		data, err := json.Marshal(capacity.Plan(randomInput(r)))
		if err != nil {
			t.Fatal(err)
		}
		h.Write(data)
	}
	got := hex.EncodeToString(h.Sum(nil)) + "\n"
	if want := golden(t, digestFile, func() []byte { return []byte(got) }); got != string(want) {
		t.Errorf("digest %s of %d decisions, want %s", got, random, want)
	}
	t.Logf("%d decisions on random inputs give the same bytes on %s", random, runtime.GOARCH)
}

func randomInput(r *rand.Rand) capacity.Input {
	in := input()
	p := &in.Pool
	p.Min = r.Int32N(5)
	p.Max = p.Min + r.Int32N(200)
	p.Throughput = sample.Milli(1 + r.Int64N(50_000))
	p.Startup, p.Stabilization = sample.Span(r.Int64N(300_000)), sample.Span(r.Int64N(600_000))
	in.Fleet = capacity.Fleet{Known: true, Wanted: r.Int32N(200), Rollout: r.IntN(8) == 0}
	in.Fleet.Ready = r.Int32N(in.Fleet.Wanted + 1)
	in.State = capacity.State{At: now - 5000, Wanted: in.Fleet.Wanted}
	if r.IntN(2) == 0 {
		in.Tuning = control.Tuning{
			Known: true, Rate: r.Int64N(1 << (1 + r.IntN(30))), Standing: r.Int64N(1 << (1 + r.IntN(30))),
			Later: control.Later{Known: r.IntN(2) == 0, Than: [control.Looks]int64{r.Int64N(1 << 30), r.Int64N(1 << 25), r.Int64N(1 << 20)}},
			Patience: control.Patience{
				High: 300 + r.Int64N(700), Low: r.Int64N(300), Middle: r.Int64N(500),
				Drain: 1000 + r.Int64N(1_000_000), Waste: r.Int64N(60_000), Over: r.Int64N(100),
			},
		}
		in.State.Law = control.Memory{Waste: r.Int64N(1 << 40), Most: r.Int64N(50), Of: int64(in.Fleet.Wanted)}
	}
	in.Queues = nil
	for i := range r.IntN(8) {
		mean := sample.Milli(r.Int64N(1 << (1 + r.IntN(40)))) // from a thousandth to a billion items a second
		in.Queues = append(in.Queues, capacity.Queue{
			Key: fmt.Sprintf("ns/q%03d", i), Priority: r.Int32N(3), Protected: r.IntN(4) == 0,
			Deadline: sample.Span(1 + r.Int64N(900_000)), Percent: sample.PPM(1 + r.Int64N(int64(sample.AllPPM))),
			WorkPerItem: sample.Milli(1 + r.Int64N(3000)),
			Backlog:     sample.Sample{Value: mean * sample.Milli(r.Int64N(100)), At: now, Quality: sample.Quality(r.IntN(4))},
			OldestAge:   sample.FreshAt(sample.Milli(r.Int64N(900_000)), now),
			Arrivals:    sample.Sample{Value: mean, At: now, Quality: sample.Quality(r.IntN(4))},
			Forecast:    capacity.Forecast{Known: r.IntN(4) > 0, Mean: mean, Upper: mean + sample.Milli(r.Int64N(int64(mean)+1))},
		})
	}
	return in
}

// TestGoldenOnArm64 runs the two tests above as a program for arm64, where an
// emulator of it is at hand.
func TestGoldenOnArm64(t *testing.T) {
	emulator := ""
	for _, name := range []string{"qemu-aarch64-static", "qemu-aarch64"} {
		if path, err := exec.LookPath(name); err == nil && emulator == "" {
			emulator = path
		}
	}
	if runtime.GOARCH == "arm64" || emulator == "" {
		t.Logf("checked on %s only: qemu-aarch64 (of qemu-user) is not there, or not needed", runtime.GOARCH)
		TestGolden(t)
		return
	}
	program := filepath.Join(t.TempDir(), "replay.test")
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-o", program, ".")
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build for arm64: %v\n%s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), emulator, program, "-test.v", "-test.run", "^TestGolden(OfRandomInputs)?$").CombinedOutput()
	if err != nil || strings.Count(string(out), "same bytes on arm64") != 2 {
		t.Fatalf("on arm64: %v\n%s", err, out)
	}
	t.Logf("under %s:\n%s", filepath.Base(emulator), out)
}
