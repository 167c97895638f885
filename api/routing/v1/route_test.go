package v1

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestCovers(t *testing.T) {
	for name, c := range map[string]struct {
		rng, tag string
		want     bool
	}{
		"itself":           {"en", "en", true},
		"region":           {"en", "en-GB", true},
		"not the reverse":  {"en-GB", "en", false},
		"not a longer one": {"en", "eng", false},
		"case":             {"EN-gb", "en-GB-oxendict", true},
		"underscore":       {"pt-BR", "pt_BR", true},
		"script":           {"zh-Hant", "zh-Hant-TW", true},
		"skips nothing":    {"zh-TW", "zh-Hant-TW", false},
		"any":              {"*", "", true},
		"none":             {"en", "", false},
		"empty range":      {"", "en", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Covers(c.rng, c.tag); got != c.want {
				t.Errorf("Covers(%q, %q) = %v", c.rng, c.tag, got)
			}
		})
	}
}

func TestRoute(t *testing.T) {
	tab := table(t, nil,
		document("br-shopping", Match{Markets: []string{"BR"}, Languages: []string{"pt"}, Classes: []string{"shopping"}}),
		document("br", Match{Markets: []string{"BR", "MX"}, Languages: []string{"es-419", "pt-BR"}}),
		document("english", Match{Languages: []string{"en"}}),
		document("germany", Match{Markets: []string{"DE"}}),
		document("rest", Match{Default: true, Markets: []string{"ZZ"}}),
	)
	for name, c := range map[string]struct {
		item Item
		want string
	}{
		"exact":                  {Item{Market: "BR", Language: "pt-BR"}, "br"},
		"longer tag":             {Item{Market: "MX", Language: "es-419-x-a"}, "br"},
		"class wins by order":    {Item{Market: "BR", Language: "pt-BR", Class: "shopping"}, "br-shopping"},
		"unknown class":          {Item{Market: "BR", Language: "pt-BR", Class: "news"}, "br"},
		"shorter tag":            {Item{Market: "BR", Language: "pt"}, "rest"},
		"any market":             {Item{Market: "GB", Language: "en-GB"}, "english"},
		"no market":              {Item{Language: "en"}, "english"},
		"any language":           {Item{Market: "DE", Language: "tlh"}, "germany"},
		"no language":            {Item{Market: "DE"}, "germany"},
		"order":                  {Item{Market: "DE", Language: "en"}, "english"},
		"case does not matter":   {Item{Market: "br", Language: "PT_br"}, "br"},
		"default":                {Item{Market: "FR", Language: "fr"}, "rest"},
		"nothing known":          {Item{}, "rest"},
		"over-long market":       {Item{Market: strings.Repeat("D", 100), Language: "fr"}, "rest"},
		"over-long language tag": {Item{Market: "DE", Language: strings.Repeat("en-", 40)}, "germany"},
	} {
		t.Run(name, func(t *testing.T) {
			c.item.Surface = "live"
			got, ok := tab.Route(c.item)
			if !ok || got.Queue != c.want || got.Pool != "gpu" || got.Revision != "r1" {
				t.Errorf("got %+v, %v; want queue %s", got, ok, c.want)
			}
		})
	}
	if got, ok := tab.Route(Item{Surface: "video"}); ok {
		t.Errorf("an unknown surface went to %+v", got)
	}
	none := table(t, nil, document("br", Match{Markets: []string{"BR"}}))
	if got, ok := none.Route(Item{Surface: "live", Market: "DE"}); ok {
		t.Errorf("without a default the item went to %+v", got)
	}
}

// matches is the definition that the bit sets must agree with.
func matches(m Match, it Item) bool {
	in := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	return in(m.Markets, it.Market) && in(m.Classes, it.Class) &&
		(len(m.Languages) == 0 || slices.ContainsFunc(m.Languages, func(r string) bool { return Covers(r, it.Language) }))
}

func TestRouteAgreesWithItsDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	markets := []string{"BR", "DE", "FR", "MX", "US"}
	langs := []string{"de", "en", "en-GB", "en-GB-oxendict", "es", "es-419", "zh", "zh-Hans", "zh-Hans-CN"}
	classes := []string{"live", "news", "shopping"}
	some := func(from []string, most int) (out []string) {
		for range rng.IntN(most + 1) {
			out = append(out, from[rng.IntN(len(from))])
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	one := func(from []string) string {
		if rng.IntN(6) == 0 {
			return ""
		}
		return from[rng.IntN(len(from))]
	}
	for range 60 {
		var docs []*PolicyDocument
		n := 1 + rng.IntN(140) // beyond one and two words of the bit sets
		for i := range n {
			m := Match{Markets: some(markets, 3), Languages: some(langs, 3), Classes: some(classes, 2)}
			docs = append(docs, document("q"+strings.Repeat("x", i/26)+string(rune('a'+i%26)), m))
		}
		tab := table(t, nil, docs...)
		for range 200 {
			it := Item{Surface: "live", Market: one(append(markets, "JP")), Language: one(append(langs, "es-MX", "ja", "zh-Hans-SG")), Class: one(append(classes, "x"))}
			want := ""
			for _, d := range docs {
				if matches(d.Match, it) {
					want = d.Queue
					break
				}
			}
			if got, _ := tab.Route(it); got.Queue != want {
				t.Fatalf("item %+v goes to %q, want %q", it, got.Queue, want)
			}
		}
	}
}

func TestNewTableRefuses(t *testing.T) {
	other := func() *PolicyDocument { d := document("b", Match{}); d.Surface = "video"; return d }
	for name, c := range map[string]struct {
		sets func() []Set
		want string
	}{
		"missing document": {func() []Set {
			s := set(t, nil, document("a", Match{}))
			clear(s.Documents)
			return []Set{s}
		}, "is missing"},
		"another surface": {func() []Set { return []Set{set(t, nil, other())} }, `on surface "video", the index names`},
		"queue twice": {func() []Set {
			x := set(t, nil, document("a", Match{}))
			d := document("a", Match{})
			d.Surface = "video"
			y := set(t, nil, d)
			y.Index.Surface = "video"
			return []Set{x, y}
		}, "is on two surfaces"},
		"surface twice": {func() []Set {
			return []Set{set(t, nil, document("a", Match{})), set(t, nil, document("b", Match{}))}
		}, "has two indexes"},
		"no index": {func() []Set { return []Set{{}} }, "no index"},
		"invalid document": {func() []Set {
			s := set(t, nil, document("a", Match{}))
			for _, d := range s.Documents {
				d.Salt = ""
			}
			return []Set{s}
		}, "salt"},
		"weights of another surface": {func() []Set {
			s := set(t, weights(), document("a", Match{}))
			s.Weights.Surface = "video"
			return []Set{s}
		}, "weights are for surface"},
	} {
		t.Run(name, func(t *testing.T) {
			tab, err := NewTable(c.sets()...)
			if err == nil || tab != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}
