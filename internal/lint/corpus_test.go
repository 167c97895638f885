package lint

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/modcap/modcap/internal/regimes"
)

// A file of the corpus is one defect: what is different from the base. Fields take the place of the base's, elements of
// lists those of their name; null removes a field, and `remove: true` an element. What has another name is added.
// Its first lines say in words what is wrong, what comes to queues in an hour where that matters, and the codes that are found.

type document = map[string]any

func documents(t testing.TB, path string) (words string, out []document) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(data), "\n") {
		if text, ok := strings.CutPrefix(line, "# "); ok {
			words += text + "\n"
		}
	}
	for part := range bytes.SplitSeq(data, []byte("\n---\n")) {
		d := document{}
		if err := yaml.Unmarshal(part, &d); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out = append(out, d)
	}
	return words, out
}

func nameOf(d document) string {
	meta, _ := d["metadata"].(document)
	return fmt.Sprint(d["kind"], "/", meta["name"])
}

// merged is base with the changes of patch.
func merged(base, patch any) any {
	switch p := patch.(type) {
	case document:
		b, ok := base.(document)
		if !ok {
			return patch
		}
		out := maps.Clone(b)
		for k, v := range p {
			if out[k] = merged(b[k], v); v == nil {
				delete(out, k)
			}
		}
		return out
	case []any:
		b, ok := base.([]any)
		if !ok || len(p) == 0 || key(p[0]) == nil {
			return patch
		}
		return mergedList(b, p)
	}
	return patch
}

func mergedList(base, patch []any) []any {
	out := slices.Clone(base)
	for _, e := range patch {
		i := slices.IndexFunc(out, func(x any) bool { return key(x) == key(e) })
		switch {
		case i < 0:
			out = append(out, e)
		case e.(document)["remove"] == true:
			out = slices.Delete(out, i, i+1)
		default:
			out[i] = merged(out[i], e)
		}
	}
	return out
}

func key(element any) any {
	d, _ := element.(document)
	return d["name"]
}

func corpus(t testing.TB) []string { return filesOf(t, "corpus") }

func filesOf(t testing.TB, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files in %s, %v", len(files), dir, err)
	}
	return files
}

// defect is the base with one defect, and the codes that are to be found.
func defect(t testing.TB, path string) (Input, []string) {
	t.Helper()
	words, patches := documents(t, path)
	_, all := documents(t, filepath.Join("testdata", "base.yaml"))
	for _, p := range patches {
		i := slices.IndexFunc(all, func(d document) bool { return nameOf(d) == nameOf(p) })
		switch {
		case i < 0:
			all = append(all, p)
		case p["remove"] == true:
			all = slices.Delete(all, i, i+1)
		default:
			all[i] = merged(all[i], p).(document)
		}
	}
	in := Input{Now: monday(), Namespace: "trust", Regimes: shipped(t)}
	for _, d := range all {
		data, err := yaml.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		put(t, &in, path, data)
	}
	in.Volumes = volumesIn(t, words)
	_, codes, _ := strings.Cut(words, "Codes: ")
	want := strings.Fields(codes)
	slices.Sort(want)
	return in, want
}

// volumesIn are what a line such as "Volumes: comments/BR=40 live=20" says.
func volumesIn(t testing.TB, words string) (out []Volume) {
	t.Helper()
	_, line, _ := strings.Cut(words, "Volumes: ")
	line, _, _ = strings.Cut(line, "\n")
	for _, one := range strings.Fields(line) {
		where, n, _ := strings.Cut(one, "=")
		queue, market, _ := strings.Cut(where, "/")
		perHour, err := strconv.ParseFloat(n, 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, Volume{queue, market, perHour})
	}
	return out
}

func shipped(t testing.TB) regimes.Catalogue {
	t.Helper()
	all, err := regimes.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func codesOf(fs []Finding) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Code)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestBaseHasNoFindings(t *testing.T) {
	in := Input{Now: monday(), Namespace: "trust"}
	read(t, &in, filepath.Join("testdata", "base.yaml"))
	for _, f := range Check(in) {
		t.Errorf("%+v", f)
	}
}

// What is unusual and right is no finding.
func TestSoundSets(t *testing.T) {
	for _, path := range filesOf(t, "sound") {
		in, _ := defect(t, path)
		for _, f := range Check(in) {
			t.Errorf("%s: %+v", path, f)
		}
	}
}

// Every defect is found, and nothing besides.
func TestCorpus(t *testing.T) {
	files := corpus(t)
	if len(files) < 60 {
		t.Errorf("there are %d defects, want 60 or more", len(files))
	}
	seen := map[string]bool{}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".yaml"), func(t *testing.T) {
			in, want := defect(t, path)
			got := Check(in)
			if diff := cmp.Diff(want, codesOf(got)); diff != "" {
				t.Errorf("codes (-want +got):\n%s%+v", diff, got)
			}
			for _, f := range got {
				seen[f.Code] = true
				if f.Message == "" || f.Fix == "" || f.Severity == "" || f.Object.Name == "" {
					t.Errorf("incomplete: %+v", f)
				}
			}
		})
	}
	known := map[string]bool{}
	for _, r := range Catalogue() {
		known[r.Code] = true
	}
	for code := range seen {
		if !known[code] {
			t.Errorf("code %s is not in the catalogue", code)
		}
	}
	for code := range known {
		if !seen[code] && !elsewhere(code) {
			t.Errorf("no defect of the corpus gives %s", code)
		}
	}
}

// elsewhere reports whether a code is given where no file of the corpus comes: see TestDeclaredTwice and TestRefused, and TestLintRegimes of the command;
// those of documents and indexes are tested in package routing.
func elsewhere(code string) bool {
	switch code {
	case CodeRefused, CodeDeclaredTwice, CodeRegimesInvalid, "RegimeNotInForce", "DocumentRefused", "IndexRefused", "WeightsRefused", "PreviousUnreadable":
		return true
	}
	return false
}
