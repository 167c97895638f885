package api

import (
	"fmt"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// filler makes a value for a schema with every field set.
type filler struct {
	// items is the number of items of a list that may have most, and length the
	// number of characters of a string that may have so many.
	items, length func(most int64) int64
	made          int
}

// small sets every field once, with short strings.
func small() *filler {
	return &filler{
		items:  func(most int64) int64 { return min(most, 1) },
		length: func(most int64) int64 { return min(most, 10) },
	}
}

// large fills lists to their bounds with strings of the greatest length.
func large() *filler {
	whole := func(most int64) int64 { return most }
	return &filler{items: whole, length: whole}
}

// fill returns a value that the schema (though perhaps no rule) admits.
func (f *filler) fill(s *apiextensionsv1.JSONSchemaProps) any {
	switch s.Type {
	case "object":
		object := map[string]any{}
		for name, property := range s.Properties {
			object[name] = f.fill(&property)
		}
		return object
	case "array":
		list := []any{}
		for range f.items(*s.MaxItems) {
			list = append(list, f.fill(s.Items.Schema))
		}
		return list
	case "integer":
		return f.integer(s)
	case "boolean":
		return true
	}
	return f.text(s)
}

func (f *filler) integer(s *apiextensionsv1.JSONSchemaProps) any {
	switch {
	case s.Maximum != nil:
		return int64(*s.Maximum)
	case s.Format == "int64":
		return int64(1<<53 - 1)
	}
	return int64(1<<31 - 1)
}

// text returns strings that differ from one another, as the keys of a list must.
func (f *filler) text(s *apiextensionsv1.JSONSchemaProps) any {
	if len(s.Enum) > 0 {
		return strings.Trim(string(s.Enum[0].Raw), `"`)
	}
	if s.Format == "date-time" {
		return "2026-12-24T18:00:00Z"
	}
	f.made++
	unique := fmt.Sprintf("a%d", f.made)
	if n := int(f.length(*s.MaxLength)); n > len(unique) {
		return unique + strings.Repeat("x", n-len(unique))
	}
	return unique
}
