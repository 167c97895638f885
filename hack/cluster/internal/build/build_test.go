package build

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func baseModule() map[string]string {
	return map[string]string{"go.mod": "module m\n", "go.sum": "s\n", "cmd/main.go": "package main\n"}
}

func TestHashChangesWithWhatIsBuiltOnly(t *testing.T) {
	base := t.TempDir()
	write(t, base, baseModule())
	want, err := Hash(base, "go1", "flags")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		files map[string]string
		facts []string
		same  bool
	}{
		"nothing":            {same: true},
		"a test file":        {files: map[string]string{"cmd/main_test.go": "package main\n"}, same: true},
		"a text file":        {files: map[string]string{"README.md": "words"}, same: true},
		"a module below":     {files: map[string]string{"x/go.mod": "module x\n", "x/x.go": "package x\n"}, same: true},
		"go.mod":             {files: map[string]string{"go.mod": "module n\n"}},
		"go.sum":             {files: map[string]string{"go.sum": "t\n"}},
		"a Go file":          {files: map[string]string{"cmd/main.go": "package main // x\n"}},
		"one more Go file":   {files: map[string]string{"cmd/other.go": "package main\n"}},
		"the Go version":     {facts: []string{"go2", "flags"}},
		"facts cut up anew":  {facts: []string{"go1f", "lags"}},
		"facts in new order": {facts: []string{"flags", "go1"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, baseModule())
			write(t, dir, c.files)
			facts := c.facts
			if facts == nil {
				facts = []string{"go1", "flags"}
			}
			got, err := Hash(dir, facts...)
			if err != nil {
				t.Fatal(err)
			}
			if (got == want) != c.same {
				t.Errorf("hash %s, base %s: same should be %t", got, want, c.same)
			}
		})
	}
}

func TestSelect(t *testing.T) {
	modules := ClusterModules()
	got, err := Select(modules, []string{"kubectl", "promtool", "etcd"})
	if err != nil {
		t.Fatal(err)
	}
	if names := strings.Join(binaryNames(got), " "); len(got) != 2 || names != "etcd kubectl promtool" {
		t.Errorf("selected %d modules with %s", len(got), names)
	}
	if len(modules[0].Binaries) != 5 {
		t.Error("selecting changed the modules given")
	}
	if all, err := Select(modules, nil); err != nil || len(all) != len(modules) {
		t.Errorf("no names select %d modules, error %v", len(all), err)
	}
	if _, err := Select(modules, []string{"kubectl", "kubelet"}); err == nil || !strings.Contains(err.Error(), `"kubelet"`) {
		t.Errorf("unknown name: error %v", err)
	}
}

// The folders, commands and pinned versions named in modules.go are those of the checkout.
func TestModulesExist(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range append(ClusterModules(), ToolModules()...) {
		dir := filepath.Join("..", "..", m.Dir)
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, b := range m.Binaries {
			if seen[b.Name] {
				t.Errorf("%s: two binaries of that name", b.Name)
			}
			seen[b.Name] = true
			if _, err := os.Stat(filepath.Join(dir, b.Package)); strings.HasPrefix(b.Package, "./") && err != nil {
				t.Error(err)
			} else if !strings.HasPrefix(b.Package, "./") && !strings.Contains(string(text), b.Package+"\n") {
				t.Errorf("%s/go.mod pins no tool %s", m.Dir, b.Package)
			}
		}
		if _, err := linkFlags(dir, m); err != nil {
			t.Error(err)
		}
	}
}

func TestLinkFlagsTellTheVersion(t *testing.T) {
	cases := map[string]struct {
		gomod string
		want  string
	}{
		"in a block":    {gomod: "require (\n\tk8s.io/x v1.37.1\n)\n", want: "v1.37.1 1 37"},
		"alone":         {gomod: "require k8s.io/x v1.37.1 // indirect\n", want: "v1.37.1 1 37"},
		"replaced only": {gomod: "replace k8s.io/x => k8s.io/x v1.2.3\n"},
		"another":       {gomod: "require k8s.io/xy v1.37.1\n"},
		"not a triple":  {gomod: "require k8s.io/x v1\n"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, map[string]string{"go.mod": c.gomod})
			got, err := linkFlags(dir, Module{VersionOf: "k8s.io/x"})
			if (err != nil) != (c.want == "") {
				t.Fatalf("error %v", err)
			}
			if c.want == "" {
				return
			}
			part := strings.Fields(c.want)
			for i, key := range []string{"gitVersion=", "gitMajor=", "gitMinor="} {
				if !strings.HasPrefix(got, "-s -w ") || !strings.Contains(got+" ", "version."+key+part[i]+" ") {
					t.Errorf("flags %q lack %s%s", got, key, part[i])
				}
			}
		})
	}
}

func TestCacheDir(t *testing.T) {
	cases := map[string]struct{ override, xdg, home, want string }{
		"override":     {"/o", "/x", "/h", "/o"},
		"xdg":          {"", "/x", "/h", "/x/modcap"},
		"relative xdg": {"", "x", "/h", "/h/.cache/modcap"},
		"home":         {"", "", "/h", "/h/.cache/modcap"},
		"nothing":      {"", "", "", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := CacheDir(c.override, c.xdg, c.home)
			if got != c.want || (err != nil) != (c.want == "") {
				t.Errorf("%q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestMeterCountsPackagesAndKeepsTheEndOfErrors(t *testing.T) {
	m := newMeter(io.Discard, "tool")
	m.setTotal(9)
	for _, piece := range []string{
		"go: downloading a v1\nk8s.io/a", "pi\ninternal/abi\n", "# k8s.io/broken\n", "x.go:1:2: undefined: y\n", "partial",
	} {
		if n, err := m.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Fatalf("wrote %d, %v", n, err)
		}
	}
	want := "tool: building, 7s, 1 modules downloaded, 2 packages compiled of at most 9"
	if got := m.line(7 * time.Second); got != want {
		t.Errorf("line %q, want %q", got, want)
	}
	if got, want := m.tail(), "# k8s.io/broken\nx.go:1:2: undefined: y\npartial"; got != want {
		t.Errorf("tail %q, want %q", got, want)
	}
	for range 100 {
		m.take("error: again")
	}
	if n := strings.Count(m.tail(), "\n") + 1; n > tailLines+1 {
		t.Errorf("tail keeps %d lines", n)
	}
}

// A tiny module is built once, and a second build of the same files compiles nothing.
func TestBuildOnce(t *testing.T) {
	source, cache := t.TempDir(), t.TempDir()
	write(t, source, map[string]string{
		"m/go.mod":  "module example.org/m\n\ngo 1.26.0\n",
		"m/main.go": "package main\n\nfunc main() {}\n",
	})
	var log strings.Builder
	b := Builder{Source: source, Cache: cache, Progress: &log}
	m := Module{Name: "m", Dir: "m", Binaries: []Binary{{"one", "."}}}
	dir, err := b.Build(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "one: built in") {
		t.Errorf("progress %q", log.String())
	}
	log.Reset()
	again, err := b.Build(t.Context(), m)
	if err != nil || again != dir || log.Len() > 0 {
		t.Errorf("second build: %q, error %v, progress %q", again, err, log.String())
	}
	write(t, source, map[string]string{"m/main.go": "package main\n\nfunc main() { nowhere() }\n"})
	if _, err := b.Build(t.Context(), m); err == nil || !strings.Contains(err.Error(), "undefined: nowhere") {
		t.Errorf("broken module: error %v", err)
	}
}
