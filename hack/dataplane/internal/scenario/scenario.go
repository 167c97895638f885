package scenario

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/modcap/modcap/internal/trace"
	"github.com/modcap/modcap/internal/traffic"
)

// Scenario is a scenario file. A field that it does not have is an error.
type Scenario struct {
	// Namespace of the objects and pods.
	Namespace string `json:"namespace"`
	// Seed of everything that is drawn.
	Seed uint64 `json:"seed"`
	// Speed is seconds of traffic in a second of the run: with 60, a minute of a
	// trace, and of a day of generated traffic, passes each second.
	Speed float64 `json:"speed"`
	// Pools of machine workers.
	Pools []Pool `json:"pools"`
	// Labels that the models of all queues score.
	Labels []Label `json:"labels"`
	// Queues with their traffic.
	Queues []Queue `json:"queues"`
	// Rollouts says how changes of policies are counted; unset, they are not.
	Rollouts *Rollouts `json:"rollouts,omitempty"`
	// Waves of harmful content.
	Waves []Wave `json:"waves,omitempty"`

	folder string // that file names are relative to
}

// Pool is a ClassifierPool's workers.
type Pool struct {
	// Name of the ClassifierPool.
	Name string `json:"name"`
	// PodLabels that its pods have.
	PodLabels map[string]string `json:"podLabels"`
	// ItemsPerSecond that one ready pod really does.
	ItemsPerSecond float64 `json:"itemsPerSecond"`
}

// Label is what a model scores.
type Label struct {
	Name    string `json:"name"`
	Domain  string `json:"domain"`
	Version string `json:"version"`
	// Harmful and Harmless are the parameters of the beta distributions that the
	// scores of items of the label's domain, and of all others, are drawn from.
	Harmful  [2]float64 `json:"harmful"`
	Harmless [2]float64 `json:"harmless"`
}

// Rollouts say how what a change of a policy moves is counted and checked.
type Rollouts struct {
	// Cohort is that of the policy's spec.rollout.metrics.
	Cohort Span `json:"cohort"`
	// Delay is the mean time until a sample has been looked at.
	Delay Span `json:"delay"`
	// Finds is the share of what violates that is found, Clears the share of the rest
	// that is cleared.
	Finds  float64 `json:"finds"`
	Clears float64 `json:"clears"`
}

// Wave is harmful content of a domain that comes more often for a time.
type Wave struct {
	// Market that it comes in; unset for all.
	Market string `json:"market,omitempty"`
	Domain string `json:"domain"`
	// At is when it comes, For how long; unset for until the end.
	At  Span `json:"at,omitempty"`
	For Span `json:"for,omitempty"`
	// AfterChange counts At from when a policy's change first decided an item of the
	// market; the wave ends when it decides nothing there.
	AfterChange bool `json:"afterChange,omitempty"`
	// Times as many items of the domain come.
	Times float64 `json:"times"`
	// Harmful are the parameters of their scores; unset, those of the label.
	Harmful [2]float64 `json:"harmful,omitempty"`
}

// Queue is the traffic of a ModerationQueue.
type Queue struct {
	// Name of the ModerationQueue.
	Name    string  `json:"name"`
	Traffic Traffic `json:"traffic"`
	// Locales that items come in, by relative weight.
	Locales []Locale `json:"locales"`
	// Domains of the items' content, by relative weight. No name: harmless.
	Domains []Domain `json:"domains"`
}

// Locale is where items come from.
type Locale struct {
	Market   string  `json:"market"`
	Language string  `json:"language"`
	Weight   float64 `json:"weight"`
}

// Domain is a harm domain of content.
type Domain struct {
	Name   string  `json:"name"`
	Weight float64 `json:"weight"`
}

// Traffic is either generated or replayed. Times are those of the run.
type Traffic struct {
	Generate *Generate `json:"generate,omitempty"`
	Replay   *Replay   `json:"replay,omitempty"`
}

