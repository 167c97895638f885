package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

func TestDiffering(t *testing.T) {
	h := func(s string) [sha256.Size]byte { return sha256.Sum256([]byte(s)) }
	before := map[string][sha256.Size]byte{"same": h("1"), "changed": h("1"), "gone": h("1")}
	after := map[string][sha256.Size]byte{"same": h("1"), "changed": h("2"), "new": h("1")}
	if got, want := differing(before, after), []string{"changed", "gone", "new"}; !slices.Equal(got, want) {
		t.Errorf("differing is %v, want %v", got, want)
	}
	if got := differing(before, before); len(got) > 0 {
		t.Errorf("A state differs from itself in %v", got)
	}
}

func TestLineLimit(t *testing.T) {
	for name, want := range map[string]int{
		"api/v1alpha1/zz_generated.deepcopy.go": 0,
		"README.md":                             0,
		"api/v1alpha1/reviewteam_types.go":      500,
		"internal/a/b_test.go":                  800,
		"internal/a/b.go":                       400,
	} {
		if got := lineLimit(name); got != want {
			t.Errorf("lineLimit(%s) is %d, want %d", name, got, want)
		}
	}
}

func TestLayout(t *testing.T) {
	lines := func(n int) string { return strings.Repeat("x\n", n) }
	crd := "spec:\n  names:\n    kind: Tea\n    listKind: TeaList\n"
	cases := map[string]struct {
		files map[string]string
		says  []string
	}{
		"in order": {files: map[string]string{
			"a/doc.go": "", "a/a.go": lines(400), "PROJECT": "- x\n  kind: Tea\n", "config/crd/bases/tea.yaml": crd,
		}},
		"too long": {
			files: map[string]string{"a/doc.go": lines(401), "PROJECT": ""},
			says:  []string{"a/doc.go has 401 lines, more than 400"},
		},
		"undocumented": {
			files: map[string]string{"a/a.go": "", "b/testdata/x.go": "", "PROJECT": ""},
			says:  []string{"a has no doc.go"},
		},
		"unlisted kind": {
			files: map[string]string{"PROJECT": "", "config/crd/bases/tea.yaml": crd},
			says:  []string{"PROJECT lists the kinds [], the CRDs are of [Tea]"},
		},
		"heavy CRD": {
			files: map[string]string{"PROJECT": "  kind: Tea\n", "config/crd/bases/tea.yaml": crd + strings.Repeat("#", 200_000)},
			says:  []string{"more than 200000"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			problems := layoutOf(c.files)
			if len(problems) != len(c.says) {
				t.Fatalf("Problems are %v, want %d", problems, len(c.says))
			}
			for i, says := range c.says {
				if !strings.Contains(problems[i].Error(), says) {
					t.Errorf("Problem is %q, want %q", problems[i], says)
				}
			}
		})
	}
}

// layoutOf checks files that are in memory only.
func layoutOf(files map[string]string) []error {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return checkFiles(names, func(name string) ([]byte, error) {
		if text, ok := files[name]; ok {
			return []byte(text), nil
		}
		return nil, fmt.Errorf("open %s: %w", name, fs.ErrNotExist)
	})
}

func TestRunGoesOn(t *testing.T) {
	ran := 0
	s := func(err error) step {
		return step{fmt.Sprint(err), func(context.Context, *verifier) error { ran++; return err }}
	}
	failed := (&verifier{}).run(t.Context(), []step{s(errors.New("a")), s(nil), s(errors.New("b"))})
	if ran != 3 || !slices.Equal(failed, []string{"a", "b"}) {
		t.Errorf("%d steps ran and %v failed, want 3 and [a b]", ran, failed)
	}
}
