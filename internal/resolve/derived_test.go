package resolve

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

var (
	sampleOfAll = v1alpha1.ReviewSample{Allowed: "0.005", Actioned: "0.01", Reviewed: "0.02"}
	higher      = v1alpha1.ReviewEscalation{Share: "0.05", Tier: 2, Within: "1h"}
)

// counts names the series of what is beside the stream's own items.
func counts(names ...string) func(*v1alpha1.ReviewMetrics) {
	return func(m *v1alpha1.ReviewMetrics) {
		for _, n := range names {
			switch ref := modtest.SeriesRef(n); n {
			case "allowed":
				m.Allowed = ref
			case "actioned":
				m.Actioned = ref
			case "escalated":
				m.Escalated = ref
			}
		}
	}
}

// one is the class of a role and tier.
func one(t testing.TB, classes []staffing.Class, role string, tier int) staffing.Class {
	t.Helper()
	i := slices.IndexFunc(classes, func(c staffing.Class) bool { return c.Key.Role == role && c.Key.Tier == tier })
	if i < 0 {
		t.Fatalf("there is no class of role %q and tier %d", role, tier)
	}
	return classes[i]
}

// unsplit is a row of 7,200 items an hour of which a class is not known.
func unsplit() book {
	return book{values: map[string]sample.Sample{
		"arrivals": fresh(2000), "backlog": fresh(30_000), "oldest": fresh(90_000),
		"allowed": fresh(100_000), "actioned": fresh(10_000), "escalated": fresh(50),
	}}
}

func TestQASample(t *testing.T) {
	base := staffing.ClassKey{Queue: "live", Review: "hate", Tier: 1}
	reviewed := staffing.Part{Of: base, PerItem: 20_000}
	for name, c := range map[string]struct {
		sample  v1alpha1.ReviewSample
		metrics []string
		numbers book
		want    sample.Sample
		parts   []staffing.Part
	}{
		"of what people decide": {
			v1alpha1.ReviewSample{Reviewed: "0.02"}, nil, unsplit(), fresh(144_000), []staffing.Part{reviewed},
		},
		"of all": { // 7200 × 0.02 + 360000 × 0.005 + 36000 × 0.01
			sampleOfAll, []string{"allowed", "actioned"}, unsplit(), fresh(2_304_000),
			[]staffing.Part{reviewed, {Of: base, Stream: true, PerItem: 250_000}, {Of: base, Stream: true, PerItem: 50_000}},
		},
		"not counted, and so not known to be none": {
			v1alpha1.ReviewSample{Allowed: "0.005"}, nil, unsplit(), sample.Missing(sample.CauseNotDeclared), nil,
		},
		"one part is not counted": {
			v1alpha1.ReviewSample{Allowed: "0.005", Reviewed: "0.02"}, nil, unsplit(),
			sample.Sample{Value: 144_000, Quality: sample.Stale, Cause: sample.CauseNotDeclared}, []staffing.Part{reviewed},
		},
		"the row is gone": {
			v1alpha1.ReviewSample{Actioned: "0.01", Reviewed: "0.02"}, []string{"actioned"}, without(unsplit().ready(), "actioned", none, nil),
			sample.Sample{Value: 144_000, Quality: sample.Stale, Cause: sample.CauseNoRow}, []staffing.Part{reviewed},
		},
		"everything": {v1alpha1.ReviewSample{Reviewed: "1"}, nil, unsplit(), fresh(7_200_000), []staffing.Part{{Of: base, PerItem: 1_000_000}}},
	} {
		t.Run(name, func(t *testing.T) {
			stream := hate().QASample(c.sample).Metrics(counts(c.metrics...))
			q := modtest.MakeQueue("live", "ns").Languages("de").Protected().Review(stream).Obj()
			if err := CheckQueue(q); err != nil {
				t.Fatal(err)
			}
			classes, _ := Classes(q, c.numbers, regimes.Catalogue{})
			got := one(t, classes, "QA", 1)
			if got.ArrivalsPerHour.At = c.want.At; got.ArrivalsPerHour != c.want {
				t.Errorf("%+v an hour, want %+v", got.ArrivalsPerHour, c.want)
			}
			if d := cmp.Diff(c.parts, got.Parts); d != "" {
				t.Errorf("parts (-want +got):\n%s", d)
			}
			if !got.Derived || got.Protected || got.Requires.Role != "QA" || got.Backlog.Cause != sample.CauseNotDeclared || got.DeclaredHandleTime != 60*sample.Second {
				t.Errorf("the sample is %+v", got)
			}
			day := []staffing.Promise{{Percent: 900_000, Within: 24 * sample.Hour, Measure: staffing.Decided}}
			if d := cmp.Diff(day, got.Promises); d != "" {
				t.Errorf("promises (-want +got):\n%s", d)
			}
		})
	}
	if classes, _ := Classes(inGerman(hate().QASample(v1alpha1.ReviewSample{Reviewed: "0"})), unsplit(), regimes.Catalogue{}); len(classes) != 1 {
		t.Errorf("of a sample of nothing there are %d classes", len(classes))
	}
}

