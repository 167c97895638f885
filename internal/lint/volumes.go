package lint

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
)

// Volume is how many items come to be classified.
type Volume struct {
	// Queue that they come to; empty for items of queues that are not told apart.
	Queue string
	// Market that they are of; empty for those of markets that are not told apart.
	Market string
	// PerHour is items an hour, as a mean over the day.
	PerHour float64
}

// perHour is how many items an hour come to the queues of a step, or of the whole policy, at most: those of markets that are not told
// apart are all counted. It is not known where nothing is of some queue; of a queue whose markets are told apart, no
// items come of the others.
func (g *rollingOut) perHour(s *v1alpha1.RolloutStep) (float64, bool) {
	of := map[string]bool{}
	var sum float64
	for i := range g.rows {
		v := &g.rows[i]
		of[v.Queue] = true
		if g.within(v, s) {
			sum += v.PerHour
		}
	}
	for _, q := range g.used {
		if q.Spec.Classification != nil && (s == nil || inStep(q, s)) && !of[q.Name] && !of[""] {
			return 0, false
		}
	}
	return sum, len(of) > 0
}

// volumes are those of the items that a policy decides.
func (c *checker) volumes(used []*v1alpha1.ModerationQueue) (out []Volume) {
	for _, v := range c.in.Volumes {
		mine := func(q *v1alpha1.ModerationQueue) bool { return v.Queue == "" || v.Queue == q.Name }
		if slices.ContainsFunc(used, mine) || len(used) == 0 && !c.knows(KindQueue) {
			out = append(out, v)
		}
	}
	return out
}

// within is whether items are of a step; all are of the shadow.
func (g *rollingOut) within(v *Volume, s *v1alpha1.RolloutStep) bool {
	if s == nil {
		return true
	}
	if q := g.c.queues[v.Queue]; q != nil && !inStep(q, s) {
		return false
	}
	return len(s.Markets) == 0 || v.Market == "" || slices.Contains(s.Markets, v1alpha1.Market(v.Market))
}

// decided is how many items an hour the change decides while a step is under way: where several steps hold, the highest
// share does. What a share of all is given leaves nothing to compare with, and is not counted.
func (g *rollingOut) decided(step int) (out float64) {
	for i := range g.rows {
		most := 0.0
		for j := range g.spec.Steps[:step+1] {
			if s := &g.spec.Steps[j]; g.within(&g.rows[i], s) {
				most = max(most, part(s))
			}
		}
		if most < 1 {
			out += g.rows[i].PerHour * most
		}
	}
	return out
}

// hours is a length, of at most a hundred years.
func hours(n float64) time.Duration {
	return time.Duration(min(n, 876_000) * float64(time.Hour))
}

// about prints a length that was estimated, in two digits of the unit that fits, and never less than it is.
func about(d time.Duration) string {
	unit, name := time.Hour, "h"
	switch {
	case d < 2*time.Minute:
		unit, name = time.Second, "s"
	case d < 2*time.Hour:
		unit, name = time.Minute, "m"
	}
	n := int64((d + unit - 1) / unit)
	scale := int64(1)
	for n/scale >= 100 {
		scale *= 10
	}
	return fmt.Sprintf("%d%s", (n+scale-1)/scale*scale, name)
}

// exact prints a length that somebody wrote, or several together.
func exact(d time.Duration) string {
	s := d.String()
	if d%time.Minute == 0 {
		s = strings.TrimSuffix(s, "0s")
	}
	if d%time.Hour == 0 {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// digits prints a number with two significant digits.
func digits(v float64) string {
	if v == 0 {
		return "0"
	}
	scale := math.Pow(10, math.Floor(math.Log10(math.Abs(v)))-1)
	if v >= 10 && scale < 1 {
		scale = 1
	}
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.6f", math.Round(v/scale)*scale), "0"), ".")
}

func percentOf(share float64) string { return digits(share*100) + "%" }

// shareText is a share as specs have it, rounded up to two digits.
func shareText(share float64) string {
	scale := math.Pow(10, math.Floor(math.Log10(share))-1)
	return strings.TrimRight(fmt.Sprintf("%.6f", min(math.Ceil(share/scale-1e-9)*scale, 1)), "0.")
}

// Uncounted are the queues of which it is not known what comes to them, and whose policies ask: by name.
func Uncounted(in Input) (out []string) {
	asked, known := map[string]bool{}, map[string]bool{}
	for _, p := range in.Policies {
		asked[p.Name] = p.Spec.Rollout != nil && p.Spec.Rollout.Metrics != nil
	}
	for _, v := range in.Volumes {
		known[v.Queue] = true
	}
	for _, q := range in.Queues {
		if p := q.Spec.PolicyRef; p != nil && asked[p.Name] && q.Spec.Classification != nil && !known[q.Name] && !known[""] {
			out = append(out, q.Name)
		}
	}
	slices.Sort(out)
	return out
}
