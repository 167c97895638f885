package staffing_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/staffing"
	"github.com/modcap/modcap/internal/staffing/plants"
)

func TestMain(m *testing.M) {
	staffing.SmallPlant, staffing.RelaxingPlant = plants.Small, plants.Relaxing
	os.Exit(m.Run())
}

// The bar: no limit of exposure, no skill, no protected work and no capacity is violated in 10,000
// plants, and the ledger closes in each.
func TestPlansOfRandomPlants(t *testing.T) {
	number := 10_000
	if testing.Short() {
		number = 1000
	}
	r := rand.New(rand.NewPCG(31, 32))
	late, bound := 0, 0
	for n := range number {
		in := plants.Small(r, n)
		got, broken := staffing.Audit(in)
		if len(broken) > 0 {
			t.Fatalf("plant %d: %v\n%+v", n, broken, in)
		}
		if got.Ledger.Late > 0 {
			late++
		}
		if slices.ContainsFunc(got.Exposure, func(x staffing.ExposureUse) bool { return x.Binds }) {
			bound++
		}
	}
	t.Logf("%d plants, %d with late work, %d with limits that bind: no violation", number, late, bound)
}

func TestOrderOfInputDoesNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 300 {
		in := plants.Draw(r, 8, 6, 8)
		before, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		want := staffing.Plan(in)
		if after, _ := json.Marshal(in); string(after) != string(before) {
			t.Fatal("Plan changes its input")
		}
		r.Shuffle(len(in.Classes), func(i, j int) { in.Classes[i], in.Classes[j] = in.Classes[j], in.Classes[i] })
		r.Shuffle(len(in.Teams), func(i, j int) { in.Teams[i], in.Teams[j] = in.Teams[j], in.Teams[i] })
		for i := range in.Classes {
			slices.Reverse(in.Classes[i].Promises)
		}
		if diff := cmp.Diff(want, staffing.Plan(in)); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestResultSurvivesJSON(t *testing.T) {
	want := staffing.Plan(plants.Draw(rand.New(rand.NewPCG(13, 14)), 12, 8, 48))
	raw, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got staffing.Result
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Three classes a queue; the bar is 2 s and 300 MB for 100 queues, 30 teams and 672 intervals. Most
// of these are short of people.
func BenchmarkPlan(b *testing.B) {
	for name, in := range map[string]staffing.Input{
		"day": plants.Large(48), "fortnight": plants.Large(672), "limited fortnight": plants.Limited(672),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				staffing.Plan(in)
			}
		})
	}
}

func BenchmarkBalance(b *testing.B) {
	plan := staffing.Plan(plants.Draw(rand.New(rand.NewPCG(1, 3)), 300, 30, 1))
	b.ReportAllocs()
	for b.Loop() {
		staffing.Balance(plan)
	}
}