// ready is b with room for classes.
func (b book) ready() book {
	b.classes = map[string]map[Class]sample.Sample{}
	return b
}

// inGerman is a queue in one language with one stream.
func inGerman(s *modtest.ReviewWrapper) *v1alpha1.ModerationQueue {
	return modtest.MakeQueue("live", "ns").Languages("de").Review(s).Obj()
}

func TestDeclaredSample(t *testing.T) {
	handle, tier := v1alpha1.Duration("30s"), int32(3)
	stream := hate().QASample(v1alpha1.ReviewSample{Reviewed: "0.02", HandleTime: &handle, Within: "8h", Tier: &tier}).MeasuredHandleTime()
	numbers := unsplit()
	numbers.values["handle"], numbers.values["completed"] = fresh(45_000), fresh(1500)
	classes, _ := Classes(inGerman(stream), numbers, regimes.Catalogue{})
	got := one(t, classes, "QA", 3)
	if got.HandleTime.Quality != sample.Absent || got.DeclaredHandleTime != 30*sample.Second || got.HandleOver != 0 {
		t.Errorf("handle time %v, declared %v", got.HandleTime, got.DeclaredHandleTime)
	}
	if got.Promises[0].Within != 8*sample.Hour {
		t.Errorf("promises %+v", got.Promises)
	}
}

func TestEscalation(t *testing.T) {
	base := staffing.ClassKey{Queue: "live", Review: "hate", Tier: 1, Role: "Appeals"}
	counted := higher
	counted.Share = ""
	for name, c := range map[string]struct {
		escalation v1alpha1.ReviewEscalation
		metrics    []string
		want       sample.Sample
		parts      []staffing.Part
	}{
		"a share": {higher, nil, fresh(360_000), []staffing.Part{{Of: base, PerItem: 50_000}}},
		"counted": {counted, []string{"escalated"}, fresh(180_000), []staffing.Part{{Of: base, Stream: true, PerItem: 25_000}}},
	} {
		t.Run(name, func(t *testing.T) {
			stream := hate().Role(v1alpha1.RoleAppeals).Escalates(c.escalation).Metrics(counts(c.metrics...)).DecisionsPerItem("2").
				ServiceLevels(modtest.MakePromise("99", "24h"), modtest.MakePromise("90", "15m"))
			q := modtest.MakeQueue("live", "ns").Languages("de").Protected().Review(stream).Obj()
			if err := CheckQueue(q); err != nil {
				t.Fatal(err)
			}
			classes, _ := Classes(q, unsplit(), regimes.Catalogue{})
			got := one(t, classes, "Appeals", 2)
			if got.ArrivalsPerHour != c.want || !got.Derived || !got.Protected || got.DecisionsPerItem != sample.One {
				t.Errorf("escalated: %+v", got)
			}
			if d := cmp.Diff(c.parts, got.Parts); d != "" {
				t.Errorf("parts (-want +got):\n%s", d)
			}
			// An hour from the clock start, of which the lower tier may use 15 minutes.
			left := []staffing.Promise{{Percent: 900_000, Within: 45 * sample.Minute, Measure: staffing.Decided}}
			if d := cmp.Diff(left, got.Promises); d != "" {
				t.Errorf("promises (-want +got):\n%s", d)
			}
		})
	}
}

