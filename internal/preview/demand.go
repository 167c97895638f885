package preview

import (
	"math"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Demand is what people would have to do with the change: what the plan expects to come to each class, and what the change
// adds or removes, spread over the day as the class's own items are. What is known to come is what is measured; the share
// of scores in a band is used for the difference only. What is not sure is planned for at its upper end.
//
// Appeals are so many of each item that is acted on more.
func (p *Preview) Demand(in *staffing.Input, appealRate float64) *Demand {
	out := &Demand{After: *in}
	after := &out.After
	after.Classes = slices.Clone(in.Classes)
	d := demand{in: after, added: make([]float64, len(after.Classes))}
	for _, w := range p.Work {
		of := d.classes(w.Work)
		if len(of) == 0 {
			out.Left = append(out.Left, w)
			continue
		}
		d.spread(of, w.Careful())
	}
	if appealRate > 0 {
		d.appeals(p, appealRate)
	}
	d.apply()
	out.Emptied = d.emptied
	return out
}

// Demand is what people would have to do.
type Demand struct {
	After staffing.Input
	// Left are the changes that no class of the plan stands for.
	Left []WorkChange
	// Emptied are classes of which more would go than the plan expects to come: the scores are of another traffic.
	Emptied []staffing.ClassKey
}

type demand struct {
	in    *staffing.Input
	added []float64 // items an hour, by class
	// emptied are those of which more would go than comes
	emptied []staffing.ClassKey
}

// classes of the plan that the work belongs to: the one of its language and harm domain, or those that stand for it with
// others.
func (d *demand) classes(w Work) []int {
	of := d.where(func(c *staffing.Class) bool {
		return c.Key.Queue == w.Queue && c.Key.Review == w.Stream && w.Stream != "" && (w.Tier == 0 || c.Key.Tier == w.Tier)
	})
	of = d.narrow(of, func(c *staffing.Class) string { return c.Key.Language }, w.Language)
	return d.narrow(of, func(c *staffing.Class) string { return c.Key.HarmDomain }, w.HarmDomain)
}

// where are the classes that have items of their own and are like this.
func (d *demand) where(like func(*staffing.Class) bool) (out []int) {
	for i := range d.in.Classes {
		if c := &d.in.Classes[i]; !c.Derived && c.Work != staffing.Rooms && like(c) {
			out = append(out, i)
		}
	}
	return out
}

// narrow leaves the classes of a word; without one of them those of any; without these all.
func (d *demand) narrow(of []int, key func(*staffing.Class) string, word string) []int {
	for _, want := range []string{word, "*", ""} {
		var out []int
		for _, i := range of {
			if key(&d.in.Classes[i]) == want {
				out = append(out, i)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return of
}

// spread adds items an hour to classes, as much to each as it has of what comes to all of them.
func (d *demand) spread(of []int, items float64) {
	sum := 0.0
	for _, i := range of {
		sum += d.mean(i)
	}
	for _, i := range of {
		part := 1 / float64(len(of))
		if sum > 0 {
			part = d.mean(i) / sum
		}
		d.added[i] += items * part
	}
}

// mean is what comes to a class in an hour of the plan on average.
func (d *demand) mean(i int) float64 {
	rates := ratesOf(&d.in.Classes[i])
	sum, n := 0.0, d.in.Grid().N
	for k := range n {
		sum += rates[min(k, len(rates)-1)].Float()
	}
	return sum / float64(n)
}

// ratesOf is the forecast of a class, or what is observed, which then holds.
func ratesOf(c *staffing.Class) []sample.Milli {
	switch {
	case len(c.Rates) > 0:
		return c.Rates
	case c.ArrivalsPerHour.Quality >= sample.Stale:
		return []sample.Milli{c.ArrivalsPerHour.Value}
	}
	return []sample.Milli{0}
}

// appeals adds what is appealed of the items that machines act on more, to who decides appeals in their language.
func (d *demand) appeals(p *Preview, rate float64) {
	for _, m := range p.Moves {
		w := m.weighted(v1.Act).stated(math.Inf(-1))
		if w.Zero() {
			continue
		}
		of := d.where(func(c *staffing.Class) bool { return c.Requires.Role == roleAppeals })
		of = d.narrow(of, func(c *staffing.Class) string { return c.Key.Language }, m.Language)
		d.spread(of, w.Careful()*rate)
	}
}

// apply changes the rates, and what quality samples have in them.
func (d *demand) apply() {
	streams := map[[2]string][2]float64{} // items an hour before, and after
	for i := range d.in.Classes {
		c := &d.in.Classes[i]
		if c.Derived {
			continue
		}
		mean := d.mean(i)
		if d.added[i] != 0 {
			d.rates(c, mean, d.added[i])
			if mean+d.added[i] < 0 {
				d.emptied = append(d.emptied, c.Key)
			}
		}
		name := [2]string{c.Key.Queue, c.Key.Review}
		s := streams[name]
		streams[name] = [2]float64{s[0] + mean, s[1] + d.mean(i)}
	}
	for i := range d.in.Classes {
		if c := &d.in.Classes[i]; c.Derived && c.Key.Role == staffing.RoleQA {
			resample(c, streams)
		}
	}
}

// resample keeps the samples of what machines decide alone as many as they were: they are told per item of the stream, of
// which there are others now.
func resample(c *staffing.Class, streams map[[2]string][2]float64) {
	c.Parts = slices.Clone(c.Parts)
	for k := range c.Parts {
		p := &c.Parts[k]
		if s := streams[[2]string{p.Of.Queue, p.Of.Review}]; p.Stream && s[1] > 0 {
			p.PerItem = sample.PPM(float64(p.PerItem) * s[0] / s[1])
		}
	}
}

// rates adds items an hour to a class; never so few that it is less than nothing.
func (d *demand) rates(c *staffing.Class, mean, added float64) {
	rates := ratesOf(c)
	out := make([]sample.Milli, len(rates))
	for k, r := range rates {
		more := added
		if mean > 0 {
			more *= r.Float() / mean
		}
		v, ok := sample.FromFloat(max(r.Float()+more, 0))
		if !ok {
			v = sample.MaxMilli
		}
		out[k] = v
	}
	c.Rates = out
}
