package simulate

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/trace"
)

// Shared is one scored day of the queues that share a pool, each as a case of its own:
// the same pool, the same seconds, other arrivals and promises. They are in the order
// of rank: protected, then priority, then the shorter deadline, then the key. One queue
// alone gives what its case gives.
type Shared []*Case

// NewShared makes the day of queues, given their traces and declarations in the same
// order, whichever that is. The traces are laid over one another by their starts, and
// what is scored lies within all of them. Load.Mean is that of all queues together, in
// the proportions of the traces.
func NewShared(traces []*trace.Trace, ds []Declared, load Load) (Shared, error) {
	if len(ds) == 1 {
		c, err := NewCase(traces[0], ds[0], load)
		return Shared{c}, err
	}
	days, err := scoredDays(traces, ds, load.Day)
	if err != nil {
		return nil, err
	}
	mean := 0.0
	for i := range days {
		days[i].seed, days[i].stream = load.Seed, stream(ds[i].Queue.Key)
		days[i].mean = sum(days[i].rates) / float64(len(days[i].rates))
		mean += days[i].mean
	}
	out, busy := make(Shared, len(ds)), 0.0
	for i, t := range traces {
		if load.Mean > 0 && mean > 0 {
			days[i].mean *= load.Mean / mean
		}
		if out[i], err = newCase(t, ds[i], &days[i]); err != nil {
			return nil, fmt.Errorf("queue %s: %w", name(ds[i].Queue.Key), err)
		}
	}
	slices.SortFunc(out, func(a, b *Case) int { return byRank(a.Declared, b.Declared) })
	for _, c := range out {
		busy += c.first
	}
	for _, c := range out {
		c.Pool.Initial = initial(busy)
	}
	return out, nil
}

// Rates are the items a second of each second of the scored day, for each trace.
func Rates(traces []*trace.Trace, ds []Declared, day Day) ([][]float64, error) {
	if len(traces) == 1 {
		if err := day.In(traces[0]); err != nil {
			return nil, err
		}
		rates, _ := day.Of(traces[0])
		return [][]float64{rates}, nil
	}
	days, err := scoredDays(traces, ds, day)
	out := make([][]float64, len(days))
	for i := range days {
		out[i] = days[i].rates
	}
	return out, err
}

// scoredDays are the same seconds of all traces.
func scoredDays(traces []*trace.Trace, ds []Declared, day Day) ([]scored, error) {
	from, length, err := common(traces, ds, day)
	if err != nil {
		return nil, err
	}
	days := make([]scored, len(traces))
	for i, t := range traces {
		start := int(from.Since(t.Begins) / sample.Second)
		days[i] = scored{rates: t.Rates(start, start+length), start: start}
	}
	return days, nil
}

// byRank orders queues as capacity does: those before are rather in time than those
// behind.
func byRank(a, b Declared) int {
	p, q := &a.Queue, &b.Queue
	if p.Protected != q.Protected {
		return map[bool]int{true: -1, false: 1}[p.Protected]
	}
	return cmp.Or(-cmp.Compare(p.Priority, q.Priority), cmp.Compare(p.Deadline, q.Deadline), cmp.Compare(p.Key, q.Key))
}

// stream is where a queue's draws come from: its own, whichever queues are beside it.
func stream(key string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(key))
	return h.Sum64()
}

// common is the scored day that lies within all traces: when it begins, and its seconds.
func common(traces []*trace.Trace, ds []Declared, day Day) (from sample.Instant, length int, err error) {
	first, last := traces[0], traces[0] // the last to begin, the first to end
	for _, t := range traces {
		if t.Begins > first.Begins {
			first = t
		}
		if ends(t) < ends(last) {
			last = t
		}
	}
	begin, end := first.Begins, ends(last)
	all := int(end.Since(begin) / sample.Second)
	if all < 1 {
		return 0, 0, fmt.Errorf("the traces have no second in common: %s ends at %s and %s begins at %s; "+
			"say in a line such as # start: 2026-01-05T00:00:00Z when each begins", last.Name, clockTime(end), first.Name, clockTime(begin))
	}
	if err := day.within(all); err != nil {
		return 0, 0, fmt.Errorf("of the time that all traces cover: %w", err)
	}
	start := day.of(all, func() int { return peakSecond(traces, ds, begin, all) })
	return begin.Add(seconds(start)), min(all, trace.DaySeconds), nil
}

// peakSecond is when the bin begins that brings the most work a second.
func peakSecond(traces []*trace.Trace, ds []Declared, begin sample.Instant, all int) int {
	peak, top := 0, -1.0
	for i, t := range traces {
		offset := int(begin.Since(t.Begins) / sample.Second)
		work := ds[i].Queue.WorkPerItem.Float() / float64(t.Bin)
		for k, at := range t.At {
			if at -= offset; at >= 0 && at < all && t.Count[k]*work > top {
				peak, top = at, t.Count[k]*work
			}
		}
	}
	return peak
}

