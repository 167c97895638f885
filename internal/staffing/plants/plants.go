package plants

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// some is a random part of from, possibly all, possibly nothing.
func some(r *rand.Rand, from ...string) []string {
	var out []string
	for _, f := range from {
		if r.IntN(2) == 0 {
			out = append(out, f)
		}
	}
	return out
}

const (
	slot = 30 * sample.Minute
	day  = 48 // slots
)

// Small draws a plant of up to 8 classes, 5 teams and 12 intervals; half of them, by number, have
// limits of exposure.
func Small(r *rand.Rand, number int) staffing.Input {
	in := Draw(r, 1+r.IntN(8), 1+r.IntN(5), 1+r.IntN(12))
	if number%2 == 0 {
		expose(r, &in)
	}
	return in
}

// Draw draws a plant of so many classes, teams and half hours.
func Draw(r *rand.Rand, classes, teams, intervals int) staffing.Input {
	noon := sample.At(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC))
	in := staffing.Input{Now: noon.Add(sample.Span(r.Int64N(int64(day * slot)))), Interval: slot, Horizon: sample.Span(intervals) * slot}
	for i := range classes {
		in.Classes = append(in.Classes, drawClass(r, i, in.Now))
	}
	for i := range teams {
		in.Teams = append(in.Teams, drawTeam(r, i, intervals+1))
	}
	return in
}

func drawClass(r *rand.Rand, i int, now sample.Instant) staffing.Class {
	observed := func(most int64) sample.Sample {
		s := sample.FreshAt(sample.Milli(r.Int64N(most*1000)), now)
		if r.IntN(20) == 0 {
			s.Quality, s.Cause = pick(r, sample.Absent, sample.Implausible, sample.Stale), sample.CauseTooOld
		}
		return s
	}
	c := staffing.Class{
		Key: staffing.ClassKey{
			Queue: fmt.Sprintf("q%d", i/3), Review: fmt.Sprintf("r%d", i), Language: pick(r, "en", "en-GB", "fr", "pt-BR", ""),
			HarmDomain: pick(r, "hate", "spam", "csam", "*"), Tier: 1 + r.IntN(5)/4,
		},
		Surface: pick(r, "live", "video"), Priority: r.IntN(3), Protected: r.IntN(6) == 0,
		ArrivalsPerHour: observed(200), HandleTime: observed(300), Backlog: observed(100), OldestAge: observed(20_000),
		DecisionsPerItem: pick[sample.Milli](r, 0, 1000, 2000),
	}
	if r.IntN(4) == 0 {
		c.Requires.Clearances = some(r, "eu", "child")
	}
	for range r.IntN(3) {
		c.Promises = append(c.Promises, staffing.Promise{
			Percent: sample.PPM(1 + r.IntN(1_000_000)), Within: sample.Span(1+r.IntN(600)*r.IntN(3)) * sample.Minute,
			Measure: pick(r, staffing.Decided, staffing.Started, ""),
		})
	}
	if r.IntN(8) == 0 {
		c.Work, c.RoomsPerPerson, c.Concurrent = staffing.Rooms, sample.Whole(r.Int64N(10)), observed(50)
	}
	for range r.IntN(2) * r.IntN(60) {
		c.Rates = append(c.Rates, sample.Milli(r.IntN(200_000)))
	}
	return c
}

func drawTeam(r *rand.Rand, i, intervals int) staffing.Team {
	t := staffing.Team{
		Name: fmt.Sprintf("t%d", i), Tier: 1 + r.IntN(5)/4,
		Roles: []string{pick(r, staffing.RoleReview, staffing.RoleReview, staffing.RoleReview, staffing.RoleQA)},
		Skills: staffing.Skills{
			Languages: some(r, "en", "fr", "pt", "en-GB", "*"), HarmDomains: some(r, "hate", "spam", "csam", "*"),
			Surfaces: some(r, "live", "video"), Clearances: some(r, "eu", "child"),
		},
		Shrinkage:    staffing.Shrinkage{Planned: sample.PPM(r.IntN(400_000)), Unplanned: sample.PPM(r.IntN(200_000))},
		MaxOccupancy: pick[sample.PPM](r, 0, 850_000),
	}
	productive := int64(t.Shrinkage.Productive())
	for range intervals {
		scheduled := sample.Whole(r.Int64N(15) * r.Int64N(2))
		t.Supply.Intervals = append(t.Supply.Intervals, staffing.Heads{
			Scheduled: scheduled, Productive: sample.Milli(sample.MulDiv(int64(scheduled), productive, 1_000_000)),
		})
	}
	t.Supply.Now = t.Supply.Intervals[0]
	if r.IntN(4) == 0 {
		t.Present = sample.FreshAt(sample.Whole(r.Int64N(15)), 0)
	}
	return t
}

// expose gives some teams limits of exposure, with a day that ends within the grid.
func expose(r *rand.Rand, in *staffing.Input) {
	n := in.Grid().N
	budget := func(hours int64) sample.Span { return sample.Span(r.Int64N(hours * int64(sample.Hour))) }
	for t := range in.Teams {
		cut := r.IntN(n + 1)
		for x := range r.IntN(3) {
			in.Teams[t].Exposure = append(in.Teams[t].Exposure, staffing.ExposureLimit{
				Name: fmt.Sprintf("x%d", x), HarmDomains: some(r, "hate", "spam", "csam", "*"),
				Share: pick[sample.PPM](r, 0, 500_000, 750_000, 1_000_000),
				Days:  []staffing.ExposureDay{{From: 0, To: cut, Budget: budget(60)}, {From: cut, To: n, Budget: budget(30)}},
			})
		}
	}
}

// Large draws a plant of 100 queues of three classes each and 30 teams.
func Large(intervals int) staffing.Input {
	r := rand.New(rand.NewPCG(15, 16))
	in := Draw(r, 300, 30, intervals)
	for i := range in.Classes {
		in.Classes[i].Rates = nil
		for range intervals {
			in.Classes[i].Rates = append(in.Classes[i].Rates, sample.Milli(r.IntN(400_000)))
		}
	}
	return in
}

// Limited is a large plant in which most teams have limits: an hour in two with some domains, and by
// the day less than that.
func Limited(intervals int) staffing.Input {
	in := Large(intervals)
	r := rand.New(rand.NewPCG(19, 20))
	for t := range in.Teams {
		for x := range r.IntN(3) {
			l := staffing.ExposureLimit{Name: fmt.Sprintf("x%d", x), HarmDomains: some(r, "hate", "spam", "csam", "*"), Share: 500_000}
			for i := 0; i < in.Grid().N; i += day {
				l.Days = append(l.Days, staffing.ExposureDay{From: i, To: i + day, Budget: sample.Span(r.Int64N(60)) * sample.Hour})
			}
			in.Teams[t].Exposure = append(in.Teams[t].Exposure, l)
		}
	}
	return in
}
