package explain

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

func TestOutlook(t *testing.T) {
	in := evening()
	in.Queues[0].Backlog, in.Queues[0].Forecast.Mean = sample.FreshAt(sample.Whole(900), decided), sample.Whole(300)
	in.Queues[0].Forecast.Upper, in.Queues[0].Arrivals.Value = sample.Whole(320), sample.Whole(300)
	for _, at := range capacity.OutlookSpans() {
		items := sample.Milli(at) * 300
		in.Queues[0].Outlook.Middle = append(in.Queues[0].Outlook.Middle, items)
		in.Queues[0].Outlook.Upper = append(in.Queues[0].Outlook.Upper, 2*items)
	}
	in.Queues[0].Outlook.Breach.Sure = capacity.Worth{500, 500, 500, 500, 500, 500}
	s := subject(in, "comments")
	r := Explain(s)
	risk := s.Record.Decision.Risk[0]
	want := &Outlook{
		NoBreachBefore: clock(risk.Breach.Sure), ByForecast: clock(risk.Breach.ModelSure), BreachLikely: clock(risk.Breach.Likely),
		DrainedBy: clock(risk.Drain.Sure), DrainLikely: clock(risk.Drain.Likely),
	}
	for _, q := range r.Queues {
		if q.Name == "search" && q.Risk.Outlook != nil {
			t.Errorf("of search, of which nothing was told: %+v", q.Risk.Outlook)
		}
		if q.Name != "comments" {
			continue
		}
		if diff := cmp.Diff(want, q.Risk.Outlook); diff != "" || want.NoBreachBefore == "" || want.DrainedBy == "" {
			t.Errorf("%s\nof %+v", diff, risk)
		}
	}
	var b strings.Builder
	if err := r.Text(&b); err != nil {
		t.Fatal(err)
	}
	_, sure, _ := strings.Cut(want.NoBreachBefore, "T")
	for _, words := range []string{"How long it holds", "NO BREACH BEFORE, 90 %", sure, "beyond 24 h", "Its backlog is gone by " + want.DrainedBy + " with 90 %"} {
		if !strings.Contains(b.String(), words) {
			t.Errorf("it does not say %q:\n%s", words, b.String())
		}
	}
}
