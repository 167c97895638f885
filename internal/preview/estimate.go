package preview

import "math"

// Estimate is a number of items between Low and High; Mid is the likeliest.
type Estimate struct {
	Low  float64 `json:"low"`
	Mid  float64 `json:"mid"`
	High float64 `json:"high"`
	// Rough says that nothing is known but the ends: Mid is no more likely than others between them.
	Rough bool `json:"rough,omitempty"`
}

func exactly(n float64) Estimate { return Estimate{Low: n, Mid: n, High: n} }

func (e Estimate) plus(o Estimate) Estimate {
	return Estimate{e.Low + o.Low, e.Mid + o.Mid, e.High + o.High, e.Rough || o.Rough}
}

func (e Estimate) minus(o Estimate) Estimate {
	return Estimate{e.Low - o.High, e.Mid - o.Mid, e.High - o.Low, e.Rough || o.Rough}
}

// Times is e so many times.
func (e Estimate) Times(f float64) Estimate {
	if f < 0 {
		return Estimate{e.High * f, e.Mid * f, e.Low * f, e.Rough}
	}
	return Estimate{e.Low * f, e.Mid * f, e.High * f, e.Rough}
}

// by moves both ends out by d, of a number that cannot be below nothing.
func (e Estimate) by(d float64) Estimate {
	return Estimate{max(e.Low-d, 0), e.Mid, e.High + d, e.Rough}
}

// over is the interval that covers both; the likeliest stays e's.
func (e Estimate) over(o Estimate) Estimate {
	return Estimate{min(e.Low, o.Low), e.Mid, max(e.High, o.High), e.Rough || o.Rough}
}

// tooWide is the share of a number by which the interval may miss it before the number is no longer told.
const tooWide = 0.25

// judged is e, rough where its interval is too wide for one number to stand for it.
func (e Estimate) judged() Estimate {
	e.Rough = e.Rough || e.High-e.Low > 2*tooWide*math.Abs(e.Mid)
	return e
}

// Careful is what people are planned for: the number, or, where it is rough, the end at which there is most to do.
func (e Estimate) Careful() float64 {
	if e.Rough {
		return e.High
	}
	return e.Mid
}

// Zero reports whether there is nothing.
func (e Estimate) Zero() bool { return e.Low == 0 && e.High == 0 }
