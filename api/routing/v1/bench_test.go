package v1

import (
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// cpu reports the processor time of an operation beside the elapsed one, which
// says little on a machine that others use.
func cpu(b *testing.B) {
	used := func() int64 {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return u.Utime.Nano() + u.Stime.Nano()
	}
	runtime.GC()
	from := used()
	b.Cleanup(func() { b.ReportMetric(float64(used()-from)/float64(b.N), "cpu-ns/op") })
}

var benchItem = Item{
	ID: "7401893311998840320-comment", Surface: "live", Market: "de", Language: "zh-Hant-TW", HarmDomain: "spam",
}

var benchScores = []Score{{"hate-speech", 700_000, "2026-11"}, {"minors", 10_000, ""}, {"spam", 850_000, ""}}

func BenchmarkRoute(b *testing.B) { benchmarkRoute(b, false) }

func BenchmarkRouteDuringRollout(b *testing.B) { benchmarkRoute(b, true) }

func benchmarkRoute(b *testing.B, canary bool) {
	tab := big(b, 1000, canary)
	b.ReportAllocs()
	cpu(b)
	for b.Loop() {
		if _, ok := tab.Route(benchItem); !ok {
			b.Fatal("not routed")
		}
	}
}

// A decision for review: three labels, an override, a choice of three teams and a
// QA sample.
func BenchmarkDecide(b *testing.B) { benchmarkDecide(b, false) }

func BenchmarkDecideDuringRollout(b *testing.B) { benchmarkDecide(b, true) }

func benchmarkDecide(b *testing.B, canary bool) {
	tab := big(b, 1000, canary)
	b.ReportAllocs()
	cpu(b)
	for b.Loop() {
		if v := tab.Decide("queue-0010", benchItem, benchScores); v.Action != Review || v.Team == "" {
			b.Fatal(v)
		}
	}
}

func BenchmarkNewTable(b *testing.B) {
	tab := big(b, 1000, false)
	s := Set{Index: &Index{Header: Header{Namespace: "trust", Surface: "live"}}, Documents: map[string]*PolicyDocument{}}
	for name, q := range tab.queues {
		s.Index.Entries = append(s.Index.Entries, Entry{name, DocumentName(name, q.doc.Hash), q.doc.Hash})
		s.Documents[q.doc.Hash] = q.doc
	}
	if _, err := SealIndex(s.Index); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	cpu(b)
	for b.Loop() {
		if _, err := NewTable(s); err != nil {
			b.Fatal(err)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	tab := big(t, 1000, true)
	long := benchItem
	long.ID = strings.Repeat("x", 240)
	shuffled := []Score{benchScores[2], benchScores[0], benchScores[1]}
	for name, f := range map[string]func(){
		"route":          func() { tab.Route(benchItem) },
		"route long id":  func() { tab.Route(long) },
		"decide":         func() { tab.Decide("queue-0010", benchItem, benchScores) },
		"decide long id": func() { tab.Decide("queue-0010", long, benchScores) },
		"other order":    func() { tab.Decide("queue-0010", benchItem, shuffled) },
		"no scores":      func() { tab.Decide("queue-0010", benchItem, nil) },
		"unknown queue":  func() { tab.Decide("none", benchItem, benchScores) },
	} {
		t.Run(name, func(t *testing.T) {
			if n := testing.AllocsPerRun(200, f); n != 0 {
				t.Errorf("%v allocations, want none", n)
			}
		})
	}
}

func BenchmarkUnitHash(b *testing.B) {
	b.ReportAllocs()
	cpu(b)
	for b.Loop() {
		u := unit{salt: "0123456789abcdef", id: benchItem.ID}
		u.hash(PurposeTeam)
	}
}
