package controllers_test

import (
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/feed"
	"github.com/modcap/modcap/controllers/staffing"
	"github.com/modcap/modcap/controllers/team"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

const (
	// roster is two weeks' worth of one Monday and the next: at 10:00 ten work and
	// three are in training.
	roster = "date,start,end,heads,activity\n" +
		"2026-11-02,08:00,16:00,10,work\n2026-11-02,09:30,11:00,3,training\n2026-11-09,08:00,16:00,10,work\n"
	twenty = "date,start,end,heads,activity\n2026-11-02,08:00,16:00,20,work\n2026-11-09,08:00,16:00,20,work\n"
	broken = "date,start,end,heads,activity\n2026-11-02,08:00,16:00,10,work\n2026-11-03,08:00,16:00,7.5,work\n"
)

func exported(ns, text string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "roster"}, Data: map[string]string{"schedule.csv": text},
	}
}

func export(m *corev1.ConfigMap, text string) {
	GinkgoHelper()
	edit(m, func(m *corev1.ConfigMap) { m.Data, m.BinaryData = map[string]string{"schedule.csv": text}, nil })
}

var _ = Describe("A ReviewTeam with a schedule", func() {
	newTeam := func(text string) (*world, *v1alpha1.ReviewTeam, *corev1.ConfigMap, *team.Reconciler) {
		GinkgoHelper()
		w := newWorld()
		t, m := modtest.MakeTeam("dublin", w.ns).Schedule("roster").Obj(), exported(w.ns, text)
		w.create(t, m)
		return w, t, m, &team.Reconciler{Env: w.Env}
	}

	It("is planned with it, and shows it", func() {
		w, t, m, r := newTeam(roster)
		result := run(r, t)
		expect(t, "Ready", isTrue, v1alpha1.ReasonSucceeded, "schedule")
		Expect(t.Status.Scheduled).To(HaveValue(Equal(int32(10))))
		Expect(t.Status.Away).To(HaveValue(Equal(int32(3))))
		Expect(t.Status.NextChange.Time).To(BeTemporally("==", time.Date(2026, 11, 2, 16, 0, 0, 0, time.UTC)))
		Expect(result.RequeueAfter).To(Equal(30 * time.Second))
		refresh(m)
		Expect(*t.Status.Schedule).To(And(HaveField("Rows", int32(3)), HaveField("From", "2026-11-02"), HaveField("Until", "2026-11-09"),
			HaveField("WorkHours", "160"), HaveField("OtherHours", "4.5")))
		Expect(t.Status.Schedule.Updated.Time).To(BeTemporally("==", m.CreationTimestamp.Time))
		w.restart()
		w.direct.Writes()
		run(&team.Reconciler{Env: w.Env}, t)
		Expect(w.direct.Writes()).To(BeEmpty(), "a restart changes nothing")
	})

	It("is quiet while the export stays", func() {
		w, t, _, r := newTeam(roster)
		w.expectQuiet(func() { run(r, t) })
	})

	It("takes a new export within a minute, without an edit of the team", func() {
		w, t, m, r := newTeam(roster)
		run(r, t)
		export(m, twenty)
		w.clock.Step(run(r, t).RequeueAfter)
		run(r, t)
		Expect(t.Status.Scheduled).To(HaveValue(Equal(int32(20))))
		Expect(t.Status.Away).To(HaveValue(BeZero()))
	})

	It("keeps the last good schedule while an export cannot be read, and says which line and since when", func() {
		w, t, m, r := newTeam(roster)
		run(r, t)
		good := t.Status.Schedule.Updated.UTC().Format(time.RFC3339)
		export(m, broken)
		w.clock.Step(30 * time.Second)
		run(r, t)
		expect(t, "Ready", isFalse, v1alpha1.ReasonScheduleInvalid, "schedule.csv of ConfigMap roster", `line 3: heads "7.5"`, "The schedule of "+good+" stays in force")
		Expect(t.Status.Scheduled).To(HaveValue(Equal(int32(10))))
		w.expectQuiet(func() { run(r, t) })
		remove(m)
		w.clock.Step(30 * time.Second)
		run(r, t)
		expect(t, "Ready", isFalse, v1alpha1.ReasonScheduleNotFound, "ConfigMap roster does not exist", "The schedule of "+good+" stays in force")
		Expect(t.Status.Scheduled).To(HaveValue(Equal(int32(10))))
		w.create(exported(w.ns, twenty))
		w.clock.Step(30 * time.Second)
		run(r, t)
		expect(t, "Ready", isTrue, v1alpha1.ReasonSucceeded)
		Expect(t.Status.Scheduled).To(HaveValue(Equal(int32(20))))
	})

	DescribeTable("counts for nobody while there is none to be read, and says so",
		func(change func(*corev1.ConfigMap), reason string, words ...string) {
			w := newWorld()
			t, m := modtest.MakeTeam("dublin", w.ns).Schedule("roster").Obj(), exported(w.ns, roster)
			change(m)
			w.create(t)
			if m.Name == "roster" {
				w.create(m)
			}
			r := &team.Reconciler{Env: w.Env}
			run(r, t)
			expect(t, "Ready", isFalse, reason, append(words, "Nobody is counted")...)
			Expect(t.Status.Scheduled).To(HaveValue(BeZero()))
			Expect(t.Status.Schedule).To(BeNil())
			w.expectQuiet(func() { run(r, t) })
		},
		Entry("no ConfigMap", func(m *corev1.ConfigMap) { m.Name = "" }, v1alpha1.ReasonScheduleNotFound, "ConfigMap roster does not exist"),
		Entry("no key", func(m *corev1.ConfigMap) { m.Data = map[string]string{"plan.csv": roster} }, v1alpha1.ReasonScheduleNotFound, "no key schedule.csv"),
		Entry("a broken row", func(m *corev1.ConfigMap) { m.Data["schedule.csv"] = broken }, v1alpha1.ReasonScheduleInvalid, "line 3"),
		Entry("another encoding", func(m *corev1.ConfigMap) {
			m.Data, m.BinaryData = nil, map[string][]byte{"schedule.csv": []byte("date,start,end,heads,activity\n2026-11-02,08:00,16:00,3,r\xe9union\n")}
		}, v1alpha1.ReasonScheduleInvalid, "line 2: the file is not UTF-8"),
	)

	It("shows who is on call, and new people who are more than there are", func() {
		w, t, _, r := newTeam("date,start,end,heads,activity\n2026-11-02,08:00,16:00,10,work\n2026-11-02,09:00,10:30,2,on call\n")
		edit(t, func(t *v1alpha1.ReviewTeam) {
			t.Spec.Cohorts = []v1alpha1.Cohort{{Name: "new", Headcount: 11, Start: "2026-11-02", Ramp: []v1alpha1.RampStep{{Percent: "50"}}}}
		})
		run(r, t)
		expect(t, "Ready", isTrue, v1alpha1.ReasonSucceeded, "its cohorts have 11 people, and no day of the schedule more than 10")
		Expect(t.Status.OnCall).To(HaveValue(Equal(int32(2))))
		Expect(t.Status.Scheduled).To(HaveValue(Equal(int32(10))))
		Expect(t.Status.Away).To(HaveValue(BeZero()))
		w.clock.Step(31 * time.Minute)
		run(r, t)
		Expect(t.Status.OnCall).To(HaveValue(BeZero()))
	})

	It("says that its schedule has ended, when the last shift is over", func() {
		w, t, _, r := newTeam("date,start,end,heads,activity\n2026-11-02,20:00,04:00,10,work\n")
		for at, ready := range map[time.Time]metav1.ConditionStatus{
			time.Date(2026, 11, 3, 3, 0, 0, 0, time.UTC): isTrue, time.Date(2026, 11, 3, 5, 0, 0, 0, time.UTC): isFalse,
		} {
			w.clock.SetTime(at)
			run(r, t)
			if ready == isFalse {
				expect(t, "Ready", isFalse, v1alpha1.ReasonScheduleEnded, "no work after 2026-11-02")
			} else {
				expect(t, "Ready", isTrue, v1alpha1.ReasonSucceeded)
			}
		}
	})
})

