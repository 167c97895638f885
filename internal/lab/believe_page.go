package lab

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Bars of the prediction: where the simulated share is between 50 and 99 %, and elsewhere.
const (
	barScored               = 0.40
	barMean, barP95         = 0.03, 0.09
	barBias                 = 0.01
	barSide, barElsewhere   = 0.97, 0.01
	barUncertain            = 0.004
	waitingCosts            = 0.02 // share that is lost to waiting, from which on it counts as such
	believeLow, believeHigh = 0.5, 0.99
)

// deviation is how far predictions are off.
type deviation struct {
	n               int
	mean, p95, bias float64
	within          [3]int // 1, 3 and 9 points
}

func deviationOf(errors []float64) deviation {
	d := deviation{n: len(errors)}
	if d.n == 0 {
		return d
	}
	size := make([]float64, d.n)
	for i, e := range errors {
		size[i] = math.Abs(e)
		d.mean += size[i] / float64(d.n)
		d.bias += e / float64(d.n)
		for w, limit := range []float64{0.01, 0.03, 0.09} {
			if size[i] <= limit {
				d.within[w]++
			}
		}
	}
	slices.Sort(size)
	d.p95 = size[min(int(math.Ceil(0.95*float64(d.n))), d.n)-1]
	return d
}

// errorsOf a predictor, where something holds.
func errorsOf(points []BelievePoint, of func(*BelievePoint) float64, where func(*BelievePoint) bool) []float64 {
	var out []float64
	for i := range points {
		if p := &points[i]; where(p) {
			out = append(out, of(p)-p.Simulated)
		}
	}
	return out
}

func elsewhere(p *BelievePoint) bool      { return !p.Scored() }
func predictedOf(p *BelievePoint) float64 { return p.Predicted }
func (p *BelievePoint) loses() bool       { return p.Scored() && p.Simulated < p.Alone-waitingCosts }
func (p *BelievePoint) rightSide() bool {
	return (p.Predicted >= p.Percent) == (p.Simulated >= p.Percent)
}
func inPoints(share float64) string { return fmt.Sprintf("%.2f", 100*share) }
func shareOf(n, of int) float64     { return float64(n) / float64(max(of, 1)) }
func countOf(points []BelievePoint, where func(*BelievePoint) bool) (n int) {
	for i := range points {
		if where(&points[i]) {
			n++
		}
	}
	return n
}

// CheckBelieve holds predictions against the bar.
func CheckBelieve(all []BelievePoint) []PeopleCheck {
	scored := deviationOf(errorsOf(all, predictedOf, (*BelievePoint).Scored))
	rest := deviationOf(errorsOf(all, predictedOf, elsewhere))
	right := countOf(all, func(p *BelievePoint) bool { return !p.Scored() && p.rightSide() })
	uncertain := 0.0
	for i := range all {
		if all[i].Scored() {
			uncertain += all[i].Error / float64(max(scored.n, 1))
		}
	}
	atMost := func(what string, got, bar float64) PeopleCheck {
		return PeopleCheck{what, fmt.Sprintf("at most %g points", 100*bar), inPoints(got), got <= bar}
	}
	atLeast := func(what string, got, bar float64) PeopleCheck {
		return PeopleCheck{what, fmt.Sprintf("at least %g %%", 100*bar), tenths(got), got >= bar}
	}
	return []PeopleCheck{
		atLeast("queues and day parts with a simulated share from 50 to 99 %", shareOf(scored.n, len(all)), barScored),
		atMost("standard error of the simulated share there, mean", uncertain, barUncertain),
		atMost("error there, mean", scored.mean, barMean),
		atMost("error there, 95th percentile", scored.p95, barP95),
		{"bias there", "within ±1 point", fmt.Sprintf("%+.2f", 100*scored.bias), math.Abs(scored.bias) <= barBias},
		atLeast("right side of the promise elsewhere", shareOf(right, rest.n), barSide),
		atMost("error elsewhere, mean", rest.mean, barElsewhere),
	}
}

