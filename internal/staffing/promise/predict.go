package promise

import "math"

// Prediction is the expected shares of a class's items that are on time: of those that
// come in each interval, and of those that fall due in it. NaN is where there are none, and
// where the plant does not say: items that fall due after its end, or came before its
// beginning.
type Prediction struct{ Coming, Due []float64 }

// Predict foresees each class.
func Predict(p *Plant) []Prediction {
	if p.Intervals() == 0 || p.Width <= 0 {
		return make([]Prediction, len(p.Classes))
	}
	m := newModel(p)
	f := m.fluid()
	s := m.newSeer(f)
	out := make([]Prediction, len(p.Classes))
	for k := range out {
		out[k] = m.prediction(k, m.shares(k, f, s))
	}
	return out
}

// prediction of class k, of the shares on time by when items come.
func (m *model) prediction(k int, by []float64) Prediction {
	c := &m.classes[k]
	out := Prediction{Coming: by, Due: make([]float64, m.n)}
	whole, part := math.Modf(c.within / m.width)
	for i := range out.Due {
		var items, onTime float64
		add := func(at int, share float64) {
			if at >= 0 {
				items += share * c.rate[at]
				onTime += share * c.rate[at] * by[at]
			}
		}
		add(i-int(whole), 1-part)
		add(i-int(whole)-1, part)
		out.Due[i] = onTime / items // NaN of nothing
	}
	out.Coming = append([]float64(nil), by...)
	for i := range out.Coming {
		if c.rate[i] <= 0 || float64(i+1)+whole+part > float64(m.n) {
			out.Coming[i] = math.NaN()
		}
	}
	return out
}

// shares on time of class k by the interval that items come in.
func (m *model) shares(k int, f *fluid, s *seer) []float64 {
	q := m.newPool(k, s)
	waits := m.waits(k, f)
	out := make([]float64, m.n)
	for i := range out {
		q.c.trim()
		q.c.set(q.flows[i])
		q.c.step(m.width / 2)
		if waits[i] > m.classes[k].decided() {
			out[i] = m.classes[k].late(waits[i], m.held(k, i, waits[i], f))
		} else {
			out[i] = q.onTime(i)
		}
		q.c.step(m.width / 2)
	}
	return out
}

// decides is the share of a promise above which a wait that the fluid foresees is taken for
// the mean wait: what the chain of one class does not see is then that those of the same
// priority wait with it.
const decides = 0.6

// decided is the wait from which on the fluid decides. Where others stand in it is the time from which
// they do: the chain knows nothing of them.
func (c *class) decided() float64 {
	out := decides * c.within
	if len(c.others) > 0 {
		out = min(out, helps*c.others[0].after)
	}
	return out
}

// helps is the share of the age from which others stand in at which work is near to be helped.
const helps = 0.8

// waits are the hours that work of class k which comes in the middle of an interval waits
// in the fluid; without end if it is not begun.
func (m *model) waits(k int, f *fluid) []float64 {
	c, begun := &m.classes[k], f.begun[k]
	out := make([]float64, m.n)
	j := 0
	for i := range out {
		x := (c.came[i] + c.came[i+1]) / 2
		for j < m.n && begun[j+1] < x-1e-6 {
			j++
		}
		out[i] = math.Inf(1)
		if j < m.n {
			t := float64(j) + (x-begun[j])/max(begun[j+1]-begun[j], nothing)
			out[i] = max(t-float64(i)-0.5, 0) * m.width
		}
	}
	return out
}

// held is how likely somebody who stands in is free when work that comes in an interval has waited.
func (m *model) held(k, i int, wait float64, f *fluid) float64 {
	c, held := &m.classes[k], 0.0
	if len(c.others) == 0 || math.IsInf(wait, 1) {
		return 0
	}
	at := min(i+int(wait/m.width), m.n-1)
	for _, o := range c.others {
		if wait < near*o.after {
			held = max(held, f.free[o.team][at])
		}
	}
	return held
}

// near is how many times the age from which others stand in a wait is, at most, that they hold there.
const near = 1.2

// late is the share on time where the mean wait is known: it varies as the root of the
// items that are handled in it, and less where others hold it at the age from which they stand in.
func (c *class) late(wait, held float64) float64 {
	if math.IsInf(wait, 1) {
		return 0
	}
	deviation := max(math.Sqrt(c.h*wait)*(1-held), nothing)
	share := 0.0
	waits, part := c.rest()
	for _, w := range waits {
		share += part * normal((w-wait)/deviation)
	}
	return share
}
