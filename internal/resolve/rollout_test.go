package resolve_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/resolve"
	"github.com/modcap/modcap/internal/rollout"
	"github.com/modcap/modcap/internal/routing"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

const cohort = "2026-11-02T14:00:00Z"

var cohortAt = sample.At(time.Date(2026, 11, 2, 14, 0, 0, 0, time.UTC))

func counted(n int64, labels ...string) resolve.TableRow {
	r := resolve.TableRow{Labels: map[string]string{"policy": "p", "revision": "r", "market": "BR", "cohort": cohort}, Value: sample.Milli(n) * sample.One}
	for i := 0; i < len(labels); i += 2 {
		r.Labels[labels[i]] = labels[i+1]
	}
	return r
}

// series are tables by name, all Fresh; one that is missing is Absent.
type series map[string][]resolve.TableRow

func (s series) read(row resolve.Row) ([]resolve.TableRow, sample.Sample) {
	rows, ok := s[row.Series]
	if !ok || row.Labels["policy"] != "p" || row.Labels["revision"] != "r" || row.Source != "rollouts" {
		return nil, sample.Missing(sample.CauseUnknownSeries)
	}
	return rows, sample.FreshAt(0, cohortAt)
}

func allSeries() series {
	move := []string{"label", "hate", "from", "Allow", "to", "Review"}
	stratum := []string{"arm", "Candidate", "rate", "0.005"}
	return series{
		"entered": {counted(1000)}, "moved": {counted(40, move...)}, "moved-sampled": {counted(30, move...)},
		"moved-labelled": {counted(20, move...)}, "moved-violating": {counted(7, move...)},
		"sampled": {counted(9, stratum...)}, "labelled": {counted(8, stratum...)},
		"errors": {counted(2, append(slices.Clone(stratum), "label", "hate", "kind", "Leakage")...)},
	}
}

func TestRolloutCounters(t *testing.T) {
	p := modtest.MakePolicy("p", "ns").Rollout(modtest.MakeRollout("rollouts")).Obj()
	cell := guard.Cell{Market: "BR", Cohort: cohortAt}
	moved := guard.Moved{Cell: cell, Label: "hate", Move: guard.Move{From: guard.Allow, To: guard.Review}}
	stratum := guard.Stratum{Cell: cell, Arm: guard.Candidate, Name: "0.005"}
	of := func(edit func(*guard.Moved)) guard.Moved { m := moved; edit(&m); return m }
	want := guard.Counters{
		Quality: sample.Fresh, Entered: []guard.Entered{{Cell: cell, Items: 1000}},
		Moved: []guard.Moved{
			of(func(m *guard.Moved) { m.Items = 40 }), of(func(m *guard.Moved) { m.Sampled = 30 }),
			of(func(m *guard.Moved) { m.Labelled = 20 }), of(func(m *guard.Moved) { m.Violating = 7 }),
		},
		Sampled: []guard.Sampled{{Stratum: stratum, Rate: 5000, Sampled: 9}, {Stratum: stratum, Rate: 5000, Labelled: 8}},
		Wrong:   []guard.Wrong{{Stratum: stratum, Stream: guard.Stream{Label: "hate", Kind: guard.Leakage}, Errors: 2}},
	}
	if d := cmp.Diff(want, resolve.RolloutCounters(p, "r", allSeries().read)); d != "" {
		t.Errorf("counters (-want +got):\n%s", d)
	}
}

