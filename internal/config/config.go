package config

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/netip"
	"regexp"
	"strings"
)

// Config is the operator's configuration.
type Config struct {
	// LeaderElect lets several replicas run, of which one acts.
	LeaderElect bool
	// Namespace is the operator's own: of its Lease and of the Secrets of
	// ClusterMetricSources.
	Namespace string
	// WatchNamespaces limits what is watched; empty means every namespace.
	WatchNamespaces []string
	// ReadOnly writes status and nothing else.
	ReadOnly bool
	// MetricsAddress and ProbeAddress are host:port; "0" turns the server off.
	MetricsAddress, ProbeAddress string
	// MetricsSecure serves metrics by TLS to whom the API server allows.
	MetricsSecure bool
	// AllowSources are networks in which metric sources may be dialled although they
	// are loopback, link-local or the API server's.
	AllowSources []netip.Prefix
	// StatusWrites is how many status writes a second all objects share.
	StatusWrites float64
	// Concurrency is how many objects of a kind are reconciled at once.
	Concurrency int
	// LogLevel is debug, info, warn or error; LogFormat json or text.
	LogLevel  slog.Level
	LogFormat string
}

// DefaultNamespace is where the shipped manifests install the operator.
const DefaultNamespace = "modcap-system"

// Parse reads the flags in args. namespace is the default of --namespace.
func Parse(fs *flag.FlagSet, args []string, namespace string) (Config, error) {
	c := Config{}
	if namespace == "" {
		namespace = DefaultNamespace
	}
	var watch, allow, level string
	fs.BoolVar(&c.LeaderElect, "leader-elect", true, "let several replicas run, of which one acts")
	fs.StringVar(&c.Namespace, "namespace", namespace, "the operator's own namespace (default from POD_NAMESPACE)")
	fs.StringVar(&watch, "watch-namespaces", "", "comma-separated namespaces to watch; empty for all")
	fs.BoolVar(&c.ReadOnly, "read-only", false, "decide and report in status, and write nothing else")
	fs.StringVar(&c.MetricsAddress, "metrics-bind-address", ":8443", "address of the metrics endpoint; 0 turns it off")
	fs.BoolVar(&c.MetricsSecure, "metrics-secure", true, "serve metrics by TLS to those whom the API server allows to get /metrics")
	fs.StringVar(&c.ProbeAddress, "health-probe-bind-address", ":8081", "address of the health probes; 0 turns them off")
	fs.StringVar(&allow, "allow-source-cidrs", "",
		"comma-separated networks in which metric sources may be dialled although they are loopback, link-local or the API server's")
	fs.Float64Var(&c.StatusWrites, "status-writes-per-second", 20, "status writes a second that all objects share: 1 to 1000")
	fs.IntVar(&c.Concurrency, "concurrency", 4, "objects of a kind that are reconciled at once: 1 to 64")
	fs.StringVar(&level, "log-level", "info", "debug, info, warn or error")
	fs.StringVar(&c.LogFormat, "log-format", "json", "json or text")
	if err := fs.Parse(args); err != nil {
		return c, err
	}
	if fs.NArg() > 0 {
		return c, fmt.Errorf("unexpected argument %q", fs.Arg(0))
	}
	c.WatchNamespaces = list(watch)
	return c, errors.Join(c.parseNetworks(allow), c.parseLevel(level), c.validate())
}

func (c *Config) parseNetworks(text string) error {
	for _, s := range list(text) {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return fmt.Errorf("--allow-source-cidrs: %q is not a network such as 10.0.0.0/8", s)
		}
		c.AllowSources = append(c.AllowSources, p)
	}
	return nil
}

func (c *Config) parseLevel(text string) error {
	if err := c.LogLevel.UnmarshalText([]byte(text)); err != nil {
		return fmt.Errorf("--log-level: %q is not debug, info, warn or error", text)
	}
	return nil
}

var namespacePattern = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

func (c *Config) validate() error {
	var errs []error
	for _, n := range append([]string{c.Namespace}, c.WatchNamespaces...) {
		if !namespacePattern.MatchString(n) {
			errs = append(errs, fmt.Errorf("%q is not the name of a namespace", n))
		}
	}
	if !(c.StatusWrites >= 1 && c.StatusWrites <= 1000) { // NaN is neither
		errs = append(errs, errors.New("--status-writes-per-second must be from 1 to 1000"))
	}
	if c.Concurrency < 1 || c.Concurrency > 64 {
		errs = append(errs, errors.New("--concurrency must be from 1 to 64"))
	}
	if c.LogFormat != "json" && c.LogFormat != "text" {
		errs = append(errs, fmt.Errorf("--log-format: %q is not json or text", c.LogFormat))
	}
	return errors.Join(errs...)
}

func list(text string) []string {
	var out []string
	for _, s := range strings.Split(text, ",") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}
