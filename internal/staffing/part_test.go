package staffing

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

func partKey(language, role string, tier int) ClassKey {
	return ClassKey{Queue: "q", Review: "hate", Language: language, HarmDomain: "hate", Tier: tier, Role: role}
}

func TestPartsFollowForecasts(t *testing.T) {
	at := sample.Instant(1_000_000)
	fresh := func(v sample.Milli) sample.Sample { return sample.FreshAt(v, at) }
	base := func(language string, now sample.Milli, rates ...sample.Milli) Class {
		return Class{Key: partKey(language, "", 1), ArrivalsPerHour: fresh(now), Rates: rates, ForecastError: 70_000, Dispersion: 2000}
	}
	qa := func(now sample.Sample, parts ...Part) Class {
		return Class{Key: partKey("de", RoleQA, 1), ArrivalsPerHour: now, Derived: true, Parts: parts}
	}
	de := Part{Of: partKey("de", "", 1), PerItem: 100_000}
	all := Part{Of: partKey("de", "", 1), Stream: true, PerItem: 3_000_000}
	gone := Part{Of: partKey("fr", "", 1), PerItem: 100_000}
	for name, c := range map[string]struct {
		classes []Class
		part    Class
		want    []sample.Milli
	}{
		"a share of a class": {[]Class{base("de", 5000, 5000, 10_000, 20_000)}, qa(fresh(700), de), []sample.Milli{500, 1000, 2000}},
		"now is not known":   {[]Class{base("de", 5000, 5000, 10_000)}, qa(sample.Missing(sample.CauseNoRow), de), []sample.Milli{500, 1000}},
		"of the stream": {
			[]Class{base("de", 5000, 5000, 10_000), base("en", 1000, 1000, 2000)}, qa(fresh(0), all), []sample.Milli{18_000, 36_000},
		},
		"of both": {[]Class{base("de", 5000, 5000, 10_000), base("en", 1000, 1000, 2000)}, qa(fresh(0), de, all), []sample.Milli{18_500, 37_000}},
		"one of the stream has no forecast": {
			[]Class{base("de", 5000, 5000, 10_000), base("en", 1000)}, qa(fresh(0), all), []sample.Milli{18_000, 33_000},
		},
		"nothing is forecast":          {[]Class{base("de", 5000)}, qa(fresh(700), de), nil},
		"rounded up":                   {[]Class{base("de", 1, 1, 1)}, qa(sample.Sample{}, de), []sample.Milli{1, 1}},
		"the class is gone":            {[]Class{base("de", 5000, 5000, 10_000)}, qa(fresh(700), gone), nil},
		"a stream of another's":        {[]Class{base("de", 5000, 5000, 10_000)}, qa(fresh(0), Part{Of: ClassKey{Queue: "q"}, Stream: true, PerItem: 1}), nil},
		"beyond all bounds, and sound": {[]Class{base("de", 0, 0, sample.MaxMilli)}, qa(fresh(0), Part{Of: partKey("de", "", 1), PerItem: 1 << 62}, all), []sample.Milli{0, sample.MaxMilli}},
	} {
		t.Run(name, func(t *testing.T) {
			in := append(slices.Clone(c.classes), c.part)
			got := WithDerived(in)
			if d := cmp.Diff(c.want, got[len(got)-1].Rates); d != "" {
				t.Errorf("rates (-want +got):\n%s", d)
			}
			if d := cmp.Diff(append(slices.Clone(c.classes), c.part), in); d != "" {
				t.Errorf("the input was changed (-want +got):\n%s", d)
			}
			if of := got[len(got)-1]; name == "of both" && (of.ForecastError != 70_000 || of.Dispersion != 2000) {
				t.Errorf("error %v, dispersion %v are not those of what it follows from", of.ForecastError, of.Dispersion)
			}
		})
	}
}

