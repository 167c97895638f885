package controllers_test

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/staffing"
	"github.com/modcap/modcap/controllers/team"
	"github.com/modcap/modcap/internal/facts"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	modtest "github.com/modcap/modcap/internal/testing"
)

// staffingWorld is a world with a target of one queue of people and one team, ten
// people from 08:00 to 16:00, at 10:00.
type staffingWorld struct {
	*world
	target *v1alpha1.StaffingTarget
	queue  *v1alpha1.ModerationQueue
	team   *v1alpha1.ReviewTeam
	r      *staffing.Reconciler
}

func newStaffingWorld(changes ...func(*modtest.TeamWrapper)) *staffingWorld {
	GinkgoHelper()
	w := &staffingWorld{world: newWorld()}
	w.target = modtest.MakeTarget("emea", w.ns).Obj()
	w.queue = modtest.MakeQueue("comments", w.ns).Label("plan", "emea").NoClassification().Languages("en").Review(modtest.MakeReview("hate")).Obj()
	t := modtest.MakeTeam("dublin", w.ns).Label("plan", "emea")
	for _, change := range changes {
		change(t)
	}
	w.team = t.Obj()
	w.create(w.target, w.queue, w.team)
	w.r = staffing.New(w.Env)
	w.demand(120)
	return w
}

// demand is what comes in an hour, of one minute each.
func (w *staffingWorld) demand(perHour float64) {
	w.seen.machine("hate", 0, 0, perHour/3600).setHourly("arrivals", "hate", perHour)
}

func (w *staffingWorld) run() {
	GinkgoHelper()
	run(w.r, w.target)
}

func (w *staffingWorld) plan() []string {
	GinkgoHelper()
	var m corev1.ConfigMap
	Expect(env.Client.Get(ctx, client.ObjectKey{Namespace: w.ns, Name: "emea-plan"}, &m)).To(Succeed())
	return strings.Split(strings.TrimSpace(m.Data["plan.csv"]), "\n")
}

// languages is the plan by language, as it is published.
func (w *staffingWorld) languages() *sheet.Sheet {
	GinkgoHelper()
	var m corev1.ConfigMap
	Expect(env.Client.Get(ctx, client.ObjectKey{Namespace: w.ns, Name: "emea-plan"}, &m)).To(Succeed())
	s, err := sheet.Read([]byte(m.Data[sheet.Key]))
	Expect(err).NotTo(HaveOccurred())
	return s
}

func (w *staffingWorld) fact() facts.Staffing {
	GinkgoHelper()
	f, ok := w.Facts.Staffing.Get(client.ObjectKeyFromObject(w.queue))
	Expect(ok).To(BeTrue())
	return f
}

// weeks are quarters of an hour up to the start of a test: of so many items an hour from
// 08:00 to 16:00, and of none at night.
func weeks(days int, perHour float64) (out []forecast.Bin) {
	for at := start.Add(-time.Duration(days) * 24 * time.Hour); at.Before(start); at = at.Add(15 * time.Minute) {
		b := forecast.Bin{At: sample.At(at), Width: 15 * sample.Minute}
		if at.Hour() >= 8 && at.Hour() < 16 {
			b.Count = sample.Milli(perHour * 250)
		}
		out = append(out, b)
	}
	return out
}

