package resolve

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/regimes"
	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
	modtest "github.com/modcap/modcap/internal/testing"
)

// inIndia is when India's deadlines were shortened, shortened what they are since then.
var (
	inIndia   = sample.At(time.Date(2026, 2, 20, 0, 0, 0, 0, time.UTC))
	before    = staffing.Promise{Percent: 1_000_000, Within: 36 * sample.Hour, Measure: staffing.Decided, Until: inIndia, Regime: "india-it-rules-orders"}
	shortened = staffing.Promise{Percent: 1_000_000, Within: 3 * sample.Hour, Measure: staffing.Decided, From: inIndia, Regime: "india-it-rules-orders"}
	ours      = staffing.Promise{Percent: 900_000, Within: sample.Hour, Measure: staffing.Decided}
)

func shipped(t *testing.T) regimes.Catalogue {
	t.Helper()
	c, err := regimes.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func orders(levels ...v1alpha1.ReviewServiceLevel) *modtest.ReviewWrapper {
	return modtest.MakeReview("orders").ServiceLevels(levels...)
}

func TestRegimesBecomePromises(t *testing.T) {
	q := modtest.MakeQueue("orders", "ns").Review(orders(modtest.MakeRegime("india-it-rules-orders"), modtest.MakePromise("90", "1h"))).Obj()
	classes, _ := Classes(q, book{}, shipped(t))
	if d := cmp.Diff([]staffing.Promise{before, shortened, ours}, classes[0].Promises); d != "" {
		t.Errorf("promises (-want +got):\n%s", d)
	}
	for at, want := range map[sample.Instant][]v1alpha1.ReviewServiceLevel{
		inIndia - 1: {modtest.MakePromise("100", "36h"), modtest.MakePromise("90", "1h")},
		inIndia:     {modtest.MakePromise("100", "3h"), modtest.MakePromise("90", "1h")},
	} {
		if d := cmp.Diff(want, InForce(q, shipped(t), at).Spec.Reviews[0].ServiceLevels); d != "" {
			t.Errorf("in force (-want +got):\n%s", d)
		}
	}
	if !NamesRegime(q) || q.Spec.Reviews[0].ServiceLevels[0].Regime == "" {
		t.Error("the queue itself was changed")
	}
	if got := RegimesChange(q, shipped(t), inIndia-1); got != inIndia {
		t.Errorf("changes next at %s", got.Time())
	}
	next := func(at sample.Instant) string { return NextPromise(&q.Spec.Reviews[0], shipped(t), at) }
	if got := next(inIndia - 1); got != "100% in 3h from 2026-02-20T00:00Z (india-it-rules-orders)" || next(inIndia) != "" {
		t.Errorf("next %q, and then %q", got, next(inIndia))
	}
}

// TestPassedOnAcrossTheDay has a higher tier decide within two days: the lower one may use up what it
// promises, and what that is changes.
func TestPassedOnAcrossTheDay(t *testing.T) {
	passed := func(p staffing.Promise, within sample.Span) staffing.Promise {
		p.Within = within
		return p
	}
	for name, c := range map[string]struct{ base, want []staffing.Promise }{
		"the law changes": {[]staffing.Promise{before, shortened},
			[]staffing.Promise{passed(before, 12*sample.Hour), passed(shortened, 45*sample.Hour)}},
		"the queue's own is shorter": {[]staffing.Promise{before, shortened, ours}, []staffing.Promise{passed(ours, 47*sample.Hour)}},
		"the law begins":             {[]staffing.Promise{shortened}, []staffing.Promise{passed(shortened, 45*sample.Hour)}},
		"nothing is promised":        {nil, nil},
	} {
		if d := cmp.Diff(c.want, passedOn(c.base, 48*sample.Hour)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestCheckRegimes(t *testing.T) {
	late := v1alpha1.ReviewEscalation{Share: "0.1", Tier: 2, Within: "1h"}
	for want, stream := range map[string]*modtest.ReviewWrapper{
		"": orders(modtest.MakeRegime("india-it-rules-orders")),
		"spec.reviews[orders].serviceLevels[0].regime: there is no regime india-it-rule-order; did you mean india-it-rules-orders?": orders(
			modtest.MakeRegime("india-it-rule-order")),
		"spec.reviews[orders].serviceLevels[1].regime: there is no regime nowhere; kubectl modcap regimes lists those there are": orders(
			modtest.MakeRegime("us-take-it-down"), modtest.MakeRegime("nowhere")),
		"spec.reviews[orders].escalation.within: it is 1h, and must be longer than the shortest of serviceLevels, " +
			"which a regime sets: it counts from the item's clock start": orders(modtest.MakeRegime("india-it-rules-orders")).Escalates(late),
	} {
		q := modtest.MakeQueue("orders", "ns").Review(stream).Obj()
		if err := CheckQueue(q); err != nil {
			t.Errorf("without the catalogue: %v", err)
		}
		if got := message(CheckRegimes(q, shipped(t))); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	both := modtest.MakeRegime("us-take-it-down")
	both.Percent = "90"
	if err := CheckQueue(modtest.MakeQueue("orders", "ns").Review(orders(both)).Obj()); err == nil || !strings.Contains(err.Error(), "either a promise") {
		t.Errorf("a promise and a regime in one: %v", err)
	}
}

func TestRegimeFindings(t *testing.T) {
	now := sample.At(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	law := modtest.MakeRegime("us-take-it-down")
	for name, c := range map[string]struct {
		queue *modtest.QueueWrapper
		at    sample.Instant
		want  []string
	}{
		"sound":                    {modtest.MakeQueue("q", "ns").Markets("US", "CA").Review(orders(law, modtest.MakePromise("90", "12h"))), now, nil},
		"any market":               {modtest.MakeQueue("q", "ns").Review(orders(law)), now, nil},
		"another market":           {modtest.MakeQueue("q", "ns").Markets("BR").Review(orders(law)), now, []string{CodeRegimeOutOfReach}},
		"within a year":            {modtest.MakeQueue("q", "ns").Review(orders(law)), now.Add(-300 * 24 * sample.Hour), nil},
		"not for years":            {modtest.MakeQueue("q", "ns").Review(orders(law)), now.Add(-900 * 24 * sample.Hour), []string{CodeRegimeNotInForce}},
		"a longer promise":         {modtest.MakeQueue("q", "ns").Review(orders(modtest.MakePromise("95", "72h"), law)), now, []string{CodePromiseWeaker}},
		"a longer promise of more": {modtest.MakeQueue("q", "ns").Review(orders(modtest.MakePromise("95", "72h"), modtest.MakeRegime("eu-hate-speech-code"))), now, nil},
		"a late escalation": {modtest.MakeQueue("q", "ns").Review(orders(law).Escalates(
			v1alpha1.ReviewEscalation{Share: "0.1", Tier: 2, Within: "72h"})), now, []string{CodeEscalationTooLate}},
	} {
		var got []string
		for _, f := range RegimeFindings(c.queue.Obj(), shipped(t), c.at) {
			got = append(got, f.Code)
			if f.Message == "" || f.Fix == "" || f.Field == "" || len(f.Message) > 512 {
				t.Errorf("%s: %+v", name, f)
			}
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}
