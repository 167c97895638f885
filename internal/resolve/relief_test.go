package resolve

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

func reliefPolicy(change func(*v1alpha1.PolicyRelief, *v1alpha1.PolicyLabel)) *v1alpha1.ModerationPolicy {
	p := modtest.MakePolicy("p", "ns", modtest.MakeLabel("hate").Protected(),
		modtest.MakeLabel("spam").Severity(v1alpha1.SeverityLow).ActAt("0.9").ReviewAt("0.8").Override("fr", "0.95", "0.85", "FR")).
		Relief(modtest.MakeRelief("prom", []v1alpha1.QueueName{"q"}, "spam")).Obj()
	if change != nil {
		change(p.Spec.Relief, &p.Spec.Labels[1])
	}
	return p
}

func TestReliefSteps(t *testing.T) {
	got, minOn, err := ReliefSteps(reliefPolicy(nil))
	want := []relief.Step{
		{Name: "other-teams", Kind: relief.Widen},
		{Name: "other-markets", Kind: relief.Relax, Drop: staffing.DropMarket},
		{Name: "later", Kind: relief.Defer, Queues: []string{"q"}, Within: 4 * sample.Hour},
		{Name: "fewer-samples", Kind: relief.QAFloor, Keep: 250_000},
		{Name: "narrower", Kind: relief.RaiseReviewAt, Labels: []string{"spam"}, Raise: 50_000, LeaksPerDay: 20_000},
	}
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" || minOn != sample.Hour || err != nil {
		t.Errorf("steps for %s, %v (-want +got):\n%s", minOn, err, d)
	}
	for want, change := range map[string]func(*v1alpha1.PolicyRelief, *v1alpha1.PolicyLabel){
		"spec.relief.minOn: ":                                        func(r *v1alpha1.PolicyRelief, _ *v1alpha1.PolicyLabel) { r.MinOn = "soon" },
		"spec.relief.steps[later].within: ":                          func(r *v1alpha1.PolicyRelief, _ *v1alpha1.PolicyLabel) { r.Steps[2].Within = "4" },
		"spec.relief.steps[fewer-samples].keep: ":                    func(r *v1alpha1.PolicyRelief, _ *v1alpha1.PolicyLabel) { r.Steps[3].Keep = "all" },
		"spec.relief.steps[narrower].raise: ":                        func(r *v1alpha1.PolicyRelief, _ *v1alpha1.PolicyLabel) { r.Steps[4].Raise = "0.1000001" },
		"spec.relief.steps[narrower].leaksPerDay: ":                  func(r *v1alpha1.PolicyRelief, _ *v1alpha1.PolicyLabel) { r.Steps[4].LeaksPerDay = "0" },
		"steps[narrower].labels: the policy has no label scam":       func(r *v1alpha1.PolicyRelief, _ *v1alpha1.PolicyLabel) { r.Steps[4].Labels[0] = "scam" },
		"labels: label hate is protected, or not of severity Low":    func(r *v1alpha1.PolicyRelief, _ *v1alpha1.PolicyLabel) { r.Steps[4].Labels[0] = "hate" },
		"labels: label spam is protected, or not of severity Low":    func(_ *v1alpha1.PolicyRelief, l *v1alpha1.PolicyLabel) { l.Protected = true },
		"steps[narrower].raise: it raises reviewAt of label spam up": func(r *v1alpha1.PolicyRelief, _ *v1alpha1.PolicyLabel) { r.Steps[4].Raise = "0.1" },
	} {
		if _, _, err := ReliefSteps(reliefPolicy(change)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if got, minOn, err := ReliefSteps(modtest.MakePolicy("p", "ns").Obj()); got != nil || minOn != sample.Hour || err != nil {
		t.Errorf("of a policy without: %v %v %v", got, minOn, err)
	}
}

func bandRow(queue, above string, perHour sample.Milli) TableRow {
	return TableRow{Labels: map[string]string{"policy": "p", "queue": queue, "label": "spam", "above": above}, Value: perHour}
}

// counted gives the rows of series, all of one quality.
func countedRows(quality sample.Quality, series map[string][]TableRow) Tables {
	return func(row Row) ([]TableRow, sample.Sample) {
		if row.Source != "prom" || row.Labels["policy"] != "p" || row.Namespace != "ns" {
			return nil, sample.Missing(sample.CauseUnknownSeries)
		}
		return series[row.Series], sample.Sample{Quality: quality}
	}
}

func TestReliefBands(t *testing.T) {
	q := modtest.MakeQueue("q", "ns").Review(modtest.MakeReview("rest")).Obj()
	other := modtest.MakeQueue("other", "ns").Review(modtest.MakeReview("rest")).Obj()
	guarded := modtest.MakeQueue("guarded", "ns").Protected().Review(modtest.MakeReview("rest")).Obj()
	elsewhere := modtest.MakeQueue("elsewhere", "ns").Review(modtest.MakeReview("hate").HarmDomains("hate")).Obj()
	queues := []*v1alpha1.ModerationQueue{q, other, guarded, elsewhere}
	band := func(queue string, quality sample.Quality, violating sample.PPM, edges ...relief.Edge) relief.Band {
		return relief.Band{Queue: queue, Label: "spam", HarmDomain: "spam", Review: "rest", Above: edges, Violating: violating, Quality: quality}
	}
	a, b := relief.Edge{Above: 10_000, PerHour: 5_000}, relief.Edge{Above: 50_000, PerHour: 30_000}
	rows := []TableRow{bandRow("q", "0.05", 30_000), bandRow("q", "0.01", 5_000)}
	share := TableRow{Labels: map[string]string{"queue": "q", "label": "spam"}, Value: 125}
	for name, c := range map[string]struct {
		quality sample.Quality
		series  map[string][]TableRow
		want    []relief.Band
	}{
		"counted": {sample.Fresh, map[string][]TableRow{"band": rows, "violating": {share}}, []relief.Band{band("q", sample.Fresh, 125_000, a, b)}},
		"in two queues": {sample.Fresh, map[string][]TableRow{"band": append(rows, bandRow("other", "0.01", 5_000), bandRow("guarded", "0.01", 5_000))},
			[]relief.Band{band("q", sample.Fresh, sample.AllPPM, a, b), band("other", sample.Fresh, sample.AllPPM, a)}},
		"stale":   {sample.Stale, map[string][]TableRow{"band": rows, "violating": {share}}, []relief.Band{band("q", sample.Stale, sample.AllPPM, a, b)}},
		"nothing": {sample.Fresh, nil, []relief.Band{band("q", sample.Absent, sample.AllPPM), band("other", sample.Absent, sample.AllPPM)}},
		"no number": {sample.Fresh, map[string][]TableRow{"band": append(rows, bandRow("q", "much", 1))},
			[]relief.Band{band("q", sample.Implausible, sample.AllPPM)}},
		"not cumulative": {sample.Fresh, map[string][]TableRow{"band": append(rows, bandRow("q", "0.06", 29_999))},
			[]relief.Band{band("q", sample.Implausible, sample.AllPPM)}},
		"twice": {sample.Fresh, map[string][]TableRow{"band": append(rows, bandRow("q", "0.050", 30_000))},
			[]relief.Band{band("q", sample.Implausible, sample.AllPPM)}},
		"more than all are violating": {sample.Fresh, map[string][]TableRow{"band": rows, "violating": {{Labels: share.Labels, Value: 5000}}},
			[]relief.Band{band("q", sample.Fresh, sample.AllPPM, a, b)}},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, ReliefBands(reliefPolicy(nil), queues, nil, countedRows(c.quality, c.series))); d != "" {
				t.Errorf("bands (-want +got):\n%s", d)
			}
		})
	}
	some := countedRows(sample.Fresh, map[string][]TableRow{"band": rows})
	raised := Raised{Labels: []string{"spam"}, Queues: []string{"q", "other"}, By: 50_000, Since: 1}
	want := []relief.Band{band("q", sample.Fresh, sample.AllPPM, a, b), band("other", sample.Absent, sample.AllPPM)}
	if d := cmp.Diff(want, ReliefBands(reliefPolicy(nil), queues, []Raised{raised}, some)); d != "" {
		t.Errorf("raised where nobody counts any more (-want +got):\n%s", d)
	}
	raised.Until = 2
	if d := cmp.Diff(want[:1], ReliefBands(reliefPolicy(nil), queues, []Raised{raised}, some)); d != "" {
		t.Errorf("no more raised where nobody counts any more (-want +got):\n%s", d)
	}
	if got := ReliefGuarded(reliefPolicy(nil), []*v1alpha1.ModerationQueue{q, elsewhere}); len(got) != 2 || got[1].Review != "hate" {
		t.Errorf("guarded: %+v", got)
	}
}