// What is not there, or not as the contract says, makes all of it unfit to judge by, and is named.
func TestRolloutCountersThatCannotBeJudgedBy(t *testing.T) {
	p := modtest.MakePolicy("p", "ns").Rollout(modtest.MakeRollout("rollouts")).Obj()
	label := func(of, label, value string) func(series) {
		return func(s series) { s[of][0].Labels[label] = value }
	}
	for name, c := range map[string]struct {
		edit  func(series)
		cause sample.Cause
		where string
	}{
		"a series that is not there": {func(s series) { delete(s, "errors") }, sample.CauseUnknownSeries, "series errors"},
		"no series at all":           {func(s series) { clear(s) }, sample.CauseUnknownSeries, ""},
		"a time that is none":        {label("entered", "cohort", "yesterday"), sample.CauseUnknownClass, `series entered has a row with cohort="yesterday"`},
		"a move to nowhere":          {label("moved", "to", "Remove"), sample.CauseUnknownClass, `series moved has a row with to="Remove"`},
		"no label":                   {func(s series) { delete(s["moved"][0].Labels, "label") }, sample.CauseUnknownClass, `series moved has a row with label=""`},
		"a third arm":                {label("sampled", "arm", "Control"), sample.CauseUnknownClass, `series sampled has a row with arm="Control"`},
		"a rate of nothing":          {label("labelled", "rate", "0"), sample.CauseUnknownClass, `series labelled has a row with rate="0"`},
		"a rate of nonsense":         {label("labelled", "rate", "half"), sample.CauseUnknownClass, `series labelled has a row with rate="half"`},
		"another kind of error":      {label("errors", "kind", "Typo"), sample.CauseUnknownClass, `series errors has a row with kind="Typo"`},
		"a market that there is not": {label("entered", "market", "UK"), sample.CauseUnknownClass, `series entered has a row with market="UK"`},
		"a market in small letters":  {label("moved", "market", "br"), sample.CauseUnknownClass, `series moved has a row with market="br"`},
		"two markets at once":        {label("errors", "market", "BR,MX"), sample.CauseUnknownClass, `series errors has a row with market="BR,MX"`},
		"no market at all":           {func(s series) { delete(s["sampled"][0].Labels, "market") }, sample.CauseUnknownClass, `series sampled has a row with market=""`},
	} {
		s := allSeries()
		c.edit(s)
		if got := resolve.RolloutCounters(p, "r", s.read); got.Quality == sample.Fresh || got.Cause != c.cause || got.Where != c.where {
			t.Errorf("%s: %v, %s: %s", name, got.Quality, got.Cause, got.Where)
		}
	}
	s := allSeries()
	label("entered", "market", "none")(s)
	if got := resolve.RolloutCounters(p, "r", s.read); got.Quality != sample.Fresh {
		t.Errorf("items without a market: %v, %s: %s", got.Quality, got.Cause, got.Where)
	}
	p.Spec.Rollout.Metrics = nil
	if got := resolve.RolloutCounters(p, "r", allSeries().read); got.Cause != sample.CauseNotDeclared || got.Quality != sample.Absent {
		t.Errorf("without metrics: %v", got)
	}
}

func TestRolloutLoad(t *testing.T) {
	counters := func(to, from int64) guard.Counters {
		cell := guard.Cell{Cohort: cohortAt}
		return guard.Counters{Quality: sample.Fresh, Entered: []guard.Entered{{Cell: cell, Items: 1000}}, Moved: []guard.Moved{
			{Cell: cell, Move: guard.Move{From: guard.Allow, To: guard.Review}, Items: to},
			{Cell: cell, Move: guard.Move{From: guard.Review, To: guard.Act}, Items: from},
			{Cell: cell, Move: guard.Move{From: guard.Allow, To: guard.Act}, Items: 500},
		}}
	}
	earlier := func(c guard.Counters) guard.Counters {
		cell := guard.Cell{Cohort: cohortAt.Add(-100 * sample.Hour)}
		c.Entered = append(c.Entered, guard.Entered{Cell: cell, Items: 1})
		c.Moved = append(c.Moved, guard.Moved{Cell: cell, Move: guard.Move{From: guard.Review, To: guard.Act}, Items: 1000})
		return c
	}
	hundred := sample.FreshAt(100*sample.One, cohortAt)
	for name, c := range map[string]struct {
		in       guard.Counters
		arrivals sample.Sample
		want     rollout.Load
	}{
		"more":                 {counters(40, 0), hundred, rollout.Load{Known: true, Rise: 200_000}}, // 40 in two hours, of a hundred an hour
		"less":                 {counters(0, 40), hundred, rollout.Load{Known: true, Rise: -200_000}},
		"both":                 {counters(50, 40), hundred, rollout.Load{Known: true, Rise: 50_000}},
		"an earlier try":       {earlier(counters(40, 0)), hundred, rollout.Load{Known: true, Rise: 200_000}},
		"an earlier try alone": {earlier(guard.Counters{Quality: sample.Fresh}), hundred, rollout.Load{}},
		"nothing arrives":      {counters(40, 0), sample.FreshAt(0, cohortAt), rollout.Load{Known: true, Rise: 1_000_000_000}},
		"not counted":          {guard.Counters{Quality: sample.Fresh}, hundred, rollout.Load{}},
		"stale":                {guard.Counters{Quality: sample.Stale}, hundred, rollout.Load{}},
		"unknown":              {counters(40, 0), sample.Missing(sample.CauseNoRow), rollout.Load{}},
	} {
		if d := cmp.Diff(c.want, resolve.RolloutLoad(c.in, c.arrivals, cohortAt, cohortAt.Add(2*sample.Hour))); d != "" {
			t.Errorf("%s: load (-want +got):\n%s", name, d)
		}
	}
}

