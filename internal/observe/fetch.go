package observe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"time"

	"k8s.io/utils/clock"

	"github.com/modcap/modcap/internal/sample"
)

// failure is why a read gave nothing. It has no words of the answer but the
// error type, which is checked to be one.
type failure struct {
	cause     sample.Cause
	status    int    // HTTP status, 0 when there was none
	errorType string // of the Prometheus API, such as "bad_data"
	detail    string // of the system or of this package
	source    bool   // the source is at fault, not the query: the tick ends
}

var errTimeout = errors.New("no answer within the timeout")

// doer is the part of http.Client that is needed.
type doer interface {
	Do(*http.Request) (*http.Response, error)
}

// fetcher does one request at a time within a timeout of the injected clock.
type fetcher struct {
	clock   clock.WithDelayedExecution
	client  doer
	timeout time.Duration
}

// do sends a request and decodes its answer, of which it reads at most
// maxAnswerBytes.
func (f fetcher) do(ctx context.Context, req *http.Request, decode func(io.Reader) error) *failure {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timer := f.clock.AfterFunc(f.timeout, func() { cancel(errTimeout) })
	defer timer.Stop()
	resp, err := f.client.Do(req.WithContext(ctx))
	if err != nil {
		return transportFailure(ctx, err)
	}
	body := &limitedBody{r: resp.Body, left: maxAnswerBytes}
	defer func() {
		_, _ = io.CopyN(io.Discard, body, maxErrorBytes) // so that the connection can be used again
		_ = resp.Body.Close()
	}()
	if resp.StatusCode != http.StatusOK {
		return statusFailure(resp.StatusCode, body)
	}
	err = decode(body)
	switch {
	case body.over || errors.Is(err, errTooManyRows):
		return &failure{cause: sample.CauseTooLarge, status: resp.StatusCode}
	case body.err != nil:
		return transportFailure(ctx, body.err)
	case err != nil:
		return &failure{cause: sample.CauseBadAnswer, status: resp.StatusCode, errorType: errorTypeOf(err)}
	}
	return nil
}

// limitedBody reads at most so much, and remembers what the transport said, so
// that a cut connection is told from a bad answer.
type limitedBody struct {
	r    io.Reader
	left int64
	over bool
	err  error
}

func (b *limitedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		b.over = true
		return 0, io.ErrUnexpectedEOF
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}

var errorTypes = regexp.MustCompile(`^[a-z_]{1,32}$`)

// queryError is an error that the source reports of a query.
type queryError struct{ errorType string }

func (e queryError) Error() string { return "query refused: " + e.errorType }

func errorTypeOf(err error) string {
	var q queryError
	if errors.As(err, &q) && errorTypes.MatchString(q.errorType) {
		return q.errorType
	}
	return ""
}

// statusFailure judges an answer that is not 200. A query that is refused (400,
// 422) says nothing of the source.
func statusFailure(status int, body io.Reader) *failure {
	var said struct {
		ErrorType string `json:"errorType"`
	}
	_ = json.NewDecoder(io.LimitReader(body, maxErrorBytes)).Decode(&said) // often not JSON
	f := &failure{cause: sample.CauseHTTPStatus, status: status, errorType: errorTypeOf(queryError{said.ErrorType})}
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		f.cause, f.source = sample.CauseUnauthorized, true
	case status == http.StatusBadRequest || status == http.StatusUnprocessableEntity:
		f.cause = sample.CauseBadAnswer
	case status >= 300 && status < 400:
		f.cause, f.source = sample.CauseRedirected, true
	case status >= 500 || status == http.StatusTooManyRequests:
		f.source = true
	}
	return f
}

// transportFailure judges an error without an answer. The error's own text is
// not kept: of a server that does not speak HTTP it quotes the answer.
func transportFailure(ctx context.Context, err error) *failure {
	f := &failure{cause: sample.CauseUnreachable, source: true}
	var netErr net.Error
	switch {
	case errors.Is(err, errForbiddenTarget):
		f.cause, f.detail = sample.CauseForbiddenTarget, errForbiddenTarget.Error()
	case errors.Is(context.Cause(ctx), errTimeout):
		f.cause = sample.CauseTimeout
	case tlsDetail(err) != "":
		f.cause, f.detail = sample.CauseTLS, tlsDetail(err)
	case errors.As(err, &netErr) && netErr.Timeout():
		f.cause = sample.CauseTimeout
	default:
		f.detail = netDetail(err)
	}
	return f
}

func netDetail(err error) string {
	var errno syscall.Errno
	var dns *net.DNSError
	switch {
	case errors.Is(err, errNoAddress):
		return errNoAddress.Error()
	case errors.As(err, &dns):
		return "name not resolved"
	case errors.As(err, &errno):
		return errno.Error()
	}
	return ""
}

// tlsDetail is empty when the error is not one of TLS.
func tlsDetail(err error) string {
	var (
		verify *tls.CertificateVerificationError
		record tls.RecordHeaderError
		alert  *net.OpError
	)
	switch {
	case errors.Is(err, errBadCA):
		return errBadCA.Error()
	case errors.As(err, &verify):
		return certificateDetail(verify)
	case errors.As(err, &alert) && (alert.Op == "remote error" || alert.Op == "local error"):
		return "handshake refused"
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return "the server does not speak TLS"
	case strings.HasPrefix(innermost(err).Error(), "tls: "):
		return "handshake failed" // crypto/tls has no type for the rest
	}
	return ""
}

func certificateDetail(err error) string {
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &authority):
		return "certificate signed by an unknown authority"
	case errors.As(err, &host):
		return "certificate is for another host"
	case errors.As(err, &invalid):
		return "certificate is not valid"
	}
	return "certificate refused"
}

func innermost(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err
}
