package tune

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Shadows that do their slots in a row, before choices, come to what they come to slot by slot.
func TestLazyShadowsComeToTheSame(t *testing.T) {
	bs := bins(rand.New(rand.NewPCG(31, 1)), 2*hour, 5, spikes)
	bs = append(bs[:800], bs[830:]...) // a gap
	eager, lazy := New(leastSlot), New(leastSlot)
	lazy.Lazy = true
	behind := 0
	for i := range bs {
		p := live
		if i > 1000 {
			p.Max = 15 // bounds that move
		}
		part := one(liveDeadline, bs[max(i-2, 0):i+1])
		eager.Advance(p, part)
		lazy.Advance(p, part)
		behind = max(behind, len(lazy.behind))
		if diff := cmp.Diff(eager.Tuning(), lazy.Tuning()); diff != "" {
			t.Fatalf("bin %d (-eager, +lazy):\n%s", i, diff)
		}
	}
	if diff := cmp.Diff(eager.Accounts(), lazy.Accounts()); diff != "" {
		t.Errorf("accounts (-eager, +lazy):\n%s", diff)
	}
	if most := int(choiceEvery / leastSlot); behind < 2 || behind > most {
		t.Errorf("%d slots behind, at most %d", behind, most)
	}
}
