package lab

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/tune"
)

// Explored is what each of some candidates for the tuner's family came to in a cell.
type Explored struct {
	Trace    string
	Day      simulate.Day
	Scenario string
	Seed     uint64
	// Waits says that its work can wait for new replicas.
	Waits bool
	// Startup of the scenario in seconds, Share of the items that must be in time, Busy the
	// workers that the pure work keeps busy on average.
	Startup     int
	Share, Busy float64
	// Accounts by the place of the candidate.
	Accounts []tune.Account
}

// scores of the candidates: the less the better.
func (x *Explored) scores() []float64 {
	out := make([]float64, len(x.Accounts))
	for i, a := range x.Accounts {
		out[i] = a.Score(sample.Span(x.Startup)*sample.Second, lateReserve*(1-x.Share))
	}
	return out
}

// Explore finds out what the candidates come to in all cells of o, with each of its seeds, the
// first before the others: what the store has is not tried again.
func Explore(o Options, candidates []tune.Member) ([]Explored, error) {
	places, _ := o.places()
	if len(places) == 0 || len(o.Seeds) == 0 || len(candidates) == 0 {
		return nil, fmt.Errorf("nothing to explore: %d days of traces in scenarios, %d seeds, %d candidates",
			len(places), len(o.Seeds), len(candidates))
	}
	r := &runner{options: &o}
	if o.Store != nil {
		r.version = explorers(candidates)
	}
	seconds := func(p *place) float64 { return float64(min(daySeconds, p.trace.Seconds())) }
	var tasks []task
	for _, seed := range o.Seeds {
		for i := range places {
			tasks = append(tasks, task{place: places[i], seed: seed})
			r.all += seconds(&places[i])
		}
	}
	out, failed := make([]Explored, len(tasks)), make([]error, len(tasks))
	r.each(len(tasks), func(i int) {
		t := &tasks[i]
		var ran bool
		if out[i], ran, failed[i] = r.explore(t, candidates); ran {
			r.progress(seconds(&t.place), 0)
		} else {
			r.progress(0, seconds(&t.place))
		}
	})
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// explore does a task. Ran says that the store did not know.
func (r *runner) explore(t *task, candidates []tune.Member) (x Explored, ran bool, err error) {
	d := t.scenario.Declared()
	pool := d.Pool(0)
	x = Explored{
		Trace: t.trace.Name, Day: t.day, Scenario: t.scenario.Name, Seed: t.seed, Waits: tune.Waits(d.Queue.Deadline, pool.Lead()),
		Startup: t.scenario.Startup, Share: t.scenario.Share, Busy: t.scenario.Busy,
	}
	key := ""
	if r.options.Store != nil {
		key = r.key(t)
		if data, ok := r.options.Store.Load(key); ok && json.Unmarshal(data, &x.Accounts) == nil && len(x.Accounts) == len(candidates) {
			return x, false, nil
		}
	}
	c, err := t.scenario.Case(t.trace, t.day, t.seed)
	if err != nil {
		return x, true, fmt.Errorf("explore %s, day %s, scenario %s: %w", x.Trace, x.Day, x.Scenario, err)
	}
	x.Accounts = c.Accounts(candidates)
	if key != "" {
		data, err := json.Marshal(x.Accounts)
		if err != nil {
			return x, true, fmt.Errorf("keep what was explored: %w", err)
		}
		r.options.Store.Save(key, data)
	}
	return x, true, nil
}

// explorers tells candidates from others, and a tuner from one that would reckon
// otherwise: by the version of the rules, and by what some of them come to in three hours of a
// rising rate with a burst.
func explorers(candidates []tune.Member) string {
	const some = 40
	h := sha256.New()
	fmt.Fprintln(h, "explored", capacity.Rules, candidates)
	var few []tune.Member
	for i := 0; i < len(candidates); i += 1 + len(candidates)/some {
		few = append(few, candidates[i])
	}
	arrivals := simulate.Draw(burst(3*3600), 1, 1)
	for _, s := range simulate.Grid {
		c := &simulate.Case{Declared: s.Declared(), Epoch: sample.Instant(daySeconds * sample.Second), Arrivals: arrivals}
		for _, a := range c.Accounts(few) {
			write(h, math.Float64bits(a.Cost), math.Float64bits(a.Late), math.Float64bits(a.Changes))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
