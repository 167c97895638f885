package sheet

import (
	"cmp"
	"slices"
	"time"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// DaySum is what the local day of now comes to, of a class.
type DaySum struct {
	Key staffing.ClassKey
	// Of Over intervals that are over, those that are not Unknown had so many items Planned, and so
	// many Came.
	Over, Unknown int
	Came, Planned sample.Milli
	// HandleTime is that of the intervals that are over, in seconds; Scheduled is the people on the
	// roster, and Present those who were there, of intervals where that is known; else Scheduled is
	// that of all in which there was work or somebody to do it.
	HandleTime, Scheduled, Present Figure
	// ShortSoFar is the time of productive people who were missing.
	ShortSoFar sample.Span
	// Rest is the items to come, Peak the most people to be on the roster, Short the time of people
	// who will be missing; each beside what was planned.
	Rest, RestPlanned   sample.Milli
	Peak, PeakPlanned   sample.Milli
	Short, ShortPlanned sample.Span
	// New is a class of which nothing was planned before, Gone one of which nothing is now.
	New, Gone bool
}

// Sums are those of all work and of each class: the ones that are missing most people first, then
// those of which most is other than planned.
func (d *Day) Sums(zone *time.Location) []DaySum {
	from, to := d.Today(zone)
	out := make([]DaySum, 0, len(d.Lines))
	for i := range d.Lines {
		out = append(out, d.sum(&d.Lines[i], from, to))
	}
	all := &out[0] // what came of it is what came of the classes, each as far as it is known
	all.Came, all.Planned = 0, 0
	for i := range out[1:] {
		all.Came += out[1+i].Came
		all.Planned += out[1+i].Planned
	}
	weight := func(s *DaySum) sample.Milli {
		return max(s.Came-s.Planned, s.Planned-s.Came) + max(s.Rest-s.RestPlanned, s.RestPlanned-s.Rest)
	}
	slices.SortStableFunc(out[1:], func(a, b DaySum) int {
		return cmp.Or(cmp.Compare(b.Short, a.Short), cmp.Compare(b.ShortSoFar, a.ShortSoFar), cmp.Compare(weight(&b), weight(&a)))
	})
	return out
}

func (d *Day) sum(l *DayLine, from, to int) DaySum {
	out := DaySum{Key: l.Key, Over: d.Now - from}
	out.see(l.Cells[from:d.Now], d.Grid.Width)
	before, then := false, false
	for k := d.Now; k < to; k++ {
		c := &l.Cells[k]
		before, then = before || c.Before.Known, then || c.Then.Known
		out.Rest += c.Then.Items
		out.RestPlanned += c.Before.Items
		out.Peak, out.PeakPlanned = max(out.Peak, c.Then.Required), max(out.PeakPlanned, c.Before.Required)
		out.Short += c.Then.missing(d.Grid.Width)
		out.ShortPlanned += c.Before.missing(d.Grid.Width)
	}
	out.New = out.Rest > 0 && before && out.RestPlanned == 0 && out.PeakPlanned == 0
	out.Gone = before && !then && out.RestPlanned > 0
	return out
}

// see takes in the intervals that are over.
func (s *DaySum) see(cells []DayCell, width sample.Span) {
	var handle, present, there, scheduled dayMean
	for k := range cells {
		c := &cells[k]
		if c.Arrived.Known && c.Before.Known {
			s.Came += c.Arrived.Value
			s.Planned += c.Before.Items
		} else {
			s.Unknown++
		}
		s.ShortSoFar += c.Then.missing(width)
		handle.add(c.HandleTime)
		present.add(c.Present)
		there.add(Figure{c.Present.Known, c.Then.Scheduled})
		scheduled.add(Figure{c.Then.Required > 0 || c.Then.Scheduled > 0, c.Then.Scheduled})
	}
	s.HandleTime, s.Present, s.Scheduled = handle.mean(), tenthOf(present.mean()), tenthOf(there.mean())
	if !s.Present.Known {
		s.Scheduled = tenthOf(scheduled.mean())
	}
}

// missing is the time of people who are missing.
func (p *Planned) missing(width sample.Span) sample.Span {
	return sample.Span(sample.MulDiv(int64(p.Gap), int64(width), int64(sample.One)))
}

// dayMean is a mean of what is known.
type dayMean struct {
	sum sample.Milli
	n   int64
}

func (a *dayMean) add(f Figure) {
	if f.Known {
		a.sum += f.Value
		a.n++
	}
}

func (a *dayMean) mean() Figure {
	if a.n == 0 {
		return Figure{}
	}
	return Figure{true, a.sum / sample.Milli(a.n)}
}

func tenthOf(f Figure) Figure { return Figure{f.Known, tenths(f.Value)} }

// TodayData is a day as other programs read it.
type TodayData struct {
	Name     string        `json:"name"`
	Now      string        `json:"now"`
	Interval string        `json:"interval"`
	Notes    []string      `json:"notes,omitempty"`
	Lines    []TodayLine   `json:"classes"`
	Options  []TodayOption `json:"options"`
}

// TodayOption is a way to have more people today.
type TodayOption struct {
	Kind  string `json:"kind"`
	Team  string `json:"team"`
	Shift string `json:"shift,omitempty"`
	Heads int    `json:"heads"`
	// Change is it in words.
	Change string `json:"change"`
	// PaidHours are those of these people until the day is over, the others the person-hours that
	// are missing without and with them, those above being there.
	PaidHours   float64 `json:"paidHours"`
	ShortBefore float64 `json:"personHoursShortBefore"`
	ShortAfter  float64 `json:"personHoursShortAfter"`
	// OnTime is what it does until the day is over for what is expected to be on time.
	OnTime *TurnData `json:"onTime,omitempty"`
}

// TodayLine is a class, or all work, whose queue is "*".
type TodayLine struct {
	Queue      string `json:"queue"`
	Review     string `json:"review,omitempty"`
	Language   string `json:"language,omitempty"`
	HarmDomain string `json:"harmDomain,omitempty"`
	Tier       int    `json:"tier,omitempty"`
	Role       string `json:"role,omitempty"`

	Items           *float64 `json:"items,omitempty"`
	ItemsPlanned    *float64 `json:"itemsPlanned,omitempty"`
	HandleSeconds   *float64 `json:"handleSeconds,omitempty"`
	DeclaredSeconds *float64 `json:"declaredHandleSeconds,omitempty"`
	Scheduled       *float64 `json:"scheduled,omitempty"`
	Present         *float64 `json:"present,omitempty"`
	ShortSoFar      float64  `json:"personHoursShortSoFar"`
	Rest            float64  `json:"restItems"`
	RestPlanned     float64  `json:"restItemsPlanned"`
	Required        float64  `json:"restRequired"`
	RequiredPlanned float64  `json:"restRequiredPlanned"`
	Short           float64  `json:"restPersonHoursShort"`
	ShortPlanned    float64  `json:"restPersonHoursShortPlanned"`
	Changed         string   `json:"changed,omitempty"`
}

// TodayData is the day for other programs, without options.
func (d *Day) TodayData(v *TodayView) TodayData {
	out := TodayData{
		Name: v.Name, Now: stamp(d.Grid.At(d.Now)), Interval: d.Grid.Width.String(), Notes: v.Notes, Options: []TodayOption{},
	}
	span := func(s sample.Span) float64 { return float64(s) / float64(sample.Hour) }
	for _, s := range d.Sums(v.Zone) {
		l := TodayLine{
			Queue: s.Key.Queue, Review: s.Key.Review, Language: s.Key.Language, HarmDomain: s.Key.HarmDomain, Tier: s.Key.Tier, Role: s.Key.Role,
			HandleSeconds: ifNumber(s.HandleTime), Scheduled: ifNumber(s.Scheduled), Present: ifNumber(s.Present),
			ShortSoFar: span(s.ShortSoFar), Rest: s.Rest.Float(), RestPlanned: s.RestPlanned.Float(), Required: s.Peak.Float(),
			RequiredPlanned: s.PeakPlanned.Float(), Short: span(s.Short), ShortPlanned: span(s.ShortPlanned), Changed: s.sentence(),
		}
		if s.Unknown < s.Over {
			l.Items, l.ItemsPlanned = ifNumber(Figure{true, s.Came}), ifNumber(Figure{true, s.Planned})
		}
		if t := v.Declared[s.Key]; t > 0 {
			l.DeclaredSeconds = ifNumber(Figure{true, sample.Milli(t)})
		}
		out.Lines = append(out.Lines, l)
	}
	return out
}

func ifNumber(f Figure) *float64 {
	if !f.Known {
		return nil
	}
	x := f.Value.Float()
	return &x
}
