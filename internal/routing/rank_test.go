package routing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
)

func TestPrecedence(t *testing.T) {
	for name, c := range map[string]struct {
		first, second *v1alpha1.ModerationQueue
	}{
		"more dimensions":           {queue("b", markets("BR", "MX"), languages("pt")), queue("a", markets("BR"))},
		"class counts":              {queue("b", classes("shopping"), markets("BR")), queue("a", markets("BR"))},
		"fewer markets":             {queue("b", markets("BR"), born(time.Hour)), queue("a", markets("BR", "MX"))},
		"a part of the other":       {queue("b", languages("en-GB", "en-IE", "en-US"), born(time.Hour)), queue("a", languages("en"))},
		"narrower, others the same": {queue("b", languages("de", "en-GB"), born(time.Hour)), queue("a", languages("de", "en"))},
		"redundant ranges":          {queue("a", languages("en", "en-GB")), queue("b", languages("en"), born(time.Hour))},
		"older":                     {queue("b", markets("BR")), queue("a", markets("BR"), born(time.Second))},
		"by name":                   {queue("a", markets("BR")), queue("b", markets("BR"))},
		"restricted before not":     {queue("b", markets("BR"), born(time.Hour)), queue("a", byDefault)},
	} {
		t.Run(name, func(t *testing.T) {
			for _, qs := range [][]*v1alpha1.ModerationQueue{{c.first, c.second}, {c.second, c.first}} {
				_, x, _ := load(t, Compile(input(qs...)))
				if x.Entries[0].Queue != c.first.Name {
					t.Errorf("%s comes first", x.Entries[0].Queue)
				}
			}
		})
	}
}

func TestConflicts(t *testing.T) {
	for name, c := range map[string]struct {
		a, b *v1alpha1.ModerationQueue // b is the one that could lose
		want []string
	}{
		"the same":                {queue("a", markets("BR")), queue("b", markets("BR")), []string{"Error QueuesConflict ModerationQueue/b"}},
		"the same, case aside":    {queue("a", languages("pt-BR")), queue("b", languages("pt-br")), []string{"Error QueuesConflict ModerationQueue/b"}},
		"both take everything":    {queue("a"), queue("b"), []string{"Error QueuesConflict ModerationQueue/b"}},
		"overlap":                 {queue("a", markets("BR", "MX")), queue("b", markets("AR", "BR")), []string{"Warning QueuesConflict ModerationQueue/b"}},
		"crossing dimensions":     {queue("a", markets("BR")), queue("b", languages("pt")), []string{"Warning QueuesConflict ModerationQueue/b"}},
		"crossing languages":      {queue("a", languages("de", "en-GB")), queue("b", languages("de-AT", "en")), []string{"Warning QueuesConflict ModerationQueue/b"}},
		"part":                    {queue("a", markets("BR")), queue("b", markets("BR", "MX")), nil},
		"part by language":        {queue("a", languages("en-GB")), queue("b", languages("en")), nil},
		"more dimensions":         {queue("a", markets("BR"), languages("pt")), queue("b", markets("BR", "MX")), nil},
		"apart":                   {queue("a", markets("BR")), queue("b", markets("MX")), nil},
		"apart by language":       {queue("a", markets("CH"), languages("de")), queue("b", markets("CH"), languages("en")), nil},
		"apart by class":          {queue("a", classes("news")), queue("b", classes("shopping")), nil},
		"another surface":         {queue("a"), queue("b", func(q *v1alpha1.ModerationQueue) { q.Spec.Surface = "video" }), nil},
		"default beside specific": {queue("a", markets("BR")), queue("b", byDefault), nil},
		"two defaults": {queue("a", byDefault, markets("BR")), queue("b", byDefault, markets("MX"), born(time.Hour)),
			[]string{"Warning DefaultsConflict ModerationQueue/b"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(c.a, c.b)
			in.Teams = everybody()
			out := Compile(in)
			got := slices.DeleteFunc(codes(out.Findings), func(s string) bool { return s == "Warning NoDefaultQueue Surface/live" })
			if d := cmp.Diff(c.want, got, cmp.Transformer("nil", func(s []string) []string { return append([]string{}, s...) })); d != "" {
				t.Errorf("findings (-want +got):\n%s", d)
			}
			loser := out.Queues["b"]
			if conflicted := len(c.want) > 0 && name != "two defaults"; conflicted != (loser.Reason == v1alpha1.ReasonConflicted) || conflicted != (loser.ConflictsWith == "a") {
				t.Errorf("result of b: %+v", loser)
			}
			if out.Queues["a"].Reason != v1alpha1.ReasonPublished {
				t.Errorf("result of a: %+v", out.Queues["a"])
			}
		})
	}
}

