package observe

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/modcap/modcap/internal/sample"
)

var (
	errTooManyRows = errors.New("more rows than modcap reads")
	errShape       = errors.New("answer of another shape than asked for")
)

// datum is one number as it was answered.
type datum struct {
	at sample.Instant
	v  float64
}

// UnmarshalJSON reads the pair of the Prometheus API: [1435781451.781, "1.5"].
func (d *datum) UnmarshalJSON(b []byte) error {
	pair, ok := within(b, '[', ']')
	when, what, both := bytes.Cut(pair, []byte{','})
	text, quoted := within(what, '"', '"')
	if !ok || !both || !quoted {
		return errShape
	}
	at, err := strconv.ParseFloat(string(bytes.TrimSpace(when)), 64)
	if err != nil || !(at >= 0 && at < 1e11) {
		return errShape
	}
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil && !math.IsInf(v, 0) { // beyond a float64 is infinite
		return errShape
	}
	d.at, d.v = sample.Instant(math.Round(at*1000)), v
	return nil
}

// within is what stands between two delimiters.
func within(b []byte, open, end byte) ([]byte, bool) {
	b = bytes.TrimSpace(b)
	if len(b) < 2 || b[0] != open || b[len(b)-1] != end {
		return nil, false
	}
	return b[1 : len(b)-1], true
}

// element is one row of a vector or of a matrix.
type element struct {
	Metric map[string]string `json:"metric"`
	Value  *datum            `json:"value"`
	Values []datum           `json:"values"`
}

// place is where a row belongs.
type place struct {
	row   string
	class Class
}

// locate is the row and the class of an answer's labels. It reports false when
// a row label is missing (which is the same as empty), or a label is too long.
func (s Series) locate(labels map[string]string) (place, bool) {
	var b strings.Builder
	for i, k := range s.RowLabels {
		v := labels[k]
		if v == "" || b.Len()+len(v) > maxRowKey {
			return place{}, false
		}
		if i > 0 {
			b.WriteByte(',')
		}
		writeLabel(&b, k, v)
	}
	p := place{row: b.String(), class: s.classOf(labels)}
	return p, len(p.class.Language) <= maxClassLabel && len(p.class.HarmDomain) <= maxClassLabel
}

func (s Series) classOf(labels map[string]string) Class {
	var c Class
	if s.Language != "" {
		c.Language = labels[s.Language]
	}
	if s.HarmDomain != "" {
		c.HarmDomain = labels[s.HarmDomain]
	}
	return c
}

// decodeAnswer streams an answer of the Prometheus API with a result of the
// wanted type, and gives each of its elements, whose memory is used again for
// the next. It reports whether the source warns that the answer is partial.
func decodeAnswer(r io.Reader, want string, each func(*element) error) (partial bool, err error) {
	d := answerDecoder{json: json.NewDecoder(r), want: want, each: each}
	err = d.object(d.top)
	switch {
	case err != nil:
		return false, err
	case d.failed:
		return false, queryError{d.errorType}
	case d.kind != want:
		return false, errShape
	}
	return d.partial, nil
}

type answerDecoder struct {
	json      *json.Decoder
	want      string
	each      func(*element) error
	kind      string // resultType
	errorType string
	rows      int
	partial   bool
	failed    bool
}

// object calls member at the value of each of the object's members.
func (d *answerDecoder) object(member func(name string) error) error {
	if err := d.delim('{'); err != nil {
		return err
	}
	for d.json.More() {
		t, err := d.json.Token()
		if err != nil {
			return fmt.Errorf("read answer: %w", err)
		}
		name, _ := t.(string)
		if err := member(name); err != nil {
			return err
		}
	}
	return d.delim('}')
}

func (d *answerDecoder) delim(want json.Delim) error {
	t, err := d.json.Token()
	if err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	if t != want {
		return errShape
	}
	return nil
}

func (d *answerDecoder) top(name string) error {
	switch name {
	case "status":
		var status string
		err := d.value(&status)
		d.failed = status != "success"
		return err
	case "errorType":
		return d.value(&d.errorType)
	case "isPartial": // VictoriaMetrics
		var partial bool
		err := d.value(&partial)
		d.partial = d.partial || partial
		return err
	case "warnings":
		var warnings []json.RawMessage
		err := d.value(&warnings)
		d.partial = d.partial || len(warnings) > 0
		return err
	case "data":
		return d.object(d.data)
	}
	return d.skip()
}

func (d *answerDecoder) data(name string) error {
	switch name {
	case "resultType":
		return d.value(&d.kind)
	case "result":
		return d.result()
	}
	return d.skip()
}

func (d *answerDecoder) result() error {
	if d.kind != "" && d.kind != d.want {
		return errShape
	}
	if err := d.delim('['); err != nil {
		return err
	}
	e := element{Metric: map[string]string{}}
	for d.json.More() {
		clear(e.Metric)
		e.Value, e.Values = nil, e.Values[:0]
		if err := d.value(&e); err != nil {
			return err
		}
		if d.rows++; d.rows > maxRows {
			return errTooManyRows
		}
		if err := d.each(&e); err != nil {
			return err
		}
	}
	return d.delim(']')
}

func (d *answerDecoder) value(into any) error {
	if err := d.json.Decode(into); err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	return nil
}

// skip passes over a value without holding it.
func (d *answerDecoder) skip() error {
	depth := 0
	for {
		t, err := d.json.Token()
		if err != nil {
			return fmt.Errorf("read answer: %w", err)
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}
