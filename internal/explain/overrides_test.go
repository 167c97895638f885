package explain

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

// The overrides of queues are told with who ordered them, and nothing that somebody wrote moves a terminal.
func TestOverrides(t *testing.T) {
	in := evening()
	in.Queues[0].Priority = 900
	in.Queues[0].Overrides = []capacity.QueueOverride{
		{Name: "fire", Kind: capacity.Priority, Declared: 100, Until: decided.Add(sample.Hour), Reason: "late\x1b[2J\titems", By: "on-call"},
		{Name: "match", Kind: capacity.Surge, Arrivals: 2505, From: decided.Add(sample.Minute), Until: decided.Add(2 * sample.Hour)},
	}
	r := Explain(subject(in, ""))
	queue := r.Queues[0]
	want := []Override{
		{Name: "fire", Type: "Priority", Does: "priority 900 in place of 100", Until: "2026-11-01T15:02:05Z", Reason: "late\x1b[2J\titems", By: "on-call"},
		{Name: "match", Type: "Surge", Does: "250.5% of the arrivals", From: "2026-11-01T14:03:05Z", Until: "2026-11-01T16:02:05Z"},
	}
	if diff := cmp.Diff(want, queue.Overrides); diff != "" || queue.Priority != 900 {
		t.Errorf("priority %d, %s", queue.Priority, diff)
	}
	var b strings.Builder
	if err := r.Text(&b); err != nil {
		t.Fatal(err)
	}
	_, got, _ := strings.Cut(b.String(), "\nOverrides of these queues\n")
	got, _, _ = strings.Cut(got, "\n\n")
	const table = `  QUEUE     OVERRIDE  TYPE      DOES                          FROM                  UNTIL                 BY       REASON
  comments  fire      Priority  priority 900 in place of 100  -                     2026-11-01T15:02:05Z  on-call  late [2J items
  comments  match     Surge     250.5% of the arrivals        2026-11-01T14:03:05Z  2026-11-01T16:02:05Z  -        -`
	if diff := cmp.Diff(table, got); diff != "" {
		t.Error(diff)
	}
	if plain := Explain(subject(evening(), "")); len(plain.Queues[0].Overrides) != 0 {
		t.Errorf("without any: %v", plain.Queues[0].Overrides)
	}
}