var _ = Describe("A ReviewTeam with metrics", func() {
	newTeam := func() (*world, *v1alpha1.ReviewTeam, *team.Reconciler) {
		GinkgoHelper()
		w := newWorld()
		t := modtest.MakeTeam("dublin", w.ns).Measured().Obj()
		w.create(t)
		return w, t, &team.Reconciler{Env: w.Env}
	}

	It("shows who is there beside who is scheduled, and how busy they are", func() {
		w, t, r := newTeam()
		w.seen.set("present", "dublin", 8).set("handling", "dublin", 6)
		run(r, t)
		expect(t, "MetricsFresh", isTrue, v1alpha1.ReasonFresh)
		Expect(t.Status.Scheduled).To(HaveValue(Equal(int32(10))))
		Expect(t.Status.Present).To(HaveValue(Equal(int32(8))))
		Expect(t.Status.Occupancy).To(Equal("75%"))
		Expect(t.Status.Adherence).To(Equal("80%"))
		w.expectQuiet(func() { run(r, t) })
		w.seen.set("present", "dublin", 4).set("handling", "dublin", 4)
		run(r, t)
		Expect(t.Status.Present).To(HaveValue(Equal(int32(4))), "headcount is shown of any group")
		Expect(t.Status.Occupancy+t.Status.Adherence).To(BeEmpty(), "of fewer than five it would be somebody's")
		edit(t, func(t *v1alpha1.ReviewTeam) { t.Spec.Metrics = nil })
		run(r, t)
		expectNone(t, "MetricsFresh")
		Expect(t.Status.Present).To(BeNil())
	})

	DescribeTable("counts by its shifts while that is not known, and says so",
		func(q sample.Quality, c sample.Cause) {
			w, t, r := newTeam()
			w.seen.set("present", "dublin", 8).set("handling", "dublin", 6)
			run(r, t)
			w.seen.quality("dublin", q, c)
			run(r, t)
			expect(t, "MetricsFresh", isFalse, string(c), "shifts")
			expect(t, "Ready", isTrue, v1alpha1.ReasonSucceeded)
			Expect(t.Status.Present).To(BeNil())
			Expect(t.Status.Occupancy + t.Status.Adherence).To(BeEmpty())
		},
		Entry("too old", sample.Stale, sample.CauseTooOld),
		Entry("no row", sample.Absent, sample.CauseNoRow),
		Entry("nonsense", sample.Implausible, sample.CauseNegative),
	)

	It("has its rows watched on every replica, under a name of its own", func() {
		w, t, _ := newTeam()
		watched := w.feeding(nil).Observer
		r := &feed.Teams{Client: w.direct, Observer: watched}
		_, err := r.Reconcile(ctx, requestFor(t))
		Expect(err).NotTo(HaveOccurred())
		key, isTeam, ok := feed.Consumer("ReviewTeam " + w.ns + "/dublin")
		Expect(key).To(Equal(types.NamespacedName{Namespace: w.ns, Name: "dublin"}))
		Expect(isTeam && ok).To(BeTrue())
		_, isTeam, ok = feed.Consumer(w.ns + "/dublin")
		Expect(!isTeam && ok).To(BeTrue(), "a queue")
		_, _, ok = feed.Consumer("dublin")
		Expect(ok).To(BeFalse())
		remove(t)
		_, err = r.Reconcile(ctx, requestFor(t))
		Expect(err).NotTo(HaveOccurred())
	})
})

