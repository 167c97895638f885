package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// bound is one bound of a schema: a value that keeps it, one that does not, and
// words of what the API server says about that one at the field.
type bound struct {
	name      string
	good, bad any
	says      string
}

// TestBounds holds every bound of every spec to the API server, on both sides. What
// a good value breaks elsewhere (a rule between two fields, say) is not its concern.
func TestBounds(t *testing.T) {
	objects := rich(t)
	for kind, c := range loadCRDs(t) {
		t.Run(kind, func(t *testing.T) {
			for _, n := range specNodes(c)[1:] {
				object, path, ok := concrete(objects[kind], n.path)
				if !ok {
					t.Errorf("No rich object sets %s", n.path)
					continue
				}
				for _, b := range boundsOf(n, object, path) {
					if complaint(t, object, path, b.good, b.says) {
						t.Errorf("%s: %s: %.40v is refused", n.path, b.name, b.good)
					}
					if !complaint(t, object, path, b.bad, b.says) {
						t.Errorf("%s: %s: %.40v is not refused with %q", n.path, b.name, b.bad, b.says)
					}
				}
			}
		})
	}
}

// complaint reports whether the API server says so about the field, once it has value.
func complaint(t *testing.T, object *unstructured.Unstructured, path string, value any, says string) bool {
	t.Helper()
	changed := object.DeepCopy()
	apply(t, changed, edit{path, value})
	return slices.ContainsFunc(dryRun(t, changed), func(r refusal) bool {
		return sameField(r.field, path) && strings.Contains(r.message, says)
	})
}

const required = "Required value"

func boundsOf(n node, object *unstructured.Unstructured, path string) []bound {
	var bounds []bound
	now, _ := read(object, path)
	s := n.schema
	if n.name != "" && slices.Contains(n.parent.Required, n.name) {
		bounds = append(bounds, bound{"required", now, nil, required})
	}
	if s.Minimum != nil {
		least := int64(*s.Minimum)
		bounds = append(bounds, bound{"minimum", least, least - 1, fmt.Sprintf("should be greater than or equal to %d", least)})
	}
	if s.Maximum != nil {
		most := int64(*s.Maximum)
		bounds = append(bounds, bound{"maximum", most, most + 1, fmt.Sprintf("should be less than or equal to %d", most)})
	}
	if len(s.Enum) > 0 {
		bounds = append(bounds, bound{"enum", now, "Nonsense", "Unsupported value"})
	}
	bounds = append(bounds, lengths(s)...)
	bounds = append(bounds, sizes(s, now)...)
	return append(bounds, properties(s, now)...)
}

func lengths(s *apiextensionsv1.JSONSchemaProps) []bound {
	var bounds []bound
	if s.MinLength != nil {
		n := int(*s.MinLength)
		bounds = append(bounds, bound{"minLength", strings.Repeat("a", n), strings.Repeat("a", n-1),
			fmt.Sprintf("should be at least %d chars long", n)})
	}
	if s.MaxLength != nil {
		n := int(*s.MaxLength)
		bounds = append(bounds, bound{"maxLength", strings.Repeat("a", n), strings.Repeat("a", n+1),
			fmt.Sprintf("may not be more than %d", n)})
	}
	return bounds
}

// sizes repeats the first item: that items must differ is another complaint.
func sizes(s *apiextensionsv1.JSONSchemaProps, now any) []bound {
	var bounds []bound
	list, _ := now.([]any)
	repeat := func(n int) []any { return slices.Repeat(list[:1], n) }
	if s.MinItems != nil {
		n := int(*s.MinItems)
		bounds = append(bounds, bound{"minItems", repeat(n), repeat(n - 1), fmt.Sprintf("should have at least %d items", n)})
	}
	if s.MaxItems != nil {
		n := int(*s.MaxItems)
		bounds = append(bounds, bound{"maxItems", repeat(n), repeat(n + 1), fmt.Sprintf("must have at most %d items", n)})
	}
	return bounds
}

func properties(s *apiextensionsv1.JSONSchemaProps, now any) []bound {
	var bounds []bound
	values, _ := now.(map[string]any)
	of := func(n int) map[string]any {
		m := map[string]any{}
		for i := range n {
			m[fmt.Sprintf("key%d", i)] = slices.Collect(maps.Values(values))[0]
		}
		return m
	}
	if s.MinProperties != nil {
		n := int(*s.MinProperties)
		bounds = append(bounds, bound{"minProperties", of(n), of(n - 1), fmt.Sprintf("should have at least %d properties", n)})
	}
	if s.MaxProperties != nil {
		n := int(*s.MaxProperties)
		bounds = append(bounds, bound{"maxProperties", of(n), of(n + 1), fmt.Sprintf("must have at most %d", n)})
	}
	return bounds
}
