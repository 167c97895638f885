package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/go-logr/logr"
	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/utils/clock"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/modcap/modcap/api/routing/follow"
	"github.com/modcap/modcap/hack/dataplane/internal/export"
	"github.com/modcap/modcap/hack/dataplane/internal/platform"
	"github.com/modcap/modcap/hack/dataplane/internal/scenario"
	"github.com/modcap/modcap/hack/dataplane/internal/watch"
)

// run imitates the platform until ctx ends.
func run(ctx context.Context, o options) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctrllog.SetLogger(logr.FromSlogHandler(log.Handler()))
	plan, err := scenario.Load(o.scenario)
	if err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", o.kubeconfig)
	if err != nil {
		return fmt.Errorf("read kubeconfig: %w", err)
	}
	e, err := newEngine(ctx, plan, config, log)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", o.listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	handler, err := export.Handler(e)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return e.follower.Run(ctx) })
	group.Go(func() error { return e.run(ctx, clock.RealClock{}) })
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		return server.Close()
	})
	log.Info("Platform is running", "address", listener.Addr().String(), "queues", len(plan.Queues))
	if o.addressTo != "" {
		if err := os.WriteFile(o.addressTo, []byte(listener.Addr().String()), 0o600); err != nil {
			return errors.Join(fmt.Errorf("write address: %w", err), server.Close())
		}
	}
	return group.Wait()
}

// newEngine watches the cluster and sets the platform up by what it declares.
func newEngine(ctx context.Context, plan *scenario.Scenario, config *rest.Config, log *slog.Logger) (*engine, error) {
	pools := map[string]map[string]string{}
	for _, p := range plan.Pools {
		pools[p.Name] = p.PodLabels
	}
	cluster, err := watch.Start(ctx, config, plan.Namespace, pools)
	if err != nil {
		return nil, err
	}
	queues, err := cluster.Queues(ctx)
	if err != nil {
		return nil, err
	}
	declared, err := plan.Config(queues)
	if err != nil {
		return nil, fmt.Errorf("read scenario: %w", err)
	}
	world, err := platform.New(declared)
	if err != nil {
		return nil, err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("set up client: %w", err)
	}
	follower, err := follow.New(follow.Options{
		Source: follow.Kubernetes(client, plan.Namespace), Surfaces: surfaces(declared), Interval: 5 * time.Second, Logger: log,
	})
	if err != nil {
		return nil, err
	}
	return &engine{world: world, cluster: cluster, follower: follower, log: log}, nil
}

func surfaces(c platform.Config) (all []string) {
	for _, q := range c.Queues {
		all = append(all, q.Surface)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
