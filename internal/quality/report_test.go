package quality

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShare(t *testing.T) {
	for want, l := range map[string]Line{
		"not known yet":               {},
		"0 % (0 to 0.53)":             {Checked: 700, Upper: 5256},
		"0.42 % (0.31 to 0.55)":       {Checked: 9000, Estimate: 4180, Lower: 3140, Upper: 5420},
		"12 % (9.8 to 15)":            {Checked: 9000, Estimate: 123_456, Lower: 98_765, Upper: 141_000},
		"0.0003 % (0.0001 to 0.01)":   {Checked: 9000, Estimate: 3, Lower: 1, Upper: 100},
		"0.0042 % (0.0031 to 0.0055)": {Checked: 9000, Estimate: 42, Lower: 31, Upper: 55},
		"100 % (99 to 100)":           {Checked: 9000, Estimate: 999_999, Lower: 999_990, Upper: 1_000_000},
	} {
		if got := l.Share(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if len(want) > 28 {
			t.Errorf("%q is longer than a status has room for", want)
		}
	}
}

func TestReport(t *testing.T) {
	r := ReportOf("guidelines", "abc", now, measured(week(1, 5), func(in *Input) { in.Terms.Wanted.Allowed = 2000 }))
	data, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadReport(data)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(&r, again); d != "" {
		t.Errorf("read back (-wrote +read):\n%s", d)
	}
	if _, err := ReadReport([]byte("{")); err == nil {
		t.Error("half a report is read")
	}
	other := func(change func(*Report)) Report {
		o, err := ReadReport(data)
		if err != nil {
			t.Fatal(err)
		}
		change(o)
		return *o
	}
	for name, c := range map[string]struct {
		change func(*Report)
		same   bool
	}{
		"noise":         {func(o *Report) { o.Lines[0].Checked++; o.Lines[0].Upper += 10; o.Needs[0].HalfWidth-- }, true},
		"another share": {func(o *Report) { o.Lines[0].Upper += 10_000 }, false},
		"a line less":   {func(o *Report) { o.Lines = o.Lines[1:] }, false},
		"a total":       {func(o *Report) { o.Totals[0].Label = "x" }, false},
		"a need":        {func(o *Report) { o.Needs[0].Wanted++ }, false},
		"a fall":        {func(o *Report) { o.Seen[0].Fell = true }, false},
	} {
		if o := other(c.change); r.SameFigures(&o) != c.same {
			t.Errorf("%s: the same is %v", name, !c.same)
		}
	}
	for _, edited := range []string{`{"lines":[{"kind":"Leakage","by":"Ana"}]}`, `{"worst":[{"kind":"Leakage","by":"People","lower":9}]}`} {
		if _, err := ReadReport([]byte(edited)); err == nil {
			t.Errorf("%s is read", edited)
		}
	}
	many := ReportOf("guidelines", "abc", now, Result{Lines: make([]Line, 1500)})
	if len(many.Lines) != 1000 || many.Count != 1500 {
		t.Errorf("%d of %d lines", len(many.Lines), many.Count)
	}
}

func TestDigits(t *testing.T) {
	for n, want := range map[int64]int64{0: 0, 7: 7, 99: 99, 104: 100, 105: 110, 12_345: 12_000, -12_345: -12_000} {
		if got := Digits(n); got != want {
			t.Errorf("%d is %d, want %d", n, got, want)
		}
	}
}

func TestNeedsOfWhatIsNotKnown(t *testing.T) {
	needs := []Need{{Label: "hate", Wanted: 9}}
	for name, c := range map[string]struct {
		now, before Report
		want        int
	}{
		"known":         {Report{Result: Result{Outcome: Measured}}, Report{Result: Result{Needs: needs}}, 0},
		"not known":     {Report{Result: Result{Outcome: Unknown}}, Report{Result: Result{Needs: needs}}, 1},
		"another spec":  {Report{Spec: "b", Result: Result{Outcome: Unknown}}, Report{Result: Result{Needs: needs}}, 0},
		"none before":   {Report{Result: Result{Outcome: Unknown, Needs: needs}}, Report{}, 1},
		"too few known": {Report{Result: Result{Outcome: TooFew, Needs: needs}}, Report{Result: Result{Needs: append(needs, needs...)}}, 1},
	} {
		if c.now.Remember(&c.before); len(c.now.Needs) != c.want {
			t.Errorf("%s: %v", name, c.now.Needs)
		}
	}
}
