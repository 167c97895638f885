package lab

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/queueing/vectors"
)

// Bars of the allocation.
const (
	barLate   = 0.005 // late minutes beyond the best, of those required
	barPlan   = 2     // seconds
	barMemory = 300   // MB
)

// CheckAllocated holds the allocation against the bar.
func CheckAllocated(a *Allocated) []PeopleCheck {
	equal := 0
	for _, v := range a.Vectors {
		if v.Equal() {
			equal++
		}
	}
	all := fmt.Sprintf("%d of %d", len(a.Vectors), len(a.Vectors))
	out := []PeopleCheck{{
		"test vectors of the formulas equal to the digits given", all, fmt.Sprintf("%d of %d", equal, len(a.Vectors)), equal == len(a.Vectors),
	}}
	for _, j := range []*Judged{&a.Free, &a.Limited, &a.Fresh} {
		out = append(out, checkJudged(j))
	}
	out = append(out, checkAudited(&a.Audited)...)
	for _, c := range a.Costs {
		what := fmt.Sprintf("100 queues × 30 teams × %d intervals, %s", c.Intervals, c.Plant)
		out = append(out,
			PeopleCheck{what + ": time on one processor", fmt.Sprintf("under %d s", barPlan), inSeconds(c.Seconds), c.Seconds < barPlan},
			PeopleCheck{what + ": memory", "under " + megabytes(barMemory), megabytes(c.Allocated), c.Allocated < barMemory})
	}
	return out
}

func inSeconds(s float64) string  { return fmt.Sprintf("%.1f s", s) }
func megabytes(mb float64) string { return fmt.Sprintf("%.0f MB", mb) }

func (j *Judged) name() string {
	if j.Relaxed {
		return fmt.Sprintf("%d plans with stand-ins", j.Plants)
	}
	if j.Limited {
		return fmt.Sprintf("%d plants with limits", j.Plants)
	}
	return fmt.Sprintf("%d plants without limits", j.Plants)
}

func checkJudged(j *Judged) PeopleCheck {
	return PeopleCheck{
		"late minutes beyond the optimum ÷ required minutes, worst of " + j.name(), fmt.Sprintf("at most %.1f %%", 100*barLate),
		fmt.Sprintf("%.4f %%", 100*j.Worst()), j.beyond() == 0,
	}
}

// closes is the rule of the ledger, which has a line of its own.
func closes() string {
	rules := staffing.AuditRules()
	return rules[len(rules)-1]
}

func checkAudited(a *Audited) []PeopleCheck {
	broken := 0
	for rule, n := range a.Broken {
		if rule != closes() {
			broken += n
		}
	}
	all := fmt.Sprintf("%d of %d", a.Plants, a.Plants)
	return []PeopleCheck{
		{
			fmt.Sprintf("violations of exposure, skills, clearances, protected work or capacity in %d plans", a.Plants), "0",
			fmt.Sprint(broken), broken == 0,
		},
		{"ledgers that close in whole seconds", all, fmt.Sprintf("%d of %d", a.Plants-a.Broken[closes()], a.Plants), a.Broken[closes()] == 0},
	}
}

// AllocatedTables are the vectors by formula, the plants beside their optima, the rules and the costs.
func AllocatedTables(a *Allocated) []string {
	judged := judgedTable(&a.Free, &a.Limited, &a.Fresh, &a.Relaxed)
	return []string{vectorTable(a.Vectors), judged, auditTable(&a.Audited), costTable(a.Costs)}
}

func vectorTable(all []vectors.Vector) string {
	g := columns("formula|vectors|equal")
	var names []string
	count, equal := map[string]int{}, map[string]int{}
	for _, v := range all {
		if !slices.Contains(names, v.Formula) {
			names = append(names, v.Formula)
		}
		count[v.Formula]++
		if v.Equal() {
			equal[v.Formula]++
		}
	}
	for _, name := range names {
		g.row(name, fmt.Sprint(count[name]), fmt.Sprint(equal[name]))
	}
	return g.String()
}

func judgedTable(sets ...*Judged) string {
	g := columns("plants|optima proven|late at best|beyond the best, mean|worst|plants beyond 0.5 %")
	for _, j := range sets {
		g.row(j.name(), fmt.Sprint(j.Plants-j.Unproven), tenths(j.Late), fmt.Sprintf("%.6f %%", 100*j.Mean()),
			fmt.Sprintf("%.4f %%", 100*j.Worst()), fmt.Sprint(j.beyond()))
	}
	return g.String()
}

func auditTable(a *Audited) string {
	g := columns("rule|plans that break it")
	for _, rule := range staffing.AuditRules() {
		g.row(rule, fmt.Sprint(a.Broken[rule]))
	}
	return g.String()
}

func costTable(costs []PlanCost) string {
	g := columns("plant|intervals|processor time|allocated in all|left at the end")
	for _, c := range costs {
		g.row(c.Plant, fmt.Sprint(c.Intervals), inSeconds(c.Seconds), megabytes(c.Allocated), megabytes(c.Left))
	}
	return g.String()
}

// AllocatedSection shows the proof of the allocation; machine is where plans were timed.
func AllocatedSection(a *Allocated, machine string) string {
	var b strings.Builder
	b.WriteString("## Formulas and allocation\n\n" + allocatedWords)
	b.WriteString(CheckTable(CheckAllocated(a)))
	t := AllocatedTables(a)
	fmt.Fprintf(&b, "\nThe formulas:\n\n%s\nPlants beside the optimum of their linear program:\n\n%s", t[0], t[1])
	fmt.Fprintf(&b, "\nOf %d plans, %d have late work and %d limits of exposure that bind:\n\n%s",
		a.Audited.Plants, a.Audited.Late, a.Audited.Bound, t[2])
	if a.Audited.First != "" {
		fmt.Fprintf(&b, "\nThe first: %s\n", a.Audited.First)
	}
	if len(a.Costs) > 0 {
		fmt.Fprintf(&b, "\nLarge plans, on %s:\n\n%s", machine, t[3])
	}
	return b.String()
}

const allocatedWords = `The formulas are held against values known to many digits: Erlang B, C and A, the limit of Halfin and
Whitt, pyworkforce's example, and the heads for a share decided in time.

Generated plants that have too few people are allocated, and each is a linear program too, solved for the whole horizon. Its
optimum counts where its prices prove it. What is compared is late minutes by batch of equal importance, and a plant counts by
its worst batch, in shares of all minutes that it requires. Limits are shares of an interval and budgets of a day, of which a
work may draw on several. The last row is whole plans in which older work goes to teams of other markets and surfaces, which the
bar does not ask for: what others do is given people after all else of its importance, and of classes that several may help it
can matter which of them is.

Plans of other generated plants are audited, down to who gives what to whom, against rules that are written a second time.

The time of a large plan is that of one processor, collecting garbage included, and the fastest of three: what else the
machine does only adds. Its memory is all that it allocates: no heap could grow by more, whenever garbage is collected.

`
