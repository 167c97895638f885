package api

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	modcapv1alpha1 "github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

// rich returns, for each kind, valid objects in which together every field of the
// spec is set. Tests of rules and bounds start from them. The first is the usual one.
func rich(t testing.TB) map[string][]*unstructured.Unstructured {
	t.Helper()
	const ns = "default"
	prometheus := richSource(ns)
	external := modtest.MakeSource("rich-external", ns).External(
		modtest.MakeExternalSeries("backlog", modcapv1alpha1.GaugeSeries, "backlog_items"))
	return map[string][]*unstructured.Unstructured{
		"CapacityOverride":    richOverrides(t, ns),
		"ClassifierPool":      {generic(t, richPool(ns).Obj())},
		"ClusterMetricSource": {generic(t, prometheus.ClusterObj()), generic(t, external.ClusterObj())},
		"MetricSource":        {generic(t, prometheus.Obj()), generic(t, external.Obj())},
		"ModerationPolicy":    richPolicies(t, ns),
		"ModerationQueue":     {generic(t, richQueue(ns).Obj()), generic(t, richCounted(ns).Obj())},
		"ReviewTeam":          {generic(t, richTeam(ns)), generic(t, modtest.MakeTeam("rich-schedule", ns).Schedule("roster").Obj())},
		"StaffingTarget":      {generic(t, richTarget(ns).Obj())},
	}
}

func richSource(ns string) *modtest.SourceWrapper {
	series := modtest.MakeSeries("backlog", modcapv1alpha1.GaugeSeries, "sum by (queue, language, domain) (backlog)")
	series.By = &modcapv1alpha1.ClassLabels{Language: "language", HarmDomain: "domain"}
	w := modtest.MakeSource("rich", ns).URL("http://prometheus.example:9090").BearerToken("prometheus", "token").Series(series)
	return w.TLS(&modcapv1alpha1.TLSConfig{
		CASecretRef: &modcapv1alpha1.SecretKeyReference{Name: "prometheus", Key: "ca.crt"},
		ServerName:  "prometheus.example",
	})
}

func richPool(ns string) *modtest.PoolWrapper {
	schedule := modtest.MakeSchedule("evening", "18:00", "02:00", 5, 20)
	schedule.Days = []modcapv1alpha1.Weekday{modcapv1alpha1.Friday}
	return modtest.MakePool("rich", ns).Learn().Schedule(schedule).FlapBudget(12).Cost("2.40", "EUR").
		Drain("source", "2m", map[string]modcapv1alpha1.LabelValue{"namespace": "live"})
}

func richQueue(ns string) *modtest.QueueWrapper {
	hate := modtest.MakeReview("hate").HarmDomains("hate").MeasuredHandleTime().HandleTime("90s").Clearances("child-safety").
		Mix(modcapv1alpha1.ClassShare{Language: "pt", HarmDomain: "hate", Share: "1"})
	richDemand(hate)
	rest := modtest.MakeReview("rest").HarmDomains("*").Rooms(4)
	return modtest.MakeQueue("rich", ns).Markets("BR").Languages("pt", "es").ContentClasses("shopping").Default().Protected().
		Policy("policy").Review(hate).Review(rest).
		Event("final", time.Date(2099, 7, 1, 18, 0, 0, 0, time.UTC), time.Date(2099, 7, 1, 20, 0, 0, 0, time.UTC), "250")
}

// richCounted has the items that it passes on counted.
func richCounted(ns string) *modtest.QueueWrapper {
	return modtest.MakeQueue("rich-counted", ns).Review(modtest.MakeReview("hate").
		ServiceLevels(modtest.MakeRegime("eu-terrorist-content"), modtest.MakePromise("90", "15m")).
		Relax("10m", modcapv1alpha1.RelaxMarket).Relax("15m", modcapv1alpha1.RelaxSurface).
		Escalates(modcapv1alpha1.ReviewEscalation{Tier: 2, Within: "1h"}).
		Metrics(func(m *modcapv1alpha1.ReviewMetrics) { m.Escalated = modtest.SeriesRef("escalated") }))
}

