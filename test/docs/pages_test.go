package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	modtest "github.com/modcap/modcap/internal/testing"
)

// page is a Markdown file.
type page struct {
	path string // from the root of the module
	text string // without code blocks
	code []block
}

// block is a fenced code block.
type block struct {
	language, text string
	line           int
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := modtest.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// pages reads every Markdown file of the project.
func pages(t *testing.T) []page {
	t.Helper()
	dir := root(t)
	var out []page
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != dir || d.Name() == "testdata" || d.Name() == "dist") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".md" {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		out = append(out, split(rel, string(data)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 10 {
		t.Fatalf("%d pages were found", len(out))
	}
	return out
}

// split tells prose and code apart.
func split(path, text string) page {
	p := page{path: path}
	var prose []string
	var open *block
	for i, line := range strings.Split(text, "\n") {
		fence := strings.HasPrefix(line, "```")
		switch {
		case fence && open == nil:
			open = &block{language: strings.TrimPrefix(line, "```"), line: i + 1}
		case fence:
			p.code, open = append(p.code, *open), nil
		case open != nil:
			open.text += line + "\n"
		default:
			prose = append(prose, line)
		}
	}
	p.text = strings.Join(prose, "\n")
	return p
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#{1,6} +(.+?) *$`)
	dropped = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// anchors are the names that headings of a page get.
func anchors(p page) map[string]bool {
	out := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(p.text, -1) {
		text := link.ReplaceAllString(m[1], "")
		out[strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(text), ""), " ", "-")] = true
	}
	return out
}

// TestLinks follows every link within the project.
func TestLinks(t *testing.T) {
	all := pages(t)
	named := map[string]map[string]bool{}
	for _, p := range all {
		named[p.path] = anchors(p)
	}
	followed := 0
	for _, p := range all {
		for _, m := range link.FindAllStringSubmatch(p.text, -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			followed++
			file, anchor, _ := strings.Cut(m[1], "#")
			target := p.path
			if file != "" {
				target = filepath.Join(filepath.Dir(p.path), file)
			}
			if _, err := os.Stat(filepath.Join(root(t), target)); err != nil {
				t.Errorf("%s: link to %s leads nowhere", p.path, m[1])
			} else if anchor != "" && !named[target][anchor] {
				t.Errorf("%s: %s has no heading for #%s", p.path, target, anchor)
			}
		}
	}
	if followed < 30 {
		t.Errorf("Only %d links were found", followed)
	}
}

// TestEveryPageIsReachable finds pages that nothing links to.
func TestEveryPageIsReachable(t *testing.T) {
	linked := map[string]bool{"README.md": true}
	all := pages(t)
	for _, p := range all {
		for _, m := range link.FindAllStringSubmatch(p.text, -1) {
			file, _, _ := strings.Cut(m[1], "#")
			linked[filepath.Join(filepath.Dir(p.path), file)] = true
		}
	}
	for _, p := range all {
		if strings.HasPrefix(p.path, "docs"+string(filepath.Separator)) && !linked[p.path] {
			t.Errorf("Nothing links to %s", p.path)
		}
	}
}

// TestKindPagesHaveOneOrder holds the pages of the kinds to one order.
func TestKindPagesHaveOneOrder(t *testing.T) {
	want := []string{"Example", "Writing a spec", "Working with it", "Status"}
	seen := 0
	for _, p := range pages(t) {
		if filepath.Dir(p.path) != filepath.Join("docs", "kinds") {
			continue
		}
		seen++
		var got []string
		for _, m := range regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatch(p.text, -1) {
			got = append(got, m[1])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s has the sections %q, want %q", p.path, got, want)
		}
	}
	if seen == 0 {
		t.Error("No page of a kind was found")
	}
}

// TestAlertsHaveRunbooks looks for the page that each alert points to.
func TestAlertsHaveRunbooks(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root(t), "config", "prometheus", "alerts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`(?m)^  - alert: (\w+)$`).FindAllStringSubmatch(string(data), -1)
	urls := regexp.MustCompile(`(?m)runbook_url: https://github\.com/modcap/modcap/blob/main/(\S+)$`).FindAllStringSubmatch(string(data), -1)
	if len(names) != 11 || len(urls) != len(names) {
		t.Fatalf("There are %d alerts with %d runbooks, want 11 with one each", len(names), len(urls))
	}
	for i, url := range urls {
		page, err := os.ReadFile(filepath.Join(root(t), url[1]))
		if err != nil {
			t.Errorf("Alert %s: %v", names[i][1], err)
			continue
		}
		if !strings.HasPrefix(string(page), "# "+names[i][1]+"\n") {
			t.Errorf("%s is not about %s", url[1], names[i][1])
		}
	}
}
