package summary

import (
	"github.com/modcap/modcap/hack/dataplane/internal/platform"
)

// Rollout is what the platform counted of the rollout of a policy's change.
type Rollout struct {
	Policy   string `json:"policy"`
	Revision string `json:"revision"`
	// Over says that routers decide by one revision again.
	Over bool `json:"over"`
	// DecidedSeconds is when the change first decided an item, by market.
	DecidedSeconds map[string]float64 `json:"decidedSeconds"`
	// Moved is the items that the revisions decide differently, by market.
	Moved   map[string]int64 `json:"moved"`
	Cohorts []Cohort         `json:"cohorts"`
}

// Cohort is what was decided in one interval.
type Cohort struct {
	// FromSeconds of the run it began, MaturedSeconds is when it was over and what moved
	// in it had been looked at; negative until then.
	FromSeconds    float64 `json:"fromSeconds"`
	MaturedSeconds float64 `json:"maturedSeconds"`
	// Entered items that both revisions were evaluated on, Candidate those of them that
	// the change decided, Moved those that the two decide differently.
	Entered   int64 `json:"entered"`
	Candidate int64 `json:"candidate"`
	Moved     int64 `json:"moved"`
	// Leakage is how many more violating items the change lets through if it decides
	// everything, by what was found among what moved.
	Leakage float64 `json:"leakage"`
}

// Wave is harmful content that comes more often.
type Wave struct {
	Market string `json:"market,omitempty"`
	Domain string `json:"domain"`
	// BeganSeconds of the run; negative if it has not.
	BeganSeconds float64 `json:"beganSeconds"`
}

func rollouts(r platform.Report) []Rollout {
	out := []Rollout{}
	for _, ro := range r.Rollouts {
		one := Rollout{
			Policy: ro.Policy, Revision: ro.Revision, Over: ro.Over,
			DecidedSeconds: map[string]float64{}, Moved: map[string]int64{}, Cohorts: []Cohort{},
		}
		for market, at := range ro.Decided {
			one.DecidedSeconds[market] = at.Seconds()
		}
		for _, c := range ro.Cohorts {
			one.Cohorts = append(one.Cohorts, cohort(c))
			for _, cell := range c.Cells {
				for _, m := range cell.Moved {
					one.Moved[cell.Market] += m.Items
				}
			}
		}
		out = append(out, one)
	}
	return out
}

func cohort(c platform.CohortReport) Cohort {
	out := Cohort{FromSeconds: c.From.Seconds(), MaturedSeconds: c.Matured.Seconds()}
	moves := map[platform.MovedReport]platform.MovedReport{} // over markets
	for _, cell := range c.Cells {
		out.Entered, out.Candidate = out.Entered+cell.Entered, out.Candidate+cell.Candidate
		for _, m := range cell.Moved {
			key := platform.MovedReport{Label: m.Label, From: m.From, To: m.To}
			sum := moves[key]
			sum.Items, sum.Labelled, sum.Violating = sum.Items+m.Items, sum.Labelled+m.Labelled, sum.Violating+m.Violating
			moves[key] = sum
			out.Moved += m.Items
		}
	}
	for key, sum := range moves {
		out.Leakage += lets(key) * float64(sum.Items) * ratio(sum.Violating, sum.Labelled)
	}
	return out
}

// lets is 1 for a move by which items are let through, -1 for its contrary.
func lets(m platform.MovedReport) float64 {
	switch allow := "Allow"; allow {
	case m.To:
		return 1
	case m.From:
		return -1
	}
	return 0
}

func ratio(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

func waves(r platform.Report) []Wave {
	out := []Wave{}
	for _, w := range r.Waves {
		out = append(out, Wave{Market: w.Market, Domain: w.Domain, BeganSeconds: w.Began.Seconds()})
	}
	return out
}
