package routing

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
)

// Who may take a class is who the weights send it to, once they are on shift.
func TestClassesAreThoseOfTheWeights(t *testing.T) {
	in := large(40, 4, 12)
	out := Compile(in)
	taken := map[string]map[string]bool{}
	for _, k := range Classes(in) {
		if k.Language == "" {
			continue
		}
		names := map[string]bool{}
		for _, i := range k.Teams {
			names[in.Teams[i].Name] = true
		}
		taken[fmt.Sprint(k.Queue, k.Language, k.HarmDomain, k.Tier)] = names
	}
	rows := 0
	_, _, w := load(t, out)
	for _, r := range w.Teams {
		for _, q := range r.Queues {
			for _, l := range r.Languages {
				for _, d := range r.HarmDomains {
					rows++
					want := map[string]bool{}
					for _, w := range r.Teams {
						want[w.Name] = true
					}
					if diff := cmp.Diff(want, taken[fmt.Sprint(q, l, d, r.Tier)]); diff != "" {
						t.Fatalf("%s %s %s: (-weights +classes)\n%s", q, l, d, diff)
					}
				}
			}
		}
	}
	if rows == 0 {
		t.Error("the weights name no class")
	}
}

func TestClasses(t *testing.T) {
	in := input(queue("live", languages("pt")), queue("broken", func(q *v1alpha1.ModerationQueue) { q.Spec.PolicyRef.Name = "gone" }))
	in.Teams = []Team{
		{Name: "lisbon", Tier: 1, Languages: []string{"pt"}, HarmDomains: []string{"*"}},
		{Name: "elsewhere", Tier: 1, Languages: []string{"pt"}, HarmDomains: []string{"*"}, Surfaces: []string{"search"}},
	}
	all := Classes(in)
	for i := range all {
		k := &all[i]
		if k.Queue != "live" || k.Unlisted || k.Language != "pt" {
			t.Errorf("got %+v", k)
		}
		if k.Label == "" && len(k.Clearances) == 0 && !cmp.Equal(k.Teams, []int{0}) {
			t.Errorf("%s goes to %v", k, k.Teams)
		}
	}
	if len(all) == 0 {
		t.Error("there are no classes")
	}
}

func TestStreamOf(t *testing.T) {
	q := queue("live")
	for domain, want := range map[string]v1alpha1.Word{"hate": "hate", "spam": "rest", "*": "rest"} {
		if s := StreamOf(q, domain); s == nil || s.Name != want {
			t.Errorf("%s goes to %v", domain, s)
		}
	}
	q.Spec.Reviews = q.Spec.Reviews[:1]
	if s := StreamOf(q, "spam"); s != nil {
		t.Errorf("spam goes to %s", s.Name)
	}
}
