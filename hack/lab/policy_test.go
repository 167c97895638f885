package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Policies alone need no traces, print their tables, and write their page.
func TestPolicy(t *testing.T) {
	docs := t.TempDir()
	o := options{docs: docs, policy: true, rollouts: 1}
	var out, told strings.Builder
	if err := o.run(&out, &told); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(docs, "lab-policy.md"))
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{"printed": out.String(), "on the page": string(page)} {
		for _, want := range []string{"protected work touched, over 10 random plants ", "| steady   | no forecast, undone by what comes", "| buckets of 0.02 | 1 |",
			"| base rate 0.005: bad changes that reached 100 % | ≤ 5 % ", "| 0.05      | bad: errors double               | blind to weights | 1 "} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not %s:\n%s", want, what, text)
			}
		}
	}
	if files, err := os.ReadDir(docs); err != nil || len(files) != 1 {
		t.Errorf("it wrote %v, error %v", files, err)
	}
}
