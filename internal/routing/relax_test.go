package routing

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
)

func relaxed(steps ...v1alpha1.Relaxation) queueOption {
	return func(q *v1alpha1.ModerationQueue) { q.Spec.Reviews[0].Relax = steps }
}

// Of the first stream of a queue for Brazil on live, whose promise is 15m: who may take its items, and
// who when they are old.
func TestRelaxed(t *testing.T) {
	market, surface := v1alpha1.Relaxation{After: "5m", Drop: "market"}, v1alpha1.Relaxation{After: "10m", Drop: "surface"}
	team := func(name string, edit func(*Team)) Team {
		out := Team{Name: name, Tier: 1, Languages: []string{"*"}, HarmDomains: []string{"*"}, Scheduled: true, Productive: sample.One}
		edit(&out)
		return out
	}
	teams := []Team{
		team("home", func(t *Team) { t.Markets, t.Surfaces = []string{"BR"}, []string{"live"} }),
		team("lisbon", func(t *Team) { t.Markets = []string{"PT"} }),
		team("video", func(t *Team) { t.Surfaces = []string{"video"} }),
		team("lisbon-video", func(t *Team) { t.Markets, t.Surfaces = []string{"PT"}, []string{"video"} }),
		team("nobody-there", func(t *Team) { t.Markets, t.Productive = []string{"PT"}, 0 }),
		team("no-hate", func(t *Team) { t.Markets, t.HarmDomains = []string{"PT"}, []string{"spam"} }),
		team("no-portuguese", func(t *Team) { t.Markets, t.Languages = []string{"PT"}, []string{"de"} }),
		team("second-tier", func(t *Team) { t.Markets, t.Tier = []string{"PT"}, 2 }),
		team("quality", func(t *Team) { t.Markets, t.Roles = []string{"PT"}, []string{"QA"} }),
	}
	for name, x := range map[string]struct {
		steps []v1alpha1.Relaxation
		edit  queueOption
		want  []v1.Relaxed
	}{
		"nothing declared": {},
		"the market":       {steps: []v1alpha1.Relaxation{market}, want: []v1.Relaxed{{AfterMillis: 300_000, Teams: []string{"lisbon"}}}},
		"the market, then the surface": {steps: []v1alpha1.Relaxation{market, surface}, want: []v1.Relaxed{
			{AfterMillis: 300_000, Teams: []string{"lisbon"}}, {AfterMillis: 600_000, Teams: []string{"lisbon-video", "video"}},
		}},
		"the surface alone":           {steps: []v1alpha1.Relaxation{surface}, want: []v1.Relaxed{{AfterMillis: 600_000, Teams: []string{"video"}}}},
		"as late as the promise":      {steps: []v1alpha1.Relaxation{{After: "15m", Drop: "market"}}},
		"nothing after an unread one": {steps: []v1alpha1.Relaxation{{After: "1d", Drop: "market"}, surface}},
		"protected":                   {steps: []v1alpha1.Relaxation{market}, edit: func(q *v1alpha1.ModerationQueue) { q.Spec.Protected = true }},
	} {
		t.Run(name, func(t *testing.T) {
			q := queue("live-br", markets("BR"), languages("pt-BR"), relaxed(x.steps...))
			if x.edit != nil {
				x.edit(q)
			}
			in := input(q)
			in.Teams = teams
			tab, _, _ := load(t, Compile(in))
			class := v1.Class{Queue: "live-br", Language: "pt-BR", HarmDomain: "hate", Tier: 1}
			takers, overflow := tab.Teams(class)
			if len(takers) != 1 || takers[0].Name != "home" || len(overflow) > 0 {
				t.Errorf("teams %v, overflow %v", takers, overflow)
			}
			if d := cmp.Diff(x.want, tab.Relaxed(class)); d != "" {
				t.Errorf("relaxed (-want +got):\n%s", d)
			}
		})
	}
}

// Weights are written anew when who may stand in changes, and who stands in from another surface brings
// the limits of exposure along.
func TestRelaxedIsPublishedAtOnce(t *testing.T) {
	in := input(queue("live-br", languages("en"), relaxed(v1alpha1.Relaxation{After: "10m", Drop: "surface"})))
	limit := v1.ExposureLimit{Name: "graphic", HarmDomains: []string{"hate"}, TimeZone: "Europe/Lisbon", DayMillis: 3_600_000}
	in.Teams = append(in.Teams, Team{Name: "video", Tier: 1, Languages: []string{"en"}, HarmDomains: []string{"*"}, Surfaces: []string{"video"},
		Scheduled: true, Productive: sample.One, Exposure: []v1.ExposureLimit{limit}})
	first := Compile(in)
	_, _, w := load(t, first)
	if !slices.ContainsFunc(w.Exposure, func(l v1.ExposureLimit) bool { return l.Team == "video" }) {
		t.Errorf("limits %+v, want those of video", w.Exposure)
	}
	in.Previous = published(first)
	in.Teams[len(in.Teams)-1].Productive = 0
	_, _, w = load(t, Compile(in))
	for _, row := range w.Teams {
		if len(row.Relaxed) > 0 {
			t.Errorf("%+v, and nobody is there", row)
		}
	}
}
