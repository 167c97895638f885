package platform

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/internal/draw"
)

// Arms and kinds of errors, in the words of docs/metrics-contract.md.
const (
	armStable, armCandidate   = "Stable", "Candidate"
	kindLeakage, kindOverkill = "Leakage", "Overkill"
	maturePercent             = 95  // of the samples of a cohort that have been looked at
	checkVariation            = 0.5 // coefficient of variation of the time until then
	checkSeed                 = 0x63686563
	noMarket                  = "none"
)

// rollout is what is counted of a change while the documents carry it beside what it
// replaces.
type rollout struct {
	policy, revision string
	over             bool
	// changed are the moves that each label can make by which the revisions differ.
	changed map[string][]moveKey
	// decided is when the change first decided an item of a market.
	decided map[string]time.Duration
	begin   time.Duration // of the first cohort
	cohorts []*cohort
}

// cohort is what was decided in one interval.
type cohort struct {
	begin   time.Duration
	matured time.Duration // when enough of it had been looked at, or never
	cells   map[string]*cell
}

// cell is a cohort of a market.
type cell struct {
	entered, candidate int64
	moved              map[moveKey]*movedCount
	strata             map[stratumKey]*stratumCount
}

// moveKey names what moves.
type moveKey struct {
	label    string
	from, to v1.Action
}

type movedCount struct{ items, sampled, labelled, violating int64 }

// stratumKey names what is sampled at one rate.
type stratumKey struct {
	arm  string
	rate v1.PPM
}

type stratumCount struct {
	sampled, labelled int64
	errors            map[errorKey]int64
}

type errorKey struct{ label, kind string }

// inspection is a sample that somebody looks at later.
type inspection struct {
	at     time.Duration
	number uint64
	count  func()
}

func byInspection(a, b *inspection) bool { return a.at < b.at || a.at == b.at && a.number < b.number }

// compare takes over by what the queues decide, and which have two revisions. What no
// queue compares any more is over.
func (w *World) compare(r Router) {
	now := map[*rollout]bool{}
	for _, q := range w.queues {
		q.document, q.rollout = nil, nil
		d, ok := r.Document(q.Name)
		if !ok {
			continue
		}
		q.document = d
		if len(d.Revisions) > 1 && w.config.Rollouts.Cohort > 0 {
			q.rollout = w.rolloutOf(d)
			now[q.rollout] = true
		}
	}
	for _, ro := range w.rollouts {
		ro.over = ro.over || !now[ro]
	}
}

// rolloutOf is the rollout that a document is part of. Its cohorts begin with the whole
// second in which it was seen first.
func (w *World) rolloutOf(d *v1.PolicyDocument) *rollout {
	stable, change := &d.Revisions[0], &d.Revisions[1]
	i := slices.IndexFunc(w.rollouts, func(ro *rollout) bool {
		return !ro.over && ro.policy == d.Policy && ro.revision == change.Name
	})
	if i < 0 {
		begin := w.epoch.Add(w.now).Truncate(time.Second).Sub(w.epoch)
		i, w.rollouts = len(w.rollouts), append(w.rollouts, &rollout{
			policy: d.Policy, revision: change.Name, changed: map[string][]moveKey{}, decided: map[string]time.Duration{}, begin: begin,
		})
	}
	ro := w.rollouts[i]
	for label, moves := range changes(stable, change) {
		for _, m := range moves {
			if !slices.Contains(ro.changed[label], m) {
				ro.changed[label] = append(ro.changed[label], m)
			}
		}
	}
	return ro
}

// compared counts an item that was decided by its scores: these, what two revisions
// decide otherwise, and samples, which are sent to be looked at.
func (w *World) compared(it *item, v *v1.Verdict) {
	if it.in.pool == nil {
		return
	}
	w.keep(it)
	labels := it.in.labels(v.Revision)
	w.observe(it, "", labels)
	count := func(bool) {}
	if it.in.rollout != nil {
		count = w.inRollout(it.in.rollout, it, v)
	}
	if v.QASample && w.config.Rollouts.Checks.Delay > 0 {
		w.send(it, func(found bool) {
			count(found)
			w.observe(it, strconv.FormatBool(found), labels)
		})
	}
}

