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
	Name, From, Until, Zone, Planned string
	Interval                         string
	Languages                        []pageLine
	Hours                            [24]int
	Notes                            []string
	Bottlenecks                      []string
	Rest, Ledger                     string
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
	// Class is s0, of nothing, to s9; x of a time that the day or the plan does not have; empty of one
	// without work.
	Class, Text string
	// Span is how many times one after the other are alike.
	Span int
	// Numbers are all that is known of one time; cells without it show theirs.
	Numbers *pageNumbers
}

type pageNumbers struct {
	At, OnTime                                  string
	Required, Roster, Scheduled, Allocated, Gap sample.Milli
}

func (s *Sheet) page(v *View) *page {
	p := &page{
		Name: v.Name, From: s.moment(0, v.Zone), Until: s.moment(s.Grid.N, v.Zone), Zone: v.Zone.String(), Interval: s.Grid.Width.String(),
		Notes: s.notes(v), Planned: v.planned(),
	}
	for i := range p.Hours {
		p.Hours[i] = i
	}
	if s.Why != nil {
		for i := range s.Why.Bottlenecks[:min(len(s.Why.Bottlenecks), mostTold)] {
			p.Bottlenecks = append(p.Bottlenecks, s.Why.Bottlenecks[i].sentence(v.Zone))
		}
		p.Rest, p.Ledger = s.Why.rest(), ledgerLine(s.Why, s.Why)
	}
	days := s.days(v.Zone)
	for i := range s.Lines {
		l := &s.Lines[i]
		x := s.Sum(l)
		line := pageLine{
			Title: l.title(), Peak: people(x.Peak.People), PeakAt: s.when(x.Peak, v.Zone), Short: hours(x.Short), Missing: hours(x.Missing),
			First: s.when(x.First, v.Zone), Worst: people(x.Worst.People), WorstAt: s.when(x.Worst, v.Zone), OnTime: x.onTime(),
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
	out := pageMap{Measure: string(m), Caption: m.pageCaption(), PerHour: perHour}
	most := m.most(l.Cells)
	for _, d := range days {
		row := pageDay{Name: d.date.Format(dayFormat)}
		for _, in := range s.byHour(d, zone) {
			for k := range perHour {
				row.add(s.pageCell(l, m, s.slot(in, k, perHour), most, zone))
			}
		}
		out.Days = append(out.Days, row)
	}
	return out
}

// add puts a cell into a row; one that only shows what the one before does makes that wider.
func (d *pageDay) add(c pageCell) {
	if last := len(d.Cells) - 1; last >= 0 && c.Numbers == nil {
		before := d.Cells[last]
		if c.Span = before.Span; before == c {
			d.Cells[last].Span++
			return
		}
	}
	c.Span = 1
	d.Cells = append(d.Cells, c)
}

// slot are the intervals of an hour that begin in a part of it: an hour that comes twice has two in
// each.
func (s *Sheet) slot(in []int, k, perHour int) []int {
	var out []int
	for _, i := range in {
		if s.Grid.At(i).Time().Minute()*perHour/60 == k {
			out = append(out, i)
		}
	}
	return out
}

func (s *Sheet) pageCell(l *Line, m Measure, in []int, most sample.Milli, zone *time.Location) pageCell {
	if len(in) == 0 {
		return pageCell{Class: "x"}
	}
	var out pageCell
	x, c := m.over(l.Cells, in), l.Cells[in[0]]
	switch {
	case x > 0:
		out.Text = people(x)
		out.Class = fmt.Sprintf("s%d", 1+sample.MulDiv(int64(x), 8, int64(max(most, 1))))
	case !idle(l.Cells, in):
		out.Class = "s0"
	}
	if m == Gap {
		out.Numbers = &pageNumbers{
			s.moment(in[0], zone), percentOf(c.OnTime), c.Required, c.RequiredScheduled, c.Scheduled, c.Allocated, tenths(c.Gap),
		}
	}
	return out
}
