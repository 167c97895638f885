package operator

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

var _ = Describe("A regime that somebody declares", func() {
	It("is known at once, and routed", func() {
		p := newPlatform()
		review := &p.queues[0].Spec.Reviews[0]
		review.ServiceLevels = append(review.ServiceLevels, modtest.MakeRegime("contract"))
		p.apply()
		o := startOperator()
		DeferCleanup(func() { Expect(o.stop()).To(Succeed()) })
		Eventually(func(g Gomega) {
			g.Expect(p.condition(g, p.queues[0], "Ready")).To(And(HaveField("Status", metav1.ConditionFalse), HaveField("Reason", v1alpha1.ReasonRegimeNotFound)))
			g.Expect(p.condition(g, p.queues[1], "Ready")).To(HaveField("Status", metav1.ConditionTrue))
		}).WithTimeout(time.Minute).WithPolling(200 * time.Millisecond).Should(Succeed())
		ours := &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Namespace: p.ns, Name: "ours", Labels: map[string]string{v1alpha1.RegimesLabel: "true"}},
			Data: map[string]string{v1alpha1.RegimesKey: `regimes:
- {name: contract, title: Contract, instrument: Contract, clock: UserNotice, startsAt: a notice, where: everywhere,
   terms: [{percent: "95", within: 7h}], sources: ["https://example.com"], checked: "2026-11-01"}
`},
		}
		Expect(env.Client.Create(ctx, ours)).To(Succeed())
		Eventually(func(g Gomega) { // sooner than it would look by itself
			g.Expect(p.condition(g, p.queues[0], "Ready")).To(HaveField("Status", metav1.ConditionTrue))
			g.Expect(p.documents(g)).To(ContainElement(ContainSubstring(`"withinMillis":25200000`)))
		}).WithTimeout(15 * time.Second).WithPolling(200 * time.Millisecond).Should(Succeed())

		By("lint looks again when it changes: nobody does a minute's work in half of it")
		ours.Data[v1alpha1.RegimesKey] = strings.Replace(ours.Data[v1alpha1.RegimesKey], "within: 7h", "within: 30s", 1)
		Expect(env.Client.Update(ctx, ours)).To(Succeed())
		Eventually(func(g Gomega) {
			var q v1alpha1.ModerationQueue
			g.Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(p.queues[0]), &q)).To(Succeed())
			g.Expect(q.Status.Findings).To(ContainElement(HaveField("Code", "PromiseShorterThanWork")))
		}).WithTimeout(15 * time.Second).WithPolling(200 * time.Millisecond).Should(Succeed())
	})
})
