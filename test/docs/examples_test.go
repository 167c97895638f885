package docs

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/internal/config"
	modtest "github.com/modcap/modcap/internal/testing"
)

// env is the one API server of this test binary, set once before any test runs.
var env *modtest.Env

func TestMain(m *testing.M) {
	os.Exit(modtest.Main(m, func(started *modtest.Env) error {
		env = started
		return nil
	}))
}

// TestExamplesAreAdmitted has the API server judge every YAML example of the
// documentation, strictly: an unknown field is an error.
func TestExamplesAreAdmitted(t *testing.T) {
	namespace := env.Namespace(t)
	seen := 0
	for _, p := range pages(t) {
		for _, b := range p.code {
			if b.language != "yaml" {
				continue
			}
			seen++
			if err := admit(t, namespace, b.text); err != nil {
				t.Errorf("%s:%d: %v", p.path, b.line, err)
			}
		}
	}
	if seen < 10 {
		t.Errorf("Only %d examples were found", seen)
	}
}

// TestSamplesAreAdmitted does the same for config/samples and what config/default
// is made of, CRDs left out, which are installed.
func TestManifestsAreAdmitted(t *testing.T) {
	namespace := env.Namespace(t)
	for _, folder := range []string{"samples", "rbac", "manager", "network-policy"} {
		files, err := filepath.Glob(filepath.Join(root(t), "config", folder, "*.yaml"))
		if err != nil || len(files) == 0 {
			t.Fatalf("No manifest in %s: %v", folder, err)
		}
		for _, file := range files {
			if filepath.Base(file) == "kustomization.yaml" {
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := admit(t, namespace, string(data)); err != nil {
				t.Errorf("%s/%s: %v", folder, filepath.Base(file), err)
			}
		}
	}
}

// admit creates the objects of a text, as a dry run in a namespace of its own.
func admit(t *testing.T, namespace, text string) error {
	t.Helper()
	objects, err := decode(text)
	if err != nil {
		return err
	}
	for _, o := range objects {
		mapping, err := env.Client.RESTMapper().RESTMapping(o.GroupVersionKind().GroupKind(), o.GroupVersionKind().Version)
		if err != nil {
			return err
		}
		if mapping.Scope.Name() == meta.RESTScopeNameNamespace {
			o.SetNamespace(namespace)
		}
		strict := client.FieldValidation(metav1.FieldValidationStrict)
		if err := env.Client.Create(t.Context(), o, client.DryRunAll, strict); err != nil {
			return fmt.Errorf("%s %s: %w", o.GetKind(), o.GetName(), err)
		}
	}
	return nil
}

func decode(text string) (objects []*unstructured.Unstructured, err error) {
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader([]byte(text)), 4096)
	for {
		o := &unstructured.Unstructured{}
		if err := decoder.Decode(&o.Object); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, err
		}
		if len(o.Object) > 0 {
			objects = append(objects, o)
		}
	}
}

// TestShippedFlags parses the arguments of the shipped Deployment as the operator does.
func TestShippedFlags(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root(t), "config", "manager", "manager.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	objects, err := decode(string(data))
	if err != nil || len(objects) != 1 {
		t.Fatalf("%d objects: %v", len(objects), err)
	}
	var d appsv1.Deployment
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(objects[0].Object, &d); err != nil {
		t.Fatal(err)
	}
	flags := flag.NewFlagSet("manager", flag.ContinueOnError)
	c, err := config.Parse(flags, d.Spec.Template.Spec.Containers[0].Args, d.Namespace)
	if err != nil {
		t.Fatal(err)
	}
	if !c.LeaderElect || c.ReadOnly || !c.MetricsSecure || c.Namespace != "modcap-system" {
		t.Errorf("The shipped configuration is %+v", c)
	}
	page, err := os.ReadFile(filepath.Join(root(t), "docs", "install.md"))
	if err != nil {
		t.Fatal(err)
	}
	flags.VisitAll(func(f *flag.Flag) {
		if !strings.Contains(string(page), "`--"+f.Name) {
			t.Errorf("docs/install.md does not say what --%s is", f.Name)
		}
	})
}

// TestDependenciesAreExplained compares docs/dependencies.md with go.mod.
func TestDependenciesAreExplained(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root(t), "docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := yaml.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	var direct []string
	for _, r := range mod.Require {
		if !r.Indirect {
			direct = append(direct, r.Path)
		}
	}
	var explained []string
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		for _, path := range strings.Split(cells[1], ",") {
			if path = strings.TrimSpace(path); strings.Contains(path, ".") {
				explained = append(explained, path)
			}
		}
	}
	slices.Sort(direct)
	slices.Sort(explained)
	if !slices.Equal(direct, explained) {
		t.Errorf("go.mod has the direct dependencies\n%q\nand docs/dependencies.md explains\n%q", direct, explained)
	}
}
