package v1

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares got with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, d)
	}
}

func sample(t *testing.T) (doc, index, weight []byte, s Set) {
	t.Helper()
	w := weights(TeamWeights{
		Queues: []string{"live-br"}, Languages: []string{"pt-BR"}, HarmDomains: []string{"hate"}, Tier: 1,
		Teams: []Weight{{"sao-paulo", 12000}}, Overflow: []string{"lisbon"},
	})
	w.Pools = []PoolWeights{{Pool: "gpu", Queues: []Weight{{"live-br", 800}}}}
	d := document("live-br", Match{Markets: []string{"BR", "PT"}, Languages: []string{"pt-BR"}, Default: true})
	s = set(t, w, d)
	var err error
	if doc, err = SealDocument(d); err != nil {
		t.Fatal(err)
	}
	if index, err = SealIndex(s.Index); err != nil {
		t.Fatal(err)
	}
	if weight, err = SealWeights(w); err != nil {
		t.Fatal(err)
	}
	return doc, index, weight, s
}

// The bytes of these files are the format: a change of them is a change for every
// router out there.
func TestGolden(t *testing.T) {
	doc, index, weight, _ := sample(t)
	golden(t, "document.json", doc)
	golden(t, "index.json", index)
	golden(t, "weights.json", weight)
}

// The encoder writes what encoding/json and Canonical do.
func TestEncoderAgrees(t *testing.T) {
	odd := document("q", Match{})
	odd.Revisions[0].Labels[0].Model = "\u2028<&>\"\\\x00\xff"
	odd.Streams, odd.Revisions[0].Labels[1].Clearances = nil, []string{}
	odd.Revisions[0].Labels[2].ActAt = nil
	s := set(t, weights(TeamWeights{
		Queues: []string{"q"}, Languages: []string{"en"}, HarmDomains: []string{"hate"}, Tier: 1, Teams: []Weight{{"dublin", 1}},
	}), document("q", Match{}))
	for name, doc := range map[string]any{
		"document": document("q", Match{Markets: []string{"BR"}}), "odd": odd, "empty": &PolicyDocument{},
		"index": s.Index, "empty index": &Index{}, "weights": s.Weights, "empty weights": &Weights{},
		"relief": &Weights{Relief: inForce(), Header: Header{Features: []string{"x"}}},
	} {
		t.Run(name, func(t *testing.T) {
			raw, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			want, err := Canonical(raw)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), string(encode(doc, true))); d != "" {
				t.Errorf("encoded (-encoding/json +here):\n%s", d)
			}
			h, err := Hash(raw)
			if err != nil {
				t.Fatal(err)
			}
			if sum := sha256.Sum256(encode(doc, false)); hex.EncodeToString(sum[:]) != h {
				t.Error("the hash differs")
			}
		})
	}
}

func TestSealedDecodes(t *testing.T) {
	doc, index, weight, s := sample(t)
	d, err := DecodeDocument(doc, s.Index.Entries[0].Hash)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.Documents[d.Hash], d); diff != "" {
		t.Errorf("document changed (-sealed +read):\n%s", diff)
	}
	x, err := DecodeIndex(index, "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.Index, x); diff != "" {
		t.Errorf("index changed (-sealed +read):\n%s", diff)
	}
	w, err := DecodeWeights(weight, "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.Weights, w); diff != "" {
		t.Errorf("weights changed (-sealed +read):\n%s", diff)
	}
	if again, err := SealDocument(d); err != nil || !bytes.Equal(again, doc) {
		t.Errorf("sealing what was read gives other bytes: %v", err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	doc, _, _, s := sample(t)
	hash := s.Index.Entries[0].Hash
	edit := func(old, new string) []byte { return []byte(strings.Replace(string(doc), old, new, 1)) }
	reseal := func(data []byte) []byte {
		h, err := Hash(data)
		if err != nil {
			t.Fatal(err)
		}
		return []byte(strings.Replace(string(data), hash, h, 1))
	}
	for name, c := range map[string]struct {
		data []byte
		want string
		is   error
		text string
	}{
		"one threshold changed": {data: edit("970000", "970001"), is: ErrHash},
		"hash changed":          {data: edit(hash[:8], "00000000"), is: ErrHash},
		"another document":      {data: doc, want: strings.Repeat("0", 64), is: ErrHash},
		"no hash":               {data: edit(`"hash":"`+hash+`",`, ""), is: ErrHash},
		"cut":                   {data: doc[:len(doc)/2], text: "JSON"},
		"not an object":         {data: []byte("[]"), text: "JSON object"},
		"wrong type":            {data: reseal(edit(`"share":1000000`, `"share":"all"`)), text: "share"},
		"newer format":          {data: reseal(edit(`"format":1`, `"format":2`)), is: ErrUnsupported},
		"unknown feature":       {data: reseal(edit(`"format":1`, `"features":["shadow"],"format":1`)), is: ErrUnsupported},
		"another kind":          {data: reseal(edit(`"PolicyDocument"`, `"RoutingIndex"`)), text: "kind"},
		"invalid, well hashed":  {data: reseal(edit(`"tier":1`, `"tier":0`)), text: "from 1 to 9"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := DecodeDocument(c.data, c.want)
			if err == nil || d != nil {
				t.Fatalf("accepted it")
			}
			if c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("error %v, want %v", err, c.is)
			}
			if !strings.Contains(err.Error(), c.text) {
				t.Errorf("error %v, want one with %q", err, c.text)
			}
		})
	}
}

func TestUnknownFieldsAreHashedAndIgnored(t *testing.T) {
	doc, _, _, s := sample(t)
	old := s.Index.Entries[0].Hash
	data := []byte(strings.Replace(string(doc), `"format":1`, `"comment":"from a later version","format":1`, 1))
	h, err := Hash(data)
	if err != nil || h == old {
		t.Fatalf("hash %s, %v: the field is not covered", h, err)
	}
	data = []byte(strings.Replace(string(data), old, h, 1))
	if _, err := DecodeDocument(data, h); err != nil {
		t.Error(err)
	}
}

func TestDocumentName(t *testing.T) {
	hash := strings.Repeat("ab", 32)
	long := strings.Repeat("q", 45)
	for name, c := range map[string]struct{ queue, want string }{
		"short":          {"live-br", "live-br-abababababababab"},
		"just fits":      {long + "x", long + "x-abababababababab"},
		"cut":            {long + "xyz", long + "x-abababababababab"},
		"cut after dash": {long + "-yz", long + "-abababababababab"},
		"longest":        {strings.Repeat("a.", 126) + "a", strings.Repeat("a.", 22) + "a-abababababababab"},
	} {
		t.Run(name, func(t *testing.T) {
			got := DocumentName(c.queue, hash)
			if got != c.want || len(got) > 63 {
				t.Errorf("got %s (%d characters), want %s", got, len(got), c.want)
			}
		})
	}
}
