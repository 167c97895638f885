package v1

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// inForce is relief of each kind for queue q.
func inForce() []Relief {
	q := []string{"q"}
	return []Relief{
		{Policy: "community", Step: "a-widen", Kind: ReliefWiden, Queues: q},
		{Policy: "community", Step: "b-relax", Kind: ReliefRelax, Queues: q, Drop: "market", AfterMillis: 60_000},
		{Policy: "community", Step: "c-defer", Kind: ReliefDefer, Queues: q, WithinMillis: 7_200_000},
		{Policy: "community", Step: "d-qa", Kind: ReliefQAFloor, Queues: q, Keep: 250_000},
		{Policy: "community", Step: "e-raise", Kind: ReliefRaiseReviewAt, Queues: q, Labels: []string{"hate-speech", "minors", "spam"}, Raise: 40_000},
	}
}

// relievedTable is a table of queue q with relief in force, after some changes of both.
func relievedTable(t testing.TB, change func(*PolicyDocument, *Weights)) *Table {
	t.Helper()
	d, w := document("q", Match{}), weights()
	w.Relief = inForce()
	d.Revisions[0].Labels[2].QASample = QASample{Allowed: 400_000, Actioned: 200_000, Reviewed: 100_000}
	d.Revisions[0].Labels[1].QASample = QASample{Allowed: 200_000, Reviewed: 100_000}
	if change != nil {
		change(d, w)
	}
	return table(t, w, d)
}

func three(hate, minors, spam PPM) []Score {
	return []Score{{"hate-speech", hate, ""}, {"minors", minors, ""}, {"spam", spam, ""}}
}

func TestReliefLetsThroughTheLowEndOfABand(t *testing.T) {
	tab := relievedTable(t, nil)
	for name, c := range map[string]struct {
		scores     []Score
		action, un Action
		why        Reason
		band       Band
	}{
		"below":                          {three(0, 0, 799_999), Allow, Allow, ReasonBelow, Band{}},
		"at reviewAt":                    {three(0, 0, 800_000), Allow, Review, ReasonRelieved, Band{"spam", 0}},
		"just let through":               {three(0, 0, 839_999), Allow, Review, ReasonRelieved, Band{"spam", 39_999}},
		"above what is raised":           {three(0, 0, 840_000), Review, Review, ReasonInBand, Band{"spam", 40_000}},
		"at actAt":                       {three(0, 0, 900_000), Act, Act, ReasonAboveActAt, Band{}},
		"a label that is not Low":        {three(610_000, 0, 0), Review, Review, ReasonInBand, Band{"hate-speech", 10_000}},
		"a protected label":              {three(0, 110_000, 0), Review, Review, ReasonInBand, Band{"minors", 10_000}},
		"with another label":             {three(610_000, 0, 810_000), Review, Review, ReasonInBand, Band{}},
		"another label has no score":     {three(0, 0, 810_000)[1:], Review, Review, ReasonNoScore, Band{}},
		"the label has no usable score":  {three(0, 0, -1), Review, Review, ReasonBadScore, Band{}},
		"no label has a score":           {nil, Unscored, Unscored, ReasonNoScore, Band{}},
		"another label has it actioned":  {three(980_000, 0, 810_000), Act, Act, ReasonAboveActAt, Band{}},
		"beside an action it is no band": {three(980_000, 0, 0), Act, Act, ReasonAboveActAt, Band{}},
	} {
		t.Run(name, func(t *testing.T) {
			v := tab.Decide("q", Item{ID: "1", Surface: "live"}, c.scores)
			if v.Action != c.action || v.Unrelieved != c.un || v.Reason != c.why || v.Band != c.band {
				t.Errorf("verdict %v (%s), without relief %v, band %v", v.Action, v.Reason, v.Unrelieved, v.Band)
			}
		})
	}
}

