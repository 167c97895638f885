package sheet

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// TodayView says how a day is to be shown.
type TodayView struct {
	// Name of the target.
	Name string
	// Zone of the day and its hours.
	Zone *time.Location
	// Declared are handle times as they are declared.
	Declared map[staffing.ClassKey]sample.Span
	// Classes are how many classes are shown, those with most to say first.
	Classes int
	// Notes are said before the numbers.
	Notes []string
	// Color marks gaps by terminal colors.
	Color bool
}

// Today are the intervals of the local day of now.
func (d *Day) Today(zone *time.Location) (from, to int) {
	date := func(k int) string { return d.Grid.At(k).Time().In(zone).Format(time.DateOnly) }
	from, to = d.Now, d.Now
	for from > 0 && date(from-1) == date(d.Now) {
		from--
	}
	for to < d.Grid.N && date(to) == date(d.Now) {
		to++
	}
	return from, to
}

// TodayText writes today for a terminal: what came and what is to come by the hour, the classes, and
// what changed since it was planned.
func (d *Day) TodayText(w io.Writer, v *TodayView) error {
	p := printer{w: w}
	from, to := d.Today(v.Zone)
	clock := func(k int) string { return d.Grid.At(k).Time().In(v.Zone).Format("15:04") }
	p.printf("%s: %s, times of %s; what came until %s, and what is expected from then on\n", v.Name,
		d.Grid.At(d.Now).Time().In(v.Zone).Format("Monday 02 January 2006"), v.Zone, clock(d.Now))
	for _, n := range v.Notes {
		p.printf("note: %s\n", n)
	}
	p.printf("\n")
	d.hours(&p, v, from, to)
	p.printf("\n")
	sums := d.Sums(v.Zone)
	soFar(&p, v, sums)
	p.printf("\nThe rest of the day, against what was planned a day before:\n")
	restInWords(&p, v, sums)
	return p.err
}

// dayHour is an hour of a day. On a day on which clocks go back there are two of a name.
type dayHour struct {
	name string
	over bool // none of it is to come
	now  bool
	sum  DayCell
}

// hoursOf are the hours from an interval to another: sums of items, the most people required and
// missing, the fewest scheduled and present. What is not known of all of an hour is not known.
func (d *Day) hoursOf(l *DayLine, from, to int, zone *time.Location) []dayHour {
	var out []dayHour
	begin := -1
	for k := from; k < to; k++ {
		at := d.Grid.At(k).Time().In(zone)
		_, offset := at.Zone()
		if hour := (at.Unix() + int64(offset)) / 3600; begin < 0 || int(hour) != begin || !sameOffset(at, d.Grid.At(k-1), zone) {
			begin = int(hour)
			out = append(out, dayHour{name: at.Format("15:04"), sum: l.Cells[k]})
		} else {
			out[len(out)-1].sum.join(&l.Cells[k])
		}
		h := &out[len(out)-1]
		h.over, h.now = k < d.Now, h.now || k == d.Now
	}
	return out
}

func sameOffset(at time.Time, before sample.Instant, zone *time.Location) bool {
	_, a := at.Zone()
	_, b := before.Time().In(zone).Zone()
	return a == b
}

// join takes another interval into the hour.
func (c *DayCell) join(o *DayCell) {
	c.Before.join(&o.Before)
	c.Then.join(&o.Then)
	c.Arrived = Figure{c.Arrived.Known && o.Arrived.Known, c.Arrived.Value + o.Arrived.Value}
	c.Present = Figure{c.Present.Known && o.Present.Known, min(c.Present.Value, o.Present.Value)}
}

func (p *Planned) join(o *Planned) {
	p.Known = p.Known && o.Known
	p.Items += o.Items
	p.Required, p.Gap = max(p.Required, o.Required), max(p.Gap, o.Gap)
	p.Scheduled = min(p.Scheduled, o.Scheduled)
}

// hours are a row for each hour.
func (d *Day) hours(p *printer, v *TodayView, from, to int) {
	p.printf("%-10s%8s%9s%10s%9s%11s%9s%6s%9s\n", "HOUR", "ITEMS", "PLANNED", "REQUIRED", "PLANNED", "SCHEDULED", "PRESENT", "GAP", "PLANNED")
	all := d.hoursOf(&d.Lines[0], from, to, v.Zone)
	worst := sample.Milli(1)
	for i := range all {
		worst = max(worst, all[i].sum.Then.Gap)
	}
	for i := range all {
		h := &all[i]
		before, then := &h.sum.Before, &h.sum.Then
		came := then.show(then.Items, allItems)
		if h.over {
			came = h.sum.Arrived.show(allItems)
		}
		mark := ""
		if h.now {
			mark = "now"
		}
		cells := []any{
			h.name, mark, came, before.show(before.Items, allItems), then.show(then.Required, people), before.show(before.Required, people),
			then.show(then.Scheduled, people), h.sum.Present.show(people), then.show(then.Gap, gapOrDot), before.show(before.Gap, gapOrDot),
			bar(then.Gap, worst, v.Color),
		}
		p.printf("%s\n", strings.TrimRight(fmt.Sprintf("%-6s%-4s%8s%9s%10s%9s%11s%9s%6s%9s  %s", cells...), " "))
	}
}

