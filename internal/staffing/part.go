package staffing

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// RoleQA is the role of who looks again at what was decided.
const RoleQA = "QA"

// Part says that items of another class, or of all its stream, make items of this one: a quality
// sample of them, or those that are escalated.
type Part struct {
	Of ClassKey `json:"of"`
	// Stream says that the items of all classes of Of's stream count, and not those of Of alone.
	Stream bool `json:"stream,omitempty"`
	// PerItem is the items of this class for each of those, in parts per million. It may be more
	// than one, where machines decide far more than people.
	PerItem sample.PPM `json:"perItem"`
}

// bases are the classes that no others make, and their streams as if each were one class.
type bases struct {
	longest int // forecast
	classes map[ClassKey]*Class
	streams map[[2]string]*Class
}

// WithDerived gives the classes that are made by others what is forecast of these, so that they are
// their share of it in every interval. Where nothing is forecast, what is observed of them now holds.
func WithDerived(classes []Class) []Class {
	if !slices.ContainsFunc(classes, func(c Class) bool { return len(c.Parts) > 0 }) {
		return classes
	}
	b := basesOf(classes)
	out := slices.Clone(classes)
	for i := range out {
		if c := &out[i]; len(c.Parts) > 0 && len(c.Rates) == 0 && b.longest > 0 {
			b.foresee(c)
		}
	}
	return out
}

func basesOf(classes []Class) bases {
	b := bases{classes: map[ClassKey]*Class{}, streams: map[[2]string]*Class{}}
	for i := range classes {
		if c := &classes[i]; !c.Derived {
			b.classes[c.Key] = c
			b.longest = max(b.longest, len(c.Rates))
		}
	}
	for i := range classes {
		c := &classes[i]
		if c.Derived {
			continue
		}
		name := [2]string{c.Key.Queue, c.Key.Review}
		if b.streams[name] == nil {
			b.streams[name] = &Class{Rates: make([]sample.Milli, b.longest)}
		}
		b.streams[name].addRates(c, sample.AllPPM)
	}
	return b
}

func (b bases) foresee(c *Class) {
	c.Rates = make([]sample.Milli, b.longest)
	for _, p := range c.Parts {
		of := b.classes[p.Of]
		if p.Stream {
			of = b.streams[[2]string{p.Of.Queue, p.Of.Review}]
		}
		if of == nil {
			c.Rates = nil // of nothing there is no forecast, which is not one of nothing
			return
		}
		c.addRates(of, p.PerItem)
	}
}

// addRates adds perItem items for each of another class, as uncertain as that is.
func (c *Class) addRates(of *Class, perItem sample.PPM) {
	c.ForecastError, c.Dispersion = max(c.ForecastError, of.ForecastError), max(c.Dispersion, of.Dispersion)
	for i := range c.Rates {
		add := sample.MulDivUp(int64(of.rate(i)), int64(perItem), int64(sample.AllPPM))
		c.Rates[i] = min(c.Rates[i]+sample.Milli(min(add, int64(sample.MaxMilli))), sample.MaxMilli)
	}
}

// rate is the rate of interval i: the forecast, its last value, or what is observed.
func (c *Class) rate(i int) sample.Milli {
	r := c.ArrivalsPerHour.Value
	if n := len(c.Rates); n > 0 {
		r = c.Rates[min(i, n-1)]
	} else if c.ArrivalsPerHour.Quality < sample.Stale {
		r = 0
	}
	return min(max(r, 0), sample.MaxMilli)
}
