package operator

import (
	"time"

	. "github.com/onsi/gomega"

	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

// overrideQueues makes two surges that contradict, of which each is told of the other, and a priority that
// ends by itself while nothing else happens.
func overrideQueues(p *platform) {
	soon := time.Now().Add(15 * time.Second)
	campaign := modtest.MakeOverride("campaign", p.ns).Surge("300", "chat").From(time.Now().Add(time.Hour)).Until(time.Now().Add(2 * time.Hour)).Obj()
	quiet := modtest.MakeOverride("quiet", p.ns).Surge("50", "chat").From(time.Now().Add(time.Hour)).Until(time.Now().Add(2 * time.Hour)).Obj()
	fire := modtest.MakeOverride("fire", p.ns).Priority(900, "chat").Until(soon).Obj()
	found := func(n int32) {
		Eventually(func(g Gomega) {
			g.Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(campaign), campaign)).To(Succeed())
			g.Expect(modtest.CheckStatus(campaign)).To(Succeed())
			g.Expect(campaign.Status).To(HaveField("Queues", Equal([]v1alpha1.OverriddenQueue{{Name: "chat", Arrivals: "100"}})))
			g.Expect(campaign.Status.FindingCount).To(Equal(n))
		}).WithTimeout(20 * time.Second).Should(Succeed())
	}
	routed := func(weight int) {
		Eventually(func(g Gomega) {
			surface := string(p.queues[0].Spec.Surface)
			all, err := v1.DecodeWeights([]byte(p.documents(g)[v1.WeightsName(surface)]), "")
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(all.Pools).To(ConsistOf(HaveField("Queues", ContainElement(v1.Weight{Name: "chat", Weight: weight}))))
		}).WithTimeout(30 * time.Second).Should(Succeed())
	}
	Expect(env.Client.Create(ctx, campaign)).To(Succeed())
	found(0)
	Expect(env.Client.Create(ctx, quiet)).To(Succeed())
	found(1)
	Expect(env.Client.Delete(ctx, quiet)).To(Succeed())
	found(0)
	Expect(env.Client.Create(ctx, fire)).To(Succeed())
	routed(901)
	routed(501)
	Expect(time.Now()).To(BeTemporally(">=", soon.Truncate(time.Second)))
	for _, o := range []client.Object{campaign, fire} {
		Expect(env.Client.Delete(ctx, o)).To(Succeed())
	}
}
