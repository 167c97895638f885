package manifest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	list  = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: space\nresources: [b.yaml, a.yaml]\n"
	fileA = "# a comment\n---\napiVersion: v1\nkind: A\nmetadata: {name: one}\n---\napiVersion: v1\nkind: A\nmetadata: {name: two}\n---\n# end\n"
	fileB = "apiVersion: v1\nkind: Namespace\nmetadata: {name: space}\n"
)

func names(objects []*unstructured.Unstructured) (out []string) {
	for _, o := range objects {
		out = append(out, o.GetKind()+" "+o.GetNamespace()+"/"+o.GetName())
	}
	return out
}

func TestKustomization(t *testing.T) {
	dir := write(t, map[string]string{"kustomization.yaml": list, "a.yaml": fileA, "b.yaml": fileB})
	got, err := Kustomization(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Namespace /space", "A space/one", "A space/two"}, names(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestKustomizationRefuses(t *testing.T) {
	cases := map[string]struct {
		files map[string]string
		want  string
	}{
		"no kustomization": {map[string]string{}, "kustomization.yaml"},
		"unknown field":    {map[string]string{"kustomization.yaml": list + "patches: []\n"}, "patches"},
		"missing file":     {map[string]string{"kustomization.yaml": list, "b.yaml": fileB}, "a.yaml"},
		"no name":          {map[string]string{"kustomization.yaml": list, "b.yaml": "kind: B\n", "a.yaml": fileA}, "b.yaml: object 1"},
		"not YAML":         {map[string]string{"kustomization.yaml": list, "b.yaml": "}", "a.yaml": fileA}, "b.yaml"},
	}
	for name, c := range cases {
		if _, err := Kustomization(write(t, c.files)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

func TestFolderAndSet(t *testing.T) {
	objects, err := Folder(write(t, map[string]string{"a.yaml": fileA, "b.yaml": fileB, "c.txt": "}"}))
	if err != nil {
		t.Fatal(err)
	}
	if err := Set(objects, "A", "http://x", "spec", "url"); err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		url, _, _ := unstructured.NestedString(o.Object, "spec", "url")
		if want := map[string]string{"A": "http://x"}[o.GetKind()]; url != want {
			t.Errorf("%s has url %q, want %q", o.GetKind(), url, want)
		}
	}
	if Set(objects, "C", "x", "spec") == nil || Set(objects, "A", "x", "kind", "deep") == nil {
		t.Error("a field that cannot be set was set")
	}
	if _, err := Folder(t.TempDir()); err == nil {
		t.Error("an empty folder was read")
	}
}

// TestSamples reads what the demo applies.
func TestSamples(t *testing.T) {
	objects, err := Kustomization(filepath.Join("..", "..", "..", "..", "config", "samples"))
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, o := range objects {
		kinds[o.GetKind()]++
	}
	want := map[string]int{
		"Namespace": 1, "Deployment": 3, "MetricSource": 2, "ClassifierPool": 3, "ModerationQueue": 5,
		"ModerationPolicy": 1, "ReviewTeam": 3, "StaffingTarget": 1,
	}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
