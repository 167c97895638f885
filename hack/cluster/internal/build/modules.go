package build

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Module is a folder with a go.mod that pins some commands.
type Module struct {
	// Name is unique and names the module in messages.
	Name string
	// Dir is the module's folder, relative to the launcher's.
	Dir string
	// Binaries are the commands in the order in which they are built.
	Binaries []Binary
	// VersionOf, if set, is the required module whose version the commands report.
	VersionOf string
}

// Binary is one command of a module.
type Binary struct {
	// Name is the file's name in the cache.
	Name string
	// Package is the main package's import path, or ./path within the module.
	Package string
}

// ClusterModules are the parts of the local cluster, in the order in which they are
// wanted: envtest needs only the first three binaries.
func ClusterModules() []Module {
	return []Module{
		{
			Name: "kubernetes", Dir: "kubernetes", VersionOf: "k8s.io/kubernetes",
			Binaries: []Binary{
				{"etcd", "./etcd"},
				{"kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"},
				{"kubectl", "k8s.io/kubernetes/cmd/kubectl"},
				{"kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager"},
				{"kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler"},
			},
		},
		{
			Name: "kwok", Dir: "kwok",
			Binaries: []Binary{{"kwok", "sigs.k8s.io/kwok/cmd/kwok"}},
		},
		{
			Name: "prometheus", Dir: "prometheus",
			Binaries: []Binary{
				{"prometheus", "github.com/prometheus/prometheus/cmd/prometheus"},
				{"promtool", "github.com/prometheus/prometheus/cmd/promtool"},
			},
		},
	}
}

// ToolModules are the project's development tools, which the cluster does not need. Each has
// a module of its own, so that none moves another's dependencies.
func ToolModules() []Module {
	tool := func(name, pkg string) Module {
		return Module{Name: name, Dir: "../tools/" + name, Binaries: []Binary{{name, pkg}}}
	}
	return []Module{
		tool("controller-gen", "sigs.k8s.io/controller-tools/cmd/controller-gen"),
		tool("crd-ref-docs", "github.com/elastic/crd-ref-docs"),
		tool("golangci-lint", "github.com/golangci/golangci-lint/v2/cmd/golangci-lint"),
		tool("kustomize", "sigs.k8s.io/kustomize/kustomize/v5"),
	}
}

// Select returns the modules that hold the named binaries, each with those binaries
// only and in its own order; no names select everything. An unknown name is an error
// that lists the known ones.
func Select(modules []Module, names []string) ([]Module, error) {
	if len(names) == 0 {
		return modules, nil
	}
	var out []Module
	found := map[string]bool{}
	for _, m := range modules {
		wanted := m
		wanted.Binaries = nil
		for _, b := range m.Binaries {
			if slices.Contains(names, b.Name) {
				wanted.Binaries = append(wanted.Binaries, b)
				found[b.Name] = true
			}
		}
		if len(wanted.Binaries) > 0 {
			out = append(out, wanted)
		}
	}
	for _, name := range names {
		if !found[name] {
			return nil, fmt.Errorf("select binary %q: unknown, known are %s", name, strings.Join(binaryNames(modules), ", "))
		}
	}
	return out, nil
}

func binaryNames(modules []Module) []string {
	var out []string
	for _, m := range modules {
		for _, b := range m.Binaries {
			out = append(out, b.Name)
		}
	}
	return out
}

// linkFlags are the -ldflags of a module's commands. Kubernetes' commands report
// v0.0.0-master, and misjudge version-gated features, unless told their version.
func linkFlags(moduleDir string, m Module) (string, error) {
	const strip = "-s -w"
	if m.VersionOf == "" {
		return strip, nil
	}
	file := filepath.Join(moduleDir, "go.mod")
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read pinned versions: %w", err)
	}
	version, err := requiredVersion(string(text), m.VersionOf)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", file, err)
	}
	part := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(part) < 3 {
		return "", fmt.Errorf("read %s: version %q of %s is not vMAJOR.MINOR.PATCH", file, version, m.VersionOf)
	}
	const pkg = " -X k8s.io/component-base/version."
	return strip + pkg + "gitVersion=" + version + pkg + "gitMajor=" + part[0] + pkg + "gitMinor=" + part[1], nil
}

// requiredVersion finds the version at which a go.mod requires a module.
func requiredVersion(gomod, path string) (string, error) {
	for line := range strings.Lines(gomod) {
		field := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(field) >= 2 && field[0] == path && strings.HasPrefix(field[1], "v") {
			return field[1], nil
		}
	}
	return "", fmt.Errorf("no requirement of %s", path)
}