// A quality sample is planned for teams with that role only, beside its stream, and the
// order of the classes does not matter.
func TestSampleIsAClassOfItsOwn(t *testing.T) {
	at := sample.Instant(20_000 * int64(day))
	now := func(v int64) sample.Sample { return sample.FreshAt(sample.Whole(v), at) }
	undeclared := sample.Missing(sample.CauseNotDeclared)
	base := Class{
		Key: partKey("en", "", 1), Surface: "live", ArrivalsPerHour: now(120), Backlog: now(0), OldestAge: now(0), HandleTime: now(60),
		Rates: []sample.Milli{120_000, 120_000, 240_000}, Promises: []Promise{{Percent: 900_000, Within: 2 * sample.Hour}},
	}
	qa := base
	qa.Key.Role, qa.Requires.Role, qa.Rates = RoleQA, RoleQA, nil
	qa.ArrivalsPerHour, qa.Backlog, qa.OldestAge = now(30), undeclared, undeclared
	qa.Derived, qa.Parts = true, []Part{{Of: base.Key, PerItem: 250_000}}
	team := func(name, role string) Team {
		t := Team{Name: name, Tier: 1, Roles: []string{role}, Skills: Skills{Languages: []string{"en"}, HarmDomains: []string{"*"}}}
		for range 4 {
			t.Supply.Intervals = append(t.Supply.Intervals, Heads{Scheduled: sample.Whole(50), Productive: sample.Whole(50)})
		}
		return t
	}
	in := Input{Now: at, Horizon: 2 * sample.Hour, Classes: []Class{base, qa}, Teams: []Team{team("reviewers", RoleReview), team("quality", RoleQA)}}
	got := Plan(in)
	if len(got.Classes) != 2 || got.Classes[1].Key.Role != RoleQA {
		t.Fatalf("classes %+v", got.Classes)
	}
	for i, teams := range [][]string{{"reviewers"}, {"quality"}} {
		if d := cmp.Diff(teams, got.Classes[i].Teams); d != "" {
			t.Errorf("%+v (-want +got):\n%s", got.Classes[i].Key, d)
		}
	}
	// A quarter of two heads, and of four from the third interval on.
	if load := newClass(WithDerived(in.Classes)[1], in.Teams, at, in.Grid()); load.microLoad(1) != 500_000 || load.microLoad(3) != 1_000_000 {
		t.Errorf("the sample is %d and %d millionths of a head", load.microLoad(1), load.microLoad(3))
	}
	slices.Reverse(in.Classes)
	if d := cmp.Diff(got, Plan(in)); d != "" {
		t.Errorf("in another order (-want +got):\n%s", d)
	}
	in.Teams = in.Teams[:1]
	if lost := Plan(in).Classes[1]; !slices.Contains(lost.Findings, FindingNoTeam) || lost.WorstGap.Heads == 0 {
		t.Errorf("nobody looks again, and the plan says %+v", lost.Findings)
	}
}

func TestPartsAreTotal(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	odd := []int64{-1 << 63, -1, 0, 1, 1000, int64(sample.MaxMilli), 1<<63 - 1}
	any64 := func() int64 { return odd[r.IntN(len(odd))] }
	for range 500 {
		base := Class{Key: partKey("de", "", 1), ArrivalsPerHour: sample.FreshAt(sample.Milli(any64()), 1), HandleTime: sample.FreshAt(sample.Milli(any64()), 1)}
		for range r.IntN(3) {
			base.Rates = append(base.Rates, sample.Milli(any64()))
		}
		part := base
		part.Key.Role, part.Rates, part.HandleOver = RoleQA, nil, sample.Span(any64())
		part.Derived = r.IntN(4) > 0
		part.Parts = []Part{{Of: base.Key, PerItem: sample.PPM(any64())}, {Of: part.Key, Stream: r.IntN(2) == 0, PerItem: sample.PPM(any64())}}
		part.HandleChanges = []HandleChange{{From: sample.Instant(any64()), Factor: sample.Milli(any64()), Decay: sample.Span(any64())}}
		for _, c := range Plan(Input{Now: sample.Instant(any64() / 4), Horizon: 2 * sample.Hour, Classes: []Class{base, part}}).Classes {
			for i, n := range c.Intervals {
				if n.Required < 0 || n.Required > sample.Whole(2*maxLoad) {
					t.Fatalf("%+v needs %v in interval %d", c.Key, n.Required, i)
				}
			}
		}
	}
}
