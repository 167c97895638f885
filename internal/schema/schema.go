package schema

import (
	"context"
	"fmt"
	"io/fs"
	"math"
	"strconv"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/util/json" // which keeps whole numbers whole
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"
)

// perCallLimit is the most that one rule may cost on one value, as the API server has it.
const perCallLimit = 1_000_000

// Schemas are the definitions of a directory. A kind's is made ready when it is first asked for.
type Schemas struct {
	files map[string][]byte
	kinds map[string]*kind
}

// kind is a definition made ready to check objects.
type kind struct {
	structural *schema.Structural
	validator  validation.SchemaValidator
	rules      *cel.Validator
}

// Load reads definitions from a directory of files named after group and plural, as controller-gen writes them.
func Load(files fs.FS, dir string) (*Schemas, error) {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return nil, fmt.Errorf("read definitions: %w", err)
	}
	out := &Schemas{map[string][]byte{}, map[string]*kind{}}
	for _, e := range entries {
		data, err := fs.ReadFile(files, dir+"/"+e.Name())
		if err != nil {
			return nil, fmt.Errorf("read definitions: %w", err)
		}
		plural := strings.TrimSuffix(e.Name(), ".yaml")
		if _, after, ok := strings.Cut(plural, "_"); ok {
			plural = after
		}
		out.files[plural] = data
	}
	return out, nil
}

// kind is the definition of a kind, nil if there is none.
func (s *Schemas) kind(name string) (*kind, error) {
	if k := s.kinds[name]; k != nil {
		return k, nil
	}
	plural := strings.ToLower(name) + "s"
	if before, ok := strings.CutSuffix(plural, "ys"); ok {
		plural = before + "ies"
	}
	data := s.files[plural]
	if data == nil {
		return nil, nil
	}
	k, err := newKind(data)
	if err != nil {
		return nil, fmt.Errorf("definition of %s: %w", name, err)
	}
	s.kinds[name] = k
	return k, nil
}

func newKind(data []byte) (*kind, error) {
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(data, &crd); err != nil {
		return nil, err
	}
	var props apiextensions.JSONSchemaProps
	v1 := crd.Spec.Versions[0].Schema.OpenAPIV3Schema
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(v1, &props, nil); err != nil {
		return nil, err
	}
	structural, err := schema.NewStructural(&props)
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(&props)
	if err != nil {
		return nil, err
	}
	return &kind{structural, validator, cel.NewValidator(structural, true, perCallLimit)}, nil
}

// Problem is what the API server would refuse an object for.
type Problem struct {
	// Field is the path, as spec.labels[hate].actAt; empty for the whole object.
	Field   string
	Message string
}

// Check says what the API server would refuse a manifest for, an object of the kind of that name in YAML or JSON. Of a
// kind that there is not it says nothing.
func (s *Schemas) Check(ctx context.Context, name string, manifest []byte) ([]Problem, error) {
	k, err := s.kind(name)
	if err != nil || k == nil {
		return nil, err
	}
	data, err := yaml.YAMLToJSON(manifest)
	if err != nil {
		return nil, err
	}
	object := map[string]any{}
	if err := json.Unmarshal(data, &object); err != nil {
		return nil, err
	}
	unknown := pruning.PruneWithOptions(object, k.structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	defaulting.Default(object, k.structural)
	errs := validation.ValidateCustomResource(nil, object, k.validator)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, k.structural, object)...)
	if len(errs) == 0 {
		errs, _ = k.rules.Validate(ctx, nil, k.structural, object, nil, math.MaxInt64)
	}
	out := make([]Problem, 0, len(unknown)+len(errs))
	for _, path := range unknown { // a reader of Go's takes reviewat for reviewAt, and the API server does not
		out = append(out, Problem{byName(object, path), "there is no field of this name; capitals count"})
	}
	for _, e := range errs {
		p := problem(e)
		p.Field = byName(object, p.Field)
		out = append(out, p)
	}
	return out, nil
}

// byName is a path with the names of the elements of lists in place of their indexes, where they have one.
func byName(value any, path string) string {
	var out strings.Builder
	for path != "" {
		end := strings.IndexAny(path[1:], ".[") + 1
		if end == 0 {
			end = len(path)
		}
		step := path[:end]
		path = path[end:]
		if index, ok := strings.CutPrefix(step, "["); ok {
			value = element(value, strings.TrimSuffix(index, "]"))
			if fields, _ := value.(map[string]any); fields["name"] != nil {
				step = fmt.Sprintf("[%v]", fields["name"])
			}
		} else {
			fields, _ := value.(map[string]any)
			value = fields[strings.TrimPrefix(step, ".")]
		}
		out.WriteString(step)
	}
	return out.String()
}

func element(list any, index string) any {
	elements, _ := list.([]any)
	if i, err := strconv.Atoi(index); err == nil && i < len(elements) {
		return elements[i]
	}
	return nil
}

func problem(e *field.Error) Problem {
	p := Problem{e.Field, e.ErrorBody()}
	if p.Field == "<nil>" {
		p.Field = ""
	}
	if e.Type != field.ErrorTypeInvalid || e.Detail == "" {
		return p
	}
	p.Message = strings.TrimPrefix(e.Detail, e.Field+" in body ")
	if text, ok := e.BadValue.(string); ok && text != "object" && text != "array" {
		p.Message = fmt.Sprintf("%q: %s", text, p.Message)
	}
	return p
}