// A class's part of what another row counts: its own, drawn towards its share of what
// comes to the stream.
func TestPartsByClass(t *testing.T) {
	numbers := splitBook() // 1.5 of 2 items a second are German
	numbers.values["allowed"], numbers.split["allowed"] = fresh(100_000), both
	numbers.classes["allowed"] = map[Class]sample.Sample{german: fresh(10_000), brit: fresh(90_000)}
	numbers.values["actioned"] = fresh(10_000) // not split
	stream := hate().QASample(v1alpha1.ReviewSample{Allowed: "0.5"}).Metrics(counts("allowed"))
	classes, _ := Classes(reviewed(stream), numbers, regimes.Catalogue{})
	at := slices.IndexFunc(classes, func(c staffing.Class) bool {
		return c.Key.Language == "de" && c.Key.HarmDomain == "hate" && c.Key.Role == "QA"
	})
	got := classes[at]
	if got.ArrivalsPerHour != fresh(18_000_000) { // half of 36,000 an hour
		t.Errorf("German: %v an hour", got.ArrivalsPerHour)
	}
	// 50 for each of the stream's items; of 360,000 an hour a tenth is German, of the
	// arrivals three quarters.
	want := []staffing.Part{{Of: staffing.ClassKey{Queue: "live", Review: "hate", Language: "de", HarmDomain: "hate", Tier: 1}, Stream: true, PerItem: 2_502_250}}
	if d := cmp.Diff(want, got.Parts); d != "" {
		t.Errorf("parts (-want +got):\n%s", d)
	}
	classes, _ = Classes(reviewed(hate().QASample(v1alpha1.ReviewSample{Actioned: "0.5"}).Metrics(counts("actioned"))), numbers, regimes.Catalogue{})
	for _, c := range classes {
		if c.Key.Role == "QA" && (c.ArrivalsPerHour.Quality != sample.Absent || c.Parts != nil) {
			t.Errorf("%+v of a row that is not split: %v, %+v", c.Key, c.ArrivalsPerHour, c.Parts)
		}
	}
}

// A day of counters says how many there are for each item, and an hour where no more
// is known.
func TestComparedOverADay(t *testing.T) {
	numbers := unsplit()
	numbers.perHour = map[string]map[sample.Span]hourCount{
		"arrivals":  {24 * sample.Hour: {whole: fresh(100_000)}, sample.Hour: {whole: fresh(200_000)}},
		"escalated": {24 * sample.Hour: {whole: fresh(8_000)}, sample.Hour: {whole: fresh(2_000)}},
	}
	stream := hate().Escalates(v1alpha1.ReviewEscalation{Tier: 2, Within: "1h"}).Metrics(counts("escalated"))
	for _, want := range []sample.PPM{80_000, 10_000, 25_000} {
		classes, _ := Classes(inGerman(stream), numbers, regimes.Catalogue{})
		if got := one(t, classes, "", 2).Parts[0].PerItem; got != want {
			t.Errorf("%d for a million, want %d", got, want)
		}
		if delete(numbers.perHour["arrivals"], 24*sample.Hour); want == 10_000 {
			delete(numbers.perHour, "arrivals")
		}
	}
}

func TestRework(t *testing.T) {
	for share, want := range map[v1alpha1.Share]sample.Milli{"": 2000, "0.5": 4000, "0.05": 2106, "0.9": 20_000} {
		classes, _ := Classes(inGerman(hate().DecisionsPerItem("2").Rework(share)), unsplit(), regimes.Catalogue{})
		if got := classes[0].DecisionsPerItem; got != want {
			t.Errorf("with %q come back %v decisions an item, want %v", share, got, want)
		}
	}
}

// Whatever the rates and shares, the work of the parts of a stream is its share of the
// stream's, to a thousandth of an item for each class.
func TestPartsAreShares(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		numbers := splitBook()
		total := sample.Milli(0)
		parts := map[Class]sample.Sample{}
		for _, c := range []Class{german, brit, spam} {
			parts[c] = fresh(sample.Milli(r.IntN(100_000)))
			total += parts[c].Value
		}
		numbers = without(numbers, "arrivals", fresh(total), parts)
		reviewedShare, escalatedShare := 1+r.IntN(999_998), 1+r.IntN(999_998)
		ppm := func(n int) string { return strings.TrimRight(fmt.Sprintf("0.%06d", n), "0") }
		stream := hate().QASample(v1alpha1.ReviewSample{Reviewed: v1alpha1.Score(ppm(reviewedShare))}).
			Escalates(v1alpha1.ReviewEscalation{Share: v1alpha1.Share(ppm(escalatedShare)), Tier: 2, Within: "1h"})
		classes, _ := Classes(reviewed(stream), numbers, regimes.Catalogue{})
		var base, qa, up int64
		for _, c := range classes {
			work := int64(c.ArrivalsPerHour.Value) * int64(c.DeclaredHandleTime/sample.Second)
			switch {
			case c.Key.Role == "QA":
				qa += work
			case c.Key.Tier == 2:
				up += work
			default:
				base += work
			}
		}
		for _, p := range []struct{ got, share int64 }{{qa, int64(reviewedShare)}, {up, int64(escalatedShare)}} {
			if exact := sample.MulDiv(base, p.share, 1_000_000); p.got < exact || p.got > exact+3*60 {
				t.Fatalf("%d millionths of %d are %d, not %d", p.share, base, exact, p.got)
			}
		}
	}
}

