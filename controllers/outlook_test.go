package controllers_test

import (
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/controllers/queue"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

var _ = Describe("The figures of a queue", func() {
	// steadily is an hour of so many items a second, up to the start of a test.
	steadily := func(rate float64) (out []forecast.Bin) {
		for at := start.Add(-time.Hour); at.Before(start); at = at.Add(5 * time.Second) {
			out = append(out, forecast.Bin{At: sample.At(at), Width: 5 * sample.Second, Count: sample.Milli(rate * 5000)})
		}
		return out
	}
	// busy is a pool of ten workers that are ready, and a queue with a backlog of which the
	// oldest item is always 20 s old.
	busy := func() *poolWorld {
		GinkgoHelper()
		w := newPoolWorld(10)
		for i := range 10 {
			w.create(modtest.MakePod(fmt.Sprintf("pool-%d", i), w.ns, "pool").Ready(start.Add(-time.Hour)).Obj())
		}
		w.seen.machine("chat", 1000, 20, 35).setBins("chat", steadily(35)...)
		return w
	}
	fact := func(w *poolWorld) facts.Pool {
		GinkgoHelper()
		f, ok := w.Facts.Pools.Get(client.ObjectKeyFromObject(w.queue))
		Expect(ok).To(BeTrue())
		return f
	}

	It("are given at 50 % and at 90 %, are written once, and are held to what is seen", func() {
		w := busy()
		run(w.r, w.pool)
		Expect(fact(w)).To(And(
			HaveField("BreachLikely", "none"), HaveField("BreachIn", "<24h"), // a new queue is not sure of a day
			HaveField("DrainLikely", "10s"), HaveField("Drain", "13s"),
		))
		r := &queue.Reconciler{Env: w.Env}
		run(r, w.queue)
		Expect(*w.queue.Status.Classification).To(And(
			HaveField("BreachIn", "<24h"), HaveField("BreachLikely", "none"), HaveField("DrainTime", "13s"), HaveField("DrainLikely", "10s"),
		))
		Expect(w.queue.Status.Summary.BreachIn).To(Equal("<24h"))
		Expect(w.metric("modcap_queue_drain_seconds")).To(ConsistOf(10.0, 12.5))
		Expect(w.metric("modcap_queue_breach_seconds")).To(ConsistOf(86_400.0, 0.3*86_400))
		claims := "modcap_queue_outlook_claims_total"
		Expect(w.metric(claims)).To(BeEmpty())
		w.pass(30 * time.Second) // the oldest is always 20 s old: what waited at first is done after as long
		Expect(w.metric(claims)).To(ConsistOf(1.0, 1.0), "missed at 50 % and at 90 %")
		w.seen.machine("chat", 1000, 31, 35)
		w.pass(5 * time.Second)
		Expect(w.metric(claims)).To(ConsistOf(1.0, 1.0, 1.0, 1.0), "no breach was foreseen")
		Expect(fact(w).BreachIn).To(Equal("now"))
		remove(w.queue)
		_, err := r.Reconcile(ctx, requestFor(w.queue))
		Expect(err).NotTo(HaveOccurred())
		Expect(w.metric(claims)).To(BeEmpty())
		Expect(w.metric("modcap_queue_drain_seconds")).To(BeEmpty())
	})

	It("are worth after a restart what they were worth before", func() {
		w := busy()
		for range 60 { // it is seen what became of what is said
			w.pass(20 * time.Second)
		}
		w.seen.machine("chat", 8000, 20, 35)
		there := w.replicas()
		w.pass(5 * time.Second)
		Expect(w.replicas()).To(BeNumerically(">", there), "a decision that is recorded")
		w.seen.machine("chat", 1000, 20, 35)
		w.pass(5 * time.Second)
		before := fact(w)
		Expect(before.Drain).NotTo(Equal("13s"))
		w.restart()
		run(w.r, w.pool)
		Expect(fact(w)).To(And(HaveField("Drain", before.Drain), HaveField("DrainLikely", before.DrainLikely)))
	})

	It("write nothing while nothing changes", func() {
		w := busy()
		w.seen.machine("chat", 175, 5, 35) // what comes in 5 s waits 5 s, for ever
		r := &queue.Reconciler{Env: w.Env}
		for range 40 { // workers that are too many go
			w.pass(20 * time.Second)
			run(r, w.queue)
		}
		w.direct.Writes()
		for range 20 {
			w.pass(30 * time.Second)
			run(r, w.queue)
		}
		for _, write := range w.direct.Writes() {
			if strings.Contains(write, "ModerationQueue") {
				Fail(fmt.Sprintf("%s: %+v", write, w.queue.Status.Classification))
			}
		}
	})
})
