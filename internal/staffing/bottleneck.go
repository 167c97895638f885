package staffing

import (
	"cmp"
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing/allocation"
)

// Bottleneck is a minimum cut of the plan: classes of which some is late, and all who could do
// anything about it, who are busy with it or with work that is as important and cannot be given to
// others.
type Bottleneck struct {
	Classes []ClassKey `json:"classes"` // of which some is late, by importance
	// Rivals are the other classes on which the same people work and who cannot be moved from them.
	Rivals []ClassKey `json:"rivals,omitempty"`
	// Teams are those that may do any of this work, by name; none where nobody holds the skills.
	Teams []string `json:"teams,omitempty"`
	// Exposure names the limits that bind, as team/limit.
	Exposure []string `json:"exposure,omitempty"`
	// Ranges are the times in which more people would help, at most maxRanges.
	Ranges []Range `json:"ranges"`
	// Missing is the person-time that is late.
	Missing sample.Span `json:"missing"`
	// First is the start of the first interval in which some of it falls due.
	First sample.Instant `json:"first"`
}

const (
	maxBottlenecks = 32
	maxRanges      = 16
)

// bottlenecks are the worst, worst first. Those of the same classes and teams at other times are one.
func (p *planner) bottlenecks(regions []allocation.Region) []Bottleneck {
	type merged struct {
		key     []int
		region  allocation.Region
		classes []int
	}
	var all []*merged
	for _, r := range regions {
		m := &merged{region: r}
		m.classes = p.classesOf(r.Works)
		m.key = slices.Concat(m.classes, []int{-1}, r.Teams)
		k := slices.IndexFunc(all, func(o *merged) bool { return slices.Equal(o.key, m.key) })
		if k < 0 {
			all = append(all, m)
			continue
		}
		into := &all[k].region
		into.Missing += r.Missing
		into.Limits = append(into.Limits, r.Limits...)
		for i, at := range r.At {
			into.At[i] = into.At[i] || at
		}
	}
	var out []Bottleneck
	for _, m := range all {
		out = append(out, p.bottleneck(m.region, m.classes))
	}
	slices.SortStableFunc(out, func(a, b Bottleneck) int {
		return cmp.Or(cmp.Compare(b.Missing, a.Missing), cmp.Compare(a.First, b.First))
	})
	return out[:min(len(out), maxBottlenecks)]
}

// classesOf are the classes of some works, by importance.
func (p *planner) classesOf(works []int) []int {
	var out []int
	for _, w := range works {
		out = append(out, p.allot.works[w])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (p *planner) bottleneck(r allocation.Region, classes []int) Bottleneck {
	b := Bottleneck{Missing: sample.Span(r.Missing / p.allot.scale), Ranges: p.ranges(func(i int) bool { return r.At[i] })}
	b.Ranges = b.Ranges[:min(len(b.Ranges), maxRanges)]
	for _, k := range classes {
		c := p.classes[k]
		first := slices.IndexFunc(c.placed.late, func(late int64) bool { return late > 0 })
		if first < 0 {
			b.Rivals = append(b.Rivals, c.in.Key)
			continue
		}
		b.Classes = append(b.Classes, c.in.Key)
		if at := max(p.grid.At(first), p.now); b.First == 0 || at < b.First {
			b.First = at
		}
	}
	for _, t := range r.Teams {
		b.Teams = append(b.Teams, p.teams[t].Name)
	}
	for _, l := range r.Limits {
		of := p.allot.limits[l]
		b.Exposure = append(b.Exposure, p.teams[of.team].Name+"/"+p.teams[of.team].Exposure[of.exposure].Name)
	}
	slices.Sort(b.Exposure)
	b.Exposure = slices.Compact(b.Exposure)
	return b
}

// ranges are the times of the intervals that are so.
func (p *planner) ranges(so func(i int) bool) []Range {
	var out []Range
	for i := range p.grid.N {
		if !so(i) {
			continue
		}
		from, to := max(p.grid.At(i), p.now), p.grid.At(i+1)
		if last := len(out) - 1; last >= 0 && out[last].To == from {
			out[last].To = to
			continue
		}
		out = append(out, Range{from, to})
	}
	return out
}
