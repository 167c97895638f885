package observe

import (
	"testing"
	"testing/quick"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

func TestRowKey(t *testing.T) {
	for want, in := range map[string]map[string]string{
		"":                     {},
		"queue=live":           {"queue": "live"},
		"market=BR,queue=live": {"queue": "live", "market": "BR"},
		`q=a\,b\=c\\`:          {"q": `a,b=c\`},
	} {
		if got := RowKey(in); got != want {
			t.Errorf("RowKey(%v) = %s, want %s", in, got, want)
		}
	}
}

func TestRowKeyIsReversible(t *testing.T) {
	check := func(in map[string]string) bool {
		got, ok := rowLabels(RowKey(in))
		if len(in) == 0 {
			return ok && len(got) == 0
		}
		return ok && cmp.Equal(got, in)
	}
	if err := quick.Check(check, nil); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"a", "a=b,", "a=b=c", `a=b\`} {
		if got, ok := rowLabels(bad); ok {
			t.Errorf("rowLabels(%q) = %v, want refused", bad, got)
		}
	}
}

func TestRound2(t *testing.T) {
	for in, want := range map[sample.Milli]sample.Milli{
		0: 0, 7: 7, 99: 99, 100: 100, 104: 100, 105: 110, 1234: 1200, 995: 1000, 987_654: 990_000, -1234: -1200,
		sample.MaxMilli: sample.MaxMilli,
	} {
		if got := Round2(in); got != want {
			t.Errorf("Round2(%d) = %d, want %d", in, got, want)
		}
	}
}
