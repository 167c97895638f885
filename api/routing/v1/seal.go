package v1

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Errors that readers tell apart.
var (
	// ErrHash says that a document's bytes are not those its hash names.
	ErrHash = errors.New("the bytes do not match their hash")
	// ErrUnsupported says that the document needs a newer reader.
	ErrUnsupported = errors.New("the document needs a newer reader")
)

const (
	hashLen     = 64 // hexadecimal digits of a SHA-256
	nameHashLen = 16 // of them in a name: 64 bits, among the documents of one queue
	maxNameLen  = 63 // so that a name is also a valid label value
)

// DocumentName is the name of a queue's document, <queue>-<hash>: the queue's name
// cut to 46 characters, and the first 16 digits of the hash. It is at most 63
// characters, so that it serves as a ConfigMap's name and as a label's value. Two
// queues with the same long beginning do not collide, because the hash covers the
// whole name.
func DocumentName(queue, hash string) string {
	if len(hash) > nameHashLen {
		hash = hash[:nameHashLen]
	}
	if keep := maxNameLen - 1 - nameHashLen; len(queue) > keep {
		queue = strings.TrimRight(queue[:keep], "-.")
	}
	return queue + "-" + hash
}

// Hash is the hash of a document: the SHA-256, in hexadecimal, of its canonical
// JSON without the top-level field "hash".
func Hash(data []byte) (string, error) {
	v, err := parse(data)
	if err != nil {
		return "", err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return "", errors.New("a document is a JSON object")
	}
	return hashOf(m), nil
}

func hashOf(m map[string]any) string {
	delete(m, "hash")
	sum := sha256.Sum256(appendObject(nil, m))
	return hex.EncodeToString(sum[:])
}

// SealDocument fills in the header's format, kind and hash, and returns the
// canonical bytes. It refuses a document that Validate refuses.
func SealDocument(d *PolicyDocument) ([]byte, error) {
	return seal(d, &d.Header, KindDocument)
}

// SealIndex is SealDocument for an index.
func SealIndex(i *Index) ([]byte, error) { return seal(i, &i.Header, KindIndex) }

// SealWeights is SealDocument for weights.
func SealWeights(w *Weights) ([]byte, error) { return seal(w, &w.Header, KindWeights) }

type validator interface{ Validate() error }

func seal(doc validator, h *Header, kind string) ([]byte, error) {
	h.Format, h.Kind = Format, kind
	sum := sha256.Sum256(encode(doc, false))
	h.Hash = hex.EncodeToString(sum[:])
	if err := doc.Validate(); err != nil {
		return nil, fmt.Errorf("invalid %s: %w", kind, err)
	}
	return encode(doc, true), nil
}

// DecodeDocument reads a document, checks that its bytes are those that its hash
// names (and those of want, unless want is empty), and validates it. It returns
// ErrHash, ErrUnsupported or what Validate returns, wrapped.
func DecodeDocument(data []byte, want string) (*PolicyDocument, error) {
	d := &PolicyDocument{}
	if err := open(data, want, d, &d.Header); err != nil {
		return nil, err
	}
	return d, nil
}

// DecodeIndex is DecodeDocument for an index.
func DecodeIndex(data []byte, want string) (*Index, error) {
	i := &Index{}
	if err := open(data, want, i, &i.Header); err != nil {
		return nil, err
	}
	return i, nil
}

// DecodeWeights is DecodeDocument for weights.
func DecodeWeights(data []byte, want string) (*Weights, error) {
	w := &Weights{}
	if err := open(data, want, w, &w.Header); err != nil {
		return nil, err
	}
	return w, nil
}

func open(data []byte, want string, doc validator, h *Header) error {
	got, err := Hash(data)
	if err != nil {
		return fmt.Errorf("read document: %w", err)
	}
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(doc); err != nil {
		return fmt.Errorf("read document: %w", err)
	}
	if h.Hash != got || (want != "" && want != got) {
		return fmt.Errorf("read document: %w: the bytes hash to %s, the document says %q, wanted %q", ErrHash, got, h.Hash, want)
	}
	if err := doc.Validate(); err != nil {
		return fmt.Errorf("invalid document: %w", err)
	}
	return nil
}
