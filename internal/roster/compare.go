package roster

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modcap/modcap/internal/spell"
)

// Change is what a file would change of a team.
type Change struct {
	// Team with the lists as they would be; those that stay are as they were.
	Team Team
	// Words are the differences, in the order of the team's own lists.
	Words []string
	// Differs are the sheets whose list is another.
	Differs map[Sheet]bool
}

// Edit says how sheets are applied.
type Edit struct {
	// Files are at most one for each sheet.
	Files []*File
	// Prune removes what a team has and its file does not; without it that stays. It
	// reaches teams that the file names; and since a team may well have no calendar
	// and no cohorts, also those that the file of shifts beside it names.
	Prune bool
}

// Compare says what the files would change of the teams: those that differ, in the
// order of the teams. The problems, by sheet, are rows that name no team, and rows
// whose site or time zone is not the team's.
func (e Edit) Compare(teams []Team) (changes []Change, problems map[Sheet]Problems) {
	problems = map[Sheet]Problems{}
	meant := map[string]bool{}
	for _, f := range e.Files {
		for team := range f.teams {
			meant[team] = true
		}
		if p := f.check(teams); len(p) > 0 {
			problems[f.Sheet] = p.sorted()
		}
	}
	for _, t := range teams {
		if !meant[t.Name] {
			continue
		}
		if c := e.change(t); len(c.Words) > 0 {
			changes = append(changes, c)
		}
	}
	return changes, problems
}

func (e Edit) change(t Team) Change {
	c := Change{Team: t, Differs: map[Sheet]bool{}}
	for _, f := range e.Files {
		var words []string
		prune := e.prunes(f, t.Name)
		switch f.Sheet {
		case Shifts:
			c.Team.Shifts, words = merge("shift", t.Shifts, f.shiftsOf(t), prune)
		case Calendar:
			c.Team.Calendar, words = merge("calendar entry", t.Calendar, f.entriesOf(t), prune)
		case Cohorts:
			c.Team.Cohorts, words = merge("cohort", t.Cohorts, f.cohorts[t.Name], prune)
		}
		c.Words = append(c.Words, words...)
		c.Differs[f.Sheet] = len(words) > 0
	}
	return c
}

// shiftsOf are the rows of a team; without a column for duties, these are as they were.
func (f *File) shiftsOf(t Team) []Shift {
	rows := slices.Clone(f.shifts[t.Name])
	for i := range rows {
		if k := slices.IndexFunc(t.Shifts, func(s Shift) bool { return s.Name == rows[i].Name }); k >= 0 && !f.extra {
			rows[i].Duty = t.Shifts[k].Duty
		}
	}
	return rows
}

// entriesOf are the rows of a team; without a column for training, it is as it was.
func (f *File) entriesOf(t Team) []Entry {
	rows := slices.Clone(f.calendar[t.Name])
	for i := range rows {
		if k := slices.IndexFunc(t.Calendar, func(e Entry) bool { return e.Name == rows[i].Name }); k >= 0 && !f.extra {
			rows[i].Training = t.Calendar[k].Training
		}
	}
	return rows
}

func (e Edit) prunes(f *File, team string) bool {
	if _, named := f.teams[team]; named || !e.Prune {
		return e.Prune && named
	}
	return slices.ContainsFunc(e.Files, func(beside *File) bool {
		_, named := beside.teams[team]
		return named && beside.Sheet == Shifts
	})
}

// item is a row's value.
type item[T any] interface {
	key() string
	words() string
	differs(before T) (T, []string)
}

