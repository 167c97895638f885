package tune

// window is the last slots of a lead.
type window struct {
	slots [leadSlots]windowSlot
	at, n int
}

// windowSlot is the work of a slot by class, and the features as it began.
type windowSlot struct {
	work    [classes]float64
	feature [features]float64
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
	var before [leadSlots + 1]float64 // the work of the classes so far that arrived before a slot
	for c, wait := range waits {
		sum := 0.0
		for i := range w.n {
			sum += w.slots[(w.at+i)%leadSlots].work[c]
			before[i+1] += sum
		}
		if wait > 0 {
			required = max(required, most(before[:w.n+1], wait, slot))
		}
	}
	return required, before[w.n]
}

// most is the most over all stretches of what arrived in one, over the time until the
// last of it is due.
func most(before []float64, wait, slot float64) float64 {
	var sums [leadSlots]float64 // the most that arrived in so many slots and one
	for i, x := range before {
		for slots, y := range before[i+1:] {
			sums[slots] = max(sums[slots], y-x)
		}
	}
	most := 0.0
	for slots, sum := range sums[:len(before)-1] {
		most = max(most, sum/(float64(slots)*slot+wait))
	}
	return most
}