func revisionOf(t *testing.T, labels ...*modtest.LabelWrapper) routing.Revision {
	t.Helper()
	r, ok := routing.RevisionOf(modtest.MakePolicy("p", "ns", labels...).Obj())
	if !ok {
		t.Fatal("the policy means nothing")
	}
	return r
}

// The guard watches what changed, and the gravest may abort.
func TestGuardTerms(t *testing.T) {
	was := revisionOf(t, modtest.MakeLabel("spam").Severity("Low"), modtest.MakeLabel("hate"), modtest.MakeLabel("gone"), modtest.MakeLabel("minors").Severity("Critical"))
	is := revisionOf(t, modtest.MakeLabel("spam").Severity("Low").ActAt("0.9"), modtest.MakeLabel("hate").QASample("0.1", "", ""),
		modtest.MakeLabel("minors").Severity("Critical").Override("br", "", "0.5", "BR"))
	r := modtest.MakeRollout("rollouts")
	got, err := resolve.GuardTerms(&r, was, is)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range got.Streams {
		names = append(names, s.Label+" "+string(s.Kind)+" "+s.Margin.String())
		if !s.Primary {
			t.Errorf("%s is not primary", s.Label)
		}
	}
	want := []string{"minors Leakage 5", "minors Overkill 10", "gone Leakage 5", "gone Overkill 10", "spam Leakage 5", "spam Overkill 10"}
	if d := cmp.Diff(want, names); d != "" || got.Cohort != 10*sample.Minute || got.Delay != sample.Hour || got.Discordant != 100 {
		t.Errorf("%+v, streams (-want +got):\n%s", got, d)
	}
	if resolve.Differs(was, was) || !resolve.Differs(was, is) {
		t.Error("what differs is not told apart")
	}
	var many []*modtest.LabelWrapper
	for _, n := range []string{"a", "b", "c", "d", "e"} {
		many = append(many, modtest.MakeLabel(n))
	}
	got, _ = resolve.GuardTerms(&r, was, revisionOf(t, many...))
	if primary := slices.IndexFunc(got.Streams, func(s guard.Watched) bool { return !s.Primary }); primary != 6 {
		t.Errorf("%d primary streams, want 6", primary)
	}
}

