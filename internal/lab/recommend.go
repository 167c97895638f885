package lab

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Recommended is what was recommended to a plant, and what the cheapest would have been.
type Recommended struct {
	Peak, Teams, Shifts, Languages int
	Rows                           int
	Heads                          int
	Hours                          float64
	Optimum                        Optimum // in hours
	Left                           float64 // person-hours still missing that an option could close
}

// Ratio is the cost over the least that is proven: never better than the truth.
func (r *Recommended) Ratio() float64 { return r.Hours / r.Optimum.Least }

// mostNodes bounds the search for an optimum; what is not found is shown as bounds.
const mostNodes = 2000

// RecommendPlants recommends people to each plant that lacks some.
func RecommendPlants(plants []ShortPlant) []Recommended {
	var out []Recommended
	for i := range plants {
		if r, ok := recommendPlant(&plants[i]); ok {
			out = append(out, r)
		}
	}
	return out
}

func recommendPlant(p *ShortPlant) (Recommended, bool) {
	out := Recommended{Peak: p.Peak, Teams: len(p.Input.Teams), Shifts: len(p.Options), Languages: len(p.Input.Classes)}
	rows := needful(requirements(p))
	out.Rows = len(rows)
	heads := make([]float64, len(p.Options))
	for _, m := range staffing.Recommend(p.Input, p.Options) {
		for _, k := range m.Options {
			heads[k] += float64(m.Heads)
		}
		out.Heads += m.Heads
		out.Hours += float64(m.Cost) / float64(sample.Hour)
	}
	for i := range rows {
		left := rows[i].Need
		for k, h := range heads {
			left -= h * rows[i].Gives[k]
		}
		out.Left = max(out.Left, left)
	}
	cost, unit := make([]float64, len(p.Options)), new(big.Int)
	for k, o := range p.Options {
		cost[k] = float64(o.Cost) / float64(sample.Hour)
		unit.GCD(nil, nil, unit, big.NewInt(int64(o.Cost)))
	}
	out.Optimum = optimum(cost, rows, out.Hours, float64(unit.Int64())/float64(sample.Hour), mostNodes)
	return out, out.Hours > 0
}

// Bars of what is recommended: cost over the least cost of whole heads.
const (
	barCost, barCostWorst = 1.03, 1.10
)

// CheckRecommended holds recommendations, of which there is one at least, against the bar.
func CheckRecommended(done []Recommended) []PeopleCheck {
	var cost []float64
	left := 0.0
	for i := range done {
		cost = append(cost, done[i].Ratio())
		left = max(left, done[i].Left)
	}
	slices.Sort(cost)
	atMost := func(what string, got, bar float64) PeopleCheck {
		return PeopleCheck{what, fmt.Sprintf("at most %.2f", bar), fmt.Sprintf("%.3f", got), got <= bar}
	}
	return []PeopleCheck{
		atMost("cost of people to add ÷ least cost, median of the plants", middle(cost), barCost),
		atMost("cost of people to add ÷ least cost, worst plant", cost[len(cost)-1], barCostWorst),
		{"heads still missing where a shift reaches", "0", fmt.Sprintf("%g", left), left == 0},
	}
}

// RecommendTable is a line for each plant.
func RecommendTable(done []Recommended) string {
	g := columns("peak|teams|shifts|languages|rows|people added|hours|least|÷ least|÷ LP|nodes")
	for i := range done {
		r := &done[i]
		least := fmt.Sprintf("%.1f", r.Optimum.Least)
		if r.Optimum.Best-r.Optimum.Least >= closeEnough*r.Optimum.Best {
			least = "≥ " + least
		}
		g.row(fmt.Sprint(r.Peak), fmt.Sprint(r.Teams), fmt.Sprint(r.Shifts), fmt.Sprint(r.Languages), fmt.Sprint(r.Rows), fmt.Sprint(r.Heads),
			fmt.Sprintf("%.1f", r.Hours), least, fmt.Sprintf("%.3f", r.Ratio()), thousandths(r.Hours, r.Optimum.LP), fmt.Sprint(r.Optimum.Nodes))
	}
	return g.String()
}

// RecommendSection shows recommendations against the bar.
func RecommendSection(done []Recommended) string {
	var b strings.Builder
	b.WriteString("## What is recommended\n\n" + recommendWords)
	b.WriteString(CheckTable(CheckRecommended(done)))
	b.WriteString("\nBy plant:\n\n" + RecommendTable(done))
	return b.String()
}

const recommendWords = `Generated desks that are short of people, two weeks of half hours each, with one more on any of their shifts as the
options. The least cost is that of a search for the optimum (branch and bound over the linear program with rounded rows)
on the same requirement rows. These are worked out apart from what is judged: for each interval and each set of teams,
what only they may do. The search ends at a gap of 0.5 %, or at what is proven (≥); the ratio is to what is proven. LP is
the same without whole people, which no roster can reach where few are needed.

`
