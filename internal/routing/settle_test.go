package routing

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
)

// planned are two teams that share everything, and two that work overflows to.
func planned() []Team {
	all := []string{"*"}
	team := func(name string, tier int, heads, weight, spare int64) Team {
		return Team{
			Name: name, Tier: tier, Languages: all, HarmDomains: all, Scheduled: true,
			Productive: sample.Whole(heads), Weight: weight * planUnit, Spare: sample.Milli(spare),
		}
	}
	return []Team{team("a", 1, 10, 12_000, 0), team("b", 1, 10, 4000, 0), team("s", 2, 4, 4000, 3000), team("t", 2, 6, 6000, 1000)}
}

// sharesOf are the weights and the overflow of the classes that tier 1 takes.
func sharesOf(t *testing.T, out Output) ([]v1.Weight, []string) {
	t.Helper()
	tab, _, _ := load(t, out)
	return tab.Teams(v1.Class{Queue: "live", Language: "en", HarmDomain: "hate", Tier: 1})
}

func TestWeightsComeFromThePlan(t *testing.T) {
	in := input(queue("live", languages("en")))
	in.Teams = planned()
	teams, overflow := sharesOf(t, Compile(in))
	if d := cmp.Diff([]v1.Weight{{Name: "a", Weight: 15_000}, {Name: "b", Weight: 5000}}, teams); d != "" {
		t.Errorf("20 heads, three of four to a: %s", d)
	}
	if d := cmp.Diff([]string{"s", "t"}, overflow); d != "" {
		t.Errorf("who has most to spare is asked first: %s", d)
	}
	in.Teams[1].Weight = 0
	if teams, _ = sharesOf(t, Compile(in)); teams[0].Weight != 10_909 || teams[1].Weight != 9090 {
		t.Errorf("a team without a plan counts with its heads: %v", teams)
	}
	in.Teams[0].Weight, in.Teams[1].Weight = 1<<50, 1
	if teams, _ = sharesOf(t, Compile(in)); teams[1].Weight != 1 {
		t.Errorf("whoever is there has a weight: %v", teams)
	}
}

func withoutPool(q *v1alpha1.ModerationQueue) { q.Spec.Classification = nil }

func TestWeightsSettle(t *testing.T) {
	for name, c := range map[string]struct {
		change func(ts []Team)
		stays  bool
	}{
		"nothing":                      {func([]Team) {}, true},
		"everything in step":           {func(ts []Team) { ts[0].Weight *= 2; ts[1].Weight *= 2; ts[0].Productive *= 2 }, true},
		"less than two points":         {func(ts []Team) { ts[1].Weight = 4300 * planUnit }, true},
		"more than both":               {func(ts []Team) { ts[1].Weight = 5000 * planUnit }, false},
		"one goes":                     {func(ts []Team) { ts[1].Productive = 0 }, false},
		"one can do no more of it":     {func(ts []Team) { ts[1].HarmDomains = []string{"spam"} }, false},
		"one more to overflow to":      {func(ts []Team) { ts[0].Tier = 3 }, false},
		"less than a head more spare":  {func(ts []Team) { ts[3].Spare = 3900 }, true},
		"a head more to spare":         {func(ts []Team) { ts[3].Spare = 4000 }, false},
		"gone, and its plan awaited":   {func(ts []Team) { ts[1].Productive, ts[0].Awaited = 0, true }, false},
		"other shares, a plan awaited": {func(ts []Team) { ts[1].Weight, ts[1].Awaited = 0, true }, true},
	} {
		t.Run(name, func(t *testing.T) {
			for _, opts := range [][]queueOption{{languages("en")}, {languages("en"), withoutPool}} {
				in := input(queue("live", opts...))
				in.Teams = planned()
				before := Compile(in)
				in.Previous = published(before)
				in.Teams = planned()
				c.change(in.Teams)
				after := Compile(in)
				if stays := bytes.Equal(before.Weights, after.Weights); stays != c.stays {
					t.Errorf("stays %t, want %t:\n%s\n%s", stays, c.stays, before.Weights, after.Weights)
				}
			}
		})
	}
}

func TestMoved(t *testing.T) {
	two := func(a, b int) []v1.Weight { return []v1.Weight{{Name: "a", Weight: a}, {Name: "b", Weight: b}} }
	for name, c := range map[string]struct {
		was, is []v1.Weight
		want    bool
	}{
		"nothing":                             {two(50, 50), two(500, 500), false},
		"less than two points":                {two(990, 10), two(971, 29), false},
		"two points, and thrice the share":    {two(990, 10), two(970, 30), true},
		"three points, less than a tenth":     {two(500, 500), two(530, 470), false},
		"five points, a tenth of either":      {two(500, 500), two(550, 450), true},
		"three points, a tenth of the lesser": {two(800, 200), two(770, 230), true},
	} {
		if got := moved(c.was, c.is); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// Damaged weights, or those of somebody else, do not stay.
func TestWeightsThatDoNotCount(t *testing.T) {
	in := input(queue("live", languages("en")))
	in.Teams = planned()
	want := Compile(in).Weights
	other := in
	other.Namespace = "elsewhere"
	for _, last := range [][]byte{nil, []byte("{}"), want[:40], Compile(other).Weights} {
		in.Previous.Weights = last
		if got := Compile(in).Weights; !bytes.Equal(got, want) {
			t.Errorf("after %.40q: %s", last, got)
		}
	}
}

// Whatever comes and goes: what is published is never further from what the plan says than the
// thresholds, names exactly those who are there, and stays under noise of one in a hundred.
func TestWeightsFollow(t *testing.T) {
	writes, looks := 0, 0
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 7))
		in := randomInput(rng)
		for i := range in.Teams {
			in.Teams[i].Weight = int64(in.Teams[i].Productive) * planUnit
		}
		in.Previous = published(Compile(in))
		for range 20 {
			for i := range in.Teams {
				x := &in.Teams[i]
				x.Weight += x.Weight / 1000 * int64(rng.IntN(21)-10)
			}
			if len(in.Teams) > 0 && rng.IntN(10) == 0 {
				x := &in.Teams[rng.IntN(len(in.Teams))]
				x.Productive = sample.Milli(rng.IntN(3)) * 4500
				x.Weight = int64(x.Productive) * planUnit
			}
			out := Compile(in)
			free := in
			free.Previous.Weights = nil
			follows(t, out.Weights, Compile(free).Weights)
			if looks++; !bytes.Equal(out.Weights, in.Previous.Weights) {
				writes++
			}
			in.Previous = published(out)
		}
	}
	if t.Logf("%d writes in %d looks", writes, looks); writes < 7 || writes > looks/8 {
		t.Error("weights do not follow, or do not settle")
	}
}

