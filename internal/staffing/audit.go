package staffing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modcap/modcap/internal/sample"
)

// Violation is a rule that a plan breaks.
type Violation struct{ Rule, What string }

// Audit makes a plan and checks it, down to who gives what to whom, against rules that are written here a
// second time, the plain way. Tests and the laboratory call it; Plan does not.
func Audit(in Input) (Result, []Violation) {
	p, r := planned(in)
	a := audit{planner: p, in: in, r: r, byKey: map[ClassKey]Class{}}
	for _, c := range in.Classes {
		a.byKey[c.Key] = c
	}
	var out []Violation
	for _, rule := range auditRules() {
		if err := rule.check(a); err != nil {
			out = append(out, Violation{rule.name, err.Error()})
		}
	}
	return r, out
}

// AuditRules are the names of the rules, in order.
func AuditRules() []string {
	var out []string
	for _, rule := range auditRules() {
		out = append(out, rule.name)
	}
	return out
}

type auditRule struct {
	name  string
	check func(audit) error
}

func auditRules() []auditRule {
	return []auditRule{
		{"skills and clearances are held", audit.skillsHeld},
		{"no team gives more than its people", audit.withinCapacity},
		{"no set of classes gets more than those who may", audit.withinSkills},
		{"limits of exposure hold, in each interval and day", audit.withinExposure},
		{"protected work goes first", audit.protectedFirst},
		{"no work before it comes, and what is not done in time is late", audit.neitherEarlyNorLate},
		{"required, covered and gap agree", audit.needsAgree},
		{"the ledger closes in whole seconds", audit.closed},
	}
}

// audit is a plan being checked.
type audit struct {
	*planner
	in    Input
	r     Result
	byKey map[ClassKey]Class
}

// gives is the time that the e-th team of class k gives to it in interval i, what is done late included.
func (a audit) gives(k, e, i int) (sum int64) {
	for _, w := range a.classes[k].placed.works {
		sum += a.allot.solver.By(w, i, e)
	}
	return sum
}

// speaks is the rule of languages: who speaks one speaks its variants.
func speaks(language string, t Team) bool {
	return language == "" || slices.ContainsFunc(t.Skills.Languages, func(l string) bool {
		return l == "*" || l == language || strings.HasPrefix(language, l+"-")
	})
}

// mayWork is the rule of skills.
func mayWork(c Class, t Team) bool {
	domain := slices.ContainsFunc(t.Skills.HarmDomains, func(d string) bool { return d == "*" || d == c.Key.HarmDomain })
	surface := len(t.Skills.Surfaces) == 0 || slices.Contains(t.Skills.Surfaces, c.Surface)
	lacks := slices.ContainsFunc(c.Requires.Clearances, func(k string) bool { return !slices.Contains(t.Skills.Clearances, k) })
	return speaks(c.Key.Language, t) && domain && surface && !lacks && t.Tier == c.Key.Tier && t.Roles[0] == RoleReview
}

func (a audit) skillsHeld() error {
	for k, c := range a.classes {
		for e, t := range c.teams {
			for i := range a.grid.N {
				if a.gives(k, e, i) > 0 && !mayWork(c.in, a.teams[t]) {
					return fmt.Errorf("%s works on %+v", a.teams[t].Name, c.in.Key)
				}
			}
		}
	}
	for _, c := range a.r.Classes {
		for _, team := range a.in.Teams {
			if may := mayWork(a.byKey[c.Key], team); may != slices.Contains(c.Teams, team.Name) {
				return fmt.Errorf("class %v: team %s holds its skills %t", c.Key, team.Name, may)
			}
		}
	}
	return nil
}

func (a audit) withinCapacity() error {
	for t := range a.teams {
		for i := range a.grid.N {
			var sum int64
			for k, c := range a.classes {
				if e := slices.Index(c.workers, t); e >= 0 {
					sum += a.gives(k, e, i)
				}
			}
			if sum > a.time(a.slots[i][t], i) {
				return fmt.Errorf("%s gives %d in interval %d and has %d", a.teams[t].Name, sum, i, a.time(a.slots[i][t], i))
			}
		}
	}
	return nil
}

// withinSkills is Hall's condition, of each interval and of now: it looks at every set of classes.
func (a audit) withinSkills() error {
	may := make([]int, len(a.in.Teams)) // sets of classes
	for t, team := range a.in.Teams {
		for k, c := range a.r.Classes {
			if mayWork(a.byKey[c.Key], team) {
				may[t] |= 1 << k
			}
		}
	}
	for i := range a.grid.N + 1 {
		heads := make([]sample.Milli, len(may))
		for t, team := range a.in.Teams {
			heads[t] = a.heads(team, i)
		}
		for set := range 1 << len(a.r.Classes) {
			if covered, there := a.covered(set, i), ofWhom(heads, may, set); covered > there {
				return fmt.Errorf("slot %d: classes %b get %s of %s people who may", i, set, covered, there)
			}
		}
	}
	return nil
}

