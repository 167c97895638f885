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

// stratum is what the random checks of a stratum found, with the errors of each stream.
type stratum struct {
	arm               Arm
	name              string
	rate              sample.PPM
	sampled, labelled int64
	errors            map[Stream]int64
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
	found := map[Stratum]*stratum{}
	for _, s := range j.in.Counters.Sampled {
		row := found[s.Stratum]
		if row == nil {
			row = &stratum{arm: s.Arm, name: s.Name, rate: s.Rate, errors: map[Stream]int64{}}
			found[s.Stratum] = row
		}
		row.sampled, row.labelled = row.sampled+s.Sampled, row.labelled+s.Labelled
	}
	for _, w := range j.in.Counters.Wrong {
		found[w.Stratum].errors[w.Stream] += w.Errors
	}
	by := map[Cell][]stratum{}
	for key, row := range found {
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

// mature is whether enough of the cell's samples are labelled, or it is old enough.
func (j *judge) mature(cohort sample.Instant, sampled, labelled int64) bool {
	return labelled*100 >= sampled*matureShare || j.in.Now.Since(cohort.Add(j.in.Terms.Cohort)) > j.in.Terms.Delay
}

func (c *cell) counts() (sampled, labelled int64) {
	for i := range c.strata {
		sampled, labelled = sampled+c.strata[i].sampled, labelled+c.strata[i].labelled
	}
	return sampled, labelled
}

// places are the strata in which a stream's errors are counted.
func (j *judge) places() map[Stream]map[string]bool {
	out := map[Stream]map[string]bool{}
	for _, w := range j.in.Counters.Wrong {
		if out[w.Stream] == nil {
			out[w.Stream] = map[string]bool{}
		}
		out[w.Stream][w.Name] = true
	}
	return out
}

// gathered is what a stream's bet is made of, over cells.
type gathered struct {
	logs                                    [len(ratios)]float64
	errors, checks                          map[Arm]int64
	together, stableErrors, candidateErrors float64
}

// bet wagers on a stream over matured cells. Given that an error is found in a cohort, it lies in the
// candidate's arm with a probability q that is at most q0 if the candidate is no worse (beyond what is tolerated), since
// both arms' items came at the same time and their labels come as late. One unit is laid on each ratio; an
// error multiplies it by q/q0 if it is the candidate's, by (1-q)/(1-q0) if not. So the mean of all is
// expected not to rise, whenever one looks, and passes 1/alpha with probability alpha at most (Ville).
//
// An error that was sampled at a higher rate than the least is only that part of an error: of the factor
// less one, that part is taken. It would otherwise be a rise that errors move to where more is sampled.
func (j *judge) bet(s *Watched, cells []cell, places map[string]bool) *gathered {
	g := &gathered{errors: map[Arm]int64{}, checks: map[Arm]int64{}}
	for i := range cells {
		g.add(&cells[i], s, places)
	}
	return g
}

func (g *gathered) add(c *cell, s *Watched, places map[string]bool) {
	w := map[Arm]float64{}
	least := math.Inf(1)
	for i := range c.strata {
		t := &c.strata[i]
		w[t.arm] += float64(t.labelled) * t.weight()
		if places[t.name] {
			least = min(least, float64(t.rate))
		}
	}
	if w[Stable] == 0 || w[Candidate] == 0 {
		return
	}
	r := (1 + float64(s.Tolerated)/float64(sample.AllPPM)) * w[Candidate]
	share := w[Candidate] * w[Stable] / (w[Candidate] + w[Stable])
	g.together += share
	for i := range c.strata {
		t := &c.strata[i]
		n := t.errors[s.Stream]
		g.errors[t.arm], g.checks[t.arm] = g.errors[t.arm]+n, g.checks[t.arm]+t.labelled
		if n == 0 {
			continue
		}
		g.rate(t.arm, share*float64(n)*t.weight()/w[t.arm])
		for k, ratio := range ratios {
			g.logs[k] += float64(n) * math.Log1p(least/float64(t.rate)*(factor(t.arm, r/w[Stable], ratio)-1))
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

func (g *gathered) rate(a Arm, weighted float64) {
	if a == Candidate {
		g.candidateErrors += weighted
	} else {
		g.stableErrors += weighted
	}
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
		out.Stable, out.Candidate = perTenThousand(g.stableErrors/g.together), perTenThousand(g.candidateErrors/g.together)
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
