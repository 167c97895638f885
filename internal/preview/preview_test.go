package preview

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

func TestNewRulesRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		policy *v1alpha1.ModerationPolicy
		want   string
	}{
		"bands crossed":  {policy("0.95", "0.9"), "ModerationPolicy rules: spec.labels[spam]: reviewAt 0.95 is above actAt 0.9"},
		"not a score":    {policy("0.6", "97"), `ModerationPolicy rules: spec.labels[spam].actAt: "97" is not a number from 0 to 1`},
		"no such market": {modtest.MakePolicy("rules", "m", modtest.MakeLabel("spam").Override("uk", "", "0.5", "UK")).Obj(), `ModerationPolicy rules: spec.labels[spam].overrides[uk].markets: "UK" is the code of no market`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := NewRules(c.policy, nil); err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

func TestChange(t *testing.T) {
	newer := policy("0.5", "0.9")
	newer.Spec.Labels[0].Score.Version = "8"
	_, err := NewChange(rules(t, policy("0.6", "0.9")), rules(t, newer))
	if err == nil || !strings.HasPrefix(err.Error(), "label spam: its scores are of text version 7 before and of text version 8 after: scores of two versions cannot be compared.") {
		t.Errorf("%v", err)
	}
	market := policy("0.6", "0.9")
	half := v1alpha1.Score("0.5")
	market.Spec.Labels[0].Overrides = []v1alpha1.BandOverride{{Name: "de", Markets: []v1alpha1.Market{"DE"}, ReviewAt: &half}}
	gone := policy("0.6", "0.9")
	gone.Spec.Labels = gone.Spec.Labels[:1]
	for name, c := range map[string]struct {
		before, after *v1alpha1.ModerationPolicy
		want          []string
		narrows       bool
	}{
		"nothing":       {policy("0.6", "0.9"), policy("0.60", "0.9"), nil, false},
		"wider":         {policy("0.6", "0.9"), policy("0.5", "0.95"), []string{"spam: reviewAt 0.6 → 0.5, actAt 0.9 → 0.95"}, false},
		"narrower":      {policy("0.5", "0.9"), policy("0.6", "0.9"), []string{"spam: reviewAt 0.5 → 0.6"}, true},
		"in one market": {policy("0.6", "0.9"), market, []string{"spam: reviewAt in DE 0.6 → 0.5"}, false},
		"not there":     {policy("0.6", "0.9"), gone, []string{"hate is gone: it had reviewAt 0.6, actAt 0.95"}, true},
		"there":         {gone, policy("0.6", "0.9"), []string{"hate is new: reviewAt 0.6, actAt 0.95"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			c2, err := NewChange(rules(t, c.before), rules(t, c.after))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, c2.Words()); diff != "" {
				t.Error(diff)
			}
			if c2.Narrows() != c.narrows {
				t.Errorf("narrows: %v", c2.Narrows())
			}
		})
	}
}

// items are rows of a language with the scores of hate and spam, some items an hour.
func items(at int64, n int, hate, spam v1.PPM) func(*Scores) {
	return func(s *Scores) {
		for i := range n {
			s.Add(Row{Market: "DE", Language: "de", Weight: 1, At: at + int64(i)*day/int64(n)}, hate, spam)
		}
	}
}

func scoresOf(add ...func(*Scores)) *Scores {
	s := &Scores{Labels: []string{"hate", "spam"}, Timed: true}
	for _, a := range add {
		a(s)
	}
	return s
}

func TestCountScores(t *testing.T) {
	c := lowered(t, queue("comments"))
	s := scoresOf(items(day, 240, 100_000, 550_000), items(day, 2400, 100_000, 100_000), items(day, 48, 700_000, 550_000), items(day, 24, 100_000, 650_000))
	last, _, both := s.Windows()
	last.Hours = 24
	p := Of(s.Count(c, last), nil)
	// Of those of hate nothing changes: people review them anyway, and hate is the graver label.
	if both || len(p.Moves) != 1 || p.Moves[0].Mid != 10 || p.Moves[0].Where != (Where{"", "spam", "DE", "de", v1.Allow, v1.Review}) {
		t.Errorf("%+v", p.Moves)
	}
	if len(p.Work) != 1 || p.Work[0].Mid != 10 || p.Work[0].HarmDomain != "spam" || p.Work[0].Language != "de" || p.Work[0].Queue != "comments" || p.Work[0].Stream == "" {
		t.Errorf("%+v", p.Work)
	}
	if got, want := p.Moves[0].High-p.Moves[0].Mid, 1.96*math.Sqrt(240)/24; math.Abs(got-want) > 1e-9 {
		t.Errorf("an interval of ±%f, want %f", got, want)
	}
}

// Items of a market that the queue does not take are left out.
func TestElsewhere(t *testing.T) {
	q := queue("comments")
	q.Spec.Markets = []v1alpha1.Market{"GB", "IE"}
	s := scoresOf(items(day, 24, 0, 550_000))
	s.Add(Row{Market: "GB", Language: "en", Weight: 7, At: day}, 0, 550_000)
	p := Of(s.Count(lowered(t, q), Window{day, 2 * day, 1}), nil)
	if p.Elsewhere != 24 || p.Items != 7 || len(p.Moves) != 1 || p.Moves[0].Mid != 7 || p.Work[0].Language != "en" {
		t.Errorf("%+v", p)
	}
}

// Of several queues, items that name none are counted, and nobody knows whose work they are.
func TestSeveralQueues(t *testing.T) {
	live := queue("live")
	live.Spec.Surface = "live-video"
	s := scoresOf(items(day, 24, 0, 550_000))
	s.Add(Row{Queue: "live", Market: "GB", Language: "en", Weight: 7, At: day}, 0, 550_000)
	p := Of(s.Count(lowered(t, queue("comments"), live), Window{day, 2 * day, 1}), nil)
	if len(p.Work) != 2 || p.Work[0].Queue != AnyQueue || p.Work[0].Mid != 24 || p.Work[1].Queue != "live" || p.Work[1].Mid != 7 {
		t.Errorf("%+v", p.Work)
	}
}

// The week before is compared, and where it says otherwise the interval covers both.
// Of few rows the interval is as wide as that of Poisson's distribution: 5.57, 11.7 and 18.4 at most for 1, 5 and 10.
func TestFew(t *testing.T) {
	for rows, most := range map[int]float64{1: 5.57, 5: 11.67, 10: 18.39, 25: 36.9} {
		for _, weight := range []float64{1, 20} {
			n := float64(rows)
			got := n + byChance(n*weight, n*weight*weight)/weight
			if got < most || got > most*1.05 {
				t.Errorf("%d rows of weight %g: up to %.2f items, want %.2f", rows, weight, got, most)
			}
		}
	}
	if byChance(0, 0) != 0 || byChance(400, 400) != chance(400) {
		t.Error("what is none, or many, is changed")
	}
}

func TestDrift(t *testing.T) {
	c := lowered(t)
	for name, x := range map[string]struct {
		week, now int
		drifted   bool
	}{
		"the same": {480, 480, false}, "by chance": {480, 510, false}, "more": {240, 480, true}, "fewer": {480, 240, true}, "none": {0, 480, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := scoresOf(items(day, x.week, 0, 550_000), items(8*day, x.now, 0, 550_000), items(day, 4800, 0, 0), items(8*day, 4800, 0, 0))
			last, before, both := s.Windows()
			p := Of(s.Count(c, last), s.Count(c, before))
			if !both || p.Drifted != x.drifted {
				t.Fatalf("both %v, drifted %v", both, p.Drifted)
			}
			m := p.Moves[0]
			if e := float64(x.week) / 24; x.drifted && (m.Low > e || m.High < e) {
				t.Errorf("%f–%f does not cover %f of the week before", m.Low, m.High, e)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	s := scoresOf(items(day, 80, 0, 550_000))
	for i := range s.Rows {
		if i < 40 {
			s.Rows[i].Violating = Benign
		}
		if i < 10 {
			s.Rows[i].Violating = Violating
		}
	}
	e := Of(s.Count(lowered(t), Window{day, 2 * day, 1}), nil).Errors
	// A quarter of those looked at violate: of 80 that people see from now on, 20 leak no more, by Wilson 14.2 to 40.2 %.
	want := &Errors{Leakage: Estimate{Low: -0.402 * 80, Mid: -20, High: -0.142 * 80}, Looked: 40}
	close := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 0.1 })
	if diff := cmp.Diff(want, e, close); diff != "" {
		t.Error(diff)
	}
}

// histogram of so many equal buckets, with a density that rises or falls evenly.
func histogram(buckets int, density func(x float64) float64) Histogram {
	var edges, cumulative []float64
	sum := 0.0
	for i := range buckets {
		x := (float64(i) + 0.5) / float64(buckets)
		sum += density(x) / float64(buckets)
		edges, cumulative = append(edges, float64(i+1)/float64(buckets)), append(cumulative, sum)
	}
	h, err := NewHistogram(edges, cumulative)
	if err != nil {
		panic(err)
	}
	h.Label, h.Rest = "spam", v1.Allow
	return h
}

func TestBetween(t *testing.T) {
	h := histogram(10, func(x float64) float64 { return 2e6 * (1 - x) }) // items above x: 1e6 (1-x)²
	above := func(x float64) float64 { return 1e6 * (1 - x) * (1 - x) }
	for _, x := range []struct {
		from, to v1.PPM
		exact    bool
	}{
		{0, v1.AllPPM + 1, true}, {500_000, 600_000, true}, {500_000, v1.AllPPM + 1, true}, {550_000, 600_000, false}, {520_000, 570_000, false},
		{550_000, 750_000, false}, {150_000, 850_000, false},
	} {
		e := h.between(x.from, x.to)
		want := above(float64(x.from)/1e6) - above(min(float64(x.to)/1e6, 1))
		if math.Abs(e.Mid-want) > 1e-6*want || e.Low > want || e.High < want {
			t.Errorf("from %d to %d: %+v, want %f", x.from, x.to, e, want)
		}
		if exact := e.Low == e.High; exact != x.exact {
			t.Errorf("from %d to %d: exact %v", x.from, x.to, exact)
		}
		if e.High-e.Low > 0.5*want {
			t.Errorf("from %d to %d: %+v is wide of %f", x.from, x.to, e, want)
		}
	}
	// Nothing is known of how scores lie in a bucket that rises above both its neighbours.
	peak := histogram(10, func(x float64) float64 {
		if x > 0.5 && x < 0.6 {
			return 1e6
		}
		return 10
	})
	if e := peak.between(500_000, 520_000); e.Low != 0 || e.High != 1e5 {
		t.Errorf("%+v", e)
	}
}

// Parts of a histogram add up, stay within their intervals, and never are more than there is.
func TestBetweenAddsUp(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		a, b := r.Float64()*8-4, 1000*r.Float64()
		h := histogram(2+r.IntN(60), func(x float64) float64 { return b * math.Exp(a*x) * (0.9 + 0.2*r.Float64()) })
		x, y := v1.PPM(r.IntN(1e6)), v1.PPM(r.IntN(1e6))
		x, y = min(x, y), max(x, y)
		parts := h.between(0, x).plus(h.between(x, y)).plus(h.between(y, v1.AllPPM+1))
		if total := h.total(); math.Abs(parts.Mid-total) > 1e-6*total+0.2*h.most() {
			t.Fatalf("parts of %f add up to %f", total, parts.Mid)
		}
		if e := h.between(x, y); e.Low < 0 || e.Low > e.Mid || e.Mid > e.High || e.High > h.total()*(1+1e-9) {
			t.Fatalf("%+v of %f", e, h.total())
		}
	}
}

// most is the largest bucket.
func (h *Histogram) most() (out float64) {
	for _, n := range h.Counts {
		out = max(out, n)
	}
	return out
}

func TestHistogramsRefuse(t *testing.T) {
	flat := func(change func(*Histogram)) Histogram {
		h := histogram(10, func(float64) float64 { return 100 })
		change(&h)
		return h
	}
	good := flat(func(*Histogram) {})
	twoLabels := policy("0.5", "0.9")
	lower := v1alpha1.Score("0.5")
	twoLabels.Spec.Labels[1].ReviewAt = &lower
	graver := policy("0.5", "0.9")
	graver.Spec.Labels[0].Severity = v1alpha1.SeverityCritical
	market := policy("0.5", "0.9")
	market.Spec.Labels[0].Overrides = []v1alpha1.BandOverride{{Name: "de", Markets: []v1alpha1.Market{"DE"}, ReviewAt: &lower, ActAt: &lower}}
	for name, c := range map[string]struct {
		after *v1alpha1.ModerationPolicy
		all   []Histogram
		want  string
	}{
		"none":            {policy("0.5", "0.9"), nil, "label spam: there are no histograms of its scores"},
		"of other labels": {policy("0.5", "0.9"), []Histogram{flat(func(h *Histogram) { h.Label = "hate" })}, "label spam: there are no histograms of its scores"},
		"another version": {policy("0.5", "0.9"), []Histogram{flat(func(h *Histogram) { h.Version = "8" })}, "label spam: the histograms are of model version 8, and the policy means version 7 of text: scores of two versions cannot be compared"},
		"no market":       {policy("0.5", "0.9"), []Histogram{flat(func(h *Histogram) { h.Market = "UK" })}, `label spam: market: "UK" is the code of no market`},
		"twice":           {policy("0.5", "0.9"), []Histogram{good, good}, `label spam: there are two histograms of market "", language "" and rest=allow`},
		"rest on some":    {policy("0.5", "0.9"), []Histogram{good, flat(func(h *Histogram) { h.Rest = Unknown })}, "label spam: some of its histograms have rest, and some have not: it must be on all"},
		"several labels":  {twoLabels, []Histogram{good, flat(func(h *Histogram) { h.Label = "hate" })}, "label hate: several labels change together, and there is no histogram with rest=act"},
		"severity":        {graver, []Histogram{good}, "label spam: its harm domain or severity changes, and histograms tell of bands only: preview it on joint scores (--scores)"},
		"bands of market": {market, []Histogram{good}, "label spam: its histograms do not tell markets apart, and it has bands of its own in some: add the label market"},
	} {
		t.Run(name, func(t *testing.T) {
			change, err := NewChange(rules(t, policy("0.6", "0.9")), rules(t, c.after))
			if err != nil {
				t.Fatal(err)
			}
			hs := Histograms{Hours: 1, All: c.all}
			if _, err := hs.Count(change); err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
	for want, c := range map[string][2][]float64{
		"it has no bucket that reaches 1":                  {{0.5, 0.9}, {1, 2}},
		"its counts fall from bucket to bucket, at le=0.9": {{0.5, 0.9, 1}, {2, 1, 3}},
		"1 of its scores are above 1":                      {{0.5, 1, math.Inf(1)}, {2, 3, 4}},
		"it has a value that is not a number":              {{0.5, 1}, {2, math.NaN()}},
	} {
		if _, err := NewHistogram(c[0], c[1]); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// What is counted does not depend on the order of what it is counted from.
func TestOrder(t *testing.T) {
	var all []Histogram
	for _, market := range []string{"BR", "DE", "GB"} {
		for rest := v1.Allow; rest <= v1.Act; rest++ {
			h := histogram(50, func(x float64) float64 { return 1e4 * (1 - x) })
			h.Market, h.Rest, h.Language = market, rest, strings.ToLower(market)
			all = append(all, h)
		}
	}
	c := lowered(t)
	first, err := (&Histograms{Hours: 24, All: all}).Count(c)
	if err != nil {
		t.Fatal(err)
	}
	want := Of(first, nil)
	for seed := range uint64(10) {
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		again, err := (&Histograms{Hours: 24, All: all}).Count(c)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.Moves, Of(again, nil).Moves, cmp.AllowUnexported(Move{}, rate{})); diff != "" {
			t.Fatal(diff)
		}
	}
	if len(want.Moves) != 3 || len(want.Cuts) != 0 || want.Shifts == 0 {
		t.Errorf("%d moves, cuts %v, %f shifts", len(want.Moves), want.Cuts, want.Shifts)
	}
}
