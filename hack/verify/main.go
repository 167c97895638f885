package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	root, err := moduleRoot()
	if err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(1)
	}
	v := &verifier{root: root}
	if failed := v.run(ctx, steps(os.Getenv("ALLOW_DIRTY") != "")); len(failed) > 0 {
		fmt.Printf("verify: %d failed: %s\n", len(failed), strings.Join(failed, ", "))
		os.Exit(1)
	}
	fmt.Println("verify: all passed")
}

// step is one check. It returns what a person has to read when it fails.
type step struct {
	name  string
	check func(context.Context, *verifier) error
}

// verifier runs programs in the checkout.
type verifier struct {
	root string
}

func (v *verifier) run(ctx context.Context, steps []step) (failed []string) {
	for _, s := range steps {
		if ctx.Err() != nil {
			return append(failed, "interrupted")
		}
		began := time.Now()
		err := s.check(ctx, v)
		took := time.Since(began).Round(100 * time.Millisecond)
		if err != nil {
			failed = append(failed, s.name)
			fmt.Printf("FAIL %-28s %s\n%s\n", s.name, took, indent(err.Error()))
			continue
		}
		fmt.Printf("ok   %-28s %s\n", s.name, took)
	}
	return failed
}

// command runs a program in a folder below the root and returns its output, which is part of the error too.
func (v *verifier) command(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = filepath.Join(v.root, dir)
	out, err := cmd.CombinedOutput()
	text := strings.TrimSpace(string(out))
	if err != nil {
		return text, fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, text)
	}
	return text, nil
}

// tool returns the path of a pinned tool, building it the first time.
func (v *verifier) tool(ctx context.Context, name string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "run", "-C", "hack/cluster", ".", "path", name)
	cmd.Dir, cmd.Stderr = v.root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("build %s: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
}

func moduleRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find module: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}

func indent(s string) string {
	return "     " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n     ")
}
