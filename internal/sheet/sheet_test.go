package sheet

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the machine may have none

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

var update = flag.Bool("update", false, "write the golden files anew")

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// planned is a plan of some days from the Saturday on which clocks go back in Europe: a
// curve of English work, Portuguese at tier 2 with nobody at night, and work without
// language at noon.
func planned(days int) staffing.Result {
	start := sample.At(time.Date(2026, 10, 23, 22, 0, 0, 0, time.UTC)) // midnight in Berlin
	r := staffing.Result{Grid: staffing.Grid{Start: start, Width: 30 * sample.Minute, N: days * 48}}
	en := staffing.LanguagePlan{Language: "en", Tier: 1}
	pt := staffing.LanguagePlan{Language: "pt-BR", Tier: 2}
	any := staffing.LanguagePlan{Tier: 1}
	for i := range r.Grid.N {
		hour := float64(i%48) / 2
		curve := 1 - math.Cos(2*math.Pi*(hour-3)/24)
		e := need(8*curve, 14)
		p := need(2+curve, 0)
		if hour >= 6 && hour < 22 {
			p = need(2+curve, 5)
		}
		var a staffing.Total
		if hour == 12 {
			a = need(1, 20)
		}
		en.Intervals, pt.Intervals, any.Intervals = append(en.Intervals, e), append(pt.Intervals, p), append(any.Intervals, a)
		all := staffing.Total{}
		for _, x := range []staffing.Total{e, p, a} {
			all.Required, all.RequiredScheduled = all.Required+x.Required, all.RequiredScheduled+x.RequiredScheduled
			all.Covered, all.Gap = all.Covered+x.Covered, all.Gap+x.Gap
		}
		all.Scheduled = sample.Whole(20)
		r.Totals = append(r.Totals, all)
	}
	r.Languages = []staffing.LanguagePlan{any, en, pt}
	at := func(hours int) sample.Instant { return start.Add(sample.Span(hours) * sample.Hour) }
	r.Binding = []staffing.Bottleneck{{
		Classes: []staffing.ClassKey{{Queue: "live", Language: "pt-BR", HarmDomain: "hate", Tier: 2}, {Queue: "live", Language: "pt-BR", HarmDomain: "spam", Tier: 2}},
		Teams:   []string{"recife"}, Ranges: []staffing.Range{{From: at(-2), To: at(6)}, {From: at(22), To: at(30)}},
		Missing: sample.Hour * 111 / 2, First: at(0),
	}}
	r.Ledger = staffing.Ledger{Required: 900_000, OnTime: 700_200, Late: 199_800, Supply: 1_000_000, DoneLate: 100_000, Spare: 199_800}
	return r
}

// need is so many productive people where so many are scheduled, a quarter of whom are
// away.
func need(people, scheduled float64) staffing.Total {
	milli := func(x float64) sample.Milli { return sample.Milli(math.Round(x * 1000)) }
	covered := min(people, scheduled*0.75)
	return staffing.Total{
		Required: milli(people), RequiredScheduled: milli(people / 0.75), Scheduled: milli(scheduled), Productive: milli(scheduled * 0.75),
		Covered: milli(covered), Gap: milli(people - covered),
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s; write it anew with -update, and look at it:\n%s", path, diff)
	}
}

func TestText(t *testing.T) {
	s := Of(planned(3))
	for name, v := range map[string]*View{
		"all":   {Zone: zone(t, "Europe/Berlin"), Languages: []string{All}, Measures: Measures(), Notes: []string{"3 of 4 classes are new"}},
		"some":  {Zone: zone(t, "America/Sao_Paulo"), Languages: []string{"PT-br", "en"}, Measures: []Measure{Gap}},
		"color": {Zone: time.UTC, Languages: []string{"pt-BR"}, Measures: []Measure{Gap}, Color: true},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			v.Name = "trust-and-safety"
			if err := s.Text(&b, v); err != nil {
				t.Fatal(err)
			}
			golden(t, name+".txt", b.Bytes())
			for i, line := range strings.Split(b.String(), "\n") {
				prose := strings.HasPrefix(line, "  1. ") || strings.HasPrefix(line, "Person-hours")
				if name != "color" && !prose && len(line) > 125 {
					t.Errorf("line %d is %d wide", i+1, len(line))
				}
			}
		})
	}
}

