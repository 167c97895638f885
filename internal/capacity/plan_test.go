package capacity

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

// planCase changes steadyInput, which needs 5 replicas for its mean rate and, its
// deadline being below the lead, 6 with peaks; 10 are there.
type planCase struct {
	change   func(in *Input)
	replicas int32
	verdict  Verdict
	binding  Rule
}

func runPlan(t *testing.T, cases map[string]planCase) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in := steadyInput()
			c.change(&in)
			d := Plan(in)
			if d.Replicas != c.replicas || d.Verdict != c.verdict || d.Binding != c.binding {
				t.Errorf("%s to %d by %s, want %s to %d by %s\n%s", d.Verdict, d.Replicas, d.Binding,
					c.verdict, c.replicas, c.binding, strings.Join(Explain(d), "\n"))
			}
		})
	}
}

const minute = sample.Minute

// tuned is a tuning for a rate and standing replicas, in thousandths, that lets the
// backlog take up nine tenths of the deadline.
func tuned(rate, standing int64) control.Tuning {
	return control.Tuning{
		Known: true, Rate: rate, Standing: standing,
		Patience: control.Patience{High: 900, Low: 300, Middle: 350, Drain: 60_000, Waste: 10_000},
	}
}

// urgentBehindPatient adds 12,000 items that nobody would notice in a backlog that may be
// 3,240 s × 10 × 90 %. By 100 s 12,700 are due, of which 10 replicas do 10,000, new ones 300
// each.
func urgentBehindPatient(in *Input) {
	urgent := queue("ns/b", 10, 12_000)
	urgent.Deadline, urgent.OldestAge.Value = 30*sample.Second, 0
	in.Queues[0].Deadline = 60 * minute
	in.Queues = append(in.Queues, urgent)
	in.Tuning = tuned(6000, 0)
}

// Once patience was learned, replicas are asked for as late as they come in time: of work that
// cannot wait for them, no more than one is put off. More work is never fewer replicas.
func TestReplicasAreAskedForWhenTheyHaveToBe(t *testing.T) {
	for name, c := range map[string]struct {
		deadline sample.Span
		rate     int64
		known    bool
		most     int64 // put off
	}{
		"one, of work that can wait": {120 * sample.Second, 105, true, 1},
		"two, of work that can wait": {300 * sample.Second, 115, true, 2},
		"never more, of such":        {300 * sample.Second, 125, true, 2},
		"one, of work that cannot":   {100 * sample.Second, 105, true, 1},
		"never two, of such":         {100 * sample.Second, 115, true, 1},
		"patience is not learned":    {120 * sample.Second, 105, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			most, before := int64(0), int32(0)
			for backlog := int64(0); backlog < 40_000; backlog += 50 {
				in := steadyInput()
				in.Queues[0] = queue("ns/a", c.rate, backlog)
				in.Queues[0].Deadline, in.Queues[0].Forecast.Upper = c.deadline, sample.Whole(c.rate)
				in.Queues[0].OldestAge.Value = sample.Milli(1000 * backlog / c.rate)
				in.Tuning = tuned(100*c.rate, 0)
				in.Tuning.Known = c.known
				step := Plan(in).Steps[0]
				if step.After < before {
					t.Errorf("%d replicas for a backlog of %d, %d for one of less", step.After, backlog, before)
				}
				before = step.After
				if later := step.term("later"); later > 0 {
					most = max(most, later)
					if step.After < 10 {
						t.Errorf("%d replicas for a backlog of %d", step.After, backlog)
					}
				}
			}
			if most != c.most {
				t.Errorf("as many as %d put off", most)
			}
		})
	}
}

