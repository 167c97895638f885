package schema

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/modcap/modcap/config/crd"
)

func load(t *testing.T) *Schemas {
	t.Helper()
	s, err := Load(crd.Bases, "bases")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What the API server takes (test/api shows that) is not refused here.
func TestSamplesAreTaken(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "config", "samples", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s, checked := load(t), 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for document := range strings.SplitSeq(string(data), "\n---\n") {
			var o metav1.TypeMeta
			if err := yaml.Unmarshal([]byte(document), &o); err != nil {
				t.Fatal(err)
			}
			if o.APIVersion != "modcap.dev/v1alpha1" {
				continue
			}
			checked++
			if got, err := s.Check(t.Context(), o.Kind, []byte(document)); err != nil || len(got) > 0 {
				t.Errorf("%s: %v, %v", file, got, err)
			}
		}
	}
	if checked == 0 {
		t.Error("no sample was checked")
	}
}

func TestCheck(t *testing.T) {
	const pool = "metadata: {name: p}\nspec:\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: w}\n  startup: {time: 30s}\n"
	for name, c := range map[string]struct{ kind, object, field, message string }{
		"a field in other capitals": {
			"ModerationPolicy", "metadata: {name: p}\nspec:\n  labels:\n  - {name: hate, harmDomain: hate, score: {model: m, version: \"1\"}, " +
				"actAt: \"0.9\", reviewat: \"0.5\"}\n", "spec.labels[hate].reviewat", "there is no field of this name; capitals count",
		},
		"a rule": {
			"ClassifierPool", pool + `  throughput: {itemsPerSecond: "1"}` + "\n  replicas: {min: 3, max: 2}", "spec.replicas",
			"replicas.min must not be above replicas.max",
		},
		"a rule about one value": {
			"ClassifierPool", pool + `  throughput: {itemsPerSecond: "-1"}` + "\n  replicas: {min: 1, max: 2}", "spec.throughput.itemsPerSecond",
			`"-1": must be a number above 0 with at most three decimals, such as 12.5`,
		},
		"what is missing": {
			"ClassifierPool", pool + "  replicas: {min: 1, max: 2}", "spec.throughput", "Required value",
		},
		"a word that is none of those": {
			"ClassifierPool", pool + `  throughput: {itemsPerSecond: "1"}` + "\n  mode: Guess\n  replicas: {min: 1, max: 2}", "spec.mode",
			`Unsupported value: "Guess": supported values: "Enforce", "Recommend"`,
		},
		"a name twice": {
			"ModerationPolicy", `
metadata: {name: p}
spec:
  labels:
  - {name: a, harmDomain: a, score: {model: m, version: v}, actAt: "0.5"}
  - {name: a, harmDomain: a, score: {model: m, version: v}, actAt: "0.5"}`, "spec.labels[a]", `Duplicate value: {"name":"a"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := load(t).Check(t.Context(), c.kind, []byte(c.object))
			if err != nil || len(got) != 1 || got[0] != (Problem{c.field, c.message}) {
				t.Errorf("got %q, %v; want %q %q", got, err, c.field, c.message)
			}
		})
	}
}
