package resolve

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/rollout"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// A row counts for as much as the change had of its market, rows that nobody can know are left out, and so is what
// was counted before this rollout.
func TestMovesOfAChange(t *testing.T) {
	began := sample.At(now)
	moved := func(label, market string, after sample.Span, from, to guard.Action, items int64) guard.Moved {
		return guard.Moved{Cell: guard.Cell{Market: market, Cohort: began.Add(after)}, Label: label, Move: guard.Move{From: from, To: to}, Items: items}
	}
	tried := Tried{
		Canary: routing.Revision{Labels: []v1.Label{{Name: "hate", HarmDomain: "hateful"}}},
		Stable: routing.Revision{Labels: []v1.Label{{Name: "hate", HarmDomain: "old"}, {Name: "spam", HarmDomain: "spam"}}},
		Cohort: sample.Hour, Began: began, Until: began.Add(10 * sample.Hour),
		Steps:  []rollout.Step{{Share: rollout.Share{Step: "br", Markets: []string{"BR"}}}},
		Shares: []rollout.Share{{Step: "br", Share: 100_000, Since: began.Add(sample.Hour)}, {Step: "gone", Share: 200_000, Since: began.Add(5 * sample.Hour)}},
		Counters: guard.Counters{Moved: []guard.Moved{
			moved("hate", "BR", 0, guard.Review, guard.Act, 500), // the shadow
			moved("hate", "BR", sample.Hour, guard.Review, guard.Act, 400), moved("hate", "BR", 5*sample.Hour, guard.Review, guard.Act, 100),
			moved("hate", "DE", sample.Hour, guard.Review, guard.Act, 900),
			moved("spam", "BR", sample.Hour, guard.Allow, guard.Review, 300),
			moved("spam", "Brasil!", 5*sample.Hour, guard.Act, guard.Allow, 50),
			moved("no label of it", "BR", sample.Hour, guard.Review, guard.Act, 5000),
			moved("hate", "BR", -2*sample.Hour, guard.Review, guard.Act, 5000), moved("hate", "BR", 11*sample.Hour, guard.Review, guard.Act, 5000),
		}},
	}
	up := guard.Move{From: guard.Review, To: guard.Act}
	want := []Moved{
		{"hate", "hateful", "BR", up, 1000, 60}, {"hate", "hateful", "DE", up, 900, 0},
		{"spam", "spam", "BR", guard.Move{From: guard.Allow, To: guard.Review}, 300, 30},
		{"spam", "spam", "", guard.Move{From: guard.Act, To: guard.Allow}, 50, 10},
	}
	got := tried.Moves()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("moves (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]rollout.Work{{HarmDomain: "hateful", Market: "BR", Items: 60}, {HarmDomain: "spam", Items: 10}}, Again(got)); d != "" {
		t.Errorf("what the change sent to people, they have looked at (-want +got):\n%s", d)
	}
}

// rereviewed is a policy with items to look at again, of which a half is left.
func rereviewed(work ...v1alpha1.RereviewWork) *v1alpha1.ModerationPolicy {
	p := modtest.MakePolicy("guidelines", "ns").Rollout(modtest.MakeRollout("rollouts")).Obj()
	p.Status.Rereview = &v1alpha1.PolicyRereview{
		Revisions: []string{"bad", "worse"}, State: v1alpha1.RereviewOpen, Items: 400, Left: 200, Work: work,
		Since: metav1.NewTime(now.Add(-6 * time.Hour)), Due: metav1.NewTime(now.Add(18 * time.Hour)),
	}
	return p
}

func rereviewQueue(name string, market v1alpha1.Market, domains ...v1alpha1.HarmDomainName) v1alpha1.ModerationQueue {
	q := modtest.MakeQueue(name, "ns").Markets(market).Policy("guidelines").Review(modtest.MakeReview("hate")).Obj()
	q.Spec.Reviews[0].HarmDomains = domains
	q.Spec.Reviews[0].Metrics.Arrivals = &v1alpha1.SeriesReference{Series: v1alpha1.Word("arrivals-" + name)}
	return *q
}

func rereviewClass(queue, language string, arrivals sample.Milli) staffing.Class {
	c := streamOf(language, "hate")
	c.Key.Queue, c.ArrivalsPerHour = queue, fresh(arrivals)
	return c
}

