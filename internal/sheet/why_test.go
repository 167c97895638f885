package sheet

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// nights are so many times from 22:00 to 06:00 of Bogotá, from 2 November 2026 on.
func nights(n int) []Stretch {
	first := time.Date(2026, 11, 3, 3, 0, 0, 0, time.UTC)
	var out []Stretch
	for i := range n {
		at := first.Add(time.Duration(i) * 24 * time.Hour)
		out = append(out, Stretch{at, at.Add(8 * time.Hour)})
	}
	return out
}

func TestBottleneckInWords(t *testing.T) {
	es := []Work{{Language: "es", Tier: 1, HarmDomains: []string{"hate", "spam"}}}
	first := nights(1)[0].From
	const head = "es (hate and spam): 896 person-hours late, the first due Mon 02 Nov 22:00."
	for name, c := range map[string]struct {
		b    Bottleneck
		want string
	}{
		"nobody holds it": {Bottleneck{Late: es}, head + " No team holds what it takes."},
		"one team": {Bottleneck{Late: es, Teams: []string{"bogota"}, Times: nights(14)},
			head + " Only bogota may do it, and has nobody free then. More people would help 22:00 to 06:00, 14 times until Sun 15 Nov."},
		"several, and others' work": {Bottleneck{Late: es, Teams: []string{"a", "b", "c", "d", "e"}, Rivals: []Work{{Language: "en", Tier: 2, Role: "QA"}}, Times: nights(1)},
			head + " The 5 teams that may do it (a, b, c and 2 more) have nobody free then. Nobody else can take en, tier 2, QA, which they do as well." +
				" More people would help Mon 02 Nov 22:00 to 06:00."},
		"a limit": {Bottleneck{Late: es, Teams: []string{"bogota"}, Limits: []string{"bogota/severe"}},
			head + " The limit of exposure bogota/severe binds, and nobody else who may do it is free then."},
		"limits": {Bottleneck{Late: es, Teams: []string{"a", "b"}, Limits: []string{"a/x", "b/x"}},
			head + " The limits of exposure a/x and b/x bind, and nobody else who may do it is free then."},
	} {
		t.Run(name, func(t *testing.T) {
			c.b.First, c.b.PersonHours = first, 896
			if diff := cmp.Diff(c.want, c.b.sentence(zone(t, "America/Bogota"))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhenOf(t *testing.T) {
	bogota := zone(t, "America/Bogota")
	late := nights(5)
	late[0].From, late[4].Until = late[0].From.Add(time.Hour), late[4].Until.Add(-time.Hour)
	mixed := nights(4)
	for i := range mixed {
		mixed[i].Until = mixed[i].From.Add(time.Duration(i+1) * time.Hour)
	}
	for name, c := range map[string]struct {
		times []Stretch
		zone  *time.Location
		want  string
	}{
		"two":              {nights(2), bogota, "Mon 02 Nov 22:00 to 06:00 and Tue 03 Nov 22:00 to 06:00"},
		"days on end":      {[]Stretch{{nights(1)[0].From, nights(3)[2].Until}}, bogota, "Mon 02 Nov 22:00 to Thu 05 Nov 06:00"},
		"every night":      {nights(3), bogota, "22:00 to 06:00, 3 times until Wed 04 Nov"},
		"cut at both ends": {late, bogota, "5 times until Fri 06 Nov, mostly 22:00 to 06:00"},
		"all unlike":       {mixed, bogota, "4 times until Thu 05 Nov, first Mon 02 Nov 22:00 to 23:00"},
		// Clocks of New York go back on 1 November 2026; those of Bogotá do not.
		"as clocks change": {func() []Stretch {
			x := nights(6)
			for i := range x {
				x[i].From, x[i].Until = x[i].From.AddDate(0, 0, -4), x[i].Until.AddDate(0, 0, -4)
			}
			return x
		}(), zone(t, "America/New_York"), "6 times until Tue 03 Nov, first Thu 29 Oct 23:00 to 07:00"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, whenOf(c.times, c.zone)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// As it is printed, the ledger closes too.
func TestLedgerClosesAsPrinted(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 10_000 {
		l := staffing.Ledger{OnTime: r.Int64N(10_000), Late: r.Int64N(10_000), Blocked: r.Int64N(10_000), Spare: r.Int64N(10_000)}
		l.DoneLate = r.Int64N(l.Late + 1)
		l.Required, l.Supply = l.OnTime+l.Late, l.OnTime+l.DoneLate+l.Blocked+l.Spare
		var n [7]int
		for i, text := range tenthsOf(&l) {
			x, err := strconv.ParseFloat(text, 64)
			if n[i] = int(x*10 + 0.5); err != nil || n[i] < 0 {
				t.Fatalf("%+v: %q", l, tenthsOf(&l))
			}
		}
		if n[0] != n[1]+n[2] || n[3] != n[1]+n[4]+n[5]+n[6] {
			t.Fatalf("%+v is printed as %v", l, n)
		}
	}
}

// What is stored is read again, and is small however much is late.
func TestWhyIsStored(t *testing.T) {
	var plan staffing.Result
	for b := range 32 {
		x := staffing.Bottleneck{Missing: sample.Hour, First: 1_793_577_600_000, Ranges: make([]staffing.Range, 16)}
		for c := range 2000 {
			key := staffing.ClassKey{Queue: fmt.Sprintf("queue-%d", c%100), Language: fmt.Sprintf("l%d", c/40), HarmDomain: fmt.Sprintf("domain-%d", c%40), Tier: 1 + b%2}
			x.Classes, x.Rivals = append(x.Classes, key), append(x.Rivals, key)
		}
		for k := range 30 {
			x.Teams = append(x.Teams, fmt.Sprintf("team-%d", k))
		}
		plan.Binding = append(plan.Binding, x)
	}
	plan.Ledger = staffing.Ledger{Required: 5, OnTime: 3, Late: 2}
	s := Of(plan)
	data, err := json.Marshal(s.Data(&View{Name: "x"}))
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadWhy(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.Why, got); diff != "" {
		t.Error(diff)
	}
	if packed, err := Pack(data); err != nil || len(packed) > 8<<10 || len(data) > 200<<10 {
		t.Errorf("%d bytes, packed %d (%v)", len(data), len(packed), err)
	}
	var text strings.Builder
	p := printer{w: &text}
	got.text(&p, time.UTC)
	if n := strings.Count(text.String(), "\n"); n != mostTold+2 || !strings.Contains(text.String(), "and 11 more, of 11 person-hours: -o json has them") {
		t.Errorf("%d lines:\n%s", n, text.String())
	}
	if why, err := ReadWhy([]byte(`{"name":"x","languages":[]}`)); why != nil || err != nil {
		t.Errorf("of an older operator: %+v, %v", why, err)
	}
	if _, err := ReadWhy([]byte("{")); err == nil {
		t.Error("torn data is taken")
	}
}

// What no team may do is one bottleneck, in its place by how much is late.
func TestWorkThatNobodyMayDo(t *testing.T) {
	key := func(language, domain string) []staffing.ClassKey {
		return []staffing.ClassKey{{Queue: "q", Language: language, HarmDomain: domain, Tier: 1}}
	}
	at := sample.Instant(1_793_577_600_000)
	why := whyOf(&staffing.Result{Binding: []staffing.Bottleneck{
		{Classes: key("es", "hate"), Teams: []string{"bogota"}, Missing: 3 * sample.Hour, First: at},
		{Classes: key("de", "hate"), Missing: 2 * sample.Hour, First: at.Add(sample.Hour)},
		{Classes: key("de", "spam"), Missing: 2 * sample.Hour, First: at},
	}})
	var got []string
	for i := range why.Bottlenecks {
		got = append(got, why.Bottlenecks[i].sentence(time.UTC))
	}
	want := []string{
		"de (hate and spam): 4 person-hours late, the first due Mon 02 Nov 00:00. No team holds what it takes.",
		"es (hate): 3 person-hours late, the first due Mon 02 Nov 00:00. Only bogota may do it, and has nobody free then.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Where the time of fewer than five people goes is nobody's business: it is their occupancy.
func TestLedgerOfFew(t *testing.T) {
	plan := planned(1)
	for _, c := range []struct {
		heads float64
		few   bool
	}{{4.9, true}, {5, false}} {
		for i := range plan.Totals {
			plan.Totals[i].Scheduled = sample.Milli(c.heads * 1000)
		}
		why := whyOf(&plan)
		line := ledgerLine(why, why)
		if why.Few != c.few || strings.Contains(line, "of people") == c.few || (why.Ledger.Spare == 0) != c.few || !strings.HasSuffix(line, " late") && c.few {
			t.Errorf("of %v people: %+v, %s", c.heads, why.Ledger, line)
		}
		if why.Ledger.Required != plan.Ledger.Required {
			t.Errorf("the work of %v people is left out", c.heads)
		}
	}
}

// Whatever is read as the reasons of a plan is refused, or can be told.
func FuzzReadWhy(f *testing.F) {
	s := Of(planned(1))
	data, err := json.Marshal(s.Data(&View{Name: "x"}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"ledger":{"required":-1},"bottlenecks":[{}]}`))
	f.Add([]byte(`{"ledger":{"onTime":9223372036854775807,"late":1},"bottlenecks":[{"late":[{}],"times":[{},{},{}],"teams":[""]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		why, err := ReadWhy(data)
		if err != nil || why == nil {
			return
		}
		s := Of(planned(1))
		s.Why = why
		v := &View{Zone: time.UTC, Languages: []string{All}, Measures: Measures()}
		var b strings.Builder
		if err := s.Text(&b, v); err != nil {
			t.Error(err)
		}
		if err := s.HTML(&b, v); err != nil {
			t.Error(err)
		}
	})
}
