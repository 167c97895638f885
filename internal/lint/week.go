package lint

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// A week in quarters of an hour, from Monday 00:00 UTC on: so the sentence about a hole does not change with the
// hour at which it is said.
const (
	quarter        = 15 * sample.Minute
	quartersOfWeek = int(7 * 24 * sample.Hour / quarter)
)

// quarters is a set of them.
type quarters [(quartersOfWeek + 63) / 64]uint64

func (s *quarters) put(i int)      { s[i/64] |= 1 << (i % 64) }
func (s *quarters) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }

func (s *quarters) add(o *quarters) {
	for i := range s {
		s[i] |= o[i]
	}
}

func (s *quarters) size() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// week is when people of a team are there in the coming seven days.
type week struct {
	// unknown says that it cannot be told: the spec is invalid, or the schedule is not here.
	unknown    bool
	work, call quarters
	callTime   sample.Span
}

func (c *checker) weekOf(t *v1alpha1.ReviewTeam) week {
	var seen resolve.TeamSeen
	if t.Spec.ScheduleRef != nil {
		if seen.Schedule = c.in.Schedules[t.Spec.ScheduleRef.Name]; seen.Schedule == nil {
			return week{unknown: true}
		}
	}
	grid := staffing.GridOf(sample.At(c.in.Now), quarter, 7*24*sample.Hour)
	team, err := resolve.TeamWith(t, seen, c.in.Now, grid)
	if err != nil {
		return week{unknown: true}
	}
	w := week{callTime: team.Supply.CallTime}
	start := grid.Start.Time().UTC()
	first := (int(start.Weekday())+6)%7*96 + start.Hour()*4 + start.Minute()/15
	for i := range grid.N {
		if team.Supply.Intervals[i].Scheduled > 0 {
			w.work.put((first + i) % quartersOfWeek)
		}
		if len(team.Supply.OnCall) > 0 && team.Supply.OnCall[i] > 0 {
			w.call.put((first + i) % quartersOfWeek)
		}
	}
	return w
}

// hole is a time of the week in which nobody is there.
type hole struct{ start, length int }

// holesIn are the holes of a week, from the first on; one over the end of the week is one.
func holesIn(there *quarters) []hole {
	if n := there.size(); n == 0 || n == quartersOfWeek {
		return nil
	}
	from := 0
	for !there.has(from) {
		from++
	}
	var out []hole
	for i := 1; i <= quartersOfWeek; i++ { // ends where it began, with somebody there
		at := (from + i) % quartersOfWeek
		switch {
		case there.has(at):
		case there.has((at + quartersOfWeek - 1) % quartersOfWeek):
			out = append(out, hole{at, 1})
		default:
			out[len(out)-1].length++
		}
	}
	slices.SortFunc(out, func(a, b hole) int { return cmp.Compare(a.start, b.start) })
	return out
}

func (h hole) span() sample.Span { return sample.Span(h.length) * quarter }

func (h hole) String() string {
	return fmt.Sprintf("%s to %s UTC", moment(h.start), moment(h.start+h.length))
}

func moment(i int) string {
	i %= quartersOfWeek
	return fmt.Sprintf("%s %02d:%02d", time.Weekday((i/96 + 1) % 7).String()[:3], i%96/4, i%4*15)
}

// open is a hole that is longer than a promise, and the classes that have it.
type open struct {
	code, queue, field string
	worst              hole
	count              int
	within             sample.Span
}

// holes looks for the classes of a surface that nobody covers for longer than they may wait.
type holes struct {
	c     *checker
	found map[open][]string
	keys  []open
	known map[string][]hole
}

func newHoles(c *checker) *holes {
	return &holes{c: c, found: map[open][]string{}, known: map[string][]hole{}}
}

func (h *holes) look(k *routing.Class) {
	o := open{code: CodeClassUncovered, queue: k.Queue}
	if k.Label != "" {
		o.code = CodeEscalationUncovered
	}
	var ok bool
	if o.within, o.field, ok = h.c.within(k); ok && !k.Unlisted && len(k.Teams) > 0 {
		h.add(o, k)
	}
}

