package resolve

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

var (
	none   = sample.Missing(sample.CauseNoRow)
	both   = Split{Language: true, HarmDomain: true}
	german = Class{Language: "de", HarmDomain: "hate"}
	brit   = Class{Language: "en-GB", HarmDomain: "hate"}
	spam   = Class{Language: "de", HarmDomain: "spam"}
)

// reviewed is a queue in en and de with one stream of hate and spam.
func reviewed(streams ...*modtest.ReviewWrapper) *v1alpha1.ModerationQueue {
	q := modtest.MakeQueue("live", "ns").Languages("en", "de")
	for _, s := range streams {
		q.Review(s)
	}
	return q.Obj()
}

func hate() *modtest.ReviewWrapper { return modtest.MakeReview("hate").HarmDomains("hate", "spam") }

// splitBook splits arrivals and backlog of two items a second by language and domain.
func splitBook() book {
	return book{
		values: map[string]sample.Sample{"arrivals": fresh(2000), "backlog": fresh(30_000), "oldest": fresh(90_000)},
		classes: map[string]map[Class]sample.Sample{
			"arrivals": {german: fresh(1500), brit: fresh(500)},
			"backlog":  {german: fresh(20_000), spam: fresh(10_000)},
		},
		split: map[string]Split{"arrivals": both, "backlog": both},
	}
}

// without is b with one series replaced.
func without(b book, series string, value sample.Sample, classes map[Class]sample.Sample) book {
	b.values[series], b.classes[series] = value, classes
	return b
}

func keysOf(classes []staffing.Class) []Class {
	out := make([]Class, 0, len(classes))
	for _, c := range classes {
		out = append(out, Class{c.Key.Language, c.Key.HarmDomain})
	}
	return out
}

func TestUnsplitStreamIsOneClass(t *testing.T) {
	numbers := book{values: map[string]sample.Sample{
		"arrivals": fresh(2000), "backlog": fresh(30_000), "oldest": fresh(90_000), "handle": fresh(45_000), "completed": fresh(1500),
	}}
	stream := hate().Tier(2).Clearances("eu").DecisionsPerItem("2").MeasuredHandleTime().
		ServiceLevels(modtest.MakePromise("90", "15m"), modtest.MakePromise("99", "24h"))
	q := modtest.MakeQueue("live", "ns").Languages("en", "de").Priority(800).Protected().Review(stream).Obj()
	got, unknown := Classes(q, numbers, regimes.Catalogue{})
	want := []staffing.Class{{
		Key: staffing.ClassKey{Queue: "live", Review: "hate", Tier: 2}, Surface: "live", Priority: 800, Protected: true, Work: staffing.Items,
		Promises: []staffing.Promise{
			{Percent: 900_000, Within: 15 * sample.Minute, Measure: staffing.Decided}, {Percent: 990_000, Within: 24 * sample.Hour, Measure: staffing.Decided},
		},
		Requires:        staffing.Requires{Languages: []string{"en", "de"}, HarmDomains: []string{"hate", "spam"}, Clearances: []string{"eu"}},
		ArrivalsPerHour: fresh(7_200_000), Backlog: fresh(30_000), OldestAge: fresh(90_000), HandleTime: fresh(30_000),
		HandleOver: 5 * sample.Minute, Concurrent: sample.Missing(sample.CauseNotDeclared), DecisionsPerItem: 2000,
	}}
	if d := cmp.Diff(want, got); d != "" || unknown != nil {
		t.Errorf("unknown %v; classes (-want +got):\n%s", unknown, d)
	}
}

