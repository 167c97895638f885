package outlook

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
)

// told is what a plan would be told by s of a queue that gets an item a second.
func told(s State) capacity.Outlook {
	var f forecast.State
	f.Fold([]forecast.Bin{{At: begin.Add(-interval), Width: interval, Count: sample.Whole(5)}})
	return s.Of(&f, begin, nil)
}

func TestRecall(t *testing.T) {
	learned := reset(deadline)
	for k := range sample.Span(4000) { // drains that take twice what is said
		l := look(k*interval, 100, 40*sample.Second).drain(20*sample.Second, 25*sample.Second)
		learned.Look(l)
	}
	fresh := reset(deadline)
	if cmp.Equal(told(learned).Drain, told(fresh).Drain) {
		t.Fatal("nothing was learned")
	}
	for name, c := range map[string]struct {
		recorded, want capacity.Outlook
		settled        bool
	}{
		"what was learned":                    {told(learned), told(learned), true},
		"nothing":                             {capacity.Outlook{}, told(fresh), false},
		"as at first, and little was learned": {told(fresh), told(fresh), false},
		"of another make": {
			capacity.Outlook{Drain: capacity.Calibration{Sure: capacity.Worth{7, 7}}}, told(fresh), false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := Recall(deadline, c.recorded)
			if diff := cmp.Diff(c.want, told(got)); diff != "" {
				t.Errorf("is told otherwise (-want +got):\n%s", diff)
			}
			if settled := got.Tracks[DrainSure].Settled > 0; settled != c.settled {
				t.Errorf("counts as learned: %t, want %t", settled, c.settled)
			}
		})
	}
	t.Run("what cannot be is bounded", func(t *testing.T) {
		wild := capacity.Worth{-5, 0, 1 << 60, 1000, 1000, 1 << 60}
		got := told(Recall(deadline, capacity.Outlook{Breach: capacity.Calibration{Sure: wild}})).Breach.Sure
		if diff := cmp.Diff(capacity.Worth{1, 1, 1_000_000, 1000, 1000, 1000}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