// passed looks at what a stream passes on to a higher tier, and who may take it.
func (h *holes) passed(k *staffing.Class, able []int) {
	if !k.Derived || k.Key.Role == staffing.RoleQA || len(able) == 0 {
		return
	}
	o := open{code: CodeEscalationUncovered, queue: k.Key.Queue, field: fmt.Sprintf("spec.reviews[%s].escalation", k.Key.Review)}
	o.within = shortest(h.c.holding(k.Promises))
	if o.within > sample.Second { // which is what is left of a time that is too short: that is said already
		h.add(o, &routing.Class{
			Language: k.Key.Language, HarmDomain: k.Key.HarmDomain, Tier: k.Key.Tier, Clearances: k.Requires.Clearances, Teams: able,
		})
	}
}

// add notes the holes in the cover of a class that are longer than it may wait.
func (h *holes) add(o open, k *routing.Class) {
	for _, x := range h.of(k, o.within) {
		if x.span() <= o.within {
			continue
		}
		o.count++
		if x.length > o.worst.length {
			o.worst = x
		}
	}
	if o.count == 0 {
		return
	}
	if h.found[o] == nil {
		h.keys = append(h.keys, o)
	}
	h.found[o] = append(h.found[o], k.String())
}

// within is how long the items of a class may wait, and where that is said.
func (c *checker) within(k *routing.Class) (sample.Span, string, bool) {
	q := c.queues[k.Queue]
	if k.Label != "" {
		return sample.Span(k.WithinMillis), "spec.policyRef", true
	}
	s := routing.StreamOf(q, k.HarmDomain)
	if s == nil {
		return 0, "", false
	}
	return shortest(c.promises(s)), fmt.Sprintf("spec.reviews[%s]", s.Name), true
}

// shortest is the time of the shortest of some promises; 0 of none.
func shortest(all []staffing.Promise) (out sample.Span) {
	for _, p := range all {
		if out == 0 || p.Within < out {
			out = p.Within
		}
	}
	return out
}

// of are the holes in the cover of a class, counting who comes in time when called, and those who may take
// it once it is old.
func (h *holes) of(k *routing.Class, within sample.Span) []hole {
	var b []byte
	for _, i := range slices.Concat(k.Teams, k.Older) {
		b = strconv.AppendInt(append(b, ' '), int64(i), 10)
	}
	key := string(strconv.AppendInt(append(b, '/'), int64(within), 10))
	out, known := h.known[key]
	if known {
		return out
	}
	var there quarters
	for _, i := range slices.Concat(k.Teams, k.Older) {
		w := &h.c.people.shifts[i]
		if w.unknown {
			h.known[key] = nil
			return nil
		}
		there.add(&w.work)
		if w.callTime < within {
			there.add(&w.call)
		}
	}
	out = holesIn(&there)
	h.known[key] = out
	return out
}

func (h *holes) report() {
	for _, o := range h.keys {
		times := "once a week"
		if o.count > 1 {
			times = fmt.Sprintf("%d times a week", o.count)
		}
		f := Finding{Code: o.code, Object: Object{KindQueue, o.queue}, Field: o.field}
		classes := listed(sortedUnique(h.found[o]))
		if o.code == CodeEscalationUncovered {
			f.Message = fmt.Sprintf("Nobody who may take %s is on shift, or on call and there in time, from %s (%s), %s for longer than "+
				"the %s that the escalation has.", classes, o.worst, o.worst.span(), times, o.within)
			f.Fix = "Put a team of that tier with the skills on shift or on call (duty: OnCall) at these hours, or give the escalation more time."
		} else {
			f.Message = fmt.Sprintf("Nobody who may take %s is on shift from %s (%s), %s for longer than the %s that is promised.",
				classes, o.worst, o.worst.span(), times, o.within)
			f.Fix = "Put a team with the skills on shift or on call at these hours, or promise more time."
		}
		h.c.add(&f)
	}
}

func sortedUnique(in []string) []string {
	slices.Sort(in)
	return slices.Compact(in)
}
