package policy

import (
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/metrics"
)

// maxMeasured is how many lines of evidence have metrics: those of all markets together come first.
const maxMeasured = 44

// measure puts what a policy's status says of its rollout into metrics, and the bounds of the evidence that it was
// decided by.
func (r *Reconciler) measure(p *v1alpha1.ModerationPolicy, evidence []guard.Evidence) {
	var out metrics.Rollout
	if s := p.Status.Rollout; s != nil {
		out.Phase, out.UnderWay = string(s.Phase), s.Canary != ""
		for _, one := range s.Shares {
			out.Share = max(out.Share, float64(one.Share)/1e6)
		}
		if s.Since != nil {
			out.Since = s.Since.Time
		}
		if s.Aborted != nil {
			out.Aborted = s.Aborted.At.Time
		}
	}
	if again := p.Status.Rereview; again != nil && again.State == v1alpha1.RereviewOpen {
		out.Left = float64(again.Left)
	}
	if out.UnderWay {
		for _, e := range evidence[:min(len(evidence), maxMeasured)] {
			out.Evidence = append(out.Evidence, metrics.RolloutEvidence{
				Label: e.Label, Kind: string(e.Kind), Market: e.Market, Margin: e.Margin.Float(),
				Upper: e.Moved.Upper.Float(), Known: e.Moved.Labelled > 0,
			})
		}
	}
	r.Metrics.SetRollout(p.Namespace, p.Name, out)
}
