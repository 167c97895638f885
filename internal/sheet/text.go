package sheet

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

// View says how a sheet is to be shown.
type View struct {
	// Name of the target.
	Name string
	// Zone of days and times.
	Zone *time.Location
	// Languages to draw maps of, one or more; All is everything together.
	Languages []string
	// Measures to draw, one or more.
	Measures []Measure
	// Planned is when the plan was made; zero where that is not known.
	Planned time.Time
	// Notes are said before the numbers.
	Notes []string
	// Color marks gaps by terminal colors.
	Color bool
}

const (
	dayFormat    = "Mon 02 Jan"
	momentFormat = "Mon 02 Jan 15:04"
)

// Text writes the sheet for a terminal: what each language comes to, then maps of a row
// for each day and a column for each hour.
func (s *Sheet) Text(w io.Writer, v *View) error {
	p := printer{w: w}
	p.printf("%s: people from %s to %s, by %s, times of %s", v.Name,
		s.moment(0, v.Zone), s.moment(s.Grid.N, v.Zone), s.Grid.Width, v.Zone)
	if made := v.planned(); made != "" {
		p.printf("; planned %s", made)
	}
	p.printf("\n")
	for _, n := range s.notes(v) {
		p.printf("note: %s\n", n)
	}
	p.printf("\n")
	s.summaries(&p, v)
	if s.Why != nil {
		p.printf("\n")
		s.Why.text(&p, v.Zone)
		p.printf("%s\n", ledgerLine(s.Why, s.Why))
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		if !v.shows(l.Language) {
			continue
		}
		for _, m := range v.Measures {
			p.printf("\n%s. %s\n", l.title(), m.caption())
			s.heat(&p, v, l, m)
		}
	}
	return p.err
}

// planned is when the plan was made, in words; "" where that is not known.
func (v *View) planned() string {
	if v.Planned.IsZero() {
		return ""
	}
	return v.Planned.In(v.Zone).Format(momentFormat)
}

func (v *View) shows(language string) bool {
	for _, l := range v.Languages {
		if strings.EqualFold(l, language) {
			return true
		}
	}
	return false
}

// title names a line in words.
func (l *Line) title() string {
	name := l.Language
	switch name {
	case All:
		return "All languages"
	case "":
		name = "No language"
	}
	if l.Tier > 1 {
		name += ", tier " + strconv.Itoa(l.Tier)
	}
	return name
}

// summaries are a row for each line.
func (s *Sheet) summaries(p *printer, v *View) {
	t := tabwriter.NewWriter(p, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "LANGUAGE\tPEAK ROSTER\tAT\tHOURS SHORT\tPERSON-H\tFIRST SHORT\tWORST\tAT\tON TIME")
	for i := range s.Lines {
		l := &s.Lines[i]
		x := s.Sum(l)
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.title(), people(x.Peak.People), s.when(x.Peak, v.Zone),
			hours(x.Short), hours(x.Missing), s.when(x.First, v.Zone), people(x.Worst.People), s.when(x.Worst, v.Zone), x.onTime())
	}
	_ = t.Flush() // p keeps the error
}

// onTime is the percent on time; the range that it is in where that is two points wide and more.
func (x *Summary) onTime() string {
	if x.OnTimeHigh-x.OnTimeLow < 2*sample.One {
		return percentOf(x.OnTime)
	}
	return fmt.Sprintf("%.0f–%.0f %%", x.OnTimeLow.Float(), x.OnTimeHigh.Float())
}

// percentOf is a percent in whole ones below 99, in tenths from there to 100.
func percentOf(m sample.Milli) string {
	switch {
	case m == Untold:
		return "-"
	case m < 99*sample.One || m >= 100*sample.One:
		return fmt.Sprintf("%.0f %%", m.Float())
	}
	return fmt.Sprintf("%.1f %%", m.Float())
}

// when is the moment's time; "-" for never.
func (s *Sheet) when(m Moment, zone *time.Location) string {
	if m.People <= 0 {
		return "-"
	}
	return s.moment(m.Interval, zone)
}

func (s *Sheet) moment(i int, zone *time.Location) string {
	return s.Grid.At(i).Time().In(zone).Format(momentFormat)
}

func hours(t sample.Span) string {
	if t <= 0 {
		return "-"
	}
	return decimal(float64((t+3*sample.Minute)/(6*sample.Minute)) / 10)
}

// people is a number of people in at most four characters; "-" for nobody.
func people(m sample.Milli) string {
	switch {
	case m <= 0:
		return "-"
	case m < 50:
		return "<.1"
	case m < 9_950:
		return strconv.FormatFloat(m.Float(), 'f', 1, 64)
	}
	return strconv.FormatInt(m.Ceil(), 10)
}

const column = 4

// heat is the map of a measure.
func (s *Sheet) heat(p *printer, v *View, l *Line, m Measure) {
	p.printf("%-*s", len(dayFormat), "")
	for hour := range 24 {
		p.printf("%*d", column, hour)
	}
	p.printf("\n")
	most := m.most(l.Cells)
	for _, d := range s.days(v.Zone) {
		p.printf("%s", d.date.Format(dayFormat))
		var row strings.Builder
		for _, in := range s.byHour(d, v.Zone) {
			row.WriteString(m.cell(l.Cells, in, most, v.Color))
		}
		p.printf("%s\n", strings.TrimRight(row.String(), " "))
	}
}

// byHour are the intervals of a day by the hour in which they begin.
func (s *Sheet) byHour(d day, zone *time.Location) (out [24][]int) {
	for _, i := range d.intervals {
		h := s.Grid.At(i).Time().In(zone).Hour()
		out[h] = append(out[h], i)
	}
	return out
}

func (m Measure) most(cells []Cell) (most sample.Milli) {
	for i := range cells {
		most = max(most, m.of(&cells[i]))
	}
	return most
}

// cell is an hour of the map.
func (m Measure) cell(cells []Cell, in []int, most sample.Milli, color bool) string {
	if len(in) == 0 {
		return strings.Repeat(" ", column)
	}
	x := m.over(cells, in)
	switch {
	case m == Gap && x <= 0 && idle(cells, in):
		return strings.Repeat(" ", column)
	case m == Gap && x <= 0:
		return fmt.Sprintf("%*s", column, ".")
	}
	text := fmt.Sprintf("%*s", column, people(x))
	if !color || m != Gap {
		return text
	}
	// The 256 colors have reds from 224, pale, to 160, deep.
	shade := []int{224, 217, 210, 203, 160}[min(int(sample.MulDiv(int64(x), 5, int64(most))), 4)]
	return fmt.Sprintf("\x1b[30;48;5;%dm%s\x1b[0m", shade, text)
}

// printer keeps the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) Write(b []byte) (int, error) {
	if p.err == nil {
		_, p.err = p.w.Write(b)
	}
	return len(b), p.err
}

func (p *printer) printf(format string, args ...any) { _, _ = fmt.Fprintf(p, format, args...) }
