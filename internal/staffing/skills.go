package staffing

import (
	"slices"
	"strings"
)

// Qualified reports whether t may do the work of c, however old it is: role, tier, surface, every
// market, every language, every harm domain and every clearance.
func Qualified(c Class, t Team) bool { return qualified(c, t, nil) }

// qualified is Qualified with some of it dropped: surface and market. The rest is never dropped.
func qualified(c Class, t Team, dropped []Dropped) bool {
	role := c.Requires.Role
	if role == "" {
		role = RoleReview
	}
	return c.Key.Tier == t.Tier && slices.Contains(t.Roles, role) &&
		(slices.Contains(dropped, DropSurface) || serves([]string{c.Surface}, t.Skills.Surfaces)) &&
		(slices.Contains(dropped, DropMarket) || serves(c.Markets, t.Skills.Markets)) &&
		holdsAll(c.Key.Language, c.Requires.Languages, t.Skills.Languages, Covers) &&
		holdsAll(c.Key.HarmDomain, c.Requires.HarmDomains, t.Skills.HarmDomains, sameDomain) &&
		holdsAll("", c.Requires.Clearances, t.Skills.Clearances, func(held, asked string) bool { return held == asked })
}

// serves reports whether who knows some surfaces or markets may take items of others: of all of them,
// since nothing tells which market an item of a class is from. Who lists none knows all.
func serves(asked, known []string) bool {
	return len(known) == 0 || len(asked) > 0 && !slices.ContainsFunc(asked, func(m string) bool { return !slices.Contains(known, m) })
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