// merge puts the rows of a team into its list: what is there keeps its place, what is
// new comes after it in the order of the file.
func merge[T item[T]](kind string, list, rows []T, prune bool) (after []T, words []string) {
	wanted := map[string]T{}
	for _, r := range rows {
		wanted[r.key()] = r
	}
	have := map[string]bool{}
	for _, before := range list {
		name := before.key()
		have[name] = true
		now, there := wanted[name]
		switch {
		case there:
			now, d := now.differs(before)
			for _, text := range d {
				words = append(words, fmt.Sprintf("%s %s: %s", kind, name, text))
			}
			after = append(after, now)
		case prune:
			words = append(words, fmt.Sprintf("%s %s removed (it was %s)", kind, name, before.words()))
		default:
			after = append(after, before)
		}
	}
	for _, r := range rows {
		if !have[r.key()] {
			after = append(after, r)
			words = append(words, fmt.Sprintf("new %s %s: %s", kind, r.key(), r.words()))
		}
	}
	return after, words
}

// check holds what rows say of their team to the teams that there are. A team that
// does not exist is told once.
func (f *File) check(teams []Team) (problems Problems) {
	known := map[string]Team{}
	for _, t := range teams {
		known[t.Name] = t
	}
	for name, first := range f.teams {
		if _, ok := known[name]; !ok {
			problems = append(problems, Problem{first.line, "team", fmt.Sprintf("there is no team %s%s; import changes teams and "+
				"makes none (kubectl apply does, with a file as in docs/kinds/reviewteam.md)", name, nearest(name, teams))})
		}
	}
	for _, p := range f.places {
		if t, ok := known[p.team]; ok {
			problems = append(problems, f.fits(t, p)...)
		}
	}
	return problems
}

// fits holds a row to its team.
func (f *File) fits(t Team, p place) (problems Problems) {
	if t.Schedule != "" && f.Sheet == Shifts {
		return Problems{{p.line, "shift", t.scheduled() + ": change it there, and take the row out"}}
	}
	if p.site != "" && p.site != t.Site {
		problems = append(problems, Problem{p.line, "site", fmt.Sprintf("team %s sits in %s, and a roster moves no team: "+
			"correct the cell, or leave it empty", t.Name, t.Site)})
	}
	if p.timeZone != "" && p.timeZone != t.TimeZone {
		problems = append(problems, Problem{p.line, "time_zone", fmt.Sprintf("the times of team %s are meant in %s, and a roster does not "+
			"change that: correct the cell, or leave it empty", t.Name, t.TimeZone)})
	}
	return problems
}

func (t Team) scheduled() string {
	return fmt.Sprintf("team %s has no shifts, since its schedule comes from a workforce suite (ConfigMap %s)", t.Name, t.Schedule)
}

// nearest suggests the team whose name is closest.
func nearest(name string, teams []Team) string {
	names := make([]string, len(teams))
	for i, t := range teams {
		names[i] = t.Name
	}
	if best := spell.Nearest(name, names); best != "" {
		return ", the nearest is " + best
	}
	if len(names) == 0 {
		return ""
	}
	return ", there are " + strings.Join(names[:min(len(names), 5)], ", ")
}

// Resized is an edit that sets the headcount of one shift of a team, or what is wrong
// with it.
func (t Team) Resized(shift string, headcount int32) (Edit, error) {
	if headcount < 0 || headcount > mostPeople {
		return Edit{}, fmt.Errorf("a headcount is 0 to %d people, not %d", mostPeople, headcount)
	}
	if t.Schedule != "" {
		return Edit{}, fmt.Errorf("%s: change it there", t.scheduled())
	}
	i := slices.IndexFunc(t.Shifts, func(s Shift) bool { return s.Name == shift })
	if i < 0 {
		var names []string
		for _, s := range t.Shifts {
			names = append(names, s.Name)
		}
		return Edit{}, fmt.Errorf("team %s has no shift %s; it has %s", t.Name, shift, strings.Join(names, ", "))
	}
	s := t.Shifts[i]
	s.Headcount = headcount
	return Edit{Files: []*File{{
		Sheet: Shifts, teams: map[string]place{t.Name: {team: t.Name}}, shifts: map[string][]Shift{t.Name: {s}}, rows: 1,
	}}}, nil
}
