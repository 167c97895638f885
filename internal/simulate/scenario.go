package simulate

import (
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/trace"
)

// Scenario is a kind of promise and pool: what the engine is told, and nothing more.
type Scenario struct {
	Name string
	// Deadline and Startup are in seconds: an item is in time if it is done within
	// Deadline; a worker is ready Startup after it was asked for.
	Deadline, Startup int
	// Busy is how many workers are busy on average over the scored day: arrivals are
	// scaled to it. A worker does one item a second.
	Busy float64
	// Share of the items that must be in time.
	Share float64
	// Min and Max bound the replicas.
	Min, Max int
}

// Grid are the scenarios of the laboratory.
var Grid = []Scenario{
	{"live", 30, 60, 10, 0.99, 1, 400},
	{"fast", 60, 60, 10, 0.99, 1, 400},
	{"large", 60, 60, 100, 0.99, 1, 4000},
	{"video", 120, 60, 10, 0.99, 1, 400},
	{"batch", 600, 120, 10, 0.99, 1, 400},
	{"small", 120, 60, 2, 0.99, 1, 400},
}

// interval is how often a pool that declares nothing else is run: numbers are read, as
// they are at that moment, and decisions made.
const interval = 5 * sample.Second

// Declared is the scenario as its owner would declare it.
func (s Scenario) Declared() Declared {
	pool := capacity.Pool{
		Min: int32(s.Min), Max: int32(s.Max), Throughput: sample.One, Startup: seconds(s.Startup),
		Interval: interval,
	}
	return Declared{
		Pool: func(sample.Instant) capacity.Pool { return pool },
		Queue: capacity.Queue{
			Key: "grid/" + s.Name, Priority: 500, WorkPerItem: sample.One,
			Deadline: seconds(s.Deadline), Percent: sample.PPM(s.Share*float64(sample.AllPPM) + 0.5),
		},
		Min: s.Min, Max: s.Max,
	}
}

// Case is the scenario on a day of a trace.
func (s Scenario) Case(t *trace.Trace, day Day, seed uint64) (*Case, error) {
	return NewCase(t, s.Declared(), Load{Day: day, Seed: seed, Mean: s.Busy})
}
