package sheet

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

//go:embed page.html
var pageText string

// HTML writes the sheet as one page that needs nothing else: for each language a map of
// each measure, a row for each day and a column for each interval.
func (s *Sheet) HTML(w io.Writer, v *View) error {
	page, err := template.New("page").Parse(pageText)
	if err != nil {
		return fmt.Errorf("read the page's template: %w", err)
	}
	return page.Execute(w, s.page(v))
}

// page is what the template is given.
type page struct {
	Name, From, Until, Zone string
	Interval                string
	Languages               []pageLine
	Hours                   [24]int
	Notes                   []string
}

type pageLine struct {
	Title, Peak, PeakAt, Short, Missing, First, Worst, WorstAt, OnTime string
	Lacks, Open                                                        bool
	Maps                                                               []pageMap
}

type pageMap struct {
	Measure, Caption string
	PerHour          int // cells of an hour
	Days             []pageDay
}

type pageDay struct {
	Name  string
	Cells []pageCell
}

type pageCell struct {
	Text, Title string
	// Shade is 0, nothing, to 9; None is a time that the day or the plan does not have.
	Shade int
	None  bool
}

func (s *Sheet) page(v *View) *page {
	p := &page{
		Name: v.Name, From: s.moment(0, v.Zone), Until: s.moment(s.Grid.N, v.Zone), Zone: v.Zone.String(), Interval: s.Grid.Width.String(),
		Notes: v.Notes,
	}
	for i := range p.Hours {
		p.Hours[i] = i
	}
	days := s.days(v.Zone)
	for i := range s.Lines {
		l := &s.Lines[i]
		x := s.Sum(l)
		line := pageLine{
			Title: l.title(), Peak: people(x.Peak.People), PeakAt: s.when(x.Peak, v.Zone), Short: hours(x.Short), Missing: hours(x.Missing),
			First: s.when(x.First, v.Zone), Worst: people(x.Worst.People), WorstAt: s.when(x.Worst, v.Zone), OnTime: percentOf(x.OnTime),
			Lacks: x.Short > 0, Open: i == 0,
		}
		for _, m := range v.Measures {
			line.Maps = append(line.Maps, s.pageMap(l, m, days, v.Zone))
		}
		p.Languages = append(p.Languages, line)
	}
	return p
}

func (s *Sheet) pageMap(l *Line, m Measure, days []day, zone *time.Location) pageMap {
	perHour := max(int(sample.Hour/s.Grid.Width), 1)
	out := pageMap{Measure: string(m), Caption: m.caption(), PerHour: perHour}
	most := m.most(l.Cells)
	for _, d := range days {
		row := pageDay{Name: d.date.Format(dayFormat)}
		for _, in := range s.byHour(d, zone) {
			for k := range perHour {
				row.Cells = append(row.Cells, s.pageCell(l, m, slot(in, k, perHour), most))
			}
		}
		out.Days = append(out.Days, row)
	}
	return out
}

// slot are the intervals of a part of an hour: an hour that comes twice has two in each.
func slot(in []int, k, perHour int) []int {
	var out []int
	for i := k; i < len(in); i += perHour {
		out = append(out, in[i])
	}
	return out
}

func (s *Sheet) pageCell(l *Line, m Measure, in []int, most sample.Milli) pageCell {
	if len(in) == 0 {
		return pageCell{None: true}
	}
	x, c := m.over(l.Cells, in), l.Cells[in[0]]
	out := pageCell{Title: fmt.Sprintf("%s UTC: required %s (%s on the roster), scheduled %s, allocated %s, gap %s, on time %s",
		s.moment(in[0], time.UTC), c.Required, c.RequiredScheduled, c.Scheduled, c.Allocated, c.Gap, percentOf(c.OnTime))}
	if x > 0 {
		out.Text = people(x)
		out.Shade = 1 + int(sample.MulDiv(int64(x), 8, int64(max(most, 1))))
	}
	return out
}
