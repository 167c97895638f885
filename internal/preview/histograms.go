package preview

import (
	"cmp"
	"math"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// Histograms are the scores of a time.
type Histograms struct {
	Hours float64
	All   []Histogram
}

// place is where items come from.
type place struct{ queue, market, language string }

func (p place) compare(o place) int {
	return cmp.Or(cmp.Compare(p.queue, o.queue), cmp.Compare(p.market, o.market), cmp.Compare(p.language, o.language))
}

// scored are the histograms of a label in a place, by what the other labels decide.
type scored map[v1.Action]*Histogram

// Count says what the change does to the items of the histograms. The error says why that cannot be told of them.
func (hs *Histograms) Count(c *Change) (*Tally, error) {
	e := &counting{
		change: c, tally: newTally(hs.Hours), places: map[place]map[string]scored{}, own: map[place][]float64{}, work: map[place][]Work{},
		looks: map[looked]*Histogram{}, alone: map[string]*Rules{},
	}
	for i := range hs.All {
		if err := e.take(&hs.All[i]); err != nil {
			return nil, err
		}
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	for _, name := range c.Labels {
		if err := e.label(name); err != nil {
			return nil, err
		}
	}
	e.together()
	return e.tally, nil
}

// counting is the state of one Count.
type counting struct {
	change *Change
	tally  *Tally
	places map[place]map[string]scored
	// own are the items of a place whose own verdict of a label changes, whatever their other labels decide.
	own map[place][]float64
	// work is what the items of a place are for people.
	work  map[place][]Work
	looks map[looked]*Histogram
	alone map[string]*Rules // of labels before the change
}

// looked names the histogram of what was looked at for quality.
type looked struct {
	place
	label string
	rest  v1.Action
	look  Look
}

func (e *counting) sorted() []place {
	out := make([]place, 0, len(e.places))
	for p := range e.places {
		out = append(out, p)
	}
	slices.SortFunc(out, place.compare)
	return out
}

// segment is a range of scores in which a label decides the same, before and after.
type segment struct {
	from, to      v1.PPM
	before, after v1.Verdict
}

// label counts what one label's change does, as if it were the only one.
func (e *counting) label(name string) error {
	was, is, err := e.change.alone(name)
	if err != nil {
		return err
	}
	for _, at := range e.sorted() {
		of := e.places[at][name]
		if of == nil {
			continue
		}
		changed := 0.0
		for _, s := range e.segments(name, at, was, is) {
			for rest := Unknown; rest <= v1.Act; rest++ {
				if h := of[rest]; h != nil {
					n := h.between(s.from, s.to)
					changed += n.High
					e.cut(h, s)
					e.move(name, at, s, restOf{rest, n})
				}
			}
		}
		e.own[at] = append(e.own[at], changed)
	}
	return nil
}

// cut notes the ends of a segment that cut a bucket.
func (e *counting) cut(h *Histogram, s segment) {
	for _, at := range []v1.PPM{s.from, s.to} {
		if k, cuts := h.cut(at); cuts {
			e.tally.cut(Cut{h.Label, at, h.lower(k), h.Edges[k]})
		}
	}
}

// alone are the rules of one label before and after; nil where it is not there.
func (c *Change) alone(name string) (was, is *Rules, err error) {
	if was, err = c.Before.alone(name); err != nil {
		return nil, nil, err
	}
	is, err = c.After.alone(name)
	return was, is, err
}

// segments are those in which a label's own verdict changes.
func (e *counting) segments(name string, at place, was, is *Rules) []segment {
	cuts := []v1.PPM{0}
	for _, r := range []*Rules{was, is} {
		if r != nil {
			cuts = append(cuts, r.thresholds()...)
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []segment
	for i, from := range cuts {
		s := segment{from: from, to: v1.AllPPM + 1, before: own(was, name, at, from), after: own(is, name, at, from)}
		if i+1 < len(cuts) {
			s.to = cuts[i+1]
		}
		if k := len(out) - 1; k >= 0 && out[k].to == from && out[k].before.Action == s.before.Action && out[k].after.Action == s.after.Action {
			out[k].to = s.to
			continue
		}
		if s.before.Action != s.after.Action {
			out = append(out, s)
		}
	}
	return out
}

// thresholds of all labels, in all markets.
func (r *Rules) thresholds() (out []v1.PPM) {
	for i := range r.Labels {
		l := &r.Labels[i]
		bands := []*v1.PPM{l.ActAt, l.ReviewAt}
		for _, o := range l.Overrides {
			bands = append(bands, o.ActAt, o.ReviewAt)
		}
		for _, b := range bands {
			if b != nil {
				out = append(out, *b)
			}
		}
	}
	return out
}

// own is the verdict of a label alone on a score; Allow where the policy does not have it.
func own(r *Rules, label string, at place, score v1.PPM) v1.Verdict {
	if r == nil {
		return v1.Verdict{Action: v1.Allow, Label: label}
	}
	item := v1.Item{Market: at.market, Language: at.language}
	return r.decide(r.queueOf(at.queue), item, []v1.Score{{Label: label, PPM: score}})
}

// restOf is a number of items whose other labels decide the same.
type restOf struct {
	rest v1.Action
	n    Estimate
}

// move counts items of a segment.
func (e *counting) move(label string, at place, s segment, r restOf) {
	switch r.rest {
	case v1.Act:
		return // whatever this label says
	case Unknown:
		e.bound(label, at, s, r.n)
		return
	}
	from, to := max(r.rest, s.before.Action), max(r.rest, s.after.Action)
	if from == to {
		e.tally.Shifts += r.n.Mid
		return
	}
	e.look(e.add(label, at, [2]v1.Action{from, to}, r.n), looked{place: at, label: label, rest: r.rest}, s)
	if r.rest == v1.Allow {
		e.flow(at, &s.before, r.n, false)
		e.flow(at, &s.after, r.n, true)
		return
	}
	// Another label asks for review too: whose class the item is in, histograms do not know. Nobody is taken away
	// for that; who is added is counted to this label's people, where it asks for them itself.
	switch {
	case to != v1.Review:
		e.tally.Unplaced = e.tally.Unplaced.minus(r.n)
	case s.after.Action == v1.Review:
		e.flow(at, &s.after, r.n, true)
	default:
		e.tally.Unplaced = e.tally.Unplaced.plus(r.n)
	}
}

// look adds what was found of those who were looked at of a segment, which stand for its items.
func (e *counting) look(c *Count, l looked, s segment) {
	l.look = Violating
	bad := e.looks[l]
	l.look = Benign
	good := e.looks[l]
	var violating, benign float64
	if bad != nil {
		violating = bad.between(s.from, s.to).Mid
	}
	if good != nil {
		benign = good.between(s.from, s.to).Mid
	}
	if violating+benign >= 1 {
		c.look(violating+benign, violating, 1)
	}
}

func (e *counting) add(label string, at place, turn [2]v1.Action, n Estimate) *Count {
	c := e.tally.count(Where{at.queue, label, at.market, at.language, turn[0], turn[1]})
	c.Estimate = c.plus(n)
	c.Squares += n.Mid
	return c
}

func (e *counting) flow(at place, v *v1.Verdict, n Estimate, added bool) {
	w, people := workOf(v)
	if !people {
		return
	}
	f := e.tally.flow(w)
	f.Squares += n.Mid
	e.work[at] = append(e.work[at], w)
	if added {
		f.Added = f.Added.plus(n)
	} else {
		f.Removed = f.Removed.plus(n)
	}
}

// bound counts items of which it is not known what their other labels decide: between none that the others leave, and
// all.
func (e *counting) bound(label string, at place, s segment, n Estimate) {
	e.tally.Bounds = true
	reviewed, acted := e.others(label, at)
	between := func(low, high float64) Estimate {
		low = max(low, 0)
		high = max(high, low)
		return Estimate{low, (low + high) / 2, high, true}
	}
	a, b := s.before.Action, s.after.Action
	alone := between(n.Low-reviewed, n.High)
	if min(a, b) == v1.Review { // review or act, so that other labels' review changes nothing
		alone = between(n.Low-acted, n.High)
	} else if max(a, b) == v1.Act {
		e.add(label, at, [2]v1.Action{max(a, v1.Review), max(b, v1.Review)}, between(0, min(n.High, reviewed)))
	}
	e.add(label, at, [2]v1.Action{a, b}, alone)
	e.flow(at, &s.before, alone, false)
	e.flow(at, &s.after, alone, true)
}

// others are at most so many items that another label sends to people or acts on, and those that one acts on.
func (e *counting) others(label string, at place) (reviewed, acted float64) {
	for _, l := range e.change.Before.Labels {
		if l.Name == label {
			continue
		}
		h := e.places[at][l.Name][Unknown]
		rules := e.before(l.Name)
		if h == nil || rules == nil {
			return math.Inf(1), math.Inf(1)
		}
		cuts := append(rules.thresholds(), 0)
		slices.Sort(cuts)
		for i, from := range cuts {
			to := v1.AllPPM + 1
			if i+1 < len(cuts) {
				to = cuts[i+1]
			}
			switch n := h.between(from, to).High; own(rules, l.Name, at, from).Action {
			case v1.Act:
				acted += n
				fallthrough
			case v1.Review:
				reviewed += n
			}
		}
	}
	return reviewed, acted
}

// before are the rules of a label alone before the change, made once; nil where they cannot be.
func (e *counting) before(label string) *Rules {
	r, made := e.alone[label]
	if !made {
		r, _ = e.change.Before.alone(label) // what is wrong with one label was wrong with all
		e.alone[label] = r
	}
	return r
}

// together widens what several labels that change together may have in common: an item that two of them decide
// otherwise may be counted twice, or, where each alone would have left it, not at all.
func (e *counting) together() {
	for _, at := range e.sorted() {
		e.items(at)
		bound := 0.0
		for i, a := range e.own[at] {
			for _, b := range e.own[at][:i] {
				bound += min(a, b)
			}
		}
		if bound == 0 {
			continue
		}
		e.tally.Together += bound
		for w, c := range e.tally.Moves {
			if (place{w.Queue, w.Market, w.Language}) == at {
				c.Estimate = c.by(bound)
			}
		}
		slices.SortFunc(e.work[at], Work.compare)
		for _, w := range slices.Compact(e.work[at]) {
			f := e.tally.Work[w]
			f.Added, f.Removed = f.Added.by(bound), f.Removed.by(bound)
		}
	}
}

// items counts all that came to a place, which is known where some label has a histogram of all items.
func (e *counting) items(at place) {
	most := 0.0
	for _, of := range e.places[at] {
		sum := 0.0
		for _, h := range of {
			sum += h.total()
		}
		if of[v1.Act] != nil || of[Unknown] != nil {
			most = max(most, sum)
		}
	}
	e.tally.Items += most
}