// What is left is planned for the streams of the policy's queues that review it, in its market, as much as arrives at
// each and in each language; each part is a class that comes from nowhere and is due.
func TestRereviewIsPlanned(t *testing.T) {
	queues := []v1alpha1.ModerationQueue{rereviewQueue("br", "BR", "hate"), rereviewQueue("mx", "MX", "hate"), rereviewQueue("de", "DE", "*")}
	rows := book{perHour: map[string]map[sample.Span]hourCount{
		"arrivals-br": {sample.Hour: {whole: fresh(300_000)}}, "arrivals-mx": {sample.Hour: {whole: fresh(100_000)}},
	}}
	classes := []staffing.Class{rereviewClass("br", "pt", 3000), rereviewClass("br", "en", 1000), rereviewClass("mx", "es", 7), rereviewClass("other", "pt", 9)}
	planned := func(p *v1alpha1.ModerationPolicy, overrides ...v1alpha1.CapacityOverride) (map[string]sample.Milli, []staffing.Class, error) {
		in := reworkInput(classes...)
		err := Rereview(in, p, queues, overrides, rows)
		got := map[string]sample.Milli{}
		for _, c := range in.Classes[len(classes):] {
			got[c.Key.Queue+" "+c.Key.Language] = c.Backlog.Value
		}
		return got, in.Classes[len(classes):], err
	}
	for name, c := range map[string]struct {
		work []v1alpha1.RereviewWork
		want map[string]sample.Milli
	}{
		"of a market": {
			[]v1alpha1.RereviewWork{{HarmDomain: "hate", Market: "BR", Items: 400}}, map[string]sample.Milli{"br pt": 150_000, "br en": 50_000},
		},
		"of two": {
			[]v1alpha1.RereviewWork{{HarmDomain: "hate", Market: "BR", Items: 40}, {HarmDomain: "hate", Market: "MX", Items: 360}},
			map[string]sample.Milli{"br pt": 15_000, "br en": 5000, "mx es": 180_000},
		},
		// Nothing is known of what arrives in Germany, which another target plans: a third of it is theirs.
		"of no market": {
			[]v1alpha1.RereviewWork{{HarmDomain: "hate", Items: 60}, {HarmDomain: "hate", Items: 340}},
			map[string]sample.Milli{"br pt": 50_000, "br en": 16_666, "mx es": 66_666},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, all, err := planned(rereviewed(c.work...))
			for k, v := range c.want {
				if diff := got[k] - v; diff < -2 || diff > 2 || len(got) != len(c.want) {
					t.Errorf("%s: %d, want %d; all %v, %v", k, got[k], v, got, err)
				}
			}
			for _, one := range all {
				if one.Key.Review != "rework/policy/guidelines" || one.Due != sample.At(now.Add(18*time.Hour)) || one.ArrivalsPerHour.Value != 0 ||
					one.Promises[0].Within != 24*sample.Hour || one.DecisionsPerItem != sample.One || !one.Backlog.Fresh() {
					t.Errorf("class %+v", one)
				}
			}
		})
	}
	hate := v1alpha1.RereviewWork{HarmDomain: "hate", Market: "BR", Items: 400}
	late := rereviewed(hate)
	late.Status.Rereview.Due = metav1.NewTime(now.Add(-time.Hour))
	if _, all, _ := planned(late); len(all) != 2 || all[0].Due != sample.At(now.Add(time.Hour)) {
		t.Errorf("what is overdue is due at once: %+v", all)
	}
	for name, edit := range map[string]func(*v1alpha1.PolicyRereview){
		"done": func(r *v1alpha1.PolicyRereview) { r.State = v1alpha1.RereviewDone }, "none left": func(r *v1alpha1.PolicyRereview) { r.Left = 0 },
		"dismissed": func(r *v1alpha1.PolicyRereview) { r.State = v1alpha1.RereviewDismissed },
	} {
		p := rereviewed(hate)
		edit(p.Status.Rereview)
		if got, _, err := planned(p); len(got) != 0 || err != nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	queues[2].Spec.Reviews[0].HarmDomains = []v1alpha1.HarmDomainName{"violence"}
	if _, _, err := planned(rereviewed(v1alpha1.RereviewWork{HarmDomain: "spam", Items: 4})); message(err) != "policy guidelines: no stream of its queues reviews spam" {
		t.Errorf("what nobody reviews: %v", err)
	}
	mine := again(350, func(r *v1alpha1.Rework) {
		done := int32(30)
		r.Done, r.Of = &done, &v1alpha1.ReworkOf{PolicyRef: v1alpha1.ObjectReference{Name: "guidelines"}, Revision: "worse"}
	})
	if got, _, _ := planned(rereviewed(hate), *mine.Obj()); len(got) != 0 {
		t.Errorf("a Rework of the same items does not take the place of %v", got)
	}
	if got, _, _ := planned(rereviewed(hate), *mine.Until(now).Obj()); len(got) != 2 {
		t.Errorf("a Rework that is over takes the place: %v", got)
	}
	if done, by := ReworkedOf(rereviewed(hate), []v1alpha1.CapacityOverride{*again(9, nil).Obj(), *mine.Obj()}); done != 30 || by != "mistake" {
		t.Errorf("%d are done, by %s", done, by)
	}
}

// Items of its revisions count, whatever else the rows are split by; without a series nothing is known.
func TestRereviewed(t *testing.T) {
	p := rereviewed()
	read := func(row Row) ([]TableRow, sample.Sample) {
		if row.Series != "rereviewed" || row.Labels["policy"] != "guidelines" {
			return nil, sample.Missing(sample.CauseUnknownSeries)
		}
		one := func(revision string, n int64) TableRow {
			return TableRow{Labels: map[string]string{"policy": "guidelines", "revision": revision}, Value: sample.Whole(n)}
		}
		return []TableRow{one("bad", 10), one("bad", 20), one("worse", 5), one("fine", 900)}, fresh(0)
	}
	if got := Rereviewed(p, p.Status.Rereview.Revisions, read); got.Fresh() {
		t.Errorf("nothing counts them: %+v", got)
	}
	p.Spec.Rollout.Metrics.Rereviewed = modtest.SeriesRef("rereviewed")
	if got := Rereviewed(p, p.Status.Rereview.Revisions, read); !got.Fresh() || got.Value != sample.Whole(35) {
		t.Errorf("counted %+v, want 35", got)
	}
	p.Spec.Rollout = nil
	if got := Rereviewed(p, p.Status.Rereview.Revisions, read); got.Fresh() {
		t.Errorf("without a rollout: %+v", got)
	}
}

func TestRereviewWithin(t *testing.T) {
	r := modtest.MakeRollout("rollouts")
	if got, ok := RereviewWithin(&r); got != 72*sample.Hour || !ok {
		t.Errorf("by default: %d, %v", got, ok)
	}
	r.Rereview = &v1alpha1.RereviewTerms{Within: "24h"}
	if got, ok := RereviewWithin(&r); got != 24*sample.Hour || !ok {
		t.Errorf("as declared: %d, %v", got, ok)
	}
	r.Rereview.Requeued = true
	if _, ok := RereviewWithin(&r); ok {
		t.Error("what comes by itself is planned besides")
	}
}
