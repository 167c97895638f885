package quality

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Measure says how often decisions are wrong.
func Measure(in Input) Result {
	if in.Counts.Quality != sample.Fresh {
		return Result{Outcome: Unknown, Problems: []Problem{{Code: NotFresh, Cause: in.Counts.Cause}}, Seen: in.Before}
	}
	m := &measure{in: in, problems: map[Problem]bool{}}
	m.read()
	m.judge()
	m.gather()
	out := Result{Seen: m.seen, Until: m.until}
	out.Lines = m.told(func(c Cell) Cell { return c })
	out.Places = m.told(func(c Cell) Cell { c.Revision = ""; return c })
	totals := m.together(total)
	out.Reviewers = m.reviewers(totals)
	out.Totals = m.lines(totals)
	wanted := totals
	if in.Terms.Wanted.PerMarket {
		wanted = m.together(ofMarket)
		out.Totals = append(out.Totals, m.lines(wanted)...)
		worstFirst(out.Totals)
	}
	out.Needs = m.needs(wanted)
	out.Problems = m.found()
	switch {
	case len(out.Problems) > 0:
		out.Outcome = Unknown
	case slices.ContainsFunc(out.Needs, func(n Need) bool { return n.Wide() }):
		out.Outcome = TooFew
	default:
		out.Outcome = Measured
	}
	return out
}

func total(c Cell) Cell { return Cell{Label: c.Label, Verdict: c.Verdict, By: c.By} }

func ofMarket(c Cell) Cell {
	return Cell{Label: c.Label, Verdict: c.Verdict, By: c.By, Market: c.Market}
}

// counted is what was counted of a cell; a number without a row is not known.
type counted struct {
	sampled, labelled  int64
	isSampled, labeled bool
}

// measure is one Measure under way. A key is a Cell without rate and cohort.
type measure struct {
	in Input
	// checks are by key and cell, wrong by cell, and violated the labels that errors of machines'
	// allowed items are counted for, by revision.
	checks   map[Cell]map[Cell]*counted
	wrong    map[Cell]int64
	violated map[string]map[string]bool
	// seen are the cohorts, and counts those of them that count; late is the share of checks that
	// are missing of them.
	seen   []Seen
	counts map[sample.Instant]bool
	until  sample.Instant
	// full are the finest tallies, by key.
	full     map[Cell]*tally
	problems map[Problem]bool
}

// tally is what the checks of a line found, by rate.
type tally struct {
	key     Cell
	strata  map[sample.PPM]*stratum
	waiting int64
}

func keyOf(c Cell) Cell {
	c.Rate, c.Cohort = 0, 0
	return c
}

// read puts rows that are of one cell together: a query may split them further.
func (m *measure) read() {
	m.checks, m.wrong, m.violated = map[Cell]map[Cell]*counted{}, map[Cell]int64{}, map[string]map[string]bool{}
	cohorts := map[sample.Instant]*Seen{}
	each := func(rows []Row, take func(*Seen, Cell, int64)) {
		for _, r := range rows {
			if cohorts[r.Cohort] == nil {
				cohorts[r.Cohort] = &Seen{Cohort: r.Cohort}
			}
			take(cohorts[r.Cohort], r.Cell, max(r.N, 0))
		}
	}
	each(m.in.Counts.Sampled, func(s *Seen, at Cell, n int64) {
		c := m.counted(at)
		c.sampled, c.isSampled, s.Sampled = c.sampled+n, true, s.Sampled+n
	})
	each(m.in.Counts.Labelled, func(s *Seen, at Cell, n int64) {
		c := m.counted(at)
		c.labelled, c.labeled, s.Labelled = c.labelled+n, true, s.Labelled+n
	})
	each(m.in.Counts.Wrong, func(s *Seen, at Cell, n int64) {
		m.wrong[at] += n
		s.Wrong += n
		if at.By != Machine || at.Verdict != Allow {
			return
		}
		if m.violated[at.Revision] == nil {
			m.violated[at.Revision] = map[string]bool{}
		}
		m.violated[at.Revision][at.Label] = true
	})
	for _, s := range cohorts {
		m.seen = append(m.seen, *s)
	}
}

func (m *measure) counted(at Cell) *counted {
	key := keyOf(at)
	if m.checks[key] == nil {
		m.checks[key] = map[Cell]*counted{}
	}
	if m.checks[key][at] == nil {
		m.checks[key][at] = &counted{}
	}
	return m.checks[key][at]
}

func (m *measure) problem(c Code, label string) { m.problems[Problem{Code: c, Label: label}] = true }

