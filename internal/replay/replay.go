package replay

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/modcap/modcap/internal/capacity"
)

// Result is a recorded decision, made again.
type Result struct {
	// Same is true when the bytes are the same.
	Same bool
	// Differences are the values that differ, by path, at most MaxDifferences; none
	// when the values are the same in other bytes (the order of fields).
	Differences []Difference
}

// MaxDifferences is how many differences a Result names.
const MaxDifferences = 40

// Difference is a value that came out differently, as JSON; "" where there is none.
type Difference struct {
	Path             string // such as .steps[2].after
	Recorded, Replay string
}

// Again makes the decision of a record again and compares the bytes. White space
// between JSON tokens does not count, so that a record may be kept indented. The
// errors are those of Read.
func (r Record) Again() (Result, error) {
	in, _, err := r.Read()
	if err != nil {
		return Result{}, err
	}
	again, err := json.Marshal(capacity.Plan(in))
	if err != nil {
		return Result{}, fmt.Errorf("encode decision: %w", err)
	}
	var recorded bytes.Buffer
	if err := json.Compact(&recorded, r.decision); err != nil {
		return Result{}, fmt.Errorf("read decision: %w", err)
	}
	if bytes.Equal(recorded.Bytes(), again) {
		return Result{Same: true}, nil
	}
	before, err := tree(recorded.Bytes())
	if err != nil {
		return Result{}, err
	}
	after, err := tree(again)
	if err != nil {
		return Result{}, err
	}
	var out Result
	out.compare("", before, after)
	return out, nil
}

// tree decodes JSON with its numbers as they are written.
func tree(data []byte) (out any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&out); err != nil {
		return nil, fmt.Errorf("read decision: %w", err)
	}
	return out, nil
}

// absent stands for a value that is not there.
type absent struct{}

// compare collects what differs below a path.
func (r *Result) compare(path string, a, b any) {
	switch before := a.(type) {
	case map[string]any:
		if after, ok := b.(map[string]any); ok {
			r.objects(path, before, after)
			return
		}
	case []any:
		if after, ok := b.([]any); ok {
			r.lists(path, before, after)
			return
		}
	}
	if was, is := text(a), text(b); was != is && len(r.Differences) < MaxDifferences {
		r.Differences = append(r.Differences, Difference{Path: path, Recorded: was, Replay: is})
	}
}

func (r *Result) objects(path string, before, after map[string]any) {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(before)), maps.Keys(after))
	slices.Sort(keys)
	for _, k := range slices.Compact(keys) {
		r.compare(path+"."+k, value(before, k), value(after, k))
	}
}

func value(of map[string]any, key string) any {
	if v, ok := of[key]; ok {
		return v
	}
	return absent{}
}

func (r *Result) lists(path string, before, after []any) {
	at := func(of []any, i int) any {
		if i < len(of) {
			return of[i]
		}
		return absent{}
	}
	for i := range max(len(before), len(after)) {
		r.compare(fmt.Sprintf("%s[%d]", path, i), at(before, i), at(after, i))
	}
}

func text(v any) string {
	if _, none := v.(absent); none {
		return ""
	}
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
