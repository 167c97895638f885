package observe

import (
	"net/url"
	"reflect"
	"sort"
	"time"

	"github.com/modcap/modcap/internal/sample"
)

// Type of a source. The words are those of the API.
type Type string

// Types of sources.
const (
	Prometheus      Type = "Prometheus"
	ExternalMetrics Type = "ExternalMetrics"
)

// SeriesType says what the numbers of a series are. The words are those of the API.
type SeriesType string

// Types of series.
const (
	Gauge   SeriesType = "Gauge"   // a count of items now; classes add up
	Rate    SeriesType = "Rate"    // per second; classes add up
	Age     SeriesType = "Age"     // in seconds; the oldest class counts
	Counter SeriesType = "Counter" // only rises; read as its rate or its increase
)

// Config is what the source reconciler makes of a source and its secrets.
type Config struct {
	Type Type
	URL  *url.URL // of a Prometheus server, without the API path
	// BearerToken, when not empty, is sent with every request.
	BearerToken string
	CA          []byte // PEM; empty means the system's roots
	ServerName  string // of the certificate; empty means the URL's host
	Interval    time.Duration
	Timeout     time.Duration // of one request
	Series      []Series
	// Generation of the object. It is carried to the Snapshot, and changes nothing else.
	Generation int64
}

// Series is one declared series.
type Series struct {
	Name   string
	Query  string // Prometheus
	Metric string // ExternalMetrics
	// RowLabels identify a row, in any order.
	RowLabels []string
	// Language and HarmDomain are the labels that split a row into classes.
	Language, HarmDomain string
	Type                 SeriesType
	MaxAge               time.Duration
	// EmptyZero takes a missing row of a complete answer for 0.
	EmptyZero bool
}

// Defaults and bounds, those of the API.
const (
	defaultInterval = 5 * time.Second
	defaultTimeout  = 3 * time.Second
	defaultMaxAge   = 30 * time.Second
	minInterval     = time.Second
)

// normal is c with the defaults, and with slices of its own.
func (c Config) normal() Config {
	c.Interval = max(orDefault(c.Interval, defaultInterval), minInterval)
	c.Timeout = orDefault(c.Timeout, defaultTimeout)
	c.Series = append([]Series(nil), c.Series...)
	for i := range c.Series {
		s := &c.Series[i]
		s.MaxAge = orDefault(s.MaxAge, defaultMaxAge)
		s.RowLabels = append([]string(nil), s.RowLabels...)
		sort.Strings(s.RowLabels)
	}
	return c
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}

// same reports whether a and b read the same in the same way.
func same(a, b Config) bool {
	a.Generation, b.Generation = 0, 0
	return reflect.DeepEqual(a, b)
}

// sameOrigin reports whether a and b read the same server, so that what was
// read from a continues in b.
func sameOrigin(a, b Config) bool {
	if a.Type != b.Type || (a.URL == nil) != (b.URL == nil) {
		return false
	}
	return a.URL == nil || a.URL.String() == b.URL.String()
}

func (s Series) maxAge() sample.Span { return sample.SpanOf(s.MaxAge) }

// historic reports whether arrivals can be integrated from the series.
func (s Series) historic() bool { return s.Type == Rate || s.Type == Counter }

// sameSeries reports whether a and b read the same rows in the same way.
func sameSeries(a, b Series) bool { return reflect.DeepEqual(a, b) }
