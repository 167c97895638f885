package lab

import (
	"math"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/promise"
	"github.com/modcap/modcap/internal/staffing/queueing"
)

// pooledErlang is what anybody can work out: all teams that are connected by skills are one
// pool, and each interval is by itself, in balance (Erlang C, time to decision). Preferred,
// queues with short promises do not see the others. Shares are by the interval in which
// items are due.
func pooledErlang(p *promise.Plant, preferred bool) [][]float64 {
	pools := connected(p)
	out := make([][]float64, len(p.Classes))
	for k := range p.Classes {
		c := &p.Classes[k]
		shift := int(c.Within / p.Width)
		for i := range p.Intervals() {
			heads, load, items := 0.0, 0.0, 0.0
			for t := range p.Teams {
				if pools[t] == pools[c.Teams[0]] {
					heads += float64(p.Teams[t].Heads[max(i-shift, 0)]) / float64(sample.One)
				}
			}
			for j := range p.Classes {
				o := &p.Classes[j]
				if pools[o.Teams[0]] != pools[c.Teams[0]] || preferred && c.Within <= p.Width && o.Within > p.Width {
					continue
				}
				rate := float64(o.Rates[max(i-shift, 0)]) / float64(sample.One) / float64(sample.Hour)
				items += rate
				load += rate * float64(o.Handle)
			}
			handle := float64(c.Handle)
			d := queueing.DelayOf(int(math.Round(heads)), load, load/items)
			out[k] = append(out[k], d.Decided(float64(c.Within), handle))
		}
	}
	return out
}

// connected numbers the pools of teams that some queue joins.
func connected(p *promise.Plant) []int {
	pool := make([]int, len(p.Teams))
	for t := range pool {
		pool[t] = t
	}
	for again := true; again; {
		again = false
		for k := range p.Classes {
			least := pool[p.Classes[k].Teams[0]]
			for _, t := range p.Classes[k].Teams {
				least = min(least, pool[t])
			}
			for _, t := range p.Classes[k].Teams {
				if pool[t] != least {
					pool[t], again = least, true
				}
			}
		}
	}
	return pool
}
