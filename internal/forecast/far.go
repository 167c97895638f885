package forecast

import (
	"math"
	"slices"
)

// mode is a way to forecast totals.
type mode uint8

const (
	naive  mode = iota // the rate of the last quarter-hour persists
	level              // long averages
	daily              // long averages, times of day divided out and put back
	weekly             // the same with times of the week
	modes  = 4
	// seasons is those with levels of their own.
	seasons = modes - 1
)

func (m mode) basis() Basis { return [modes]Basis{Naive, Level, Daily, Weekly}[m] }

// spans are the horizons for which totals are scored: quarters, how many quarters
// apart forecasts are issued, the half-life of what was seen of their errors in scores
// (three days, or nine), and the deviation of the logarithm supposed at first.
var spans = [...]struct {
	quarters, apart int
	memory          float64
	doubt           float64
}{
	{1, 1, 288, 0.12}, {4, 1, 288, 0.2}, {16, 2, 144, 0.35}, {96, 12, 72, 0.5},
}

// flights is how many forecasts of a span are under way, at most.
const flights = 8

// farTaus are the probabilities whose quantiles of the logarithm of actual over
// forecast are tracked.
var farTaus = [...]float64{0.5, 0.9, 0.95, 0.99, 0.995, 0.999}

// stretch is what was learned of the totals over one span. A total is held as the
// logarithm of one item more.
type stretch struct {
	// Errors are mean absolute errors of each pace, of each mode with levels.
	Errors [seasons][paces]float32
	// Own is the mean absolute error of each mode, Plain that of the levels when that
	// mode was scored, Scored how often it was.
	Own    [modes]float32
	Plain  [modes]float32
	Scored [modes]int32
	// Spread is the mean absolute error of the logarithm of each mode, of late; Quantiles
	// are of the errors over the spread when the forecast was made.
	Quantiles [modes][len(farTaus)]float32
	Spread    [modes]float32
	// Most is the largest error of late: no quantile is beyond it.
	Most [modes]float32
	// Mode that is in charge.
	Mode mode
	// Flights are the forecasts under way, oldest first: the first Waiting of them.
	Flights [flights]flight
	Waiting int32
}

// flight is a forecast of a total under way: what each mode and each pace said, in
// thousandths of the logarithm, and what came since.
type flight struct {
	Left   int16
	Missed int16
	Items  float32
	Modes  [modes]uint16
	// Spreads are the modes' in ten-thousandths.
	Spreads [modes]uint16
	Paces   [seasons][paces]uint16
}

// unsaid is a forecast that a mode did not make.
const unsaid = math.MaxUint16

// prime supposes errors with a deviation of doubt, and paces that are quick for the span
// to be the worse ones.
func (t *stretch) prime(quarters int, doubt float64) {
	*t = stretch{Mode: level}
	for m := range t.Errors {
		for k, half := range longHalves {
			t.Errors[m][k] = float32(1 + max(math.Log2(float64(quarters)*225/half), 0))
		}
	}
	for m := range modes {
		for i, tau := range farTaus {
			t.Quantiles[m][i] = float32(meanDeviations * normal(tau))
		}
		t.Spread[m] = float32(doubt / meanDeviations)
		t.Most[m] = float32(4 * doubt)
	}
}

// logs is a total as it is held.
func logs(items float64) uint16 {
	return uint16(min(max(math.Round(1000*math.Log1p(max(items, 0))), 0), unsaid-1))
}

// pass takes in a quarter of an hour, -1 for one that nobody saw, and scores the
// forecast that ends with it. One of which more than an eighth was not seen is void.
func (s *State) pass(i int, rate float64) {
	t := &s.Far[i]
	for j := range t.Flights[:t.Waiting] {
		f := &t.Flights[j]
		f.Left--
		if rate < 0 {
			f.Missed++
			continue
		}
		f.Items += float32(rate * 900)
	}
	for t.Waiting > 0 && t.Flights[0].Left <= 0 {
		f := &t.Flights[0]
		if n := float64(spans[i].quarters); float64(f.Missed)*8 <= n {
			actual := float64(logs(float64(f.Items)*n/(n-float64(f.Missed)))) / 1000
			t.score(i, f, actual)
			t.choose(s.Season.Quarters)
		}
		copy(t.Flights[:], t.Flights[1:t.Waiting])
		t.Waiting--
	}
}

// score compares what every mode and pace said with what came, by square roots: their
// noise is the same for few items and for many.
func (t *stretch) score(i int, f *flight, actual float64) {
	memory, independent := 1-math.Exp2(-1/spans[i].memory), float64(spans[i].apart)/float64(spans[i].quarters)
	root := rootOf(actual)
	plain := math.Abs(root - rootOf(float64(f.Modes[level])/1000))
	for m := range mode(modes) {
		if f.Modes[m] == unsaid {
			continue
		}
		t.Scored[m]++
		a := max(1/float64(t.Scored[m]), memory)
		said := float64(f.Modes[m]) / 1000
		move(&t.Own[m], a, math.Abs(root-rootOf(said)))
		move(&t.Plain[m], a, plain)
		if m >= level {
			for k, said := range f.Paces[m-level] {
				move(&t.Errors[m-level][k], a, math.Abs(root-rootOf(float64(said)/1000)))
			}
		}
		t.Most[m] = max(t.Most[m]*float32(1-memory), float32(math.Abs(actual-said)))
		t.descend(m, actual-said, float64(f.Spreads[m])/spreadUnit, float64(t.Scored[m])*independent)
	}
}

