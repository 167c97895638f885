package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/modcap/modcap/hack/cluster/internal/build"
	"github.com/modcap/modcap/hack/cluster/internal/local"
)

const usage = `usage: go run -C hack/cluster . COMMAND [flags]

  up          build what is missing and start a cluster; one that runs is left as it is
  down        stop a cluster and remove its data
  status      list a cluster's processes; fails if one does not run
  stop NAME   stop one process, as in an outage
  start NAME  start it again, with the same port and data
  kubeconfig  print a kubeconfig for any user and groups
  dir         print a cluster's folder
  build       build binaries into the cache and print their folders
  path NAME   build one binary or tool if it is missing and print its path

COMMAND -h lists the flags. They come before NAME. With go's -C, relative paths are
relative to hack/cluster: give absolute ones.
`

// startTimeout is how long a start may take by default: many times what it takes on two
// idle cores, because it also runs on busy ones.
const startTimeout = 5 * time.Minute

// launcher is what every command has in common.
type launcher struct {
	builder build.Builder
	manager local.Manager
}

func newLauncher() (*launcher, error) {
	cache, err := build.CacheDir(os.Getenv("MODCAP_CACHE"), os.Getenv("XDG_CACHE_HOME"), os.Getenv("HOME"))
	if err != nil {
		return nil, err
	}
	return &launcher{
		builder: build.Builder{Source: sourceDir(), Cache: filepath.Join(cache, "bin"), Progress: os.Stderr},
		manager: local.Manager{Cache: cache, Out: os.Stderr},
	}, nil
}

// sourceDir is the launcher's folder: the working folder under `go run -C`, otherwise
// where it was compiled.
func sourceDir() string {
	if dir, err := os.Getwd(); err == nil {
		if _, err := os.Stat(filepath.Join(dir, "kubernetes", "go.mod")); err == nil {
			return dir
		}
	}
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		fmt.Fprint(os.Stderr, usage)
		return errors.New("no command given")
	}
	l, err := newLauncher()
	if err != nil {
		return err
	}
	commands := map[string]func(context.Context, []string) error{
		"build": l.build, "path": l.path,
		"up": l.up, "down": l.down, "dir": l.dir, "status": l.status,
		"stop": l.stop, "start": l.start, "kubeconfig": l.kubeconfig,
	}
	command, ok := commands[args[0]]
	if !ok {
		fmt.Fprint(os.Stderr, usage)
		return fmt.Errorf("unknown command %q", args[0])
	}
	if err := command(ctx, args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		return err
	}
	return nil
}

func (l *launcher) build(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("build", flag.ContinueOnError)
	only := flags.String("only", "", "comma-separated `binaries`; default: all of the cluster's")
	if err := flags.Parse(args); err != nil {
		return err
	}
	modules := build.ClusterModules()
	if *only != "" {
		names := strings.FieldsFunc(*only, func(r rune) bool { return r == ',' || r == ' ' })
		var err error
		if modules, err = build.Select(slices.Concat(modules, build.ToolModules()), names); err != nil {
			return err
		}
	}
	for _, m := range modules {
		dir, err := l.builder.Build(ctx, m)
		if err != nil {
			return err
		}
		fmt.Println(dir)
	}
	return nil
}

func (l *launcher) path(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return errors.New("path: give one binary's name")
	}
	modules, err := build.Select(slices.Concat(build.ClusterModules(), build.ToolModules()), args)
	if err != nil {
		return err
	}
	dir, err := l.builder.Build(ctx, modules[0])
	if err != nil {
		return err
	}
	fmt.Println(filepath.Join(dir, args[0]))
	return nil
}

func (l *launcher) up(ctx context.Context, args []string) error {
	o, timeout, err := l.upOptions(args)
	if err != nil {
		return err
	}
	binaries, err := l.clusterBinaries(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("not ready within %s", timeout))
	defer cancel()
	if err := l.manager.Up(ctx, o, binaries); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "cluster %s is up after %s; to use it: . %s\n",
		o.Name, time.Since(began).Round(10*time.Millisecond), filepath.Join(o.Dir, "env"))
	fmt.Println(o.Dir)
	return nil
}

// clusterBinaries builds what is missing and returns the cluster's binaries by name.
func (l *launcher) clusterBinaries(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	for _, m := range build.ClusterModules() {
		dir, err := l.builder.Build(ctx, m)
		if err != nil {
			return nil, err
		}
		for _, b := range m.Binaries {
			out[b.Name] = filepath.Join(dir, b.Name)
		}
	}
	return out, nil
}

// upOptions reads the flags over the defaults or, where the cluster exists, over the
// options that it was started with.
func (l *launcher) upOptions(args []string) (o local.Options, timeout time.Duration, err error) {
	o = local.DefaultOptions()
	if timeout, err = parseUp(&o, args); err != nil {
		return o, 0, err
	}
	if o, err = o.Complete(l.manager.Cache); err != nil {
		return o, 0, err
	}
	s, err := local.Load(o.Dir)
	if err != nil || s == nil {
		return o, timeout, err
	}
	o = s.Options
	if timeout, err = parseUp(&o, args); err != nil {
		return o, 0, err
	}
	o, err = o.Complete(l.manager.Cache)
	return o, timeout, err
}

func parseUp(o *local.Options, args []string) (timeout time.Duration, err error) {
	flags := flag.NewFlagSet("up", flag.ContinueOnError)
	flags.StringVar(&o.Name, "name", o.Name, "the cluster's `name`")
	flags.StringVar(&o.Dir, "dir", o.Dir, "the cluster's `folder`; default: by its name, in the cache")
	flags.IntVar(&o.Nodes, "nodes", o.Nodes, "how many fake nodes")
	flags.DurationVar(&o.PodStart, "pod-start", o.PodStart,
		"time until a pod on its node is Ready; its annotation modcap.dev/pod-start overrides it")
	flags.DurationVar(&o.ScrapeInterval, "scrape-interval", o.ScrapeInterval, "how often Prometheus scrapes")
	flags.StringVar(&o.PrometheusConfig, "prometheus-config", o.PrometheusConfig,
		"Prometheus configuration `file`; default: scrape what the targets folder names")
	flags.DurationVar(&timeout, "timeout", startTimeout, "how long the start may take, builds not counted")
	if err := flags.Parse(args); err != nil {
		return 0, err
	}
	return timeout, noMore(flags, 0)
}

func noMore(flags *flag.FlagSet, arguments int) error {
	if flags.NArg() != arguments {
		return fmt.Errorf("%s: %d arguments given, %d expected", flags.Name(), flags.NArg(), arguments)
	}
	return nil
}
