package main

import (
	"os"
	"strings"
	"testing"
)

// Calibration alone prints tables, and leaves the page and the peers alone.
func TestCalibration(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	docs := t.TempDir()
	o := options{traces: folder(t), docs: docs, scenarios: "fast,batch", seeds: "1", calibration: true}
	var out, told strings.Builder
	if err := o.run(&out, &told); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"how often they held", "| fast     | 2 ", "| batch    | 2 ", "Scenario batch:", "| even   | ", "| uneven | "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not printed:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "oracle-rate") {
		t.Errorf("peers are printed:\n%s", out.String())
	}
	if files, err := os.ReadDir(docs); err != nil || len(files) > 0 {
		t.Errorf("it wrote %v, error %v", files, err)
	}
}
