package staffing

import (
	"strings"
	"testing"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// What is late and goes up is named, with the tiers and ages of the label that sends it up first.
func TestMovesUp(t *testing.T) {
	then := v1alpha1.EscalationTier{Tier: 3, After: "45m", Within: "2h"}
	p := modtest.MakePolicy("p", "ns",
		modtest.MakeLabel("hate").Severity(v1alpha1.SeverityHigh).Escalation(2, "1h"),
		modtest.MakeLabel("violence").Severity(v1alpha1.SeverityCritical).Escalation(2, "30m"),
		modtest.MakeLabel("spam").Severity(v1alpha1.SeverityHigh),
		modtest.MakeLabel("nudity").Escalation(2, "1h")).
		MoveUp(v1alpha1.SeverityHigh, "20m", then).MoveUp(v1alpha1.SeverityCritical, "5m").Obj()
	q := modtest.MakeQueue("comments", "ns").Policy("p").
		Review(modtest.MakeReview("grave").HarmDomains("hate", "violence")).Review(modtest.MakeReview("rest").HarmDomains("*")).Obj()
	other := modtest.MakeQueue("reports", "ns").Review(modtest.MakeReview("grave").HarmDomains("hate")).Obj()
	g := &gathered{queues: []v1alpha1.ModerationQueue{*q, *other}, policies: []v1alpha1.ModerationPolicy{*p}}
	late := func(queue, review, domain string, tier int) staffing.ClassPlan {
		return staffing.ClassPlan{
			Key: staffing.ClassKey{Queue: queue, Review: review, Language: "de", HarmDomain: domain, Tier: tier}, FirstGap: oclock(1),
		}
	}
	hate, violence := late("comments", "grave", "hate", 1), late("comments", "grave", "violence", 1)
	onTime, derived := hate, hate
	onTime.FirstGap, derived.Derived = 0, true
	for name, c := range map[string]struct {
		classes []staffing.ClassPlan
		want    string // empty for none
	}{
		"of one label":          {[]staffing.ClassPlan{hate}, "comments/grave/de/hate goes to tier 2 at the age of 20m, then to tier 3 at the age of 45m. The plan"},
		"critical, and no then": {[]staffing.ClassPlan{violence}, "comments/grave/de/violence goes to tier 2 at the age of 5m. The plan"},
		"not told apart": {[]staffing.ClassPlan{late("comments", "grave", "", 1)},
			"comments/grave/de goes to tier 2 at the age of 5m. The plan"},
		"two, in any order": {[]staffing.ClassPlan{violence, hate}, "de/hate goes to tier 2 at the age of 20m, then to tier 3 at the age of 45m; so does that of 1 more"},
		"of tier 2 already": {[]staffing.ClassPlan{late("comments", "grave", "hate", 2)}, "goes to tier 3 at the age of 45m. The plan"},
		"of the last tier":  {[]staffing.ClassPlan{late("comments", "grave", "hate", 3)}, ""},
		"labels that do not move up, or do not escalate": {[]staffing.ClassPlan{late("comments", "rest", "*", 1)}, ""},
		"a stream that the labels do not come to":        {[]staffing.ClassPlan{late("comments", "rest", "hate", 1)}, ""},
		"a queue without a policy":                       {[]staffing.ClassPlan{late("reports", "grave", "hate", 1)}, ""},
		"a queue that is gone":                           {[]staffing.ClassPlan{late("gone", "grave", "hate", 1)}, ""},
		"not late, or made by others":                    {[]staffing.ClassPlan{onTime, derived}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := g.movesUp(staffing.Result{Classes: c.classes})
			if (len(got) == 1) != (c.want != "") {
				t.Fatalf("findings: %+v", got)
			}
			if c.want != "" && (got[0].Code != "LateMovesUp" || !strings.Contains(got[0].Message, c.want)) {
				t.Errorf("%s\nwant %s", got[0].Message, c.want)
			}
		})
	}
}
