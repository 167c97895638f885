package api

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	modcapv1alpha1 "github.com/modcap/modcap/api/v1alpha1"
)

// exempt are the fields of every Kubernetes object, whose texts are not ours.
var exempt = []string{"apiVersion", "kind", "metadata"}

// TestFieldStandards holds every field of every schema, spec and status, to the
// conventions of the API: described, bounded, and of a type that cannot go wrong.
func TestFieldStandards(t *testing.T) {
	for kind, c := range loadCRDs(t) {
		t.Run(kind, func(t *testing.T) {
			for _, n := range walk(node{schema: c.schema()}) {
				if n.path == "" || slices.Contains(exempt, n.path) {
					continue
				}
				for _, complaint := range complaints(n) {
					t.Errorf("%s %s", n.path, complaint)
				}
			}
			if !described(c.schema().Description, kind) {
				t.Errorf("The description of the kind is %q", c.schema().Description)
			}
		})
	}
}

func complaints(n node) []string {
	s := n.schema
	var all []string
	say := func(wrong bool, what string) {
		if wrong {
			all = append(all, what)
		}
	}
	isField := n.name != ""
	say(isField && !described(s.Description, n.name), "has a description that does not start with its name and a meaning: "+s.Description)
	say(isField && !strings.HasSuffix(strings.TrimSpace(s.Description), ".") && !isCondition(n), "has a description that is no sentence: "+s.Description)
	say(isField && longest(s.Description) > explainWidth && !isCondition(n), "has a description that kubectl explain breaks in odd places")
	say(s.Type == "array" && s.MaxItems == nil, "has no maxItems")
	say(s.Type == "array" && s.XListType == nil, "has no x-kubernetes-list-type")
	say(s.Type == "string" && s.MaxLength == nil && len(s.Enum) == 0 && s.Format == "", "has no maxLength, enum or format")
	say(s.Type == "string" && s.Format == "date-time" && s.Pattern == "" && !isCondition(n), "is a time without a pattern: see doc.go of the API")
	say(s.Type == "number", "is a floating-point number")
	say(s.Type == "" || s.XPreserveUnknownFields != nil, "has no type")
	say(s.XIntOrString, "is an int or a string")
	say(s.AdditionalProperties != nil && s.MaxProperties == nil, "is a map without maxProperties")
	say(s.Type == "integer" && s.Format == "", "is an integer without a format")
	say(s.Type == "integer" && strings.HasPrefix(n.path, "spec.") && (s.Minimum == nil || s.Maximum == nil), "is an integer without bounds")
	return all
}

// isCondition tells the fields of metav1.Condition, whose texts are Kubernetes'.
func isCondition(n node) bool { return strings.HasPrefix(n.path, "status.conditions[].") }

// explainWidth is the number of characters that kubectl explain puts on a line.
const explainWidth = 76

func longest(text string) int {
	most := 0
	for line := range strings.Lines(text) {
		most = max(most, len(strings.TrimRight(line, "\n")))
	}
	return most
}

var word1 = regexp.MustCompile(`^[A-Za-z0-9]+`)

// described reports whether the text starts with the field's name and goes on.
func described(text, name string) bool {
	return word1.FindString(text) == name && len(text) > len(name)+2
}

// TestEnumsAreDescribed wants every value of an enum of a spec in the text of the field.
func TestEnumsAreDescribed(t *testing.T) {
	for kind, c := range loadCRDs(t) {
		for _, n := range specNodes(c)[1:] {
			for _, value := range n.schema.Enum {
				name := strings.Trim(string(value.Raw), `"`)
				if n.name != "" && !strings.Contains(n.schema.Description, name) {
					t.Errorf("%s %s does not describe %s: %s", kind, n.path, name, n.schema.Description)
				}
			}
		}
	}
}

// TestNames holds the short names and the category of every kind.
func TestNames(t *testing.T) {
	short := map[string]string{
		"CapacityOverride": "coverride", "ClassifierPool": "cpool", "ClusterMetricSource": "cmsource", "MetricSource": "msource",
		"ModerationPolicy": "modpol", "ModerationQueue": "mqueue", "ReviewTeam": "rteam", "StaffingTarget": "starget",
	}
	for kind, c := range loadCRDs(t) {
		names := c.Spec.Names
		if !slices.Equal(names.ShortNames, []string{short[kind]}) {
			t.Errorf("%s has the short names %v, want %s", kind, names.ShortNames, short[kind])
		}
		if !slices.Equal(names.Categories, []string{"modcap"}) {
			t.Errorf("%s is in the categories %v, want modcap", kind, names.Categories)
		}
		if c.Spec.Versions[0].Subresources == nil || c.Spec.Versions[0].Subresources.Status == nil {
			t.Errorf("%s has no status subresource", kind)
		}
	}
}

var (
	simplePath = regexp.MustCompile(`^(\.[A-Za-z0-9]+)+$`)
	condition  = regexp.MustCompile(`^\.status\.conditions\[\?\(@\.type=="([A-Za-z]+)"\)\]\.status$`)
)

// TestColumns wants every column to show one field that the schema has, of a type
// that kubectl prints as the column says, and READY and AGE on every kind.
func TestColumns(t *testing.T) {
	for kind, c := range loadCRDs(t) {
		t.Run(kind, func(t *testing.T) {
			fields := map[string]*apiextensionsv1.JSONSchemaProps{}
			for _, n := range walk(node{schema: c.schema()}) {
				fields["."+n.path] = n.schema
			}
			var names []string
			for _, column := range c.Spec.Versions[0].AdditionalPrinterColumns {
				names = append(names, column.Name)
				if condition.MatchString(column.JSONPath) || column.JSONPath == ".metadata.creationTimestamp" {
					continue
				}
				field, ok := fields[column.JSONPath]
				if !ok || !simplePath.MatchString(column.JSONPath) {
					t.Errorf("Column %s shows %s, which the schema does not have", column.Name, column.JSONPath)
					continue
				}
				if !printable(column.Type, field) {
					t.Errorf("Column %s of type %s shows a %s %s", column.Name, column.Type, field.Type, field.Format)
				}
			}
			if !slices.Contains(names, "Ready") || !slices.Contains(names, "Age") {
				t.Errorf("The columns are %v, want Ready and Age among them", names)
			}
		})
	}
}

func printable(column string, field *apiextensionsv1.JSONSchemaProps) bool {
	switch column {
	case "integer":
		return field.Type == "integer"
	case "date":
		return field.Format == "date-time"
	}
	return column == "string" && (field.Type == "string" || field.Type == "array")
}

// TestListedBounds holds the constants that controllers cut lists to to the schema.
func TestListedBounds(t *testing.T) {
	for _, n := range walk(node{schema: loadCRDs(t)["ModerationQueue"].schema()}) {
		if n.path == "status.reviews[].classes" && *n.schema.MaxItems != modcapv1alpha1.MaxClasses {
			t.Errorf("%s lists up to %d, and MaxClasses is %d", n.path, *n.schema.MaxItems, modcapv1alpha1.MaxClasses)
		}
	}
}
