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

// InputName is the name of the ConfigMap with what a target's plan is made from.
func InputName(target string) string { return target + "-plan-input" }

// InputKey is the key under which that is stored, packed.
const InputKey = "demand.json.gz"

// Stored is what of an input is stored: of the teams, who they are, and what is used up of the day's
// exposure of those that are not few.
type Stored struct {
	staffing.Input
	Teams []string         `json:"teams"`
	Spent []staffing.Spent `json:"spent,omitempty"`
}

// PackInput is what a plan is made from, so that a changed one can be made elsewhere: the demand, and the
// names of the teams. What teams are stays in their objects, which fewer people may read than
// ConfigMaps. It is that of the start of the present interval: times of samples are left out, so that it
// stays the same while numbers do.
func PackInput(in *staffing.Input) ([]byte, error) {
	out := Stored{Input: *in, Spent: in.SpentToday()}
	out.Now = in.Grid().Start
	out.Classes, out.Unrelieved = timeless(in.Classes), timeless(in.Unrelieved)
	for i := range in.Teams {
		out.Teams = append(out.Teams, in.Teams[i].Name)
	}
	data, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("write the plan's input: %w", err)
	}
	return Pack(data)
}

// timeless are classes without the times of their samples.
func timeless(classes []staffing.Class) []staffing.Class {
	out := append([]staffing.Class(nil), classes...)
	for i := range out {
		c := &out[i]
		for _, s := range []*sample.Sample{&c.Concurrent, &c.ArrivalsPerHour, &c.Backlog, &c.OldestAge, &c.HandleTime} {
			s.At = 0
		}
	}
	return out
}

// UnpackInput undoes PackInput.
func UnpackInput(data []byte) (*Stored, error) {
	text, err := Unpack(data)
	if err != nil {
		return nil, err
	}
	var stored Stored
	if err := json.Unmarshal(text, &stored); err != nil {
		return nil, fmt.Errorf("read the plan's input: %w", err)
	}
	return &stored, nil
}
