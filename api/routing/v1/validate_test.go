package v1

import (
	"fmt"
	"strings"
	"testing"
)

func TestValidateDocument(t *testing.T) {
	label := func(d *PolicyDocument) *Label { return &d.Revisions[0].Labels[0] }
	for name, c := range map[string]struct {
		edit func(d *PolicyDocument)
		want string
	}{
		"bands crossed":       {func(d *PolicyDocument) { label(d).ReviewAt = ppm(980_000) }, "reviewAt 980000 is above actAt 970000"},
		"no bands":            {func(d *PolicyDocument) { label(d).ActAt, label(d).ReviewAt = nil, nil }, "needs actAt, reviewAt, or both"},
		"override crossed":    {func(d *PolicyDocument) { label(d).Overrides[0].ReviewAt = ppm(980_000) }, "overrides[0]: reviewAt 980000 is above"},
		"override empty":      {func(d *PolicyDocument) { label(d).Overrides[0].Markets = nil }, "overrides[0].markets: is empty"},
		"market lower case":   {func(d *PolicyDocument) { d.Match.Markets = []string{"br"} }, `"br" is not a two-letter country code`},
		"markets unordered":   {func(d *PolicyDocument) { d.Match.Markets = []string{"MX", "BR"} }, `"BR" must come after "MX"`},
		"language":            {func(d *PolicyDocument) { d.Match.Languages = []string{"pt--BR"} }, "is not a BCP 47 language tag"},
		"class":               {func(d *PolicyDocument) { d.Match.Classes = []string{"A B"} }, "match.classes[0]"},
		"queue":               {func(d *PolicyDocument) { d.Queue = "" }, "queue:"},
		"neither":             {func(d *PolicyDocument) { d.Pool, d.Streams = "", nil }, "needs a pool, a review stream, or both"},
		"salt":                {func(d *PolicyDocument) { d.Salt = "short" }, "salt:"},
		"unit":                {func(d *PolicyDocument) { d.Unit = "Author" }, `"Author" is not known`},
		"no revision":         {func(d *PolicyDocument) { d.Revisions = nil }, "revisions: there are 0"},
		"share":               {func(d *PolicyDocument) { d.Revisions[0].Share = 999_999 }, "add up to 999999"},
		"share overflow":      {func(d *PolicyDocument) { d.Revisions[0].Share = -1 }, "share: must be from 0"},
		"labels unordered":    {func(d *PolicyDocument) { label(d).Name = "zebra" }, "labels must ascend by name"},
		"severity":            {func(d *PolicyDocument) { label(d).Severity = "Grave" }, `"Grave" is not Low, Medium, High or Critical`},
		"rate":                {func(d *PolicyDocument) { label(d).QASample.Reviewed = 1_000_001 }, "qaSample.reviewed: must be from 0"},
		"escalation tier":     {func(d *PolicyDocument) { label(d).Escalation.Tier = 10 }, "escalation.tier: is 10"},
		"escalation time":     {func(d *PolicyDocument) { label(d).Escalation.WithinMillis = 0 }, "positive number of milliseconds"},
		"domain in two":       {func(d *PolicyDocument) { d.Streams[1].HarmDomains = []string{"hate"} }, `"hate" is also in stream hate`},
		"stream twice":        {func(d *PolicyDocument) { d.Streams[1].Name = "hate" }, "a name that no other stream has"},
		"stream empty":        {func(d *PolicyDocument) { d.Streams[1].HarmDomains = nil }, "harmDomains: is empty"},
		"promise of nothing":  {func(d *PolicyDocument) { d.Streams[0].ServiceLevels[0].Percent = 0 }, "percent: must be from 1"},
		"surface":             {func(d *PolicyDocument) { d.Surface = "LIVE" }, "surface:"},
		"too many labels":     {func(d *PolicyDocument) { d.Revisions[0].Labels = labels(65) }, "has 65 entries, at most 64"},
		"market in overrides": {func(d *PolicyDocument) { o := &label(d).Overrides; *o = append(*o, (*o)[0]) }, `"AT" stands in another entry`},
	} {
		t.Run(name, func(t *testing.T) {
			d := document("q", Match{})
			if _, err := SealDocument(d); err != nil {
				t.Fatalf("the fixture is not valid: %v", err)
			}
			c.edit(d)
			if err := d.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func labels(n int) (out []Label) {
	for i := range n {
		out = append(out, Label{Name: fmt.Sprintf("label-%02d", i), HarmDomain: "spam", Severity: SeverityLow, ActAt: ppm(1)})
	}
	return out
}

func TestValidateIndex(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(x *Index)
		want string
	}{
		"default without entry": {func(x *Index) { x.Default = "other" }, `queue "other" has no entry`},
		"queue twice":           {func(x *Index) { x.Entries = append(x.Entries, x.Entries[0]) }, "has no other entry"},
		"wrong name":            {func(x *Index) { x.Entries[0].Document = "q-1" }, "the queue and hash make it"},
		"wrong hash":            {func(x *Index) { x.Entries[0].Hash = "xyz" }, "64 hexadecimal digits"},
	} {
		t.Run(name, func(t *testing.T) {
			x := set(t, nil, document("q", Match{})).Index
			c.edit(x)
			if err := x.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestValidateWeights(t *testing.T) {
	many := func(n int) (out []string) {
		for i := range n {
			out = append(out, fmt.Sprintf("n%06d", i))
		}
		return out
	}
	for name, c := range map[string]struct {
		edit func(w *Weights)
		want string
	}{
		"zero weight":       {func(w *Weights) { w.Teams[0].Teams[0].Weight = 0 }, "must be from 1 to 1000000"},
		"no language":       {func(w *Weights) { w.Teams[0].Languages = nil }, "at least one queue, language and harm domain"},
		"tier":              {func(w *Weights) { w.Teams[0].Tier = 0 }, "from 1 to 9"},
		"overflow twice":    {func(w *Weights) { w.Teams[0].Overflow = []string{"a", "a"} }, "a team that stands once"},
		"relaxed at once":   {func(w *Weights) { w.Teams[0].Relaxed = []Relaxed{{0, []string{"b"}}} }, "must be positive"},
		"relaxed to nobody": {func(w *Weights) { w.Teams[0].Relaxed = []Relaxed{{1, nil}} }, "names nobody"},
		"relaxed twice":     {func(w *Weights) { w.Teams[0].Relaxed = []Relaxed{{1, []string{"b"}}, {2, []string{"b"}}} }, "a team that stands once"},
		"relaxed unordered": {func(w *Weights) { w.Teams[0].Relaxed = []Relaxed{{2, []string{"b"}}, {1, []string{"c"}}} }, "ascend by age"},
		"relaxed too often": {func(w *Weights) { w.Teams[0].Relaxed = make([]Relaxed, 3) }, "at most 2 are allowed"},
		"teams unordered":   {func(w *Weights) { w.Teams[0].Teams = []Weight{{"b", 1}, {"a", 1}} }, "ascend by name"},
		"pools twice":       {func(w *Weights) { w.Pools = append(w.Pools, w.Pools[0]) }, "pools must ascend"},
		"too many classes": {func(w *Weights) {
			w.Teams[0].Queues, w.Teams[0].HarmDomains = many(2000), many(200)
		}, "more than 262144 work classes"},
	} {
		t.Run(name, func(t *testing.T) {
			w := weights(TeamWeights{
				Queues: []string{"q"}, Languages: []string{"*", "en"}, HarmDomains: []string{"hate"}, Tier: 1, Teams: []Weight{{"a", 1}},
			})
			w.Pools = []PoolWeights{{Pool: "gpu", Queues: []Weight{{"q", 1}}}}
			if _, err := SealWeights(w); err != nil {
				t.Fatalf("the fixture is not valid: %v", err)
			}
			c.edit(w)
			if err := w.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}
