package staffing

import (
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// FewPeople is the size of the smallest group of which anything is told of how it works; what fewer
// do would be somebody's.
const FewPeople = 5 * sample.One

// keepHandleTime is for how long a handle time of enough people stands in for that of few.
const keepHandleTime = 7 * day

// HandleTimes are measured handle times that were told, by class without tier and role: what others
// make takes as long as they do. They are as they would be without declared changes.
type HandleTimes map[ClassKey]HandleTime

// HandleTime is a handle time, and when it was told last.
type HandleTime struct {
	At    sample.Instant
	Value sample.Milli
}

// HandleTimesOf are those of an input that was stored: all in it may be told.
func HandleTimesOf(in *Input) HandleTimes {
	out := HandleTimes{}
	for i := range in.Classes {
		if c := &in.Classes[i]; c.measured() && !c.Derived {
			out[c.handledAs()] = HandleTime{in.Now, c.unchanged(in.Now)}
		}
	}
	return out
}

// TellHandleTimes leaves no class a handle time that fewer than FewPeople made: whoever sees what a plan
// requires sees it. In its place stands, in this order: what enough people took for the class within the
// last week; the mean of the classes of its stream of which that may be told; the mean of all of them, if
// enough people together made it; what is declared. Its time is then that of the older figure, or 0.
// atWork is the fewest people of each team who were at work at once while it was measured. It returns
// what is told, for the next time, and the classes that are left to what is declared.
func TellHandleTimes(in *Input, atWork map[string]sample.Milli, before HandleTimes) (HandleTimes, []ClassKey) {
	in.Classes = slices.Clone(in.Classes)
	told := HandleTimes{}
	for k, h := range before {
		if in.Now.Since(h.At) <= keepHandleTime {
			told[k] = h
		}
	}
	streams := streamsOf(in, atWork, told)
	var left []ClassKey
	for i := range in.Classes {
		c := &in.Classes[i]
		s := streams[c.stream()]
		if s != nil && c.measured() && s.few[c.handledAs()] && !s.replace(c, in.Now, told) {
			left = append(left, c.Key)
		}
	}
	return told, left
}

// streamsOf are the streams with handle times; those of enough people are added to what is told.
func streamsOf(in *Input, atWork map[string]sample.Milli, told HandleTimes) map[ClassKey]*handled {
	out := map[ClassKey]*handled{}
	for i := range in.Classes {
		c := &in.Classes[i]
		if c.Derived || !c.measured() {
			continue
		}
		if out[c.stream()] == nil {
			out[c.stream()] = &handled{few: map[ClassKey]bool{}, people: map[string]sample.Milli{}}
		}
		if out[c.stream()].add(c, in.Teams, atWork) {
			told[c.handledAs()] = HandleTime{in.Now, c.unchanged(in.Now)}
		}
	}
	return out
}

func (c *Class) stream() ClassKey { return ClassKey{Queue: c.Key.Queue, Review: c.Key.Review} }

func (c *Class) measured() bool { return c.HandleTime.Quality >= sample.Stale }

// handledAs is the class whose decisions gave c its handle time.
func (c *Class) handledAs() ClassKey {
	k := c.Key
	k.Tier, k.Role = 0, ""
	return k
}

// factor is how much longer the decisions took than without declared changes.
func (c *Class) factor(now sample.Instant) int64 {
	return int64(handleFactor(c.HandleChanges, now.Add(-max(c.HandleOver, 0)), now))
}

// unchanged is a measured handle time as it would be without declared changes.
func (c *Class) unchanged(now sample.Instant) sample.Milli {
	return sample.Milli(sample.MulDiv(int64(min(max(c.HandleTime.Value, 0), sample.MaxMilli)), int64(sample.AllPPM), c.factor(now)))
}

// handled is a stream whose handle times were measured.
type handled struct {
	few          map[ClassKey]bool       // the classes that few people handle
	people       map[string]sample.Milli // who handles any of them, by team
	enough, each mean
}

// add takes in a class, and reports whether enough people handle it.
func (s *handled) add(c *Class, teams []Team, atWork map[string]sample.Milli) bool {
	var here sample.Milli
	for i := range teams {
		if name := teams[i].Name; Qualified(*c, teams[i]) {
			here += atWork[name]
			s.people[name] = atWork[name]
		}
	}
	s.each.add(c)
	if here < FewPeople {
		s.few[c.handledAs()] = true
		return false
	}
	s.enough.add(c)
	return true
}

// replace gives a class what may be told of its handle time; false if there is nothing.
func (s *handled) replace(c *Class, now sample.Instant, told HandleTimes) bool {
	if h, ok := told[c.handledAs()]; ok {
		value := sample.MulDiv(int64(h.Value), c.factor(now), int64(sample.AllPPM))
		c.HandleTime.Value, c.HandleTime.At = sample.Milli(value), h.At
		return true
	}
	var together sample.Milli
	for _, n := range s.people {
		together += n
	}
	switch {
	case len(s.enough.values) > 0:
		c.HandleTime.Value, c.HandleTime.At = s.enough.of(), 0
	case together >= FewPeople:
		c.HandleTime.Value, c.HandleTime.At = s.each.of(), 0
	default:
		c.HandleTime, c.HandleOver = sample.Missing(sample.CauseNotDeclared), 0
		return false
	}
	return true
}

// mean is the mean handle time of classes by what comes of them.
type mean struct{ values, weights []sample.Milli }

func (m *mean) add(c *Class) {
	m.values = append(m.values, min(max(c.HandleTime.Value, 0), sample.MaxMilli))
	m.weights = append(m.weights, min(max(c.ArrivalsPerHour.Value, 1), sample.MaxMilli))
}

func (m *mean) of() (out sample.Milli) {
	var all int64
	for _, w := range m.weights {
		all += int64(w)
	}
	for i, v := range m.values {
		out += sample.Milli(sample.MulDiv(int64(v), int64(m.weights[i]), all))
	}
	return out
}