// everybody is a team that holds all there is.
func everybody() []Team {
	return []Team{
		{Name: "all", Tier: 1, Languages: []string{"*"}, HarmDomains: []string{"*"}, Clearances: []string{"x", "y"}, Scheduled: true, Productive: 1000},
		{Name: "top", Tier: 2, Languages: []string{"*"}, HarmDomains: []string{"*"}, Clearances: []string{"x", "y"}, Scheduled: true, Productive: 1000},
	}
}

// random queues over few words, so that they overlap.
func random(rng *rand.Rand, n int) (out []*v1alpha1.ModerationQueue) {
	pick := func(from []string, most int) []string {
		rng.Shuffle(len(from), func(i, j int) { from[i], from[j] = from[j], from[i] })
		return slices.Clone(from[:rng.IntN(most+1)])
	}
	ms := []string{"AT", "BR", "DE", "MX"}
	ls := []string{"de", "de-AT", "en", "en-GB", "en-GB-oxendict", "pt", "pt-BR", "zh-Hant-TW"}
	cs := []string{"news", "shopping"}
	for i := range n {
		q := queue(fmt.Sprintf("q%02d", i), markets(pick(ms, 3)...), languages(pick(ls, 3)...), born(time.Duration(rng.IntN(4))*time.Hour))
		if rng.IntN(3) == 0 {
			classes(pick(cs, 2)...)(q)
		}
		if rng.IntN(10) == 0 {
			q.Spec.Match = &v1alpha1.QueueMatch{Default: true}
		}
		out = append(out, q)
	}
	return out
}

// A queue that is a part of another is before it, so that it gets its items; queues
// that meet and are not told apart by their specs are reported, and no others.
func TestPrecedenceAndConflictsByBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	var items []v1.Item
	for _, m := range []string{"", "AT", "BR", "DE", "MX", "US"} {
		for _, l := range []string{"", "de", "de-AT", "de-CH", "en", "en-GB", "en-GB-oxendict", "en-US", "pt", "pt-BR", "pt-PT", "zh-Hant-TW", "zh"} {
			for _, c := range []string{"", "news", "shopping", "other"} {
				items = append(items, v1.Item{Surface: "live", Market: m, Language: l, Class: c})
			}
		}
	}
	for range 150 {
		qs := random(rng, 2)
		out := Compile(input(qs...))
		_, x, _ := load(t, out)
		byName := map[string]*v1.PolicyDocument{}
		for _, d := range out.Documents {
			doc, err := v1.DecodeDocument(d.Bytes, "")
			if err != nil {
				t.Fatal(err)
			}
			byName[d.Queue] = doc
		}
		first, second := byName[x.Entries[0].Queue], byName[x.Entries[1].Queue]
		var onlyFirst, onlySecond, both bool
		for _, it := range items {
			a, b := takes(first.Match, it), takes(second.Match, it)
			onlyFirst, onlySecond, both = onlyFirst || a && !b, onlySecond || b && !a, both || a && b
		}
		if both && onlyFirst && !onlySecond {
			t.Fatalf("%+v is a part of %+v and comes after it", second.Match, first.Match)
		}
		want := both && onlyFirst == onlySecond && restricted(first.Match) == restricted(second.Match)
		got := out.Queues[second.Queue].ConflictsWith == first.Queue
		if want != got {
			t.Fatalf("%+v and %+v: conflict is %v, want %v", first.Match, second.Match, got, want)
		}
	}
}

func takes(m v1.Match, it v1.Item) bool {
	in := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	return in(m.Markets, it.Market) && in(m.Classes, it.Class) &&
		(len(m.Languages) == 0 || slices.ContainsFunc(m.Languages, func(r string) bool { return v1.Covers(r, it.Language) }))
}

func restricted(m v1.Match) (n int) {
	for _, l := range [][]string{m.Markets, m.Languages, m.Classes} {
		if len(l) > 0 {
			n++
		}
	}
	return n
}
