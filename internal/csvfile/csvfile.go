package csvfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"unicode/utf8"
)

// Open reads a file in UTF-8, with or without a byte-order mark, whose cells are parted by commas, semicolons or tabs:
// what the first line has most of. All rows have as many cells as the first.
func Open(data []byte) (*csv.Reader, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return nil, errors.New("the file is not UTF-8; save it as CSV UTF-8")
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = separator(data)
	return r, nil
}

func separator(data []byte) rune {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	best, most := ',', 0
	for _, c := range []rune{',', ';', '\t'} {
		if n := bytes.Count(first, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// Located says in which line something is wrong: with the record that r read last, or, where that could not be read,
// where its error says. Only a record that was read has a line.
func Located(r *csv.Reader, err error) error {
	var wrong *csv.ParseError
	if !errors.As(err, &wrong) {
		line, _ := r.FieldPos(0)
		return fmt.Errorf("line %d: %w", line, err)
	}
	if errors.Is(wrong.Err, csv.ErrFieldCount) {
		return fmt.Errorf("line %d: it has more or fewer columns than the first line", wrong.Line)
	}
	return fmt.Errorf("line %d: %w", wrong.Line, wrong.Err)
}