// With everything declared, a mix of two languages gives six classes, and what they take of
// people adds up.
func TestEverythingDeclared(t *testing.T) {
	look := v1alpha1.Duration("30s")
	stream := hate().DecisionsPerItem("2").Rework("0.2").
		Mix(v1alpha1.ClassShare{Language: "de", HarmDomain: "hate", Share: "0.25"}, v1alpha1.ClassShare{Language: "en", Share: "0.75"}).
		QASample(v1alpha1.ReviewSample{Allowed: "0.005", Actioned: "0.01", Reviewed: "0.02", HandleTime: &look}).
		Metrics(counts("allowed", "actioned")).Escalates(higher).HandleTimeChange(change("", "130", "336h"))
	classes, _ := Classes(reviewed(stream), unsplit(), regimes.Catalogue{})
	type work struct {
		of      string
		perHour sample.Milli
		each    sample.Milli
	}
	var got []work
	for _, c := range classes {
		name := fmt.Sprint(c.Key.Language, "/", c.Key.HarmDomain, "/", c.Key.Tier, c.Key.Role)
		got = append(got, work{name, c.ArrivalsPerHour.Value, sample.Milli(sample.MulDiv(int64(c.DeclaredHandleTime), int64(c.DecisionsPerItem), 1000))})
		if len(c.HandleChanges) != 1 {
			t.Errorf("%s has %d changes of the handle time", name, len(c.HandleChanges))
		}
	}
	want := []work{ // 2 / (1 - 0.2) decisions of a minute for an item
		{"de/hate/1", 1_800_000, 150_000}, {"de/hate/1QA", 576_000, 30_000}, {"de/hate/2", 90_000, 60_000},
		{"en//1", 5_400_000, 150_000}, {"en//1QA", 1_728_000, 30_000}, {"en//2", 270_000, 60_000},
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(work{})); d != "" {
		t.Errorf("work (-want +got):\n%s", d)
	}
	// The parts of what other rows count add up as well, for each item of the stream.
	var all sample.PPM
	for _, c := range classes {
		for _, p := range c.Parts {
			if p.Stream {
				all += p.PerItem
			}
		}
	}
	if all != 300_000 { // 50 × 0.005 + 5 × 0.01
		t.Errorf("%d for a million items of the stream", all)
	}
}

func change(from, percent, decay string) v1alpha1.HandleTimeChange {
	begin := metav1.NewTime(now)
	if from != "" {
		_ = begin.UnmarshalQueryParameter(from)
	}
	return v1alpha1.HandleTimeChange{
		Name: "policy", From: begin, Percent: v1alpha1.Proportion(percent), Decay: v1alpha1.Duration(decay), Reason: "new hate policy",
	}
}

