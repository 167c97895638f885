package routing

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
)

// crews are random teams that hold random things.
func crews(rng *rand.Rand, n int) (out []Team) {
	some := func(words ...string) (in []string) {
		for _, w := range words {
			if rng.IntN(2) == 0 {
				in = append(in, w)
			}
		}
		return in
	}
	for i := range n {
		t := Team{
			Name: "team-" + string(rune('a'+i)), Tier: 1 + rng.IntN(3),
			Languages:   append(some("de", "en", "pt-BR", "zh"), "en-GB"),
			HarmDomains: append(some("hate", "*"), "spam"),
			Clearances:  some("x", "y"),
			Scheduled:   rng.IntN(5) > 0,
		}
		if rng.IntN(4) == 0 {
			t.Surfaces = some("live", "video")
		}
		if t.Scheduled {
			t.Productive = sample.Milli(rng.IntN(3) * 4500)
		}
		if rng.IntN(3) > 0 { // planned
			t.Weight, t.Spare = rng.Int64N(20_000)*planUnit, sample.Milli(rng.IntN(4500))
		}
		out = append(out, t)
	}
	return out
}

func randomInput(rng *rand.Rand) Input {
	in := input(random(rng, 1+rng.IntN(12))...)
	in.Teams = crews(rng, rng.IntN(8))
	in.Policies["community"].Spec.Labels[1].Requires = &v1alpha1.LabelRequirements{Clearances: []v1alpha1.Word{"x"}}
	for _, q := range in.Queues {
		if rng.IntN(3) == 0 {
			q.Spec.Reviews[1].Requires = v1alpha1.ReviewRequirements{Tier: 1 + rng.Int32N(2), Clearances: []v1alpha1.Word{"y"}}
		}
	}
	return in
}

// Order does not matter, and the same input gives the same output.
func TestCompileIsAFunctionOfTheSet(t *testing.T) {
	for seed := range uint64(150) {
		rng := rand.New(rand.NewPCG(seed, 1))
		in := randomInput(rng)
		one := Compile(in)
		rng.Shuffle(len(in.Queues), func(i, j int) { in.Queues[i], in.Queues[j] = in.Queues[j], in.Queues[i] })
		rng.Shuffle(len(in.Teams), func(i, j int) { in.Teams[i], in.Teams[j] = in.Teams[j], in.Teams[i] })
		for _, q := range in.Queues {
			m := q.Spec.Markets
			rng.Shuffle(len(m), func(i, j int) { m[i], m[j] = m[j], m[i] })
			slices.Reverse(q.Spec.Languages)
		}
		in.Previous = published(one)
		if again := Compile(in); !reflect.DeepEqual(one, again) {
			t.Fatalf("seed %d (-before +shuffled):\n%s", seed, cmp.Diff(one, again))
		}
	}
}

// Nobody is given work in a language, harm domain or clearance not held, off shift,
// on another surface or at another tier, whatever the item.
func TestNobodyGetsWhatTheyMayNotTake(t *testing.T) {
	given := 0
	for seed := range uint64(150) {
		rng := rand.New(rand.NewPCG(seed, 2))
		in := randomInput(rng)
		teams := map[string]Team{}
		for _, x := range in.Teams {
			teams[x.Name] = x
		}
		out := Compile(in)
		tab, _, _ := load(t, out)
		for i := range 60 {
			item := v1.Item{
				ID: string(rune('a' + i)), Surface: "live",
				Market:     []string{"BR", "DE", "US"}[rng.IntN(3)],
				Language:   []string{"de", "en", "en-GB", "pt-BR", "pt-PT", "zh-Hant-TW", "ja", ""}[rng.IntN(8)],
				HarmDomain: "terror",
			}
			r, ok := tab.Route(item)
			if !ok {
				continue
			}
			scores := []v1.Score{{Label: "hate-speech", PPM: v1.PPM(rng.IntN(1_000_001))}, {Label: "spam", PPM: v1.PPM(rng.IntN(1_000_001))}}
			v := tab.Decide(r.Queue, item, scores)
			doc, _ := tab.Document(r.Queue)
			for _, name := range append([]string{v.Team}, v.Overflow...) {
				if name == "" {
					continue
				}
				given++
				x := teams[name]
				clearances := clearancesOf(doc)[v.Class.HarmDomain]
				for _, s := range doc.Streams {
					if s.Name == v.Stream {
						clearances = union(clearances, s.Clearances)
					}
				}
				if !x.onSurface("live") || !x.speaks(item.Language) || !x.trained(v.Class.HarmDomain) || !x.cleared(clearances) || x.Productive <= 0 {
					t.Fatalf("seed %d: %+v of item %+v goes to %+v, which needs %v", seed, v, item, x, clearances)
				}
				if name == v.Team && x.Tier != v.Class.Tier || name != v.Team && x.Tier <= v.Class.Tier {
					t.Fatalf("seed %d: tier %d of %s takes work of tier %d", seed, x.Tier, name, v.Class.Tier)
				}
			}
		}
	}
	if given < 500 {
		t.Fatalf("only %d items went to anybody: the test says little", given)
	}
}

// Whoever may take a class and is there is in its row: nothing is lost in grouping.
func TestEveryQualifiedTeamIsAsked(t *testing.T) {
	for seed := range uint64(100) {
		rng := rand.New(rand.NewPCG(seed, 3))
		in := randomInput(rng)
		c := &compilation{in: in}
		tab, _, _ := load(t, Compile(in))
		for _, q := range in.Queues {
			doc, ok := tab.Document(q.Name)
			if !ok {
				t.Fatalf("queue %s has no document", q.Name)
			}
			for _, n := range needsOf(doc, nil) {
				for _, l := range c.languagesOf(doc) {
					n.language = l
					want := c.split(&n)
					teams, overflow := tab.Teams(v1.Class{Queue: q.Name, Language: l, HarmDomain: n.domain, Tier: n.tier})
					if !slices.Equal(want.teams, teams) || !slices.Equal(want.overflow, overflow) {
						t.Fatalf("seed %d: class %v has %v, %v; want %+v", seed, n, teams, overflow, want)
					}
				}
			}
		}
	}
}

// However often a compilation follows another, broken inputs change nothing.
func TestBrokenInputsAreStable(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 4))
		in := randomInput(rng)
		good := Compile(in)
		in.Policies = nil
		for range 3 {
			in.Previous = published(good)
			out := Compile(in)
			if !bytes.Equal(out.Index, good.Index) || !reflect.DeepEqual(out.Documents, good.Documents) || !bytes.Equal(out.Weights, good.Weights) {
				t.Fatalf("seed %d: what is in force changed", seed)
			}
		}
	}
}
