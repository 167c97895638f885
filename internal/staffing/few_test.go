package staffing

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

// handledBy is a stream of classes with their handle times in seconds, and a team of so many people for each.
func handledBy(seconds, people map[string]int64) (*Input, map[string]sample.Milli) {
	in := &Input{Now: sample.Instant(100 * day)}
	atWork := map[string]sample.Milli{}
	for _, language := range []string{"de", "en", "fr", "pl"} {
		s, ok := seconds[language]
		if !ok {
			continue
		}
		c := Class{
			Key:             ClassKey{Queue: "comments", Review: "hate", Language: language, Tier: 1},
			ArrivalsPerHour: sample.FreshAt(sample.Whole(100), in.Now), HandleOver: sample.Hour,
			HandleTime: sample.FreshAt(sample.Whole(s), in.Now), DeclaredHandleTime: 50 * sample.Second,
		}
		in.Classes = append(in.Classes, c)
		in.Teams = append(in.Teams, Team{Name: language, Tier: 1, Roles: []string{RoleReview}, Skills: Skills{Languages: []string{language}}})
		atWork[language] = sample.Whole(people[language])
	}
	return in, atWork
}

// handles are the handle times of an input in seconds; 0 where there is none.
func handles(in *Input) map[string]float64 {
	out := map[string]float64{}
	for _, c := range in.Classes {
		out[c.Key.Language] = c.HandleTime.Value.Float()
	}
	return out
}

func TestTellHandleTimes(t *testing.T) {
	de := ClassKey{Queue: "comments", Review: "hate", Language: "de"}
	ago := func(d sample.Span) HandleTimes {
		return HandleTimes{de: {sample.Instant(100 * day).Add(-d), sample.Whole(44)}}
	}
	for name, x := range map[string]struct {
		seconds, people map[string]int64
		before          HandleTimes
		want            map[string]float64
		left            []string
	}{
		"enough people": {
			map[string]int64{"de": 40, "en": 60}, map[string]int64{"de": 5, "en": 9}, nil, map[string]float64{"de": 40, "en": 60}, nil,
		},
		"few of one class: the mean of the others, in which they are not": {
			map[string]int64{"de": 40, "en": 60, "fr": 90}, map[string]int64{"de": 4, "en": 9, "fr": 7}, nil,
			map[string]float64{"de": 75, "en": 60, "fr": 90}, nil,
		},
		"few of each, enough together: the mean of all": {
			map[string]int64{"de": 40, "en": 60}, map[string]int64{"de": 3, "en": 2}, nil, map[string]float64{"de": 50, "en": 50}, nil,
		},
		"few together: what is declared": {
			map[string]int64{"de": 40, "en": 60}, map[string]int64{"de": 3, "en": 1}, nil, map[string]float64{"de": 0, "en": 0}, []string{"de", "en"},
		},
		"few now: what enough people took before": {
			map[string]int64{"de": 40}, map[string]int64{"de": 2}, ago(7 * day), map[string]float64{"de": 44}, nil,
		},
		"too long ago": {
			map[string]int64{"de": 40}, map[string]int64{"de": 2}, ago(7*day + 1), map[string]float64{"de": 0}, []string{"de"},
		},
		"what enough people take now, whatever was before": {
			map[string]int64{"de": 40}, map[string]int64{"de": 6}, ago(day), map[string]float64{"de": 40}, nil,
		},
		"nobody at work": {
			map[string]int64{"de": 40}, nil, nil, map[string]float64{"de": 0}, []string{"de"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in, atWork := handledBy(x.seconds, x.people)
			given := slices.Clone(in.Classes)
			classes := in.Classes
			_, left := TellHandleTimes(in, atWork, x.before)
			var names []string
			for _, k := range left {
				names = append(names, k.Language)
			}
			if d := cmp.Diff(x.want, handles(in)) + cmp.Diff(x.left, names); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(given, classes); d != "" {
				t.Errorf("the caller's classes were changed: %s", d)
			}
		})
	}
}

// What others make of a class takes as long as the class, and so tells as much of its people.
func TestTellHandleTimesOfWhatOthersMake(t *testing.T) {
	in, atWork := handledBy(map[string]int64{"de": 40}, map[string]int64{"de": 3})
	qa, own := in.Classes[0], in.Classes[0]
	qa.Derived, qa.Key.Role = true, RoleQA
	own.Derived, own.Key.Tier, own.HandleTime = true, 2, sample.Missing(sample.CauseNotDeclared)
	in.Classes = append([]Class{qa, own}, in.Classes...)
	if _, left := TellHandleTimes(in, atWork, nil); len(left) != 2 {
		t.Errorf("left to what is declared: %v", left)
	}
	for _, c := range in.Classes {
		if c.HandleTime != sample.Missing(sample.CauseNotDeclared) {
			t.Errorf("%v has %v", c.Key, c.HandleTime)
		}
	}
}

// A handle time of before a declared change is told as the change makes it, and once only.
func TestTellHandleTimesThroughAChange(t *testing.T) {
	in, atWork := handledBy(map[string]int64{"de": 40}, map[string]int64{"de": 6})
	change := []HandleChange{{From: in.Now.Add(2 * sample.Hour), Factor: 1500}}
	in.Classes[0].HandleChanges = change
	told, _ := TellHandleTimes(in, atWork, nil)
	night, atWork := handledBy(map[string]int64{"de": 90}, map[string]int64{"de": 2})
	night.Now = in.Now.Add(4 * sample.Hour)
	night.Classes[0].HandleChanges = change
	if _, left := TellHandleTimes(night, atWork, told); left != nil || night.Classes[0].HandleTime.Value != sample.Whole(60) {
		t.Errorf("told as %v", night.Classes[0].HandleTime)
	}
	stored := *night
	if d := cmp.Diff(HandleTimes{{Queue: "comments", Review: "hate", Language: "de"}: {night.Now, sample.Whole(40)}}, HandleTimesOf(&stored)); d != "" {
		t.Error(d)
	}
}

// Nothing that is told depends on what few people took: other times of theirs leave it as it is.
func TestTellHandleTimesTellsNothingOfFew(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test
		seconds, people := map[string]int64{}, map[string]int64{}
		for _, l := range []string{"de", "en", "fr", "pl"} {
			seconds[l], people[l] = 20+r.Int64N(200), r.Int64N(9)
		}
		tell := func() map[string]float64 {
			in, atWork := handledBy(seconds, people)
			TellHandleTimes(in, atWork, nil)
			return handles(in)
		}
		was := tell()
		enough := false
		var all int64
		for _, n := range people {
			enough = enough || n >= 5
			all += n
		}
		if !enough && all >= 5 {
			continue // their mean is that of enough people
		}
		for l, n := range people {
			if n < 5 {
				seconds[l] += 1 + r.Int64N(100)
			}
		}
		if d := cmp.Diff(was, tell()); d != "" {
			t.Fatalf("seed %d, people %v: %s", seed, people, d)
		}
	}
}
