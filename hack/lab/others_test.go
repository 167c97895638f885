package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// Other days alone are run alone; where there are none, that is said.
func TestOtherDays(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	dir := folder(t)
	o := options{traces: dir, docs: t.TempDir(), seeds: "1,2", scenarios: "small", otherDays: 2}
	var out, told strings.Builder
	if err := o.run(&out, &told); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(told.String(), "no trace has other days") || out.Len() > 0 {
		t.Errorf("of traces of half an hour it printed:\n%s\nand told:\n%s", out.String(), told.String())
	}
	var b strings.Builder
	b.WriteString("# bin_seconds: 300\nt_seconds,count\n")
	for i := range 5 * 24 * 12 {
		fmt.Fprintf(&b, "%d,%d\n", i*300, 60+i%12)
	}
	put(t, filepath.Join(dir, "days.csv"), b.String())
	if err := o.run(&out, &told); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.Contains(got, "Other days of the same traces:") || !strings.Contains(got, "| small    | 2 of 2, 100 % ") {
		t.Errorf("it printed:\n%s", got)
	}
}
