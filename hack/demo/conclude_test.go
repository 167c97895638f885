package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/modcap/modcap/hack/dataplane/summary"
	"github.com/modcap/modcap/hack/demo/internal/check"
)

func TestJudge(t *testing.T) {
	queue := func(name string, kept bool) summary.Queue {
		return summary.Queue{Name: name, Machine: &summary.Stage{Kept: kept, Due: 9}}
	}
	people := summary.Queue{Name: "people", Reviews: []summary.Stage{{Kept: false, Due: 9}}}
	good, bad := check.Result{Name: "held", OK: true}, check.Result{Name: "fresh", Detail: "was not"}
	cases := map[string]struct {
		queues  []summary.Queue
		results []check.Result
		want    []string // in the error; none for no error
	}{
		"all is well":               {[]summary.Queue{queue("a", true)}, []check.Result{good}, nil},
		"people's promises do not":  {[]summary.Queue{queue("a", true), people}, []check.Result{good}, nil},
		"a machine promise missed":  {[]summary.Queue{queue("a", false), queue("b", true)}, []check.Result{good}, []string{"missed: a"}},
		"a check failed":            {[]summary.Queue{queue("a", true)}, []check.Result{bad, good}, []string{"check failed: fresh: was not"}},
		"everything went wrong":     {[]summary.Queue{queue("a", false)}, []check.Result{bad}, []string{"missed: a", "fresh: was not"}},
		"nothing was due to a pool": {[]summary.Queue{{Name: "a", Machine: &summary.Stage{Kept: true}}}, nil, []string{"missed: a"}},
	}
	for name, c := range cases {
		err := judge(summary.Summary{Queues: c.queues}, c.results)
		if (err == nil) != (c.want == nil) {
			t.Errorf("%s: error %v", name, err)
		}
		for _, part := range c.want {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: error %v, want %q in it", name, err, part)
			}
		}
	}
}

func TestConclusionIsOneObject(t *testing.T) {
	path := filepath.Join(t.TempDir(), "summary.json")
	if err := (conclusion{Summary: summary.Summary{Seconds: 5}, OK: true}).write(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got["seconds"] != 5.0 || got["ok"] != true {
		t.Errorf("got %s", text)
	}
	if err := (conclusion{}).write(filepath.Join(path, "below-a-file")); err == nil {
		t.Error("written where nothing can be")
	}
}

// TestStory: moments come in order, and what is judged lies in the past by then.
func TestStory(t *testing.T) {
	var last time.Duration
	for _, e := range (&demo{}).story() {
		if e.at <= last || e.line == "" {
			t.Errorf("%s %q comes after %s", e.at, e.line, last)
		}
		last = e.at
	}
	if replayed := (&demo{options: options{traces: "folder"}}).story(); replayed[len(replayed)-1].at != planAt {
		t.Error("a derby is told of traces")
	}
	if last != derbyOver || derbyOver > 420*time.Second {
		t.Errorf("the story ends at %s, want %s and at most seven minutes", last, derbyOver)
	}
}
