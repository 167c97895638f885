package sheet

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Promises says what remedies do for what is expected to be on time. Each asks for a plan, so as
// many are told as an amount of work allows, whatever the clock says.
type Promises struct {
	in    *staffing.Input
	first *Sheet
	left  int // classes times intervals that may yet be planned
}

// PromisesOf is for remedies of the gaps of in, about work classes times intervals planned in all.
func PromisesOf(in *staffing.Input, work int) *Promises { return &Promises{in: in, left: work} }

// Turn is the percent of the work of a language and tier that is expected to be on time over the
// plan without and with a remedy, those before it being taken. It is of the line for which the
// remedy closes most; of all work where it only has others take over some.
type Turn struct {
	Language      string
	Tier          int
	Before, After sample.Milli // in tenths, as Summary.OnTime
}

// Together are the turns of remedies that are taken one after another, as far as they are told.
func (p *Promises) Together(options []staffing.Option, remedies []staffing.Remedy) []Turn {
	var out []Turn
	before := p.start()
	for i := range remedies {
		after := p.plan(staffing.With(*p.in, options, remedies[:i+1]))
		if after == nil {
			break
		}
		out = append(out, turn(&remedies[i], before, after))
		before = after
	}
	return out
}

// Each are the turns of remedies of training of which one or the other is taken.
func (p *Promises) Each(options []staffing.Option, remedies []staffing.Remedy) []Turn {
	var out []Turn
	for i := range remedies {
		after := p.plan(staffing.Trained(*p.in, options, remedies[i]))
		if after == nil {
			break
		}
		out = append(out, turn(&remedies[i], p.start(), after))
	}
	return out
}

// start is the plan as it is.
func (p *Promises) start() *Sheet {
	if p.first == nil {
		s := foreseen(p.in)
		p.first = &s
	}
	return p.first
}

// plan is a sheet, or nil when there was work enough.
func (p *Promises) plan(in staffing.Input) *Sheet {
	p.left -= max(len(in.Classes)*in.Grid().N, 1)
	if p.left < 0 {
		return nil
	}
	s := foreseen(&in)
	return &s
}

func turn(m *staffing.Remedy, before, after *Sheet) Turn {
	out := Turn{Language: All}
	if len(m.Closes) > 0 {
		out.Language, out.Tier = m.Closes[0].Language, m.Closes[0].Tier
	}
	out.Before, out.After = before.onTime(out.Language, out.Tier), after.onTime(out.Language, out.Tier)
	return out
}

// onTime is that of a line.
func (s *Sheet) onTime(language string, tier int) sample.Milli {
	i := slices.IndexFunc(s.Lines, func(l Line) bool { return l.Language == language && l.Tier == tier })
	if i < 0 {
		return Untold
	}
	return s.Sum(&s.Lines[i]).OnTime
}

// TurnData is a turn as other programs read it: percent. The language "*" is all work.
type TurnData struct {
	Language string  `json:"language"`
	Tier     int     `json:"tier,omitempty"`
	Before   float64 `json:"before"`
	After    float64 `json:"after"`
}

// Data is the turn, or nil where nothing is expected of that line.
func (t *Turn) Data() *TurnData {
	if !t.known() {
		return nil
	}
	return &TurnData{t.Language, t.Tier, t.Before.Float(), t.After.Float()}
}

func (t *Turn) known() bool { return t.Before != Untold && t.After != Untold }

// String is the percents before and after, and whose they are; "-" where they are not known.
func (t *Turn) String() string {
	if !t.known() {
		return "-"
	}
	l := Line{Language: t.Language, Tier: t.Tier}
	return l.title() + " " + percentOf(t.Before) + " → " + percentOf(t.After)
}
