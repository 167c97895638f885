package guard

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

const (
	// looks is how often the sample of moved items is judged at most: when as many are sampled as were to be,
	// and again when it has doubled. What is looked at is fixed by how many were sampled, and not by what
	// was found, so that to look at it daily while labels come in is to look once.
	looks = 4
	// firstLook is the share of alpha that the first look has; each later one has a fifth of the one before.
	firstLook = 0.8
	// rare is the part of the margin up to which a move need not be sampled: it is taken for as bad as can be.
	rare = 0.1
	// matureShare is the share of a cohort's samples that must be labelled, in percent.
	matureShare = 95
)

// tally is what is known of the items that made one move.
type tally struct {
	move                                Move
	items, sampled, labelled, violating int64
}

// look is the sample of a label's moved items that is judged.
type look struct {
	number  int // from 0
	items   int64
	tallies []tally
	due     map[Move]bool // the moves that must be sampled
	reason  Reason        // why there is none, or empty
}

// batch is the moved items of a label in a cohort, in all markets.
type batch struct {
	items   int64
	tallies map[Move]tally
}

// look finds the last sample of a label that is whole and matured.
func (j *judge) look(label string, margin sample.Milli) look {
	batches := j.moved[label]
	if batches == nil {
		return look{reason: ReasonNoData}
	}
	due := j.material(batches, margin)
	all, items := map[Move]tally{}, int64(0)
	out := look{reason: ReasonSampling}
	matured, target, number := true, j.discordant(), 0
	for _, cohort := range slices.Sorted(maps.Keys(batches)) {
		b := batches[cohort]
		items += b.items
		matured = matured && b.mature(j, cohort)
		for m, t := range b.tallies {
			all[m] = t.plus(all[m])
		}
		if len(due) == 0 || number == looks || !sampled(all, due, target) {
			continue
		}
		if !matured {
			return out.orMaturing()
		}
		out = look{number: number, items: items, tallies: sorted(all), due: due}
		number, target = number+1, target*2
	}
	if len(due) == 0 {
		return look{items: items, tallies: sorted(all)}
	}
	return out
}

// orMaturing is l, which is still waited for if it is the first.
func (l look) orMaturing() look {
	if l.reason == ReasonSampling {
		l.reason = ReasonMaturing
	}
	return l
}

// gather sorts what moved by label and cohort. A label without a row has no batches.
func (j *judge) gather() map[string]map[sample.Instant]batch {
	entered := map[sample.Instant]batch{}
	for _, e := range j.in.Counters.Entered {
		if j.counts(e.Cohort) {
			entered[e.Cohort] = batch{items: entered[e.Cohort].items + e.Items}
		}
	}
	out := map[string]map[sample.Instant]batch{}
	for _, m := range j.in.Counters.Moved {
		if !j.counts(m.Cohort) {
			continue
		}
		by := out[m.Label]
		if by == nil {
			by = maps.Clone(entered)
			out[m.Label] = by
		}
		b := by[m.Cohort]
		if b.tallies == nil {
			b.tallies = map[Move]tally{}
			by[m.Cohort] = b
		}
		b.tallies[m.Move] = tally{m.Move, m.Items, m.Sampled, m.Labelled, m.Violating}.plus(b.tallies[m.Move])
	}
	return out
}

// material are the moves that must be sampled: those that could take more than a small part of the margin.
func (j *judge) material(batches map[sample.Instant]batch, margin sample.Milli) map[Move]bool {
	var items int64
	moved := map[Move]int64{}
	for _, b := range batches {
		items += b.items
		for m, t := range b.tallies {
			moved[m] += t.items
		}
	}
	due := map[Move]bool{}
	for m, n := range moved {
		if items == 0 || atMost(n)*tenThousand/float64(items) > rare*margin.Float() {
			due[m] = true
		}
	}
	return due
}

// atMost is how many are to be expected where n were counted, if they come at random, at most: three
// standard deviations more, and five where there are next to none.
func atMost(n int64) float64 { return float64(n) + 3*math.Sqrt(float64(n)) + 5 }

func sampled(all map[Move]tally, due map[Move]bool, target int64) bool {
	for m := range due {
		if all[m].sampled < target {
			return false
		}
	}
	return true
}

func (b batch) mature(j *judge, cohort sample.Instant) bool {
	var sampled, labelled int64
	for _, t := range b.tallies {
		sampled, labelled = sampled+t.sampled, labelled+t.labelled
	}
	return j.mature(cohort, sampled, labelled)
}

func (t tally) plus(o tally) tally {
	return tally{t.move, t.items + o.items, t.sampled + o.sampled, t.labelled + o.labelled, t.violating + o.violating}
}

func sorted(all map[Move]tally) []tally {
	return slices.SortedFunc(maps.Values(all), func(a, b tally) int {
		return cmp.Or(cmp.Compare(a.move.From, b.move.From), cmp.Compare(a.move.To, b.move.To))
	})
}

// errs is how often an item of the stream's kind is in error if a revision does that with it.
func (j *judge) errs(s Stream, a Action) float64 {
	switch {
	case a == Review:
		return j.people[s]
	case (s.Kind == Leakage && a == Allow) || (s.Kind == Overkill && a == Act):
		return 1
	}
	return 0
}

// bounds are those of a stream on a look, at the levels for lower and upper.
func (j *judge) bounds(s *Watched, l look, low, high float64) Bounds {
	out := Bounds{Items: l.items}
	spend := firstLook * math.Pow(1-firstLook, float64(l.number))
	var up, down []part
	var estimate float64
	for _, t := range l.tallies {
		out.Moved, out.Sampled, out.Labelled = out.Moved+t.items, out.Sampled+t.sampled, out.Labelled+t.labelled
		p := part{weight: j.errs(s.Stream, t.move.To) - j.errs(s.Stream, t.move.From), x: t.violating, n: t.sampled}
		if s.Kind == Overkill {
			p.x = t.labelled - t.violating
		}
		share := float64(t.items) / float64(l.items)
		if t.labelled > 0 {
			estimate += p.weight * share * float64(p.x) / float64(t.labelled)
		}
		if !l.due[t.move] {
			p.x, p.n, share = 0, 0, min(atMost(t.items)/float64(l.items), 1)
		}
		p.weight *= share
		worse, better := p, p
		if missing := min(p.n, t.sampled-t.labelled); p.weight > 0 {
			worse.x += missing
		} else {
			better.x += missing
		}
		up, down = append(up, worse), append(down, better)
	}
	out.Estimate = perTenThousand(estimate)
	out.Upper, out.Lower = perTenThousand(upper(up, high*spend)), perTenThousand(lower(down, low*spend))
	return out
}
