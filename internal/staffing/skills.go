package staffing

import (
	"slices"
	"strings"
)

// Qualified reports whether t may do the work of c: role, tier, surface, every
// language, every harm domain and every clearance. None is ever relaxed.
func Qualified(c Class, t Team) bool {
	role := c.Requires.Role
	if role == "" {
		role = RoleReview
	}
	return c.Key.Tier == t.Tier && slices.Contains(t.Roles, role) &&
		(len(t.Skills.Surfaces) == 0 || slices.Contains(t.Skills.Surfaces, c.Surface)) &&
		holdsAll(c.Key.Language, c.Requires.Languages, t.Skills.Languages, Covers) &&
		holdsAll(c.Key.HarmDomain, c.Requires.HarmDomains, t.Skills.HarmDomains, sameDomain) &&
		holdsAll("", c.Requires.Clearances, t.Skills.Clearances, func(held, asked string) bool { return held == asked })
}

// holdsAll reports whether something held matches the first thing asked for, unless it is empty,
// and each of the rest.
func holdsAll(first string, rest, held []string, match func(held, asked string) bool) bool {
	holds := func(asked string) bool {
		return slices.ContainsFunc(held, func(h string) bool { return match(h, asked) })
	}
	if first != "" && !holds(first) {
		return false
	}
	for _, asked := range rest {
		if !holds(asked) {
			return false
		}
	}
	return true
}

// Covers reports whether a language range held covers a tag, by RFC 4647 basic filtering: the range
// is "*", the tag, or a prefix of the tag that ends before a hyphen, whatever the case.
func Covers(held, tag string) bool {
	if held == "*" || strings.EqualFold(held, tag) {
		return held != ""
	}
	return held != "" && len(tag) > len(held) && tag[len(held)] == '-' && strings.EqualFold(tag[:len(held)], held)
}

func sameDomain(held, asked string) bool { return held == "*" || held == asked }
