package regimes

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

func shippedForTest(t testing.TB) Catalogue {
	t.Helper()
	c, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func instant(t testing.TB, text string) sample.Instant {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return sample.At(at)
}

// TestShipped holds the catalogue against the deadlines as they were researched.
func TestShipped(t *testing.T) {
	type deadline struct {
		Clock   Clock
		Percent sample.PPM
		Within  sample.Span
		Market  string
	}
	got := map[string]deadline{}
	c := shippedForTest(t)
	for _, r := range c.All() {
		d, ok := r.At(instant(t, "2026-11-22T12:00:00Z"))
		if !ok {
			t.Errorf("%s is not in force", r.Name)
		}
		got[r.Name] = deadline{r.Clock, d.Percent, d.Within, r.Markets[0]}
	}
	want := map[string]deadline{
		"eu-terrorist-content":            {RemovalOrder, 1_000_000, sample.Hour, "AT"},
		"india-it-rules-orders":           {CourtOrGovernmentOrder, 1_000_000, 3 * sample.Hour, "IN"},
		"india-it-rules-intimate-imagery": {ValidVictimRequest, 1_000_000, 2 * sample.Hour, "IN"},
		"us-take-it-down":                 {ValidVictimRequest, 1_000_000, 48 * sample.Hour, "US"},
		"au-online-safety":                {RegulatorNotice, 1_000_000, 24 * sample.Hour, "AU"},
		"eu-hate-speech-code":             {TrustedFlagger, 666_667, 24 * sample.Hour, "AT"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if eu := c.Find("eu-terrorist-content").Markets; len(eu) != 27 {
		t.Errorf("the European Union has %d markets", len(eu))
	}
}

// TestInForce walks over the days on which deadlines begin and end.
func TestInForce(t *testing.T) {
	c := shippedForTest(t)
	for _, tc := range []struct {
		name, at string
		within   sample.Span // 0: not in force
		next     string
	}{
		{"india-it-rules-orders", "2026-02-19T23:59:59Z", 36 * sample.Hour, "2026-02-20T00:00:00Z"},
		{"india-it-rules-orders", "2026-02-20T00:00:00Z", 3 * sample.Hour, ""},
		{"india-it-rules-orders", "2026-02-20T00:00:00+05:30", 36 * sample.Hour, "2026-02-20T00:00:00Z"}, // days are those of UTC
		{"us-take-it-down", "2026-05-18T23:59:59Z", 0, "2026-05-19T00:00:00Z"},
		{"us-take-it-down", "2026-05-19T00:00:00Z", 48 * sample.Hour, ""},
		{"eu-hate-speech-code", "2025-01-19T12:00:00Z", 0, "2025-01-20T00:00:00Z"},
	} {
		t.Run(tc.name+" "+tc.at, func(t *testing.T) {
			r, at := c.Find(tc.name), instant(t, tc.at)
			d, ok := r.At(at)
			if ok != (tc.within > 0) || d.Within != tc.within {
				t.Errorf("in force %v, %s", ok, d.Within)
			}
			var next sample.Instant
			if tc.next != "" {
				next = instant(t, tc.next)
			}
			if got := r.NextChange(at); got != next {
				t.Errorf("changes next at %s", got.Time())
			}
		})
	}
}

const own = `regimes:
- name: brand-safety
  title: Contract
  instrument: Contract with advertisers
  clock: UserNotice
  startsAt: a notice is received
  where: everywhere
  terms: [{percent: "95", within: 12h, from: "2026-12-01T00:00:00+05:30", until: "2027-01-01"}]
  sources: [https://example.com/contract]
  checked: "2026-11-22"
`

func TestReadRefusesWhatItDoesNotUnderstand(t *testing.T) {
	if _, err := Read([]byte(own)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"regimes:", "regime:", `unknown field "regime"`},
		{own, "", "it has no regimes"},
		{"name: brand-safety", "name: Brand", "regimes[0].name: it must be at most 40 lower-case"},
		{"title: Contract", "title: ' '", "regimes[brand-safety].title: it is missing"},
		{"title: Contract", "title: " + strings.Repeat("x", 513), "title: it must be one line"},
		{"clock: UserNotice", "clock: Upload", "clock: it must be one of RemovalOrder, "},
		{`percent: "95"`, `percent: "101"`, `terms[0].percent: "101" is not a percent above 0`},
		{"within: 12h", "within: 1d", `terms[0].within: "1d" is not a duration`},
		{"within: 12h", "within: 10ms", "within: it must be at least 1s"},
		{`"2027-01-01"`, `"2027-02-30"`, "until: write a day such as"},
		{`"2027-01-01"`, `"2026-11-30T18:30:00Z"`, "until: it must be after from"},
		{"where: everywhere", "where: Britain\n  markets: [UK]", "markets: the 1. is no country code"},
		{"where: everywhere", "where: Brazil\n  markets: [br]", "markets: the 1. is no country code"},
		{"[https://example.com/contract]", "[]", "sources: name the addresses"},
		{"https://example.com/contract", "the drawer", "sources: each must be an address"},
		{`checked: "2026-11-22"`, `checked: lately`, "checked: write the day"},
		{`checked: "2026-11-22"`, "checked: \"2026-11-22\"\n  origin: me", "origin: it is not yours to set"},
		{`terms: [`, `terms: [{percent: "90", within: 1h}, `, "terms: two of them hold at the same time"},
		{own, own + strings.TrimPrefix(own, "regimes:\n"), "regime brand-safety stands twice"},
		{own, strings.Repeat(" ", MaxBytes+1), "more than 262144"},
	} {
		_, err := Read([]byte(strings.Replace(own, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.40q in place of %.40q: %v", c.new, c.old, err)
		}
	}
}

func TestWithTakesNoNameThatIsThere(t *testing.T) {
	read := func(text string) []Regime {
		out, err := Read([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	shippedName := strings.Replace(own, "brand-safety", "us-take-it-down", 1)
	c := shippedForTest(t)
	if got, refused := c.With("ConfigMap a", read(shippedName)); len(refused) != 1 || !cmp.Equal(got.Find("us-take-it-down").Origin, "") {
		t.Errorf("a shipped name was taken: %v", refused)
	}
	got, refused := c.With("ConfigMap a", read(shippedName+"  replacesShipped: true\n"))
	if r := got.Find("us-take-it-down"); len(refused) != 0 || r.Origin != "ConfigMap a" || r.Deadlines()[0].Within != 12*sample.Hour {
		t.Errorf("replaced by %v, refused %v", r, refused)
	}
	if c.Find("us-take-it-down").Origin != "" {
		t.Error("the catalogue that was added to changed")
	}
	got, refused = got.With("ConfigMap b", read(shippedName+"  replacesShipped: true\n"))
	if r := got.Find("us-take-it-down"); len(refused) != 1 || r.Origin != "ConfigMap a" {
		t.Errorf("the second took it: %v, refused %v", r, refused)
	}
	if _, refused = c.With("ConfigMap a", read(own+"  replacesShipped: true\n")); len(refused) != 1 {
		t.Error("replaces what is not there")
	}
	if got, refused = c.With("ConfigMap a", read(own)); len(refused) != 0 || got.Find("brand-safety") == nil || len(got.All()) != len(c.All())+1 {
		t.Errorf("not added: %v", refused)
	}
}

func TestNearest(t *testing.T) {
	c := shippedForTest(t)
	for name, want := range map[string][]string{
		"us-takeitdown":  {"us-take-it-down"},
		"take-it-down":   {"us-take-it-down"},
		"india-it-rules": {"india-it-rules-intimate-imagery", "india-it-rules-orders"},
		"eu-terorist":    {"eu-terrorist-content"},
		"":               nil,
		"zzzzzzzz":       nil,
	} {
		if d := cmp.Diff(want, c.Nearest(name, 3)); d != "" {
			t.Errorf("%q: %s", name, d)
		}
	}
}

func TestWeaker(t *testing.T) {
	c := shippedForTest(t)
	now := instant(t, "2026-11-22T12:00:00Z")
	for _, tc := range []struct {
		regime  string
		percent sample.PPM
		within  sample.Span
		want    bool
	}{
		{"us-take-it-down", 950_000, 72 * sample.Hour, true},
		{"us-take-it-down", 950_000, 24 * sample.Hour, false},
		{"us-take-it-down", 950_000, 48 * sample.Hour, false},
		{"eu-hate-speech-code", 990_000, 48 * sample.Hour, false}, // the rest of them
		{"eu-hate-speech-code", 500_000, 48 * sample.Hour, true},
	} {
		if _, got := c.Find(tc.regime).Weaker(tc.percent, tc.within, now); got != tc.want {
			t.Errorf("%+v: %v", tc, got)
		}
	}
	if _, weaker := c.Find("us-take-it-down").Weaker(900_000, 72*sample.Hour, instant(t, "2025-01-01T00:00:00Z")); weaker {
		t.Error("weaker than what is not in force")
	}
	r := c.Find("us-take-it-down")
	if r.Reaches([]string{"BR"}) || !r.Reaches([]string{"BR", "US"}) || !r.Reaches(nil) {
		t.Error("markets")
	}
	if before := instant(t, "2026-05-01T00:00:00Z"); !r.Idle(before, 14*24*sample.Hour) || r.Idle(before, 28*24*sample.Hour) || r.Idle(now, sample.Hour) {
		t.Error("in force")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(shipped)
	f.Add([]byte(own))
	f.Add([]byte("regimes: [{}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := Read(data)
		if err != nil {
			return
		}
		c, _ := Catalogue{}.With("ConfigMap x", all)
		for _, r := range c.All() {
			for i, d := range r.Deadlines() {
				if d.Percent <= 0 || d.Within < sample.Second || d.Until != 0 && d.Until <= d.From {
					t.Errorf("%+v", d)
				}
				if at, ok := r.At(d.From); !ok || at != d && i > 0 {
					t.Errorf("not in force when it begins: %+v", d)
				}
			}
		}
	})
}
