package staffing

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

// Who has learnt leaves the team for one that can do more, with their time, their place on the
// roster and their part of what may be looked at; nothing is made and nothing lost.
func TestTrained(t *testing.T) {
	heads := func(scheduled, productive sample.Milli) (out []Heads) {
		for range 4 {
			out = append(out, Heads{Scheduled: scheduled, Productive: productive})
		}
		return out
	}
	team := Team{
		Name: "en", Tier: 1, Roles: []string{RoleReview}, Skills: Skills{Languages: []string{"en"}, HarmDomains: []string{"hate"}},
		Supply: TeamSupply{Intervals: heads(5000, 4000)}, Present: sample.FreshAt(5000, midnight),
		Exposure: []ExposureLimit{{Name: "hate", Days: []ExposureDay{{From: 0, To: 2, Budget: 80 * sample.Minute}, {From: 2, To: 4, Budget: 80 * sample.Minute}}}},
	}
	in := Input{Now: midnight, Teams: []Team{team}}
	options := []Option{{Kind: KindTraining, Team: "en", Language: "fr", Productive: []sample.Milli{0, 800, 800, 9000}}}
	got := Trained(in, options, Remedy{Team: "en", Language: "fr", Heads: 2, Options: []int{0}})
	stay, learnt := got.Teams[0], got.Teams[1]
	want := []Heads{{5000, 4000}, {3000, 2400}, {3000, 2400}, {3000, 0}}
	if diff := cmp.Diff(want, stay.Supply.Intervals); diff != "" {
		t.Errorf("who stays: %s", diff)
	}
	if diff := cmp.Diff([]Heads{{}, {2000, 1600}, {2000, 1600}, {2000, 4000}}, learnt.Supply.Intervals); diff != "" {
		t.Errorf("who has learnt: %s", diff)
	}
	if diff := cmp.Diff([]string{"en", "fr"}, learnt.Skills.Languages); diff != "" || learnt.Name == stay.Name || learnt.Present.Fresh() {
		t.Errorf("%+v: %s", learnt, diff)
	}
	for d, moved := range []sample.Span{16 * sample.Minute, 56 * sample.Minute} {
		if a, b := stay.Exposure[0].Days[d].Budget, learnt.Exposure[0].Days[d].Budget; b != moved || a+b != 80*sample.Minute {
			t.Errorf("day %d: %s and %s", d, a, b)
		}
	}
	if diff := cmp.Diff(team, in.Teams[0]); diff != "" {
		t.Errorf("the input is another: %s", diff)
	}
	if other := Trained(in, options, Remedy{Team: "de"}); len(other.Teams) != 1 {
		t.Error("a team of no plan was divided")
	}
}
