package resolve

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/rollout"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// learner is a team of ten people of whom some percent were trained for revision new of guidelines.
func learner(name string, percent v1alpha1.Percent, edit func(*v1alpha1.ReviewTeam)) v1alpha1.ReviewTeam {
	t := modtest.MakeTeam(name, "ns").Obj()
	if percent != "" {
		t.Spec.Trained = []v1alpha1.TrainedRevision{
			{Policy: "guidelines", Revision: "old", Percent: "100"}, {Policy: "other", Revision: "new", Percent: "100"},
			{Policy: "guidelines", Revision: "new", Percent: percent},
		}
	}
	if edit != nil {
		edit(t)
	}
	return *t
}

func lesson() Lesson {
	r, least := modtest.MakeRollout("rollouts"), v1alpha1.Percent("80")
	r.Training = &v1alpha1.RolloutTraining{MinutesPerPerson: 45, Days: 4, MinTrained: &least}
	p := modtest.MakePolicy("guidelines", "ns").Rollout(r).Obj()
	began := metav1.NewTime(now)
	p.Status.Rollout = &v1alpha1.PolicyRolloutStatus{
		Stable: "old", Canary: "new", Phase: v1alpha1.RolloutInShadow, Began: &began, HarmDomains: []v1alpha1.HarmDomainName{"hate"},
	}
	return Lesson{Policy: p, Revision: "new", HarmDomains: p.Status.Rollout.HarmDomains, Queues: []v1alpha1.ModerationQueue{
		rereviewQueue("br", "BR", "hate"), rereviewQueue("mx", "MX", "hate"), rereviewQueue("spam", "DE", "spam"),
	}}
}

func TestUntrained(t *testing.T) {
	market := func(m v1alpha1.Market) func(*v1alpha1.ReviewTeam) {
		return func(t *v1alpha1.ReviewTeam) { t.Spec.Skills.Markets = []v1alpha1.Market{m} }
	}
	heads := func(n int32) func(*v1alpha1.ReviewTeam) {
		return func(t *v1alpha1.ReviewTeam) { t.Spec.Shifts[0].Headcount = n }
	}
	scheduled := func(t *v1alpha1.ReviewTeam) {
		t.Spec.Shifts, t.Spec.ScheduleRef = nil, &v1alpha1.ObjectReference{Name: "wfm"}
	}
	in := func(markets ...string) *rollout.Step { return &rollout.Step{Share: rollout.Share{Markets: markets}} }
	for name, c := range map[string]struct {
		teams []v1alpha1.ReviewTeam
		next  *rollout.Step
		want  string
	}{
		"nobody is trained":   {[]v1alpha1.ReviewTeam{learner("day", "", nil)}, in("BR"), "team day 0 % (in BR)"},
		"enough are":          {[]v1alpha1.ReviewTeam{learner("day", "80", nil)}, in("BR"), ""},
		"nearly enough":       {[]v1alpha1.ReviewTeam{learner("day", "79.9", nil)}, in(), "team day 79.9 % (in BR, MX)"},
		"enough together":     {[]v1alpha1.ReviewTeam{learner("day", "100", heads(30)), learner("night", "20", nil)}, in("BR"), ""},
		"too few together":    {[]v1alpha1.ReviewTeam{learner("day", "90", nil), learner("night", "60", nil)}, in("BR"), "team night 60 % (in BR)"},
		"others learn later":  {[]v1alpha1.ReviewTeam{learner("br", "90", market("BR")), learner("mx", "", market("MX"))}, in("BR"), ""},
		"and hold up the end": {[]v1alpha1.ReviewTeam{learner("br", "90", market("BR")), learner("mx", "", market("MX"))}, nil, "team mx 0 % (in MX)"},
		"each market by itself": {
			[]v1alpha1.ReviewTeam{learner("br", "100", func(t *v1alpha1.ReviewTeam) { market("BR")(t); heads(1000)(t) }), learner("mx", "50", market("MX"))},
			in(), "team mx 50 % (in MX)",
		},
		"a schedule tells no heads": {[]v1alpha1.ReviewTeam{learner("day", "100", heads(30)), learner("night", "20", scheduled)}, in("BR"), "team night 20 % (in BR)"},
		"who never gets such items": {[]v1alpha1.ReviewTeam{
			learner("spam", "", func(t *v1alpha1.ReviewTeam) { t.Spec.Skills.HarmDomains = []v1alpha1.HarmDomainName{"spam"} }),
			learner("second", "", func(t *v1alpha1.ReviewTeam) { t.Spec.Tier = 2 }),
			learner("appeals", "", func(t *v1alpha1.ReviewTeam) { t.Spec.Roles = []v1alpha1.TeamRole{v1alpha1.RoleAppeals} }),
			learner("search", "", func(t *v1alpha1.ReviewTeam) { t.Spec.Skills.Surfaces = []v1alpha1.Word{"search"} }),
		}, in(), ""},
		"no such surface": {[]v1alpha1.ReviewTeam{learner("day", "", nil)}, &rollout.Step{Share: rollout.Share{Surfaces: []string{"search"}}}, ""},
	} {
		if got := Untrained(lesson(), c.teams, c.next); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	var many []v1alpha1.ReviewTeam
	for _, n := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		many = append(many, learner(n, "", nil))
	}
	if got := Untrained(lesson(), many, in("MX")); got != "team a 0 %, team b 0 %, team c 0 %, team d 0 %, team e 0 %, team f 0 % and 2 more (in MX)" {
		t.Errorf("many teams: %s", got)
	}
}

