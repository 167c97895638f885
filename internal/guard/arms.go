package guard

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// ratios are the rises that are bet on, an equal part of the stake on each.
var ratios = [...]float64{1.25, 1.5, 2, 3, 5}

// stratum is what the random checks of a stratum found, with the errors of each stream that is watched.
type stratum struct {
	arm               Arm
	name              string
	rate              sample.PPM
	sampled, labelled int64
	errors            []int64
}

// weight is how many items one check stands for.
func (s *stratum) weight() float64 { return float64(sample.AllPPM) / float64(s.rate) }

// cell is a cohort of a market, in both arms.
type cell struct {
	Cell
	strata []stratum
}

// cells are those that count, in order.
func (j *judge) cells() []cell {
	by := map[Cell][]stratum{}
	for key, row := range j.strata {
		if j.counts(key.Cohort) {
			by[key.Cell] = append(by[key.Cell], *row)
		}
	}
	var out []cell
	for key, strata := range by {
		slices.SortFunc(strata, func(a, b stratum) int { return cmp.Or(cmp.Compare(a.arm, b.arm), cmp.Compare(a.name, b.name)) })
		out = append(out, cell{key, strata})
	}
	slices.SortFunc(out, func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.Market, b.Market), cmp.Compare(a.Cohort, b.Cohort))
	})
	return out
}

// mature is whether enough of a cohort's samples are labelled, or it is old enough.
func (j *judge) mature(cohort sample.Instant, sampled, labelled int64) bool {
	return labelled*100 >= sampled*matureShare || j.in.Now.Since(cohort.Add(j.in.Terms.Cohort)) > j.in.Terms.Delay
}

func (c *cell) mature(j *judge) bool {
	var sampled, labelled int64
	for i := range c.strata {
		sampled, labelled = sampled+c.strata[i].sampled, labelled+c.strata[i].labelled
	}
	return j.mature(c.Cohort, sampled, labelled)
}

// gathered is what a stream's bet is made of, over cells.
type gathered struct {
	logs           [len(ratios)]float64
	errors, checks map[Arm]int64
	weighted       map[Arm]float64 // rates of errors, each cell's by its weight
	together       float64         // the weights
}

// bet wagers on a stream over matured cells. Given that an error is found in a cohort, it lies in the
// candidate's arm with a probability q that is at most q0 if the candidate is no worse (beyond what is tolerated), since
// both arms' items came at the same time and their labels come as late. One unit is laid on each ratio; an
// error multiplies it by q/q0 if it is the candidate's, by (1-q)/(1-q0) if not. So the mean of all is
// expected not to rise, whenever one looks, and passes 1/alpha with probability alpha at most (Ville).
//
// An error that was sampled at a higher rate than the least is only that part of an error: of the factor
// less one, that part is taken. It would otherwise be a rise that errors move to where more is sampled.
func (j *judge) bet(stream int, cells []cell) *gathered {
	g := &gathered{errors: map[Arm]int64{}, checks: map[Arm]int64{}, weighted: map[Arm]float64{}}
	tolerated := 1 + float64(j.streams[stream].Tolerated)/float64(sample.AllPPM)
	for i := range cells {
		g.add(&cells[i], stream, tolerated, j.places[stream])
	}
	return g
}

func (g *gathered) add(c *cell, stream int, tolerated float64, places map[string]bool) {
	var candidate, stable float64
	least := math.Inf(1)
	for i := range c.strata {
		t := &c.strata[i]
		if t.arm == Candidate {
			candidate += float64(t.labelled) * t.weight()
		} else {
			stable += float64(t.labelled) * t.weight()
		}
		if places[t.name] {
			least = min(least, float64(t.rate))
		}
	}
	if stable == 0 || candidate == 0 {
		return
	}
	odds := tolerated * candidate / stable
	g.together += candidate * stable / (candidate + stable)
	for i := range c.strata {
		t := &c.strata[i]
		n, of := t.errors[stream], candidate
		if t.arm == Candidate {
			of = stable
		}
		g.checks[t.arm] += t.labelled
		if n == 0 {
			continue
		}
		g.errors[t.arm] += n
		g.weighted[t.arm] += float64(n) * t.weight() * of / (candidate + stable)
		for k, ratio := range ratios {
			g.logs[k] += float64(n) * math.Log1p(least/float64(t.rate)*(factor(t.arm, odds, ratio)-1))
		}
	}
}

// factor is what an error in an arm makes of a unit laid on a ratio, with the odds given that it is the candidate's.
func factor(a Arm, odds, ratio float64) float64 {
	f := (odds + 1) / (ratio*odds + 1)
	if a == Candidate {
		f *= ratio
	}
	return f
}

// wealth is the logarithm of what one unit has become.
func (g *gathered) wealth() float64 {
	most := slices.Max(g.logs[:])
	var sum float64
	for _, l := range g.logs {
		sum += math.Exp(l - most)
	}
	return most + math.Log(sum/float64(len(g.logs)))
}

// told is the bet as it is shown, with the level at which it aborts.
func (g *gathered) told(alpha float64) Bet {
	out := Bet{
		StableErrors: g.errors[Stable], StableChecks: g.checks[Stable],
		CandidateErrors: g.errors[Candidate], CandidateChecks: g.checks[Candidate],
	}
	out.LogWealth, _ = sample.FromFloat(g.wealth())
	if alpha > 0 {
		out.LogThreshold, _ = sample.FromFloat(-math.Log(alpha))
	}
	if g.together > 0 {
		out.Stable, out.Candidate = perTenThousand(g.weighted[Stable]/g.together), perTenThousand(g.weighted[Candidate]/g.together)
	}
	return out
}

// markets are the cells by market, in order.
func markets(cells []cell) (names []string, by map[string][]cell) {
	by = map[string][]cell{}
	for _, c := range cells {
		by[c.Market] = append(by[c.Market], c)
	}
	return slices.Sorted(maps.Keys(by)), by
}
