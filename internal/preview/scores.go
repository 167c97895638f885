package preview

import (
	v1 "github.com/modcap/modcap/api/routing/v1"
)

// Scores are items with the scores of all their labels.
type Scores struct {
	// Labels are those that rows have scores of.
	Labels []string
	// Versions are the model versions of these scores; empty where they are not told.
	Versions []string
	Rows     []Row
	scores   []v1.PPM // of one row after the other
	// Timed says that rows have a time, Looked that some say whether they violate.
	Timed, Looked bool
}

// Row is an item, or several that are alike.
type Row struct {
	Queue, Market, Language string
	// Weight is how many items the row stands for.
	Weight float64
	// At is seconds since the epoch; 0 where rows have no time.
	At int64
	// Violating is what a look for quality found.
	Violating Look
}

// Look is what somebody found who looked at an item for quality.
type Look uint8

// Looks.
const (
	NotLooked Look = iota
	Benign
	Violating
)

// NoScore stands for a score that an item does not have.
const NoScore v1.PPM = -1

// Of are the scores of row i, by label.
func (s *Scores) Of(i int) []v1.PPM {
	n := len(s.Labels)
	return s.scores[i*n : (i+1)*n]
}

// Add appends a row with its scores, in the order of Labels.
func (s *Scores) Add(r Row, scores ...v1.PPM) {
	s.Rows = append(s.Rows, r)
	s.scores = append(s.scores, scores...)
	s.Looked = s.Looked || r.Violating != NotLooked
}

// Untold are the labels of which no row says of which model version its score is.
func (s *Scores) Untold() (out []string) {
	for k, v := range s.Versions {
		if v == "" {
			out = append(out, s.Labels[k])
		}
	}
	return out
}

// Window is the rows from one second to another, the last not included.
type Window struct {
	From, To int64
	Hours    float64
}

func (w Window) has(at int64) bool { return at >= w.From && at < w.To }

const (
	hour = int64(3600)
	day  = 24 * hour
)

// Windows are the last day of the rows, and the same hours a week before; false where the rows do not reach as far, and
// all of them are one.
func (s *Scores) Windows() (last, before Window, both bool) {
	if !s.Timed || len(s.Rows) == 0 {
		return Window{From: 0, To: 1}, Window{}, false
	}
	from, to := s.Rows[0].At, s.Rows[0].At
	for i := range s.Rows {
		from, to = min(from, s.Rows[i].At), max(to, s.Rows[i].At)
	}
	to++
	if from > to-7*day {
		return Window{from, to, float64(to-from) / float64(hour)}, Window{}, false
	}
	last = Window{to - day, to, 24}
	week := Window{last.From - 7*day, last.To - 7*day, 24}
	// Rows that begin within the day of the week before are its end only: the same hours of both are compared.
	if from > week.From {
		late := from - week.From
		week.From, last.From = from, last.From+late
		week.Hours = float64(week.To-week.From) / float64(hour)
		last.Hours = week.Hours
	}
	return last, week, true
}

// Count says what the change does to the items of a window.
func (s *Scores) Count(c *Change, w Window) *Tally {
	t := newTally(w.Hours)
	scores := make([]v1.Score, 0, len(s.Labels))
	for i := range s.Rows {
		r := &s.Rows[i]
		if !w.has(r.At) {
			continue
		}
		scores = scores[:0]
		for k, p := range s.Of(i) {
			if p != NoScore {
				scores = append(scores, v1.Score{Label: s.Labels[k], PPM: p})
			}
		}
		queue := c.After.queueOf(r.Queue)
		if !c.After.takes(queue, r.Market) {
			t.Elsewhere += r.Weight
			continue
		}
		item := v1.Item{Market: r.Market, Language: r.Language}
		before, after := c.Before.decide(queue, item, scores), c.After.decide(queue, item, scores)
		t.row(r, &before, &after)
	}
	return t
}

// row counts one row.
func (t *Tally) row(r *Row, before, after *v1.Verdict) {
	t.Rows++
	t.Items += r.Weight
	square := r.Weight * r.Weight
	if before.Action != after.Action {
		c := t.count(Where{r.Queue, graver(before, after), r.Market, r.Language, before.Action, after.Action})
		c.Estimate = c.plus(exactly(r.Weight))
		c.Squares += square
		if r.Violating != NotLooked {
			c.look(1, is(r.Violating == Violating), r.Weight)
		}
	}
	from, had := workOf(before)
	to, has := workOf(after)
	if had == has && (!has || from == to) {
		return
	}
	if had {
		f := t.flow(from)
		f.Removed, f.Squares = f.Removed.plus(exactly(r.Weight)), f.Squares+square
	}
	if has {
		f := t.flow(to)
		f.Added, f.Squares = f.Added.plus(exactly(r.Weight)), f.Squares+square
	}
}
