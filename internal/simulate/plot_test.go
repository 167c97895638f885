package simulate_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
)

// full is a disk without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// plot draws a tape, and checks that it is well-formed.
func plot(t *testing.T, tape *simulate.Tape) string {
	t.Helper()
	var out bytes.Buffer
	if err := tape.Plot(&out, "a <title> & more", "a note"); err != nil {
		t.Fatal(err)
	}
	in := xml.NewDecoder(bytes.NewReader(out.Bytes()))
	for {
		if _, err := in.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("not XML: %v", err)
		}
	}
	return out.String()
}

func noise(rng *rand.Rand, seconds int) *simulate.Tape {
	tape := &simulate.Tape{}
	for range seconds {
		n := rng.IntN(900)
		tape.Arrivals, tape.Backlog = append(tape.Arrivals, float64(n)), append(tape.Backlog, 1e6*rng.Float64())
		tape.Ready, tape.Desired = append(tape.Ready, n), append(tape.Desired, n+rng.IntN(9))
		tape.Late = append(tape.Late, float64(rng.IntN(3)))
	}
	return tape
}

func TestPlotIsSmallAndWhole(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	for name, seconds := range map[string]int{"a day": trace.DaySeconds, "an hour": 3500, "a minute": 61, "two seconds": 2} {
		t.Run(name, func(t *testing.T) {
			svg := plot(t, noise(rng, seconds))
			if len(svg) > 200_000 {
				t.Errorf("%d bytes", len(svg))
			}
			for _, want := range []string{
				"a &lt;title&gt; &amp; more", "a note", "Arrivals, items a second", "Workers", "Backlog, items", "Late items",
				"prefers-color-scheme:dark", "time since the start", ">wanted<", ">ready<", ">0:00<",
			} {
				if !strings.Contains(svg, want) {
					t.Errorf("%q is missing", want)
				}
			}
			if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
				t.Error("a number is none")
			}
		})
	}
}

// Every queue has a line and a name, up to as many as can be told apart.
func TestPlotShowsQueues(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for queues, names := range map[int][]string{
		2: {">queue-1<", ">queue-2<"},
		6: {">queue-1<", ">queue-6<"},
		9: {">queue-5<", ">queue-6<", ">queue-9<", ">4 others<"}, // the more, the more arrives
	} {
		tape := noise(rng, 5000)
		for i := range queues {
			n := noise(rng, 5000)
			for k := range n.Arrivals {
				n.Arrivals[k] *= float64(i + 1)
			}
			tape.Lanes = append(tape.Lanes, simulate.Lane{
				Name: fmt.Sprint("queue-", i+1), Deadline: 30, Arrivals: n.Arrivals, Backlog: n.Backlog, Late: n.Late, Oldest: n.Late,
			})
		}
		svg := plot(t, tape)
		for _, want := range append(names, "Oldest item waiting, percent of its deadline", "Backlog, items", "Late items") {
			if !strings.Contains(svg, want) {
				t.Errorf("%d queues: %q is missing", queues, want)
			}
		}
		if lines := strings.Count(svg, `class="q q`); lines != 5*min(queues, 6) { // one in the key, four in panels
			t.Errorf("%d queues: %d lines", queues, lines)
		}
		if len(svg) > 600_000 || strings.Contains(svg, "NaN") {
			t.Errorf("%d queues: %d bytes", queues, len(svg))
		}
	}
	tape := noise(rng, 100)
	for i := range 5 {
		tape.Lanes = append(tape.Lanes, simulate.Lane{
			Name: fmt.Sprint("comments-in-a-language-of-", i), Deadline: 30, Arrivals: tape.Arrivals, Backlog: tape.Backlog, Late: tape.Late, Oldest: tape.Late,
		})
	}
	if svg := plot(t, tape); !strings.Contains(svg, ">comments-…uage-of-4<") {
		t.Error("a long name is not cut in its middle")
	}
}

// What lasts a second in a day is seen: the highest of a column counts.
func TestPlotShowsASpike(t *testing.T) {
	n := trace.DaySeconds
	tape := &simulate.Tape{
		Arrivals: make([]float64, n), Backlog: make([]float64, n), Late: make([]float64, n), Ready: make([]int, n), Desired: make([]int, n),
	}
	if svg := plot(t, tape); strings.Count(svg, ">none<") != 4 {
		t.Error("four empty panels do not say so")
	}
	tape.Arrivals[40_000], tape.Backlog[40_001], tape.Desired[40_002], tape.Late[40_000] = 50, 700, 3, 2000
	svg := plot(t, tape)
	for _, want := range []string{">60<", ">800<", ">3<", ">2k<"} {
		if !strings.Contains(svg, want) {
			t.Errorf("no axis reaches %s", want)
		}
	}
	if err := tape.Plot(full{}, "", ""); err == nil {
		t.Error("a full disk is not told of")
	}
}
