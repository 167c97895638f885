package platform

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTeamsWorkAtTheirHeads(t *testing.T) {
	// 5 items a second of 2 s each, for 200 s: 10 people can just do it.
	cases := map[string]struct {
		heads float64
		want  int64
	}{
		"nobody":         {0, 0},
		"half a person":  {0.5, 50},
		"some":           {2.5, 250},
		"more than that": {30, 1000},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := world(t, appeals(5))
			r := run(w, 200*time.Second, Inputs{Router: &router{team: "day", stream: "people"}, Heads: map[string]float64{"day": c.heads}})
			got := r.Queues[0].Streams[0]
			if tolerance := 15 + c.want/10; got.Decided > c.want+tolerance || got.Decided < c.want-tolerance {
				t.Errorf("decided %d, want about %d", got.Decided, c.want)
			}
			mean := got.Classes[0].Handled.Seconds() / float64(max(got.Ledger.Completed, 1))
			if c.want > 100 && (mean < 1.7 || mean > 2.3) {
				t.Errorf("mean handle time %.2f s, want 2 s", mean)
			}
			if c.heads == 30 && !got.Ledger.Kept(got.Promise) {
				t.Errorf("with people to spare: %+v", got.Ledger)
			}
			if c.heads == 0 && (got.Ledger.Due != 900 || got.Ledger.OnTime != 0) {
				t.Errorf("with nobody: %+v", got.Ledger)
			}
		})
	}
}

func TestDecisionsPerItem(t *testing.T) {
	q := appeals(5)
	q.Streams[0].Decisions = 1.5
	w := world(t, q)
	s := run(w, 200*time.Second, Inputs{Router: &router{team: "day", stream: "people"}, Heads: map[string]float64{"day": 99}}).Queues[0].Streams[0]
	ratio := float64(s.Ledger.Completed) / float64(s.Decided)
	if ratio < 1.4 || ratio > 1.6 {
		t.Errorf("%d decisions on %d items, want 1.5 each", s.Ledger.Completed, s.Decided)
	}
	if mean := s.Classes[0].Handled.Seconds() / float64(s.Ledger.Completed); mean < 1.7 || mean > 2.3 {
		t.Errorf("a decision took %.2f s, want 2 s", mean)
	}
}

func TestOnlyTheTeamNamedReviews(t *testing.T) {
	cases := map[string]struct {
		router    Router
		day, late int64 // 1 if they work
	}{
		"own team":         {&router{team: "day", stream: "people"}, 1, 0},
		"overflow":         {&router{team: "off", stream: "people", overflow: []string{"late"}}, 0, 1},
		"nobody on shift":  {&router{team: "off", stream: "people"}, 0, 0},
		"no team":          {&router{stream: "people"}, 0, 0},
		"no stream: held":  {&router{team: "day", stream: "other"}, 0, 0},
		"no documents yet": {nil, 0, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := world(t, appeals(5))
			r := run(w, 20*time.Second, Inputs{Router: c.router, Heads: map[string]float64{"day": 20, "late": 20, "off": 0}})
			got := map[string]int64{}
			for _, team := range r.Teams {
				if team.Handled > 0 {
					got[team.Name] = 1
				}
			}
			if diff := cmp.Diff(map[string]int64{"day": c.day, "late": c.late, "off": 0}, map[string]int64{
				"day": got["day"], "late": got["late"], "off": got["off"],
			}); diff != "" {
				t.Errorf("who worked (-want +got)\n%s", diff)
			}
		})
	}
}

func TestWorkMovesWhenShiftsChange(t *testing.T) {
	w := world(t, appeals(1))
	day := Inputs{Router: &router{team: "day", stream: "people"}, Heads: map[string]float64{"night": 30}}
	if r := run(w, 30*time.Second, day); r.Queues[0].Streams[0].Decided != 0 {
		t.Fatalf("decided without the team: %+v", r.Queues[0].Streams[0])
	}
	// New documents name the team that is there.
	night := Inputs{Router: &router{team: "night", stream: "people"}, Heads: day.Heads}
	r := run(w, 30*time.Second, night)
	if s := r.Queues[0].Streams[0]; s.Decided < 50 {
		t.Errorf("decided %d of 60 after the documents changed", s.Decided)
	}
	// The shift ends: what is in hand is finished, nothing is begun.
	before := r.Queues[0].Streams[0]
	r = run(w, 30*time.Second, Inputs{Router: night.Router})
	after := r.Queues[0].Streams[0]
	if after.Classes[0].InProgress != 0 || after.Decided > before.Decided+before.Classes[0].InProgress+1 {
		t.Errorf("after the shift: %+v, before %+v", after.Classes[0], before.Classes[0])
	}
	if err := check(r); err != nil {
		t.Error(err)
	}
}

func TestClassesStandFromTheStart(t *testing.T) {
	w := world(t, machine("live", 5, time.Second), appeals(5))
	var got []string
	for _, q := range w.Report().Queues {
		for _, c := range q.Streams[0].Classes {
			got = append(got, q.Name+" "+c.Language+" "+c.HarmDomain)
		}
	}
	// en-GB is counted as the en that the queue lists.
	want := []string{"appeals pt-BR hate", "live en hate", "live pt-BR hate"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestScoresBelongToTheItem(t *testing.T) {
	w := world(t, machine("live", 5, time.Second))
	q := w.queues[0]
	harmful, n := 0, 2000
	for range n {
		it := w.newItem(q, 0)
		seen, scores := w.judgement(it)
		if seen.HarmDomain != "" {
			t.Fatal("the router was told the harm domain of an item that is to be scored")
		}
		first := slices.Clone(scores)
		w.judgement(w.newItem(q, 0))
		if _, again := w.judgement(it); !cmp.Equal(first, again) {
			t.Fatalf("scores changed from %v to %v", first, again)
		}
		if first[0].PPM > 500_000 {
			harmful++
		}
	}
	if harmful < n*15/100 || harmful > n*25/100 {
		t.Errorf("%d of %d items score high, want a fifth", harmful, n)
	}
}

func TestCollections(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var f fifo[int]
	h := heap[int]{before: func(a, b int) bool { return a < b }}
	var want []int
	next := 0
	for i := range 5000 {
		if r.IntN(3) > 0 || f.len() == 0 {
			f.push(i)
			v := r.IntN(1000)
			h.push(v)
			want = append(want, v)
			continue
		}
		if f.first() != f.all()[0] || f.pop() < next {
			t.Fatal("fifo is out of order")
		}
		slices.Sort(want)
		if got := h.pop(); got != want[0] {
			t.Fatalf("heap gave %d, want %d", got, want[0])
		}
		want = want[1:]
	}
	if f.len() != len(want) || h.len() != len(want) {
		t.Errorf("lengths %d and %d, want %d", f.len(), h.len(), len(want))
	}
}
