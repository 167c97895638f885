package v1

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestCanonical(t *testing.T) {
	for name, c := range map[string]struct{ in, want, err string }{
		"sorts keys":           {in: `{"b":1, "a":{"d":[ ],"c":null}}`, want: `{"a":{"c":null,"d":[]},"b":1}`},
		"keeps HTML":           {in: `"<a href=\"x\">&"`, want: `"<a href=\"x\">&"`},
		"unescapes":            {in: `"\u00e9\u2028\/"`, want: "\"é\u2028/\""},
		"escapes controls":     {in: `"\u0001\n\t\r\b"`, want: `"\u0001\n\t\r\u0008"`},
		"integers":             {in: `[0,-0,-12,9007199254740991]`, want: `[0,0,-12,9007199254740991]`},
		"refuses a float":      {in: `{"a":0.5}`, err: "documents hold no floats"},
		"refuses an exponent":  {in: `1e3`, err: "documents hold no floats"},
		"refuses large":        {in: `9007199254740992`, err: "documents hold no floats"},
		"refuses twice":        {in: `{"a":1,"a":2}`, err: `key "a" stands twice`},
		"refuses nested twice": {in: `[{"a":{"b":1,"b":1}}]`, err: `key "b" stands twice`},
		"refuses more":         {in: `{} {}`, err: "more after the end"},
		"refuses bad UTF-8":    {in: "\"\xff\"", err: "UTF-8"},
		"refuses depth":        {in: strings.Repeat("[", 40) + strings.Repeat("]", 40), err: "deeper"},
		"refuses a cut":        {in: `{"a":[1,`, err: "JSON"},
		"refuses nothing":      {in: ``, err: "JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Canonical([]byte(c.in))
			switch {
			case c.err != "":
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("error %v, want one with %q", err, c.err)
				}
			case err != nil || string(got) != c.want:
				t.Errorf("got %s, %v; want %s", got, err, c.want)
			}
		})
	}
}

// Whatever Canonical accepts stays what it was, and is in its only form.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{`{"b":[1,-2,{"c":"<&>"}],"a":null}`, `"\ud800"`, `"\u2028"`, `[true,false]`, `-0`, `{"":{}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		once, err := Canonical(in)
		if err != nil {
			return
		}
		if twice, err := Canonical(once); err != nil || string(twice) != string(once) {
			t.Fatalf("canonical form of %s changes to %s, %v", once, twice, err)
		}
		var a, b any
		if err := json.Unmarshal(in, &a); err != nil {
			t.Fatalf("accepted what is not JSON: %v", err)
		}
		if err := json.Unmarshal(once, &b); err != nil {
			t.Fatalf("wrote what is not JSON: %v", err)
		}
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("the value changed from %v to %v", a, b)
		}
	})
}

// Whatever decodes is valid, and sealing it again gives the same bytes, unless the
// text had fields that this version does not know.
func FuzzDecodeDocument(f *testing.F) {
	d := document("live-br", Match{Markets: []string{"BR"}, Languages: []string{"pt-BR"}})
	data, err := SealDocument(d)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{}`))
	f.Add([]byte(strings.Replace(string(data), `"act`, `"Act`, 1)))
	f.Fuzz(func(t *testing.T, in []byte) {
		// Put the right hash in, so that the search gets behind it.
		v, err := parse(in)
		m, ok := v.(map[string]any)
		if err != nil || !ok {
			return
		}
		m["hash"] = hashOf(m)
		in = appendObject(nil, m)
		d, err := DecodeDocument(in, "")
		if err != nil {
			return
		}
		if _, err := NewTable(Set{
			Index: &Index{Header: Header{
				Format: Format, Kind: KindIndex, Hash: strings.Repeat("0", hashLen), Namespace: d.Namespace, Surface: d.Surface,
			}, Entries: []Entry{{d.Queue, DocumentName(d.Queue, d.Hash), d.Hash}}},
			Documents: map[string]*PolicyDocument{d.Hash: d},
		}); err != nil {
			t.Fatalf("a document that decodes does not build: %v", err)
		}
		again, err := SealDocument(d)
		if err != nil {
			t.Fatalf("a document that decodes does not seal: %v", err)
		}
		if _, err := DecodeDocument(again, ""); err != nil {
			t.Fatalf("a sealed document does not decode: %v", err)
		}
	})
}
