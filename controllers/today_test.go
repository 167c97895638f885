package controllers_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/controllers/staffing"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	modtest "github.com/modcap/modcap/internal/testing"
)

// stored is the ConfigMap with the day of the target.
func (w *staffingWorld) stored() *corev1.ConfigMap {
	GinkgoHelper()
	var m corev1.ConfigMap
	Expect(env.Client.Get(ctx, client.ObjectKey{Namespace: w.ns, Name: "emea-today"}, &m)).To(Succeed())
	return &m
}

func (w *staffingWorld) day() *sheet.Day {
	GinkgoHelper()
	data, err := sheet.Unpack(w.stored().BinaryData["today.csv.gz"])
	Expect(err).NotTo(HaveOccurred())
	d, err := sheet.ReadDay(data)
	Expect(err).NotTo(HaveOccurred())
	return d
}

var _ = Describe("The day of a StaffingTarget", func() {
	It("is kept interval by interval, over a restart and over one at which nobody looked", func() {
		w := newStaffingWorld()
		past := weeks(28, 120)
		w.seen.setWeeks(map[resolve.Class][]forecast.Bin{{}: past})
		w.run()
		d := w.day()
		Expect(d.Lines).To(HaveLen(2))
		Expect(d.Grid.At(d.Now)).To(Equal(sample.At(start)))
		cells := d.Lines[1].Cells
		Expect(cells[d.Now-1].Arrived).To(Equal(sheet.Figure{Known: true, Value: sample.Whole(60)}), "known of the past")
		Expect(cells[d.Now-1].Before.Known).To(BeFalse(), "nothing was planned then")
		Expect(cells[d.Now+1].Before.Items).To(Equal(sample.Whole(60)))
		version := w.stored().ResourceVersion
		w.clock.Step(10 * time.Minute)
		w.run()
		Expect(w.stored().ResourceVersion).To(Equal(version), "within an interval nothing is written")

		By("the operator being down for an hour, in which twice as much came")
		for at := start; at.Before(start.Add(time.Hour)); at = at.Add(15 * time.Minute) {
			past = append(past, forecast.Bin{At: sample.At(at), Width: 15 * sample.Minute, Count: sample.Whole(60)})
		}
		w.seen.setWeeks(map[resolve.Class][]forecast.Bin{{}: past})
		w.clock.Step(50 * time.Minute)
		w.r = staffing.New(w.Env)
		w.run()
		d = w.day()
		Expect(d.Grid.At(d.Now)).To(Equal(sample.At(start.Add(time.Hour))))
		cells = d.Lines[1].Cells
		for _, k := range []int{d.Now - 2, d.Now - 1} {
			Expect(cells[k].Before.Items).To(Equal(sample.Whole(60)), "it was planned")
			Expect(cells[k].Arrived.Value).To(Equal(sample.Whole(120)), "and this came")
		}
	})

	It("begins anew where what is stored is none, and writes nothing while nothing changes", func() {
		w := newStaffingWorld()
		w.run()
		m := w.stored()
		m.BinaryData["today.csv.gz"] = []byte("tampered")
		Expect(env.Client.Update(ctx, m)).To(Succeed())
		w.r = staffing.New(w.Env)
		w.run()
		Expect(w.day().Lines).To(HaveLen(2))
		w.expectQuiet(w.run)
	})

	It("tells who was there, on average over the interval, and not of a handful", func() {
		present := func(heads int32) sheet.Figure {
			w := newStaffingWorld(func(t *modtest.TeamWrapper) { t.Measured() })
			edit(w.team, func(t *v1alpha1.ReviewTeam) { t.Spec.Shifts[0].Headcount = heads })
			for _, there := range []float64{4, 3, 2} {
				w.seen.set("present", "dublin", there)
				w.run()
				w.clock.Step(10 * time.Minute)
			}
			w.run()
			d := w.day()
			return d.Lines[1].Cells[d.Now-1].Present
		}
		Expect(present(10)).To(Equal(sheet.Figure{Known: true, Value: sample.Whole(3)}))
		Expect(present(4).Known).To(BeFalse())
	})
})

var _ = Describe("The past of a StaffingTarget", func() {
	const week = 7 * 24 * time.Hour
	// Ten times as much came in the last two weeks, for two events.
	surged := func() []forecast.Bin {
		out := weeks(28, 120)
		for i := range out {
			if out[i].At >= sample.At(start.Add(-48*time.Hour)) {
				out[i].Count *= 10
			}
		}
		return out
	}
	// foreseen is what a new operator expects of a day from now on, by half hour.
	foreseen := func(w *staffingWorld) (out []sample.Milli) {
		w.r = staffing.New(w.Env)
		w.run()
		d := w.day()
		for _, c := range d.Lines[1].Cells[d.Now+1:] { // what is measured holds for the present
			out = append(out, c.Then.Items)
		}
		return out
	}

	It("is known without the events of the calendar, and what is to come with them", func() {
		w := newStaffingWorld()
		w.seen.setWeeks(map[resolve.Class][]forecast.Bin{{}: surged()})
		edit(w.target, func(t *v1alpha1.StaffingTarget) { t.Spec.Horizon = "72h" })
		Expect(foreseen(w)[0]).To(BeNumerically(">", sample.Whole(60)))
		edit(w.queue, func(q *v1alpha1.ModerationQueue) {
			q.Spec.Calendar = []v1alpha1.QueueEvent{
				{Name: "one", From: metav1.NewTime(start.Add(-2 * week)), To: metav1.NewTime(start.Add(-week)), Arrivals: "1000"},
				{Name: "two", From: metav1.NewTime(start.Add(-week)), To: metav1.NewTime(start), Arrivals: "1000"},
			}
		})
		calm := foreseen(w)
		Expect(calm).To(ContainElement(sample.Whole(60)))
		Expect(calm).To(HaveEach(BeElementOf(sample.Whole(60), sample.Whole(0))))
		edit(w.queue, func(q *v1alpha1.ModerationQueue) {
			q.Spec.Calendar = append(q.Spec.Calendar, v1alpha1.QueueEvent{
				Name: "next", From: metav1.NewTime(start.Add(time.Hour)), To: metav1.NewTime(start.Add(2 * time.Hour)), Arrivals: "300",
			})
		})
		Expect(foreseen(w)[:4]).To(Equal([]sample.Milli{sample.Whole(60), sample.Whole(180), sample.Whole(180), sample.Whole(60)}))
	})
})