func (p *Planned) show(m sample.Milli, as func(sample.Milli) string) string {
	return Figure{p.Known, m}.show(as)
}

// show is the figure, nothing where it is not known.
func (f Figure) show(as func(sample.Milli) string) string {
	if !f.Known {
		return ""
	}
	return as(f.Value)
}

// gapOrDot is a number of people missing.
func gapOrDot(m sample.Milli) string {
	if m <= 0 {
		return "."
	}
	return people(m)
}

// longestBar is that of the largest gap of the day, if there are as many people missing.
const longestBar = 20

// bar is a block for each person missing, or so that the longest still fits, from pale to deep red.
func bar(gap, worst sample.Milli, color bool) string {
	if gap <= 0 {
		return ""
	}
	n := gap.Ceil()
	if worst.Ceil() > longestBar {
		n = max(sample.MulDiv(int64(gap), longestBar, int64(worst)), 1)
	}
	text := strings.Repeat("█", int(n))
	if !color {
		return text
	}
	shade := []int{224, 217, 210, 203, 160}[min(int(sample.MulDiv(int64(gap), 5, int64(worst))), 4)]
	return fmt.Sprintf("\x1b[38;5;%dm%s\x1b[0m", shade, text)
}

// soFar is a row for each class: what came of it until now.
func soFar(p *printer, v *TodayView, sums []DaySum) {
	t := tabwriter.NewWriter(p, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "SO FAR\tITEMS\tPLANNED\t\tHANDLE TIME\tDECLARED\tSCHEDULED\tPRESENT\tPERSON-HOURS SHORT")
	for i := range sums[:min(len(sums), v.Classes+1)] {
		s := &sums[i]
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", nameOf(s.Key), s.of(s.Came, allItems), s.of(s.Planned, allItems),
			s.of(0, func(sample.Milli) string { return percentMore(s.Came, s.Planned) }), took(s.HandleTime),
			declared(v.Declared[s.Key]), s.Scheduled.show(people), s.Present.show(people), hours(s.ShortSoFar))
	}
	_ = t.Flush() // p keeps the error
	if more := len(sums) - 1 - v.Classes; more > 0 {
		p.printf("and %d more: --classes %d shows all\n", more, len(sums)-1)
	}
	if s := &sums[0]; s.Unknown > 0 {
		p.printf("Of %d of the %d intervals since midnight it is not known what came; they are on neither side.\n", s.Unknown, s.Over)
	}
}

// of is a number of what came, if anything is known of it.
func (s *DaySum) of(m sample.Milli, show func(sample.Milli) string) string {
	switch {
	case s.Over == 0:
		return "-"
	case s.Unknown == s.Over:
		return "?"
	}
	return show(m)
}

// allItems is a number of items in full.
func allItems(m sample.Milli) string { return strconv.FormatInt(m.Ceil(), 10) }

// percentMore is by how much more came than was planned.
func percentMore(came, planned sample.Milli) string {
	if planned <= 0 {
		return ""
	}
	return fmt.Sprintf("%+d %%", sample.MulDiv(int64(came-planned), 100, int64(planned)))
}

func took(f Figure) string {
	if !f.Known {
		return ""
	}
	return strconv.FormatFloat(f.Value.Float(), 'f', 0, 64) + "s"
}

func declared(s sample.Span) string {
	if s <= 0 {
		return ""
	}
	return s.String()
}

// restInWords says in words what of the rest of the day is other than planned.
func restInWords(p *printer, v *TodayView, sums []DaySum) {
	said, more := 0, 0
	for i := range sums {
		text := sums[i].sentence()
		switch {
		case text == "" || i == 0 && len(sums) == 2: // all work is the one class
		case said <= v.Classes:
			p.printf("%s: %s\n", nameOf(sums[i].Key), text)
			said++
		default:
			more++
		}
	}
	switch {
	case said == 0:
		p.printf("The rest of the day is as it was planned.\n")
	case more > 0:
		p.printf("and %d more\n", more)
	}
}

// sentence is what changed of a class since it was planned; nothing where it is as it was.
func (s *DaySum) sentence() string {
	switch {
	case s.Gone:
		return fmt.Sprintf("it is planned no more; %s items were expected", allItems(s.RestPlanned))
	case s.New:
		return fmt.Sprintf("it was not planned before; %s items are expected", allItems(s.Rest))
	}
	var parts []string
	if by := s.Rest - s.RestPlanned; 20*by >= s.RestPlanned && by >= sample.One || 20*by <= -s.RestPlanned && by <= -sample.One {
		parts = append(parts, fmt.Sprintf("%s items are expected, %s were planned (%s)",
			allItems(s.Rest), allItems(s.RestPlanned), percentMore(s.Rest, s.RestPlanned)))
	}
	if s.Peak != s.PeakPlanned {
		parts = append(parts, fmt.Sprintf("at the peak %s people are required on the roster, %s were planned",
			people(s.Peak), people(s.PeakPlanned)))
	}
	if s.Short != s.ShortPlanned {
		parts = append(parts, fmt.Sprintf("%s person-hours are missing, %s as planned", orNo(s.Short, "no"), orNo(s.ShortPlanned, "none")))
	}
	return strings.Join(parts, "; ")
}

func orNo(t sample.Span, no string) string {
	if t <= 0 {
		return no
	}
	return hours(t)
}
