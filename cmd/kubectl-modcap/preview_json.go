package main

import (
	"strings"
	"time"

	"github.com/modcap/modcap/internal/preview"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// previewData is a preview as other programs read it.
type previewData struct {
	Policy  string   `json:"policy"`
	Changes []string `json:"changes"`
	Source  string   `json:"source"`
	// PerHour says that items are of an hour; else they are of the file.
	PerHour bool       `json:"perHour"`
	Hours   float64    `json:"hours,omitempty"`
	Items   float64    `json:"items,omitempty"`
	Moves   []moveData `json:"moves"`
	// Reviewed and Acted are how many items more come to people, and are acted on.
	Reviewed preview.Estimate `json:"reviewed"`
	Acted    preview.Estimate `json:"acted"`
	// BoundsOnly says that mid is no estimate: the histograms do not tell enough.
	BoundsOnly bool `json:"boundsOnly,omitempty"`
	Compared   bool `json:"comparedWithLastWeek"`
	Drifted    bool `json:"scoreDistributionMoved"`
	// Together is by how much any number may differ since several labels change.
	Together float64           `json:"together,omitempty"`
	Unplaced *preview.Estimate `json:"unplaced,omitempty"`
	Overkill *preview.Estimate `json:"overkill,omitempty"`
	Leakage  *preview.Estimate `json:"leakage,omitempty"`
	Looked   int               `json:"looked,omitempty"`
	Appeals  *preview.Estimate `json:"appeals,omitempty"`
	Work     []workData        `json:"work"`
	People   *peopleData       `json:"people,omitempty"`
	// Caveats say what the numbers are not.
	Caveats []string `json:"caveats"`
	Notes   []string `json:"notes,omitempty"`
}

type moveData struct {
	Label    string           `json:"label"`
	Queue    string           `json:"queue,omitempty"`
	Market   string           `json:"market,omitempty"`
	Language string           `json:"language,omitempty"`
	From     string           `json:"from"`
	To       string           `json:"to"`
	Items    preview.Estimate `json:"items"`
	Drifted  bool             `json:"moved,omitempty"`
}

type workData struct {
	Queue      string           `json:"queue,omitempty"`
	Review     string           `json:"review,omitempty"`
	Language   string           `json:"language,omitempty"`
	HarmDomain string           `json:"harmDomain,omitempty"`
	Items      preview.Estimate `json:"items"`
}

// peopleData is what the change asks of people.
type peopleData struct {
	Target   string      `json:"target"`
	Start    time.Time   `json:"start"`
	Interval string      `json:"interval"`
	Worse    bool        `json:"worse"`
	Classes  []classData `json:"classes"`
}

type classData struct {
	staffing.ClassKey
	Before needData `json:"before"`
	After  needData `json:"after"`
	Worse  bool     `json:"worse"`
}

type needData struct {
	PersonHours      float64    `json:"personHours"`
	PersonHoursShort float64    `json:"personHoursShort"`
	FirstShort       *time.Time `json:"firstShort,omitempty"`
	PeakRoster       float64    `json:"peakRoster"`
	// OnTime is the percent expected on time; Breach is when first fewer are than are promised.
	OnTime *float64   `json:"onTime,omitempty"`
	Breach *time.Time `json:"breach,omitempty"`
	// Required is productive people by interval.
	Required []float64 `json:"required"`
}

func (t *trialOf) data() *previewData {
	d := &previewData{
		Policy: t.change.Name(), Changes: t.change.Words(), Source: t.from, Moves: []moveData{}, Work: []workData{}, Notes: t.notes,
	}
	s := t.said
	if s == nil {
		return d
	}
	d.PerHour, d.Hours, d.Items, d.Reviewed, d.Acted = s.PerHour, s.Hours, s.Items, s.Reviewed, s.Acted
	d.BoundsOnly, d.Compared, d.Drifted, d.Together = s.Bounds, s.Compared, s.Drifted, s.Together
	if !s.Unplaced.Zero() {
		d.Unplaced = &s.Unplaced
	}
	for _, m := range s.Moves {
		d.Moves = append(d.Moves, moveData{
			m.Label, m.Queue, m.Market, m.Language, strings.ToLower(m.From.String()), strings.ToLower(m.To.String()), m.Estimate, m.Drifted,
		})
	}
	for _, w := range s.Work {
		d.Work = append(d.Work, workData{w.Queue, w.Stream, w.Language, w.HarmDomain, w.Estimate})
	}
	if e := s.Errors; e != nil {
		d.Overkill, d.Leakage, d.Looked = &e.Overkill, &e.Leakage, e.Looked
	}
	if t.rate > 0 {
		appeals := s.Acted.Times(t.rate)
		d.Appeals = &appeals
	}
	d.People, d.Caveats = t.peopleData(), t.caveats()
	return d
}

func (t *trialOf) peopleData() *peopleData {
	if t.people == nil {
		return nil
	}
	g := t.people.Grid
	out := &peopleData{Target: t.target, Start: g.Start.Time().UTC(), Interval: shortDays(g.Width), Classes: []classData{}}
	for _, c := range t.people.Classes {
		out.Classes = append(out.Classes, classData{c.Key, needOf(&c.Before), needOf(&c.After), c.Worse()})
		out.Worse = out.Worse || c.Worse()
	}
	return out
}

func needOf(n *preview.ClassNeed) needData {
	hours := func(t sample.Span) float64 { return float64(t) / float64(sample.Hour) }
	d := needData{PersonHours: hours(n.Time), PersonHoursShort: hours(n.Short), PeakRoster: n.Peak.Heads.Float()}
	if n.First != 0 {
		at := n.First.Time().UTC()
		d.FirstShort = &at
	}
	if n.Below != 0 {
		at := n.Below.Time().UTC()
		d.Breach = &at
	}
	if n.OnTime != staffing.OnTimeUnknown {
		percent := float64(n.OnTime) * 100 / float64(sample.AllPPM)
		d.OnTime = &percent
	}
	for _, r := range n.Required {
		d.Required = append(d.Required, r.Float())
	}
	return d
}
