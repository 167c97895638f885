package relief

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Short draws a plant of up to four queues, one of them protected in most, whose people are about as many as it takes: so
// that some are short, and relief is enough for most of these. All numbers are Fresh, and all kinds of steps are declared,
// in any order.
func Short(r *rand.Rand) relief.Input {
	now := sample.At(time.Date(2026, 6, 1, 12, r.IntN(60), 0, 0, time.UTC))
	plant := staffing.Input{Now: now, Interval: 30 * sample.Minute, Horizon: 12 * sample.Hour}
	in := relief.Input{Policy: "short", MinOn: pick(r, 0, 10*sample.Minute)}
	var load float64 // heads
	for q := range 1 + r.IntN(3) {
		c := shortClass(r, fmt.Sprintf("q%d", q), now)
		in.Queues = append(in.Queues, c.Key.Queue)
		plant.Classes = append(plant.Classes, c, samplesOf(&c))
		load += c.ArrivalsPerHour.Value.Float() * c.HandleTime.Value.Float() / 3600
		in.Bands = append(in.Bands, bandOf(r, &c))
	}
	if r.IntN(4) > 0 {
		c := shortClass(r, "child", now)
		c.Protected = true
		in.Queues = append(in.Queues, "child")
		plant.Classes = append(plant.Classes, c, samplesOf(&c))
		load += c.ArrivalsPerHour.Value.Float() * c.HandleTime.Value.Float() / 3600
		in.Bands = append(in.Bands, bandOf(r, &c))
	}
	plant.Teams = shortTeams(r, load, plant.Grid().N)
	in.Unrelieved = plant
	in.Steps = shortSteps(r, in.Queues)
	return in
}

func shortClass(r *rand.Rand, queue string, now sample.Instant) staffing.Class {
	c := staffing.Class{
		Key: staffing.ClassKey{Queue: queue, Review: "all", Language: "en", HarmDomain: "spam", Tier: 1}, Surface: "live",
		Markets: []string{"BR"}, Priority: r.IntN(2),
		Promises:        []staffing.Promise{{Percent: 900_000, Within: sample.Span(2+r.IntN(7)) * 30 * sample.Minute}},
		ArrivalsPerHour: sample.FreshAt(sample.Whole(100+r.Int64N(300)), now), HandleTime: sample.FreshAt(sample.Whole(60+r.Int64N(120)), now),
		Backlog: sample.FreshAt(sample.Whole(r.Int64N(200)), now), OldestAge: sample.FreshAt(sample.Whole(r.Int64N(1800)), now),
	}
	if r.IntN(4) == 0 {
		c.Promises = append(c.Promises, staffing.Promise{Percent: 900_000, Within: 6 * sample.Hour, Regime: "code"})
	}
	for i := range 24 {
		wave := 1 + 0.3*float64((i+r.IntN(3))%8-4)/4
		c.Rates = append(c.Rates, sample.Milli(wave*float64(c.ArrivalsPerHour.Value)))
	}
	return c
}

// samplesOf is the quality sample of a class: one of twenty.
func samplesOf(c *staffing.Class) staffing.Class {
	qa := *c
	qa.Derived, qa.Protected, qa.Rates = true, false, nil
	qa.Key.Role, qa.Requires.Role = staffing.RoleQA, staffing.RoleQA
	qa.Backlog, qa.OldestAge = sample.Missing(sample.CauseNotDeclared), sample.Missing(sample.CauseNotDeclared)
	qa.ArrivalsPerHour.Value /= 20
	qa.Parts = []staffing.Part{{Of: c.Key, PerItem: 50_000}}
	return qa
}

// bandOf is what is sent to c by one label, up to half of it within 0.2 of its reviewAt.
func bandOf(r *rand.Rand, c *staffing.Class) relief.Band {
	b := relief.Band{Queue: c.Key.Queue, Review: c.Key.Review, Label: "annoying", HarmDomain: "spam",
		Violating: sample.PPM(10_000 + r.IntN(100_000)), Quality: sample.Fresh}
	share := r.Int64N(12)
	for k := range int64(4) {
		items := c.ArrivalsPerHour.Value * sample.Milli(share*(k+1)) / 100
		b.Above = append(b.Above, relief.Edge{Above: sample.PPM(k+1) * 50_000, PerHour: items})
	}
	return b
}

// shortTeams are those at home, and few who lack the market, the surface, or are of a higher tier.
func shortTeams(r *rand.Rand, load float64, intervals int) []staffing.Team {
	team := func(name string, share float64) staffing.Team {
		t := staffing.Team{Name: name, Tier: 1, Roles: []string{staffing.RoleReview, staffing.RoleQA},
			Skills: staffing.Skills{Languages: []string{"en"}, HarmDomains: []string{"*"}}}
		heads, _ := sample.FromFloat(load * share)
		for range intervals {
			t.Supply.Intervals = append(t.Supply.Intervals, staffing.Heads{Scheduled: heads, Productive: heads})
		}
		t.Supply.Now = staffing.Heads{Scheduled: heads, Productive: heads}
		return t
	}
	home, abroad := team("home", 0.75+0.75*r.Float64()), team("abroad", 0.3*r.Float64())
	video, senior := team("video", 0.3*r.Float64()), team("senior", 0.3*r.Float64())
	abroad.Skills.Markets, video.Skills.Surfaces, senior.Tier = []string{"PT"}, []string{"video"}, 2
	return []staffing.Team{home, abroad, video, senior}
}

// shortSteps are steps of all kinds in any order.
func shortSteps(r *rand.Rand, queues []string) []relief.Step {
	later := sample.Span(3+r.IntN(6)) * sample.Hour
	leaks := sample.Whole(20 + r.Int64N(400))
	out := []relief.Step{
		{Name: "seniors", Kind: relief.Widen},
		{Name: "market", Kind: relief.Relax, Drop: staffing.DropMarket},
		{Name: "surface", Kind: relief.Relax, Drop: staffing.DropSurface},
		{Name: "later", Kind: relief.Defer, Queues: slices.Clone(queues[:1+r.IntN(len(queues))]), Within: later},
		{Name: "samples", Kind: relief.QAFloor, Keep: sample.PPM(r.IntN(800_000))},
		{Name: "threshold", Kind: relief.RaiseReviewAt, Labels: []string{"annoying"}, Raise: 150_000, LeaksPerDay: leaks},
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out[:2+r.IntN(len(out)-1)]
}
