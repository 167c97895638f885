package lab

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// ShortPlant is a generated desk that has too few people: two weeks of half hours, and how one more
// could stand on each shift there is.
type ShortPlant struct {
	Peak    int // most productive heads that its languages need together, about
	Input   staffing.Input
	Options []staffing.Option
}

// plantStart is a Monday.
const plantStart = sample.Instant(1_793_577_600_000)

const plantSlots = 14 * 48

// ShortPlants draws plants: 1 to 10 teams with 3 to 10 shifts each, 1 to 6 languages, peaks of 4 to
// 60 heads, and of the people needed between none and most.
func ShortPlants(n int, seed uint64) []ShortPlant {
	r := rand.New(rand.NewPCG(seed, 14))
	peaks := []int{4, 8, 15, 25, 40, 60}
	out := make([]ShortPlant, 0, n)
	for i := range n {
		out = append(out, drawDesk(r, 1+r.IntN(10), 1+r.IntN(6), peaks[i%len(peaks)]))
	}
	return out
}

func drawDesk(r *rand.Rand, teams, languages, peak int) ShortPlant {
	out := ShortPlant{Peak: peak, Input: staffing.Input{
		Now: plantStart, Interval: 30 * sample.Minute, Horizon: plantSlots * 30 * sample.Minute,
	}}
	tags := []string{"en", "es", "pt", "ms", "de", "ar"}[:languages]
	for t := range teams {
		team, options := drawTeam(r, fmt.Sprintf("team-%02d", t), t, tags, peak)
		out.Input.Teams = append(out.Input.Teams, team)
		out.Options = append(out.Options, options...)
	}
	left := 1.0
	for i, tag := range tags {
		share := left
		if i < len(tags)-1 {
			share *= 0.3 + 0.4*r.Float64()
		}
		left -= share
		out.Input.Classes = append(out.Input.Classes, drawClass(r, tag, share*float64(peak)))
	}
	return out
}

// drawClass is work that cannot wait, of a language with its hour, its weekends and its noise.
func drawClass(r *rand.Rand, tag string, peak float64) staffing.Class {
	const handle = 90
	none := sample.Missing(sample.CauseNotDeclared)
	c := staffing.Class{
		Key:      staffing.ClassKey{Queue: "video", Review: "hate", Language: tag, HarmDomain: "hate", Tier: 1},
		Promises: []staffing.Promise{{Percent: 800_000, Within: 10 * sample.Minute, Measure: staffing.Decided}},
		Backlog:  none, OldestAge: none, ArrivalsPerHour: sample.FreshAt(0, plantStart),
		HandleTime: sample.FreshAt(sample.Whole(handle), plantStart),
	}
	busiest, night, weekend := 24*r.Float64(), 0.1+0.4*r.Float64(), 0.5+0.6*r.Float64()
	for i := range plantSlots {
		level := night + (1-night)*(1+math.Cos(2*math.Pi*(float64(i%48)/2-busiest)/24))/2
		if i/48%7 >= 5 {
			level *= weekend
		}
		level *= 1 + 0.05*r.NormFloat64()
		c.Rates = append(c.Rates, sample.Whole(int64(max(level, 0)*peak*0.8*3600/handle)))
	}
	return c
}

// drawTeam is a team with its shifts; the first teams hold one language each, so that all have
// somebody.
func drawTeam(r *rand.Rand, name string, index int, tags []string, peak int) (staffing.Team, []staffing.Option) {
	held := []string{tags[index%len(tags)]}
	for range r.IntN(3) {
		if more := tags[r.IntN(len(tags))]; !slices.Contains(held, more) {
			held = append(held, more)
		}
	}
	in := staffing.SupplyInput{
		Now: plantStart, Grid: staffing.GridOf(plantStart, 30*sample.Minute, plantSlots*30*sample.Minute),
		Zone:      time.FixedZone("site", 3600*(r.IntN(24)-11)),
		Shrinkage: staffing.Shrinkage{Planned: sample.PPM(100_000 + 50_000*r.IntN(4)), Unplanned: sample.PPM(50_000 * (1 + r.IntN(2)))},
	}
	team := staffing.Team{
		Name: name, Tier: 1, Roles: []string{staffing.RoleReview}, Shrinkage: in.Shrinkage,
		Skills: staffing.Skills{Languages: held, HarmDomains: []string{"*"}},
	}
	var options []staffing.Option
	for _, s := range drawShifts(r, peak) {
		one := in
		one.Shifts = []staffing.Shift{s}
		one.Shifts[0].Headcount = 1
		supply := staffing.Supply(one)
		o := staffing.Option{Kind: staffing.KindHeadcount, Team: name, Shift: s.Name, Cost: supply.ScheduledTime}
		for _, h := range supply.Intervals {
			o.Productive = append(o.Productive, h.Productive)
		}
		options = append(options, o)
		in.Shifts = append(in.Shifts, s)
	}
	team.Supply = staffing.Supply(in)
	return team, options
}

// drawShifts are shifts of 6 to 10 hours that begin around the clock or around the day, each day, on
// weekdays or at weekends.
func drawShifts(r *rand.Rand, peak int) []staffing.Shift {
	n := 3 + r.IntN(8)
	first, every := r.IntN(48)*30, 30*(2+r.IntN(7))
	if n*every < 16*60 {
		every = (16*60/n + 29) / 30 * 30
	}
	weekdays := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	var out []staffing.Shift
	for i := range n {
		start := (first + i*every) % 1440
		s := staffing.Shift{
			Name: fmt.Sprintf("shift-%02d", i), Start: start, End: (start + []int{360, 480, 480, 510, 510, 600}[r.IntN(6)]) % 1440,
			Headcount: r.IntN(1 + peak/8),
		}
		switch r.IntN(6) {
		case 0:
			s.Days = weekdays
		case 1:
			s.Days = []time.Weekday{time.Saturday, time.Sunday}
		}
		out = append(out, s)
	}
	return out
}
