package staffing

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

// What limits hold back is what a plan without them would not have late; where none binds it is
// nothing, and where it is something a limit of exposure binds.
func TestHeldIsWhatLimitsCost(t *testing.T) {
	r := rand.New(rand.NewPCG(43, 1))
	held, worst := 0, sample.Span(0)
	for n := range 300 {
		in := exposedPlant(r)
		plan := Plan(in)
		free := in
		free.Teams = slices.Clone(in.Teams)
		for i := range free.Teams {
			free.Teams[i].Exposure = nil
		}
		var got sample.Span
		back := HeldBack(in)
		for _, h := range back {
			if got += h.Time; h.From < plan.Now || h.Time <= 0 {
				t.Fatalf("plant %d: %+v", n, h)
			}
		}
		if len(back) > 0 {
			held++
		}
		binds := slices.ContainsFunc(plan.Exposure, func(x ExposureUse) bool { return x.Binds })
		if !binds && got > 0 {
			t.Fatalf("plant %d: %v held back, and no limit binds", n, got)
		}
		want := lateOf(in) - lateOf(free)
		if off := max(want-got, got-want); off > worst {
			worst = off
			t.Logf("plant %d: %v held back, a plan without limits has %v less late", n, got, want)
		}
	}
	t.Logf("%d plants with work held back, off by at most %v", held, worst)
	if held < 50 || worst > sample.Second {
		t.Error("what limits hold back is not what they cost")
	}
}
