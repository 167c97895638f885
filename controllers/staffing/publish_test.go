package staffing

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/apply"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/sheet"
	"github.com/modcap/modcap/internal/staffing"
)

// large is a plan of so many classes and languages, in which no two numbers are alike: nothing
// packs worse.
func large(classes, languages, intervals int) staffing.Result {
	r := rand.New(rand.NewPCG(1, 1))
	milli := func() sample.Milli { return sample.Milli(r.IntN(400_000)) }
	total := func() staffing.Total {
		return staffing.Total{
			Required: milli(), RequiredScheduled: milli(), Covered: milli(), Gap: milli(), Scheduled: milli(), Productive: 400_000,
		}
	}
	p := staffing.Result{Grid: staffing.Grid{Start: 1_790_000_000_000, Width: 30 * sample.Minute, N: intervals}}
	for range intervals {
		p.Totals = append(p.Totals, total())
	}
	for i := range languages {
		l := staffing.LanguagePlan{Language: fmt.Sprintf("l%02d", i), Tier: 1}
		for range intervals {
			l.Intervals = append(l.Intervals, total())
		}
		p.Languages = append(p.Languages, l)
	}
	for i := range classes {
		c := staffing.ClassPlan{
			Key:     staffing.ClassKey{Queue: fmt.Sprintf("queue-%03d", i), Review: "review", Language: "en", HarmDomain: "hate", Tier: 1},
			Quality: sample.Fresh,
		}
		for range intervals {
			c.Intervals = append(c.Intervals, staffing.Need{
				Required: milli(), RequiredScheduled: milli(), Scheduled: milli(), Covered: milli(), Gap: milli(),
			})
		}
		p.Classes = append(p.Classes, c)
	}
	return p
}

func bytesOf(m apply.ConfigMap) (sum int) {
	for k, v := range m.Data {
		sum += len(k) + len(v)
	}
	for k, v := range m.Binary {
		sum += len(k) + len(v)
	}
	return sum
}

// Whatever the plan, its tables fit into a ConfigMap beside what else is in it; what is left out
// is said, and what is there can be read.
func TestTablesFit(t *testing.T) {
	target := &v1alpha1.StaffingTarget{ObjectMeta: metav1.ObjectMeta{Name: "emea", Namespace: "m"}}
	for name, c := range map[string]struct {
		classes, languages, intervals int
		cut                           []string
	}{
		"a small one":         {3, 2, 48, nil},
		"two weeks of a few":  {20, 6, 672, nil},
		"300 classes":         {300, 6, 672, []string{"table by class"}},
		"300 in 64 languages": {300, 64, 672, []string{"table by language", "table by language in JSON", "table by class"}},
	} {
		t.Run(name, func(t *testing.T) {
			plan := large(c.classes, c.languages, c.intervals)
			m, cut, err := tables(target, plan)
			if err != nil {
				t.Fatal(err)
			}
			size := bytesOf(m)
			if t.Logf("%d bytes, %d findings", size, len(cut)); size > 900<<10 {
				t.Errorf("%d bytes", size)
			}
			var said []string
			for _, f := range cut {
				said = append(said, strings.TrimSuffix(strings.TrimPrefix(f.Message, "The "), f.Message[strings.Index(f.Message, " is too long"):]))
			}
			if d := cmp.Diff(c.cut, said); d != "" {
				t.Error(d)
			}
			for _, key := range []string{sheet.Key, sheet.JSONKey, planKey} {
				if len(m.Data[key]) == 0 == (len(m.Binary[key+sheet.Gzip]) == 0) {
					t.Errorf("%s is there %d and %d bytes long", key, len(m.Data[key]), len(m.Binary[key+sheet.Gzip]))
				}
			}
			table := []byte(m.Data[sheet.Key])
			if packed := m.Binary[sheet.Key+sheet.Gzip]; packed != nil {
				if table, err = sheet.Unpack(packed); err != nil {
					t.Fatal(err)
				}
			}
			if s, err := sheet.Read(table); err != nil || len(s.Lines) != c.languages+1 {
				t.Errorf("the table by language: %v", err)
			}
		})
	}
}

