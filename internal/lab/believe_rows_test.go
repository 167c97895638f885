package lab

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/routing"
)

func languageOf(i int) string { return []string{"de", "en", "es", "fr", "it", "pt"}[i] }
func domainOf(i int) string   { return []string{"hate", "adult", "scams"}[i] }

func named[T ~string](of []int, name func(int) string) (out []T) {
	for _, i := range of {
		out = append(out, T(name(i)))
	}
	return out
}

// routed is what routing publishes of a drawn plant in an interval.
func (p *drawnPlant) routed(t *testing.T, i int) *v1.Table {
	t.Helper()
	in := routing.Input{Namespace: "trust", Surface: "live"}
	for k, asked := range p.asked {
		in.Queues = append(in.Queues, &v1alpha1.ModerationQueue{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("q%02d", k), Namespace: "trust"},
			Spec: v1alpha1.ModerationQueueSpec{
				Surface: "live", Languages: named[v1alpha1.LanguageTag](asked.languages, languageOf),
				Match: &v1alpha1.QueueMatch{ContentClasses: []v1alpha1.Word{v1alpha1.Word(fmt.Sprintf("c%02d", k))}},
				Reviews: []v1alpha1.ReviewStream{{
					Name: "all", HarmDomains: named[v1alpha1.HarmDomainName](asked.domains, domainOf),
					ServiceLevels: []v1alpha1.ReviewServiceLevel{{Percent: "90", Within: "15m"}},
				}},
			},
		})
	}
	for k, holds := range p.holds {
		in.Teams = append(in.Teams, routing.Team{
			Name: fmt.Sprintf("t%02d", k), Tier: 1, Scheduled: true, Productive: p.Teams[k].Heads[i],
			Languages: named[string](holds.languages, languageOf), HarmDomains: named[string](holds.domains, domainOf),
		})
	}
	out := routing.Compile(in)
	set := v1.Set{Documents: map[string]*v1.PolicyDocument{}}
	var err error
	if set.Index, err = v1.DecodeIndex(out.Index, ""); err != nil {
		t.Fatal(err)
	}
	if set.Weights, err = v1.DecodeWeights(out.Weights, ""); err != nil {
		t.Fatal(err)
	}
	for _, d := range out.Documents {
		doc, err := v1.DecodeDocument(d.Bytes, "")
		if err != nil {
			t.Fatal(err)
		}
		set.Documents[doc.Hash] = doc
	}
	table, err := v1.NewTable(set)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// The teams that a class of a drawn plant has are those that the published rows name, of
// those who are on shift.
func TestRowsArePublished(t *testing.T) {
	rows := 0
	for seed := range uint64(20) {
		p := drawPlant(believeFamilies()[0], seed)
		for _, i := range []int{3, 30} {
			table := p.routed(t, i)
			for k := range p.Classes {
				var want, got []string
				for _, team := range p.Classes[k].Teams {
					if p.Teams[team].Heads[i] > 0 {
						want = append(want, fmt.Sprintf("t%02d", team))
					}
				}
				teams, _ := table.Teams(v1.Class{
					Queue: fmt.Sprintf("q%02d", k), Language: languageOf(p.asked[k].languages[0]), HarmDomain: domainOf(p.asked[k].domains[0]), Tier: 1,
				})
				for _, w := range teams {
					got = append(got, w.Name)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("plant %d, interval %d, queue %d (-the plant's, +published):\n%s", seed, i, k, diff)
				}
				rows += len(got)
			}
		}
	}
	if rows < 100 {
		t.Errorf("only %d teams stand in rows", rows)
	}
}
