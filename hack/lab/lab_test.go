package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/lab"
)

// folder holds two traces of half an hour, and what is none.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, bin := range map[string]int{"even.csv": 60, "hourly.csv": 3600, "uneven.csv": 60} {
		var b strings.Builder
		fmt.Fprintf(&b, "# bin_seconds: %d\nt_seconds,count\n", bin)
		for i := range 30 {
			count := 60
			if name == "uneven.csv" && i > 15 {
				count = 200
			}
			fmt.Fprintf(&b, "%d,%d\n", i*bin, count)
		}
		put(t, filepath.Join(dir, name), b.String())
	}
	put(t, filepath.Join(dir, "peers.csv"), "day,trace,scenario\nlast,even,live\n")
	put(t, filepath.Join(dir, "INDEX.md"), "# Traces\n")
	return dir
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The whole grid writes a page with plots, JSON and a cache; a part of it prints.
func TestRun(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", home)
	t.Setenv("HOME", home) // where the cache is elsewhere
	docs := t.TempDir()
	o := options{traces: folder(t), docs: docs, scenarios: "fast", seeds: "1", json: filepath.Join(docs, "out.json")}
	var out, told strings.Builder
	if err := o.run(&out, &told); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| fast     | ", "of 2, ", "÷ oracle-rate"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not printed:\n%s", want, out.String())
		}
	}
	for _, want := range []string{"bins are 3600 s wide: hourly.csv", "not a trace: ", "peers.csv: line 1: it has 3 columns", "the grid took"} {
		if !strings.Contains(told.String(), want) {
			t.Errorf("%q is not told:\n%s", want, told.String())
		}
	}
	if _, err := os.Stat(filepath.Join(docs, "lab.md")); !os.IsNotExist(err) {
		t.Errorf("a part of the grid wrote the page: %v", err)
	}
	checkJSON(t, o.json)
	o.scenarios, o.seeds, o.json = "", "", ""
	if err := o.run(&out, &told); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(docs, "lab.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"do not edit", "## Leave one out", "| small, left out |", "the seeds 1, 2, 3", "](lab-live.svg)", "](lab-large.svg)", "even", "## Scenario small", "## Do the figures hold?"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, never := range []string{o.traces, docs, home} {
		if strings.Contains(string(page), never) {
			t.Errorf("the page names the folder %s", never)
		}
	}
	plots, err := filepath.Glob(filepath.Join(docs, "lab-*.svg"))
	if err != nil || len(plots) != 6 {
		t.Errorf("%d plots: %v", len(plots), err)
	}
}

func checkJSON(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Rows  []lab.Row    `json:"rows"`
		Cells [][]lab.Cell `json:"cells"`
	}
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Rows) != 1 || len(got.Cells) != 1 || len(got.Cells[0]) != 2 || got.Cells[0][1].Trace != "uneven" || got.Cells[0][1].Best == nil {
		t.Errorf("%s", data)
	}
}

func TestOptionsRefuse(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	empty := t.TempDir()
	full := folder(t)
	for name, c := range map[string]struct {
		o    options
		want string
	}{
		"no folder":      {options{}, "make lab TRACES=folder"},
		"missing folder": {options{traces: filepath.Join(empty, "x")}, "read traces: "},
		"no trace":       {options{traces: empty}, "holds no trace with bins of 300 s or less"},
		"seed 0":         {options{traces: full, seeds: "0"}, `seeds are "0": want different whole numbers`},
		"seed twice":     {options{traces: full, seeds: "1,1"}, "want different whole numbers"},
		"seed in words":  {options{traces: full, seeds: "one"}, "want different whole numbers"},
		"no scenario":    {options{traces: full, scenarios: "live,slow"}, `there is no scenario "slow": want live, fast`},
	} {
		t.Run(name, func(t *testing.T) {
			var out, told strings.Builder
			if err := c.o.run(&out, &told); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %s", err, c.want)
			}
			if out.Len() > 0 {
				t.Errorf("printed %s", out.String())
			}
		})
	}
}

// The family is printed as Go source, from what was explored once; of one trace there is
// nothing to leave out, which ends a run only if it was asked for.
func TestFamily(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", home)
	t.Setenv("HOME", home)
	o := options{traces: folder(t), docs: t.TempDir(), scenarios: "live", seeds: "1", family: true}
	var first, again, told strings.Builder
	for _, out := range []*strings.Builder{&first, &again} {
		if err := o.run(out, &told); err != nil {
			t.Fatal(err)
		}
	}
	if rows := strings.Split(first.String(), "\n"); len(rows) != familySizes()[0]+1 || !strings.HasPrefix(rows[0], "\t{Quick, 0, Brisk, control.Patience{High: ") {
		t.Errorf("%d rows:\n%s", len(rows), first.String())
	}
	if diff := cmp.Diff(first.String(), again.String()); diff != "" {
		t.Error(diff)
	}
	o.family, o.leaveOneOut = false, true
	first.Reset()
	if err := o.run(&first, &told); err != nil || !strings.Contains(first.String(), "Leave one out:\n\n| scenario ") {
		t.Errorf("error %v:\n%s", err, first.String())
	}
	if err := os.Remove(filepath.Join(o.traces, "even.csv")); err != nil {
		t.Fatal(err)
	}
	const want = "leave one out: there is no other trace to choose by than uneven"
	if err := o.run(&first, &told); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	o.scenarios, o.seeds, o.leaveOneOut = "", "", false
	told.Reset()
	if err := o.run(&first, &told); err != nil || !strings.Contains(told.String(), "lab: "+want+"\n") {
		t.Errorf("error %v; told %s", err, told.String())
	}
	if _, err := os.Stat(filepath.Join(o.docs, "lab.md")); err != nil {
		t.Error(err)
	}
}

func TestCache(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", home)
	t.Setenv("HOME", home)
	var told strings.Builder
	c := newCache(&told)
	if _, ok := c.Load("a"); ok {
		t.Error("an empty cache has something")
	}
	c.Save("a", []byte("1"))
	c.Save("a", []byte("2"))
	if data, ok := newCache(&told).Load("a"); !ok || string(data) != "2" {
		t.Errorf("%q, %v", data, ok)
	}
	if err := os.RemoveAll(c.folder); err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Load("a"); ok || told.Len() > 0 {
		t.Errorf("a deleted cache: %v, %q", ok, told.String())
	}
	c.Save("a", nil)
	c.Save("b", nil)
	if got := told.String(); strings.Count(got, "not kept for the next run") != 1 {
		t.Errorf("told %q, want it once", got)
	}
	put(t, filepath.Join(home, "file"), "")
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "file"))
	t.Setenv("HOME", filepath.Join(home, "file"))
	told.Reset()
	c = newCache(&told)
	c.Save("a", nil)
	if _, ok := c.Load("a"); ok || told.Len() == 0 {
		t.Errorf("a cache that cannot be: %v, %q", ok, told.String())
	}
}

func TestProgress(t *testing.T) {
	now := time.Unix(0, 0)
	var out strings.Builder
	p := newProgress(&out, "the grid")
	p.now, p.begun, p.next = func() time.Time { return now }, now, now.Add(lineEvery)
	for _, at := range []int{0, 2, 5, 20} {
		now = time.Unix(int64(at), 0)
		p.tell(float64(at), 40)
	}
	p.done()
	want := "lab: 5 %, 2s so far, about 38s left\nlab: 50 %, 20s so far, about 20s left\nlab: the grid took 20s\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
