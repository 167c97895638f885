package staffing

import (
	"math/rand/v2"
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

// limitedPlant is a plant whose teams have limits of exposure, and shifts that may have more people:
// each brings to a day what one person may look at, or less where they are there for a part of it.
func limitedPlant(r *rand.Rand) (Input, []Option) {
	const slots = 24
	in, options := shortPlant(r, 1+r.IntN(5), 1+r.IntN(4), slots)
	for i := range in.Classes {
		c := &in.Classes[i]
		c.Protected = r.IntN(6) == 0
		if r.IntN(3) == 0 {
			c.Promises = []Promise{{900_000, sample.Span(1+r.IntN(8)) * sample.Hour, Decided}}
		}
	}
	for t := range in.Teams {
		cut := 1 + r.IntN(slots-1)
		for x := range r.IntN(3) {
			l := ExposureLimit{
				Name: "x", HarmDomains: pick(r, []string{"hate"}, []string{"spam"}, []string{"*"}),
				Share: pick[sample.PPM](r, sample.AllPPM, 500_000, 750_000),
			}
			perDay := sample.Span(1+r.IntN(4)) * sample.Hour
			if r.IntN(3) > 0 {
				l.Days = []ExposureDay{{0, cut, perDay * sample.Span(r.IntN(4))}, {cut, slots, perDay * sample.Span(r.IntN(4))}}
			}
			in.Teams[t].Exposure = append(in.Teams[t].Exposure, l)
			for k := range options {
				if options[k].Team == in.Teams[t].Name {
					options[k].Budgets = append(options[k].Budgets, budgetsOf(&options[k], l.Days, perDay))
				}
			}
			_ = x
		}
	}
	return in, options
}

func budgetsOf(o *Option, days []ExposureDay, perDay sample.Span) []sample.Span {
	out := make([]sample.Span, len(days))
	for d, day := range days {
		var there sample.Span
		for i := day.From; i < day.To; i++ {
			there += sample.Span(o.Productive[i]) * 30 * sample.Minute / sample.Span(sample.One)
		}
		out[d] = min(there, perDay)
	}
	return out
}

func lateOf(in Input) (sum sample.Span) {
	p := required(in)
	return sample.Span(p.allot.solver.Missing() / p.allot.scale)
}

// What is promised is what a plan with the people says, limits of exposure and all; each remedy
// begins where the one before it ends. Where any number of people could be had, nobody is missing
// whom they could do without.
func TestRecommendWithinExposure(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 1))
	bound, closed, left := 0, 0, 0
	for n := range 100 {
		in, options := limitedPlant(r)
		got := Recommend(in, options)
		first := lateOf(in)
		before := first
		for i, m := range got {
			if m.Before != before || m.Heads <= 0 || m.Cost <= 0 {
				t.Fatalf("plant %d: remedy %d of %+v begins with %v", n, i, got, before)
			}
			before = m.After
		}
		with := With(in, options, got)
		if after := lateOf(with); after != before {
			t.Fatalf("plant %d: %v are missing with %+v, and %v were promised", n, after, got, before)
		}
		most := lateOf(With(in, options, all(options, 200)))
		if before > most+dust {
			t.Errorf("plant %d: %v of %v are missing with what is recommended, and %v with 200 more of each", n, before, first, most)
			left++
		}
		for _, x := range Plan(in).Exposure {
			if x.Binds {
				bound++
				break
			}
		}
		if len(got) > 0 {
			closed++
		}
	}
	t.Logf("%d plants with limits that bind, people recommended to %d, %d that miss some whom options would bring", bound, closed, left)
	if bound < 20 || closed < 50 {
		t.Error("too few plants are limited, or short of people")
	}
}

// all are so many of each option.
func all(options []Option, heads int) (out []Remedy) {
	for k, o := range options {
		out = append(out, Remedy{Team: o.Team, Heads: heads, Options: []int{k}})
	}
	return out
}
