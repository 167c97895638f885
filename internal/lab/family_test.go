package lab_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/lab"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/simulate"
	"github.com/modcap/modcap/internal/trace"
	"github.com/modcap/modcap/internal/tune"
)

func TestCandidates(t *testing.T) {
	all := lab.Candidates(500, 1)
	if diff := cmp.Diff(all, lab.Candidates(500, 1)); diff != "" {
		t.Errorf("drawn again: %s", diff)
	}
	if cmp.Equal(all, lab.Candidates(500, 2)) {
		t.Error("another seed draws the same")
	}
	seen, free := map[tune.Member]bool{}, 0
	for _, m := range all {
		p := m.Patience
		if seen[m] {
			t.Errorf("%+v is there twice", m)
		}
		seen[m] = true
		if m.Price == 0 {
			free++
		}
		if m.Price < 0 || m.Price > 7 || m.Price == 0 && m.Feature != tune.Quick || p.Low >= p.High || p.High > 950 || p.Drain > 4_800_000 {
			t.Errorf("%+v", m)
		}
	}
	if free < 150 || free > 250 {
		t.Errorf("%d of 500 have no price, want about 200", free)
	}
}

// costs are cells in which candidates have these costs and nothing else.
func costs(cells ...[]float64) []lab.Explored {
	var out []lab.Explored
	for i, row := range cells {
		x := lab.Explored{Trace: string(rune('a' + i)), Day: simulate.LastDay, Scenario: "live", Startup: 60, Share: 0.99}
		for _, cost := range row {
			x.Accounts = append(x.Accounts, tune.Account{Cost: cost})
		}
		out = append(out, x)
	}
	return out
}

