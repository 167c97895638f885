package staffing

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// putFacts tells each queue and team what the plan says of it.
func (r *Reconciler) putFacts(g *gathered, plan staffing.Result) {
	target := client.ObjectKeyFromObject(g.target)
	queues, teams := map[types.NamespacedName]bool{}, map[types.NamespacedName]bool{}
	byQueue := map[string][]staffing.ClassPlan{}
	for _, c := range plan.Classes {
		byQueue[c.Key.Queue] = append(byQueue[c.Key.Queue], c)
	}
	for i := range g.queues {
		key := client.ObjectKeyFromObject(&g.queues[i])
		classes := byQueue[key.Name]
		if len(classes) == 0 {
			continue
		}
		queues[key] = true
		total, _ := plan.Queue(key.Name)
		r.Facts.Staffing.Put(key, fact(target.Name, total, classes))
	}
	for i := range g.teams {
		key := client.ObjectKeyFromObject(&g.teams[i])
		teams[key] = true
		r.Facts.Teams.Put(key, facts.Team{Target: target.Name})
	}
	r.keep(target, queues, teams)
	r.putWeights(target, plan)
}

// putWeights tells routing what the teams count for, if that changed so that it matters.
func (r *Reconciler) putWeights(target types.NamespacedName, plan staffing.Result) {
	next := facts.Weights{Teams: map[string]facts.Weight{}}
	for _, w := range staffing.Balance(plan) {
		next.Teams[w.Team] = facts.Weight{
			Weight: w.Weight, Productive: w.Productive, Spare: w.Spare, Present: w.Present, Limits: limitWeights(w.Limits),
		}
	}
	if last, ok := r.Facts.Weights.Get(target); !ok || weightsMoved(last, next) {
		r.Facts.Weights.Put(target, next)
	}
}

// limitWeights are those of a team. A limit that leaves nearly all leaves all: rows of documents are
// not told apart for so little.
func limitWeights(limits []staffing.LimitWeight) []facts.LimitWeight {
	var out []facts.LimitWeight
	for _, l := range limits {
		if l.Part >= nearlyAll {
			l.Part = sample.AllPPM
		}
		out = append(out, facts.LimitWeight(l))
	}
	return out
}

const (
	nearlyAll sample.PPM = 950_000
	// A limit that was used up opens again with so much, and others are told of anew when they move
	// by so much.
	opensWith sample.PPM = 50_000
	partMoves sample.PPM = 100_000
)

// limitsMoved reports whether what limits leave changed so that it matters. What is used up is told at
// once.
func limitsMoved(last, next []facts.LimitWeight) bool {
	return !slices.EqualFunc(last, next, func(was, is facts.LimitWeight) bool {
		closes, opens := was.Part > 0 && is.Part == 0, was.Part == 0 && is.Part >= opensWith
		return slices.Equal(was.HarmDomains, is.HarmDomains) && !closes && !opens && max(was.Part-is.Part, is.Part-was.Part) < partMoves
	})
}

// weightsMoved reports whether a team came or went, or counts for something else than it
// did: by a fiftieth, half a head of its spare. Routing has thresholds of its own, and
// higher ones: it is these that keep it from being woken by noise.
func weightsMoved(last, next facts.Weights) bool {
	far := func(a, b, least int64) bool { return max(a-b, b-a) > max(max(a, b)/50, least) }
	for name, is := range next.Teams {
		was, ok := last.Teams[name]
		if !ok || is.Present != was.Present || (is.Productive > 0) != (was.Productive > 0) || far(is.Weight, was.Weight, 0) ||
			far(int64(is.Productive), int64(was.Productive), 0) || far(int64(is.Spare), int64(was.Spare), 500) ||
			limitsMoved(was.Limits, is.Limits) {
			return true
		}
	}
	return len(last.Teams) != len(next.Teams)
}

// fact is what the plan says of one queue, rounded so that noise wakes nobody.
func fact(target string, total staffing.QueuePlan, classes []staffing.ClassPlan) facts.Staffing {
	f := facts.Staffing{
		Target: target, Have: int32(total.Have), Need: int32(total.Need),
		Classes: map[string][]v1alpha1.WorkClassStatus{}, Counts: map[string]int32{}, Promises: map[string]string{},
		Regimes: map[string]string{},
	}
	f.Reason, f.Message, f.Known = staffed(classes)
	f.Enough = f.Reason == v1alpha1.ReasonEnoughPeople
	for _, c := range byGap(classes) {
		stream := c.Key.Review
		f.Counts[stream]++
		if f.Promises[stream] == "" && !c.Derived {
			f.Promises[stream], f.Regimes[stream] = promiseOf(c), c.Promise.Regime
		}
		if len(f.Classes[stream]) < v1alpha1.MaxClasses {
			f.Classes[stream] = append(f.Classes[stream], classStatus(c))
		}
		if c.Known() && c.FirstGap != 0 && (f.FirstGap == 0 || c.FirstGap < f.FirstGap) {
			f.FirstGap = c.FirstGap
		}
	}
	if shortNow(classes) {
		// A gap now is told as one since the epoch: its time must not move with the clock.
		f.FirstGap = 1
	}
	return f
}

func shortNow(classes []staffing.ClassPlan) bool {
	return slices.ContainsFunc(classes, func(c staffing.ClassPlan) bool { return c.Known() && c.Now.Gap > 0 })
}

func classStatus(c staffing.ClassPlan) v1alpha1.WorkClassStatus {
	out := v1alpha1.WorkClassStatus{
		Language: c.Key.Language, HarmDomain: c.Key.HarmDomain, Tier: int32(c.Key.Tier), Role: v1alpha1.TeamRole(c.Key.Role),
		Need: base.Heads(c.Now.Required), Have: base.Heads(c.Now.Have), Gap: base.Heads(c.Now.Gap), Quality: c.Quality.String(),
	}
	if c.FirstGap != 0 && c.Now.Gap == 0 {
		out.FirstGap = base.Time(c.FirstGap)
	}
	if !c.Known() && c.Now.Required == 0 {
		out.Need, out.Gap = "?", "?"
	}
	return out
}

// byGap sorts classes by the largest gap over the horizon, then by key.
func byGap(classes []staffing.ClassPlan) []staffing.ClassPlan {
	out := slices.Clone(classes)
	slices.SortStableFunc(out, func(a, b staffing.ClassPlan) int { return cmp.Compare(b.WorstGap.Heads, a.WorstGap.Heads) })
	return out
}
