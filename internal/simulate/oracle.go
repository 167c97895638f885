package simulate

import (
	"fmt"
	"math"
)

// OracleRate is the name of the rule that OracleRule makes.
const OracleRate = "oracle-rate"

const (
	oracleEvery = 5   // seconds between two looks
	oracleAhead = 300 // seconds of the future, beyond the startup, that it takes into account
)

// What oracle-rate aims for: a share of the deadline, the shortest stretch in seconds
// in which a backlog is to be worked off, and room for the noise of the arrivals, in
// standard deviations of a second's count.
var (
	oracleAims      = []float64{0.4, 0.75, 0.9}
	oracleStretches = []float64{10, 30, 90}
	oracleRooms     = []float64{0, 0.4}
)

// OracleRule is a reference that nobody can run: it knows the expected arrivals of each
// second, past and future, but not what the draws make of them, and sees the queue. At
// each look it projects the backlog to when workers asked for now would be ready, with
// those that are starting, and asks for the least workers that from then on keep the
// expected wait below its aim over every stretch of the minutes that follow. It does
// not send workers away that the rate needs again within a startup, and is not limited
// in its changes. Its settings are the three above, numbered.
func OracleRule(rates []float64, pool Pool) Rule {
	sums := make([]float64, len(rates)+1)
	for i, r := range rates {
		sums[i+1] = sums[i] + r
	}
	decode := func(knob float64) (aim, stretch, room float64) {
		i := int(knob)
		room = oracleRooms[i%len(oracleRooms)]
		i /= len(oracleRooms)
		return oracleAims[i/len(oracleStretches)], oracleStretches[i%len(oracleStretches)], room
	}
	knobs := make([]float64, len(oracleAims)*len(oracleStretches)*len(oracleRooms))
	for i := range knobs {
		knobs[i] = float64(i)
	}
	return Rule{
		Name: OracleRate, Knobs: knobs,
		New: func(knob, deadline, throughput float64) Policy {
			aim, stretch, room := decode(knob)
			return &oracle{
				sums: sums, startup: pool.Startup, throughput: throughput,
				aim: max(1, int(aim*deadline)), stretch: int(stretch), room: room,
			}
		},
		Setting: func(knob, deadline, _ float64) string {
			aim, stretch, room := decode(knob)
			return fmt.Sprintf("wait %.3gs, stretch %.3gs, room %.3g", aim*deadline, stretch, room)
		},
	}
}

// oracle is the policy with a setting.
type oracle struct {
	sums         []float64 // expected arrivals before each second
	startup      int
	throughput   float64
	aim, stretch int
	room         float64
}

// expected arrivals from one second to another.
func (o *oracle) expected(from, to int) float64 {
	last := len(o.sums) - 1
	return o.sums[min(max(to, 0), last)] - o.sums[min(max(from, 0), last)]
}

func (o *oracle) Step(v *View) int {
	if v.Ended || v.Second%oracleEvery != 0 {
		return v.Desired
	}
	ready := v.Second + o.startup
	need := o.need(ready, o.project(v, ready))
	if need >= v.Desired {
		return need
	}
	need = max(need, o.need(v.Second, v.Backlog)) // who is sent away goes at once
	for later := v.Second; later <= ready && need < v.Desired; later += o.stretch {
		need = max(need, o.workers(o.expected(later, later+o.stretch)/float64(o.stretch)))
	}
	return min(need, v.Desired)
}

// project is the backlog expected at a second to come.
func (o *oracle) project(v *View, until int) float64 {
	backlog, workers, from := v.Backlog, v.Ready, v.Second
	for i := 0; i <= len(v.Starting); i++ {
		to, more := until, 0
		if i < len(v.Starting) && v.Starting[i].At < until {
			to, more = v.Starting[i].At, v.Starting[i].Count
		}
		if to > from {
			backlog = max(0, backlog+o.expected(from, to)-o.throughput*float64(workers*(to-from)))
			from = to
		}
		workers += more
	}
	return backlog
}

// need is the least workers that from a second on keep the wait within the aim.
func (o *oracle) need(from int, backlog float64) int {
	most := 0.0
	for stretch := o.stretch; stretch <= o.stretch+oracleAhead; stretch += o.stretch {
		due := backlog + o.expected(from, from+stretch-o.aim)
		if stretch < o.aim {
			due = backlog - o.expected(from+stretch-o.aim, from)
		}
		most = max(most, due/float64(stretch))
	}
	return o.workers(most)
}

// workers for a rate, with room for its noise.
func (o *oracle) workers(rate float64) int {
	return int(math.Ceil((max(0, rate)+o.room*math.Sqrt(max(0, rate)))/o.throughput - 1e-9))
}
