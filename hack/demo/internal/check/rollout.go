package check

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/modcap/modcap/hack/dataplane/summary"
)

// Policy is how far the rollout of a policy's change is.
type Policy struct {
	// Phase and Step of the status, and Reason of the condition RolloutProgressing.
	Phase, Step, Reason string
}

// In the words of the API.
const (
	phaseAborted   = "Aborted"
	reasonNotFresh = "MetricsNotFresh"
)

// Hash is one of all bytes with their names.
func Hash(published map[string]string) string {
	sum := sha256.New()
	for _, name := range names(published) {
		fmt.Fprintf(sum, "%q %q\n", name, published[name])
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// SameBytes asks whether what is published for routers is what was before, to the byte.
func SameBytes(name string, before, after map[string]string) Result {
	var problems []string
	size := 0
	for _, object := range names(before) {
		size += len(before[object])
		switch now, there := after[object]; {
		case !there:
			problems = append(problems, object+" is gone")
		case now != before[object]:
			problems = append(problems, object+" has other bytes")
		}
	}
	for _, object := range names(after) {
		if _, there := before[object]; !there {
			problems = append(problems, object+" is new")
		}
	}
	if len(before) == 0 {
		problems = append(problems, "there was nothing before")
	}
	return result(name, fmt.Sprintf("%d objects, %d bytes, SHA-256 %.12s", len(before), size, Hash(before)), problems)
}

// StoodStill asks whether a rollout stayed in the step that it was in throughout the time,
// and said at the end that it is for want of metrics.
func StoodStill(name string, t Timeline, policy string, from, to time.Duration) Result {
	seen := t.between(from, to)
	if len(seen) == 0 {
		return Result{name, false, "nothing was seen in that time"}
	}
	first, last := seen[0].Policies[policy], seen[len(seen)-1].Policies[policy]
	var problems []string
	if first.Step == "" {
		problems = append(problems, "nothing was rolled out")
	}
	for _, s := range seen[1:] {
		if now := s.Policies[policy]; now.Step != first.Step || now.Phase != first.Phase {
			problems = append(problems, fmt.Sprintf("from %s (%s) it went to %s (%s) at %s",
				first.Step, first.Phase, now.Step, now.Phase, s.At.Round(time.Second)))
			break
		}
	}
	if last.Reason != reasonNotFresh {
		problems = append(problems, fmt.Sprintf("it said %s", last.Reason))
	}
	return result(name, fmt.Sprintf("it stayed in %s and said %s", first.Step, last.Reason), problems)
}

// Stepped asks whether a step began after a time.
func Stepped(name string, t Timeline, policy, step string, from time.Duration) Result {
	for _, s := range t.since(from) {
		if s.Policies[policy].Step == step {
			return Result{name, true, fmt.Sprintf("%s after %s", step, max(s.At-from, 0).Round(100*time.Millisecond))}
		}
	}
	last := Policy{}
	if len(t) > 0 {
		last = t[len(t)-1].Policies[policy]
	}
	return Result{name, false, fmt.Sprintf("step %s did not begin; it is in %q (%s)", step, last.Step, last.Reason)}
}

// OnlyIn asks whether the change decided items of one market, and of no other.
func OnlyIn(name string, r summary.Rollout, market string) Result {
	var decided, entered int64
	for _, c := range r.Cohorts {
		decided, entered = decided+c.Candidate, entered+c.Entered
	}
	in := slices.Sorted(maps.Keys(r.DecidedSeconds))
	detail := fmt.Sprintf("it decided %d of %d items, of %v", decided, entered, in)
	return Result{name, decided > 0 && len(in) == 1 && in[0] == market, detail}
}

// Broken is when the platform's own counters first showed a change to let through more
// than the margin, of 10,000 items that enter: with the cohort that had matured then.
func Broken(r summary.Rollout, margin float64) (at time.Duration, ok bool) {
	var entered int64
	var leakage float64
	for _, c := range r.Cohorts {
		if c.MaturedSeconds < 0 {
			break
		}
		entered, leakage = entered+c.Entered, leakage+c.Leakage
		if leakage*10_000 > margin*float64(entered) {
			return time.Duration(c.MaturedSeconds * float64(time.Second)), true
		}
	}
	return 0, false
}

// Before is by what routers decided before a change of a policy: a hash of the indexes.
type Before struct{ Policy, Index string }

// TakenBack asks whether within a time of a guard's breaking routers decided by the index
// of before.
func TakenBack(name string, t Timeline, b Before, broken, within time.Duration) Result {
	for i, s := range t {
		if s.Policies[b.Policy].Phase != phaseAborted || s.Index != b.Index {
			continue
		}
		if i > 0 && t[i-1].At < broken-lookApart {
			return Result{name, false, fmt.Sprintf("it was taken back at %s, before the guard was broken", s.At.Round(time.Second))}
		}
		took := max(s.At-broken, 0).Round(100 * time.Millisecond)
		return Result{name, took <= within, fmt.Sprintf("%s after the first matured sample that showed it", took)}
	}
	return Result{name, false, "it was not taken back"}
}

// lookApart is by how much the clocks of a platform and of who looks may differ.
const lookApart = time.Second

// Selected asks whether the selector of items to look at again has what moved in the
// market where the change decided, as the platform counted it: nothing more, and
// little less: the operator read the counters a moment before.
func Selected(name string, items map[string]int64, r summary.Rollout, market string) Result {
	got, moved := items[market], r.Moved[market]
	detail := fmt.Sprintf("%d items of %s; the platform counts %d", got, market, moved)
	return Result{name, got > 0 && got <= moved && got*3 >= moved*2, detail}
}
