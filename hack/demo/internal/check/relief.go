package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modcap/modcap/hack/dataplane/summary"
)

// GaveWay asks whether relief was off until a surge began, in force after that, and off again at
// the end, having come once.
func GaveWay(name string, t Timeline, target string, from, surge time.Duration) Result {
	seen := t.since(from)
	came, went, steps := givenWay(seen)
	switch {
	case len(came) == 0:
		return Result{name, false, "nothing gave way"}
	case came[0] < surge:
		return Result{name, false, fmt.Sprintf("it gave way at %s, before the surge", came[0].Round(time.Second))}
	case len(came) > 1:
		return Result{name, false, fmt.Sprintf("it came %d times", len(came))}
	case len(went) == 0:
		return Result{name, false, "it is still in force"}
	}
	if last := seen[len(seen)-1].Relief[target]; last.Status != "False" {
		return Result{name, false, fmt.Sprintf("the target says ReliefActive=%s (%s)", last.Status, last.Reason)}
	}
	return Result{name, true, fmt.Sprintf("%s, %s after the surge began; taken back after %s",
		strings.Join(steps, ", "), (came[0] - surge).Round(time.Second), (went[0] - came[0]).Round(time.Second))}
}

// givenWay is when relief came and went, and its steps as they came.
func givenWay(seen Timeline) (came, went []time.Duration, steps []string) {
	on := false
	for _, s := range seen {
		is := len(s.GivesWay) > 0
		switch {
		case is && !on:
			came = append(came, s.At)
		case !is && on:
			went = append(went, s.At)
		}
		on = is
		for _, step := range s.GivesWay {
			if !slices.Contains(steps, step) {
				steps = append(steps, step)
			}
		}
	}
	return came, went, steps
}

// Relieved asks whether the platform did what relief says.
func Relieved(name string, s summary.Summary) Result {
	var relieved, deferred int64
	for _, q := range s.Queues {
		relieved, deferred = relieved+q.Relieved, deferred+q.Deferred
	}
	return Result{name, relieved+deferred > 0, fmt.Sprintf("%d items were let through, %d got more time", relieved, deferred)}
}

// InTime asks whether every review stream of a name kept its promise over the run.
func InTime(name string, s summary.Summary, stream string) Result {
	var problems, seen []string
	for _, q := range s.Queues {
		for _, r := range q.Reviews {
			if r.Name != stream || r.Due == 0 {
				continue
			}
			said := fmt.Sprintf("%s of %s: %d of %d", stream, q.Name, r.OnTime, r.Due)
			seen = append(seen, said)
			if !r.Kept {
				problems = append(problems, said)
			}
		}
	}
	if len(seen) == 0 {
		problems = append(problems, "none of it fell due")
	}
	return result(name, strings.Join(seen, ", "), problems)
}
