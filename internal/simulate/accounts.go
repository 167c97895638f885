package simulate

import (
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/tune"
)

// EngineOf is Engine with another family of the tuner.
func (c *Case) EngineOf(family []tune.Member) *Engine { return engineOf([]*Case{c}, family) }

// Accounts are what members of a family would come to on the case's day by the tuner's
// own reckoning, which is many times faster than a run of each: none of them is ever in
// charge. The arrivals before the day are known to them.
func (c *Case) Accounts(family []tune.Member) []tune.Account {
	e := c.EngineOf(nil)
	e.tuner.Try(family)
	e.streams[0].Bins = c.bins(e.interval)
	e.tuner.Advance(e.tuned(), e.streams)
	return e.tuner.Accounts()
}

// bins are the day's arrivals as the engine reads them.
func (c *Case) bins(interval int) []forecast.Bin {
	out := make([]forecast.Bin, 0, len(c.Arrivals)/interval+1)
	for from := 0; from < len(c.Arrivals); from += interval {
		slot := c.Arrivals[from:min(from+interval, len(c.Arrivals))]
		out = append(out, forecast.Bin{At: c.Epoch.Add(seconds(from)), Width: seconds(len(slot)), Count: milli(sum(slot))})
	}
	return out
}
