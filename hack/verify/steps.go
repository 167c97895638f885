package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// modules are the Go modules written here, as opposed to those that only pin tools.
var modules = []string{".", "hack/cluster", "hack/image"}

func steps(allowDirty bool) []step {
	all := []step{
		{"generated files", generated},
		{"gofmt", formatted},
		{"go vet", vetted},
		{"go mod tidy", tidy},
		{"lint", linted},
		{"layout", layout},
		{"kustomize", rendered},
		{"alerts", alerts},
		{"CEL cost and object size", apiBudgets},
	}
	if !allowDirty {
		all = append(all, step{"clean tree", clean})
	}
	return all
}

// generated makes everything again and fails if that changed a file.
func generated(ctx context.Context, v *verifier) error {
	before, err := v.treeState(ctx)
	if err != nil {
		return err
	}
	// Built here, where their progress is seen: the first time takes minutes.
	for _, name := range []string{"controller-gen", "crd-ref-docs"} {
		if _, err := v.tool(ctx, name); err != nil {
			return err
		}
	}
	if _, err := v.command(ctx, ".", "make", "--no-print-directory", "generate"); err != nil {
		return err
	}
	after, err := v.treeState(ctx)
	if err != nil {
		return err
	}
	if changed := differing(before, after); len(changed) > 0 {
		return fmt.Errorf("these were out of date and have been made again; commit them:\n%s", strings.Join(changed, "\n"))
	}
	return nil
}

func formatted(ctx context.Context, v *verifier) error {
	files, err := v.goFiles(ctx)
	if err != nil {
		return err
	}
	out, err := v.command(ctx, ".", "gofmt", append([]string{"-l"}, files...)...)
	if err != nil {
		return err
	}
	if out != "" {
		return fmt.Errorf("gofmt -w is needed on:\n%s", out)
	}
	return nil
}

func vetted(ctx context.Context, v *verifier) error {
	return v.inModules(func(dir string) error {
		_, err := v.command(ctx, dir, "go", "vet", "./...")
		return err
	})
}

func tidy(ctx context.Context, v *verifier) error {
	return v.inModules(func(dir string) error {
		_, err := v.command(ctx, dir, "go", "mod", "tidy", "-diff")
		return err
	})
}

func linted(ctx context.Context, v *verifier) error {
	linter, err := v.tool(ctx, "golangci-lint")
	if err != nil {
		return err
	}
	config := filepath.Join(v.root, ".golangci.yml")
	return v.inModules(func(dir string) error {
		_, err := v.command(ctx, dir, linter, "run", "--config", config, "--show-stats=false", "./...")
		return err
	})
}

// rendered builds every kustomization, which finds files that are missing or do not parse.
func rendered(ctx context.Context, v *verifier) error {
	kustomize, err := v.tool(ctx, "kustomize")
	if err != nil {
		return err
	}
	files, err := v.files(ctx, "config/**/kustomization.yaml")
	if err != nil {
		return err
	}
	var problems []error
	for _, f := range files {
		out, err := v.command(ctx, ".", kustomize, "build", filepath.Dir(f))
		if err == nil && strings.Contains(out, "# Warning") {
			err = fmt.Errorf("%s: %s", f, out[:min(len(out), 500)])
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// alerts checks the alert rules and runs their unit tests.
func alerts(ctx context.Context, v *verifier) error {
	promtool, err := v.tool(ctx, "promtool")
	if err != nil {
		return err
	}
	_, err1 := v.command(ctx, "config/prometheus", promtool, "check", "rules", "--lint=all", "--lint-fatal", "alerts.yaml")
	_, err2 := v.command(ctx, "config/prometheus", promtool, "test", "rules", "alerts_test.yaml")
	return errors.Join(err1, err2)
}

// apiBudgets runs the tests of test/api on what the API server can bear: what rules
// cost, and how large objects get.
func apiBudgets(ctx context.Context, v *verifier) error {
	cmd := exec.CommandContext(ctx, "go", "run", "-C", "hack/cluster", ".", "build", "--only", "etcd,kube-apiserver,kubectl")
	cmd.Dir, cmd.Stderr = v.root, os.Stderr
	assets, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("build API server: %w", err)
	}
	out, err := v.command(ctx, ".", "env", "KUBEBUILDER_ASSETS="+strings.TrimSpace(string(assets)),
		"go", "test", "-run", "^(TestCost|TestLargestObjects)$", "-v", "./test/api")
	if err != nil {
		return err
	}
	for _, name := range []string{"TestCost", "TestLargestObjects"} {
		if !strings.Contains(out, "--- PASS: "+name+" ") {
			return fmt.Errorf("test/api has no %s, which this is to run", name)
		}
	}
	return nil
}

func clean(ctx context.Context, v *verifier) error {
	out, err := v.command(ctx, ".", "git", "status", "--porcelain", "--untracked-files=all")
	if err != nil {
		return err
	}
	if out != "" {
		return fmt.Errorf("the tree is not clean (ALLOW_DIRTY=1 leaves this out):\n%s", out)
	}
	return nil
}

func (v *verifier) inModules(check func(dir string) error) error {
	var problems []error
	for _, dir := range modules {
		if err := check(dir); err != nil {
			problems = append(problems, fmt.Errorf("in %s: %w", dir, err))
		}
	}
	return errors.Join(problems...)
}
