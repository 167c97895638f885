package controllers_test

import (
	"encoding/json"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/policy"
	"github.com/modcap/modcap/controllers/staffing"
	"github.com/modcap/modcap/internal/quality"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	modtest "github.com/modcap/modcap/internal/testing"
)

// checksWorld is a policy whose quality checks are counted, of a queue that plans people for them.
type checksWorld struct {
	*world
	p     *v1alpha1.ModerationPolicy
	queue *v1alpha1.ModerationQueue
	r     *policy.Reconciler
}

func newChecksWorld(wanted *v1alpha1.QualityWanted) *checksWorld {
	GinkgoHelper()
	w := &checksWorld{world: newWorld()}
	q := modtest.MakeQuality("quality")
	q.Wanted = wanted
	w.p = modtest.MakePolicy("policy", w.ns, modtest.MakeLabel("hate").QASample("0.01", "0.05", "")).Quality(q).Obj()
	w.queue = modtest.MakeQueue("live", w.ns).Label("plan", "emea").NoClassification().Languages("en").Policy("policy").Review(modtest.MakeReview("hate").HarmDomains("hate").HandleTime("90s").
		QASample(v1alpha1.ReviewSample{Allowed: "0.01"}).
		Metrics(func(m *v1alpha1.ReviewMetrics) { m.Allowed = modtest.SeriesRef("allowed") })).Obj()
	w.create(w.p, w.queue)
	w.again()
	return w
}

// again is what a new process does.
func (w *checksWorld) again() {
	w.restart()
	w.r = &policy.Reconciler{Env: w.Env}
}

func (w *checksWorld) look() {
	GinkgoHelper()
	run(w.r, w.p)
}

// found is what checks of a week found: of 200 a day of what machines allowed, one in a hundred, so many
// leaks; of 50 of what they actioned, so many that are benign.
func (w *checksWorld) found(leaks, kills int) {
	var sampled, labelled, wrong []resolve.TableRow
	row := func(cohort time.Time, n int, more ...string) resolve.TableRow {
		labels := map[string]string{
			"policy": "policy", "by": "Machine", "market": "BR", "language": "pt-BR", "revision": "40ab51c2d3e4",
			"cohort": cohort.UTC().Format(time.RFC3339),
		}
		for i := 0; i < len(more); i += 2 {
			labels[more[i]] = more[i+1]
		}
		return resolve.TableRow{Labels: labels, Value: sample.Whole(int64(n))}
	}
	for d := 0; d <= 7; d++ {
		at := start.Truncate(24*time.Hour).AddDate(0, 0, -d)
		sampled = append(sampled, row(at, 200, "label", "none", "verdict", "Allow", "rate", "0.01"), row(at, 50, "label", "hate", "verdict", "Act", "rate", "0.05"))
		labelled = append(labelled, row(at, 200, "label", "none", "verdict", "Allow", "rate", "0.01"), row(at, 50, "label", "hate", "verdict", "Act", "rate", "0.05"))
		wrong = append(wrong, row(at, leaks, "label", "hate", "verdict", "Allow", "rate", "0.01"), row(at, kills, "label", "hate", "verdict", "Act", "rate", "0.05"))
	}
	w.seen.setTable("qa-sampled", sampled...)
	w.seen.setTable("qa-labelled", labelled...)
	w.seen.setTable("qa-wrong", wrong...)
}

func (w *checksWorld) report() *quality.Report {
	GinkgoHelper()
	r, err := w.Env.Quality(ctx, w.ns, "policy")
	Expect(err).NotTo(HaveOccurred())
	return r
}

func (w *checksWorld) worst() []string {
	GinkgoHelper()
	refresh(w.p)
	if w.p.Status.Quality == nil {
		return nil
	}
	var out []string
	for _, l := range w.p.Status.Quality.Worst {
		out = append(out, fmt.Sprintf("%s %s of %s in %s %s: %s, %d of %d", l.Label, l.Kind, l.By, l.Market, l.Language, l.Share, l.Wrong, l.Checked))
	}
	return out
}

