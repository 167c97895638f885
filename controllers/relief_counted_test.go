package controllers_test

import (
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

// counts is what people get because of spam alone in some queues, an hour.
func (w *reliefWorld) counts(queues ...string) {
	var rows []resolve.TableRow
	for _, q := range queues {
		rows = append(rows, resolve.TableRow{
			Labels: map[string]string{"policy": "guidelines", "queue": q, "label": "spam", "above": "0.05"}, Value: 90 * sample.One,
		})
	}
	w.seen.setTable("band", rows...)
}

// forum is a second queue of the policy, with people and numbers.
func (w *reliefWorld) forum(perHour float64) {
	GinkgoHelper()
	w.seen.machine("forum", 0, 0, perHour/3600).setHourly("arrivals", "forum", perHour)
}

// raisedIn are the queues and labels of which reviewAt is raised, as routers are told.
func (w *reliefWorld) raisedIn() (queues, labels []string) {
	GinkgoHelper()
	for _, r := range w.weights().Relief {
		if r.Kind == v1.ReliefRaiseReviewAt {
			queues, labels = append(queues, r.Queues...), append(labels, r.Labels...)
		}
	}
	slices.Sort(queues)
	return queues, labels
}

// bands raises a threshold only where it is counted, as the decision does.
func bands(in *relief.Input, m *relief.Measure) {
	m.Queues, m.Labels = nil, nil
	for _, b := range in.Bands {
		if b.Quality == sample.Fresh {
			m.Queues, m.Labels = append(m.Queues, b.Queue), append(m.Labels, b.Label)
		}
	}
	slices.Sort(m.Labels)
	m.Labels = slices.Compact(m.Labels)
}

var _ = Describe("A raised threshold", func() {
	It("stays where nobody counts any more what it lets through, also across a restart", func() {
		w := newReliefWorld()
		forum := modtest.MakeQueue("forum", w.ns).Label("plan", "emea").NoClassification().Languages("en").Policy("guidelines").
			Review(modtest.MakeReview("forum")).Obj()
		other := modtest.MakeQueue("other", w.ns).Label("plan", "emea").NoClassification().Languages("en").Policy("guidelines").
			Review(modtest.MakeReview("other")).Obj()
		w.create(forum, other)
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
			p.Spec.Labels = append(p.Spec.Labels, modtest.MakeLabel("ads").Severity(v1alpha1.SeverityLow).ActAt("0.9").ReviewAt("0.8").Obj())
			p.Spec.Relief.Steps[4].Labels = append(p.Spec.Relief.Steps[4].Labels, "ads")
		})
		w.measureBands = bands
		w.seen.machine("other", 0, 0, 1.0/3600).setHourly("arrivals", "other", 1)
		w.counts("comments", "forum") // not in other, and no ads
		w.forum(300)
		w.demand(300)
		w.look()
		queues, labels := w.raisedIn()
		Expect(queues).To(Equal([]string{"comments", "forum"}))
		Expect(labels).To(Equal([]string{"spam"}))
		told := w.weights().Relief

		w.clock.Step(2 * time.Hour)
		w.forum(210)
		w.demand(210)
		w.look()
		expect(w.target, v1alpha1.ConditionReliefActive, isTrue, v1alpha1.ReasonReliefBegun)
		Expect(w.arrivals()).To(BeNumerically("==", 300), "where another queue and label were never counted, nothing is missing")

		w.counts("comments")
		w.forum(10)
		w.demand(210)
		for _, again := range []func(){func() {}, w.anew, func() {}} {
			again()
			w.route()
			w.look()
			expect(w.target, v1alpha1.ConditionReliefActive, isTrue, v1alpha1.ReasonReliefNotFresh, "nothing changes")
			Expect(w.weights().Relief).To(Equal(told))
			Expect(w.target.Status.Relief[0].Raised).To(ConsistOf(HaveField("Until", BeNil())))
			w.clock.Step(time.Hour)
			w.forum(10)
			w.demand(210)
		}
		w.counts("comments", "forum")
		w.look()
		expect(w.target, v1alpha1.ConditionReliefActive, isFalse, v1alpha1.ReasonReliefEnded)
		Expect(w.steps()).To(BeEmpty())
	})

	It("is raised after a kill between its status and its weights, though it is counted nowhere else", func() {
		w := newReliefWorld()
		w.measureBands = bands
		w.demand(600)
		w.run() // the status remembers it, and nothing is published
		Expect(w.steps()).To(BeEmpty())
		w.anew()
		w.measureBands = bands
		w.clock.Step(time.Minute)
		w.demand(600)
		w.look()
		Expect(w.arrivals()).To(BeNumerically("==", 600), "nobody was let through yet")
		Expect(w.steps()).To(Equal(everyStep))
	})

	It("comes with one write of the status, and goes with one", func() {
		w := newReliefWorld()
		statuses := func() (n int) {
			for _, write := range w.direct.Writes() {
				if strings.Contains(write, "StaffingTarget/status") {
					n++
				}
			}
			return n
		}
		said := func() int { // with what is told by and by
			n := 0
			for range 4 {
				before := w.target.Status.Relief[0]
				w.look()
				if after := w.target.Status.Relief[0]; after.Code != before.Code || after.Message != before.Message || len(after.Raised) != len(before.Raised) {
					n++
				}
				w.clock.Step(35 * time.Second)
			}
			return n
		}
		w.expectQuiet(w.look)
		w.demand(600)
		Expect(said()).To(Equal(1))
		w.expectQuiet(w.look)
		w.clock.Step(time.Hour)
		w.demand(120)
		Expect(said()).To(Equal(1))
		statuses()
		w.clock.Step(2 * time.Hour)
		w.demand(120)
		w.look()
		before := w.target.Status.Relief
		Expect(before[0].Code).To(Equal(relief.CodeEnded), "until something else happens")
		w.look()
		Expect(statuses()).To(BeNumerically("<=", 1))
		Expect(w.target.Status.Relief).To(Equal(before))
	})
})
