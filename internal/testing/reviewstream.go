package testing

import modcapv1alpha1 "github.com/modcap/modcap/api/v1alpha1"

// ReviewWrapper builds a review stream of a queue.
type ReviewWrapper struct {
	stream modcapv1alpha1.ReviewStream
}

// MakeReview starts a stream of items of all harm domains: 90% decided in 15m, 60s
// each, tier 1, with the rows of MakeSource's series whose label queue is the name,
// read from the MetricSource "source".
func MakeReview(name string) *ReviewWrapper {
	handle := modcapv1alpha1.Duration("60s")
	return &ReviewWrapper{stream: modcapv1alpha1.ReviewStream{
		Name:             modcapv1alpha1.Word(name),
		HarmDomains:      []modcapv1alpha1.HarmDomainName{"*"},
		ServiceLevels:    []modcapv1alpha1.ReviewServiceLevel{MakePromise("90", "15m")},
		Work:             modcapv1alpha1.WorkItems,
		HandleTime:       &handle,
		DecisionsPerItem: "1",
		Requires:         modcapv1alpha1.ReviewRequirements{Role: modcapv1alpha1.RoleReview, Tier: 1},
		Metrics: modcapv1alpha1.ReviewMetrics{
			RowSelector: makeRow(name),
			Backlog:     SeriesRef("backlog"),
			Arrivals:    SeriesRef("arrivals"),
			Completed:   SeriesRef("completed"),
			OldestAge:   SeriesRef("oldest"),
			Due:         SeriesRef("due"),
			OnTime:      SeriesRef("ontime"),
		},
	}}
}

// MakePromise returns a promise measured as Decided.
func MakePromise(percent modcapv1alpha1.Percent, within modcapv1alpha1.Duration) modcapv1alpha1.ReviewServiceLevel {
	return modcapv1alpha1.ReviewServiceLevel{Percent: percent, Within: within, Measure: modcapv1alpha1.MeasureDecided}
}

// MakeRegime returns the name of a regime in place of a promise.
func MakeRegime(name string) modcapv1alpha1.ReviewServiceLevel {
	return modcapv1alpha1.ReviewServiceLevel{Regime: name, Measure: modcapv1alpha1.MeasureDecided}
}

// HarmDomains sets the harm domains whose items come here.
func (w *ReviewWrapper) HarmDomains(domains ...modcapv1alpha1.HarmDomainName) *ReviewWrapper {
	w.stream.HarmDomains = domains
	return w
}

// ServiceLevels replaces the promises.
func (w *ReviewWrapper) ServiceLevels(levels ...modcapv1alpha1.ReviewServiceLevel) *ReviewWrapper {
	w.stream.ServiceLevels = levels
	return w
}

// Rooms makes it LIVE patrol of so many rooms a person, counted by the series rooms.
func (w *ReviewWrapper) Rooms(perPerson int32) *ReviewWrapper {
	w.stream.Work = modcapv1alpha1.WorkRooms
	w.stream.RoomsPerPerson = &perPerson
	w.stream.ServiceLevels = nil
	w.stream.HandleTime = nil
	w.stream.Metrics = modcapv1alpha1.ReviewMetrics{
		RowSelector: w.stream.Metrics.RowSelector, Concurrent: SeriesRef("rooms"),
	}
	return w
}

// HandleTime sets the time of one decision.
func (w *ReviewWrapper) HandleTime(time modcapv1alpha1.Duration) *ReviewWrapper {
	w.stream.HandleTime = &time
	return w
}

// MeasuredHandleTime takes the handle time from the series handle and completed.
func (w *ReviewWrapper) MeasuredHandleTime() *ReviewWrapper {
	w.stream.HandleTime = nil
	w.stream.Metrics.HandleSeconds = SeriesRef("handle")
	w.stream.Metrics.Completed = SeriesRef("completed")
	return w
}

// Mix replaces the mix.
func (w *ReviewWrapper) Mix(mix ...modcapv1alpha1.ClassShare) *ReviewWrapper {
	w.stream.Mix = mix
	return w
}

// DecisionsPerItem sets the decisions that an item needs.
func (w *ReviewWrapper) DecisionsPerItem(decisions modcapv1alpha1.Decimal) *ReviewWrapper {
	w.stream.DecisionsPerItem = decisions
	return w
}

// Tier sets the tier of the team.
func (w *ReviewWrapper) Tier(tier int32) *ReviewWrapper {
	w.stream.Requires.Tier = tier
	return w
}

// Clearances sets what everyone who does the work must hold.
func (w *ReviewWrapper) Clearances(clearances ...modcapv1alpha1.Word) *ReviewWrapper {
	w.stream.Requires.Clearances = clearances
	return w
}

// Role sets the role of the team.
func (w *ReviewWrapper) Role(role modcapv1alpha1.TeamRole) *ReviewWrapper {
	w.stream.Requires.Role = role
	return w
}

// Rework sets the share of decisions that come back.
func (w *ReviewWrapper) Rework(share modcapv1alpha1.Share) *ReviewWrapper {
	w.stream.ReworkShare = share
	return w
}

// Relax adds a step of relaxation.
func (w *ReviewWrapper) Relax(after modcapv1alpha1.Duration, drop modcapv1alpha1.RelaxedSkill) *ReviewWrapper {
	w.stream.Relax = append(w.stream.Relax, modcapv1alpha1.Relaxation{After: after, Drop: drop})
	return w
}

// QASample sets the quality sample.
func (w *ReviewWrapper) QASample(qa modcapv1alpha1.ReviewSample) *ReviewWrapper {
	w.stream.QASample = &qa
	return w
}

// Escalates passes items on to a higher tier.
func (w *ReviewWrapper) Escalates(e modcapv1alpha1.ReviewEscalation) *ReviewWrapper {
	w.stream.Escalation = &e
	return w
}

// HandleTimeChange adds a change of the handle time that is known beforehand.
func (w *ReviewWrapper) HandleTimeChange(c modcapv1alpha1.HandleTimeChange) *ReviewWrapper {
	w.stream.HandleTimeChanges = append(w.stream.HandleTimeChanges, c)
	return w
}

// Source names the metric source; kind is MetricSource or ClusterMetricSource.
func (w *ReviewWrapper) Source(kind, name string) *ReviewWrapper {
	w.stream.Metrics.SourceRef = modcapv1alpha1.SourceReference{Kind: kind, Name: name}
	return w
}

// MatchLabels picks the row.
func (w *ReviewWrapper) MatchLabels(labels map[string]modcapv1alpha1.LabelValue) *ReviewWrapper {
	w.stream.Metrics.MatchLabels = labels
	return w
}

// Metrics changes the metrics.
func (w *ReviewWrapper) Metrics(change func(*modcapv1alpha1.ReviewMetrics)) *ReviewWrapper {
	change(&w.stream.Metrics)
	return w
}

// Obj returns a copy of the stream.
func (w *ReviewWrapper) Obj() modcapv1alpha1.ReviewStream { return *w.stream.DeepCopy() }
