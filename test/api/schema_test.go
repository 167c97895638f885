package api

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	modtest "github.com/modcap/modcap/internal/testing"
)

// kinds of the API. A CRD more or less in config/crd/bases fails TestKinds.
var kinds = []string{
	"CapacityOverride", "ClassifierPool", "ClusterMetricSource", "MetricSource",
	"ModerationPolicy", "ModerationQueue", "ReviewTeam", "StaffingTarget",
}

// crd is a CRD as it stands in config/crd/bases.
type crd struct {
	apiextensionsv1.CustomResourceDefinition
	bytes int
}

func (c crd) schema() *apiextensionsv1.JSONSchemaProps {
	return c.Spec.Versions[0].Schema.OpenAPIV3Schema
}

// loadCRDs returns the CRDs by kind.
func loadCRDs(t testing.TB) map[string]crd {
	t.Helper()
	dir, err := modtest.CRDDirectory()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	crds := map[string]crd{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := crd{bytes: len(data)}
		if err := yaml.UnmarshalStrict(data, &c.CustomResourceDefinition); err != nil {
			t.Fatalf("Decode %s: %v", filepath.Base(file), err)
		}
		crds[c.Spec.Names.Kind] = c
	}
	return crds
}

func TestKinds(t *testing.T) {
	if got := slices.Sorted(maps.Keys(loadCRDs(t))); !slices.Equal(got, kinds) {
		t.Errorf("CRDs of %v, want %v", got, kinds)
	}
}

// node is a place in a schema. Paths are those of the API server's errors, with []
// for any index and {} for any key: spec.reviews[].metrics.matchLabels{}.
type node struct {
	path   string
	name   string // of the field; empty for items and values of maps
	parent *apiextensionsv1.JSONSchemaProps
	schema *apiextensionsv1.JSONSchemaProps
}

// walk returns every place of the schema below and including root, in order.
func walk(root node) []node {
	nodes := []node{root}
	for _, name := range slices.Sorted(maps.Keys(root.schema.Properties)) {
		property := root.schema.Properties[name]
		path := strings.TrimPrefix(root.path+"."+name, ".")
		nodes = append(nodes, walk(node{path: path, name: name, parent: root.schema, schema: &property})...)
	}
	if root.schema.Items != nil {
		nodes = append(nodes, walk(node{path: root.path + "[]", parent: root.schema, schema: root.schema.Items.Schema})...)
	}
	if root.schema.AdditionalProperties != nil {
		nodes = append(nodes, walk(node{path: root.path + "{}", parent: root.schema, schema: root.schema.AdditionalProperties.Schema})...)
	}
	return nodes
}

// specNodes returns the places of the spec, and the object itself.
func specNodes(c crd) []node {
	spec := c.schema().Properties["spec"]
	object := node{schema: c.schema()}
	return append([]node{object}, walk(node{path: "spec", name: "spec", parent: c.schema(), schema: &spec})...)
}

var (
	index = regexp.MustCompile(`\[\d+\]`)
	key   = regexp.MustCompile(`\[[^\]]+\]`)
)

// schemaPath turns the path of an error of a rule into that of a schema.
func schemaPath(path string) string {
	return key.ReplaceAllString(index.ReplaceAllString(path, "[]"), "{}")
}

// sameField reports whether two paths of errors mean the same field: the API server
// writes labels.queue where a schema refuses, and labels[queue] where a rule does.
func sameField(a, b string) bool { return slices.Equal(steps(a), steps(b)) }
