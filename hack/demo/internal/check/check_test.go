package check

import (
	"strings"
	"testing"
	"time"
)

var (
	good  = Object{Ready: Condition{"True", "Succeeded"}, Fresh: Condition{"True", "Fresh"}}
	stale = Object{Ready: Condition{"True", "Succeeded"}, Fresh: Condition{"False", "Unreachable"}}
	down  = Object{Ready: Condition{"False", "Unreachable"}, Fresh: Condition{"False", "Unreachable"}}
)

// moment is a snapshot of one pool and one queue.
func moment(second int, replicas int32, o Object) Snapshot {
	return Snapshot{
		At:    time.Duration(second) * time.Second,
		Pools: map[string]Pool{"text": {Object: o, Replicas: replicas}}, Queues: map[string]Object{"live": o},
	}
}

func TestChecks(t *testing.T) {
	type question func(string, Timeline, time.Duration, time.Duration) Result
	outage := Timeline{moment(9, 5, good), moment(10, 5, good), moment(15, 5, stale), moment(20, 5, stale), moment(25, 6, good), moment(30, 4, good)}
	cases := map[string]struct {
		ask      question
		timeline Timeline
		from, to int
		ok       bool
		detail   string
	}{
		"held":                     {NotLowered, outage, 10, 20, true, "no replicas changed"},
		"raised":                   {NotLowered, outage, 10, 25, true, "only raised: text 5 → 6 at 25s"},
		"lowered":                  {NotLowered, outage, 10, 30, false, "text 6 → 4 at 30s"},
		"lowered at once":          {NotLowered, Timeline{moment(9, 5, good), moment(11, 4, good)}, 10, 20, false, "text 5 → 4 at 11s"},
		"not looked":               {NotLowered, outage, 40, 50, false, "nothing was seen"},
		"never looked":             {NotLowered, nil, 0, 9, false, "nothing was seen"},
		"said stale":               {SaidStale, outage, 10, 20, true, "reason Unreachable"},
		"said nothing":             {SaidStale, outage, 9, 10, false, "pool text says MetricsFresh=True (Fresh); queue live"},
		"stale of nothing":         {SaidStale, nil, 0, 9, false, "nothing was seen"},
		"stale without objects":    {SaidStale, Timeline{{At: time.Second}}, 0, 9, false, "no object"},
		"stale without a reason":   {SaidStale, Timeline{moment(1, 1, Object{Fresh: Condition{"False", ""}})}, 0, 9, false, "MetricsFresh=False ()"},
		"recovered":                {Recovered, outage, 20, 30, true, "after 5s"},
		"not yet recovered":        {Recovered, outage, 15, 20, false, "MetricsFresh=False"},
		"recovered and lost":       {Recovered, Timeline{moment(1, 1, good), moment(2, 1, down)}, 1, 9, false, "Ready=False (Unreachable)"},
		"lost and recovered twice": {Recovered, append(Timeline{moment(1, 1, good)}, outage...), 1, 30, true, "after 24s"},
		"recovered of nothing":     {Recovered, nil, 0, 9, false, "nothing was seen"},
		"stayed ready":             {StayedReady, outage, 10, 30, true, "2 objects stayed Ready"},
		"became unready":           {StayedReady, Timeline{moment(1, 1, good), moment(2, 1, down), moment(3, 1, good)}, 1, 9, false, "queue live was Ready=False (Unreachable) at 2s"},
		"was not ready before":     {StayedReady, Timeline{moment(1, 1, down), moment(2, 1, down)}, 1, 9, true, ""},
		"ready of nothing":         {StayedReady, nil, 0, 9, false, "nothing was seen"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := c.ask(name, c.timeline, time.Duration(c.from)*time.Second, time.Duration(c.to)*time.Second)
			if got.OK != c.ok || got.Name != name || !strings.Contains(got.Detail, c.detail) {
				t.Errorf("got %+v, want %v with %q", got, c.ok, c.detail)
			}
		})
	}
}