func TestNeed(t *testing.T) {
	runPlan(t, map[string]planCase{
		"needs less, and has for long": {func(in *Input) {}, 6, ScaleDown, RuleHeadroom},
		"steady is enough when work can wait": {func(in *Input) {
			in.Queues[0].Deadline = 10 * minute
		}, 5, ScaleDown, RulePatience},
		"backlog that the present replicas do in time": {func(in *Input) {
			// 55,000 by 600 s: 10 replicas do 60,000. After the lead of 70 s 5,150
			// replica-seconds are left, of 0.9 × 600 × 10 that may be.
			in.Queues[0].Deadline = 10 * minute
			in.Queues[0].Backlog.Value = sample.Whole(55_000)
			in.Queues[0].OldestAge.Value = 0
			in.Tuning = tuned(5000, 0)
		}, 10, Hold, RuleWorkDue},
		"the backlog takes up more of the deadline than it may": {func(in *Input) {
			// 10 replicas have 5,650 replica-seconds left after 70 s, of 0.5 × 600 × 10 that
			// may be: 5 for what arrives, and within 600 s down to 0.3 × 600 × 5.
			in.Queues[0].Deadline = 10 * minute
			in.Queues[0].Backlog.Value = sample.Whole(60_000)
			in.Queues[0].OldestAge.Value = 0
			in.Tuning = tuned(5000, 0)
			in.Tuning.Patience.High = 500
		}, 13, ScaleUp, RulePatience},
		"more than needed is raised to": {func(in *Input) {
			in.Tuning = tuned(5000, 20_000)
			in.Tuning.Patience.Over = 100
		}, 22, ScaleUp, RulePatience},
		"what would do is kept a while": {func(in *Input) {
			in.State.Law = control.Memory{Waste: 60_000, Most: 7, Of: 10}
		}, 10, Hold, RulePatience},
		"then the most of late stays": {func(in *Input) {
			in.State.Law.Most = 7
		}, 7, ScaleDown, RulePatience},
		"an urgent queue behind a patient one": {urgentBehindPatient, 19, ScaleUp, RuleWorkDue},
		"what is due is raised to as all is": {func(in *Input) {
			// As above, and a tenth more; and of those beyond ten as many again, as far as the
			// urgent work cannot wait (750 ‰).
			urgentBehindPatient(in)
			in.Tuning.Patience.Over, in.Tuning.Patience.Bet = 100, 1000
		}, 27, ScaleUp, RulePatience},
		"more backlog than ten replicas do": {func(in *Input) {
			// After the lead 8,650 replica-seconds are left: 5 for what arrives, and within
			// 600 s down to 0.3 × 600 × 5. (By 600 s alone, 16 would do.)
			in.Queues[0].Deadline = 10 * minute
			in.Queues[0].Backlog.Value = sample.Whole(90_000)
			in.Queues[0].OldestAge.Value = 0
			in.Tuning = tuned(5000, 0)
		}, 18, ScaleUp, RulePatience},
		"old backlog: by age more is due than by amount": {func(in *Input) {
			// 40,000, spread over ages up to 500 s, so that all is due between 100 s and 600 s
			// is within what may wait; 35,000 as old as 500 s is not.
			in.Queues[0].Deadline = 10 * minute
			in.Queues[0].Backlog.Value = sample.Whole(35_000)
			in.Queues[0].AgesKnown = true
			in.Queues[0].Ages = []AgeBucket{{UpTo: 480 * sample.Second, Items: sample.Whole(35_000)}}
			in.Tuning = tuned(5000, 0)
		}, 56, ScaleUp, RuleWorkDue},
		"starting replicas count from their own time": {func(in *Input) {
			// As above, with 5 more pods ready in 30 s: 8,450 replica-seconds are left. 18 are
			// needed; to the 5 on their way come as many again.
			in.Queues[0].Deadline = 10 * minute
			in.Queues[0].Backlog.Value = sample.Whole(90_000)
			in.Queues[0].OldestAge.Value = 0
			in.Fleet.Wanted = 15
			in.Fleet.Starting = slices.Repeat([]sample.Instant{testNow.Add(-30 * sample.Second)}, 5)
			in.Tuning = tuned(5000, 0)
		}, 20, ScaleUp, RulePatience},
		"what has work for all of them is not let go": {func(in *Input) {
			// 10 replicas do 1,300 replica-seconds in lead and startup, and there are 650 + 650.
			in.Queues[0].Deadline = 10 * minute
			in.Queues[0].Backlog.Value = sample.Whole(6500)
			in.Tuning = tuned(5000, 0)
		}, 10, Hold, RulePatience},
		"what soon has none is, down to what the rate keeps busy": {func(in *Input) {
			in.Queues[0].Deadline = 10 * minute
			in.Queues[0].Backlog.Value = sample.Whole(6499)
			in.Tuning = tuned(5000, 0)
		}, 5, ScaleDown, RulePatience},
	})
}

