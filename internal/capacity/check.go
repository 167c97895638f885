package capacity

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// fault is why an input is refused: a rule, a constant sentence, and the queue
// or override it is about.
type fault struct {
	rule          Rule
	message, name string
}

// maxInstant bounds times so that sums with spans do not overflow: the year
// 10889.
const maxInstant sample.Instant = 1 << 48

// check finds the first fault of an input; the zero fault means none.
func check(in *Input) fault {
	if f := checkPool(in); f != "" {
		return fault{rule: RuleInvalid, message: f}
	}
	for i := range in.Pool.Overrides {
		o := &in.Pool.Overrides[i]
		if f := checkOverride(o); f != "" {
			return fault{rule: RuleInvalid, message: f, name: o.Name}
		}
	}
	if !in.Fleet.Known {
		return fault{rule: RuleFleetUnknown, message: "the scale target could not be read"}
	}
	if f := checkFleet(&in.Fleet); f != "" {
		return fault{rule: RuleInvalid, message: f}
	}
	return checkQueues(in.Queues)
}

func checkPool(in *Input) string {
	p := &in.Pool
	switch {
	case in.Rules != "" && in.Rules != Rules:
		return "the input was made for another version of the rules"
	case in.Now <= 0 || !instantOK(in.Now):
		return "the time is out of range"
	case !boundsOK(p.Min, p.Max):
		return "replicas min and max are out of range, or min exceeds max"
	case !nextOK(p.Next):
		return "the bounds of the next schedule are out of range, or min exceeds max"
	case !positive(p.Throughput):
		return "throughput is not positive: set spec.throughput.itemsPerSecond"
	}
	return checkLaw(in)
}

func checkLaw(in *Input) string {
	p := &in.Pool
	switch {
	case p.Interval <= 0:
		return "the decision interval is not positive"
	case !spansOK(p.Startup, p.MetricDelay, p.Interval, p.Stabilization):
		return "a time span of the pool is negative or too long"
	case p.ScaleDownsPerHour < 0:
		return "the flap budget is negative"
	case !in.Tuning.Sound() || !in.State.Law.Sound():
		return "the tuning or the memory of the control law is out of range"
	}
	return ""
}

func checkOverride(o *Override) string {
	switch {
	case o.Kind != Pause && o.Kind != Floor && o.Kind != Ceiling:
		return "an override is of an unknown kind"
	case !countOK(o.Replicas):
		return "the replicas of an override are out of range"
	case !instantOK(o.Until):
		return "the end of an override is out of range"
	}
	return ""
}

func checkFleet(f *Fleet) string {
	switch {
	case !countOK(f.Wanted) || !countOK(f.Ready) || !countOK(f.Unschedulable) || !countOK(f.Failing):
		return "a replica count of the scale target is out of range"
	case len(f.Starting) > int(MaxReplicas) || !instantOK(f.TroubleSince) || slices.ContainsFunc(f.Starting, outOfRange):
		return "the pods of the scale target are out of range"
	}
	return ""
}

func checkQueues(queues []Queue) fault {
	if len(queues) > MaxQueues {
		return fault{rule: RuleInvalid, message: "too many queues name the pool"}
	}
	sorted := true
	for i := range queues {
		if f := checkQueue(&queues[i]); f != "" {
			return fault{rule: RuleInvalid, message: f, name: queues[i].Key}
		}
		sorted = sorted && (i == 0 || queues[i-1].Key < queues[i].Key)
	}
	if sorted {
		return fault{}
	}
	seen := make(map[string]bool, len(queues))
	for i := range queues {
		if key := queues[i].Key; seen[key] {
			return fault{rule: RuleInvalid, message: "two queues have the same key", name: key}
		}
		seen[queues[i].Key] = true
	}
	return fault{}
}

func checkQueue(q *Queue) string {
	switch {
	case q.Deadline <= 0 || q.Deadline > MaxSpan:
		return "a queue's promise has no time within which items are due"
	case q.Percent <= 0 || q.Percent > sample.AllPPM:
		return "a queue's promise has a percent outside 0 to 100"
	case !positive(q.WorkPerItem):
		return "a queue's work per item is not positive"
	}
	return checkNumbers(q)
}

func checkNumbers(q *Queue) string {
	switch {
	case !(amountOK(q.Forecast.Mean) && amountOK(q.Forecast.Upper)):
		return "a queue's forecast is out of range"
	case !amountOK(q.Forecast.Foreseen):
		return "what a queue's forecast foresees is out of range"
	case q.AgesKnown && !agesOK(q.Ages):
		return "a queue's age buckets are out of range or not ascending"
	case !q.Outlook.sound():
		return "a queue's outlook is out of range or not ascending"
	}
	return ""
}

func agesOK(ages []AgeBucket) bool {
	before := sample.Span(-1)
	for _, b := range ages {
		if !amountOK(b.Items) || b.UpTo <= before || b.UpTo > MaxSpan {
			return false
		}
		before = b.UpTo
	}
	return true
}

func nextOK(b *Bounds) bool { return b == nil || boundsOK(b.Min, b.Max) && instantOK(b.At) }

func boundsOK(least, most int32) bool   { return least >= 0 && least <= most && most <= MaxReplicas }
func countOK(n int32) bool              { return n >= 0 && n <= MaxReplicas }
func positive(m sample.Milli) bool      { return m > 0 && m <= sample.MaxMilli }
func amountOK(m sample.Milli) bool      { return m >= 0 && m <= sample.MaxMilli }
func instantOK(at sample.Instant) bool  { return at >= 0 && at <= maxInstant }
func outOfRange(at sample.Instant) bool { return !instantOK(at) }

func spansOK(spans ...sample.Span) bool {
	for _, s := range spans {
		if s < 0 || s > MaxSpan {
			return false
		}
	}
	return true
}
