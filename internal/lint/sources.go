package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
)

func (c *checker) checkSources() {
	used := c.usedSources()
	for _, s := range c.in.Sources {
		o := Object{KindSource, s.Name}
		c.checkQueries(o, &s.Spec)
		if !used[o] && c.knows(KindQueue) && c.knows(KindTeam) && c.knows(KindPool) && c.knows(KindPolicy) {
			c.add(&Finding{
				Code: CodeSourceUnused, Object: o, Message: "No queue, policy, pool or team reads from the source.",
				Fix: "Name the source in sourceRef of the metrics that it has, or delete it.",
			})
		}
	}
	for _, s := range c.in.ClusterSources { // others of other namespaces may read from them
		c.checkQueries(Object{KindClusterSource, s.Name}, &s.Spec)
	}
}

func (c *checker) usedSources() map[Object]bool {
	used := map[Object]bool{}
	for _, q := range c.in.Queues {
		for _, s := range stages(q) {
			used[sourceOf(&s.selector.SourceRef)] = true
		}
	}
	for _, t := range c.in.Teams {
		if m := t.Spec.Metrics; m != nil {
			used[sourceOf(&m.SourceRef)] = true
		}
	}
	for _, p := range c.in.Pools {
		if d := p.Spec.ScaleDown.Drain; d != nil {
			used[sourceOf(&d.InFlight.SourceRef)] = true
		}
	}
	for _, p := range c.in.Policies {
		for _, r := range sourcesOf(p) {
			used[sourceOf(r)] = true
		}
	}
	return used
}

// sourcesOf are what a policy's rollout, its relief and its quality checks are read from.
func sourcesOf(p *v1alpha1.ModerationPolicy) (out []*v1alpha1.SourceReference) {
	if q := p.Spec.Quality; q != nil {
		out = append(out, &q.Metrics.SourceRef)
	}
	if r := p.Spec.Relief; r != nil && r.Metrics != nil {
		out = append(out, &r.Metrics.SourceRef)
	}
	r := p.Spec.Rollout
	if r == nil {
		return out
	}
	if r.Metrics != nil {
		out = append(out, &r.Metrics.SourceRef)
	}
	for i := range r.Conditions {
		out = append(out, &r.Conditions[i].SourceRef)
	}
	return out
}

// checkQueries looks for queries whose answers lack a label that rows are told apart by.
func (c *checker) checkQueries(o Object, spec *v1alpha1.MetricSourceSpec) {
	first := map[string]v1alpha1.Word{}
	for i := range spec.Series {
		s := &spec.Series[i]
		if other, taken := first[s.Query]; taken {
			c.add(&Finding{
				Code: CodeQueryTwice, Object: o, Field: fmt.Sprintf("spec.series[%s].query", s.Name),
				Message: fmt.Sprintf("Series %s has the query of series %s, so the two are always the same number.", s.Name, other),
				Fix:     "Write the query of each, or leave one of the series.",
			})
		} else if s.Query != "" {
			first[s.Query] = s.Name
		}
		c.checkQueryType(o, s)
		kept, ok := grouped(s.Query)
		if !ok {
			continue
		}
		wanted := slices.Clone(s.RowLabels)
		if s.By != nil {
			wanted = append(wanted, s.By.Language, s.By.HarmDomain)
		}
		lost := slices.DeleteFunc(wanted, func(l string) bool { return l == "" || slices.Contains(kept, l) })
		if len(lost) > 0 {
			c.add(&Finding{
				Code: CodeQueryDropsLabel, Object: o, Field: fmt.Sprintf("spec.series[%s].query", s.Name),
				Message: fmt.Sprintf("The query keeps the labels %s, and rows are told apart by %s as well: its answers have no such row.",
					listed(kept), listed(lost)),
				Fix: "Add the label to the by (...) of the query, or take it out of rowLabels and by of the series.",
			})
		}
	}
}

var aggregation = regexp.MustCompile(`^\s*[a-z]+\s+by\s*\(([^()]*)\)\s*\(`)

// grouped are the labels that a query keeps, of one that is an aggregation by some as a whole; ok is false
// where that cannot be seen.
func grouped(query string) (kept []string, ok bool) {
	m := aggregation.FindStringSubmatchIndex(query)
	if m == nil || strings.ContainsAny(query, "\"'`#") {
		return nil, false // braces within a text would be counted
	}
	depth := 1
	for i, r := range query[m[1]:] {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			if strings.TrimSpace(query[m[1]+i+1:]) != "" {
				return nil, false
			}
			break
		}
	}
	for l := range strings.SplitSeq(query[m[2]:m[3]], ",") {
		if l = strings.TrimSpace(l); l != "" {
			kept = append(kept, l)
		}
	}
	return kept, depth == 0
}