func TestLimits(t *testing.T) {
	runPlan(t, map[string]planCase{
		"a lower need is stabilised": {func(in *Input) {
			in.State.Recommendations = []Recommendation{{At: testNow.Add(-4 * minute), Replicas: 9}}
		}, 9, ScaleDown, RuleStabilization},
		"after a restart the law waits anew": {func(in *Input) { in.State = State{} }, 10, Hold, RulePatience},
		"a long silence is a restart": {func(in *Input) {
			in.State.At = testNow.Add(-6 * minute)
		}, 10, Hold, RuleStabilization},
		"flap budget used up": {func(in *Input) {
			in.Pool.ScaleDownsPerHour = 2
			in.State.ScaleDowns = []sample.Instant{testNow.Add(-30 * minute), testNow.Add(-10 * minute)}
		}, 10, Hold, RuleFlapBudget},
		"flap budget free again": {func(in *Input) {
			in.Pool.ScaleDownsPerHour = 2
			in.State.ScaleDowns = []sample.Instant{testNow.Add(-61 * minute), testNow.Add(-10 * minute)}
		}, 6, ScaleDown, RuleHeadroom},
		"flap budget never limits a scale-up": {func(in *Input) {
			in.Pool.ScaleDownsPerHour = 1
			in.State.ScaleDowns = []sample.Instant{testNow.Add(-10 * minute)}
			in.Fleet.Wanted, in.Fleet.Ready, in.State.Wanted = 3, 3, 3
		}, 6, ScaleUp, RuleHeadroom},
		"minimum": {func(in *Input) { in.Pool.Min = 8 }, 8, ScaleDown, RuleMinimum},
		"maximum": {func(in *Input) { in.Pool.Max = 4 }, 4, ScaleDown, RuleMaximum},
		"schedule, a lead ahead": {func(in *Input) {
			in.Pool.Next = &Bounds{At: testNow.Add(70 * sample.Second), Min: 30, Max: 60}
		}, 30, ScaleUp, RuleSchedule},
		"schedule, not yet": {func(in *Input) {
			in.Pool.Next = &Bounds{At: testNow.Add(71 * sample.Second), Min: 30, Max: 60}
		}, 6, ScaleDown, RuleHeadroom},
		"schedule within the maximum now": {func(in *Input) {
			in.Pool.Max, in.Pool.Next = 20, &Bounds{At: testNow.Add(minute), Min: 30, Max: 60}
		}, 20, ScaleUp, RuleMaximum},
		"floors compose to the highest": {func(in *Input) {
			in.Pool.Overrides = []Override{{Kind: Floor, Replicas: 12}, {Kind: Floor, Replicas: 14}}
		}, 14, ScaleUp, RuleFloor},
		"ceilings to the lowest, below the minimum": {func(in *Input) {
			in.Pool.Min = 5
			in.Pool.Overrides = []Override{
				{Kind: Ceiling, Replicas: 3}, {Kind: Ceiling, Replicas: 4}, {Kind: Floor, Replicas: 9},
			}
		}, 3, ScaleDown, RuleCeiling},
		"pause wins": {func(in *Input) {
			in.Pool.Max = 4
			in.Pool.Overrides = []Override{{Kind: Pause}, {Kind: Floor, Replicas: 20}}
		}, 10, Hold, RulePause},
	})
}

