package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/modcap/modcap/hack/cluster/internal/lockfile"
)

// Builder builds modules into a cache.
type Builder struct {
	// Source is the launcher's folder, to which the modules' folders are relative.
	Source string
	// Cache is the folder that holds one folder of binaries per module hash.
	Cache string
	// Progress receives one line per event and, while a build runs, one every few seconds.
	Progress io.Writer
}

// CacheDir is the folder that everything of this project is cached in, from the
// values of MODCAP_CACHE and XDG_CACHE_HOME and the home folder: the first as it is,
// otherwise modcap below the second, otherwise modcap below the home's .cache.
func CacheDir(override, xdg, home string) (string, error) {
	switch {
	case override != "":
		return filepath.Abs(override)
	case filepath.IsAbs(xdg):
		return filepath.Join(xdg, "modcap"), nil
	case home != "":
		return filepath.Join(home, ".cache", "modcap"), nil
	default:
		return "", errors.New("find cache folder: set MODCAP_CACHE or HOME")
	}
}

// Build builds what is missing of the module's binaries and returns the folder that holds them.
func (b Builder) Build(ctx context.Context, m Module) (string, error) {
	source := filepath.Join(b.Source, m.Dir)
	goVersion, err := goVersion(ctx, source)
	if err != nil {
		return "", err
	}
	ldflags, err := linkFlags(source, m)
	if err != nil {
		return "", err
	}
	hash, err := Hash(source, goVersion, runtime.GOOS+"/"+runtime.GOARCH, ldflags)
	if err != nil {
		return "", err
	}
	out := filepath.Join(b.Cache, m.Name+"-"+hash)
	if len(missing(out, m)) == 0 {
		return out, nil
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return "", fmt.Errorf("create binary cache: %w", err)
	}
	unlock, err := lockfile.Lock(ctx, out+".lock", func() {
		b.printf("%s: waiting for another build of the same module", m.Name)
	})
	if err != nil {
		return "", err
	}
	defer unlock()
	for _, binary := range missing(out, m) {
		if err := b.compile(ctx, source, out, ldflags, binary); err != nil {
			return "", err
		}
	}
	return out, nil
}

func missing(dir string, m Module) []Binary {
	var out []Binary
	for _, binary := range m.Binaries {
		if info, err := os.Stat(filepath.Join(dir, binary.Name)); err != nil || !info.Mode().IsRegular() {
			out = append(out, binary)
		}
	}
	return out
}

func (b Builder) compile(ctx context.Context, source, out, ldflags string, binary Binary) error {
	began := time.Now()
	tmp := filepath.Join(out, "."+binary.Name+".partial")
	meter := newMeter(b.Progress, binary.Name)
	stopMeter := meter.start(began)
	meter.setTotal(packageCount(ctx, source, binary.Package, meter))
	cmd := goCommand(ctx, source, "build", "-v", "-buildvcs=false", "-ldflags", ldflags, "-o", tmp, binary.Package)
	cmd.Stdout, cmd.Stderr = meter, meter
	err := cmd.Run()
	stopMeter()
	if err != nil {
		return fmt.Errorf("build %s: %w\n%s", binary.Name, err, meter.tail())
	}
	if err := os.Rename(tmp, filepath.Join(out, binary.Name)); err != nil {
		return fmt.Errorf("keep %s: %w", binary.Name, err)
	}
	b.printf("%s: built in %s", binary.Name, time.Since(began).Round(time.Second))
	return nil
}

func (b Builder) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(b.Progress, format+"\n", args...) // Progress that cannot be shown stops no build.
}

// goCommand runs the go command in a module, independent of the caller's workspace
// and target: the binaries run on this machine.
func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

func goVersion(ctx context.Context, dir string) (string, error) {
	var stderr bytes.Buffer
	cmd := goCommand(ctx, dir, "env", "GOVERSION")
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("ask go for its version: %w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(string(out)), nil
}

// packageCount is how many packages a command consists of, or 0 if go cannot tell: it
// only serves the progress line. The modules are downloaded on the way, which messages shows.
func packageCount(ctx context.Context, dir, pkg string, messages io.Writer) int {
	cmd := goCommand(ctx, dir, "list", "-deps", pkg)
	cmd.Stderr = messages
	out, err := cmd.Output()
	if err != nil {
		return 0
	}
	return bytes.Count(out, []byte("\n"))
}