// People learn from the day on which the rollout began, over as many days as said, who is trained no more; a team
// that never gets such items learns nothing.
func TestTeamLearns(t *testing.T) {
	l := lesson()
	learns := func(team v1alpha1.ReviewTeam) []Learning {
		return TeamLearns(&team, []v1alpha1.ModerationPolicy{*l.Policy, *modtest.MakePolicy("other", "ns").Obj()}, l.Queues)
	}
	whole := Learning{From: now, Days: 4, PerDay: 45 * sample.Minute / 4}
	if d := cmp.Diff([]Learning{whole}, learns(learner("day", "", nil))); d != "" {
		t.Errorf("nobody is trained (-want +got):\n%s", d)
	}
	if got := learns(learner("day", "60", nil)); len(got) != 1 || got[0].PerDay != 18*sample.Minute/4 {
		t.Errorf("of a team that is trained in part: %+v", got)
	}
	other := learner("spam", "", func(t *v1alpha1.ReviewTeam) { t.Spec.Skills.HarmDomains = []v1alpha1.HarmDomainName{"spam"} })
	if got := append(learns(learner("day", "100", nil)), learns(other)...); len(got) != 0 {
		t.Errorf("nothing is to be learnt: %+v", got)
	}
	team := learner("day", "", nil)
	minutes := func(seen TeamSeen) int64 {
		at := time.Date(2026, 11, 5, 0, 0, 0, 0, time.UTC)
		grid := staffing.GridOf(sample.At(at), sample.Hour, 10*24*sample.Hour)
		got, err := TeamWith(&team, seen, at, grid)
		if err != nil {
			t.Fatal(err)
		}
		return int64(got.Supply.ProductiveTime / sample.Minute)
	}
	// Ten people of ten days with eight hours lose 45 minutes each.
	if lost := minutes(TeamSeen{}) - minutes(TeamSeen{Learns: []Learning{whole}}); lost < 450 || lost > 453 {
		t.Errorf("the plan loses %d minutes, want 450", lost)
	}
	l.Policy.Status.Rollout.Canary = ""
	if got := learns(team); len(got) != 0 {
		t.Errorf("after the rollout: %+v", got)
	}
}

func TestChangedDomains(t *testing.T) {
	of := func(n int, act v1.PPM) routing.Revision {
		var r routing.Revision
		for i := range n {
			name := string(rune('a' + i))
			r.Labels = append(r.Labels, v1.Label{Name: name, HarmDomain: "domain-" + name, ActAt: &act}, v1.Label{Name: name + "2", HarmDomain: "domain-" + name, ActAt: &act})
		}
		return r
	}
	if d := cmp.Diff([]v1alpha1.HarmDomainName{"domain-a", "domain-b"}, ChangedDomains(of(2, 1), of(2, 2))); d != "" {
		t.Errorf("two (-want +got):\n%s", d)
	}
	if got := ChangedDomains(of(9, 1), of(9, 2)); !cmp.Equal(got, []v1alpha1.HarmDomainName{"*"}) {
		t.Errorf("more than there is room for: %v", got)
	}
	if got := ChangedDomains(of(9, 1), of(9, 1)); len(got) != 0 {
		t.Errorf("nothing changed: %v", got)
	}
}
