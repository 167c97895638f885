package lab

import (
	"fmt"
	"strings"

	"github.com/modcap/modcap/internal/preview/trial"
	"github.com/modcap/modcap/internal/simulate/relief"
)

// reliefCycles is the bar: how often relief may begin in a day.
const reliefCycles = 2

// ReliefCheck is a line of the bar.
type ReliefCheck struct {
	What, Bar, Got string
	Met            bool
}

// Check holds what was run against the bar.
func (r *Relief) Check() (out []ReliefCheck) {
	for i := range r.Rows {
		row := &r.Rows[i]
		cycles := at(row.Figures, 1, cyclesOf)
		if row.ofTheBar {
			what := fmt.Sprintf("cycles in the worst 24 hours of any of %d worlds", len(row.Figures))
			out = append(out, ReliefCheck{what, "≤ 2", fmt.Sprint(cycles), cycles <= reliefCycles})
			touched := 0
			for k := range row.Figures {
				touched += row.Figures[k].Touched
			}
			out = append(out, ReliefCheck{"protected work in what was in force there", "0", fmt.Sprint(touched), touched == 0})
		}
	}
	return append(out, ReliefCheck{
		fmt.Sprintf("protected work touched, over %d random plants", r.Held.Plants), "0", fmt.Sprint(r.Held.Touched()), r.Held.Touched() == 0,
	})
}

// ReliefChecks is the bar, met or missed.
func ReliefChecks(checks []ReliefCheck) string {
	g := columns("what|bar|measured|")
	for _, c := range checks {
		g.row(c.What, c.Bar, c.Got, map[bool]string{true: "met", false: "**missed**"}[c.Met])
	}
	return g.String()
}

func cyclesOf(f *relief.Figures) int { return f.Cycles }

// Table is a line for each kind of worlds.
func (r *Relief) Table() string {
	g := columns("load|relief|worlds|cycles in the worst 24 h, worst|median|changes of the level a day|on|needlessly|" +
		"by the queues|late a day, without|with|protected late, without|with|samples late, without|with|spared a day|leaks a day")
	const days = relief.Days
	for i := range r.Rows {
		row := &r.Rows[i]
		mean := func(all []relief.Figures, value func(f *relief.Figures) float64) string {
			return fmt.Sprintf("%.0f", mean(all, value)/days)
		}
		late := func(f *relief.Figures) float64 { return f.Late }
		guarded := func(f *relief.Figures) float64 { return f.LateProtected }
		samples := func(f *relief.Figures) float64 { return f.LateSamples }
		g.row(map[bool]string{false: "in waves", true: "steady"}[row.Steady], row.rules(), fmt.Sprint(len(row.Figures)),
			fmt.Sprint(at(row.Figures, 1, cyclesOf)), fmt.Sprint(at(row.Figures, 0.5, cyclesOf)),
			mean(row.Figures, func(f *relief.Figures) float64 { return float64(f.Changes) }),
			policyPercent(r.on(row)), policyPercent(row.needless(true)), policyPercent(row.needless(false)),
			mean(row.Without, late)+" h", mean(row.Figures, late)+" h",
			mean(row.Without, guarded)+" h", mean(row.Figures, guarded)+" h", mean(row.Without, samples)+" h", mean(row.Figures, samples)+" h",
			mean(row.Figures, func(f *relief.Figures) float64 { return f.Spared }),
			mean(row.Figures, func(f *relief.Figures) float64 { return f.Leaks }))
	}
	return g.String()
}

func (r *Relief) on(row *ReliefRow) float64 {
	return mean(row.Figures, func(f *relief.Figures) float64 { return f.On })
}

// needless is the share of the worlds in which relief began, and nothing would have been late without it; quality samples count as
// well, or do not.
func (row *ReliefRow) needless(samples bool) (share float64) {
	for i := range row.Figures {
		if o := &row.Without[i]; row.Figures[i].Begins > 0 && o.Late == 0 && (!samples || o.LateSamples == 0) {
			share += 1 / float64(len(row.Figures))
		}
	}
	return share
}

func (row *ReliefRow) rules() string {
	switch {
	case !row.Blind:
		return "modcap"
	case row.Variant == relief.Whole:
		return "no forecast"
	}
	return "no forecast, " + string(row.Variant)
}

// Page is the section of docs/lab-policy.md.
func (r *Relief) Page() string {
	var b strings.Builder
	fmt.Fprintf(&b, reliefTop, relief.Days, len(r.Rows[0].Figures))
	b.WriteString(ReliefChecks(r.Check()))
	fmt.Fprintf(&b, reliefHeld, r.Held.Levels, r.Held.Plants, r.Held.On, r.Held.Classes, r.Held.Changed, r.Held.Later, r.Held.Named)
	b.WriteString(r.Table())
	b.WriteString(reliefWords)
	return b.String()
}

const reliefTop = `
## Relief

What gives way when people are too few is decided by internal/relief, here in a closed loop (internal/simulate/relief): %d days
each of %d worlds in which the load of a queue flaps, with periods of half to three times its promise and far above and below
what people can do. What is in force changes what comes to people, when it is due and who may do it; backlog carries over. The
decision sees what the operator would: rates of the past half hour, backlog, its age, the band of the label counted on the
verdict without relief, and the forecast of the plan of people (internal/demand), of the four weeks before. It is made every 10
minutes, of steps of all kinds, in an order of each world's own.

`

const reliefHeld = `
The plants: %d levels of relief on %d of them (relief is on in %d by itself), with %d protected classes. Of these %d were not the same
as without relief, %d had more that is late, and %d were named in what is in force.

`

const reliefWords = `
**Late** is people's time that was not spent when it was due, by the promise that held when the items came; a mean of all worlds.
**Needlessly** is the share of the worlds in which relief began and nothing would have been late without it; **by the queues**
leaves out quality samples, which are planned for too, and counts worlds in which they alone were late. **No forecast** takes the
top of a wave for a load that stays. With a forecast, what is left are worlds whose people are hardly enough on average, in which
what a wave piles up is worked off sooner than the weeks before let expect. A threshold to begin of ten minutes of late work in
place of one changes nothing in 200 worlds; one of an hour spares one of them a relief that the queues did not need, and one of
ten hours six, with work late in another. Relief is judged by what queues promise: nobody counts the samples that wait, and with
less relief fewer of them are done beside. The rows that leave out a rule have no forecast either, and **no limit of cycles**,
which would hide what the rule is there for. Without the limit alone, relief comes and goes with the waves, as often as the least
time lets it. **No minimum time** lets it go at the first look that is calm. **Undone by what comes while it is on** takes what
people see for what there is, though the raised threshold keeps some of it from them: so it undoes relief because relief works,
and does so under a load that never changes. A steady load has no steps but fewer samples and the threshold.
`

// PreviewPage is the section of docs/lab-policy.md about previews.
func PreviewPage(rows []trial.Row, items int) string {
	return fmt.Sprintf(previewTop, items) + PreviewTable(rows)
}

// PreviewTable is a line for each kind of histograms.
func PreviewTable(rows []trial.Row) string {
	var b strings.Builder
	b.WriteString(trial.Head)
	for i := range rows {
		b.WriteString(rows[i].String())
	}
	return b.String()
}

const previewTop = `
## Previews

What a preview says that a change would move, held against what both policies decide of the very same items: random changes of
thresholds that move at least 0.5 %% of %d items, of four labels whose scores go together by 0 to 0.9 (internal/preview/trial). The
bar: with buckets of 0.02 and one label changed, 19 of 20 are within 5 %%; everywhere, 90 %% of the intervals hold.

`
