package replay

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"

	"github.com/modcap/modcap/internal/capacity"
	"github.com/modcap/modcap/internal/sample"
)

// Key is the key of the history in a pool's decisions ConfigMap.
const Key = "decisions.json.gz"

// maxUnpacked bounds what a tampered history can unpack to, in bytes.
const maxUnpacked = 64 << 20

// Record is a decision as it was recorded, with all that it was made from.
type Record struct {
	// Head is what every version of the rules records.
	Head
	input, decision json.RawMessage
}

// Head tells one record from another.
type Head struct {
	At       sample.Instant
	Replicas int32
	Verdict  capacity.Verdict
	Binding  capacity.Rule
	// Rules is the version of the rules that made the decision.
	Rules string
}

// Unpack reads a history, oldest first: a JSON list of records or a single one,
// compressed with gzip or not. Nothing gives none.
func Unpack(data []byte) ([]Record, error) {
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("unpack decisions: %w", err)
		}
		if data, err = io.ReadAll(io.LimitReader(z, maxUnpacked+1)); err != nil {
			return nil, fmt.Errorf("unpack decisions: %w", err)
		}
	}
	if len(data) > maxUnpacked {
		return nil, fmt.Errorf("unpack decisions: more than %d MiB", maxUnpacked>>20)
	}
	data = bytes.TrimSpace(data)
	if len(data) == 0 {
		return nil, nil
	}
	if data[0] == '{' {
		data = bytes.Join([][]byte{[]byte("["), data, []byte("]")}, nil)
	}
	return decode(data)
}

func decode(list []byte) ([]Record, error) {
	var all []struct{ Input, Decision json.RawMessage }
	if err := json.Unmarshal(list, &all); err != nil {
		return nil, fmt.Errorf("decode decisions: %w", err)
	}
	out := make([]Record, 0, len(all))
	for i, one := range all {
		if len(one.Input) == 0 || len(one.Decision) == 0 {
			return nil, fmt.Errorf("decode decision %d: it needs an input and a decision", i+1)
		}
		r := Record{input: one.Input, decision: one.Decision}
		if err := r.readHead(); err != nil {
			return nil, fmt.Errorf("decode decision %d: %w", i+1, err)
		}
		out = append(out, r)
	}
	return out, nil
}

// readHead reads what is common to all versions, and passes over the rest.
func (r *Record) readHead() error {
	var in struct {
		Now sample.Instant `json:"now"`
	}
	if err := json.Unmarshal(r.input, &in); err != nil {
		return fmt.Errorf("read input: %w", err)
	}
	var d struct {
		Rules    string           `json:"rules"`
		Replicas int32            `json:"replicas"`
		Verdict  capacity.Verdict `json:"verdict"`
		Binding  capacity.Rule    `json:"binding"`
	}
	if err := json.Unmarshal(r.decision, &d); err != nil {
		return fmt.Errorf("read decision: %w", err)
	}
	r.Head = Head{At: in.Now, Replicas: d.Replicas, Verdict: d.Verdict, Binding: d.Binding, Rules: d.Rules}
	return nil
}

// RulesError says that a decision was made by rules that are not built in here.
type RulesError struct{ Rules string }

func (e *RulesError) Error() string {
	return fmt.Sprintf("was made by version %q of the rules, and this kubectl-modcap has version %q; "+
		"use the kubectl-modcap of the operator's release", e.Rules, capacity.Rules)
}

// Read decodes a record. The error is a *RulesError for another version of the
// rules; a field that this version does not know is an error as well, because it
// may have had a say.
func (r Record) Read() (in capacity.Input, d capacity.Decision, err error) {
	if r.Rules != capacity.Rules {
		return in, d, &RulesError{Rules: r.Rules}
	}
	if err := strict(r.input, &in); err != nil {
		return in, d, fmt.Errorf("has an input that this kubectl-modcap cannot read: %w", err)
	}
	if in.Rules != "" && in.Rules != capacity.Rules {
		return in, d, &RulesError{Rules: in.Rules}
	}
	if err := strict(r.decision, &d); err != nil {
		return in, d, fmt.Errorf("has a decision that this kubectl-modcap cannot read: %w", err)
	}
	return in, d, nil
}

func strict(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// Find is the index of the decision in force at an instant: the last one not
// later; -1 when all are later.
func Find(records []Record, at sample.Instant) int {
	found := -1
	for i := range records {
		if records[i].At <= at {
			found = i
		}
	}
	return found
}
