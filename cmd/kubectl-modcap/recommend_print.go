package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

// print shows an advice.
func (f *recommendation) print(out io.Writer, a *advice, zone *time.Location) error {
	if f.output == "json" {
		return writeJSON(out, a.data())
	}
	at := func(i sample.Instant) string { return i.Time().In(zone).Format("Mon 02 Jan 15:04") }
	s := &a.change.Before
	_, _ = fmt.Fprintf(out, "%s: people to add from %s on (a notice of %v) to close the gaps until %s, times of %s. Nothing was written.\n",
		a.name, at(a.from), sample.SpanOf(f.notice), at(s.Grid.At(s.Grid.N)), zone)
	for _, t := range a.scheduled {
		_, _ = fmt.Fprintf(out, "note: the people of %s are planned in the workforce suite; nothing is recommended for it\n", t)
	}
	if len(a.remedies) > 0 {
		a.table(out)
	}
	return a.rest(out, zone)
}

func (a *advice) table(out io.Writer) {
	_, _ = fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "ADD\tTEAM\tSHIFT\tHEADCOUNT\tHOURS ON THE ROSTER\tPERSON-HOURS SHORT")
	for _, m := range a.remedies {
		was := a.headcount[m.Team+"/"+m.Shift]
		_, _ = fmt.Fprintf(w, "+%d\t%s\t%s\t%d → %d\t%.0f\t%.1f → %.1f\n", m.Heads, m.Team, m.Shift, was, int(was)+m.Heads,
			hoursOf(m.Cost), hoursOf(m.Before), hoursOf(m.After))
	}
	_ = w.Flush() // what is printed next says so
}

// rest says what is missing all the same, and how to do what is recommended.
func (a *advice) rest(out io.Writer, zone *time.Location) error {
	before, after := a.change.Before.Sum(&a.change.Before.Lines[0]), a.change.After.Sum(&a.change.After.Lines[0])
	var text string
	switch {
	case before.Short == 0:
		text = "Nobody is missing: there is nothing to add.\n"
	case len(a.remedies) == 0:
		text = fmt.Sprintf("%.1f person-hours are missing, and no shift of these teams would lessen that: nobody of them holds the skills, "+
			"or nobody works at that time, or it is before the notice is over.\n", hoursOf(before.Missing))
	case after.Short == 0:
		text = "With these, nobody is missing.\n"
	default:
		text = fmt.Sprintf("With these, %.1f of %.1f person-hours are still missing, first on %s: before the notice is over, "+
			"or where no shift of these teams reaches.\n", hoursOf(after.Missing), hoursOf(before.Missing),
			a.change.After.Grid.At(after.First.Interval).Time().In(zone).Format("Mon 02 Jan 15:04"))
	}
	if _, err := fmt.Fprintf(out, "\n%s", text); err != nil {
		return err
	}
	for _, m := range a.remedies {
		if _, err := fmt.Fprintf(out, "  kubectl modcap headcount %s %s %d -n %s --write\n", m.Team, m.Shift,
			int(a.headcount[m.Team+"/"+m.Shift])+m.Heads, a.namespace); err != nil {
			return err
		}
	}
	return nil
}

func hoursOf(t sample.Span) float64 { return float64(t) / float64(sample.Hour) }

// adviceData is an advice as other programs read it.
type adviceData struct {
	Name  string       `json:"name"`
	From  string       `json:"from"`
	Add   []remedyData `json:"add"`
	Short struct {
		Before float64 `json:"before"`
		After  float64 `json:"after"`
	} `json:"personHoursShort"`
}

type remedyData struct {
	Team          string  `json:"team"`
	Shift         string  `json:"shift"`
	Heads         int     `json:"heads"`
	Headcount     int     `json:"headcount"`
	RosterHours   float64 `json:"rosterHours"`
	ShortBefore   float64 `json:"personHoursShortBefore"`
	ShortAfterAll float64 `json:"personHoursShortAfter"`
}

func (a *advice) data() adviceData {
	out := adviceData{Name: a.name, From: a.from.Time().UTC().Format(time.RFC3339), Add: []remedyData{}}
	for _, m := range a.remedies {
		out.Add = append(out.Add, remedyData{
			Team: m.Team, Shift: m.Shift, Heads: m.Heads, Headcount: int(a.headcount[m.Team+"/"+m.Shift]) + m.Heads,
			RosterHours: hoursOf(m.Cost), ShortBefore: hoursOf(m.Before), ShortAfterAll: hoursOf(m.After),
		})
	}
	out.Short.Before = hoursOf(a.change.Before.Sum(&a.change.Before.Lines[0]).Missing)
	out.Short.After = hoursOf(a.change.After.Sum(&a.change.After.Lines[0]).Missing)
	return out
}
