package promise

import (
	"math"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// model is a plant in hours, items and heads.
type model struct {
	n       int     // intervals
	width   float64 // of one
	steps   int     // of the fluid in one
	classes []class
	order   []int       // classes by importance
	heads   [][]float64 // by team and interval
}

// class is a class of work. Where classes are compared, h is the size of an item.
type class struct {
	rank       int // of importance; equals have the same
	teams      []int
	others     []other // who stand in, by age
	h, within  float64
	scale      float64 // standard deviation of the logarithm of the handle time
	spread     float64 // variance of the handle time over the square of its mean
	dispersion float64
	started    bool
	rate       []float64
	came       []float64 // items up to the beginning of each interval
	backlog    float64   // items that wait at the beginning
	oldest     float64
}

// other is a team that takes work from an age on, in hours.
type other struct {
	team  int
	after float64
}

// each calls f with the place and the team of all who may ever do the work.
func (c *class) each(f func(x, t int)) {
	for x, t := range c.teams {
		f(x, t)
	}
	for x, o := range c.others {
		f(len(c.teams)+x, o.team)
	}
}

// by is how many items have come by a time; those of the backlog count below 0.
func (c *class) by(at, width float64) float64 {
	if at < 0 {
		if c.oldest <= 0 {
			return 0
		}
		return max(at/c.oldest, -1) * c.backlog
	}
	i := min(int(at/width), len(c.came)-2)
	return c.came[i] + min(at-float64(i)*width, width)*c.rate[i]
}

// mostHeads bounds the people of a team: the time that a prediction takes grows with its root.
const mostHeads = 1e6

// fluidStep is the length of a step of the fluid in hours: as short as the shortest handle times, or
// work leaps to and fro between teams, and leaves them with nothing to do in between.
const fluidStep = 1.0 / 120

func newModel(p *Plant) *model {
	m := &model{n: p.Intervals(), width: hours(p.Width), classes: make([]class, len(p.Classes))}
	m.steps = max(int(math.Round(m.width/fluidStep)), 1)
	for k := range p.Classes {
		m.classes[k] = newClass(&p.Classes[k], m)
		m.order = append(m.order, k)
	}
	slices.SortStableFunc(m.order, func(a, b int) int { return p.Classes[a].Before(&p.Classes[b]) })
	for i, k := range m.order {
		m.classes[k].rank = i
		if i > 0 && p.Classes[m.order[i-1]].Before(&p.Classes[k]) == 0 {
			m.classes[k].rank = m.classes[m.order[i-1]].rank
		}
	}
	for t := range p.Teams {
		heads := m.filled(p.Teams[t].Heads)
		for i := range heads {
			heads[i] = min(heads[i], mostHeads)
		}
		m.heads = append(m.heads, heads)
	}
	return m
}

func newClass(c *Class, m *model) class {
	cv := thousandths(c.Variation)
	out := class{
		teams: c.Teams, h: hours(max(c.Handle, 1)), within: hours(max(c.Within, 0)), started: c.Started,
		spread: cv * cv, scale: math.Sqrt(math.Log(1 + cv*cv)), dispersion: max(thousandths(c.Dispersion), 0),
		rate: m.filled(c.Rates), came: make([]float64, m.n+1),
		backlog: max(thousandths(c.Backlog), 0), oldest: max(hours(c.Oldest), 0),
	}
	if c.Dispersion <= 0 {
		out.dispersion = 1
	}
	for _, x := range c.Relaxed {
		for _, t := range x.Teams {
			out.others = append(out.others, other{t, hours(max(x.After, 0))})
		}
	}
	for i, r := range out.rate {
		out.came[i+1] = out.came[i] + r*m.width
	}
	return out
}

// filled are values by interval, none below 0; what is not named is 0.
func (m *model) filled(values []sample.Milli) []float64 {
	out := make([]float64, m.n)
	for i := range values[:min(len(values), m.n)] {
		out[i] = max(thousandths(values[i]), 0)
	}
	return out
}

func hours(s sample.Span) float64        { return float64(s) / float64(sample.Hour) }
func thousandths(v sample.Milli) float64 { return float64(v) / float64(sample.One) }

// at is a running sum at a time, between its values on a line.
func (m *model) at(sum []float64, t float64) float64 {
	x := min(max(t/m.width, 0), float64(m.n))
	i := min(int(x), m.n-1)
	return sum[i] + (x-float64(i))*(sum[i+1]-sum[i])
}

// between is what a running sum gains from a time on, for some hours.
func (m *model) between(sum []float64, from, length float64) float64 {
	return m.at(sum, from+length) - m.at(sum, from)
}

// when the item came that is the x-th of its class; those of the backlog come before 0.
func (c *class) when(x, width float64) float64 {
	if x < 0 {
		return x / c.backlog * c.oldest
	}
	i, _ := slices.BinarySearch(c.came, x)
	if i == 0 {
		return 0
	}
	if i == len(c.came) {
		return float64(i-1) * width
	}
	t := float64(i) * width
	if d := c.came[i] - c.came[i-1]; d > 0 {
		t -= (c.came[i] - x) / d * width
	}
	return t
}

// parts is how many equal parts the handle times that fit into a promise are seen in.
const parts = 6

// rest are the hours that an item may wait, for each part of the handle times that fit into
// the promise, and the share of all items that one part is.
func (c *class) rest() (waits [parts]float64, share float64) {
	if c.started || c.scale == 0 {
		left := c.within
		if !c.started {
			left -= c.h
		}
		for i := range waits {
			waits[i] = left
		}
		if left >= 0 {
			share = 1.0 / parts
		}
		return waits, share
	}
	fits := normal((math.Log(c.within/c.h) + c.scale*c.scale/2) / c.scale)
	for i := range waits {
		z := math.Sqrt2 * math.Erfinv(2*fits*(float64(i)+0.5)/parts-1)
		waits[i] = c.within - c.h*math.Exp(c.scale*z-c.scale*c.scale/2)
	}
	return waits, fits / parts
}
