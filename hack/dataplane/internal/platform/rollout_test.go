package platform

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

func ppm(v v1.PPM) *v1.PPM { return &v }

// two are revisions of a policy: the change asks people from 0.62 on, in place of 0.55.
func two(share v1.PPM) []v1.Revision {
	label := func(review v1.PPM) []v1.Label {
		return []v1.Label{{
			Name: "harm", HarmDomain: "hate", Severity: v1.SeverityLow, ActAt: ppm(850_000), ReviewAt: ppm(review),
			QASample: v1.QASample{Allowed: 100_000, Actioned: 200_000, Reviewed: 300_000},
		}}
	}
	return []v1.Revision{{Name: "r1", Share: v1.AllPPM - share, Labels: label(550_000)}, {Name: "r2", Share: share, Labels: label(620_000)}}
}

// documents are those of one queue: without a change, or with it, which decides a share
// of the items of Brazil. Relief is in force as given.
func documents(t *testing.T, revisions []v1.Revision, brazil v1.PPM, relief ...v1.Relief) *v1.Table {
	t.Helper()
	d := &v1.PolicyDocument{
		Header: v1.Header{Format: v1.Format, Kind: v1.KindDocument, Namespace: "demo", Surface: "live"},
		Queue:  "live", Policy: "rules", Salt: "saltsalt", Unit: v1.UnitItem, Revisions: revisions,
		Streams: []v1.Stream{{Name: "people", HarmDomains: []string{"*"}, Tier: 1}},
	}
	if len(revisions) > 1 {
		d.Features = []string{v1.FeatureRollout}
		d.Rollout = &v1.Rollout{Salt: "othersalt", Unit: v1.UnitItem, Discordant: 500_000}
		if brazil > 0 {
			d.Rollout.Markets = []v1.MarketShare{{Markets: []string{"BR"}, Share: brazil}}
		}
	}
	x := &v1.Index{Header: v1.Header{Format: v1.Format, Kind: v1.KindIndex, Namespace: "demo", Surface: "live"}}
	_, err := v1.SealDocument(d)
	x.Entries = []v1.Entry{{Queue: "live", Document: v1.DocumentName("live", d.Hash), Hash: d.Hash}}
	_, wrong := v1.SealIndex(x)
	teams := &v1.Weights{
		Header: v1.Header{Format: v1.Format, Kind: v1.KindWeights, Namespace: "demo", Surface: "live"},
		Teams: []v1.TeamWeights{{
			Queues: []string{"live"}, Languages: []string{"*"}, HarmDomains: []string{"hate"}, Tier: 1, Teams: []v1.Weight{{Name: "day", Weight: 1}},
		}},
		Relief: relief,
	}
	_, bad := v1.SealWeights(teams)
	table, invalid := v1.NewTable(v1.Set{Index: x, Documents: map[string]*v1.PolicyDocument{d.Hash: d}, Weights: teams})
	if err := errors.Join(err, wrong, bad, invalid); err != nil {
		t.Fatal(err)
	}
	return table
}