func TestRooms(t *testing.T) {
	q := reviewed(modtest.MakeReview("patrol").Rooms(4))
	got, _ := Classes(q, book{values: map[string]sample.Sample{"rooms": fresh(120_000)}}, regimes.Catalogue{})
	undeclared := sample.Missing(sample.CauseNotDeclared)
	want := []staffing.Class{{
		Key: staffing.ClassKey{Queue: "live", Review: "patrol", Tier: 1}, Surface: "live", Priority: 500, Work: staffing.Rooms, RoomsPerPerson: 4000,
		Requires: staffing.Requires{Languages: []string{"en", "de"}, HarmDomains: []string{"*"}}, Concurrent: fresh(120_000),
		ArrivalsPerHour: undeclared, Backlog: undeclared, OldestAge: undeclared, HandleTime: undeclared, DecisionsPerItem: 1000,
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("classes (-want +got):\n%s", d)
	}
	rows := map[Class]sample.Sample{german: fresh(70_000), brit: fresh(50_000)}
	got, _ = Classes(q, book{
		values: map[string]sample.Sample{"rooms": fresh(120_000)}, classes: map[string]map[Class]sample.Sample{"rooms": rows}, split: map[string]Split{"rooms": both},
	}, regimes.Catalogue{})
	if len(got) != 2 || got[0].Concurrent != fresh(70_000) || got[1].Concurrent != fresh(50_000) {
		t.Errorf("rooms by class: %+v", got)
	}
}

func TestSplitStream(t *testing.T) {
	got, unknown := Classes(reviewed(hate()), splitBook(), regimes.Catalogue{})
	if d := cmp.Diff([]Class{german, spam, brit}, keysOf(got)); d != "" || unknown != nil {
		t.Fatalf("unknown %v; classes (-want +got):\n%s", unknown, d)
	}
	type counts struct{ Arrivals, Backlog sample.Sample }
	want := []counts{{fresh(5_400_000), fresh(20_000)}, {fresh(0), fresh(10_000)}, {fresh(1_800_000), fresh(0)}}
	for i, c := range got {
		if d := cmp.Diff(want[i], counts{c.ArrivalsPerHour, c.Backlog}); d != "" {
			t.Errorf("%+v (-want +got):\n%s", c.Key, d)
		}
		if len(c.Requires.Languages)+len(c.Requires.HarmDomains) != 0 {
			t.Errorf("%+v needs %+v besides its own", c.Key, c.Requires)
		}
	}
}

func TestUnknownClasses(t *testing.T) {
	french, csam := Class{Language: "fr", HarmDomain: "hate"}, Class{Language: "de", HarmDomain: "csam"}
	untagged := Class{Language: "", HarmDomain: "hate"}
	rows := map[Class]sample.Sample{french: fresh(1), csam: fresh(1), german: fresh(1), brit: fresh(1), untagged: fresh(1)}
	numbers := without(splitBook(), "arrivals", fresh(5), rows)
	for name, c := range map[string]struct {
		queue          *v1alpha1.ModerationQueue
		known, unknown []Class
	}{
		"what is listed":            {reviewed(hate()), []Class{untagged, german, spam, brit}, []Class{csam, french}},
		"the rest takes any domain": {reviewed(modtest.MakeReview("rest")), []Class{untagged, csam, german, spam, brit}, []Class{french}},
		"every language": {
			modtest.MakeQueue("live", "ns").Review(hate()).Obj(), []Class{untagged, german, spam, brit, french}, []Class{csam},
		},
		"a country is not its language": {
			modtest.MakeQueue("live", "ns").Languages("de-AT", "en-GB").Review(hate()).Obj(), []Class{untagged, brit}, []Class{csam, german, spam, french},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, unknown := Classes(c.queue, numbers, regimes.Catalogue{})
			if d := cmp.Diff(c.known, keysOf(got)); d != "" {
				t.Errorf("known (-want +got):\n%s", d)
			}
			if d := cmp.Diff(c.unknown, unknown); d != "" {
				t.Errorf("unknown (-want +got):\n%s", d)
			}
		})
	}
}

// A label that is no language and no domain is no class, whatever the queue takes.
func TestIsClass(t *testing.T) {
	for c, want := range map[Class]bool{
		{}: true, {Language: "pt-BR", HarmDomain: "hate-speech"}: true, {Language: "zh-Hant-TW"}: true, {Language: "unknown"}: true,
		{Language: "Ngozi"}: false, {HarmDomain: "Siobhán"}: false, {HarmDomain: "Hate"}: false, {Language: "en GB"}: false,
		{Language: "de", HarmDomain: "a b"}: false, {HarmDomain: strings.Repeat("x", 64)}: false,
	} {
		if got := IsClass(c); got != want {
			t.Errorf("%+v: %t", c, got)
		}
	}
	odd := Class{Language: "en-GB", HarmDomain: "Ximena Quispe"}
	numbers := without(splitBook(), "arrivals", fresh(5), map[Class]sample.Sample{brit: fresh(1), odd: fresh(1)})
	got, unknown := Classes(reviewed(modtest.MakeReview("rest")), numbers, regimes.Catalogue{})
	if d := cmp.Diff([]Class{odd}, unknown); d != "" || slices.Contains(keysOf(got), odd) {
		t.Errorf("known %v, unknown %v", keysOf(got), unknown)
	}
}