func follows(t *testing.T, held, free []byte) {
	t.Helper()
	was, err := v1.DecodeWeights(held, "")
	if err != nil {
		t.Fatal(err)
	}
	is, err := v1.DecodeWeights(free, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(was.Teams) != len(is.Teams) {
		t.Fatalf("%d rows, want %d", len(was.Teams), len(is.Teams))
	}
	for i := range is.Teams {
		a, b := was.Teams[i], is.Teams[i]
		if !sameClasses(&a, &b) || !sameNames(a.Teams, b.Teams) || moved(a.Teams, b.Teams) {
			t.Fatalf("published %+v, want about %+v", a, b)
		}
		slices.Sort(a.Overflow)
		slices.Sort(b.Overflow)
		if !slices.Equal(a.Overflow, b.Overflow) {
			t.Fatalf("overflow to %v, want %v", a.Overflow, b.Overflow)
		}
	}
}

// A limit of exposure counts for its domains alone: a team has as much less of their work as the limit
// leaves it less, and none of it, nor what overflows, when the limit is used up.
func TestWeightsWithinLimits(t *testing.T) {
	in := input(queue("live", languages("en")))
	in.Teams = planned()
	in.Teams[0].Limits = []Limit{{HarmDomains: []string{"hate"}, Part: 500_000, Spare: sample.One}, {HarmDomains: []string{"csae"}}}
	teams, _ := sharesOf(t, Compile(in))
	if d := cmp.Diff([]v1.Weight{{Name: "a", Weight: 12_000}, {Name: "b", Weight: 8000}}, teams); d != "" {
		t.Errorf("6000 to 4000 of 20 heads: %s", d)
	}
	in.Teams[0].Limits[0].Part = 0
	in.Teams[2].Limits = []Limit{{HarmDomains: []string{"*"}, Part: sample.AllPPM, Spare: 500}}
	teams, overflow := sharesOf(t, Compile(in))
	if d := cmp.Diff([]v1.Weight{{Name: "b", Weight: 10_000}}, teams); d != "" {
		t.Errorf("a may look at no more: %s", d)
	}
	if d := cmp.Diff([]string{"t", "s"}, overflow); d != "" {
		t.Errorf("s may look at little more: %s", d)
	}
	in.Teams[2].Limits[0].Part = 0
	if _, overflow = sharesOf(t, Compile(in)); !slices.Equal(overflow, []string{"t"}) {
		t.Errorf("s may look at no more: %v", overflow)
	}
	tab, _, _ := load(t, Compile(in))
	if teams, _ = tab.Teams(v1.Class{Queue: "live", Language: "en", HarmDomain: "spam", Tier: 1}); len(teams) != 2 || teams[0].Weight != 15_000 {
		t.Errorf("of other work a has its share: %v", teams)
	}
}

// After a restart nothing is known of what limits leave: who was asked for nothing then is not asked
// before the plan is there. A team that came since is.
func TestUsedUpLimitsOutlastARestart(t *testing.T) {
	in := input(queue("live", languages("en")))
	in.Teams = planned()
	graphic := v1.ExposureLimit{Name: "graphic", HarmDomains: []string{"hate"}, TimeZone: "UTC", DayMillis: 3_600_000}
	in.Teams[0].Exposure, in.Teams[2].Exposure = []v1.ExposureLimit{graphic}, []v1.ExposureLimit{graphic}
	in.Teams[0].Limits, in.Teams[2].Limits = []Limit{{HarmDomains: []string{"hate"}}}, []Limit{{HarmDomains: []string{"hate"}}}
	in.Previous = published(Compile(in))
	for i := range in.Teams {
		x := &in.Teams[i]
		x.Limits, x.Weight, x.Spare, x.Awaited = nil, 0, x.Productive, true
	}
	if out := Compile(in); !bytes.Equal(out.Weights, in.Previous.Weights) {
		teams, overflow := sharesOf(t, out)
		t.Errorf("%v, then %v are asked", teams, overflow)
	}
	unlimited := in
	unlimited.Teams = slices.Clone(in.Teams)
	more := planned()[1]
	more.Name = "c"
	unlimited.Teams = append(unlimited.Teams, more)
	if teams, _ := sharesOf(t, Compile(unlimited)); len(teams) < 2 {
		t.Errorf("a team that came is not asked: %v", teams)
	}
	for i := range in.Teams {
		in.Teams[i].Awaited = false
	}
	if teams, _ := sharesOf(t, Compile(in)); len(teams) != 2 {
		t.Errorf("a limit that leaves all again is not followed: %v", teams)
	}
}
