package explain

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

// queues are those of the decision, first served first: the order in which
// capacity grants replicas when they are short.
func queues(in *capacity.Input, d *capacity.Decision) []Queue {
	shares := make(map[string]capacity.Share, len(d.Shares))
	for _, s := range d.Shares {
		shares[s.Queue] = s
	}
	risks := make(map[string]capacity.Risk, len(d.Risk))
	for _, r := range d.Risk {
		risks[r.Queue] = r
	}
	var out []Queue
	for _, q := range ranked(in.Queues) {
		one := Queue{
			Name: local(q.Key), Priority: q.Priority, Protected: q.Protected,
			Promise: fmt.Sprintf("%s%% in %s", q.Percent.Percent(), q.Deadline), Inputs: inputs(&q, in.Now), Overrides: overridesOf(&q),
		}
		if share, there := shares[q.Key]; there {
			one.Needed, one.Granted, one.Risk = share.Needed.String(), share.Granted.String(), risk(risks[q.Key])
			r := risks[q.Key]
			one.Risk.Outlook = outlook(&q, &r)
		}
		out = append(out, one)
	}
	return out
}

// ranked sorts queues as capacity.Share says: protected first, then by priority,
// then by deadline, then by key.
func ranked(queues []capacity.Queue) []capacity.Queue {
	protected := func(q *capacity.Queue) int {
		if q.Protected {
			return 0
		}
		return 1
	}
	out := slices.Clone(queues)
	slices.SortFunc(out, func(a, b capacity.Queue) int {
		return cmp.Or(
			cmp.Compare(protected(&a), protected(&b)), cmp.Compare(b.Priority, a.Priority),
			cmp.Compare(a.Deadline, b.Deadline), cmp.Compare(a.Key, b.Key),
		)
	})
	return out
}

func risk(r capacity.Risk) *Risk {
	return &Risk{
		Feasible: r.Feasible, Reason: string(r.Reason), Late: r.Late.String(),
		FirstBreach: clock(r.FirstBreach), DrainBy: clock(r.DrainBy), Sentence: riskSentence(r),
	}
}

// riskSentence is the engine's own, and where it has none since nothing is wrong,
// the words of the reason.
func riskSentence(r capacity.Risk) string {
	line := second(capacity.Explain(capacity.Decision{Risk: []capacity.Risk{r}}))
	switch {
	case line != "" && r.Feasible && r.Late > 0:
		return line + " (no more than the promise allows)"
	case line != "":
		return line
	case r.Reason == capacity.LowerBound:
		return fmt.Sprintf("%s: no item will be late, by numbers that are not fresh, and may be too low", r.Queue)
	}
	return fmt.Sprintf("%s: no item will be late, as forecast", r.Queue)
}

func inputs(q *capacity.Queue, now sample.Instant) Inputs {
	out := Inputs{
		Backlog: observed(q.Backlog, now, sample.Milli.String), Arrivals: observed(q.Arrivals, now, sample.Milli.String),
		Oldest: observed(q.OldestAge, now, seconds),
	}
	if q.Forecast.Known {
		out.Expected, out.Upper = q.Forecast.Mean.String(), q.Forecast.Upper.String()
	}
	out.Basis = q.Forecast.Basis
	if q.Forecast.Foreseen > 0 {
		out.Foreseen = q.Forecast.Foreseen.String()
	}
	return out
}

// seconds is a number of seconds as a length of time.
func seconds(m sample.Milli) string { return sample.Span(m).String() }

// observed is a number as it was seen at now. What came and cannot be true has no
// value, like what never came.
func observed(s sample.Sample, now sample.Instant, format func(sample.Milli) string) Observed {
	out := Observed{Quality: s.Quality.String(), Cause: string(s.Cause)}
	if s.Quality == sample.Absent || s.Quality == sample.Implausible {
		return out
	}
	out.Value = format(s.Value)
	if s.At > 0 {
		out.Age = short(now.Since(s.At))
	}
	return out
}