// What comes without relief is what comes, and what raised thresholds kept back, for as long as they
// did in the time over which it was measured; and its samples and escalations with it.
func TestUnrelieve(t *testing.T) {
	key := func(language, domain string) staffing.ClassKey {
		return staffing.ClassKey{Queue: "q", Review: "rest", Language: language, HarmDomain: domain, Tier: 1}
	}
	now := sample.At(now)
	input := func() staffing.Input {
		en, fr := key("en", "*"), key("fr", "*")
		qa := key("en", "*")
		qa.Role = staffing.RoleQA
		return staffing.Input{Now: now, Classes: []staffing.Class{
			{Key: en, ArrivalsPerHour: fresh(3_000_000)}, {Key: fr, ArrivalsPerHour: fresh(1_000_000)},
			{Key: key("en", "hate"), ArrivalsPerHour: fresh(500_000)},
			{Key: qa, Derived: true, Requires: staffing.Requires{Role: staffing.RoleQA}, ArrivalsPerHour: fresh(300_000), Parts: []staffing.Part{
				{Of: en, PerItem: 100_000}, {Of: en, Stream: true, PerItem: 500_000},
			}},
		}}
	}
	bands := func(q sample.Quality) []relief.Band {
		return []relief.Band{{Queue: "q", Review: "rest", Label: "spam", HarmDomain: "spam", Quality: q, Above: []relief.Edge{
			{Above: 10_000, PerHour: 100_000}, {Above: 50_000, PerHour: 400_000},
		}}}
	}
	for name, c := range map[string]struct {
		raised Raised
		want   [4]sample.Milli // en, fr, another domain, samples of en
	}{
		"for long":         {Raised{By: 50_000, Since: now.Add(-3 * sample.Hour)}, [4]sample.Milli{3_300_000, 1_100_000, 500_000, 330_000}},
		"between edges":    {Raised{By: 30_000, Since: now.Add(-3 * sample.Hour)}, [4]sample.Milli{3_187_500, 1_062_500, 500_000, 318_750}},
		"beyond the last":  {Raised{By: 90_000, Since: now.Add(-3 * sample.Hour)}, [4]sample.Milli{3_300_000, 1_100_000, 500_000, 330_000}},
		"since half of it": {Raised{By: 50_000, Since: now.Add(-150 * sample.Second)}, [4]sample.Milli{3_150_000, 1_050_000, 500_000, 315_000}},
		"until lately":     {Raised{By: 50_000, Since: now.Add(-3 * sample.Hour), Until: now.Add(-150 * sample.Second)}, [4]sample.Milli{3_150_000, 1_050_000, 500_000, 315_000}},
		"until long ago":   {Raised{By: 50_000, Since: now.Add(-3 * sample.Hour), Until: now.Add(-sample.Hour)}, [4]sample.Milli{3_000_000, 1_000_000, 500_000, 300_000}},
	} {
		t.Run(name, func(t *testing.T) {
			in := input()
			c.raised.Labels, c.raised.Queues = []string{"spam"}, []string{"q"}
			if c.raised.Until != 0 {
				c.raised.Queues = nil
			}
			Unrelieve(&in, bands(sample.Fresh), []Raised{c.raised, {Labels: []string{"other"}, Queues: []string{"q"}, By: 50_000},
				{Labels: []string{"spam"}, Queues: []string{"elsewhere"}, By: 50_000}})
			for i, want := range c.want {
				if got := in.Classes[i].ArrivalsPerHour; got.Value != want || !got.Fresh() {
					t.Errorf("class %d: %v, want %v", i, got, want)
				}
			}
		})
	}
	since := now.Add(-sample.Hour)
	inForce := Raised{Labels: []string{"spam"}, Queues: []string{"q"}, By: 50_000, Since: since}
	ended := Raised{Labels: []string{"spam"}, By: 50_000, Since: since, Until: now.Add(-sample.Minute)}
	unsure, sure := []bool{false, false, true, false}, []bool{true, true, true, true}
	for name, c := range map[string]struct {
		raised  Raised
		quality sample.Quality
		fresh   []bool
	}{
		"nobody counts any more":                           {inForce, sample.Stale, unsure},
		"of a queue, nobody does":                          {inForce, sample.Absent, unsure},
		"it has ended, and nobody counts any more":         {ended, sample.Stale, unsure},
		"it has ended, and perhaps it was never counted":   {ended, sample.Absent, sure},
		"it is another label that is raised, and counted":  {Raised{Labels: []string{"ads"}, Queues: []string{"q"}, By: 1, Since: since}, sample.Absent, sure},
		"it is another queue where it is raised as before": {Raised{Labels: []string{"spam"}, Queues: []string{"r"}, By: 1, Since: since}, sample.Absent, sure},
	} {
		in := input()
		Unrelieve(&in, bands(c.quality), []Raised{c.raised})
		for i, fresh := range c.fresh {
			if got := in.Classes[i].ArrivalsPerHour; got.Fresh() != fresh || !fresh && got.Value != input().Classes[i].ArrivalsPerHour.Value {
				t.Errorf("%s: class %d: %v", name, i, got)
			}
		}
	}
}

