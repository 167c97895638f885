package staffing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

// shortPlant is a plan of intervals of half hours in which work cannot wait for the next,
// with teams that are too small, and shifts of a third of the time for each.
func shortPlant(r *rand.Rand, classes, teams, intervals int) (Input, []Option) {
	in := Input{Now: noon, Interval: 30 * sample.Minute, Horizon: sample.Span(intervals) * 30 * sample.Minute}
	languages := []string{"en", "fr", "pt"}
	for i := range classes {
		c := Class{
			Key:      ClassKey{Queue: "q", Review: fmt.Sprint(i), Language: languages[r.IntN(3)], HarmDomain: pick(r, "hate", "spam"), Tier: 1},
			Promises: []Promise{{Percent: 800_000, Within: 10 * sample.Minute, Measure: Started}}, ArrivalsPerHour: sample.FreshAt(0, noon),
			HandleTime: sample.FreshAt(sample.Whole(60), noon), Backlog: sample.Missing(sample.CauseNotDeclared),
			OldestAge: sample.Missing(sample.CauseNotDeclared), Priority: r.IntN(3),
		}
		for range intervals {
			c.Rates = append(c.Rates, sample.Whole(int64(r.IntN(2)*r.IntN(120))))
		}
		in.Classes = append(in.Classes, c)
	}
	var options []Option
	for i := range teams {
		t := Team{Name: fmt.Sprintf("t%d", i), Tier: 1, Roles: []string{RoleReview}}
		t.Skills.Languages = append(some(r, languages...), languages[r.IntN(3)])
		t.Skills.HarmDomains = pick(r, []string{"*"}, []string{"hate"}, []string{"hate", "spam"})
		for range intervals {
			h := sample.Whole(int64(r.IntN(3)))
			t.Supply.Intervals = append(t.Supply.Intervals, Heads{h, h})
		}
		in.Teams = append(in.Teams, t)
		for s := range 3 {
			o := Option{Team: t.Name, Shift: fmt.Sprint(s), Productive: make([]sample.Milli, intervals)}
			for k := s * intervals / 4; k < min(s*intervals/4+intervals/2, intervals); k++ {
				o.Productive[k] = 700
				o.Cost += 30 * sample.Minute
			}
			options = append(options, o)
		}
	}
	return in, options
}

// staffed is a plan's input with so many more of each option.
func staffed(in Input, options []Option, heads []int) Input {
	in.Teams = slices.Clone(in.Teams)
	for i := range in.Teams {
		in.Teams[i].Supply.Intervals = slices.Clone(in.Teams[i].Supply.Intervals)
		for k, o := range options {
			if o.Team != in.Teams[i].Name {
				continue
			}
			for j, h := range o.Productive {
				in.Teams[i].Supply.Intervals[j].Productive += sample.Milli(heads[k]) * h
			}
		}
	}
	return in
}

// lack is what a plan's intervals lack.
func lack(in Input) (sum sample.Span) {
	for _, t := range Plan(in).Totals {
		sum += sample.Span(t.Gap)
	}
	return sum * 30 * sample.Minute / sample.Span(sample.One)
}

func chosen(options []Option, remedies []Remedy) (heads []int, cost sample.Span) {
	heads = make([]int, len(options))
	for _, m := range remedies {
		k := slices.IndexFunc(options, func(o Option) bool { return o.Team == m.Team && o.Shift == m.Shift })
		heads[k] += m.Heads
		cost += m.Cost
	}
	return heads, cost
}

// dust is what may get lost where people are counted in thousandths.
const dust = 12 * 8 * 30 * sample.Minute / 1000

func near(a, b sample.Span) bool { return max(a-b, b-a) <= dust }

// What is recommended closes all that can be closed, nobody of it is needless, and each
// figure is what a plan with these people says.
func TestRecommendClosesWhatCanBeClosed(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 1))
	for range 60 {
		in, options := shortPlant(r, 1+r.IntN(8), 1+r.IntN(4), 12)
		got := Recommend(in, options)
		heads, _ := chosen(options, got)
		before := lack(in)
		for i, m := range got {
			if !near(m.Before, before) || m.After >= m.Before || m.Heads <= 0 {
				t.Fatalf("remedy %d of %+v begins with %v", i, got, before)
			}
			before = m.After
		}
		after := lack(staffed(in, options, heads))
		if !near(after, before) {
			t.Fatalf("%v are missing with %+v, and %v were foretold", after, got, before)
		}
		for k := range options {
			more := slices.Clone(heads)
			more[k]++
			if lack(staffed(in, options, more)) < after-dust {
				t.Fatalf("one more of %s/%s closes more", options[k].Team, options[k].Shift)
			}
			if heads[k] > 0 {
				more[k] -= 2
				if lack(staffed(in, options, more)) <= after {
					t.Fatalf("one of %s/%s is needless", options[k].Team, options[k].Shift)
				}
			}
		}
	}
}