// rootOf is the square root of one item more than a logarithm is of.
func rootOf(log float64) float64 { return math.Exp(log / 2) }

func move(to *float32, by, value float64) { *to += float32(by * (value - float64(*to))) }

// descend moves the quantiles of a mode's error by one more: stochastic descent on the
// pinball loss, so that each is exceeded as often as it says, whatever the errors. A
// quantile far out moves in proportion, so that it is there in time.
// n is about how many independent ones there were.
func (t *stretch) descend(m mode, e, spread, n float64) {
	z := e / max(spread, leastSpread)
	now := float64(t.Spread[m])
	now += max(0.02, 1/(n+3)) * (min(math.Abs(e), 5*now+0.01) - now)
	t.Spread[m] = float32(max(now, leastSpread))
	step := max(0.1, 0.5/math.Sqrt(n+3))
	for i, tau := range farTaus {
		q := float64(t.Quantiles[m][i])
		by := step * max(1, math.Abs(q)/2)
		if i == 0 { // the median is next to nothing, where levels are right
			by = step / 3
		}
		if z > q {
			q += by * tau
		} else {
			q -= by * (1 - tau)
		}
		t.Quantiles[m][i] = float32(min(max(q, -mostDeviations), mostDeviations))
	}
	slices.Sort(t.Quantiles[m][:])
}

const (
	// meanDeviations is the standard deviation over the mean absolute one of a normal
	// distribution.
	meanDeviations = 1.2533
	leastSpread    = 0.0005
	spreadUnit     = 10_000.0
	// mostDeviations bounds a quantile, in spreads.
	mostDeviations = 200
)

// A season must be better than the levels by lessError, and another mode than the one
// in charge by sticky.
const (
	lessError = 0.95
	sticky    = 0.97
	enough    = 24 // scores
)

// proven is from how many quarters on a mode may be in charge, said from how many on
// it has something to say: a season two whole periods and one and a half.
var (
	proven = [modes]int64{0, 0, 2 * dayQuarters, 2 * weekHours * hour}
	said   = [modes]int64{0, 0, 3 * dayQuarters / 2, 3 * weekHours * hour / 2}
)

// choose puts the mode in charge that has done best of late, beside the levels.
func (t *stretch) choose(quarters int64) {
	best, least := level, 1.0
	of := func(m mode) float64 {
		if m == level || t.Scored[m] < enough || quarters < proven[m] {
			return 1
		}
		return float64(t.Own[m]) / max(float64(t.Plain[m]), 1e-6)
	}
	for _, m := range [...]mode{naive, daily, weekly} {
		if ratio := of(m); ratio < min(least, lessError) {
			best, least = m, ratio
		}
	}
	if now := of(t.Mode); best != t.Mode && (least < now*sticky || now > 1) {
		t.Mode = best
	}
}

// issue begins a forecast at the q-th quarter, if it is time for one.
func (s *State) issue(i int, q int64) {
	t, n := &s.Far[i], spans[i].quarters
	if q%int64(spans[i].apart) != 0 || t.Waiting == flights {
		return
	}
	f := &t.Flights[t.Waiting]
	*f = flight{Left: int16(n)}
	t.Waiting++
	f.Modes[naive] = logs(s.Season.Last * float64(n) * 900)
	for m, spread := range t.Spread {
		f.Spreads[m] = uint16(min(float64(spread)*spreadUnit, math.MaxUint16))
	}
	for m := level; m < modes; m++ {
		f.Modes[m] = unsaid
		if s.Season.Quarters < said[m] {
			continue
		}
		seconds := 0.0
		for j := range int64(n) {
			seconds += 900 * s.Season.times(m, q+j)
		}
		for k, rate := range s.Season.Levels[m-level] {
			f.Paces[m-level][k] = logs(rate * seconds)
		}
		f.Modes[m] = logs(t.rate(m, s.Season.Levels[m-level]) * seconds)
	}
}

// rate is the level of a mode: the mean of the paces' logarithms, each by the inverse
// fourth power of its error of late.
func (t *stretch) rate(m mode, rates [paces]float64) float64 {
	errors := &t.Errors[m-level]
	least := slices.Min(errors[:])
	sum, weights := 0.0, 0.0
	for k, rate := range rates {
		w := (float64(least) + 1e-6) / (float64(errors[k]) + 1e-6)
		w *= w
		w *= w
		sum += w * math.Log(rate+1e-6)
		weights += w
	}
	return max(math.Exp(sum/weights)-1e-6, 0)
}
