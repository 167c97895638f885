package main

import (
	"strings"
	"testing"
)

// Mixes alone are run alone: traces of half an hour make none.
func TestMixes(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	o := options{traces: folder(t), docs: t.TempDir(), seeds: "1", mixes: true}
	var out, told strings.Builder
	if err := o.run(&out, &told); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.Contains(got, "Several queues on one pool:") || strings.Contains(got, "oracle-rate") {
		t.Errorf("it printed:\n%s", got)
	}
}
