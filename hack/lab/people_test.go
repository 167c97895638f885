package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// People alone print their tables, write their page, and leave the other alone.
func TestPeople(t *testing.T) {
	dir := folder(t)
	var b strings.Builder
	b.WriteString("# bin_seconds: 3600\nt_seconds,count\n")
	for i := range 10 * 168 {
		fmt.Fprintf(&b, "%d,%d\n", i*3600, 50+(i*i*7)%23+20*(i%24/8))
	}
	put(t, filepath.Join(dir, "desk.csv"), b.String())
	docs := t.TempDir()
	o := options{traces: dir, docs: docs, people: true, desks: 2, plants: 2, allocations: 2, large: 1}
	var out, told strings.Builder
	if err := o.run(&out, &told); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(docs, "lab-people.md"))
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{"printed": out.String(), "on the page": string(page)} {
		for _, want := range []string{"| error ÷ seasonal naive, worst trace ", "| desk  | 60 min   | 5 ", "| desk  | 24 h   | 35 ", "| desk  | 10:00 | 34 ",
			"| 90 of 90 ", "| ledgers that close in whole seconds ", "| 100 of 100 ", "100 queues × 30 teams × 1 intervals, limits of exposure: memory",
			"| cost of people to add ÷ least cost, worst plant"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not %s:\n%s", want, what, text)
			}
		}
	}
	for _, want := range []string{"passed over even: it has 0.0 days", "passed over hourly: it has 1.2 days", "not a trace: "} {
		if !strings.Contains(told.String(), want) {
			t.Errorf("%q is not told:\n%s", want, told.String())
		}
	}
	if files, err := os.ReadDir(docs); err != nil || len(files) != 1 {
		t.Errorf("it wrote %v, error %v", files, err)
	}
	o.traces = ""
	if err := o.run(&out, &told); err == nil || err.Error() != "no traces are named: make lab TRACES=folder" {
		t.Error(err)
	}
}
