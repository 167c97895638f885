package staffing

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

// given is a plan of teams a, b, … with heads, and of classes given heads by teams.
func given(heads []sample.Milli, classes ...ClassPlan) Result {
	var r Result
	for t, h := range heads {
		r.Teams = append(r.Teams, TeamPlan{Name: teamName(t), ProductiveNow: h})
	}
	r.Classes = classes
	return r
}

func teamName(t int) string { return string(rune('a' + t)) }

func work(covered sample.Milli, teams ...string) ClassPlan {
	return ClassPlan{Teams: teams, Now: Need{Covered: covered}}
}

func TestBalance(t *testing.T) {
	for name, c := range map[string]struct {
		plan Result
		want []sample.Milli
	}{
		"by heads, where all may do all":      {given([]sample.Milli{9000, 3000}, work(6000, "a", "b")), []sample.Milli{9000, 3000}},
		"by heads, where nothing is to do":    {given([]sample.Milli{9000, 3000}, work(0, "a", "b")), []sample.Milli{9000, 3000}},
		"nobody who is not there":             {given([]sample.Milli{4000, 0}, work(2000, "a", "b")), []sample.Milli{4000, 0}},
		"alone":                               {given([]sample.Milli{4000, 2000}, work(2000, "a"), work(9000, "b")), []sample.Milli{4000, 2000}},
		"less for who has work of their own":  {given([]sample.Milli{10_000, 10_000}, work(10_000, "a", "b"), work(5000, "b")), []sample.Milli{15_000, 5000}},
		"nothing more for who is full":        {given([]sample.Milli{10_000, 10_000}, work(8000, "a", "b"), work(10_000, "b")), []sample.Milli{20_000, 1}},
		"the idle team of three":              {given([]sample.Milli{6000, 6000, 6000}, work(9000, "a", "b"), work(0, "b", "c")), []sample.Milli{0, 0, 18_000}},
		"the rest of a pair counts elsewhere": {given([]sample.Milli{6000, 6000, 6000}, work(3000, "a"), work(6000, "a", "b"), work(0, "c")), []sample.Milli{3000, 9000, 6000}},
		"no teams at all":                     {given(nil, work(3000, "a")), []sample.Milli{}},
		"a team that nobody knows of":         {given([]sample.Milli{5000}, work(3000, "a", "z")), []sample.Milli{5000}},
	} {
		t.Run(name, func(t *testing.T) {
			got := []sample.Milli{}
			for _, w := range Balance(c.plan) {
				got = append(got, sample.Milli(w.Weight/finest))
			}
			if d := cmp.Diff(c.want, got, cmp.Comparer(func(a, b sample.Milli) bool { return max(a-b, b-a) <= max(a, b)/50+20 })); d != "" {
				t.Error(d)
			}
		})
	}
}

// plant draws who may do what, and how much of it the plan gives.
func plant(r *rand.Rand) Result {
	heads := make([]sample.Milli, 1+r.IntN(6))
	for t := range heads {
		heads[t] = sample.Milli(r.IntN(12)) * 1500
	}
	var classes []ClassPlan
	for range 1 + r.IntN(8) {
		var teams []string
		for t := range heads {
			if r.IntN(2) == 0 {
				teams = append(teams, teamName(t))
			}
		}
		if len(teams) > 0 {
			classes = append(classes, work(sample.Milli(r.IntN(9000)), teams...))
		}
	}
	plan := given(heads, classes...)
	if _, must := busiest(plan, Balance(plan)); must > 1 { // a plan gives no more than there is
		for i := range plan.Classes {
			c := &plan.Classes[i]
			c.Now.Covered = sample.Milli(float64(c.Now.Covered) / must)
		}
	}
	return plan
}

