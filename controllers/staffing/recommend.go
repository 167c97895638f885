package staffing

import (
	"fmt"
	"strconv"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/base"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
)

const (
	// maxRecommended is how many changes a status lists.
	maxRecommended = 8
	// mostSearched bounds classes times intervals of a plan for which changes are looked
	// for: about a second of work.
	mostSearched = 100_000
	// mostForeseen bounds those planned to tell what the changes do for the promises: a second or
	// two of work.
	mostForeseen = 100_000
)

// advised is what was recommended, to which spec and inputs, of the plan that starts then,
// and whether anybody was missing in it.
type advised struct {
	generation int64
	inputs     uint64
	start      sample.Instant
	missing    bool
	list       []v1alpha1.StaffingRecommendation
}

// of is true of such a plan as now: what was found when nobody was missing does not do when
// somebody is.
func (a *advised) of(now *advised) bool {
	same := a.generation == now.generation && a.inputs == now.inputs && a.start == now.start
	return same && (a.missing || !now.missing)
}

// recommend puts what would close the gaps of a plan into the target's status. It looks
// for that once an interval, and when people or the spec are others: what arrives
// changes with every sample, and nobody can follow a recommendation that does. For the
// same reason it stands until the interval is over though nobody be missing any more.
func (r *Reconciler) recommend(g *gathered, in *staffing.Input, look *written, missing bool) []v1alpha1.Finding {
	key, s := client.ObjectKeyFromObject(g.target), &g.target.Status
	if size := len(in.Classes) * in.Grid().N; size > mostSearched {
		s.Recommendations = nil
		return []v1alpha1.Finding{{
			Code: "RecommendationsLeftOut", Severity: "Warning",
			Message: fmt.Sprintf("With %d classes in %d intervals the plan is too large to look for recommendations at each interval",
				len(in.Classes), in.Grid().N),
			Fix: "Ask kubectl modcap recommend, or split the target",
		}}
	}
	now := advised{
		generation: look.generation, inputs: look.inputs, start: look.start, missing: missing || len(in.Unrelieved) > 0,
	}
	if last, ok := r.advice.of(key); ok && last.of(&now) {
		s.Recommendations = last.list
		return nil
	}
	if now.missing {
		whole := in.WithoutRelief() // which is for hours, and no reason to go without people
		now.list = g.changes(&whole)
	}
	r.advice.put(key, now)
	s.Recommendations = now.list
	return nil
}

// changes are those that close the gaps for the fewest paid hours.
func (g *gathered) changes(in *staffing.Input) []v1alpha1.StaffingRecommendation {
	teams := make([]*v1alpha1.ReviewTeam, 0, len(g.teams))
	for i := range g.teams {
		teams = append(teams, &g.teams[i])
	}
	terms := resolve.DefaultTerms()
	terms.SoonOnly = true
	options, err := resolve.OptionsOf(teams, in, terms)
	if err != nil {
		return nil // not of teams that are planned: who is wrong is not, and has a finding
	}
	remedies := staffing.Recommend(*in, options.Soon)
	remedies = remedies[:min(len(remedies), maxRecommended)]
	turns := sheet.PromisesOf(in, mostForeseen).Together(options.Soon, remedies)
	out := make([]v1alpha1.StaffingRecommendation, 0, len(remedies))
	for i := range remedies {
		out = append(out, recommended(&remedies[i]))
		if i < len(turns) {
			out[i].OnTime = promised(turns[i].Data())
		}
	}
	return out
}

// promised is in whole percent, as a promise is not known better; but next to all is not all.
func promised(t *sheet.TurnData) *v1alpha1.OnTimeChange {
	if t == nil {
		return nil
	}
	percent := func(x float64) string {
		if x > 99 && x < 100 {
			return strconv.FormatFloat(x, 'f', 1, 64)
		}
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return &v1alpha1.OnTimeChange{Language: t.Language, Tier: int32(t.Tier), Before: percent(t.Before), After: percent(t.After)}
}

func recommended(m *staffing.Remedy) v1alpha1.StaffingRecommendation {
	return v1alpha1.StaffingRecommendation{
		Kind: v1alpha1.RecommendationKind(m.Kind), Team: m.Team, Shift: m.Shift, Heads: int32(m.Heads), From: *base.Time(m.Times[0].From),
		Hours: hours(m.Cost), Closes: hours(m.Before - m.After), Sentence: short(m.Sentence(time.UTC) + " (times of UTC)"),
	}
}
