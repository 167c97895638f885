package allocation

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hour is the unit of time in plants.
const hour = 3_600_000

// A budget for a part of the day's work goes to all hours alike, in proportion to the work.
func TestBudgetIsSharedOverTheDay(t *testing.T) {
	const n = 24
	wanted, heads := make([]int64, n), make([]int64, n)
	var all int64
	for i := range wanted {
		heads[i], wanted[i] = 8*hour, int64(1+i%5)*hour
		all += wanted[i]
	}
	limit := Limit{Team: 0, Most: heads, Days: []Day{{0, n, all / 4}}}
	s := Solve(n, [][]int64{heads}, []Limit{limit}, [][]Work{{{Edges: []Edge{{0, []int{0}}}, Wanted: wanted}}})
	for i, w := range wanted {
		if got := s.Done(0, i); got < w/4-n || got > w/4+n {
			t.Errorf("interval %d of %d is given %d, want a quarter", i, w, got)
		}
	}
	if left, _ := s.LeftOfDay(0, 0); left != 0 {
		t.Errorf("%d of the budget is left", left)
	}
}

// A budget that one work uses up where people are busy with another: both have to make room.
func TestRoomIsMadeForPeopleAndBudgetTogether(t *testing.T) {
	heads := [][]int64{{10, 10}, {10, 10}}
	limit := Limit{Team: 0, Most: []int64{10, 10}, Days: []Day{{0, 2, 10}}}
	exposed := Edge{0, []int{0}}
	s := Solve(2, heads, []Limit{limit}, [][]Work{
		{{Edges: []Edge{exposed, {Team: 1}}, Wanted: []int64{0, 10}}, {Edges: []Edge{{Team: 0}, {Team: 1}}, Wanted: []int64{10, 0}}},
		{{Edges: []Edge{exposed}, Wanted: []int64{10, 0}}},
	})
	if s.Undone(0)+s.Undone(1)+s.Undone(2) != 0 {
		t.Errorf("%d, %d and %d are undone, and all can be done", s.Undone(0), s.Undone(1), s.Undone(2))
	}
}

// The cut names the works that are short, those who have the same people, directly or through others,
// and nobody else.
func TestRegions(t *testing.T) {
	heads := [][]int64{{10, 10, 10}, {10, 10, 10}, {0, 5, 5}}
	work := func(at int, time int64, teams ...int) Work {
		w := Work{Wanted: make([]int64, 3)}
		w.Wanted[at] = time
		for _, t := range teams {
			w.Edges = append(w.Edges, Edge{Team: t})
		}
		return w
	}
	s := Solve(3, heads, nil, [][]Work{{work(1, 10, 0, 1), work(1, 12, 1)}, {work(1, 7, 0)}, {work(1, 5, 2), work(0, 3, 2)}})
	got := s.Regions()
	want := []Region{
		{Works: []int{0, 1, 2}, Teams: []int{0, 1}, At: []bool{false, true, false}, Missing: 9},
		{Works: []int{4}, Teams: []int{2}, At: []bool{true, false, false}, Missing: 3},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