func ends(t *trace.Trace) sample.Instant { return t.Begins.Add(seconds(t.Seconds())) }

func clockTime(at sample.Instant) string { return at.Time().UTC().Format("2006-01-02T15:04:05Z") }

// Combined is what came of a policy: of all items together, and for each queue.
type Combined struct {
	Result
	Queues []Served
}

// Alone is the day of the i-th queue, with a pool to itself.
func (s Shared) Alone(i int) Shared {
	c := *s[i]
	c.Pool.Initial = initial(c.first)
	return Shared{&c}
}

// Engine is modcap for these queues, at the beginning of their day.
func (s Shared) Engine() *Engine { return newEngine(s) }

// Pool is the pool, with the shortest of the deadlines. Its throughput is that of the
// queue where there is one, and else of items with a workPerItem of 1.
func (s Shared) Pool() Pool {
	p := s[0].Pool
	if len(s) > 1 {
		p.Throughput = s.throughput()
	}
	for _, c := range s {
		p.Deadline = min(p.Deadline, c.Pool.Deadline)
	}
	return p
}

func (s Shared) throughput() float64 {
	return s[0].Pool.Throughput * s[0].Declared.Queue.WorkPerItem.Float()
}

// Seconds is how many are scored.
func (s Shared) Seconds() int { return len(s[0].Arrivals) }

func (s Shared) run() *run {
	queues := make([]queue, len(s))
	for i, c := range s {
		queues[i] = queue{arrivals: c.Arrivals, deadline: c.Pool.Deadline, weight: 1}
		if len(s) > 1 {
			queues[i].weight = c.Declared.Queue.WorkPerItem.Float()
		}
	}
	r := newRun(s.Pool(), queues)
	r.ranked()
	return r
}

// Run replays the day under a policy.
func (s Shared) Run(policy Policy) Combined {
	r := s.run()
	r.play(policy)
	return r.combined()
}

func (r *run) combined() Combined {
	out := Combined{Result: r.conclude()}
	for i := range r.queues {
		out.Queues = append(out.Queues, r.queues[i].served())
	}
	return out
}

// Record is Run that keeps what happened. The tape has lanes where there are several
// queues.
func (s Shared) Record(policy Policy) (Combined, *Tape) {
	n := s.Seconds()
	r, tape := s.run(), newTape(n)
	r.tape = tape
	if len(s) == 1 {
		tape.Arrivals, r.queues[0].late = s[0].Arrivals, tape.Late
	} else {
		tape.Arrivals = make([]float64, n)
		for i, c := range s {
			late := make([]float64, n)
			r.queues[i].late = late
			for t, items := range c.Arrivals {
				tape.Arrivals[t] += items
			}
			tape.Lanes = append(tape.Lanes, Lane{
				Name: c.Name(), Deadline: c.Pool.Deadline, Arrivals: c.Arrivals, Late: late,
				Backlog: make([]float64, n), Oldest: make([]float64, n),
			})
		}
	}
	r.play(policy)
	for i := range r.queues {
		r.queues[i].abandon()
	}
	for i := range tape.Lanes {
		for t, items := range tape.Lanes[i].Late {
			tape.Late[t] += items
		}
	}
	return r.combined(), tape
}

// Name of the queue, without its namespace.
func (c *Case) Name() string { return name(c.Declared.Queue.Key) }

func name(key string) string { return key[strings.LastIndexByte(key, '/')+1:] }

// Work is the worker-seconds that the items take by themselves.
func (s Shared) Work() float64 {
	work := 0.0
	for _, c := range s {
		work += c.Work()
	}
	return work
}

// Rules are those of the peers, as somebody would set them who scales by the backlog
// and the rate of all queues together: for the shortest of their deadlines.
func (s Shared) Rules() []Rule {
	p := s.Pool()
	return Peers(float64(p.Deadline), p.Throughput)
}

// Best is the outcome of a rule that costs least of those that keep every promise, in
// hindsight; or the one that came nearest to it, where none does.
func (s Shared) Best(r Rule) (knob float64, best Combined) {
	p := s.Pool()
	nearest := math.Inf(-1)
	for _, k := range r.Knobs {
		got := s.Run(r.New(k, float64(p.Deadline), p.Throughput))
		switch margin := s.margin(got); {
		case margin > nearest && nearest < 0, margin >= 0 && got.WorkerSeconds < best.WorkerSeconds:
			knob, best, nearest = k, got, margin
		}
	}
	return knob, best
}

// margin is by how much the share in time of the worst queue is above what was promised;
// below 0 where a promise was missed.
func (s Shared) margin(got Combined) float64 {
	worst := math.Inf(1)
	for i, c := range s {
		worst = min(worst, got.Queues[i].Attained-c.Share)
	}
	return worst
}
