package plants

import (
	"math/rand/v2"
	"slices"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// Relaxing draws a plant as Small does, of teams and classes with markets, in which older work of most
// classes may go to teams of other markets or surfaces. In two of three nothing else keeps a team from
// a class, so that many share people.
func Relaxing(r *rand.Rand, number int) staffing.Input {
	in := Small(r, number)
	if number%3 > 0 {
		unite(&in)
	}
	for i := range in.Teams {
		in.Teams[i].Skills.Markets = some(r, "BR", "PT", "MX")
	}
	for i := range in.Classes {
		c := &in.Classes[i]
		c.Markets = some(r, "BR", "PT", "MX")
		for _, d := range some(r, "market", "surface") {
			c.Relax = append(c.Relax, staffing.Relaxation{After: sample.Span(r.IntN(150)) * sample.Minute, Drop: staffing.Dropped(d)})
		}
		if r.IntN(2) == 0 {
			slices.Reverse(c.Relax)
		}
	}
	return in
}

// unite has all teams hold what any class asks for, but for markets and surfaces.
func unite(in *staffing.Input) {
	for i := range in.Teams {
		t := &in.Teams[i]
		t.Tier, t.Roles = 1, []string{staffing.RoleReview}
		t.Skills.Languages, t.Skills.HarmDomains = []string{"*"}, []string{"*"}
	}
	for i := range in.Classes {
		in.Classes[i].Key.Tier, in.Classes[i].Requires.Clearances = 1, nil
	}
}
