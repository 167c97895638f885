package controllers_test

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/routing"
	"github.com/modcap/modcap/internal/facts"
	modtest "github.com/modcap/modcap/internal/testing"
)

// routingWorld is a world with a surface "live" of two queues, a policy, a pool and
// a team.
type routingWorld struct {
	*world
	br, rest *v1alpha1.ModerationQueue
	policy   *v1alpha1.ModerationPolicy
	team     *v1alpha1.ReviewTeam
	r        *routing.Reconciler
}

const (
	indexName   = "modcap-routing-live"
	weightsName = "modcap-weights-live"
)

func newRoutingWorld() *routingWorld {
	GinkgoHelper()
	w := &routingWorld{world: newWorld()}
	w.br = modtest.MakeQueue("live-br", w.ns).Markets("BR").Policy("policy").Review(modtest.MakeReview("hate")).Obj()
	w.rest = modtest.MakeQueue("live-rest", w.ns).Default().Policy("policy").Review(modtest.MakeReview("hate")).Obj()
	w.policy = modtest.MakePolicy("policy", w.ns).Obj()
	w.team = modtest.MakeTeam("night", w.ns).Obj()
	w.create(w.br, w.rest, w.policy, w.team, modtest.MakePool("pool", w.ns).Obj())
	w.r = &routing.Reconciler{Env: w.Env}
	return w
}

func (w *routingWorld) run() time.Duration {
	GinkgoHelper()
	result, err := w.r.Reconcile(ctx, routing.Request{Namespace: w.ns, Surface: "live"})
	Expect(err).NotTo(HaveOccurred())
	return result.RequeueAfter
}

// published are the ConfigMaps of the surface by name.
func (w *routingWorld) published() map[string]corev1.ConfigMap {
	GinkgoHelper()
	var list corev1.ConfigMapList
	Expect(env.Client.List(ctx, &list, client.InNamespace(w.ns), client.MatchingLabels{v1.SurfaceLabel: "live"})).To(Succeed())
	out := map[string]corev1.ConfigMap{}
	for _, m := range list.Items {
		out[m.Name] = m
	}
	return out
}

// bytes are the contents of everything published.
func (w *routingWorld) bytes() map[string]string {
	GinkgoHelper()
	out := map[string]string{}
	for name, m := range w.published() {
		for _, text := range m.Data {
			out[name] += text
		}
	}
	return out
}

func (w *routingWorld) index() *v1.Index {
	GinkgoHelper()
	x, err := v1.DecodeIndex([]byte(w.published()[indexName].Data[v1.IndexKey]), "")
	Expect(err).NotTo(HaveOccurred())
	return x
}

// expectWhole checks what a router would read: every document that the index names
// is there and is what its hash says.
func (w *routingWorld) expectWhole() {
	GinkgoHelper()
	all := w.published()
	m, ok := all[indexName]
	if !ok {
		return // nothing is committed yet
	}
	x, err := v1.DecodeIndex([]byte(m.Data[v1.IndexKey]), "")
	Expect(err).NotTo(HaveOccurred())
	for _, e := range x.Entries {
		d, ok := all[e.Document]
		Expect(ok).To(BeTrue(), "%s is named and missing", e.Document)
		_, err := v1.DecodeDocument([]byte(d.Data[v1.DocumentKey]), e.Hash)
		Expect(err).NotTo(HaveOccurred())
	}
}

func (w *routingWorld) fact(queue *v1alpha1.ModerationQueue) facts.Routing {
	GinkgoHelper()
	f, ok := w.Facts.Routing.Get(client.ObjectKeyFromObject(queue))
	Expect(ok).To(BeTrue())
	return f
}

// raise changes the policy, so that the document of every queue changes.
func (w *routingWorld) raise(reviewAt v1alpha1.Score) {
	GinkgoHelper()
	edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0].ReviewAt = &reviewAt })
}

func kindsOf(writes []string) []string {
	out := make([]string, 0, len(writes))
	for _, one := range writes {
		out = append(out, one[:strings.LastIndex(one, " ")])
	}
	return out
}

