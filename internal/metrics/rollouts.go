package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// rollouts makes the metrics of the rollouts of policies' changes.
func (b *builder) rollouts(m *Metrics) {
	policy := []string{"namespace", "policy"}
	stream := append(append([]string{}, policy...), "label", "kind", "market")
	m.RolloutPhase = b.gauge("modcap_policy_rollout_phase",
		"1 for the phase that the rollout of the policy's change is in: Done, Shadow, Step, Inconclusive or Aborted. "+
			"Absent without spec.rollout.",
		append(append([]string{}, policy...), "phase")...)
	m.RolloutShare = b.gauge("modcap_policy_rollout_share_ratio",
		"The highest share of units that the change has in any market; 0 in the shadow. Absent while none is rolled out.", policy...)
	m.RolloutStep = b.gauge("modcap_policy_rollout_step_timestamp_seconds",
		"When the step under way began. Absent while none is.", policy...)
	m.RolloutUpper = b.gauge("modcap_policy_rollout_change_upper_bound",
		"Errors of 10000 items that enter which the change makes more than what is in force, at most, as far as is known. "+
			"Absent while nothing was checked.", stream...)
	m.RolloutMargin = b.gauge("modcap_policy_rollout_margin",
		"Errors of 10000 items that enter which the change may make more: its upper bound must not pass it.", stream...)
	m.RolloutAborted = b.gauge("modcap_policy_rollout_aborted_timestamp_seconds",
		"When a change of the policy was taken back last. Absent if none was.", policy...)
	m.RereviewItems = b.gauge("modcap_policy_rereview_items",
		"Items left to look at again after a change was taken back, in two significant digits. Absent once they are done or dismissed.",
		policy...)
}

// Rollout is what the metrics say of the rollout of a policy's change.
type Rollout struct {
	Phase string
	// UnderWay is true while a change is rolled out: Share and Since are told then.
	UnderWay bool
	Share    float64
	Since    time.Time
	// Aborted is when one was taken back last; zero if none was.
	Aborted time.Time
	// Left are items to look at again; 0 for none.
	Left     float64
	Evidence []RolloutEvidence
}

// RolloutEvidence is what is known of errors of one kind by one label, of 10000 items that enter.
type RolloutEvidence struct {
	Label, Kind, Market string
	// Upper bound of how many more the change makes; Known is false while nothing was checked.
	Upper, Margin float64
	Known         bool
}

// SetRollout puts the metrics of a policy to what they are now: nothing else of it stays.
func (m *Metrics) SetRollout(namespace, policy string, r Rollout) {
	m.forgetRollout(namespace, policy)
	if r.Phase != "" {
		m.RolloutPhase.WithLabelValues(namespace, policy, r.Phase).Set(1)
	}
	if r.UnderWay {
		m.RolloutShare.WithLabelValues(namespace, policy).Set(r.Share)
		m.RolloutStep.WithLabelValues(namespace, policy).Set(seconds(r.Since))
	}
	for _, e := range r.Evidence {
		m.RolloutMargin.WithLabelValues(namespace, policy, e.Label, e.Kind, e.Market).Set(e.Margin)
		if e.Known {
			m.RolloutUpper.WithLabelValues(namespace, policy, e.Label, e.Kind, e.Market).Set(e.Upper)
		}
	}
	if !r.Aborted.IsZero() {
		m.RolloutAborted.WithLabelValues(namespace, policy).Set(seconds(r.Aborted))
	}
	if r.Left > 0 {
		m.RereviewItems.WithLabelValues(namespace, policy).Set(r.Left)
	}
}

// forgetRollout drops the series of the rollouts of a policy's changes.
func (m *Metrics) forgetRollout(namespace, policy string) {
	l := prometheus.Labels{"namespace": namespace, "policy": policy}
	for _, g := range []*prometheus.GaugeVec{
		m.RolloutPhase, m.RolloutShare, m.RolloutStep, m.RolloutUpper, m.RolloutMargin, m.RolloutAborted, m.RereviewItems,
	} {
		g.DeletePartialMatch(l)
	}
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