func TestCheckDemand(t *testing.T) {
	tier, short := int32(2), v1alpha1.Duration("999ms")
	escalation := func(change func(*v1alpha1.ReviewEscalation)) v1alpha1.ReviewEscalation {
		e := higher
		change(&e)
		return e
	}
	for name, c := range map[string]struct {
		stream *modtest.ReviewWrapper
		want   string
	}{
		"everything declared": {
			hate().Role(v1alpha1.RoleAppeals).Rework("0.9").QASample(v1alpha1.ReviewSample{Reviewed: "1", Within: "8h", Tier: &tier}).
				Escalates(higher).HandleTimeChange(change("", "130", "336h")), "",
		},
		"a role that is none":     {hate().Role("Boss"), "spec.reviews[hate].requires.role: Boss is no role; write Review, QA or Appeals"},
		"rooms":                   {modtest.MakeReview("hate").Rooms(4).Rework("0.1"), "spec.reviews[hate]: reworkShare, qaSample, escalation, handleTimeChanges and relax are for work: Items only"},
		"all comes back":          {hate().Rework("0.900001"), "spec.reviews[hate].reworkShare: it is 0.900001; with more than 0.9 hardly any decision would stand"},
		"more than all come back": {hate().Rework("1"), `spec.reviews[hate].reworkShare: "1" is not a number above 0 and below 1 with at most six decimals, such as 0.05`},
		"a sample of nothing":     {hate().QASample(v1alpha1.ReviewSample{}), "spec.reviews[hate].qaSample: it needs allowed, actioned or reviewed"},
		"more than all sampled":   {hate().QASample(v1alpha1.ReviewSample{Reviewed: "1.1"}), `spec.reviews[hate].qaSample: "1.1" is not a number from 0 to 1 with at most six decimals, such as 0.97`},
		"less than none sampled":  {hate().QASample(v1alpha1.ReviewSample{Allowed: "-0.1"}), `spec.reviews[hate].qaSample: "-0.1" is not a number from 0 to 1 with at most six decimals, such as 0.97`},
		"a sample of samples":     {hate().Role(v1alpha1.RoleQA).QASample(sampleOfAll), "spec.reviews[hate].qaSample: the stream is one of quality samples itself (requires.role: QA)"},
		"a look of no time":       {hate().QASample(v1alpha1.ReviewSample{Reviewed: "0.1", HandleTime: &short}), "spec.reviews[hate].qaSample: 999ms is too short; it must be at least 1s"},
		"the same tier": {
			hate().Tier(2).Escalates(higher), "spec.reviews[hate].escalation.tier: it is 2, and must be above the stream's, 2: items are passed on to a higher tier",
		},
		"all escalated": {
			hate().Escalates(escalation(func(e *v1alpha1.ReviewEscalation) { e.Share = "1" })),
			`spec.reviews[hate].escalation.share: "1" is not a number above 0 and below 1 with at most six decimals, such as 0.05`,
		},
		"escalated twice": {
			hate().Escalates(higher).Metrics(counts("escalated")),
			"spec.reviews[hate].escalation: it needs either its share or metrics.escalated, which counts the items passed on, and not both",
		},
		"counted for nothing": {
			hate().Metrics(counts("escalated")),
			"spec.reviews[hate].escalation: it needs either its share or metrics.escalated, which counts the items passed on, and not both",
		},
		"no time left": {
			hate().Escalates(escalation(func(e *v1alpha1.ReviewEscalation) { e.Within = "15m" })),
			"spec.reviews[hate].escalation.within: it is 15m, and must be longer than the shortest of serviceLevels: it counts from the item's clock start",
		},
		"a change of ten times": {
			hate().HandleTimeChange(change("", "1000.1", "")),
			"spec.reviews[hate].handleTimeChanges[policy]: percent is 1000.1; a change of the handle time is from 10 to 1000 percent of the one before",
		},
		"a change that is over at once": {
			hate().HandleTimeChange(change("", "130", "59m")), "spec.reviews[hate].handleTimeChanges[policy]: decay is 59m; it must be at least 1h",
		},
		"a change in days": {
			hate().HandleTimeChange(change("", "130", "14d")), `spec.reviews[hate].handleTimeChanges[policy]: "14d" is not a duration such as 30s, 15m or 1h30m`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := message(CheckQueue(inGerman(c.stream))); got != c.want {
				t.Errorf("says %q, want %q", got, c.want)
			}
		})
	}
}

func TestDemandFindings(t *testing.T) {
	stream := hate().QASample(sampleOfAll).Metrics(counts("actioned")).
		HandleTimeChange(change("", "130", "336h")).HandleTimeChange(change("2026-11-05T12:00:01Z", "200", ""))
	q := inGerman(stream)
	var got []string
	for _, f := range DemandFindings(q, sample.At(now)) {
		got = append(got, f.Code+": "+f.Message)
	}
	want := []string{
		"QASampleNotMeasured: Queue live, stream hate: nothing counts the items that machines let through, of which qaSample.allowed takes 0.005; " +
			"how many people the second look takes is not known",
		"HandleTimeChanged: Queue live, stream hate: since 2026-11-05 12:00 UTC decisions are planned to take 130 % of the time of before, " +
			"less from hour to hour until 2026-11-19 12:00 UTC (policy: new hate policy)",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("findings (-want +got):\n%s", d)
	}
	if got := DemandFindings(q, sample.At(now).Add(336*sample.Hour)); len(got) != 2 || !strings.Contains(got[1].Message, "200 %") ||
		strings.Contains(got[1].Message, "until") {
		t.Errorf("two weeks later: %+v", got)
	}
}
