package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
)

// advisor prints an advice.
type advisor struct {
	*advice
	out  strings.Builder
	zone *time.Location
}

// print shows an advice.
func (f *recommendation) print(out io.Writer, a *advice, zone *time.Location) error {
	if f.output == "json" {
		return writeJSON(out, a.data(zone))
	}
	p := advisor{advice: a, zone: zone}
	s := &a.change.Before
	p.say("%s: what closes the gaps until %s for the fewest paid hours, from %s on (notice: %s), times of %s. Nothing was written.\n",
		a.name, p.at(s.Grid.At(s.Grid.N)), p.at(a.from), days(a.terms.Notice), zone)
	for _, n := range a.notes {
		p.say("note: %s\n", n)
	}
	for _, t := range a.options.Scheduled {
		p.say("note: the people of %s are planned in the workforce suite; nothing is recommended for it\n", t)
	}
	if len(a.changes.Best) > 0 {
		p.say("\n")
		p.table(a.changes.Best, a.turns.best)
	}
	p.rest()
	p.commands()
	for _, w := range a.ways() {
		if w.together {
			p.say("\nOr in place of that, %s (%s):\n", w.name, p.paid(w.remedies))
		} else {
			p.say("\nOr in place of that, %s:\n", w.name)
		}
		p.lines(w)
	}
	p.later()
	return errors.Join(writeText(out, p.out.String()), a.bill.sayNotes(out))
}

// paid is what remedies cost, in hours and, where it may be known, in money.
func (p *advisor) paid(remedies []staffing.Remedy) string {
	return fmt.Sprintf("%.1f hours paid%s", hoursOf(staffing.CostOf(remedies)), p.bill.inMoney(remedies))
}

func (p *advisor) say(format string, args ...any) { fmt.Fprintf(&p.out, format, args...) }

func (p *advisor) at(i sample.Instant) string { return i.Time().In(p.zone).Format("Mon 02 Jan 15:04") }

func (p *advisor) table(remedies []staffing.Remedy, turns []sheet.Turn) {
	w := tabwriter.NewWriter(&p.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "CHANGE\tHOURS PAID\tPERSON-HOURS SHORT\tON TIME\tWHY")
	shown := min(len(remedies), mostLines)
	for i := range remedies[:shown] {
		m := &remedies[i]
		_, _ = fmt.Fprintf(w, "%s\t%.1f\t%.1f → %.1f\t%s\t%s\n", p.what(m), hoursOf(m.Cost), hoursOf(m.Before), hoursOf(m.After),
			turnOf(turns, i), p.why(m))
	}
	if rest := remedies[shown:]; len(rest) > 0 {
		_, _ = fmt.Fprintf(w, "and %d more\t%.1f\t%.1f → %.1f\t-\t-o json lists them\n", len(rest), hoursOf(staffing.CostOf(rest)),
			hoursOf(rest[0].Before), hoursOf(rest[len(rest)-1].After))
	}
	_ = w.Flush() // a strings.Builder takes everything
}

// lines shows a way: of those that are one or the other, the first.
func (p *advisor) lines(w way) {
	if w.together {
		p.table(w.remedies, w.turns)
		return
	}
	p.table(w.remedies[:min(len(w.remedies), mostLines)], w.turns)
}

// turnOf is what a remedy does for the language for which it closes most; "-" where that is not told.
func turnOf(turns []sheet.Turn, i int) string {
	if i < len(turns) {
		return turns[i].String()
	}
	return "-"
}

// what is a remedy in words; of shifts, with their headcount before and after.
func (p *advisor) what(m *staffing.Remedy) string {
	text := m.What(p.zone)
	if m.Kind == staffing.KindHeadcount {
		was := p.headcount[m.Team+"/"+m.Shift]
		text += fmt.Sprintf(" (%d → %d)", was, int(was)+m.Heads)
	}
	return text
}

// why is its reason; of training, with what an hour of it closes.
func (p *advisor) why(m *staffing.Remedy) string {
	text := m.Why(p.zone)
	if m.Kind == staffing.KindTraining {
		text += fmt.Sprintf("; an hour of one closes %.0f min", float64(m.PerHour)/float64(sample.Minute))
	}
	return text
}

// rest says what is missing all the same.
func (p *advisor) rest() {
	before, after := p.change.Before.Sum(&p.change.Before.Lines[0]), p.change.After.Sum(&p.change.After.Lines[0])
	paid := p.paid(p.changes.Best)
	switch {
	case before.Short == 0:
		p.say("\nNobody is missing: there is nothing to add.\n")
	case len(p.changes.Best) == 0:
		p.say("\n%.1f person-hours are missing, and no shift of these teams would lessen that: nobody of them holds the skills, "+
			"or nobody works at that time, or it is before the notice is over.\n", hoursOf(before.Missing))
	case after.Short == 0:
		p.say("\nWith these (%s), nobody is missing.\n", paid)
	default:
		p.say("\nWith these (%s), %.1f of %.1f person-hours are still missing, first on %s: before the notice is over, "+
			"or where no shift of these teams reaches.\n", paid, hoursOf(after.Missing), hoursOf(before.Missing),
			p.at(p.change.After.Grid.At(after.First.Interval)))
	}
	p.sayHeld()
}

// commands say how to do what is best; overtime and calls are arranged with people.
func (p *advisor) commands() {
	for _, m := range p.changes.Best {
		if m.Kind == staffing.KindHeadcount {
			n := int(p.headcount[m.Team+"/"+m.Shift]) + m.Heads
			p.say("  kubectl modcap headcount %s %s %d -n %s --write\n", m.Team, m.Shift, n, p.namespace)
		}
	}
}