func TestPage(t *testing.T) {
	s := Of(planned(2))
	s.Lines[1].Language = `<script>alert("x")</script>`
	for i := range s.Lines[0].Cells {
		s.Lines[0].Cells[i].OnTime = sample.Whole(88)
	}
	var b bytes.Buffer
	v := &View{Name: "a & b", Zone: zone(t, "Europe/Berlin"), Languages: []string{All}, Measures: Measures()}
	if err := s.HTML(&b, v); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	if !strings.Contains(page, `<td class="num">71–99 %</td>`) {
		t.Error("the page does not say how much is on time")
	}
	for _, part := range []string{"<script", "http://", "https://", "src=", "@import", "a & b"} {
		if strings.Contains(page, part) {
			t.Errorf("the page has %q", part)
		}
	}
	// Saturday has 48 half hours in 48 cells. Sunday has 50, of which the plan has 48: the hour
	// from 02:00 comes twice, in the same two cells, and the last two half hours are missing.
	if got, want := strings.Count(page, `<td class="x" colspan="2"`), 4*3; got != want {
		t.Errorf("%d times stand for none, want %d", got, want)
	}
	if got, want := strings.Count(page, "data-t="), 4*(48+46); got != want {
		t.Errorf("%d cells have their numbers, want %d", got, want)
	}
	for i, row := range strings.Split(page, "<tr><th>")[2:] {
		if n := width(t, row); n > 0 && n != 48 {
			t.Errorf("row %d has %d half hours", i, n)
		}
	}
	for _, want := range []string{
		"<li>pt-BR, tier 2 (hate and spam): 55.5 person-hours late", "<p>Person-hours: 250 of work",
		`<summary>pt-BR, tier 2<span class="lacks">37.3 person-hours short, first Sat 24 Oct 00:00</span>`,
		`data-t="Sat 24 Oct 00:00" data-r="2.3" data-o="3.1" data-s="0" data-a="0" data-g="2.3"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
}

// width is how many intervals the cells of a row of the page stand for.
func width(t *testing.T, row string) (n int) {
	t.Helper()
	for _, cell := range strings.Split(row, "<td ")[1:] {
		span := 1
		if _, rest, ok := strings.Cut(cell, `colspan="`); ok {
			text, _, _ := strings.Cut(rest, `"`)
			var err error
			if span, err = strconv.Atoi(text); err != nil {
				t.Fatal(err)
			}
		}
		n += span
	}
	return n
}

// A plan that begins within an hour, or of a zone of other quarters, shows each interval where it is.
func TestPageSlots(t *testing.T) {
	for name, c := range map[string]struct {
		start time.Time
		zone  string
		blank int // half hours of the first day before it
	}{
		"within an hour": {time.Date(2026, 11, 2, 8, 30, 0, 0, time.UTC), "UTC", 17},
		"at its start":   {time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC), "UTC", 16},
		"of quarters":    {time.Date(2026, 11, 2, 8, 30, 0, 0, time.UTC), "Asia/Kathmandu", 28}, // from 14:15 on
	} {
		t.Run(name, func(t *testing.T) {
			s := Of(planned(1))
			s.Grid.Start = sample.At(c.start)
			p := s.page(&View{Zone: zone(t, c.zone), Measures: []Measure{Gap}})
			first := p.Languages[0].Maps[0].Days[0].Cells
			if first[0].Class != "x" || first[0].Span != c.blank || first[1].Numbers == nil {
				t.Errorf("%+v, want %d blank half hours", first[:2], c.blank)
			}
		})
	}
}

