package lab

import (
	"fmt"
	"strings"

	"github.com/modcap/modcap/internal/trace"
)

// Page is the whole of docs/lab.md. Plots names the file of each scenario's plot, with
// the cell that it shows; a scenario that has none is left out.
func (r *Result) Page(o *Options, plots map[string]Plot) string {
	rows := Summarize(r.Cells[0], o.Bars)
	var b strings.Builder
	fmt.Fprintf(&b, pageTop, seeds(r.Seeds))
	b.WriteString(Table(rows))
	b.WriteString(pageWords)
	b.WriteString(r.othersSection(o.Bars))
	b.WriteString(r.leaveSection(o.Bars))
	b.WriteString(hindsightSection(r.Hindsight))
	b.WriteString(missedSection(rows))
	b.WriteString(mixSection(r.Mixed))
	b.WriteString(calibrationSection(r.Calibrated))
	b.WriteString("\n## Traces\n\n" + tracesTable(o.Traces))
	for _, s := range r.Skipped {
		fmt.Fprintf(&b, "\nLeft out: %s.\n", s)
	}
	b.WriteString(pageRun)
	for i := range rows {
		name := rows[i].Scenario
		fmt.Fprintf(&b, "\n## Scenario %s\n\n%s", name, promised(o, name))
		if p, ok := plots[name]; ok {
			fmt.Fprintf(&b, "\n![Arrivals, workers, backlog and late items of %s](%s)\n", p.Cell.title(), p.File)
		}
		b.WriteString("\n" + CellTable(r.Cells[0], name))
	}
	return b.String()
}

// Plot is a drawn cell.
type Plot struct {
	File string
	Cell Cell
}

const pageTop = `# The laboratory

<!-- Made by "make lab": do not edit. -->

**This page was made by ` + "`make lab`" + `** and is made again by it as a whole. It runs modcap's own engine, the
very plan and forecast that the operator runs, on days of real traffic, and beside it the rules of HPA, KEDA and
Knative with every one of 10 to 19 settings. The peers are scored by the setting that turned out best on that day,
**chosen in hindsight**: nobody could have set it. modcap is given the promise, the startup time, the bounds and the
past. It has no setting by trace or by scenario.

## Result

Means over %s. In brackets: the bar, and whether it is met.

`

const pageWords = `
A **cell** is one day of one trace in one scenario. A cell counts if the share of items done in time, as a mean over
the seeds, is what was promised (99 %). **Cost** is the time of all workers asked for, startup included, as a multiple
of the time the items take by themselves; two costs are compared where both keep the promise. **The limit of changes**
is the bar of the column "changes a day". Changes of traces shorter than a day are scaled up to a day.

| against | is |
|---|---|
| best peer | the cheapest of 51 settings of HPA/KEDA and Knative that keeps the promise that day, as means over the same seeds |
| best peer within the limit | the same of those that change the replica count no more often than the limit |
| oracle-rate | the best of 18 settings, in hindsight, of a rule that knows the rate of every second to come, though not the draws |
| clairvoyant | the least for 100 % in time by somebody who knows every arrival and whose workers start at once, unpaid |

Medians are of cells; the 90th percentile is linear between the two nearest cells. Percents are rounded down,
shortfalls up. "Mean 5th percentile of 5 min" is that of each cell over windows of five minutes, and of these the
mean: a lost burst shows there and not in the share of a day.
`

const pageRun = `
## Run it

` + "```sh" + `
make lab TRACES=folder                          # everything; the folder holds traces, docs/simulate.md says in which form
make lab TRACES=folder SEEDS=1 SCENARIO=live    # one seed, one scenario: prints, and leaves this page alone
make lab TRACES=folder ENGINE_ONLY=1            # peers from the cache alone; what it lacks is left out
make lab TRACES=folder SEEDS=1 LEAVE_ONE_OUT=1  # a part, with the leave-one-out check that is else for the whole
make lab TRACES=folder FAMILY=1                 # only the family of the tuner: prints one for internal/tune/members.go, drawn anew
make lab TRACES=folder CALIBRATION=1            # only how often the figures of time to breach and drain time hold
make lab TRACES=folder OTHER_DAYS=4             # only four other days of each trace
make lab TRACES=folder MIXES=1                  # only several queues on one pool
make lab POLICY=1                               # only imitated rollouts of policies, relief and previews: docs/lab-policy.md
` + "```" + `

Traces with bins of more than five minutes are passed over, as they hide the bursts that matter to short deadlines; so
are files that are no traces. The traces behind this page are not part of the project. Peers' results, and what ways of
the tuner were found to come to, are kept in the user's cache folder, under ` + "`modcap/lab`" + `, by the content of the
trace, the scenario, the seed and what the rules do; deleting it costs the time to make them again. [Simulating a
queue](simulate.md) says what is assumed, and how to run one day of your own traffic. ` + "`go test ./internal/lab`" + `
runs a small grid on generated traffic against golden results.

Arrivals are the trace's shape, scaled to the scenario's mean number of busy workers and drawn second by second
(Poisson). The last day of a trace and its busiest are scored, and the days before, up to 28, are what the engine has
seen; traces shorter than a day are scored whole, with no past.
`

func seeds(all []uint64) string {
	if len(all) == 1 {
		return fmt.Sprintf("seed %d alone", all[0])
	}
	var text []string
	for _, s := range all {
		text = append(text, fmt.Sprint(s))
	}
	return "the seeds " + strings.Join(text, ", ")
}

const missedWords = `
The last two columns are the evidence of what could be had without knowing what comes. Take somebody who answers each
arrival with capacity for exactly its work, in fractions of a worker and without error, but who has it no sooner than
a worker could be there: startup, metric delay and interval after the arrival. **Had to stand ready** is the least
number of workers who must stand beside that, all day, for 99 % in time, with what both cost as a multiple of the pure
work; 0 where the deadline leaves the time to wait for new workers. **At the least cost** lets the answer be 1.25 to
5 times the work that came, a bet that what rises goes on rising, and takes the cheapest in hindsight. A season known
beforehand can beat it; so can luck.
`

func missedSection(rows []Row) string {
	table := MissedTable(rows)
	if table == "" {
		return "\n## Missed cells\n\nNone.\n"
	}
	return "\n## Missed cells\n\n" + table + missedWords
}

func tracesTable(traces []*trace.Trace) string {
	g := columns("trace|bin, s|days|items|missing bins|days that count")
	for _, t := range traces {
		if t.Bin > WidestBin {
			continue
		}
		items := 0.0
		for _, n := range t.Count {
			items += n
		}
		var names []string
		for _, d := range days(t) {
			names = append(names, string(d))
		}
		which := strings.Join(names, ", ")
		if t.Seconds() < daySeconds {
			which = "whole"
		}
		length := fmt.Sprintf("%.2f", float64(t.Seconds())/daySeconds)
		g.row(t.Name, fmt.Sprint(t.Bin), length, fmt.Sprintf("%.0f", items), fmt.Sprint(t.Gaps), which)
	}
	return g.String()
}

// promised says what a scenario is.
func promised(o *Options, name string) string {
	for _, s := range o.Scenarios {
		if s.Name == name {
			return fmt.Sprintf("%.4g %% of the items within %d s, workers that start in %d s, %g of them busy on average.\n",
				100*s.Share, s.Deadline, s.Startup, s.Busy)
		}
	}
	return ""
}