// labels are those of the revision that decided.
func (q *queue) labels(revision string) []v1.Label {
	if q.document == nil {
		return nil
	}
	for i := range q.document.Revisions {
		if r := &q.document.Revisions[i]; r.Name == revision {
			return r.Labels
		}
	}
	return nil
}

// inRollout counts an item that both revisions were evaluated on, and says how its random
// sample is counted, if there is one.
func (w *World) inRollout(ro *rollout, it *item, v *v1.Verdict) func(found bool) {
	market := cmp.Or(it.v1.Market, noMarket)
	c := w.cohortOf(ro).cell(market, ro)
	c.entered++
	arm := armStable
	if v.Revision == ro.revision {
		arm = armCandidate
		c.candidate++
		if _, known := ro.decided[market]; !known {
			ro.decided[market] = w.now
		}
	}
	if v.Moved != (v1.Move{}) {
		m := c.move(moveKey{v.Moved.Label, v.Moved.From, v.Moved.To})
		m.items++
		if v.Moved.Sample {
			m.sampled++
			w.send(it, func(found bool) { m.look(found) })
		}
	}
	if !v.QASample {
		return func(bool) {}
	}
	s := c.stratum(stratumKey{arm, v.QARate}, ro)
	s.sampled++
	action, label, domain := v.Action, v.Label, w.labelOf(it)
	return func(found bool) { s.look(action, label, domain, found) }
}

// labelOf is the label of the item's domain; empty if it is harmless or no label has it.
func (w *World) labelOf(it *item) string {
	for _, l := range it.from.Labels {
		if l.Domain == it.v1.HarmDomain {
			return l.Name
		}
	}
	return ""
}

// send has somebody look at an item after a while. What is found is drawn now, from a
// generator of the item's own, so that it does not change what else is drawn.
func (w *World) send(it *item, count func(found bool)) {
	checks := &w.config.Rollouts.Checks
	w.pcg.Seed(w.seed^checkSeed, it.number)
	right := checks.Clears
	if it.violating() {
		right = checks.Finds
	}
	found := it.violating() == (w.scoring.Float64() < right)
	after := time.Duration(draw.Lognormal(w.scoring, float64(checks.Delay), checkVariation))
	w.checks.push(&inspection{at: w.now + after, number: it.number, count: func() { count(found) }})
}

// violating is whether the item is, whatever the scores say.
func (it *item) violating() bool { return it.v1.HarmDomain != "" }

func (m *movedCount) look(found bool) {
	m.labelled++
	if found {
		m.violating++
	}
}

// look counts an error of a label that the revisions differ by. What people decided they
// decided rightly.
func (s *stratumCount) look(action v1.Action, label, domain string, found bool) {
	s.labelled++
	key := errorKey{label, kindOverkill}
	if found {
		key = errorKey{domain, kindLeakage}
	}
	if _, counted := s.errors[key]; counted && action == map[bool]v1.Action{true: v1.Allow, false: v1.Act}[found] {
		s.errors[key]++
	}
}

// inspect does the looks that are due, and notes which cohorts have matured by them.
func (w *World) inspect() {
	for w.checks.len() > 0 && w.checks.first().at <= w.now {
		w.checks.pop().count()
	}
	for _, ro := range w.rollouts {
		for _, c := range ro.cohorts {
			if c.matured == never && c.begin+w.config.Rollouts.Cohort <= w.now && c.mature() {
				c.matured = w.now
			}
		}
	}
}

func (c *cohort) mature() bool {
	var sampled, labelled int64
	for _, one := range c.cells {
		for _, m := range one.moved {
			sampled, labelled = sampled+m.sampled, labelled+m.labelled
		}
	}
	return labelled*100 >= sampled*maturePercent
}

