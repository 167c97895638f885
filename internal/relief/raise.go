package relief

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// hoursADay turns what comes an hour into what comes a day.
const hoursADay = 24

// Spared is how many items an hour a raise of reviewAt lets through that people would look at without it,
// in thousandths: between edges in proportion, beyond the last one no more than there.
func (b *Band) Spared(raise sample.PPM) sample.Milli {
	var from Edge
	for _, e := range b.Above {
		e.PerHour = min(max(e.PerHour, from.PerHour), sample.MaxMilli)
		switch {
		case e.Above <= from.Above: // not in order
			continue
		case raise >= e.Above:
			from = e
			continue
		}
		more := sample.MulDiv(int64(e.PerHour-from.PerHour), int64(max(raise-from.Above, 0)), int64(e.Above-from.Above))
		return from.PerHour + sample.Milli(more)
	}
	return from.PerHour
}

// leaks are how many of what a raise spares a day violate the policy at most, in thousandths.
func (b *Band) leaks(raise sample.PPM) sample.Milli {
	share := b.Violating
	if share <= 0 || share > sample.AllPPM {
		share = sample.AllPPM
	}
	a := sample.MulDivUp(int64(b.Spared(raise)), int64(share), int64(sample.AllPPM))
	return sample.Milli(min(a*hoursADay, int64(sample.MaxMilli)))
}

// raise raises reviewAt of labels, by the part of the step and no more than what may leak allows: one raise for
// all labels. A label of which any queue's numbers are not Fresh is left alone.
func (a *applying) raise(s *Step, part int, m *Measure) {
	bands := a.bandsOf(s)
	m.Raise = raiseWithin(s, part, bands)
	if m.Raise <= 0 {
		return
	}
	less := map[int]sample.Milli{} // items an hour by class
	for _, b := range bands {
		spared := b.Spared(m.Raise)
		if !slices.Contains(m.Labels, b.Label) {
			m.Labels = append(m.Labels, b.Label)
		}
		if !slices.Contains(m.Queues, b.Queue) {
			m.Queues = append(m.Queues, b.Queue)
		}
		a.out.Cost.Spared, a.out.Cost.Leaks = plus(a.out.Cost.Spared, spared), plus(a.out.Cost.Leaks, b.leaks(m.Raise))
		a.spread(spared, a.classesOf(b), less)
	}
	slices.Sort(m.Labels)
	for i := range a.classes {
		if less[i] > 0 {
			a.lose(&a.classes[i], less[i])
			a.eased[i] = true
		}
	}
}

// bandsOf are the bands of a step that may be raised. Labels and queues of a measure are one list each, so of a queue
// where one of the labels is not counted none is raised: what is not counted is not known to be nothing.
func (a *applying) bandsOf(s *Step) (out []*Band) {
	labels, counted := map[string]bool{}, map[string]map[string]bool{}
	for i := range a.in.Bands {
		b := &a.in.Bands[i]
		if !slices.Contains(s.Labels, b.Label) || !a.known(b.Label) || len(a.classesOf(b)) == 0 {
			continue
		}
		if counted[b.Queue] == nil {
			counted[b.Queue] = map[string]bool{}
		}
		labels[b.Label], counted[b.Queue][b.Label] = true, true
		out = append(out, b)
	}
	return slices.DeleteFunc(out, func(b *Band) bool { return len(counted[b.Queue]) < len(labels) })
}

// known reports whether all that is counted of a label in queues that relief may touch is Fresh.
func (a *applying) known(label string) bool {
	return !slices.ContainsFunc(a.in.Bands, func(b Band) bool { return b.Label == label && b.Quality != sample.Fresh })
}

// raiseWithin is the raise of so many parts of a step, or of fewer, with which no more leaks than allowed. It moves by whole
// parts, so that it does not follow every number.
func raiseWithin(s *Step, part int, bands []*Band) sample.PPM {
	for ; len(bands) > 0 && part > 0; part-- {
		raise := sample.PPM(sample.MulDiv(int64(s.Raise), int64(part), Parts))
		var sum sample.Milli
		for _, b := range bands {
			sum = plus(sum, b.leaks(raise))
		}
		if sum <= s.LeaksPerDay {
			return raise
		}
	}
	return 0
}

// classesOf are the classes that the items of a band come to, of those that relief may touch.
func (a *applying) classesOf(b *Band) (out []int) {
	for i := range a.classes {
		c := &a.classes[i]
		if a.touches[i] && own(c) && c.Key.Queue == b.Queue && c.Key.Review == b.Review &&
			(b.HarmDomain == "" || takes(a.in, c, b.HarmDomain)) {
			out = append(out, i)
		}
	}
	return out
}

// spread takes items an hour off some classes in proportion to what comes to them.
func (a *applying) spread(items sample.Milli, classes []int, less map[int]sample.Milli) {
	var all sample.Milli
	for _, i := range classes {
		all = plus(all, hourly(&a.classes[i]))
	}
	for _, i := range classes {
		if all > 0 {
			less[i] = plus(less[i], sample.Milli(sample.MulDiv(int64(items), int64(hourly(&a.classes[i])), int64(all))))
		}
	}
}

// lose takes so many items of now off a class, and the same share of what is forecast.
func (a *applying) lose(c *staffing.Class, less sample.Milli) {
	now := hourly(c)
	if now <= 0 {
		return
	}
	thin(c, sample.PPM(sample.MulDivUp(int64(now-min(less, now)), int64(sample.AllPPM), int64(now))))
}
