package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modcap/modcap/internal/trace"
)

func TestTraceGenerate(t *testing.T) {
	args := []string{"trace", "generate", "--mean", "20", "--days", "2", "--bin", "5m", "--surge", "1d6h:4", "--start", "2026-03-02T00:00:00+01:00"}
	out, stderr, err := tool("", args...)
	if err != nil || stderr != "" {
		t.Fatal(err, stderr)
	}
	tr, err := trace.Read("x", strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if len(tr.At) != 576 || tr.Bin != 300 || tr.Gaps != 0 || tr.Begins.Time().Format(time.RFC3339) != "2026-03-01T23:00:00Z" {
		t.Errorf("%d bins of %d s, %d missing, from %s", len(tr.At), tr.Bin, tr.Gaps, tr.Begins.Time())
	}
	// The curve peaks at 20:00 at 1.7 times the mean, the surge adds 4 times from 06:10 on.
	rate := func(hour float64) float64 { return tr.Count[int(hour*12)] / 300 }
	for hour, want := range map[float64]float64{8: 6, 20: 34, 44: 34, 30.25: 80 + 20*0.42} {
		if got := rate(hour); got < 0.8*want || got > 1.2*want {
			t.Errorf("hour %g: %g a second, want about %g", hour, got, want)
		}
	}
	if again, _, _ := tool("", args...); again != out {
		t.Error("the same seed gives another trace")
	}
	if other, _, _ := tool("", append(args, "--seed", "2")...); other == out {
		t.Error("another seed gives the same trace")
	}
	path := filepath.Join(t.TempDir(), "x.csv")
	if _, stderr, err = tool("", append(args, "--out", path)...); err != nil || stderr != path+": 576 bins of 300 s, 0 missing\n" {
		t.Error(err, stderr)
	}
	if content, _ := os.ReadFile(path); string(content) != out {
		t.Error("the file differs from the output")
	}
}

func TestTraceRefuses(t *testing.T) {
	record := []string{"record", "--url", "http://127.0.0.1:1", "--query", "x"}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"argument":     {[]string{"generate", "x.csv"}, `generate takes flags only, and "x.csv" is none`},
		"no mean":      {[]string{"generate", "--mean", "0"}, "read traffic profile: mean 0: must be above 0"},
		"half a bin":   {[]string{"generate", "--bin", "1500ms"}, "--bin is 1.5s: want whole seconds, from 1s to 24h"},
		"no days":      {[]string{"generate", "--days", "0"}, "--days is 0: want two bins at least, and 366 days at most"},
		"too long":     {[]string{"generate", "--days", "367"}, "--days is 367: want two bins at least, and 366 days at most"},
		"bad surge":    {[]string{"generate", "--surge", "noon:3"}, `--surge is "noon:3": want AT:PEAK or AT:PEAK:RISE:HOLD:HALFLIFE`},
		"short surge":  {[]string{"generate", "--surge", "1h:3:5m"}, `--surge is "1h:3:5m": want AT:PEAK or AT:PEAK:RISE:HOLD:HALFLIFE`},
		"bad start":    {[]string{"generate", "--start", "today"}, `--start is "today": want an instant such as 2026-01-05T00:00:00Z`},
		"no url":       {[]string{"record", "--query", "x"}, "record needs --url, the address of Prometheus, and --query, what to ask it"},
		"bad url":      {[]string{"record", "--url", "prometheus:9090", "--query", "x"}, `--url is "prometheus:9090": want an address such as http://localhost:9090`},
		"bad last":     {append(record, "--last", "week"), `--last is "week": want a length of time such as 8d or 36h`},
		"bad from":     {append(record, "--from", "monday"), `--from is "monday": want an instant such as 2026-03-02T00:00:00Z`},
		"bad to":       {append(record, "--to", "monday"), `--to is "monday": want an instant such as 2026-03-02T00:00:00Z`},
		"backwards":    {append(record, "--from", "2026-03-02T00:00:00Z", "--to", "2026-03-01T00:00:00Z"), "from 2026-03-02T00:00:00Z to 2026-03-01T00:00:00Z there are -1440 bins: want two at least"},
		"no timeout":   {append(record, "--timeout", "0s"), "--timeout is 0s: want more than 0"},
		"no token":     {append(record, "--token-file", "absent"), "read token: open absent"},
		"nobody there": {append(record, "--last", "1h"), "connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := tool("", append([]string{"trace"}, c.args...)...)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// server answers ranges as Prometheus does, with value at each step.
func server(t *testing.T, value func(at int64) string, seen func(*http.Request, int64)) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		number := func(name string) int64 {
			n, err := strconv.ParseInt(r.PostFormValue(name), 10, 64)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			return n
		}
		from, to, step := number("start"), number("end"), number("step")
		seen(r, (to-from)/step+1)
		var values []any
		for at := from; at <= to; at += step {
			if v := value(at); v != "" {
				values = append(values, []any{at, v})
			}
		}
		result := []any{}
		if len(values) > 0 {
			result = append(result, map[string]any{"metric": map[string]string{}, "values": values})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": map[string]any{"resultType": "matrix", "result": result}})
	}))
	t.Cleanup(s.Close)
	return s
}