var _ = Describe("A StaffingTarget of teams that are seen", func() {
	It("plans with a schedule, and reports one that cannot be read or ends too early", func() {
		w := newStaffingWorld(func(t *modtest.TeamWrapper) { t.Schedule("roster") })
		w.run()
		expect(w.target, "Staffed", isFalse, v1alpha1.ReasonNobodyOnShift)
		Expect(w.target.Status.Findings).To(ConsistOf(And(HaveField("Code", v1alpha1.ReasonScheduleNotFound), HaveField("Severity", "Error"),
			HaveField("Message", And(ContainSubstring("Team dublin"), ContainSubstring("Nobody is counted"))))))
		m := exported(w.ns, roster)
		w.create(m)
		w.clock.Step(30 * time.Second)
		w.run()
		expect(w.target, "Staffed", isTrue, v1alpha1.ReasonEnoughPeople)
		export(m, broken)
		w.clock.Step(30 * time.Second)
		w.run()
		expect(w.target, "Staffed", isTrue, v1alpha1.ReasonEnoughPeople)
		Expect(w.target.Status.Findings).To(ConsistOf(And(HaveField("Code", v1alpha1.ReasonScheduleInvalid),
			HaveField("Message", And(ContainSubstring("line 3"), ContainSubstring("stays in force"))))))
		w.restart()
		w.r = staffing.New(w.Env)
		w.demand(120)
		before := w.plan()
		w.run()
		expect(w.target, "Staffed", isUnknown, v1alpha1.ReasonLastPlanKept)
		expect(w.target, "Ready", isFalse, v1alpha1.ReasonLastPlanKept, "line 3", "The plan of 2026-11-02 10:00 UTC stays")
		Expect(w.plan()).To(Equal(before), "who cannot be counted is not nobody")
		export(m, "date,start,end,heads,activity\n2026-11-02,08:00,16:00,10,work\n")
		w.clock.SetTime(start.Add(30 * time.Hour))
		w.run()
		Expect(w.target.Status.Findings).To(ConsistOf(And(HaveField("Code", v1alpha1.ReasonScheduleEnded), HaveField("Severity", "Warning"),
			HaveField("Message", ContainSubstring("ends on 2026-11-02")))))
	})

	It("counts who is there for what is covered now, and nobody of another role", func() {
		w := newStaffingWorld(func(t *modtest.TeamWrapper) { t.Measured() })
		w.run()
		expect(w.target, "Staffed", isTrue, v1alpha1.ReasonEnoughPeople)
		w.seen.set("present", "dublin", 0)
		w.run()
		expect(w.target, "Staffed", isFalse, v1alpha1.ReasonNobodyOnShift)
		w.seen.setSample("present", "dublin", sample.Missing(sample.CauseNoRow))
		w.run()
		expect(w.target, "Staffed", isTrue, v1alpha1.ReasonEnoughPeople)
		edit(w.team, func(t *v1alpha1.ReviewTeam) { t.Spec.Roles = []v1alpha1.TeamRole{v1alpha1.RoleQA} })
		w.run()
		expect(w.target, "Staffed", isFalse, v1alpha1.ReasonNoTeamHasSkill)
	})
})

var _ = Describe("Weights of teams", func() {
	It("are those of the schedule in force, and leave out who does not review", func() {
		w := newRoutingWorld()
		qa := modtest.MakeTeam("quality", w.ns).Roles(v1alpha1.RoleQA).Obj()
		m := exported(w.ns, roster)
		w.create(m, modtest.MakeTeam("suite", w.ns).Schedule("roster").Obj(), qa)
		weights := func() []string {
			var out []string
			for _, text := range w.bytes() {
				for _, name := range []string{`"name":"night","weight":10000`, `"name":"suite","weight":10000`, `"name":"suite","weight":20000`, `"name":"quality"`} {
					if strings.Contains(text, name) {
						out = append(out, name)
					}
				}
			}
			slices.Sort(out)
			return slices.Compact(out)
		}
		Expect(w.run()).To(Equal(30*time.Second), "it looks for another export")
		Expect(weights()).To(Equal([]string{`"name":"night","weight":10000`, `"name":"suite","weight":10000`}))
		export(m, twenty)
		w.clock.Step(30 * time.Second)
		w.run()
		Expect(weights()).To(Equal([]string{`"name":"night","weight":10000`, `"name":"suite","weight":20000`}))
	})
})
