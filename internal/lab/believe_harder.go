package lab

import (
	"fmt"
	"math"
	"strings"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/promise"
)

// believeFamily is between which limits plants are drawn.
type believeFamily struct {
	name, words string
	busy        [2]float64     // share of their time that people have work for
	short       [2]float64     // promises of a few handle times
	variations  []sample.Milli // of handle times
	dispersions []int64        // of arrivals
	erlangs     [2]float64     // mean load of a queue
}

// believeFamilies are the plants of the bar, and harder ones.
func believeFamilies() []believeFamily {
	plain := believeFamily{
		name: "plain", words: "the plants above", busy: [2]float64{0.7, 1}, short: [2]float64{2, 4.5},
		variations: []sample.Milli{800}, dispersions: []int64{1, 3}, erlangs: [2]float64{0.5, 8},
	}
	tight, varied, large := plain, plain, plain
	tight.name, tight.words = "tight", "work for 75 to 105 % of the people's time, short promises of 2 to 8 handle times"
	tight.busy, tight.short = [2]float64{0.75, 1.05}, [2]float64{2, 8}
	varied.name, varied.words = "varied", "65 to 100 %, 2 to 12 handle times, variations of 0.4 to 1.6, dispersions of 1, 2 and 5"
	varied.busy, varied.short = [2]float64{0.65, 1}, [2]float64{2, 12}
	varied.variations, varied.dispersions = []sample.Milli{400, 800, 1200, 1600}, []int64{1, 2, 5}
	large.name, large.words = "large", "85 to 105 %, 3 to 10 handle times, queues of 2 to 20 people's work"
	large.busy, large.short, large.erlangs = [2]float64{0.85, 1.05}, [2]float64{3, 10}, [2]float64{2, 20}
	return []believeFamily{plain, tight, varied, large}
}

// Harder is a family of plants, and what was predicted of them.
type Harder struct {
	name, words string
	plants      int
	points      []BelievePoint
}

// BelieveHarder plays plants of each of the harder families, which are harder on a prediction than
// the bar is. Their seeds are their own.
func BelieveHarder(plants, workers int, progress func(done, all float64)) []Harder {
	var out []Harder
	families := believeFamilies()[1:]
	for i, f := range families {
		tell := func(done, all float64) {
			if progress != nil {
				progress(float64(i)*all+done, float64(len(families))*all)
			}
		}
		seed := BelieveSeed + uint64(i+1)*100_000
		out = append(out, Harder{f.name, f.words, plants, believe(f, seed, plants, workers, tell)})
	}
	return out
}

// inRange says whether the simulated share lies in the range that is told of the predicted one.
func (p *BelievePoint) inRange() bool {
	low, high := promise.Range(sample.PPM(math.Round(p.Predicted * float64(sample.AllPPM))))
	simulated := p.Simulated * float64(sample.AllPPM)
	return float64(low) <= simulated && simulated <= float64(high)
}

// waits says that the prediction loses something to waiting, so that its range is asked for.
func (p *BelievePoint) waits() bool { return p.Predicted < p.Alone-waitingCosts/2 }

// HarderTable is how good the prediction is by family, the plants of the bar first.
func HarderTable(plain Harder, harder []Harder) string {
	g := columns("plants|drawn|50 to 99 %|error there|95th percentile|bias|waiting costs 2 points|95th percentile|right side elsewhere|" +
		"in the range")
	for _, h := range append([]Harder{plain}, harder...) {
		scored := deviationOf(errorsOf(h.points, predictedOf, (*BelievePoint).Scored))
		loses := deviationOf(errorsOf(h.points, predictedOf, (*BelievePoint).loses))
		right := countOf(h.points, func(p *BelievePoint) bool { return !p.Scored() && p.rightSide() })
		waits := countOf(h.points, (*BelievePoint).waits)
		inside := countOf(h.points, func(p *BelievePoint) bool { return p.waits() && p.inRange() })
		g.row(h.name, fmt.Sprint(h.plants), tenths(shareOf(scored.n, len(h.points))), inPoints(scored.mean), inPoints(scored.p95),
			fmt.Sprintf("%+.2f", 100*scored.bias), inPoints(loses.mean), inPoints(loses.p95),
			tenths(shareOf(right, len(h.points)-scored.n)), tenths(shareOf(inside, waits)))
	}
	return g.String()
}

// HarderSection shows the harder families beside the plants of the bar.
func HarderSection(plants int, all []BelievePoint, harder []Harder) string {
	var b strings.Builder
	b.WriteString("## The promise on harder plants\n\n" + harderWords)
	for _, h := range harder {
		fmt.Fprintf(&b, "- %s: %s\n", h.name, h.words)
	}
	b.WriteString("\n" + HarderTable(Harder{name: believeFamilies()[0].name, plants: plants, points: all}, harder))
	return b.String()
}

const harderWords = `Plants that nobody would leave as they are, drawn like those above but between other limits, with seeds of their own.
The last column is how many of the queues that lose a point or more to waiting, by the prediction, have their simulated share in
the range that tables and pages show of the predicted one (made with other seeds to hold nine of ten).

`
