package lab

import (
	"errors"
	"fmt"
	"math"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
	"github.com/modcap/modcap/internal/tune"
)

// Families are, for each trace by its name, the covers chosen without it: its own cells
// are left out, and those of traces that show the same traffic.
func Families(traces []*trace.Trace, cells []Explored, candidates []tune.Member, sizes Sizes) (map[string][]tune.Member, error) {
	out := map[string][]tune.Member{}
	for _, t := range traces {
		alike := map[string]bool{}
		for _, u := range traces {
			alike[u.Name] = u == t || sameTraffic(t, u)
		}
		var others []Explored
		for i := range cells {
			if !alike[cells[i].Trace] {
				others = append(others, cells[i])
			}
		}
		if len(others) == 0 {
			return nil, errors.New("leave one out: there is no other trace to choose by than " + t.Name)
		}
		out[t.Name] = Covers(others, candidates, sizes)
	}
	return out, nil
}

// sameAmount is how near the items of two traces are to each other, in the time that
// both cover, where they show the same traffic.
const sameAmount = 0.01

// sameTraffic says that two traces seem to be of the same traffic, in bins of different
// widths perhaps: they lie in the same time, and bring about the same number of items.
func sameTraffic(a, b *trace.Trace) bool {
	from := max(a.Begins, b.Begins)
	until := min(a.Begins.Add(span(a)), b.Begins.Add(span(b)))
	if until <= from {
		return false
	}
	items := func(t *trace.Trace) float64 {
		n, _ := t.Items(int(from.Since(t.Begins)/sample.Second), int(until.Since(t.Begins)/sample.Second))
		return n
	}
	n, m := items(a), items(b)
	return math.Abs(n-m) <= sameAmount*max(n, m)
}

func span(t *trace.Trace) sample.Span { return sample.Span(t.Seconds()) * sample.Second }

// LeftOut is modcap with, on each trace, the family of it.
func LeftOut(families map[string][]tune.Member) Variant {
	return Variant{"modcap, its family chosen without the trace", func(trace string, c *simulate.Case) simulate.Policy {
		return c.EngineOf(families[trace])
	}}
}

// LeaveOneOutTable is the bar's table of the first engine with, under each scenario, the
// second's row, which is of LeftOut; empty where there is none.
func (r *Result) LeaveOneOutTable(bars map[string]Bar) string {
	if len(r.Variants) < 2 {
		return ""
	}
	var rows []Row
	without := Summarize(r.Cells[1], bars)
	for i, row := range Summarize(r.Cells[0], bars) {
		without[i].Scenario += ", left out"
		rows = append(rows, row, without[i])
	}
	return BarTable(rows)
}

// leaveSection is that of the page; empty where there is no second engine.
func (r *Result) leaveSection(bars map[string]Bar) string {
	table := r.LeaveOneOutTable(bars)
	if table == "" {
		return ""
	}
	return fmt.Sprintf(leaveWords, CandidateCount) + table
}

const leaveWords = `
## Leave one out

The engine has one list of constants that was derived from these very traces: the ways that its tuner tries
([what is learned](capacity.md#what-is-learned)), some for work that cannot wait for new workers and some for work that can.
Both are covers: of ways drawn at random those that together come closest to the best of them on each day of each trace in
each scenario of their kind. So each trace is scored once more, under an engine whose ways were chosen without it: of %d
ways drawn anew, by the same rules, by what they come to on all seeds, with all days of the trace left out, and those of traces
that show the same traffic. The rules themselves (how many ways, what they are drawn from, what counts as close) are not
left out: they were chosen by a look at all traces, and so was what a change is charged and how calm large pools are. The
engine's own ways for work that cannot wait (live, fast, large) are of an earlier state of the law; all others are of the
present one.

`
