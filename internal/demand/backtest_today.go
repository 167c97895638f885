package demand

import (
	"fmt"
	"math"
)

// TodayTest is how good forecasts of the rest of a day were, at one hour of the days of the
// second half of a series.
type TodayTest struct {
	Hour      int     `json:"hour"`
	Days      int     `json:"days"`
	Intervals int     `json:"intervals"`
	Items     float64 `json:"items"`
	// Before is the weighted absolute percentage error, as a share, of what was foreseen at
	// midnight, Corrected that of what is foreseen at the hour, of the intervals; those after
	// are errors of the total of the rest of the day.
	Before        float64 `json:"before"`
	Corrected     float64 `json:"corrected"`
	RestBefore    float64 `json:"restOfDayBefore"`
	RestCorrected float64 `json:"restOfDayCorrected"`
	Covered       float64 `json:"covered"`       // share within the 90 % interval, of intervals
	CoveredBefore float64 `json:"coveredBefore"` // of that of midnight
	Pinball       float64 `json:"pinball"`       // mean loss, in items
	PinballBefore float64 `json:"pinballBefore"`
}

// TestToday forecasts the rest of each day of the second half of a series, which begins at
// midnight, at some hours.
func TestToday(s *Series, hours []int) ([]TodayTest, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	f := at(s, s.fitted())
	day, season := s.day(), f.season
	first := max(len(s.Counts)/2/day+1, season.begin/day+2*daysOfWeek+1)
	if f.Basis.Season != Weekly || (first+1)*day > len(s.Counts) || day < 24 {
		return nil, fmt.Errorf("a test of the rest of the day needs %d days of hours or less at least", BacktestNeeds)
	}
	out := make([]TodayTest, len(hours))
	kept, seen := map[int]*trial{}, s.seen()
	for d := first; (d+1)*day <= len(s.Counts); d++ {
		before := season.forecast(d*day, kept)
		for i, hour := range hours {
			now := d*day + hour*day/24
			origin := (now - day*settledHours/24) / day * day
			base := season.forecast(origin, kept)
			corrected := base.Points[now-origin:]
			if t := base.Today(seen[origin:now]); t != nil {
				corrected = t.Points
			}
			out[i].add(before.Points[now-d*day:day], corrected, seen[now:(d+1)*day])
		}
	}
	for i := range out {
		out[i].Hour = hours[i]
		if out[i].Items == 0 {
			return nil, fmt.Errorf("nothing arrived after %d:00 in the second half of the series", hours[i])
		}
		out[i].finish()
	}
	return out, nil
}

// forecast is that at an origin of a series that repeats with the week.
func (s *season) forecast(origin int, kept map[int]*trial) *Forecast {
	out := &Forecast{Basis: Basis{Season: Weekly}, season: s, rough: roughBand(roughFlat)}
	out.trials = s.trials(origin, (daysOfWeek+3)*s.piece, kept)
	out.Points, _ = s.windows(out.trials, span{0, 1}).points(out.rough)
	return out
}

// add scores the rest of a day.
func (t *TodayTest) add(before, corrected []Point, came []float64) {
	any := false
	e0, e1, all := 0.0, 0.0, 0.0
	for h, y := range came {
		b, c := &before[h], &corrected[h]
		if !known(y) || !b.Known || !c.Known {
			continue
		}
		any = true
		t.Intervals++
		t.Items += y
		t.Before += math.Abs(y - b.Quantiles[Median])
		t.Corrected += math.Abs(y - c.Quantiles[Median])
		e0, e1, all = e0+b.Expected, e1+c.Expected, all+y
		t.PinballBefore += b.pinball(y)
		t.Pinball += c.pinball(y)
		if b.covers(y) {
			t.CoveredBefore++
		}
		if c.covers(y) {
			t.Covered++
		}
	}
	if any {
		t.Days++
		t.RestBefore += math.Abs(all - e0)
		t.RestCorrected += math.Abs(all - e1)
	}
}

func (t *TodayTest) finish() {
	for _, x := range []*float64{&t.Before, &t.Corrected, &t.RestBefore, &t.RestCorrected} {
		*x /= t.Items
	}
	for _, x := range []*float64{&t.Covered, &t.CoveredBefore, &t.Pinball, &t.PinballBefore} {
		*x /= float64(t.Intervals)
	}
}
