package relief

import (
	"math/rand/v2"

	"github.com/modcap/modcap/internal/demand"
	"github.com/modcap/modcap/internal/draw"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// knownDays are the days before the start of which arrivals are known: four weeks, as the observer keeps them.
const knownDays = 28

// interval is that of the plan.
const interval = 30 * sample.Minute

// past is what came to people of a queue, and what it leads to expect: as the operator knows it, and forecast by the same code.
type past struct {
	bins  []demand.Bin
	marks []demand.Mark // in which what came is not what would have come
	base  *demand.Rates // made once a day
	from  sample.Instant
}

// passed are the weeks before the world starts.
func passed(seed uint64, hourly func(sample.Span) float64) *past {
	r := rand.New(rand.NewPCG(seed, 28))
	p := &past{}
	for at := -knownDays * 24 * sample.Hour; at < 0; at += tick {
		p.came(at, float64(draw.Poisson(r, hourly(at)*float64(tick)/float64(sample.Hour))), false)
	}
	return p
}

// came adds what came to people in a tick. Of a raised threshold, the operator knows when it was.
func (p *past) came(at sample.Span, items float64, raised bool) {
	bin := start.Add(at - ((at%interval)+interval)%interval)
	count, _ := sample.FromFloat(items)
	if n := len(p.bins); n > 0 && p.bins[n-1].At == bin {
		p.bins[n-1].Count += count
	} else {
		p.bins = append(p.bins, demand.Bin{At: bin, Width: interval, Count: count})
	}
	if !raised {
		return
	}
	tickOf := demand.Mark{From: start.Add(at), To: start.Add(at + tick)}
	if n := len(p.marks); n > 0 && p.marks[n-1].To == tickOf.From {
		p.marks[n-1].To = tickOf.To
	} else {
		p.marks = append(p.marks, tickOf)
	}
}

// expected are the rates from the present interval on, that interval's as measured; nil where too little is known.
func (p *past) expected(grid staffing.Grid, now sample.Milli) []sample.Milli {
	bins := demand.Without(p.bins, p.marks)
	if origin := demand.Origin(grid.Start); p.base == nil || p.from != origin {
		p.from = origin
		p.base = demand.Ahead(bins, origin, grid.Width, grid.N+int(grid.Start.Since(origin)/grid.Width)+int(24*sample.Hour/grid.Width))
	}
	rates := p.base
	if rates != nil && rates.Holds() {
		rates = rates.Follow(bins, grid.Start)
	} else {
		rates = demand.Ahead(bins, grid.Start, grid.Width, grid.N)
	}
	if rates == nil || len(rates.PerHour) == 0 {
		return nil
	}
	out := append([]sample.Milli{now}, rates.PerHour[1:]...)
	return out[:min(len(out), grid.N)]
}
