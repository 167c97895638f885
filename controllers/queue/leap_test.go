package queue

import (
	"testing"

	"k8s.io/utils/ptr"

	"github.com/modcap/modcap/api/v1alpha1"
	modtest "github.com/modcap/modcap/internal/testing"
)

func TestLeaps(t *testing.T) {
	type status = v1alpha1.ClassificationStatus
	items := func(n int64, rate string) *status {
		return &status{Backlog: ptr.To(n), ArrivalsPerSecond: rate, BreachIn: "none"}
	}
	breach := func(n int64, in string) *status {
		s := items(n, "50")
		s.BreachIn = in
		return s
	}
	for name, c := range map[string]struct {
		before, after *status
		want          bool
	}{
		// 99 % within 10 s: 250 items arrive within half of that at 50 a second.
		"the same":                            {items(100, "50"), items(100, "50"), false},
		"an event":                            {items(0, "50"), items(2000, "200"), true},
		"over again":                          {items(2100, "200"), items(0, "50"), true},
		"what matters, from nothing":          {items(0, "50"), items(250, "50"), true},
		"what does not matter yet":            {items(0, "50"), items(249, "50"), false},
		"doubled":                             {items(1000, "50"), items(2000, "50"), true},
		"not quite":                           {items(1000, "50"), items(1900, "50"), false},
		"halved":                              {items(1000, "50"), items(500, "50"), true},
		"a little queue":                      {items(0, "0"), items(9, "0"), false},
		"a little queue, and what matters":    {items(0, "0"), items(10, "0"), true},
		"a breach in sight":                   {breach(100, "none"), breach(110, "<5m"), true},
		"and out of it":                       {breach(100, "now"), breach(100, "none"), true},
		"nothing known before":                {nil, items(2000, "50"), false},
		"nothing known any more":              {items(2000, "50"), nil, false},
		"no backlog known before":             {&status{BreachIn: "none"}, items(2000, "50"), false},
		"no rate known":                       {items(0, ""), items(2000, ""), false},
		"a rate known by now":                 {items(0, ""), items(2000, "50"), true},
		"both negative for want of any sense": {items(-5, "50"), items(-20, "50"), false},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := modtest.MakeQueue("chat", "ns").Obj(), modtest.MakeQueue("chat", "ns").Obj()
			after.Spec.Classification.ServiceLevel = v1alpha1.ServiceLevel{Percent: "99", Within: "10s"}
			before.Status.Classification, after.Status.Classification = c.before, c.after
			if got := kind.Leaps(before, after); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}