var _ = Describe("The demand of a StaffingTarget", func() {
	It("is what the weeks before lead to expect", func() {
		w := newStaffingWorld()
		w.run()
		Expect(w.target.Status.Findings).To(BeEmpty(), "a day ahead the present rates will do")
		edit(w.target, func(t *v1alpha1.StaffingTarget) { t.Spec.Horizon = "48h" })
		w.run()
		Expect(w.target.Status.Findings).To(ConsistOf(HaveField("Code", "NoHistory")))
		Expect(w.target.Status.Summary.FirstGap.Time).To(BeTemporally("==", time.Date(2026, 11, 2, 16, 0, 0, 0, time.UTC)), "120 an hour for ever")
		w.seen.setWeeks(map[resolve.Class][]forecast.Bin{{Language: "en", HarmDomain: "hate"}: weeks(28, 120), {Language: "fr", HarmDomain: "hate"}: weeks(28, 9000)})
		for series, value := range map[string]float64{"arrivals": 120.0 / 3600, "backlog": 0, "oldest": 0} {
			w.seen.setClass(series, "hate", "en", "hate", value)
		}
		w.clock.Step(30 * time.Minute)
		w.run()
		Expect(w.target.Status.Findings).To(BeEmpty())
		Expect(w.target.Status.Summary.FirstGap).To(BeNil(), "nothing comes when nobody works")
		Expect(w.target.Status.Summary.Coverage).To(Equal("100%"))
	})

	It("is the share of all where the stream is planned as one", func() {
		w := newStaffingWorld()
		w.seen.setWeeks(map[resolve.Class][]forecast.Bin{{}: weeks(28, 120)})
		w.run()
		Expect(w.target.Status.Findings).To(BeEmpty())
		Expect(w.target.Status.Summary.FirstGap).To(BeNil())
	})

	It("is forecast anew with each interval and when the past gets longer, and not otherwise", func() {
		w := newStaffingWorld()
		w.seen.setWeeks(map[resolve.Class][]forecast.Bin{{}: weeks(2, 120)})
		w.run()
		peak := w.target.Status.Summary.Peak
		w.seen.setWeeks(map[resolve.Class][]forecast.Bin{{}: weeks(28, 1200)})
		w.clock.Step(time.Minute)
		w.run()
		Expect(w.target.Status.Summary.Peak).To(Equal(peak))
		w.seen.setDeep()
		w.run()
		Expect(w.target.Status.Summary.Peak).NotTo(Equal(peak))
	})
})

