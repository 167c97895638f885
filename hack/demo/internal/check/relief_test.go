package check

import (
	"strings"
	"testing"
	"time"

	"github.com/modcap/modcap/hack/dataplane/summary"
)

func TestGaveWay(t *testing.T) {
	at := func(seconds int, status string, steps ...string) Snapshot {
		return Snapshot{At: time.Duration(seconds) * time.Second, GivesWay: steps, Relief: map[string]Condition{"all": {Status: status}}}
	}
	off, on := "False", "True"
	cases := map[string]struct {
		seen Timeline
		ok   bool
		want string
	}{
		"as it should": {
			Timeline{at(10, off), at(20, off), at(26, on, "later"), at(30, on, "fewer", "later"), at(60, off)}, true,
			"later, fewer, 6s after the surge began; taken back after 34s",
		},
		"what was before does not count": {Timeline{at(1, on, "later"), at(10, off), at(26, on, "later"), at(60, off)}, true, "later, 6s"},
		"nothing":                        {Timeline{at(10, off), at(60, off)}, false, "nothing gave way"},
		"nothing was seen":               {nil, false, "nothing gave way"},
		"too early":                      {Timeline{at(10, off), at(15, on, "later"), at(60, off)}, false, "at 15s, before the surge"},
		"twice":                          {Timeline{at(21, on, "later"), at(25, off), at(26, on, "later"), at(60, off)}, false, "2 times"},
		"still":                          {Timeline{at(10, off), at(26, on, "later")}, false, "still in force"},
		"the target says otherwise":      {Timeline{at(26, on, "later"), at(60, on)}, false, "ReliefActive=True"},
	}
	for name, c := range cases {
		if got := GaveWay("x", c.seen, "all", 5*time.Second, 20*time.Second); got.OK != c.ok || !strings.Contains(got.Detail, c.want) {
			t.Errorf("%s: %+v, want %q", name, got, c.want)
		}
	}
}

func TestReliefOnThePlatform(t *testing.T) {
	safety := func(due, onTime int64, kept bool) []summary.Stage {
		return []summary.Stage{{Name: "general"}, {Name: "safety", Due: due, OnTime: onTime, Kept: kept}}
	}
	s := summary.Summary{Queues: []summary.Queue{
		{Name: "live", Relieved: 3, Deferred: 1, Reviews: safety(9, 9, true)}, {Name: "search", Deferred: 4, Reviews: safety(0, 0, true)},
	}}
	if got := Relieved("x", s); !got.OK || got.Detail != "3 items were let through, 5 got more time" {
		t.Errorf("got %+v", got)
	}
	if got := InTime("x", s, "safety"); !got.OK || got.Detail != "safety of live: 9 of 9" {
		t.Errorf("got %+v", got)
	}
	if Relieved("x", summary.Summary{}).OK || InTime("x", s, "nobody's").OK {
		t.Error("held of nothing")
	}
	s.Queues[0].Reviews = safety(9, 8, false)
	if got := InTime("x", s, "safety"); got.OK || got.Detail != "safety of live: 8 of 9" {
		t.Errorf("got %+v", got)
	}
}