func recordTrace(t *testing.T, args ...string) *trace.Trace {
	t.Helper()
	out, _, err := tool("", append([]string{"trace", "record"}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := trace.Read("x", strings.NewReader(out))
	if err != nil {
		t.Fatalf("%v in %.300s", err, out)
	}
	return tr
}

func TestTraceRecordRate(t *testing.T) {
	begin := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	token := inFile(t, "token", "secret\n")
	asked, most := 0, int64(0)
	s := server(t, func(at int64) string {
		switch minute := (at - begin.Unix()) / 60; minute {
		case 100:
			return ""
		case 200:
			return "NaN"
		case 300:
			return "-1"
		default:
			return fmt.Sprintf("%g", float64(minute%7)/2)
		}
	}, func(r *http.Request, points int64) {
		asked, most = asked+1, max(most, points)
		if r.URL.Path != "/prom/api/v1/query_range" || r.Header.Get("Authorization") != "Bearer secret" || r.PostFormValue("query") != "sum(rate(x[1m]))" {
			t.Errorf("asked %s with %v for %q", r.URL, r.Header, r.PostFormValue("query"))
		}
	})
	tr := recordTrace(t, "--url", s.URL+"/prom", "--query", "sum(rate(x[1m]))", "--token-file", token,
		"--from", "2026-03-01T00:00:30Z", "--to", "2026-03-15T00:00:59Z")
	if asked != 3 || most != pointsAtOnce {
		t.Errorf("%d requests, of %d points at most", asked, most)
	}
	if tr.Bin != 60 || len(tr.At) != 14*1440-3 || tr.Gaps != 3 || !tr.Begins.Time().Equal(begin) {
		t.Errorf("%d bins of %d s, %d missing, from %s", len(tr.At), tr.Bin, tr.Gaps, tr.Begins.Time())
	}
	// The bin from minute m speaks of the rate that Prometheus gives at its end.
	if tr.At[0] != 0 || tr.Count[0] != 30 || tr.At[5] != 300 || tr.Count[5] != 180 || tr.Count[6] != 0 || tr.At[99] != 100*60 {
		t.Errorf("%v %v, %v", tr.At[:8], tr.Count[:8], tr.At[98:101])
	}
}

func TestTraceRecordCounter(t *testing.T) {
	begin := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).Unix()
	s := server(t, func(at int64) string {
		switch i := (at - begin) / 60; {
		case i == 5:
			return ""
		case i >= 8: // began anew
			return fmt.Sprint(3 * (i - 7))
		default:
			return fmt.Sprint(1000 + 10*i)
		}
	}, func(*http.Request, int64) {})
	tr := recordTrace(t, "--url", s.URL, "--query", "x", "--counter", "--from", "2026-03-01T00:00:00Z", "--to", "2026-03-01T00:11:00Z")
	want := []string{"60:10", "120:10", "180:10", "360:10", "420:3", "480:3", "540:3", "600:3"}
	var got []string
	for i, at := range tr.At {
		got = append(got, fmt.Sprintf("%d:%g", at, tr.Count[i]))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTraceRecordTellsWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"bad query":    {400, `{"status":"error","errorType":"bad_data","error":"1:5: parse error: unexpected <op:+>"}`, "bad_data: 1:5: parse error: unexpected <op:+>"},
		"not found":    {404, "<html>", "it answered 404 Not Found: is this the address of Prometheus?"},
		"redirected":   {302, "", "it answered 302 Found: is this the address of Prometheus?"},
		"another tool": {200, "<html>", "its answer is not Prometheus'"},
		"two series":   {200, `{"status":"success","data":{"resultType":"matrix","result":[{"values":[]},{"values":[]}]}}`, "the query gives 2 series: add them up with sum(…), or pick one by its labels"},
		"words":        {200, `{"status":"success","data":{"resultType":"string","result":[]}}`, "the query gives a string over time: it must give a number"},
		"no value":     {200, `{"status":"success","data":{"resultType":"matrix","result":[{"values":[[1,2]]}]}}`, "its answer has a value that is none"},
		"nothing":      {200, `{"status":"success","data":{"resultType":"matrix","result":[]}}`, "there are 0 bins in Prometheus between "},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", "http://127.0.0.1:1/")
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer s.Close()
			_, _, err := tool("", "trace", "record", "--url", s.URL, "--query", "x", "--last", "1h")
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestTraceRecordGivesUp(t *testing.T) {
	hang := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	defer s.Close()
	defer close(hang)
	_, _, err := tool("", "trace", "record", "--url", s.URL, "--query", "x", "--timeout", "50ms")
	if err == nil || !strings.Contains(err.Error(), "Client.Timeout") {
		t.Errorf("got %v", err)
	}
}
