package platform

import (
	"testing"
	"time"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// 5 items a second of 2 s each, due after 20 s: home needs 10 people. From an age of 10 s on others may
// stand in, from 15 s on yet others.
func TestStandIn(t *testing.T) {
	steps := []v1.Relaxed{{AfterMillis: 10_000, Teams: []string{"abroad"}}, {AfterMillis: 15_000, Teams: []string{"video"}}}
	for name, x := range map[string]struct {
		heads    map[string]float64
		overflow []string
		relaxed  []v1.Relaxed
		helps    map[string]bool
		onTime   [2]int64 // percent of what fell due: at least, and at most
	}{
		"enough at home":                {map[string]float64{"home": 14, "abroad": 20, "video": 20}, nil, steps, nil, [2]int64{99, 100}},
		"too few at home":               {map[string]float64{"home": 5, "abroad": 20, "video": 20}, nil, steps, map[string]bool{"abroad": true}, [2]int64{90, 100}},
		"old, and in time":              {map[string]float64{"home": 11, "abroad": 20}, nil, []v1.Relaxed{{AfterMillis: 1, Teams: []string{"abroad"}}}, nil, [2]int64{99, 100}},
		"nobody may stand in":           {map[string]float64{"home": 5, "abroad": 20}, nil, nil, nil, [2]int64{0, 70}},
		"nobody at home":                {map[string]float64{"home": 0, "abroad": 20}, nil, steps, map[string]bool{"abroad": true}, [2]int64{90, 100}},
		"the overflow comes first":      {map[string]float64{"home": 5, "late": 20, "abroad": 20}, []string{"late"}, steps, map[string]bool{"late": true}, [2]int64{99, 100}},
		"those of the first step away":  {map[string]float64{"home": 5, "abroad": 0, "video": 20}, nil, steps, map[string]bool{"video": true}, [2]int64{40, 100}},
		"too few of the first step, so": {map[string]float64{"home": 3, "abroad": 2, "video": 20}, nil, steps, map[string]bool{"abroad": true, "video": true}, [2]int64{40, 100}},
	} {
		t.Run(name, func(t *testing.T) {
			w := world(t, appeals(5))
			in := Inputs{Router: &router{team: "home", stream: "people", overflow: x.overflow, relaxed: x.relaxed}, Heads: x.heads}
			after := map[string]time.Duration{"abroad": 10 * time.Second, "video": 15 * time.Second}
			for w.Now() < 200*time.Second {
				w.Step(in)
				for name, age := range after {
					for _, it := range w.team(name).busy.items {
						if begun := it.finish - it.handle; begun-it.arrived < age {
							t.Fatalf("%s began an item at the age of %s, before %s", name, begun-it.arrived, age)
						}
					}
				}
				if err := check(w.Report()); err != nil {
					t.Fatal(err)
				}
			}
			r := w.Report()
			for _, team := range r.Teams {
				if team.Name != "home" && (team.Handled > 0) != x.helps[team.Name] {
					t.Errorf("%s worked for %s", team.Name, team.Handled)
				}
			}
			l := r.Queues[0].Streams[0].Ledger
			if percent := 100 * l.OnTime / l.Due; percent < x.onTime[0] || percent > x.onTime[1] {
				t.Errorf("%d %% on time, want %v", percent, x.onTime)
			}
		})
	}
}

// Who stands in has nothing else to do: their own work comes first, however old that of others is.
func TestStandInHasNothingElseToDo(t *testing.T) {
	home, away := appeals(5), appeals(5)
	away.Name, away.Surface = "video", "video"
	w := world(t, home, away)
	r := &byQueue{"appeals": "home", "video": "abroad"}
	run(w, 100*time.Second, Inputs{Router: r, Heads: map[string]float64{"home": 2, "abroad": 9}})
	for _, q := range w.Report().Queues {
		if l := q.Streams[0].Ledger; q.Name == "video" && l.Completed < 9*100/2*9/10 || q.Name == "appeals" && l.Completed > 2*100/2*12/10 {
			t.Errorf("%s: %d decisions: the people of video have done others' work while theirs waited", q.Name, l.Completed)
		}
	}
}

// byQueue names the team of each queue; any may stand in for others at once.
type byQueue map[string]string

func (r *byQueue) Document(string) (*v1.PolicyDocument, bool) { return nil, false }

func (r *byQueue) Route(v1.Item) (v1.Routed, bool) { return v1.Routed{}, false }

func (r *byQueue) Decide(queue string, it v1.Item, _ []v1.Score) v1.Verdict {
	return v1.Verdict{Action: v1.Review, Stream: "people", Team: (*r)[queue], Class: v1.Class{Queue: queue, Language: it.Language, HarmDomain: "hate"}}
}

func (r *byQueue) Relaxed(v1.Class) []v1.Relaxed {
	return []v1.Relaxed{{AfterMillis: 1, Teams: []string{"home", "abroad"}}}
}
