package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/modcap/modcap/hack/demo/internal/check"
	"github.com/modcap/modcap/hack/demo/internal/lab"
	"github.com/modcap/modcap/hack/demo/internal/scene"
)

// Where things are in the cluster.
const (
	namespace      = "moderation"    // of the samples
	systemSpace    = "modcap-system" // of the operator
	outageOf       = "prometheus"
	patience       = 60 * time.Second // for what takes seconds
	often          = 200 * time.Millisecond
	stopGrace      = 10 * time.Second
	operatorBinary = "manager"
)

// demo is one run.
type demo struct {
	options
	root, work string
	out        io.Writer

	cluster   *lab.Cluster
	client    client.Client
	operators []*lab.Process // the first leads, until it is killed
	platform  *lab.Process
	address   string // of the platform
	choices   []scene.Choice
	recorder  *recorder
	begin     time.Time // of the platform's run
	results   []check.Result
	crash     context.CancelCauseFunc // ends the run when a process ends that should not
	takeover  time.Duration           // when the second replica led
	rollout   rolling                 // of a policy's change
	relief    relieving               // at the derby
	// sacrificed is the process that the demo has killed.
	sacrificed atomic.Pointer[lab.Process]
}

// phase is a part of a run.
type phase struct {
	title string
	do    func(ctx context.Context) error
}

// run goes through the phases, and stops everything that they started.
func (d *demo) run(outer context.Context) (err error) {
	ctx, cancel := context.WithCancelCause(outer)
	defer cancel(nil)
	d.crash = cancel
	defer func() {
		if err != nil && outer.Err() == nil { // not for an interrupt
			d.showLogs() // before stopping adds to them
		}
		err = errors.Join(err, d.stop(ctx))
	}()
	phases := []phase{
		{"Building (the first time on a machine this takes a while)", d.build},
		{"Starting a cluster", d.startCluster},
		{"Installing modcap's kinds", d.install},
		{"Starting two replicas of the operator", d.startOperators},
		{"Applying the samples", d.applySamples},
		{"Opening the platform", d.openPlatform},
		{"Watching", d.watch},
		{"Result", d.end},
	}
	for _, p := range phases {
		d.say("\n== %s", p.title)
		if err := p.do(ctx); err != nil {
			if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
				err = errors.Join(cause, err)
			}
			return err
		}
	}
	return nil
}

// end tells the result, and stays if that is asked for, whatever the result.
func (d *demo) end(ctx context.Context) error {
	err := d.conclude(ctx)
	if !d.keep || ctx.Err() != nil {
		return err
	}
	return errors.Join(err, d.stay(ctx))
}

// stay leaves everything running until it is interrupted.
func (d *demo) stay(ctx context.Context) error {
	d.say("\nEverything stays, and its traffic goes on, until you press Ctrl-C. In another terminal:")
	d.say("  export KUBECONFIG=%s PATH=%s:%s:$PATH", d.cluster.Kubeconfig, d.work, filepath.Dir(d.cluster.Kubectl))
	d.say("  kubectl modcap staffing %s -n %s", target, namespace)
	<-ctx.Done()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause // a process ended that should not
	}
	return nil
}

// say prints a line.
func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.out, format+"\n", args...) }

// binary is the path of something that build made.
func (d *demo) binary(name string) string { return filepath.Join(d.work, name) }

func (d *demo) build(ctx context.Context) error {
	var err error
	if d.cluster, err = lab.NewCluster(ctx, d.root, filepath.Base(d.work), filepath.Join(d.work, "cluster"), d.out); err != nil {
		return err
	}
	for name, pkg := range map[string]string{
		operatorBinary: "./cmd/manager", pluginBinary: "./cmd/kubectl-modcap", "dataplane": "./hack/dataplane",
	} {
		if err := lab.Build(ctx, d.root, pkg, d.binary(name), d.out); err != nil {
			return err
		}
	}
	return nil
}

// stop ends what was started, the last first.
func (d *demo) stop(ctx context.Context) error {
	d.say("\n== Stopping")
	var problems []error
	if d.recorder != nil {
		d.recorder.stop()
	}
	if d.platform != nil {
		problems = append(problems, d.platform.Stop(stopGrace))
	}
	for _, p := range slices.Backward(d.operators) {
		problems = append(problems, p.Stop(stopGrace))
	}
	if d.cluster != nil {
		problems = append(problems, d.cluster.Down(ctx))
	}
	return errors.Join(problems...)
}

// guard ends the demo when a process ends that should not.
func (d *demo) guard(ctx context.Context, p *lab.Process) {
	go func() {
		select {
		case <-ctx.Done():
		case <-p.Done():
			if d.sacrificed.Load() != p {
				d.crash(fmt.Errorf("%s ended by itself: %w", p.Name, errors.Join(p.Err(), errors.New("see its log"))))
			}
		}
	}()
}

// How much of each log is shown after a failure.
const (
	logLines = 12
	logWidth = 240
)

// showLogs shows the ends of the logs.
func (d *demo) showLogs() {
	var files []string
	if d.platform != nil {
		files = append(files, d.platform.Log)
	}
	for _, p := range d.operators {
		files = append(files, p.Log)
	}
	if d.client == nil && d.cluster != nil { // the cluster itself may be what failed
		files = append(files, d.cluster.Logs()...)
	}
	for _, f := range files {
		d.say("\n-- the end of %s", f)
		for line := range strings.Lines(lab.Tail(f, logLines)) {
			line = strings.TrimRight(line, "\n")
			d.say("%s", line[:min(len(line), logWidth)])
		}
	}
}