// busiest is how busy the busiest team is, by weights, and at least must be: some teams have at
// least the work that nobody else may do.
func busiest(plan Result, weights []TeamWeight) (is, must float64) {
	index, busy := map[string]int{}, make([]float64, len(weights))
	for t, w := range weights {
		index[w.Team] = t
	}
	sets := make([]float64, 1<<len(weights)) // work by the set of teams that may do it
	for _, c := range plan.Classes {
		set, sum := 0, 0.0
		for _, name := range c.Teams {
			if w := weights[index[name]]; w.Weight > 0 {
				set |= 1 << index[name]
				sum += float64(w.Weight)
			}
		}
		if set == 0 {
			continue
		}
		heads := max(c.Now.Covered, 1).Float()
		sets[set] += heads
		for _, name := range c.Teams {
			busy[index[name]] += heads * float64(weights[index[name]].Weight) / sum
		}
	}
	for t, w := range weights {
		if w.Weight > 0 {
			is = max(is, busy[t]/w.Productive.Float())
		}
	}
	for set := 1; set < len(sets); set++ {
		var heads, own float64
		for t, w := range weights {
			if set&(1<<t) != 0 {
				heads += w.Productive.Float()
			}
		}
		for other, x := range sets {
			if other != 0 && other&^set == 0 {
				own += x
			}
		}
		if heads > 0 {
			must = max(must, own/heads)
		}
	}
	return is, must
}

// Weights make teams as evenly busy as skills allow: the busiest one is no busier than it must be.
func TestBalanceIsEven(t *testing.T) {
	var sum, worst float64
	var at uint64
	for seed := range uint64(3000) {
		plan := plant(rand.New(rand.NewPCG(seed, 1)))
		is, must := busiest(plan, Balance(plan))
		if sum += is - must; is-must > worst {
			worst, at = is-must, seed
		}
	}
	if t.Logf("the busiest team is busier than need be by %.4f in the mean, %.4f at worst (seed %d)", sum/3000, worst, at); worst > 0.05 || sum/3000 > 0.005 {
		t.Error("teams are not evenly busy")
	}
}

// A change of one in a hundred in what is to do changes weights a little; the order of classes
// changes nothing; whoever is there has a weight.
func TestBalanceIsStable(t *testing.T) {
	most := 0.0
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 2))
		plan := plant(r)
		was := Balance(plan)
		for t2, w := range was {
			if (w.Weight > 0) != (plan.Teams[t2].ProductiveNow > 0) {
				t.Fatalf("seed %d: %+v", seed, w)
			}
		}
		r.Shuffle(len(plan.Classes), func(i, j int) { plan.Classes[i], plan.Classes[j] = plan.Classes[j], plan.Classes[i] })
		if again := Balance(plan); !reflect.DeepEqual(was, again) {
			t.Fatalf("seed %d: %s", seed, cmp.Diff(was, again))
		}
		noisy := plan
		noisy.Classes = slices.Clone(plan.Classes)
		for i := range noisy.Classes {
			c := &noisy.Classes[i]
			c.Now.Covered += c.Now.Covered * sample.Milli(r.IntN(21)-10) / 1000
		}
		now := Balance(noisy)
		for _, c := range plan.Classes {
			for _, name := range c.Teams {
				most = max(most, abs(part(was, c.Teams, name)-part(now, c.Teams, name)))
			}
		}
	}
	if t.Logf("1 %% of noise moves a team's part of a class by at most %.2f points", 100*most); most > 0.05 {
		t.Errorf("a team's part moves by %.2f points", 100*most)
	}
}

// part is a team's share of the work that some teams may do.
func part(weights []TeamWeight, teams []string, name string) float64 {
	var own, sum float64
	for _, w := range weights {
		if slices.Contains(teams, w.Team) {
			sum += float64(w.Weight)
			if w.Team == name {
				own = float64(w.Weight)
			}
		}
	}
	if sum == 0 {
		return 0
	}
	return own / sum
}

func abs(x float64) float64 { return max(x, -x) }

// The largest plan there is stays within numbers.
func TestBalanceOfMany(t *testing.T) {
	heads := make([]sample.Milli, 64)
	var all []string
	for i := range heads {
		heads[i] = maxTeam
		all = append(all, fmt.Sprintf("t%02d", i))
	}
	plan := given(heads)
	for i := range plan.Teams {
		plan.Teams[i].Name = all[i]
	}
	for i := range heads {
		plan.Classes = append(plan.Classes, work(maxTeam, all[:i+1]...))
	}
	for _, w := range Balance(plan) {
		if w.Weight <= 0 || w.Weight > 64*int64(maxTeam)*finest {
			t.Errorf("%+v", w)
		}
	}
}
