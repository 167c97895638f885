package local

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"time"
)

// Options are what a cluster is started with.
type Options struct {
	// Name is the cluster's name in kubeconfigs and the default folder.
	Name string `json:"name"`
	// Dir is the cluster's folder, absolute.
	Dir string `json:"dir"`
	// Nodes is how many fake nodes there are, 0–1000.
	Nodes int `json:"nodes"`
	// PodStart is the time from a pod's arrival on its node until it is Ready; it stands
	// for loading a model. The pod annotation modcap.dev/pod-start overrides it.
	PodStart time.Duration `json:"podStart"`
	// ScrapeInterval is the default configuration's scrape and rule interval.
	ScrapeInterval time.Duration `json:"scrapeInterval"`
	// PrometheusConfig is a configuration file to use instead of the default one.
	PrometheusConfig string `json:"prometheusConfig,omitempty"`
}

// DefaultOptions are the options of a cluster when no flag is given.
func DefaultOptions() Options {
	return Options{Name: "modcap", Nodes: 3, PodStart: 5 * time.Second, ScrapeInterval: time.Second}
}

var namePattern = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$`)

// Complete checks the options and fills in the folder: below the cache unless given.
func (o Options) Complete(cache string) (Options, error) {
	if !namePattern.MatchString(o.Name) {
		return o, fmt.Errorf("check name %q: use 1 to 40 lower-case letters, digits and dashes", o.Name)
	}
	if o.Dir == "" {
		o.Dir = filepath.Join(cache, "clusters", o.Name)
	}
	var err error
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return o, fmt.Errorf("find cluster folder: %w", err)
	}
	if o.PrometheusConfig != "" {
		if o.PrometheusConfig, err = filepath.Abs(o.PrometheusConfig); err != nil {
			return o, fmt.Errorf("find Prometheus configuration: %w", err)
		}
	}
	switch {
	case o.Nodes < 0 || o.Nodes > 1000:
		return o, fmt.Errorf("check nodes: %d is not within 0 and 1000", o.Nodes)
	case o.PodStart < 0:
		return o, errors.New("check pod start: a negative time")
	case o.ScrapeInterval < 100*time.Millisecond:
		return o, errors.New("check scrape interval: less than 100ms")
	}
	return o, nil
}
