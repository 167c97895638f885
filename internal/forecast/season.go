package forecast

import (
	"math"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Sizes of the season: the quarter-hours of a day, remembered for a week of days; the
// hours of a week, for four weeks.
const (
	quarter     = 15 * sample.Minute
	hour        = 4 // quarters
	dayQuarters = 96
	weekHours   = 168
	dayRows     = 7
	weekRows    = 4
	// widest bin that says anything about a time of day.
	widest = sample.Hour
)

// season is what was seen of the times of day and week (UTC). The levels are of the
// rate with the times of day, or of the week, divided out.
type season struct {
	Minute  openSlot `json:"minute"`
	Quarter openSlot `json:"quarter"`
	// Minutes and Quarters are how many were seen, Last the rate of the last quarter.
	Minutes  int64   `json:"minutes"`
	Quarters int64   `json:"quarters"`
	Last     float64 `json:"last"`
	// Levels by what is divided out (nothing, times of day, of the week) and half-life.
	Levels [seasons][paces]float64 `json:"levels"`
	Day    dayTable                `json:"day"`
	Week   weekTable               `json:"week"`
}

// Tables hold the rates of the last period (absent: -1), the logarithms of the rates
// over the mean about them in rows of a period, and what is made of the rows: the
// factors of the season, as logarithms in thousandths.
type dayTable struct {
	Rates   [dayQuarters]float32
	Rows    [dayRows * dayQuarters]int8
	Factors [dayQuarters]int16
}

type weekTable struct {
	Rates   [weekHours]float32
	Rows    [weekRows * weekHours]int8
	Factors [weekHours]int16
}

// paces of the long levels, in seconds of half-life.
var longHalves = [...]float64{240, 1800, 10_800, 86_400}

const paces = len(longHalves)

// minuteFades is what is left of them after a minute.
var minuteFades = func() (out [paces]float64) {
	for i, half := range longHalves {
		out[i] = math.Exp2(-60 / half)
	}
	return out
}()

// Rows are in 32nds of the natural logarithm, which reaches from a 50th to 50 times.
const (
	rowStep = 32
	mostRow = 127
	noRow   = -128
)

// cycle is a table whatever its period.
type cycle struct {
	rates   []float32
	rows    []int8
	factors []int16
	seconds float64 // of a place
}

func (s *season) days() cycle {
	return cycle{s.Day.Rates[:], s.Day.Rows[:], s.Day.Factors[:], 900}
}

func (s *season) weeks() cycle {
	return cycle{s.Week.Rates[:], s.Week.Rows[:], s.Week.Factors[:], 3600}
}

// forget empties the tables.
func (s *season) forget() {
	*s = season{}
	for _, c := range []cycle{s.days(), s.weeks()} {
		for i := range c.rates {
			c.rates[i] = -1
		}
		for i := range c.rows {
			c.rows[i] = noRow
		}
	}
}

// minutes spreads a bin over the minutes that it covers, and ends those that are over.
// A bin too wide to say when in the day is a gap.
func (s *State) minutes(from, to sample.Instant, items float64) {
	if to.Since(from) > widest {
		return
	}
	n, perMilli := &s.Season, items/float64(to-from)
	for from < to {
		at := from - from%sample.Instant(sample.Minute)
		if at != n.Minute.At {
			s.closeMinute()
			n.Minute = openSlot{At: at}
		}
		until := min(to, at.Add(sample.Minute))
		n.Minute.Covered += until.Since(from)
		n.Minute.Items += perMilli * float64(until-from)
		from = until
	}
	if n.Minute.Covered == sample.Minute {
		s.closeMinute()
	}
}

// closeMinute moves the levels by the open minute, if half of it was seen, and puts it
// into its quarter of an hour.
func (s *State) closeMinute() {
	n := &s.Season
	m := n.Minute
	n.Minute = openSlot{}
	if m.Covered*2 < sample.Minute {
		return
	}
	if at := m.At - m.At%sample.Instant(quarter); at != n.Quarter.At {
		s.closeQuarter(at)
	}
	n.Quarter.Covered += m.Covered
	n.Quarter.Items += m.Items
	n.Minutes++
	rate := m.Items * 1000 / float64(m.Covered)
	for i := range n.Levels {
		clean := rate
		if by := level + mode(i); by != level && n.Quarters >= said[by] {
			clean /= math.Exp(n.curve(by, m.At.Add(sample.Minute/2)))
		}
		for k := range longHalves {
			a := max(1-minuteFades[k], 1/float64(n.Minutes))
			n.Levels[i][k] += a * (clean - n.Levels[i][k])
		}
	}
	if m.At.Add(sample.Minute) == n.Quarter.At.Add(quarter) {
		s.closeQuarter(m.At.Add(sample.Minute))
	}
}

// closeQuarter ends the open quarter, and those left out until next begins.
func (s *State) closeQuarter(next sample.Instant) {
	n := &s.Season
	open := n.Quarter
	n.Quarter = openSlot{At: next}
	if open.At == 0 {
		return
	}
	rate := -1.0
	if open.Covered*2 >= quarter {
		rate = open.Items * 1000 / float64(open.Covered)
	}
	from, to := int64(open.At)/int64(quarter), int64(next)/int64(quarter)
	if to-from > dayRows*dayQuarters { // longer than anything is remembered for
		levels, minutes := n.Levels, n.Minutes
		n.forget()
		n.Levels, n.Minutes, n.Quarter = levels, minutes, openSlot{At: next}
		for i := range s.Far {
			s.Far[i].Waiting = 0
		}
		return
	}
	for q := from; q < to; q++ {
		n.fold(q, rate)
		for i := range s.Far {
			s.pass(i, rate)
		}
		rate = -1
	}
	if n.Last >= 0 {
		for i := range s.Far {
			s.issue(i, to)
		}
	}
}

// fold takes in the rate of the q-th quarter since the epoch; below zero, it is not
// known.
func (s *season) fold(q int64, rate float64) {
	s.Quarters++
	s.Last = rate
	s.days().learn(q, rate, s.Quarters)
	if (q+1)%hour != 0 {
		return
	}
	sum, seen := 0.0, 0
	for i := q + 1 - hour; i <= q; i++ {
		if r := s.Day.Rates[i%dayQuarters]; r >= 0 && s.Quarters > q-i {
			sum += float64(r)
			seen++
		}
	}
	mean := -1.0
	if seen*2 >= hour {
		mean = sum / float64(seen)
	}
	s.weeks().learn(q/hour, mean, s.Quarters/hour)
}

// learn puts a rate into the ring, and learns of the place half a period before it,
// with half a period known on either side: the ratio to a centred moving average,
// which neither a trend nor the season itself moves.
func (c cycle) learn(at int64, rate float64, seen int64) {
	n := int64(len(c.rates))
	c.rates[at%n] = float32(rate)
	place := at - n/2
	if seen < n || place < 0 {
		return
	}
	sum, known := 0.0, 0.0
	for _, r := range c.rates {
		if r >= 0 {
			sum += float64(r)
			known++
		}
	}
	row := &c.rows[place%int64(len(c.rows))]
	*row = noRow
	if then := c.rates[place%n]; then >= 0 && known*3 >= float64(n) {
		// Half an item more keeps a quiet night finite.
		ratio := (float64(then)*c.seconds + 0.5) / (sum/known*c.seconds + 0.5)
		*row = int8(min(max(math.Round(math.Log(ratio)*rowStep), -mostRow), mostRow))
	}
	c.factors[place%n] = c.middle(place % n)
}

// middle is the factor of a place: the mean of the middle third or so of what was
// seen in the periods remembered, so that one extreme day does not make it.
func (c cycle) middle(place int64) int16 {
	var seen [max(dayRows, weekRows)]int8
	k := 0
	for i := place; i < int64(len(c.rows)); i += int64(len(c.rates)) {
		if c.rows[i] != noRow {
			seen[k] = c.rows[i]
			k++
		}
	}
	if k == 0 {
		return 0
	}
	slices.Sort(seen[:k])
	sum, drop := 0.0, k/3
	for _, v := range seen[drop : k-drop] {
		sum += math.Exp(float64(v) / rowStep)
	}
	return int16(math.Round(1000 * math.Log(sum/float64(k-2*drop))))
}

// factor is the logarithm of what the q-th quarter since the epoch has over the mean.
// In a week, quarters of an hour differ as they do in a day.
func (s *season) factor(m mode, q int64) float64 {
	switch m {
	case daily:
		return float64(s.Day.Factors[q%dayQuarters]) / 1000
	case weekly:
		first, sum := q-q%hour, 0
		for i := first; i < first+hour; i++ {
			sum += int(s.Day.Factors[i%dayQuarters])
		}
		within := float64(s.Day.Factors[q%dayQuarters]) - float64(sum)/hour
		return (float64(s.Week.Factors[q/hour%weekHours]) + within) / 1000
	}
	return 0
}

// times is what the q-th quarter since the epoch has in multiples of the mean.
func (s *season) times(m mode, q int64) float64 {
	if f := int(math.Round(1000*s.factor(m, q))) + len(powers)/2; f >= 0 && f < len(powers) {
		return powers[f]
	}
	return math.Exp(s.factor(m, q))
}

// powers are the exponentials of thousandths from -4.096 on: a day has many quarters.
var powers = func() (out [8192]float64) {
	for i := range out {
		out[i] = math.Exp(float64(i-len(out)/2) / 1000)
	}
	return out
}()
