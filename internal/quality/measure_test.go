package quality

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

const (
	day = 24 * sample.Hour
	now = sample.Instant(20_000 * day)
)

func terms() Terms {
	return Terms{Window: 7 * day, Cohort: day, Delay: 36 * sample.Hour, Labels: []string{"hate"}}
}

// decided is what machines allowed, or actioned by a label, in Brazil in a cohort so many days ago.
func decided(v Verdict, label string, daysAgo int) Cell {
	return Cell{
		Label: label, Verdict: v, By: Machine, Market: "BR", Language: "pt", Revision: "r1", Rate: 10_000,
		Cohort: now.Add(-sample.Span(daysAgo) * day),
	}
}

// checked adds a cell of which all that was sampled has been labelled.
func (c *Counts) checked(cell Cell, sampled, labelled int64, wrong map[string]int64) {
	c.Quality = sample.Fresh
	c.Sampled, c.Labelled = append(c.Sampled, Row{cell, sampled}), append(c.Labelled, Row{cell, labelled})
	for label, n := range wrong {
		at := cell
		at.Label = label
		c.Wrong = append(c.Wrong, Row{at, n})
	}
}

// week is seven days of a policy with one label: 100 checks a day of what was allowed and 50 of what
// was actioned, all back; so many wrong of each.
func week(leaks, kills int64) Counts {
	var c Counts
	for d := 1; d <= 7; d++ {
		c.checked(decided(Allow, NoLabel, d), 100, 100, map[string]int64{"hate": leaks})
		c.checked(decided(Act, "hate", d), 50, 50, map[string]int64{"hate": kills})
	}
	return c
}

// none is a week in which nothing was checked, and which says so.
func none() (c Counts) {
	for d := 1; d <= 7; d++ {
		c.checked(decided(Act, "hate", d), 0, 0, map[string]int64{"hate": 0})
	}
	return c
}

func measured(c Counts, change ...func(*Input)) Result {
	in := Input{Now: now, Terms: terms(), Counts: c}
	for _, f := range change {
		f(&in)
	}
	return Measure(in)
}

func find(all []Line, l string, k Kind, by Decider) *Line {
	i := slices.IndexFunc(all, func(o Line) bool { return o.Label == l && o.Kind == k && o.By == by })
	if i < 0 {
		return nil
	}
	return &all[i]
}

func TestMeasure(t *testing.T) {
	got := measured(week(1, 5))
	if got.Outcome != Measured || len(got.Problems) != 0 || got.Until != now {
		t.Fatalf("outcome %s, %v, until %d", got.Outcome, got.Problems, got.Until)
	}
	want := []Line{
		{
			Label: "hate", Kind: Overkill, By: Machine, Market: "BR", Language: "pt", Revision: "r1",
			Estimate: 100_000, Lower: 70_646, Upper: 136_328, Checked: 350, Wrong: 35, Decided: 35_000,
		},
		{
			Label: "hate", Kind: Leakage, By: Machine, Market: "BR", Language: "pt", Revision: "r1",
			Estimate: 10_000, Lower: 4029, Upper: 20_495, Checked: 700, Wrong: 7, Decided: 70_000,
		},
	}
	if d := cmp.Diff(want, got.Lines); d != "" {
		t.Errorf("lines (-want +got):\n%s", d)
	}
	if len(got.Places) != 2 || got.Places[0].Revision != "" || got.Places[0].Market != "BR" || got.Totals[0].Market != "" {
		t.Errorf("places %v, totals %v", got.Places, got.Totals)
	}
}

// Nothing wrong found is no proof that nothing is.
func TestZeroIsAnInterval(t *testing.T) {
	l := find(measured(week(0, 0)).Totals, "hate", Leakage, Machine)
	if l.Estimate != 0 || l.Lower != 0 || l.Upper < 5000 || l.Upper > 5400 {
		t.Errorf("0 of 700: %+v", l)
	}
}

