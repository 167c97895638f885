package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

// TestUnpack reads the same history in each of its forms.
func TestUnpack(t *testing.T) {
	list := recorded(t, inputs()...)
	one := recorded(t, input())
	for name, c := range map[string]struct {
		data []byte
		want int
	}{
		"compressed":          {packed(t, list), len(inputs())},
		"a list":              {list, len(inputs())},
		"a single record":     {bytes.Trim(one, " \n[]"), 1},
		"nothing":             {nil, 0},
		"an empty list":       {[]byte("[]"), 0},
		"nothing, compressed": {packed(t, nil), 0},
	} {
		t.Run(name, func(t *testing.T) {
			records, err := Unpack(c.data)
			if err != nil || len(records) != c.want {
				t.Fatalf("%d records, want %d: %v", len(records), c.want, err)
			}
			if c.want == 0 {
				return
			}
			d := capacity.Plan(input())
			want := Head{At: now, Replicas: d.Replicas, Verdict: d.Verdict, Binding: d.Binding, Rules: capacity.Rules}
			if diff := cmp.Diff(want, records[0].Head); diff != "" {
				t.Errorf("first record (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnpackRefuses(t *testing.T) {
	whole := packed(t, recorded(t, input()))
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"half a file":         {whole[:len(whole)/2], "unpack decisions: unexpected EOF"},
		"no gzip after all":   {[]byte{0x1f, 0x8b, 1}, "unpack decisions: unexpected EOF"},
		"not JSON":            {[]byte("hello"), "decode decisions: invalid character 'h' looking for beginning of value"},
		"no decision":         {[]byte(`[{"input":{}}]`), "decode decision 1: it needs an input and a decision"},
		"of another kind":     {[]byte(`[{"input":{"now":"noon"},"decision":{}}]`), "decode decision 1: read input: json: cannot unmarshal string"},
		"a decision in words": {[]byte(`[{"input":{},"decision":"five"}]`), "decode decision 1: read decision: json: cannot unmarshal string"},
		"a bomb":              {packed(t, make([]byte, maxUnpacked+1)), "unpack decisions: more than 64 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Unpack(c.data); err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("error %v, want %s…", err, c.want)
			}
		})
	}
}

// changed is a record of the plain input after a replacement in its text.
func changed(t testing.TB, old, new string) Record {
	t.Helper()
	text := string(recorded(t, input()))
	if !strings.Contains(text, old) {
		t.Fatalf("no %s in %s", old, text)
	}
	records, err := Unpack([]byte(strings.ReplaceAll(text, old, new)))
	if err != nil {
		t.Fatal(err)
	}
	return records[0]
}

func TestAgain(t *testing.T) {
	d := capacity.Plan(input())
	needed, _ := json.Marshal(d.Needed)
	for name, c := range map[string]struct {
		record Record
		want   Result
	}{
		"the same": {changed(t, "{", "{"), Result{Same: true}},
		"another number": {changed(t, `"needed": `+string(needed), `"needed": 7`),
			Result{Differences: []Difference{{".needed", "7", string(needed)}}}},
		"a field less":  {changed(t, `"fresh": true,`, ``), Result{Differences: []Difference{{".fresh", "", "true"}}}},
		"another input": {changed(t, `"max": 40`, `"max": 41`), Result{Same: true}}, // it has no say
		"another order": {changed(t, `"needed": `+string(needed)+",\n   \"fresh\": true,", `"fresh": true, "needed": `+string(needed)+","),
			Result{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.record.Again()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestDifferencesAreBounded replays a record against a wholly different one.
func TestDifferencesAreBounded(t *testing.T) {
	many := input()
	for i := range 60 {
		q := many.Queues[0]
		q.Key = "demo/x" + string(rune('A'+i))
		many.Queues = append(many.Queues, q)
	}
	few, err := json.Marshal(capacity.Plan(input()))
	if err != nil {
		t.Fatal(err)
	}
	in, err := json.Marshal(many)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Record{Head: Head{Rules: capacity.Rules}, input: in, decision: few}.Again()
	if err != nil || got.Same || len(got.Differences) != MaxDifferences {
		t.Errorf("same %t with %d differences, want %d: %v", got.Same, len(got.Differences), MaxDifferences, err)
	}
}

func TestReadRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		record Record
		rules  string
		want   string
	}{
		"other rules": {changed(t, `"rules": "`+capacity.Rules+`"`, `"rules": "0"`), "0",
			`was made by version "0" of the rules, and this kubectl-modcap has version "` + capacity.Rules + `"; use the kubectl-modcap of the operator's release`},
		"no rules": {changed(t, `"rules": "`+capacity.Rules+`"`, `"rules": ""`), "", `was made by version "" of the rules`},
		"a field of tomorrow": {changed(t, `"pool": {`, `"pool": {"mood": 3,`), "-",
			`has an input that this kubectl-modcap cannot read: json: unknown field "mood"`},
		"a verdict of tomorrow": {changed(t, `"verdict":`, `"mood": 3, "verdict":`), "-",
			`has a decision that this kubectl-modcap cannot read: json: unknown field "mood"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.record.Again()
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Fatalf("error %v, want %s…", err, c.want)
			}
			var rules *RulesError
			if is := errors.As(err, &rules); is != (c.rules != "-") || is && rules.Rules != c.rules {
				t.Errorf("rules error %v, want rules %q", rules, c.rules)
			}
		})
	}
}

func TestFind(t *testing.T) {
	records, err := Unpack(recorded(t, inputs()...))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		at   sample.Instant
		want int
	}{
		"before all":          {now - 1, -1},
		"the first, exactly":  {now, 0},
		"between two":         {now.Add(90 * sample.Second), 1},
		"long after the last": {now.Add(sample.Hour), len(inputs()) - 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Find(records, c.at); got != c.want {
				t.Errorf("found %d, want %d", got, c.want)
			}
		})
	}
}

// FuzzUnpack has hostile histories unpacked and replayed.
func FuzzUnpack(f *testing.F) {
	f.Add(recorded(f, input()))
	f.Add(packed(f, recorded(f, input())))
	f.Add([]byte(`[{"input":{"queues":[{}]},"decision":{"rules":"` + capacity.Rules + `"}}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		records, err := Unpack(data)
		if err != nil && records != nil {
			t.Fatal("records and an error")
		}
		for _, r := range records {
			if got, err := r.Again(); err == nil && got.Same && len(got.Differences) > 0 {
				t.Fatalf("same, and %v", got.Differences)
			}
		}
	})
}

// TestDecisionsHaveNoFloats reads the source of the engine: floating point may be
// contracted differently from processor to processor.
func TestDecisionsHaveNoFloats(t *testing.T) {
	files, err := filepath.Glob("../capacity/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range floats(t, name, src) {
			t.Error(bad)
		}
	}
	if got := floats(t, "x.go", []byte("package x\nvar a float64 = 0.5\nvar b = m.Float()")); len(got) != 3 {
		t.Errorf("found %q where there are three", got)
	}
}

// floats lists where a file has floating point.
func floats(t *testing.T, name string, src []byte) (found []string) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		bad := false
		switch n := n.(type) {
		case *ast.Ident:
			switch n.Name {
			case "float64", "float32", "complex64", "complex128", "Float", "FromFloat":
				bad = true
			}
		case *ast.BasicLit:
			bad = n.Kind == token.FLOAT || n.Kind == token.IMAG
		}
		if bad {
			found = append(found, "floating point at "+fset.Position(n.Pos()).String())
		}
		return true
	})
	return found
}

// What was recorded by whatever rules keeps its bytes when a decision is added, and
// the oldest go when there are too many.
func TestPack(t *testing.T) {
	foreign := []byte(`[{"input":{"now":1,"of":"old"},"decision":{"rules":"0","replicas":3}}]`)
	history, err := Unpack(foreign)
	if err != nil {
		t.Fatal(err)
	}
	for i := range recordsKept + 5 {
		rec, err := New(input(), capacity.Plan(input()))
		if err != nil {
			t.Fatal(err)
		}
		data, err := Pack(append(history, rec))
		if err != nil {
			t.Fatal(err)
		}
		if history, err = Unpack(data); err != nil {
			t.Fatal(err)
		}
		if want := min(i+2, recordsKept); len(history) != want {
			t.Fatalf("%d records, want %d", len(history), want)
		}
		if old := history[0]; i+2 <= recordsKept && string(old.input) != `{"now":1,"of":"old"}` {
			t.Fatalf("an old record became %s", old.input)
		}
		if result, err := history[len(history)-1].Again(); err != nil || !result.Same {
			t.Fatalf("the newest comes out differently: %+v, %v", result, err)
		}
	}
}

// A history that is too large keeps its later half.
func TestPackBoundsBytes(t *testing.T) {
	var history []Record
	r := rand.New(rand.NewPCG(1, 2))
	for range 8 {
		noise := make([]byte, 64<<10)
		for i := range noise {
			noise[i] = "0123456789abcdef"[r.IntN(16)]
		}
		history = append(history, Record{input: fmt.Appendf(nil, `{"now":1,"n":%q}`, noise), decision: []byte(`{"rules":"0"}`)})
	}
	data, err := Pack(history)
	if err != nil || len(data) > recordsBytes {
		t.Fatalf("%d bytes: %v", len(data), err)
	}
	kept, err := Unpack(data)
	if err != nil || len(kept) == 0 || len(kept) >= 8 {
		t.Fatalf("%d records are kept: %v", len(kept), err)
	}
	if string(kept[len(kept)-1].input) != string(history[7].input) {
		t.Error("the newest is not kept")
	}
}
