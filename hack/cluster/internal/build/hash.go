package build

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Hash names what a module folder builds: 16 hex digits of the SHA-256 over the
// names and contents of its go.mod, go.sum and Go files (at any depth, tests and
// other modules below it left out) and over the given facts about the build, such
// as the Go version and the link flags, in their order.
func Hash(dir string, facts ...string) (string, error) {
	files, err := sourceFiles(dir)
	if err != nil {
		return "", fmt.Errorf("list module %s: %w", dir, err)
	}
	sum := sha256.New()
	for _, name := range files {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return "", fmt.Errorf("hash module %s: %w", dir, err)
		}
		_, _ = fmt.Fprintf(sum, "file %s %d\n", name, len(content))
		_, _ = sum.Write(content)
	}
	for _, fact := range facts {
		_, _ = fmt.Fprintf(sum, "fact %d\n%s\n", len(fact), fact)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

func sourceFiles(dir string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if path != dir && holdsModule(path) {
				return fs.SkipDir
			}
			return nil
		}
		name := entry.Name()
		isGo := strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
		if isGo || name == "go.mod" || name == "go.sum" {
			rel, err := filepath.Rel(dir, path)
			if err != nil {
				return err
			}
			out = append(out, filepath.ToSlash(rel))
		}
		return nil
	})
	slices.Sort(out)
	return out, err
}

func holdsModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}
