package observe

import (
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

const secretBody = "internal-host-10.1.2.3"

func TestBadAnswers(t *testing.T) {
	type want struct {
		quality sample.Quality
		cause   sample.Cause
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		row    want
		health sample.Cause
	}{
		"nothing":  {vector(), want{sample.Absent, sample.CauseNoRow}, sample.CauseNoRow},
		"NaN":      {vector(row{"queue=live", "NaN"}), want{sample.Implausible, sample.CauseNotANumber}, sample.CauseNotANumber},
		"infinite": {vector(row{"queue=live", "+Inf"}), want{sample.Implausible, sample.CauseNotANumber}, sample.CauseNotANumber},
		"beyond a float": {
			vector(row{"queue=live", "1e999"}), want{sample.Implausible, sample.CauseNotANumber}, sample.CauseNotANumber,
		},
		"huge":     {vector(row{"queue=live", "1e15"}), want{sample.Implausible, sample.CauseOutOfRange}, sample.CauseOutOfRange},
		"negative": {vector(row{"queue=live", "-1"}), want{sample.Implausible, sample.CauseNegative}, sample.CauseNegative},
		"rows that collide": {
			vector(row{"queue=live,pod=a", "1"}, row{"queue=live,pod=b", "2"}),
			want{sample.Implausible, sample.CauseDuplicateRows}, sample.CauseDuplicateRows,
		},
		"one class of two is NaN": {
			vector(row{"queue=live,language=pt", "NaN"}, row{"queue=live,language=es", "2"}),
			want{sample.Implausible, sample.CauseNotANumber}, sample.CauseNotANumber,
		},
		"from the future": {
			text(200, vectorBody("1793538000", row{"queue=live", "1"})),
			want{sample.Implausible, sample.CauseOutOfRange}, sample.CauseNone,
		},
		"long ago": {
			text(200, vectorBody("1793530800", row{"queue=live", "1"})),
			want{sample.Stale, sample.CauseTooOld}, sample.CauseNone,
		},
		"partial data": {
			text(200, strings.Replace(vectorBody("1793534400", row{"queue=live", "1"}), `{"status"`, `{"warnings":["w"],"status"`, 1)),
			want{sample.Implausible, sample.CausePartialData}, sample.CausePartialData,
		},
		"marked partial": {
			text(200, strings.Replace(vectorBody("1793534400", row{"queue=live", "1"}), `{"status"`, `{"isPartial":true,"status"`, 1)),
			want{sample.Implausible, sample.CausePartialData}, sample.CausePartialData,
		},
		"too many classes": {classes(maxClasses + 1), want{sample.Implausible, sample.CauseTooLarge}, sample.CauseTooLarge},

		"text":         {text(200, "<html>"+secretBody+"</html>"), want{sample.Absent, sample.CauseBadAnswer}, sample.CauseBadAnswer},
		"scalar":       {text(200, `{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}`), want{sample.Absent, sample.CauseBadAnswer}, sample.CauseBadAnswer},
		"matrix":       {text(200, `{"status":"success","data":{"resultType":"matrix","result":[]}}`), want{sample.Absent, sample.CauseBadAnswer}, sample.CauseBadAnswer},
		"cut short":    {text(200, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{`), want{sample.Absent, sample.CauseBadAnswer}, sample.CauseBadAnswer},
		"no value":     {text(200, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"queue":"live"},"histogram":[1,{}]}]}}`), want{sample.Absent, sample.CauseBadAnswer}, sample.CauseBadAnswer},
		"error as 200": {text(200, `{"status":"error","errorType":"execution","error":"`+secretBody+`"}`), want{sample.Absent, sample.CauseBadAnswer}, sample.CauseBadAnswer},
		"query error":  {text(400, `{"status":"error","errorType":"bad_data","error":"`+secretBody+`"}`), want{sample.Absent, sample.CauseBadAnswer}, sample.CauseBadAnswer},
		"HTTP 500":     {text(500, secretBody), want{sample.Absent, sample.CauseHTTPStatus}, sample.CauseHTTPStatus},
		"HTTP 404":     {text(404, secretBody), want{sample.Absent, sample.CauseHTTPStatus}, sample.CauseHTTPStatus},
		"HTTP 401":     {text(401, secretBody), want{sample.Absent, sample.CauseUnauthorized}, sample.CauseUnauthorized},
		"redirect": {
			func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
			},
			want{sample.Absent, sample.CauseRedirected}, sample.CauseRedirected,
		},
		"endless": {endless, want{sample.Absent, sample.CauseTooLarge}, sample.CauseTooLarge},
		"too many rows": {
			func(w http.ResponseWriter, _ *http.Request) {
				one := `{"metric":{"queue":"live"},"value":[1,"1"]},`
				_, _ = io.WriteString(w, `{"status":"success","data":{"resultType":"vector","result":[`+strings.Repeat(one, maxRows+1))
			},
			want{sample.Absent, sample.CauseTooLarge}, sample.CauseTooLarge,
		},
		"connection cut": {
			func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			want{sample.Absent, sample.CauseUnreachable}, sample.CauseUnreachable,
		},
		"not HTTP": {hijack(secretBody + "\r\n\r\n"), want{sample.Absent, sample.CauseUnreachable}, sample.CauseUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProm(t)
			p.on("backlog", c.answer)
			r := newRig(t)
			r.Ensure(testKey, p.config(gauge("backlog")))
			r.await()
			got := r.row(ref("backlog", "live"))
			if got.Quality != c.row.quality || got.Cause != c.row.cause {
				t.Errorf("row is %v %q, want %v %q", got.Quality, got.Cause, c.row.quality, c.row.cause)
			}
			if h := r.snap().Health(r.now()).Series[0]; h.Cause != c.health {
				t.Errorf("health is %v %q, want %q", h.Quality, h.Cause, c.health)
			}
			if logs := strings.Join(r.logged(), "\n"); strings.Contains(logs, secretBody) {
				t.Errorf("a log line quotes the answer: %s", logs)
			}
			for _, call := range p.taken() {
				if call.path != "/api/v1/query" {
					t.Errorf("%s was followed", call.path)
				}
			}
		})
	}
}

