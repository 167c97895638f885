package lab

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/simulate/rollouts"
)

// The bar: how many rollouts of a kind may end otherwise than they should.
const (
	policyWrong = 0.05
	policyOpen  = 0.10
)

// share of the ends that are so.
func (r *PolicyRow) share(is func(e *PolicyEnd) bool) float64 {
	n := 0
	for i := range r.Ends {
		if is(&r.Ends[i]) {
			n++
		}
	}
	return float64(n) / float64(len(r.Ends))
}

func (r *PolicyRow) ended(o guard.Outcome) float64 {
	return r.share(func(e *PolicyEnd) bool { return e.Outcome == o })
}

// policyChance is what may be observed of a share that is at most that in truth: 95 % of experiments show no more.
func policyChance(share float64, of int) float64 {
	const z95 = 1.6448536269514722 // the standard normal's 95th percentile
	return share + z95*math.Sqrt(share*(1-share)/float64(of))
}

// PolicyCheck is a line of the bar for one base rate.
type PolicyCheck struct {
	What, Bar string
	Got       float64
	Met       bool
}

// CheckPolicy holds a case's rows against the bar.
func CheckPolicy(rows []PolicyRow, blind string) (out []PolicyCheck) {
	for i := range rows {
		r := &rows[i]
		if r.Blind != blind || (r.Change != PolicyGood && r.Change != PolicyBad) {
			continue
		}
		base := fmt.Sprintf("base rate %g: ", r.Base)
		check := func(what, bar string, got, most float64) {
			out = append(out, PolicyCheck{base + what, bar, got, got <= most})
		}
		what := "good changes "
		if r.Change == PolicyBad {
			what = "bad changes "
			check(what+"that reached 100 %", "≤ 5 %", r.ended(guard.Advance), policyWrong)
		} else {
			most := policyChance(policyWrong, len(r.Ends))
			check(what+"aborted", fmt.Sprintf("≤ 5 %% (observed ≤ %.1f %%)", 100*most), r.ended(guard.Abort), most)
		}
		check(what+"inconclusive", "≤ 10 %", r.ended(guard.Inconclusive), policyOpen)
	}
	return out
}

// PolicyChecks is the bar, met or missed.
func PolicyChecks(checks []PolicyCheck) string {
	g := columns("what|bar|measured|")
	for _, c := range checks {
		g.row(c.What, c.Bar, policyPercent(c.Got), map[bool]string{true: "met", false: "**missed**"}[c.Met])
	}
	return g.String()
}

// PolicyTable is a line for each case.
func PolicyTable(rows []PolicyRow) string {
	g := columns("base rate|change|guard|rollouts|aborted|in the shadow step|reached 100 %|inconclusive|" +
		"hours to abort, median|p95|items exposed at abort, median|p95|most|hours to 100 %, median")
	for i := range rows {
		r := &rows[i]
		aborted, through := r.of(guard.Abort), r.of(guard.Advance)
		shadow := r.share(func(e *PolicyEnd) bool { return e.Outcome == guard.Abort && e.Step == 0 })
		cells := []string{fmt.Sprint(r.Base), string(r.Change), r.guard(), fmt.Sprint(len(r.Ends))}
		for _, share := range []float64{r.ended(guard.Abort), shadow, r.ended(guard.Advance), r.ended(guard.Inconclusive)} {
			cells = append(cells, policyPercent(share))
		}
		g.row(append(cells, policyAt(aborted, 0.5, hoursOf), policyAt(aborted, 0.95, hoursOf), policyAt(aborted, 0.5, exposedOf),
			policyAt(aborted, 0.95, exposedOf), policyAt(aborted, 1, exposedOf), policyAt(through, 0.5, hoursOf))...)
	}
	return g.String()
}

func (r *PolicyRow) of(o guard.Outcome) []PolicyEnd {
	return slices.DeleteFunc(slices.Clone(r.Ends), func(e PolicyEnd) bool { return e.Outcome != o })
}

func (r *PolicyRow) guard() string {
	if r.Blind == "" {
		return "modcap"
	}
	return "blind to " + r.Blind
}

func policyPercent(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) }

func hoursOf(e PolicyEnd) int64   { return int64(e.Hours) }
func exposedOf(e PolicyEnd) int64 { return e.Exposed }