// covered is what a set of classes gets.
func (a audit) covered(set, slot int) (sum sample.Milli) {
	for k := range a.r.Classes {
		if set>>k&1 == 1 {
			sum += a.r.Classes[k].slot(slot).Covered
		}
	}
	return sum
}

// ofWhom is the heads of the teams that may do any of a set of classes.
func ofWhom(heads []sample.Milli, may []int, set int) (sum sample.Milli) {
	for t, h := range heads {
		if may[t]&set != 0 {
			sum += h
		}
	}
	return sum
}

// slot is the need of an interval, and after the last that of now.
func (c *ClassPlan) slot(i int) Need {
	if i < len(c.Intervals) {
		return c.Intervals[i]
	}
	return c.Now
}

func (a audit) heads(t Team, slot int) sample.Milli {
	if slot < a.grid.N {
		return t.Supply.Intervals[slot].Productive
	}
	i := slices.IndexFunc(a.r.Teams, func(p TeamPlan) bool { return p.Name == t.Name })
	return a.r.Teams[i].ProductiveNow
}

func (a audit) needsAgree() error {
	for k := range a.r.Classes {
		c, gap := &a.r.Classes[k], false
		for i := range a.grid.N + 1 {
			n := c.slot(i)
			if n.Gap != n.Required-n.Covered || !slices.IsSorted([]sample.Milli{0, n.Covered, n.Have, n.Eligible}) ||
				min(n.Gap, n.Standalone-n.Required, n.RequiredScheduled-n.Required) < 0 {
				return fmt.Errorf("class %v: need %d: %+v", c.Key, i, n)
			}
			gap = gap || n.Gap > 0
		}
		said := []bool{c.FirstGap >= a.r.Now, c.LastGap > a.r.Now, c.WorstGap.Heads > 0}
		if slices.Contains(said, !gap) || gap && c.LastGap < c.FirstGap {
			return fmt.Errorf("class %v: gaps from %d to %d, worst %+v", c.Key, c.FirstGap, c.LastGap, c.WorstGap)
		}
	}
	return nil
}

// neitherEarlyNorLate: no work is done before it comes, and with what is late, all that is due is
// there when it is due.
func (a audit) neitherEarlyNorLate() error {
	for _, c := range a.classes {
		var given, late, undone int64
		for _, w := range c.placed.works {
			undone += a.allot.solver.Undone(w)
		}
		for i := range a.grid.N {
			given, late = given+c.placed.given[i], late+c.placed.late[i]
			if c.work.done == nil || len(c.placed.works) > 1 {
				continue
			}
			come, due := c.work.bounds(i)
			if given > come*a.allot.scale || given+late < due*a.allot.scale {
				return fmt.Errorf("%+v: %d done and %d late by %d, of %d that came and %d due", c.in.Key, given, late, i,
					come*a.allot.scale, due*a.allot.scale)
			}
		}
		if late != undone {
			return fmt.Errorf("%+v: %d late, %d undone", c.in.Key, late, undone)
		}
	}
	return nil
}

func (a audit) closed() error {
	l := a.r.Ledger
	if l.Required != l.OnTime+l.Late || l.Supply != l.OnTime+l.DoneLate+l.Blocked+l.Spare ||
		min(l.OnTime, l.Late, l.DoneLate, l.Blocked, l.Spare) < 0 {
		return fmt.Errorf("ledger %+v", l)
	}
	var required, supply, gaps, dust int64
	for i := range a.grid.N {
		for t := range a.teams {
			supply += a.time(a.slots[i][t], i)
		}
		for _, c := range a.classes {
			required += c.placed.given[i] + c.placed.late[i]
			gaps += int64(c.placed.gap[i]) * int64(a.span(i)) * a.allot.scale / 1000
			dust += int64(a.span(i)) * a.allot.scale / 1000
		}
	}
	second := 1000 * a.allot.scale
	if required/second != l.Required || supply/second != l.Supply {
		return fmt.Errorf("ledger %+v of %d required and %d there", l, required/second, supply/second)
	}
	if late := l.Late * second; max(gaps-late, late-gaps) > dust+2*second {
		return fmt.Errorf("gaps are %d, late is %d", gaps, late)
	}
	return a.bottlenecksAgree()
}

// bottlenecksAgree: what the bottlenecks miss is what is late, where all are named.
func (a audit) bottlenecksAgree() error {
	var missing int64
	for _, b := range a.r.Binding {
		missing += int64(b.Missing) / 1000
	}
	off := max(missing-a.r.Ledger.Late, a.r.Ledger.Late-missing)
	if len(a.r.Binding) < maxBottlenecks && off > 1+int64(len(a.r.Binding)) {
		return fmt.Errorf("bottlenecks are of %d s, and %d are late", missing, a.r.Ledger.Late)
	}
	return nil
}
