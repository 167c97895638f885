package routing

import (
	"slices"
	"strings"
	"testing"

	"github.com/modcap/modcap/api/v1alpha1"
)

// Complaints go to teams that decide on complaints, and reviews to none of these; what a
// document says of them is the same.
func TestRolesOfStreams(t *testing.T) {
	appeals := queue("appeals", markets("BR"), func(q *v1alpha1.ModerationQueue) {
		for i := range q.Spec.Reviews {
			q.Spec.Reviews[i].Requires.Role = v1alpha1.RoleAppeals
		}
	})
	in := input(queue("all"), appeals)
	without := Compile(in)
	if !slices.ContainsFunc(without.Findings, func(f Finding) bool {
		return f.Code == CodeClassWithoutTeam && f.Object.Name == "appeals" && strings.Contains(f.Message, "for Appeals")
	}) {
		t.Errorf("Nobody decides on complaints, and the findings are %+v", without.Findings)
	}
	second := staff()[0]
	second.Name, second.Roles, second.Languages = "second-look", []string{"Appeals"}, []string{"*"}
	both := staff()[2]
	both.Name, both.Roles, both.Tier = "both", []string{"Review", "Appeals"}, 1
	in.Teams = append(in.Teams, second, both)
	out := Compile(in)
	_, _, w := load(t, out)
	teams := map[string]map[string]bool{"all": {}, "appeals": {}}
	for _, row := range w.Teams {
		for _, q := range row.Queues {
			for _, team := range row.Teams {
				teams[q][team.Name] = true
			}
		}
	}
	for queue, want := range map[string]map[string]bool{
		"all":     {"dublin": true, "sao-paulo": true, "both": true},
		"appeals": {"second-look": true, "both": true},
	} {
		for _, team := range in.Teams {
			if team.Tier == 1 && teams[queue][team.Name] != want[team.Name] {
				t.Errorf("%s goes to %s: %v, want %v", queue, team.Name, teams[queue][team.Name], want[team.Name])
			}
		}
	}
	for i, d := range out.Documents {
		if string(d.Bytes) != string(without.Documents[i].Bytes) {
			t.Errorf("The document of %s depends on the teams", d.Queue)
		}
	}
}
