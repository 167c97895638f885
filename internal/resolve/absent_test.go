package resolve

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/sample"
)

// A number that is missing is never a demand of zero, whatever is missing of what.
func TestMissingIsNotZero(t *testing.T) {
	implausible := sample.Sample{Quality: sample.Implausible, Cause: sample.CauseNegative}
	for name, c := range map[string]struct {
		numbers func() book
		series  string
	}{
		"arrivals absent":                {func() book { return without(splitBook(), "arrivals", none, nil) }, "arrivals"},
		"arrivals stale":                 {func() book { return without(splitBook(), "arrivals", stale(2000), nil) }, "arrivals"},
		"arrivals implausible":           {func() book { return without(splitBook(), "arrivals", implausible, nil) }, "arrivals"},
		"backlog absent":                 {func() book { return without(splitBook(), "backlog", none, nil) }, "backlog"},
		"backlog stale":                  {func() book { return without(splitBook(), "backlog", stale(30_000), nil) }, "backlog"},
		"backlog not split":              {func() book { b := splitBook(); b.split["backlog"] = Split{}; return b }, "backlog"},
		"backlog split by language only": {func() book { b := splitBook(); b.split["backlog"] = Split{Language: true}; return b }, "backlog"},
		"nothing at all":                 {func() book { return book{split: map[string]Split{"arrivals": both}} }, "arrivals"},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := Classes(reviewed(hate()), c.numbers(), regimes.Catalogue{})
			if len(got) == 0 {
				t.Fatal("the stream asks for nobody")
			}
			for _, class := range got {
				s := class.ArrivalsPerHour
				if c.series == "backlog" {
					s = class.Backlog
				}
				if s.Fresh() {
					t.Errorf("%s of %+v is %+v", c.series, class.Key, s)
				}
			}
		})
	}
}

func randomSample(r *rand.Rand) sample.Sample {
	s := sample.Sample{Value: sample.Milli(r.Int64N(3) * 1000), At: sample.At(now), Quality: sample.Quality(r.IntN(4))}
	if s.Quality == sample.Absent {
		s.Value = 0
	}
	return s
}

func randomBook(r *rand.Rand) book {
	b := book{values: map[string]sample.Sample{}, classes: map[string]map[Class]sample.Sample{}, split: map[string]Split{}}
	for _, series := range []string{"arrivals", "backlog", "oldest", "handle", "completed"} {
		b.split[series] = Split{Language: r.IntN(3) > 0, HarmDomain: r.IntN(3) > 0}
		if r.IntN(4) > 0 {
			b.values[series] = randomSample(r)
		}
		b.classes[series] = map[Class]sample.Sample{}
		for _, c := range []Class{german, brit, spam, {Language: "de"}, {HarmDomain: "hate"}} {
			by := b.split[series]
			if r.IntN(2) == 0 && by.Language == (c.Language != "") && by.HarmDomain == (c.HarmDomain != "") {
				b.classes[series][c] = randomSample(r)
			}
		}
	}
	return b
}

// A Fresh zero comes from a Fresh number of that very series, split as the class is.
func TestZeroIsAlwaysRead(t *testing.T) {
	zeros := 0
	for seed := range uint64(3000) {
		b := randomBook(rand.New(rand.NewPCG(seed, 6)))
		got, _ := Classes(reviewed(hate().MeasuredHandleTime()), b, regimes.Catalogue{})
		for _, class := range got {
			key := Class{class.Key.Language, class.Key.HarmDomain}
			for series, s := range map[string]sample.Sample{"arrivals": class.ArrivalsPerHour, "backlog": class.Backlog} {
				if !s.Fresh() || s.Value != 0 {
					continue
				}
				zeros++
				by := Split{Language: key.Language != "", HarmDomain: key.HarmDomain != ""}
				whole := key == Class{}
				if read := b.classes[series][key]; !read.Fresh() && (!b.values[series].Fresh() || (!whole && b.split[series] != by)) {
					t.Fatalf("seed %d: %s of %+v is zero, read as %+v of %+v, split by %+v", seed, series, class.Key, read, b.values[series], b.split[series])
				}
			}
		}
	}
	if zeros < 100 {
		t.Errorf("only %d zeros came up: the test says little", zeros)
	}
}

// What a mix makes of a count is at least the count, and less than a thousandth a class more.
func TestMixLosesNothing(t *testing.T) {
	share := func(language v1alpha1.LanguageTag, millionths int) v1alpha1.ClassShare {
		return v1alpha1.ClassShare{Language: language, Share: v1alpha1.Score(fmt.Sprintf("0.%06d", millionths))}
	}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		total := sample.Milli(r.Int64N(1_000_000))
		cut := 1 + r.IntN(999_998)
		q := reviewed(hate().Mix(share("de", cut), share("en", 1_000_000-cut)))
		if err := CheckQueue(q); err != nil {
			t.Fatal(err)
		}
		got, _ := Classes(q, book{values: map[string]sample.Sample{"backlog": fresh(total)}}, regimes.Catalogue{})
		if sum := got[0].Backlog.Value + got[1].Backlog.Value; sum < total || sum > total+2 {
			t.Errorf("%d of a million and the rest of %d are %d", cut, total, sum)
		}
	}
}
