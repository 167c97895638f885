package testing

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	modcapv1alpha1 "github.com/modcap/modcap/api/v1alpha1"
)

// QueueWrapper builds a ModerationQueue.
type QueueWrapper struct {
	meta[*QueueWrapper]
	queue modcapv1alpha1.ModerationQueue
}

// MakeQueue starts a queue of the surface "live" with classification only: pool
// "pool", 99% in 30s, and the rows of MakeSource's series whose label queue is the
// name, read from the MetricSource "source".
func MakeQueue(name, namespace string) *QueueWrapper {
	priority := int32(500)
	w := &QueueWrapper{queue: modcapv1alpha1.ModerationQueue{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace},
		Spec: modcapv1alpha1.ModerationQueueSpec{
			Surface:  "live",
			Priority: &priority,
			Classification: &modcapv1alpha1.Classification{
				PoolRef:      modcapv1alpha1.ObjectReference{Name: "pool"},
				ServiceLevel: modcapv1alpha1.ServiceLevel{Percent: "99", Within: "30s"},
				WorkPerItem:  "1",
				Metrics: modcapv1alpha1.ClassificationMetrics{
					RowSelector: makeRow(name),
					Backlog:     modcapv1alpha1.SeriesReference{Series: "backlog"},
					Arrivals:    modcapv1alpha1.SeriesReference{Series: "arrivals"},
					Completed:   SeriesRef("completed"),
					OldestAge:   SeriesRef("oldest"),
					Due:         SeriesRef("due"),
					OnTime:      SeriesRef("ontime"),
				},
			},
		},
	}}
	w.meta = meta[*QueueWrapper]{&w.queue.ObjectMeta, w}
	return w
}

// SeriesRef names a series.
func SeriesRef(series string) *modcapv1alpha1.SeriesReference {
	return &modcapv1alpha1.SeriesReference{Series: modcapv1alpha1.Word(series)}
}

func makeRow(queue string) modcapv1alpha1.RowSelector {
	return modcapv1alpha1.RowSelector{
		SourceRef:   modcapv1alpha1.SourceReference{Kind: "MetricSource", Name: "source"},
		MatchLabels: map[string]modcapv1alpha1.LabelValue{"queue": modcapv1alpha1.LabelValue(queue)},
	}
}

// Surface sets the surface.
func (w *QueueWrapper) Surface(surface modcapv1alpha1.Word) *QueueWrapper {
	w.queue.Spec.Surface = surface
	return w
}

// Markets sets the markets.
func (w *QueueWrapper) Markets(markets ...modcapv1alpha1.Market) *QueueWrapper {
	w.queue.Spec.Markets = markets
	return w
}

// Languages sets the languages.
func (w *QueueWrapper) Languages(languages ...modcapv1alpha1.LanguageTag) *QueueWrapper {
	w.queue.Spec.Languages = languages
	return w
}

// ContentClasses narrows the queue to content classes.
func (w *QueueWrapper) ContentClasses(classes ...modcapv1alpha1.Word) *QueueWrapper {
	w.match().ContentClasses = classes
	return w
}

// Default makes the queue take what no other queue of its surface takes.
func (w *QueueWrapper) Default() *QueueWrapper {
	w.match().Default = true
	return w
}

func (w *QueueWrapper) match() *modcapv1alpha1.QueueMatch {
	if w.queue.Spec.Match == nil {
		w.queue.Spec.Match = &modcapv1alpha1.QueueMatch{}
	}
	return w.queue.Spec.Match
}

// Priority sets the priority.
func (w *QueueWrapper) Priority(priority int32) *QueueWrapper {
	w.queue.Spec.Priority = &priority
	return w
}

// Protected makes the queue protected work.
func (w *QueueWrapper) Protected() *QueueWrapper {
	w.queue.Spec.Protected = true
	return w
}

// Policy names the policy.
func (w *QueueWrapper) Policy(name string) *QueueWrapper {
	w.queue.Spec.PolicyRef = &modcapv1alpha1.ObjectReference{Name: name}
	return w
}

// Pool names the pool of the machine stage.
func (w *QueueWrapper) Pool(name string) *QueueWrapper {
	w.queue.Spec.Classification.PoolRef.Name = name
	return w
}

// ServiceLevel sets the promise of the machine stage.
func (w *QueueWrapper) ServiceLevel(percent modcapv1alpha1.Percent, within modcapv1alpha1.Duration) *QueueWrapper {
	w.queue.Spec.Classification.ServiceLevel = modcapv1alpha1.ServiceLevel{Percent: percent, Within: within}
	return w
}

// WorkPerItem sets the relative work of an item in the machine stage.
func (w *QueueWrapper) WorkPerItem(work modcapv1alpha1.Decimal) *QueueWrapper {
	w.queue.Spec.Classification.WorkPerItem = work
	return w
}

// Source names the metric source of the machine stage; kind is MetricSource or
// ClusterMetricSource.
func (w *QueueWrapper) Source(kind, name string) *QueueWrapper {
	w.queue.Spec.Classification.Metrics.SourceRef = modcapv1alpha1.SourceReference{Kind: kind, Name: name}
	return w
}

// MatchLabels picks the row of the machine stage.
func (w *QueueWrapper) MatchLabels(labels map[string]modcapv1alpha1.LabelValue) *QueueWrapper {
	w.queue.Spec.Classification.Metrics.MatchLabels = labels
	return w
}

// Metrics changes the metrics of the machine stage.
func (w *QueueWrapper) Metrics(change func(*modcapv1alpha1.ClassificationMetrics)) *QueueWrapper {
	change(&w.queue.Spec.Classification.Metrics)
	return w
}

// NoClassification takes the machine stage away; the queue then needs Review.
func (w *QueueWrapper) NoClassification() *QueueWrapper {
	w.queue.Spec.Classification = nil
	return w
}

// Review adds a review stream.
func (w *QueueWrapper) Review(stream *ReviewWrapper) *QueueWrapper {
	w.queue.Spec.Reviews = append(w.queue.Spec.Reviews, stream.Obj())
	return w
}

// Event adds an event to the calendar.
func (w *QueueWrapper) Event(name string, from, to time.Time, arrivals modcapv1alpha1.Proportion) *QueueWrapper {
	w.queue.Spec.Calendar = append(w.queue.Spec.Calendar, modcapv1alpha1.QueueEvent{
		Name: name, From: metav1.NewTime(from), To: metav1.NewTime(to), Arrivals: arrivals,
	})
	return w
}

// Obj returns a copy of the queue.
func (w *QueueWrapper) Obj() *modcapv1alpha1.ModerationQueue { return w.queue.DeepCopy() }
