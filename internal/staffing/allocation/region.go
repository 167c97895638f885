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
	s.thaw()
	c := cuts{base: s.search.stamp + 1}
	s.search.base = c.base
	for w := range s.works {
		for i, undone := range s.works[w].undone {
			if undone == 0 {
				continue
			}
			if s.works[w].seen[i] < c.base {
				s.cut(place{w, i}, &c)
			}
			c.regions[c.root(s.works[w].seen[i])].Missing += undone
		}
	}
	s.search.base = 0
	var out []Region
	for k := range c.regions {
		if r := c.root(int32(k) + c.base); r != k {
			c.regions[r].join(&c.regions[k])
		}
	}
	for k, r := range c.regions {
		if c.parent[k] == k {
			out = append(out, r)
		}
	}
	return out
}

// cuts are the regions found, by search. Searches that met are one: the first of them.
type cuts struct {
	base    int32
	regions []Region
	parent  []int
}

// cut is the region of the work undone at p.
func (s *Solver) cut(p place, c *cuts) {
	s.reach(p, c)
	c.regions = append(c.regions, s.region())
}

// reach searches all that the work undone at p could lead to.
func (s *Solver) reach(p place, c *cuts) {
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

// region is what the last search saw.
func (s *Solver) region() Region {
	r := Region{At: make([]bool, s.n)}
	for _, p := range s.search.queue {
		r.At[p.at] = true
		r.Works = with(r.Works, p.work)
	}
	for _, p := range s.search.queue {
		for _, e := range s.works[p.work].Edges {
			r.Teams = with(r.Teams, e.Team)
			for _, l := range e.Limits {
				if full, spent := s.limits[l].state(p.at); full || spent {
					r.Limits = with(r.Limits, l)
				}
			}
		}
	}
	return r
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
		k = c.parent[k]
	}
	return k
}

// join adds another region.
func (r *Region) join(o *Region) {
	for _, w := range o.Works {
		r.Works = with(r.Works, w)
	}
	for _, t := range o.Teams {
		r.Teams = with(r.Teams, t)
	}
	for _, l := range o.Limits {
		r.Limits = with(r.Limits, l)
	}
	for i, at := range o.At {
		r.At[i] = r.At[i] || at
	}
	r.Missing += o.Missing
}
