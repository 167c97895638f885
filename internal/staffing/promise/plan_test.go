package promise_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/promise"
)

func fresh(v int64) sample.Sample {
	return sample.Sample{Value: sample.Whole(v), Quality: sample.Fresh}
}

// planned is a plan for a day: a class of German and one of English, a team for each and
// one for both, rooms, and a class of which nothing is known.
func planned() staffing.Input {
	class := func(queue, language string) staffing.Class {
		return staffing.Class{
			Key: staffing.ClassKey{Queue: queue, Review: "r", Language: language, Tier: 1}, ArrivalsPerHour: fresh(80), HandleTime: fresh(180),
			Promises: []staffing.Promise{
				{Percent: 950_000, Within: 4 * sample.Hour}, {Percent: 900_000, Within: 15 * sample.Minute, Measure: staffing.Decided},
			},
		}
	}
	team := func(name string, heads int64, languages ...string) staffing.Team {
		t := staffing.Team{
			Name: name, Tier: 1, Roles: []string{staffing.RoleReview}, Skills: staffing.Skills{Languages: languages, HarmDomains: []string{"*"}},
		}
		for range 48 {
			t.Supply.Intervals = append(t.Supply.Intervals, staffing.Heads{Scheduled: sample.Whole(heads), Productive: sample.Whole(heads)})
		}
		return t
	}
	rooms := class("live", "en")
	rooms.Work, rooms.Concurrent, rooms.RoomsPerPerson = staffing.Rooms, fresh(8), sample.Whole(4)
	unknown := class("dark", "en")
	unknown.ArrivalsPerHour = sample.Sample{}
	return staffing.Input{
		Classes: []staffing.Class{class("german", "de"), class("english", "en-GB"), rooms, unknown},
		Teams:   []staffing.Team{team("berlin", 3, "de"), team("leeds", 5, "en"), team("both", 3, "de", "en")},
	}
}

