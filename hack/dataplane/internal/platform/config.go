package platform

import (
	"errors"
	"fmt"
	"time"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/internal/traffic"
)

// Config is the platform to imitate.
type Config struct {
	Seed uint64
	// PeakWindow is the time over which the highest arrivals are looked for, to
	// size the constant fleet; a second if less.
	PeakWindow time.Duration
	Pools      []Pool
	Queues     []Queue
	// Rollouts says how changes of policies are counted.
	Rollouts Rollouts
	// Waves of harmful content; where several come in a market, the first does.
	Waves []Wave
}

// Rollouts says how the platform counts what a change of a policy moves.
type Rollouts struct {
	// Cohort is how long the times are by which decisions are counted together; with 0
	// nothing is counted.
	Cohort time.Duration
	// Checks are those of the samples.
	Checks Checks
}

// Checks say how the people who look at samples do.
type Checks struct {
	// Delay is the mean time from the decision to the look.
	Delay time.Duration
	// Finds is the share of what violates that they find, Clears the share of the rest
	// that they clear.
	Finds, Clears float64
}

// Pool is a fleet of machine workers.
type Pool struct {
	Name string
	// ItemsPerSecond is the work a second of one ready worker, in units of Queue.Work.
	ItemsPerSecond float64
}

// Queue is a stream of items with what becomes of them.
type Queue struct {
	Name, Surface string
	// Pool that classifies the items; empty for items that go to people at once.
	Pool string
	// Work of one item; 1 for most.
	Work float64
	// Promise of the machine stage; unused without a Pool.
	Promise Promise
	// Streams of human review.
	Streams []Stream
	// Languages that the queue lists: classes are formed from them. Empty: any.
	Languages []string
	// Locales that items come in, and the domains that their content belongs to.
	// Weights are relative.
	Locales []Locale
	Domains []Domain
	// Labels that the queue's models score.
	Labels []Label
	// Arrivals of items.
	Arrivals traffic.Source
}

// Promise is a service level: a share of items within a time.
type Promise struct {
	PPM    int64
	Within time.Duration
}

// Stream is human work of a queue.
type Stream struct {
	Name string
	// HarmDomains that it takes; "*" is the rest.
	HarmDomains []string
	// Promise to have decided. A Within of 0 means that none was given.
	Promise Promise
	// HandleTime is the mean time of one decision.
	HandleTime time.Duration
	// Decisions that an item needs on average, 1 or more.
	Decisions float64
}

// Locale is where an item comes from.
type Locale struct {
	Market, Language string
	Weight           float64
}

// Domain is the harm domain of an item's content; the empty name is harmless.
type Domain struct {
	Name   string
	Weight float64
}

// Label is what a model scores. Scores are beta distributed, by whether the item's
// domain is the label's.
type Label struct {
	Name, Domain string
	// Version of the model; empty leaves it out of the scores.
	Version string
	// Harmful and Harmless are the score distributions.
	Harmful, Harmless Beta
}

// Beta holds the parameters of a beta distribution, both above 0.
type Beta struct{ A, B float64 }

// Router answers the two questions of a router, who else may take old items, and by what document
// a queue decides; *v1.Table does.
type Router interface {
	Route(item v1.Item) (v1.Routed, bool)
	Decide(queue string, item v1.Item, scores []v1.Score) v1.Verdict
	Relaxed(class v1.Class) []v1.Relaxed
	Document(queue string) (*v1.PolicyDocument, bool)
}

// Inputs is what the platform sees of its surroundings in one step.
type Inputs struct {
	// Start is the clock's time at time 0.
	Start time.Time
	// Workers by pool.
	Workers map[string]Workers
	// Heads is productive people on shift by team.
	Heads map[string]float64
	// Router with the documents in force; nil while there are none. Its identity
	// changes with the documents.
	Router Router
}

// Workers of a pool.
type Workers struct {
	// Ready workers serve.
	Ready int
	// Existing workers cost money: ready, starting and stopping.
	Existing int
}

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	pools := map[string]bool{}
	for _, p := range c.Pools {
		if p.Name == "" || pools[p.Name] || !positive(p.ItemsPerSecond) {
			return fmt.Errorf("pool %q: needs a name of its own and itemsPerSecond above 0", p.Name)
		}
		pools[p.Name] = true
	}
	names := map[string]bool{}
	for _, q := range c.Queues {
		if q.Name == "" || names[q.Name] {
			return fmt.Errorf("queue %q: needs a name of its own", q.Name)
		}
		names[q.Name] = true
		if err := errors.Join(q.validateStages(pools), q.validateContent()); err != nil {
			return fmt.Errorf("queue %q: %w", q.Name, err)
		}
	}
	if len(names) == 0 {
		return errors.New("there are no queues")
	}
	return errors.Join(c.Rollouts.validate(), validateWaves(c.Waves))
}

func (r *Rollouts) validate() error {
	share := func(s float64) bool { return s >= 0 && s <= 1 }
	switch {
	case r.Cohort == 0:
		return nil
	case r.Cohort < time.Second || r.Cohort%time.Second != 0:
		return errors.New("rollouts: cohort must be whole seconds")
	case r.Checks.Delay <= 0 || !share(r.Checks.Finds) || !share(r.Checks.Clears):
		return errors.New("rollouts: checks need a delay above 0, and shares from 0 to 1")
	}
	return nil
}

// positive reports whether every number is above 0; NaN is not.
func positive(numbers ...float64) bool {
	for _, n := range numbers {
		if !(n > 0) {
			return false
		}
	}
	return true
}

func (q *Queue) validateStages(pools map[string]bool) error {
	if q.Pool != "" {
		if !pools[q.Pool] {
			return fmt.Errorf("there is no pool %q", q.Pool)
		}
		if !positive(q.Work, q.Promise.Within.Seconds(), float64(q.Promise.PPM)) {
			return errors.New("classification needs work and a promise above 0")
		}
	}
	for _, s := range q.Streams {
		if s.HandleTime <= 0 || s.Decisions < 1 {
			return fmt.Errorf("review stream %q: needs a handle time, and 1 decision per item or more", s.Name)
		}
	}
	return nil
}

func (q *Queue) validateContent() error {
	if q.Arrivals == nil || len(q.Locales) == 0 {
		return errors.New("needs traffic and locales")
	}
	for _, l := range q.Locales {
		if !positive(l.Weight) {
			return fmt.Errorf("locale %s-%s: weight must be above 0", l.Language, l.Market)
		}
	}
	for _, d := range q.Domains {
		if !positive(d.Weight) {
			return fmt.Errorf("domain %q: weight must be above 0", d.Name)
		}
	}
	for _, l := range q.Labels {
		if !positive(l.Harmful.A, l.Harmful.B, l.Harmless.A, l.Harmless.B) {
			return fmt.Errorf("label %q: score parameters must be above 0", l.Name)
		}
	}
	return nil
}
