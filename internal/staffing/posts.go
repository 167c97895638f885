package staffing

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/modcap/modcap/internal/sample"
)

// Post is work that somebody must be there for at any hour, however little of it comes: what others
// pass on to a higher tier.
type Post struct {
	Queue, Language, HarmDomain string // Language and HarmDomain are empty for any
	Tier                        int
	// Within is the time that is left of an item's when it comes there.
	Within sample.Span
	// Teams are the indexes of those that may take it.
	Teams []int
}

// Unmanned are the times at which nobody is there for some posts, and an item would be late for it.
type Unmanned struct {
	Tier     int
	Language string
	// Queues and HarmDomains are of the posts, in order.
	Queues, HarmDomains []string
	// Within is the shortest time of the posts.
	Within sample.Span
	// NoTeam says that no team may take it, on any shift.
	NoTeam bool
	// Holes are on the edges of intervals, from the first on. The first may have begun before the grid,
	// and the last go on after it.
	Holes []Range
}

// Time is that of all holes together.
func (u *Unmanned) Time() (out sample.Span) {
	for _, h := range u.Holes {
		out += h.To.Since(h.From)
	}
	return out
}

// Unman lists the posts that at some time nobody is there for, those with most such time first; posts of
// a tier and language with the same holes are one. Somebody is there who is on shift in any part of an
// interval, or on call and called in less than the post's time. A time that is no longer than the post's
// is none: who comes then is in time.
func Unman(posts []Post, teams []Team, grid Grid) []Unmanned {
	known := map[string][]Range{}
	found := map[string]*Unmanned{}
	for i := range posts {
		p := &posts[i]
		key := fmt.Sprint(p.Teams, p.Within)
		holes, ok := known[key]
		if !ok {
			holes = holesOf(p, teams, grid)
			known[key] = holes
		}
		if len(holes) == 0 {
			continue
		}
		key = fmt.Sprint(p.Tier, p.Language, len(p.Teams) == 0, holes)
		u := found[key]
		if u == nil {
			u = &Unmanned{Tier: p.Tier, Language: p.Language, NoTeam: len(p.Teams) == 0, Within: p.Within, Holes: holes}
			found[key] = u
		}
		u.Within = min(u.Within, p.Within)
		u.Queues, u.HarmDomains = append(u.Queues, p.Queue), append(u.HarmDomains, p.HarmDomain)
	}
	out := make([]Unmanned, 0, len(found))
	for _, u := range found {
		for _, list := range []*[]string{&u.Queues, &u.HarmDomains} {
			slices.Sort(*list)
			*list = slices.Compact(*list)
		}
		out = append(out, *u)
	}
	slices.SortFunc(out, func(a, b Unmanned) int {
		return cmp.Or(cmp.Compare(b.Time(), a.Time()), cmp.Compare(a.Holes[0].From, b.Holes[0].From), cmp.Compare(a.Tier, b.Tier),
			cmp.Compare(a.Language, b.Language), slices.Compare(a.HarmDomains, b.HarmDomains))
	})
	return out
}

// holesOf are the times at which nobody is there for a post for longer than it has.
func holesOf(p *Post, teams []Team, grid Grid) []Range {
	var out []Range
	for i := range grid.N {
		switch last := len(out) - 1; {
		case slices.ContainsFunc(p.Teams, func(t int) bool { return teams[t].Supply.there(i, p.Within) }):
		case last >= 0 && out[last].To == grid.At(i):
			out[last].To = grid.At(i + 1)
		default:
			out = append(out, Range{grid.At(i), grid.At(i + 1)})
		}
	}
	return slices.DeleteFunc(out, func(r Range) bool { return r.To.Since(r.From) <= p.Within })
}

// there reports whether somebody is on shift in an interval, or on call and called in less than a time.
func (s *TeamSupply) there(i int, within sample.Span) bool {
	return i < len(s.Intervals) && s.Intervals[i].Scheduled > 0 || i < len(s.OnCall) && s.OnCall[i] > 0 && s.CallTime < within
}