func classes(n int) http.HandlerFunc {
	rows := make([]row, n)
	for i := range rows {
		rows[i] = row{fmt.Sprintf("queue=live,language=l%d", i), "1"}
	}
	return vector(rows...)
}

func endless(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, `{"status":"success","data":{"resultType":"vector","junk":"`)
	block := strings.Repeat("x", 1<<20)
	for {
		if _, err := io.WriteString(w, block); err != nil {
			return
		}
	}
}

func hijack(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, answer)
		_ = conn.Close()
	}
}

func TestSilenceIsATimeout(t *testing.T) {
	for name, begin := range map[string]string{"before the answer": "", "within the answer": `{"status":"success",`} {
		t.Run(name, func(t *testing.T) {
			p := newProm(t)
			asked := make(chan struct{})
			p.on("backlog", func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, begin)
				_ = http.NewResponseController(w).Flush()
				asked <- struct{}{}
				<-r.Context().Done()
			})
			r := newRig(t)
			r.Ensure(testKey, p.config(gauge("backlog")))
			<-asked
			r.clock.Step(3 * time.Second)
			r.await()
			if got := r.row(ref("backlog", "live")); got.Cause != sample.CauseTimeout {
				t.Errorf("%+v, want Timeout", got)
			}
		})
	}
}

