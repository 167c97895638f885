package capacity

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modcap/modcap/internal/control"
	"github.com/modcap/modcap/internal/sample"
)

func TestExplain(t *testing.T) {
	for name, c := range map[string]struct {
		change func(in *Input)
		want   []string
	}{
		"scale-down held": {func(in *Input) { in.State = State{} }, []string{
			"Hold at 10 replicas (needed 6); settled by Patience",
			"5 replicas do the 4400 work units due within 1m40s, most of it from ns/a",
			"6 replicas stand ready for work that no new replica could do in time, because one needs 1m10s",
			"Kept at 10: 6 would do, but a change is worth it only when 10m30s of a replica's time was wasted (0s so far)",
		}},
		"scale-down not worth thinking of": {func(in *Input) {
			in.Queues[0].Deadline = 10 * minute
			in.Queues[0].Backlog.Value = sample.Whole(8000)
			in.Tuning = tuned(5000, 0)
		}, []string{
			"Hold at 10 replicas (needed 5); settled by Patience",
			"2 replicas do the 8000 work units due within 10m, most of it from ns/a",
			"Kept at 10: 5 would do, but there is work for all of them until others could come instead",
		}},
		"scale-down that would not last": {func(in *Input) {
			in.Queues[0].Deadline = 2 * minute
			in.Queues[0].Backlog.Value = 0
			in.Tuning = tuned(9990, 0)
			in.Tuning.Patience.Waste = 60_000
		}, []string{
			"Hold at 10 replicas (needed 8); settled by Patience",
			"4 replicas do the 6993 work units due within 3m10s, most of it from ns/a",
			"Kept at 10: 8 would do, but not for long enough to be worth a change",
		}},
		"scale-down to those that do what is due": {func(in *Input) {
			in.Queues[0].Deadline = 20 * minute
			in.Queues[0].Backlog.Value = sample.Whole(1600)
			in.Tuning = tuned(2000, 0)
			in.Tuning.Later = control.Later{Known: true}
			in.State.Law = control.Memory{Waste: 100_000_000, Of: 10}
		}, []string{
			"Scale down to 8 replicas (needed 1); settled by Patience",
			"1 replicas do the 1600 work units due within 20m, most of it from ns/a",
			"8 replicas: 1 would do, but not what is due before others could come",
		}},
		"scale-down held by what is due": {func(in *Input) {
			in.Queues[0].Deadline = 20 * minute
			in.Queues[0].Backlog.Value = sample.Whole(7000)
			in.Tuning = tuned(2000, 0)
			in.Tuning.Later = control.Later{Known: true}
		}, []string{
			"Hold at 10 replicas (needed 2); settled by Patience",
			"1 replicas do the 7000 work units due within 20m, most of it from ns/a",
			"Kept at 10: 2 would do, but not what is due before others could come",
		}},
		"scale-down held by what is declared": {func(in *Input) {
			in.State.Recommendations = []Recommendation{{At: testNow.Add(-minute), Replicas: 10}}
		}, []string{
			"Hold at 10 replicas (needed 6); settled by Stabilization",
			"5 replicas do the 4400 work units due within 1m40s, most of it from ns/a",
			"6 replicas stand ready for work that no new replica could do in time, because one needs 1m10s",
			"Kept at 10: 10 were needed within the last 5m (until 2026-09-21T14:17:20Z)",
		}},
		"cut by the maximum": {func(in *Input) {
			in.Pool.Max = 3
			in.Fleet.Wanted, in.Fleet.Ready, in.State.Wanted = 3, 3, 3
		}, []string{
			"Hold at 3 replicas (needed 10); settled by Maximum",
			"7 replicas do the 4400 work units due within 1m40s, most of it from ns/a",
			"10 replicas, or else the backlog would take up more than 50 % of the deadline by the time new ones work",
			"Cut from 10 to 3, the most declared",
			"ns/a: about 2300 items late from 2026-09-21T14:14:20Z on: the replicas are too few",
		}},
		"numbers missing": {func(in *Input) { in.Queues[0].Arrivals = sample.Missing(sample.CauseTimeout) }, []string{
			"Hold at 10 replicas (needed 6); settled by NotFresh",
			"5 replicas do the 4400 work units due within 1m40s, most of it from ns/a",
			"6 replicas stand ready for work that no new replica could do in time, because one needs 1m10s",
			"No scale-down: numbers of 1 of 1 queues are not fresh (first ns/a, Absent)",
		}},
		"refused": {func(in *Input) { in.Pool.Throughput = 0 }, []string{
			"Replicas stay at 10: throughput is not positive: set spec.throughput.itemsPerSecond",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			in := steadyInput()
			in.Queues[0].Backlog.Value = sample.Whole(2000)
			c.change(&in)
			if diff := cmp.Diff(c.want, Explain(Plan(in))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestEveryRuleHasASentence(t *testing.T) {
	for _, r := range []Rule{
		RuleNoQueues, RuleWorkDue, RuleHeadroom, RulePatience, RuleNotFresh, RuleRollout, RuleStabilization, RuleFlapBudget,
		RuleMinimum, RuleSchedule, RuleFloor, RuleMaximum, RuleCeiling, RuleNotArriving, RulePause,
	} {
		if sentence(Step{Rule: r}) == "" {
			t.Errorf("%s has no sentence", r)
		}
	}
}