func TestHolds(t *testing.T) {
	runPlan(t, map[string]planCase{
		"rollout": {func(in *Input) { in.Fleet.Rollout, in.Fleet.Ready = true, 13 }, 10, Hold, RuleRollout},
		"replicas that do not come: no more of them": {func(in *Input) {
			in.Fleet.Ready, in.Fleet.Unschedulable, in.Fleet.TroubleSince = 4, 6, testNow.Add(-3*minute)
			in.Queues[0].Backlog.Value = sample.Whole(30_000)
		}, 10, Hold, RuleNotArriving},
		"replicas that do not come yet": {func(in *Input) {
			in.Queues[0].Deadline = 2 * minute
			// 30,000 by 120 s: 4 replicas do 4,800, new ones 500 each from 70 s on.
			in.Fleet.Ready, in.Fleet.Unschedulable, in.Fleet.TroubleSince = 4, 6, testNow.Add(-1*minute)
			in.Queues[0].Backlog.Value = sample.Whole(30_000)
		}, 55, ScaleUp, RuleWorkDue},
		"stale backlog": {func(in *Input) { in.Queues[0].Backlog.Quality = sample.Stale }, 10, Hold, RuleNotFresh},
		"stale, but more is needed": {func(in *Input) {
			in.Queues[0].Arrivals.Quality = sample.Stale
			in.Queues[0].Forecast = Forecast{Known: true, Mean: sample.Whole(120), Upper: sample.Whole(130)}
		}, 13, ScaleUp, RuleHeadroom},
		"nothing known": {func(in *Input) {
			in.Queues[0] = unknown(in.Queues[0])
		}, 10, Hold, RuleNotFresh},
		"age declared and missing": {func(in *Input) {
			in.Queues[0].OldestAge = sample.Missing(sample.CauseTimeout)
		}, 10, Hold, RuleNotFresh},
		"age not declared": {func(in *Input) {
			in.Queues[0].OldestAge = sample.Missing(sample.CauseNotDeclared)
		}, 6, ScaleDown, RuleHeadroom},
		"no queues":            {func(in *Input) { in.Queues = nil }, 10, Hold, RuleNoQueues},
		"no queues, in bounds": {func(in *Input) { in.Queues, in.Pool.Min = nil, 12 }, 12, ScaleUp, RuleMinimum},
		"target unknown":       {func(in *Input) { in.Fleet.Known = false }, 10, Hold, RuleFleetUnknown},
		"min above max":        {func(in *Input) { in.Pool.Min = 200 }, 10, Hold, RuleInvalid},
		"no throughput":        {func(in *Input) { in.Pool.Throughput = 0 }, 10, Hold, RuleInvalid},
		"other rules":          {func(in *Input) { in.Rules = "0" }, 10, Hold, RuleInvalid},
		"no promise":           {func(in *Input) { in.Queues[0].Deadline = 0 }, 10, Hold, RuleInvalid},
		"two queues, one key":  {func(in *Input) { in.Queues = append(in.Queues, in.Queues[0]) }, 10, Hold, RuleInvalid},
		"to zero, when declared and idle": {func(in *Input) {
			in.Pool.Min = 0
			in.Queues[0] = queue("ns/a", 0, 0)
		}, 0, ScaleDown, RulePatience},
	})
}

// What falls due comes at one rate: that which the rest of the plan follows.
func TestRateOfWhatFallsDue(t *testing.T) {
	due := func(rate int64, mean sample.Milli) Input {
		in := steadyInput()
		q := &in.Queues[0]
		q.Arrivals.Value = sample.Whole(90)
		q.Forecast = Forecast{Known: true, Mean: mean, Upper: 2 * mean}
		in.Tuning = tuned(rate, 0)
		return in
	}
	two := due(6000, sample.Whole(20))
	two.Queues = append(two.Queues, queue("ns/b", 60, 0))
	two.Queues[1].Deadline = 24 * sample.Hour
	foreseen := due(5000, sample.Whole(65))
	foreseen.Queues[0].Forecast.Foreseen = sample.Whole(95)
	none := due(5000, 0)
	young := due(0, sample.Whole(50))
	young.Tuning, young.Queues[0].Forecast.Known = control.Tuning{}, false
	stale := young
	stale.Queues = slices.Clone(young.Queues)
	stale.Queues[0].Arrivals.Quality = sample.Stale
	blank := stale
	blank.Queues = slices.Clone(young.Queues)
	blank.Queues[0].Forecast = Forecast{}
	for name, c := range map[string]struct {
		in   Input
		want int64
	}{
		"the tuner's, not the forecast's":   {due(5000, sample.Whole(65)), 50_000},
		"the tuner's, if that is higher":    {due(8000, sample.Whole(65)), 80_000},
		"a queue's part, by the forecasts":  {two, 15_000},
		"what is foreseen":                  {foreseen, 95_000},
		"nobody has a part of nothing":      {none, 0},
		"young: the mean of all there was":  {young, 50_000},
		"young and stale: the last seen":    {stale, 90_000},
		"nothing forecast: the rate of now": {blank, 90_000},
	} {
		t.Run(name, func(t *testing.T) {
			p := plan{in: &c.in}
			p.begin()
			d := &p.ds[0]
			day := int64(24 * sample.Hour)
			if got := (d.dueBy(day+1_000_000, p.sup.lead) - d.dueBy(day, p.sup.lead)) / 1000; got != c.want {
				t.Errorf("%d milli-work a second, want %d", got, c.want)
			}
		})
	}
}