func TestTLSFailures(t *testing.T) {
	server := httptest.NewUnstartedServer(vector(row{"queue=live", "1"}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	good := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	plain := newProm(t)
	old := httptest.NewUnstartedServer(http.NotFoundHandler())
	old.Config.ErrorLog = log.New(io.Discard, "", 0)
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10} //nolint:gosec // a server that must be refused
	old.StartTLS()
	t.Cleanup(old.Close)

	for name, c := range map[string]struct {
		url    string
		ca     []byte
		server string
		want   sample.Cause
	}{
		"trusted":           {server.URL, good, "", sample.CauseNone},
		"unknown authority": {server.URL, nil, "", sample.CauseTLS},
		"another name":      {server.URL, good, "prometheus.monitoring", sample.CauseTLS},
		"CA is not PEM":     {server.URL, []byte("junk"), "", sample.CauseTLS},
		"plain HTTP":        {strings.Replace(plain.URL, "http:", "https:", 1), good, "", sample.CauseTLS},
		"old TLS":           {old.URL, good, "", sample.CauseTLS},
	} {
		t.Run(name, func(t *testing.T) {
			u, _ := url.Parse(c.url)
			cfg := Config{Type: Prometheus, URL: u, CA: c.ca, ServerName: c.server, Interval: step, Series: []Series{gauge("backlog")}}
			r := newRig(t)
			r.Ensure(testKey, cfg)
			r.await()
			f := r.snap().Health(r.now()).Series[0]
			if c.want == sample.CauseNone {
				if f.Quality != sample.Fresh {
					t.Errorf("health %+v, want an answer", f)
				}
				return
			}
			if f.Cause != c.want {
				t.Errorf("health %+v, want %s", f, c.want)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		url  *url.URL
		want sample.Cause
	}{
		"refused":    {&url.URL{Scheme: "http", Host: addr}, sample.CauseUnreachable},
		"no address": {nil, sample.CauseUnreachable},
		"link-local": {&url.URL{Scheme: "http", Host: "169.254.169.254"}, sample.CauseForbiddenTarget},
		"loopback 6": {&url.URL{Scheme: "http", Host: "[::1]:9090"}, sample.CauseForbiddenTarget},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.Ensure(testKey, Config{Type: Prometheus, URL: c.url, Interval: step, Series: []Series{gauge("backlog")}})
			r.await()
			if got := r.row(ref("backlog", "live")); got.Cause != c.want || got.Quality != sample.Absent {
				t.Errorf("%+v, want Absent %s", got, c.want)
			}
			if h := r.snap().Health(r.now()); h.FailingSince != r.now() {
				t.Errorf("failing since %v, want from the first miss", h.FailingSince.Time())
			}
		})
	}
}

func TestDialPolicy(t *testing.T) {
	p := DialPolicy{
		Allow:      []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32"), netip.MustParsePrefix("fd00::/8")},
		APIServers: []netip.AddrPort{netip.MustParseAddrPort("10.96.0.1:443"), netip.MustParseAddrPort("192.0.2.1:0")},
	}
	for addr, want := range map[string]bool{
		"10.0.0.7:9090":              true,
		"[2001:db8::1]:9090":         true,
		"127.0.0.1:9090":             false,
		"127.0.0.2:9090":             true,
		"[::1]:9090":                 false,
		"[::ffff:127.0.0.1]:9090":    false,
		"[::ffff:169.254.1.1]:80":    false,
		"169.254.169.254:80":         false,
		"[fe80::1%eth0]:80":          false,
		"0.0.0.0:80":                 false,
		"[ff02::1]:80":               false,
		"100.100.100.200:80":         false,
		"[fd00:ec2::254]:80":         true, // allow-listed above
		"10.96.0.1:443":              false,
		"10.96.0.1:9090":             true,
		"[::ffff:10.96.0.1]:443":     false,
		"192.0.2.1:1234":             false,
		"prometheus.example.com:443": false, // never reached unresolved
	} {
		if got := p.control("tcp", addr, nil) == nil; got != want {
			t.Errorf("dial %s: permitted %v, want %v", addr, got, want)
		}
	}
}

// A failing query must not end the others; a failing source must.
func TestOneBadQueryDoesNotDisturbTheOthers(t *testing.T) {
	p := newProm(t)
	p.on("a", text(400, "{}"))
	p.on("b", vector(row{"queue=live", "2"}))
	r := newRig(t)
	r.Ensure(testKey, p.config(gauge("a"), gauge("b")))
	r.await()
	if got := r.row(ref("b", "live")); !got.Fresh() {
		t.Errorf("b is %+v, want Fresh", got)
	}
	p.on("a", text(503, "{}"))
	p.taken()
	for range 3 {
		r.tick()
		if got := r.row(ref("b", "live")); !got.Fresh() || got.At < r.now().Add(-step5) {
			t.Errorf("b is %+v at %v, want read at least every other interval", got, r.now())
		}
	}
	if h := r.snap().Health(r.now()); h.FailingSince != 0 || h.Answering != 1 || h.Series[0].Cause != sample.CauseHTTPStatus {
		t.Errorf("health %+v, want a alone failing", h)
	}
}

const step5 = sample.Span(5000)

func TestFailuresKeepTheLastValueAndSayThatItIsStale(t *testing.T) {
	p := newProm(t)
	p.on("backlog", vector(row{"queue=live", "7"}))
	r := newRig(t)
	r.Watch("pool/a", []RowRef{ref("backlog", "live")})
	r.Ensure(testKey, p.config(gauge("backlog")))
	r.await()
	r.wakes()
	p.on("backlog", text(500, ""))
	r.tick()
	want := sample.Sample{Value: 7000, At: sample.At(epoch), Quality: sample.Stale, Cause: sample.CauseHTTPStatus}
	if got := r.row(ref("backlog", "live")); got != want {
		t.Errorf("%+v, want %+v from the first miss", got, want)
	}
	h := r.snap().Health(r.now())
	if h.FailingSince != r.now() || h.Series[0].Quality != sample.Stale || h.Series[0].Cause != sample.CauseHTTPStatus {
		t.Errorf("health %+v, want failing from the first miss", h)
	}
	if got := r.wakes(); len(got) != 1 {
		t.Errorf("woken %v at the first miss, want once", got)
	}
	for range 6 {
		r.tick()
	}
	if got := r.row(ref("backlog", "live")); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := r.wakes(); got != nil {
		t.Errorf("woken %v again while nothing changed", got)
	}
	p.on("backlog", vector(row{"queue=live", "7"}))
	for range 12 {
		r.tick()
	}
	if got := r.row(ref("backlog", "live")); !got.Fresh() {
		t.Errorf("%+v, want Fresh again", got)
	}
}
