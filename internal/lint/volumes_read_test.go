package lint

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadVolumes(t *testing.T) {
	got, err := ReadVolumes([]byte("\ufeffqueue;market;itemsPerHour\ncomments;BR;8300\ncomments; ;12.5\n"))
	if d := cmp.Diff([]Volume{{"comments", "BR", 8300}, {"comments", "", 12.5}}, got); d != "" || err != nil {
		t.Errorf("%v %s", err, d)
	}
	if got, err := ReadVolumes([]byte("itemsPerHour\n0\n")); err != nil || len(got) != 1 || got[0] != (Volume{}) {
		t.Errorf("%v %v", got, err)
	}
	for file, want := range map[string]string{
		"queue,market,itemsPerHour\n\"comments,BR,10\n": `extraneous or missing " in quoted-field`,
		"":                             "the file is empty",
		"queue,market,itemsPerHour\n":  "the file has no rows",
		"queue,market\na,BR\n":         "line 1: there is no column itemsPerHour",
		"queue,itemsPerHour,perHour\n": `line 1: the column "perHour" is none of queue, market, itemsPerHour`,
		"itemsPerHour,itemsPerHour\n":  "line 1: the column itemsPerHour is there twice",
		"market,itemsPerHour\nUK,5\nBR,many\nDE,-1\n":         "line 2: column market: \"UK\" is the code of no market; write two capitals of ISO 3166-1, such as BR\nline 3: column itemsPerHour: \"many\" is not",
		"market,itemsPerHour\nBR,NaN\n":                       `line 2: column itemsPerHour: "NaN" is not how many`,
		"market,itemsPerHour\nBR,1e300\n":                     `line 2: column itemsPerHour: "1e300" is not how many`,
		"market,itemsPerHour\nBR,5\nBR,6\n":                   "line 3: the queue and market were there before",
		"market,itemsPerHour\nBR\n":                           "line 2: it has more or fewer columns",
		"market,itemsPerHour\n" + "\xff,5\n":                  "the file is not UTF-8",
		"market,itemsPerHour\n" + strings.Repeat("x,1\n", 50): "line 11: column market",
	} {
		if _, err := ReadVolumes([]byte(file)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "line 12") {
			t.Errorf("%q: got %v; want %q", file, err, want)
		}
	}
}