func TestFreezeWindow(t *testing.T) {
	r := v1alpha1.PolicyRollout{FreezeWindows: []v1alpha1.FreezeWindow{
		{Name: "night", TimeZone: "Europe/Dublin", Days: []v1alpha1.Weekday{v1alpha1.Friday}, Start: "22:00", End: "06:00"},
		{Name: "early", TimeZone: "Europe/Dublin", Start: "05:00", End: "05:30"},
	}}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		now  time.Time
		want []rollout.Freeze
	}{
		"before":            {at(6, 21, 59), nil}, // a Friday
		"on the day":        {at(6, 22, 0), []rollout.Freeze{{By: "freeze window night", Until: sample.At(at(7, 6, 0))}}},
		"over midnight":     {at(7, 5, 15), []rollout.Freeze{{By: "freeze window night", Until: sample.At(at(7, 6, 0))}}},
		"over":              {at(7, 6, 0), nil},
		"another every day": {at(9, 5, 0), []rollout.Freeze{{By: "freeze window early", Until: sample.At(at(9, 5, 30))}}},
	} {
		if d := cmp.Diff(c.want, resolve.FreezeWindow(&r, c.now)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// What a change is tried with is its unit, its margins, and what its steps give where; not how
// these are written, how long they take, or what keeps them.
func TestWhatAChangeIsTriedWith(t *testing.T) {
	tried := func(edit func(*v1alpha1.PolicyRollout)) string {
		r := modtest.MakeRollout("rollouts")
		r.Steps[0].Markets = []v1alpha1.Market{"BR", "MX"}
		edit(&r)
		terms, err := resolve.RolloutTerms(&r)
		if err != nil {
			t.Fatal(err)
		}
		return terms.Tried
	}
	was := tried(func(*v1alpha1.PolicyRollout) {})
	for name, edit := range map[string]func(*v1alpha1.PolicyRollout){
		"a pause":    func(r *v1alpha1.PolicyRollout) { r.Pause = true },
		"conditions": func(r *v1alpha1.PolicyRollout) { r.Conditions = []v1alpha1.RolloutCondition{{Name: "appeals"}} },
		"a window": func(r *v1alpha1.PolicyRollout) {
			r.FreezeWindows = []v1alpha1.FreezeWindow{{Name: "n", TimeZone: "UTC", Start: "01:00", End: "02:00"}}
		},
		"a maxHold":    func(r *v1alpha1.PolicyRollout) { r.Steps[0].MaxHold, r.Shadow.Hold = "96h", "1h" },
		"metrics":      func(r *v1alpha1.PolicyRollout) { r.Metrics = nil },
		"a name":       func(r *v1alpha1.PolicyRollout) { r.Steps[0].Name = "first" },
		"another text": func(r *v1alpha1.PolicyRollout) { r.Margins.Leakage, r.Unit = "5.0", "" },
		"an order":     func(r *v1alpha1.PolicyRollout) { r.Steps[0].Markets = []v1alpha1.Market{"MX", "BR"} },
	} {
		if tried(edit) != was {
			t.Errorf("%s asks for another try", name)
		}
	}
	for name, edit := range map[string]func(*v1alpha1.PolicyRollout){
		"a margin":  func(r *v1alpha1.PolicyRollout) { r.Margins.Overkill = "9" },
		"the unit":  func(r *v1alpha1.PolicyRollout) { r.Unit = v1alpha1.RolloutAuthor },
		"a percent": func(r *v1alpha1.PolicyRollout) { r.Steps[1].Percent = "25" },
		"a market":  func(r *v1alpha1.PolicyRollout) { r.Steps[0].Markets = []v1alpha1.Market{"BR"} },
		"a surface": func(r *v1alpha1.PolicyRollout) { r.Steps[0].Surfaces = []v1alpha1.Word{"live"} },
		"a step":    func(r *v1alpha1.PolicyRollout) { r.Steps = r.Steps[:1] },
	} {
		if tried(edit) == was {
			t.Errorf("%s does not ask for another try", name)
		}
	}
}

// A cohort in which a share changed was decided by two, and one that begins when all routers have it was not.
func TestShareChanges(t *testing.T) {
	at := cohortAt.Add(sample.Minute)
	got := resolve.ShareChanges([]rollout.Share{{Step: "old", Share: 1}, {Step: "five", Share: 50_000, Since: at}})
	if d := cmp.Diff([]guard.Period{{From: at, Until: at.Add(30 * sample.Second)}}, got); d != "" {
		t.Errorf("periods (-want +got):\n%s", d)
	}
}

func TestRolloutTermsSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*v1alpha1.PolicyRollout)
		want string
	}{
		"nothing":  {func(*v1alpha1.PolicyRollout) {}, ""},
		"a market": {func(r *v1alpha1.PolicyRollout) { r.Steps[0].Markets = []v1alpha1.Market{"XX"} }, "spec.rollout.steps[five].markets: XX"},
		"falling":  {func(r *v1alpha1.PolicyRollout) { r.Steps[1].Percent = "4" }, "spec.rollout.steps[half]: it gives the change no more than step five"},
		"a zone": {func(r *v1alpha1.PolicyRollout) {
			r.FreezeWindows = []v1alpha1.FreezeWindow{{Name: "n", TimeZone: "Mars/Crater", Start: "01:00", End: "02:00"}}
		}, "spec.rollout.freezeWindows[n]"},
		"a hold":       {func(r *v1alpha1.PolicyRollout) { r.Steps[0].Hold = "long" }, "spec.rollout.steps[five].hold"},
		"a percentage": {func(r *v1alpha1.PolicyRollout) { r.Steps[0].Percent = "all" }, "spec.rollout.steps[five].percent"},
	} {
		r := modtest.MakeRollout("rollouts")
		c.edit(&r)
		terms, err := resolve.RolloutTerms(&r)
		if (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if err == nil && (len(terms.Steps) != 3 || terms.Steps[0].Step != rollout.ShadowStep || terms.Steps[2].Share.Share != 500_000) {
			t.Errorf("%s: steps %+v", name, terms.Steps)
		}
	}
}

