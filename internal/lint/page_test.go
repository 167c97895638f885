package lint

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of codes into docs/lint.md")

// The page lists the codes that there are.
func TestPageListsTheCodes(t *testing.T) {
	const begin, end = "| code | severity | what it is |\n|---|---|---|\n", "\n\n"
	path := filepath.Join("..", "..", "docs", "lint.md")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(data), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("docs/lint.md has no table of codes")
	}
	var b strings.Builder
	for _, r := range Catalogue() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.Code, r.Severity, r.Meaning)
	}
	want := head + begin + strings.TrimSuffix(b.String(), "\n") + end + tail
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(data) != want {
		t.Error("docs/lint.md is old: go test ./internal/lint -run Page -update")
	}
}
