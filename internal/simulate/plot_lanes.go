package simulate

import (
	"fmt"
	"slices"
)

const (
	keyHeight = 22 // of the names of queues
	mostLanes = 6  // that a person can tell apart
)

// laneStyle is that of the lines of queues, on a light and a dark page.
const laneStyle = `<style>
.q{fill:none;stroke-width:1.3}.q0{stroke:#1d5fa8}.q1{stroke:#c2410c}.q2{stroke:#2f855a}
.q3{stroke:#7c3aed}.q4{stroke:#b83280}.q5{stroke:#6b7280}
@media(prefers-color-scheme:dark){.q0{stroke:#7db7f0}.q1{stroke:#fb923c}.q2{stroke:#68d391}
.q3{stroke:#b794f4}.q4{stroke:#f687b3}.q5{stroke:#a0aec0}}
</style>
`

// lanes are the queues to draw: with more than can be told apart, those at which most
// arrives, and the others together.
func (tape *Tape) lanes() []Lane {
	if len(tape.Lanes) <= mostLanes {
		return tape.Lanes
	}
	order := make([]int, len(tape.Lanes))
	for i := range order {
		order[i] = i
	}
	items := func(i int) float64 { return sum(tape.Lanes[i].Arrivals) }
	slices.SortStableFunc(order, func(a, b int) int { return int(max(-1, min(1, items(b)-items(a)))) })
	kept := order[:mostLanes-1]
	slices.Sort(kept)
	n := len(tape.Arrivals)
	rest := Lane{Arrivals: make([]float64, n), Backlog: make([]float64, n), Late: make([]float64, n), Oldest: make([]float64, n)}
	rest.Deadline = 1 // its ages are shares
	var out []Lane
	for i := range tape.Lanes {
		l := &tape.Lanes[i]
		if slices.Contains(kept, i) {
			out = append(out, *l)
			continue
		}
		for t := range n {
			rest.Arrivals[t] += l.Arrivals[t]
			rest.Backlog[t] += l.Backlog[t]
			rest.Late[t] += l.Late[t]
			rest.Oldest[t] = max(rest.Oldest[t], l.Oldest[t]/float64(l.Deadline))
		}
	}
	rest.Name = fmt.Sprintf("%d others", len(tape.Lanes)-len(out))
	return append(out, rest)
}

// lanePanels are the panels with a line for each queue.
func (tape *Tape) lanePanels(lanes []Lane) []panel {
	each, unit := tape.late()
	lines := func(merge merge, every int, of func(l *Lane, t int) float64) (out []layer) {
		for i := range lanes {
			out = append(out, layer{lineClass(i), lanes[i].Name, func(t int) float64 { return of(&lanes[i], t) }, merge, every})
		}
		return out
	}
	return []panel{
		{title: "Arrivals, items a second", keyed: true, layers: lines(mean, 0, func(l *Lane, t int) float64 { return l.Arrivals[t] })},
		tape.workers(),
		{title: "Backlog, items, highest", keyed: true, layers: lines(highest, 0, func(l *Lane, t int) float64 { return l.Backlog[t] })},
		{title: "Oldest item waiting, percent of its deadline, highest", keyed: true,
			layers: lines(highest, 0, func(l *Lane, t int) float64 { return 100 * l.Oldest[t] / float64(l.Deadline) })},
		{title: "Late items by when they came, each " + unit, keyed: true,
			layers: lines(total, each, func(l *Lane, t int) float64 { return l.Late[t] })},
	}
}

func lineClass(lane int) string { return fmt.Sprintf("q q%d", lane) }

// key names the lines of queues.
func (p *plotter) key(lanes []Lane) {
	if len(lanes) == 0 {
		return
	}
	p.f("%s", laneStyle)
	room := plotInner / len(lanes)
	for i := range lanes {
		name, most := []rune(lanes[i].Name), (room-34)/7
		if len(name) > most {
			name = slices.Concat(name[:most/2], []rune("…"), name[len(name)-(most-1)/2:]) // their ends differ
		}
		x := plotLeft + i*min(room, 200)
		p.f(`<path class="%s" d="M%d %dh16"/>`, lineClass(i), x, plotTop-10)
		p.text(x+22, plotTop-6, "s", string(name))
	}
}