// cohortOf is the cohort of what is decided now.
func (w *World) cohortOf(ro *rollout) *cohort {
	length := w.config.Rollouts.Cohort
	begin := w.now - (w.now-ro.begin)%length
	if n := len(ro.cohorts); n > 0 && ro.cohorts[n-1].begin == begin {
		return ro.cohorts[n-1]
	}
	c := &cohort{begin: begin, matured: never, cells: map[string]*cell{}}
	ro.cohorts = append(ro.cohorts, c)
	return c
}

// cell of a market. A label that differs has a row from the first item on, 0 if nothing
// moved by it.
func (c *cohort) cell(market string, ro *rollout) *cell {
	one := c.cells[market]
	if one == nil {
		one = &cell{moved: map[moveKey]*movedCount{}, strata: map[stratumKey]*stratumCount{}}
		c.cells[market] = one
		for _, moves := range ro.changed {
			for _, m := range moves {
				one.move(m)
			}
		}
	}
	return one
}

func (c *cell) move(k moveKey) *movedCount {
	m := c.moved[k]
	if m == nil {
		m = &movedCount{}
		c.moved[k] = m
	}
	return m
}

// stratum of a key, with a row of 0 for each error that is looked for.
func (c *cell) stratum(k stratumKey, ro *rollout) *stratumCount {
	s := c.strata[k]
	if s == nil {
		s = &stratumCount{errors: map[errorKey]int64{}}
		c.strata[k] = s
		for label := range ro.changed {
			s.errors[errorKey{label, kindLeakage}], s.errors[errorKey{label, kindOverkill}] = 0, 0
		}
	}
	return s
}

// changes are the moves that are possible between two revisions, by label. A label that
// only one of them has decides nothing in the other.
func changes(stable, change *v1.Revision) map[string][]moveKey {
	byName := map[string][2]*v1.Label{}
	for side, r := range []*v1.Revision{stable, change} {
		for i := range r.Labels {
			both := byName[r.Labels[i].Name]
			both[side] = &r.Labels[i]
			byName[r.Labels[i].Name] = both
		}
	}
	out := map[string][]moveKey{}
	for name, both := range byName {
		markets := map[string]bool{"": true}
		for _, l := range both {
			for _, o := range overridesOf(l) {
				for _, m := range o.Markets {
					markets[m] = true
				}
			}
		}
		for _, market := range slices.Sorted(maps.Keys(markets)) {
			for _, m := range bandIn(both[0], market).turns(bandIn(both[1], market)) {
				if m.label = name; !slices.Contains(out[name], m) {
					out[name] = append(out[name], m)
				}
			}
		}
	}
	return out
}

func overridesOf(l *v1.Label) []v1.Override {
	if l == nil {
		return nil
	}
	return l.Overrides
}

// band is where a label begins to ask people, and to act; beyond AllPPM for never.
type band struct{ review, act v1.PPM }

func bandIn(l *v1.Label, market string) band {
	if l == nil {
		return bandOf(nil, nil)
	}
	for _, o := range l.Overrides {
		if slices.Contains(o.Markets, market) {
			return bandOf(o.ReviewAt, o.ActAt)
		}
	}
	return bandOf(l.ReviewAt, l.ActAt)
}

func bandOf(review, act *v1.PPM) band {
	b := band{v1.AllPPM + 1, v1.AllPPM + 1}
	if review != nil {
		b.review = *review
	}
	if act != nil {
		b.act = *act
	}
	return b
}

func (b band) action(score v1.PPM) v1.Action {
	switch {
	case score >= b.act:
		return v1.Act
	case score >= b.review:
		return v1.Review
	}
	return v1.Allow
}

// turns are the moves between two bands: at each edge of either another begins.
func (b band) turns(to band) (out []moveKey) {
	for _, score := range []v1.PPM{0, b.review, b.act, to.review, to.act} {
		m := moveKey{from: b.action(score), to: to.action(score)}
		if score <= v1.AllPPM && m.from != m.to && !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}
