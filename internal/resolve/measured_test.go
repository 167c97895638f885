package resolve

import (
	"testing"
	"testing/quick"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/sample"
	modtest "github.com/modcap/modcap/internal/testing"
)

func TestShare(t *testing.T) {
	for name, c := range map[string]struct {
		due, onTime sample.Sample
		want        sample.PPM
		ok          bool
	}{
		"most":                     {fresh(200_000), fresh(199_000), 995_000, true},
		"all":                      {fresh(7000), fresh(7000), 1_000_000, true},
		"none":                     {fresh(7000), fresh(0), 0, true},
		"rounded down":             {fresh(3000), fresh(2000), 666_666, true},
		"the part ahead":           {fresh(1000), fresh(1200), 1_000_000, true},
		"nothing was due":          {fresh(0), fresh(0), 0, false},
		"less than half an item":   {fresh(499), fresh(499), 0, false},
		"half an item of a window": {fresh(500), fresh(500), 1_000_000, true},
		"due is stale":             {stale(200_000), fresh(199_000), 0, false},
		"on time is stale":         {fresh(200_000), stale(199_000), 0, false},
		"not measured":             {sample.Missing(sample.CauseNotDeclared), sample.Missing(sample.CauseNotDeclared), 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := (Attained{Due: c.due, OnTime: c.onTime}).Share(); got != c.want || ok != c.ok {
				t.Errorf("%d, %v, want %d, %v", got, ok, c.want, c.ok)
			}
		})
	}
}

func TestShareIsAShare(t *testing.T) {
	check := func(due, onTime uint32) bool {
		got, ok := Attained{Due: fresh(sample.Milli(due)), OnTime: fresh(sample.Milli(onTime))}.Share()
		return got >= 0 && got <= sample.AllPPM && ok == (due >= 500) && (got < sample.AllPPM || !ok || onTime >= due)
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 2000}); err != nil {
		t.Error(err)
	}
}

func TestMachine(t *testing.T) {
	numbers := book{
		values:   map[string]sample.Sample{"backlog": fresh(5000), "arrivals": fresh(1500), "oldest": stale(9000), "completed": sample.Missing(sample.CauseTLS)},
		increase: map[string]sample.Sample{"due": fresh(10_000), "ontime": fresh(9000)},
	}
	none := sample.Missing(sample.CauseNotDeclared)
	attained := Attained{Due: fresh(10_000), OnTime: fresh(9000)}
	for name, c := range map[string]struct {
		change func(*v1alpha1.ClassificationMetrics)
		want   Stage
	}{
		"the worst of what decisions rest on": {
			func(*v1alpha1.ClassificationMetrics) {}, Stage{fresh(5000), fresh(1500), stale(9000), attained, stale(9000)},
		},
		"what is not declared is no fault": {
			func(m *v1alpha1.ClassificationMetrics) { m.OldestAge, m.Due, m.OnTime = nil, nil, nil },
			Stage{fresh(5000), fresh(1500), none, Attained{none, none}, fresh(5000)},
		},
		"one is missing": {
			func(m *v1alpha1.ClassificationMetrics) { m.Backlog.Series = "elsewhere" },
			Stage{sample.Missing(sample.CauseNoRow), fresh(1500), stale(9000), attained, sample.Missing(sample.CauseNoRow)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := Machine(modtest.MakeQueue("q", "ns").Metrics(c.change).Obj(), numbers)
			if d := cmp.Diff(c.want, got); d != "" || !ok {
				t.Errorf("%v; stage (-want +got):\n%s", ok, d)
			}
		})
	}
	if _, ok := Machine(modtest.MakeQueue("q", "ns").NoClassification().Obj(), numbers); ok {
		t.Error("a queue without machines has a machine stage")
	}
}

func TestReview(t *testing.T) {
	numbers := book{
		values:   map[string]sample.Sample{"backlog": fresh(5000), "arrivals": fresh(1500), "oldest": fresh(9000), "rooms": stale(4000)},
		increase: map[string]sample.Sample{"due": fresh(10_000)},
	}
	none := sample.Missing(sample.CauseNotDeclared)
	for name, c := range map[string]struct {
		stream *modtest.ReviewWrapper
		want   Stage
	}{
		"items": {modtest.MakeReview("r"), Stage{
			fresh(5000), fresh(1500), fresh(9000), Attained{fresh(10_000), sample.Missing(sample.CauseNotReadYet)}, fresh(5000),
		}},
		"rooms": {modtest.MakeReview("r").Rooms(4), Stage{none, none, none, Attained{none, none}, stale(4000)}},
		"nothing declared": {
			modtest.MakeReview("r").Metrics(func(m *v1alpha1.ReviewMetrics) { *m = v1alpha1.ReviewMetrics{} }),
			Stage{none, none, none, Attained{none, none}, none},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.stream.Obj()
			if d := cmp.Diff(c.want, Review(modtest.MakeQueue("q", "ns").Obj(), &r, numbers)); d != "" {
				t.Errorf("stage (-want +got):\n%s", d)
			}
		})
	}
}
