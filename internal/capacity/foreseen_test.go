package capacity

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

// foresees is a pool whose tuner has found rate, and standing for it, in thousandths. Its
// one queue has 50 items/s, which keep 5 replicas busy.
func foresees(rate, standing, foreseen int64) Input {
	in := steadyInput()
	in.Tuning = control.Tuning{Known: true, Rate: rate, Standing: standing, Patience: control.Careful(control.Times{Startup: 60_000, Lead: 70_000})}
	in.Queues[0].Forecast.Foreseen = sample.Whole(foreseen)
	return in
}

func TestForeseen(t *testing.T) {
	calm := foresees(5000, 6000, 150)
	calm.Queues[0].Deadline = 105 * sample.Second
	small := foresees(100, 1100, 50)
	small.Queues[0].Forecast.Mean, small.Queues[0].Forecast.Upper = sample.One, sample.Whole(10)
	new := foresees(0, 0, 150)
	new.Tuning = control.Tuning{}
	cold := foresees(5000, 6000, 150)
	cold.Queues[0].Forecast.Known = false
	two := foresees(7000, 7000, 150)
	two.Queues = append(two.Queues, queue("ns/b", 20, 0))
	two.Queues[1].Deadline = 60 * sample.Second
	beside := foresees(7000, 6000, 150)
	beside.Queues = append(beside.Queues, queue("ns/b", 20, 0))
	beside.Queues[1].Deadline = sample.Hour
	for name, c := range map[string]struct {
		in       Input
		standing int64 // thousandths of a replica, as recorded
		foreseen int64
	}{
		"nothing": {foresees(5000, 6000, 0), 6000, 0},
		// The peaks are 10 items/s above 50, of which 10·70/130 have to stand ready: 0.539
		// replicas, √3 times over.
		"three times the rate":       {foresees(5000, 6000, 150), 15_000 + 935, 15_000},
		"the tuner found less extra": {foresees(5000, 5300, 150), 15_000 + 520, 15_000},
		"the tuner knew":             {foresees(5000, 20_000, 150), 20_000, 15_000},
		"the tuner asks for nothing": {foresees(5000, 0, 150), 15_000, 15_000},
		"it has come":                {foresees(16_000, 17_000, 150), 17_000, 0},
		"less than there is":         {foresees(5000, 6000, 40), 6000, 0},
		"it can wait long enough":    {calm, 6000, 0},
		// 9·70/130 items/s, 0.485 replicas, √5 times over: as of one whole replica.
		"hardly a rate": {small, 5000 + 1085, 5000},
		"nothing tuned": {new, 15_000 + 935, 15_000},
		"cold":          {cold, 0, 15_000},
		"of two queues": {two, 17_000, 17_000},
		// Of the 7 replicas that are busy 2 work for who can wait, and need not stand ready.
		"beside work that waits": {beside, 15_000 + 935, 15_000},
	} {
		t.Run(name, func(t *testing.T) {
			d := Plan(c.in)
			var step Step
			for _, s := range d.Steps {
				if s.Rule == RuleHeadroom {
					step = s
				}
			}
			if got := step.term("foreseen"); got != c.foreseen {
				t.Errorf("foreseen %d, want %d", got, c.foreseen)
			}
			if got := step.term("standing"); c.standing > 0 && got != c.standing {
				t.Errorf("standing %d, want %d", got, c.standing)
			}
			if need := milliUp(max(c.standing, c.foreseen)); d.Replicas < need {
				t.Errorf("%d replicas, want %d", d.Replicas, need)
			}
			said := strings.Contains(strings.Join(Explain(d), "\n"), "season or calendar foresee")
			if said != (c.foreseen > 0) {
				t.Errorf("%q", Explain(d))
			}
		})
	}
}

// What is foreseen asks for what it brings, and for no more: not for work due at once,
// and not for a bet on what rises.
func TestForeseenDoesNotOvershoot(t *testing.T) {
	for _, deadline := range []sample.Span{30 * sample.Second, 60 * sample.Second, 100 * sample.Second} {
		in := foresees(5000, 5000, 150)
		in.Tuning.Patience.Bet = 2500
		in.Fleet.Wanted, in.Fleet.Ready = 6, 6
		in.State = State{At: testNow.Add(-5 * sample.Second), Wanted: 6}
		in.Queues[0].Deadline = deadline
		if d := Plan(in); d.Replicas != 15 {
			t.Errorf("deadline %s: %d replicas for the work of 15", deadline, d.Replicas)
		}
	}
}

func TestForeseenNeverFewerReplicas(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 1))
	for range 2000 {
		in := randomInput(r)
		without := in
		without.Queues = append([]Queue(nil), in.Queues...)
		for i := range without.Queues {
			without.Queues[i].Forecast.Foreseen = 0
		}
		if a, b := Plan(without), Plan(in); b.Needed < a.Needed {
			t.Fatalf("%d needed, %d without what is foreseen", b.Needed, a.Needed)
		}
	}
}

// Where nothing is foreseen, a basis changes no byte of a decision.
func TestBasisDecidesNothing(t *testing.T) {
	in := foresees(5000, 6000, 0)
	named := foresees(5000, 6000, 0)
	named.Queues[0].Forecast.Basis = "Daily"
	if diff := cmp.Diff(Plan(in), Plan(named)); diff != "" {
		t.Error(diff)
	}
}

func TestForeseenOutOfRange(t *testing.T) {
	for _, v := range []sample.Milli{-1, sample.MaxMilli + 1} {
		in := foresees(5000, 6000, 0)
		in.Queues[0].Forecast.Foreseen = v
		if d := Plan(in); d.Binding != RuleInvalid {
			t.Errorf("%d was taken: %s", v, d.Binding)
		}
	}
}
