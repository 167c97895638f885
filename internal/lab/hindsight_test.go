package lab_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/lab"
	"github.com/modcap/modcap/internal/tune"
)

// Three days of one worker's work: the cheapest way that keeps the promise is taken for
// each, and with a charge for changes another.
func TestInHindsight(t *testing.T) {
	const day = 86_400
	ways := []tune.Account{
		{Cost: 1.0, Late: 0.02, Changes: 1.0 / day},   // too late
		{Cost: 1.2, Late: 0.01, Changes: 500.0 / day}, // restless
		{Cost: 1.5, Late: 0, Changes: 100.0 / day},
		{Cost: 9, Late: 0, Changes: 0},
	}
	var cells []lab.Cell
	var explored []lab.Explored
	for i := range 3 {
		name := fmt.Sprint("trace", i)
		cells = append(cells, lab.Cell{
			Trace: name, Day: "last", Scenario: "live", Share: 0.99, Engine: lab.Score{Attained: 1, Cost: 2, Changes: 10},
			Against: lab.Against{Clairvoyant: 1, Best: &lab.Peer{Score: lab.Score{Cost: 2}}},
		})
		explored = append(explored, lab.Explored{
			Trace: name, Day: "last", Scenario: "live", Startup: 60, Share: 0.99, Busy: 1, Accounts: ways,
		})
	}
	explored[2].Accounts = ways[:1] // nobody keeps it
	bars := map[string]lab.Bar{"live": {Kept: 0.9, Median: 0.7, P90: 1, Changes: 300}}
	type row struct {
		Name          string
		Kept          int
		Ratio, Change float64
	}
	var got []row
	take := func(r *lab.Row) { got = append(got, row{r.Scenario, r.Kept, r.Peer.Median, r.Changes.Median}) }
	for _, h := range lab.InHindsight(cells, explored, bars) {
		take(&h.Engine)
		take(&h.Best)
		take(h.Few)
	}
	want := []row{{"live", 3, 1, 10}, {"live, best way", 2, 0.6, 500}, {"live, few changes", 2, 0.75, 100}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if all := lab.InHindsight(cells, nil, bars); all != nil {
		t.Errorf("%v of nothing", all)
	}
	bars["live"] = lab.Bar{Changes: -1}
	if all := lab.InHindsight(cells, explored, bars); len(all) != 1 || all[0].Few != nil {
		t.Errorf("%+v, where no charge brings the changes down", all)
	}
}

// Three figures are missed: one that nobody meets, one that can be met with all the
// others, and one that can be met only where another is missed.
func TestReachTable(t *testing.T) {
	row := func(name string, kept int, cost, changes float64) lab.Row {
		return lab.Row{
			Scenario: name, Cells: 10, Kept: kept, Bar: &lab.Bar{Kept: 0.9, Median: 1, P90: 2, Changes: 100},
			Peer: lab.Spread{N: 10, Median: cost, P90: cost}, Changes: lab.Spread{N: 10, Median: changes},
		}
	}
	few := func(name string, kept int, cost, changes float64) *lab.Row {
		r := row(name, kept, cost, changes)
		return &r
	}
	all := []lab.Hindsight{
		{row("live", 8, 1.2, 50), row("live, best way", 8, 0.9, 200), few("live, few changes", 8, 1.1, 90)},
		{row("fast", 10, 1.2, 50), row("fast, best way", 10, 0.8, 200), few("fast, few changes", 10, 0.9, 90)},
		{row("video", 10, 1, 100), row("video, best way", 10, 0.8, 50), nil},
		{row("small", 10, 0.9, 150), row("small, best way", 10, 0.8, 120), nil},
	}
	want := `
| scenario | missed       | engine       | best way     | few changes  | with one way a day, known beforehand      |
| -------- | ------------ | ------------ | ------------ | ------------ | ----------------------------------------- |
| live     | cells        | 8 of 10, 80 % | 8 of 10, 80 % | 8 of 10, 80 % | missed too                                |
| live     | cost, median | 1.200        | 0.900        | 1.100        | met, but then missed: cells and changes   |
| fast     | cost, median | 1.200        | 0.800        | 0.900        | met, with all the others                  |
| small    | changes      | 150          | 120          | no such way  | missed too                                |
`
	squeeze := func(s string) string {
		s = regexp.MustCompile(" +").ReplaceAllString(s, " ")
		return strings.TrimSpace(regexp.MustCompile("-+").ReplaceAllString(s, "-"))
	}
	if diff := cmp.Diff(squeeze(want), squeeze(lab.ReachTable(all))); diff != "" {
		t.Error(diff)
	}
	if got := lab.ReachTable(all[2:3]); got != "" {
		t.Errorf("of nothing missed:\n%s", got)
	}
}
