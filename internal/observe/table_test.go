package observe

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/sample"
)

func moved() Series {
	s := gauge("moved")
	s.RowLabels = []string{"label", "policy"}
	return s
}

// A table has every row that fits, watched by nobody, and is as good as its worst row.
func TestTable(t *testing.T) {
	p := newProm(t)
	good := []row{{"policy=a,label=spam", "12"}, {"policy=a,label=hate", "3"}, {"policy=b,label=hate", "7"}}
	many := make([]row, maxUnwatched+5)
	for i := range many {
		many[i] = row{fmt.Sprintf("policy=a,label=l%d", i), "1"}
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   []Entry
		cause  sample.Cause
	}{
		"rows that fit, in order": {vector(good...), []Entry{
			{map[string]string{"label": "hate", "policy": "a"}, 3000}, {map[string]string{"label": "spam", "policy": "a"}, 12000},
		}, sample.CauseNone},
		"none": {vector(), nil, sample.CauseNone},
		"a row twice": {vector(append(good, good[0])...), []Entry{
			{map[string]string{"label": "hate", "policy": "a"}, 3000}, {map[string]string{"label": "spam", "policy": "a"}, 0},
		}, sample.CauseDuplicateRows},
		"no answer":     {text(http.StatusInternalServerError, ""), nil, sample.CauseHTTPStatus},
		"too many rows": {vector(many...), nil, sample.CauseTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			p.on("moved", c.answer)
			r := newRig(t)
			r.Ensure(testKey, p.config(moved()))
			r.await()
			got, whole := r.snap().Table("moved", map[string]string{"policy": "a"}, r.now())
			if fresh := whole.Quality == sample.Fresh; fresh != (c.cause == sample.CauseNone) || whole.Cause != c.cause {
				t.Errorf("the table is %v (%v), want cause %q", whole.Quality, whole.Cause, c.cause)
			}
			if c.cause == sample.CauseTooLarge {
				return
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("rows (-want +got):\n%s", d)
			}
		})
	}
}

// What was read grows old, from the first read in vain.
func TestTableAges(t *testing.T) {
	p := newProm(t)
	p.on("moved", vector(row{"policy=a,label=spam", "12"}))
	r := newRig(t)
	r.Ensure(testKey, p.config(moved()))
	r.await()
	p.on("moved", text(http.StatusServiceUnavailable, ""))
	r.tick()
	rows, whole := r.snap().Table("moved", nil, r.now())
	for range 8 { // beyond maxAge
		r.tick()
	}
	_, old := r.snap().Table("moved", nil, r.now())
	if whole.Quality == sample.Fresh || old.Quality != sample.Stale || len(rows) != 1 {
		t.Errorf("after one read in vain %v, later %v, rows %v", whole, old, rows)
	}
	if _, none := r.snap().Table("other", nil, r.now()); none.Cause != sample.CauseUnknownSeries {
		t.Errorf("a series that is not declared gives %v", none)
	}
	var nobody *Snapshot
	if _, none := nobody.Table("moved", nil, r.now()); none.Cause != sample.CauseSourceMissing {
		t.Errorf("a source that is not there gives %v", none)
	}
}