func TestReliefDefersAndSamplesLess(t *testing.T) {
	during := func(d *PolicyDocument, _ *Weights) {
		d.Revisions = append(d.Revisions, Revision{Name: "r2", Labels: d.Revisions[0].Labels})
		d.Features, d.Rollout = []string{FeatureRollout}, &Rollout{Salt: rolloutSalt, Unit: UnitItem, Discordant: 300_000}
	}
	for name, c := range map[string]struct {
		change   func(*PolicyDocument, *Weights)
		scores   []Score
		rate     PPM
		deferred int64
	}{
		"allowed: never less than protected labels": {nil, three(0, 0, 0), 200_000, 0},
		"allowed: a share of the rest":              {func(d *PolicyDocument, _ *Weights) { d.Revisions[0].Labels[1].QASample.Allowed = 0 }, three(0, 0, 0), 100_000, 0},
		"actioned":                                  {nil, three(0, 0, 950_000), 50_000, 0},
		"reviewed":                                  {nil, three(0, 0, 850_000), 25_000, 7_200_000},
		"reviewed for a protected label":            {nil, three(0, 150_000, 0), 100_000, 0},
		"in a rollout":                              {during, three(0, 0, 850_000), 100_000, 7_200_000},
		"unscored":                                  {nil, nil, 100_000, 0}, // minors decides, and is protected
		"escalated at once": {func(d *PolicyDocument, _ *Weights) {
			d.Revisions[0].Labels[0].Escalation.ScoreAt = ppm(700_000)
		}, three(800_000, 0, 0), 5_000, 0},
		"a protected queue": {func(d *PolicyDocument, _ *Weights) { d.Protected = true }, three(0, 0, 850_000), 100_000, 0},
		"relief of another": {func(d *PolicyDocument, _ *Weights) { d.Policy = "ads" }, three(0, 0, 850_000), 100_000, 0},
		"weights without":   {func(_ *PolicyDocument, w *Weights) { w.Relief = nil }, three(0, 0, 850_000), 100_000, 0},
		"the most of two holds": {func(_ *PolicyDocument, w *Weights) {
			w.Relief = append(w.Relief, Relief{Policy: "community", Step: "f", Kind: ReliefDefer, Queues: []string{"q"}, WithinMillis: 60_000},
				Relief{Policy: "community", Step: "g", Kind: ReliefQAFloor, Queues: []string{"q"}, Keep: 100_000})
		}, three(0, 0, 850_000), 10_000, 7_200_000},
	} {
		t.Run(name, func(t *testing.T) {
			v := relievedTable(t, c.change).Decide("q", Item{ID: "1", Surface: "live"}, c.scores)
			if v.QARate != c.rate || v.DeferredMillis != c.deferred {
				t.Errorf("rate %d, want %d; deferred to %d, want %d (%v)", v.QARate, c.rate, v.DeferredMillis, c.deferred, v.Action)
			}
		})
	}
}

// Both revisions of a rollout are raised alike, and the discordant samples stay.
func TestReliefDuringARollout(t *testing.T) {
	d, w := during("q", 0, Rollout{Salt: rolloutSalt, Unit: UnitItem, Discordant: AllPPM}), weights()
	w.Relief = inForce()
	tab := table(t, w, d)
	if v := tab.Decide("q", Item{ID: "1", Surface: "live"}, three(0, 0, 820_000)); v.Action != Allow || v.Moved != (Move{}) {
		t.Errorf("both let it through: %v, moved %v", v.Action, v.Moved)
	}
	v := tab.Decide("q", Item{ID: "1", Surface: "live"}, three(0, 0, 860_000))
	if want := (Move{From: Review, To: Act, Label: "spam", Sample: true, Rate: AllPPM}); v.Moved != want {
		t.Errorf("moved %v, want %v", v.Moved, want)
	}
}

// Whatever relief says, it only ever lets through what people would have looked at because of unprotected labels of
// severity Low, by no more than it says; it actions nothing, and takes no protected item away.
func TestReliefIsBounded(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for seed := range 300 {
		d, w := document("q", Match{}), weights()
		d.Protected = r.IntN(8) == 0
		labels := d.Revisions[0].Labels
		for i := range labels {
			labels[i].Severity = []Severity{SeverityLow, SeverityMedium, SeverityHigh}[r.IntN(3)]
			labels[i].Protected = r.IntN(3) == 0
		}
		raise := PPM(1 + r.IntN(999_998))
		w.Relief = []Relief{{Policy: "community", Step: "s", Kind: ReliefRaiseReviewAt, Queues: []string{"q"}, Raise: raise,
			Labels: []string{"hate-speech", "minors", "spam"}}}
		with, without := table(t, w, d), table(t, weights(), d)
		for range 200 {
			item := Item{ID: fmt.Sprint(seed), Surface: "live", Market: []string{"DE", "FR", ""}[r.IntN(3)]}
			scores := three(PPM(r.IntN(1_000_001)), PPM(r.IntN(1_000_001)), PPM(r.IntN(1_000_001)))[r.IntN(3):]
			a, b := without.Decide("q", item, scores), with.Decide("q", item, scores)
			if b.Unrelieved != a.Action || a.Band != b.Band {
				t.Fatalf("seed %d: without relief %v %v, and it says %v %v", seed, a.Action, a.Band, b.Unrelieved, b.Band)
			}
			if a.Action == b.Action {
				continue
			}
			if a.Action != Review || b.Action != Allow || a.Protected || d.Protected {
				t.Fatalf("seed %d: relief made %v of %v (protected %v)", seed, b.Action, a.Action, a.Protected)
			}
			for _, s := range scores {
				for i, l := range labels {
					if l.Name == s.Label && s.PPM >= *reviewAt(&labels[i], item.Market)+raise {
						t.Fatalf("seed %d: %s scored %d is let through", seed, s.Label, s.PPM)
					}
				}
			}
		}
	}
}

