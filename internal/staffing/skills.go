package staffing

import (
	"cmp"
	"slices"
	"strings"
)

// Qualified reports whether t may do the work of c, however old it is: role, tier, surface, every
// market, every language, every harm domain and every clearance.
func Qualified(c Class, t Team) bool { return qualified(c, t, nil) }

// Lends reports whether t may do the work of c where c may borrow, besides those who are Qualified: it is of a
// higher tier, or of the same and of another role, and holds all else. On-call duty is no role to borrow from.
func Lends(c Class, t Team) bool { return !Qualified(c, t) && qualified(c, t, []Dropped{DropTier}) }

// does reports whether t has the tier and the role that c asks for, or others that it may be borrowed from.
func (t *Team) does(c *Class, borrowed bool) bool {
	role := cmp.Or(c.Requires.Role, RoleReview)
	if c.Key.Tier == t.Tier && slices.Contains(t.Roles, role) {
		return true
	}
	return borrowed && t.Tier >= c.Key.Tier && slices.ContainsFunc(t.Roles, func(r string) bool { return r != RoleOnCall })
}

// qualified is Qualified with some of it dropped: surface and market, and tier and role where c may borrow. The rest is
// never dropped.
func qualified(c Class, t Team, dropped []Dropped) bool {
	return t.does(&c, slices.Contains(dropped, DropTier)) &&
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
