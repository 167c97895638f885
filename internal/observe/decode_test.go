package observe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"k8s.io/utils/clock"

	"github.com/modcap/modcap/internal/sample"
)

func TestLocate(t *testing.T) {
	s := Series{RowLabels: []string{"market", "queue"}, Language: "lang"}
	for name, c := range map[string]struct {
		labels map[string]string
		want   place
		ok     bool
	}{
		"all":           {map[string]string{"queue": "a,b", "market": "BR", "lang": "pt"}, place{`market=BR,queue=a\,b`, Class{Language: "pt"}}, true},
		"class missing": {map[string]string{"queue": "a", "market": "BR"}, place{row: "market=BR,queue=a"}, true},
		"row missing":   {map[string]string{"queue": "a"}, place{}, false},
		"row empty":     {map[string]string{"queue": "a", "market": ""}, place{}, false},
		"row too long":  {map[string]string{"queue": strings.Repeat("x", maxRowKey), "market": "BR"}, place{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := s.locate(c.labels)
			if ok != c.ok || ok && got != c.want {
				t.Errorf("%+v, %v, want %+v, %v", got, ok, c.want, c.ok)
			}
			if ok && got.row != RowKey(map[string]string{"queue": c.labels["queue"], "market": c.labels["market"]}) {
				t.Errorf("%q is not the row's RowKey", got.row)
			}
		})
	}
}

// Whatever a source answers, decoding ends, holds no more rows than allowed, and
// gives only numbers in a range.
func FuzzDecodeAnswer(f *testing.F) {
	for _, seed := range []string{
		vectorBody("1793534400", row{"queue=live,language=pt", "1.5"}, row{"queue=ads", "NaN"}),
		`{"status":"success","data":{"result":[],"resultType":"vector"},"infos":["x"],"warnings":null}`,
		`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1"],[2.5,"+Inf"]]}]}}`,
		`{"status":"error","errorType":"bad_data","error":"x"}`,
		`{"status":"success","data":{"resultType":"vector","result":[{"metric":null,"value":[1e300,"0x1p-2"]}]}}`,
		`{"status":"success","isPartial":true,"data":{"resultType":"vector","result":[[[[[]]]]]}}`,
		`{"data":{"data":{"data":{}}}}`, `[]`, `null`, `"`, "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, want := range []string{"vector", "matrix"} {
			rows := 0
			_, err := decodeAnswer(bytes.NewReader(body), want, func(e *element) error {
				rows++
				for _, d := range append(e.Values, datum{}) {
					if d.at < 0 || d.at > 1e14+1 {
						t.Fatalf("time %d out of range", d.at)
					}
					if v, cause := plausible(d); cause == sample.CauseNone && (v < 0 || v > sample.MaxMilli || math.IsNaN(d.v)) {
						t.Fatalf("%v passes as plausible", d.v)
					}
				}
				return nil
			})
			if rows > maxRows {
				t.Fatalf("%d rows", rows)
			}
			if err == nil && !json.Valid(bytes.TrimSpace(body)) && !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
				t.Fatalf("%q passes as an answer", body)
			}
		}
		_, _ = decodeExternal(bytes.NewReader(body))
	})
}