// policyAt is the value at a quantile; none of no ends.
func policyAt(ends []PolicyEnd, quantile float64, value func(PolicyEnd) int64) string {
	if len(ends) == 0 {
		return ""
	}
	var all []int64
	for _, e := range ends {
		all = append(all, value(e))
	}
	slices.Sort(all)
	return fmt.Sprint(all[max(int(math.Ceil(quantile*float64(len(all))))-1, 0)])
}

// PolicyPage is docs/lab-policy.md, but for the sections about relief and previews.
func PolicyPage(rows []PolicyRow) string {
	var b strings.Builder
	fmt.Fprintf(&b, policyTop, len(rows[0].Ends), rollouts.PerDay, 100*rollouts.AllowedRate, 100*rollouts.ActionedRate, rollouts.Discordant,
		rollouts.DelayMedian, rollouts.Delay95, rollouts.Sensitive, rollouts.Specific, 2*rollouts.Labels, 2*rollouts.Primary)
	b.WriteString("## The bar\n\n" + PolicyChecks(CheckPolicy(rows, "")))
	b.WriteString("\n## How they ended\n\n" + PolicyTable(rows))
	b.WriteString(policyWords)
	for _, blind := range []string{BlindToDelay, BlindToWeights} {
		if checks := CheckPolicy(rows, blind); len(checks) > 0 {
			fmt.Fprintf(&b, "\nThe guard that is blind to %s, held against the same bar:\n\n%s", blind, PolicyChecks(checks))
		}
	}
	fmt.Fprintf(&b, policyAssumed, policyShadow, policyHold, policyMaxHold, policyCohort,
		100*rollouts.PeopleLeak, 100*rollouts.PeopleOverkill)
	return b.String()
}

const policyTop = `# The laboratory: rollouts of policies, relief and previews

<!-- Made by "make lab POLICY=1": do not edit. -->

**This page was made by ` + "`make lab POLICY=1`" + `** and is made again by it as a whole.
[Relief](#relief) and [previews](#previews) are below. It shows what the statistics that guard
[a rollout](guard.md) (internal/guard) are worth on changes whose truth is known: %d rollouts of each kind of the bar, a fifth as many of
the others, imitated cohort by cohort (internal/simulate/rollouts), and looked at every few hours by the function that the
operator runs.

The platform: %d items a day, %g %% of the allowed and %g %% of the actioned checked at random, and %d of each move, over a
day, or longer where few move. Labels come after %d h in the median and %d h in the 95th percentile (lognormal), errors twice as
late. Who checks finds %g of what is violating and clears %g of what is benign; errors found are checked again, and moved
items always are, with a third opinion where two differ. %d streams of errors, of which %d are primary, each at the base rate.
The margin is half of it. Steps: shadow, 5, 25, 50, 100 %%.

A **good** change does not raise the errors of any stream; it moves items all the same, some right and some wrong. A **bad**
one doubles the errors of one primary stream, all of it in the items that move. Changes are drawn at random: one threshold
moved, scores made anew on both sides of the band of review, or items that go from allowed to actioned and back; 1 to 4 %% of
all items move. To double a base rate of 0.05, at least 5 %% have to: there 6.25 to 8.75 %% move, and 2.5 to 4 %% at 0.02.

`

const policyWords = `
**Exposed** are items that the candidate decided before the abort. What moves is judged in the shadow step, where nobody is:
that is where bad changes end. The last two kinds of changes are not part of the bar. A rise of **just the margin** is the least
that must not be let through in more than 5 % of rollouts: it is where the bounds have nothing to spare. The very last is no
promise: errors double in how people decide once the candidate does, and **not in what moves**. No shadow can see that, and the
random checks need more errors than a rollout of some days has, the more so the rarer they are. Who wants to see it holds the
steps longer, or checks more.

**Blind to delay** takes what was sent to be checked and has no label yet for in order, and so has no reason to hold a step
longer than it takes to gather the sample. **Blind to weights** takes each sample for as many items as any other: 300 of a
move that hardly any item makes count as much as 300 of one that most make.
`

const policyAssumed = `
## What is assumed

The shadow step takes %s at least, each other step %s, and none more than %s; the steps of the guard that is blind to delay an
hour. Cohorts are of %d h (its own of one), and the guard looks as often. Reviewers let %g %% of what is violating through, and
action %g %% of what is benign; the guard is told. Traffic has its peak by day. Streams err independently of one another. A
rollout that reaches 100 %% has ended.
` + "`go test ./internal/lab -run Policy`" + ` runs a few of each kind against golden results.
`