// found are the problems, the gravest first, each with the first of its labels.
func (m *measure) found() (out []Problem) {
	for _, code := range []Code{CountersFell, NothingMatured, Contradicting, RowsMissing, LabelsLate} {
		var of []string
		for p := range m.problems {
			if p.Code == code {
				of = append(of, p.Label)
			}
		}
		if len(of) > 0 {
			out = append(out, Problem{Code: code, Label: slices.Min(of)})
		}
	}
	return out
}

// gather makes the finest tallies. Of what was sampled and labelled in cohorts that count there
// must be a row of errors; a line that lacks one, or whose rows contradict one another, is left out.
func (m *measure) gather() {
	m.full = map[Cell]*tally{}
	used := map[Cell]bool{}
	for key, cells := range m.checks {
		for _, label := range m.labelsOf(key) {
			line := key
			line.Label = label
			if t := m.tally(line, cells, used); t != nil {
				m.full[line] = t
			}
		}
	}
	for c, n := range m.wrong {
		if n > 0 && m.counts[c.Cohort] && !used[c] {
			m.problem(Contradicting, c.Label)
		}
	}
}

// labelsOf are the labels that errors of a key are counted for.
func (m *measure) labelsOf(key Cell) []string {
	if key.By != Machine || key.Verdict != Allow {
		return []string{key.Label}
	}
	var out []string
	for label := range m.violated[key.Revision] {
		out = append(out, label)
	}
	if len(out) == 0 {
		m.problem(RowsMissing, "")
	}
	return out
}

func (m *measure) tally(line Cell, cells map[Cell]*counted, used map[Cell]bool) *tally {
	t := &tally{key: line, strata: map[sample.PPM]*stratum{}}
	whole := true
	for cell, n := range cells {
		at := cell
		at.Label = line.Label
		used[at] = true
		if !m.counts[cell.Cohort] {
			if m.in.Now.Since(cell.Cohort) <= m.in.Terms.Window && cell.Cohort <= m.in.Now {
				t.waiting += n.sampled
			}
			continue
		}
		wrong, is := m.wrong[at]
		code := n.check(wrong, is)
		if code != "" {
			m.problem(code, line.Label)
			whole = false
			continue
		}
		t.add(cell.Rate, stratum{sampled: n.sampled, labelled: n.labelled, wrong: wrong})
		t.waiting += n.sampled - n.labelled
	}
	if !whole || (len(t.strata) == 0 && t.waiting == 0) {
		return nil
	}
	return t
}

// check says what is wrong with the numbers of a cell that counts.
func (n *counted) check(wrong int64, is bool) Code {
	switch {
	case n.isSampled && (!n.labeled || !is):
		return RowsMissing
	case n.labelled > n.sampled || wrong > n.labelled:
		return Contradicting
	}
	return ""
}

func (t *tally) add(rate sample.PPM, s stratum) {
	if t.strata[rate] == nil {
		t.strata[rate] = &stratum{}
	}
	of := t.strata[rate]
	of.sampled, of.labelled, of.wrong = of.sampled+s.sampled, of.labelled+s.labelled, of.wrong+s.wrong
	of.decided = float64(of.sampled) * float64(sample.AllPPM) / float64(max(rate, 1))
}

// together adds up the finest tallies whose keys become the same, in order.
func (m *measure) together(of func(Cell) Cell) []*tally {
	by := map[Cell]*tally{}
	for key, t := range m.full {
		k := of(key)
		if by[k] == nil {
			by[k] = &tally{key: k, strata: map[sample.PPM]*stratum{}}
		}
		by[k].waiting += t.waiting
		for rate, s := range t.strata {
			by[k].add(rate, *s)
		}
	}
	out := make([]*tally, 0, len(by))
	for _, t := range by {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b *tally) int { return compareKeys(a.key, b.key) })
	return out
}

func compareKeys(a, b Cell) int {
	return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Verdict, b.Verdict), cmp.Compare(a.By, b.By),
		cmp.Compare(a.Market, b.Market), cmp.Compare(a.Language, b.Language), cmp.Compare(a.Revision, b.Revision))
}

func (m *measure) told(of func(Cell) Cell) []Line { return m.lines(m.together(of)) }

// lines are those of tallies, the worst first.
func (m *measure) lines(all []*tally) []Line {
	out := make([]Line, 0, len(all))
	for _, t := range all {
		out = append(out, m.line(t))
	}
	worstFirst(out)
	return out
}

func worstFirst(all []Line) {
	slices.SortStableFunc(all, func(a, b Line) int {
		return cmp.Or(cmp.Compare(b.Lower, a.Lower), cmp.Compare(b.Estimate, a.Estimate), cmp.Compare(b.Upper, a.Upper))
	})
}
