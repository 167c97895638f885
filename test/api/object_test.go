package api

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
)

// edit changes one field of an object.
type edit struct {
	path  string
	value any // nil removes the field
}

func set(path string, value any) edit { return edit{path, value} }

func unset(path string) edit { return edit{path: path} }

// generic returns the object as the API server receives it, with its kind and
// without the empty fields that only the Go type adds.
func generic(t testing.TB, object client.Object) *unstructured.Unstructured {
	t.Helper()
	gvk, err := apiutil.GVKForObject(object, env.Scheme)
	if err != nil {
		t.Fatal(err)
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		t.Fatal(err)
	}
	u := &unstructured.Unstructured{Object: content}
	u.SetGroupVersionKind(gvk)
	delete(content, "status")
	unstructured.RemoveNestedField(content, "metadata", "creationTimestamp")
	return u
}

// apply changes the object. A path such as spec.reviews[0].mix[1].share must lead
// through what exists.
func apply(t testing.TB, object *unstructured.Unstructured, edits ...edit) {
	t.Helper()
	for _, e := range edits {
		if err := change(object.Object, steps(e.path), e.value); err != nil {
			t.Fatalf("Edit %s: %v", e.path, err)
		}
	}
}

func steps(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
}

func change(in any, path []string, value any) error {
	switch at := in.(type) {
	case map[string]any:
		if len(path) > 1 {
			return change(at[path[0]], path[1:], value)
		}
		if value == nil {
			delete(at, path[0])
			return nil
		}
		at[path[0]] = value
		return nil
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i >= len(at) {
			return fmt.Errorf("no item %q", path[0])
		}
		if len(path) > 1 {
			return change(at[i], path[1:], value)
		}
		at[i] = value
		return nil
	}
	return fmt.Errorf("nothing at %q", strings.Join(path, "."))
}

// read returns what stands at a path.
func read(object *unstructured.Unstructured, path string) (any, bool) {
	var at any = object.Object
	for _, step := range steps(path) {
		switch v := at.(type) {
		case map[string]any:
			next, ok := v[step]
			if !ok {
				return nil, false
			}
			at = next
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(v) {
				return nil, false
			}
			at = v[i]
		default:
			return nil, false
		}
	}
	return at, true
}

// refusal is a sentence of the API server about one field.
type refusal struct {
	field, message string
}

func (r refusal) String() string { return r.field + ": " + r.message }

// dryRun asks the API server whether it would admit the object, and returns what it
// objects to, sorted.
func dryRun(t testing.TB, object *unstructured.Unstructured) []refusal {
	t.Helper()
	sent := object.DeepCopy()
	err := env.Client.Create(context.Background(), sent, client.DryRunAll, client.FieldValidation("Strict"))
	return refusals(t, err)
}

func refusals(t testing.TB, err error) []refusal {
	t.Helper()
	if err == nil {
		return nil
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil || len(status.Status().Details.Causes) == 0 {
		t.Fatalf("The API server did not answer about a field: %v", err)
	}
	var all []refusal
	for _, cause := range status.Status().Details.Causes {
		all = append(all, refusal{cause.Field, cause.Message})
	}
	slices.SortFunc(all, func(a, b refusal) int { return strings.Compare(a.String(), b.String()) })
	return all
}

// indexAll puts the index on the first list of the path, and 0 on those in it.
func indexAll(path, index string) string {
	return strings.ReplaceAll(strings.Replace(path, "[]", index, 1), "[]", "[0]")
}

// firstKey replaces {} at the end of the path with the first key of the map there.
func firstKey(object *unstructured.Unstructured, path string) string {
	at, isValue := strings.CutSuffix(path, "{}")
	if !isValue {
		return path
	}
	if values, ok := read(object, at); ok {
		if m, ok := values.(map[string]any); ok {
			for _, key := range slices.Sorted(maps.Keys(m)) {
				return at + "." + key
			}
		}
	}
	return path
}
