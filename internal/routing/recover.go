package routing

import (
	"cmp"
	"maps"
	"slices"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// StableIn is the revision by which documents of a policy decide, what is rolled out left out: that of
// the most of them, of equally many the first by name; empty if none is of the policy.
func StableIn(policy string, docs []*v1.PolicyDocument) string {
	times := map[string]int{}
	for _, d := range docs {
		if d.Policy == policy && len(d.Revisions) > 0 {
			times[d.Revisions[0].Name]++
		}
	}
	most := ""
	for _, name := range slices.Sorted(maps.Keys(times)) {
		if most == "" || times[name] > times[most] {
			most = name
		}
	}
	return most
}

// Recover makes a revision of a policy anew of documents that decide by it. A document leaves out overrides of
// markets whose items do not come to its queue, so that several may have to be laid together. The name, a hash, is the
// proof; false where it does not fit.
func Recover(policy, name string, docs []*v1.PolicyDocument) (Revision, bool) {
	var parts [][]v1.Label
	for _, d := range docs {
		for i := range d.Revisions {
			if r := &d.Revisions[i]; d.Policy == policy && r.Name == name {
				parts = append(parts, r.Labels)
			}
		}
	}
	for _, labels := range parts {
		if r := encodeRevision(labels); r.Name == name {
			return r, true
		}
	}
	if len(parts) < 2 {
		return Revision{}, false
	}
	r := encodeRevision(merged(parts))
	return r, r.Name == name
}

// merged are the labels of the first part, with the overrides of all of them: those with the same bands are one.
func merged(parts [][]v1.Label) []v1.Label {
	out := slices.Clone(parts[0])
	for i := range out {
		var all []v1.Override
		for _, labels := range parts {
			at := slices.IndexFunc(labels, func(l v1.Label) bool { return l.Name == out[i].Name })
			if at < 0 {
				continue
			}
			for _, o := range labels[at].Overrides {
				all = withOverride(all, o)
			}
		}
		slices.SortFunc(all, func(a, b v1.Override) int { return cmp.Compare(a.Markets[0], b.Markets[0]) })
		out[i].Overrides = all
	}
	return out
}

func withOverride(all []v1.Override, o v1.Override) []v1.Override {
	at := slices.IndexFunc(all, func(a v1.Override) bool { return same(a.ActAt, o.ActAt) && same(a.ReviewAt, o.ReviewAt) })
	if at < 0 {
		o.Markets = slices.Clone(o.Markets)
		return append(all, o)
	}
	all[at].Markets = append(all[at].Markets, o.Markets...)
	slices.Sort(all[at].Markets)
	all[at].Markets = slices.Compact(all[at].Markets)
	return all
}
