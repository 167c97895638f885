package resolve

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
)

func TestEvents(t *testing.T) {
	from := time.Date(2026, 12, 24, 18, 0, 0, 0, time.UTC)
	at := func(d time.Duration) metav1.Time { return metav1.NewTime(from.Add(d).In(time.FixedZone("", 3600))) }
	event := func(arrivals v1alpha1.Proportion, to time.Duration) v1alpha1.QueueEvent {
		return v1alpha1.QueueEvent{Name: "final", From: at(0), To: at(to), Arrivals: arrivals}
	}
	known := func(factor sample.Milli) forecast.Event {
		return forecast.Event{From: sample.At(from), To: sample.At(from.Add(time.Hour)), Factor: factor}
	}
	for name, c := range map[string]struct {
		calendar []v1alpha1.QueueEvent
		want     []forecast.Event
		err      string
	}{
		"none": {nil, nil, ""},
		"more": {[]v1alpha1.QueueEvent{event("250", time.Hour)}, []forecast.Event{known(2500)}, ""},
		"in order": {
			[]v1alpha1.QueueEvent{event("50", time.Hour), event("10000", time.Hour)}, []forecast.Event{known(500), known(100_000)}, "",
		},
		"no number": {
			[]v1alpha1.QueueEvent{event("much", time.Hour), event("50.5", time.Hour)}, []forecast.Event{known(505)},
			`spec.calendar[final].arrivals: "much" is not a percent from 1 to 10000 with at most one decimal, such as 250`,
		},
		"no time": {[]v1alpha1.QueueEvent{event("250", 0)}, []forecast.Event{}, "spec.calendar[final].to must be after from"},
	} {
		t.Run(name, func(t *testing.T) {
			q := &v1alpha1.ModerationQueue{Spec: v1alpha1.ModerationQueueSpec{Calendar: c.calendar}}
			if diff := cmp.Diff(c.want, Events(q)); diff != "" {
				t.Error(diff)
			}
			got := ""
			if err := CheckQueue(q); err != nil {
				got = err.Error()
			}
			if got != c.err {
				t.Errorf("%q, want %q", got, c.err)
			}
		})
	}
}