// FuzzAbsorb gives a series whatever answers; it must keep its rules: no row is
// Fresh with a number out of range.
func FuzzAbsorb(f *testing.F) {
	f.Add("a", "pt", 1.0, 2.0, true, false)
	f.Add("a", "", math.NaN(), -1.0, false, true)
	f.Add("", "x", 1e300, 0.0, true, true)
	f.Fuzz(func(t *testing.T, queue, language string, a, b float64, zero, partial bool) {
		for _, kind := range []SeriesType{Gauge, Rate, Age, Counter} {
			def := gauge("s")
			def.Type, def.EmptyZero = kind, zero
			st := newSeriesState(def, false)
			in := ref("s", queue)
			in.History = true
			st.watch(map[string]*interest{in.Row: {ref: in, history: true}})
			now := sample.At(epoch)
			for _, v := range []float64{a, b, a, b, b} {
				at := place{in.Row, Class{Language: language}}
				st.open(answer{})
				st.rows[in.Row].hist.ready = true
				st.absorb(answer{partial: partial, readings: []reading{{at, datum{now, v}}}}, now, testPace)
				snap := &Snapshot{pace: testPace, series: map[string]*seriesView{"s": st.view()}}
				got := snap.Row(in, now)
				if got.Fresh() && (got.Value < 0 || got.Value > sample.MaxMilli || partial || got.Cause != "") {
					t.Fatalf("%s of %v is %+v", kind, v, got)
				}
				for _, bin := range snap.Bins(in) {
					if bin.Count < 0 || bin.Width <= 0 {
						t.Fatalf("bin %+v of %v and %v", bin, a, b)
					}
				}
				now = now.Add(5 * sample.Second)
			}
		}
	})
}

func thousand() []byte {
	rows := make([]row, 1000)
	for i := range rows {
		rows[i] = row{fmt.Sprintf("queue=q%d,language=pt,domain=hate", i/5*5+i%5), fmt.Sprint(i)}
	}
	return []byte(vectorBody("1793534400.123", rows...))
}

// BenchmarkIngest is one answer with 1,000 rows: decoded, absorbed, shown.
func BenchmarkIngest(b *testing.B) {
	for _, kind := range []SeriesType{Gauge, Counter} {
		b.Run(string(kind), func(b *testing.B) {
			def := gauge("s")
			def.Type = kind
			body := thousand()
			st := newSeriesState(def, false)
			watched := map[string]*interest{}
			for i := range 1000 {
				in := ref("s", fmt.Sprint("q", i))
				watched[in.Row] = &interest{ref: in}
			}
			st.watch(watched)
			now := sample.At(epoch)
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				var a answer
				_, err := decodeAnswer(bytes.NewReader(body), "vector", func(e *element) error {
					at, _ := def.locate(e.Metric)
					a.readings = append(a.readings, reading{at, datum{now, e.Value.v}})
					return nil
				})
				if err != nil || len(a.readings) != 1000 {
					b.Fatal(err, len(a.readings))
				}
				st.absorb(a, now, testPace)
				_ = st.view()
				now = now.Add(5 * sample.Second)
			}
		})
	}
}

// BenchmarkMemoryPerRow reports the bytes that a watched row of one class holds
// after a day of reads.
func BenchmarkMemoryPerRow(b *testing.B) {
	for name, c := range map[string]struct {
		kind    SeriesType
		history bool
	}{"gauge": {Gauge, false}, "counter": {Counter, false}, "history": {Counter, true}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				before := heap()
				def := gauge("s")
				def.Type = c.kind
				st := newSeriesState(def, false)
				watched := map[string]*interest{}
				var a answer
				for i := range 20 {
					in := ref("s", fmt.Sprint("q", i))
					watched[in.Row] = &interest{ref: in, history: c.history}
					a.readings = append(a.readings, reading{place{row: in.Row}, datum{}})
				}
				st.watch(watched)
				now := sample.At(epoch)
				for range 17280 {
					for i := range a.readings {
						a.readings[i].datum = datum{now, a.readings[i].v + 1}
					}
					st.absorb(a, now, testPace)
					now = now.Add(5 * sample.Second)
				}
				b.ReportMetric(float64(heap()-before)/20, "bytes/row")
				_ = st.view()
			}
		})
	}
}

func TestRequestsUseTheRealClockToo(t *testing.T) {
	p := newProm(t)
	asked := make(chan struct{}, 1)
	p.on("q", func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.URL, strings.NewReader("query=q"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	f := fetcher{clock: clock.RealClock{}, client: p.Client(), timeout: 20 * time.Millisecond}
	if got := f.do(t.Context(), req, nil); got == nil || got.cause != sample.CauseTimeout {
		t.Errorf("%+v, want Timeout", got)
	}
	<-asked
}
