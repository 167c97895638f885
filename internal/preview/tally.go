package preview

import (
	"cmp"
	"math"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// Where says which items move: those of a queue, market and language, by the label that decides the graver of the two
// verdicts.
type Where struct {
	Queue    string
	Label    string
	Market   string
	Language string
	From, To v1.Action
}

func (w Where) compare(o Where) int {
	return cmp.Or(cmp.Compare(w.Queue, o.Queue), cmp.Compare(w.Label, o.Label), cmp.Compare(w.Market, o.Market),
		cmp.Compare(w.Language, o.Language), cmp.Compare(w.From, o.From), cmp.Compare(w.To, o.To))
}

// Work is a class of items that people decide, and the stream of the queue that does. Without a stream nobody does.
type Work struct {
	v1.Class
	Stream string
}

func (w Work) compare(o Work) int {
	return cmp.Or(cmp.Compare(w.Queue, o.Queue), cmp.Compare(w.Stream, o.Stream), cmp.Compare(w.Language, o.Language),
		cmp.Compare(w.HarmDomain, o.HarmDomain), cmp.Compare(w.Tier, o.Tier))
}

// Tally is what a change does to the items of a time. All are items, not rates.
type Tally struct {
	// Hours is how long the items took to come; 0 if that is not known.
	Hours float64
	// Rows are scores or buckets that were read.
	Rows int
	// Items that came; 0 if that is not known.
	Items float64
	// Elsewhere are items of markets that their queue does not take: they are left out.
	Elsewhere float64
	Moves     map[Where]*Count
	Work      map[Work]*Flow
	// Shifts are items that people decide before and after, of which some may go to other people than before.
	Shifts float64
	// Unplaced are items that come to people, or no longer do, of whom it is not known who they are.
	Unplaced Estimate
	// Bounds says that histograms did not know what the items' other labels decide, so that there are bounds only.
	Bounds bool
	// Together is the most by which any number may differ because several labels change together.
	Together float64
	// Cuts are the bands that lie within a bucket and not on its edge, in order.
	Cuts []Cut
}

// Cut is a band of a label within a bucket.
type Cut struct {
	Label        string
	At, From, To v1.PPM
}

func (c Cut) compare(o Cut) int {
	return cmp.Or(cmp.Compare(c.Label, o.Label), cmp.Compare(c.At, o.At))
}

// cut notes one; of several buckets that a band cuts, in other places, the first stands for all.
func (t *Tally) cut(c Cut) {
	if i, found := slices.BinarySearchFunc(t.Cuts, c, Cut.compare); !found {
		t.Cuts = slices.Insert(t.Cuts, i, c)
	}
}

// Count is a number of items that move.
type Count struct {
	Estimate
	// Squares is the sum of the squares of their weights, by which chance is judged.
	Squares float64
	// Looked is how many of them somebody looked at for quality. Those looks stand for so many items, of which so
	// many violate.
	Looked                       float64
	seen, seenSquares, violating float64
}

// look takes in looks at so many items, each standing for weight, of which some violate.
func (c *Count) look(looks, violating, weight float64) {
	c.Looked += looks
	c.seen += looks * weight
	c.seenSquares += looks * weight * weight
	c.violating += violating * weight
}

// Flow is what comes to a class of work, and what no longer does.
type Flow struct {
	Added, Removed Estimate
	Squares        float64
}

func newTally(hours float64) *Tally {
	return &Tally{Hours: hours, Moves: map[Where]*Count{}, Work: map[Work]*Flow{}}
}

func (t *Tally) count(w Where) *Count {
	c := t.Moves[w]
	if c == nil {
		c = &Count{}
		t.Moves[w] = c
	}
	return c
}

func (t *Tally) flow(w Work) *Flow {
	f := t.Work[w]
	if f == nil {
		f = &Flow{}
		t.Work[w] = f
	}
	return f
}

func (t *Tally) moves() []Where {
	out := make([]Where, 0, len(t.Moves))
	for w := range t.Moves {
		out = append(out, w)
	}
	slices.SortFunc(out, Where.compare)
	return out
}

func (t *Tally) works() []Work {
	out := make([]Work, 0, len(t.Work))
	for w := range t.Work {
		out = append(out, w)
	}
	slices.SortFunc(out, Work.compare)
	return out
}

// chance is what a count may differ by in another time of the same length, in nineteen of twenty: items come one by one.
func chance(squares float64) float64 { return 1.96 * math.Sqrt(squares) }

// What items and squares come to of which the normal interval is too narrow, and by how many of them it is, at most.
const (
	few      = 30
	fewLacks = 2.61
)

// byChance is chance for a number of rows that may be small: the interval reaches as far as that of Poisson's distribution.
func byChance(items, squares float64) float64 {
	out := chance(squares)
	if items > 0 && items*items < few*squares {
		out += fewLacks * squares / items
	}
	return out
}

// graver is the label that decides the graver of two verdicts.
func graver(before, after *v1.Verdict) string {
	if after.Action > before.Action {
		return after.Label
	}
	return before.Label
}

// workOf is the work that a verdict makes; false where nobody looks at the item.
func workOf(v *v1.Verdict) (Work, bool) {
	if v.Action == v1.Allow || v.Action == v1.Act && !v.Escalated || v.Action == v1.Unmatched {
		return Work{}, false
	}
	return Work{v.Class, v.Stream}, true
}