func TestQueuesShareOneDeadlineCurve(t *testing.T) {
	in := steadyInput()
	in.Queues = []Queue{queue("ns/a", 0, 12_000), queue("ns/b", 0, 12_000)}
	for i := range in.Queues {
		in.Queues[i].Deadline = sample.Span(10*(i+1)) * sample.Minute
		in.Queues[i].OldestAge.Value = 0
	}
	// 12,000 by 600 s and 24,000 by 1,200 s: 2 replicas, not 2 + 1.
	in.Tuning = tuned(0, 0)
	if s := Plan(in).Steps[0]; s.Rule != RuleWorkDue || s.After != 2 {
		t.Errorf("%s asks for %d, want 2", s.Rule, s.After)
	}
}

func TestPrioritiesDecideWhoIsLate(t *testing.T) {
	in := steadyInput()
	in.Pool.Max = 10
	a, b, c := queue("ns/a", 40, 0), queue("ns/b", 40, 6000), queue("ns/c", 40, 0)
	a.Priority, b.Priority, c.Priority, c.Protected = 900, 500, 1, true
	in.Queues = []Queue{a, b, c}
	d := Plan(in)
	if d.Sufficient || d.Binding != RuleMaximum {
		t.Fatalf("sufficient %v, binding %s", d.Sufficient, d.Binding)
	}
	var late []string
	for _, r := range d.Risk {
		if !r.Feasible {
			late = append(late, r.Queue+" "+string(r.Reason))
		}
	}
	if diff := cmp.Diff([]string{"ns/b Outranked"}, late); diff != "" {
		t.Errorf("late (-want +got):\n%s\n%+v", diff, d.Risk)
	}
	first, last, rest := d.Shares[0], d.Shares[2], d.Shares[1]
	if first.Granted != first.Needed || last.Granted != last.Needed ||
		first.Granted+last.Granted+rest.Granted != 10_000 {
		t.Errorf("shares %+v", d.Shares)
	}
}

// unknown is q with no number known.
func unknown(q Queue) Queue {
	q.Backlog, q.Arrivals, q.Forecast = sample.Sample{}, sample.Sample{}, Forecast{}
	return q
}

func TestRisk(t *testing.T) {
	for name, c := range map[string]struct {
		change   func(in *Input)
		reason   RiskReason
		feasible bool
		breach   sample.Span // from now; -1: none
		drain    sample.Span // from now; -1: never
	}{
		"on time": {func(in *Input) { in.Queues[0].Backlog.Value = sample.Whole(100) }, OnTime, true, -1, sample.Second},
		"too late for anybody": {func(in *Input) {
			in.Queues[0].Backlog.Value = sample.Whole(2000)
			in.Queues[0].OldestAge.Value = sample.Whole(600)
		}, TooLate, false, 5 * sample.Second, 0},
		"does not come": {func(in *Input) {
			in.Fleet.Ready, in.Fleet.Failing, in.Fleet.TroubleSince = 2, 8, testNow.Add(-sample.Hour)
			in.Queues[0].Backlog.Value = sample.Whole(3000)
		}, NotArriving, false, 0, 150 * sample.Second},
		"grows slowly, and more can be asked for in time": {func(in *Input) {
			in.Pool.Min = 0
			in.Queues[0].Deadline, in.Queues[0].Arrivals.Value = 10*minute, sample.Whole(105)
			in.Queues[0].Forecast = Forecast{Known: true, Mean: sample.Whole(105), Upper: sample.Whole(110)}
			in.Tuning = tuned(10_500, 0)
		}, OnTime, true, -1, 0},
		"grows slowly, and no more may be asked for": {func(in *Input) {
			in.Pool.Max = 10
			in.Queues[0].Deadline, in.Queues[0].Arrivals.Value = 10*minute, sample.Whole(105)
			in.Queues[0].Forecast = Forecast{Known: true, Mean: sample.Whole(105), Upper: sample.Whole(110)}
			in.Tuning = tuned(10_500, 0)
		}, Short, false, 0, 0},
		"too few, later": {func(in *Input) { in.Pool.Max = 4 }, Short, false, 0, 0},
		"unknown": {func(in *Input) {
			in.Queues[0] = unknown(in.Queues[0])
		}, NoData, false, -1, -1},
		"stale": {func(in *Input) { in.Queues[0].Backlog.Quality = sample.Stale }, LowerBound, true, -1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			in := steadyInput()
			in.Pool.Min = 10
			c.change(&in)
			in.Pool.Min = min(in.Pool.Min, in.Pool.Max)
			r := Plan(in).Risk[0]
			if r.Reason != c.reason || r.Feasible != c.feasible {
				t.Errorf("%s, feasible %v; want %s, %v", r.Reason, r.Feasible, c.reason, c.feasible)
			}
			checkTime(t, "breach", r.FirstBreach, c.breach)
			checkTime(t, "drain", r.DrainBy, c.drain)
		})
	}
}

