package preview

import "math"

// Estimate is a number of items between Low and High; Mid is the likeliest.
type Estimate struct {
	Low  float64 `json:"low"`
	Mid  float64 `json:"mid"`
	High float64 `json:"high"`
}

func exactly(n float64) Estimate { return Estimate{n, n, n} }

func (e Estimate) plus(o Estimate) Estimate {
	return Estimate{e.Low + o.Low, e.Mid + o.Mid, e.High + o.High}
}

func (e Estimate) minus(o Estimate) Estimate {
	return Estimate{e.Low - o.High, e.Mid - o.Mid, e.High - o.Low}
}

func (e Estimate) times(f float64) Estimate {
	if f < 0 {
		return Estimate{e.High * f, e.Mid * f, e.Low * f}
	}
	return Estimate{e.Low * f, e.Mid * f, e.High * f}
}

// by moves both ends out by d, of a number that cannot be below nothing.
func (e Estimate) by(d float64) Estimate {
	return Estimate{max(e.Low-d, 0), e.Mid, e.High + d}
}

// over is the interval that covers both; the likeliest stays e's.
func (e Estimate) over(o Estimate) Estimate {
	return Estimate{min(e.Low, o.Low), e.Mid, max(e.High, o.High)}
}

// tooWide is the share of a number by which the interval may miss it before the number is no longer told.
const tooWide = 0.25

// Sure reports whether the interval is narrow enough for one number to stand for it.
func (e Estimate) Sure() bool {
	return e.High-e.Low <= 2*tooWide*math.Abs(e.Mid)
}

// Careful is what people are planned for: the number, or, where it is not sure, the end at which there is most to do.
func (e Estimate) Careful() float64 {
	if e.Sure() {
		return e.Mid
	}
	return e.High
}
