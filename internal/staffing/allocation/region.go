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

// cut searches all that the work undone at p could lead to.
func (s *Solver) cut(p place, c *cuts) {
	s.begin()
	s.search.met = s.search.met[:0]
	s.visit(p, link{})
	for k := 0; k < len(s.search.queue); k++ {
		s.expand(s.search.queue[k])
	}
	c.parent = append(c.parent, len(c.regions))
	c.regions = append(c.regions, s.region())
	for _, other := range s.search.met {
		c.join(c.root(s.search.stamp), c.root(other))
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

func (c *cuts) join(a, b int) {
	a, b = min(a, b), max(a, b)
	if a == b {
		return
	}
	into, from := &c.regions[a], c.regions[b]
	for _, w := range from.Works {
		into.Works = with(into.Works, w)
	}
	for _, t := range from.Teams {
		into.Teams = with(into.Teams, t)
	}
	for _, l := range from.Limits {
		into.Limits = with(into.Limits, l)
	}
	for i, at := range from.At {
		into.At[i] = into.At[i] || at
	}
	into.Missing += from.Missing
	c.parent[b] = a
}
