package lab

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/modcap/modcap/internal/simulate"
)

// task is a place with one seed.
type task struct {
	place
	seed uint64
	out  *outcome
}

// outcome is what came of a task.
type outcome struct {
	engines     []Score
	seconds     int
	clairvoyant float64
	peers       []Peer // every rule with every setting, in a fixed order
	err         error
}

// weights of a task's parts, for the progress: runs of a peer.
const (
	engineWeight = 25
	peersWeight  = 51 + 22 // with those of oracle-rate, which looks ahead
)

// Run runs the grid.
func Run(o Options) (*Result, error) {
	places, skipped := o.places()
	if len(places) == 0 || len(o.Seeds) == 0 || len(o.Variants) == 0 {
		return nil, fmt.Errorf("nothing to run: %d days of traces in scenarios, %d seeds, %d engines",
			len(places), len(o.Seeds), len(o.Variants))
	}
	r := &runner{options: &o}
	if o.Store != nil {
		r.version = fingerprint()
	}
	outcomes := make([]outcome, len(places)*len(o.Seeds))
	tasks := make([]task, len(outcomes))
	for i := range tasks {
		tasks[i] = task{places[i/len(o.Seeds)], o.Seeds[i%len(o.Seeds)], &outcomes[i]}
		r.all += r.weight(&tasks[i])
	}
	r.each(len(tasks), func(i int) { r.run(&tasks[i]) })
	result := &Result{Seeds: o.Seeds, Skipped: skipped, Cells: make([][]Cell, len(o.Variants))}
	for v := range o.Variants {
		result.Variants = append(result.Variants, o.Variants[v].Name)
		for i := range places {
			c, err := o.cell(&places[i], v, outcomes[i*len(o.Seeds):(i+1)*len(o.Seeds)])
			if err != nil {
				return nil, err
			}
			result.Cells[v] = append(result.Cells[v], c)
		}
	}
	return result, r.explain(places, result.Cells[0])
}

// runner runs tasks on several goroutines.
type runner struct {
	options *Options
	version string // of the peers' rules
	mu      sync.Mutex
	done    float64
	all     float64
}

// each calls do for 0 to n-1, several at once.
func (r *runner) each(n int, do func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range max(1, r.options.Workers) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	workers.Wait()
}

func (r *runner) weight(t *task) float64 {
	seconds := float64(min(daySeconds, t.trace.Seconds()))
	out := float64(len(r.options.Variants)) * engineWeight * seconds
	if r.options.Peers == PeersRun {
		out += peersWeight * seconds
	}
	return out
}

// progress tells what was done and what need not be done after all.
func (r *runner) progress(done, spared float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done, r.all = r.done+done, r.all-spared
	if r.options.Progress != nil {
		r.options.Progress(r.done, r.all)
	}
}

// run runs a task.
func (r *runner) run(t *task) {
	c, err := t.scenario.Case(t.trace, t.day, t.seed)
	if err != nil {
		t.out.err = err
		return
	}
	work := c.Work()
	t.out.seconds, t.out.clairvoyant = len(c.Arrivals), c.Bound()/work
	for i := range r.options.Variants {
		result := simulate.Run(c.Arrivals, c.Pool, r.options.Variants[i].New(t.trace.Name, c))
		t.out.engines = append(t.out.engines, score(result, len(c.Arrivals), work))
		r.progress(engineWeight*float64(len(c.Arrivals)), 0)
	}
	seconds := float64(len(c.Arrivals))
	peers, ran, err := r.peers(t, c)
	switch {
	case ran:
		r.progress(peersWeight*seconds, 0)
	case r.options.Peers == PeersRun:
		r.progress(0, peersWeight*seconds)
	}
	t.out.peers, t.out.err = peers, err
}

// cell is a place's result under a variant, over the seeds.
func (o *Options) cell(p *place, variant int, seeds []outcome) (Cell, error) {
	c := Cell{Trace: p.trace.Name, Day: p.day, Scenario: p.scenario.Name, Share: p.scenario.Share}
	var engines []Score
	var runs [][]Peer
	for i := range seeds {
		s := &seeds[i]
		if s.err != nil {
			return c, fmt.Errorf("run %s, day %s, scenario %s: %w", c.Trace, c.Day, c.Scenario, s.err)
		}
		c.Seconds = s.seconds
		engines = append(engines, s.engines[variant])
		if s.peers != nil {
			runs = append(runs, s.peers)
		}
		c.Clairvoyant += s.clairvoyant / float64(len(seeds))
	}
	c.Engine = meanScore(engines)
	bound := c.Clairvoyant
	c.Against = against(meanPeers(runs), c.Share, o.Bars[c.Scenario].Changes)
	c.Clairvoyant = bound
	return c, nil
}

// meanPeers are the means over seeds of each rule's each setting: one setting for the
// day, as anybody would have to set it.
func meanPeers(seeds [][]Peer) []Peer {
	if len(seeds) == 0 {
		return nil
	}
	out := make([]Peer, len(seeds[0]))
	for i := range out {
		out[i] = seeds[0][i]
		scores := make([]Score, len(seeds))
		for k := range seeds {
			scores[k] = seeds[k][i].Score
		}
		out[i].Score = meanScore(scores)
	}
	return out
}

// explain finds for each missed cell what would have had to stand ready.
func (r *runner) explain(places []place, cells []Cell) error {
	failed := make([]error, len(cells))
	r.each(len(cells), func(i int) {
		if cells[i].Kept() {
			return
		}
		var cases []*simulate.Case
		for _, seed := range r.options.Seeds {
			c, err := places[i].scenario.Case(places[i].trace, places[i].day, seed)
			if err != nil {
				failed[i] = err
				return
			}
			cases = append(cases, c)
		}
		s := LeastStanding(cases)
		cells[i].Standing = &s
	})
	for _, err := range failed {
		if err != nil {
			return fmt.Errorf("explain a missed cell: %w", err)
		}
	}
	return nil
}
