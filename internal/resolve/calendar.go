package resolve

import (
	"errors"
	"fmt"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
)

// Events is the calendar of a queue as the forecast knows it, in the order declared.
// What cannot be read is left out: CheckQueue has reported it.
func Events(q *v1alpha1.ModerationQueue) []forecast.Event {
	if len(q.Spec.Calendar) == 0 {
		return nil
	}
	out := make([]forecast.Event, 0, len(q.Spec.Calendar))
	for i := range q.Spec.Calendar {
		if e, err := event(&q.Spec.Calendar[i]); err == nil {
			out = append(out, e)
		}
	}
	return out
}

func event(e *v1alpha1.QueueEvent) (forecast.Event, error) {
	factor, err := e.Arrivals.Milli()
	if err != nil {
		return forecast.Event{}, fmt.Errorf("arrivals: %w", err)
	}
	if !e.From.Before(&e.To) {
		return forecast.Event{}, errors.New("to must be after from")
	}
	return forecast.Event{From: sample.At(e.From.Time), To: sample.At(e.To.Time), Factor: sample.Milli(factor)}, nil
}

// checkCalendar is for manifests that no API server has seen.
func checkCalendar(calendar []v1alpha1.QueueEvent) error {
	for i := range calendar {
		if _, err := event(&calendar[i]); err != nil {
			return fmt.Errorf("spec.calendar[%s].%w", calendar[i].Name, err)
		}
	}
	return nil
}
