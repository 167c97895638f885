package demand

import (
	"math"
	"slices"
)

// What of the past is looked at.
const (
	mostRows = 26 // periods a profile is made of
	refRows  = 8  // known counts of a slot that its reference is the median of
	openRows = 8  // periods after which a slot of which nothing is known counts as closed
	// clipLevel bounds the log of a day's level: a closed day or a surge is no level.
	clipLevel = 0.7
)

// past is what is known before an origin, in rows of one period, of which row 0 is the last,
// and what is made of it.
type past struct {
	rows  [][]float64
	piece int // intervals of a piece, a day, whose level is measured
	// ref is the median of the last known counts by slot; NaN where the slot is closed.
	ref   []float64
	ratio [][]float64 // log of the level of each piece over the reference, by row and piece
	bulk  [][]float64 // what the reference expects of the known part of the piece
	level []float64   // of each row, in logs
	slots [][]count   // what is known of each slot, newest first; nothing where it is closed
	made  map[profile][]float64
}

// count is a known one, and its row.
type count struct {
	items float64
	row   int
}

// newPast looks back from an origin, the index of the first interval that is not known yet.
func newPast(counts []float64, origin, period, piece int) *past {
	p := &past{piece: piece, made: map[profile][]float64{}}
	for end := origin; len(p.rows) < mostRows && end > 0; end -= period {
		row := counts[max(end-period, 0):end]
		if len(row) < period { // the series begins within it
			short := row
			row = make([]float64, period)
			for j := range row {
				row[j] = Unknown()
			}
			copy(row[period-len(short):], short)
		}
		p.rows = append(p.rows, row)
	}
	p.gather(period)
	p.ref = p.make(profile{rows: refRows})
	p.levels()
	return p
}

func (p *past) gather(period int) {
	p.slots = make([][]count, period)
	silent := 0 // the last rows of which nothing is known: that is no closing
	for silent < len(p.rows)-1 && !slices.ContainsFunc(p.rows[silent], known) {
		silent++
	}
	all := make([]count, 0, period*len(p.rows))
	for j := range p.slots {
		begin := len(all)
		for k, row := range p.rows {
			if known(row[j]) {
				all = append(all, count{row[j], k})
			}
		}
		if len(all) > begin && all[begin].row < silent+openRows {
			p.slots[j] = all[begin:]
		}
	}
}

// levels measures how high each piece of the past was, compared with the reference.
func (p *past) levels() {
	pieces := len(p.ref) / p.piece
	for _, row := range p.rows {
		ratio, bulk := make([]float64, pieces), make([]float64, pieces)
		sum, weight := 0.0, 0.0
		for g := range pieces {
			seen := 0.0
			for j := g * p.piece; j < (g+1)*p.piece; j++ {
				if known(row[j]) && known(p.ref[j]) {
					seen += row[j]
					bulk[g] += p.ref[j]
				}
			}
			ratio[g] = min(max(math.Log((seen+1)/(bulk[g]+1)), -clipLevel), clipLevel)
			sum += ratio[g] * bulk[g]
			weight += bulk[g]
		}
		p.ratio, p.bulk = append(p.ratio, ratio), append(p.bulk, bulk)
		p.level = append(p.level, sum/max(weight, 1))
	}
}

// now is the log of the level at the origin, with what a half-life in pieces weighs.
func (p *past) now(half float64) float64 {
	sum, weight, share := 0.0, 0.0, 1.0
	fade := math.Exp2(-1 / half)
	for k := range p.rows {
		for g := len(p.ratio[k]) - 1; g >= 0; g-- {
			sum += p.ratio[k][g] * p.bulk[k][g] * share
			weight += p.bulk[k][g] * share
			share *= fade
		}
	}
	if weight == 0 {
		return 0
	}
	return sum / weight
}

// profile says how the counts of a slot in the past become one number.
type profile struct {
	rows     int     // the median of that many known counts, the newest; or
	half     float64 // the mean without the highest and the lowest, with a half-life in rows
	leveled  bool    // of counts over the level of their row
	smoothed smoothing
}

// make computes a profile, or finds the one it made.
func (p *past) make(of profile) []float64 {
	if out, ok := p.made[of]; ok {
		return out
	}
	var out []float64
	if of.smoothed.passes > 0 {
		raw := of
		raw.smoothed = smoothing{}
		out = of.smoothed.apply(p.make(raw))
	} else {
		out = p.summarize(of)
	}
	p.made[of] = out
	return out
}

func (p *past) summarize(of profile) []float64 {
	scale, weight := make([]float64, len(p.rows)), make([]float64, len(p.rows))
	for k := range scale {
		scale[k] = 1
		if of.leveled {
			scale[k] = math.Exp(-p.level[k])
		}
		if of.half > 0 {
			weight[k] = math.Exp2(-float64(k) / of.half)
		}
	}
	out := make([]float64, len(p.slots))
	values := make([]float64, 0, mostRows)
	for j, counts := range p.slots {
		switch {
		case len(counts) == 0:
			out[j] = Unknown()
		case of.half > 0:
			out[j] = trimmedMean(counts, scale, weight)
		default:
			values = values[:0]
			for _, c := range counts[:min(len(counts), of.rows)] {
				values = append(values, c.items*scale[c.row])
			}
			out[j] = median(values)
		}
	}
	return out
}

// trimAt is from how many values on a mean leaves out the highest and the lowest.
const trimAt = 4

// trimmedMean is the mean of counts, each with the factor and the weight of its row.
func trimmedMean(counts []count, scale, weight []float64) float64 {
	low, high, lowest, highest := 0, 0, math.Inf(1), math.Inf(-1)
	sum, total := 0.0, 0.0
	for i, c := range counts {
		v := c.items * scale[c.row]
		if v < lowest {
			low, lowest = i, v
		}
		if v >= highest {
			high, highest = i, v
		}
		sum += weight[c.row] * v
		total += weight[c.row]
	}
	if len(counts) < trimAt || low == high || lowest == highest {
		return sum / total
	}
	l, h := weight[counts[low].row], weight[counts[high].row]
	return max((sum-l*lowest-h*highest)/(total-l-h), 0) // which rounding could make less
}

// smoothing takes neighbours in time into a profile.
type smoothing struct {
	passes int
	curved bool // a parabola through five slots, which leaves peaks and edges alone
}

// neighbour is the weight of each of the two neighbours of a slot.
const neighbour = 0.5

func (s smoothing) apply(x []float64) []float64 {
	for range s.passes {
		out := make([]float64, len(x))
		n := len(x)
		for j := range x {
			out[j] = x[j]
			switch {
			case !known(x[j]):
			case s.curved: // Savitzky and Golay's weights
				v := (-3*x[(j+n-2)%n] + 12*x[(j+n-1)%n] + 17*x[j] + 12*x[(j+1)%n] - 3*x[(j+2)%n]) / 35
				if known(v) {
					out[j] = max(v, 0)
				}
			default:
				out[j] = withNeighbours(x, j)
			}
		}
		x = out
	}
	return x
}

func withNeighbours(x []float64, j int) float64 {
	n := len(x)
	sum, weight := x[j], 1.0
	for _, v := range [2]float64{x[(j+n-1)%n], x[(j+1)%n]} {
		if known(v) {
			sum += neighbour * v
			weight += neighbour
		}
	}
	return sum / weight
}
