package forecast

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
)

// Tables are written to JSON as the base64 of their bytes: as lists of numbers they
// would be three times as long.

// MarshalText is the table as text.
func (t dayTable) MarshalText() ([]byte, error) { return pack(&t) }

// UnmarshalText reads it back.
func (t *dayTable) UnmarshalText(text []byte) error { return unpack(text, t) }

// MarshalText is the table as text.
func (t weekTable) MarshalText() ([]byte, error) { return pack(&t) }

// UnmarshalText reads it back.
func (t *weekTable) UnmarshalText(text []byte) error { return unpack(text, t) }

// MarshalText is what was learned of a horizon as text.
func (r rung) MarshalText() ([]byte, error) { return pack(&r) }

// UnmarshalText reads it back.
func (r *rung) UnmarshalText(text []byte) error {
	if err := unpack(text, r); err != nil {
		return err
	}
	r.Waiting = min(max(r.Waiting, 0), overlap)
	return nil
}

// MarshalText is what was learned of a span as text.
func (t stretch) MarshalText() ([]byte, error) { return pack(&t) }

// UnmarshalText reads it back.
func (t *stretch) UnmarshalText(text []byte) error {
	if err := unpack(text, t); err != nil {
		return err
	}
	t.Waiting, t.Mode = min(max(t.Waiting, 0), flights), min(t.Mode, modes-1)
	return nil
}

func pack(v any) ([]byte, error) {
	b, err := binary.Append(nil, binary.LittleEndian, v)
	if err != nil {
		return nil, fmt.Errorf("pack forecast: %w", err)
	}
	return base64.RawStdEncoding.AppendEncode(nil, b), nil
}

func unpack(text []byte, v any) error {
	b, err := base64.RawStdEncoding.AppendDecode(nil, text)
	if err != nil {
		return fmt.Errorf("unpack forecast: %w", err)
	}
	n, err := binary.Decode(b, binary.LittleEndian, v)
	if err != nil {
		return fmt.Errorf("unpack forecast: %w", err)
	}
	if n != len(b) {
		return fmt.Errorf("unpack forecast: %d bytes too many", len(b)-n)
	}
	return nil
}
