package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// files lists the files that git knows or would add, by git's pathspec: ** crosses folders.
func (v *verifier) files(ctx context.Context, pattern string) ([]string, error) {
	out, err := v.command(ctx, ".", "git", "ls-files", "--cached", "--others", "--exclude-standard", ":(glob)"+pattern)
	if err != nil {
		return nil, err
	}
	var there []string
	for _, f := range strings.Split(out, "\n") {
		if info, err := os.Stat(filepath.Join(v.root, f)); f != "" && err == nil && info.Mode().IsRegular() {
			there = append(there, f)
		}
	}
	slices.Sort(there)
	return slices.Compact(there), nil
}

func (v *verifier) goFiles(ctx context.Context) ([]string, error) { return v.files(ctx, "**/*.go") }

// treeState is the hash of every file.
func (v *verifier) treeState(ctx context.Context) (map[string][sha256.Size]byte, error) {
	files, err := v.files(ctx, "**")
	if err != nil {
		return nil, err
	}
	state := make(map[string][sha256.Size]byte, len(files))
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(v.root, f))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read tree: %w", err)
		}
		state[f] = sha256.Sum256(data)
	}
	return state, nil
}

// differing names the files that are not the same in both states, in order.
func differing(before, after map[string][sha256.Size]byte) []string {
	changed := map[string]bool{}
	for f, hash := range before {
		if after[f] != hash {
			changed[f] = true
		}
	}
	for f := range after {
		if _, ok := before[f]; !ok {
			changed[f] = true
		}
	}
	return slices.Sorted(maps.Keys(changed))
}
