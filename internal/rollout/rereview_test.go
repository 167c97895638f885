package rollout

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/guard"
	"github.com/modcap/modcap/internal/sample"
)

func open400() Rereview {
	return *Begin(nil, "new", began, began.Add(72*hour), []Work{{"hate", "BR", 380}, {"hate", "MX", 20}})
}

func TestRereviewBegins(t *testing.T) {
	first := open400()
	want := Rereview{
		Revisions: []string{"new"}, State: RereviewOpen, Since: began, Due: began.Add(72 * hour), Items: 400, Left: 400,
		Work: []Work{{"hate", "BR", 380}, {"hate", "MX", 20}},
	}
	if d := cmp.Diff(want, first); d != "" {
		t.Errorf("the first (-want +got):\n%s", d)
	}
	if got := Begin(&first, "newer", began.Add(hour), began.Add(73*hour), nil); got != &first {
		t.Errorf("a change that decided nothing makes %+v of it", got)
	}
	if Begin(nil, "new", began, began.Add(hour), []Work{{"hate", "", 0}}) != nil {
		t.Error("nothing is looked at again")
	}
	first.Left = 100
	got := *Begin(&first, "newer", began.Add(hour), began.Add(73*hour), []Work{{"hate", "BR", 10}, {"spam", "", 50}})
	want = Rereview{
		Revisions: []string{"newer", "new"}, State: RereviewOpen, Since: began.Add(hour), Due: began.Add(73 * hour), Items: 460, Left: 160,
		Work: []Work{{"hate", "BR", 390}, {"spam", "", 50}, {"hate", "MX", 20}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("with what is left of an earlier one (-want +got):\n%s", d)
	}
	// Tried and taken back again: the series has counted the items of the first time.
	first.State, first.Left = RereviewDone, 0
	if got := Begin(&first, "new", began, began.Add(hour), []Work{{"hate", "BR", 30}}); got.Items != 430 || got.Left != 30 || len(got.Revisions) != 1 {
		t.Errorf("after one that was done: %+v", got)
	}
	first.Left = 150
	first.State = RereviewDismissed
	if got := Begin(&first, "new", began, began.Add(hour), []Work{{"hate", "BR", 30}}); got.Items != 280 || got.Left != 30 {
		t.Errorf("after one that was dismissed: %+v", got)
	}
}

// However many markets and harm domains: no item is lost, and no more lines than the status has.
func TestRereviewIsBounded(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 2))
		var r *Rereview
		var items int64
		for i := range 6 {
			var work []Work
			for range rng.IntN(16) {
				w := Work{fmt.Sprintf("d%d", rng.IntN(12)), fmt.Sprintf("m%d", rng.IntN(3)), rng.Int64N(50)}
				work, items = append(work, w), items+w.Items
			}
			r = Begin(r, fmt.Sprintf("r%d", i), began, began.Add(hour), work)
		}
		var sum int64
		for _, w := range r.Work {
			sum += w.Items
		}
		if len(r.Work) > maxWork || len(r.Revisions) > maxRevisions || sum != items || r.Items != items || r.Left != items {
			t.Fatalf("seed %d: %d items, %+v", seed, items, r)
		}
	}
}

func TestRereviewIsDone(t *testing.T) {
	dismiss := Order{Name: "o", Action: Dismiss, Revision: "new", By: "TRUST-42", Reason: "all were spam"}
	items := func(n int64) sample.Sample { return sample.FreshAt(sample.Whole(n), began) }
	stale := items(400)
	stale.Quality = sample.Stale
	for name, c := range map[string]struct {
		in    Progress
		state RereviewState
		left  int64
		by    string
	}{
		"nothing is counted":       {Progress{}, RereviewOpen, 400, ""},
		"some":                     {Progress{Counted: items(123)}, RereviewOpen, 280, ""}, // 277, in two digits
		"all but one":              {Progress{Counted: items(399)}, RereviewOpen, 1, ""},
		"all":                      {Progress{Counted: items(400)}, RereviewDone, 0, "metrics.rereviewed"},
		"more than there were":     {Progress{Counted: items(4000)}, RereviewDone, 0, "metrics.rereviewed"},
		"numbers that are old":     {Progress{Counted: stale}, RereviewOpen, 400, ""},
		"somebody says some are":   {Progress{Counted: items(10), Done: 390, By: "again"}, RereviewOpen, 10, ""},
		"somebody says all are":    {Progress{Counted: stale, Done: 400, By: "again"}, RereviewDone, 0, "CapacityOverride again"},
		"dismissed":                {Progress{Orders: []Order{dismiss}, Counted: items(4)}, RereviewDismissed, 400, "TRUST-42"},
		"another one is dismissed": {Progress{Orders: []Order{{Action: Dismiss, Revision: "old"}, order1(TakeBack, "new")}}, RereviewOpen, 400, ""},
	} {
		c.in.Now = began.Add(hour)
		got := open400().Look(c.in)
		if got.State != c.state || got.Left != c.left || got.By != c.by || (got.State == RereviewOpen) != (got.Ended == 0) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	// What was seen to be done stays so: when the counter begins anew, when the override ends.
	r := open400().Look(Progress{Now: began, Counted: items(300)})
	if r = r.Look(Progress{Now: began, Counted: items(5)}); r.Left != 100 {
		t.Errorf("a counter that fell leaves %d", r.Left)
	}
	for _, p := range []Progress{{Orders: []Order{dismiss}}, {Counted: items(400)}} {
		p.Now = began.Add(hour)
		ended := open400().Look(p)
		if d := cmp.Diff(ended, ended.Look(Progress{Now: began.Add(2 * hour)})); d != "" {
			t.Errorf("it ended, and then (-was +is):\n%s", d)
		}
	}
}

func order1(a Action, revision string) Order { return Order{Name: "o", Action: a, Revision: revision} }

// A change decided as much of what moved as it had of the market at the time.
func TestDecided(t *testing.T) {
	shares := []Share{
		{Step: "br", Share: 100_000, Markets: []string{"BR"}, Since: began.Add(hour)},
		{Step: "all", Share: 500_000, Since: began.Add(3 * hour)},
	}
	for name, c := range map[string]struct {
		market string
		cohort sample.Instant
		until  sample.Instant
		want   int64
	}{
		"in the shadow":              {"BR", began, began.Add(10 * hour), 0},
		"of a step":                  {"BR", began.Add(hour), began.Add(10 * hour), 100},
		"of another market":          {"DE", began.Add(hour), began.Add(10 * hour), 0},
		"of one that is not known":   {"", began.Add(hour), began.Add(10 * hour), 100},
		"of two steps":               {"BR", began.Add(2*hour + hour/2), began.Add(10 * hour), 300},
		"of the next":                {"DE", began.Add(3 * hour), began.Add(10 * hour), 500},
		"of a cohort that was ended": {"DE", began.Add(2*hour + hour/2), began.Add(3 * hour), 0},
		"after the end":              {"DE", began.Add(3 * hour), began.Add(3 * hour), 0},
	} {
		m := guard.Moved{Cell: guard.Cell{Market: c.market, Cohort: c.cohort}, Items: 1000}
		if got := Decided(m, shares, hour, c.until); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	old := []Share{{Step: "all", Share: 500_000}}
	if got := Decided(guard.Moved{Cell: guard.Cell{Cohort: began}, Items: 3}, old, hour, began.Add(hour)); got != 2 {
		t.Errorf("a share of which nobody knows the time gives %d of 3, want 2", got)
	}
}
