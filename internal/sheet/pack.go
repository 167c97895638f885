package sheet

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/modcap/modcap/internal/sample"
	"github.com/modcap/modcap/internal/staffing"
)

// mostUnpacked bounds what is unpacked.
const mostUnpacked = 64 << 20

// Pack compresses.
func Pack(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	return b.Bytes(), nil
}

// Unpack undoes Pack; it refuses what is far too long.
func Unpack(data []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	out, err := io.ReadAll(io.LimitReader(z, mostUnpacked+1))
	if err == nil && len(out) > mostUnpacked {
		err = errors.New("it is far too long")
	}
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return out, nil
}

// InputName is the name of the ConfigMap with the input of a target's plan.
func InputName(target string) string { return target + "-plan-input" }

// InputKey is the key under which a plan's input is stored, packed.
const InputKey = "input.json.gz"

// PackInput is what a plan is made from, so that a changed one can be made elsewhere. It
// is that of the start of the present interval and of the roster: times of samples, and
// who is present this minute, are left out, so that it stays the same while numbers do.
func PackInput(in *staffing.Input) ([]byte, error) {
	out := *in
	out.Now = in.Grid().Start
	out.Classes = append([]staffing.Class(nil), in.Classes...)
	for i := range out.Classes {
		c := &out.Classes[i]
		for _, s := range []*sample.Sample{&c.Concurrent, &c.ArrivalsPerHour, &c.Backlog, &c.OldestAge, &c.HandleTime} {
			s.At = 0
		}
	}
	out.Teams = append([]staffing.Team(nil), in.Teams...)
	for i := range out.Teams {
		out.Teams[i].Present = sample.Missing(sample.CauseNotDeclared)
	}
	data, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("write the plan's input: %w", err)
	}
	return Pack(data)
}

// UnpackInput undoes PackInput.
func UnpackInput(data []byte) (*staffing.Input, error) {
	text, err := Unpack(data)
	if err != nil {
		return nil, err
	}
	var in staffing.Input
	if err := json.Unmarshal(text, &in); err != nil {
		return nil, fmt.Errorf("read the plan's input: %w", err)
	}
	return &in, nil
}
