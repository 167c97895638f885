package controllers_test

import (
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/sample"
)

// waits is so many items that wait for people, who do 600 an hour: each is due in 15 minutes.
func (w *reliefWorld) waits(items float64) {
	w.demand(120)
	w.seen.machine("hate", items, 1, 120.0/3600)
}

// decided makes the decision the real one.
func (w *reliefWorld) decided() *reliefWorld {
	w.r.Decide = relief.Plan
	return w
}

var _ = Describe("Relief as it is decided", func() {
	It("gives way with what is enough, in order, and ends when people are enough", func() {
		w := newReliefWorld().decided()
		w.look()
		expect(w.target, v1alpha1.ConditionReliefActive, isFalse, v1alpha1.ReasonReliefNotNeeded)
		before := w.policyDocuments()
		w.waits(400)
		w.look()
		expect(w.target, v1alpha1.ConditionReliefActive, isTrue, v1alpha1.ReasonReliefBegun, "person-hours of work")
		steps := w.steps()
		Expect(w.target.Status.Relief[0]).To(And(HaveField("Step", "later"), HaveField("Part", BeNumerically("<", 8))), "no more than is needed")
		Expect(steps).To(ContainElement("later"))
		declared := []string{"other-teams", "other-markets", "later", "fewer-samples", "narrower"}
		last := slices.Index(declared, w.target.Status.Relief[0].Step)
		for _, s := range steps {
			Expect(slices.Index(declared, s)).To(BeNumerically("<=", last), s)
		}
		Expect(w.policyDocuments()).To(Equal(before))

		w.anew()
		w.decided()
		w.look()
		Expect(w.steps()).To(Equal(steps), "a restart goes on where it was")
		for _, passed := range []time.Duration{15 * time.Minute, 30 * time.Minute} {
			w.clock.Step(passed)
			w.waits(0)
			w.look()
			Expect(w.steps()).To(Equal(steps), "for its least time")
		}
		w.clock.Step(16 * time.Minute)
		w.waits(0)
		w.look()
		expect(w.target, v1alpha1.ConditionReliefActive, isFalse, v1alpha1.ReasonReliefEnded)
		Expect(w.steps()).To(BeEmpty())
	})

	It("says when all of it is not enough, and goes on saying so while numbers are missing", func() {
		w := newReliefWorld().decided()
		w.waits(40_000)
		for range 2 {
			w.look()
			w.clock.Step(35 * time.Second)
			w.waits(40_000)
		}
		expect(w.target, v1alpha1.ConditionReliefActive, isTrue, v1alpha1.ReasonReliefExhausted, "with all of it they still are")
		Expect(w.metric("modcap_relief_exhausted")).To(Equal([]float64{1}))
		w.seen.quality("hate", sample.Stale, sample.CauseTooOld)
		w.look()
		expect(w.target, v1alpha1.ConditionReliefActive, isTrue, v1alpha1.ReasonReliefNotFresh)
		Expect(w.metric("modcap_relief_exhausted")).To(Equal([]float64{1}))
		w.clock.Step(2 * time.Hour)
		w.waits(0)
		w.look()
		Expect(w.metric("modcap_relief_exhausted")).To(Equal([]float64{0}))
	})

	It("settles, and stays", func() {
		w := newReliefWorld().decided()
		w.waits(400)
		for range 6 { // what waits does not shrink, so that more gives way after a while
			w.look()
			w.clock.Step(35 * time.Second)
		}
		status, weights := w.target.Status.Relief, w.weights().Hash
		for range 6 {
			w.look()
			Expect(w.target.Status.Relief).To(Equal(status))
			Expect(w.weights().Hash).To(Equal(weights))
			w.clock.Step(35 * time.Second)
		}
	})
})
