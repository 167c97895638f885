package resolve

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// streamOf is a class of stream hate of queue live that takes a minute an item.
func streamOf(language, domain string) staffing.Class {
	return staffing.Class{
		Key: staffing.ClassKey{Queue: "live", Review: "hate", Language: language, HarmDomain: domain, Tier: 1}, Priority: 500,
		HandleTime: fresh(60_000), ArrivalsPerHour: fresh(5000), Backlog: fresh(100_000), OldestAge: fresh(1000), DecisionsPerItem: 2000,
	}
}

func again(items int32, edit func(*v1alpha1.Rework)) *modtest.OverrideWrapper {
	r := v1alpha1.Rework{QueueRef: v1alpha1.ObjectReference{Name: "live"}, Review: "hate", Items: items}
	if edit != nil {
		edit(&r)
	}
	return modtest.MakeOverride("mistake", "ns").Rework(r).From(now.Add(-6 * time.Hour)).Until(now.Add(18 * time.Hour))
}

func reworkInput(classes ...staffing.Class) *staffing.Input {
	return &staffing.Input{Now: sample.At(now), Interval: sample.Hour, Horizon: 48 * sample.Hour, Classes: classes}
}

func TestReworkOfAnOverride(t *testing.T) {
	done := func(n int32) func(*v1alpha1.Rework) { return func(r *v1alpha1.Rework) { r.Done = &n } }
	for name, x := range map[string]struct {
		override *modtest.OverrideWrapper
		left     sample.Milli // of now
		comes    sample.Milli // in the hour from which on it comes
		at       int
		within   sample.Span
	}{
		"taken to be done evenly": {override: again(2400, nil), left: 1_800_000, within: 24 * sample.Hour},
		"what is done is said":    {override: again(2400, done(400)), left: 2_000_000, within: 24 * sample.Hour},
		"tried, and not there":    {override: again(2400, nil).From(now), left: 2_400_000, within: 18 * sample.Hour},
		"not yet":                 {override: again(2400, nil).From(now.Add(3 * time.Hour)), comes: 2_400_000, at: 3, within: 15 * sample.Hour},
		"all is done":             {override: again(2400, done(2400))},
		"over":                    {override: again(2400, nil).Until(now)},
		"after the plan's end":    {override: again(2400, nil).From(now.Add(72 * time.Hour)).Until(now.Add(96 * time.Hour))},
	} {
		t.Run(name, func(t *testing.T) {
			in := reworkInput(streamOf("de", "hate"))
			if err := Rework(in, []v1alpha1.CapacityOverride{*x.override.Obj()}); err != nil {
				t.Fatal(err)
			}
			if x.within == 0 {
				if len(in.Classes) != 1 {
					t.Fatalf("classes %+v", in.Classes[1:])
				}
				return
			}
			c := in.Classes[1]
			if c.Backlog.Value != x.left || c.ArrivalsPerHour.Value != 0 || !c.Backlog.Fresh() || c.DecisionsPerItem != sample.One ||
				c.Key.Review != "rework/mistake" || c.Promises[0].Within != x.within || c.HandleTime != streamOf("", "").HandleTime {
				t.Errorf("class %+v", c)
			}
			if (c.Due == sample.At(now.Add(18*time.Hour))) != (x.comes == 0) {
				t.Errorf("due at %d", c.Due)
			}
			for i, r := range c.Rates {
				if want := map[bool]sample.Milli{true: x.comes}[i == x.at]; r != want {
					t.Errorf("in hour %d come %s, want %s", i, r, want)
				}
			}
		})
	}
}

// The plan has as much more to do as there are items, by the time at which all must be begun.
func TestReworkIsPlanned(t *testing.T) {
	class := streamOf("de", "hate")
	class.ArrivalsPerHour, class.Backlog, class.Promises = fresh(0), fresh(0), []staffing.Promise{{Percent: 900_000, Within: 8 * sample.Hour}}
	in := reworkInput(class)
	plain := staffing.Plan(*in)
	if err := Rework(in, []v1alpha1.CapacityOverride{*again(2400, nil).From(now).Obj()}); err != nil {
		t.Fatal(err)
	}
	plan := staffing.Plan(*in)
	if more := plan.Ledger.Required - plain.Ledger.Required; more != 2400*60 {
		t.Errorf("%d person-seconds more are required, want %d: 2400 items of a minute each", more, 2400*60)
	}
	var late sample.Span
	c := plan.Classes[slices.IndexFunc(plan.Classes, func(c staffing.ClassPlan) bool { return c.Key.Review == "rework/mistake" })]
	for i, n := range c.Intervals {
		late += n.Late
		if n.Late > 0 && plan.Grid.At(i+1) > sample.At(now.Add(19*time.Hour)) {
			t.Errorf("some of it falls due in hour %d", i)
		}
	}
	if late != 2400*sample.Minute {
		t.Errorf("%s late, and nobody is there", late)
	}
	// Again with the same override, it stands there once.
	if err := Rework(in, []v1alpha1.CapacityOverride{*again(1200, nil).From(now).Obj()}); err != nil || len(in.Classes) != 2 {
		t.Errorf("%d classes, %v", len(in.Classes), err)
	}
}

