package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// options are the flags.
type options struct {
	summary string
	traces  string
	keep    bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log.SetLogger(logr.Discard()) // the client library's; what matters is told by the demo
	var o options
	flag.StringVar(&o.summary, "summary", "", "`file` to write the summary to, as JSON")
	flag.StringVar(&o.traces, "traces", "", "`folder` of trace files to replay instead of generated traffic")
	flag.BoolVar(&o.keep, "keep", false, "leave everything running after the result, to try commands on, until it is interrupted")
	flag.Parse()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		stop()
		os.Exit(1)
	}
}

// run gives the demo a folder of its own, which stays after a failure.
func run(ctx context.Context, o options) error {
	root, err := checkout(ctx)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "modcap-demo-")
	if err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	d := &demo{options: o, root: root, work: work, out: os.Stdout}
	err = d.run(ctx)
	if err != nil {
		return fmt.Errorf("%w (logs stay in %s)", err, work)
	}
	if err := os.RemoveAll(work); err != nil {
		return fmt.Errorf("remove folder: %w", err)
	}
	return nil
}

// checkout is the folder of the module that this is run in.
func checkout(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the checkout: run this in it: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}
