package sheet

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// twoMore are people for the French half day that is short of them, one after the other.
func twoMore() ([]staffing.Option, []staffing.Remedy) {
	one := make([]sample.Milli, 48)
	for i := 24; i < 48; i++ {
		one[i] = sample.One
	}
	remedy := staffing.Remedy{
		Kind: staffing.KindHeadcount, Team: "lille", Heads: 1, Options: []int{0},
		Closes: []staffing.Closed{{Language: "fr", Tier: 1, Time: sample.Hour}},
	}
	return []staffing.Option{{Team: "lille", Productive: one}}, []staffing.Remedy{remedy, remedy}
}

// Of a language that misses its promise for half a day, each of two people more keeps more of it;
// what the second finds is what the first left.
func TestPromisesOfRemedies(t *testing.T) {
	in := asked(map[string][2]int64{"cork": {6, 6}, "lille": {6, 1}})
	options, remedies := twoMore()
	got := PromisesOf(in, 1_000).Together(options, remedies)
	if len(got) != 2 {
		t.Fatalf("%d turns", len(got))
	}
	first, second := got[0], got[1]
	if first.Language != "fr" || first.Tier != 1 || first.Before >= first.After || first.After != second.Before || second.After <= second.Before {
		t.Errorf("%s, then %s", &first, &second)
	}
	sheet := foreseen(in)
	if want := sheet.onTime("fr", 1); first.Before != want {
		t.Errorf("before the first: %d, the plan says %d", first.Before, want)
	}
	// Who only has others take over is told of all work.
	remedies[0].Closes = nil
	if got := PromisesOf(in, 1_000).Together(options, remedies[:1])[0]; got.Language != All || got.Before >= got.After {
		t.Errorf("of all: %s", &got)
	}
}

// A large plan tells the first ones, and the plan as it is comes free.
func TestPromisesAsFarAsWorkGoes(t *testing.T) {
	in := asked(map[string][2]int64{"cork": {6, 6}, "lille": {6, 1}})
	options, remedies := twoMore()
	for work, want := range map[int]int{0: 0, 95: 0, 96: 1, 191: 1, 192: 2} {
		if got := PromisesOf(in, work).Together(options, remedies); len(got) != want {
			t.Errorf("%d of work: %d turns, want %d", work, len(got), want)
		}
	}
}

// English people who learn French are each told alone.
func TestPromisesOfTraining(t *testing.T) {
	in := asked(map[string][2]int64{"cork": {10, 10}, "lille": {6, 1}})
	options, remedies := twoMore()
	for i := range remedies {
		remedies[i].Kind, remedies[i].Team, remedies[i].Language, remedies[i].Heads = staffing.KindTraining, "cork", "fr", i+1
	}
	options[0].Kind, options[0].Team, options[0].Language = staffing.KindTraining, "cork", "fr"
	got := PromisesOf(in, 1_000).Each(options, remedies)
	if len(got) != 2 || got[0].Before != got[1].Before || got[0].After <= got[0].Before || got[1].After <= got[0].After {
		t.Errorf("%v", got)
	}
}

func TestTurn(t *testing.T) {
	for want, turn := range map[string]Turn{
		"-":                         {Language: "fr", Before: Untold, After: 90 * sample.One},
		"fr, tier 2 86 % → 99.5 %":  {Language: "fr", Tier: 2, Before: 86_300, After: 99_500},
		"All languages 0 % → 100 %": {Language: All, After: 100 * sample.One},
		"No language 100 % → 100 %": {Before: 100 * sample.One, After: 100 * sample.One},
	} {
		if got := turn.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if (turn.Data() == nil) != (want == "-") {
			t.Errorf("%s: %v", want, turn.Data())
		}
	}
	x := Turn{Language: "fr", Tier: 2, Before: 86_300, After: 99_500}
	if diff := cmp.Diff(&TurnData{"fr", 2, 86.3, 99.5}, x.Data()); diff != "" {
		t.Error(diff)
	}
}
