package lint

import (
	"path/filepath"
	"testing"
	"time"
)

// The samples are what people copy: nothing is wrong with them, at whatever time they are looked at.
func TestSamplesHaveNoFindings(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "config", "samples", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d samples, %v", len(files), err)
	}
	in := Input{Namespace: "moderation"}
	for _, f := range files {
		read(t, &in, f)
	}
	for _, days := range []int{0, 3, 39, 120, 250} { // the new year, and both changes of the clock, are among them
		in.Now = monday().AddDate(0, 0, days).Add(time.Duration(days) * time.Hour)
		for _, f := range Check(in) {
			t.Errorf("%s: %+v", in.Now, f)
		}
	}
}