var _ = Describe("A StaffingTarget", func() {
	It("plans its queues and teams, and tells each", func() {
		w := newStaffingWorld()
		w.run()
		expect(w.target, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		expect(w.target, "Staffed", isTrue, v1alpha1.ReasonEnoughPeople)
		s := w.target.Status.Summary
		Expect(*s).To(And(HaveField("Teams", int32(1)), HaveField("Queues", int32(1)), HaveField("Worst", "comments/hate")))
		Expect(s.FirstGap.Time).To(BeTemporally("==", time.Date(2026, 11, 2, 16, 0, 0, 0, time.UTC)), "nobody comes after the day shift")
		Expect(w.target.Status.Gaps).To(ConsistOf(And(
			HaveField("Queue", "comments"), HaveField("Review", "hate"), HaveField("Uncovered", true),
			HaveField("From.Time", BeTemporally("==", time.Date(2026, 11, 2, 16, 0, 0, 0, time.UTC))),
		)))
		Expect(w.target.Status.GapCount).To(Equal(int32(1)))
		f := w.fact()
		Expect(f).To(And(HaveField("Target", "emea"), HaveField("Known", true), HaveField("Enough", true), HaveField("Have", BeNumerically(">=", f.Need))))
		Expect(f.Need).To(BeNumerically(">=", 2), "120 minutes of work an hour")
		told, _ := w.Facts.Teams.Get(client.ObjectKeyFromObject(w.team))
		Expect(told.Target).To(Equal("emea"))
		rows := w.plan()
		Expect(rows[0]).To(HavePrefix("start,end,queue,review,"))
		Expect(len(rows)-1).To(BeNumerically(">=", 48), "a row for each half hour of a day")
		languages := w.languages()
		Expect(languages.Grid.N).To(BeNumerically(">=", 48))
		Expect(languages.Lines).To(HaveLen(2))
		Expect(languages.Lines[0].Cells[0]).To(And(HaveField("Scheduled", sample.Whole(10)), HaveField("Gap", sample.Milli(0))))
		Expect(languages.Lines[1].Language).To(BeEmpty(), "the stream is planned as one")
		Expect(rows[1]).To(HavePrefix("2026-11-02T10:00:00Z,2026-11-02T10:30:00Z,comments,hate,"))
	})

	It("writes nothing while nothing changes", func() {
		w := newStaffingWorld()
		w.expectQuiet(w.run)
	})

	It("writes its table anew when an interval has passed, and else for numbers alone at most every five minutes", func() {
		w := newStaffingWorld()
		w.clock.SetTime(start.Add(time.Hour - 2*time.Minute))
		w.run()
		first := w.plan()[1]
		w.demand(1200)
		w.clock.Step(time.Minute)
		w.run()
		Expect(w.plan()[1]).To(Equal(first), "five minutes have not passed")
		w.clock.Step(time.Minute)
		w.run()
		Expect(w.plan()[1]).To(HavePrefix(start.Add(time.Hour).Format(time.RFC3339)))
	})

	It("ends in the same state after a kill before any of its writes", func() {
		var want []string
		for kill := range 3 { // the last goes through undisturbed
			w := newStaffingWorld()
			w.demand(3000)
			w.direct.KillAfter(kill)
			_, err := w.r.Reconcile(ctx, requestFor(w.target))
			if kill < 2 {
				Expect(err).To(MatchError(modtest.ErrKilled))
			}
			w.direct.KillAfter(-1)
			w.restart()
			w.r = staffing.New(w.Env)
			w.run()
			if kill == 0 {
				want = w.plan()
			}
			Expect(w.plan()).To(Equal(want), "killed after %d", kill)
			expect(w.target, "Staffed", isFalse, v1alpha1.ReasonTooFewPeople)
			Expect(w.fact().Enough).To(BeFalse())
		}
	})

	It("writes nothing because of a restart", func() {
		w := newStaffingWorld()
		w.run()
		w.restart()
		w.r = staffing.New(w.Env)
		w.direct.Writes()
		w.run()
		Expect(w.direct.Writes()).To(BeEmpty())
	})

	DescribeTable("says why there are too few people",
		func(change func(*modtest.TeamWrapper), at time.Time, demand float64, reason, words string) {
			w := newStaffingWorld(change)
			w.clock.SetTime(at)
			w.demand(demand)
			w.run()
			expect(w.target, "Staffed", isFalse, reason, words)
			expect(w.target, "Ready", isTrue, v1alpha1.ReasonSucceeded)
			Expect(w.fact()).To(And(HaveField("Enough", false), HaveField("Reason", reason)))
			Expect(w.target.Status.Gaps).NotTo(BeEmpty())
		},
		Entry("too few", good[modtest.TeamWrapper], start, 3000.0, v1alpha1.ReasonTooFewPeople, "comments/hate"),
		Entry("nobody on shift", good[modtest.TeamWrapper], start.Add(8*time.Hour), 120.0, v1alpha1.ReasonNobodyOnShift, "comments/hate"),
		Entry("no team with the language", func(t *modtest.TeamWrapper) { t.Languages("fr") }, start, 120.0,
			v1alpha1.ReasonNoTeamHasSkill, "comments/hate"),
	)

	It("shows the first gap at the start of the interval, however late in it the gap is seen", func() {
		w := newStaffingWorld()
		w.demand(3000)
		w.run()
		shown := w.target.Status.Summary.FirstGap.Time
		Expect(shown).To(BeTemporally("==", start))
		w.clock.Step(10 * time.Minute)
		w.run()
		Expect(w.target.Status.Summary.FirstGap.Time).To(BeTemporally("==", shown))
	})

	It("does not say that there is enough while numbers are missing", func() {
		w := newStaffingWorld()
		w.run()
		Expect(w.target.Status.Summary.Coverage).To(HaveSuffix("%"))
		w.seen.quality("hate", sample.Absent, sample.CauseNoRow)
		w.clock.Step(35 * time.Second) // numbers alone are written that often
		w.run()
		Expect(w.target.Status.Summary.Coverage).To(BeEmpty(), "there is no share of a need that is not known")
		expect(w.target, "Staffed", isUnknown, v1alpha1.ReasonUnknownWhileMissing, "comments/hate")
		Expect(w.fact().Known).To(BeFalse())
		Expect(w.target.Status.Gaps).To(BeEmpty())
	})

	It("plans each class that the metrics show, and reports one that the queue does not list", func() {
		w := newStaffingWorld()
		w.seen.setClass("arrivals", "hate", "en", "hate", 0.03).setClass("arrivals", "hate", "ja", "hate", 0.03)
		w.run()
		Expect(w.target.Status.Findings).To(ContainElement(And(HaveField("Code", "UnknownClass"), HaveField("Message", ContainSubstring(`"ja"`)))))
		Expect(w.fact().Classes["hate"]).To(ConsistOf(And(HaveField("Language", "en"), HaveField("HarmDomain", "hate"))))
	})

	It("leaves to an older target what that one plans, and says so", func() {
		w := newStaffingWorld()
		second := modtest.MakeTarget("second", w.ns).Queues(modtest.MakeSelector("plan", "emea")).Teams(modtest.MakeSelector("plan", "emea")).Obj()
		w.create(second)
		// Creation times are whole seconds; among equals the name decides.
		run(w.r, second)
		expect(second, "Stalled", isTrue, v1alpha1.ReasonPlannedTwice, "comments (target emea)", "dublin (target emea)")
		Expect(second.Status.Summary.Queues).To(BeZero())
		w.run()
		expect(w.target, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		Expect(w.fact().Target).To(Equal("emea"))
		remove(w.target)
		_, err := w.r.Reconcile(ctx, requestFor(w.target))
		Expect(err).NotTo(HaveOccurred())
		run(w.r, second)
		expectNone(second, "Stalled")
		expect(second, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		Expect(w.fact().Target).To(Equal("second"))
	})

	It("says that a selector picks nothing, and recovers", func() {
		w := newStaffingWorld()
		edit(w.team, func(t *v1alpha1.ReviewTeam) { t.Labels = nil })
		w.run()
		expect(w.target, "Ready", isFalse, v1alpha1.ReasonNothingSelected, "spec.teamSelector")
		edit(w.queue, func(q *v1alpha1.ModerationQueue) { q.Labels = nil })
		w.run()
		expect(w.target, "Ready", isFalse, v1alpha1.ReasonNothingSelected, "spec.queueSelector")
		_, told := w.Facts.Staffing.Get(client.ObjectKeyFromObject(w.queue))
		Expect(told).To(BeFalse())
		edit(w.queue, func(q *v1alpha1.ModerationQueue) { q.Labels = map[string]string{"plan": "emea"} })
		edit(w.team, func(t *v1alpha1.ReviewTeam) { t.Labels = map[string]string{"plan": "emea"} })
		w.run()
		expect(w.target, "Ready", isTrue, v1alpha1.ReasonSucceeded)
	})

	It("plans without a team whose spec is invalid, and says so", func() {
		w := newStaffingWorld()
		w.create(modtest.MakeTeam("mars", w.ns).Label("plan", "emea").TimeZone("Mars/Olympus").Obj())
		w.run()
		expect(w.target, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		Expect(w.target.Status.Findings).To(ContainElement(And(HaveField("Code", "TeamInvalid"), HaveField("Message", ContainSubstring("mars")))))
	})

	It("writes its table again soon after a write that failed", func() {
		w := newStaffingWorld()
		w.direct.KillAfter(0)
		_, err := w.r.Reconcile(ctx, requestFor(w.target))
		Expect(err).To(MatchError(modtest.ErrKilled))
		refresh(w.target)
		Expect(w.target.Status.ObservedGeneration).To(BeZero(), "nothing was found yet")
		w.direct.KillAfter(-1)
		w.run()
		Expect(w.plan()).NotTo(BeEmpty())
	})

	It("writes status alone when the operator is read-only", func() {
		w := newStaffingWorld()
		w.ReadOnly = true
		w.run()
		Expect(w.direct.Writes()).To(Equal([]string{"update StaffingTarget/status emea"}))
		Expect(w.target.Status.Plan).To(BeEmpty())
	})
})

var _ = Describe("A ReviewTeam", func() {
	newTeam := func(changes ...func(*modtest.TeamWrapper)) (*world, *v1alpha1.ReviewTeam, *team.Reconciler) {
		GinkgoHelper()
		w := newWorld()
		b := modtest.MakeTeam("dublin", w.ns).Shrinkage("20", "10")
		for _, change := range changes {
			change(b)
		}
		t := b.Obj()
		w.create(t)
		return w, t, &team.Reconciler{Env: w.Env}
	}

	It("shows who is on shift now and next, and looks again when that changes", func() {
		w, t, r := newTeam(func(t *modtest.TeamWrapper) {
			t.Shifts(modtest.MakeShift("day", "08:00", "16:00", 10), modtest.MakeShift("night", "16:00", "00:00", 4))
		})
		result := run(r, t)
		expect(t, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		Expect(t.Status.Scheduled).To(HaveValue(Equal(int32(10))))
		Expect(t.Status.Productive).To(Equal("7.2"), "ten, less 20 % and of those 10 %")
		Expect(t.Status.NextChange.Time).To(BeTemporally("==", time.Date(2026, 11, 2, 16, 0, 0, 0, time.UTC)))
		Expect(t.Status.NextScheduled).To(HaveValue(Equal(int32(4))))
		Expect(result.RequeueAfter).To(Equal(6 * time.Hour))
		w.expectQuiet(func() { run(r, t) })
		w.clock.SetTime(time.Date(2026, 11, 2, 16, 0, 0, 0, time.UTC))
		run(r, t)
		Expect(t.Status.Scheduled).To(HaveValue(Equal(int32(4))))
	})

	It("has its shifts in its own time zone", func() {
		_, t, r := newTeam(func(t *modtest.TeamWrapper) { t.TimeZone("Asia/Kuala_Lumpur") }) // 18:00 there
		run(r, t)
		Expect(t.Status.Scheduled).To(HaveValue(BeZero()))
		Expect(t.Status.NextChange.Time).To(BeTemporally("==", time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC)))
		Expect(t.Status.NextScheduled).To(HaveValue(Equal(int32(10))))
	})

	DescribeTable("stalls with a sentence on what only code can judge",
		func(change func(*modtest.TeamWrapper), words ...string) {
			w, t, r := newTeam(change)
			run(r, t)
			for _, word := range words {
				expect(t, "Stalled", isTrue, v1alpha1.ReasonInvalidSpec, word)
			}
			w.expectQuiet(func() { run(r, t) })
			edit(t, func(t *v1alpha1.ReviewTeam) { t.Spec = modtest.MakeTeam("x", "x").Obj().Spec })
			run(r, t)
			expectNone(t, "Stalled")
			expect(t, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		},
		Entry("an unknown time zone", func(t *modtest.TeamWrapper) { t.TimeZone("Mars/Olympus") }, "spec.timeZone", "Mars/Olympus"),
		Entry("an unknown language", func(t *modtest.TeamWrapper) { t.Languages("qx-QQ") }, "spec.skills.languages", "qx-QQ"),
	)

	It("names the target that plans it", func() {
		w, t, r := newTeam()
		w.Facts.Teams.Put(client.ObjectKeyFromObject(t), facts.Team{Target: "emea"})
		run(r, t)
		Expect(t.Status.Target).To(Equal("emea"))
		w.Facts.Teams.Drop(client.ObjectKeyFromObject(t))
		run(r, t)
		Expect(t.Status.Target).To(BeEmpty())
	})
})
