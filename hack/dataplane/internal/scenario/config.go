package scenario

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/hack/dataplane/internal/platform"
)

// Config joins the scenario with the queues as declared in the cluster. A queue of
// the scenario that the cluster does not have is an error.
func (s *Scenario) Config(declared []v1alpha1.ModerationQueue) (platform.Config, error) {
	// The constant fleet is one for the busiest minute of traffic.
	c := platform.Config{Seed: s.Seed, PeakWindow: time.Duration(float64(time.Minute) / s.Speed)}
	for _, p := range s.Pools {
		c.Pools = append(c.Pools, platform.Pool{Name: p.Name, ItemsPerSecond: p.ItemsPerSecond})
	}
	if r := s.Rollouts; r != nil {
		c.Rollouts = platform.Rollouts{
			Cohort: time.Duration(r.Cohort), Checks: platform.Checks{Delay: time.Duration(r.Delay), Finds: r.Finds, Clears: r.Clears},
		}
	}
	for _, w := range s.Waves {
		c.Waves = append(c.Waves, platform.Wave{
			Market: w.Market, Domain: w.Domain, At: time.Duration(w.At), For: time.Duration(w.For), AfterChange: w.AfterChange,
			Times: w.Times, Harmful: platform.Beta{A: w.Harmful[0], B: w.Harmful[1]},
		})
	}
	objects := map[string]*v1alpha1.ModerationQueue{}
	for i := range declared {
		objects[declared[i].Name] = &declared[i]
	}
	for _, q := range s.Queues {
		object := objects[q.Name]
		if object == nil {
			return c, fmt.Errorf("queue %q: there is no such ModerationQueue in namespace %s", q.Name, s.Namespace)
		}
		queue, err := s.queue(q, object.Spec)
		if err != nil {
			return c, fmt.Errorf("queue %q: %w", q.Name, err)
		}
		c.Queues = append(c.Queues, queue)
	}
	return c, nil
}

func (s *Scenario) queue(q Queue, spec v1alpha1.ModerationQueueSpec) (platform.Queue, error) {
	out := platform.Queue{Name: q.Name, Surface: string(spec.Surface)}
	var err error
	if out.Arrivals, err = s.source(q, s.seedOf(q.Name)); err != nil {
		return out, err
	}
	for _, l := range q.Locales {
		out.Locales = append(out.Locales, platform.Locale{Market: l.Market, Language: l.Language, Weight: l.Weight})
	}
	for _, d := range q.Domains {
		out.Domains = append(out.Domains, platform.Domain{Name: d.Name, Weight: d.Weight})
	}
	for _, l := range spec.Languages {
		out.Languages = append(out.Languages, string(l))
	}
	for i := range spec.Reviews {
		stream, err := stream(&spec.Reviews[i])
		if err != nil {
			return out, fmt.Errorf("review stream %q: %w", spec.Reviews[i].Name, err)
		}
		out.Streams = append(out.Streams, stream)
	}
	if spec.Classification == nil {
		return out, nil
	}
	for _, l := range s.Labels {
		out.Labels = append(out.Labels, platform.Label{
			Name: l.Name, Domain: l.Domain, Version: l.Version,
			Harmful: platform.Beta{A: l.Harmful[0], B: l.Harmful[1]}, Harmless: platform.Beta{A: l.Harmless[0], B: l.Harmless[1]},
		})
	}
	return out, classify(&out, spec.Classification)
}

// seedOf gives every queue a seed of its own that does not depend on the others.
func (s *Scenario) seedOf(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // never fails
	return h.Sum64() ^ s.Seed
}

func classify(out *platform.Queue, c *v1alpha1.Classification) (err error) {
	out.Pool = c.PoolRef.Name
	if out.Work, err = decimal(c.WorkPerItem); err != nil {
		return fmt.Errorf("read workPerItem: %w", err)
	}
	if out.Promise, err = promise(c.ServiceLevel); err != nil {
		return fmt.Errorf("read service level: %w", err)
	}
	return nil
}

// stream reads a review stream. Of several promises the first is measured.
func stream(r *v1alpha1.ReviewStream) (platform.Stream, error) {
	s := platform.Stream{Name: string(r.Name)}
	if r.Work == v1alpha1.WorkRooms {
		return s, fmt.Errorf("work: Rooms is not imitated")
	}
	for _, d := range r.HarmDomains {
		s.HarmDomains = append(s.HarmDomains, string(d))
	}
	var err error
	if s.Decisions, err = decimal(r.DecisionsPerItem); err != nil {
		return s, fmt.Errorf("read decisionsPerItem: %w", err)
	}
	if r.HandleTime == nil {
		return s, fmt.Errorf("handleTime is missing: it is what the imitated people take")
	}
	if s.HandleTime, err = r.HandleTime.Parse(); err != nil {
		return s, fmt.Errorf("read handleTime: %w", err)
	}
	for _, l := range r.ServiceLevels {
		if l.Regime != "" {
			continue // the figures of the demo are about the first promise
		}
		if s.Promise, err = promise(v1alpha1.ServiceLevel{Percent: l.Percent, Within: l.Within}); err != nil {
			return s, fmt.Errorf("read service level: %w", err)
		}
		break
	}
	return s, nil
}

func promise(l v1alpha1.ServiceLevel) (p platform.Promise, err error) {
	if p.PPM, err = l.Percent.PPM(); err != nil {
		return p, err
	}
	p.Within, err = l.Within.Parse()
	return p, err
}

// decimal is the number, 1 if there is none.
func decimal(d v1alpha1.Decimal) (float64, error) {
	if d == "" {
		return 1, nil
	}
	return strconv.ParseFloat(string(d), 64)
}
