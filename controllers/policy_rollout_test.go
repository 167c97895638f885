package controllers_test

import (
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/override"
	"github.com/modcap/modcap/controllers/policy"
	"github.com/modcap/modcap/controllers/routing"
	"github.com/modcap/modcap/internal/conditions"
	"github.com/modcap/modcap/internal/resolve"
	compiler "github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

// rolloutWorld is a surface whose policy rolls changes out.
type rolloutWorld struct {
	*routingWorld
	pr *policy.Reconciler
}

func newRolloutWorld() *rolloutWorld {
	GinkgoHelper()
	w := &rolloutWorld{routingWorld: newRoutingWorld()}
	edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
		r := modtest.MakeRollout("rollouts")
		r.Steps[0].Markets = []v1alpha1.Market{"BR"}
		p.Spec.Rollout = &r
	})
	w.again()
	w.look()
	return w
}

// again is what a new process does.
func (w *rolloutWorld) again() {
	w.restart()
	w.pr, w.r = &policy.Reconciler{Env: w.Env}, &routing.Reconciler{Env: w.Env}
}

// look drives the policy, and then the documents of its surface.
func (w *rolloutWorld) look() reconcile.Result {
	GinkgoHelper()
	result := run(w.pr, w.policy)
	w.run()
	return result
}

// change begins the rollout of a threshold.
func (w *rolloutWorld) change(actAt v1alpha1.Score) {
	GinkgoHelper()
	edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0].ActAt = &actAt })
	w.look()
}

// count is what the data plane has counted four hours on: of many items 400 went from
// people to the machine, so many of which are violating, and random samples have no errors.
func (w *rolloutWorld) count(violating int) {
	GinkgoHelper()
	w.countOf(revisionOf(w.policy), violating)
}

func (w *rolloutWorld) countOf(revision string, violating int) {
	GinkgoHelper()
	w.countAt(w.clock.Now().Add(time.Hour), revision, violating)
}

func (w *rolloutWorld) countAt(begin time.Time, revision string, violating int) {
	GinkgoHelper()
	cohort := begin.UTC().Format(time.RFC3339)
	w.clock.Step(4 * time.Hour)
	row := func(n int, more ...string) resolve.TableRow {
		labels := map[string]string{
			"policy": w.policy.Name, "revision": revision, "market": "BR",
			"cohort": cohort,
		}
		for i := 0; i < len(more); i += 2 {
			labels[more[i]] = more[i+1]
		}
		return resolve.TableRow{Labels: labels, Value: sample.Milli(n) * sample.One}
	}
	move := []string{"label", "hate", "from", "Review", "to", "Act"}
	w.seen.setTable("entered", row(100_000))
	for _, series := range []string{"moved", "moved-sampled", "moved-labelled"} {
		w.seen.setTable(series, row(400, move...))
	}
	w.seen.setTable("moved-violating", row(violating, move...))
	var sampled, errors []resolve.TableRow
	for _, arm := range []string{"Stable", "Candidate"} {
		sampled = append(sampled, row(2000, "arm", arm, "rate", "0.5"))
		for _, kind := range []string{"Leakage", "Overkill"} {
			errors = append(errors, row(0, "arm", arm, "rate", "0.5", "label", "hate", "kind", kind))
		}
	}
	w.seen.setTable("sampled", sampled...)
	w.seen.setTable("labelled", sampled...)
	w.seen.setTable("errors", errors...)
}

func (w *rolloutWorld) phase() string {
	GinkgoHelper()
	refresh(w.policy)
	s := w.policy.Status.Rollout
	return fmt.Sprintf("%s %s", s.Phase, s.Step)
}

// document is what routers read of the queue for Brazil.
func (w *rolloutWorld) document() *v1.PolicyDocument {
	GinkgoHelper()
	for _, e := range w.index().Entries {
		if e.Queue == w.br.Name {
			d, err := v1.DecodeDocument([]byte(w.published()[e.Document].Data[v1.DocumentKey]), e.Hash)
			Expect(err).NotTo(HaveOccurred())
			return d
		}
	}
	Fail("the queue has no document")
	return nil
}

