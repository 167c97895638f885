package controllers_test

import (
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/policy"
	"github.com/modcap/modcap/controllers/routing"
	"github.com/modcap/modcap/controllers/staffing"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	engine "github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// reliefWorld is a staffingWorld whose queue has a policy that declares relief, beside a
// protected queue of the same policy, with its surface.
type reliefWorld struct {
	*staffingWorld
	policy    *v1alpha1.ModerationPolicy
	protected *v1alpha1.ModerationQueue
	pr        *policy.Reconciler
	routing   *routing.Reconciler
	// asked is what the decision was told last.
	asked relief.Input
	// measureBands says where a threshold is raised; nil for everywhere.
	measureBands func(*relief.Input, *relief.Measure)
}

// enough is how many items an hour people can do.
const enough = 500

func newReliefWorld() *reliefWorld {
	GinkgoHelper()
	w := &reliefWorld{staffingWorld: newStaffingWorld()}
	w.policy = modtest.MakePolicy("guidelines", w.ns, modtest.MakeLabel("hate").QASample("0.01", "0.01", "0.01"),
		modtest.MakeLabel("spam").Severity(v1alpha1.SeverityLow).ActAt("0.9").ReviewAt("0.8")).
		Relief(modtest.MakeRelief("prom", []v1alpha1.QueueName{"comments"}, "spam")).Obj()
	w.protected = modtest.MakeQueue("severe", w.ns).Label("plan", "emea").NoClassification().Languages("en").Protected().
		Policy("guidelines").Review(modtest.MakeReview("severe")).Obj()
	w.create(w.policy, w.protected)
	edit(w.queue, func(q *v1alpha1.ModerationQueue) { q.Spec.PolicyRef = &v1alpha1.ObjectReference{Name: "guidelines"} })
	w.band(10, 30, 90)
	w.anew()
	w.demand(120)
	w.look()
	return w
}

// demand is what comes to people in an hour, of one minute each: some of it is severe.
func (w *reliefWorld) demand(perHour float64) {
	w.staffingWorld.demand(perHour)
	w.seen.machine("severe", 0, 0, 10.0/3600).setHourly("arrivals", "severe", 10)
}

// anew is what a new process knows: nothing.
func (w *reliefWorld) anew() {
	w.restart()
	w.r, w.pr, w.routing = staffing.New(w.Env), &policy.Reconciler{Env: w.Env}, &routing.Reconciler{Env: w.Env}
	w.r.Decide = w.decide
}

// band is what people get because of spam alone, by 0.01, 0.02 and 0.05 over reviewAt, an hour.
func (w *reliefWorld) band(items ...int64) {
	var rows []resolve.TableRow
	for i, above := range []string{"0.01", "0.02", "0.05"} {
		rows = append(rows, resolve.TableRow{
			Labels: map[string]string{"policy": "guidelines", "queue": "comments", "label": "spam", "above": above}, Value: sample.Milli(items[i]) * sample.One,
		})
	}
	w.seen.setTable("band", rows...)
}

// decide gives all that is declared way while more comes than people can do, and for an hour
// at least: how much is right is the decision's own tests.
func (w *reliefWorld) decide(in relief.Input) relief.Decision {
	w.asked = in
	d := relief.Decision{State: in.State, Code: relief.CodeNotNeeded, Relieved: in.Unrelieved, Without: 3 * sample.Hour}
	now, on := in.Unrelieved.Now, in.State.Level != relief.Level{}
	arrivals, fresh := sample.Milli(0), true
	for _, c := range in.Unrelieved.Classes {
		arrivals, fresh = arrivals+c.ArrivalsPerHour.Value, fresh && c.ArrivalsPerHour.Fresh()
	}
	late := arrivals > enough*sample.One
	switch {
	case !fresh:
		d.Code = relief.CodeNotFresh
	case late && !on:
		d.Code, d.State.Level, d.State.On, d.State.Changed = relief.CodeBegun, relief.Level{Whole: len(in.Steps)}, now, now
	case late:
		d.Code = relief.CodeActive
	case on && now.Since(in.State.Changed) < in.MinOn:
		d.Code = relief.CodeMinimumTime
	case on:
		d.Code, d.State = relief.CodeEnded, relief.State{}
	}
	if fresh && d.State.Level != (relief.Level{}) {
		d.Cost = relief.Cost{Spared: 90 * sample.One, Leaks: 20 * sample.One}
		for _, s := range in.Steps {
			m := relief.Measure{
				Step: s.Name, Kind: s.Kind, Queues: in.Queues, Drop: s.Drop, Within: s.Within, Keep: s.Keep, Labels: s.Labels, Raise: s.Raise,
			}
			if s.Kind == relief.RaiseReviewAt && w.measureBands != nil {
				w.measureBands(&in, &m)
			}
			d.Measures = append(d.Measures, m)
		}
	}
	return d
}

// look drives the target, then its surface and policy.
func (w *reliefWorld) look() {
	GinkgoHelper()
	w.run()
	w.route()
	run(w.pr, w.policy)
}

func (w *reliefWorld) route() {
	GinkgoHelper()
	_, err := w.routing.Reconcile(ctx, routing.Request{Namespace: w.ns, Surface: string(w.queue.Spec.Surface)})
	Expect(err).NotTo(HaveOccurred())
}

func (w *reliefWorld) weights() *v1.Weights {
	GinkgoHelper()
	return (&weightsWorld{staffingWorld: w.staffingWorld}).document()
}

// steps are those in the weights.
func (w *reliefWorld) steps() (out []string) {
	GinkgoHelper()
	for _, r := range w.weights().Relief {
		out = append(out, r.Step)
		Expect(r.Queues).To(Equal([]string{"comments"}), "the other queue is protected")
	}
	return out
}

// arrivals are those that the decision was told of comments, an hour.
func (w *reliefWorld) arrivals() float64 {
	i := slices.IndexFunc(w.asked.Unrelieved.Classes, func(c engine.Class) bool { return c.Key.Queue == "comments" })
	return w.asked.Unrelieved.Classes[i].ArrivalsPerHour.Value.Float()
}

// documents are the names and bytes of the policy documents and the index.
func (w *reliefWorld) documents() map[string]string {
	GinkgoHelper()
	return (&routingWorld{world: w.world}).bytes()
}

var everyStep = []string{"fewer-samples", "later", "narrower", "other-markets", "other-teams"}

var _ = Describe("Relief", func() {
	It("begins when people are too few, goes into weights and never into documents, and ends after its least time", func() {
		w := newReliefWorld()
		expect(w.target, v1alpha1.ConditionReliefActive, isFalse, v1alpha1.ReasonReliefNotNeeded)
		expect(w.policy, v1alpha1.ConditionReliefActive, isFalse, v1alpha1.ReasonReliefNotNeeded)
		Expect(w.steps()).To(BeEmpty())
		before := w.policyDocuments()

		w.demand(600)
		w.look()
		expect(w.target, v1alpha1.ConditionReliefActive, isTrue, v1alpha1.ReasonReliefBegun, "Policy guidelines: ", "work of comments",
			"reviewAt of spam is raised by 0.05", "until 2026-11-02 11:00 UTC at the earliest", "It costs 90 items an hour")
		expect(w.policy, v1alpha1.ConditionReliefActive, isTrue, v1alpha1.ReasonReliefBegun, "Target emea: ")
		Expect(w.steps()).To(Equal(everyStep))
		Expect(w.policyDocuments()).To(Equal(before))
		Expect(w.metric("modcap_relief_active")).To(Equal([]float64{5}))
		Expect(w.metric("modcap_relief_spared_items_per_hour")).To(Equal([]float64{90}))
		Expect(w.metric("modcap_relief_begun_timestamp_seconds")).To(Equal([]float64{float64(start.Unix())}))
		Expect(w.metric("modcap_relief_exhausted")).To(Equal([]float64{0}))
		Expect(w.target.Status.Relief).To(HaveLen(1))
		Expect(w.target.Status.Relief[0]).To(And(HaveField("Step", "narrower"), HaveField("Part", int32(16)), HaveField("Cost.SparedPerHour", "90"),
			HaveField("Since.Time", BeTemporally("==", start)), HaveField("Periods", HaveLen(1)), HaveField("Raised", ConsistOf(HaveField("By", int32(50_000))))))

		w.clock.Step(30 * time.Minute)
		w.demand(120)
		w.look()
		expect(w.target, v1alpha1.ConditionReliefActive, isTrue, v1alpha1.ReasonReliefMinimum)
		Expect(w.steps()).To(Equal(everyStep))
		w.clock.Step(31 * time.Minute)
		w.demand(120)
		w.look()
		expect(w.target, v1alpha1.ConditionReliefActive, isFalse, v1alpha1.ReasonReliefEnded)
		expect(w.policy, v1alpha1.ConditionReliefActive, isFalse, v1alpha1.ReasonReliefEnded)
		Expect(w.steps()).To(BeEmpty())
		Expect(w.metric("modcap_relief_begun_timestamp_seconds")).To(BeEmpty())
		Expect(w.target.Status.Relief[0].Periods[0].Until.Time).To(BeTemporally("==", start.Add(61*time.Minute)))
		Expect(resolve.ReliefPeriods([]v1alpha1.StaffingTarget{*w.target}, "guidelines", 0, sample.At(start.Add(2*time.Hour)))).To(Equal(
			[]guard.Period{{From: sample.At(start), Until: sample.At(start.Add(61 * time.Minute))}}))
		Expect(w.policyDocuments()).To(Equal(before))
	})

	It("is judged by what would come without it", func() {
		w := newReliefWorld()
		w.demand(550)
		w.look()
		Expect(w.arrivals()).To(BeNumerically("==", 550), "nothing is raised yet")
		w.clock.Step(time.Minute)
		w.demand(460) // people get 90 less
		w.look()
		Expect(w.arrivals()).To(And(BeNumerically(">", 460), BeNumerically("<", 490)), "the raise is in a part of what was measured")
		w.clock.Step(2 * time.Hour)
		w.demand(460)
		w.look()
		Expect(w.arrivals()).To(BeNumerically("==", 550))
		Expect(w.steps()).To(Equal(everyStep))
		Expect(w.target.Status.Relief[0].Code).To(Equal(relief.CodeActive))
	})

	It("stays as it is while numbers are missing, begins nothing by them, and goes on after a restart", func() {
		w := newReliefWorld()
		w.demand(600)
		w.seen.quality("hate", sample.Stale, sample.CauseTooOld)
		w.look()
		expect(w.target, v1alpha1.ConditionReliefActive, isFalse, v1alpha1.ReasonReliefNotFresh)
		Expect(w.steps()).To(BeEmpty())
		w.demand(600)
		w.look()
		Expect(w.steps()).To(Equal(everyStep))
		told := w.weights().Relief

		w.seen.setTable("band") // nobody counts any more
		w.clock.Step(2 * time.Hour)
		w.demand(10)
		w.look()
		expect(w.target, v1alpha1.ConditionReliefActive, isTrue, v1alpha1.ReasonReliefNotFresh, "nothing changes")
		Expect(w.weights().Relief).To(Equal(told))
		Expect(w.target.Status.Relief[0].Raised).To(HaveLen(1))

		w.anew()
		w.route()
		Expect(w.weights().Relief).To(Equal(told), "before the target is looked at")
		w.look()
		Expect(w.weights().Relief).To(Equal(told), "and while nothing can be said of it")
		since := w.target.Status.Relief[0].Since
		w.band(10, 30, 90)
		w.look()
		Expect(w.target.Status.Relief[0]).To(And(HaveField("Code", relief.CodeEnded), HaveField("Since", BeNil())))
		Expect(since.Time).To(BeTemporally("==", start))
		Expect(w.steps()).To(BeEmpty())
	})

	It("is remembered before anything follows from it, whichever write is the last before a kill", func() {
		died := 0
		for kill, whole := 0, false; !whole; kill++ {
			w := newReliefWorld()
			w.demand(600)
			w.direct.KillAfter(kill)
			_, err := w.r.Reconcile(ctx, requestFor(w.target))
			if whole = err == nil; !whole {
				Expect(err).To(MatchError(modtest.ErrKilled))
				died++
			}
			w.direct.KillAfter(-1)
			refresh(w.target)
			remembered := w.target.Status.Relief[0].Step
			w.route()
			if remembered == "" {
				Expect(w.steps()).To(BeEmpty(), "killed after %d writes", kill)
			}
			w.anew()
			w.look()
			Expect(w.steps()).To(Equal(everyStep), "killed after %d writes", kill)
			Expect(w.target.Status.Relief[0].Periods).To(HaveLen(1))
		}
		Expect(died).To(BeNumerically(">", 0), "the status is a write")
	})

	It("says no other thing twice", func() {
		w := newReliefWorld()
		w.demand(600)
		w.look()
		w.expectQuiet(w.look)
	})

	It("is forgotten with the policy's relief", func() {
		w := newReliefWorld()
		w.demand(600)
		w.look()
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Relief = nil })
		w.look()
		expectNone(w.target, v1alpha1.ConditionReliefActive)
		expectNone(w.policy, v1alpha1.ConditionReliefActive)
		Expect(w.steps()).To(BeEmpty())
		Expect(w.metric("modcap_relief_active")).To(BeEmpty())
	})

	It("keeps rollouts of the policy where they are", func() {
		w := newReliefWorld()
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) {
			r := modtest.MakeRollout("prom")
			r.Metrics = nil
			p.Spec.Rollout = &r
		})
		w.look()
		score := v1alpha1.Score("0.5")
		edit(w.policy, func(p *v1alpha1.ModerationPolicy) { p.Spec.Labels[0].ReviewAt = &score })
		w.demand(600)
		w.look()
		Expect(w.asked.Rollout).To(BeFalse(), "it begins with this look")
		w.look()
		Expect(w.asked.Rollout).To(BeTrue())
		expect(w.policy, v1alpha1.ConditionRolloutProgressing, isTrue, v1alpha1.ReasonFrozen, "relief")
	})
})

// policyDocuments are the documents without the weights.
func (w *reliefWorld) policyDocuments() map[string]string {
	GinkgoHelper()
	out := w.documents()
	delete(out, v1.WeightsName(string(w.queue.Spec.Surface)))
	Expect(out).NotTo(BeEmpty())
	return out
}