// A class that needs no language by name needs all of the queue's.
func TestPartlySplitStream(t *testing.T) {
	rows := map[Class]sample.Sample{{HarmDomain: "hate"}: fresh(1000)}
	numbers := without(splitBook(), "arrivals", fresh(1000), rows)
	numbers.split["arrivals"] = Split{HarmDomain: true}
	got, _ := Classes(reviewed(hate()), numbers, regimes.Catalogue{})
	if len(got) != 1 || cmp.Diff([]string{"en", "de"}, got[0].Requires.Languages) != "" || got[0].Requires.HarmDomains != nil {
		t.Fatalf("classes %+v", got)
	}
	if got[0].Backlog.Quality != sample.Absent {
		t.Errorf("the backlog, split otherwise, is taken for %+v", got[0].Backlog)
	}
}

func TestMix(t *testing.T) {
	numbers := book{values: map[string]sample.Sample{"arrivals": fresh(1000), "backlog": stale(101), "oldest": fresh(90_000), "handle": fresh(60_000), "completed": fresh(1000)}}
	got, unknown := Classes(reviewed(hate().MeasuredHandleTime().Mix(
		v1alpha1.ClassShare{Language: "de", HarmDomain: "hate", Share: "0.25"}, v1alpha1.ClassShare{Language: "en", Share: "0.75"},
	)), numbers, regimes.Catalogue{})
	if d := cmp.Diff([]Class{{"de", "hate"}, {"en", ""}}, keysOf(got)); d != "" || unknown != nil {
		t.Fatalf("unknown %v; classes (-want +got):\n%s", unknown, d)
	}
	type parts struct{ Arrivals, Backlog, Oldest, Handle sample.Sample }
	for i, want := range []parts{
		{fresh(900_000), stale(26), fresh(90_000), fresh(60_000)}, // a part is rounded up: none is lost
		{fresh(2_700_000), stale(76), fresh(90_000), fresh(60_000)},
	} {
		if d := cmp.Diff(want, parts{got[i].ArrivalsPerHour, got[i].Backlog, got[i].OldestAge, got[i].HandleTime}); d != "" {
			t.Errorf("%+v (-want +got):\n%s", got[i].Key, d)
		}
	}
	if d := cmp.Diff(staffing.Requires{HarmDomains: []string{"hate", "spam"}}, got[1].Requires); d != "" {
		t.Errorf("needs (-want +got):\n%s", d)
	}
}

// Of too many classes none is left out, and made-up labels do not displace real ones.
func TestManyClasses(t *testing.T) {
	rows := map[Class]sample.Sample{german: fresh(1)}
	for i := range maxClasses {
		rows[Class{Language: fmt.Sprintf("aa-%d", i), HarmDomain: "hate"}] = fresh(1)
	}
	numbers := without(splitBook(), "arrivals", fresh(maxClasses+1), rows)
	numbers.classes["backlog"] = nil
	got, unknown := Classes(reviewed(hate()), numbers, regimes.Catalogue{})
	if d := cmp.Diff([]Class{german}, keysOf(got)); d != "" || len(unknown) != maxClasses {
		t.Errorf("%d unknown; classes (-want +got):\n%s", len(unknown), d)
	}
	got, unknown = Classes(modtest.MakeQueue("live", "ns").Review(hate()).Obj(), numbers, regimes.Catalogue{})
	if d := cmp.Diff([]Class{{}}, keysOf(got)); d != "" || len(unknown) != 0 || got[0].ArrivalsPerHour != fresh((maxClasses+1)*3600) {
		t.Errorf("%d unknown; classes (-want +got):\n%s", len(unknown), d)
	}
}

