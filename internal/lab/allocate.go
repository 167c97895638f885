package lab

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/allocation/referee"
	"github.com/modcap/modcap/internal/staffing/plants"
	"github.com/modcap/modcap/internal/staffing/queueing/vectors"
)

// Judged is generated plants whose allocation was held against the proven optimum of a linear program.
type Judged struct {
	Limited  bool
	Relaxed  bool // older work may go to others, and some does
	Plants   int
	Unproven int       // plants whose optimum was not proven
	Beyond   []float64 // of each plant, the batch that is furthest from the best, in shares of what it requires
	Late     float64   // at best, in the mean
}

// Worst and Mean are of the plants.
func (j *Judged) Worst() float64 { return slices.Max(append([]float64{0}, j.Beyond...)) }

// Mean is the mean of the plants' worst batches.
func (j *Judged) Mean() (mean float64) {
	for _, b := range j.Beyond {
		mean += max(b, 0) / float64(len(j.Beyond))
	}
	return mean
}

// beyond is how many plants are further from the best than the bar allows, or than is known.
func (j *Judged) beyond() int {
	n := j.Unproven
	for _, b := range j.Beyond {
		if b > barLate {
			n++
		}
	}
	return n
}

// Audited is plans of generated plants that were checked against rules written a second time.
type Audited struct {
	Plants, Late, Bound int
	Broken              map[string]int // plants, by rule
	First               string         // the first rule broken, and how
}

// Allocated is the proof of the allocation.
type Allocated struct {
	Vectors []vectors.Vector
	Free    Judged
	Limited Judged
	// Fresh are more plants with limits: there are many ways in which these couple hours.
	Fresh Judged
	// Relaxed are plans in which others stand in, half of them with limits.
	Relaxed Judged
	Audited Audited
	Costs   []PlanCost
}

// Of each plant of the bar, so many are drawn besides: with limits, and to be audited.
const (
	freshPlants   = 3
	auditedPlants = 50
)

// Allocate proves the allocation on number plants, half of them with limits, on more plants with limits
// than these, and audits many more. Progress may be nil.
func Allocate(number int, seed uint64, progress func(done, all float64)) Allocated {
	done, all := 0.0, float64(number*(2+freshPlants+auditedPlants/auditsInJudgement))
	tell := func(work float64) {
		if done += work; progress != nil {
			progress(done, all)
		}
	}
	return Allocated{
		Vectors: vectors.All(),
		Free:    judge(number/2, false, seed, tell),
		Limited: judge(number-number/2, true, seed, tell),
		Fresh:   judge(number*freshPlants, true, seed+1, tell),
		Relaxed: judgeRelaxed(number, seed, tell),
		Audited: auditPlans(number*auditedPlants, seed, tell),
	}
}

// auditsInJudgement is about how many audits take as long as one plant's optimum.
const auditsInJudgement = 25

func judge(number int, limited bool, seed uint64, tell func(float64)) Judged {
	out := Judged{Limited: limited, Plants: number}
	r := rand.New(rand.NewPCG(seed, 21))
	for range number {
		p := referee.Draw(r, limited)
		v, err := p.Judge(p.Solve())
		if tell(1); err != nil {
			out.Unproven++
			continue
		}
		out.Beyond = append(out.Beyond, v.Worst())
		out.Late += v.Late
	}
	out.Late /= float64(max(len(out.Beyond), 1))
	return out
}

// judgeRelaxed judges plans in which others stand in.
func judgeRelaxed(number int, seed uint64, tell func(float64)) Judged {
	out := Judged{Relaxed: true, Plants: number}
	r := rand.New(rand.NewPCG(seed, 23))
	for n, done := 0, 0; done < number; n++ {
		w := staffing.WholeOf(plants.Relaxing(r, n))
		if w.Relaxed == 0 {
			continue
		}
		done++
		v, err := referee.JudgeWhole(&w)
		if tell(1); err != nil {
			out.Unproven++
			continue
		}
		out.Beyond = append(out.Beyond, v.Worst())
		out.Late += v.Late
	}
	out.Late /= float64(max(len(out.Beyond), 1))
	return out
}

func auditPlans(number int, seed uint64, tell func(float64)) Audited {
	out := Audited{Plants: number, Broken: map[string]int{}}
	r := rand.New(rand.NewPCG(seed, 22))
	for n := range number {
		plan, broken := staffing.Audit(plants.Small(r, n))
		tell(1.0 / auditsInJudgement)
		if plan.Ledger.Late > 0 {
			out.Late++
		}
		if slices.ContainsFunc(plan.Exposure, func(x staffing.ExposureUse) bool { return x.Binds }) {
			out.Bound++
		}
		for _, b := range broken {
			if out.Broken[b.Rule]++; out.First == "" {
				out.First = fmt.Sprintf("plant %d: %s: %s", n, b.Rule, b.What)
			}
		}
	}
	return out
}

// PlanCost is what a large plan takes.
type PlanCost struct {
	Plant     string
	Intervals int
	Seconds   float64 // of one processor, garbage collection included
	Allocated float64 // MB in all: no heap could grow by more, whenever garbage is collected
	Left      float64 // MB of them that are left when the plan is made
}

// LargePlants are those whose plans are timed: 100 queues of three classes each and 30 teams, without
// limits of exposure and with.
func LargePlants(intervals int, measure func(func() any) PlanCost) []PlanCost {
	var out []PlanCost
	for _, large := range []struct {
		name string
		in   staffing.Input
	}{{"no limits", plants.Large(intervals)}, {"limits of exposure", plants.Limited(intervals)}} {
		cost := measure(func() any { return staffing.Plan(large.in) })
		cost.Plant, cost.Intervals = large.name, intervals
		out = append(out, cost)
	}
	return out
}