// Generate is a traffic.Profile.
type Generate struct {
	Mean       float64 `json:"mean"`
	DailyPeak  float64 `json:"dailyPeak,omitempty"`
	PeakAt     Span    `json:"peakAt,omitempty"`
	Dispersion float64 `json:"dispersion,omitempty"`
	Opening    Span    `json:"opening,omitempty"`
	Surges     []Surge `json:"surges,omitempty"`
}

// Surge is a traffic.Surge.
type Surge struct {
	At       Span    `json:"at"`
	Rise     Span    `json:"rise,omitempty"`
	Hold     Span    `json:"hold,omitempty"`
	HalfLife Span    `json:"halfLife,omitempty"`
	Peak     float64 `json:"peak"`
}

// Replay is a traffic.Replay of a file.
type Replay struct {
	File    string  `json:"file"`
	Mean    float64 `json:"mean,omitempty"`
	Peak    float64 `json:"peak,omitempty"`
	Start   float64 `json:"start,omitempty"` // seconds of the trace
	PeakAt  Span    `json:"peakAt,omitempty"`
	Opening Span    `json:"opening,omitempty"`
}

// Span is a length of time, written as "1m30s".
type Span time.Duration

// UnmarshalJSON reads a span.
func (s *Span) UnmarshalJSON(text []byte) error {
	var word string
	if err := json.Unmarshal(text, &word); err != nil {
		return fmt.Errorf("read time: %w", err)
	}
	d, err := time.ParseDuration(word)
	if err != nil || d < 0 {
		return fmt.Errorf("read time %q: write one such as 90s or 1m30s", word)
	}
	*s = Span(d)
	return nil
}

// MarshalJSON writes a span.
func (s Span) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Duration(s).String())
}

// Load reads a scenario file. Files that it names are relative to its folder.
func Load(path string) (*Scenario, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read scenario: %w", err)
	}
	s, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("read scenario %s: %w", path, err)
	}
	s.folder = filepath.Dir(path)
	return s, nil
}

// Parse reads a scenario's text.
func Parse(text []byte) (*Scenario, error) {
	s := &Scenario{}
	if err := yaml.UnmarshalStrict(text, s); err != nil {
		return nil, err
	}
	switch {
	case s.Namespace == "":
		return nil, fmt.Errorf("namespace is missing")
	case !(s.Speed > 0):
		return nil, fmt.Errorf("speed %g: must be above 0", s.Speed)
	}
	for _, p := range s.Pools {
		if len(p.PodLabels) == 0 {
			return nil, fmt.Errorf("pool %q: podLabels are missing", p.Name)
		}
	}
	for _, q := range s.Queues {
		if (q.Traffic.Generate == nil) == (q.Traffic.Replay == nil) {
			return nil, fmt.Errorf("queue %q: traffic needs either generate or replay", q.Name)
		}
	}
	return s, nil
}

// source makes the queue's traffic.
func (s *Scenario) source(q Queue, seed uint64) (traffic.Source, error) {
	if g := q.Traffic.Generate; g != nil {
		return traffic.Generate(g.profile(s.Speed), seed)
	}
	r := q.Traffic.Replay
	path := r.File
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.folder, path)
	}
	counts, err := trace.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return traffic.Replay{
		Speed: s.Speed, Mean: r.Mean, Peak: r.Peak, Start: r.Start,
		PeakAt: time.Duration(r.PeakAt), Opening: time.Duration(r.Opening),
	}.Of(counts, seed)
}

func (g *Generate) profile(speed float64) traffic.Profile {
	p := traffic.Profile{
		Mean: g.Mean, DailyPeak: g.DailyPeak, PeakAt: time.Duration(g.PeakAt), Dispersion: g.Dispersion,
		Day: time.Duration(24 * float64(time.Hour) / speed), Opening: time.Duration(g.Opening),
	}
	for _, s := range g.Surges {
		p.Surges = append(p.Surges, traffic.Surge{
			At: time.Duration(s.At), Rise: time.Duration(s.Rise), Hold: time.Duration(s.Hold),
			HalfLife: time.Duration(s.HalfLife), Peak: s.Peak,
		})
	}
	return p
}
