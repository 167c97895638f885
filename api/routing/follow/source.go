package follow

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"k8s.io/utils/clock"

	v1 "github.com/modcap/modcap/api/routing/v1"
)

// Source is where documents come from: Kubernetes or Directory.
type Source interface {
	// read returns the index of a surface, and its weights or nil if there are none.
	read(ctx context.Context, surface string) (index, weights []byte, err error)
	// documents returns those of the names that are there.
	documents(ctx context.Context, surface string, names []string) (map[string][]byte, error)
	// watch returns a channel that gets a value after something may have changed,
	// until ctx ends; nil if the source cannot tell.
	watch(ctx context.Context, clk clock.WithTicker, surfaces []string) <-chan struct{}
}

// directory is a Source: <path>/<ConfigMap's name>/<key>.
type directory string

// Directory reads documents from files: ConfigMaps mounted under their names, or
// another follower's copy. A document's file is <path>/<ConfigMap's name>/<key>,
// such as modcap-routing-live/index.json. Files are read whole at each interval:
// time stamps are too coarse to tell two quick changes apart.
func Directory(path string) Source { return directory(path) }

func (d directory) path(name, key string) string { return filepath.Join(string(d), name, key) }

func (d directory) read(_ context.Context, surface string) (index, weights []byte, err error) {
	index, err = os.ReadFile(d.path(v1.IndexName(surface), v1.IndexKey))
	if err != nil {
		return nil, nil, fmt.Errorf("read index: %w", err)
	}
	weights, err = os.ReadFile(d.path(v1.WeightsName(surface), v1.WeightsKey))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("read weights: %w", err)
	}
	return index, weights, nil
}

func (d directory) documents(ctx context.Context, _ string, names []string) (map[string][]byte, error) {
	out := make(map[string][]byte, len(names))
	for _, n := range names {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("read documents: %w", err)
		}
		data, err := os.ReadFile(d.path(n, v1.DocumentKey))
		switch {
		case err == nil:
			out[n] = data
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("read document: %w", err)
		}
	}
	return out, nil
}

func (d directory) watch(context.Context, clock.WithTicker, []string) <-chan struct{} { return nil }

// modified is when the index was last written, zero if there is none.
func (d directory) modified(surface string) time.Time {
	info, err := os.Stat(d.path(v1.IndexName(surface), v1.IndexKey))
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}
