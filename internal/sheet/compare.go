package sheet

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/promise"
)

// Change is a plan before and after something was changed, on the same grid.
type Change struct {
	Before, After Sheet
	Teams         []TeamChange
	Lines         []LineChange
	// Notes are what is to be known of it, in words.
	Notes []string
}

// TeamChange is a team whose people are others; a time below 0 is of a team that is not
// there.
type TeamChange struct {
	Name string
	// Before and After are the time of people on the roster.
	Before, After sample.Span
}

// LineChange is a language whose gaps are others.
type LineChange struct {
	Language      string
	Tier          int
	Before, After Summary
	before, after *Line
}

// Worse is true where more people are missing, by more than rounding explains, or where
// the worst gap is larger.
func (l *LineChange) Worse() bool {
	return l.After.Missing > l.Before.Missing+6*sample.Minute || l.After.Worst.People > l.Before.Worst.People+100
}

// Better is true where fewer are.
func (l *LineChange) Better() bool {
	return l.After.Missing < l.Before.Missing-6*sample.Minute || l.After.Worst.People < l.Before.Worst.People-100
}

// Compare plans before and after, which must have the same classes and grid.
func Compare(before, after *staffing.Input) *Change {
	out := &Change{Before: foreseen(before), After: foreseen(after)}
	out.Teams = teamChanges(before, after)
	for i := range out.After.Lines {
		a, b := &out.After.Lines[i], &out.Before.Lines[i]
		l := LineChange{
			Language: a.Language, Tier: a.Tier, Before: out.Before.Sum(b), After: out.After.Sum(a), before: b, after: a,
		}
		if l.Worse() || l.Better() || people(l.Before.Peak.People) != people(l.After.Peak.People) {
			out.Lines = append(out.Lines, l)
		}
	}
	return out
}

// foreseen is the sheet of a plan, with what is expected to be on time.
func foreseen(in *staffing.Input) Sheet {
	plan := staffing.Plan(*in)
	promise.Foresee(*in, &plan)
	return exact(plan)
}

const notThere sample.Span = -1

func teamChanges(before, after *staffing.Input) []TeamChange {
	was := map[string]sample.Span{}
	for i := range before.Teams {
		was[before.Teams[i].Name] = before.Teams[i].Supply.ScheduledTime
	}
	var out []TeamChange
	there := map[string]bool{}
	for i := range after.Teams {
		t := &after.Teams[i]
		there[t.Name] = true
		old, known := was[t.Name]
		if !known {
			old = notThere
		}
		if old != t.Supply.ScheduledTime {
			out = append(out, TeamChange{t.Name, old, t.Supply.ScheduledTime})
		}
	}
	for i := range before.Teams {
		if t := &before.Teams[i]; !there[t.Name] {
			out = append(out, TeamChange{t.Name, t.Supply.ScheduledTime, notThere})
		}
	}
	return out
}

// Worse is true when any language is.
func (c *Change) Worse() bool {
	for i := range c.Lines {
		if c.Lines[i].Worse() {
			return true
		}
	}
	return false
}

// Text says what would change.
func (c *Change) Text(w io.Writer, name string, zone *time.Location) error {
	p := printer{w: w}
	s := &c.After
	p.printf("%s: what would change from %s to %s, times of %s. Nothing was written.\n\n", name,
		s.moment(0, zone), s.moment(s.Grid.N, zone), zone)
	for _, n := range c.Notes {
		p.printf("note: %s\n", n)
	}
	if len(c.Teams) == 0 {
		p.printf("The roster has as many hours of people as before.\n")
	}
	for _, t := range c.Teams {
		p.printf("%s\n", t.sentence())
	}
	if len(c.Lines) == 0 {
		p.printf("No language needs other people or has other gaps.\n")
		c.why(&p, zone)
		return p.err
	}
	p.printf("\n")
	t := tabwriter.NewWriter(&p, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "LANGUAGE\tPEAK ROSTER\tHOURS SHORT\tPERSON-HOURS SHORT\tWORST GAP\tAT\tON TIME")
	for i := range c.Lines {
		l := &c.Lines[i]
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.after.title(),
			turned(people(l.Before.Peak.People), people(l.After.Peak.People)),
			turned(hours(l.Before.Short), hours(l.After.Short)), turned(hours(l.Before.Missing), hours(l.After.Missing)),
			turned(people(l.Before.Worst.People), people(l.After.Worst.People)), s.when(l.After.Worst, zone),
			turned(percentOf(l.Before.OnTime), percentOf(l.After.OnTime)))
	}
	_ = t.Flush() // p keeps the error
	c.verdict(&p, zone)
	c.why(&p, zone)
	return p.err
}

