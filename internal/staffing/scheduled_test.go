package staffing

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

// shrunk is a team of n on the roster of which so many percent are away.
func shrunk(name string, n int64, percent sample.PPM) Team {
	t := team(name, n)
	t.Shrinkage.Planned = percent * 10_000
	for i := range t.Supply.Intervals {
		h := &t.Supply.Intervals[i]
		h.Productive = sample.Milli(sample.MulDiv(int64(h.Scheduled), int64(t.Shrinkage.Productive()), int64(sample.AllPPM)))
	}
	t.Supply.Now = t.Supply.Intervals[0]
	return t
}

// 14 productive people are required all day; who is on shift decides what that is on the roster.
func TestRequiredOnTheRoster(t *testing.T) {
	market := []string{"PT"}
	abroad := func(n int64, percent sample.PPM) Team {
		a := shrunk("pt", n, percent)
		a.Skills.Markets = market
		return a
	}
	for name, x := range map[string]struct {
		teams        []Team
		day, evening sample.Milli // at noon, and at 20:00
	}{
		"nobody holds the skills":                      {nil, 14_000, 14_000},
		"one team":                                     {[]Team{shrunk("a", 20, 30)}, 20_000, 20_000},
		"each team by its people":                      {[]Team{shrunk("a", 30, 30), shrunk("b", 10, 50)}, 21_539, 21_539},
		"whoever is not there changes nothing":         {[]Team{shrunk("a", 20, 30), shrunk("b", 90, 60).onShift(16, 48)}, 20_000, 30_800},
		"a team without people changes nothing":        {[]Team{shrunk("a", 20, 30), shrunk("b", 0, 60)}, 20_000, 20_000},
		"nobody is on shift: as over the plan":         {[]Team{shrunk("a", 20, 30).onShift(0, 16)}, 20_000, 20_000},
		"nobody is on shift: by the hours worked":      {[]Team{shrunk("a", 20, 30).onShift(0, 16), shrunk("b", 20, 60).onShift(0, 8)}, 25_455, 23_334},
		"nobody is ever: the plain mean":               {[]Team{shrunk("a", 0, 30), shrunk("b", 0, 50)}, 23_334, 23_334},
		"who stands in does not count beside the own":  {[]Team{shrunk("a", 20, 30), abroad(90, 60)}, 20_000, 20_000},
		"who stands in counts where there is no other": {[]Team{shrunk("a", 20, 30).onShift(0, 16), abroad(90, 60)}, 20_000, 35_000},
	} {
		c := relaxed(erlangs("q", 10, 3*sample.Minute, started(80, 19_800)), Relaxation{sample.Second, DropMarket})
		got := only(t, planOf(x.teams, c))
		noon, evening := got.Intervals[0], got.Intervals[16]
		if noon.Required != 14_000 || evening.Required != 14_000 {
			t.Fatalf("%s: %s and %s productive people are required, want 14", name, noon.Required, evening.Required)
		}
		if noon.RequiredScheduled != x.day || evening.RequiredScheduled != x.evening || got.Now.RequiredScheduled != x.day {
			t.Errorf("%s: %s on the roster now, %s at noon and %s in the evening, want %s and %s", name,
				got.Now.RequiredScheduled, noon.RequiredScheduled, evening.RequiredScheduled, x.day, x.evening)
		}
	}
}

// Without ramps, as many are required on the roster as are scheduled exactly where as many are required
// as are productive: who reads one pair of columns comes to the same as who reads the other.
func TestRosterAndProductivePeopleAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(71, 72))
	enough, few := 0, 0
	for n := range 300 {
		p, result := planned(SmallPlant(r, n))
		for k, c := range p.classes {
			for i, need := range p.needs[k][:p.grid.N] {
				scheduled, productive := p.sumOf(c.teams, i)
				switch {
				case productive == 0:
				case need.Required <= productive && need.RequiredScheduled > scheduled,
					need.Required > productive+sample.Milli(len(c.teams)) && need.RequiredScheduled <= scheduled:
					t.Fatalf("plant %d, %v: %s of %s productive people are required, but %s of %s on the roster\n%+v",
						n, c.in.Key, need.Required, productive, need.RequiredScheduled, scheduled, result.Classes)
				case need.Required <= productive:
					enough++
				default:
					few++
				}
			}
		}
	}
	if enough < 500 || few < 500 {
		t.Errorf("%d intervals with enough people and %d with too few: the plants do not test both", enough, few)
	}
}

// sumOf is the people of some teams on the roster in an interval, and the productive ones.
func (p *planner) sumOf(teams []int, i int) (scheduled, productive sample.Milli) {
	for _, t := range teams {
		scheduled += p.roster[i][t]
		productive += p.slots[i][t]
	}
	return scheduled, productive
}

// A team that comes at night changes nothing of what is required on the roster by day.
func TestWhoIsNotThereDoesNotChangeTheRoster(t *testing.T) {
	r := rand.New(rand.NewPCG(73, 74))
	for n := range 200 {
		c := erlangs("q", float64(1+r.IntN(30)), 3*sample.Minute, decided(90, pick(r, 9*sample.Minute, 2*sample.Hour, 9*sample.Hour)))
		a := shrunk("a", int64(1+r.IntN(50)), sample.PPM(r.IntN(60)))
		first := 1 + r.IntN(47)
		before := only(t, planOf([]Team{a}, c))
		after := only(t, planOf([]Team{a, shrunk("b", int64(1+r.IntN(50)), sample.PPM(r.IntN(90))).onShift(first, 48)}, c))
		for i := range first {
			was, is := before.Intervals[i], after.Intervals[i]
			if got, want := fmt.Sprint(is.RequiredScheduled), fmt.Sprint(was.RequiredScheduled); is.Required == was.Required && got != want {
				t.Fatalf("plant %d, interval %d of %d: %s on the roster, %s before", n, i, first, got, want)
			}
		}
	}
}
