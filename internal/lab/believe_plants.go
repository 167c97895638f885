package lab

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/promise"
)

// A drawn plant has two equal days of half hours: one to come into its stride, one that
// is scored. What is drawn, and between which limits, is below and nowhere else.
const (
	believeWidth = 30 * sample.Minute
	believeDay   = 48 // intervals
	believeMost  = 20 // queues
	believeParts = 4  // of a day
)

// drawnPlant is a plant with the percents that its queues promise, what they ask for, and
// what its teams hold.
type drawnPlant struct {
	*promise.Plant
	percent      []float64
	asked, holds []skills
}

// drawPlant makes a plant: queues of one language and domain each, three of five of them
// with promises of a few handle times and the rest with promises of hours, teams of some
// languages and domains on one to three shifts a day, and as many people as a degree of
// use that is drawn for each team asks for.
func drawPlant(f believeFamily, seed uint64) drawnPlant {
	r := rand.New(rand.NewPCG(seed, 4))
	d := &drawer{Rand: r, f: f, languages: 1 + r.IntN(6), domains: 1 + r.IntN(3)}
	for range 1 + r.IntN(15) {
		d.teams = append(d.teams, skills{d.some(d.languages, 3), d.some(d.domains, 3)})
	}
	p := &promise.Plant{Width: believeWidth}
	for range 1 + r.IntN(believeMost) {
		p.Classes = append(p.Classes, d.class())
	}
	d.staff(p)
	out := drawnPlant{Plant: p, asked: d.asked, holds: d.teams}
	for range p.Classes {
		out.percent = append(out.percent, []float64{0.8, 0.9, 0.95}[r.IntN(3)])
	}
	return out
}

// drawer draws a plant.
type drawer struct {
	*rand.Rand
	f                  believeFamily
	languages, domains int
	teams, asked       []skills
}

type skills struct{ languages, domains []int }

// some draws at least one and at most the given number of n things.
func (d *drawer) some(n, most int) []int {
	out := d.Perm(n)[:1+d.IntN(min(n, most))]
	slices.Sort(out)
	return out
}

// between draws from a to b, evenly on the scale of logarithms.
func (d *drawer) between(a, b float64) float64 { return a * math.Pow(b/a, d.Float64()) }

// shortest and longest of the promises of hours.
const believeHour, believeHours = 1, 24

// class draws a queue that some team may serve.
func (d *drawer) class() promise.Class {
	team := d.teams[d.IntN(len(d.teams))]
	language, domain := team.languages[d.IntN(len(team.languages))], team.domains[d.IntN(len(team.domains))]
	d.asked = append(d.asked, skills{[]int{language}, []int{domain}})
	c := promise.Class{
		Protected:  d.IntN(10) == 0,
		Priority:   []int{300, 500, 500, 700}[d.IntN(4)],
		Handle:     sample.Span(1000 * d.between(30, 300)),
		Variation:  d.f.variations[0],
		Dispersion: sample.Whole(d.f.dispersions[d.IntN(len(d.f.dispersions))]),
	}
	if n := len(d.f.variations); n > 1 {
		c.Variation = d.f.variations[d.IntN(n)]
	}
	if d.IntN(5) < 3 {
		c.Within = sample.Span(float64(c.Handle) * d.between(d.f.short[0], d.f.short[1]))
	} else {
		c.Within = sample.Span(d.between(believeHour, believeHours) * float64(sample.Hour))
	}
	for t, s := range d.teams {
		if slices.Contains(s.languages, language) && slices.Contains(s.domains, domain) {
			c.Teams = append(c.Teams, t)
		}
	}
	erlangs, swing, peak := d.between(d.f.erlangs[0], d.f.erlangs[1]), 0.3+0.5*d.Float64(), 24*d.Float64()
	for i := range 2 * believeDay {
		hour := float64(i) / 2
		load := erlangs * (1 + swing*math.Cos((hour-peak)*math.Pi/12))
		c.Rates = append(c.Rates, sample.Milli(load*1000*float64(sample.Hour)/float64(c.Handle)))
	}
	return c
}

// staff puts people on shifts: each queue's work is split at random among its teams, and
// a team has for each shift what its part of the work asks for at the use drawn for it.
func (d *drawer) staff(p *promise.Plant) {
	work := make([][]float64, len(d.teams)) // heads by interval of a day
	for t := range work {
		work[t] = make([]float64, believeDay)
	}
	for k := range p.Classes {
		c := &p.Classes[k]
		parts, sum := make([]float64, len(c.Teams)), 0.0
		for j := range parts {
			parts[j] = d.ExpFloat64()
			sum += parts[j]
		}
		for j, t := range c.Teams {
			for i := range work[t] {
				work[t][i] += parts[j] / sum * float64(c.Rates[i]) / 1000 * float64(c.Handle) / float64(sample.Hour)
			}
		}
	}
	for t := range d.teams {
		p.Teams = append(p.Teams, promise.Team{Heads: d.shifts(work[t])})
	}
}

// shifts draws a team's shifts of eight hours, three for most teams, and their people.
func (d *drawer) shifts(work []float64) []sample.Milli {
	heads := make([]sample.Milli, 2*believeDay)
	use, first := d.f.busy[0]+(d.f.busy[1]-d.f.busy[0])*d.Float64(), d.IntN(believeDay)
	number := []int{1, 2, 3, 3, 3, 3}[d.IntN(6)]
	const length = believeDay / 3
	for s := range number {
		mean := 0.0
		for i := range length {
			mean += work[(first+s*length+i)%believeDay] / length
		}
		people := sample.Whole(int64(math.Ceil(mean / use)))
		for i := range length {
			at := (first + s*length + i) % believeDay
			heads[at], heads[at+believeDay] = people, people
		}
	}
	return heads
}