func TestRoundTrip(t *testing.T) {
	for _, days := range []int{1, 3, 28} {
		want := Of(planned(days))
		data, err := want.CSV()
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(data)
		if err != nil {
			t.Fatal(err)
		}
		want.Why = nil // the table does not have it
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestSum(t *testing.T) {
	s := Sheet{Grid: staffing.Grid{Width: 30 * sample.Minute, N: 5}}
	cell := func(required, gap float64) Cell {
		c := Cell{Required: sample.Milli(required * 1000), RequiredScheduled: sample.Milli(required * 1000), Gap: sample.Milli(gap * 1000)}
		if c.OnTime = sample.Whole(100); gap > 0 {
			c.OnTime = sample.Whole(50)
		}
		return c
	}
	for name, c := range map[string]struct {
		cells []Cell
		want  Summary
	}{
		"nothing": {[]Cell{{OnTime: Untold}, {OnTime: Untold}}, Summary{OnTime: Untold, OnTimeLow: Untold, OnTimeHigh: Untold}},
		"no gap": {[]Cell{cell(1, 0), cell(3, 0), cell(3, 0)}, Summary{
			Peak: Moment{1, 3000}, OnTime: sample.Whole(100), OnTimeLow: sample.Whole(100), OnTimeHigh: sample.Whole(100),
		}},
		"gaps": {[]Cell{cell(1, 0), cell(2, 0.5), cell(5, 2), cell(6, 2), cell(1, 0.1)}, Summary{
			Peak: Moment{3, 6000}, Short: 2 * sample.Hour, Missing: 138 * sample.Minute, First: Moment{1, 500}, Worst: Moment{2, 2000},
			OnTime: 53_300, OnTimeLow: 37_500, OnTimeHigh: 66_400,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, s.Sum(&Line{Cells: c.cells})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	whole := Of(planned(1))
	data, err := whole.CSV()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(data), "\n")
	with := func(line int, text string) string {
		out := append([]string(nil), lines...)
		out[line] = text
		return strings.Join(out, "")
	}
	for name, c := range map[string]struct{ in, want string }{
		"nothing":        {"", "read the plan's table: EOF"},
		"a header alone": {lines[0], "the plan's table is empty"},
		"other columns":  {"start,end,queue\n", "the plan's table has no column language: it was written by another version of modcap"},
		"a bad time":     {with(3, "noon,,,,,,,,,,,\n"), `the plan's table: line 4: start: parsing time "noon"`},
		"a bad number":   {with(2, strings.Replace(lines[2], ",20,", ",-20,", 1)), `the plan's table: line 3: scheduled "-20" is not a number of people`},
		"not a number":   {with(2, strings.Replace(lines[2], ",20,", ",NaN,", 1)), `the plan's table: line 3: scheduled "NaN" is not a number of people`},
		"a bad tier":     {with(60, strings.Replace(lines[60], ",1,", ",one,", 1)), `the plan's table: line 61: tier "one" is not a number from 1`},
		"a row missing":  {with(5, ""), "the plan's table: line 6: its interval does not follow the one before"},
		"a line cut off": {strings.Join(lines[:100], ""), `the plan's table is not whole: 48 intervals of "*", 3 of "en"`},
		"an open quote":  {with(7, "\"a,b\n"), `the plan's table: line 193: extraneous or missing " in quoted-field`},
		"too few fields": {with(7, "a,b\n"), "the plan's table: line 8: it has more or fewer columns than the first line"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Read([]byte(c.in)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// Days have the hours that their zone gives them, and every interval is in one day.
func TestDays(t *testing.T) {
	for name, c := range map[string]struct {
		zone  string
		start time.Time
		want  []int // half hours of the second day
	}{
		"back an hour":         {"Europe/Berlin", time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC), []int{50}},
		"on an hour":           {"Europe/Berlin", time.Date(2026, 3, 28, 0, 0, 0, 0, time.UTC), []int{46}},
		"back half an hour":    {"Australia/Lord_Howe", time.Date(2026, 4, 3, 22, 0, 0, 0, time.UTC), []int{49}},
		"nothing":              {"UTC", time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC), []int{48}},
		"a quarter off":        {"Asia/Kathmandu", time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC), []int{48}},
		"a day that was not":   {"Pacific/Apia", time.Date(2011, 12, 29, 12, 0, 0, 0, time.UTC), []int{48}},
		"before the year ends": {"America/Sao_Paulo", time.Date(2026, 12, 30, 20, 0, 0, 0, time.UTC), []int{48}},
	} {
		t.Run(name, func(t *testing.T) {
			s := Sheet{Grid: staffing.Grid{Start: sample.At(c.start), Width: 30 * sample.Minute, N: 192}}
			days := s.days(zone(t, c.zone))
			next := 0
			for _, d := range days {
				for _, i := range d.intervals {
					if i != next {
						t.Fatalf("interval %d after %d", i, next-1)
					}
					next++
				}
			}
			if next != s.Grid.N || len(days[1].intervals) != c.want[0] {
				t.Errorf("%d intervals, %d on the second day, want %d", next, len(days[1].intervals), c.want[0])
			}
		})
	}
}

func TestPeople(t *testing.T) {
	for m, want := range map[sample.Milli]string{0: "-", -5: "-", 40: "<.1", 100: "0.1", 9_949: "9.9", 9_950: "10", 10_001: "11", 9_999_000: "9999"} {
		if got := people(m); got != want {
			t.Errorf("%v people are shown as %s, want %s", m, got, want)
		}
	}
}

// Whatever is read is refused, or can be drawn.
func FuzzRead(f *testing.F) {
	s := Of(planned(1))
	data, err := s.CSV()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data[:2000])
	f.Add([]byte(strings.Join(header, ",") + "\n2026-01-01T00:00:00Z,2026-01-01T00:30:00Z,*,,1,2,3,4,5,6\n"))
	f.Add([]byte(strings.Join(header, ",") + "\n2026-01-01T00:00:00Z,2036-01-01T00:30:00Z,*,,1e9,2,3,4,5,6\n"))
	r := rand.New(rand.NewPCG(1, 1))
	for range 5 {
		cut := append([]byte(nil), data...)
		cut[r.IntN(len(cut))] = byte(r.IntN(256))
		f.Add(cut)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Read(data)
		if err != nil {
			return
		}
		v := &View{Zone: time.UTC, Languages: []string{All}, Measures: Measures(), Color: true}
		var b bytes.Buffer
		if err := s.Text(&b, v); err != nil {
			t.Error(err)
		}
		if err := s.HTML(&b, v); err != nil {
			t.Error(err)
		}
		if fmt.Sprint(s.Data(v)) == "" {
			t.Error("no data")
		}
	})
}
