package staffing

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

// shared is what each team gets of each class by weights, in heads.
func shared(plan Result, weights []TeamWeight) map[ClassKey]map[string]float64 {
	out := map[ClassKey]map[string]float64{}
	for _, c := range plan.Classes {
		parts, sum := map[string]float64{}, 0.0
		for _, w := range weights {
			if !slices.Contains(c.Teams, w.Team) {
				continue
			}
			part := float64(w.Weight)
			for _, l := range w.Limits {
				if drawn(l.HarmDomains, c.Domains) {
					part *= float64(l.Part) / float64(sample.AllPPM)
				}
			}
			parts[w.Team] = part
			sum += part
		}
		for team := range parts {
			if sum > 0 {
				parts[team] *= c.Now.Covered.Float() / sum
			}
		}
		out[c.Key] = parts
	}
	return out
}

// Weights send a team no more work that a limit counts than the limit leaves it now, as far as others
// may do it, and nothing at all where the limit is used up.
func TestWeightsKeepToLimits(t *testing.T) {
	r := rand.New(rand.NewPCG(44, 1))
	closed, bound, over, worst := 0, 0, 0, 0.0
	for n := range 800 {
		in := exposedPlant(r)
		for i := range in.Teams {
			if x := in.Teams[i].Exposure; len(x) > 0 && r.IntN(4) == 0 {
				x[0].Days[0].Budget = 0
			}
		}
		plan := Plan(in)
		weights := Balance(plan)
		work := shared(plan, weights)
		for at, team := range plan.Teams {
			for k, l := range team.Limits {
				sent, part := 0.0, weights[at].Limits[k].Part
				for _, c := range plan.Classes {
					if drawn(l.HarmDomains, c.Domains) {
						sent += work[c.Key][team.Name]
					}
				}
				switch {
				case team.ProductiveNow == 0:
				case l.Most == 0:
					closed++
					if part != 0 || sent > 0 {
						t.Fatalf("plant %d: team %s gets %.3f heads of work with %d parts, and its limit is used up", n, team.Name, sent, part)
					}
				case part < sample.AllPPM:
					bound++
					if off := sent - l.Most.Float(); off > 0.05*l.Most.Float()+0.05 {
						over++
						worst = max(worst, off)
					}
				}
			}
		}
	}
	t.Logf("%d limits used up, %d that bind now, %d of them asked for over a twentieth more, %.2f heads at worst", closed, bound, over, worst)
	if closed < 50 || bound < 50 || over*50 > bound {
		t.Error("weights do not keep to limits")
	}
}

// Of two teams alike, one may look at graphic work for no more today: what comes of it goes to the other,
// and of other work they have their even share as before.
func TestWeightsWhenABudgetRunsOut(t *testing.T) {
	graphic, spam := erlangs("g", 3, 3*sample.Minute, decided(90, 20*sample.Minute)), erlangs("s", 3, 3*sample.Minute, decided(90, 20*sample.Minute))
	graphic.Key.HarmDomain, spam.Key.HarmDomain = "graphic", "spam"
	a, b := team("a", 10), team("b", 10)
	a.Skills.HarmDomains = []string{"*"}
	b.Skills.HarmDomains = []string{"*"}
	a.Exposure = []ExposureLimit{{Name: "graphic", HarmDomains: []string{"graphic"}, Days: []ExposureDay{{0, 8, 20 * sample.Hour}, {8, 48, 40 * sample.Hour}}}}
	before := Balance(planOf([]Team{a, b}, graphic, spam))
	a.Exposure[0].Days[0].Budget = 0
	plan := planOf([]Team{a, b}, graphic, spam)
	after := Balance(plan)
	if len(before) != 2 || len(before[0].Limits) != 1 || before[0].Limits[0].Part != sample.AllPPM {
		t.Errorf("with a budget: %+v", before)
	}
	if x := after[0].Limits[0]; x.Part != 0 || x.Spare != 0 || after[0].Weight == 0 {
		t.Errorf("without: %+v", after[0])
	}
	for _, c := range plan.Classes {
		for _, s := range c.ByTeam {
			if c.Key.HarmDomain == "graphic" && s.Team == "a" {
				t.Errorf("the plan gives %s of it to a", s.Heads)
			}
		}
	}
	if g := plan.Classes[0]; g.Now.Have > 10_000 || plan.Classes[1].Now.Have < 15_000 {
		t.Errorf("graphic work could have %s, other %s, of ten people each", g.Now.Have, plan.Classes[1].Now.Have)
	}
}
