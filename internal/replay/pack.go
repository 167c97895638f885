package replay

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"

	"github.com/modcap/modcap/internal/capacity"
)

const (
	// recordsKept is how many decisions a history holds at most.
	recordsKept = 64
	// recordsBytes bounds the compressed history, well below the API's 1 MiB.
	recordsBytes = 256 << 10
)

// New records a decision with what it was made from.
func New(in capacity.Input, d capacity.Decision) (Record, error) {
	input, err := json.Marshal(in)
	if err != nil {
		return Record{}, fmt.Errorf("encode input: %w", err)
	}
	decision, err := json.Marshal(d)
	if err != nil {
		return Record{}, fmt.Errorf("encode decision: %w", err)
	}
	head := Head{At: in.Now, Replicas: d.Replicas, Verdict: d.Verdict, Binding: d.Binding, Rules: d.Rules}
	return Record{Head: head, input: input, decision: decision}, nil
}

// Pack compresses the latest records that fit, oldest first. Records that were
// unpacked keep their bytes, whatever version of the rules they are of.
func Pack(records []Record) ([]byte, error) {
	records = records[max(0, len(records)-recordsKept):]
	for {
		packed, err := compress(records)
		if err != nil || len(packed) <= recordsBytes || len(records) <= 1 {
			return packed, err
		}
		records = records[(len(records)+1)/2:]
	}
}

func compress(records []Record) ([]byte, error) {
	type plain struct {
		Input    json.RawMessage `json:"input"`
		Decision json.RawMessage `json:"decision"`
	}
	all := make([]plain, len(records))
	for i, r := range records {
		all[i] = plain{r.input, r.decision}
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(all); err != nil {
		return nil, fmt.Errorf("encode decisions: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compress decisions: %w", err)
	}
	return b.Bytes(), nil
}