func TestHourlyWindows(t *testing.T) {
	spans := []sample.Span{5 * sample.Minute, 15 * sample.Minute, 45 * sample.Minute, sample.Hour}
	// rates gives items an hour over each of the spans; below 0 for too little seen.
	rates := func(perHour ...int64) map[sample.Span]hourCount {
		out := map[sample.Span]hourCount{}
		for i, v := range perHour {
			s := fresh(sample.Milli(v))
			if v < 0 {
				s = sample.Missing(sample.CauseNotReadYet)
			}
			out[spans[i]] = hourCount{s, map[Class]sample.Sample{german: s}}
		}
		return out
	}
	for name, c := range map[string]struct {
		rate    sample.Sample // a second
		perHour map[sample.Span]hourCount
		want    sample.Sample
	}{
		"enough in five minutes":             {fresh(100), rates(360_000, 1, 1, 1), fresh(360_000)},
		"one too few in five":                {fresh(100), rates(348_000, 360_001, 1, 1), fresh(360_001)},
		"enough in three quarters":           {fresh(11), rates(39_000, 39_000, 40_000, 1), fresh(40_000)},
		"little in the hour is all there is": {fresh(2), rates(12_000, 8000, 7000, 6000), fresh(6000)},
		"nothing in the hour":                {fresh(1), rates(0, 0, 0, 0), fresh(0)},
		"a small rate is not lost":           {fresh(0), rates(0, 0, 0, 1000), fresh(1000)},
		"no counter":                         {fresh(1500), nil, fresh(5_400_000)},
		"not watched for long":               {fresh(1500), rates(300_000, -1, -1, -1), fresh(5_400_000)},
		"watched for long enough":            {fresh(1500), rates(360_000, -1, -1, -1), fresh(360_000)},
		"stale":                              {stale(1500), rates(360_000, 360_000, 360_000, 360_000), stale(5_400_000)},
		"missing":                            {none, rates(360_000, 360_000, 360_000, 360_000), none},
	} {
		t.Run(name, func(t *testing.T) {
			numbers := book{values: map[string]sample.Sample{"arrivals": c.rate}, perHour: map[string]map[sample.Span]hourCount{"arrivals": c.perHour}}
			if got, _ := Classes(reviewed(hate()), numbers, regimes.Catalogue{}); got[0].ArrivalsPerHour != c.want {
				t.Errorf("of the whole %+v, want %+v", got[0].ArrivalsPerHour, c.want)
			}
			numbers.split = map[string]Split{"arrivals": both}
			numbers.classes = map[string]map[Class]sample.Sample{"arrivals": {german: c.rate}}
			if got, _ := Classes(reviewed(hate()), numbers, regimes.Catalogue{}); got[0].ArrivalsPerHour != c.want {
				t.Errorf("of a class %+v, want %+v", got[0].ArrivalsPerHour, c.want)
			}
		})
	}
}

func TestHandleTime(t *testing.T) {
	undeclared := sample.Missing(sample.CauseNotDeclared)
	for name, c := range map[string]struct {
		seconds, completed sample.Sample
		want               sample.Sample
	}{
		"measured":               {fresh(45_000), fresh(1500), fresh(30_000)},
		"less than a second":     {fresh(750), fresh(1500), fresh(500)},
		"nothing decided":        {fresh(0), fresh(0), undeclared},
		"seconds only":           {fresh(45_000), fresh(0), undeclared},
		"decided in no time":     {fresh(0), fresh(1500), undeclared},
		"seconds not Fresh":      {stale(45_000), fresh(1500), undeclared},
		"completed not Fresh":    {fresh(45_000), stale(1500), undeclared},
		"nothing can be read":    {none, none, undeclared},
		"neither is implausible": {sample.Sample{Quality: sample.Implausible}, fresh(1500), undeclared},
	} {
		t.Run(name, func(t *testing.T) {
			numbers := splitBook()
			numbers.values["handle"], numbers.values["completed"] = c.seconds, c.completed
			q := reviewed(hate().MeasuredHandleTime())
			got, _ := Classes(q, numbers, regimes.Catalogue{}) // not split: that of the whole holds for each class
			for _, class := range got {
				if class.HandleTime != c.want {
					t.Errorf("%+v takes %+v, want %+v", class.Key, class.HandleTime, c.want)
				}
			}
		})
	}
	numbers := splitBook()
	numbers.values["handle"], numbers.values["completed"] = fresh(45_000), fresh(1500)
	numbers.split["handle"], numbers.split["completed"] = both, both
	numbers.classes["handle"], numbers.classes["completed"] = map[Class]sample.Sample{german: fresh(20_000)}, map[Class]sample.Sample{german: fresh(1000)}
	got, _ := Classes(reviewed(hate().MeasuredHandleTime()), numbers, regimes.Catalogue{})
	// 300 decisions of 20 s in five minutes, drawn towards the stream's 30 s.
	if got[0].HandleTime != fresh(21_428) || got[1].HandleTime != fresh(30_000) {
		t.Errorf("of %+v %+v, of %+v, of which none was decided, %+v", got[0].Key, got[0].HandleTime, got[1].Key, got[1].HandleTime)
	}
}
