package local

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 4 << 20

// client speaks to the cluster's processes as its administrator.
type client struct {
	http   *http.Client
	server string
}

func newClient(s *State) (*client, error) {
	dir := layout(s.Options.Dir)
	ca, err := os.ReadFile(dir.pki("ca.crt"))
	if err != nil {
		return nil, fmt.Errorf("read certificate authority: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca) {
		return nil, errors.New("read certificate authority: no certificate")
	}
	pair, err := tls.LoadX509KeyPair(dir.pki("admin.crt"), dir.pki("admin.key"))
	if err != nil {
		return nil, fmt.Errorf("read administrator's certificate: %w", err)
	}
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13},
		DisableKeepAlives: true, // Processes come and go.
	}
	return &client{http: &http.Client{Transport: transport, Timeout: 5 * time.Second}, server: s.server()}, nil
}

// statusError is an answer that is not 2xx.
type statusError struct {
	code int
	body string
}

// Error gives one line. Of a list of health checks it gives the failed ones, which start with [-].
func (e *statusError) Error() string {
	var all, failed []string
	for line := range strings.Lines(e.body) {
		line = strings.TrimSpace(line)
		all = append(all, line)
		if strings.HasPrefix(line, "[-]") {
			failed = append(failed, line)
		}
	}
	if len(failed) > 0 {
		all = failed
	}
	return fmt.Sprintf("status %d: %.200s", e.code, strings.Join(all, "; "))
}

// get reads an absolute address.
func (c *client) get(ctx context.Context, url string) ([]byte, error) {
	return c.do(ctx, http.MethodGet, url, nil)
}

// create posts an object to a path of the API server; one that exists is left as it is.
func (c *client) create(ctx context.Context, path string, object any) error {
	body, err := json.Marshal(object)
	if err != nil {
		return fmt.Errorf("encode object: %w", err)
	}
	_, err = c.do(ctx, http.MethodPost, c.server+path, body)
	var status *statusError
	if errors.As(err, &status) && status.code == http.StatusConflict {
		return nil
	}
	return err
}

func (c *client) do(ctx context.Context, method, url string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 != 2 {
		return nil, &statusError{code: resp.StatusCode, body: string(text)}
	}
	return text, nil
}