// BelieveErrors compares predictors, on those that are scored and on parts of them.
func BelieveErrors(all []BelievePoint) string {
	g := columns("predictor|where|number|mean error|95th percentile|bias|within 3 points|within 9")
	row := func(name, where string, of func(*BelievePoint) float64, is func(*BelievePoint) bool) {
		d := deviationOf(errorsOf(all, of, is))
		g.row(name, where, fmt.Sprint(d.n), inPoints(d.mean), inPoints(d.p95), fmt.Sprintf("%+.2f", 100*d.bias),
			tenths(shareOf(d.within[1], d.n)), tenths(shareOf(d.within[2], d.n)))
	}
	for _, by := range []struct {
		name string
		of   func(*BelievePoint) float64
	}{
		{"modcap", predictedOf},
		{"pooled Erlang C", func(p *BelievePoint) float64 { return p.Pooled }},
		{"the same, short promises first", func(p *BelievePoint) float64 { return p.Preferred }},
	} {
		row(by.name, "50 to 99 %", by.of, (*BelievePoint).Scored)
		row(by.name, "short promises of these", by.of, func(p *BelievePoint) bool { return p.Scored() && p.Short })
		row(by.name, "long promises of these", by.of, func(p *BelievePoint) bool { return p.Scored() && !p.Short })
		row(by.name, "waiting costs 2 points or more", by.of, (*BelievePoint).loses)
		row(by.name, "elsewhere", by.of, elsewhere)
	}
	return g.String()
}

// BelieveDays compares with single days, beside what days differ by themselves.
func BelieveDays(all []BelievePoint) string {
	g := columns("against single days, 50 to 99 %|days|mean error|95th percentile|bias")
	row := func(name string, of func(*BelievePoint) float64) {
		var errors []float64
		for i := range all {
			if p := &all[i]; p.Scored() {
				for _, day := range p.Days {
					errors = append(errors, of(p)-day)
				}
			}
		}
		d := deviationOf(errors)
		g.row(name, fmt.Sprint(d.n), inPoints(d.mean), inPoints(d.p95), fmt.Sprintf("%+.2f", 100*d.bias))
	}
	row("modcap", predictedOf)
	row("the mean of all days (the noise of a day)", func(p *BelievePoint) float64 { return p.Simulated })
	return g.String()
}

// BelieveLevels is how the simulated shares are spread.
func BelieveLevels(all []BelievePoint) string {
	limits := []float64{0.01, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999}
	g := columns("promises|number|below 1 %|to 50 %|to 80 %|to 90 %|to 95 %|to 99 %|to 99.9 %|above")
	for _, short := range []bool{true, false} {
		counts := make([]int, len(limits)+1)
		n := 0
		for i := range all {
			if all[i].Short == short {
				at, _ := slices.BinarySearchFunc(limits, all[i].Simulated, func(limit, x float64) int {
					if limit <= x {
						return -1
					}
					return 1
				})
				counts[at]++
				n++
			}
		}
		cells := []string{map[bool]string{true: "within 30 min", false: "longer"}[short], fmt.Sprint(n)}
		for _, c := range counts {
			cells = append(cells, tenths(shareOf(c, n)))
		}
		g.row(cells...)
	}
	return g.String()
}

// BelieveSection shows predictions of promises against simulated days.
func BelieveSection(plants int, all []BelievePoint) string {
	var b strings.Builder
	b.WriteString("## The promise\n\n")
	if len(all) == 0 {
		b.WriteString("No plant was played.\n")
		return b.String()
	}
	fmt.Fprintf(&b, believeWords, plants)
	b.WriteString(CheckTable(CheckBelieve(all)))
	b.WriteString("\nErrors in points, beside those of what anybody can work out:\n\n" + BelieveErrors(all))
	b.WriteString("\nNo prediction is nearer to a single day than days are to each other:\n\n" + BelieveDays(all))
	b.WriteString("\nThe simulated shares:\n\n" + BelieveLevels(all))
	return b.String()
}

const believeWords = `Of %d generated plants it is predicted which share of each queue's items is decided in time, and then each is played
50 times and more, item by item, with people who take what the routing documents give their team: the most important first, and of
equals what is due first. A plant has 1 to 20 queues in up to 6 languages, half of them with bursts (dispersion 3), 1 to 15 teams
that hold some of the languages and domains, arrivals that rise and fall over the day, shifts, and people enough for 70 to 100 %% of
their time; handle times are lognormal with a variation of 0.8. Three of five promises are of 2 to 4.5 handle times,
the rest of 1 to 24 hours. The predictor was made with other plants. It does not play: it works out who is left for whom, and
from that a distribution of waits (internal/staffing/promise).

What is easy to foresee is scored apart: a queue that always or never keeps its promise, though most queues are such. A point is a
hundredth of the items of a queue in a quarter of a day. Many of the shares between 50 and 99 %% are there since items
take longer than their promise by themselves; those that lose two points or more to waiting have a line of their own.

`
