package api

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	modtest "github.com/modcap/modcap/internal/testing"
)

// TestSamples shows that the API server admits every modcap object of config/samples.
func TestSamples(t *testing.T) {
	root, err := modtest.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "config", "samples", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	ns, offered := env.Namespace(t), 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for document := range strings.SplitSeq(string(data), "\n---\n") {
			object := &unstructured.Unstructured{}
			if err := yaml.Unmarshal([]byte(document), &object.Object); err != nil {
				t.Fatalf("Decode %s: %v", filepath.Base(file), err)
			}
			if object.GroupVersionKind().Group != "modcap.dev" {
				continue
			}
			if object.GetKind() != "ClusterMetricSource" {
				object.SetNamespace(ns)
			}
			if got := dryRun(t, object); got != nil {
				t.Errorf("%s: %s %s is refused: %v", filepath.Base(file), object.GetKind(), object.GetName(), got)
			}
			offered++
		}
	}
	if offered == 0 {
		t.Error("No sample was found")
	}
}
