package simulate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/forecast"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate"
)

// jumps is days of ten items a second, and thirty in the hour from 20:00 on those on
// which on is true, as a trace of bins of a minute that begins at a midnight.
func jumps(days int, on func(day int) bool) string {
	var b strings.Builder
	b.WriteString("# bin_seconds: 60\n# start: 2026-09-21T00:00:00Z\nt_seconds,count\n")
	for m := range days * 1440 {
		rate := 10
		if m%1440/60 == 20 && on(m/1440) {
			rate = 30
		}
		fmt.Fprintf(&b, "%d,%d\n", m*60, rate*60)
	}
	return b.String()
}

// jumped is what came of the last day in a scenario: items that arrived and were late,
// worker-seconds, and the replicas wanted at 20:00.
type jumped struct {
	items, late, cost float64
	at                int
	result            simulate.Result
}

func jump(t *testing.T, scenario string, text string, events ...forecast.Event) jumped {
	t.Helper()
	for _, s := range simulate.Grid {
		if s.Name != scenario {
			continue
		}
		d := s.Declared()
		d.Events = events
		c, err := simulate.NewCase(parse(t, "jumps", text), d, simulate.Load{Day: simulate.LastDay, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		var out jumped
		engine := c.Engine()
		out.result = simulate.Run(c.Arrivals, c.Pool, asked(func(v *simulate.View) int {
			if v.Second == 20*3600 {
				out.at = v.Desired
			}
			return engine.Step(v)
		}))
		for _, n := range c.Arrivals {
			out.items += n
		}
		out.late, out.cost = (1-out.result.Attained)*out.items, out.result.WorkerSeconds
		return out
	}
	t.Fatalf("there is no scenario %s", scenario)
	return jumped{}
}

// An event that the calendar announces finds the workers ready; one that it does not
// announce makes items late until they are.
func TestCalendar(t *testing.T) {
	text := jumps(4, func(day int) bool { return day == 3 })
	begins := sample.Instant(1_789_948_800_000).Add(92 * sample.Hour)
	event := forecast.Event{From: begins, To: begins.Add(sample.Hour), Factor: 3000}
	for _, scenario := range []string{"live", "fast"} {
		without, with := jump(t, scenario, text), jump(t, scenario, text, event)
		t.Logf("%s: without a calendar %.0f late, %d workers at 20:00, attained %.4f, %.0f worker-hours; with it %.0f, %d, %.4f, %.0f", scenario,
			without.late, without.at, without.result.Attained, without.cost/3600, with.late, with.at, with.result.Attained, with.cost/3600)
		if with.at < 30 || without.at > 25 {
			t.Errorf("%s: %d workers as the event begins, %d without a calendar: 30 are busy then", scenario, with.at, without.at)
		}
		if with.late > without.late/5 || with.result.Attained < 0.999 {
			t.Errorf("%s: %.0f items late of %.0f without a calendar", scenario, with.late, without.late)
		}
		if with.cost > 1.03*without.cost {
			t.Errorf("%s: %.0f worker-seconds, and %.0f without a calendar", scenario, with.cost, without.cost)
		}
	}
}

// Work that can wait for new workers needs none to stand ready, but those that its
// earliest deadlines ask for.
func TestCalendarAsksForNothingThatCanWait(t *testing.T) {
	text := jumps(3, func(day int) bool { return day == 2 })
	begins := sample.Instant(1_789_948_800_000).Add(68 * sample.Hour)
	without, got := jump(t, "video", text), jump(t, "video", text, forecast.Event{From: begins, To: begins.Add(sample.Hour), Factor: 3000})
	if got.at < without.at || got.at > 15 || got.result.Attained < 0.999 {
		t.Errorf("%d workers as the event begins, %d without a calendar, and %.4f attained", got.at, without.at, got.result.Attained)
	}
}

// After three days of the same jump, the fourth finds the workers ready, a lead before.
func TestSeasonAsksALeadBefore(t *testing.T) {
	every := jump(t, "live", jumps(4, func(int) bool { return true }))
	once := jump(t, "live", jumps(4, func(day int) bool { return day == 3 }))
	t.Logf("every day: %.0f late, %d workers at 20:00; once: %.0f late, %d workers", every.late, every.at, once.late, once.at)
	if every.at < 30 || once.at > 25 {
		t.Errorf("%d workers at 20:00 after three such days, %d without: 30 are busy then", every.at, once.at)
	}
	if every.late > once.late/5 {
		t.Errorf("%.0f items late, and %.0f without a season", every.late, once.late)
	}
}

// Traffic without a season, and with one that is smooth, is decided on as if there
// were no such thing: nothing is ever foreseen.
func TestNothingIsForeseenWithoutAJump(t *testing.T) {
	for _, file := range []string{"days", "hours"} {
		c := grid(t, "live", file, simulate.LastDay)
		engine := c.Engine()
		engine.Watch = &decided{} // so that decisions are whole
		simulate.Run(c.Arrivals, c.Pool, asked(func(v *simulate.View) int {
			n := engine.Step(v)
			for _, s := range engine.Last.Steps {
				for _, term := range s.Terms {
					if s.Rule == capacity.RuleHeadroom && term.Name == "foreseen" {
						t.Fatalf("%s, second %d: foreseen %+v", file, v.Second, s)
					}
				}
			}
			return n
		}))
	}
}

// An event far off changes nothing, to the last bit.
func TestAnEventFarOffChangesNothing(t *testing.T) {
	text := jumps(3, func(int) bool { return false })
	far := sample.Instant(1_789_948_800_000).Add(1000 * sample.Hour)
	without := jump(t, "fast", text)
	with := jump(t, "fast", text, forecast.Event{From: far, To: far.Add(sample.Hour), Factor: 3000})
	if diff := cmp.Diff(without.result, with.result); diff != "" {
		t.Error(diff)
	}
}

// What was announced and does not come costs workers for a while, and no item its promise: neither during the
// event, of which the levels see that it is none, nor after it. (The replicas of the hours after it are others than
// without it, and so are the few items that are late by chance: one in a hundred thousand is no more than that.)
func TestAnEventThatDoesNotCome(t *testing.T) {
	text := jumps(4, func(int) bool { return false })
	begins := sample.Instant(1_789_948_800_000).Add(92 * sample.Hour)
	for _, scenario := range []string{"live", "fast", "video"} {
		without := jump(t, scenario, text)
		for _, factor := range []sample.Milli{500, 3000, 10_000} {
			with := jump(t, scenario, text, forecast.Event{From: begins, To: begins.Add(sample.Hour), Factor: factor})
			t.Logf("%s, %s times announced: %d workers as it begins, %.0f late, %.1f worker-hours; without %d, %.0f, %.1f", scenario, factor,
				with.at, with.late, with.cost/3600, without.at, without.late, without.cost/3600)
			if with.late > without.late+with.items/100_000 || with.cost > 1.03*without.cost {
				t.Errorf("%s, %s times announced: %.0f items late and %.0f worker-seconds, without %.0f and %.0f",
					scenario, factor, with.late, with.cost, without.late, without.cost)
			}
		}
	}
}