func (w *rolloutWorld) decide(name string, action v1alpha1.RolloutAction, step v1alpha1.Word) {
	GinkgoHelper()
	w.create(modtest.MakeOverride(name, w.ns).Decision(w.policy.Name, w.policy.Status.Revision, action, step).Obj())
}

var _ = Describe("The rollout of a ModerationPolicy", func() {
	It("leaves what decides alone in the shadow, and then goes step by step", func() {
		w := newRolloutWorld()
		first := w.policy.Status.Revision
		before := w.bytes()[indexName]
		expect(w.policy, "RolloutProgressing", isFalse, v1alpha1.ReasonComplete)
		w.change("0.90")
		Expect(w.phase()).To(Equal("Shadow shadow"))
		d := w.document()
		Expect(d.Revisions).To(HaveLen(2))
		Expect(d.Revisions[0]).To(And(HaveField("Name", first), HaveField("Share", v1.AllPPM)))
		Expect(d.Revisions[1]).To(And(HaveField("Name", w.policy.Status.Revision), HaveField("Share", v1.PPM(0))))
		Expect(d.Rollout.Discordant).To(Equal(v1.AllPPM))

		w.look()
		expect(w.policy, "RolloutProgressing", isTrue, v1alpha1.ReasonMetricsNotFresh,
			"step shadow: what spec.rollout.metrics counts is not fresh (UnknownSeries)")
		w.count(399)
		w.look()
		Expect(w.phase()).To(Equal("Step five"), "%v", w.policy.Status)
		d = w.document()
		Expect(d.Rollout.Markets).To(Equal([]v1.MarketShare{{Markets: []string{"BR"}, Share: 50_000}}))
		Expect(w.metric("modcap_policy_rollout_share_ratio")).To(Equal([]float64{0.05}))
		Expect(w.metric("modcap_policy_rollout_change_upper_bound")).To(HaveLen(2), "a line for each kind of error of the label that it changes")
		Expect(w.metric("modcap_policy_rollout_margin")).To(Equal([]float64{5, 10}))
		Expect(d.Revisions[1].Share).To(Equal(v1.PPM(0)), "only Brazil has it")
		w.look()
		Expect(w.phase()).To(Equal("Step five"), "no cohort of the step itself is there yet")
		w.count(399)
		w.look()
		Expect(w.phase()).To(Equal("Step half"), "%v", w.policy.Status)
		w.count(399)
		w.look()
		Expect(w.phase()).To(Equal("Done "), "%v", w.policy.Status)
		Expect(w.document().Revisions).To(HaveLen(1))
		Expect(w.document().Revisions[0].Name).To(Equal(w.policy.Status.Revision))
		Expect(w.bytes()[indexName]).NotTo(Equal(before))
		w.expectQuiet(func() { w.look() })
	})

	It("is taken back by a broken guard, to the bytes before, and not tried again", func() {
		w := newRolloutWorld()
		before := w.bytes()
		w.change("0.90")
		w.count(100)
		Expect(w.look().RequeueAfter).To(BeZero())
		Expect(w.phase()).To(Equal("Aborted "), "%v", w.policy.Status)
		expect(w.policy, "RolloutProgressing", isFalse, v1alpha1.ReasonAborted)
		a := w.policy.Status.Rollout.Aborted
		Expect(a).To(And(HaveField("By", "guard"), HaveField("Step", "shadow"), HaveField("Revision", w.policy.Status.Revision),
			HaveField("Message", ContainSubstring("Overkill of label hate"))))
		Expect(w.bytes()[indexName]).To(Equal(before[indexName]))
		w.expectQuiet(func() { w.look() })
		Expect(w.phase()).To(Equal("Aborted "))
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
			p.Spec.Rollout.Pause, p.Spec.Rollout.Steps[1].MaxHold = true, "96h"
			p.Spec.Rollout.FreezeWindows = []v1alpha1.FreezeWindow{{Name: "evening", TimeZone: "UTC", Start: "17:00", End: "19:00"}}
			p.Spec.Labels[0].ActAt = ptr.To(v1alpha1.Score("0.900"))
		})
		w.again()
		w.look()
		Expect(w.phase()).To(Equal("Aborted "), "what was edited asks for no other try")
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Rollout.Margins.Overkill = "90" })
		w.look()
		Expect(w.phase()).To(Equal("Shadow shadow"), "the margins were edited")
		w.count(100)
		w.decide("stop", v1alpha1.RolloutTakeBack, "")
		w.look()
		Expect(w.phase()).To(Equal("Aborted "))
		remove(modtest.MakeOverride("stop", w.ns).Obj())
		w.change("0.97")
		Expect(w.phase()).To(Equal("Done "), "the spec means what decides")
		w.change("0.90")
		Expect(w.phase()).To(Equal("Shadow shadow"), "it was taken out, and put in again")
	})

	It("takes no evidence from a cohort in which its share changed", func() {
		w := newRolloutWorld()
		w.change("0.90")
		w.count(399)
		w.look()
		Expect(w.phase()).To(Equal("Step five"))
		given := w.policy.Status.Rollout.Shares[0].Since
		Expect(given.Time).To(BeTemporally("==", w.clock.Now()))
		w.countAt(given.Add(-5*time.Minute), revisionOf(w.policy), 399)
		w.look()
		Expect(w.phase()).To(Equal("Step five"), "the share changed in the middle of the cohort: %v", w.policy.Status.Rollout)
		w.countAt(given.Add(time.Minute), revisionOf(w.policy), 399)
		w.look()
		Expect(w.phase()).To(Equal("Step half"), "%v", w.policy.Status.Rollout)
	})

	It("does not go on by rows of a market that there is not", func() {
		w := newRolloutWorld()
		w.change("0.90")
		w.count(399)
		for _, rows := range w.seen.tables {
			for i := range rows {
				rows[i].Labels["market"] = "UK"
			}
		}
		w.look()
		Expect(w.phase()).To(Equal("Shadow shadow"))
		expect(w.policy, "RolloutProgressing", isTrue, v1alpha1.ReasonMetricsNotFresh, `UnknownClass: series entered has a row with market="UK"`)
		w.expectQuiet(func() { w.look() })
	})

	It("does not go on while its numbers are missing, somebody pauses it, or people are late", func() {
		w := newRolloutWorld()
		w.change("0.90")
		w.count(399)
		w.seen.setTable("errors", resolve.TableRow{Labels: map[string]string{"policy": "policy", "revision": w.policy.Status.Revision}})
		w.look()
		expect(w.policy, "RolloutProgressing", isTrue, v1alpha1.ReasonMetricsNotFresh, "UnknownClass")
		w.count(399)
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Rollout.Pause = true })
		w.look()
		expect(w.policy, "RolloutProgressing", isFalse, v1alpha1.ReasonPaused)
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
			p.Spec.Rollout.Pause = false
			p.Spec.Rollout.FreezeWindows = []v1alpha1.FreezeWindow{{Name: "evening", TimeZone: "UTC", Start: "17:00", End: "19:00"}}
		})
		w.look()
		expect(w.policy, "RolloutProgressing", isTrue, v1alpha1.ReasonFrozen, "evening", "2026-11-02T19:00:00Z")
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
			p.Spec.Rollout.FreezeWindows = nil
			p.Spec.Rollout.Conditions = []v1alpha1.RolloutCondition{{Name: "appeals", Series: "appeals", AtMost: ptr.To(v1alpha1.Decimal("0.05"))}}
			p.Spec.Rollout.Conditions[0].SourceRef.Name = "prom"
			p.Spec.Rollout.Conditions[0].MatchLabels = map[string]v1alpha1.LabelValue{"queue": "all"}
		})
		w.look()
		expect(w.policy, "RolloutProgressing", isTrue, v1alpha1.ReasonConditionNotMet, "appeals", "NoRow")
		w.seen.set("appeals", "all", 0.04)
		w.late(w.br)
		w.look()
		Expect(w.phase()).To(Equal("Shadow shadow"), "whether it relieves them is not known")
		expect(w.policy, "RolloutProgressing", isTrue, v1alpha1.ReasonQueueInBreach, "live-br")
		w.seen.setHourly("arrivals", "hate", 500)
		w.look()
		Expect(w.phase()).To(Equal("Step five"), "it takes work from people: %v", w.policy.Status.Conditions)
	})

	It("is kept by a freeze of its policy, which takes nothing from the guard", func() {
		w := newRolloutWorld()
		before := w.bytes()[indexName]
		w.create(modtest.MakeOverride("elsewhere", w.ns).Freeze("other").Obj(),
			modtest.MakeOverride("election", w.ns).Freeze(w.policy.Name).Until(w.clock.Now().Add(6*time.Hour)).Obj())
		w.change("0.90")
		Expect(w.phase()).To(Equal("Shadow shadow"), "a shadow begins in a freeze: it decides nothing")
		w.count(399)
		w.look()
		Expect(w.phase()).To(Equal("Shadow shadow"))
		expect(w.policy, "RolloutProgressing", isTrue, v1alpha1.ReasonFrozen, "CapacityOverride election keeps it until 2026-11-02T16:00:00Z")
		w.again()
		w.count(399)
		w.look()
		Expect(w.phase()).To(Equal("Step five"), "it ended by itself, over a restart: %v", w.policy.Status.Conditions)
		w.create(modtest.MakeOverride("all", w.ns).Freeze().Obj())
		w.count(399)
		w.look()
		expect(w.policy, "RolloutProgressing", isTrue, v1alpha1.ReasonFrozen, "CapacityOverride all")
		w.count(100)
		w.look()
		Expect(w.phase()).To(Equal("Aborted "))
		Expect(w.bytes()[indexName]).To(Equal(before))
	})

	It("waits at maxHold for somebody, who approves one step, or all of them", func() {
		w := newRolloutWorld()
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
			p.Spec.Rollout.Metrics = nil
			p.Spec.Rollout.Shadow.MaxHold = "2h"
		})
		w.change("0.90")
		w.clock.Step(3 * time.Hour)
		w.look()
		Expect(w.phase()).To(Equal("Inconclusive shadow"))
		expect(w.policy, "RolloutProgressing", isFalse, v1alpha1.ReasonInconclusive, "approve or abort")
		w.expectQuiet(func() { w.look() })
		w.decide("yes", v1alpha1.RolloutApprove, "shadow")
		w.look()
		Expect(w.phase()).To(Equal("Step five"))
		w.look()
		Expect(w.phase()).To(Equal("Step five"), "one step was approved")
		w.decide("all", v1alpha1.RolloutPromote, "")
		w.look()
		Expect(w.phase()).To(Equal("Done "))
		Expect(w.document().Revisions[0].Name).To(Equal(w.policy.Status.Revision))
	})

	It("begins anew with another change, and ends when the change is taken back in the spec", func() {
		w := newRolloutWorld()
		before := w.bytes()[indexName]
		w.change("0.90")
		w.count(399)
		w.look()
		Expect(w.phase()).To(Equal("Step five"))
		w.change("0.91")
		Expect(w.phase()).To(Equal("Shadow shadow"))
		Expect(w.document().Rollout.Markets).To(BeEmpty())
		w.change("0.97")
		Expect(w.phase()).To(Equal("Done "))
		Expect(w.bytes()[indexName]).To(Equal(before))
	})

	It("is guarded while its spec is not sound, and no step ends", func() {
		for name, c := range map[string]func(*v1alpha1.ModerationPolicy){
			"labels": func(p *v1alpha1.ModerationPolicy) {
				p.Spec.Labels[0] = modtest.MakeLabel("hate").Override("a", "", "0.50", "BR").Override("b", "", "0.40", "BR").Obj()
			},
			"steps": func(p *v1alpha1.ModerationPolicy) {
				p.Spec.Rollout.Steps[0].Percent, p.Spec.Rollout.Steps[0].Markets = "50", nil
			},
			"steps, and another change": func(p *v1alpha1.ModerationPolicy) {
				p.Spec.Rollout.Steps[0].Percent, p.Spec.Rollout.Steps[0].Markets = "50", nil
				p.Spec.Labels[0].ActAt = ptr.To(v1alpha1.Score("0.91"))
			},
		} {
			w := newRolloutWorld()
			before := w.bytes()[indexName]
			w.change("0.90")
			w.count(399)
			w.look()
			Expect(w.phase()).To(Equal("Step five"))
			during := w.document().Revisions
			w.count(399)
			canary := w.policy.Status.Rollout.Canary
			edit(w.policy, c)
			w.look()
			expect(w.policy, "Stalled", isTrue, v1alpha1.ReasonInvalidSpec)
			expect(w.policy, "RolloutProgressing", isTrue, v1alpha1.ReasonInvalidSpec, "no step ends")
			Expect(w.phase()).To(Equal("Step five"), name)
			Expect(w.document().Revisions).To(Equal(during), name)
			w.countOf(canary, 100)
			w.look()
			Expect(w.phase()).To(Equal("Aborted "), name)
			Expect(w.bytes()[indexName]).To(Equal(before), name)
			Expect(w.policy.Status.Rollout.Aborted.Moves).To(ConsistOf(v1alpha1.RolloutMove{Label: "hate", Market: "BR", From: "Review", To: "Act", Items: 400, Decided: 20}))
		}
	})

	It("is left out for a change that alters no verdict, and for a policy without one", func() {
		w := newRolloutWorld()
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0].QASample = &v1alpha1.QASample{Allowed: "0.01"} })
		w.look()
		Expect(w.phase()).To(Equal("Done "))
		Expect(w.document().Revisions[0].Name).To(Equal(w.policy.Status.Revision))
		w.change("0.90")
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Rollout = nil })
		w.look()
		Expect(w.policy.Status.Rollout).To(BeNil())
		Expect(w.document().Revisions).To(HaveLen(1))
		expectNone(w.policy, "RolloutProgressing")
	})

	It("of a policy to which rollouts are new begins with what it decided by", func() {
		w := &rolloutWorld{routingWorld: newRoutingWorld()}
		w.again()
		w.look()
		first := w.policy.Status.Revision
		before := w.bytes()[indexName]
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
			r := modtest.MakeRollout("rollouts")
			p.Spec.Rollout, p.Spec.Labels[0].ActAt = &r, ptr.To(v1alpha1.Score("0.90"))
		})
		w.run() // the documents come first
		Expect(w.bytes()[indexName]).To(Equal(before))
		w.look()
		Expect(w.policy.Status.Rollout.Stable).To(Equal(first))
		Expect(w.phase()).To(Equal("Shadow shadow"))
	})

	It("says what is wrong with its steps, and stays where it is", func() {
		w := newRolloutWorld()
		for name, c := range map[string]struct {
			edit func(*v1alpha1.PolicyRollout)
			want string
		}{
			"steps that do not rise": {func(r *v1alpha1.PolicyRollout) { r.Steps[0].Markets, r.Steps[0].Percent = nil, "50" }, "no more than step five"},
			"no such market":         {func(r *v1alpha1.PolicyRollout) { r.Steps[0].Markets = []v1alpha1.Market{"XX"} }, "XX is not a country code"},
		} {
			before := w.bytes()[indexName]
			edit(w.policy, func(p *v1alpha1.ModerationPolicy) { c.edit(p.Spec.Rollout) })
			w.look()
			expect(w.policy, "Stalled", isTrue, v1alpha1.ReasonInvalidSpec, c.want, "stays where it is")
			Expect(w.bytes()[indexName]).To(Equal(before), name)
		}
	})

	It("taken back after a kill after any write has the bytes before", func() {
		for kill := 0; ; kill++ {
			w := newRolloutWorld()
			before, first := w.bytes()[indexName], w.policy.Status.Revision
			w.direct.KillAfter(kill)
			edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0].ActAt = ptr.To(v1alpha1.Score("0.90")) })
			killed := w.try()
			refresh(w.policy)
			w.count(399)
			for range 2 {
				killed = w.try() || killed
				w.expectWhole()
				Expect(w.document().Revisions[0].Name).To(Equal(first), "killed after %d", kill)
			}
			w.count(399)
			w.create(modtest.MakeOverride("stop", w.ns).Decision(w.policy.Name, revisionOf(w.policy), v1alpha1.RolloutTakeBack, "").Obj())
			killed = w.try() || killed
			w.direct.KillAfter(-1)
			w.again()
			w.look()
			Expect(w.phase()).To(Equal("Aborted "), "killed after %d", kill)
			if step := w.policy.Status.Rollout.Aborted.Step; step == "" || step == "shadow" {
				Expect(w.policy.Status.Rereview).To(BeNil(), "killed after %d", kill)
			} else { // the abort and what is to be looked at again are one write
				Expect(w.policy.Status.Rereview).To(And(HaveField("State", v1alpha1.RereviewOpen), HaveField("Items", int64(20))), "killed after %d", kill)
			}
			Expect(w.bytes()[indexName]).To(Equal(before), "killed after %d", kill)
			w.expectWhole()
			if !killed {
				Expect(kill).To(BeNumerically(">", 8))
				return
			}
		}
	})

	It("goes on after a kill after any write, to its end", func() {
		for kill := 0; ; kill++ {
			w := newRolloutWorld()
			w.direct.KillAfter(kill)
			edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0].ActAt = ptr.To(v1alpha1.Score("0.90")) })
			killed := w.try()
			for range 6 {
				refresh(w.policy)
				w.count(399)
				if w.try() {
					killed = true
					w.direct.KillAfter(-1)
					w.again()
					w.seen.clear()
					w.try() // as long as nothing was read, nothing ends
				}
			}
			w.direct.KillAfter(-1)
			for range 4 {
				w.count(399)
				w.look()
			}
			Expect(w.phase()).To(Equal("Done "), "killed after %d", kill)
			Expect(w.document().Revisions).To(ConsistOf(And(HaveField("Name", revisionOf(w.policy)), HaveField("Share", v1.AllPPM))))
			w.expectQuiet(func() { w.look() })
			if !killed {
				return
			}
		}
	})

	It("is decided about by overrides that say when there is no such policy", func() {
		w := newWorld()
		o := modtest.MakeOverride("stop", w.ns).Decision("nowhere", "0123456789ab", v1alpha1.RolloutTakeBack, "").Obj()
		w.create(o)
		r := &override.Reconciler{Env: w.Env}
		run(r, o)
		expect(o, "Ready", isFalse, v1alpha1.ReasonPolicyNotFound, "spec.rollout.policyRef", "nowhere")
		w.create(modtest.MakePolicy("nowhere", w.ns).Obj())
		run(r, o)
		expect(o, "Active", isTrue, v1alpha1.ReasonInForce)
	})
})

