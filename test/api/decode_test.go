package api

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// hostile are values, as JSON, that somebody may write in place of a value of a type.
var hostile = map[string][]string{
	"integer": {"5.0", "1e2", "2147483648", "-2147483649", "9223372036854775808", "1.5", "null"},
	"boolean": {"null", "0"},
	"string":  {"null", `"\ud800"`, "5"},
	"object":  {"null", "{}", "[]"},
	"array":   {"null", "[]", "[null]"},
}

// hostileTimes are near times of RFC 3339; the API server's date-time admits some
// that Go does not read.
var hostileTimes = []string{
	`"2026-12-24t18:00:00z"`, `"2026-12-24T18:00:00+99:99"`, `"2026-12-24T18:00:00x5Z"`, `"2026-12-24T18:00:00ZTx"`,
	`"2026-12-24T18:00:00,5Z"`, `"2026-12-24T18:00:00.123456789Z"`, `"2026-12-24T18:00:00+05:30"`, `"0000-01-01T00:00:00Z"`,
	`"9999-12-31T23:59:59Z"`, `"2026-12-24T18:00:00"`, `"2026-12-24 18:00:00Z"`, `"2026-02-30T00:00:00Z"`, `"2026-12-24T24:00:00Z"`,
	`"2026-12-24T18:00:00.Z"`, `"2026-12-24T18:00:00.1234567890Z"`, `"2026-12-24T18:00:00-00:00"`,
}

// TestAdmittedDecodes writes hostile values into every field of every spec and
// status. Whatever the API server admits must decode into the Go types: one object
// that does not would stop the informer of its kind.
func TestAdmittedDecodes(t *testing.T) {
	objects := rich(t)
	for kind, c := range loadCRDs(t) {
		t.Run(kind, func(t *testing.T) {
			object := objects[kind][0].DeepCopy()
			if object.GetNamespace() != "" {
				object.SetNamespace(env.Namespace(t))
			}
			created := object.DeepCopy()
			if err := env.Client.Create(context.Background(), created); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := env.Client.Delete(context.Background(), created); err != nil {
					t.Error(err)
				}
			})
			schema := c.schema().Properties["status"]
			apply(t, object, set("status", small().fill(&schema)))
			admitted := 0
			for _, n := range walk(node{schema: c.schema()}) {
				if _, path, ok := concrete([]*unstructured.Unstructured{object}, n.path); ok && isData(n) {
					admitted += offerHostile(t, object, n, path)
				}
			}
			if admitted == 0 {
				t.Error("Nothing was admitted")
			}
			t.Logf("%d hostile values were admitted, and decode", admitted)
		})
	}
}

func isData(n node) bool {
	root := steps(n.path + ".")
	return len(root) > 1 && (root[0] == "spec" || root[0] == "status")
}

// offerHostile returns how many hostile values of the field were admitted.
func offerHostile(t *testing.T, object *unstructured.Unstructured, n node, path string) int {
	t.Helper()
	values := hostile[n.schema.Type]
	if n.schema.Format == "date-time" {
		values = append(values[:len(values):len(values)], hostileTimes...)
	}
	admitted := 0
	for _, value := range values {
		changed := object.DeepCopy()
		apply(t, changed, set(path, "@hostile@"))
		body, err := json.Marshal(changed.Object)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := offer(t, object, steps(path)[0], bytes.Replace(body, []byte(`"@hostile@"`), []byte(value), 1))
		if !ok {
			continue
		}
		admitted++
		if err := decode(t, got); err != nil {
			t.Errorf("The API server admits %s in %s; Go says: %v", value, path, err)
		}
	}
	return admitted
}

// offer sends the object's spec or status, as a dry run.
func offer(t *testing.T, object *unstructured.Unstructured, part string, body []byte) (*unstructured.Unstructured, bool) {
	t.Helper()
	got := object.DeepCopy()
	patch := client.RawPatch(types.MergePatchType, body)
	var err error
	if part == "status" {
		err = env.Client.Status().Patch(context.Background(), got, patch, client.DryRunAll)
	} else {
		err = env.Client.Patch(context.Background(), got, patch, client.DryRunAll)
	}
	if err == nil {
		return got, true
	}
	if !apierrors.IsInvalid(err) && !apierrors.IsBadRequest(err) {
		t.Fatalf("Offer %s: %v", body, err)
	}
	return nil, false
}

// decode reads the object into the Go type of its kind, as a client does.
func decode(t *testing.T, object *unstructured.Unstructured) error {
	t.Helper()
	typed, err := env.Scheme.New(object.GroupVersionKind())
	if err != nil {
		t.Fatal(err)
	}
	data, err := object.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return json.Unmarshal(data, typed)
}