// counting is a platform that counts changes in cohorts of ten seconds, and checks
// without mistakes.
func counting(t *testing.T, waves ...Wave) *World {
	t.Helper()
	q := machine("live", 100, 5*time.Second)
	q.Labels[0].Harmful, q.Labels[0].Harmless = Beta{8, 2}, Beta{3, 8}
	w, err := New(Config{
		Seed: 7, Pools: []Pool{{"text", 10}}, Queues: []Queue{q}, Waves: waves,
		Rollouts: Rollouts{Cohort: 10 * time.Second, Checks: Checks{Delay: time.Second, Finds: 1, Clears: 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// begun is when the clock stood at time 0.
var begun = time.Date(2026, 11, 2, 14, 0, 0, 400_000_000, time.UTC)

func with(table *v1.Table) Inputs {
	return Inputs{Start: begun, Workers: workers(30), Router: table, Heads: map[string]float64{"day": 99}}
}

// totals add up what a rollout's cells have.
func totals(r RolloutReport) (cell CellReport, moved MovedReport, checks map[string]int64) {
	checks = map[string]int64{}
	for _, c := range r.Cohorts {
		for _, one := range c.Cells {
			cell.Entered, cell.Candidate = cell.Entered+one.Entered, cell.Candidate+one.Candidate
			for _, m := range one.Moved {
				moved.Items, moved.Sampled = moved.Items+m.Items, moved.Sampled+m.Sampled
				moved.Labelled, moved.Violating = moved.Labelled+m.Labelled, moved.Violating+m.Violating
			}
			for _, s := range one.Strata {
				checks[s.Arm] += s.Labelled
				for _, e := range s.Errors {
					checks[s.Arm+e.Kind] += e.Errors
				}
			}
		}
	}
	return cell, moved, checks
}

// TestShadowIsCounted: what the two revisions decide differently is what routers said.
func TestShadowIsCounted(t *testing.T) {
	w := counting(t)
	if r := run(w, 5*time.Second, with(documents(t, two(0)[:1], 0))); len(r.Rollouts) != 0 {
		t.Fatalf("without a change: %+v", r.Rollouts)
	}
	r := run(w, 34*time.Second, with(documents(t, two(0), 0)))
	if len(r.Rollouts) != 1 {
		t.Fatalf("got %d rollouts", len(r.Rollouts))
	}
	ro := r.Rollouts[0]
	if ro.Policy != "rules" || ro.Revision != "r2" || ro.Over || len(ro.Decided) != 0 {
		t.Errorf("%s %s over %v decided %v", ro.Policy, ro.Revision, ro.Over, ro.Decided)
	}
	// The cohorts begin with the whole second in which the change was seen.
	var begins []string
	for _, c := range ro.Cohorts {
		begins = append(begins, c.Begin.Format(time.RFC3339Nano))
		if over := c.From+10*time.Second < r.Now-4*time.Second; over != (c.Matured > 0) || over && c.Matured < c.From+10*time.Second {
			t.Errorf("cohort from %s matured at %s, now %s", c.From, c.Matured, r.Now)
		}
		for _, one := range c.Cells {
			if len(one.Moved) != 1 || one.Moved[0].From != "Review" || one.Moved[0].To != "Allow" || one.Moved[0].Label != "harm" {
				t.Errorf("%s moved %+v", one.Market, one.Moved)
			}
		}
	}
	want := []string{"2026-11-02T14:00:05Z", "2026-11-02T14:00:15Z", "2026-11-02T14:00:25Z", "2026-11-02T14:00:35Z"}
	if diff := cmp.Diff(want, begins); diff != "" {
		t.Errorf("cohorts (-want +got)\n%s", diff)
	}
	cell, moved, checks := totals(ro)
	if cell.Entered != r.Queues[0].Machine.Completed-500 || cell.Candidate != 0 {
		t.Errorf("entered %d of %d, %d decided by the change", cell.Entered, r.Queues[0].Machine.Completed, cell.Candidate)
	}
	if moved.Items < 50 || math.Abs(float64(moved.Sampled)/float64(moved.Items)-0.5) > 0.15 || moved.Labelled > moved.Sampled ||
		moved.Violating == 0 || moved.Violating >= moved.Labelled {
		t.Errorf("moved %+v, want half of them sampled, and both kinds found", moved)
	}
	if checks["Stable"] == 0 || checks["Candidate"] != 0 {
		t.Errorf("checks %v, want those of the stable revision alone", checks)
	}
}

// TestStepIsCounted: in a market the change decides a half, and what it lets through is
// found by random samples of its arm.
func TestStepIsCounted(t *testing.T) {
	w := counting(t)
	run(w, 10*time.Second, with(documents(t, two(0), 0)))
	r := run(w, 120*time.Second, with(documents(t, two(0), 500_000)))
	ro := r.Rollouts[0]
	if at, ok := ro.Decided["BR"]; !ok || at < 10*time.Second || at > 12*time.Second || len(ro.Decided) != 1 {
		t.Errorf("the change first decided at %v, want in Brazil alone", ro.Decided)
	}
	brazil, others := int64(0), int64(0)
	for _, c := range ro.Cohorts {
		for _, one := range c.Cells {
			if one.Market == "BR" {
				brazil += one.Entered
			} else {
				others += one.Candidate
			}
		}
	}
	cell, _, checks := totals(ro)
	if share := float64(cell.Candidate) / float64(brazil); math.Abs(share-0.46) > 0.05 || others != 0 {
		t.Errorf("the change decided %.2f of Brazil and %d elsewhere", share, others)
	}
	// The stable revision lets through what scores below 0.55, the change below 0.62.
	stable := float64(checks["StableLeakage"]) / float64(checks["Stable"])
	candidate := float64(checks["CandidateLeakage"]) / float64(checks["Candidate"])
	if stable == 0 || candidate <= stable {
		t.Errorf("leakage of samples: stable %.4f, change %.4f (%v)", stable, candidate, checks)
	}
	r = run(w, 5*time.Second, with(documents(t, two(0)[:1], 0)))
	if ro := r.Rollouts[0]; !ro.Over {
		t.Error("it is not over when documents have one revision again")
	}
	after, _, _ := totals(r.Rollouts[0])
	if after.Entered != cell.Entered {
		t.Errorf("%d entered when it was over", after.Entered-cell.Entered)
	}
	// The same change once more is another rollout.
	if r = run(w, 5*time.Second, with(documents(t, two(0), 0))); len(r.Rollouts) != 2 || r.Rollouts[1].Over || !r.Rollouts[0].Over {
		t.Errorf("the change once more: %d rollouts", len(r.Rollouts))
	}
}

// TestChecksErrAsDeclared: people who look find what they find, and err as often as said.
func TestChecksErrAsDeclared(t *testing.T) {
	share := func(finds, clears float64) float64 {
		w := counting(t)
		w.config.Rollouts.Checks.Finds, w.config.Rollouts.Checks.Clears = finds, clears
		_, moved, _ := totals(run(w, 60*time.Second, with(documents(t, two(0), 0))).Rollouts[0])
		return float64(moved.Violating) / float64(moved.Labelled)
	}
	truth, blind, alarmed := share(1, 1), share(0.5, 1), share(1, 0.5)
	if math.Abs(blind-truth/2) > 0.06 || math.Abs(alarmed-(truth+(1-truth)/2)) > 0.08 {
		t.Errorf("found %.3f in truth, %.3f by who finds a half, %.3f by who clears a half", truth, blind, alarmed)
	}
}

// TestWaveAfterChange: who posts finds out what the change lets through, in the market
// where it decides, and not in the shadow.
func TestWaveAfterChange(t *testing.T) {
	wave := Wave{Market: "BR", Domain: "hate", AfterChange: true, At: 4 * time.Second, Times: 2, Harmful: Beta{200, 141}}
	w := counting(t, wave)
	r := run(w, 40*time.Second, with(documents(t, two(0), 0)))
	if r.Waves[0].Began != never || r.Waves[0].On {
		t.Fatalf("it came in the shadow: %+v", r.Waves)
	}
	_, before, _ := totals(r.Rollouts[0])
	r = run(w, 40*time.Second, with(documents(t, two(0), 500_000)))
	if at := r.Waves[0].Began; !r.Waves[0].On || at < 44*time.Second || at > 46*time.Second {
		t.Errorf("it came %+v, want 4 s after the change first decided", r.Waves)
	}
	_, after, _ := totals(r.Rollouts[0])
	shadow, step := float64(before.Violating)/4000, float64(after.Violating-before.Violating)/4000
	if step < 4*shadow {
		t.Errorf("of what enters %.4f moved and was found violating in the shadow, and %.4f with the wave", shadow, step)
	}
	if r = run(w, 5*time.Second, with(documents(t, two(0)[:1], 0))); r.Waves[0].On {
		t.Error("it goes on when the change decides nothing any more")
	}
}

// TestWaveAtTime comes when it is declared, everywhere, and ends.
func TestWaveAtTime(t *testing.T) {
	harmful := func(waves ...Wave) (by [3]int64) {
		w := counting(t, waves...)
		table, last := documents(t, two(0)[:1], 0), int64(0)
		for i := range by {
			n := run(w, 10*time.Second, with(table)).Queues[0].Decisions["Act"]
			by[i], last = n-last, n
		}
		return by
	}
	calm, rough := harmful(), harmful(Wave{Domain: "hate", At: 10*time.Second + Tick, For: 10 * time.Second, Times: 4})
	if rough[0] != calm[0] || rough[1] < 2*calm[1] || rough[2] > calm[2]*3/2 {
		t.Errorf("acted on by tens of seconds: %v, without the wave %v", rough, calm)
	}
}

func TestScored(t *testing.T) {
	w := counting(t)
	run(w, 90*time.Second, with(documents(t, two(0)[:1], 0)))
	all := w.Scored()
	if len(all) < 5900 || len(all) > 6100 {
		t.Fatalf("%d items are kept, want those of a minute", len(all))
	}
	reviewed := 0
	for _, s := range all {
		if s.Queue != "live" || s.Market == "" || s.Language == "" || len(s.Scores) != 1 || s.Scores[0].Label != "harm" {
			t.Fatalf("%+v", s)
		}
		in := s.Scores[0].PPM >= 550_000 && s.Scores[0].PPM < 850_000
		if s.Known && !in {
			t.Fatalf("people have decided %+v, which is not in the band", s)
		}
		if s.Known {
			reviewed++
		}
	}
	if reviewed == 0 {
		t.Error("of none it is known what people found")
	}
	if !slices.ContainsFunc(all, func(s ScoredItem) bool { return s.Known && s.Violating }) {
		t.Error("people found nothing")
	}
}

func TestChanges(t *testing.T) {
	label := func(act, review *v1.PPM, overrides ...v1.Override) []v1.Label {
		return []v1.Label{{Name: "a", ActAt: act, ReviewAt: review, Overrides: overrides}}
	}
	germany := func(review v1.PPM) v1.Override {
		return v1.Override{Markets: []string{"DE"}, ActAt: ppm(900_000), ReviewAt: ppm(review)}
	}
	base := label(ppm(900_000), ppm(500_000))
	cases := map[string]struct {
		stable, change []v1.Label
		want           []moveKey
	}{
		"nothing":           {base, base, nil},
		"fewer to people":   {base, label(ppm(900_000), ppm(600_000)), []moveKey{{"a", v1.Review, v1.Allow}}},
		"more to people":    {base, label(ppm(900_000), ppm(400_000)), []moveKey{{"a", v1.Allow, v1.Review}}},
		"more acted on":     {base, label(ppm(800_000), ppm(500_000)), []moveKey{{"a", v1.Review, v1.Act}}},
		"never acted on":    {base, label(nil, ppm(500_000)), []moveKey{{"a", v1.Act, v1.Review}}},
		"both moved":        {base, label(ppm(400_000), ppm(300_000)), []moveKey{{"a", v1.Review, v1.Act}, {"a", v1.Allow, v1.Review}, {"a", v1.Allow, v1.Act}}},
		"one market":        {base, label(ppm(900_000), ppm(500_000), germany(400_000)), []moveKey{{"a", v1.Allow, v1.Review}}},
		"a label more":      {nil, base, []moveKey{{"a", v1.Allow, v1.Review}, {"a", v1.Allow, v1.Act}}},
		"a label less":      {base, nil, []moveKey{{"a", v1.Review, v1.Allow}, {"a", v1.Act, v1.Allow}}},
		"unset on one side": {label(nil, nil), label(nil, ppm(v1.AllPPM)), []moveKey{{"a", v1.Allow, v1.Review}}},
	}
	for name, c := range cases {
		got := changes(&v1.Revision{Labels: c.stable}, &v1.Revision{Labels: c.change})["a"]
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(moveKey{})); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestRolloutsAndWavesRefuse(t *testing.T) {
	good := Rollouts{Cohort: time.Minute, Checks: Checks{Delay: time.Second, Finds: 1, Clears: 1}}
	config := func(f func(*Config)) Config {
		c := Config{Pools: []Pool{{"text", 10}}, Queues: []Queue{machine("a", 1, time.Second)}, Rollouts: good}
		f(&c)
		return c
	}
	wave := func(v Wave) Config { return config(func(c *Config) { c.Waves = []Wave{v} }) }
	for name, c := range map[string]Config{
		"cohort":         config(func(c *Config) { c.Rollouts.Cohort = 1500 * time.Millisecond }),
		"no delay":       config(func(c *Config) { c.Rollouts.Checks.Delay = 0 }),
		"share":          config(func(c *Config) { c.Rollouts.Checks.Finds = 1.1 }),
		"negative share": config(func(c *Config) { c.Rollouts.Checks.Clears = -0.1 }),
		"no domain":      wave(Wave{Times: 2}),
		"no factor":      wave(Wave{Domain: "hate"}),
		"negative time":  wave(Wave{Domain: "hate", Times: 2, At: -1}),
		"wave's scores":  wave(Wave{Domain: "hate", Times: 2, Harmful: Beta{A: 1}}),
	} {
		if _, err := New(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := New(config(func(c *Config) {})); err != nil {
		t.Errorf("good: %v", err)
	}
}

// TestHistograms: with bands on edges, what is above one is what was decided so.
func TestHistograms(t *testing.T) {
	w := counting(t)
	r := run(w, 60*time.Second, with(documents(t, two(0)[:1], 0)))
	edges := ScoreEdges()
	for i := 1; i < len(edges); i++ {
		if gap := edges[i] - edges[i-1]; gap <= 0 || edges[i] > 0.2 && gap > 0.0200001 {
			t.Errorf("edges %g and %g", edges[i-1], edges[i])
		}
	}
	for _, want := range []float64{0.3, 0.45, 0.55, 0.62, 0.85, 0.95, 1} {
		if !slices.Contains(edges, want) {
			t.Errorf("no edge at %g", want)
		}
	}
	above := func(edge float64) (n, all int64, looked [2]int64) {
		for _, h := range w.Histograms() {
			for i, count := range h.Counts {
				switch h.Looked {
				case "true":
					looked[1] += count
				case "false":
					looked[0] += count
				default:
					all += count
					if i > slices.Index(edges, edge) {
						n += count
					}
				}
			}
		}
		return n, all, looked
	}
	q := r.Queues[0]
	reviewed, all, looked := above(0.55)
	acted, _, _ := above(0.85)
	if all != q.Machine.Completed || acted != q.Decisions["Act"] || reviewed != q.Decisions["Act"]+q.Decisions["Review"] {
		t.Errorf("%d scores, %d above 0.55, %d above 0.85; decided %v", all, reviewed, acted, q.Decisions)
	}
	if n := looked[0] + looked[1]; n == 0 || n > q.QASamples || looked[1] == 0 || looked[0] == 0 {
		t.Errorf("looked at %v of %d samples", looked, q.QASamples)
	}
	h := &histogram{counts: make([]int64, len(edges)+1)}
	h.add(edges, 550_000)
	h.add(edges, 549_999)
	h.add(edges, v1.AllPPM)
	if at := slices.Index(edges, 0.55); h.counts[at] != 1 || h.counts[at+1] != 1 || h.counts[len(edges)-1] != 1 {
		t.Errorf("at the band is not above it: %v", h.counts)
	}
}

// TestRest: what the other labels of an item decide is told apart, with zeros.
func TestRest(t *testing.T) {
	w := counting(t)
	q := w.queues[0]
	q.Labels = append(q.Labels, Label{Name: "other", Domain: "hate", Harmful: Beta{8, 2}, Harmless: Beta{3, 8}})
	labels := append(two(0)[0].Labels, v1.Label{Name: "other", ActAt: ppm(400_000), ReviewAt: ppm(200_000)})
	want := map[string]int64{"allow": 0, "review": 0, "act": 0}
	for range 500 {
		it := w.newItem(q, 0)
		_, scores := w.judgement(it)
		switch s := scores[1].PPM; {
		case s >= 400_000:
			want["act"]++
		case s >= 200_000:
			want["review"]++
		default:
			want["allow"]++
		}
		w.observe(it, "", labels)
	}
	got := map[string]int64{}
	for _, h := range w.Histograms() {
		if h.Label == "harm" {
			for _, n := range h.Counts {
				got[h.Rest] += n
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