// richDemand adds work besides a stream's own items.
func richDemand(stream *modtest.ReviewWrapper) {
	look, decision, tier := modcapv1alpha1.Duration("45s"), modcapv1alpha1.Duration("5m"), int32(3)
	stream.Role(modcapv1alpha1.RoleAppeals).Rework("0.05").
		QASample(modcapv1alpha1.ReviewSample{
			Allowed: "0.005", Actioned: "0.01", Reviewed: "0.02", HandleTime: &look, Within: "24h", Tier: &tier,
		}).
		Escalates(modcapv1alpha1.ReviewEscalation{Share: "0.05", Tier: 2, Within: "1h", HandleTime: &decision}).
		HandleTimeChange(modcapv1alpha1.HandleTimeChange{
			Name: "policy", From: metav1.NewTime(time.Date(2099, 7, 1, 18, 0, 0, 0, time.UTC)), Percent: "130", Decay: "336h", Reason: "new hate policy",
		}).
		Metrics(func(m *modcapv1alpha1.ReviewMetrics) {
			m.Allowed, m.Actioned = modtest.SeriesRef("allowed"), modtest.SeriesRef("actioned")
		})
}

func richPolicy(ns string) *modtest.PolicyWrapper {
	return modtest.MakePolicy("rich", ns, modtest.MakeLabel("hate").Protected().Override("de", "0.95", "0.50", "DE").
		Clearances("hate-speech").QASample("0.005", "0.01", "0.02").Escalation(2, "1h").EscalatesAt("0.99", "csam-hash", "police"),
		modtest.MakeLabel("spam").Severity(modcapv1alpha1.SeverityLow).ActAt("0.90").ReviewAt("0.80").Override("fr", "0.95", "0.85", "FR")).
		MoveUp(modcapv1alpha1.SeverityMedium, "20m", modcapv1alpha1.EscalationTier{Tier: 3, After: "45m", Within: "2h"},
			modcapv1alpha1.EscalationTier{Tier: 4, After: "90m", Within: "4h"}).
		Rollout(richRollout()).Quality(richQuality()).Relief(richRelief())
}

func richQuality() modcapv1alpha1.PolicyQuality {
	q := modtest.MakeQuality("quality")
	q.Checks = &modcapv1alpha1.QualityChecks{Missed: "0.05", Mistaken: "0.001"}
	q.Wanted = &modcapv1alpha1.QualityWanted{
		Allowed: "0.002", Actioned: "0.01", Reviewed: "0.02", Labels: []modcapv1alpha1.Word{"hate"}, PerMarket: true,
	}
	return q
}

// richPolicies differ in which step of relief is the first: each type has fields of its own.
func richPolicies(t testing.TB, ns string) (all []*unstructured.Unstructured) {
	for i := range richRelief().Steps {
		p := richPolicy(ns).Obj()
		if i > 0 {
			p.Name = fmt.Sprintf("%s-%d", p.Name, i)
		}
		p.Spec.Relief.Steps = append(p.Spec.Relief.Steps[i:], p.Spec.Relief.Steps[:i]...)
		all = append(all, generic(t, p))
	}
	return all
}

func richRelief() modcapv1alpha1.PolicyRelief {
	r := modtest.MakeRelief("rollouts", []modcapv1alpha1.QueueName{"live-br"}, "spam")
	r.Metrics.SourceRef.Kind = "MetricSource"
	return r
}

func richRollout() modcapv1alpha1.PolicyRollout {
	r := modtest.MakeRollout("rollouts")
	r.Shadow = &modcapv1alpha1.RolloutShadow{Hold: "1h", MaxHold: "72h", Count: 300, Sample: "0.5"}
	r.Steps[0].Markets, r.Steps[0].Surfaces = []modcapv1alpha1.Market{"DE"}, []modcapv1alpha1.Word{"live"}
	r.Steps[0].Hold, r.Steps[0].MaxHold = "6h", "72h"
	r.Pause = true
	r.FreezeWindows = []modcapv1alpha1.FreezeWindow{{
		Name: "weekend", TimeZone: "Europe/Dublin", Days: []modcapv1alpha1.Weekday{modcapv1alpha1.Friday}, Start: "16:00", End: "23:00",
	}}
	most, trained := modcapv1alpha1.Decimal("0.05"), modcapv1alpha1.Percent("80")
	r.Conditions = []modcapv1alpha1.RolloutCondition{{Name: "appeals", Series: "appeals", AtMost: &most, AtLeast: &most}}
	r.Conditions[0].SourceRef = modcapv1alpha1.SourceReference{Kind: "MetricSource", Name: "prom"}
	r.Conditions[0].MatchLabels = map[string]modcapv1alpha1.LabelValue{"policy": "rich"}
	r.Training = &modcapv1alpha1.RolloutTraining{MinutesPerPerson: 45, Days: 3, MinTrained: &trained}
	r.Rereview = &modcapv1alpha1.RereviewTerms{Within: "48h", Requeued: true}
	r.Metrics.Rereviewed = modtest.SeriesRef("rereviewed")
	return r
}