func TestCover(t *testing.T) {
	c := lab.Candidates(4, 1)
	late := costs([]float64{1, 1.5, 1.5, 1.5})
	late[0].Accounts[0].Late, late[0].Accounts[1].Late = 0.008, 0.006 // a reserve of four tenths is kept
	restless := costs([]float64{1, 1.5, 2, 2})
	restless[0].Accounts[0].Changes = 0.01 // of startups of 60 s
	for name, test := range map[string]struct {
		cells []lab.Explored
		size  int
		want  []tune.Member
	}{
		"the best of one":       {costs([]float64{2, 1, 3, 4}), 1, c[1:2]},
		"the best of each":      {costs([]float64{1, 9, 9, 2}, []float64{9, 1, 9, 2}), 3, []tune.Member{c[0], c[1], c[3]}},
		"the middle of all":     {costs([]float64{1, 9, 9, 2}, []float64{9, 1, 9, 2}), 1, c[3:4]},
		"a hopeless cell":       {costs([]float64{1, 1.3, 9, 9}, []float64{1, 1.3, 9, 9}, []float64{1e9, 1e6, 1, 1e9}), 1, c[0:1]},
		"the first of equals":   {costs([]float64{1, 1, 1, 1}), 2, c[:2]},
		"late work":             {late, 1, c[1:2]},
		"changes":               {restless, 1, c[1:2]},
		"more than there are":   {costs([]float64{2, 1, 3, 4}), 9, c},
		"chosen by no evidence": {nil, 2, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, lab.Cover(test.cells, c, test.size)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever the cells, a larger cover has a smaller one and comes closer, and the order of
// cells and of candidates does not matter.
func TestCoverOfAnyCells(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 1))
	for range 100 {
		n := 2 + r.IntN(20)
		rows := make([][]float64, 1+r.IntN(12))
		for i := range rows {
			for range n {
				rows[i] = append(rows[i], 1+math.Floor(8*r.Float64())/4)
			}
		}
		candidates, cells := lab.Candidates(n, r.Uint64()), costs(rows...)
		before, far := []tune.Member(nil), math.Inf(1)
		for size := 1; size <= n; size++ {
			cover := lab.Cover(cells, candidates, size)
			if len(cover) != size {
				t.Fatalf("%d members, want %d", len(cover), size)
			}
			for _, m := range before {
				if !slices.Contains(cover, m) {
					t.Fatalf("%d members lack one of %d", size, size-1)
				}
			}
			d := distance(rows, candidates, cover)
			if d > far+1e-9 {
				t.Fatalf("%d members are %v from the best, %d are %v", size, d, size-1, far)
			}
			before, far = cover, d
		}
		if far > 1e-9 {
			t.Fatalf("all candidates are %v from the best", far)
		}
		size := 1 + r.IntN(n)
		want := lab.Cover(cells, candidates, size)
		turn := r.Perm(n)
		turned, others := make([]tune.Member, n), slices.Clone(cells)
		for i, k := range turn {
			turned[i] = candidates[k]
		}
		for i := range others {
			accounts := make([]tune.Account, n)
			for at, k := range turn {
				accounts[at] = others[i].Accounts[k]
			}
			others[i].Accounts = accounts
		}
		r.Shuffle(len(others), func(i, k int) { others[i], others[k] = others[k], others[i] })
		if diff := cmp.Diff(want, lab.Cover(others, turned, size)); diff != "" {
			t.Fatalf("in another order: %s", diff)
		}
	}
}

// distance is the mean logarithm of the least cost of a cover over the least of all.
func distance(rows [][]float64, candidates, cover []tune.Member) float64 {
	sum := 0.0
	for _, row := range rows {
		least := math.Inf(1)
		for i, m := range candidates {
			if slices.Contains(cover, m) {
				least = min(least, row[i])
			}
		}
		sum += math.Log(least / slices.Min(row))
	}
	return sum / float64(len(rows))
}

// Printed rows are the source's.
func TestRows(t *testing.T) {
	source, err := os.ReadFile("../tune/members.go")
	if err != nil {
		t.Fatal(err)
	}
	if rows := lab.Rows(tune.Family()); !strings.Contains(string(source), "{\n"+rows+"}\n") {
		t.Errorf("internal/tune/members.go does not hold:\n%s", rows)
	}
}

// The cells of each kind have a cover of their own, which says what kind it is of.
func TestCovers(t *testing.T) {
	c, cells := lab.Candidates(4, 1), costs([]float64{1, 9, 9, 9}, []float64{9, 1, 9, 9}, []float64{9, 9, 9, 1})
	cells[1].Waits, cells[2].Waits = true, true
	got := lab.Covers(cells, c, lab.Sizes{1, 2})
	want := []tune.Member{c[0], c[1], c[3]}
	want[1].Waits, want[2].Waits = true, true
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if sizes := lab.SizesOf(got); sizes != (lab.Sizes{1, 2}) {
		t.Errorf("sizes of %v", sizes)
	}
	for _, m := range tune.Family() {
		if m.Waits && m.Price > 0 {
			t.Errorf("something stands ready for work that can wait: %+v", m)
		}
	}
}

// What the store has is not tried again; what is explored does not depend on it, nor on
// the number of goroutines.
func TestExplore(t *testing.T) {
	o, candidates := small(t), lab.Candidates(30, 1)
	explore := func() []lab.Explored {
		t.Helper()
		x, err := lab.Explore(o, candidates)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	want := explore()
	var names []string
	for _, x := range want {
		names = append(names, fmt.Sprint(x.Scenario, " ", x.Trace, " ", x.Seed))
		if x.Waits != (x.Scenario == "batch") {
			t.Errorf("%s: work waits: %t", x.Scenario, x.Waits)
		}
		if len(x.Accounts) != 30 || x.Share != 0.99 || x.Accounts[0].Cost <= 0 {
			t.Errorf("%+v", x)
		}
	}
	if diff := cmp.Diff([]string{
		"fast even 1", "fast step 1", "batch even 1", "batch step 1", "fast even 2", "fast step 2", "batch even 2", "batch step 2",
	}, names); diff != "" {
		t.Error(diff)
	}
	store := &memory{kept: map[string][]byte{}}
	o.Store, o.Workers = store, 3
	for range 2 {
		if diff := cmp.Diff(want, explore()); diff != "" {
			t.Error(diff)
		}
	}
	if store.hits != 8 || store.misses != 8 {
		t.Errorf("%d hits, %d misses", store.hits, store.misses)
	}
	candidates = lab.Candidates(30, 2)
	if explore(); store.hits != 8 || store.misses != 16 {
		t.Errorf("with other candidates: %d hits, %d misses", store.hits, store.misses)
	}
	candidates = nil
	if _, err := lab.Explore(o, candidates); err == nil || !strings.Contains(err.Error(), "nothing to explore") {
		t.Errorf("error %v", err)
	}
}

// What a trace shows does not matter to the family that it is scored with, nor what is
// shown by another of the same traffic.
func TestFamilies(t *testing.T) {
	traces := []*trace.Trace{
		level(t, "even", 10, 60, 60), level(t, "step", 10, 20, 300), level(t, "even again", 5, 60, 60), level(t, "later", 10, 60, 60),
	}
	traces[3].Begins = traces[3].Begins.Add(24 * sample.Hour)
	cells := func(of ...string) []lab.Explored {
		out := costs([]float64{1, 9, 9, 9}, []float64{9, 1, 9, 9}, []float64{1, 9, 9, 9}, []float64{9, 9, 9, 1})
		for i := range out {
			out[i].Trace = traces[i].Name
			if slices.Contains(of, out[i].Trace) {
				slices.Reverse(out[i].Accounts)
			}
		}
		return out
	}
	c := lab.Candidates(4, 1)
	families := func(cells []lab.Explored) map[string][]tune.Member {
		t.Helper()
		f, err := lab.Families(traces, cells, c, lab.Sizes{2})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	want := map[string][]tune.Member{
		"even": {c[1], c[3]}, "step": {c[0], c[3]}, "even again": {c[1], c[3]}, "later": {c[0], c[1]},
	}
	if diff := cmp.Diff(want, families(cells())); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"even", "step", "later"} {
		of := []string{name}
		if name == "even" {
			of = append(of, "even again")
		}
		got := families(cells(of...))
		if diff := cmp.Diff(want[name], got[name]); diff != "" {
			t.Errorf("%s has a say in its own family: %s", name, diff)
		}
		if cmp.Equal(want, got) {
			t.Errorf("%s has no say at all", name)
		}
	}
	if _, err := lab.Families(traces[:1], cells()[:1], c, lab.Sizes{2}); err == nil || !strings.Contains(err.Error(), "no other trace to choose by than even") {
		t.Errorf("error %v", err)
	}
}

// Each trace is run with its own family, and the table has both.
func TestLeftOut(t *testing.T) {
	o := small(t)
	o.Peers, o.Seeds = lab.PeersStored, []uint64{1}
	all := tune.Family()
	of := func(family []tune.Member) lab.Variant {
		return lab.LeftOut(map[string][]tune.Member{"even": family, "step": family})
	}
	first, last := all[:1], all[len(all)-1:]
	o.Variants = []lab.Variant{of(first), of(last), lab.LeftOut(map[string][]tune.Member{"even": first, "step": last})}
	r := run(t, o)
	for i, c := range r.Cells[2] {
		from := 0
		if c.Trace == "step" {
			from = 1
		}
		if diff := cmp.Diff(r.Cells[from][i].Engine, c.Engine); diff != "" {
			t.Errorf("%s: %s", c.Trace, diff)
		}
	}
	page := r.Page(&o, nil)
	for _, want := range []string{"## Leave one out\n\nThe engine has one list", "| fast            |", "| fast, left out  |", "| batch, left out |"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	o.Variants = o.Variants[:1]
	if alone := run(t, o); alone.LeaveOneOutTable(o.Bars) != "" || strings.Contains(alone.Page(&o, nil), "Leave one out") {
		t.Error("a check that was not made is told of")
	}
}