func TestRolloutDomains(t *testing.T) {
	label := func(name, domain string, reviewAt v1alpha1.Score) *modtest.LabelWrapper {
		return modtest.MakeLabel(name).HarmDomain(v1alpha1.Word(domain)).ReviewAt(reviewAt)
	}
	was := revisionOf(t, label("a", "hate", "0.60"), label("b", "spam", "0.60"), label("gone", "fraud", "0.60"), label("same", "nudity", "0.60"))
	is := revisionOf(t, label("a", "hate", "0.50"), label("b", "scams", "0.60"), label("new", "violence", "0.60"), label("same", "nudity", "0.60"))
	want := []string{"fraud", "hate", "scams", "spam", "violence"}
	if diff := cmp.Diff(want, resolve.RolloutDomains(was, is)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := resolve.RolloutDomains(was, was); len(got) != 0 {
		t.Errorf("of no change: %v", got)
	}
}

func TestStreamTakesAny(t *testing.T) {
	stream := func(name string, domains ...v1alpha1.HarmDomainName) v1alpha1.ReviewStream {
		return v1alpha1.ReviewStream{Name: v1alpha1.Word(name), HarmDomains: domains}
	}
	rest := []v1alpha1.ReviewStream{stream("rest", "*"), stream("hate", "hate", "harassment")}
	for _, c := range []struct {
		reviews []v1alpha1.ReviewStream
		review  string
		domains []string
		want    bool
	}{
		{rest, "hate", []string{"hate"}, true},
		{rest, "hate", []string{"spam", "harassment"}, true},
		{rest, "hate", []string{"spam"}, false},
		{rest, "hate", nil, false},
		{rest, "rest", []string{"spam"}, true},
		{rest, "rest", []string{"hate"}, false},
		{rest, "rest", []string{"hate", "spam"}, true},
		{rest[1:], "hate", []string{"spam"}, false},
		{[]v1alpha1.ReviewStream{stream("all", "*", "hate")}, "all", []string{"spam"}, true},
	} {
		q := &v1alpha1.ModerationQueue{Spec: v1alpha1.ModerationQueueSpec{Reviews: c.reviews}}
		if got := resolve.StreamTakesAny(q, c.review, c.domains); got != c.want {
			t.Errorf("stream %s of %v takes some of %v: %t", c.review, c.reviews, c.domains, got)
		}
	}
}