var _ = Describe("The quality of a policy's decisions", func() {
	It("is in the status, in metrics and in a ConfigMap, and writes nothing while nothing moves", func() {
		w := newChecksWorld(nil)
		w.found(2, 5)
		w.look()
		want := []string{
			"hate Overkill of Machine in BR pt-BR: 10 % (6.8 to 14), 30 of 300",
			"hate Leakage of Machine in BR pt-BR: 1 % (0.51 to 1.8), 12 of 1200",
		}
		Expect(w.worst()).To(Equal(want))
		expect(w.p, "QualityMeasured", isTrue, v1alpha1.ReasonMeasured)
		Expect(w.report().Lines).To(HaveLen(2))
		Expect(w.metric("modcap_policy_error_ratio")).To(HaveLen(12), "two lines and two totals, with three bounds each")
		Expect(w.metric("modcap_policy_checks")).To(HaveLen(12))
		w.expectQuiet(w.look)

		var m corev1.ConfigMap
		Expect(env.Client.Get(ctx, client.ObjectKey{Namespace: w.ns, Name: "policy-quality"}, &m)).To(Succeed())
		Expect(m.OwnerReferences).To(ConsistOf(HaveField("Name", "policy")))
		m.Data[quality.Key] = "{"
		Expect(env.Client.Update(ctx, &m)).To(Succeed())
		w.look()
		Expect(w.report()).NotTo(BeNil(), "what somebody edited is as it was")
		w.again()
		w.look()
		Expect(w.worst()).To(Equal(want))
		w.expectQuiet(w.look)
	})

	It("moves at once when it is new, and then every ten minutes", func() {
		w := newChecksWorld(nil)
		w.found(2, 5)
		w.look()
		w.found(4, 5)
		w.clock.Step(9 * time.Minute)
		w.look()
		Expect(w.worst()).To(ContainElement(ContainSubstring("12 of 1200")))
		w.clock.Step(2 * time.Minute)
		w.look()
		Expect(w.worst()).To(ContainElement(ContainSubstring("2 % (1.2 to 3), 24 of 1200")))
	})

	It("is not known while its numbers are missing or sums fell, also after a restart", func() {
		w := newChecksWorld(nil)
		w.look()
		expect(w.p, "QualityMeasured", isUnknown, v1alpha1.ReasonQualityNotFresh, "not fresh")
		Expect(w.worst()).To(BeEmpty())
		w.found(4, 5)
		w.look()
		before := w.worst()
		w.seen.setTable("qa-wrong", resolve.TableRow{Labels: map[string]string{"policy": "policy", "by": "Ana"}})
		w.look()
		expect(w.p, "QualityMeasured", isUnknown, v1alpha1.ReasonQualityNotFresh, "UnknownClass")
		Expect(w.worst()).To(Equal(before), "the last figures stay")
		Expect(w.metric("modcap_policy_error_ratio")).To(BeEmpty())
		w.found(2, 5)
		w.again()
		w.look()
		expect(w.p, "QualityMeasured", isUnknown, v1alpha1.ReasonCountersFell)
		Expect(w.worst()).To(ContainElement(ContainSubstring("not known yet")))
		w.found(5, 5)
		w.again()
		w.look()
		expect(w.p, "QualityMeasured", isUnknown, v1alpha1.ReasonCountersFell)
		w.expectQuiet(w.look)
	})

	It("says what a wanted interval takes, and the plan reserves it", func() {
		w := newChecksWorld(&v1alpha1.QualityWanted{Allowed: "0.002"})
		w.create(modtest.MakeTarget("emea", w.ns).Obj(),
			modtest.MakeTeam("qa", w.ns).Label("plan", "emea").Roles(v1alpha1.RoleQA).Obj())
		w.seen.machine("hate", 0, 0, 0.1).set("allowed", "hate", 10)
		sr := staffing.New(w.Env)
		target := modtest.MakeTarget("emea", w.ns).Obj()
		needed := func() float64 {
			GinkgoHelper()
			run(sr, target)
			var m corev1.ConfigMap
			Expect(env.Client.Get(ctx, client.ObjectKey{Namespace: w.ns, Name: "emea-plan-input"}, &m)).To(Succeed())
			return qaArrivals(&m)
		}
		Expect(needed()).To(BeNumerically("~", 360, 1), "36000 an hour, one in a hundred")
		w.found(2, 5)
		w.look()
		expect(w.p, "QualityMeasured", isFalse, v1alpha1.ReasonTooFewChecks, "leakage of what machines allow, label hate")
		n := w.report().Needs[0]
		Expect(n.Short()).To(BeTrue())
		Expect(w.p.Status.Findings).To(ContainElement(And(HaveField("Code", "TooFewChecks"),
			HaveField("Field", "spec.labels[hate].qaSample.allowed"), HaveField("Message", ContainSubstring("give 200 checks a day")),
			HaveField("Fix", MatchRegexp(`Raise qaSample.allowed to 0\.\d+, which costs [\d.]+ person-hours a day more`)))))
		w.clock.Step(31 * time.Minute)
		want := 36_000 * float64(n.Wanted) / float64(n.Decided)
		Expect(needed()).To(BeNumerically("~", want, want/50))
		w.seen.setTable("qa-wrong")
		w.look()
		w.again()
		sr = staffing.New(w.Env)
		w.clock.Step(31 * time.Minute)
		Expect(needed()).To(BeNumerically("~", want, want/50), "numbers that are not fresh lower nothing")
		w.expectQuiet(w.look)
	})

	It("says where nobody is planned for checks, and where all of them are too few", func() {
		w := newChecksWorld(&v1alpha1.QualityWanted{Actioned: "0.02"})
		w.found(2, 5)
		w.look()
		Expect(w.p.Status.Findings).To(ContainElement(And(HaveField("Code", "ChecksUnplanned"), HaveField("Fix", ContainSubstring("harm domain hate")))))
		edit(w.p, func(p *v1alpha1.ModerationPolicy) { p.Spec.Quality.Wanted.Actioned = "0.0001" })
		w.look()
		Expect(w.p.Status.Findings).To(ContainElement(And(HaveField("Code", "WantedTooMuch"), HaveField("Fix", ContainSubstring("wider")))))
	})

	It("goes with spec.quality", func() {
		w := newChecksWorld(nil)
		w.found(2, 5)
		w.look()
		edit(w.p, func(p *v1alpha1.ModerationPolicy) { p.Spec.Quality = nil })
		w.look()
		Expect(w.p.Status.Quality).To(BeNil())
		expectNone(w.p, "QualityMeasured")
		Expect(w.metric("modcap_policy_error_ratio")).To(BeEmpty())
		err := env.Client.Get(ctx, client.ObjectKey{Namespace: w.ns, Name: "policy-quality"}, &corev1.ConfigMap{})
		Expect(apierrors.IsNotFound(err)).To(BeTrue(), "%v", err)
		w.expectQuiet(w.look)
	})

	It("writes status alone when the operator may write nothing else", func() {
		w := newChecksWorld(nil)
		w.ReadOnly = true
		w.found(2, 5)
		w.look()
		Expect(w.worst()).To(HaveLen(2))
		Expect(w.report()).To(BeNil())
		w.expectQuiet(w.look)
	})
})

