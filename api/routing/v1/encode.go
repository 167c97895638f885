package v1

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// encoder writes this package's documents as canonical JSON. It knows what their
// fields are made of (structs, pointers, lists, strings, booleans, integers) and no
// more; a test holds it to Canonical of what encoding/json writes, which takes ten
// times as long.
type encoder struct {
	fields   map[reflect.Type][]field
	withHash bool
}

// field of a struct; index is the path through embedded structs.
type field struct {
	name  string
	index []int
	omit  bool // if empty
}

// encode writes a document, without its hash unless asked.
func encode(doc any, withHash bool) []byte {
	e := &encoder{fields: map[reflect.Type][]field{}, withHash: withHash}
	return e.append(make([]byte, 0, 1<<12), reflect.ValueOf(doc))
}

func (e *encoder) append(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, "null"...)
		}
		return e.append(b, v.Elem())
	case reflect.Struct:
		return e.appendStruct(b, v)
	case reflect.Slice:
		return e.appendSlice(b, v)
	case reflect.String:
		return appendString(b, strings.ToValidUTF8(v.String(), "\ufffd"))
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	default:
		return strconv.AppendInt(b, v.Int(), 10)
	}
}

func (e *encoder) appendSlice(b []byte, v reflect.Value) []byte {
	if v.IsNil() {
		return append(b, "null"...)
	}
	b = append(b, '[')
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		b = e.append(b, v.Index(i))
	}
	return append(b, ']')
}

func (e *encoder) appendStruct(b []byte, v reflect.Value) []byte {
	fields, known := e.fields[v.Type()]
	if !known {
		fields = fieldsOf(v.Type(), nil)
		slices.SortFunc(fields, func(a, b field) int { return cmp.Compare(a.name, b.name) })
		e.fields[v.Type()] = fields
	}
	b = append(b, '{')
	first := len(b)
	for i := range fields {
		f := &fields[i]
		fv := v.FieldByIndex(f.index)
		if f.omit && empty(fv) || f.name == "hash" && len(f.index) > 1 && !e.withHash {
			continue
		}
		if len(b) > first {
			b = append(b, ',')
		}
		b = e.append(append(appendString(b, f.name), ':'), fv)
	}
	return append(b, '}')
}

// empty is what encoding/json means by omitempty.
func empty(v reflect.Value) bool {
	if v.Kind() == reflect.Slice {
		return v.Len() == 0
	}
	return v.IsZero()
}

// fieldsOf lists the fields of a struct with those of embedded structs.
func fieldsOf(t reflect.Type, path []int) (out []field) {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(slices.Clone(path), i)
		if f.Anonymous {
			out = append(out, fieldsOf(f.Type, index)...)
			continue
		}
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		out = append(out, field{name, index, rest == "omitempty"})
	}
	return out
}
