package relief_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/relief"
	"github.com/modcap/modcap/internal/sample"
	sim "github.com/modcap/modcap/internal/simulate/relief"
	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/plants"
)

// Where any level is enough, the first such level is chosen: all levels of each plant are tried. Where none is, the one that is
// chosen is nearly the best. More relief than enough is seldom too little: what a step gives to one work its people lack
// elsewhere, and a level is a compromise of the plan.
func TestLeastLevel(t *testing.T) {
	number := 300
	if testing.Short() {
		number = 60
	}
	r := rand.New(rand.NewPCG(5, 6))
	short, enough, falls, far := 0, 0, 0, 0
	for n := range number {
		in := sim.Short(r)
		late, least := relief.Tried(in)
		if late[0] == 0 {
			continue
		}
		short++
		at := least.Whole*relief.Parts + least.Part
		first, best := slices.Index(late, 0), slices.Min(late)
		switch {
		case first >= 0 && at != first:
			t.Errorf("plant %d: level %d is chosen, and %d is the first with nothing late", n, at, first)
		case first >= 0:
			enough++
			if slices.Max(late[first:]) > 0 {
				falls++
			}
		case late[at] > best+best/10:
			t.Errorf("plant %d: %d min late at %d, and %d could be had", n, late[at], at, best)
		case late[at] > best+best/20:
			far++
		}
	}
	t.Logf("%d plants: %d are short, and for %d of these some relief is enough; in %d more is not, in %d the best is 5 %% better",
		number, short, enough, falls, far)
	if enough < number/10 {
		t.Error("hardly any plant is short")
	}
	if falls > enough/20 || far > short/20 {
		t.Errorf("in %d plants of %d more than enough is not, in %d of %d the best is 5 %% better", falls, enough, far, short)
	}
}

// The same again with the state that came of it changes nothing, and neither does the order of classes, teams, queues and bands.
func TestSameAgainAndOrder(t *testing.T) {
	number := 300
	if testing.Short() {
		number = 60
	}
	r := rand.New(rand.NewPCG(9, 10))
	for n := range number {
		in := sim.Draw(r, n)
		before, _ := json.Marshal(in)
		first := relief.Plan(in)
		if after, _ := json.Marshal(in); string(after) != string(before) {
			t.Fatal("Plan changes its input")
		}
		in.State = first.State
		again := relief.Plan(in)
		if diff := cmp.Diff([]any{first.State, first.Measures, first.Cost}, []any{again.State, again.Measures, again.Cost}); diff != "" {
			t.Errorf("plant %d, again:\n%s", n, diff)
		}
		u := &in.Unrelieved
		r.Shuffle(len(u.Classes), func(i, j int) { u.Classes[i], u.Classes[j] = u.Classes[j], u.Classes[i] })
		r.Shuffle(len(u.Teams), func(i, j int) { u.Teams[i], u.Teams[j] = u.Teams[j], u.Teams[i] })
		slices.Reverse(in.Queues)
		slices.Reverse(in.Bands)
		other := relief.Plan(in)
		other.Relieved, again.Relieved = staffing.Input{}, staffing.Input{}
		if diff := cmp.Diff(again, other); diff != "" {
			t.Errorf("plant %d, in another order:\n%s", n, diff)
		}
	}
}

// The bar: nothing protected is touched, in any of 10,000 plants (see sim.Hold). The laboratory runs them all.
func TestProtectedIsNotTouched(t *testing.T) {
	number := 10_000
	if testing.Short() {
		number = 1000
	}
	var all sim.Held
	for n := range number {
		x := sim.Hold(n)
		if x.Touched() > 0 {
			t.Errorf("plant %d: %+v", n, x)
		}
		all.Add(x)
	}
	t.Logf("%+v", all)
	if all.On < number/5 || all.Classes < number {
		t.Error("hardly any relief is on, or hardly anything is protected")
	}
}

// large is 100 queues of three classes, of which a policy has a third, and 30 teams.
func large(limited bool) relief.Input {
	in := relief.Input{Unrelieved: plants.Large(48), Steps: []relief.Step{
		{Kind: relief.Widen}, {Kind: relief.Relax, Drop: staffing.DropSurface}, {Kind: relief.Relax, Drop: staffing.DropMarket},
	}}
	if limited {
		in.Unrelieved = plants.Limited(48)
	}
	for i := range in.Unrelieved.Classes {
		c := &in.Unrelieved.Classes[i]
		c.ArrivalsPerHour.Quality, c.HandleTime.Quality, c.Backlog.Quality, c.OldestAge.Quality = sample.Fresh, sample.Fresh, sample.Fresh, sample.Fresh
		c.Concurrent.Quality = sample.Fresh
		if i%3 == 0 && i/3%3 == 0 {
			in.Queues = append(in.Queues, c.Key.Queue)
		}
	}
	return in
}

// A look at a plant that is short, with all relief on; the first, which searches, and those after it.
func BenchmarkPlan(b *testing.B) {
	for name, limited := range map[string]bool{"large": false, "large, limited": true} {
		in := large(limited)
		b.Run(name+", first", func(b *testing.B) {
			for b.Loop() {
				relief.Plan(in)
			}
		})
		in.State = relief.Plan(in).State
		b.Run(name+", next", func(b *testing.B) {
			for b.Loop() {
				relief.Plan(in)
			}
		})
	}
}
