package guard

import (
	"cmp"
	"testing"

	"github.com/modcap/modcap/internal/sample"
)

// What Harmless says is what Judge does: with as many checks of which none is wrong it advances, and with one
// look less it does not.
func TestHarmlessIsWhatJudgeTakes(t *testing.T) {
	for _, c := range []struct {
		name       string
		margin     sample.Milli
		discordant int64
		moved      int64 // of 10000
	}{
		{"the first look does", 5000, 300, 100},
		{"the second look does", 10_000, 20, 100},
		{"the last look does", 3300, 40, 100},
		{"no look does", 100, 10, 400},
		{"a margin of nothing", 0, 300, 100},
		{"the count that is not set", 5000, 0, 400},
	} {
		n, shown := Harmless(c.margin, c.discordant, float64(c.moved)/tenThousand)
		if got := advances(c.margin, c.discordant, c.moved, n); got != shown {
			t.Errorf("%s: %d checks: judged %v, foretold %v", c.name, n, got, shown)
		}
		if first := max(c.discordant, 1); shown && n > first && c.discordant > 0 && advances(c.margin, c.discordant, c.moved, n/2) {
			t.Errorf("%s: half of %d checks would have done", c.name, n)
		}
	}
	if n, shown := Harmless(5000, 300, 0.00004); n != 0 || !shown {
		t.Errorf("a move of 0.4 of 10000 takes %d checks, %v", n, shown)
	}
}

// advances is whether the shadow may end when so many of a move were checked and none was wrong.
func advances(margin sample.Milli, discordant, moved, checks int64) bool {
	in := step()
	in.Step.Shadow = true
	in.Terms.Discordant = discordant
	for i := range in.Terms.Streams {
		in.Terms.Streams[i].Margin = margin
	}
	const items = 10_000_000
	in.Counters = Counters{Quality: sample.Fresh}
	each := cmp.Or(discordant, defaultDiscordant)
	for h := 0; checks > 0; h += 6 { // a cohort for each look, and some between
		c, n := cellAt("BR", h), min(checks, each)
		in.Counters.Entered = append(in.Counters.Entered, Entered{c, items})
		in.Counters.Moved = append(in.Counters.Moved, Moved{
			Cell: c, Label: leaks.Label, Move: Move{Act, Allow}, Items: moved * items / tenThousand, Sampled: n, Labelled: n,
		})
		checks -= n
	}
	for _, e := range Judge(in).Evidence {
		if e.Stream == leaks {
			return e.Outcome == Advance
		}
	}
	return false
}

// Fewer errors than Alarm says never show a rise, however they are spread.
func TestAlarmIsTheLeast(t *testing.T) {
	last := int64(0)
	for _, part := range []float64{0.01, 0.05, 0.25, 0.5, 0.9} {
		n := Alarm(part)
		if n < last {
			t.Errorf("with %v of the items %d errors are enough, and with fewer items %d", part, n, last)
		}
		last = n
		bet := func(errors int64) Bet {
			g := &gathered{errors: map[Arm]int64{}, checks: map[Arm]int64{}, weighted: map[Arm]float64{}}
			labelled := int64(1_000_000)
			g.add(&cell{strata: []stratum{
				{arm: Candidate, name: "x", rate: sample.AllPPM, labelled: int64(part * float64(labelled)), errors: []int64{errors}},
				{arm: Stable, name: "x", rate: sample.AllPPM, labelled: labelled - int64(part*float64(labelled)), errors: []int64{0}},
			}}, 0, 1, map[string]bool{"x": true})
			return g.told(0.0125)
		}
		if b := bet(n); b.LogWealth < b.LogThreshold {
			t.Errorf("with %v of the items %d errors are foretold to do, and do not: %+v", part, n, b)
		}
		if b := bet(n - 1); b.LogWealth >= b.LogThreshold {
			t.Errorf("with %v of the items %d errors are foretold, and %d do", part, n, n-1)
		}
	}
	if n := Alarm(0.9999999); n != mostAlarm {
		t.Errorf("where the candidate decides next to everything %d errors are said to do", n)
	}
}