var _ = Describe("A freeze", func() {
	It("says which of its policies there are not, and which it does not hold back", func() {
		w := newWorld()
		o := modtest.MakeOverride("election", w.ns).Freeze("guidelines", "ads").Obj()
		w.create(o)
		r := &override.Reconciler{Env: w.Env}
		run(r, o)
		expect(o, "Ready", isFalse, v1alpha1.ReasonPolicyNotFound, "spec.policyRefs", "guidelines, ads")
		expect(o, "Active", isFalse, v1alpha1.ReasonNoSuchWork)
		w.create(modtest.MakePolicy("ads", w.ns).Obj())
		run(r, o)
		expect(o, "Ready", isFalse, v1alpha1.ReasonPolicyNotFound, "ModerationPolicy guidelines")
		expect(o, "Active", isTrue, v1alpha1.ReasonInForce)
		Expect(o.Status.Findings).To(ConsistOf(HaveField("Code", resolve.CodeFreezeWithoutRollout)))
		w.create(modtest.MakePolicy("guidelines", w.ns).Rollout(modtest.MakeRollout("rollouts")).Obj())
		run(r, o)
		expect(o, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		Expect(o.Status).To(And(HaveField("On", "policy guidelines and 1 more"), HaveField("Does", "no step of a rollout ends")))
		w.expectQuiet(func() { run(r, o) })
	})
})

// try looks as look does, and says whether it was killed.
func (w *rolloutWorld) try() bool {
	_, first := w.pr.Reconcile(ctx, requestFor(w.policy))
	_, second := w.r.Reconcile(ctx, routing.Request{Namespace: w.ns, Surface: "live"})
	return first != nil || second != nil
}

// late says in a queue's status that its people are.
func (w *rolloutWorld) late(q *v1alpha1.ModerationQueue) {
	GinkgoHelper()
	refresh(q)
	conditions.For(&q.Status.CommonStatus, q.Generation, w.clock.Now()).False(v1alpha1.ConditionStaffed, v1alpha1.ReasonTooFewPeople, "too few")
	Expect(env.Client.Status().Update(ctx, q)).To(Succeed())
}

// revisionOf is what the policy's spec means.
func revisionOf(p *v1alpha1.ModerationPolicy) string {
	GinkgoHelper()
	r, ok := compiler.RevisionOf(p)
	Expect(ok).To(BeTrue())
	return r.Name
}
