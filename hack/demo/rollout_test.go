package main

import (
	"path/filepath"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/modcap/modcap/hack/demo/internal/manifest"
)

// TestChange changes one threshold of the sample, and nothing else.
func TestChange(t *testing.T) {
	samples, err := manifest.File(filepath.Join("..", "..", "config", "samples", "moderationpolicy.yaml"))
	if err != nil || len(samples) != 1 || samples[0].GetName() != policy {
		t.Fatalf("the sample holds %d objects: %v", len(samples), err)
	}
	p := samples[0].DeepCopy()
	if err := change(p); err != nil {
		t.Fatal(err)
	}
	was, _, _ := unstructured.NestedSlice(samples[0].Object, "spec", "labels")
	is, _, _ := unstructured.NestedSlice(p.Object, "spec", "labels")
	for i := range is {
		a, b := was[i].(map[string]any), is[i].(map[string]any)
		if a["name"] != changedLabel {
			continue
		}
		if b["reviewAt"] != reviewAt || a["reviewAt"] == reviewAt {
			t.Errorf("reviewAt of %s is %v after %v", changedLabel, b["reviewAt"], a["reviewAt"])
		}
		b["reviewAt"] = a["reviewAt"]
	}
	if err := unstructured.SetNestedSlice(p.Object, is, "spec", "labels"); err != nil {
		t.Fatal(err)
	}
	if !equal(p, samples[0]) {
		t.Error("more than the threshold has changed")
	}
	for _, none := range []*unstructured.Unstructured{{Object: map[string]any{}}, {Object: map[string]any{"spec": map[string]any{"labels": []any{}}}}} {
		if change(none) == nil {
			t.Error("changed what is not there")
		}
	}
}

func equal(a, b *unstructured.Unstructured) bool {
	x, err := a.MarshalJSON()
	y, wrong := b.MarshalJSON()
	return err == nil && wrong == nil && string(x) == string(y)
}
