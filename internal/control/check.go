package control

import "slices"

// Bounds of a tuning: shares in thousandths, spans in milliseconds.
const (
	maxShare = 10_000
	minDrain = 1000
)

// Sound is false for a tuning that the law cannot be applied with.
func (t *Tuning) Sound() bool {
	return !t.Known || in(t.Rate, 0, MaxRate) && in(t.Standing, 0, MaxRate) && in(t.Fresh, 0, MaxBacklog) &&
		t.Later.sound() && t.Patience.sound()
}

func (l *Later) sound() bool {
	return !slices.ContainsFunc(l.Than[:], func(work int64) bool { return !in(work, 0, MaxBacklog) })
}

func (p *Patience) sound() bool {
	return in(p.High, 1, maxShare) && in(p.Low, 0, p.High) && in(p.Middle, 0, maxShare) && in(p.Last, 0, maxShare) &&
		in(p.Drain, minDrain, MaxSpan) && in(p.Waste, 0, MaxSpan) &&
		in(p.Noise, 0, maxShare) && in(p.Over, 0, maxShare) && in(p.Bet, 0, maxShare)
}

// Sound is false for what no decision left behind.
func (m *Memory) Sound() bool {
	return in(m.Waste, 0, MaxBacklog) && in(m.Most, 0, MaxRate) && in(m.Of, 0, MaxRate)
}

func in(v, least, most int64) bool { return v >= least && v <= most }