// why says what keeps work from being done in time after the change, and where people's time goes.
func (c *Change) why(p *printer, zone *time.Location) {
	p.printf("\n")
	c.After.Why.text(p, zone)
	p.printf("%s\n", ledgerLine(c.Before.Why, c.After.Why))
}

// turned is what became of a figure.
func turned(before, after string) string {
	if before == after {
		return after
	}
	return before + " → " + after
}

func (t *TeamChange) sentence() string {
	on := func(x sample.Span) string { return hours(x) + " hours of people on the roster" }
	switch {
	case t.Before == notThere:
		return fmt.Sprintf("%s is new: %s", t.Name, on(t.After))
	case t.After == notThere:
		return fmt.Sprintf("%s is not there: %s fewer", t.Name, on(t.Before))
	case t.After > t.Before:
		return fmt.Sprintf("%s: %s → %s (+%s)", t.Name, hours(t.Before), on(t.After), hours(t.After-t.Before))
	}
	return fmt.Sprintf("%s: %s → %s (−%s)", t.Name, hours(t.Before), on(t.After), hours(t.Before-t.After))
}

// verdict says in words who is worse and who is better off.
func (c *Change) verdict(p *printer, zone *time.Location) {
	var better []string
	if slices.ContainsFunc(c.Lines, func(l LineChange) bool { return l.Worse() || l.Better() }) {
		p.printf("\n")
	}
	for i := range c.Lines {
		l := &c.Lines[i]
		switch {
		case l.Language == All:
		case l.Worse():
			p.printf("Worse: %s is short of %s person-hours (%s before), first on %s, at worst of %s people\n", l.after.title(),
				hours(l.After.Missing), orNone(l.Before.Missing), c.After.when(l.After.First, zone), people(l.After.Worst.People))
		case l.Better() && l.After.Short == 0:
			better = append(better, l.after.title()+" (nothing missing any more)")
		case l.Better():
			better = append(better, fmt.Sprintf("%s (%s person-hours short, %s before)",
				l.after.title(), hours(l.After.Missing), hours(l.Before.Missing)))
		}
	}
	if len(better) > 0 {
		p.printf("Better: %s\n", strings.Join(better, ", "))
	}
}

func orNone(t sample.Span) string {
	if t <= 0 {
		return "none"
	}
	return hours(t)
}

// Data is the change for other programs.
func (c *Change) Data(name string) ChangeData {
	v := &View{Name: name}
	out := ChangeData{Worse: c.Worse(), Notes: c.Notes, Before: c.Before.Data(v), After: c.After.Data(v), Teams: []TeamChangeData{}}
	for _, t := range c.Teams {
		d := TeamChangeData{Name: t.Name}
		for _, x := range []struct {
			from sample.Span
			to   **float64
		}{{t.Before, &d.Before}, {t.After, &d.After}} {
			if x.from != notThere {
				h := float64(x.from) / float64(sample.Hour)
				*x.to = &h
			}
		}
		out.Teams = append(out.Teams, d)
	}
	return out
}

// ChangeData is a change as other programs read it.
type ChangeData struct {
	Worse  bool             `json:"worse"`
	Notes  []string         `json:"notes,omitempty"`
	Teams  []TeamChangeData `json:"teams"`
	Before Data             `json:"before"`
	After  Data             `json:"after"`
}

// TeamChangeData is the hours of people on a team's roster; absent where it is not there.
type TeamChangeData struct {
	Name   string   `json:"name"`
	Before *float64 `json:"beforeHours,omitempty"`
	After  *float64 `json:"afterHours,omitempty"`
}