func TestOfPlan(t *testing.T) {
	in := planned()
	got := promise.OfPlan(in)
	for k, want := range []string{"german", "english", "live", "dark"} {
		if got[k].Key.Queue != want || len(got[k].Shares) != 48 || got[k].Promise.Within != 15*sample.Minute {
			t.Fatalf("class %d is %+v", k, got[k])
		}
	}
	for _, k := range []int{0, 1} {
		if s := got[k].Shares[20]; s < 900_000 || s > sample.AllPPM {
			t.Errorf("%s: %d of a million are on time", got[k].Key.Queue, s)
		}
	}
	for _, k := range []int{2, 3} {
		if slices.ContainsFunc(got[k].Shares, func(s sample.PPM) bool { return s != promise.Unknown }) {
			t.Errorf("%s is known: %v", got[k].Key.Queue, got[k].Shares)
		}
	}
	if s := got[0].Shares; s[46] < 0 || s[47] >= 0 {
		t.Errorf("of the last hour %d and %d are on time: the last half falls due after the end, and is not known", s[46], s[47])
	}

	t.Run("whoever watches rooms does nothing else", func(t *testing.T) {
		more := planned()
		more.Classes[2].Concurrent = fresh(30)
		if s := promise.OfPlan(more)[1].Shares[20]; s > 100_000 {
			t.Errorf("with 8 of 8 people at rooms, %d of a million are on time", s)
		}
	})
	t.Run("the order of teams does not matter", func(t *testing.T) {
		turned := planned()
		slices.Reverse(turned.Teams)
		for k, other := range promise.OfPlan(turned) {
			for i, s := range other.Shares {
				if d := s - got[k].Shares[i]; d > 1 || d < -1 {
					t.Fatalf("%s, interval %d: %d and %d", other.Key.Queue, i, got[k].Shares[i], s)
				}
			}
		}
	})
	t.Run("nobody who may", func(t *testing.T) {
		alone := planned()
		alone.Classes = alone.Classes[:1]
		alone.Classes[0].Key.Language = "fr"
		if s := promise.OfPlan(alone)[0].Shares[20]; s != 0 {
			t.Errorf("%d of a million are on time", s)
		}
	})
	t.Run("what waits is late, and makes late", func(t *testing.T) {
		behind := planned()
		behind.Classes[0].Backlog, behind.Classes[0].OldestAge = fresh(300), fresh(3600)
		after := promise.OfPlan(behind)[0].Shares
		if after[0] > 500_000 || after[40] < 900_000 {
			t.Errorf("at first %d, in the evening %d of a million are on time", after[0], after[40])
		}
	})
	t.Run("a declared change of the handle time is foreseen", func(t *testing.T) {
		changed, slower := planned(), planned()
		changed.Classes[0].HandleChanges = []staffing.HandleChange{{From: sample.Instant(12 * sample.Hour), Factor: 4 * sample.One}}
		slower.Classes[0].HandleTime = fresh(720)
		before, after, always := got[0].Shares, promise.OfPlan(changed)[0].Shares, promise.OfPlan(slower)[0].Shares
		if after[12] != before[12] || after[40] > before[40]-200_000 || max(after[40]-always[40], always[40]-after[40]) > 100_000 {
			t.Errorf("%d as before (%d), then %d (%d before), with such a handle time always %d", after[12], before[12], after[40], before[40], always[40])
		}
	})
	t.Run("who stands in helps", func(t *testing.T) {
		share := func(change func(in *staffing.Input)) sample.PPM {
			in := planned()
			in.Classes[0].Markets, in.Classes[0].ArrivalsPerHour = []string{"AT"}, fresh(160)
			in.Classes = in.Classes[:1]
			in.Teams[0].Skills.Markets, in.Teams[2].Skills.Markets = []string{"AT"}, []string{"DE"}
			in.Teams[2].Supply = in.Teams[1].Supply
			change(&in)
			return promise.OfPlan(in)[0].Shares[20]
		}
		relax := func(after sample.Span) func(in *staffing.Input) {
			return func(in *staffing.Input) {
				in.Classes[0].Relax = []staffing.Relaxation{{After: after, Drop: staffing.DropMarket}}
			}
		}
		alone, late := share(func(*staffing.Input) {}), share(relax(20*sample.Minute))
		if helped := share(relax(4 * sample.Minute)); helped < 900_000 || alone > 100_000 || late != alone {
			t.Errorf("%d of a million are on time with help after 4 of 15 minutes, %d after 20, %d without", helped, late, alone)
		}
	})
	t.Run("what is due at a time goes by that", func(t *testing.T) {
		again := func(due sample.Instant) sample.PPM {
			in := planned()
			more := in.Classes[0]
			more.Key.Review, more.ArrivalsPerHour, more.Promises = "rework/x", fresh(0), []staffing.Promise{{Percent: 990_000, Within: 24 * sample.Hour}}
			more.Backlog, more.OldestAge, more.Due = fresh(300), fresh(0), due
			in.Classes = append(in.Classes, more)
			return promise.OfPlan(in)[0].Shares[0]
		}
		if soon, later := again(planned().Now.Add(5*sample.Minute)), again(planned().Now.Add(20*sample.Hour)); soon > 500_000 || later < 900_000 {
			t.Errorf("with what is due in 5 minutes %d of a million are on time, with what is due in 20 hours %d", soon, later)
		}
	})
	if diff := cmp.Diff(got, promise.OfPlan(in)); diff != "" {
		t.Error(diff)
	}
}

// A plan without anything is foreseen without anything.
func TestOfEmptyPlan(t *testing.T) {
	if got := promise.OfPlan(staffing.Input{}); len(got) != 0 {
		t.Error(got)
	}
	one := staffing.Input{Classes: planned().Classes[:1]}
	if got := promise.OfPlan(one); len(got) != 1 || got[0].Shares[0] != 0 {
		t.Error(got)
	}
}
