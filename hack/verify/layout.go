package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Lines that a file may have.
const (
	maxLines      = 400
	maxTypesLines = 500
	maxTestLines  = 800
)

// maxCRD is the most that a CRD may weigh: with its copy in an annotation of kubectl
// apply it must stay well below what etcd takes.
const maxCRD = 200_000

// layout checks what no linter knows.
func layout(ctx context.Context, v *verifier) error {
	files, err := v.files(ctx, "**")
	if err != nil {
		return err
	}
	return errors.Join(checkFiles(files, func(name string) ([]byte, error) {
		return os.ReadFile(filepath.Join(v.root, name))
	})...)
}

func checkFiles(files []string, read func(string) ([]byte, error)) (problems []error) {
	for _, name := range files {
		if limit := lineLimit(name); limit > 0 {
			if err := checkLines(read, name, limit); err != nil {
				problems = append(problems, err)
			}
		}
	}
	problems = append(problems, checkDocs(files)...)
	return append(problems, checkProject(read, files)...)
}

// lineLimit is how long a Go file may be; 0 for any length.
func lineLimit(name string) int {
	switch base := path.Base(name); {
	case !strings.HasSuffix(base, ".go") || strings.HasPrefix(base, "zz_generated"):
		return 0
	case strings.HasSuffix(base, "_test.go"):
		return maxTestLines
	case strings.HasSuffix(base, "_types.go"):
		return maxTypesLines
	default:
		return maxLines
	}
}

func checkLines(read func(string) ([]byte, error), name string, limit int) error {
	data, err := read(name)
	if err != nil {
		return err
	}
	if n := bytes.Count(data, []byte("\n")); n > limit {
		return fmt.Errorf("%s has %d lines, more than %d", name, n, limit)
	}
	return nil
}

// pinned is a module that only pins what is built from it, with a main of a few lines.
const pinned = "hack/cluster/kubernetes/"

// checkDocs requires a doc.go in every folder with Go files.
func checkDocs(files []string) (problems []error) {
	folders := map[string]bool{}
	for _, f := range files {
		if strings.HasSuffix(f, ".go") && !strings.Contains(f, "/testdata/") && !strings.HasPrefix(f, pinned) {
			folders[path.Dir(f)] = folders[path.Dir(f)] || path.Base(f) == "doc.go"
		}
	}
	for folder, documented := range folders {
		if !documented {
			problems = append(problems, fmt.Errorf("%s has no doc.go", folder))
		}
	}
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return problems
}

var (
	crdKind     = regexp.MustCompile(`(?m)^    kind: (\w+)$`)
	projectKind = regexp.MustCompile(`(?m)^  kind: (\w+)$`)
)

// checkProject requires PROJECT to list the kinds that there are CRDs for, and no CRD to be too large.
func checkProject(read func(string) ([]byte, error), files []string) (problems []error) {
	project, err := read("PROJECT")
	if err != nil {
		return []error{err}
	}
	listed := kinds(projectKind, project)
	var served []string
	for _, f := range files {
		if path.Dir(f) != "config/crd/bases" {
			continue
		}
		crd, err := read(f)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		if len(crd) > maxCRD {
			problems = append(problems, fmt.Errorf("%s has %d bytes, more than %d", f, len(crd), maxCRD))
		}
		served = append(served, kinds(crdKind, crd)...)
	}
	slices.Sort(served)
	slices.Sort(listed)
	if !slices.Equal(listed, served) {
		problems = append(problems, fmt.Errorf("PROJECT lists the kinds %v, the CRDs are of %v", listed, served))
	}
	return problems
}

func kinds(pattern *regexp.Regexp, text []byte) (out []string) {
	for _, m := range pattern.FindAllSubmatch(text, -1) {
		out = append(out, string(m[1]))
	}
	return out
}
