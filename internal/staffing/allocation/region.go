package allocation

import "slices"

// Region is a bottleneck, a minimum cut: works of which some is undone, those that would have to
// make room for it, and whom any of them could have: people who are busy, or at a limit.
type Region struct {
	Works   []int  // in order
	Teams   []int  // in order
	Limits  []int  // those that have nothing left, in order
	At      []bool // by interval
	Missing int64
}

// Regions are the bottlenecks, by the most important work in each.
func (s *Solver) Regions() []Region {
	c := s.cutAll()
	number := make([]int, len(c.parent))
	var out []Region
	for k, parent := range c.parent {
		if parent == k {
			number[k] = len(out)
			out = append(out, Region{At: make([]bool, s.n)})
		}
	}
	for w := range s.works {
		for i, seen := range s.works[w].seen {
			if seen >= c.base {
				s.include(&out[number[c.root(seen)]], place{w, i})
			}
		}
	}
	return out
}

// include adds a place to a region; places come in order.
func (s *Solver) include(r *Region, p place) {
	w := &s.works[p.work]
	r.At[p.at] = true
	r.Missing += w.undone[p.at]
	known := len(r.Works) > 0 && r.Works[len(r.Works)-1] == p.work
	if !known {
		r.Works = append(r.Works, p.work)
	}
	for _, e := range w.Edges {
		if !known {
			r.Teams = with(r.Teams, e.Team)
		}
		for _, l := range e.Limits {
			if full, spent := s.limits[l].state(p.at); full || spent {
				r.Limits = with(r.Limits, l)
			}
		}
	}
}

// cuts are the searches from what is undone. Those that met are of one region: that of the first.
type cuts struct {
	base   int32
	parent []int
}

// cutAll searches all that what is undone could lead to.
func (s *Solver) cutAll() *cuts {
	s.thaw()
	c := &cuts{base: s.search.stamp + 1}
	s.search.base = c.base
	for w := range s.works {
		for i, undone := range s.works[w].undone {
			if undone > 0 && s.works[w].seen[i] < c.base {
				s.cut(place{w, i}, c)
			}
		}
	}
	s.search.base = 0
	return c
}

// cut searches all that the work undone at p could lead to.
func (s *Solver) cut(p place, c *cuts) {
	s.begin()
	s.search.met = s.search.met[:0]
	s.visit(p, link{})
	for k := 0; k < len(s.search.queue); k++ {
		s.expand(s.search.queue[k])
	}
	c.parent = append(c.parent, len(c.parent))
	for _, other := range s.search.met {
		a, b := c.root(s.search.stamp), c.root(other)
		c.parent[max(a, b)] = min(a, b)
	}
}

// with adds x to a sorted list.
func with(list []int, x int) []int {
	if at, found := slices.BinarySearch(list, x); !found {
		return slices.Insert(list, at, x)
	}
	return list
}

func (c *cuts) root(stamp int32) int {
	k := int(stamp - c.base)
	for c.parent[k] != k {
		c.parent[k] = c.parent[c.parent[k]] // half the way for who comes next
		k = c.parent[k]
	}
	return k
}
