package tune

import "math"

// window is the last slots of a lead.
type window struct {
	slots [leadSlots]windowSlot
	at, n int
	// some is true for the classes of which there was any work.
	some [classes]bool
}

// windowSlot is the work of a slot by class, and the features as it began, with their
// buckets: those are found then, when what was found of a feature is still about it.
type windowSlot struct {
	work    [classes]float64
	feature [features]float64
	bucket  [features]uint8
}

// add is work of the newest slot.
func (w *window) add(class int, work float64) {
	w.slots[(w.at+w.n-1)%leadSlots].work[class] += work
	w.some[class] = w.some[class] || work != 0
}

func (w *window) begin() *windowSlot { return &w.slots[w.at] }

func (w *window) drop() {
	w.at = (w.at + 1) % leadSlots
	w.n--
}

func (w *window) push() *windowSlot {
	w.n++
	return &w.slots[(w.at+w.n-1)%leadSlots]
}

// required is the least constant capacity that does what arrived in the window by
// its deadline: the most, over stretches of it and classes of deadlines, of the work
// of those classes that arrived in the stretch over the time from the stretch's
// beginning until its last work is due. (The processor-demand criterion.) The second
// is the work that arrived.
func (w *window) required(waits *[classes]float64, slot float64) (required, work float64) {
	// The work of a class, and of those before it, that arrived before a slot.
	var before [leadSlots + 1]float64
	first := w.slots[w.at:min(w.at+w.n, leadSlots)]
	rest := w.slots[:w.n-len(first)]
	for c, wait := range waits {
		if w.some[c] {
			sum := accrue(before[1:], first, c, 0)
			accrue(before[1+len(first):], rest, c, sum)
		}
		if wait > 0 {
			required = larger(required, most(before[:w.n+1], wait, slot))
		}
	}
	return required, before[w.n]
}

// accrue adds to what arrived by the end of each slot the work of a class: sum before
// the first of them, and what it returns by the last.
func accrue(arrived []float64, slots []windowSlot, class int, sum float64) float64 {
	arrived = arrived[:len(slots)]
	for i := range slots {
		sum += slots[i].work[class]
		arrived[i] += sum
	}
	return sum
}

// rounding is far more than sums of a window are off by, as a share of all of it.
const rounding = 1e-12

// most is the most over all stretches of what arrived in one, over the time until the
// last of it is due.
func most(before []float64, wait, slot float64) float64 {
	n := len(before) - 1
	// Numbers that are not below 0 are in the order of their bits, which takes no branch.
	all, fewest := before[n], math.Float64bits(math.Inf(1))
	for i, x := range before[:n] {
		fewest = min(fewest, math.Float64bits(before[i+1]-x))
	}
	least := math.Float64frombits(fewest)
	// No stretch has more than bound: what a longer one has at most, less the least that a slot
	// brings.
	most, bound := 0.0, all
	for slots := n; slots > 0; slots-- {
		span := float64(slots-1)*slot + wait
		if bound/span > most {
			ends, sum := before[slots:], uint64(0)
			for i, x := range before[:len(ends)] {
				sum = max(sum, math.Float64bits(ends[i]-x))
			}
			bound = math.Float64frombits(sum)
			most = larger(most, bound/span)
		}
		bound += all*rounding - least
	}
	return most
}