// The order of options, classes and teams does not matter.
func TestRecommendInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(25, 1))
	for range 20 {
		in, options := shortPlant(r, 1+r.IntN(8), 1+r.IntN(5), 12)
		want := Recommend(in, options)
		order := r.Perm(len(options))
		shuffled := make([]Option, len(options))
		for k, at := range order {
			shuffled[at] = options[k]
		}
		for _, m := range want {
			for j, k := range m.Options {
				m.Options[j] = order[k]
			}
		}
		r.Shuffle(len(in.Classes), func(i, j int) { in.Classes[i], in.Classes[j] = in.Classes[j], in.Classes[i] })
		r.Shuffle(len(in.Teams), func(i, j int) { in.Teams[i], in.Teams[j] = in.Teams[j], in.Teams[i] })
		if diff := cmp.Diff(want, Recommend(in, shuffled)); diff != "" {
			t.Fatal(diff)
		}
	}
}

// cheapest is the least cost of heads that leave no more missing, by trying all.
func cheapest(in Input, options []Option, most int, target sample.Span) sample.Span {
	best := sample.Span(1 << 60)
	heads := make([]int, len(options))
	var try func(k int, cost sample.Span)
	try = func(k int, cost sample.Span) {
		if cost >= best {
			return
		}
		if k == len(options) {
			if lack(staffed(in, options, heads)) <= target {
				best = cost
			}
			return
		}
		for h := range most + 1 {
			heads[k] = h
			try(k+1, cost+sample.Span(h)*options[k].Cost)
		}
		heads[k] = 0
	}
	try(0, 0)
	return best
}

func TestRecommendIsNearTheCheapest(t *testing.T) {
	r := rand.New(rand.NewPCG(22, 1))
	var ratios []float64
	for len(ratios) < 20 {
		in, options := shortPlant(r, 1+r.IntN(4), 2, 8)
		for i := range in.Classes {
			for k := range in.Classes[i].Rates {
				in.Classes[i].Rates[k] /= 2
			}
		}
		got := Recommend(in, options)
		heads, cost := chosen(options, got)
		if cost == 0 || slices.Max(heads) > 2 {
			continue
		}
		ratios = append(ratios, float64(cost)/float64(cheapest(in, options, 3, got[len(got)-1].After)))
	}
	slices.Sort(ratios)
	t.Logf("cost over that of the cheapest: median %.3f, 90 %% %.3f, worst %.3f", ratios[10], ratios[18], ratios[19])
	if ratios[10] > 1.03 || ratios[19] > 1.1 {
		t.Errorf("too dear: median %.3f, worst %.3f", ratios[10], ratios[19])
	}
}

func TestRecommendOfNothing(t *testing.T) {
	in, options := shortPlant(rand.New(rand.NewPCG(23, 1)), 4, 3, 12)
	for name, x := range map[string][]Option{
		"none":                 nil,
		"of another plan":      {{Team: "other", Cost: sample.Hour, Productive: []sample.Milli{1000}}},
		"that costs nothing":   {{Team: "t0", Productive: options[0].Productive}},
		"that brings nothing":  {{Team: "t0", Cost: sample.Hour}},
		"longer than the plan": {{Team: "t0", Cost: sample.Hour, Productive: append(make([]sample.Milli, 12), 1000, 1000)}},
		"of less than nothing": {{Team: "t0", Cost: sample.Hour, Productive: []sample.Milli{-1000, -1000}}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Recommend(in, x); len(got) != 0 {
				t.Errorf("%+v", got)
			}
		})
	}
	if got := Recommend(Input{}, options); len(got) != 0 {
		t.Errorf("of an empty plan: %+v", got)
	}
}

func BenchmarkRecommend(b *testing.B) {
	in, options := shortPlant(rand.New(rand.NewPCG(24, 1)), 60, 10, 672)
	b.ReportAllocs()
	for b.Loop() {
		Recommend(in, options)
	}
}
