package rollout

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/sample"
)

// RereviewState says whether people still look at items again, in the words of the API.
type RereviewState string

// States of a re-review.
const (
	RereviewOpen      RereviewState = "Open"
	RereviewDone      RereviewState = "Done"
	RereviewDismissed RereviewState = "Dismissed"
)

// How much of a re-review is remembered.
const (
	maxRevisions = 4
	maxWork      = 8
)

// Rereview is what people look at again after a change was taken back.
type Rereview struct {
	// Revisions decided the items, the last one first.
	Revisions  []string
	State      RereviewState
	Since, Due sample.Instant
	// Items in all, and those left of them.
	Items, Left int64
	Work        []Work
	// Ended is when it was done or dismissed, By on whose order or by what.
	Ended      sample.Instant
	By, Reason string
}

// Work are items of one harm domain and market; an empty market is several.
type Work struct {
	HarmDomain, Market string
	Items              int64
}

// Progress is what is known of a re-review besides its memory.
type Progress struct {
	Now sample.Instant
	// Counted are the items that a series says were looked at again, of all its revisions;
	// only Fresh numbers count.
	Counted sample.Sample
	// Done are those that overrides of type Rework say are done, and By the first of these.
	Done int64
	By   string
	// Orders are the decisions in force.
	Orders []Order
}

// Begin opens the re-review of what a revision decided. What is left of an earlier one
// goes on with it; nothing to look at leaves the earlier one as it was.
func Begin(before *Rereview, revision string, since, due sample.Instant, work []Work) *Rereview {
	out := &Rereview{Revisions: []string{revision}, State: RereviewOpen, Since: since, Due: due, Work: slices.Clone(work)}
	switch {
	case before == nil:
	case before.State != RereviewOpen && slices.Contains(before.Revisions, revision):
		// It was tried again: what counts its items has counted those of the first time already.
		out.Items = before.Items - before.Left
	case before.State == RereviewOpen:
		earlier := slices.DeleteFunc(slices.Clone(before.Revisions), func(r string) bool { return r == revision })
		out.Revisions = append(out.Revisions, earlier...)
		out.Revisions = out.Revisions[:min(len(out.Revisions), maxRevisions)]
		out.Work = append(out.Work, before.Work...)
		out.Items, out.Left = before.Items, before.Left
	}
	var more int64
	for _, w := range work {
		more += max(w.Items, 0)
	}
	if more == 0 {
		return before
	}
	out.Items, out.Left = out.Items+more, out.Left+more
	out.Work = squeezed(out.Work)
	return out
}

// squeezed is work in as few lines as are remembered: lines of one kind as one, then the
// markets of a harm domain together, then the smallest with the largest.
func squeezed(work []Work) []Work {
	work = together(work)
	if len(work) > maxWork {
		for i := range work {
			work[i].Market = ""
		}
		work = together(work)
	}
	for len(work) > maxWork {
		work[0].Items += work[len(work)-1].Items
		work = work[:len(work)-1]
	}
	return work
}

// together adds up lines of one kind, the most first, and leaves out those of nothing.
func together(work []Work) (out []Work) {
	for _, w := range work {
		i := slices.IndexFunc(out, func(o Work) bool { return o.HarmDomain == w.HarmDomain && o.Market == w.Market })
		switch {
		case w.Items <= 0:
		case i < 0:
			out = append(out, w)
		default:
			out[i].Items += w.Items
		}
	}
	slices.SortFunc(out, func(a, b Work) int {
		return cmp.Or(cmp.Compare(b.Items, a.Items), cmp.Compare(a.HarmDomain, b.HarmDomain), cmp.Compare(a.Market, b.Market))
	})
	return out
}

// Look is the re-review as it stands. What is left only falls, and what has ended stays so,
// whatever comes of the numbers and overrides by which it did.
func (r Rereview) Look(p Progress) Rereview {
	if r.State != RereviewOpen {
		return r
	}
	for _, o := range p.Orders {
		if o.Action == Dismiss && len(r.Revisions) > 0 && o.Revision == r.Revisions[0] {
			r.State, r.Ended, r.By, r.Reason = RereviewDismissed, p.Now, o.By, o.Reason
			return r
		}
	}
	done, by := max(p.Done, 0), "CapacityOverride "+p.By
	if p.Counted.Fresh() && int64(p.Counted.Value/sample.One) > done {
		done, by = int64(p.Counted.Value/sample.One), "metrics.rereviewed"
	}
	r.Left = min(r.Left, rounded(max(r.Items-done, 0)))
	if r.Left <= 0 {
		r.State, r.Ended, r.By = RereviewDone, p.Now, by
	}
	return r
}

// rounded is a number in two significant digits, rounded up.
func rounded(n int64) int64 {
	unit := int64(1)
	for n/unit >= 100 {
		unit *= 10
	}
	return (n + unit - 1) / unit * unit
}

// Decided is how many of some moved items the change decided itself: the share that it had in their
// market, over the time of their cohort. A share that is not known to have begun counts from the start, and
// one of some surfaces as one of all: no item is left out.
func Decided(m guard.Moved, shares []Share, cohort sample.Span, until sample.Instant) int64 {
	end := min(m.Cohort.Add(cohort), until)
	if end <= m.Cohort || m.Items <= 0 {
		return 0
	}
	edges := []sample.Instant{m.Cohort, end}
	for _, s := range shares {
		if s.Since > m.Cohort && s.Since < end {
			edges = append(edges, s.Since)
		}
	}
	slices.Sort(edges)
	var weighted int64 // parts per million times milliseconds
	for i, from := range edges[:len(edges)-1] {
		weighted += int64(shareAt(shares, m.Market, from)) * int64(edges[i+1].Since(from))
	}
	share := sample.MulDivUp(weighted, 1, int64(end.Since(m.Cohort)))
	return min(sample.MulDivUp(m.Items, share, int64(sample.AllPPM)), m.Items)
}

// shareAt is the share of a market at an instant.
func shareAt(shares []Share, market string, at sample.Instant) (top sample.PPM) {
	for _, s := range shares {
		if s.Since <= at && (market == "" || len(s.Markets) == 0 || slices.Contains(s.Markets, market)) {
			top = max(top, s.Share)
		}
	}
	return min(top, sample.AllPPM)
}
