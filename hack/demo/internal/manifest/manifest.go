package manifest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"
	sigsyaml "sigs.k8s.io/yaml"
)

// fieldOwner is what the API server notes as the applier.
const fieldOwner = client.FieldOwner("modcap-demo")

// kustomization is the part of a kustomization.yaml that is read. Other fields are
// refused: they would be left out in silence.
type kustomization struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Namespace  string   `json:"namespace"`
	Resources  []string `json:"resources"`
}

// Kustomization reads the objects of a kustomization's folder, in its order.
func Kustomization(dir string) ([]*unstructured.Unstructured, error) {
	path := filepath.Join(dir, "kustomization.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read kustomization: %w", err)
	}
	var k kustomization
	if err := sigsyaml.UnmarshalStrict(text, &k); err != nil {
		return nil, fmt.Errorf("read kustomization %s: %w", path, err)
	}
	var objects []*unstructured.Unstructured
	for _, name := range k.Resources {
		more, err := File(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		objects = append(objects, more...)
	}
	for _, o := range objects {
		if o.GetKind() != "Namespace" && k.Namespace != "" {
			o.SetNamespace(k.Namespace)
		}
	}
	return objects, nil
}

// Folder reads the objects of all YAML files of a folder, by name.
func Folder(dir string) ([]*unstructured.Unstructured, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("read manifests: no YAML files in %s", dir)
	}
	var objects []*unstructured.Unstructured
	for _, f := range files {
		more, err := File(f)
		if err != nil {
			return nil, err
		}
		objects = append(objects, more...)
	}
	return objects, nil
}

// File reads the objects of a YAML file.
func File(path string) ([]*unstructured.Unstructured, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	var objects []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		o := &unstructured.Unstructured{}
		switch err := decoder.Decode(&o.Object); {
		case errors.Is(err, io.EOF):
			return objects, nil
		case err != nil:
			return nil, fmt.Errorf("read manifest %s: %w", path, err)
		case len(o.Object) == 0:
			continue // only comments
		case o.GetKind() == "" || o.GetName() == "":
			return nil, fmt.Errorf("read manifest %s: object %d has no kind or name", path, len(objects)+1)
		}
		objects = append(objects, o)
	}
}

// Apply applies objects by server-side apply, in order.
func Apply(ctx context.Context, c client.Client, objects []*unstructured.Unstructured) error {
	for _, o := range objects {
		err := c.Apply(ctx, client.ApplyConfigurationFromUnstructured(o), fieldOwner, client.ForceOwnership)
		if err != nil {
			return fmt.Errorf("apply %s %s: %w", o.GetKind(), o.GetName(), err)
		}
	}
	return nil
}

// Set replaces a string field of the objects of a kind; it is an error if there is
// no such object.
func Set(objects []*unstructured.Unstructured, kind, value string, path ...string) error {
	found := false
	for _, o := range objects {
		if o.GetKind() != kind {
			continue
		}
		found = true
		if err := unstructured.SetNestedField(o.Object, value, path...); err != nil {
			return fmt.Errorf("change %s %s: %w", kind, o.GetName(), err)
		}
	}
	if !found {
		return fmt.Errorf("change %s: there is none among the manifests", kind)
	}
	return nil
}