func richTeam(ns string) *modcapv1alpha1.ReviewTeam {
	shift := modtest.MakeShift("day", "09:00", "17:30", 20)
	shift.Days = []modcapv1alpha1.Weekday{modcapv1alpha1.Monday}
	shift.From, shift.Until = "2026-01-01", "2026-12-31"
	call := modtest.MakeShift("call", "17:30", "23:00", 2)
	call.Duty = modcapv1alpha1.DutyOnCall
	team := modtest.MakeTeam("rich", ns).Roles(modcapv1alpha1.RoleReview, modcapv1alpha1.RoleQA).Measured().Surfaces("live").Markets("BR").Clearances("child-safety").Shifts(shift, call).
		Calendar("new-year", "2026-12-31", "2027-01-01", -5).
		Cohort("november", 4, "2026-11-02",
			modcapv1alpha1.RampStep{AfterWeeks: 0, Percent: "50"}, modcapv1alpha1.RampStep{AfterWeeks: 4, Percent: "100"}).Obj()
	team.Spec.Calendar[0].Reason, team.Spec.Calendar[0].Training = "New year", "30m"
	team.Spec.OnCall = &modcapv1alpha1.OnCall{CallTime: "45m"}
	team.Spec.Trained = []modcapv1alpha1.TrainedRevision{{Policy: "community", Revision: "0123456789ab", Percent: "62.5"}}
	team.Spec.CostRef = &modcapv1alpha1.ObjectReference{Name: "cost"}
	team.Spec.Exposure = []modcapv1alpha1.ExposureLimit{{
		Name: "csae", HarmDomains: []modcapv1alpha1.HarmDomainName{"csae"}, PerPersonPerDay: "2h", Continuous: "30m", Break: "10m",
	}}
	return team
}

func richTarget(ns string) *modtest.TargetWrapper {
	selector := modtest.MakeSelector("plan", "apac")
	selector.MatchExpressions = []modcapv1alpha1.LabelRequirement{
		{Key: "surface", Operator: "In", Values: []modcapv1alpha1.SelectorValue{"live"}},
	}
	return modtest.MakeTarget("rich", ns).Queues(selector).Teams(selector)
}

func richOverrides(t testing.TB, ns string) (all []*unstructured.Unstructured) {
	curve := []modcapv1alpha1.SurgePoint{
		{From: metav1.NewTime(time.Date(2099, 1, 1, 1, 0, 0, 0, time.UTC)), Arrivals: "150"},
		{From: metav1.NewTime(time.Date(2099, 1, 1, 2, 0, 0, 0, time.UTC)), Arrivals: "300"},
	}
	for _, o := range []*modtest.OverrideWrapper{
		richOverride(ns), modtest.MakeOverride("rich-pause", ns), richRework(ns),
		modtest.MakeOverride("rich-surge", ns).Surge("300", "live", "search"),
		modtest.MakeOverride("rich-curve", ns).Curve(curve, "live", "search").From(time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)),
		modtest.MakeOverride("rich-priority", ns).Priority(900, "live", "search"), richDecision(ns),
		modtest.MakeOverride("rich-freeze", ns).Freeze("community", "ads"),
	} {
		all = append(all, generic(t, o.Obj()))
	}
	return all
}

func richOverride(ns string) *modtest.OverrideWrapper {
	return modtest.MakeOverride("rich", ns).Floor(5).From(time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC))
}

func richRework(ns string) *modtest.OverrideWrapper {
	done := int32(100)
	return modtest.MakeOverride("rich-rework", ns).Rework(modcapv1alpha1.Rework{
		QueueRef: modcapv1alpha1.ObjectReference{Name: "live"}, Review: "hate", Language: "pt-BR", HarmDomain: "hate", Items: 400, Done: &done,
		Of: &modcapv1alpha1.ReworkOf{PolicyRef: modcapv1alpha1.ObjectReference{Name: "community"}, Revision: "0123456789ab"},
	})
}

func richDecision(ns string) *modtest.OverrideWrapper {
	return modtest.MakeOverride("rich-decision", ns).Decision("community", "0123456789ab", modcapv1alpha1.RolloutApprove, "five")
}

// concrete turns the path of a schema into the path of a field that one of the
// objects has, and returns that object.
func concrete(objects []*unstructured.Unstructured, path string) (*unstructured.Unstructured, string, bool) {
	for _, object := range objects {
		for _, index := range []string{"[0]", "[1]"} {
			candidate := firstKey(object, indexAll(path, index))
			if _, ok := read(object, candidate); ok {
				return object, candidate, true
			}
		}
	}
	return nil, "", false
}