// checkTime compares an instant with a span from now: 0 any, -1 none.
func checkTime(t *testing.T, what string, got sample.Instant, want sample.Span) {
	t.Helper()
	switch {
	case want == -1 && got != 0, want >= 0 && got == 0:
		t.Errorf("%s at %d, want %s from now", what, got, want)
	case want > 0 && got != testNow.Add(want):
		t.Errorf("%s in %s, want %s", what, got.Since(testNow), want)
	}
}

func TestReplicasThatDoNotComeDoNotRaiseWanted(t *testing.T) {
	in := steadyInput()
	in.Queues[0].Backlog.Value = sample.Whole(6000)
	in.Fleet.Ready = 4
	healthy := Plan(in)
	in.Fleet.Unschedulable, in.Fleet.TroubleSince = 6, testNow.Add(-90*sample.Second)
	if d := Plan(in); d.Replicas != healthy.Replicas {
		t.Errorf("%d replicas with six unschedulable, %d without", d.Replicas, healthy.Replicas)
	}
}

func TestScaleChangesAreNoticedWhoeverMadeThem(t *testing.T) {
	in := steadyInput()
	in.State.Wanted = 12
	s := Plan(in).State
	if !slices.Equal(s.ScaleDowns, []sample.Instant{testNow}) || s.LastScaleDown != testNow || s.LastScaleUp != 0 {
		t.Errorf("after a scale-down: %+v", s)
	}
	in.State.Wanted = 8
	if s := Plan(in).State; len(s.ScaleDowns) != 0 || s.LastScaleUp != testNow {
		t.Errorf("after a scale-up: %+v", s)
	}
}

// TestScaleDownTakesAWindow runs the clock under constant input: the law alone would
// wait half a minute.
func TestScaleDownTakesAWindow(t *testing.T) {
	in := steadyInput()
	in.State = State{}
	in.Tuning = tuned(5000, 5100)
	for in.Now < testNow.Add(10*sample.Minute) {
		d := Plan(in)
		want := int32(10)
		if in.Now.Since(testNow) >= in.Pool.Stabilization {
			want = 6
		}
		if d.Replicas != want {
			t.Fatalf("%d replicas after %s, want %d", d.Replicas, in.Now.Since(testNow), want)
		}
		if d.Next <= in.Now || d.Next.Since(in.Now) > in.Pool.Interval {
			t.Fatalf("next look in %s", d.Next.Since(in.Now))
		}
		in = applied(in, d)
		in.Now = d.Next
	}
}

func TestWindowOfRecommendationsIsBounded(t *testing.T) {
	var s State
	for i := range 500 {
		recommend(&s, testNow.Add(sample.Span(i)*sample.Second), int32(1000-i), sample.Hour)
	}
	if n := len(s.Recommendations); n > maxRecommendations || s.Recommendations[0].Replicas != 1000 {
		t.Errorf("%d recommendations, the highest %d", n, s.Recommendations[0].Replicas)
	}
}