func reviewAt(l *Label, market string) *PPM {
	for _, o := range l.Overrides {
		for _, m := range o.Markets {
			if m == market {
				return o.ReviewAt
			}
		}
	}
	return l.ReviewAt
}

func TestReliefIsValidated(t *testing.T) {
	w := weights()
	w.Relief = inForce()
	data, err := SealWeights(w)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := DecodeWeights(data, w.Hash); err != nil || cmp.Diff(w.Relief, back.Relief) != "" {
		t.Errorf("read again: %v %v", err, cmp.Diff(w.Relief, back.Relief))
	}
	w.Relief = []Relief{{Policy: "p", Step: "s", Kind: "LowerActAt", Queues: []string{"q"}}}
	if _, err := SealWeights(w); !errors.Is(err, ErrUnsupported) {
		t.Errorf("relief that this reader cannot apply: %v, want ErrUnsupported", err)
	}
	for want, change := range map[string]func([]Relief){
		`relief[0] (/a-widen).policy: "" is not the name of a policy`:                     func(r []Relief) { r[0].Policy = "" },
		`relief[0] (community/A).step: "A" must be lower-case letters, digits and dashes`: func(r []Relief) { r[0].Step = "A" },
		`relief[0] (community/a-widen).queues: names nobody`:                              func(r []Relief) { r[0].Queues = nil },
		`relief[0] (community/a-widen): labels and raise go with RaiseReviewAt only`:      func(r []Relief) { r[0].Raise = 1 },
		`relief[1] (community/a-widen): entries must ascend by policy, step`:              func(r []Relief) { r[1].Step = "a-widen" },
		`relief[1] (community/b-relax).drop: "tier" is neither market nor surface`:        func(r []Relief) { r[1].Drop = "tier" },
		`relief[1] (community/b-relax).afterMillis: is 0, must be positive`:               func(r []Relief) { r[1].AfterMillis = 0 },
		`relief[2] (community/c-defer).withinMillis: is 0, must be a positive number`:     func(r []Relief) { r[2].WithinMillis = 0 },
		`relief[2] (community/c-defer): drop and afterMillis go with Relax only`:          func(r []Relief) { r[2].Drop = "market" },
		`relief[3] (community/d-qa).keep: is 1000000, must be above 0 and below 1000000`:  func(r []Relief) { r[3].Keep = AllPPM },
		`relief[3] (community/d-qa): withinMillis goes with Defer only`:                   func(r []Relief) { r[3].WithinMillis = 1 },
		`relief[4] (community/e-raise).raise: is 0, must be above 0 and below 1000000`:    func(r []Relief) { r[4].Raise = 0 },
		`relief[4] (community/e-raise).labels: names none`:                                func(r []Relief) { r[4].Labels = nil },
		`relief[4] (community/e-raise).labels[1]: "a" must come after "b"`:                func(r []Relief) { r[4].Labels = []string{"b", "a"} },
		`relief[4] (community/e-raise): keep goes with QAFloor only`:                      func(r []Relief) { r[4].Keep = 1 },
	} {
		w.Relief = inForce()
		change(w.Relief)
		if _, err := SealWeights(w); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestReliefDoesNotAllocate(t *testing.T) {
	tab := relievedTable(t, nil)
	item, scores := Item{ID: "7401893311998840320", Surface: "live"}, three(0, 0, 820_000)
	if n := testing.AllocsPerRun(100, func() { tab.Decide("q", item, scores) }); n != 0 {
		t.Errorf("a decision allocates %v times", n)
	}
}
