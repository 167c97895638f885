package resolve

import (
	"fmt"
	"slices"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Terms are how soon people can be had, and what learning takes.
type Terms struct {
	// Notice is how long before a change of shifts, or overtime, people are told.
	Notice sample.Span
	// Lead is how long it takes to find somebody new.
	Lead sample.Span
	// Training is how long, after the notice, somebody is a beginner in a language or a
	// harm domain, and TrainingTime the paid time that it takes of theirs.
	Training, TrainingTime sample.Span
	// SoonOnly leaves out who has to be found or has to learn.
	SoonOnly bool
	// MidShift says that people come as soon as they can, also in the middle of a shift.
	MidShift bool
}

// DefaultTerms are a day of notice, eight weeks to find somebody, and two weeks to learn
// with 24 hours of courses.
func DefaultTerms() Terms {
	const days = 24 * sample.Hour
	return Terms{Notice: days, Lead: 56 * days, Training: 14 * days, TrainingTime: 24 * sample.Hour}
}

// defaultRamp is what somebody new is worth from each week on where the team's cohorts say nothing.
func defaultRamp() []staffing.RampStep {
	return []staffing.RampStep{
		{AfterWeeks: 1, Percent: 400_000}, {AfterWeeks: 2, Percent: 600_000},
		{AfterWeeks: 3, Percent: 800_000}, {AfterWeeks: 4, Percent: sample.AllPPM},
	}
}

// Options are the ways in which the teams of a plan may have more people.
type Options struct {
	// Soon are shifts, overtime and people on call, which may be combined.
	Soon []staffing.Option
	// Hire are shifts with somebody new from HireFrom on, Train what people of shifts may
	// learn by TrainFrom. Where that is beyond the plan, they are as if it were at its start
	// and all had learnt: the plan's time stands for the time then.
	Hire, Train                     []staffing.Option
	HireFrom, TrainFrom             sample.Instant
	HireBeyondPlan, TrainBeyondPlan bool
	// Scheduled are teams whose people a workforce suite plans: they have no options but
	// people on call.
	Scheduled []string
}

// mostOvertime bounds the ways of overtime, the first kept: beyond, a shift is planned, not
// prolonged.
const mostOvertime = 1500

// OptionsOf are the options of the teams that a plan is made of.
func OptionsOf(teams []*v1alpha1.ReviewTeam, in *staffing.Input, terms Terms) (*Options, error) {
	grid := in.Grid()
	out := &Options{HireFrom: in.Now.Add(terms.Notice + terms.Lead), TrainFrom: in.Now.Add(terms.Notice + terms.Training)}
	out.HireBeyondPlan, out.TrainBeyondPlan = out.HireFrom >= grid.At(grid.N), out.TrainFrom >= grid.At(grid.N)
	b := builder{now: in.Now.Time(), grid: grid, terms: terms, short: staffing.Shortage(*in), out: out}
	if !terms.SoonOnly {
		b.lacking = staffing.Lacking(*in)
	}
	for _, t := range teams {
		i := slices.IndexFunc(in.Teams, func(x staffing.Team) bool { return x.Name == t.Name })
		if i < 0 {
			continue
		}
		x := &in.Teams[i]
		out.Soon = append(out.Soon, staffing.OnCallOptions(&staffing.Standby{
			Team: t.Name, Shrinkage: x.Shrinkage, Heads: x.Supply.OnCall, CallTime: x.Supply.CallTime,
		}, grid, in.Now, b.short[t.Name])...)
		if t.Spec.ScheduleRef != nil {
			out.Scheduled = append(out.Scheduled, t.Name)
			continue
		}
		if err := b.team(t); err != nil {
			return nil, fmt.Errorf("ReviewTeam %s: %w", t.Name, err)
		}
	}
	b.keepOvertime()
	return out, nil
}

// builder puts options together.
type builder struct {
	now      time.Time
	grid     staffing.Grid
	terms    Terms
	short    map[string][]sample.Milli
	lacking  []staffing.Skill
	overtime []staffing.Option
	out      *Options
}

func (b *builder) team(t *v1alpha1.ReviewTeam) error {
	notice := sample.At(b.now).Add(b.terms.Notice)
	soon, err := b.shifts(t, notice)
	if err != nil {
		return err
	}
	b.out.Soon = append(b.out.Soon, soon...)
	in, err := supplyInput(t, b.now, b.grid)
	if err != nil {
		return err
	}
	b.overtime = append(b.overtime, staffing.OvertimeOptions(in, t.Name, notice, b.short[t.Name])...)
	if b.terms.SoonOnly {
		return nil
	}
	if err := b.hire(t, in.Cohorts); err != nil {
		return err
	}
	return b.train(t)
}

// hire adds somebody new to each shift.
func (b *builder) hire(t *v1alpha1.ReviewTeam, cohorts []staffing.Cohort) error {
	from := b.out.HireFrom
	if b.out.HireBeyondPlan {
		from = b.grid.Start
	}
	options, err := b.shifts(t, from)
	if err != nil {
		return err
	}
	ramp := rampOf(cohorts)
	for _, o := range options {
		o.Kind = staffing.KindHire
		if b.out.HireBeyondPlan {
			o.From = b.out.HireFrom
		} else {
			for i, heads := range o.Productive {
				o.Productive[i] = sample.Milli(sample.MulDiv(int64(heads), worth(ramp, b.grid.At(i).Since(o.From)), int64(sample.AllPPM)))
			}
		}
		b.out.Hire = append(b.out.Hire, o)
	}
	return nil
}

// rampOf is that of the newest cohort that has one.
func rampOf(cohorts []staffing.Cohort) []staffing.RampStep {
	ramp, newest := defaultRamp(), staffing.Date(0)
	for _, c := range cohorts {
		if len(c.Ramp) > 0 && c.Start > newest {
			ramp, newest = c.Ramp, c.Start
		}
	}
	return ramp
}

// worth is the part of a head, in parts per million, that somebody is worth so long after the start.
func worth(ramp []staffing.RampStep, since sample.Span) int64 {
	weeks, of, part := int(since/(7*24*sample.Hour)), -1, sample.PPM(0)
	for _, r := range ramp {
		if r.AfterWeeks <= weeks && r.AfterWeeks > of {
			of, part = r.AfterWeeks, r.Percent
		}
	}
	return int64(part)
}

// train adds what people of each shift may learn.
func (b *builder) train(t *v1alpha1.ReviewTeam) error {
	from := b.out.TrainFrom
	if b.out.TrainBeyondPlan {
		from = b.grid.Start
	}
	options, err := b.shifts(t, from)
	if err != nil {
		return err
	}
	for _, s := range b.lacking {
		for i, o := range options {
			if s.Team != t.Name || t.Spec.Shifts[i].Headcount <= 0 {
				continue
			}
			o.Kind, o.Language, o.HarmDomain = staffing.KindTraining, s.Language, s.HarmDomain
			if b.out.TrainBeyondPlan {
				o.From = b.out.TrainFrom
			}
			o.Cost, o.Limit = b.terms.TrainingTime, int(t.Spec.Shifts[i].Headcount)
			b.out.Train = append(b.out.Train, o)
		}
	}
	return nil
}

// keepOvertime takes the first ways of overtime that there are.
func (b *builder) keepOvertime() {
	slices.SortStableFunc(b.overtime, func(x, y staffing.Option) int { return int(min(max(x.From-y.From, -1), 1)) })
	b.out.Soon = append(b.out.Soon, b.overtime[:min(len(b.overtime), mostOvertime)]...)
}

// shifts are what one person more on each shift of a team would bring, from the first
// start of the shift at from or later on. A team with a schedule has none: its people are
// the workforce suite's. People on call are none either: they are called, not added.
func (b *builder) shifts(t *v1alpha1.ReviewTeam, from sample.Instant) ([]staffing.Option, error) {
	base, err := Team(t, b.now, b.grid)
	if err != nil || t.Spec.ScheduleRef != nil {
		return nil, err
	}
	in, err := supplyInput(t, b.now, b.grid)
	if err != nil {
		return nil, err
	}
	out := make([]staffing.Option, 0, len(t.Spec.Shifts))
	for i := range t.Spec.Shifts {
		if in.Shifts[i].OnCall {
			continue
		}
		more := t.DeepCopy()
		more.Spec.Shifts[i].Headcount++
		changed, err := Team(more, b.now, b.grid)
		if err != nil {
			return nil, err
		}
		first := max(from, b.grid.Start)
		if !b.terms.MidShift {
			first = staffing.FirstStart(&in, in.Shifts[i], from)
		}
		o := shiftOption(&base.Supply, &changed.Supply, b.grid, first)
		o.Team, o.Shift, o.Budgets = t.Name, string(t.Spec.Shifts[i].Name), moreBudgets(&base, &changed, o.Productive)
		out = append(out, o)
	}
	return out, nil
}

// shiftOption is the difference of two supplies from an instant on; nothing if that is 0.
func shiftOption(base, more *staffing.TeamSupply, grid staffing.Grid, from sample.Instant) staffing.Option {
	o := staffing.Option{Kind: staffing.KindHeadcount, Productive: make([]sample.Milli, grid.N), From: from, Until: grid.At(grid.N)}
	for k := range o.Productive {
		if from == 0 || grid.At(k+1) <= from {
			continue
		}
		a, b := base.Intervals[k], more.Intervals[k]
		o.Productive[k] = max(b.Productive-a.Productive, 0)
		o.Cost += sample.Span(sample.MulDiv(int64(max(b.Scheduled-a.Scheduled, 0)), int64(grid.Width), int64(sample.One)))
	}
	return o
}

// moreBudgets is what a team with one person more may look at besides, by limit of exposure and day:
// of a day on which that person is there for a part of the time, that part.
func moreBudgets(base, more *staffing.Team, productive []sample.Milli) [][]sample.Span {
	var out [][]sample.Span
	for e := range base.Exposure {
		days := make([]sample.Span, len(base.Exposure[e].Days))
		for d := range days {
			day := more.Exposure[e].Days[d]
			var there, all int64
			for k := day.From; k < day.To; k++ {
				there += int64(productive[k])
				all += int64(max(more.Supply.Intervals[k].Productive-base.Supply.Intervals[k].Productive, 0))
			}
			if all > 0 {
				extra := int64(max(day.Budget-base.Exposure[e].Days[d].Budget, 0))
				days[d] = sample.Span(sample.MulDiv(extra, min(there, all), all))
			}
		}
		out = append(out, days)
	}
	return out
}
