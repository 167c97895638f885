package controllers_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-logr/logr/funcr"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/team"
	modtest "github.com/modcap/modcap/internal/testing"
)

// named is a schedule in which every person of the corpus has a row of their own, and
// stands in columns that are not the schedule's, and as the activity where told so.
func named(activity bool) string {
	var b strings.Builder
	b.WriteString("Agent Name,date,start,end,heads,activity,E-Mail,Team Lead\n")
	for i, person := range modtest.Names() {
		does := "work"
		if activity {
			does = person
		}
		day := time.Date(2026, 11, 2+i/96, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		fmt.Fprintf(&b, "%q,%s,%02d:%02d,%02d:%02d,3,%q,%q,%q\n", person, day, i%96/4, i%4*15, i%96/4, i%4*15+14,
			does, strings.ReplaceAll(strings.ToLower(person), " ", ".")+"@example.com", person)
	}
	return b.String()
}

// published is all that the operator wrote in the namespace: every object but the
// export itself, what is compressed unpacked.
func (w *world) published() string {
	GinkgoHelper()
	var all []any
	for _, list := range []client.ObjectList{&corev1.ConfigMapList{}, &corev1.EventList{}, &v1alpha1.ReviewTeamList{}, &v1alpha1.StaffingTargetList{},
		&v1alpha1.ModerationQueueList{}} {
		Expect(env.Client.List(ctx, list, client.InNamespace(w.ns))).To(Succeed())
		if maps, ok := list.(*corev1.ConfigMapList); ok {
			for i := range maps.Items {
				m := &maps.Items[i]
				if m.Name == "roster" {
					m.Data, m.BinaryData = nil, nil
				}
				for key, packed := range m.BinaryData {
					r, err := gzip.NewReader(bytes.NewReader(packed))
					Expect(err).NotTo(HaveOccurred())
					text, err := io.ReadAll(r)
					Expect(err).NotTo(HaveOccurred())
					all = append(all, m.Name, key, string(text))
				}
			}
		}
		all = append(all, list)
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	Expect(e.Encode(all)).To(Succeed())
	families, err := w.gather.Gather()
	Expect(err).NotTo(HaveOccurred())
	for _, f := range families {
		b.WriteString(f.String())
	}
	return b.String()
}

var _ = Describe("The names of people in the export of a workforce suite", func() {
	It("are in no object, event, metric or log line", func() {
		w := newStaffingWorld(func(t *modtest.TeamWrapper) { t.Schedule("roster") })
		m := exported(w.ns, named(false))
		w.create(m)
		var said strings.Builder
		// Debug, the most that --log-level gives, is V(4).
		logged := log.IntoContext(ctx, funcr.New(func(prefix, args string) { said.WriteString(prefix + args + "\n") }, funcr.Options{Verbosity: 5}))
		look := func() {
			GinkgoHelper()
			w.clock.Step(31 * time.Second)
			for r, obj := range map[reconcile.Reconciler]client.Object{&team.Reconciler{Env: w.Env}: w.team, w.r: w.target} {
				_, err := r.Reconcile(logged, requestFor(obj))
				Expect(err).NotTo(HaveOccurred())
				refresh(obj)
			}
			found := w.published() + strings.Join(w.sent.Taken(), "\n") + said.String()
			for _, person := range modtest.Names() {
				if at := strings.Index(found, person); at >= 0 {
					Fail(person + " is in " + found[max(at-200, 0):min(at+200, len(found))])
				}
			}
		}
		people := modtest.Names()
		Expect(len(people)).To(BeNumerically(">=", 250))
		look()
		Expect(w.team.Status.Schedule.Rows).To(Equal(int32(len(people))), "all rows were read")
		Expect(w.plan()).NotTo(BeEmpty())
		export(m, named(true))
		look()
		Expect(w.team.Status.Schedule.OtherHours).NotTo(Equal("0"), "people stand as activities")
		for _, wrong := range []string{
			strings.Replace(named(false), "date,start", "start,date", 1), // people and times in the wrong columns
			strings.Replace(named(false), "Agent Name,date", "date,"+people[0], 1),
			named(false) + named(false),
			strings.ReplaceAll(named(true), ",3,", ",\xe9,"),
		} {
			edit(m, func(m *corev1.ConfigMap) {
				m.Data, m.BinaryData = nil, map[string][]byte{"schedule.csv": []byte(wrong)}
			})
			look()
			expect(w.team, "Ready", isFalse, v1alpha1.ReasonScheduleInvalid)
		}
	})
})

var _ = Describe("The names of people in metrics and in notes", func() {
	It("are told of nowhere: neither as labels of classes nor from what is written to objects", func() {
		people := modtest.Names()
		w := newWeightsWorld(func(t *modtest.TeamWrapper) { t.Calendar("away", "2026-11-02", "2026-11-03", -1) })
		note := strings.Join(people, ", ")
		edit(w.team, func(t *v1alpha1.ReviewTeam) {
			t.Annotations = map[string]string{"note": note}
			t.Spec.Calendar[0].Reason = people[0] + " is away"
		})
		edit(w.target, func(t *v1alpha1.StaffingTarget) { t.Annotations = map[string]string{"note": note} })
		edit(w.queue, func(q *v1alpha1.ModerationQueue) { q.Annotations = map[string]string{"note": note} })
		for i := 0; i < len(people); i += 2 { // two at a time: a finding names four classes at most
			w.seen = newReadings()
			w.Readings = w.seen
			w.demands(100, 100)
			for _, person := range people[i:min(i+2, len(people))] {
				w.seen.setClass("arrivals", "hate", person, "hate", 0.1).setClass("arrivals", "hate", "en", person, 0.1)
			}
			w.run()
			Expect(w.target.Status.Findings).To(ContainElement(HaveField("Message", ContainSubstring("labels that are no language and no harm domain"))))
			text, err := json.Marshal(w.target.Status)
			Expect(err).NotTo(HaveOccurred())
			for _, person := range people[i:min(i+2, len(people))] {
				Expect(string(text)).NotTo(ContainSubstring(person))
			}
		}
		w.look()
		for where, text := range w.told() {
			for _, person := range people {
				Expect(text).NotTo(ContainSubstring(person), where)
			}
		}
	})
})
