package simulate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
)

// surge is three days of an even rate, on the last of which, at ten, it rises within so many minutes
// to several times as much, and is at once what it was.
func surge(t *testing.T, minutes, times int) *trace.Trace {
	var b strings.Builder
	b.WriteString("# start: 2026-01-05T00:00:00Z\n# bin_seconds: 60\n")
	for i := range 3 * 1440 {
		count := 300
		if since := i - (2*1440 + 600); since >= 0 && since < minutes {
			count += 300 * times * (since + 1) / minutes
		}
		fmt.Fprintf(&b, "%d,%d\n", 60*i, count)
	}
	return parse(t, "surge", b.String())
}

// When a surge is over most of what waits is old, and due within minutes, though it is little for its
// deadline: the replicas stay until that is done. (With as many gone as the rate and the size of the
// backlog call for, 98.7 % were in time in batch after a rise to 21 times as much, and 99.3 % in video.)
func TestASurgeThatEndsAtOnce(t *testing.T) {
	for _, s := range simulate.Grid {
		if s.Name != "batch" && s.Name != "video" {
			continue
		}
		for _, times := range []int{5, 20} {
			c, err := s.Case(surge(t, 40, times), simulate.LastDay, 1)
			if err != nil {
				t.Fatal(err)
			}
			got := simulate.Run(c.Arrivals, c.Pool, c.Engine())
			t.Logf("%s, %d times as much on top: %.2f %% in time at %.3f", s.Name, times, 100*got.Attained, got.WorkerSeconds/c.Work())
			if got.Attained < 0.997 {
				t.Errorf("%s, %d times as much on top: %.2f %% are in time", s.Name, times, 100*got.Attained)
			}
		}
	}
}

// crowd is two days of an even rate, in which every three hours, for five minutes, several times as much
// comes, at once.
func crowd(t *testing.T, times int) *trace.Trace {
	var b strings.Builder
	b.WriteString("# start: 2026-01-05T00:00:00Z\n# bin_seconds: 60\n")
	for i := range 2 * 1440 {
		count := 300
		if i%180 < 5 {
			count *= times
		}
		fmt.Fprintf(&b, "%d,%d\n", 60*i, count)
	}
	return parse(t, "crowd", b.String())
}

// A crowd comes at once, and each slot that an average takes to see it is one more of late work. (When
// rates were averages alone, the promise took 1.51 times the work, and 12.7 times with the larger crowds:
// as many stood ready all day.)
func TestACrowdIsFollowedAtOnce(t *testing.T) {
	i := slices.IndexFunc(simulate.Grid, func(s simulate.Scenario) bool { return s.Name == "fast" })
	for times, want := range map[int]struct{ attained, cost float64 }{10: {0.995, 1.2}, 40: {0.985, 2.2}} {
		c, err := simulate.Grid[i].Case(crowd(t, times), simulate.LastDay, 1)
		if err != nil {
			t.Fatal(err)
		}
		got := simulate.Run(c.Arrivals, c.Pool, c.Engine())
		cost := got.WorkerSeconds / c.Work()
		t.Logf("%d times as much: %.2f %% in time at %.3f", times, 100*got.Attained, cost)
		if got.Attained < want.attained || cost > want.cost {
			t.Errorf("%d times as much: %.2f %% in time at %.3f", times, 100*got.Attained, cost)
		}
	}
}