// A cohort counts when its checks are back, or had the time to; what is missing then widens the interval upwards.
func TestMaturity(t *testing.T) {
	c := week(1, 5)
	young := decided(Allow, NoLabel, 0)
	young.Cohort = now.Add(-12 * sample.Hour)
	c.checked(young, 100, 60, map[string]int64{"hate": 60})
	got := find(measured(c).Totals, "hate", Leakage, Machine)
	if got.Checked != 700 || got.Wrong != 7 || got.Waiting != 100 {
		t.Errorf("a cohort that is not over counts: %+v", got)
	}
	for _, x := range []struct {
		daysAgo  int
		labelled int64
		counts   bool
	}{{1, 50, false}, {1, 100, true}, {3, 50, true}} {
		var c Counts
		c.checked(decided(Allow, NoLabel, 5), 1000, 1000, map[string]int64{"hate": 10})
		c.checked(decided(Allow, NoLabel, x.daysAgo), 100, x.labelled, map[string]int64{"hate": 0})
		l := find(measured(c).Totals, "hate", Leakage, Machine)
		if counts := l.Checked > 1000; counts != x.counts {
			t.Errorf("%d of 100 back after %d days: it counts is %v", x.labelled, x.daysAgo, counts)
		}
	}
	whole, missing := find(measured(week(1, 5)).Totals, "hate", Leakage, Machine), week(1, 5)
	for i := range missing.Labelled {
		missing.Labelled[i].N -= missing.Labelled[i].N / 10
	}
	less := find(measured(missing).Totals, "hate", Leakage, Machine)
	if less.Upper <= whole.Upper*13/10 || less.Lower >= whole.Lower || less.Waiting != 250 {
		t.Errorf("a tenth is missing, so that two days do not count yet: %+v, of all %+v", less, whole)
	}
}

// What is missing, old or contradictory is left out and said to be; it is never taken for none.
func TestProblems(t *testing.T) {
	drop := func(rows []Row, daysAgo int) []Row {
		return slices.DeleteFunc(rows, func(r Row) bool { return r.Cohort == now.Add(-sample.Span(daysAgo)*day) && r.Verdict == Allow })
	}
	for name, c := range map[string]struct {
		edit func(*Input)
		want Problem
		left bool // the line of leakage is still told
	}{
		"not fresh":    {func(in *Input) { in.Counts.Quality, in.Counts.Cause = sample.Stale, sample.CauseTooOld }, Problem{Code: NotFresh, Cause: sample.CauseTooOld}, false},
		"no rows":      {func(in *Input) { in.Counts = Counts{Quality: sample.Fresh} }, Problem{Code: NothingMatured}, false},
		"no checks":    {func(in *Input) { in.Counts = none() }, Problem{Code: NothingMatured}, false},
		"all too old":  {func(in *Input) { in.Now = now.Add(8 * day) }, Problem{Code: NothingMatured}, false},
		"all to come":  {func(in *Input) { in.Now = now.Add(-8 * day) }, Problem{Code: NothingMatured}, false},
		"no wrong row": {func(in *Input) { in.Counts.Wrong = drop(in.Counts.Wrong, 3) }, Problem{Code: RowsMissing, Label: "hate"}, false},
		"no labelled":  {func(in *Input) { in.Counts.Labelled = drop(in.Counts.Labelled, 3) }, Problem{Code: RowsMissing, Label: "hate"}, false},
		"no sampled":   {func(in *Input) { in.Counts.Sampled = drop(in.Counts.Sampled, 3) }, Problem{Code: Contradicting, Label: "hate"}, false},
		"no errors of anything": {func(in *Input) {
			in.Counts.Wrong = slices.DeleteFunc(in.Counts.Wrong, func(r Row) bool { return r.Verdict == Allow })
		}, Problem{Code: RowsMissing}, false},
		"more labelled": {func(in *Input) { in.Counts.Labelled[0].N = 101 }, Problem{Code: Contradicting, Label: "hate"}, false},
		"more wrong":    {func(in *Input) { in.Counts.Wrong[0].N = 101 }, Problem{Code: Contradicting, Label: "hate"}, false},
		"half is late": {func(in *Input) {
			for i := range in.Counts.Labelled {
				in.Counts.Labelled[i].N /= 2
			}
		}, Problem{Code: LabelsLate}, true},
		"it fell":           {func(in *Input) { in.Before = []Seen{{Cohort: now.Add(-3 * day), Wrong: 7}} }, Problem{Code: CountersFell}, true},
		"it fell before":    {func(in *Input) { in.Before = []Seen{{Cohort: now.Add(-3 * day), Fell: true}} }, Problem{Code: CountersFell}, true},
		"a cohort is gone":  {func(in *Input) { in.Before = []Seen{{Cohort: now.Add(-26 * sample.Hour), Sampled: 7}} }, Problem{Code: CountersFell}, true},
		"wanted, not there": {func(in *Input) { in.Terms.Labels, in.Terms.Wanted.Allowed = []string{"spam"}, 5000 }, Problem{Code: RowsMissing, Label: "spam"}, true},
	} {
		got := measured(week(1, 5), c.edit)
		if got.Outcome != Unknown || !slices.Contains(got.Problems, c.want) {
			t.Errorf("%s: %s, %v", name, got.Outcome, got.Problems)
		}
		if l := find(got.Totals, "hate", Leakage, Machine); (l != nil) != c.left {
			t.Errorf("%s: its line is %+v", name, l)
		}
	}
}

