package routing

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// The limits of the teams of a surface are in its weights, in an order that does not
// depend on that of the teams, and a change of them is written although nobody's share moves.
func TestExposureIsPublished(t *testing.T) {
	const hour = 3_600_000
	in := input(queue("a", languages("en")))
	severe := v1.ExposureLimit{Name: "severe", HarmDomains: []string{"violence", "csae"}, TimeZone: "Europe/Berlin", DayMillis: 2 * hour}
	all := v1.ExposureLimit{Name: "all", HarmDomains: []string{"*"}, TimeZone: "Europe/Berlin", ContinuousMillis: hour, BreakMillis: hour / 6}
	in.Teams = []Team{{Name: "paris", Surfaces: []string{"live"}, Exposure: []v1.ExposureLimit{severe, all}}, {Name: "berlin", Exposure: []v1.ExposureLimit{severe}},
		{Name: "elsewhere", Surfaces: []string{"video"}, Exposure: []v1.ExposureLimit{severe}}}
	_, _, w := load(t, Compile(in))
	of := func(team string, l v1.ExposureLimit, domains ...string) v1.ExposureLimit {
		l.Team, l.HarmDomains = team, domains
		return l
	}
	want := []v1.ExposureLimit{of("berlin", severe, "csae", "violence"), of("paris", all, "*"), of("paris", severe, "csae", "violence")}
	if d := cmp.Diff(want, w.Exposure); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	in.Previous = published(Compile(in))
	if out := Compile(in); !bytes.Equal(out.Weights, in.Previous.Weights) {
		t.Error("the weights changed, and nothing else did")
	}
	in.Teams[1].Exposure = nil
	if _, _, w := load(t, Compile(in)); len(w.Exposure) != 2 {
		t.Errorf("a limit that is gone is still published: %+v", w.Exposure)
	}
}
