package staffing

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Trained is the input of a plan in which the people of a remedy of training have learnt what it
// says. From when on it helps they are a team of their own, which takes from the days' budgets of
// exposure the part that it has of the team's time.
func Trained(in Input, options []Option, m Remedy) Input {
	t := slices.IndexFunc(in.Teams, func(t Team) bool { return t.Name == m.Team })
	if t < 0 {
		return in
	}
	in.Teams = slices.Clone(in.Teams)
	skill := Skill{Team: m.Team, Language: m.Language, HarmDomain: m.HarmDomain}
	s := split{from: in.Teams[t], to: skill.learnt(&in.Teams[t])}
	s.to.Name += " (learnt)"
	s.to.Present = sample.Sample{} // those counted now are the team’s
	s.to.Supply.Intervals = make([]Heads, len(s.from.Supply.Intervals))
	s.from.Supply.Intervals = slices.Clone(s.from.Supply.Intervals)
	for _, k := range m.Options {
		s.move(options[k].Productive, m.Heads)
	}
	s.budgets(in.Teams[t].Supply.Intervals)
	in.Teams[t] = s.from
	in.Teams = append(in.Teams, s.to)
	return in
}

// split is a team that becomes two.
type split struct{ from, to Team }

// move has n people go over while they are on shift, of those who are there.
func (s *split) move(productive []sample.Milli, n int) {
	for i, heads := range productive[:min(len(productive), len(s.from.Supply.Intervals))] {
		from, to := &s.from.Supply.Intervals[i], &s.to.Supply.Intervals[i]
		heads = min(sample.Milli(n)*heads, from.Productive)
		if heads <= 0 {
			continue
		}
		scheduled := min(sample.Whole(int64(n)), from.Scheduled)
		from.Productive, to.Productive = from.Productive-heads, to.Productive+heads
		from.Scheduled, to.Scheduled = from.Scheduled-scheduled, to.Scheduled+scheduled
	}
}

// budgets divides each day's by the productive time of the two; before has that of both.
func (s *split) budgets(before []Heads) {
	s.from.Exposure, s.to.Exposure = slices.Clone(s.from.Exposure), slices.Clone(s.from.Exposure)
	for e := range s.from.Exposure {
		from, to := &s.from.Exposure[e], &s.to.Exposure[e]
		from.Days, to.Days = slices.Clone(from.Days), slices.Clone(from.Days)
		for d, day := range from.Days {
			var all, moved int64
			for i := day.From; i < min(day.To, len(before)); i++ {
				all, moved = all+int64(before[i].Productive), moved+int64(s.to.Supply.Intervals[i].Productive)
			}
			to.Days[d].Budget = 0
			if all > 0 {
				to.Days[d].Budget = sample.Span(sample.MulDiv(int64(day.Budget), moved, all))
			}
			from.Days[d].Budget = day.Budget - to.Days[d].Budget
		}
	}
}
