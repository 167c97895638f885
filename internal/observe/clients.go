package observe

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"sync"
	"time"
)

// clientKey is what connections are shared by: where to, and with which credentials.
type clientKey struct {
	origin      string
	credentials [sha256.Size]byte
}

// clients shares transports between sources, and closes their idle connections
// when the last source lets go.
type clients struct {
	policy DialPolicy
	mu     sync.Mutex
	shared map[clientKey]*client
}

type client struct {
	key  clientKey
	http *http.Client
	refs int // guarded by clients.mu
}

var (
	errBadCA     = errors.New("no certificate found in the CA bundle")
	errNoAddress = errors.New("no address to read from")
)

func (c *clients) acquire(cfg Config) (*client, error) {
	key := clientKeyOf(cfg)
	c.mu.Lock()
	defer c.mu.Unlock()
	if cl, ok := c.shared[key]; ok {
		cl.refs++
		return cl, nil
	}
	transport, err := newTransport(cfg, c.policy)
	if err != nil {
		return nil, err
	}
	cl := &client{key: key, refs: 1, http: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	c.shared[key] = cl
	return cl, nil
}

func (c *clients) release(cl *client) {
	if cl == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if cl.refs--; cl.refs == 0 {
		delete(c.shared, cl.key)
		cl.http.CloseIdleConnections()
	}
}

func clientKeyOf(cfg Config) clientKey {
	h := sha256.New()
	for _, part := range [][]byte{[]byte(cfg.BearerToken), cfg.CA, []byte(cfg.ServerName)} {
		sum := sha256.Sum256(part)
		h.Write(sum[:]) // a hash does not fail
	}
	k := clientKey{}
	if cfg.URL != nil {
		k.origin = cfg.URL.Scheme + "://" + cfg.URL.Host
	}
	h.Sum(k.credentials[:0])
	return k
}

// newTransport uses no proxy: what the environment says of one is for the API
// server, and a proxy would resolve addresses past the dial policy.
func newTransport(cfg Config, policy DialPolicy) (*http.Transport, error) {
	conf := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: cfg.ServerName}
	if len(cfg.CA) > 0 {
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(cfg.CA) {
			return nil, errBadCA
		}
	}
	return &http.Transport{
		DialContext:            policy.dialer().DialContext,
		TLSClientConfig:        conf,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}, nil
}
