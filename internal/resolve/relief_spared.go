package resolve

import (
	"slices"

	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Raised is by how much reviewAt of some labels is raised in some queues, and since when; Until is when
// that ended, 0 while it has not. Of one that has ended Queues are not known, and nil: it was in those that are
// counted.
type Raised struct {
	Labels, Queues []string
	By             sample.PPM
	Since, Until   sample.Instant
}

// on reports whether what is counted in b is raised by r.
func (r *Raised) on(b *relief.Band) bool {
	if r.Queues == nil {
		return slices.Contains(r.Labels, b.Label) && b.Quality != sample.Absent
	}
	return slices.Contains(r.Labels, b.Label) && slices.Contains(r.Queues, b.Queue)
}

// RemembersRaised is for how long a raise that has ended is in what is measured to arrive.
const RemembersRaised = longest

// Unrelieve makes what arrives what would arrive without relief: what is measured, and what
// raised thresholds kept from people in the time over which that was measured. Where it is not
// known how much that was, arrivals are not Fresh: nobody knows how many there would be.
func Unrelieve(in *staffing.Input, bands []relief.Band, raised []Raised) {
	for i := range bands {
		b := &bands[i]
		for _, r := range raised {
			if r.on(b) {
				unrelieve(in, b, r)
			}
		}
	}
}

func unrelieve(in *staffing.Input, b *relief.Band, r Raised) {
	to := in.Now
	if r.Until != 0 {
		to = min(to, r.Until)
	}
	takes := takers(in.Classes, b)
	var total int64
	for _, i := range takes {
		total += int64(max(in.Classes[i].ArrivalsPerHour.Value, 0))
	}
	for _, i := range takes {
		c := &in.Classes[i]
		over := MeasuredOver(c.ArrivalsPerHour.Value)
		on := min(over, in.Now.Since(r.Since)) - in.Now.Since(to)
		if on <= 0 {
			continue
		}
		if b.Quality < sample.Fresh {
			unsure(in, c)
			continue
		}
		more := sample.MulDivUp(int64(b.Spared(r.By)), int64(on), int64(over))
		if total > 0 {
			more = sample.MulDivUp(more, int64(max(c.ArrivalsPerHour.Value, 0)), total)
		} else {
			more /= int64(len(takes))
		}
		add(in, c, sample.Milli(more))
	}
}

// takers are the classes of a stream that items of a harm domain belong to: that of the
// domain, else that of the rest, else those that are not told apart.
func takers(classes []staffing.Class, b *relief.Band) []int {
	for _, want := range []string{b.HarmDomain, "*", ""} {
		var out []int
		for i := range classes {
			if k := &classes[i].Key; k.Queue == b.Queue && k.Review == b.Review && k.HarmDomain == want && !classes[i].Derived {
				out = append(out, i)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// add adds arrivals to a class, and to those that its items make.
func add(in *staffing.Input, c *staffing.Class, more sample.Milli) {
	key := c.Key
	c.ArrivalsPerHour.Value = min(c.ArrivalsPerHour.Value+more, sample.MaxMilli)
	for i := range in.Classes {
		d := &in.Classes[i]
		for _, p := range d.Parts {
			// What is allowed and actioned is counted by itself, and relief allows more.
			if own := !p.Stream || d.Requires.Role != staffing.RoleQA; own && (p.Of == key || p.Stream && inStream(p.Of, key)) {
				items := sample.MulDivUp(int64(more), int64(p.PerItem), int64(sample.AllPPM))
				d.ArrivalsPerHour.Value = min(d.ArrivalsPerHour.Value+sample.Milli(items), sample.MaxMilli)
			}
		}
	}
}

func inStream(a, b staffing.ClassKey) bool { return a.Queue == b.Queue && a.Review == b.Review }

// unsure says that the arrivals of a class are at least what is measured.
func unsure(in *staffing.Input, c *staffing.Class) {
	key := c.Key
	spoil := func(c *staffing.Class) {
		if c.ArrivalsPerHour.Fresh() {
			c.ArrivalsPerHour.Quality, c.ArrivalsPerHour.Cause = sample.Stale, sample.CauseNoRow
		}
	}
	spoil(c)
	for i := range in.Classes {
		if slices.ContainsFunc(in.Classes[i].Parts, func(p staffing.Part) bool { return p.Of == key }) {
			spoil(&in.Classes[i])
		}
	}
}
