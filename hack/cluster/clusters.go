package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/modcap/modcap/hack/cluster/internal/local"
)

// parse reads the flags that name a cluster, further flags that the caller has added, and
// the given number of arguments; it returns the cluster's folder.
func (l *launcher) parse(flags *flag.FlagSet, args []string, arguments int) (dir string, err error) {
	o := local.DefaultOptions()
	flags.StringVar(&o.Name, "name", o.Name, "the cluster's `name`")
	flags.StringVar(&o.Dir, "dir", o.Dir, "the cluster's `folder`; default: by its name, in the cache")
	if err := flags.Parse(args); err != nil {
		return "", err
	}
	if err := noMore(flags, arguments); err != nil {
		return "", err
	}
	o, err = o.Complete(l.manager.Cache)
	return o.Dir, err
}

func (l *launcher) down(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("down", flag.ContinueOnError)
	purge := flags.Bool("purge", false, "remove the logs too")
	dir, err := l.parse(flags, args, 0)
	if err != nil {
		return err
	}
	return l.manager.Down(ctx, dir, *purge)
}

func (l *launcher) dir(_ context.Context, args []string) error {
	dir, err := l.parse(flag.NewFlagSet("dir", flag.ContinueOnError), args, 0)
	if err != nil {
		return err
	}
	fmt.Println(dir)
	return nil
}

func (l *launcher) status(_ context.Context, args []string) error {
	dir, err := l.parse(flag.NewFlagSet("status", flag.ContinueOnError), args, 0)
	if err != nil {
		return err
	}
	return l.manager.Status(dir, os.Stdout)
}

func (l *launcher) stop(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("stop", flag.ContinueOnError)
	dir, err := l.parse(flags, args, 1)
	if err != nil {
		return err
	}
	return l.manager.Stop(ctx, dir, flags.Arg(0))
}

func (l *launcher) start(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("start", flag.ContinueOnError)
	timeout := flags.Duration("timeout", startTimeout, "how long the start may take")
	dir, err := l.parse(flags, args, 1)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, *timeout, fmt.Errorf("not ready within %s", *timeout))
	defer cancel()
	return l.manager.Start(ctx, dir, flags.Arg(0))
}

func (l *launcher) kubeconfig(_ context.Context, args []string) error {
	flags := flag.NewFlagSet("kubeconfig", flag.ContinueOnError)
	user := flags.String("user", "", "the user's `name`")
	out := flags.String("out", "", "`file` to write, mode 0600; default: standard output")
	var groups []string
	flags.Func("group", "a `group` of the user; may be repeated", func(group string) error {
		groups = append(groups, group)
		return nil
	})
	dir, err := l.parse(flags, args, 0)
	if err != nil {
		return err
	}
	if *user == "" {
		return errors.New("kubeconfig: --user is required")
	}
	text, err := local.Kubeconfig(dir, *user, groups)
	if err != nil {
		return err
	}
	if *out == "" {
		_, err = os.Stdout.Write(text)
		return err
	}
	if err := os.WriteFile(*out, text, 0o600); err != nil {
		return fmt.Errorf("write kubeconfig: %w", err)
	}
	return nil
}
