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
	for a := range w.n {
		var stretch [classes]float64
		for b := a; b < w.n; b++ {
			sum := 0.0
			for c, x := range &w.slots[(w.at+b)%leadSlots].work {
				stretch[c] += x
				if sum += stretch[c]; waits[c] > 0 {
					required = max(required, sum/(float64(b-a)*slot+waits[c]))
				}
			}
			if a == 0 {
				work = sum
			}
		}
	}
	return required, work
}
