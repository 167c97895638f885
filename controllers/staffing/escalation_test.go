package staffing

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

func TestJudgeEscalation(t *testing.T) {
	grid := staffing.Grid{Start: sample.Instant(1_795_478_400_000), Width: sample.Hour, N: 48} // 2026-11-24 00:00
	hole := func(from, to int) staffing.Unmanned {
		return staffing.Unmanned{
			Tier: 2, Language: "de", HarmDomains: []string{"hate"}, Queues: []string{"live"}, Within: sample.Hour,
			Holes: []staffing.Range{{From: grid.At(from), To: grid.At(to)}},
		}
	}
	nobody := staffing.Unmanned{Tier: 3, NoTeam: true, HarmDomains: []string{"a", "b", "c", "d"}, Holes: []staffing.Range{{From: grid.Start, To: grid.At(48)}}}
	const on = " is on shift, or on call and called within 1h, "
	for name, c := range map[string]struct {
		found guarded
		want  verdict
	}{
		"nothing": {guarded{}, verdict{metav1.ConditionTrue, v1alpha1.ReasonNothingEscalates, "No label and no review stream has an escalation"}},
		"covered": {guarded{posts: 3}, verdict{metav1.ConditionTrue, v1alpha1.ReasonCovered, "Somebody of every tier that items escalate to is there at each hour"}},
		"the first of two, whatever the order": {
			guarded{posts: 3, unmanned: []staffing.Unmanned{hole(20, 40), hole(2, 6)}},
			verdict{metav1.ConditionFalse, v1alpha1.ReasonNobodyOnDuty, "Nobody for tier 2 de hate" + on +
				"from 2026-11-24 02:00 UTC to 2026-11-24 06:00 UTC; until 2026-11-26 00:00 UTC that is so for 4 hours; the same is so of 1 more"},
		},
		"under way": {
			guarded{posts: 3, unmanned: []staffing.Unmanned{hole(0, 6)}},
			verdict{metav1.ConditionFalse, v1alpha1.ReasonNobodyOnDuty, "Nobody for tier 2 de hate" + on +
				"until 2026-11-24 06:00 UTC; until 2026-11-26 00:00 UTC that is so for 6 hours"},
		},
		"no team": {
			guarded{posts: 3, unmanned: []staffing.Unmanned{nobody}},
			verdict{metav1.ConditionFalse, v1alpha1.ReasonNoTeamHasSkill, "No team of the target may take what escalates to tier 3 a, b, c and 1 more"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := judgeEscalation(&c.found, grid); got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}