var _ = Describe("The documents of a surface", func() {
	It("are written before the weights, and the index last", func() {
		w := newRoutingWorld()
		w.run()
		writes := w.direct.Writes()
		Expect(kindsOf(writes)).To(Equal([]string{"create ConfigMap", "create ConfigMap", "apply ConfigMap", "apply ConfigMap"}))
		Expect(writes[2:]).To(Equal([]string{"apply ConfigMap " + weightsName, "apply ConfigMap " + indexName}))
		w.expectWhole()
		x := w.index()
		Expect(x.Entries).To(HaveLen(2))
		for _, q := range []*v1alpha1.ModerationQueue{w.br, w.rest} {
			f := w.fact(q)
			Expect(f.Routed).To(BeTrue(), f.Message)
			Expect(f.Index).To(Equal(indexName))
			m := w.published()[f.Document]
			Expect(m.Immutable).To(HaveValue(BeTrue()))
			Expect(m.OwnerReferences).To(ConsistOf(And(HaveField("Kind", "ModerationQueue"), HaveField("UID", q.UID))))
		}
		Expect(w.metric("modcap_routing_writes_total")).To(ConsistOf(2.0, 1.0, 1.0))
	})

	It("are left alone while nothing changes", func() {
		w := newRoutingWorld()
		w.expectQuiet(func() { w.run() })
	})

	It("are the same after a restart", func() {
		w := newRoutingWorld()
		w.run()
		before := w.bytes()
		w.restart()
		w.r = &routing.Reconciler{Env: w.Env}
		w.direct.Writes()
		w.run()
		Expect(w.direct.Writes()).To(BeEmpty())
		Expect(w.bytes()).To(Equal(before))
	})

	It("are whole after a kill between any two writes, and the same in the end", func() {
		for name, prepare := range map[string]func(*routingWorld){
			"at first": func(*routingWorld) {},
			"at a change": func(w *routingWorld) {
				w.run()
				w.raise("0.7")
				edit(w.team, func(t *v1alpha1.ReviewTeam) { t.Spec.Shifts[0].Start = "12:00" })
			},
		} {
			for kill := range 4 {
				w := newRoutingWorld()
				prepare(w)
				w.direct.KillAfter(kill)
				_, err := w.r.Reconcile(ctx, routing.Request{Namespace: w.ns, Surface: "live"})
				Expect(err).To(MatchError(modtest.ErrKilled), "%s, killed after %d", name, kill)
				w.expectWhole()
				w.direct.KillAfter(-1)
				w.restart()
				w.r = &routing.Reconciler{Env: w.Env}
				w.run()
				w.expectWhole()
				after := w.bytes()
				for _, m := range w.published() { // and what comes of the same input from nothing
					Expect(env.Client.Delete(ctx, &m)).To(Succeed())
				}
				w.run()
				for doc, text := range w.bytes() {
					Expect(after).To(HaveKeyWithValue(doc, text), "%s, killed after %d", name, kill)
				}
			}
		}
	})

	It("keep their last good bytes while the policy is invalid, and go on when it is mended", func() {
		w := newRoutingWorld()
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
			p.Spec.Labels[0] = modtest.MakeLabel("hate").Override("br", "", "0.50", "BR").Obj()
		})
		w.run()
		before := w.bytes()
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
			p.Spec.Labels[0] = modtest.MakeLabel("hate").Override("br", "", "0.50", "BR").Override("south", "", "0.40", "BR", "MX").Obj()
		})
		w.run()
		Expect(w.bytes()).To(Equal(before))
		f := w.fact(w.br)
		Expect(f).To(And(HaveField("Routed", false), HaveField("Reason", v1alpha1.ReasonLastGoodKept), HaveField("Document", Not(BeEmpty()))))
		found, _ := w.Facts.Policies.Get(client.ObjectKeyFromObject(w.policy))
		Expect(found.Findings["live"]).To(ContainElement(HaveField("Severity", "Error")))
		w.expectQuiet(func() { w.run() })

		edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0] = modtest.MakeLabel("hate").ActAt("0.80").Obj() })
		w.run()
		Expect(w.fact(w.br).Routed).To(BeTrue())
		Expect(w.bytes()[indexName]).NotTo(Equal(before[indexName]))
	})

	It("stay in force when the policy or the pool is deleted", func() {
		w := newRoutingWorld()
		w.run()
		before := w.bytes()
		remove(w.policy)
		w.run()
		Expect(w.bytes()).To(Equal(before))
		Expect(w.fact(w.br).Reason).To(Equal(v1alpha1.ReasonLastGoodKept))
	})

	It("go back to the same bytes when a change is taken back", func() {
		w := newRoutingWorld()
		w.run()
		before := w.bytes()
		w.raise("0.7")
		w.run()
		Expect(w.bytes()[indexName]).NotTo(Equal(before[indexName]))
		w.raise("0.60")
		w.run()
		for name, text := range before {
			Expect(w.bytes()).To(HaveKeyWithValue(name, text))
		}
	})

	It("are not made for a queue whose pool or policy never was", func() {
		w := newRoutingWorld()
		lost := modtest.MakeQueue("live-lost", w.ns).Markets("JP").Pool("nowhere").Obj()
		w.create(lost)
		w.run()
		Expect(w.fact(lost)).To(And(HaveField("Routed", false), HaveField("Reason", v1alpha1.ReasonPoolNotFound), HaveField("Document", "")))
		Expect(w.fact(w.br).Routed).To(BeTrue(), "nothing else is disturbed")
		Expect(w.index().Entries).To(HaveLen(2))
	})

	It("name the loser of two queues that match the same items", func() {
		w := newRoutingWorld()
		twin := modtest.MakeQueue("live-twin", w.ns).Markets("BR").Policy("policy").Review(modtest.MakeReview("hate")).Obj()
		w.create(twin)
		w.run()
		Expect(w.fact(twin)).To(And(HaveField("Routed", false), HaveField("Reason", v1alpha1.ReasonConflicted)))
		Expect(w.fact(twin).Message).To(ContainSubstring("live-br"))
		Expect(w.fact(w.br).Routed).To(BeTrue())
		remove(w.br)
		w.run()
		Expect(w.fact(twin).Routed).To(BeTrue())
	})

	It("are made again when somebody deletes or changes them", func() {
		w := newRoutingWorld()
		w.run()
		before := w.bytes()
		for name, m := range w.published() {
			Expect(env.Client.Delete(ctx, &m)).To(Succeed())
			w.run()
			Expect(w.bytes()).To(Equal(before), name)
		}
		m := w.published()[indexName]
		edit(&m, func(m *corev1.ConfigMap) { m.Data[v1.IndexKey] = `{"entries":[]}` })
		w.run()
		Expect(w.bytes()).To(Equal(before))
	})

	It("leave the index when their queue goes", func() {
		w := newRoutingWorld()
		w.run()
		remove(w.rest)
		w.run()
		Expect(w.index().Entries).To(ConsistOf(HaveField("Queue", "live-br")))
		remove(w.br)
		Expect(w.run()).To(BeZero())
		Expect(w.index().Entries).To(BeEmpty())
		w.expectQuiet(func() { w.run() })
	})

	It("that are not in force are kept for routers that are behind, ten of each queue", func() {
		w := newRoutingWorld()
		for i := range 13 {
			w.raise(v1alpha1.Score("0." + string(rune('1'+i/10)) + string(rune('0'+i%10))))
			w.run()
		}
		count := map[string]int{}
		for name, m := range w.published() {
			if m.Labels[v1.RoleLabel] == v1.RoleDocument {
				count[name[:strings.LastIndex(name, "-")]]++
			}
		}
		Expect(count).To(Equal(map[string]int{"live-br": 11, "live-rest": 11}))
		w.expectWhole()
	})

	It("are not written by an operator that is read-only", func() {
		w := newRoutingWorld()
		w.ReadOnly = true
		w.run()
		Expect(w.direct.Writes()).To(BeEmpty())
		Expect(w.published()).To(BeEmpty())
	})

	It("follow the shifts by the weights alone, at the time they change", func() {
		w := newRoutingWorld() // ten people from 08:00 to 16:00
		Expect(w.run()).To(BeNumerically("<=", 6*time.Hour))
		before := w.bytes()
		Expect(before[weightsName]).To(ContainSubstring("night"))
		w.clock.SetTime(time.Date(2026, 11, 2, 16, 0, 1, 0, time.UTC))
		w.direct.Writes()
		w.run()
		Expect(w.direct.Writes()).To(Equal([]string{"apply ConfigMap " + weightsName}))
		Expect(w.bytes()[weightsName]).NotTo(ContainSubstring("night"))
		Expect(w.bytes()[indexName]).To(Equal(before[indexName]))
	})

	It("tell what nobody can review", func() {
		w := newRoutingWorld()
		edit(w.br, func(q *v1alpha1.ModerationQueue) { q.Spec.Languages = []v1alpha1.LanguageTag{"pt-BR"} })
		w.run()
		Expect(w.fact(w.br).Findings).To(ContainElement(HaveField("Code", "LanguageWithoutTeam")))
		edit(w.team, func(t *v1alpha1.ReviewTeam) { t.Spec.Skills.Languages = []v1alpha1.LanguageTag{"en", "pt"} })
		w.run()
		Expect(w.fact(w.br).Findings).NotTo(ContainElement(HaveField("Code", "LanguageWithoutTeam")))
	})
})
