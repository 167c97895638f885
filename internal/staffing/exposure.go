package staffing

import "github.com/modcap/modcap/internal/sample"

// ExposureRule is how long one person may look at some harm domains.
type ExposureRule struct {
	Name        string
	HarmDomains []string
	// PerDay is the most in one local day; without it there is no budget.
	PerDay sample.Span
	// Continuous is the most at a stretch, after which comes Break.
	Continuous, Break sample.Span
}

// Exposures are the limits of a team over the grid. The budget of a day is what its people may do
// together. Nobody knows which of them work twice on it, in a split shift or in two nights, so it
// is that of the fewest people who could do its shifts (see dayPeople), and only of those there: of
// a shift, what shrinkage leaves, new people counting whole. A shift that lasts into the next day
// gives each day its part, so that neither a day nor a shift is above the limit of a person. A day
// that lies partly outside the grid has the part that its person-time inside is of all of it.
// People on call bring nothing.
func Exposures(in SupplyInput, rules []ExposureRule) []ExposureLimit {
	if len(rules) == 0 {
		return nil
	}
	in = in.bounded()
	days := in.exposureDays()
	out := make([]ExposureLimit, len(rules))
	for i, r := range rules {
		out[i] = ExposureLimit{
			Name: r.Name, HarmDomains: r.HarmDomains, Share: sample.AllPPM, PerDay: r.PerDay, Continuous: r.Continuous, Break: r.Break,
		}
		if r.Continuous > 0 && r.Break > 0 {
			out[i].Share = sample.PPM(sample.MulDiv(int64(r.Continuous), int64(sample.AllPPM), int64(r.Continuous+r.Break)))
		}
		if r.PerDay <= 0 {
			continue
		}
		if len(days) > 0 && days[0].from == 0 {
			out[i].Today = days[0].whole(min(r.PerDay, maxWidth))
		}
		for _, d := range days {
			out[i].Days = append(out[i].Days, ExposureDay{From: d.from, To: d.to, Budget: d.budget(min(r.PerDay, maxWidth))})
		}
	}
	return out
}

// exposureDay is a local day of the grid.
type exposureDay struct {
	from, to int // intervals that start in it
	people   sample.Milli
	// all is the person-time of the day, inside what of it is in the grid, productive what training
	// and ramps leave of all: in milliseconds × thousandths of people there.
	all, inside, productive int64
}

// budget is the person-time of the day within the grid.
func (d exposureDay) budget(perDay sample.Span) sample.Span {
	return sample.Span(sample.MulDiv(d.wholeOf(perDay), d.inside, d.all) / 1000)
}

// whole is that of all the day.
func (d exposureDay) whole(perDay sample.Span) sample.Span {
	return sample.Span(d.wholeOf(perDay) / 1000)
}

func (d exposureDay) wholeOf(perDay sample.Span) int64 {
	return min(int64(d.people)*int64(perDay), d.productive)
}

func (in SupplyInput) exposureDays() []exposureDay {
	g := in.Grid
	if g.N == 0 {
		return nil
	}
	first, last := dayAt(g.Start, in.Zone), dayAt(g.At(g.N)-1, in.Zone)
	from, _ := DayBounds(first, in.Zone)
	_, end := DayBounds(last, in.Zone)
	spells, _ := in.spells(from, end)
	var out []exposureDay
	for day := first; day <= last; day++ {
		start, stop := DayBounds(day, in.Zone)
		d := exposureDay{from: g.index(start), to: g.index(stop)}
		if d.from == d.to {
			continue // a day that the zone leaves out
		}
		var there []piece
		for _, s := range spells {
			time := s.overlap(start, stop)
			if time == 0 {
				continue
			}
			people := sample.MulDiv(int64(s.heads.Scheduled), int64(in.Shrinkage.Productive()), int64(sample.AllPPM))
			there = append(there, s.piece(day, start, stop, people))
			d.all += people * time
			d.inside += people * s.overlap(max(start, g.Start), min(stop, g.At(g.N)))
			d.productive += int64(s.heads.Productive) * time
		}
		d.people = dayPeople(there)
		out = append(out, d)
	}
	return out
}

// index is the first interval that starts at t or later.
func (g Grid) index(t sample.Instant) int {
	if t <= g.Start {
		return 0
	}
	return min(int((t.Since(g.Start)+g.Width-1)/g.Width), g.N)
}

// overlap is how much of s lies between two instants.
func (s spell) overlap(from, to sample.Instant) int64 {
	return max(int64(min(s.to, to)-max(s.from, from)), 0)
}

// piece is what of a spell lies in a day. How long it is, is told by the clock: an hour that clocks
// repeat or skip makes nobody's day of work longer or shorter.
type piece struct {
	from, to sample.Instant
	people   int64 // thousandths
	// minutes on the clock are part of all those that the spell lasts.
	part, whole int64
}

func (s spell) piece(day Date, start, stop sample.Instant, people int64) piece {
	midnight := int(day-s.day) * minutesPerDay
	part := min(s.stop, midnight+minutesPerDay) - max(s.first, midnight)
	return piece{max(s.from, start), min(s.to, stop), people, int64(max(part, 0)), int64(s.stop - s.first)}
}

// longday is the longest that one person is taken to work, in minutes: a longer row of a schedule
// is a level that several keep.
const longday = 12 * 60

// dayPeople are the fewest people who could work the pieces of a day: as many as are there at once,
// and as many as make days of work of it, each of eight hours or of the longest shift. A shift that
// lies partly in the day brings that part of its people, and all of them together are no more than
// that. In thousandths, rounded down.
func dayPeople(there []piece) sample.Milli {
	day := int64(workday)
	for _, p := range there {
		day = max(day, min(p.whole, longday))
	}
	var edges []edge
	var days, all int64 // millionths of people
	for _, p := range there {
		edges = append(edges, edge{int64(p.from), p.people}, edge{int64(p.to), -p.people})
		days += sample.MulDiv(p.people*1000, p.part, day)
		all += sample.MulDiv(p.people*1000, p.part*max(p.whole, day), p.whole*day)
	}
	return sample.Milli(min(max(most(edges)*1000, days), all) / 1000)
}