// The table by class says where it is assumed how long work has waited, and nothing elsewhere.
func TestBacklogAgesInTheTable(t *testing.T) {
	plan := large(2, 1, 1)
	plan.Classes[1].AgesAssumed = true
	table, err := tableOf(plan, 1)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(string(table)) {
		got = append(got, strings.TrimSpace(line[strings.LastIndexByte(line, ',')+1:]))
	}
	if d := cmp.Diff([]string{"backlog_ages", "", "assumed"}, got); d != "" {
		t.Error(d)
	}
}

func TestDue(t *testing.T) {
	in := staffing.Input{Now: 1_790_000_000_000, Teams: []staffing.Team{{Name: "a"}}, Classes: []staffing.Class{{Priority: 1}}}
	base := large(1, 2, 4)
	scaled := func(percent sample.Milli) staffing.Result {
		p := large(1, 2, 4)
		for i := range p.Languages {
			for k := range p.Languages[i].Intervals {
				p.Languages[i].Intervals[k].Required = p.Languages[i].Intervals[k].Required * percent / 100
			}
		}
		return p
	}
	later := func(p staffing.Result) staffing.Result {
		p.Grid.Start = p.Grid.At(1)
		return p
	}
	for name, c := range map[string]struct {
		generation int64
		after      sample.Span
		plan       staffing.Result
		change     func(in *staffing.Input)
		want       bool
	}{
		"nothing":                          {1, 15 * sample.Second, base, nil, false},
		"nothing, for a long time":         {1, 20 * sample.Minute, base, nil, false},
		"one in a hundred more, long ago":  {1, 20 * sample.Minute, scaled(101), nil, false},
		"a tenth more, at once":            {1, 15 * sample.Second, scaled(110), nil, false},
		"a tenth more, five minutes later": {1, 5 * sample.Minute, scaled(110), nil, true},
		"an interval later":                {1, 15 * sample.Second, later(base), nil, true},
		"an edit of the target":            {2, 15 * sample.Second, base, nil, true},
		"an edit of a team":                {1, 15 * sample.Second, base, func(in *staffing.Input) { in.Teams[0].Tier = 2 }, true},
		"an edit of a queue":               {1, 15 * sample.Second, base, func(in *staffing.Input) { in.Classes[0].Priority = 2 }, true},
		"a measured rate":                  {1, 15 * sample.Second, base, func(in *staffing.Input) { in.Classes[0].ArrivalsPerHour.Value = 7 }, false},
		"somebody present":                 {1, 15 * sample.Second, base, func(in *staffing.Input) { in.Teams[0].Present.Value = 7 }, false},
	} {
		t.Run(name, func(t *testing.T) {
			var p pace
			if !p.due("x", lookAt(1, &in, &base)) {
				t.Fatal("the first is not due")
			}
			next := in
			next.Teams, next.Classes = append([]staffing.Team(nil), in.Teams...), append([]staffing.Class(nil), in.Classes...)
			next.Now = in.Now.Add(c.after)
			if c.change != nil {
				c.change(&next)
			}
			if got := p.due("x", lookAt(c.generation, &next, &c.plan)); got != c.want {
				t.Errorf("due %t", got)
			}
			if p.forget("x"); !p.due("x", lookAt(1, &in, &base)) {
				t.Error("forgotten, and not due")
			}
		})
	}
}

// Small changes add up: numbers are set against what was written, and not the last look.
func TestDueAddsUp(t *testing.T) {
	var p pace
	in := staffing.Input{Now: 1_790_000_000_000}
	plan := large(0, 1, 1)
	plan.Languages[0].Intervals[0].Required = 100_000
	writes := 0
	for range 20 {
		if p.due("x", lookAt(1, &in, &plan)) {
			writes++
		}
		in.Now = in.Now.Add(6 * sample.Minute)
		plan = large(0, 1, 1)
		plan.Languages[0].Intervals[0].Required = 100_000 + sample.Milli(1000*(in.Now.Since(1_790_000_000_000)/(6*sample.Minute)))
	}
	if writes < 3 || writes > 5 {
		t.Errorf("%d writes while the need rose by a fifth", writes)
	}
}
