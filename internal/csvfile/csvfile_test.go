package csvfile

import (
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOpen(t *testing.T) {
	want := [][]string{{"a", "b"}, {"1", "2"}}
	for name, text := range map[string]string{
		"commas": "a,b\n1,2\n", "semicolons": "a;b\n1;2\n", "tabs": "a\tb\r\n1\t2\r\n", "with a mark": "\ufeffa,b\n1,2",
	} {
		r, err := Open([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.ReadAll(); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if _, err := Open([]byte("a,b\n\xff,2\n")); err == nil || err.Error() != "the file is not UTF-8; save it as CSV UTF-8" {
		t.Errorf("another encoding: %v", err)
	}
}

func TestLocated(t *testing.T) {
	for text, want := range map[string]string{
		"a,b\n1\n":           "line 2: it has more or fewer columns than the first line",
		"a,b\n\"1,2\n":       `line 2: extraneous or missing " in quoted-field`,
		"a,b\n1,2\n3,x\"y\n": `line 3: bare " in non-quoted-field`,
	} {
		if got := firstProblem(t, text); got == nil || got.Error() != want {
			t.Errorf("%q: %v, want %s", text, got, want)
		}
	}
	r, _ := Open([]byte("a,b\n1,2\n"))
	_, _ = r.Read()
	_, _ = r.Read()
	if got := Located(r, errors.New("too small")); got.Error() != "line 2: too small" {
		t.Errorf("of a record: %v", got)
	}
}

// FuzzLocated: whatever the text, there is an answer.
func FuzzLocated(f *testing.F) {
	for _, text := range []string{"", "\"", "a,b\n\"1", "a\n1,2", "\n\n\"\"\"", "a;b\r\n1;\"2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { _ = firstProblem(t, text) })
}

func firstProblem(t *testing.T, text string) error {
	t.Helper()
	r, err := Open([]byte(text))
	if err != nil {
		return err
	}
	for {
		_, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return Located(r, err)
		}
	}
}
