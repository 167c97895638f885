package main

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	_ "time/tzdata" // schedules and shifts need it where the image has none

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	ctrlconfig "sigs.k8s.io/controller-runtime/pkg/client/config"

	"github.com/modcap/modcap/internal/config"
	"github.com/modcap/modcap/internal/manager"
)

func main() {
	if err := run(); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintln(os.Stderr, "modcap:", err)
		os.Exit(1)
	}
}

func run() error {
	fs := flag.NewFlagSet("manager", flag.ContinueOnError)
	ctrlconfig.RegisterFlags(fs)
	c, err := config.Parse(fs, os.Args[1:], os.Getenv("POD_NAMESPACE"))
	if err != nil {
		return err
	}
	log := logger(c)
	ctrl.SetLogger(log)
	klog.SetLogger(log)
	cfg, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("find the cluster: %w", err)
	}
	ctx := ctrl.SetupSignalHandler()
	mgr, err := manager.New(ctx, cfg, c, nil)
	if err != nil {
		return err
	}
	log.Info("Starting operator", "readOnly", c.ReadOnly, "watchNamespaces", c.WatchNamespaces)
	if err := mgr.Start(ctx); err != nil {
		return fmt.Errorf("run: %w", err)
	}
	return nil
}

func logger(c config.Config) logr.Logger {
	o := &slog.HandlerOptions{Level: c.LogLevel}
	var h slog.Handler = slog.NewJSONHandler(os.Stderr, o)
	if c.LogFormat == "text" {
		h = slog.NewTextHandler(os.Stderr, o)
	}
	return logr.FromSlogHandler(h)
}