func TestReworkOfClasses(t *testing.T) {
	whole := streamOf("", "")
	whole.Requires = staffing.Requires{Languages: []string{"de", "fr"}, HarmDomains: []string{"*"}}
	split := []staffing.Class{streamOf("de", "hate"), streamOf("fr", "hate"), streamOf("fr", "spam")}
	rooms := streamOf("de", "hate")
	rooms.Work = staffing.Rooms
	for name, x := range map[string]struct {
		classes          []staffing.Class
		language, domain string
		want             staffing.ClassKey
		requires         []string
		err              string
	}{
		"a class":                     {classes: split, language: "fr", domain: "spam", want: staffing.ClassKey{Language: "fr", HarmDomain: "spam"}},
		"all in a language":           {classes: split, language: "fr", want: staffing.ClassKey{Language: "fr"}, requires: []string{"hate", "spam"}},
		"all of a domain":             {classes: split, domain: "hate", want: staffing.ClassKey{HarmDomain: "hate"}, requires: []string{"de", "fr"}},
		"the stream":                  {classes: []staffing.Class{whole}, requires: []string{"de", "fr", "*"}},
		"a language of the stream":    {classes: []staffing.Class{whole}, language: "fr", want: staffing.ClassKey{Language: "fr"}, requires: []string{"*"}},
		"another language":            {classes: split, language: "nl", err: `in language "nl" of harm domain ""; it has de/hate, fr/hate, fr/spam`},
		"a language it does not list": {classes: []staffing.Class{whole}, language: "nl", err: "it has */*"},
		"no such stream":              {err: "the plan has no stream hate of queue live"},
		"rooms":                       {classes: []staffing.Class{rooms}, err: "watches rooms"},
	} {
		t.Run(name, func(t *testing.T) {
			in := reworkInput(x.classes...)
			err := Rework(in, []v1alpha1.CapacityOverride{*again(10, func(r *v1alpha1.Rework) {
				r.Language, r.HarmDomain = v1alpha1.LanguageTag(x.language), v1alpha1.Word(x.domain)
			}).Obj()})
			if x.err != "" {
				if err == nil || !strings.Contains(err.Error(), x.err) {
					t.Errorf("error %v, want one with %q", err, x.err)
				}
				return
			}
			c := in.Classes[len(in.Classes)-1]
			x.want.Queue, x.want.Review, x.want.Tier = "live", "rework/mistake", 1
			if err != nil || c.Key != x.want || !slices.Equal(append(c.Requires.Languages, c.Requires.HarmDomains...), x.requires) {
				t.Errorf("%+v, %+v, %v", c.Key, c.Requires, err)
			}
		})
	}
}

func TestCheckRework(t *testing.T) {
	q := modtest.MakeQueue("live", "ns").Languages("de").Review(modtest.MakeReview("hate").HarmDomains("hate")).Obj()
	for want, edit := range map[string]func(*v1alpha1.Rework){
		"": func(r *v1alpha1.Rework) { r.Language, r.HarmDomain = "de-AT", "hate" },
		"spec.rework.review: queue live has no stream spam":                                       func(r *v1alpha1.Rework) { r.Review = "spam" },
		"spec.rework.language: fr is not one of the languages of queue live":                      func(r *v1alpha1.Rework) { r.Language = "fr" },
		"spec.rework.harmDomain: spam is not one of the harmDomains of stream hate of queue live": func(r *v1alpha1.Rework) { r.HarmDomain = "spam" },
	} {
		if got := message(CheckRework(again(1, edit).Obj().Spec.Rework, q)); got != want {
			t.Errorf("error is\n%s, want\n%s", got, want)
		}
	}
}
