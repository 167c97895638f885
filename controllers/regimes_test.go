package controllers_test

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

// contract is a ConfigMap of a regime that begins at midnight.
func contract(ns, name, within string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name, Labels: map[string]string{v1alpha1.RegimesLabel: "true"}},
		Data: map[string]string{v1alpha1.RegimesKey: `regimes:
- name: contract
  title: Contract
  instrument: Contract with advertisers
  clock: UserNotice
  startsAt: a notice is received
  where: everywhere
  terms: [{percent: "95", within: ` + within + `, from: "2026-11-03"}]
  sources: [https://example.com/contract]
  checked: "2026-11-01"
`},
	}
}

func regime(name string) func(*v1alpha1.ModerationQueue) {
	return func(q *v1alpha1.ModerationQueue) {
		q.Spec.Reviews[0].ServiceLevels = []v1alpha1.ReviewServiceLevel{modtest.MakePromise("90", "4h"), modtest.MakeRegime(name)}
	}
}

var _ = Describe("A regime", func() {
	It("that there is not is said by the queue with the nearest names, and the last plan stays", func() {
		w := newStaffingWorld()
		w.run()
		before := w.plan()
		edit(w.queue, regime("eu-terrorist-contents"))
		w.run()
		Expect(w.plan()).To(Equal(before))
		expect(w.target, "Ready", isFalse, v1alpha1.ReasonLastPlanKept, "there is no regime eu-terrorist-contents; did you mean eu-terrorist-content?")
		w.expectQuiet(w.run)

		edit(w.queue, regime("eu-terrorist-content"))
		w.run()
		expect(w.target, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		Expect(w.fact().Regimes).To(HaveKeyWithValue("hate", "eu-terrorist-content"))
		Expect(w.fact().Promises).To(HaveKeyWithValue("hate", "100% in 1h"))
	})

	It("of a ConfigMap changes the plan from its day on, and one that is broken changes nothing", func() {
		w := newStaffingWorld(func(t *modtest.TeamWrapper) {
			t.Shifts(modtest.MakeShift("early", "00:00", "12:00", 100), modtest.MakeShift("late", "12:00", "00:00", 100))
		})
		w.demand(3000)
		edit(w.queue, func(q *v1alpha1.ModerationQueue) {
			q.Spec.Reviews[0].ServiceLevels = []v1alpha1.ReviewServiceLevel{modtest.MakePromise("90", "12h")}
		})
		w.run()
		without := w.plan()
		declared := contract(w.ns, "contract", "10m")
		w.create(declared)
		edit(w.queue, func(q *v1alpha1.ModerationQueue) {
			q.Spec.Reviews[0].ServiceLevels = []v1alpha1.ReviewServiceLevel{modtest.MakePromise("90", "12h"), modtest.MakeRegime("contract")}
		})
		w.run()
		Expect(w.fact().Promises).To(HaveKeyWithValue("hate", "90% in 12h"), "the regime is not in force yet")
		with := w.plan()
		Expect(with).To(HaveLen(len(without)))
		changed := 0
		for i := range with {
			if !strings.HasPrefix(with[i], "2026-11-03") {
				Expect(with[i]).To(Equal(without[i]), "before its day")
			} else if with[i] != without[i] {
				changed++
			}
		}
		Expect(changed).To(Equal(20), "the half hours of its day that the plan has")

		edit(declared, func(m *corev1.ConfigMap) { m.Data[v1alpha1.RegimesKey] = "regimes: soon" })
		w.run()
		Expect(w.plan()).To(Equal(with))
		Expect(w.target.Status.Findings).To(ContainElement(And(HaveField("Code", "RegimesInvalid"),
			HaveField("Message", ContainSubstring("what it said before stays in force")))))
		w.expectQuiet(w.run)
	})

	It("is shown by its queue, with what changes next, and not written again", func() {
		w := newQueueWorld(func(q *modtest.QueueWrapper) {
			q.Review(modtest.MakeReview("orders").HarmDomains("orders").ServiceLevels(modtest.MakeRegime("contract")))
		}).complete()
		w.run()
		expect(w.queue, "Ready", isFalse, v1alpha1.ReasonRegimeNotFound, "spec.reviews[orders].serviceLevels[0].regime: there is no regime contract")
		w.create(contract(w.ns, "contract", "6h"))
		w.run()
		expect(w.queue, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		fact := staffed()
		fact.Promises, fact.Regimes = map[string]string{"orders": "95% in 6h"}, map[string]string{"orders": "contract"}
		w.Facts.Staffing.Put(w.key, fact)
		w.run()
		Expect(w.queue.Status.Reviews).To(ContainElement(And(HaveField("Name", v1alpha1.Word("orders")), HaveField("Promise", "95% in 6h"),
			HaveField("Regime", "contract"), HaveField("NextPromise", "95% in 6h from 2026-11-03T00:00Z (contract)"))))
		w.expectQuiet(w.run)
	})

	It("is in the documents from its day on, and wakes the router for it", func() {
		w := newRoutingWorld()
		w.create(contract(w.ns, "contract", "6h"))
		edit(w.br, func(q *v1alpha1.ModerationQueue) {
			q.Spec.Reviews[0].ServiceLevels = []v1alpha1.ReviewServiceLevel{modtest.MakePromise("90", "15m"), modtest.MakeRegime("contract")}
		})
		w.clock.SetTime(time.Date(2026, 11, 2, 23, 59, 0, 0, time.UTC))
		w.run()
		before := w.bytes()
		Expect(before).NotTo(ContainElement(ContainSubstring(`"withinMillis":21600000`)))
		Expect(w.run()).To(BeNumerically("<=", time.Minute))
		w.clock.Step(time.Minute)
		w.run()
		Expect(w.bytes()).To(ContainElement(ContainSubstring(`"withinMillis":21600000`)))
	})
})