// later says what would help after the plan.
func (p *advisor) later() {
	if p.options.HireBeyondPlan && len(p.changes.Hire) > 0 {
		p.say("\nHiring cannot help within the plan: it takes %v after the notice. "+
			"From %s on, if work is then as in this plan, it would take:\n",
			days(p.terms.Lead), p.at(p.options.HireFrom))
		p.table(p.changes.Hire, p.turns.hire)
	}
	if p.options.TrainBeyondPlan && len(p.changes.Train) > 0 {
		p.say("\nTraining cannot help within the plan: it takes %v after the notice. From %s on, if work is then as in this plan, "+
			"one or the other would close:\n", days(p.terms.Training), p.at(p.options.TrainFrom))
		p.lines(way{remedies: p.changes.Train, turns: p.turns.train})
	}
}

// days is a time in whole days, if it is that.
func days(t sample.Span) string {
	const day = 24 * sample.Hour
	switch {
	case t%day != 0 || t == 0:
		return t.String()
	case t == day:
		return "1 day"
	}
	return fmt.Sprintf("%d days", t/day)
}

// mostLines is how many remedies of a way are shown; -o json has all.
const mostLines = 12

func hoursOf(t sample.Span) float64 { return float64(t) / float64(sample.Hour) }

// adviceData is an advice as other programs read it. Add is what more people on shifts alone would
// be; Best is the least paid time of all kinds.
type adviceData struct {
	Name string `json:"name"`
	// Notes are what is to be known of it, in words.
	Notes []string     `json:"notes,omitempty"`
	From  string       `json:"from"`
	Best  []remedyData `json:"best"`
	Add   []remedyData `json:"add"`
	Hours []remedyData `json:"hours"`
	Hire  []remedyData `json:"hire"`
	Train []remedyData `json:"train"`
	// Held is what limits of exposure hold back with the best.
	Held []heldData `json:"heldByExposure,omitempty"`
	// Cost is what the best costs, of the teams of which that may be known.
	Cost []costData `json:"cost,omitempty"`
	// HireBeyondPlan and TrainBeyondPlan say that these come after the plan, and that its time
	// stands for the time then.
	HireBeyondPlan  bool `json:"hireBeyondPlan"`
	TrainBeyondPlan bool `json:"trainBeyondPlan"`
	Short           struct {
		Before float64 `json:"before"`
		After  float64 `json:"after"`
	} `json:"personHoursShort"`
}

type remedyData struct {
	Kind       string      `json:"kind"`
	Team       string      `json:"team"`
	Shift      string      `json:"shift,omitempty"`
	Language   string      `json:"language,omitempty"`
	HarmDomain string      `json:"harmDomain,omitempty"`
	Heads      int         `json:"heads"`
	Headcount  int         `json:"headcount,omitempty"`
	Times      []timesData `json:"times"`
	Hours      float64     `json:"hoursPaid"`
	Before     float64     `json:"personHoursShortBefore"`
	After      float64     `json:"personHoursShortAfter"`
	// OnTime is absent where that is not known, or after the first ones of a large plan.
	OnTime *sheet.TurnData `json:"onTime,omitempty"`
	// Cost is what the hours paid cost; absent where that may not be known.
	Cost []costData `json:"cost,omitempty"`
	// MinutesPerHour is what an hour of one who has learnt closes.
	MinutesPerHour float64 `json:"minutesPerHour,omitempty"`
	Sentence       string  `json:"sentence"`
}

type timesData struct {
	From  string `json:"from"`
	Until string `json:"until"`
}

func (a *advice) data(zone *time.Location) adviceData {
	list := func(remedies []staffing.Remedy, turns []sheet.Turn) []remedyData {
		out := make([]remedyData, 0, len(remedies))
		for i := range remedies {
			m := a.remedy(&remedies[i], zone)
			if i < len(turns) {
				m.OnTime = turns[i].Data()
			}
			out = append(out, m)
		}
		return out
	}
	out := adviceData{
		Name: a.name, Notes: a.notes, From: rfc3339(a.from), Best: list(a.changes.Best, a.turns.best),
		Add: list(a.changes.Shifts, a.turns.shifts), Hours: list(a.changes.Hours, a.turns.hours),
		Hire: list(a.changes.Hire, a.turns.hire), Train: list(a.changes.Train, a.turns.train), Held: a.heldData(),
		HireBeyondPlan: a.options.HireBeyondPlan, TrainBeyondPlan: a.options.TrainBeyondPlan,
		Cost: a.bill.data(paidTimes(a.changes.Best)),
	}
	out.Short.Before = hoursOf(a.change.Before.Sum(&a.change.Before.Lines[0]).Missing)
	out.Short.After = hoursOf(a.change.After.Sum(&a.change.After.Lines[0]).Missing)
	return out
}

func (a *advice) remedy(m *staffing.Remedy, zone *time.Location) remedyData {
	out := remedyData{
		Kind: string(m.Kind), Team: m.Team, Shift: m.Shift, Language: m.Language, HarmDomain: m.HarmDomain, Heads: m.Heads,
		Hours: hoursOf(m.Cost), Before: hoursOf(m.Before), After: hoursOf(m.After),
		MinutesPerHour: float64(m.PerHour) / float64(sample.Minute), Sentence: m.Sentence(zone),
	}
	if _, ok := a.bill.prices[m.Team]; ok {
		out.Cost = a.bill.data(paidTimes([]staffing.Remedy{*m}))
	}
	if m.Kind == staffing.KindHeadcount || m.Kind == staffing.KindHire {
		out.Headcount = int(a.headcount[m.Team+"/"+m.Shift]) + m.Heads
	}
	for _, r := range m.Times {
		out.Times = append(out.Times, timesData{rfc3339(r.From), rfc3339(r.To)})
	}
	return out
}

func rfc3339(i sample.Instant) string { return i.Time().UTC().Format(time.RFC3339) }