var _ = Describe("The guard of a rollout", func() {
	It("is told how often people err in review, once enough was checked and while it is fresh", func() {
		people := func(w *rolloutWorld, cohorts int) {
			var sampled, wrong []resolve.TableRow
			for d := 2; d < 2+cohorts; d++ {
				row := func(verdict string, n int) resolve.TableRow {
					return resolve.TableRow{Value: sample.Whole(int64(n)), Labels: map[string]string{
						"policy": "policy", "by": "People", "label": "hate", "verdict": verdict, "rate": "0.5",
						"cohort": start.Truncate(24*time.Hour).AddDate(0, 0, -d).Format(time.RFC3339),
					}}
				}
				sampled = append(sampled, row("Allow", 50), row("Act", 500))
				wrong = append(wrong, row("Allow", 10), row("Act", 360)) // of 400 benign ones
			}
			w.seen.setTable("qa-sampled", sampled...)
			w.seen.setTable("qa-labelled", sampled...)
			w.seen.setTable("qa-wrong", wrong...)
		}
		for name, c := range map[string]struct {
			read  func(*rolloutWorld)
			phase string
		}{
			"not counted": {func(*rolloutWorld) {}, "Aborted "},
			"counted":     {func(w *rolloutWorld) { people(w, 2) }, "Step five"},
			"not fresh": {func(w *rolloutWorld) {
				people(w, 2)
				w.look()
				w.seen.setTable("qa-wrong", resolve.TableRow{Labels: map[string]string{"policy": "policy", "by": "Ana"}})
			}, "Aborted "},
		} {
			w := newRolloutWorld()
			q := modtest.MakeQuality("quality")
			edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Quality = &q })
			c.read(w)
			w.change("0.90")
			w.count(100) // benign items that machines action, of which people action nine in ten too
			w.look()
			Expect(w.phase()).To(Equal(c.phase), name)
		}
	})
})

// qaArrivals are the checks an hour that a plan is made from.
func qaArrivals(m *corev1.ConfigMap) float64 {
	GinkgoHelper()
	data, err := sheet.Unpack(m.BinaryData[sheet.InputKey])
	Expect(err).NotTo(HaveOccurred())
	in := struct {
		Classes []struct {
			Key             struct{ Role string }
			ArrivalsPerHour sample.Sample
		}
	}{}
	Expect(json.Unmarshal(data, &in)).To(Succeed())
	for _, c := range in.Classes {
		if c.Key.Role == "QA" {
			return c.ArrivalsPerHour.Value.Float()
		}
	}
	return 0
}
