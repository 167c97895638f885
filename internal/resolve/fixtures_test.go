package resolve

import (
	"errors"
	"testing"
	"time"
	_ "time/tzdata" // the tests need zones, the machine need not have them

	"github.com/modcap/modcap/internal/sample"
)

// now is a Thursday.
var now = time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)

// at reads a time such as 2026-11-05T12:00:00+01:00.
func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func fresh(v sample.Milli) sample.Sample { return sample.FreshAt(v, sample.At(now)) }

func stale(v sample.Milli) sample.Sample {
	return sample.Sample{Value: v, At: sample.At(now) - 60_000, Quality: sample.Stale, Cause: sample.CauseTooOld}
}

// message is the text of an error, empty for none.
func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// hourCount is what a counter counted over one span, an hour.
type hourCount struct {
	whole   sample.Sample
	classes map[Class]sample.Sample
}

// book is the numbers of a test by series, whatever the row; what is not in it is Absent.
type book struct {
	values   map[string]sample.Sample
	classes  map[string]map[Class]sample.Sample
	split    map[string]Split
	perHour  map[string]map[sample.Span]hourCount
	increase map[string]sample.Sample
}

func (b book) Value(r Row) sample.Sample {
	if s, ok := b.values[r.Series]; ok {
		return s
	}
	return sample.Missing(sample.CauseNoRow)
}

func (b book) Classes(r Row) map[Class]sample.Sample { return b.classes[r.Series] }

func (b book) Split(r Row) Split { return b.split[r.Series] }

func (b book) PerHour(r Row, over sample.Span) (sample.Sample, map[Class]sample.Sample) {
	c := b.perHour[r.Series][over]
	return c.whole, c.classes
}

func (b book) Increase(r Row, over sample.Span) sample.Sample {
	if over != AttainedOver {
		panic(errors.New("only the hour of the attained percent is asked for"))
	}
	if s, ok := b.increase[r.Series]; ok {
		return s
	}
	return sample.Missing(sample.CauseNotReadYet)
}
