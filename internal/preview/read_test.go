package preview

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	v1 "github.com/modcap/modcap/api/routing/v1"
	"github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

// policy has two labels: spam, of people from review to act, and hate.
func policy(review, act v1alpha1.Score) *v1alpha1.ModerationPolicy {
	spam := modtest.MakeLabel("spam").HarmDomain("spam").Severity(v1alpha1.SeverityLow).Score("text", "7").ReviewAt(review).ActAt(act)
	hate := modtest.MakeLabel("hate").HarmDomain("hate").Severity(v1alpha1.SeverityHigh).Score("text", "7").ReviewAt("0.6").ActAt("0.95")
	return modtest.MakePolicy("rules", "moderation", spam, hate).Obj()
}

func queue(name string) *v1alpha1.ModerationQueue {
	return modtest.MakeQueue(name, "moderation").Policy("rules").Languages("en", "de").Review(modtest.MakeReview("all")).Obj()
}

func rules(t *testing.T, p *v1alpha1.ModerationPolicy, queues ...*v1alpha1.ModerationQueue) *Rules {
	t.Helper()
	r, err := NewRules(p, queues)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// lowered is a change of reviewAt of spam from 0.6 to 0.5.
func lowered(t *testing.T, queues ...*v1alpha1.ModerationQueue) *Change {
	t.Helper()
	c, err := NewChange(rules(t, policy("0.6", "0.9"), queues...), rules(t, policy("0.5", "0.9"), queues...))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestReadScores(t *testing.T) {
	c := lowered(t, queue("comments"))
	s, err := ReadScores([]byte("\ufefftime;market;language;spam;spam.version;hate;weight;violating;queue\n"+
		"2026-11-02T00:00:00Z;DE;de;0.55;7;;20;1;comments\n2026-11-02T01:00:00Z;GB;en;5e-1;;0.97;;;\n"), c)
	if err != nil {
		t.Fatal(err)
	}
	want := []Row{
		{Queue: "comments", Market: "DE", Language: "de", Weight: 20, At: 1_793_577_600, Violating: Violating},
		{Market: "GB", Language: "en", Weight: 1, At: 1_793_581_200},
	}
	if diff := cmp.Diff(want, s.Rows); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]v1.PPM{970_000, 500_000}, s.Of(1)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]v1.PPM{NoScore, 550_000}, s.Of(0)); diff != "" {
		t.Error(diff)
	}
}

func TestReadScoresRefuses(t *testing.T) {
	c := lowered(t, queue("comments"))
	const head = "market,language,spam,hate\n"
	for name, x := range map[string]struct{ file, want string }{
		"nothing":              {"", "the file is empty; its first line must name the columns market, language and the labels"},
		"no rows":              {head, "the file has no rows"},
		"a column missing":     {"market,spam\n", "line 1: there is no column language, hate; the first line must name market, language and every label of both policies"},
		"a label of no policy": {"market,language,spam,hate,gore\n", `line 1: the column "gore" is neither of a label of the policies (hate, spam) nor one of market, language, queue, weight, time, violating`},
		"a version of none":    {"market,language,spam,hate,gore.version\n", `line 1: the column "gore.version" is neither of a label`},
		"a column twice":       {"market,language,spam,spam,hate\n", "line 1: the column spam is there twice"},
		"above 1":              {head + "DE,de,0.1,0.2\nDE,de,1.2,0.2\n", `line 3: column spam: "1.2" is not a score from 0 to 1, such as 0.97; leave it empty where the item has none`},
		"below 0":              {head + "DE,de,0.1,-0.2\n", `line 2: column hate: "-0.2" is not a score`},
		"NaN":                  {head + "DE,de,NaN,0.2\n", `line 2: column spam: "NaN" is not a score`},
		"a decimal comma":      {"market;language;spam;hate\nDE;de;0,1;0\n", `line 2: column spam: "0,1" is not a score`},
		"no market":            {head + "XX,de,0.1,0.2\n", `line 2: column market: "XX" is the code of no market; write two capitals of ISO 3166-1, such as BR (the United Kingdom is GB)`},
		"a market by its name": {head + "UK,de,0.1,0.2\n", `line 2: column market: "UK" is the code of no market`},
		"small letters":        {head + "de,de,0.1,0.2\n", `line 2: column market: "de" is the code of no market`},
		"another version":      {"market,language,spam,hate,hate.version\nDE,de,0,0,8\n", `line 2: column hate.version: the score is of model version "8", and the policy means "7": scores of two versions cannot be compared`},
		"another queue":        {"market,language,spam,hate,queue\nDE,de,0,0,live\n", `line 2: column queue: no queue "live" uses the policy`},
		"a weight of nothing":  {"market,language,spam,hate,weight\nDE,de,0,0,0\n", `line 2: column weight: "0" is not a number above 0: how many items the row stands for`},
		"no time":              {"market,language,spam,hate,time\nDE,de,0,0,today\n", `line 2: column time: "today" is not an instant such as 2026-11-02T08:00:00Z`},
		"maybe violating":      {"market,language,spam,hate,violating\nDE,de,0,0,maybe\n", `line 2: column violating: "maybe" is neither 1 nor 0; leave it empty where nobody looked`},
		"a short row":          {head + "DE,de,0.1\n", "line 2: it has more or fewer columns than the first line"},
		"an open quote":        {head + "DE,de,0.1,\"0\n", "line 2: extraneous or missing"},
		"a quote never closed": {head + "\"DE,de,0.1,0\nDE,de,0.1,0\n", "line 3: extraneous or missing"},
		"another encoding":     {head + "DE,d\xe9,0.1,0\n", "the file is not UTF-8; save it as CSV UTF-8"},
		"all of them":          {head + strings.Repeat("DE,de,2,0\n", 30), "line 2: column spam"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadScores([]byte(x.file), c)
			if err == nil || !strings.HasPrefix(err.Error(), x.want) {
				t.Fatalf("%v, want %s", err, x.want)
			}
			if n := strings.Count(err.Error(), "\n"); n >= mostErrors {
				t.Errorf("%d lines of errors", n+1)
			}
		})
	}
}

// Whatever the file, it is read or refused, and what is read can be counted.
func FuzzReadScores(f *testing.F) {
	f.Add([]byte("time;market;language;spam;spam.version;hate;weight;violating;queue\n2026-11-02T00:00:00Z;DE;de;0.55;7;;20;1;\n"))
	f.Add([]byte("market,language,spam,hate\nDE,de,0.1,0.2\n"))
	f.Add([]byte("market,language,spam,hate\n\"DE,de,0.1,0.2\n"))
	f.Add([]byte("market\tlanguage\tspam\that\n\"\n"))
	was, err := NewRules(policy("0.6", "0.9"), nil)
	if err != nil {
		f.Fatal(err)
	}
	is, err := NewRules(policy("0.5", "0.9"), nil)
	if err != nil {
		f.Fatal(err)
	}
	c, err := NewChange(was, is)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ReadScores(data, c)
		if err != nil {
			return
		}
		last, before, _ := s.Windows()
		p := Of(s.Count(c, last), s.Count(c, before))
		for _, m := range p.Moves {
			if m.Low < 0 || m.High < m.Mid || fmt.Sprint(m.Mid) == "NaN" {
				t.Errorf("%+v", m)
			}
		}
	})
}