// Sums that fell do not count as long as their cohort is in the window, also when they have risen again.
func TestFallenStayOut(t *testing.T) {
	first := measured(week(2, 5))
	fallen := measured(week(1, 5), func(in *Input) { in.Before = first.Seen })
	risen := measured(week(3, 5), func(in *Input) { in.Before = fallen.Seen })
	if fallen.Outcome != Unknown || risen.Outcome != Unknown || risen.Totals[0].Checked != 0 || risen.Totals[0].Upper != sample.AllPPM {
		t.Errorf("fallen %v, risen %v: %v", fallen.Problems, risen.Problems, risen.Totals)
	}
	if same := measured(week(2, 5), func(in *Input) { in.Before = first.Seen }); same.Outcome != Measured {
		t.Errorf("what did not fall: %v", same.Problems)
	}
	later := measured(week(1, 5), func(in *Input) { in.Before, in.Now = fallen.Seen, now.Add(8*day) })
	if len(later.Seen) != 0 {
		t.Errorf("remembered beyond the window: %v", later.Seen)
	}
}

// What is sampled more does not count for more, and the order of rows counts for nothing.
func TestWeights(t *testing.T) {
	c := week(0, 0) // 700 of 70,000 in BR
	often := decided(Allow, NoLabel, 3)
	often.Market, often.Rate = "MX", 500_000
	c.checked(often, 500, 500, map[string]int64{"hate": 250}) // half of 1000
	want := measured(c)
	l := find(want.Totals, "hate", Leakage, Machine)
	if share := float64(l.Estimate) / 1e6; math.Abs(share-500.0/71_000) > 1e-5 || l.Decided != 71_000 {
		t.Errorf("half of 1000 and none of 70,000: %+v", l)
	}
	if want.Lines[0].Market != "MX" {
		t.Errorf("the worst is %+v", want.Lines[0])
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 10 {
		for _, rows := range [][]Row{c.Sampled, c.Labelled, c.Wrong} {
			r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		}
		if d := cmp.Diff(want, measured(c)); d != "" {
			t.Fatalf("in another order (-want +got):\n%s", d)
		}
	}
}

// Checks that err are corrected for: what they find falsely is taken off, what they miss is put on.
func TestChecksErr(t *testing.T) {
	plain := find(measured(week(1, 5)).Totals, "hate", Leakage, Machine)
	got := find(measured(week(1, 5), func(in *Input) { in.Terms.Missed, in.Terms.Mistaken = 50_000, 5000 }).Totals, "hate", Leakage, Machine)
	if want := sample.PPM(math.Round((0.01 - 0.005) / 0.945 * 1e6)); got.Estimate != want || got.Lower != 0 || got.Upper >= plain.Upper {
		t.Errorf("%+v, want %d", got, want)
	}
}

func TestNeeds(t *testing.T) {
	wanted := func(w Wanted) func(*Input) { return func(in *Input) { in.Terms.Wanted = w } }
	got := measured(week(1, 5), wanted(Wanted{Allowed: 2000}))
	want := []Need{{
		Label: "hate", Verdict: Allow, By: Machine, HalfWidth: 8233, WantedWidth: 2000,
		Decided: sample.Whole(10_000), Sampled: sample.Whole(100), Wanted: sample.Whole(2100), Rate: 210_000,
	}}
	if d := cmp.Diff(want, got.Needs); d != "" || got.Outcome != TooFew || !got.Needs[0].Short() || got.Needs[0].Beyond() {
		t.Errorf("%s, needs (-want +got):\n%s", got.Outcome, d)
	}
	if got := measured(week(1, 5), wanted(Wanted{Allowed: 9000, Actioned: 40_000})); got.Outcome != Measured || len(got.Needs) != 2 || got.Needs[0].Short() ||
		got.Needs[1].Short() || got.Needs[1].Rate > 10_000 {
		t.Errorf("enough: %s, %+v", got.Outcome, got.Needs)
	}
	if got := measured(week(1, 5), wanted(Wanted{Allowed: 100})); !got.Needs[0].Beyond() || got.Needs[0].Rate != sample.AllPPM {
		t.Errorf("more than there are: %+v", got.Needs)
	}
	if got := measured(week(1, 5), wanted(Wanted{Allowed: 9000, Labels: []string{"spam"}})); len(got.Needs) != 0 || got.Outcome != Measured {
		t.Errorf("wanted of another label: %+v", got)
	}
	if got := measured(week(1, 5), wanted(Wanted{Allowed: 9000, PerMarket: true})); len(got.Needs) != 1 || got.Needs[0].Market != "BR" {
		t.Errorf("by market: %+v", got.Needs)
	}
	// As many as are needed do.
	c := Counts{}
	for d := 1; d <= 7; d++ {
		cell := decided(Allow, NoLabel, d)
		cell.Rate = 210_000
		c.checked(cell, 2100, 2100, map[string]int64{"hate": 21})
	}
	if got := measured(c, wanted(Wanted{Allowed: 2000})); got.Outcome != Measured {
		t.Errorf("with what was needed: %+v", got.Needs)
	}
}

// How often people err is of violating items and of benign ones, and not of what they allowed or actioned.
func TestReviewers(t *testing.T) {
	people := func(allowed, leaks, actioned, kills int64) Counts {
		var c Counts
		for v, n := range map[Verdict][2]int64{Allow: {allowed, leaks}, Act: {actioned, kills}} {
			cell := decided(v, "hate", 4)
			cell.By = People
			c.checked(cell, n[0], n[0], map[string]int64{"hate": n[1]})
		}
		return c
	}
	got := measured(people(600, 60, 400, 40)).Reviewers
	if want := []Reviewer{{Label: "hate", Leakage: 142_857, Overkill: 68_966}}; cmp.Diff(want, got) != "" {
		t.Errorf("people err %+v, want %+v", got, want)
	}
	if got := measured(people(600, 1, 20, 0)).Reviewers; len(got) != 0 {
		t.Errorf("of 21 violating items: %+v", got)
	}
}

// delayed draws days of decisions whose checks come back late, errors twice as late, by checks that err.
type delayed struct {
	r                *rand.Rand
	p                float64
	missed, mistaken float64
}

func (d *delayed) counts(at sample.Instant) Counts {
	var c Counts
	for age := 1; age <= 8; age++ {
		cell := decided(Allow, NoLabel, age)
		cell.Cohort = at.Add(-sample.Span(age) * day)
		var back, wrong int64
		const n = 300
		for range n {
			violating := d.r.Float64() < d.p
			found := violating && d.r.Float64() >= d.missed || !violating && d.r.Float64() < d.mistaken
			median := 6.0
			if found {
				median = 12
			}
			if passed := float64(age)*24 - 24*d.r.Float64(); passed >= median*math.Exp(1.089*d.r.NormFloat64()) {
				if back++; found {
					wrong++
				}
			}
		}
		c.checked(cell, n, back, map[string]int64{"hate": wrong})
	}
	return c
}

// With labels as late as on the reference table (median 6 h, 95 % within 36 h, errors twice as slow), and checks that
// err as often as declared, the interval holds the truth in at least 94 of 100 samples. Who takes the checks of yesterday for all of them, or checks for the
// truth, is wrong more often.
func TestCoverageOfLateChecksThatErr(t *testing.T) {
	const runs = 1500
	for _, p := range []float64{0.005, 0.02, 0.05, 0.2} {
		for _, errs := range []bool{false, true} {
			d := delayed{r: rand.New(rand.NewPCG(3, uint64(p*1000))), p: p}
			if errs {
				d.missed, d.mistaken = 0.05, 0.01
			}
			held, blind := 0, 0
			for range runs {
				c := d.counts(now)
				holds := func(change func(*Input)) bool {
					l := find(measured(c, change).Totals, "hate", Leakage, Machine)
					return l != nil && float64(l.Lower)/1e6 <= p && p <= float64(l.Upper)/1e6
				}
				if holds(func(in *Input) {
					in.Terms.Missed, in.Terms.Mistaken = sample.PPM(d.missed*1e6), sample.PPM(d.mistaken*1e6)
				}) {
					held++
				}
				if holds(func(*Input) {}) {
					blind++
				}
			}
			t.Logf("%.3f, checks err %v: holds in %.1f %%, taking checks for the truth in %.1f %%", p, errs, 100*float64(held)/runs, 100*float64(blind)/runs)
			if float64(held)/runs < 0.94 {
				t.Errorf("%.3f, checks err %v: the interval holds in %.1f %%", p, errs, 100*float64(held)/runs)
			}
		}
	}
}

// Whatever the rows are, it ends with shares in order.
func FuzzMeasure(f *testing.F) {
	f.Add(uint64(1), uint64(50))
	f.Fuzz(func(t *testing.T, seed, rows uint64) {
		r := rand.New(rand.NewPCG(seed, rows))
		pick := func(n int64) int64 { return []int64{0, 1, -5, n, math.MaxInt64 / 4, math.MinInt64}[r.IntN(6)] }
		row := func() Row {
			return Row{Cell{
				Label: fmt.Sprint(r.IntN(3)), Verdict: []Verdict{Allow, Act, "x"}[r.IntN(3)], By: []Decider{Machine, People, ""}[r.IntN(3)],
				Market: fmt.Sprint(r.IntN(2)), Rate: sample.PPM(pick(100)), Cohort: now.Add(-sample.Span(r.IntN(9)) * day),
			}, pick(10)}
		}
		var c Counts
		for range rows % 200 {
			c.Sampled, c.Labelled, c.Wrong = append(c.Sampled, row()), append(c.Labelled, row()), append(c.Wrong, row())
		}
		c.Quality = sample.Fresh
		got := measured(c, func(in *Input) {
			in.Terms.Wanted, in.Terms.Labels = Wanted{Allowed: sample.PPM(pick(10)), Actioned: 5}, []string{"0", "1"}
			in.Terms.Missed, in.Terms.Cohort = sample.PPM(pick(3)), sample.Span(pick(int64(day)))
		})
		for _, l := range slices.Concat(got.Lines, got.Places, got.Totals) {
			if l.Lower < 0 || l.Lower > l.Estimate || l.Estimate > l.Upper || l.Upper > sample.AllPPM {
				t.Fatalf("%+v", l)
			}
		}
		for _, n := range got.Needs {
			if n.Rate < 0 || n.Rate > sample.AllPPM || n.Wanted < 0 || n.HalfWidth < 0 {
				t.Fatalf("%+v", n)
			}
		}
	})
}

// rowsBound is how many rows of a series are read.
const rowsBound = 2000

func BenchmarkMeasure(b *testing.B) {
	var c Counts
	for i := range rowsBound / 8 {
		for d := 1; d <= 8; d++ {
			cell := decided(Act, fmt.Sprint("label", i%50), d)
			cell.Market = fmt.Sprint(i / 50)
			c.checked(cell, 100, 98, map[string]int64{cell.Label: int64(i % 5)})
		}
	}
	for b.Loop() {
		measured(c)
	}
}
