package allocation

import "testing"

func TestDoors(t *testing.T) {
	d := newDoors(3, 60)
	known := map[int]Edge{}
	var edges []Edge
	for team := range 60 {
		edges = append(edges, Edge{Team: team}, Edge{Team: team, Limits: []int{2 * team}}, Edge{Team: team, Limits: []int{2 * team, 2*team + 1}})
	}
	first := d.entrance(edges[:3])
	d.bury(first.free, 1)
	for _, e := range edges { // more than a set of 64
		door := d.door(e)
		if other, taken := known[door]; taken {
			t.Fatalf("%v and %v have door %d", e, other, door)
		}
		known[door] = e
	}
	for _, e := range edges {
		if was := known[d.door(e)]; was.Team != e.Team || len(was.Limits) != len(e.Limits) {
			t.Errorf("%v has the door of %v", e, was)
		}
	}
	all := d.entrance(edges)
	if !untried(first.all, d.at(1, 7)) {
		t.Error("with more doors, what is behind the others is forgotten")
	}
	d.bury(all.free, 1)
	if untried(first.free, d.at(1, 8)) || !untried(first.all, d.at(1, 8)) || !untried(first.free, d.at(2, 8)) {
		t.Error("doors without limits are dead, in one interval")
	}
	tried := d.at(2, 9)
	tried[first.by[1]>>6] |= 1 << (first.by[1] & 63)
	if !has(d.at(2, 9), first.by[1]) || has(d.at(2, 10), first.by[1]) {
		t.Error("what a search tried holds for it alone")
	}
	other := d.clone()
	other.door(Edge{Team: 0, Limits: []int{999}})
	if _, known := d.number[string(appendInts(nil, []int{999}))]; known || untried(all.free, d.at(1, 11)) || !untried(all.free, other.at(1, 11)) {
		t.Error("a clone has doors of its own, and begins anew")
	}
	d.forget()
	if !untried(first.free, d.at(1, 12)) {
		t.Error("what was dead is forgotten")
	}
}
