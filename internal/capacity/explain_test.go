package capacity

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modcap/modcap/internal/sample"
)

func TestExplain(t *testing.T) {
	for name, c := range map[string]struct {
		change func(in *Input)
		want   []string
	}{
		"scale-down held": {func(in *Input) { in.State = State{} }, []string{
			"Hold at 10 replicas (needed 6); settled by Stabilization",
			"5 replicas do the 4400 work units due within 1m40s, most of it from ns/a",
			"6 replicas stand ready for 50 work units/s and peaks of 5.385 more, because a new replica needs 1m10s",
			"Kept at 10: 10 were needed within the last 5m (until 2026-09-21T14:18:20Z)",
		}},
		"cut by the maximum": {func(in *Input) {
			in.Pool.Max = 3
			in.Fleet.Wanted, in.Fleet.Ready, in.State.Wanted = 3, 3, 3
		}, []string{
			"Hold at 3 replicas (needed 7); settled by Maximum",
			"7 replicas do the 4400 work units due within 1m40s, most of it from ns/a",
			"Cut from 7 to 3, the most declared",
			"ns/a: about 2300 items late from 2026-09-21T14:14:20Z on: the replicas are too few",
		}},
		"numbers missing": {func(in *Input) { in.Queues[0].Arrivals = sample.Missing(sample.CauseTimeout) }, []string{
			"Hold at 10 replicas (needed 6); settled by NotFresh",
			"5 replicas do the 4400 work units due within 1m40s, most of it from ns/a",
			"6 replicas stand ready for 50 work units/s and peaks of 5.385 more, because a new replica needs 1m10s",
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
		RuleNoQueues, RuleWorkDue, RuleHeadroom, RuleSteady, RuleNotFresh, RuleRollout, RuleStabilization, RuleFlapBudget,
		RuleMinimum, RuleSchedule, RuleFloor, RuleMaximum, RuleCeiling, RuleNotArriving, RulePause,
	} {
		if sentence(Step{Rule: r}) == "" {
			t.Errorf("%s has no sentence", r)
		}
	}
}
