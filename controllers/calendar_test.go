package controllers_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
)

var _ = Describe("The season of a queue", func() {
	It("is known after a restart, once the weeks before the past day are there", func() {
		w := newPoolWorld(4)
		// Each day from 10:15 to 11:00 three times as much arrives.
		quarters := func(days int) (out []forecast.Bin) {
			for at := start.Add(-time.Duration(days) * 24 * time.Hour); at.Before(start); at = at.Add(15 * time.Minute) {
				rate := int64(20)
				if at.Hour() == 10 && at.Minute() >= 15 {
					rate = 60
				}
				out = append(out, forecast.Bin{At: sample.At(at), Width: 15 * sample.Minute, Count: sample.Whole(900 * rate)})
			}
			return out
		}
		basis := func() string {
			GinkgoHelper()
			records := w.records()
			in, _, err := records[len(records)-1].Read()
			Expect(err).NotTo(HaveOccurred())
			return in.Queues[0].Forecast.Basis
		}
		w.seen.machine("chat", 0, 0, 20).setBins("chat", quarters(1)...)
		w.pass(3 * time.Minute)
		Expect(basis()).NotTo(Equal("Daily"), "a day is no season")
		w.seen.setBins("chat", quarters(29)...)
		w.pass(time.Minute)
		Expect(basis()).NotTo(Equal("Daily"), "what came before was not folded")
		w.seen.setDeep()
		w.pass(10*time.Minute + 30*time.Second)
		Expect(basis()).To(Equal("Daily"))
		Expect(w.replicas()).To(BeNumerically(">=", 6), "60 items/s are foreseen in half a minute")
	})
})

var _ = Describe("The calendar of a queue", func() {
	It("asks for workers a lead before an event, and not sooner", func() {
		w := newPoolWorld(4)
		var hour []forecast.Bin
		for at := start.Add(-time.Hour); at.Before(start); at = at.Add(5 * time.Second) {
			hour = append(hour, forecast.Bin{At: sample.At(at), Width: 5 * sample.Second, Count: sample.Whole(100)})
		}
		w.seen.machine("chat", 0, 0, 20).setBins("chat", hour...)
		event := v1alpha1.QueueEvent{
			Name: "final", From: metav1.NewTime(start.Add(5 * time.Minute)), To: metav1.NewTime(start.Add(time.Hour)), Arrivals: "300",
		}
		edit(w.queue, func(q *v1alpha1.ModerationQueue) { q.Spec.Calendar = []v1alpha1.QueueEvent{event} })
		w.pass(3 * time.Minute)
		Expect(w.replicas()).To(BeNumerically("<=", 4), "20 items/s at 10 a worker")
		w.pass(time.Minute + 30*time.Second)
		Expect(w.replicas()).To(BeNumerically(">=", 6), "60 items/s are announced")
		records := w.records()
		in, _, err := records[len(records)-1].Read()
		Expect(err).NotTo(HaveOccurred())
		Expect(in.Queues[0].Forecast).To(And(HaveField("Foreseen", BeNumerically("~", sample.Whole(60), sample.Whole(4))), HaveField("Basis", "Events")))
		edit(w.queue, func(q *v1alpha1.ModerationQueue) { q.Spec.Calendar = nil })
		w.pass(5 * time.Minute)
		Expect(w.replicas()).To(BeNumerically("<=", 4), "nothing is announced any more")
	})
})
