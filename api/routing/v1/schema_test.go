package v1

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type node = map[string]any

func loadSchema(t *testing.T) node {
	t.Helper()
	var s node
	if err := json.Unmarshal([]byte(Schema()), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// fields are the JSON names of a struct's fields; the value says whether the field
// may be left out.
func fields(typ reflect.Type) map[string]bool {
	out := map[string]bool{}
	for i := range typ.NumField() {
		f := typ.Field(i)
		if f.Anonymous {
			for k, v := range fields(f.Type) {
				out[k] = v
			}
			continue
		}
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		out[name] = rest == "omitempty"
	}
	return out
}

// Every type has the schema's properties, and leaves out what the schema lets it.
func TestSchemaHasTheTypesFields(t *testing.T) {
	defs := loadSchema(t)["$defs"].(node)
	for _, v := range []any{
		PolicyDocument{}, Match{}, Revision{}, Rollout{}, MarketShare{}, Label{}, Override{}, QASample{}, Escalation{}, EscalationTier{}, Stream{}, ServiceLevel{},
		Index{}, Entry{}, Weights{}, PoolWeights{}, TeamWeights{}, Relaxed{}, ExposureLimit{}, Weight{}, Relief{},
	} {
		typ := reflect.TypeOf(v)
		t.Run(typ.Name(), func(t *testing.T) {
			def, ok := defs[typ.Name()].(node)
			if !ok {
				t.Fatal("the schema does not have the type")
			}
			required, _ := def["required"].([]any)
			got := map[string]bool{}
			for name := range def["properties"].(node) {
				got[name] = !slices.Contains(required, any(name))
			}
			if d := cmp.Diff(fields(typ), got); d != "" {
				t.Errorf("field → optional (-Go +schema):\n%s", d)
			}
		})
	}
}

// check validates v against s with the keywords that the schema uses, and reports
// any other keyword, so that none is thought to be checked and is not.
func check(root, s node, v any) error {
	all := keywords()
	for k, arg := range s {
		f, known := all[k]
		if !known {
			return fmt.Errorf("keyword %s is not known to the test", k)
		}
		if f != nil {
			if err := f(root, s, arg, v); err != nil {
				return err
			}
		}
	}
	return nil
}

type keyword func(root, s node, arg, v any) error

// keywords that the schema uses; nil for those that check nothing.
func keywords() map[string]keyword {
	return map[string]keyword{
		"description": nil, "title": nil, "$schema": nil, "$id": nil, "$defs": nil,
		"$ref": func(root, _ node, arg, v any) error {
			return check(root, root["$defs"].(node)[strings.TrimPrefix(arg.(string), "#/$defs/")].(node), v)
		},
		"type": func(_, _ node, arg, v any) error {
			kinds := map[string]string{"string": "string", "integer": "float64", "boolean": "bool", "object": "map[string]interface {}", "array": "[]interface {}"}
			if got := fmt.Sprintf("%T", v); got != kinds[arg.(string)] {
				return fmt.Errorf("%v is not of type %v", v, arg)
			}
			return nil
		},
		"const": func(_, _ node, arg, v any) error { return want(reflect.DeepEqual(arg, v), "%v is not %v", v, arg) },
		"enum": func(_, _ node, arg, v any) error {
			return want(slices.Contains(arg.([]any), v), "%v is not of %v", v, arg)
		},
		"pattern": func(_, _ node, arg, v any) error {
			return want(regexp.MustCompile(arg.(string)).MatchString(v.(string)), "%v does not match %v", v, arg)
		},
		"maxLength": func(_, _ node, arg, v any) error {
			return want(len(v.(string)) <= int(arg.(float64)), "%v is too long", v)
		},
		"minimum":     func(_, _ node, arg, v any) error { return want(v.(float64) >= arg.(float64), "%v is too low", v) },
		"maximum":     func(_, _ node, arg, v any) error { return want(v.(float64) <= arg.(float64), "%v is too high", v) },
		"minItems":    func(_, _ node, arg, v any) error { return want(len(v.([]any)) >= int(arg.(float64)), "too few items") },
		"maxItems":    func(_, _ node, arg, v any) error { return want(len(v.([]any)) <= int(arg.(float64)), "too many items") },
		"uniqueItems": unique,
		"required":    required,
		"properties":  properties,
		"items":       items,
		"anyOf": func(root, _ node, arg, v any) error {
			return want(matching(root, arg, v) >= 1, "matches no alternative")
		},
		"oneOf": func(root, _ node, arg, v any) error {
			return want(matching(root, arg, v) == 1, "matches not exactly one kind")
		},
	}
}

func want(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf(format, args...)
}

func unique(_, _ node, _, v any) error {
	seen := map[any]bool{}
	for _, e := range v.([]any) {
		if seen[e] {
			return fmt.Errorf("%v stands twice", e)
		}
		seen[e] = true
	}
	return nil
}

func required(_, _ node, arg, v any) error {
	for _, k := range arg.([]any) {
		if _, ok := v.(node)[k.(string)]; !ok {
			return fmt.Errorf("%v is missing", k)
		}
	}
	return nil
}

func properties(root, _ node, arg, v any) error {
	for k, sub := range arg.(node) {
		if e, ok := v.(node)[k]; ok {
			if err := check(root, sub.(node), e); err != nil {
				return fmt.Errorf("%s: %w", k, err)
			}
		}
	}
	return nil
}

func items(root, _ node, arg, v any) error {
	for i, e := range v.([]any) {
		if err := check(root, arg.(node), e); err != nil {
			return fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return nil
}

func matching(root node, arg, v any) (n int) {
	for _, alt := range arg.([]any) {
		if check(root, alt.(node), v) == nil {
			n++
		}
	}
	return n
}

func against(t *testing.T, kind string, data []byte) error {
	t.Helper()
	root := loadSchema(t)
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	s := root
	if kind != "" {
		s = root["$defs"].(node)[kind].(node)
	}
	return check(root, s, v)
}

func TestSchemaTakesWhatIsSealed(t *testing.T) {
	doc, index, weight, _ := sample(t)
	for kind, data := range map[string][]byte{"PolicyDocument": doc, "Index": index, "Weights": weight} {
		if err := against(t, kind, data); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if err := against(t, "", data); err != nil {
			t.Errorf("%s as any document: %v", kind, err)
		}
	}
}

// What the schema refuses the package refuses too: nobody who validates with the
// schema alone holds back what routers take.
func TestSchemaRefusesNothingElse(t *testing.T) {
	doc, _, _, s := sample(t)
	hash := s.Index.Entries[0].Hash
	for name, c := range map[string]struct{ old, new string }{
		"score too high":    {"970000", "1000001"},
		"negative":          {`"reviewAt":600000`, `"reviewAt":-1`},
		"market":            {`"BR"`, `"br"`},
		"severity":          {`"High"`, `"Grave"`},
		"unit":              {`"Item"`, `"Author"`},
		"salt":              {"0123456789abcdef", "0123"},
		"tier":              {`"tier":2`, `"tier":10`},
		"no markets":        {`["AT","DE"]`, `[]`},
		"harm domain":       {`"harassment"`, `"Harassment"`},
		"feature":           {`"format":1`, `"features":["x"],"format":1`},
		"no thresholds":     {`"reviewAt":100000,`, ``},
		"no time":           {"3600000", "0"},
		"no queue":          {`"queue":"live-br",`, ``},
		"other kind":        {`"kind":"PolicyDocument"`, `"kind":"RoutingIndex"`},
		"service level 0 %": {`"percent":900000`, `"percent":0`},
	} {
		t.Run(name, func(t *testing.T) {
			data := []byte(strings.Replace(string(doc), c.old, c.new, 1))
			if string(data) == string(doc) {
				t.Fatal("nothing was changed")
			}
			h, err := Hash(data)
			if err != nil {
				t.Fatal(err)
			}
			data = []byte(strings.Replace(string(data), hash, h, 1))
			_, err = DecodeDocument(data, "")
			if err == nil {
				t.Error("the package takes it")
			}
			if against(t, "PolicyDocument", data) == nil {
				t.Error("the schema takes it")
			}
		})
	}
}