func TestReliefPeriods(t *testing.T) {
	at := func(hour int) metav1.Time { return metav1.NewTime(now.Add(time.Duration(hour) * time.Hour)) }
	period := func(from, until int) v1alpha1.ReliefPeriod {
		p := v1alpha1.ReliefPeriod{From: at(from)}
		if until != 0 {
			u := at(until)
			p.Until = &u
		}
		return p
	}
	target := func(name string, ps ...v1alpha1.ReliefPeriod) v1alpha1.StaffingTarget {
		s := v1alpha1.StaffingTarget{ObjectMeta: metav1.ObjectMeta{Name: name}}
		s.Status.Relief = []v1alpha1.ReliefStatus{{Policy: "other", Step: "s", Periods: []v1alpha1.ReliefPeriod{period(-90, 0)}}, {Policy: "p", Periods: ps}}
		return s
	}
	targets := []v1alpha1.StaffingTarget{target("b", period(-2, 0), period(-9, -8)), target("a", period(-6, -4), period(-5, -3), period(-30, -29))}
	hour := func(h int) sample.Instant { return sample.At(at(h).Time) }
	want := []guard.Period{{From: hour(-9), Until: hour(-8)}, {From: hour(-6), Until: hour(-3)}, {From: hour(-2), Until: hour(0)}}
	if d := cmp.Diff(want, ReliefPeriods(targets, "p", hour(-24), hour(0))); d != "" {
		t.Errorf("periods (-want +got):\n%s", d)
	}
	if ReliefInForce(targets, "p") || !ReliefInForce(targets, "other") {
		t.Error("what is in force is told by the step")
	}
}

func TestDeferWithin(t *testing.T) {
	known, err := regimes.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	plain := modtest.MakeQueue("q", "ns").Review(modtest.MakeReview("rest")).Obj()
	bound := modtest.MakeQueue("q", "ns").Review(modtest.MakeReview("rest")).
		Review(modtest.MakeReview("orders").HarmDomains("terror").ServiceLevels(modtest.MakeRegime("eu-terrorist-content"))).Obj()
	if got := DeferWithin(plain, known, 4*sample.Hour); got != 4*sample.Hour {
		t.Errorf("without a regime %s", got)
	}
	if got := DeferWithin(bound, known, 4*sample.Hour); got != sample.Hour {
		t.Errorf("with a regime of an hour %s", got)
	}
}
