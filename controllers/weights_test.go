package controllers_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/routing"
	"github.com/modcap/modcap/controllers/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// weightsWorld is a staffingWorld with a second team, cork, which takes what comes in
// English; dublin takes that in French as well.
type weightsWorld struct {
	*staffingWorld
	routing *routing.Reconciler
}

func newWeightsWorld(changes ...func(*modtest.TeamWrapper)) *weightsWorld {
	GinkgoHelper()
	changes = append(changes, func(t *modtest.TeamWrapper) { t.Languages("en", "fr") })
	w := &weightsWorld{staffingWorld: newStaffingWorld(changes...)}
	w.create(modtest.MakeTeam("cork", w.ns).Label("plan", "emea").Obj())
	edit(w.queue, func(q *v1alpha1.ModerationQueue) { q.Spec.Languages = []v1alpha1.LanguageTag{"en", "fr"} })
	w.demands(100, 100)
	w.anew()
	return w
}

// anew is what a new process knows: nothing.
func (w *weightsWorld) anew() {
	w.restart()
	w.r, w.routing = staffing.New(w.Env), &routing.Reconciler{Env: w.Env}
}

// demands are what comes in an hour in English and in French, of one minute each.
func (w *weightsWorld) demands(english, french float64) {
	for language, perHour := range map[string]float64{"en": english, "fr": french} {
		w.seen.setClass("arrivals", "hate", language, "hate", perHour/3600).setClass("backlog", "hate", language, "hate", 0)
	}
}

func (w *weightsWorld) route() {
	GinkgoHelper()
	_, err := w.routing.Reconcile(ctx, routing.Request{Namespace: w.ns, Surface: string(w.queue.Spec.Surface)})
	Expect(err).NotTo(HaveOccurred())
}

// document is what is published.
func (w *weightsWorld) document() *v1.Weights {
	GinkgoHelper()
	var m corev1.ConfigMap
	key := client.ObjectKey{Namespace: w.ns, Name: v1.WeightsName(string(w.queue.Spec.Surface))}
	Expect(env.Client.Get(ctx, key, &m)).To(Succeed())
	all, err := v1.DecodeWeights([]byte(m.Data[v1.WeightsKey]), "")
	Expect(err).NotTo(HaveOccurred())
	return all
}

// weights are the shares of the teams that take English, in percent.
func (w *weightsWorld) weights() map[string]int {
	GinkgoHelper()
	out, sum := map[string]int{}, 0
	for _, row := range w.document().Teams {
		if row.Languages[0] != "en" {
			continue
		}
		for _, t := range row.Teams {
			out[t.Name], sum = t.Weight, sum+t.Weight
		}
	}
	for name := range out {
		out[name] = out[name] * 100 / sum
	}
	return out
}

var _ = Describe("Weights of planned teams", func() {
	It("send work to who has less of their own", func() {
		w := newWeightsWorld()
		w.route()
		Expect(w.weights()).To(Equal(map[string]int{"cork": 50, "dublin": 50}), "nothing is planned yet")
		w.run()
		w.route()
		Expect(w.weights()).To(And(HaveKeyWithValue("cork", BeNumerically(">", 80)), HaveKeyWithValue("dublin", BeNumerically("<", 20))))
	})

	It("carry what one person may look at, for the review tool", func() {
		w := newWeightsWorld()
		edit(w.team, func(t *v1alpha1.ReviewTeam) {
			t.Spec.Exposure = []v1alpha1.ExposureLimit{{Name: "severe", HarmDomains: []v1alpha1.HarmDomainName{"csae"}, PerPersonPerDay: "2h", Continuous: "30m", Break: "10m"}}
		})
		w.route()
		Expect(w.document().Exposure).To(Equal([]v1.ExposureLimit{{
			Team: "dublin", Name: "severe", HarmDomains: []string{"csae"}, TimeZone: "UTC", DayMillis: 7_200_000, ContinuousMillis: 1_800_000, BreakMillis: 600_000,
		}}))
	})

	It("stay under noise, and follow what matters at the next look", func() {
		w := newWeightsWorld()
		w.run()
		w.route()
		w.direct.Writes()
		for _, noise := range []float64{101, 99, 100, 102, 98} {
			w.demands(noise, 200-noise)
			w.run()
			w.direct.Writes()
			w.route()
			Expect(w.direct.Writes()).To(BeEmpty())
		}
		w.demands(200, 1)
		w.clock.Step(15 * time.Second)
		w.run()
		w.route()
		Expect(w.weights()).To(HaveKeyWithValue("dublin", BeNumerically(">", 30)))
	})

	It("leave out who went home, at once, and take in who came", func() {
		w := newWeightsWorld(func(t *modtest.TeamWrapper) { t.Measured() })
		w.seen.set("present", "dublin", 10)
		w.run()
		w.route()
		Expect(w.weights()).To(HaveKey("dublin"))
		w.seen.set("present", "dublin", 0)
		w.run()
		w.route()
		Expect(w.weights()).To(Equal(map[string]int{"cork": 100}))
		w.seen.set("present", "dublin", 10)
		w.clock.SetTime(start.Add(8 * time.Hour)) // after the shift
		w.run()
		w.route()
		Expect(w.weights()).To(Equal(map[string]int{"dublin": 100}))
	})

	It("go by the shifts while the plan is behind", func() {
		w := newWeightsWorld()
		w.run()
		w.route()
		w.clock.SetTime(start.Add(8 * time.Hour))
		w.route()
		Expect(w.weights()).To(BeEmpty())
		w.run()
		w.clock.SetTime(start.Add(22*time.Hour + time.Second))
		w.route()
		Expect(w.weights()).To(Equal(map[string]int{"cork": 50, "dublin": 50}))
	})

	It("are not written because of a restart", func() {
		w := newWeightsWorld()
		w.run()
		w.route()
		before := w.weights()
		w.anew()
		w.direct.Writes()
		w.route()
		Expect(w.weights()).To(Equal(before), "before the plan is made")
		Expect(w.direct.Writes()).To(BeEmpty(), "before the plan is made")
		w.run()
		w.direct.Writes()
		w.route()
		Expect(w.direct.Writes()).To(BeEmpty(), "and after")
	})

	It("are those of the shifts again when the target is gone", func() {
		w := newWeightsWorld()
		w.run()
		w.route()
		remove(w.target)
		_, err := w.r.Reconcile(ctx, requestFor(w.target))
		Expect(err).NotTo(HaveOccurred())
		w.route()
		Expect(w.weights()).To(Equal(map[string]int{"cork": 50, "dublin": 50}))
	})
})
